"""``./run backup`` and ``./run restore``. The server may be running while a backup is made."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import IO, Any, Final

from server.features.backup.making import Made, back_up
from server.features.backup.naming import file_name
from server.features.backup.restoring import Restored, restore
from server.settings import Settings
from shared.domain.errors import HallError
from shared.i18n import text

PASSPHRASE: Final = "ZHITING_BACKUP_PASSPHRASE"


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = commands.add_parser("backup", help="copy the hall into one file while it runs")
    made.add_argument("--data", type=Path, required=True, help="the data folder of the server")
    made.add_argument("--to", type=Path, required=True, help="the new file, or a folder that gets one with a name")
    made.add_argument("--without-keys", action="store_true", help="leave secret.key and keyring.json out")
    made.add_argument("--json", action="store_true", help="say what was made as one JSON object")
    back = commands.add_parser("restore", help="put a backup back into an empty folder")
    back.add_argument("--from", dest="source", type=Path, required=True, help="the file that ./run backup made")
    back.add_argument("--data", type=Path, required=True, help="the empty or missing folder of the restored hall")
    back.add_argument("--keys", type=Path, help="the folder with the keys, for a file that was made without them")
    for parser in (made, back):
        parser.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""))
        parser.add_argument(
            "--passphrase-file", type=Path,
            help=f"a file whose first line encrypts or opens the backup; or set {PASSPHRASE}",
        )  # fmt: skip


def passphrase(file: Path | None) -> str:
    """From the file, else the environment; never an argument, which everybody on the machine may read."""
    if file is None:
        return os.environ.get(PASSPHRASE, "")
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HallError("backup_passphrase_file", path=str(file)) from error
    if not lines or not lines[0]:
        raise HallError("backup_passphrase_file", path=str(file))
    return lines[0]


def run(arguments: argparse.Namespace) -> int:
    settings = Settings(data=arguments.data.resolve(), database_url=arguments.database_url)
    secret = passphrase(arguments.passphrase_file)
    if arguments.command == "restore":
        _say_restored(restore(arguments.source, settings, passphrase=secret, keys=arguments.keys), settings.data)
        return 0
    to = arguments.to.resolve()
    made = back_up(
        settings, to / file_name() if to.is_dir() else to, passphrase=secret, with_keys=not arguments.without_keys
    )
    print(json.dumps(figures(made), ensure_ascii=False)) if arguments.json else _say_made(made)
    return 0


def figures(made: Made) -> dict[str, Any]:
    """What was made, for programs."""
    manifest = made.manifest
    return {
        "file": str(made.path), "bytes": made.bytes, "seconds": round(made.seconds, 2),
        "copy_s": round(made.copy_s, 2), "verify_s": round(made.verify_s, 2), "encrypted": made.encrypted,
        "has_keys": manifest.has_keys, "engine": manifest.engine, "epoch": manifest.epoch, "seq": manifest.seq,
        "rows": sum(manifest.rows.values()), "members": [member.name for member in manifest.members],
    }  # fmt: skip


def _say_made(made: Made) -> None:
    said = figures(made)
    _say(
        "made", path=said["file"], mb=f"{made.bytes / 1e6:.1f}", seconds=said["seconds"], copy_s=said["copy_s"],
        verify_s=said["verify_s"], rows=said["rows"], members=len(said["members"]), epoch=said["epoch"],
        seq=said["seq"],
    )  # fmt: skip
    if not made.manifest.has_keys:
        _say("without_keys", sys.stderr)
    elif not made.encrypted:
        _say("open_keys", sys.stderr)


def _say_restored(restored: Restored, data: Path) -> None:
    manifest = restored.manifest
    _say(
        "restored", path=str(data), made=manifest.made_at, rows=sum(manifest.rows.values()), seq=manifest.seq,
        epoch=restored.epoch, seconds=f"{restored.seconds:.2f}",
    )  # fmt: skip
    if restored.emergencies:
        _say("restored_emergencies", sys.stderr, count=restored.emergencies)
    if restored.missing:
        _say("missing_media", sys.stderr, count=restored.missing)


def _say(key: str, to: IO[str] | None = None, **params: object) -> None:
    for language in ("zh-CN", "en"):
        print(text(f"backup.{key}", language=language, **params), file=to or sys.stdout)
