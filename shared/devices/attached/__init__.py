"""What is plugged into this machine, and which driver fits it."""

from shared.devices.attached.finding import Attached, Fit, Look, look_around

__all__ = ["Attached", "Fit", "Look", "look_around"]
