"""Drivers: imported by the registry only."""
