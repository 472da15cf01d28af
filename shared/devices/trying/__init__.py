"""Trying a device on purpose: a paper, a sentence, a card laid down. For the console and ./run devices."""

from shared.devices.trying.acts import TESTED, Tried, try_out
from shared.devices.trying.ear import Ear

__all__ = ["TESTED", "Ear", "Tried", "try_out"]
