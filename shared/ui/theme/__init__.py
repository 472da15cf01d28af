"""The visual language: tokens.toml read once, resolved for a mode, a profile, elder mode and a scale."""

from shared.ui.theme.tokens import MODES, PROFILES, Look, design_size, resolve, seconds

__all__ = ["MODES", "PROFILES", "Look", "design_size", "resolve", "seconds"]
