"""Speakers: real engines and outputs, files, and a simulator."""
