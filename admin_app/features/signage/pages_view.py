"""How the web pages of all layouts stand on the server: last fetched, what went wrong, when next; and "fetch now".

signage_web_pages pages_none page_<n> page_told_<n> page_fetch_<n> pages_problem pages_close
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from admin_app.features.signage.presenter import SignagePresenter
from admin_app.parts_view import Banner, Dialog, label, named, pad, size
from shared.i18n import text
from shared.schemas.signage import WebPage
from shared.ui.widgets import button

# A page is some seconds under way, and nobody is told when it could not be fetched.
LOOK_MS = 3000


class PagesDialog(Dialog):
    def __init__(self, parent: QWidget, presenter: SignagePresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("signage_web_pages")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._presenter, self._language = presenter, language
        self._shown: object = None
        self.setWindowTitle(self._t("title"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("about"), "muted", wrap=True))
        self._problem = Banner("pages_problem")
        column.addWidget(self._problem)
        self._none = label("", "muted", wrap=True, name="pages_none")
        column.addWidget(self._none)
        self._rows = QScrollArea()
        self._rows.setWidgetResizable(True)
        self._rows.setFrameShape(QScrollArea.Shape.NoFrame)
        self._rows.setMinimumSize(size("text_body") * 44, size("text_body") * 14)
        column.addWidget(self._rows, 1)
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        foot.addWidget(named(button(self._t("close"), on_click=self.close), "pages_close"))
        column.addLayout(foot)
        self._often = QTimer(self)
        self._often.setInterval(LOOK_MS)
        self._often.timeout.connect(presenter.load_pages)
        self._often.start()
        presenter.state_changed.connect(self._draw)
        presenter.load_pages()
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.pages.{key}", self._language, **params)

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        pages = state.pages
        self._none.setText(self._t("loading" if pages is None else "none"))
        self._none.setVisible(not pages)
        self._rows.setVisible(bool(pages))
        told = [(page, self._told(page)) for page in pages or ()]
        if told != self._shown:
            self._shown = told
            place = self._rows.verticalScrollBar().value()
            self._rows.setWidget(self._listed(told))
            self._rows.verticalScrollBar().setValue(place)

    def _listed(self, told: Sequence[tuple[WebPage, str]]) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        pad(column, gap="space_m")
        for n, (page, words) in enumerate(told):
            row, side = QHBoxLayout(), QVBoxLayout()
            pad(row, gap="space_m")
            pad(side)
            address = label(page.address, wrap=True, name=f"page_{n}")
            address.setTextFormat(Qt.TextFormat.PlainText)
            side.addWidget(address)
            side.addWidget(label(words, "muted", wrap=True, name=f"page_told_{n}"))
            row.addLayout(side, 1)
            fetch = partial(self._presenter.fetch_page, page.address)
            row.addWidget(named(button(self._t("fetch"), "refresh", on_click=fetch), f"page_fetch_{n}"))
            column.addLayout(row)
        column.addStretch(1)
        return made

    def _told(self, page: WebPage) -> str:
        due = page.next_at is None or page.next_at <= datetime.now(UTC)
        parts = [
            self._t("size", wide=page.width, high=page.height),
            self._t("never") if page.taken_at is None else self._t("taken", at=_at(page.taken_at)),
            self._t("soon") if due or page.next_at is None else self._t("next", at=_at(page.next_at)),
        ]
        facts = " · ".join(parts)
        return f"{facts}\n{self._presenter.page_problem(page)}" if page.problem else facts


def _at(moment: datetime) -> str:
    return f"{moment.astimezone():%m-%d %H:%M}"
