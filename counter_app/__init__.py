"""The counter: OSIGU authorizations and dispensations in one window."""

__version__ = "0.1.0"
