"""Accounts: who can sign in, what they may do, and what is done about it."""
