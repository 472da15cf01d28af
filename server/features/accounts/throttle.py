"""Lock-out with back-off, per name and per address, the same for names that exist and names that do not.

An attempt is counted before its proof is looked at and taken back when it was good: many at once gain nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import delete

from server.crypto import Vault
from server.database import Reader, Writer
from server.features.accounts.models import ThrottleRow
from shared.domain.throttling import network
from shared.schemas.access import LockRules


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose attempts are counted: a name or card, and the address they come from."""

    subject: bytes
    address: bytes

    @classmethod
    def of(cls, vault: Vault, kind: str, subject: str, address: str) -> Keys:
        return cls(vault.index(f"throttle.{kind}", subject), vault.index("throttle.address", address))


def rest_s(rules: LockRules, failures: int, allowed: int) -> int:
    """Seconds of rest after so many failures in a row: none, then twice as long each time, up to the longest."""
    over = failures - allowed
    if over < 0:
        return 0
    # 2 ** 20 times the shortest rest is longer than any longest one.
    return min(max(rules.longest_s, rules.first_s), rules.first_s << min(over, 20))


def admit(writer: Writer, rules: LockRules, keys: Keys) -> int:
    """0 and one attempt counted, or the seconds for which nothing is looked at."""
    rows = [(writer.session.get(ThrottleRow, (writer.hall_id, key)), key) for key in (keys.subject, keys.address)]
    left = [row.until - writer.now for row, _ in rows if row is not None and row.until and row.until > writer.now]
    if left:
        return ceil(max(left).total_seconds())
    for (row, key), allowed in zip(rows, (rules.failures, rules.address_failures), strict=True):
        if row is None:
            row = ThrottleRow(hall_id=writer.hall_id, key=key, failures=0, at=writer.now, until=None)
            writer.session.add(row)
        elif _is_old(writer, rules, row):
            row.failures = 0
        row.failures, row.at = row.failures + 1, writer.now
        rest = rest_s(rules, row.failures, allowed)
        row.until = writer.now + timedelta(seconds=rest) if rest else None
    writer.flush()
    return 0


def was_good(writer: Writer, keys: Keys) -> None:
    """A whole proof: the name starts anew, the address is as before this attempt."""
    row = writer.session.get(ThrottleRow, (writer.hall_id, keys.subject))
    if row is not None:
        writer.session.delete(row)
    _take_back(writer, keys.address)
    writer.flush()


def was_half(writer: Writer, keys: Keys) -> None:
    """The first of two factors: neither a failure nor a fresh start."""
    _take_back(writer, keys.subject)
    _take_back(writer, keys.address)
    writer.flush()


def forgive(writer: Writer, vault: Vault, username: str) -> None:
    """An administrator vouches for a name: it may try at once."""
    key = Keys.of(vault, "name", username, "").subject
    writer.connection.execute(delete(ThrottleRow).where(ThrottleRow.hall_id == writer.hall_id, ThrottleRow.key == key))


def rests(reader: Reader, vault: Vault, username: str) -> int:
    """Seconds for which nobody may try this name, from whatever address; 0 when it may be tried."""
    row = reader.session.get(ThrottleRow, (reader.hall_id, Keys.of(vault, "name", username, "").subject))
    left = row.until - reader.now if row is not None and row.until is not None else timedelta(0)
    return max(0, ceil(left.total_seconds()))


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


def _is_old(writer: Writer, rules: LockRules, row: ThrottleRow) -> bool:
    """Nothing for as long as the longest rest after the last one: the row of failures is over."""
    quiet_since = row.until or row.at
    return writer.now - quiet_since > timedelta(seconds=max(rules.longest_s, rules.first_s))


def _take_back(writer: Writer, key: bytes) -> None:
    """This attempt was no failure; whoever was let in to it had rested, and does not rest again for it."""
    row = writer.session.get(ThrottleRow, (writer.hall_id, key))
    if row is not None and row.failures > 0:
        row.failures, row.until = row.failures - 1, None
