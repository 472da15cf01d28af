"""How long the microblog's token lives. It ends by itself and can't be renewed without somebody who signs in there: the
administrators are told before it does.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Final

from server.again import is_due
from server.database import Database, Reader, Writer
from server.features.notices.channels.weibo import Weibo
from server.features.notices.models import NoticeSettingsRow
from server.features.notices.settings import secret, settings
from server.features.sign_on.outgoing import NoAnswerError
from shared.client.line import Places
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
# The token's own answer counts for so long; an answer that did not come is asked for again sooner.
EVERY: Final = timedelta(hours=6)
AGAIN: Final = timedelta(minutes=10)
LOOK_S: Final = 60.0


def ask_life(database: Database, places: Places) -> bool:
    """Ask there, when it is time to, and keep the answer; whether it was asked. Blocks."""
    found = database.read(lambda reader: _due(reader, places))
    if found is None:
        return False
    channel, version = found
    until, fault = None, ""
    try:
        left = channel.life()
    except NoAnswerError:
        fault = "notice_channel_no_answer"
    except HallError as error:
        fault = error.code
    else:
        until = database.read(lambda reader: reader.now) + left
        fault = "" if left > timedelta() else "notice_weibo_token"

    def keep(writer: Writer) -> None:
        row = writer.session.get(NoticeSettingsRow, writer.hall_id)
        if row is None or row.version != version:
            # Another token by now: that one is asked about itself.
            return
        row.weibo_asked_at, row.weibo_fault = writer.now, fault
        if fault != "notice_channel_no_answer":
            # A silence says nothing: what was known stays.
            row.weibo_until = until
        writer.touch_catalogue()

    database.write(keep)
    return True


async def ask_often(database: Database, places: Places) -> None:
    """In every process; whoever comes second finds that it was asked already, or asks once more, which is no harm."""
    while True:
        try:
            await asyncio.to_thread(ask_life, database, places)
        except Exception:
            # A database that is away for a while must not end the asking for good.
            log.exception("the microblog's token not asked about")
        await asyncio.sleep(LOOK_S)


def _due(reader: Reader, places: Places) -> tuple[Weibo, int] | None:
    now = settings(reader)
    if not now.rules.weibo.on or now.ciphers["weibo"] is None:
        return None
    pause = AGAIN if now.weibo_fault == "notice_channel_no_answer" else EVERY
    if now.weibo_asked_at is not None and not is_due(now.weibo_asked_at + pause, reader.now, pause):
        return None
    return Weibo(now.rules.weibo, secret(reader, "weibo"), places), now.version
