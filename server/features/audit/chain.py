"""Walks the whole trail and names the first entry that is not as it was written."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from server.audit import AuditHeadRow, AuditRow, chain, seal
from server.database import Reader
from server.features.audit.models import AuditExportRow
from shared.schemas.audit import AuditVerdict

BATCH = 2000
_TABLE: Any = AuditRow.__table__


def verify(reader: Reader, key: bytes) -> AuditVerdict:
    """Judge the chain of the hall as this snapshot sees it; ``n`` is the first bad entry."""
    expected, before = 1, b""
    for entry in entries(reader):
        if entry["n"] != expected:
            return AuditVerdict(good=False, entries=expected - 1, n=expected, fault="missing")
        if not hmac.compare_digest(chain(key, before, entry), entry["mac"]):
            return AuditVerdict(good=False, entries=expected - 1, n=expected, fault="changed")
        expected, before = expected + 1, entry["mac"]
    return _judge_end(reader, key, expected - 1, before)


def _judge_end(reader: Reader, key: bytes, last: int, mac: bytes) -> AuditVerdict:
    """Nothing may have been cut off: the head says how long the chain is, and what was sent on, too."""
    head = reader.session.get(AuditHeadRow, reader.hall_id)
    sent = reader.session.get(AuditExportRow, reader.hall_id)
    fault, n = "", None
    if head is None:
        if last or (sent is not None and sent.n):
            fault = "head_missing"
    elif head.n > last:
        fault, n = "cut", last + 1
    elif (head.n, head.mac) != (last, mac) or not hmac.compare_digest(head.seal, seal(key, reader.hall_id, last, mac)):
        fault, n = "head_differs", head.n
    elif sent is not None and sent.n > last:
        fault, n = "cut", last + 1
    return AuditVerdict(good=not fault, entries=last, n=n, fault=fault)


def entries(reader: Reader, after: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The entries with a number above ``after``, in their order, read in batches."""
    left = limit
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        rows = reader.connection.execute(
            select(_TABLE)
            .where(_TABLE.c.hall_id == reader.hall_id, _TABLE.c.n > after)
            .order_by(_TABLE.c.n)
            .limit(size)
        ).mappings().all()  # fmt: skip
        yield from map(dict, rows)
        if len(rows) < size:
            return
        after = rows[-1]["n"]
        left = None if left is None else left - len(rows)
