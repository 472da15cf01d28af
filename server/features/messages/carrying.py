"""Carries a message from the outbox to its channel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from server.database import Database, Reader, Writer
from server.deliveries import NotWantedError
from server.features.messages.channels import Channel, File, HttpGateway, Outgoing
from server.features.messages.models import MessageRefusalRow, MessageRow
from server.features.messages.service import BODY, SECRET, STILL_TRUE, gateway, sent, settings, vault
from server.features.sign_on.outgoing import NoAnswerError
from server.sealed import unseal
from shared.client.line import Places
from shared.domain.errors import HallError


def carry_message(database: Database, folder: Path, places: Places, target: str, body: dict[str, Any]) -> None:
    """Send one (blocks). It arrives once, or, when this server dies between the gateway's word and ours, twice with
    the same ``{id}``. ``places``: what may be connected to.
    """
    message_id = UUID(body["message"])
    message, channel = database.read(lambda reader: _ready(reader, message_id, target, folder, places))
    try:
        channel.send(message)
    except NoAnswerError as error:
        database.write(_tell_consoles)
        # In words of ours: what an administrator reads is no name of a class.
        raise HallError("message_no_answer", status=502, why=error.why) from None
    except HallError:
        database.write(_tell_consoles)
        raise
    database.write(lambda writer: sent(writer, message_id))


def _tell_consoles(writer: Writer) -> None:
    """Whoever looks at the list looks again, in a moment: the outbox notes the fault first."""
    writer.emit("messages.changed", "{}")


def _ready(
    reader: Reader, message_id: UUID, target: str, folder: Path, places: Places
) -> tuple[Outgoing, Channel]:  # fmt: skip
    row = reader.session.get(MessageRow, message_id)
    if row is None or row.body_cipher is None or row.good_until < reader.now:
        raise NotWantedError
    if row.phone_index and reader.session.get(MessageRefusalRow, (reader.hall_id, row.phone_index)) is not None:
        raise NotWantedError
    still = STILL_TRUE.get(row.kind)
    if still is not None and not still(reader, row.subject):
        raise NotWantedError
    keys, now = vault(reader), settings(reader)
    said = json.loads(unseal(keys, BODY, row.id, row.body_cipher) or "{}")
    message = Outgoing(str(row.id), row.kind, said["phone"], said["text"], row.language, said["params"])
    if target == "file":
        return message, File(folder)
    secret = unseal(keys, SECRET, reader.hall_id, now.secret_cipher) or ""
    return message, HttpGateway(gateway(reader), secret, places)
