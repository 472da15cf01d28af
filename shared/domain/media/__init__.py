"""What pictures and videos a hall takes, and what a file really is."""
