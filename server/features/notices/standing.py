"""Whether the channels still take what we prove ourselves with: a secret may be changed there, and the microblog's
token ends by itself and can't be renewed without somebody who signs in there. The administrators are told before a
notice fails.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from server.again import is_due
from server.database import Database, Reader, Writer
from server.features.notices.channels.protocol import RefusedError
from server.features.notices.channels.wechat import Wechat
from server.features.notices.channels.weibo import Weibo
from server.features.notices.models import NoticeSettingsRow
from server.features.notices.settings import secret, settings
from server.features.sign_on.outgoing import NoAnswerError
from shared.client.line import Places
from shared.domain.errors import HallError
from shared.schemas.notices import CHANNELS, Channel

log = logging.getLogger(__name__)
# An answer counts for so long; one that did not come is asked for again sooner.
EVERY: Final = timedelta(hours=6)
AGAIN: Final = timedelta(minutes=10)
LOOK_S: Final = 60.0
SILENT: Final = "notice_channel_no_answer"
OVER: Final = "notice_weibo_token"
# Blocks; answers how long what we have is good for, None: as far as anybody knows. Errors as of ``Channel.publish``.
_Ask = Callable[[], timedelta | None]


def ask_standing(database: Database, places: Places) -> bool:
    """Ask each channel, when it is time to, and keep its answer; whether any was asked. Blocks."""
    return any([_ask(database, places, channel) for channel in CHANNELS])


async def ask_often(database: Database, places: Places) -> None:
    """In every process; whoever comes second finds that it was asked already, or asks once more, which is no harm."""
    while True:
        try:
            await asyncio.to_thread(ask_standing, database, places)
        except Exception:
            # A database that is away for a while must not end the asking for good.
            log.exception("the channels not asked how we stand")
        await asyncio.sleep(LOOK_S)


def _ask(database: Database, places: Places, channel: Channel) -> bool:
    found = database.read(lambda reader: _due(reader, places, channel))
    if found is None:
        return False
    ask, version = found
    left, fault = None, ""
    try:
        left = ask()
    except RefusedError as error:
        fault = error.code
    except (NoAnswerError, HallError, KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError):
        # Nothing, not now, or nothing that can be read.
        fault = SILENT
    else:
        fault = OVER if left is not None and left <= timedelta() else ""

    def keep(writer: Writer) -> None:
        row = writer.session.get(NoticeSettingsRow, writer.hall_id)
        if row is None or row.version != version:
            # Another secret by now: that one is asked about itself.
            return
        if channel == "wechat":
            row.wechat_asked_at = writer.now
            # A silence says nothing: what was known stays.
            row.wechat_fault = fault if fault != SILENT else row.wechat_fault or SILENT
        else:
            row.weibo_asked_at, row.weibo_fault = writer.now, fault
            if fault != SILENT:
                row.weibo_until = writer.now + left if left is not None else None
        writer.touch_catalogue()

    database.write(keep)
    return True


def _due(reader: Reader, places: Places, channel: Channel) -> tuple[_Ask, int] | None:
    now = settings(reader)
    if not getattr(now.rules, channel).on or now.ciphers[channel] is None:
        return None
    if channel == "wechat":
        asked_at, fault = now.wechat_asked_at, now.wechat_fault
        ask: _Ask = Wechat(now.rules.wechat, secret(reader, "wechat"), places).check
    else:
        asked_at, fault = now.weibo_asked_at, now.weibo_fault
        ask = Weibo(now.rules.weibo, secret(reader, "weibo"), places).life
    # What somebody has to mend is looked at soon again: they want to see that it is.
    pause = AGAIN if fault else EVERY
    if asked_at is not None and not is_due(asked_at + pause, reader.now, pause):
        return None
    return ask, now.version
