"""What single counters and services have otherwise than the hall: one line each, edited in a dialog.

For both: counters_add counters_dialog counters_of counters_save counters_remove services_add …
later_<service id> exception_<field>
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.calling.presenter import CallingPresenter, bounds
from admin_app.parts_view import Card, Dialog, clear, label, named, pad, size
from shared.i18n import text
from shared.schemas.calling import CounterCalling, ServiceCalling
from shared.ui.widgets import Form, button, inset

_OWN = ("patience_min", "booked_head_start_min", "missed_behind", "missed_within_min")


class _ListCard(Card):
    """Lines of words, each with a button that opens its dialog."""

    def __init__(self, presenter: CallingPresenter, language: str, name: str) -> None:
        super().__init__(text(f"calling.console.sheet_{name}", language))
        self.presenter, self.language, self.name = presenter, language, name
        self.body.addWidget(label(self.words(f"note_{name}"), "muted", wrap=True))
        self._list = QVBoxLayout()
        pad(self._list, gap="space_xs")
        self.body.addLayout(self._list)
        add = named(button(self.words("add"), "plus", on_click=lambda: self.open(None)), f"{name}_add")
        row = QHBoxLayout()
        row.addWidget(add)
        row.addStretch(1)
        self.body.addLayout(row)
        self._drawn: object = None
        presenter.state_changed.connect(self._draw)

    def words(self, key: str, **params: object) -> str:
        return text(f"calling.console.{key}", self.language, **params)

    def lines(self) -> list[tuple[UUID, str, str]]:
        """Of each exception whose it is, its name, and what it says."""
        raise NotImplementedError

    def open(self, of: UUID | None) -> None:
        raise NotImplementedError

    def _draw(self) -> None:
        lines = self.lines()
        if lines == self._drawn:
            return
        self._drawn = lines
        clear(self._list)
        for of, name, says in lines:
            line = QWidget()
            row = QHBoxLayout(line)
            pad(row)
            row.addWidget(label(name, "lead"))
            row.addWidget(label(says, "muted", wrap=True), 1)
            row.addWidget(button(self.words("edit"), "pencil", on_click=self._opening(of)))
            self._list.addWidget(line)

    def _opening(self, of: UUID) -> Callable[[], None]:
        return lambda: self.open(of)


class _ExceptionDialog(Dialog):
    """Whose it is, ``inside`` its fields, save or take it away; ``chosen`` is whose it is."""

    def __init__(
        self, card: _ListCard, title: str, choices: list[tuple[str, UUID]], of: UUID | None,
        save: Callable[[], object], remove: Callable[[], object],
    ) -> None:  # fmt: skip
        super().__init__(card.window())
        self.setObjectName(f"{card.name}_dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 34)
        self.of = QComboBox()
        self.of.setObjectName(f"{card.name}_of")
        for words, key in choices:
            self.of.addItem(words, str(key))
        if of is not None:
            self.of.setCurrentIndex(self.of.findData(str(of)))
            self.of.setEnabled(False)
        self.inside = QVBoxLayout()
        pad(self.inside)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title"))
        column.addWidget(self.of)
        column.addLayout(self.inside)
        row = QHBoxLayout()
        self._remove = named(
            button(card.words("as_hall"), "trash", on_click=self._closing(remove)), f"{card.name}_remove"
        )
        self._remove.setVisible(of is not None)
        row.addWidget(self._remove)
        row.addStretch(1)
        row.addWidget(button(card.words("cancel"), on_click=self.close))
        self.accept_button: QPushButton = named(
            button(card.words("take"), "check", "primary", self._closing(save)), f"{card.name}_save"
        )
        row.addWidget(self.accept_button)
        column.addLayout(row)

    @property
    def chosen(self) -> UUID:
        return UUID(str(self.of.currentData()))

    def _closing(self, act: Callable[[], object]) -> Callable[[], None]:
        def done() -> None:
            act()
            self.close()

        return done


class CountersCard(_ListCard):
    """Counters that are there for some of their services first."""

    def __init__(self, presenter: CallingPresenter, language: str) -> None:
        super().__init__(presenter, language, "counters")

    def lines(self) -> list[tuple[UUID, str, str]]:
        state = self.presenter.state
        labels = {counter.id: counter.label for counter in state.counters}
        names = {service.id: service.name for service in state.services}
        return [
            (
                one.counter_id,
                labels.get(one.counter_id, "?"),
                self.words(
                    "counter_says", n=one.step_in_min,
                    services=self.words("comma").join(names.get(service, "?") for service in one.later),
                ),
            )
            for one in sorted(state.draft.counters, key=lambda one: labels.get(one.counter_id, ""))
        ]  # fmt: skip

    def open(self, of: UUID | None) -> None:
        state = self.presenter.state
        counters = {counter.id: counter for counter in state.counters if len(counter.service_ids) > 1}
        if not counters:
            return
        names = {service.id: service.name for service in state.services}
        now = {one.counter_id: one for one in state.draft.counters}
        boxes: dict[UUID, QCheckBox] = {}
        step_in = QSpinBox()
        inset(step_in)
        step_in.setObjectName("exception_step_in_min")
        step_in.setRange(*bounds("step_in_min", CounterCalling))
        step_in.setSuffix(self.words("minutes"))

        def save() -> None:
            later = [service for service, box in boxes.items() if box.isChecked()]
            wanted = (
                CounterCalling(counter_id=asked.chosen, later=later, step_in_min=step_in.value()) if later else None
            )
            self.presenter.set_counter(wanted, asked.chosen)

        choices = [(f"{counter.label}  {counter.name}", id_) for id_, counter in counters.items()]
        asked = _ExceptionDialog(
            self, self.words("sheet_counters"), choices, of, save,
            lambda: self.presenter.set_counter(None, asked.chosen),
        )  # fmt: skip
        asked.inside.addWidget(label(self.words("later_note"), "muted", wrap=True))
        holder, rows = QWidget(), QVBoxLayout()
        holder.setLayout(rows)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        scroll.setMinimumHeight(size("touch_target") * 5)
        asked.inside.addWidget(scroll, 1)
        form = Form(self.language)
        form.add("step_in_min", self.words("step_in_min"), step_in)
        asked.inside.addWidget(form)

        def possible() -> None:
            # A counter that is there for nothing first would be there for all alike.
            asked.accept_button.setEnabled(any(not box.isChecked() for box in boxes.values()))

        def fill() -> None:
            clear(rows)
            boxes.clear()
            own = now.get(asked.chosen)
            step_in.setValue(own.step_in_min if own else 20)
            for service in counters[asked.chosen].service_ids:
                if service not in names:
                    continue
                box = boxes[service] = QCheckBox(names[service])
                box.setObjectName(f"later_{service}")
                box.setChecked(own is not None and service in own.later)
                box.toggled.connect(lambda _: possible())
                rows.addWidget(box)
            rows.addStretch(1)
            possible()

        asked.of.currentIndexChanged.connect(lambda _: fill())
        fill()
        asked.open()


class ServicesCard(_ListCard):
    """Services with a patience, a head start or a way back of their own."""

    def __init__(self, presenter: CallingPresenter, language: str) -> None:
        super().__init__(presenter, language, "services")

    def lines(self) -> list[tuple[UUID, str, str]]:
        state = self.presenter.state
        names = {service.id: service.name for service in state.services}
        return [
            (
                one.service_id,
                names.get(one.service_id, "?"),
                self.words("comma").join(
                    self.words(f"{field}_says", n=getattr(one, field))
                    for field in _OWN if getattr(one, field) is not None
                ),
            )
            for one in sorted(state.draft.services, key=lambda one: names.get(one.service_id, ""))
        ]  # fmt: skip

    def open(self, of: UUID | None) -> None:
        state = self.presenter.state
        if not state.services:
            return
        now = {one.service_id: one for one in state.draft.services}
        fields: dict[str, QSpinBox] = {}

        def save() -> None:
            own = {field: box.value() if box.value() > box.minimum() else None for field, box in fields.items()}
            self.presenter.set_service(ServiceCalling(service_id=asked.chosen, **own))

        choices = [(service.name, service.id) for service in state.services]
        asked = _ExceptionDialog(
            self, self.words("sheet_services"), choices, of, save,
            lambda: self.presenter.set_service(ServiceCalling(service_id=asked.chosen)),
        )  # fmt: skip
        form = Form(self.language)
        for field in _OWN:
            low, high = bounds(field, ServiceCalling)
            box = fields[field] = QSpinBox()
            inset(box)
            box.setObjectName(f"exception_{field}")
            # One below the least: as the hall.
            box.setRange(low - 1, high)
            box.setSpecialValueText(self.words("as_hall"))
            box.setSuffix(self.words("minutes") if field.endswith("_min") else "")
            form.add(field, self.words(field), box)
        asked.inside.addWidget(form)

        def fill() -> None:
            own = now.get(asked.chosen)
            for field, box in fields.items():
                value = getattr(own, field) if own is not None else None
                box.setValue(box.minimum() if value is None else value)

        asked.of.currentIndexChanged.connect(lambda _: fill())
        fill()
        asked.open()
