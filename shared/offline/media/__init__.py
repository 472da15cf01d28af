"""Pictures and videos on a terminal's own disk: verified files, switched all at once, and proof of what was shown."""
