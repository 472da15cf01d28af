"""A whole hall without a clock, a network or a disk of its own: kiosks, a server, and everything that can go wrong.

One seed makes one schedule, so that what fails once fails again.
"""
