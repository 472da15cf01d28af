"""Trying a device on purpose: a paper, a sentence, a card laid down. For the console and ./run devices."""

from shared.devices.hearing import Branch, Ear
from shared.devices.trying.acts import TESTED, Tried, try_out

__all__ = ["TESTED", "Branch", "Ear", "Tried", "try_out"]
