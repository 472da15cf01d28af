"""Designed tickets: drafts, versions, where each is used."""
