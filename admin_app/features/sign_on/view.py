"""Single sign-on: clients, other providers and signing keys, each on its tab.

page_sign_on sign_on_tabs sign_on_toast sign_on_unsaved (the parts' files list the rest)
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from admin_app.features.sign_on.clients_view import ClientsTab
from admin_app.features.sign_on.keys_view import KeysTab
from admin_app.features.sign_on.presenter import SignOnPresenter
from admin_app.features.sign_on.upstreams_view import UpstreamsTab
from admin_app.parts_view import label, pad
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Toast


class SignOnPage(QWidget):
    """A tab for each part."""

    def __init__(self, presenter: SignOnPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_sign_on")
        self._presenter = presenter
        self._language = language
        self.clients, self.keys = ClientsTab(presenter, language), KeysTab(presenter, language)
        self.upstreams = UpstreamsTab(presenter, language)
        self._parts: dict[str, QWidget] = {"client": self.clients, "upstream": self.upstreams, "key": self.keys}
        self._tabs = QTabWidget()
        self._tabs.setObjectName("sign_on_tabs")
        mark(self._tabs, "plain")
        for part, widget in self._parts.items():
            self._tabs.addTab(widget, text(f"registry.nav.{part}", language))
        self._unsaved = label("", "warn", name="sign_on_unsaved")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(text("registry.nav.sign_on", language), "title"))
        head.addStretch(1)
        head.addWidget(self._unsaved)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_s")
        column.addLayout(head)
        column.addWidget(self._tabs, 1)
        self._toast = Toast(self, language)
        self._toast.setObjectName("sign_on_toast")
        for tab in (self.clients, self.upstreams):
            tab.editor.told.connect(self._toast.show_message)
        presenter.target_wanted.connect(self._show_part)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        self._presenter.go(target)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.enter()

    def _show_part(self, kind: str) -> None:
        self._tabs.setCurrentWidget(self._parts.get(kind, self.clients))

    def _draw(self) -> None:
        unsaved = self._presenter.state.unsaved
        self._unsaved.setText(text("registry.unsaved_n", self._language, n=unsaved) if unsaved else "")
