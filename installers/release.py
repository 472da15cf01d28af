"""``./run release``: keys for releases, and a tree of the programs packed and signed for terminals."""

from __future__ import annotations

import argparse
import compileall
import gzip
import hashlib
import os
import py_compile
import re
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from shared.domain.errors import HallError
from shared.domain.updates.signing import new_key, public_of, sign
from shared.domain.updates.versions import Version
from shared.i18n.errors import error_text
from shared.schemas.updates import ReleaseFile, ReleaseManifest, SignedManifest

ROOT: Final = Path(__file__).resolve().parents[1]
# What terminals run; a tree that has none of these is packed whole.
PARTS: Final = ("shared", "kiosk_app", "counter_app", "signage_app", "assets", "requirements.lock")
LOCK: Final = "requirements.lock"


def pack(
    tree: Path, version: str, private: str, out: Path, *, minimum_server: str = "0.0.0", floor: str = "0.0.0",
    days: float = 90, now: datetime | None = None,
) -> tuple[Path, Path]:  # fmt: skip
    """The signed manifest and the archive in ``out``. HallError ``version_wrong``, ``release_key_wrong``."""
    Version.parse(version)
    created = now or datetime.now(UTC)
    out.mkdir(parents=True, exist_ok=True)
    archive, manifest = out / f"zhiting-{version}.tar.gz", out / f"zhiting-{version}.json"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "tree")
        _copy(tree, copy)
        _stamp(copy, version)
        # Slots are read only: what Python would write there at each start is signed with the rest.
        compileall.compile_dir(
            copy, quiet=2, stripdir=str(copy), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )
        files = [_file(copy, path) for path in _paths(copy)]
        _archive(copy, files, archive)
    lock = tree / LOCK
    said = ReleaseManifest(
        version=version, archive=_sum(archive), archive_size=archive.stat().st_size, files=files,
        minimum_server=minimum_server, floor=floor, lock=_sum(lock) if lock.exists() else "",
        created=created, expires=created + timedelta(days=days),
    )  # fmt: skip
    raw = said.model_dump_json()
    signed = SignedManifest(signed=raw, signature=sign(private, raw.encode()))
    manifest.write_text(signed.model_dump_json(), "utf-8")
    return manifest, archive


def _copy(tree: Path, to: Path) -> None:
    to.mkdir()
    names = [name for name in PARTS if (tree / name).exists()] or [path.name for path in tree.iterdir()]
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    for name in names:
        source = tree / name
        if source.is_dir() and name not in ignored(str(tree), [name]):
            shutil.copytree(source, to / name, ignore=ignored)
        elif source.is_file():
            shutil.copy2(source, to / name)


def _stamp(tree: Path, version: str) -> None:
    """What its terminals report is the version it was packed as: the server believes no other."""
    path = tree / "shared" / "__init__.py"
    if path.exists():
        said = path.read_text("utf-8")
        path.write_text(re.sub(r'^__version__ = ".*"$', f'__version__ = "{version}"', said, flags=re.M), "utf-8")


def _paths(tree: Path) -> Iterator[Path]:
    return (path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink())


def _file(tree: Path, path: Path) -> ReleaseFile:
    facts = path.stat()
    return ReleaseFile(
        path=path.relative_to(tree).as_posix(), sha256=_sum(path), size=facts.st_size,
        executable=bool(facts.st_mode & 0o100),
    )  # fmt: skip


def _archive(tree: Path, files: Sequence[ReleaseFile], to: Path) -> None:
    """The same bytes for the same files."""
    with (
        to.open("wb") as raw,
        gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as members,
    ):
        for file in files:
            member = tarfile.TarInfo(file.path)
            member.size, member.mode = file.size, 0o755 if file.executable else 0o644
            with (tree / file.path).open("rb") as content:
                members.addfile(member, content)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run release", description="Releases of the terminals' programs.")
    commands = parser.add_subparsers(dest="command", required=True)
    keys = commands.add_parser("keys", help="make a key pair; the public half is printed, for the terminals")
    keys.add_argument("--out", type=Path, required=True, help="file of the private half; keep it off the network")
    packing = commands.add_parser("pack", help="pack and sign a tree: an archive and its manifest beside it")
    packing.add_argument("--version", required=True)
    packing.add_argument("--key", type=Path, required=True, help="the private half")
    packing.add_argument("--out", type=Path, required=True, help="folder of archive and manifest")
    packing.add_argument("--tree", type=Path, default=ROOT, help="what to pack (default: these programs)")
    packing.add_argument("--minimum-server", default="0.0.0")
    packing.add_argument("--floor", default="0.0.0", help="whoever has run this version takes none older than this one")
    packing.add_argument("--days", type=float, default=90, help="after so many days no terminal takes it any more")
    asked = parser.parse_args(argv)
    try:
        if asked.command == "keys":
            private, public = new_key()
            # Never over a key that is there: what it signed could not be replaced any more.
            with os.fdopen(os.open(asked.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(private + "\n")
            print(public)
            return 0
        private = asked.key.read_text("utf-8").strip()
        manifest, archive = pack(
            asked.tree, asked.version, private, asked.out, minimum_server=asked.minimum_server, floor=asked.floor,
            days=asked.days,
        )  # fmt: skip
        print(f"{manifest}\n{archive}\n{public_of(private)}")
        return 0
    except OSError as error:
        print(error, file=sys.stderr)
    except HallError as error:
        for language in ("zh-CN", "en"):
            print(error_text(error.code, language, **error.params), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
