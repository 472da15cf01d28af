"""Sends the trail on to a syslog receiver, as it grows: nothing is lost, and no more than the last batch doubled."""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.audit import AuditHeadRow
from server.database import Database, Reader, Writer
from server.features.access.service import audit_receiver
from server.features.audit.chain import entries
from server.features.audit.models import AuditExportRow
from server.features.audit.syslog import fault_of, message, send, target
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
BATCH = 500
EVERY_S = 2.0
LONGEST_S = 60.0
# Longer than a batch may take; a process that died is followed by another after this.
HELD = timedelta(seconds=45)


class Exporter:
    """A thread of each server process; whichever holds the cursor's row sends."""

    def __init__(self, database: Database, data: Path) -> None:
        self._database = database
        self._data = data
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self._ending = threading.Event()
        self._pause = EVERY_S
        self._fault = ""
        self._line: socket.socket | None = None
        # A daemon: a receiver that hangs must not hold the server's stop up.
        self._thread = threading.Thread(target=self._run, name="audit-export", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        line = self._line
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join(1)

    def _run(self) -> None:
        while not self._ending.wait(self._pause):
            try:
                while self.step() and not self._ending.is_set():
                    pass
            except HallError as error:
                # The database is away or the server stops: the entries stay where they are.
                self._pause = EVERY_S
                log.info("audit not sent", extra={"code": error.code})
            except Exception:
                self._pause = LONGEST_S
                log.exception("audit not sent")

    def step(self) -> bool:
        """Send one batch when there is one and it is ours to send; answers whether there may be more."""
        address, waiting = self._database.read(_waiting)
        if not address or not waiting:
            self._pause = EVERY_S
            return False
        after = self._database.write(self._claim)
        if after is None:
            self._pause = EVERY_S
            return False
        batch = self._database.read(lambda reader: list(entries(reader, after, BATCH)))
        fault = self._send(address, batch)
        sent = batch[-1]["n"] if batch and not fault else after
        self._database.write(lambda writer: self._keep(writer, after, sent, fault))
        if fault != self._fault:
            log.log(logging.WARNING if fault else logging.INFO, "audit receiver", extra={"fault": fault, "sent": sent})
        self._fault = fault
        self._pause = min(LONGEST_S, self._pause * 2) if fault else EVERY_S
        return not fault and len(batch) == BATCH

    def _send(self, address: str, batch: list[dict[str, Any]]) -> str:
        def hold(line: socket.socket) -> None:
            self._line = line

        try:
            send(target(address, self._data), [message(entry) for entry in batch], hold)
        except OSError as error:
            return fault_of(error)
        except HallError as error:
            return error.code
        finally:
            self._line = None
        return ""

    def _claim(self, writer: Writer) -> int | None:
        """Take or renew the right to send; answers the last number sent, None while another process holds it."""
        row = writer.session.get(AuditExportRow, writer.hall_id)
        until = writer.now + HELD
        if row is None:
            row = AuditExportRow(
                hall_id=writer.hall_id, n=0, at=None, holder=self._holder, held_until=until, fault=""
            )  # fmt: skip
            writer.session.add(row)
        elif row.holder != self._holder and row.held_until > writer.now:
            return None
        row.holder, row.held_until = self._holder, until
        writer.flush()
        return row.n

    def _keep(self, writer: Writer, before: int, sent: int, fault: str) -> None:
        row = writer.session.get_one(AuditExportRow, writer.hall_id)
        # Somebody else took over while we hung: what they know is newer.
        if row.holder != self._holder or row.n != before:
            return
        row.fault = fault
        if not fault:
            row.n, row.at = sent, writer.now
        writer.flush()


def _waiting(reader: Reader) -> tuple[str, bool]:
    """Where the trail goes, and whether there is anything to send."""
    address = audit_receiver(reader)
    if not address:
        return "", False
    head = reader.session.scalar(select(AuditHeadRow.n).where(AuditHeadRow.hall_id == reader.hall_id))
    sent = reader.session.scalar(select(AuditExportRow.n).where(AuditExportRow.hall_id == reader.hall_id))
    return address, (head or 0) > (sent or 0)
