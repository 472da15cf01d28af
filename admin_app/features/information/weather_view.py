"""Where the weather comes from: settings beside what is known.

weather_problem weather_told weather_<field> weather_save weather_now weather_state weather_look
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.features.information.weather import WeatherPresenter
from admin_app.parts_view import Banner, Card, label, named, pad
from shared.i18n import text
from shared.ui.widgets import Form, button

DRIVERS = ("", "open_meteo")


class WeatherTab(QWidget):
    def __init__(self, presenter: WeatherPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language, self._revision = presenter, language, -1
        self._problem, self._told = Banner("weather_problem"), Banner("weather_told")
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._settings(), self._known(), (3, 2)), 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"information.page.{key}", self._language, **params)

    def _settings(self) -> Card:
        card = Card(self._t("weather_title"))
        card.body.addWidget(label(self._t("weather_note"), "muted", wrap=True))
        self._form = Form(self._language)
        driver = QComboBox()
        for key in DRIVERS:
            driver.addItem(self._t(f"driver_{key or 'none'}"), key)
        minutes = QSpinBox()
        minutes.setRange(10, 1440)
        minutes.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._key = QLineEdit()
        self._key.setMaxLength(200)
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        fields: dict[str, QWidget] = {"driver": driver}
        for name, hint, longest in (
            ("place", "", 40), ("latitude", "23.13", 12), ("longitude", "113.26", 12), ("address", "https://", 1000),
        ):  # fmt: skip
            line = fields[name] = QLineEdit()
            line.setMaxLength(longest)
            line.setPlaceholderText(hint)
        for name, widget in (fields | {"key": self._key, "minutes": minutes}).items():
            widget.setObjectName(f"weather_{name}")
            self._form.add(name, self._t(f"weather_{name}"), widget)
        self._save = named(
            button(self._t("save"), "save", "primary", lambda: self._presenter.save(self._form.values())),
            "weather_save",
        )
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(self._save)
        card.body.addWidget(self._form)
        card.body.addStretch(1)
        card.body.addLayout(row)
        return card

    def _known(self) -> Card:
        card = Card(self._t("weather_known"))
        self._now = label("", "lead", wrap=True, name="weather_now")
        self._state = Banner("weather_state")
        self._look = named(button(self._t("reload"), "refresh", on_click=self._presenter.look), "weather_look")
        card.head.addStretch(1)
        card.head.addWidget(self._look)
        card.body.addWidget(self._now)
        card.body.addWidget(self._state)
        card.body.addStretch(1)
        return card

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self._now.setText(state.now)
        self._state.show_words(state.source, "warn" if state.failing else "info")
        self._form.setEnabled(state.loaded)
        self._save.setEnabled(state.loaded and not state.busy)
        if state.loaded and state.revision != self._revision:
            self._revision = state.revision
            self._form.set_values(dict(state.values))
            self._key.setPlaceholderText(self._t("key_kept" if state.has_key else "key_none"))
