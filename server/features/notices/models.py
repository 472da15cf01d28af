"""Notices, their versions and history, what became of them at outside channels, and how those are reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class NoticeRow(Base):
    """``newest`` and ``live`` are numbers of versions. ``publish_at``: when a scheduled one is due."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'in_review', 'approved', 'scheduled', 'published', 'expired', 'retracted')",
            name="state",
        ),
        Index(None, "hall_id", "state", "publish_at"),
        Index(None, "hall_id", "changed_at"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    edition: Mapped[int]
    state: Mapped[str]
    newest: Mapped[int]
    live: Mapped[int | None]
    pin: Mapped[int]
    publish_at: Mapped[datetime | None] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)
    # Of the live version, and of the first one that ever was.
    published_at: Mapped[datetime | None] = mapped_column(UtcTime)
    first_at: Mapped[datetime | None] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str]


class NoticeVersionRow(Base):
    """What was saved once never changes."""

    __tablename__ = "notice_versions"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(UtcTime)
    restored: Mapped[int | None]


class NoticeStepRow(Base):
    """One line of the history; never changes."""

    __tablename__ = "notice_steps"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str]
    act: Mapped[str]
    number: Mapped[int]
    note: Mapped[str]


class NoticeOutletRow(Base):
    """A version at a channel; the delivery that is at work on it has ``delivery_id``.

    ``progress`` is what the channel has told us so far (a draft's id, a task's id), ``tried_at`` when the step that
    must not happen twice was begun: whoever comes after that asks first. ``outlet_id``: what it is called there.
    """

    __tablename__ = "notice_outlets"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", "number"),
        CheckConstraint("state IN ('waiting', 'sent', 'published', 'failed', 'retracting', 'retracted')", name="state"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"))
    channel: Mapped[str]
    number: Mapped[int]
    wanted: Mapped[bool]
    state: Mapped[str]
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    tried_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outlet_id: Mapped[str]
    url: Mapped[str]
    fault: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    delivery_id: Mapped[UUID]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class NoticeSettingsRow(Base):
    """Sealed: the official account's secret, what it proves itself with when it calls us, the microblog's token."""

    __tablename__ = "notice_settings"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    wechat_cipher: Mapped[bytes | None]
    weibo_cipher: Mapped[bytes | None]
    version: Mapped[int]
    # What the microblog said of its token: when it ends, when that was asked, and why there was no good answer.
    weibo_until: Mapped[datetime | None] = mapped_column(UtcTime)
    weibo_asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    weibo_fault: Mapped[str]
    # Whether the account takes our secret: when that was asked, and the code of why not.
    wechat_asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    wechat_fault: Mapped[str]
    wechat_callback_cipher: Mapped[bytes | None]


class NoticeWordsRow(Base):
    """What notices are checked for before a review: ``words`` as ``NoticeWord``. No row: those of the program."""

    __tablename__ = "notice_words"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    words: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    version: Mapped[int]
