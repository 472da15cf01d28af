"""``./run keys``: shows the keys that seal fields, makes a new one, changes the suite. The server may be running."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import IO

from sqlalchemy.exc import DBAPIError

import server.schema  # noqa: F401  (all tables are known)
from server.auth import Keys
from server.crypto import SUITES, Keyring
from server.database import Database
from server.folder import open_folder
from server.sealed import counts
from server.settings import Settings
from shared.i18n import text


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = commands.add_parser("keys", help="show, rotate, or change the suite of the keys that seal personal data")
    keys.add_argument("--data", type=Path, required=True, help="the data folder of the server")
    keys.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""))
    keys.add_argument("--rotate", action="store_true", help="make a new key; old fields are sealed anew by the server")
    keys.add_argument("--suite", choices=SUITES, help="AES-GCM and SHA-256, or SM4-GCM and SM3")


def run(arguments: argparse.Namespace) -> int:
    data = arguments.data.resolve()
    # The hashes by which values are found can be chosen only while there are none.
    is_new = not (data / "secret.key").exists()
    open_folder(data)
    ring = before = Keys.of(data).vault.ring
    if arguments.rotate:
        fresh = max(ring.keys) + 1
        ring = replace(ring, keys={**ring.keys, fresh: os.urandom(32)}, current=fresh)
    if arguments.suite:
        ring = replace(ring, suite=arguments.suite, index_suite=arguments.suite if is_new else ring.index_suite)
    if ring != before:
        ring.write(data / "keyring.json")
        _say("changed", sys.stderr)
    _show(ring, _counts(Settings(data=data, database_url=arguments.database_url)))
    return 0


def _say(key: str, to: IO[str] | None = None, **params: object) -> None:
    for language in ("zh-CN", "en"):
        print(text(f"audit.keys.{key}", language=language, **params), file=to or sys.stdout)


def _counts(settings: Settings) -> dict[bytes, int] | None:
    """How many fields each key has sealed; None when there is no database to ask."""
    if settings.url.startswith("sqlite") and not (settings.data / "hall.db").exists():
        return None
    database = Database(settings.url)
    try:
        return counts(database)
    except DBAPIError:
        return None
    finally:
        database.engine.dispose()
        database.write_engine.dispose()


def _show(ring: Keyring, sealed: dict[bytes, int] | None) -> None:
    _say("suite", suite=ring.suite, index=ring.index_suite)
    for id_ in sorted(ring.keys):
        fields = sum(count for head, count in (sealed or {}).items() if int.from_bytes(head[2:]) == id_)
        _say("current" if id_ == ring.current else "old", id=id_, fields="?" if sealed is None else fields)
