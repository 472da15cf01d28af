"""Papers to try a layout of tickets, at the kiosk."""
