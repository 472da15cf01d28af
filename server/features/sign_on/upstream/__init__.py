"""Signing in through another provider, and linking one's account with it."""
