"""What the chosen zone of a layout is: where it stands, and what only its kind has.

zone_x zone_y zone_width zone_height zone_layer zone_words zone_playlist zone_sound zone_figure_<name> zone_page
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from admin_app.features.signage.presenter import SignagePresenter
from admin_app.parts_view import label, pad
from shared.domain.signage.layout import CANVAS
from shared.i18n import text
from shared.schemas.signage import WEB_ADDRESS
from shared.ui.widgets import Form

NUMBERS: Final = ("x", "y", "width", "height", "layer")
WITH_WORDS: Final = ("qr", "text", "ticker", "clock", "web")
FIGURES: Final = ("waiting", "served", "average", "longest", "services")


class ZoneForm(QWidget):
    """`fill` shows a zone; what a person changes goes to the presenter."""

    def __init__(self, presenter: SignagePresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._filling = False
        self._form = Form(language)
        self._fields: dict[str, QSpinBox] = {}
        for name in NUMBERS:
            box = QSpinBox()
            box.setRange(0, 9 if name == "layer" else CANVAS[1])
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda value, name=name: self._take(**{name: value}))
            box.setObjectName(f"zone_{name}")
            self._fields[name] = box
            self._form.add(name, self._t(name), box)
        self._words = QLineEdit()
        self._words.setObjectName("zone_words")
        self._words.setMaxLength(1000)
        self._words.editingFinished.connect(self._take_words)
        self._form.add("words", self._t("words"), self._words)
        self._playlist = QComboBox()
        self._playlist.setObjectName("zone_playlist")
        # A long name is cut there, not the field by the card.
        self._playlist.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._playlist.setMinimumContentsLength(5)
        self._playlist.activated.connect(lambda _: self._take(playlist=self._playlist.currentData()))
        self._form.add("playlist", self._t("playlist"), self._playlist)
        self._sound = QCheckBox(self._t("sound"))
        self._sound.setObjectName("zone_sound")
        self._sound.toggled.connect(lambda on: self._take(sound=on))
        self._figures = {name: QCheckBox(self._t(f"figure_{name}")) for name in FIGURES}
        for name, figure in self._figures.items():
            figure.setObjectName(f"zone_figure_{name}")
            figure.toggled.connect(lambda _: self._take_figures())
        # How the page of the web stands on the server.
        self._page = label("", "muted", wrap=True, name="zone_page")
        column = QVBoxLayout(self)
        pad(column)
        for made in (self._form, self._sound, *self._figures.values(), self._page):
            column.addWidget(made)

    def _t(self, key: str, **params: object) -> str:
        return text(f"signage_console.layout.{key}", self._language, **params)

    def _take(self, **fields: Any) -> None:
        if not self._filling and self._presenter.state.zone >= 0:
            self._presenter.set_zone(**fields)

    def _take_words(self) -> None:
        if not self._filling:
            self._take(words=self._words.text().strip())

    def _take_figures(self) -> None:
        if not self._filling:
            chosen = [name for name, box in self._figures.items() if box.isChecked()]
            # None of them would be an empty place on the wall.
            self._take(figures=None if len(chosen) in (0, len(FIGURES)) else chosen)

    def fill(self, zone: Mapping[str, Any] | None) -> None:
        self._filling = True
        kind = zone["kind"] if zone is not None else ""
        for name, box in self._fields.items():
            box.setValue(int(str(zone.get(name, 0))) if zone is not None else 0)
        words = str(zone.get("words", "")) if zone is not None else ""
        if self._words.text() != words:
            self._words.setText(words)
        self._words.setEnabled(kind in WITH_WORDS)
        self._words.setPlaceholderText("https://" if kind in ("web", "qr") else "")
        self._playlist.setEnabled(kind == "media")
        with QSignalBlocker(self._playlist):
            self._playlist.clear()
            self._playlist.addItem(self._t("of_schedule"), None)
            for name, id_ in self._presenter.state.named("playlist"):
                self._playlist.addItem(name, str(id_))
            wanted = zone.get("playlist") if zone is not None else None
            self._playlist.setCurrentIndex(max(0, self._playlist.findData(wanted)))
        self._sound.setVisible(kind == "media")
        self._sound.setChecked(zone is not None and bool(zone.get("sound")))
        shown = (zone.get("figures") if zone is not None else None) or FIGURES
        for name, figure in self._figures.items():
            figure.setVisible(kind == "figures")
            figure.setChecked(name in shown)
        page = self._page_words(zone) if zone is not None and kind == "web" else ""
        self._page.setText(page)
        self._page.setVisible(bool(page))
        self._filling = False

    def _page_words(self, zone: Mapping[str, Any]) -> str:
        address = str(zone.get("words", ""))
        if not address:
            return self._t("page_none")
        if not WEB_ADDRESS.match(address):
            return self._t("page_wrong")
        found = [one for one in self._presenter.preview.pages if one.address == address]
        best = next((one for one in found if one.width == zone["width"] and one.height == zone["height"]), None)
        if best is None or (best.taken_at is None and not best.problem):
            return self._t("page_waits")
        taken = f"{best.taken_at.astimezone():%m-%d %H:%M}" if best.taken_at is not None else self._t("page_never")
        if not best.problem:
            return self._t("page_taken", at=taken)
        return self._t("page_problem", why=self._presenter.page_problem(best), at=taken)
