"""Messages to citizens: how the hall sends them, and what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import Message
from shared.schemas.upstreams import SecureAddress

# Stands where something is kept that is not shown; sent back, it stays as it was.
HIDDEN: Final = "******"
Channel = Literal["off", "file", "http"]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]
HeaderValue = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]*$", max_length=500)]
AnswerPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$", max_length=200)]
Language = Literal["zh-CN", "en"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Gateway(Message):
    """An HTTP gateway. ``headers`` and ``body`` hold ``{names}``; a ``form`` of a GET is the query.

    It has taken a message when it answers 2xx and, where ``ok_path`` is set, when that place of its JSON answer holds
    ``ok_value``. ``signed``: HMAC-SHA256 of time and body with the secret goes along in headers. Headers and the query
    of the address are answered as ``HIDDEN`` where they may be secrets.
    """

    address: SecureAddress | Literal[""] = ""
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict, max_length=20)
    content: Literal["json", "form"] = "json"
    body: str = Field('{"phone": "{phone}", "text": "{text}"}', max_length=4000)
    ok_path: AnswerPath | Literal[""] = ""
    ok_value: str = Field("", max_length=200)
    signed: bool = False


class Template(Message):
    """The hall's own words of a kind; empty: those of the product."""

    zh: Words = ""
    en: Words = ""


class MessageRules(Message):
    """``near_ahead``: people ahead from which "nearly your turn" is told; ``near_minutes``: or when the forecast's
    early figure is below; 0: not by this.
    """

    channel: Channel = "file"
    gateway: Gateway = Gateway()
    near_ahead: int = Field(3, ge=0, le=50)
    near_minutes: int = Field(0, ge=0, le=120)
    templates: dict[str, Template] = Field(default_factory=dict, max_length=50)


class MessageSettings(MessageRules):
    version: int = 0
    has_secret: bool = False


class MessageSettingsEdit(MessageRules):
    """``secret`` None: as it was; it must come along when it would go to another address."""

    version: int
    secret: str | None = Field(None, max_length=1000, repr=False)


class MessageTest(Message):
    phone: str = Field(max_length=40, repr=False)
    language: Language = "zh-CN"


class MessageRefusal(Message):
    """``refused`` False: the number wants messages again."""

    phone: str = Field(max_length=40, repr=False)
    refused: bool = True


class MessageEntry(Message):
    """``state``: waiting, done, given_up, dropped (no longer wanted); ``fault``: of the last attempt."""

    id: UUID
    kind: str
    phone_masked: str
    language: str
    state: str
    attempts: int
    made_at: datetime
    done_at: datetime | None
    next_at: datetime | None
    fault: str
    again: bool


class MessageList(Message):
    """The latest, newest first; ``counts`` by state, of all that are kept."""

    items: list[MessageEntry]
    counts: dict[str, int]


class MessageKind(Message):
    """What may be said: the product's words and the names that may stand in them."""

    key: str
    names: list[str]
    zh: str
    en: str


class MessageKinds(Message):
    items: list[MessageKind]
