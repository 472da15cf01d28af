"""The page of what happened alone: conflicts come by themselves, are settled with a note, and the ledger explains."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtWidgets import QCheckBox, QLineEdit, QTabWidget

from admin_app.features.island.rows import about, conflict_rows, lease_rows
from shared.domain.identifiers import uuid7
from shared.i18n import languages
from shared.schemas.access import Me
from shared.schemas.island import Conflict, ConflictKind, LeaseRecord
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall

COUNTER = UUID(int=1)
NOW = datetime(2026, 11, 27, 2, 42, tzinfo=UTC)


def conflict(kind: str, **more: object) -> Conflict:
    values = {
        "id": uuid7(), "service_day": NOW.date(), "kind": kind, "ticket_id": None, "number": "A017",
        "counter_id": COUNTER, "other_counter_id": None, "terminal": "counter:c", "detail": {}, "happened_at": NOW,
        "recorded_at": NOW,
    }  # fmt: skip
    return Conflict.model_validate(values | more)


def test_every_kind_is_told_in_words() -> None:
    kinds = ConflictKind.__args__  # type: ignore[attr-defined]
    for language in languages():
        for kind in kinds:
            told = about(conflict(kind, detail={"codes": ["service_closed"]}), {COUNTER: "A03"}, UTC, language)
            assert not [words for words in told if "{" in words or "[" in words], (kind, language)
            (row,) = conflict_rows([conflict(kind)], {}, UTC, language)
            assert "[" not in row["kind"] and row["counter"] == "?"


def test_a_gap_of_the_ledger_is_explained() -> None:
    lease = LeaseRecord(
        id=uuid7(), service_day=NOW.date(), series="A", head="A", band="K3", first=1, last=20, granted_at=NOW,
        terminal="kiosk:k3", epoch=1, used=7, closed_at=NOW, burnt=True,
    )  # fmt: skip
    (row,) = lease_rows([lease], UTC, "en")
    assert (row["used"], row["numbers"]) == ("7 / 20", "A·K3-01 – 20") and "13 burnt" in row["gap"]
    (whole,) = lease_rows([lease.model_copy(update={"used": 20})], UTC, "en")
    assert whole["gap"] == ""


def test_a_collision_appears_and_is_settled(console: Console, shared_hall: RunningHall) -> None:
    app = console.app.island
    console.app.frame.open("island", "")
    console.wait(lambda: app.state.loaded and app.state.may_settle)
    assert console.there("conflicts_empty") is (not app.state.rows)
    ticket, counter = collision(console, shared_hall)
    console.wait(lambda: any(row["number"] == ticket for row in app.state.rows))
    table = console.find(SearchableTable, "conflicts_table")
    row = next(row for row in table.shown_rows() if row["number"] == ticket)
    assert row["counter"] == counter
    app.select(row["id"])
    console.wait(lambda: console.there("conflict_settle") and ticket in console.text("conflict_title"))
    console.click("conflict_settle")
    console.find(QLineEdit, "settle_reason").setText("两个窗口都核实过了")
    console.click("settle_go")
    console.wait(lambda: ticket in app.state.told and not any(row["number"] == ticket for row in app.state.rows))
    console.find(QCheckBox, "island_settled").setChecked(True)
    console.wait(lambda: any(row["number"] == ticket for row in app.state.rows))
    app.select(row["id"])
    console.wait(lambda: any("两个窗口都核实过了" in words for words in app.state.about))
    assert not console.there("conflict_settle")
    # Somebody else has settled it meanwhile: told, and nothing changes.
    app.settle("again")
    console.wait(lambda: ticket in app.state.refusal and not app.state.busy)
    app.set_me(Me(kind="user", name="x", permissions=["queue.conflicts:view"]))
    assert not app.state.can_settle
    console.find(QTabWidget, "island_tabs").setCurrentIndex(1)
    console.wait(lambda: app.state.leases_loaded)
    assert console.there("leases_empty") is (not app.state.leases)
    console.find(QTabWidget, "island_tabs").setCurrentIndex(0)
    console.find(QCheckBox, "island_settled").setChecked(False)
    trail = shared_hall.client("admin").audit(action="conflict.settled").items
    assert any(entry.detail["number"] == ticket for entry in trail)


def collision(console: Console, hall: RunningHall) -> tuple[str, str]:
    """A ticket that one counter finished alone while another one has it in hand; its number, and the first's label."""
    service = hall.easy_service()
    one, other = (hall.counter(label) for label in service.counter_labels[:2])
    staff = hall.client("staff")
    ticket = console.issue(service.id)
    staff.counter_state(other.id, "sign-in")
    staff.ticket_step(other.id, "call-ticket", {"ticket_id": str(ticket.id)})
    at = datetime.now(UTC)
    body = {"number": ticket.number, "ticket_id": str(ticket.id), "as_of": at.isoformat()}
    entries = [
        {"id": str(uuid7()), "kind": kind, "at": at.isoformat(), "counter_id": str(one.id), "body": body}
        for kind in ("visit.called", "visit.finished")
    ]
    answers = hall.client("counter").upload_entries(entries)
    assert {answer.verdict for answer in answers} == {"conflict"}
    staff.ticket_step(other.id, "finish")
    staff.counter_state(other.id, "sign-out")
    return ticket.number, one.label
