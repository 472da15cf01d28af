"""What the programs share."""

__version__ = "0.1.0"
