"""The organisation tree and the people in it."""
