"""Where the counter's windows stand: the citizen's full screen on the second screen, or a normal one without it;
both at home again when a screen was unplugged and plugged in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QScreen, QWindow

from shared.ui.screen_identity import Screen, ScreenIdentity

NORMAL = QSize(1280, 800)
SHARE_OF_ROOM = 0.8
# Long enough for a program that is ending to end first.
REOPEN_MS = 300
# A screen that is plugged in comes with several events, and its size with the last of them.
SETTLE_MS = 300


def choose_screens(
    screens: Sequence[Screen], primary: Screen, *, operators: ScreenIdentity | None = None,
    citizens: ScreenIdentity | None = None, wanted: str = "",
) -> tuple[Screen, Screen | None]:  # fmt: skip
    """The operator's screen and the citizen's, None without one.

    ``operators``, ``citizens``: where they stood while everything was plugged in. The citizen's is the one wanted by
    name, else where it stood, else the first that is not the operator's.
    """
    citizens_home = next((one for one in screens if one.name() == wanted), None)
    if citizens_home is None and citizens is not None:
        citizens_home = citizens.find(screens)
    operators_home = operators.find(screens) if operators is not None else primary
    if operators_home is None:
        # Away from home they work where nobody else has theirs; the program must be worked at.
        spare = [one for one in screens if citizens_home is None or one.name() != citizens_home.name()]
        named = {one.name(): one for one in spare}
        operators_home = named.get(primary.name()) or next(iter(spare), primary)
    # By name: two Python objects may stand for one screen.
    others = [one for one in screens if one.name() != operators_home.name()]
    if citizens_home is not None and citizens_home.name() != operators_home.name():
        return operators_home, citizens_home
    return operators_home, next(iter(others), None)


class CitizenPlace(QObject):
    """Follows screens that come and go; the window is never lost with its screen, nor closed by mistake.

    ``move_operator`` brings the operator's windows to a screen, if they are not there.
    """

    def __init__(
        self, window: QWindow, *, wanted: str = "", windowed: bool = False,
        move_operator: Callable[[QScreen], None] = lambda screen: None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._window, self._wanted, self._windowed = window, wanted, windowed
        self._move_operator = move_operator
        self._operators: ScreenIdentity | None = None
        self._citizens: ScreenIdentity | None = None
        self.screen_name = ""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._application = application
        application.screenAdded.connect(self._on_added)
        application.screenRemoved.connect(self._on_removed)
        application.primaryScreenChanged.connect(self._on_added)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._settled)
        self._reopen = QTimer(self, singleShot=True, interval=REOPEN_MS)
        self._reopen.timeout.connect(self._open_again)
        window.visibleChanged.connect(self._on_visible)

    def stop(self) -> None:
        self._window.visibleChanged.disconnect(self._on_visible)
        self._reopen.stop()
        self._settle.stop()
        self._application.screenAdded.disconnect(self._on_added)
        self._application.screenRemoved.disconnect(self._on_removed)
        self._application.primaryScreenChanged.disconnect(self._on_added)

    def show(self) -> None:
        self.place(QGuiApplication.screens())

    def place(self, screens: Sequence[QScreen]) -> None:
        """Each window where it belongs; the citizen's is a normal window while its screen is away."""
        primary = QGuiApplication.primaryScreen()
        if primary is None or not screens:
            return
        operators, chosen = choose_screens(
            screens, primary, operators=self._operators, citizens=self._citizens, wanted=self._wanted
        )
        if self._operators is None:
            self._operators = ScreenIdentity.of(operators)
        else:
            self._move_operator(operators)
        if self._windowed:
            chosen = None
        elif chosen is not None and self._citizens is None:
            self._citizens = ScreenIdentity.of(chosen)
        self._place_citizen(operators, chosen)

    def _place_citizen(self, operators: QScreen, chosen: QScreen | None) -> None:
        name = chosen.name() if chosen is not None else ""
        if name == self.screen_name and self._window.isVisible() and (chosen is None or self._covers(chosen)):
            return
        lost, self.screen_name = bool(self.screen_name), name
        if chosen is None:
            self._show_normal(operators)
            if lost:
                # It comes back behind what the operator is working at.
                self._window.lower()
            return
        self._window.setScreen(chosen)
        self._window.setGeometry(chosen.geometry())
        # Not showFullScreen: it asks for the focus, which this window never takes from the operator.
        self._window.setWindowState(Qt.WindowState.WindowFullScreen)
        self._window.setVisible(True)

    def _covers(self, screen: QScreen) -> bool:
        return self._window.screen().name() == screen.name() and self._window.geometry() == screen.geometry()

    def _on_visible(self, visible: bool) -> None:
        if not visible:
            self._reopen.start()

    def _open_again(self) -> None:
        if not self._window.isVisible():
            self.show()
            self._window.lower()

    def _show_normal(self, screen: QScreen) -> None:
        room = screen.availableGeometry()
        size = NORMAL.boundedTo(room.size() * SHARE_OF_ROOM)
        self._window.setScreen(screen)
        self._window.showNormal()
        self._window.setGeometry(room.left(), room.top(), size.width(), size.height())

    def _on_added(self, _: QScreen) -> None:
        self.place(QGuiApplication.screens())
        self._settle.start()

    def _on_removed(self, screen: QScreen) -> None:
        self.place([one for one in QGuiApplication.screens() if one.name() != screen.name()])
        self._settle.start()

    def _settled(self) -> None:
        self.place(QGuiApplication.screens())
