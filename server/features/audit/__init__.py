"""Searching, verifying and exporting the audit trail."""
