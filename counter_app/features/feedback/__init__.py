"""The citizen's window: who serves, which number, and the rating."""
