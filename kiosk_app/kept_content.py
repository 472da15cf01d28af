"""What the touch browser tells people, and how it lies on the disk: guides in one file for each department."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.guides import DepartmentFacts, Guide, GuideSummary
from shared.schemas.introduction import ShownIntroduction
from shared.schemas.notices import ShownNotice
from shared.schemas.publicity import PublicCase
from shared.schemas.weather import AlmanacDay, Weather

log = logging.getLogger(__name__)


class KeptGuide(GuideSummary):
    """What lists show of a guide, and in ``told`` the whole of it as JSON: thousands of them are few objects so, which
    Python looks through again and again while somebody touches the screen."""

    told: str

    @classmethod
    def of(cls, guide: Guide) -> KeptGuide:
        return cls(**guide.model_dump(include=_LISTED), told=guide.model_dump_json())

    @property
    def whole(self) -> Guide:
        return Guide.model_validate_json(self.told)


_LISTED = set(GuideSummary.model_fields)


@dataclass(frozen=True)
class Content:
    """Replaced as a whole. ``guides`` in the order of their departments and codes; ``days``: what the hall's calendar
    says of the days to come; ``read``: whether all of it was."""

    departments: tuple[DepartmentFacts, ...] = ()
    guides: tuple[KeptGuide, ...] = ()
    notices: tuple[ShownNotice, ...] = ()
    introduction: ShownIntroduction | None = None
    weather: Weather | None = None
    days: tuple[AlmanacDay, ...] = ()
    cases: tuple[PublicCase, ...] = ()
    read: bool = False


class KeptIndex(Message):
    """All but the guides."""

    departments: list[DepartmentFacts] = []
    notices: list[ShownNotice] = []
    introduction: ShownIntroduction | None = None
    weather: Weather | None = None
    days: list[AlmanacDay] = []
    cases: list[PublicCase] = []
    guides: list[UUID] = []


class KeptGuides(Message):
    """Of one department."""

    guides: list[KeptGuide] = []


class KeptContent:
    """Safe on any thread. A file that is damaged costs its department until the server is back, and no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = CheckedCopy(folder / "content.json", KeptIndex)
        self._written: Content | None = None
        self._lock = threading.Lock()
        self._of: dict[UUID, list[KeptGuide]] = {}

    def read(self) -> Content | None:
        """None: nothing was kept yet."""
        with self._lock:
            return self._read()

    def write(self, content: Content) -> None:
        """What is different from the last time. A disk that is full keeps what it has."""
        with self._lock:
            if content == self._written:
                return
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._write(content)
            except OSError as error:
                log.warning("the guides are not kept: %s", error)
                return
            self._written = content

    def _read(self) -> Content | None:
        index = self._index.load()
        if index is None:
            return None
        self._of = {one.id: kept.guides for one in index.departments if (kept := self._file(one.id).load()) is not None}
        known = {guide.id: guide for guides in self._of.values() for guide in guides}
        guides = tuple(known[id_] for id_ in index.guides if id_ in known)
        return Content(
            tuple(index.departments), guides, tuple(index.notices), index.introduction, index.weather,
            tuple(index.days), tuple(index.cases), read=True,
        )  # fmt: skip

    def _write(self, content: Content) -> None:
        of: dict[UUID, list[KeptGuide]] = {one.id: [] for one in content.departments}
        for guide in content.guides:
            of.setdefault(guide.department_id, []).append(guide)
        for id_, guides in of.items():
            if guides != self._of.get(id_):
                self._file(id_).save(KeptGuides(guides=guides))
                self._of[id_] = guides
        self._index.save(
            KeptIndex(
                departments=list(content.departments), notices=list(content.notices),
                guides=[guide.id for guide in content.guides], introduction=content.introduction,
                weather=content.weather, days=list(content.days), cases=list(content.cases),
            )
        )  # fmt: skip
        for id_ in self._of.keys() - of.keys():
            with suppress(OSError):
                self._file(id_).path.unlink()
            del self._of[id_]

    def _file(self, department: UUID) -> CheckedCopy[KeptGuides]:
        return CheckedCopy(self._folder / f"{department}.json", KeptGuides)
