"""The release of numbers: plans and the calendar, each on its tab.

page_release release_tabs release_toast (plans_view.py, day_view.py and calendar_view.py list the rest)
"""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from admin_app.features.release.calendar_view import CalendarTab
from admin_app.features.release.plans_view import PlansTab
from admin_app.features.release.presenter import ReleasePresenter
from admin_app.parts_view import label, pad
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Toast


class ReleasePage(QWidget):
    def __init__(self, presenter: ReleasePresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_release")
        self._tabs = QTabWidget()
        self._tabs.setObjectName("release_tabs")
        mark(self._tabs, "plain")
        self.plans, self.calendar = PlansTab(presenter, language), CalendarTab(presenter.calendar, language)
        self._tabs.addTab(self.plans, text("release.nav.plans", language))
        self._tabs.addTab(self.calendar, text("release.nav.calendar", language))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_s")
        column.addWidget(label(text("release.nav.release", language), "title"))
        column.addWidget(self._tabs, 1)
        toast = Toast(self, language)
        toast.setObjectName("release_toast")
        presenter.told.connect(toast.show_message)
        presenter.calendar.told.connect(toast.show_message)

    def open_target(self, target: str) -> None:
        """``plans`` or ``calendar``."""
        self._tabs.setCurrentWidget(self.calendar if target.startswith("calendar") else self.plans)
