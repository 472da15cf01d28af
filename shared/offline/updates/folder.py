"""The terminal's two slots on its disk, and what it remembers of them.

``state.json`` says which slot is which, ``state.again.json`` says it once more; ``slots/<name>/`` holds
``manifest.json`` and the program in ``tree/``, and the link ``current`` shows what was started last. A slot is filled
beside its place and gets it by one rename.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from shared.domain.errors import HallError
from shared.domain.updates.signing import is_signed
from shared.domain.updates.slots import BUILT_IN, NAMES, Slots, free
from shared.domain.updates.versions import Version
from shared.offline.checked_copy import CheckedCopy
from shared.offline.media.store import NO_ROOM, RESERVE, free_bytes
from shared.schemas.base import Message
from shared.schemas.updates import ReleaseFile, ReleaseManifest, SignedManifest

MANIFEST: Final = "manifest.json"
_PIECE: Final = 1024 * 1024


class SlotsRecord(Message):
    slots: Slots = Slots()


class SlotFolder:
    """Of one terminal. ``keys``: whose releases it takes; ``room``: the free bytes of a folder's disk."""

    def __init__(
        self, folder: Path, keys: tuple[str, ...], *, room: Callable[[Path], int] = free_bytes
    ) -> None:  # fmt: skip
        self.folder, self._keys, self._room = folder, keys, room
        self._slots = folder / "slots"
        self._copies = tuple(CheckedCopy(folder / name, SlotsRecord) for name in ("state.json", "state.again.json"))

    def load(self) -> Slots:
        """What is remembered. Where nothing readable is: as after installation, but nothing older is taken than what
        stands in the slots allows."""
        for copy in self._copies:
            if (found := copy.load()) is not None:
                return found.slots
        return Slots(floor=str(max(self._floor(name) for name in NAMES)))

    def save(self, slots: Slots) -> None:
        """HallError ``updates_disk``, ``disk_full``."""
        with _disk():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # The one that is read first last: what could not be remembered whole was not.
            for copy in reversed(self._copies):
                copy.save(SlotsRecord(slots=slots))

    def tree(self, slot: str) -> Path:
        return self._slots / slot / "tree"

    def manifest(self, slot: str) -> SignedManifest | None:
        with suppress(OSError, ValueError):
            return SignedManifest.model_validate_json((self._slots / slot / MANIFEST).read_bytes())
        return None

    def _signed(self, slot: str) -> SignedManifest | None:
        """Its manifest, when somebody we trust has signed it."""
        signed = self.manifest(slot)
        if signed is None or not is_signed(signed.signed.encode(), signed.signature, self._keys):
            return None
        return signed

    def _floor(self, slot: str) -> Version:
        with suppress(HallError):
            if (signed := self._signed(slot)) is not None:
                return Version.parse(signed.read().floor)
        return Version()

    def is_whole(self, slot: str) -> bool:
        """Whether a slot holds exactly what somebody we trust has signed: every file, and none besides."""
        signed = self._signed(slot)
        if signed is None:
            return False
        try:
            wanted = {file.path: file for file in signed.read().files}
            return _is_exactly(self.tree(slot), wanted)
        except (OSError, HallError):
            return False

    def fill(self, signed: SignedManifest, archive: Path) -> str:
        """Put a release into the slot that may be written over and answer its name; it is whole, on the disk, then.

        What a fall back would lead to stands until the new one does, and a try that fails leaves nothing behind.
        HallError ``release_damaged`` when the archive is not what was signed, ``disk_full``, ``updates_disk``.
        """
        known = self.load()
        after, slot = free(known)
        fresh, place = self._slots / f"{slot}.new", self._slots / slot
        with _disk():
            _remove(fresh)
            if slot != known.before:
                _remove(place)
            try:
                self._unpack(signed, archive, fresh)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            self.save(after)
            _remove(place)
            fresh.rename(place)
            _sync(self._slots)
        return slot

    def _unpack(self, signed: SignedManifest, archive: Path, fresh: Path) -> None:
        said = signed.read()
        (fresh / "tree").mkdir(parents=True, mode=0o755)
        needed = sum(file.size for file in said.files)
        # The rest of the disk belongs to the journals.
        if self._room(fresh) - needed < RESERVE:
            raise HallError("disk_full", mb=-(-needed // _PIECE))
        _unpack(archive, said, fresh / "tree")
        with (fresh / MANIFEST).open("wb") as file:
            file.write(signed.model_dump_json().encode())
            _flush(file)
        for folder in (*_folders(fresh), self._slots):
            _sync(folder)

    def point(self, slot: str, built_in: Path) -> Path:
        """Let ``current`` lead to what starts now, and answer that folder."""
        target = built_in if slot == BUILT_IN else self.tree(slot)
        link, fresh = self.folder / "current", self.folder / "current.new"
        with _disk():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not link.is_symlink() or Path(os.readlink(link)) != target:
                with suppress(FileNotFoundError):
                    fresh.unlink()
                fresh.symlink_to(target, target_is_directory=True)
                fresh.replace(link)
                _sync(self.folder)
        return target


def _is_exactly(tree: Path, wanted: dict[str, ReleaseFile]) -> bool:
    found = set()
    for folder, folders, names in os.walk(tree, followlinks=False):
        if any(Path(folder, name).is_symlink() for name in folders):
            return False
        for name in names:
            path = Path(folder, name)
            said = wanted.get(path.relative_to(tree).as_posix())
            if said is None or path.is_symlink() or path.stat().st_size != said.size:
                return False
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != said.sha256:
                    return False
            found.add(said.path)
    return len(found) == len(wanted)


def _unpack(archive: Path, manifest: ReleaseManifest, to: Path) -> None:
    """Only plain files that the manifest names, of their size and sum: what an archive says itself counts nothing."""
    wanted = {file.path: file for file in manifest.files}
    try:
        with tarfile.open(archive, "r:gz") as packed:
            for member in packed:
                said = wanted.pop(member.name, None)
                content = packed.extractfile(member) if said is not None and member.isreg() else None
                if said is None or content is None or member.size != said.size:
                    raise HallError("release_damaged")
                _write(content, said, to / said.path)
    except (tarfile.TarError, EOFError, OSError) as error:
        # A broken archive; a disk that is full says so by its number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise HallError("release_damaged") from error
    if wanted:
        raise HallError("release_damaged")


def _write(content: IO[bytes], said: ReleaseFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    sum_ = hashlib.sha256()
    with path.open("xb") as file:
        while piece := content.read(_PIECE):
            sum_.update(piece)
            file.write(piece)
        _flush(file)
    path.chmod(0o755 if said.executable else 0o644)
    if sum_.hexdigest() != said.sha256:
        raise HallError("release_damaged")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _folders(top: Path) -> list[Path]:
    return [Path(folder) for folder, _, _ in os.walk(top)]


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise HallError("disk_full", mb=0) from error
        raise HallError("updates_disk", fault=error.strerror or type(error).__name__) from error
