"""Draws the gallery sheets off screen."""

import argparse
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from shared.ui.application import create_application
from shared.ui.gallery.draw import draw_all


def main() -> int:
    """Writes one PNG per sheet and look."""
    parser = argparse.ArgumentParser(prog="python -m shared.ui.gallery", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="draw only the pictures whose name contains this")
    arguments = parser.parse_args()
    app = create_application("gallery", [])
    for path in draw_all(arguments.out, arguments.only):
        print(path)
    app.processEvents()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
