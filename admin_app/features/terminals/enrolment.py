"""What an administrator does about a terminal's right to work: codes, approval, withdrawal, new keys, its counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.enrolment import CodeRequest, EnrolmentCode, RekeyRequest, TerminalEdit
from shared.schemas.hall import Counter
from shared.schemas.terminals import Terminal
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# What can be done to a terminal in each state; the first is what is usually meant.
ACTIONS = {
    "pending": ("approve", "refuse"),
    "approved": ("rekey", "revoke"),
    "revoked": ("approve", "rekey"),
    "set_up": (),
}


@dataclass(frozen=True)
class EnrolmentState:
    """``code`` is shown once; ``counters`` are (id, label); ``refusal`` in words."""

    busy: bool = False
    code: str = ""
    qr: str = ""
    until: str = ""
    counters: tuple[tuple[str, str], ...] = ()
    refusal: str = ""


class EnrolmentPresenter(Presenter[EnrolmentState]):
    """``changed``: a terminal as it is now."""

    changed = Signal(object)

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(EnrolmentState(), parent)
        self._client = client
        self._language = language
        self.zone: tzinfo | None = None

    @Slot()
    def ask_counters(self) -> None:
        run_in_background(self._client.counters, self._counters, lambda error: None, owner=self)

    def make_code(self, kind: str, name: str, place: str, counter_id: str, approved: bool) -> None:
        wanted = CodeRequest.model_validate(
            {
                "kind": kind, "name": name, "place": place, "approved_beforehand": approved,
                "counter_id": counter_id if kind == "counter" and counter_id else None,
            }
        )  # fmt: skip
        self._run(lambda: self._client.make_code(wanted), self._code)

    def rekey(self, terminal_id: str, approved: bool) -> None:
        wanted = RekeyRequest(approved_beforehand=approved)
        self._run(lambda: self._client.rekey(UUID(terminal_id), wanted), self._code)

    def decide(self, terminal_id: str, decision: str) -> None:
        """``approve``, ``refuse``, ``revoke``."""
        self._edit(terminal_id, TerminalEdit.model_validate({"decision": decision}))

    def bind(self, terminal_id: str, counter_id: str) -> None:
        """To a counter; to none with an empty id."""
        wanted = TerminalEdit(counter_id=UUID(counter_id)) if counter_id else TerminalEdit(any_counter=True)
        self._edit(terminal_id, wanted)

    @Slot()
    def forget_code(self) -> None:
        """The dialog is closed: a code is shown once."""
        self.change(code="", qr="", until="", refusal="")

    def _edit(self, terminal_id: str, wanted: TerminalEdit) -> None:
        self._run(lambda: self._client.edit_terminal(UUID(terminal_id), wanted), self._edited)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if not self.state.busy:
            self.change(busy=True, refusal="")
            run_in_background(work, done, self._refused, owner=self)

    def _code(self, made: EnrolmentCode) -> None:
        until = made.expires_at.astimezone(self.zone)
        self.change(busy=False, code=made.code, qr=made.qr, until=f"{until:%H:%M}")

    def _edited(self, terminal: Terminal) -> None:
        self.change(busy=False)
        self.changed.emit(terminal)

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, refusal=sorry(error, self._language, acted=True))

    def _counters(self, found: list[Counter]) -> None:
        self.change(counters=tuple((str(counter.id), counter.label) for counter in found))


def facts(terminal: Terminal, zone: tzinfo, language: str) -> tuple[tuple[str, str], ...]:
    """What is known of a terminal's key: (word, value)."""
    if not terminal.fingerprint:
        return ()
    found = [("fingerprint", terminal.fingerprint)]
    if terminal.enrolled_at is not None:
        since = f"{terminal.enrolled_at.astimezone(zone):%Y-%m-%d %H:%M}"
        found.append(("enrolled", text("admin.devices.enrolled_value", language, at=since, n=terminal.key_number)))
    if terminal.decided_at is not None:
        at = f"{terminal.decided_at.astimezone(zone):%Y-%m-%d %H:%M}"
        found.append(("decided", f"{terminal.decided_by} · {at}"))
    return tuple((text(f"admin.devices.{word}", language), value) for word, value in found)
