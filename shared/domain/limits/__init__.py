"""Rules against hoarding numbers: what they are, and what they say to one request."""
