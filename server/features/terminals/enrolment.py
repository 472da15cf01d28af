"""A terminal enrols its own key, waits for approval, and signs challenges for short-lived tokens."""

from __future__ import annotations

import os
import time
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server import audit, one_time
from server.auth import Keys, Principal, access_changed
from server.database import Reader, Writer
from server.features.terminals import codes
from server.features.terminals.models import TerminalRow
from server.features.terminals.service import announce
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.permissions import of_kind
from shared.schemas.enrolment import (
    Challenge,
    Enrolled,
    EnrolRequest,
    TerminalToken,
    TokenRequest,
    enrol_message,
    token_message,
)

TOKEN: Final = "zt2"
TOKEN_S: Final = 900
CHALLENGE_S: Final = 60
_CHALLENGE: Final = "zc2"
_SPENT: Final = "terminal.challenge"


def key_session(row: TerminalRow) -> UUID:
    """What a right of this terminal's present key hangs on: a new key ends the streams of the old one only."""
    return uuid5(row.id, str(row.key_id))


def enrol(writer: Writer, said: EnrolRequest, address: str) -> Enrolled | HallError:
    """Take a key in. A refusal is answered and not raised: what is noted of it must be kept.

    The same code with the same key is a repetition, and gets the same answer whatever has expired.
    """
    key = _public_key(said)
    if key is None:
        return HallError("enrolment_proof_wrong", status=422)
    if (resting := codes.rests(writer, address)) is not None:
        return resting
    secret = codes.plain(said.code)
    found = one_time.look(writer, codes.PURPOSE, secret)
    if found is not None and found.state == "used":
        row = writer.session.get(TerminalRow, UUID(found.data["terminal_id"]))
        if row is not None and row.public_key == key:
            return _answer(row)
        return _refuse(writer, address, "enrolment_code_used")
    if found is None or found.state != "good":
        return _refuse(writer, address, "enrolment_code_expired" if found is not None else "enrolment_code_wrong")
    row = _row(writer, found.data)
    if row is None:
        return HallError("terminal_name_taken", status=409, name=found.data["name"])
    # Whoever still has a code from before a revocation, an approval or another new key comes too late.
    if found.data.get("terminal_id") and found.data.get("stood") != codes.standing(row):
        return _refuse(writer, address, "enrolment_code_expired")
    one_time.take(writer, codes.PURPOSE, secret)
    one_time.change(writer, codes.PURPOSE, secret, found.data | {"terminal_id": str(row.id)})
    codes.forgive(writer, address)
    before = [key_session(row)] if row.public_key is not None else []
    row.public_key, row.key_id, row.enrolled_at = key, row.key_id + 1, writer.now
    approved = bool(found.data["approved"])
    row.state = "approved" if approved else "pending"
    row.decided_at, row.decided_by = (writer.now, found.data["by"]) if approved else (None, "")
    writer.flush()
    audit.record(
        writer, audit.Actor(f"{row.kind}:{row.name}", address=address), "terminal.enrolled", "terminal", row.id,
        name=row.name, key=row.key_id, state=row.state, code_by=found.data["by"],
    )  # fmt: skip
    access_changed(writer, ended=before)
    announce(writer, row)
    return _answer(row)


def _row(writer: Writer, data: dict[str, Any]) -> TerminalRow | None:
    """The terminal that a code is for; None when its name has been taken since the code was made."""
    if data.get("terminal_id"):
        return writer.session.get_one(TerminalRow, UUID(data["terminal_id"]))
    row = codes.find_named(writer, data["kind"], data["name"])
    if row is not None and row.state != "set_up":
        return None
    if row is None:
        row = TerminalRow(
            hall_id=writer.hall_id, id=uuid7(), kind=data["kind"], name=data["name"], version="", devices=[],
            last_seen_at=writer.now, last_receipt_at=None, key_id=0, place="",
        )  # fmt: skip
        writer.session.add(row)
    row.place = data["place"] or row.place
    row.counter_id = UUID(data["counter_id"]) if data["counter_id"] else None
    return row


def _refuse(writer: Writer, address: str, code: str) -> HallError:
    codes.note_wrong(writer, address)
    audit.record(
        writer, audit.Actor("unknown", address=address), "terminal.enrolled", "terminal", outcome="refused", reason=code
    )
    return HallError(code, status=403)


def _answer(row: TerminalRow) -> Enrolled:
    return Enrolled.model_validate(
        {"terminal_id": row.id, "hall_id": row.hall_id, "name": row.name, "kind": row.kind, "state": row.state}
    )


def _public_key(said: EnrolRequest) -> bytes | None:
    """The key, when it is one and its owner has signed this enrolment."""
    raw = _bytes(said.public_key)
    if raw is None or len(raw) != 32 or not _signed(raw, said.signature, enrol_message(said.code, said.public_key)):
        return None
    return raw


# Tokens


def challenge(keys: Keys, terminal_id: UUID) -> Challenge:
    """Made without a look into the database: who asks can't learn which terminals there are."""
    expires = time.time() + CHALLENGE_S
    text = keys.sign(_CHALLENGE, {"t": terminal_id.hex, "exp": expires, "n": os.urandom(12).hex()})
    return Challenge(challenge=text, expires_at=datetime.fromtimestamp(expires, UTC))


def check_proof(reader: Reader, keys: Keys, said: TokenRequest) -> HallError | None:
    """Why this gets no token; tells of the terminal's state only who has its key."""
    claims = keys.verify(_CHALLENGE, said.challenge)
    if claims is None or claims["t"] != said.terminal_id.hex or claims["exp"] <= time.time():
        return HallError("challenge_wrong", status=401)
    row = reader.session.get(TerminalRow, said.terminal_id)
    message = token_message(reader.hall_id, said.challenge)
    if row is None or row.hall_id != reader.hall_id or row.public_key is None:
        return HallError("terminal_proof_wrong", status=401)
    if not _signed(row.public_key, said.signature, message):
        return HallError("terminal_proof_wrong", status=401)
    if row.state != "approved":
        return HallError("terminal_pending" if row.state == "pending" else "terminal_revoked", status=403)
    return None


def token(writer: Writer, keys: Keys, said: TokenRequest) -> TerminalToken | HallError:
    """A token for a challenge that is signed and was not used before."""
    if (wrong := check_proof(writer, keys, said)) is not None:
        return wrong
    if one_time.look(writer, _SPENT, said.challenge) is not None:
        return HallError("challenge_wrong", status=401)
    one_time.put(writer, _SPENT, said.challenge, {}, timedelta(seconds=CHALLENGE_S))
    row = writer.session.get_one(TerminalRow, said.terminal_id)
    claims = {"t": row.id.hex, "k": row.key_id, "exp": time.time() + TOKEN_S, "n": os.urandom(6).hex()}
    return TerminalToken(token=keys.sign(TOKEN, claims), expires_in=TOKEN_S)


def principal_of(reader: Reader, keys: Keys, text: str) -> Principal:
    """Who an enrolled terminal's token stands for, as long as its key is approved."""
    claims = keys.verify(TOKEN, text)
    if claims is None:
        raise HallError("token_invalid", status=401)
    if claims["exp"] <= time.time():
        raise HallError("token_expired", status=401)
    row = reader.session.get(TerminalRow, UUID(claims["t"]))
    if row is None or row.hall_id != reader.hall_id or row.key_id != claims["k"]:
        raise HallError("token_invalid", status=401)
    if row.state != "approved":
        raise HallError("terminal_revoked" if row.state == "revoked" else "terminal_pending", status=403)
    return Principal(
        row.kind, row.name, claims["exp"], of_kind(row.kind), session_id=key_session(row), terminal_id=row.id,
        counter_id=row.counter_id,
    )  # fmt: skip


def _signed(key: bytes, signature: str, message: bytes) -> bool:
    raw = _bytes(signature)
    if raw is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes(text: str) -> bytes | None:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
