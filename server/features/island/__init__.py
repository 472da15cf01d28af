"""The time without a line: leases of numbers, uploads of terminals' journals, conflicts."""
