"""Guides of official items, and the departments that handle them; brought in from where the items are kept."""
