"""``./run counter``: the two windows of one counter."""

import argparse
import sys

from counter_app.bootstrap import build
from shared.ui.program import run_program


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--counter", help="label of this counter, e.g. A03; asked for once when it is not set")
    parser.add_argument(
        "--windowed",
        action="store_const",
        const=True,
        help="keep the citizen's window a normal one, whatever screens there are",
    )


if __name__ == "__main__":
    sys.exit(run_program("counter", "The counter of ZhiTing.", build, add_options=_options))
