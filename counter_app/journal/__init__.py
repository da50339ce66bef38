"""What this counter remembers."""
