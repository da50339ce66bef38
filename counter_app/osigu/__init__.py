"""The wire to OSIGU."""
