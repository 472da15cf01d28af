"""Telling a citizen something, by the channel the hall has chosen. One way in: ``tell``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, func, select, update

from server import deliveries
from server.audit import Actor, record
from server.crypto import Vault
from server.database import Reader, Writer
from server.deliveries import DeliveryRow
from server.features.catalogue.service import catalogue
from server.features.messages import gateways
from server.features.messages.channels import File, check_gateway
from server.features.messages.kinds import check_words, worded
from server.features.messages.models import MessageRefusalRow, MessageRow, MessageSettingsRow
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.names import mask_phone
from shared.domain.phones import mobile, plain_phone
from shared.schemas.messages import (
    Gateway,
    MessageEntry,
    MessageList,
    MessageRules,
    MessageSettings,
    MessageSettingsEdit,
)
from shared.schemas.upstreams import is_here

MESSAGE: Final = "message"
SECRET: Final = "message_settings.secret_cipher"
BODY: Final = "messages.body_cipher"
KEPT: Final = timedelta(days=30)
# After that nobody sends again what the gateway would not take.
BODIES_KEPT: Final = timedelta(days=2)
LATEST: Final = 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to tell, about what: a ``subject`` is told of once for each kind. After ``good_for`` it is not sent."""

    phone: str = field(repr=False)
    subject: str
    language: str = "zh-CN"
    ticket_id: UUID | None = None
    good_for: timedelta = timedelta(days=1)


# Whether a message of some kind is still true, by its subject: features put themselves here, see ``main.py``.
STILL_TRUE: dict[str, Callable[[Reader, str], bool]] = {}


@dataclass(frozen=True, slots=True)
class Setting:
    """The settings of a hall as they are kept: what is secret of them is sealed."""

    rules: MessageRules
    version: int
    secret_cipher: bytes | None
    gateway_cipher: bytes | None


def settings(reader: Reader) -> Setting:
    """From the copy that every process keeps: asking costs nothing."""
    return reader.database.copy("messages", reader, _load)


def shown_settings(reader: Reader) -> MessageSettings:
    now = settings(reader)
    rules = now.rules.model_copy(update={"gateway": gateways.shown(now.rules.gateway)})
    return MessageSettings(**rules.model_dump(), version=now.version, has_secret=now.secret_cipher is not None)


def gateway(reader: Reader) -> Gateway:
    """With its secrets, as a message leaves by it."""
    now = settings(reader)
    return gateways.opened(vault(reader), reader.hall_id, now.rules.gateway, now.gateway_cipher)


def put_settings(writer: Writer, base: str, wanted: MessageSettingsEdit, who: Actor) -> MessageSettings:
    """Replace the settings; HallError when no message could leave so, or somebody else has changed them."""
    before = settings(writer)
    if wanted.version != before.version:
        raise HallError("changed_meanwhile", status=409)
    check_words(wanted)
    was = gateway(writer)
    new = gateways.completed(wanted.gateway, was)
    if wanted.channel == "http" or new.address:
        check_gateway(new)
    if wanted.channel == "http" and not new.address:
        raise HallError("message_address_missing", status=422)
    if new.address and not is_here(base) and is_here(new.address):
        raise HallError("upstream_address_here", status=422)
    # Who may change an address but does not know the secrets must not get them sent there.
    keeps = (before.secret_cipher is not None and wanted.secret is None) or gateways.keeps_hidden(wanted.gateway)
    if new.address != was.address and keeps:
        raise HallError("upstream_secret_needed", status=422)
    row = writer.session.get(MessageSettingsRow, writer.hall_id)
    if row is None:
        row = MessageSettingsRow(hall_id=writer.hall_id, secret_cipher=None, gateway_cipher=None, version=0)
        writer.session.add(row)
    row.settings = wanted.model_dump(exclude={"version", "secret"}) | {"gateway": gateways.shown(new).model_dump()}
    row.gateway_cipher = gateways.sealed(vault(writer), writer.hall_id, new)
    if wanted.secret is not None:
        row.secret_cipher = seal(vault(writer), SECRET, writer.hall_id, wanted.secret or None)
    row.version += 1
    writer.touch_catalogue()
    writer.flush()
    old, now = before.rules.model_copy(update={"gateway": was}), wanted.model_copy(update={"gateway": new})
    changed = [name for name in MessageRules.model_fields if getattr(now, name) != getattr(old, name)]
    record(
        writer, who, "messages.changed", "messages", fields=changed, channel=wanted.channel,
        target=urlsplit(new.address).netloc, secret=wanted.secret is not None,
    )  # fmt: skip
    return shown_settings(writer)


def reaches(reader: Reader, *, demo: bool) -> bool:
    """Whether a message would reach a phone: nobody is offered one that ends in a file, but in a demonstration."""
    channel = settings(reader).rules.channel
    return channel == "http" or (channel == "file" and demo)


def tell(writer: Writer, kind: str, to: Recipient, params: Mapping[str, str]) -> bool:
    """Queue one message; it leaves after the commit. ``kind`` and the names of ``params``: see ``kinds.KINDS``.

    False and nothing done when the hall sends none, the number wants none, or has been told already. HallError
    ``mobile_wrong`` when the number can't take any.
    """
    rules = settings(writer).rules
    if rules.channel == "off":
        return False
    phone, keys = mobile(to.phone), vault(writer)
    index = keys.index("phone", phone)
    if writer.session.get(MessageRefusalRow, (writer.hall_id, index)) is not None:
        return False
    told = select(MessageRow.id).where(
        MessageRow.hall_id == writer.hall_id, MessageRow.kind == kind, MessageRow.subject == to.subject
    )
    if writer.session.scalar(told) is not None:
        return False
    facts = catalogue(writer).facts
    hall = facts.get("name", "") if to.language == "zh-CN" else facts.get("name_en", "")
    values = {"hall": str(hall)} | dict(params)
    words, id_ = worded(rules, kind, to.language, values), uuid7()
    body = json.dumps({"phone": phone, "text": words, "params": values}, ensure_ascii=False)
    writer.session.add(MessageRow(
        hall_id=writer.hall_id, id=id_, kind=kind, subject=to.subject, ticket_id=to.ticket_id, language=to.language,
        phone_masked=mask_phone(phone), phone_index=index, body_cipher=seal(keys, BODY, id_, body),
        made_at=writer.now, good_until=writer.now + to.good_for,
    ))  # fmt: skip
    deliveries.send(writer, MESSAGE, rules.channel, {"message": str(id_)}, id_)
    writer.emit("messages.changed", "{}")
    return True


def tell_test(writer: Writer, phone: str, language: str, who: Actor) -> UUID:
    """A message to try the channel with; answers its id."""
    if settings(writer).rules.channel == "off":
        raise HallError("messages_off", status=409)
    subject = str(uuid7())
    if not tell(writer, "test", Recipient(phone, subject, language, good_for=timedelta(minutes=10)), {}):
        raise HallError("message_unwanted", status=409)
    record(writer, who, "messages.tested", "messages")
    wanted = select(MessageRow.id).where(MessageRow.hall_id == writer.hall_id, MessageRow.subject == subject)
    return writer.session.scalars(wanted).one()


def again(writer: Writer, message_id: UUID, who: Actor) -> None:
    """Try one anew that was given up."""
    row, sending = writer.session.get(MessageRow, message_id), writer.session.get(DeliveryRow, message_id)
    if row is None or sending is None or row.hall_id != writer.hall_id:
        raise HallError("message_missing", status=404)
    if sending.state != "given_up" or row.body_cipher is None:
        raise HallError("message_over", status=409)
    sending.state, sending.attempts, sending.next_at, sending.done_at = "waiting", 0, writer.now, None
    channel = settings(writer).rules.channel
    if channel == "off":
        raise HallError("messages_off", status=409)
    sending.target = channel
    row.good_until = max(row.good_until, writer.now + timedelta(minutes=10))
    record(writer, who, "messages.sent_again", "message", message_id)
    writer.emit("messages.changed", "{}")


def refuse(writer: Writer, phone: str, refused: bool, who: Actor) -> None:
    """A number wants no messages, or wants them again."""
    index = vault(writer).index("phone", plain_phone(phone))
    if refused:
        mobile(phone)
    row = writer.session.get(MessageRefusalRow, (writer.hall_id, index))
    if refused and row is None:
        writer.session.add(MessageRefusalRow(hall_id=writer.hall_id, phone_index=index, at=writer.now))
    elif not refused and row is not None:
        writer.session.delete(row)
    record(writer, who, "messages.refused" if refused else "messages.wanted_again", "phone", mask_phone(phone))


def listed(reader: Reader, state: str | None) -> MessageList:
    """The latest messages with what became of them, numbers masked."""
    here = (MessageRow.hall_id == reader.hall_id,)
    joined = select(MessageRow, DeliveryRow).outerjoin(DeliveryRow, DeliveryRow.id == MessageRow.id).where(*here)
    if state:
        joined = joined.where(DeliveryRow.state == state)
    rows = reader.session.execute(joined.order_by(MessageRow.made_at.desc(), MessageRow.id.desc()).limit(LATEST)).all()
    counted = select(DeliveryRow.state, func.count()).join(MessageRow, MessageRow.id == DeliveryRow.id).where(*here)
    counts = {state_: number for state_, number in reader.session.execute(counted.group_by(DeliveryRow.state))}
    return MessageList(items=[_entry(row, sending) for row, sending in rows], counts=counts)


def said(reader: Reader, kind: str, subject: str, folder: Path) -> str:
    """What a message says that goes to the file: for a demonstration, where it can be read on no phone.

    Empty where messages leave the hall: there nobody but the phone's owner reads it.
    """
    if settings(reader).rules.channel != "file":
        return ""
    row = reader.session.scalars(select(MessageRow).where(
        MessageRow.hall_id == reader.hall_id, MessageRow.kind == kind, MessageRow.subject == subject
    )).one_or_none()  # fmt: skip
    if row is None:
        return ""
    if row.body_cipher is None:
        return File(folder).text_of(str(row.id))
    return str(json.loads(unseal(vault(reader), BODY, row.id, row.body_cipher) or "{}").get("text", ""))


def sent(writer: Writer, message_id: UUID) -> None:
    """It is on its way: neither number nor words are needed any more."""
    writer.session.execute(update(MessageRow).where(MessageRow.id == message_id).values(body_cipher=None))
    writer.emit("messages.changed", "{}")


def forget_old(writer: Writer) -> None:
    """Old messages go; of those that are over, number and words. What an older version kept in clear is sealed."""
    kept = writer.session.get(MessageSettingsRow, writer.hall_id)
    if kept is not None and kept.gateway_cipher is None:
        clear = gateway(writer)
        kept.settings = kept.settings | {"gateway": gateways.shown(clear).model_dump()}
        kept.gateway_cipher = gateways.sealed(vault(writer), writer.hall_id, clear)
        writer.touch_catalogue()
        writer.flush()
    here = MessageRow.hall_id == writer.hall_id
    over = select(DeliveryRow.id).where(DeliveryRow.kind == MESSAGE, DeliveryRow.state.in_(("done", "dropped")))
    bare = update(MessageRow).where(here, MessageRow.body_cipher.is_not(None)).values(body_cipher=None)
    writer.session.execute(bare.where(MessageRow.id.in_(over)))
    writer.session.execute(bare.where(MessageRow.good_until < writer.now - BODIES_KEPT))
    writer.session.execute(delete(MessageRow).where(here, MessageRow.made_at < writer.now - KEPT))


def forget_people(writer: Writer, ticket_ids: Iterable[UUID], phone_indexes: Iterable[bytes]) -> None:
    """Nothing of the messages to somebody names them any more; what waits is dropped."""
    theirs = MessageRow.ticket_id.in_(list(ticket_ids)) | MessageRow.phone_index.in_(list(phone_indexes))
    writer.session.execute(
        update(MessageRow).where(MessageRow.hall_id == writer.hall_id, theirs)
        .values(body_cipher=None, phone_index=None, phone_masked="")
    )  # fmt: skip


def vault(reader: Reader) -> Vault:
    found = reader.database.vault
    if found is None:
        raise HallError("key_file_damaged", status=500, path="")
    return found


def _load(reader: Reader) -> Setting:
    row = reader.session.get(MessageSettingsRow, reader.hall_id)
    if row is None:
        return Setting(MessageRules(), 0, None, None)
    rules = MessageRules.model_validate(row.settings)
    return Setting(rules, row.version, row.secret_cipher, row.gateway_cipher)


def _entry(row: MessageRow, sending: DeliveryRow | None) -> MessageEntry:
    given: dict[str, Any] = dict(state="done", attempts=0, done_at=None, next_at=None, fault="")
    if sending is not None:
        waits = sending.state == "waiting"
        given = dict(
            state=sending.state, attempts=sending.attempts, done_at=sending.done_at,
            next_at=sending.next_at if waits else None, fault=sending.fault,
        )  # fmt: skip
    return MessageEntry(
        id=row.id, kind=row.kind, phone_masked=row.phone_masked, language=row.language, made_at=row.made_at,
        again=given["state"] == "given_up" and row.body_cipher is not None, **given,
    )  # fmt: skip
