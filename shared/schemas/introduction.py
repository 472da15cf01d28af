"""The hall introduces itself: what it is, and how people get there; its versions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeVar

from pydantic import Field

from shared.schemas.base import Message, OptionalText, Text
from shared.schemas.guides import Line, Phone
from shared.schemas.notices import Body, MediaId, Version

_Told = TypeVar("_Told", bound=Message)
Picture = MediaId | Literal[""]
Wheels = Literal["bus", "metro", "tram", "ferry", "coach", "train"]
Means = Literal["walk", "bicycle", "transit", "taxi", "car"]


class HallPhone(Message):
    """``name``: whom it rings, such as the enquiry desk."""

    name: Text
    name_en: Line = ""
    number: Phone


class TransitLine(Message):
    """A line that stops near by: ``name`` such as 3, ``stop`` where to get off (and by which exit), ``walk_minutes``
    from there; ``note``: its hours, its direction.
    """

    kind: Wheels = "bus"
    name: Text
    stop: Line = ""
    stop_en: Line = ""
    walk_minutes: int | None = Field(None, ge=0, le=120)
    note: Line = ""
    note_en: Line = ""


class WayRoute(Message):
    """A suggested way ``start`` → hall, one step each."""

    start: Text
    start_en: Line = ""
    means: Means = "transit"
    minutes: int | None = Field(None, ge=0, le=600)
    steps: tuple[Text, ...] = Field((), max_length=20)
    steps_en: tuple[Text, ...] = Field((), max_length=20)


class CarPark(Message):
    """``entrance``: where to drive in; ``places``: how many there are; ``fee`` in words."""

    name: Text
    name_en: Line = ""
    entrance: OptionalText = ""
    entrance_en: OptionalText = ""
    places: int | None = Field(None, ge=0, le=100_000)
    fee: Line = ""
    fee_en: Line = ""
    picture: Picture = ""


class GettingHere(Message):
    """``map``: a picture of the surroundings; ``note`` is read as ``body`` of a notice is."""

    address: Line = ""
    address_en: Line = ""
    map: Picture = ""
    note: Body = ""
    hours: OptionalText = ""
    phones: tuple[HallPhone, ...] = Field((), max_length=20)
    lines: tuple[TransitLine, ...] = Field((), max_length=60)
    routes: tuple[WayRoute, ...] = Field((), max_length=20)
    car_parks: tuple[CarPark, ...] = Field((), max_length=20)

    def in_english(self) -> GettingHere:
        """Where English words were written, they stand in the place of the others."""
        lists = ("phones", "lines", "routes", "car_parks")
        told = {name: tuple(_english(one) for one in getattr(self, name)) for name in lists}
        return _english(self).model_copy(update=told)


def _english(one: _Told) -> _Told:
    given = {name.removesuffix("_en"): said for name, said in one if name.endswith("_en") and said}
    return one.model_copy(update=given)


class IntroductionContent(Message):
    """``body`` as ``shared.domain.notices.body`` reads it, with pictures; ``body_en`` empty: there is only the other.
    ``cover``: a picture, ``video``: a film, by their ids in the media store.
    """

    title: Line = ""
    title_en: Line = ""
    body: Body = ""
    body_en: Body = ""
    cover: Picture = ""
    video: Picture = ""
    getting_here: GettingHere = GettingHere()


class ShownIntroduction(Message):
    """``GET /introduction``: what everybody sees. ``number`` 0: nothing was published yet; then the address and
    telephone of the hall's files still stand in ``content``. ``link``: its phone page, ``way_link``: that of the way.
    """

    number: int
    published_at: datetime | None
    content: IntroductionContent
    link: str
    way_link: str


class IntroductionVersion(Message):
    """What was saved once never changes; ``restored``: the version it says again."""

    number: int
    content: IntroductionContent
    saved_by: str
    saved_at: datetime
    restored: int | None


class IntroductionView(Message):
    """``GET /introduction/versions``, for the console: the newest first, further ones are asked for.
    ``live``: the one that is shown; ``edition`` grows with every change: whoever acts says which one they saw. Before
    the first version: one to begin with.
    """

    edition: int
    newest: int
    live: int | None
    published_at: datetime | None
    published_by: str
    draft: IntroductionContent
    versions: list[IntroductionVersion]


class IntroductionEdit(Message):
    """``PUT /introduction/content``: a new version, shown to nobody yet."""

    edition: int
    content: IntroductionContent


class IntroductionAct(Message):
    """``POST /introduction/publish`` shows a version, an old one too; ``/restore`` makes an old one the newest."""

    edition: int
    number: Version
