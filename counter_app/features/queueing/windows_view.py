"""The operator's two windows together: the side bar, or the mini bar when the screen is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QWidget

from counter_app.features.queueing.asking_view import HandOverDialog, NumberDialog, ParkDialog, PriorityDialog
from counter_app.features.queueing.dialogs_view import Dialog, PauseDialog, TransferDialog
from counter_app.features.queueing.giving_view import GiveDialog
from counter_app.features.queueing.looking_view import ReturnDialog, WhyDialog
from counter_app.features.queueing.mini_view import MiniBar
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.view import SideBar
from shared.ui.theme.widgets import apply


class OperatorWindows(QObject):
    """The side bar or the mini bar, on top or not, in the mode chosen; and the dialogs over whichever is shown."""

    def __init__(
        self, presenter: OperatorPresenter, sign_in: Callable[[], QWidget], language: str, edge: str = "right"
    ) -> None:
        """``sign_in`` makes the page of a closed counter."""
        super().__init__()
        self._presenter = presenter
        self._mode = ""
        self._shown: tuple[bool, bool] | None = None
        # Before any widget is made: their sizes are those of the theme.
        self._dress()
        self.bar = SideBar(presenter, sign_in(), language, edge)
        self.mini = MiniBar(presenter, language)
        windows: tuple[QWidget, ...] = (self.bar, self.mini)
        self._transfer = {window: TransferDialog(window, presenter, language) for window in windows}
        chosen = self.bar.chosen_waiting
        self._dialogs: Mapping[str, Mapping[QWidget, Dialog]]
        self._dialogs = {
            "pause": {window: PauseDialog(window, presenter, language) for window in windows},
            "transfer": self._transfer,
            "park": {window: ParkDialog(window, presenter, language) for window in windows},
            "call-number": {window: NumberDialog(window, presenter, language) for window in windows},
            "priority": {window: PriorityDialog(window, presenter, language, chosen) for window in windows},
            "hand-over": {window: HandOverDialog(window, presenter, language) for window in windows},
            "return-ticket": {window: ReturnDialog(window, presenter, language) for window in windows},
            "give-number": {window: GiveDialog(window, presenter, language) for window in windows},
            "why": {window: WhyDialog(window, presenter, language) for window in windows},
        }
        self._dialog = ""
        presenter.state_changed.connect(self._follow)

    def show(self, screen: QScreen | None = None) -> None:
        """At the edge of this screen."""
        if screen is not None:
            self.bar.setScreen(screen)
            self.mini.setScreen(screen)
        self._arrange()
        self.bar.dock()
        self.mini.place()

    def move_to(self, screen: QScreen) -> None:
        """To the edge of this screen; who stands there already stays as they were put."""
        for window, stand in ((self.bar, self.bar.dock), (self.mini, self.mini.place)):
            if window.screen() is None or window.screen().name() != screen.name():
                window.setScreen(screen)
                stand()

    def close(self) -> None:
        self._presenter.state_changed.disconnect(self._follow)
        self.bar.be_sure()
        self.bar.close()
        self.mini.close()

    @property
    def window(self) -> QWidget:
        """The one that is shown."""
        return self.mini if self._presenter.state.mini else self.bar

    def _follow(self) -> None:
        state = self._presenter.state
        self._dress()
        if self._shown is not None:
            self._arrange()
        if state.dialog != self._dialog:
            self._dialog = state.dialog
            for kind, dialogs in self._dialogs.items():
                for window, dialog in dialogs.items():
                    if state.dialog == kind and window is self.window:
                        dialog.open_fresh()
                    elif dialog.isVisible():
                        dialog.hide()
        if state.dialog in self._dialogs:
            self._dialogs[state.dialog][self.window].show_state(state)

    def _dress(self) -> None:
        if self._presenter.state.mode != self._mode:
            self._mode = self._presenter.state.mode
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            apply(application, self._mode)

    def _arrange(self) -> None:
        state = self._presenter.state
        wanted = (state.mini, state.on_top)
        if wanted == self._shown:
            return
        self._shown = wanted
        for window in (self.bar, self.mini):
            place = window.geometry()
            window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, state.on_top or window is self.mini)
            window.setGeometry(place)
        self.bar.setVisible(not state.mini)
        self.mini.setVisible(state.mini)
        self.window.activateWindow()
