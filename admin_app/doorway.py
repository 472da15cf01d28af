"""The console behind its sign-in window, when its profile has no token."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from admin_app.bootstrap import AdminApp, prepare
from admin_app.signing_in import SigningInPresenter
from admin_app.signing_in_view import SigningInWindow
from shared import __version__
from shared.client.settings import TerminalSettings
from shared.client.signing_in import SignedIn
from shared.domain.errors import HallError
from shared.i18n.errors import error_text
from shared.ui.background import run_in_background, wait_for_background

CLIENT = "zhiting-admin"


class Doorway:
    """First the sign-in window, then the console; again the window when the session ends."""

    def __init__(self, settings: TerminalSettings) -> None:
        prepare(settings)
        self._settings = settings
        self.signed_in = SignedIn(settings.server, CLIENT, place=str(settings.option("place", "")) or settings.name)
        self.presenter = SigningInPresenter(self.signed_in, settings.language)
        footer = f"{__version__} · {settings.server.partition('//')[2]}"
        self.window = SigningInWindow(self.presenter, settings.language, footer)
        self.console: AdminApp | None = None
        self._stopped = False
        self.presenter.done.connect(self._enter)

    @property
    def windows(self) -> Sequence[object]:
        return [self.window] if self.console is None else [self.console.window, self.window]

    def start(self) -> None:
        self.window.open()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self._close_console()
        wait_for_background()
        self.signed_in.sign_out()
        self.signed_in.close()
        self.window.close()
        self.window.deleteLater()
        self.presenter.deleteLater()

    def sign_out(self) -> None:
        """The person leaves: their console goes, and the next one begins at the window."""
        run_in_background(self.signed_in.sign_out, self._left, owner=self.presenter)

    def _left(self, _: object) -> None:
        self.presenter.again()
        self.window.open()
        self._close_console()

    def _close_console(self) -> None:
        console, self.console = self.console, None
        if console is not None:
            console.stop()
            console.window.hide()
            console.window.deleteLater()

    def _enter(self) -> None:
        if self.console is None:
            self.console = AdminApp(dataclasses.replace(self._settings, token=self.signed_in), self.sign_out)
            self.console.link.connection.connect(self._connection)
            self.console.start()
        self.window.forget()
        self.window.hide()
        self.console.window.setEnabled(True)

    def _connection(self, connected: bool, error: HallError | None) -> None:
        if not connected and error is not None and error.code == "signed_out" and not self.window.isVisible():
            self.presenter.again(error_text(error.code, self._settings.language))
            if self.console is not None:
                self.console.window.setEnabled(False)
            self.window.open()
