"""Roles, who holds them where, and the hall's security policy."""
