"""What terminals keep on their own disk for the time without the server."""
