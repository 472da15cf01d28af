"""Changes as tests submit them, and what comes of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from sqlalchemy import func, select

from server.database import Database, Writer
from server.features.queueing.issue import issue
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from shared.schemas.tickets import TicketRequest
from tests.server.conftest import Desk


def taker(desk: Desk) -> Callable[[Writer], str]:
    service, _, _ = desk.places()
    return lambda writer: issue(writer, desk.context, TicketRequest(service_id=service), "kiosk:test")


def in_one_group(database: Database, *works: Callable[[Writer], Any]) -> list[Future[Any]]:
    """Submit so that all of them share one commit."""
    entered, held = threading.Event(), threading.Event()

    def hold(writer: Writer) -> None:
        entered.set()
        held.wait(10)

    first = database.submit(hold)
    assert entered.wait(10)
    futures = [database.submit(work) for work in works]
    held.set()
    first.result(10)
    return futures


def tickets(desk: Desk) -> int:
    return int(desk.read(lambda r: r.session.scalar(select(func.count()).select_from(TicketRow))))


def refusal(future: Future[Any], seconds: float = 30) -> HallError:
    error = future.exception(seconds)
    assert isinstance(error, HallError), repr(error)
    return error
