"""LED strips above a counter."""
