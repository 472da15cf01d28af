"""The rules of the time without a line, the same on both sides of it."""
