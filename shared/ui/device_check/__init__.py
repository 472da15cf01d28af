"""``./run devices``: what is attached to this machine, which driver fits, and how the configured devices are."""
