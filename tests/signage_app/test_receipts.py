"""Receipts arrive once each, in order, and are repeated only while somebody cares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from shared.domain.errors import HallError
from shared.schemas.tickets import Receipt
from shared.ui.background import wait_for_background
from signage_app.receipts import YOUNG_S, Receipts
from tests.signage_app.stage import free_now

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


class Office:
    """Takes receipts, or refuses them for as long as it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[UUID, str]] = []
        self.tries = 0
        self.refusal: HallError | None = None
        self.now = NOON

    def take(self, call_id: UUID, receipt: Receipt) -> None:
        self.tries += 1
        if self.refusal is not None:
            raise self.refusal
        self.taken.append((call_id, receipt.stage))

    def age(self, at: datetime) -> float:
        return (self.now - at).total_seconds()


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def receipts(office: Office, qtbot: QtBot) -> Iterator[Receipts]:
    sender = Receipts(office.take, office.age, retry_ms=20)
    yield sender
    sender.stop()
    wait_for_background()
    sender.deleteLater()
    free_now()


def test_each_call_and_stage_is_told_once_and_in_order(office: Office, receipts: Receipts, qtbot: QtBot) -> None:
    receipts.add(FIRST, "shown", NOON)
    receipts.add(SECOND, "shown", NOON)
    receipts.add(FIRST, "shown", NOON)
    receipts.add(FIRST, "spoken", NOON)
    qtbot.waitUntil(lambda: receipts.outstanding == 0)
    assert office.taken == [(FIRST, "shown"), (SECOND, "shown"), (FIRST, "spoken")]


def test_without_the_server_it_tries_again(office: Office, receipts: Receipts, qtbot: QtBot) -> None:
    office.refusal = HallError("server_unreachable")
    receipts.add(FIRST, "shown", NOON)
    qtbot.waitUntil(lambda: office.tries >= 3)
    assert office.taken == []
    office.refusal = None
    qtbot.waitUntil(lambda: office.taken == [(FIRST, "shown")])


def test_an_old_receipt_is_let_go_and_the_young_one_behind_it_is_told(
    office: Office, receipts: Receipts, qtbot: QtBot
) -> None:
    office.refusal = HallError("server_unreachable")
    receipts.add(FIRST, "shown", NOON)
    qtbot.waitUntil(lambda: office.tries >= 1)
    office.now = NOON + timedelta(seconds=YOUNG_S + 1)
    receipts.add(SECOND, "shown", office.now)
    office.refusal = None
    qtbot.waitUntil(lambda: receipts.outstanding == 0)
    assert office.taken == [(SECOND, "shown")]


def test_a_refused_receipt_does_not_block_the_next(office: Office, receipts: Receipts, qtbot: QtBot) -> None:
    office.refusal = HallError("call_unknown")
    receipts.add(FIRST, "shown", NOON)
    qtbot.waitUntil(lambda: receipts.outstanding == 0)
    office.refusal = None
    receipts.add(SECOND, "shown", NOON)
    qtbot.waitUntil(lambda: office.taken == [(SECOND, "shown")])
    assert office.tries == 2
