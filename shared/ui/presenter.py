"""A presenter: one frozen state, one `state_changed`, methods for what a person can do."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from PySide6.QtCore import Property, QObject, Signal

State = TypeVar("State")


def to_view(value: object) -> Any:
    """A state as plain dicts, lists, strings and numbers: what QML can read."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_view(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return to_view(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): to_view(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_view(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(to_view(item) for item in value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a state may not hold {type(value).__name__}: QML cannot read it")


class Presenter(QObject, Generic[State]):
    """Base of all presenters; subclasses change the state only through `change` and `set_state`."""

    state_changed = Signal()

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._view: Any = None

    @property
    def state(self) -> State:
        """What the screen shows now; a frozen dataclass."""
        return self._state

    def set_state(self, state: State) -> None:
        """Replaces the state; tells the screen only if something is different."""
        if state != self._state:
            self._state = state
            self._view = None
            self.state_changed.emit()

    def change(self, **changes: Any) -> None:
        """Replaces some fields of the state."""
        self.set_state(dataclasses.replace(self._state, **changes))  # type: ignore[type-var]

    def _read_view(self) -> Any:
        if self._view is None:
            self._view = to_view(self._state)
        return self._view

    # The state as plain data for QML. The stubs do not know that a type may be given by its Qt name.
    view = Property("QVariant", _read_view, notify=state_changed)  # type: ignore[arg-type]
