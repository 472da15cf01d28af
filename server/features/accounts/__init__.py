"""Accounts, passwords, second factors, sessions."""
