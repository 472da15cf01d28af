"""Administrators and accounts: their own units only, never above themselves, and nobody's number in clear."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server import audit
from server.auth import Principal
from server.features.access.models import AccountRow
from server.features.access.service import rights_of
from server.features.accounts import administration, throttle
from server.features.accounts.opening import new_account
from server.features.accounts.passwords import hash_now
from server.features.accounts.personal import mask_phone, set_number
from server.features.accounts.proof import Verdict
from server.features.accounts.service import find_below, list_accounts
from server.features.accounts.sessions import begin_session, session_of_cookie
from server.features.accounts.sign_in import prove_card
from server.features.organisation.models import UnitRow
from shared.domain.errors import HallError
from shared.domain.phones import plain_phone
from shared.schemas.access import SecurityPolicy
from shared.schemas.accounts import AccountCreate, AccountEdit, Review, StatusChange
from tests.server.features.accounts.conftest import HASH, Gate

WHO = audit.Actor("user:test")
NUMBER, PHONE, CREDIT = "11010519491231002X", "13800138000", "91110000100000095W"


def units(gate: Gate) -> tuple[UUID, UUID]:
    found = gate.desk.read(
        lambda reader: list(reader.session.scalars(select(UnitRow.id).where(UnitRow.parent_id.is_not(None)).limit(2)))
    )
    return found[0], found[1]


def administrator(gate: Gate, unit: UUID) -> Principal:
    """A department administrator of one unit, by the rights the account really has."""

    def work(writer: Any) -> Principal:
        from server.features.accounts.opening import give, role_by_key

        account = new_account(writer.hall_id, writer.now, "staff", f"head-{str(unit)[-12:]}")
        account.unit_id = unit
        writer.session.add(account)
        role = role_by_key(writer.session, writer.hall_id, "department_administrator")
        give(writer.session, account, role, unit, "test", writer.now)
        rights = rights_of(writer, account.id, "staff")
        return Principal("user", "head", 2e9, rights.everywhere, rights.in_units, account_id=account.id)

    found: Principal = gate.write(work)
    return found


def refused(code: str, work: Any) -> None:
    with pytest.raises(HallError) as error:
        work()
    assert error.value.code == code


def test_a_department_administrator_sees_and_changes_only_their_own(gate: Gate) -> None:
    here, there = units(gate)
    head = administrator(gate, here)
    gate.change(unit_id=there)
    zhang = gate.account().id
    seen = gate.desk.read(lambda reader: list_accounts(reader, head, gate.door.keys)).items
    assert seen and {account.unit_id for account in seen} == {here}
    for work in (
        lambda w: administration.edit(w, head, WHO, gate.door.keys, zhang, AccountEdit(note="x")),
        lambda w: administration.set_status(w, head, WHO, zhang, StatusChange(status="suspended")),
        lambda w: administration.reset(w, head, WHO, gate.door.keys, zhang, HASH),
        lambda w: administration.end_all(w, head, WHO, zhang),
        lambda w: administration.review(w, head, WHO, zhang, Review(approve=True)),
    ):
        refused("account_unknown", lambda work=work: gate.write(work))
    create = AccountCreate(username="newone", unit_id=there)
    refused("not_permitted", lambda: gate.write(
        lambda w: administration.create(w, head, WHO, gate.door.keys, create, HASH)))  # fmt: skip
    refused("not_permitted", lambda: gate.write(
        lambda w: administration.create(w, head, WHO, gate.door.keys, AccountCreate(username="newone"), HASH)
    ))  # fmt: skip
    gate.change(unit_id=here)
    refused("not_permitted", lambda: gate.write(
        lambda w: administration.edit(w, head, WHO, gate.door.keys, zhang, AccountEdit(unit_id=there))
    ))  # fmt: skip
    made = gate.write(lambda w: administration.edit(w, head, WHO, gate.door.keys, zhang, AccountEdit(note="desk 3")))
    assert made.note == "desk 3"


def test_nobody_rises_by_resetting_somebody_above(gate: Gate) -> None:
    here, there = units(gate)
    head = administrator(gate, here)
    gate.change(unit_id=here)
    zhang = gate.account().id
    gate.with_role("department_staff", here)
    assert gate.desk.read(lambda reader: find_below(reader, head, zhang, "accounts:reset")).id == zhang
    gate.with_role("department_staff", there)
    refused("account_above", lambda: gate.write(
        lambda w: administration.reset(w, head, WHO, gate.door.keys, zhang, HASH)))  # fmt: skip
    gate.with_role("hall_administrator")
    refused("account_above", lambda: gate.write(
        lambda w: administration.edit(w, head, WHO, gate.door.keys, zhang, AccountEdit(card="04A23F91"))
    ))  # fmt: skip
    assert head.account_id is not None
    own = head.account_id
    refused("account_own", lambda: gate.write(lambda w: administration.reset(w, head, WHO, gate.door.keys, own, HASH)))


def test_who_is_suspended_is_out_at_once_and_comes_back(gate: Gate, hall_head: Principal) -> None:
    def begin(writer: Any) -> str | None:
        account = writer.session.get_one(AccountRow, zhang)
        return begin_session(writer, account, "browser", "", "10.0.0.1", ["pwd"])[1]

    zhang = gate.account().id
    secret = gate.write(begin)
    gate.write(lambda w: administration.set_status(w, hall_head, WHO, zhang, StatusChange(status="suspended")))
    assert gate.desk.read(lambda reader: session_of_cookie(reader, secret)) is None
    assert gate.prove().verdict is Verdict.NOT_OPEN
    gate.write(lambda w: administration.set_status(w, hall_head, WHO, zhang, StatusChange(status="open")))
    assert gate.desk.read(lambda reader: session_of_cookie(reader, secret)) is None, "an ended session stays ended"
    assert gate.prove().verdict is Verdict.OK
    gate.write(lambda w: administration.set_status(w, hall_head, WHO, zhang, StatusChange(status="closed")))
    assert gate.prove().verdict is Verdict.WRONG
    assert [len(gate.trail(f"account.{what}")) for what in ("suspended", "opened", "closed")] == [1, 1, 1]


def test_a_reset_ends_everything_and_rests_no_more(gate: Gate, hall_head: Principal) -> None:
    gate.with_second_factor()
    for _ in range(6):
        gate.prove(password="wrong")
    assert gate.prove().verdict is Verdict.RESTS
    zhang = gate.account().id
    gate.write(lambda w: administration.reset(w, hall_head, WHO, gate.door.keys, zhang, hash_now("One-time-77")))
    assert gate.prove(password="One-time-77").verdict is Verdict.MUST_CHANGE


def test_a_reset_leaves_no_card_and_lifts_every_lock(gate: Gate, hall_head: Principal) -> None:
    """Who laid their own card down during a break-in does not walk in with it afterwards."""
    zhang = gate.account().id
    gate.write(lambda w: administration.edit(w, hall_head, WHO, gate.door.keys, zhang, AccountEdit(card="04A23F91")))
    gate.with_second_factor()
    counter = Principal("counter", "A01", 2e9, frozenset(), terminal_id=zhang)

    def lay(code: str = "") -> Verdict:
        found: Verdict = gate.run(prove_card(gate.door, counter, "04A23F91", code)).verdict
        return found

    assert [lay("x") for _ in range(6)][-1] is Verdict.RESTS
    assert gate.desk.read(lambda reader: throttle.rests(reader, gate.vault, gate.account())) == 60
    gate.write(lambda w: administration.unlock(w, hall_head, WHO, gate.door.keys, zhang))
    assert lay() is Verdict.CODE_NEEDED
    assert gate.desk.read(lambda reader: throttle.rests(reader, gate.vault, gate.account())) == 0
    made = gate.write(lambda w: administration.reset(w, hall_head, WHO, gate.door.keys, zhang, HASH))
    assert not made.has_card and lay() is Verdict.WRONG
    assert json.loads(gate.trail("account.reset")[0].detail)["cards"] == 1


def test_a_card_is_set_by_whoever_may_reset_and_by_nobody_else(gate: Gate) -> None:
    """It lets somebody in, as a password does: who keeps accounts in order gets into none by it."""
    zhang = gate.account().id

    def who_may(*permissions: str) -> Principal:
        # Each with the rights of the account itself, so that it is not above them.
        return Principal("user", "one", 2e9, frozenset({"accounts:view", "profile:use", *permissions}))

    system, security = who_may("accounts:change"), who_may("accounts:reset")
    keys = gate.door.keys
    for wanted in (AccountEdit(card="04A23F91"), AccountEdit(card=""), AccountEdit(card="04A23F91", note="x")):
        refused("not_permitted", lambda wanted=wanted: gate.write(
            lambda w: administration.edit(w, system, WHO, keys, zhang, wanted)))  # fmt: skip
    refused("not_permitted", lambda: gate.write(lambda w: administration.create(
        w, system, WHO, keys, AccountCreate(username="newone", card="04A23F91"), HASH)))  # fmt: skip
    assert gate.write(lambda w: administration.edit(w, system, WHO, keys, zhang, AccountEdit(note="x"))).note == "x"
    for wanted in (AccountEdit(note="y"), AccountEdit(card="04A23F91", note="y"), AccountEdit()):
        refused("not_permitted", lambda wanted=wanted: gate.write(
            lambda w: administration.edit(w, security, WHO, keys, zhang, wanted)))  # fmt: skip
    with_card = gate.write(lambda w: administration.edit(w, security, WHO, keys, zhang, AccountEdit(card="04A23F91")))
    assert with_card.has_card
    assert not gate.write(lambda w: administration.edit(w, security, WHO, keys, zhang, AccountEdit(card=""))).has_card
    assert [len(gate.trail(f"account.card_{what}")) for what in ("set", "removed")] == [1, 1]
    assert [json.loads(row.detail) for row in gate.trail("account.changed")] == [{"fields": ["note"]}]
    refused("card_number_wrong", lambda: gate.write(
        lambda w: administration.edit(w, security, WHO, keys, zhang, AccountEdit(card="－－－"))))  # fmt: skip


def test_a_lock_is_told_and_lifted(gate: Gate, hall_head: Principal) -> None:
    def rests() -> int:
        found: int = gate.desk.read(lambda reader: throttle.rests(reader, gate.vault, gate.account()))
        return found

    assert rests() == 0
    for _ in range(6):
        gate.prove(password="wrong")
    assert gate.prove().verdict is Verdict.RESTS
    assert 0 < rests() <= SecurityPolicy().lock.first_s
    zhang, (here, _) = gate.account().id, units(gate)
    stranger = administrator(gate, here)
    refused("account_unknown", lambda: gate.write(
        lambda w: administration.unlock(w, stranger, WHO, gate.door.keys, zhang)))  # fmt: skip
    assert gate.prove().verdict is Verdict.RESTS
    gate.write(lambda w: administration.unlock(w, hall_head, WHO, gate.door.keys, zhang))
    assert rests() == 0
    assert gate.prove().verdict is Verdict.OK
    assert [row.subject for row in gate.trail("account.unlocked")] == [str(zhang)]
    gate.prove(password="wrong")
    gate.desk.clock.forward(days=1)
    assert rests() == 0


def test_a_registration_is_reviewed_once(gate: Gate) -> None:
    here, there = units(gate)
    head = administrator(gate, here)
    gate.change(status="pending", unit_id=here)
    zhang = gate.account().id
    refused("account_pending", lambda: gate.write(
        lambda w: administration.set_status(w, head, WHO, zhang, StatusChange(status="open"))))  # fmt: skip
    for wanted, code in (
        (Review(approve=True, unit_id=there), "not_permitted"),
        (Review(approve=True, role="hall_administrator"), "not_permitted"),
        (Review(approve=True, role="king"), "role_unknown"),
        (Review(approve=True, unit_id=uuid4()), "account_unit_unknown"),
    ):
        refused(code, lambda wanted=wanted: gate.write(
            lambda w: administration.review(w, head, WHO, zhang, wanted)))  # fmt: skip
    assert gate.account().status == "pending"
    approval = Review(approve=True, role="department_staff")
    assert gate.write(lambda w: administration.review(w, head, WHO, zhang, approval)).status == "open"
    refused("account_decided", lambda: gate.write(lambda w: administration.review(w, head, WHO, zhang, approval)))
    rights = gate.desk.read(lambda reader: rights_of(reader, zhang, "staff"))
    assert here in rights.in_units["queue.counters:operate"]


@pytest.fixture
def hall_head() -> Principal:
    from shared.domain.permissions import ALL

    return Principal("user", "boss", 2e9, ALL, account_id=uuid4())


def test_a_citizen_is_found_by_number_and_phone_and_seen_masked(gate: Gate, hall_head: Principal) -> None:
    wanted = AccountCreate(
        kind="citizen", username="lihua", name="李华", number=NUMBER.lower(), phone="+86 138-0013 8000"
    )
    made = gate.write(lambda w: administration.create(w, hall_head, WHO, gate.door.keys, wanted, HASH))
    assert (made.name, made.number, made.phone) == ("李*", "110***********002X", "138****8000")
    for text in (NUMBER, " 110105 19491231 002x", PHONE, "lihua", "LIHU"):
        found = gate.desk.read(lambda reader, text=text: list_accounts(reader, hall_head, gate.door.keys, search=text))
        assert [account.id for account in found.items] == [made.id], text
    for text in (NUMBER[:-1], PHONE[:-1], "李华"):
        found = gate.desk.read(lambda reader, text=text: list_accounts(reader, hall_head, gate.door.keys, search=text))
        assert found.items == [], text
    twin = wanted.model_copy(update={"username": "other"})
    refused("person_has_account", lambda: gate.write(
        lambda w: administration.create(w, hall_head, WHO, gate.door.keys, twin, HASH)))  # fmt: skip
    for number in ("110105194912310021", "123", CREDIT):
        bad = wanted.model_copy(update={"username": "other", "number": number})
        refused("person_number_wrong", lambda bad=bad: gate.write(
            lambda w: administration.create(w, hall_head, WHO, gate.door.keys, bad, HASH)))  # fmt: skip
    refused("username_taken", lambda: gate.write(
        lambda w: administration.create(w, hall_head, WHO, gate.door.keys, AccountCreate(username=" LiHua "), HASH)
    ))  # fmt: skip


def test_one_account_cannot_be_opened_with_anothers_sealed_field(gate: Gate) -> None:
    from server.crypto import place

    row = new_account(uuid4(), gate.desk.clock.now, "citizen", "x")
    set_number(gate.door.keys, row, "resident", NUMBER, gate.desk.clock.now.date())
    assert row.number_cipher is not None
    assert gate.vault.open(row.number_cipher, place("accounts", "number", row.id)) == NUMBER
    refused("sealed_field_damaged", lambda: gate.vault.open(row.number_cipher, place("accounts", "number", uuid4())))


@pytest.mark.parametrize(
    ("given", "plain", "shown"),
    [("138 0013 8000", "13800138000", "138****8000"), ("0086-13800138000", "13800138000", "138****8000"),
     ("０１０－６５５５６６６６", "01065556666", "010****6666"), ("65556666", "65556666", "65****66")],
)  # fmt: skip
def test_phones(given: str, plain: str, shown: str) -> None:
    assert (plain_phone(given), mask_phone(plain)) == (plain, shown)


def test_the_list_comes_in_pages(gate: Gate, hall_head: Principal) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = gate.desk.read(
            lambda reader, cursor=cursor: list_accounts(reader, hall_head, gate.door.keys, limit=7, cursor=cursor)
        )
        seen += [account.username for account in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) and "zhang" in seen and len(seen) > 30


def test_a_role_at_approval_is_a_grant_like_any_other(gate: Gate, hall_head: Principal) -> None:
    boss = Principal("admin", "test", 2e9, hall_head.everywhere, set_up=True)
    here, _ = units(gate)
    zhang = gate.account().id

    def approve(role: str) -> Any:
        wanted = Review(approve=True, role=role)
        return gate.write(lambda w: administration.review(w, boss, WHO, zhang, wanted))

    gate.change(status="pending", unit_id=here)
    refused("role_not_for_account", lambda: approve("citizen"))
    gate.policy(three_administrators=True)
    refused("role_mixes_duties", lambda: approve("hall_administrator"))
    gate.change(kind="citizen")
    refused("role_not_for_account", lambda: approve("department_staff"))
    gate.change(kind="staff")
    assert gate.account().status == "pending"
    assert approve("department_staff").status == "open"
    assert [row.subject for row in gate.trail("grant.given")] == [str(zhang)]


def test_a_note_keeps_nobodys_number(gate: Gate, hall_head: Principal) -> None:
    here, _ = units(gate)
    words = f"called from {PHONE}, id 1101 0519 4912 3100 2X"
    keys = gate.door.keys
    wanted = AccountCreate(username="noted", unit_id=here, note=words)
    made = gate.write(lambda w: administration.create(w, hall_head, WHO, keys, wanted, HASH))
    edit = AccountEdit(note=f"again {PHONE}")
    edited = gate.write(lambda w: administration.edit(w, hall_head, WHO, keys, made.id, edit))
    pending = gate.write(lambda w: _pending(w, here))
    no = Review(approve=False, reason=f"is {NUMBER}")
    refused_one = gate.write(lambda w: administration.review(w, hall_head, WHO, pending, no))
    assert made.note.startswith("called from 13") and edited.note.startswith("again 13")
    for note in (made.note, edited.note, refused_one.note):
        assert "*" in note
        assert PHONE not in note and "4912" not in note


def _pending(writer: Any, unit: UUID) -> UUID:
    account = new_account(writer.hall_id, writer.now, "staff", "waits.for.review", status="pending")
    account.unit_id = unit
    writer.session.add(account)
    writer.flush()
    found: UUID = account.id
    return found
