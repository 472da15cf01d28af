"""How long somebody will wait, as a range: learned durations, a hall run forward many times, a range kept honest."""
