"""What terminals did alone: conflicts for whoever has to look, and the ledger of leases."""
