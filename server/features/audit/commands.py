"""``./run audit verify`` and ``./run audit export``: they only read, so the server may be running."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import IO, Any

from sqlalchemy.exc import DBAPIError

from server.auth import Keys
from server.database import Database, Reader
from server.features.audit.chain import entries, verify
from server.features.audit.syslog import fault_of, message, send, target
from server.settings import Settings
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.audit import AuditVerdict

BATCH = 500


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    audit = commands.add_parser("audit", help="verify the audit trail, or send it elsewhere")
    ways = audit.add_subparsers(dest="way", required=True)
    check = ways.add_parser("verify", help="walk over the whole chain; exit code 1 when it was tampered with")
    out = ways.add_parser("export", help="write the entries as syslog messages (RFC 5424)")
    for way in (check, out):
        way.add_argument("--data", type=Path, required=True, help="the data folder of the server")
        way.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""))
    out.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="the first entry (default: 1)")
    to = out.add_mutually_exclusive_group()
    to.add_argument("--syslog", metavar="udp|tcp|tls://HOST[:PORT]", help="send them to a receiver")
    to.add_argument("--file", type=Path, help="write them to a file, one a line (default: standard output)")


def run(arguments: argparse.Namespace) -> int:
    settings = Settings(data=arguments.data.resolve(), database_url=arguments.database_url)
    if not (settings.data / "secret.key").exists():
        raise HallError("no_hall_in_folder", path=str(settings.data))
    if settings.url.startswith("sqlite") and not (settings.data / "hall.db").exists():
        raise HallError("no_hall_in_folder", path=str(settings.data))
    database = Database(settings.url)
    try:
        if arguments.way == "verify":
            return _verify(database, Keys.of(settings.data))
        return _export(database, arguments, settings.data)
    except DBAPIError as error:
        raise HallError("database_unavailable") from error
    finally:
        database.engine.dispose()
        database.write_engine.dispose()


def _verify(database: Database, keys: Keys) -> int:
    verdict = database.read(lambda reader: verify(reader, keys.audit))
    _say_both(_key(verdict), sys.stdout if verdict.good else sys.stderr, entries=verdict.entries, n=verdict.n or 0)
    return 0 if verdict.good else 1


def _key(verdict: AuditVerdict) -> str:
    return f"audit.verdict.{verdict.fault or 'good'}"


def _say_both(key: str, to: IO[str], **params: object) -> None:
    for language in ("zh-CN", "en"):
        print(text(key, language=language, **params), file=to)


def _export(database: Database, arguments: argparse.Namespace, data: Path) -> int:
    after = max(0, arguments.first - 1)
    if arguments.syslog:
        count = _to_receiver(database, arguments.syslog, after, data)
    elif arguments.file is not None:
        with arguments.file.open("wb") as file:
            count = database.read(lambda reader: _to_lines(reader, after, file))
    else:
        count = database.read(lambda reader: _to_lines(reader, after, sys.stdout.buffer))
    _say_both("audit.exported", sys.stderr, count=count)
    return 0


def _to_lines(reader: Reader, after: int, file: IO[bytes]) -> int:
    count = 0
    for entry in entries(reader, after):
        file.write(message(entry) + b"\n")
        count += 1
    file.flush()
    return count


def _batch(database: Database, after: int) -> list[dict[str, Any]]:
    return database.read(lambda reader: list(entries(reader, after, BATCH)))


def _to_receiver(database: Database, address: str, after: int, data: Path) -> int:
    """Batch by batch, each in a snapshot of its own; answers how many were sent."""
    to, count = target(address, data), 0
    while batch := _batch(database, after):
        try:
            send(to, [message(entry) for entry in batch])
        except OSError as error:
            raise HallError(
                "syslog_not_sent", address=address, fault=fault_of(error), sent=count, next=after + 1
            ) from error
        after, count = batch[-1]["n"], count + len(batch)
    return count
