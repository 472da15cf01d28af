"""The hall introduces itself: what it is, and how people get there; its versions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.schemas.base import Message, OptionalText, Text
from shared.schemas.guides import Line, Phone
from shared.schemas.notices import Body, MediaId, Version

Picture = MediaId | Literal[""]
Wheels = Literal["bus", "metro", "tram", "ferry", "coach", "train"]
Means = Literal["walk", "bicycle", "transit", "taxi", "car"]


class HallPhone(Message):
    """``name``: whom it rings, such as the enquiry desk."""

    name: Text
    number: Phone


class TransitLine(Message):
    """A line that stops near by: ``name`` such as 3, ``stop`` where to get off (and by which exit), ``walk_minutes``
    from there; ``note``: its hours, its direction.
    """

    kind: Wheels = "bus"
    name: Text
    stop: Line = ""
    walk_minutes: int | None = Field(None, ge=0, le=120)
    note: Line = ""


class WayRoute(Message):
    """A suggested way ``start`` → hall, one step each."""

    start: Text
    means: Means = "transit"
    minutes: int | None = Field(None, ge=0, le=600)
    steps: tuple[Text, ...] = Field((), max_length=20)


class CarPark(Message):
    """``entrance``: where to drive in; ``places``: how many there are; ``fee`` in words."""

    name: Text
    entrance: OptionalText = ""
    places: int | None = Field(None, ge=0, le=100_000)
    fee: Line = ""
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
    """``GET /introduction/versions``, for the console: the newest first. ``live``: the one that is shown; ``edition``
    grows with every change: whoever acts says which one they saw. Before the first version: one to begin with.
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
