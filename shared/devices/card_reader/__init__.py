"""Readers of identity cards and social-security cards."""
