"""How services and tickets read."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from kiosk_app.features.queueing.directory import Directory
from kiosk_app.features.queueing.words import card, closed_reason, wait_words
from shared.devices.printer.document import label_ranges
from shared.domain.spelling import spell_all
from shared.schemas.hall import Service
from shared.schemas.tickets import Estimate, Ticket
from shared.ui.qr_matrix import qr_matrix


def service(name: str, parent: UUID | None = None, *, ticketable: bool = True, **more: object) -> Service:
    return Service.model_validate(
        {
            "id": uuid4(), "parent_id": parent, "name": name, "name_en": f"en {name}", "short_name": name,
            "series": "A" if ticketable else None, "ticketable": ticketable, "open": True, "closed_reason": None,
            "closed_note": "", "closed_note_en": "", "identity": "none", "audience": "both", "department_name": "D",
            "department_name_en": "D", "floor": "1", "typical_minutes": 5, "waiting": 0, "counter_labels": [],
            "hours_text": "9-17", "hours_text_en": "9 to 17", "spelled": spell_all([name]), "sort": 0,
            "retired": False, **more,
        }
    )  # fmt: skip


def ticket(estimate: Estimate | None) -> Ticket:
    return Ticket(
        id=uuid4(), number="A017", service_id=uuid4(), service_name="s", service_name_en="s", department_name="d",
        department_name_en="d", hint="", hint_en="", status="waiting", ahead=0, estimate=estimate, counter_labels=[],
        counter_label=None, issued_at=datetime.now(UTC), called_at=None, priority=0, qr="http://hall/t/x", rated=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ([], []),
        (["A01"], ["A01"]),
        (["A01", "A02"], ["A01", "A02"]),
        (["A01", "A02", "A03", "A05", "B06"], ["A01\u2013A03", "A05", "B06"]),
        (["desk", "A09", "A10", "A11"], ["desk", "A09\u2013A11"]),
    ],
)
def test_windows_in_a_row_are_said_as_a_row(labels: list[str], shown: list[str]) -> None:
    assert label_ranges(labels) == shown


def test_the_wait_is_honest() -> None:
    known = [(0, 20), (600, 600), (0, 300), (610, 1500)]
    words = [wait_words(ticket(Estimate(p50_s=half, p90_s=most)), "en") for half, most in known]
    assert words == ["very soon", "about 10 min", "about 1\u20135 min", "about 11\u201325 min"]
    assert wait_words(ticket(None), "en") == "Calls begin when a window opens"


def test_a_card_says_how_many_numbers_are_left_and_when_there_are_more() -> None:
    counted = service("a", left=12)
    cards = [card(counted, Directory([counted]), {counted.id: n}, {}, {counted.id: 12 - n}, "en") for n in (0, 3)]
    assert [shown.badge for shown in cards] == ["12 left", "9 left · 3 waiting"]
    gone = service("a", open=False, closed_reason="none_left", left=0, next_release="13:30")
    shown = card(gone, Directory([gone]), {}, {}, {gone.id: 0}, "en")
    assert (shown.badge, shown.reason) == ("None left", "None left; more at 13:30")
    later = service("a", open=False, closed_reason="not_now", left=0)
    assert "desk" in closed_reason(later, "en")


def test_a_closed_service_says_why() -> None:
    hours = service("a", open=False, closed_reason="hours")
    noted = service("b", open=False, closed_reason="suspended", closed_note_en="back on Monday")
    bare = service("c", open=False, closed_reason="suspended")
    assert "9 to 17" in closed_reason(hours, "en")
    assert closed_reason(noted, "en") == "back on Monday"
    assert "service desk" in closed_reason(bare, "en")


def test_groups_that_hold_only_one_group_are_passed() -> None:
    top = service("top", ticketable=False)
    middle = service("middle", top.id, ticketable=False)
    low = service("low", middle.id, ticketable=False)
    leaves = [service("x", low.id), service("y", low.id)]
    tree = Directory([top, middle, low, *leaves])
    assert tree.enter(top.id) == low.id
    assert tree.path_to(leaves[0].id) == [top.id, middle.id, low.id]
    assert list(tree.below(low.id)) == leaves


def test_search_finds_by_every_spelling_and_puts_closed_ones_last() -> None:
    closed = service("\u793e\u4fdd", open=False, closed_reason="hours")
    enrol = service("\u793e\u4fdd\u53c2\u4fdd\u767b\u8bb0")
    other = service("\u4e0d\u52a8\u4ea7\u767b\u8bb0")
    tree = Directory([closed, enrol, other])
    for query in ("\u793e\u4fdd", "shebao", "SB", "she bao"):
        assert tree.search(query) == [enrol, closed]
    assert tree.search("zzz") == []
    assert tree.search("  ") == []


def test_a_service_whose_group_is_gone_stands_at_the_top() -> None:
    orphan = service("orphan", uuid4())
    assert list(Directory([orphan]).below(None)) == [orphan]


def test_the_code_is_square_and_says_what_it_should() -> None:
    matrix = qr_matrix("http://hall/t/AbCdEf")
    assert len({len(matrix), *(len(row) for row in matrix)}) == 1
    assert len(matrix) >= 21
