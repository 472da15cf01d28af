"""Opens the bench: ``python -m shared.ui.device_bench --cards FILE --papers DIR``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from shared.devices.board import DEFAULT_PORT


def main() -> int:
    parser = argparse.ArgumentParser(description="Simulated devices of the demonstration hall.")
    parser.add_argument("--cards", type=Path, required=True)
    parser.add_argument("--papers", type=Path, required=True)
    parser.add_argument("--board-port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--printer-port", type=int, default=9100)
    arguments = parser.parse_args()
    from shared.ui.application import create_application, run_application
    from shared.ui.device_bench.presenter import BenchPresenter, sample_cards
    from shared.ui.device_bench.view import BenchWindow
    from shared.ui.theme.widgets import apply

    application = create_application("device-bench", sys.argv[:1])
    apply(application)
    presenter = BenchPresenter(
        sample_cards(arguments.cards), arguments.papers, board_port=arguments.board_port,
        printer_port=arguments.printer_port,
    )  # fmt: skip
    window = BenchWindow(presenter)
    window.show()
    try:
        return run_application(application)
    finally:
        presenter.close()


if __name__ == "__main__":
    raise SystemExit(main())
