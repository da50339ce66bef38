"""What can be done to a case, a file for each page."""
