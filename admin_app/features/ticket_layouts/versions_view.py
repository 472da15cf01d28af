"""Two versions of a layout beside each other; an older one can be printed again.

versions_dialog versions_paper versions_sample versions_left versions_right versions_left_picture
versions_right_picture versions_restore versions_close
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import choice
from admin_app.features.ticket_layouts.paper_view import PaperPicture
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.features.ticket_layouts.versions import DRAFT
from admin_app.parts_view import Dialog, label, named, pad, size
from shared.devices.printer.escpos_ticket import PAPERS
from shared.devices.printer.samples import SAMPLES
from shared.i18n import text
from shared.ui.widgets import button

SIDES = ("left", "right")


class VersionsDialog(Dialog):
    """``restore`` gets the number of the version on the right; does not block."""

    def __init__(
        self, parent: QWidget, presenter: LayoutsPresenter, restore: Callable[[int], None], language: str
    ) -> None:
        super().__init__(parent)
        self._owner, self._presenter, self._language = presenter, presenter.versions, language
        self._restoring = restore
        state = self._presenter.state
        self.setObjectName("versions_dialog")
        self.setWindowTitle(self._t("versions_title", name=state.name))
        self.setModal(True)
        papers = [(one, self._t(f"paper_{one}")) for one in PAPERS]
        samples = [(one, self._t(f"sample_{one}")) for one in SAMPLES]
        self._paper = choice("versions_paper", self._t("paper"), papers, self._look)
        self._paper.setCurrentIndex(self._paper.findData(state.paper))
        self._sample = choice("versions_sample", self._t("samples"), samples, self._look)
        self._sample.setCurrentIndex(self._sample.findData(state.sample))
        top = QHBoxLayout()
        pad(top)
        top.addWidget(label(self._t("versions_title", name=state.name), "title", wrap=True), 1)
        top.addWidget(self._paper)
        top.addWidget(self._sample)
        self._choices = [
            choice(f"versions_{side}", self._t(f"versions_{side}"), state.choices, self._chosen(n))
            for n, side in enumerate(SIDES)
        ]
        self._pictures = [PaperPicture(f"versions_{side}_picture") for side in SIDES]
        both = QHBoxLayout()
        pad(both, gap="space_m")
        for box, picture in zip(self._choices, self._pictures, strict=True):
            box.setMinimumContentsLength(10)
            side = QVBoxLayout()
            pad(side)
            side.addWidget(box)
            side.addWidget(picture, 1)
            both.addLayout(side, 1)
        self._restore = named(button(self._t("restore"), "undo", "primary", self._ask), "versions_restore")
        below = QHBoxLayout()
        pad(below)
        below.addWidget(label(self._t("restore_fact"), "muted", wrap=True), 1)
        below.addWidget(named(button(text("ui.action.close", language), on_click=self.close), "versions_close"))
        below.addWidget(self._restore)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(top)
        column.addLayout(both, 1)
        column.addLayout(below)
        screen = parent.window().size()
        self.resize(min(size("text_body") * 90, screen.width() * 9 // 10), screen.height() * 9 // 10)
        self._presenter.state_changed.connect(self._draw)
        self.finished.connect(self._ended)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _chosen(self, n: int) -> Callable[[], None]:
        return lambda: self._presenter.show(n, str(self._choices[n].currentData()))

    def _look(self) -> None:
        self._presenter.look(str(self._paper.currentData()), str(self._sample.currentData()))

    def _ask(self) -> None:
        key = self._presenter.state.sides[1].key
        if key != DRAFT:
            self.close()
            self._restoring(int(key))

    def _draw(self) -> None:
        state, owner = self._presenter.state, self._owner.state
        for box, picture, side in zip(self._choices, self._pictures, state.sides, strict=True):
            box.setCurrentIndex(box.findData(side.key))
            if side.preview is not None:
                picture.show_picture(side.preview.picture)
            else:
                picture.show_words(side.told or text("ui.spinner.working", self._language))
        right = state.sides[1]
        old = right.key not in (DRAFT, state.printed) and not right.told
        self._restore.setEnabled(old and owner.may_change and not owner.busy)

    def _ended(self) -> None:
        self._presenter.state_changed.disconnect(self._draw)
        self.deleteLater()
