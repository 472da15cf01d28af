"""Emergencies on the operator's screen."""
