"""The parts of ``./run bench survive``."""
