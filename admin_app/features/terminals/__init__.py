"""Terminals and their devices."""
