"""Roles: what they permit, who holds them."""
