"""``./run account``: make an account, or give one a new password, on the server's own machine."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from server import audit
from server.auth import Keys, access_changed
from server.database import Database, Writer
from server.features.access.models import AccountRow
from server.features.access.service import policy
from server.features.accounts import passwords, throttle
from server.features.accounts.opening import check_name, give, new_account, role_by_key
from server.features.accounts.proof import fold_name
from server.features.accounts.sessions import end_sessions_of
from server.features.accounts.steps import set_password
from server.features.accounts.ways import end_links
from server.features.catalogue.models import StaffRow
from server.settings import Settings
from shared.domain.errors import HallError
from shared.i18n import text

BY = audit.Actor("system:command")


def add_parsers(commands: Any) -> None:
    parser = commands.add_parser("account", help="make an account, or reset one; prints a password that is good once")
    parser.add_argument("--data", type=Path, required=True, help="the data folder of the server")
    parser.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""), help="postgresql://…")
    parser.add_argument("--username", required=True)
    parser.add_argument("--role", default="", help="key of a role to hold in the whole hall: hall_administrator …")
    parser.add_argument("--staff", default="", help="number of the person whose account it is")


def run(arguments: argparse.Namespace) -> int:
    """Works while the server runs: it learns of the change from the database."""
    settings = Settings(data=arguments.data.resolve(), database_url=arguments.database_url)
    try:
        make_url(settings.url)
    except (ArgumentError, ValueError) as error:
        raise HallError("database_url_wrong") from error
    if not (settings.data / "secret.key").is_file() or (
        settings.url.startswith("sqlite") and not (settings.data / "hall.db").exists()
    ):
        raise HallError("no_hall_in_folder", path=str(settings.data))
    keys = Keys.of(settings.data)
    database = Database(settings.url)
    database.audit_key = keys.audit
    database.start()
    try:
        length = database.read(policy).password.length
        password = passwords.one_time_password(length)
        hashed = passwords.hash_now(password)
        made = database.write(
            lambda writer: _open(writer, keys, arguments.username, arguments.role, arguments.staff, hashed)
        )
    finally:
        database.close()
    for language in ("zh-CN", "en"):
        print(text(f"account.command.{made}", language=language, username=fold_name(arguments.username)))
    print(password)
    return 0


def _open(writer: Writer, keys: Keys, username: str, role_key: str, staff: str, hashed: str) -> str:
    name = check_name(fold_name(username))
    role = role_by_key(writer.session, writer.hall_id, role_key) if role_key else None
    account = writer.session.scalars(
        select(AccountRow).where(AccountRow.hall_id == writer.hall_id, AccountRow.username == name)
    ).one_or_none()
    made = "reset" if account is not None else "made"
    if account is None:
        account = new_account(writer.hall_id, writer.now, "staff", name)
        writer.session.add(account)
    account.status, account.decided_at, account.decided_by = "open", writer.now, BY.label
    # Whoever lost the phone with the app comes here too.
    account.totp_cipher = None
    if staff:
        _belong(writer, account, staff)
    set_password(writer, account, hashed, must_change=True)
    if role is not None:
        give(writer.session, account, role, None, BY.label, writer.now)
    ended = end_sessions_of(writer, account.id, "password")
    links = end_links(writer, account.id)
    throttle.forgive(writer, keys.vault, account)
    had_card, account.card_index = account.card_index is not None, None
    audit.record(
        writer,
        BY,
        f"account.{made}",
        "account",
        account.id,
        role=role_key,
        sessions=ended,
        links=links,
        cards=int(had_card),
    )
    access_changed(writer, begun=[account.id])
    return made


def _belong(writer: Writer, account: AccountRow, number: str) -> None:
    person = writer.session.scalars(
        select(StaffRow).where(StaffRow.hall_id == writer.hall_id, StaffRow.number == number)
    ).one_or_none()
    if person is None:
        raise HallError("staff_unknown", status=404, number=number)
    other = writer.session.scalars(select(AccountRow.id).where(AccountRow.staff_id == person.id)).one_or_none()
    if other not in (None, account.id):
        raise HallError("staff_has_account", status=409, number=number)
    account.staff_id, account.unit_id = person.id, person.unit_id
