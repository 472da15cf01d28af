"""Lock-out with back-off, the same for names that exist and names that do not; ``shared.domain.throttling`` judges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, delete, func, or_, select

from server.crypto import Vault
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.accounts.models import ThrottleRow
from shared.domain.throttling import Tallies, Tally, attempted, half_proved, network, proved
from shared.schemas.access import LockRules

# Of a keyed hash, for what is kept by two of them: the rows of a name lie side by side.
_HALF = 16


@dataclass(frozen=True, slots=True)
class Keys:
    """What an attempt is counted under: name or card at this place, the name everywhere, the place."""

    here: bytes
    everywhere: bytes | None
    address: bytes | None

    @classmethod
    def of(cls, vault: Vault, kind: str, subject: str, address: str) -> Keys:
        name, place = _subject(vault, kind, subject), vault.index("throttle.address", network(address))
        return cls(name[:_HALF] + place[:_HALF], name, place)

    @property
    def subject(self) -> bytes:
        """The name, when it is not to be kept in clear."""
        return self.here[:_HALF]

    def at_known_place(self) -> Keys:
        """Where the name has been proved before, strangers do not count, neither there nor elsewhere."""
        return replace(self, everywhere=None, address=None)

    def without_address(self) -> Keys:
        """For what is tried by who has been counted at the address already."""
        return replace(self, address=None)


def _subject(vault: Vault, kind: str, subject: str) -> bytes:
    return vault.index(f"throttle.{kind}", subject)


def admit(writer: Writer, rules: LockRules, keys: Keys) -> int:
    """0 and one attempt counted, or the seconds for which nothing is looked at."""
    before, now = _read(writer, keys), writer.now.timestamp()
    if left := before.left_s(now):
        return ceil(left)
    _write(writer, keys, attempted(rules, before, now))
    return 0


def was_good(writer: Writer, keys: Keys) -> None:
    """A whole proof, after ``admit``."""
    _write(writer, keys, proved(_read(writer, keys)))


def was_half(writer: Writer, keys: Keys) -> None:
    """The first of two factors, after ``admit``."""
    _write(writer, keys, half_proved(_read(writer, keys)))


def forgive(writer: Writer, vault: Vault, account: AccountRow) -> None:
    """An administrator vouches for somebody: all their ways in may be tried at once, from wherever."""
    rows = delete(ThrottleRow).where(ThrottleRow.hall_id == writer.hall_id, _of(vault, account))
    writer.connection.execute(rows)


def rests(reader: Reader, vault: Vault, account: AccountRow) -> int:
    """Seconds for which one of their ways in rests, at one place or everywhere; 0 when all may be tried."""
    longest = select(func.max(ThrottleRow.until)).where(ThrottleRow.hall_id == reader.hall_id, _of(vault, account))
    until = reader.session.scalar(longest)
    return max(0, ceil((until - reader.now).total_seconds())) if until is not None else 0


def _of(vault: Vault, account: AccountRow) -> ColumnElement[bool]:
    """Whatever an account is counted under: its name and card, what other providers say, its codes."""
    id_ = str(account.id)
    subjects = [("name", account.username), ("elsewhere", id_), ("code", id_)]
    if account.card_index is not None:
        subjects.append(("card", account.card_index.hex()))
    firsts = [_subject(vault, kind, subject)[:_HALF] for kind, subject in subjects]
    return or_(*(ThrottleRow.key.between(first + bytes(_HALF), first + b"\xff" * _HALF) for first in firsts))


def _read(writer: Writer, keys: Keys) -> Tallies:
    everywhere, address = (_tally(writer, key) if key is not None else None for key in (keys.everywhere, keys.address))
    return Tallies(_tally(writer, keys.here), everywhere, address)


def _tally(writer: Writer, key: bytes) -> Tally:
    row = writer.session.get(ThrottleRow, (writer.hall_id, key))
    if row is None:
        return Tally()
    return Tally(row.failures, row.at.timestamp(), row.until.timestamp() if row.until is not None else 0.0)


def _write(writer: Writer, keys: Keys, tallies: Tallies) -> None:
    for key, tally in (
        (keys.here, tallies.here), (keys.everywhere, tallies.everywhere), (keys.address, tallies.address),
    ):  # fmt: skip
        if key is None or tally is None:
            continue
        row = writer.session.get(ThrottleRow, (writer.hall_id, key))
        if not tally.failures:
            if row is not None:
                writer.session.delete(row)
            continue
        if row is None:
            row = ThrottleRow(hall_id=writer.hall_id, key=key)
            writer.session.add(row)
        row.failures, row.at = tally.failures, datetime.fromtimestamp(tally.at, UTC)
        row.until = datetime.fromtimestamp(tally.until, UTC) if tally.until else None
    writer.flush()


def within(writer: Writer, vault: Vault, kind: str, address: str, most: int, window: timedelta) -> int:
    """For what anybody may ask for: 0 and one more counted, or the seconds until this address may ask again."""
    key = vault.index(f"throttle.{kind}", network(address))
    row = writer.session.get(ThrottleRow, (writer.hall_id, key))
    if row is None:
        row = ThrottleRow(hall_id=writer.hall_id, key=key, failures=0, at=writer.now, until=None)
        writer.session.add(row)
    if row.at + window <= writer.now:
        row.failures, row.at = 0, writer.now
    if row.failures >= most:
        return ceil((row.at + window - writer.now).total_seconds())
    row.failures += 1
    writer.flush()
    return 0


def forget_old(writer: Writer) -> None:
    """For the hourly sweep; the longest rest a policy may set is a day."""
    writer.connection.execute(
        delete(ThrottleRow).where(
            ThrottleRow.hall_id == writer.hall_id, ThrottleRow.at < writer.now - timedelta(days=3)
        )
    )
