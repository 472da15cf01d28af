"""Who belongs to a priority group: chosen at the kiosk, with or without a proof, or by the age in the document.

group_<n>_declared group_<n>_age
"""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QSpinBox

from admin_app.features.calling.presenter import CallingPresenter, bounds
from admin_app.parts_view import Card, label
from shared.domain.calling.groups import SELF_DECLARED
from shared.i18n import text
from shared.schemas.calling import GroupCalling
from shared.ui.widgets import Form

# Those that have names everywhere; a higher one goes first.
GROUPS = (4, 3, 2, 1)
# An age says something about the elderly only.
BY_AGE = (2,)


def narrow(box: QComboBox) -> None:
    """The longest choice must not make the page wider than its window; the list that opens shows it whole."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)


class GroupsCard(Card):
    """One line for each group, in the order of calling."""

    def __init__(self, presenter: CallingPresenter, language: str) -> None:
        super().__init__(text("calling.console.sheet_declared", language))
        self._presenter = presenter
        self._language = language
        self._version = -1
        self._declared: dict[int, QComboBox] = {}
        self._age: dict[int, QSpinBox] = {}
        self.body.addWidget(label(self._t("note_declared"), "muted", wrap=True))
        form = Form(language)
        for group in GROUPS:
            name = text(f"counter.priority.group_{group}", language)
            declared = self._declared[group] = QComboBox()
            declared.setObjectName(f"group_{group}_declared")
            narrow(declared)
            for way in SELF_DECLARED:
                declared.addItem(self._t(f"declared_{way}"), way)
            # A wheel that scrolls the page must not change a rule on its way.
            declared.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            declared.currentIndexChanged.connect(lambda _, group=group: self._take(group))
            form.add(f"group_{group}_declared", name, declared)
            if group in BY_AGE:
                form.add(f"group_{group}_age", self._t("from_age"), self._age_box(group))
        self.body.addWidget(form)
        presenter.state_changed.connect(self._draw)

    def _t(self, key: str) -> str:
        return text(f"calling.console.{key}", self._language)

    def _age_box(self, group: int) -> QSpinBox:
        box = self._age[group] = QSpinBox()
        box.setObjectName(f"group_{group}_age")
        low, high = bounds("from_age", GroupCalling)
        # One below the least: by no age.
        box.setRange(low - 1, high)
        box.setSpecialValueText(self._t("by_no_age"))
        box.setSuffix(self._t("years"))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.valueChanged.connect(lambda _: self._take(group))
        return box

    def _take(self, group: int) -> None:
        box = self._age.get(group)
        age = box.value() if box is not None and box.value() > box.minimum() else None
        wanted = GroupCalling(group=group, declared=self._declared[group].currentData(), from_age=age)
        rest = [one for one in self._presenter.state.draft.groups if one.group != group]
        says = wanted.declared != "no" or wanted.from_age is not None
        groups = [*rest, wanted] if says else rest
        self._presenter.edit(groups=sorted(groups, key=lambda one: -one.group))

    def _draw(self) -> None:
        state = self._presenter.state
        if not state.loaded or state.version == self._version:
            return
        self._version = state.version
        known = {one.group: one for one in state.draft.groups}
        for group, declared in self._declared.items():
            with QSignalBlocker(declared):
                declared.setCurrentIndex(declared.findData(known[group].declared if group in known else "no"))
        for group, age in self._age.items():
            years = known[group].from_age if group in known else None
            with QSignalBlocker(age):
                age.setValue(age.minimum() if years is None else years)
