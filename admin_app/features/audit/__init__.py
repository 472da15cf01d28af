"""The audit trail, searched and verified."""
