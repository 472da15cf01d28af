"""Emergencies: raised, updated and cancelled on every display."""
