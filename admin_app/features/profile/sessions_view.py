"""Where one is signed in.

own_session_<n> own_session_end_<n>
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.features.profile.presenter import ProfilePresenter, ProfileState
from admin_app.parts_view import clear, label, named, pad
from shared.i18n import text
from shared.schemas.accounts import AccountSession
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button

_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
_BROWSERS = ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari")
_PLAIN = {"MicroMessenger": "WeChat", "Edg": "Edge", "Macintosh": "Mac"}


class SessionsPart(QWidget):
    def __init__(self, presenter: ProfilePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._drawn: tuple[AccountSession, ...] | None = None
        self._ends: list[QWidget] = []
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        pad(self._rows)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        pad(column, gap="space_m")
        column.addWidget(label(self._t("about"), "muted", wrap=True))
        column.addWidget(scroll, 1)

    def show_state(self, state: ProfileState) -> None:
        if state.sessions != self._drawn:
            self._drawn = state.sessions
            clear(self._rows)
            self._ends = []
            for number, session in enumerate(state.sessions):
                self._rows.addWidget(self._row(number, session))
            self._rows.addStretch(1)
        for end in self._ends:
            end.setEnabled(not state.busy)

    def _row(self, number: int, session: AccountSession) -> QFrame:
        box = QFrame()
        mark(box, "sunken")
        row = QHBoxLayout(box)
        pad(row, "space_s")
        lines = QVBoxLayout()
        pad(lines, gap="space_xs")
        place = " · ".join(part for part in (self._t(session.kind), device(session.place), session.address) if part)
        lines.addWidget(label(place, wrap=True, name=f"own_session_{number}"))
        lines.addWidget(label(self._t("since", begun=self._at(session, "begun_at"), seen=self._at(session, "seen_at")),
                              "muted", wrap=True))  # fmt: skip
        row.addLayout(lines, 1)
        if session.current:
            row.addWidget(label(self._t("own"), "ok"))
        else:
            end = named(button(self._t("end"), on_click=self._ending(str(session.id))), f"own_session_end_{number}")
            end.setAutoDefault(False)
            self._ends.append(end)
            row.addWidget(end)
        return box

    def _ending(self, session_id: str) -> Callable[[], None]:
        return lambda: self._presenter.end_session(session_id)

    def _at(self, session: AccountSession, moment: str) -> str:
        return f"{getattr(session, moment).astimezone(self._presenter.zone):%m-%d %H:%M}"

    def _t(self, key: str, **params: object) -> str:
        return text(f"profile.session.{key}", self._language, **params)


def device(place: str) -> str:
    """What a person recognises of a browser's long name; a program's own place as it is."""
    if not place.startswith("Mozilla/"):
        return place
    found = [next((name for name in names if name in place), "") for names in (_BROWSERS, _SYSTEMS)]
    return " · ".join(_PLAIN.get(name, name) for name in found if name) or place[:40]
