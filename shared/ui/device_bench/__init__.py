"""The demonstration's device bench: cards, scanners, printer and paper of a hall that has no devices."""
