"""Accounts as rows and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from shared.i18n import text
from shared.schemas.accounts import Account, AccountSession

TONES = {"pending": "busy", "open": "ok", "suspended": "warn", "closed": "off"}
_ORDER = {"pending": 0, "open": 1, "suspended": 2, "closed": 3}
# Key, word, value.
Lines = tuple[tuple[str, str, str], ...]


def words(key: str, language: str, **params: object) -> str:
    return text(f"accounts.{key}", language, **params)


def moment(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""


def title(account: Account) -> str:
    return account.name or account.username


def account_rows(
    accounts: Iterable[Account], units: Mapping[UUID, str], zone: tzinfo, language: str
) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(item.id), "username": item.username, "name": item.name,
            "kind": words(f"kind_{item.kind}", language), "status": words(f"status_{item.status}", language),
            "status_key": item.status, "order": _ORDER[item.status],
            "unit": units.get(item.unit_id, "") if item.unit_id else "",
            "seen": moment(item.last_sign_in_at, zone),
        }
        for item in accounts
    )  # fmt: skip


def facts(account: Account, units: Mapping[UUID, str], zone: tzinfo, language: str) -> Lines:
    """What is known of an account; what is not there is left out. Members of staff are named in the title."""

    def w(key: str, **params: object) -> str:
        return words(key, language, **params)

    unit = units.get(account.unit_id, "") if account.unit_id else ""
    found = [
        ("name", "" if account.staff_id is not None else account.name), ("username", account.username),
        ("kind", w(f"kind_{account.kind}")), ("staff_number", account.staff_number),
        ("unit", unit), ("number", account.number or ""), ("phone", account.phone or ""),
        ("card", w("card_there") if account.has_card else ""),
        ("second_factor", w("second_on" if account.second_factor else "second_off")),
        ("password", w("must_change") if account.must_change else ""),
        ("last_sign_in", moment(account.last_sign_in_at, zone) or w("never")),
        ("created", moment(account.created_at, zone)),
        ("decided", " · ".join(part for part in (account.decided_by, moment(account.decided_at, zone)) if part)),
        ("note", account.note),
    ]  # fmt: skip
    return tuple((key, w(f"fact_{key}"), value) for key, value in found if value)


def session_words(session: AccountSession, zone: tzinfo, language: str) -> tuple[str, str]:
    """Where somebody is signed in, and since when."""
    kind = words(f"session_{session.kind}", language)
    place = " · ".join(part for part in (kind, session.place, session.address) if part)
    since = words("session_since", language, begun=moment(session.begun_at, zone), seen=moment(session.seen_at, zone))
    return (f"{place} ({words('session_own', language)})" if session.current else place), since
