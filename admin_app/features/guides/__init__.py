"""Guides of items: looking at them, bringing them in from files and from the item system, departments."""
