"""The audit trail read: searched, verified, sent on."""
