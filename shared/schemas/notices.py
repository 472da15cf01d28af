"""Notices on the wire: what is written, its versions, what became of it outside, and what screens show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from shared.domain.notices.life import Act, Kind, State
from shared.domain.notices.outlets import OutletState
from shared.schemas.base import UNPRINTABLE, Message, Moment, OptionalText
from shared.schemas.upstreams import SecureAddress

Channel = Literal["wechat", "weibo"]
CHANNELS: Final[tuple[Channel, ...]] = ("wechat", "weibo")
BODY_LIMIT: Final = 12_000
_LINE: Final = rf"^[^{UNPRINTABLE}]*$"
MediaId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# What no XML may hold, and so no feed: dropped, also from what was kept before.
_NOT_IN_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_readable: Final = BeforeValidator(lambda words: _NOT_IN_XML.sub("", words) if isinstance(words, str) else words)
Title = Annotated[
    str,
    _readable,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=_LINE),
]
Summary = Annotated[str, _readable, StringConstraints(strip_whitespace=True, max_length=120, pattern=_LINE)]
Body = Annotated[
    str,
    _readable,
    StringConstraints(max_length=BODY_LIMIT, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"),
]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Pin = Annotated[int, Field(ge=0, le=99)]
Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]*$", max_length=500)]

CallbackToken = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]{3,32})?$")]
CallbackKey = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9]{43})?$")]


class NoticeContent(Message):
    """``body`` as ``shared.domain.notices.body`` reads it. ``cover``: a picture, ``video``: a film, by their ids."""

    kind: Kind = Kind.NOTICE
    title: Title
    summary: Summary = ""
    body: Body = ""
    cover: MediaId | Literal[""] = ""
    video: MediaId | Literal[""] = ""
    channels: Annotated[list[Channel], Field(max_length=len(CHANNELS))] = []


class NoticeVersion(Message):
    """What was saved once never changes."""

    number: int
    content: NoticeContent
    saved_by: str
    saved_at: datetime
    restored: int | None = None


class NoticeStep(Message):
    """One line of a notice's history."""

    at: datetime
    who: str
    act: str
    number: int
    note: str


class Outlet(Message):
    """A version at a channel; ``fault`` is the code of why not, with ``detail``."""

    id: UUID
    channel: Channel
    number: int
    state: OutletState
    url: str
    fault: str
    detail: dict[str, str]
    attempts: int
    changed_at: datetime
    next_at: datetime | None
    may_retry: bool
    may_retract: bool


class NoticeEntry(Message):
    """A line of the list; ``edition`` grows with every change: whoever acts says which one they saw."""

    id: UUID
    edition: int
    state: State
    kind: Kind
    title: str
    newest: int
    live: int | None
    pin: int
    publish_at: datetime | None
    until: datetime | None
    published_at: datetime | None
    changed_at: datetime
    changed_by: str
    outlets: dict[Channel, OutletState]


class NoticeView(NoticeEntry):
    """One in full; ``acts``: what may follow, by whoever has the right to. ``versions``: the newest, further ones are
    asked for; ``history``: its latest lines.
    """

    acts: list[Act]
    authors: list[str]
    versions: list[NoticeVersion]
    history: list[NoticeStep]
    outlet_list: list[Outlet]


class NoticeCreate(Message):
    content: NoticeContent


class NoticeEdit(Message):
    edition: int
    content: NoticeContent


class NoticeRestore(Message):
    """An old version becomes a new one."""

    edition: int
    number: Version


class NoticeAct(Message):
    """``note``: why, for whoever reads the history. ``heeded``: its author has seen the words that were asked about."""

    edition: int
    note: OptionalText = ""
    heeded: bool = False


class NoticeWord(Message):
    """``refuse``: a notice with it can't be handed in; ``warn``: its author is asked. ``instead``: what is meant."""

    word: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=_LINE)]
    act: Literal["refuse", "warn"] = "warn"
    instead: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=_LINE)] = ""


class NoticeWords(Message):
    words: Annotated[list[NoticeWord], Field(max_length=2000)]
    version: int


class NoticeWordsEdit(NoticeWords):
    """All of them; ``version`` as it was read."""


class NoticePublish(Message):
    """``at`` None: now. ``until``: when it is over; None: when somebody takes it back."""

    edition: int
    at: Moment | None = None
    until: Moment | None = None


class NoticePin(Message):
    edition: int
    pin: Pin


class ShownNotice(Message):
    """All a screen draws. ``link`` is its phone page."""

    id: UUID
    number: int
    kind: Kind
    title: str
    summary: str
    body: str
    cover: str
    video: str
    pin: int
    published_at: datetime
    # The first time, which a new version leaves as it is.
    first_at: datetime
    until: datetime | None
    link: str


class WechatRules(Message):
    on: bool = False
    address: SecureAddress = "https://api.weixin.qq.com"
    app_id: Token = ""
    author: Annotated[str, StringConstraints(strip_whitespace=True, max_length=16)] = ""


class WeiboRules(Message):
    """``domain`` of the links must be the one that was bound at the application."""

    on: bool = False
    address: SecureAddress = "https://api.weibo.com"


class NoticeRules(Message):
    """``link_base``: where people outside reach the phone pages; empty: the server's own address."""

    own_review: bool = False
    link_base: SecureAddress | Literal[""] = ""
    wechat: WechatRules = WechatRules()
    weibo: WeiboRules = WeiboRules()


class NoticeSettings(NoticeRules):
    version: int = 0
    has_wechat_secret: bool = False
    has_weibo_token: bool = False
    # Whether the account and we have agreed on how it calls us.
    has_wechat_callback: bool = False
    # When the microblog's token ends, as it says itself; None: not known. The code of why it is no good.
    weibo_until: datetime | None = None
    weibo_fault: str = ""
    # The code of why the official account does not take us; empty: it does, or was not asked yet.
    wechat_fault: str = ""


class NoticeSettingsEdit(NoticeRules):
    """A secret that is None stays; it must come along when it would go to another address."""

    version: int
    wechat_secret: Token | None = Field(None, repr=False)
    weibo_token: Token | None = Field(None, repr=False)
    # As entered there under "server configuration"; the key only for the safe mode. Empty: it does not call.
    wechat_callback_token: CallbackToken | None = Field(None, repr=False)
    wechat_callback_key: CallbackKey | None = Field(None, repr=False)


class NoticeEntries(Message):
    items: list[NoticeEntry]
    counts: dict[str, int]
