"""./run kiosk: the ticket kiosk."""

import sys

from kiosk_app.settings import add_options
from shared.client.settings import TerminalSettings
from shared.ui.program import App, run_program


def build(settings: TerminalSettings) -> App:
    """Wired only now, so that --help needs no Qt."""
    from kiosk_app.bootstrap import build as build_kiosk

    return build_kiosk(settings)


if __name__ == "__main__":
    sys.exit(run_program("kiosk", "The ticket kiosk: card or number, service, ticket.", build, add_options=add_options))
