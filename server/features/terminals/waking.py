"""Waking machines over the network; the packet goes out beside the hall's work, and what came of it into the trail."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from server import audit
from server.audit import Actor
from server.database import Database, Writer
from server.features.terminals.codes import find_terminal
from server.features.terminals.models import TerminalRow
from server.features.terminals.service import announce
from shared.domain.errors import HallError
from shared.domain.power import magic_packet, read_mac

log = logging.getLogger(__name__)
# A datagram gets lost without a word.
TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Wake:
    terminal_id: UUID
    name: str
    macs: tuple[str, ...]


def wake_of(row: TerminalRow) -> Wake:
    """``macs`` is empty where it never told of a card."""
    return Wake(row.id, row.name, tuple((row.machine or {}).get("macs", ())))


def want_on(writer: Writer, terminal_id: UUID) -> Wake:
    """Somebody wants it on. HallError ``terminal_unknown``, ``terminal_no_mac``."""
    row = find_terminal(writer, terminal_id)
    wake = wake_of(row)
    if not wake.macs:
        raise HallError("terminal_no_mac", status=409, name=row.name)
    if row.ordered_off_at is not None:
        row.ordered_off_at, row.dark_ordered = None, False
        writer.flush()
        announce(writer, row)
    return wake


def send(to: tuple[str, int], macs: Iterable[str]) -> str:
    """Blocks for a moment. What hindered it, or empty; that nobody hears it nobody can know."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            for mac in macs:
                for _ in range(TIMES):
                    line.sendto(magic_packet(read_mac(mac)), to)
    except OSError as error:
        log.warning("no machine woken: %s", error)
        return error.strerror or str(error)
    return ""


def send_and_note(database: Database, to: tuple[str, int], who: Actor, wakes: Iterable[Wake]) -> list[str]:
    """What hindered each, in their order. Blocks."""
    done = [(wake, send(to, wake.macs) if wake.macs else "no_card") for wake in wakes]
    if done:
        database.write(lambda writer: _note(writer, who, done))
    return [fault for _, fault in done]


def _note(writer: Writer, who: Actor, done: list[tuple[Wake, str]]) -> None:
    for wake, fault in done:
        audit.record(
            writer, who, "terminal.wake_sent", "terminal", wake.terminal_id, outcome="failed" if fault else "done",
            name=wake.name, network_cards=len(wake.macs), fault=fault,
        )  # fmt: skip
