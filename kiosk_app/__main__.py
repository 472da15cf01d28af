"""./run kiosk: the ticket kiosk, or the touch browser."""

import sys

from kiosk_app.settings import add_options, kiosk_settings
from shared.client.settings import TerminalSettings
from shared.ui.program import App, run_program


def build(settings: TerminalSettings) -> App:
    """Wired only now, so that --help needs no Qt."""
    if kiosk_settings(settings).mode == "touch":
        from kiosk_app.touch import build as build_touch

        return build_touch(settings)
    from kiosk_app.bootstrap import build as build_kiosk

    return build_kiosk(settings)


if __name__ == "__main__":
    sys.exit(run_program("kiosk", "The ticket kiosk: card or number, service, ticket.", build, add_options=add_options))
