"""The window: pages, parts, look."""
