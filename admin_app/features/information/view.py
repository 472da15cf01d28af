"""What the hall tells of itself: introduction, getting here, weather, finished cases; each on its tab.

page_information information_tabs (``introduction_view``, ``weather_view``, ``publicity_view`` list the rest)
"""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from admin_app.features.information.introduction_view import IntroductionTabs
from admin_app.features.information.presenter import IntroductionPresenter
from admin_app.features.information.publicity import PublicityPresenter
from admin_app.features.information.publicity_view import PublicityTab
from admin_app.features.information.weather import WeatherPresenter
from admin_app.features.information.weather_view import WeatherTab
from admin_app.parts_view import label, pad
from shared.i18n import text
from shared.ui.theme.widgets import mark

TABS = ("introduction", "weather", "publicity")


class InformationPage(QWidget):
    def __init__(
        self, introduction: IntroductionPresenter, weather: WeatherPresenter, publicity: PublicityPresenter,
        language: str,
    ) -> None:  # fmt: skip
        super().__init__()
        self.setObjectName("page_information")
        self._presenters = (introduction, weather, publicity)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("information_tabs")
        mark(self._tabs, "plain")
        self.introduction = IntroductionTabs(introduction, language)
        self.weather, self.publicity = WeatherTab(weather, language), PublicityTab(publicity, language)
        for key, tab in zip(TABS, (self.introduction, self.weather, self.publicity), strict=True):
            self._tabs.addTab(tab, text(f"information.page.tab_{key}", language))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(text("information.page.title", language), "title"))
        column.addWidget(self._tabs, 1)
        for presenter in self._presenters:
            presenter.state_changed.connect(self._draw)
        self._draw()

    def open_target(self, target: str) -> None:
        """To a tab, by its key."""
        if target in TABS:
            self._tabs.setCurrentIndex(TABS.index(target))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        introduction, weather, publicity = self._presenters
        introduction.enter()
        weather.look()
        publicity.look()

    def _draw(self) -> None:
        for place, presenter in enumerate(self._presenters):
            self._tabs.setTabVisible(place, presenter.state.may_change)
