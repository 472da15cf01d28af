"""Printers of whole pages: forms, certificates, receipts on A4."""
