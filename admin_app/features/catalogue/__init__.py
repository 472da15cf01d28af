"""Services and counters: edit, add, retire."""
