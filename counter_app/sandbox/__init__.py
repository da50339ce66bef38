"""An OSIGU on this computer, for the demo, the tour and the tests."""
