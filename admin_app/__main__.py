"""``./run admin``: the administrators' console."""

from __future__ import annotations

import sys

from admin_app.bootstrap import build as build_console
from admin_app.doorway import Doorway
from shared.client.settings import TerminalSettings
from shared.ui.program import App, run_program


def build(settings: TerminalSettings) -> App:
    """With a token at once, else behind the sign-in window."""
    return build_console(settings) if settings.token else Doorway(settings)


if __name__ == "__main__":
    sys.exit(run_program("admin", "The administrators' console of ZhiTing.", build))
