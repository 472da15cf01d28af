"""Spoken calls: speakers behind a protocol, and the announcer that feeds them one call after the other."""
