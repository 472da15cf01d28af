"""The desk for what is kept about one person."""
