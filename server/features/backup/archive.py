"""A backup file: its manifest first, then the members it names, packed and, where wanted, encrypted."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from server.features.backup.container import DamagedError, Sink, Source
from shared.domain.errors import HallError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_LARGEST_MANIFEST: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``rows``: by table; ``columns``: their order in a PostgreSQL hall's tables.

    ``key_print`` tells whether a key file is the one this hall's fields were sealed with, and gives nothing away of it.
    """

    product: str
    revision: str
    engine: str
    made_at: str
    hall: str
    hall_id: str
    epoch: int
    seq: int
    rows: dict[str, int]
    columns: dict[str, list[str]]
    key_print: str
    has_keys: bool
    members: list[Member]
    format: int = FORMAT


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def members_of(folder: Path) -> list[Member]:
    """All files of a folder as members, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [Member(path.relative_to(folder).as_posix(), path.stat().st_size, sha256(path)) for path in files]


def write(to: Path, manifest: Manifest, folder: Path, passphrase: str) -> None:
    """Write the file and flush it to the disk; only its owner may read it."""
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        sink = Sink(file, passphrase)
        # The quickest packing: a database of a hall comes to a third, and the disk stays the slower one.
        with (
            gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=1, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            said = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            _add(tar, MANIFEST, len(said), io.BytesIO(said))
            for member in manifest.members:
                with (folder / member.name).open("rb") as content:
                    _add(tar, member.name, member.bytes, content)
        sink.close()
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, size: int, content: Any) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, content)


@contextmanager
def _reading(path: Path, passphrase: str) -> Iterator[tarfile.TarFile]:
    """HallError when the file can't be read, is no backup or is damaged, also by what is found out inside."""
    try:
        with path.open("rb") as file:
            source = Source(file, str(path), passphrase)
            with gzip.GzipFile(fileobj=source, mode="rb") as packed:  # type: ignore[call-overload]
                with tarfile.open(fileobj=packed, mode="r|") as tar:
                    yield tar
                # To the very end: the last bytes hold the sum of all, and the last chunk says that it is the last.
                while packed.read(1024 * 1024):
                    pass
    except (DamagedError, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError) as error:
        raise HallError("backup_damaged", path=str(path), fault=str(error) or type(error).__name__) from error
    except OSError as error:
        raise HallError("backup_unreadable", path=str(path), fault=error.strerror or str(error)) from error


def _manifest(tar: tarfile.TarFile, path: Path) -> Manifest:
    info = tar.next()
    content = tar.extractfile(info) if info is not None and info.name == MANIFEST else None
    if info is None or content is None or info.size > _LARGEST_MANIFEST:
        raise DamagedError(MANIFEST)
    said = json.loads(content.read())
    if said.get("format") != FORMAT:
        raise HallError("backup_other_version", path=str(path))
    try:
        return Manifest(**said | {"members": [Member(**member) for member in said["members"]]})
    except TypeError as error:
        raise DamagedError(MANIFEST) from error


def look(path: Path, passphrase: str = "") -> Manifest:
    """The manifest alone, without a look at what follows it."""
    found: Manifest | None = None
    try:
        with _reading(path, passphrase) as tar:
            found = _manifest(tar, path)
            raise _EnoughError
    except _EnoughError:
        assert found is not None
        return found


class _EnoughError(Exception):
    pass


def unpack(path: Path, to: Path, passphrase: str = "") -> Manifest:
    """Read the whole file into an empty folder; each member is compared with its sum in the manifest."""
    with _reading(path, passphrase) as tar:
        manifest = _manifest(tar, path)
        for member in manifest.members:
            info = tar.next()
            content = tar.extractfile(info) if info is not None and info.isfile() else None
            name = PurePosixPath(member.name)
            if info is None or content is None or info.name != member.name or name.is_absolute() or ".." in name.parts:
                raise DamagedError(member.name)
            target = to / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                shutil.copyfileobj(content, file, 1024 * 1024)
                file.flush()
                os.fsync(file.fileno())
            if target.stat().st_size != member.bytes or sha256(target) != member.sha256:
                raise DamagedError(member.name)
        if tar.next() is not None:
            raise DamagedError("more than the manifest names")
    return manifest
