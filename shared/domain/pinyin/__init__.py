"""Typing characters by their sound: how letters fall into syllables, and what may be meant by them."""
