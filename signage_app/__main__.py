"""./run signage: the wall display."""

from __future__ import annotations

import argparse
import sys

from shared.client.settings import TerminalSettings
from shared.ui.program import App, run_program


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--zone", help="key of the waiting area whose calls are shown; without it, the whole hall")
    parser.add_argument("--fullscreen", action="store_true", default=None, help="fill the screen")
    parser.add_argument("--screen", metavar="NAME", help="the screen to cover, where there are several, e.g. HDMI-1")
    parser.add_argument("--portrait", action="store_true", default=None, help="an upright window, 1080 x 1920")
    parser.add_argument("--size", metavar="WxH", help="size of the window, e.g. 960x540")
    parser.add_argument("--silent", action="store_true", default=None, help="this display has no loudspeaker")


def _build(settings: TerminalSettings) -> App:
    from signage_app.bootstrap import build

    return build(settings)


if __name__ == "__main__":
    sys.exit(run_program("signage", "The wall display of a hall.", _build, add_options=_options))
