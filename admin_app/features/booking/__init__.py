"""Appointments of today and the days to come, found by code, cancelled with a reason; the rules of booking."""
