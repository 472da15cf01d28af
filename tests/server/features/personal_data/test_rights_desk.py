"""What is kept about a person: found, shown in full, taken along, erased, and gone after its time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.audit import Actor, AuditRow
from server.auth import Principal
from server.database import Writer
from server.features.access.models import AccountRow
from server.features.access.service import set_policy
from server.features.accounts.models import LinkRow, SessionRow, ThrottleRow
from server.features.catalogue.models import ServiceRow
from server.features.feedback.models import RatingRow
from server.features.personal_data import retention
from server.features.personal_data.erase import erase_person
from server.features.personal_data.persons import phone_index
from server.features.personal_data.retention import retain
from server.features.personal_data.reveal import reveal, value_or_refusal
from server.features.personal_data.service import export, find
from server.features.queueing.models import TicketRow
from server.features.sign_on.models import ClientRow, ConsentRow, UpstreamRow
from server.sealed import seal
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.tickets import Step
from shared.schemas.access import Retention, SecurityPolicy
from shared.schemas.personal_data import PersonAsked, PersonNamed, RevealRequest
from tests.server.conftest import PERSON, Desk

WHO = Actor("user:li", None, "192.0.2.9")
NUMBER, NAME, PHONE = PERSON.number, PERSON.name, "13800138000"
EVERYWHERE = Principal("user", "li", 2e9, frozenset({"personal_data:reveal"}))
ASKED = PersonAsked(number=NUMBER, reason="依本人申请")


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """Somebody with a finished and rated visit, and an account that knows their phone."""
    desk.database.audit_key = desk.context.keys.audit
    service, _, counter = desk.places()
    desk.sign_in(counter)
    ticket = UUID(desk.issue(service, identity=PERSON)["id"])
    desk.call_next(counter)
    desk.step(counter, Step.FINISH)
    keys = desk.context.keys

    def rest(writer: Any) -> None:
        writer.session.add(RatingRow(
            hall_id=writer.hall_id, ticket_id=ticket, counter_id=counter, staff_id=None, level=2, reasons=[],
            comment="张三丰等了很久", channel="phone", at=writer.now,
        ))  # fmt: skip
        id_ = uuid7()
        writer.session.add(AccountRow(
            hall_id=writer.hall_id, id=id_, kind="citizen", username="zsf", staff_id=None, unit_id=None, status="open",
            password_hash="x", password_history=[], password_at=None, must_change=False, totp_cipher=None, totp_step=0,
            name_masked="张**", name_cipher=seal(keys.vault, "accounts.name_cipher", id_, NAME),
            number_kind="resident", number_masked="1101****002X",
            number_cipher=seal(keys.vault, "accounts.number_cipher", id_, NUMBER),
            number_index=keys.identity_key("resident", NUMBER), phone_masked="138****8000",
            phone_cipher=seal(keys.vault, "accounts.phone_cipher", id_, PHONE), phone_index=phone_index(keys, PHONE),
            card_index=None, note="", created_at=writer.now, decided_at=None, decided_by="", last_sign_in_at=None,
            version=1,
        ))  # fmt: skip
        writer.flush()
        writer.session.add(SessionRow(
            hall_id=writer.hall_id, id=uuid7(), account_id=id_, kind="browser", secret_hash=b"s", place="home",
            address="192.0.2.77", methods=["pwd"], begun_at=writer.now, proved_at=writer.now, seen_at=writer.now,
            expires_at=writer.now + timedelta(hours=1), ended_at=None, end_reason="",
        ))  # fmt: skip

    desk.database.write(rest)
    return desk


def look(desk: Desk, **named: str) -> Any:
    return desk.database.write(lambda w: find(w, desk.context.keys, WHO, PersonNamed(**named)))


def trail(desk: Desk, action: str) -> list[AuditRow]:
    return desk.read(lambda r: list(r.session.scalars(select(AuditRow).where(AuditRow.action == action))))  # type: ignore[no-any-return]


def show(desk: Desk, who: Principal, **asked: Any) -> str:
    request = RevealRequest(**{"reason": "核对材料"} | asked)
    return value_or_refusal(desk.database.write(lambda w: reveal(w, desk.context.keys, who, WHO, request)))


@pytest.mark.parametrize("named", [
    {"number": NUMBER}, {"number": NUMBER.lower()}, {"phone": PHONE}, {"phone": "+86 138-0013-8000"},
])  # fmt: skip
def test_a_person_is_found_by_number_or_phone_and_shown_masked(kept: Desk, named: dict[str, str]) -> None:
    found = look(kept, **named)
    assert [(t.name_masked, t.has_comment, t.sealed) for t in found.tickets] == [("张**", True, ["number", "name"])]
    assert [(a.phone_masked, a.sealed) for a in found.accounts] == [("138****8000", ["number", "name", "phone"])]
    whole = found.model_dump_json()
    assert not [value for value in (NUMBER, NAME, PHONE) if value and value in whole]
    (entry,) = trail(kept, "personal_data.found")
    assert (entry.actor, entry.subject_kind, json.loads(entry.detail)) == (
        "user:li", "person", {"tickets": 1, "accounts": 1},
    )  # fmt: skip


def test_nobody_is_found_by_nothing_or_by_a_strange_number(kept: Desk) -> None:
    assert look(kept, number="110105194912310038").tickets == []
    with pytest.raises(HallError) as refused:
        look(kept)
    assert refused.value.code == "person_not_named"


def test_a_value_is_shown_with_a_reason_that_is_kept(kept: Desk) -> None:
    found = look(kept, number=NUMBER)
    ticket, account = found.tickets[0].id, found.accounts[0].id
    assert show(kept, EVERYWHERE, kind="ticket", id=ticket, part="number", reason=f"核对 {NUMBER}") == NUMBER
    assert show(kept, EVERYWHERE, kind="ticket", id=ticket, part="name") == NAME
    assert show(kept, EVERYWHERE, kind="account", id=account, part="phone") == PHONE
    entries = trail(kept, "personal_data.revealed")
    assert [(e.subject_kind, e.subject, e.outcome) for e in entries[:1]] == [("ticket", str(ticket), "done")]
    assert len(entries) == 3
    assert NUMBER not in entries[0].detail
    assert "核对 110***" in entries[0].detail
    for asked in ({"kind": "ticket", "id": ticket, "part": "phone"}, {"kind": "staff", "id": ticket, "part": "phone"}):
        with pytest.raises(HallError) as refused:
            show(kept, EVERYWHERE, **asked)
        assert refused.value.code == "nothing_kept"


def test_a_clerk_sees_the_tickets_of_their_own_department_only(kept: Desk) -> None:
    ticket = look(kept, number=NUMBER).tickets[0].id
    service = kept.read(lambda r: r.session.get_one(TicketRow, ticket).service_id)
    department = kept.read(lambda r: r.session.get_one(ServiceRow, service).department_id)
    ours, theirs = (
        Principal("user", "li", 2e9, frozenset(), {"personal_data:reveal": frozenset({unit})})
        for unit in (department, uuid7())
    )
    assert show(kept, ours, kind="ticket", id=ticket, part="name") == NAME
    with pytest.raises(HallError) as refused:
        show(kept, theirs, kind="ticket", id=ticket, part="name")
    assert (refused.value.code, refused.value.status) == ("not_permitted", 403)
    assert [e.outcome for e in trail(kept, "personal_data.revealed")] == ["done", "refused"]
    unknown = uuid7()
    with pytest.raises(HallError) as same:
        show(kept, theirs, kind="ticket", id=unknown, part="name")
    assert same.value.code == "not_permitted", "who may not look learns of no ticket either"


def link_and_agree(writer: Writer) -> None:
    """The person's account is linked with a provider, and they have let a client know them."""
    account = writer.session.scalars(select(AccountRow).where(AccountRow.username == "zsf")).one()
    hall, now, upstream, client = writer.hall_id, writer.now, uuid7(), uuid7()
    writer.session.add_all([
        UpstreamRow(hall_id=hall, id=upstream, key="province", name="省统一平台", name_en="", settings={},
                    secret_cipher=None, enabled=True, version=0),
        ClientRow(hall_id=hall, id=client, client_id="library", name="图书馆", name_en="", secret_hash=None,
                  redirect_uris=[], post_logout_uris=[], backchannel_uri="", cas_services=[], scopes=["openid"],
                  own=False, trusted=False, enabled=True, created_at=now, version=0),
    ])  # fmt: skip
    writer.flush()
    writer.session.add_all([
        LinkRow(hall_id=hall, upstream_id=upstream, subject_index=b"s", account_id=account.id, linked_at=now),
        ConsentRow(hall_id=hall, account_id=account.id, client_id=client, scopes=["openid"], at=now),
    ])  # fmt: skip
    writer.flush()


def test_all_of_it_can_be_taken_along(kept: Desk) -> None:
    kept.database.write(link_and_agree)
    made = kept.database.write(lambda w: export(w, kept.context.keys, WHO, ASKED))
    assert made.accounts[0]["linked"][0]["provider"] == "省统一平台"
    assert made.accounts[0]["agreed"] == [{"client": "图书馆", "scopes": ["openid"]}]
    assert made.tickets[0]["document_number"] == NUMBER
    assert made.tickets[0]["rating"]["comment"] == "张三丰等了很久"
    assert (made.accounts[0]["name"], made.accounts[0]["phone"]) == (NAME, PHONE)
    assert made.accounts[0]["sessions"][0]["address"] == "192.0.2.77"
    assert made.model_dump_json()
    assert len(trail(kept, "personal_data.exported")) == 1


def erase(desk: Desk) -> Any:
    return desk.database.write(lambda w: erase_person(w, desk.context.keys, WHO, ASKED))


def test_what_names_a_person_is_erased_and_the_visit_stays(kept: Desk) -> None:
    assert erase(kept).model_dump() == {"tickets": 1, "comments": 1, "accounts": 1}
    found = look(kept, number=NUMBER)
    assert (found.tickets, found.accounts) == ([], [])
    ticket = kept.read(lambda r: r.session.scalars(select(TicketRow)).one())
    assert (ticket.identity_cipher, ticket.name_cipher, ticket.identity_masked, ticket.name_masked) == (None,) * 4
    assert ticket.status == "finished" and ticket.finished_at is not None
    assert kept.read(lambda r: r.session.scalars(select(RatingRow)).one().level) == 2
    account = kept.read(lambda r: r.session.scalars(select(AccountRow).where(AccountRow.kind == "citizen")).one())
    assert (account.status, account.password_hash, account.name_masked) == ("closed", None, "")
    assert "zsf" not in account.username
    session = kept.read(lambda r: r.session.scalars(select(SessionRow)).one())
    assert (session.address, session.end_reason) == ("", "closed")
    assert [event for event in kept.events if event.kind == "access.changed" and str(account.id) in event.data]
    assert len(trail(kept, "personal_data.erased")) == 1


def test_nobody_is_erased_while_their_ticket_is_open(kept: Desk) -> None:
    service, _, _ = kept.places()
    number = kept.issue(service, identity=PERSON)["number"]
    with pytest.raises(HallError) as refused:
        erase(kept)
    assert (refused.value.code, refused.value.params) == ("person_in_hall", {"number": number})
    assert len(look(kept, number=NUMBER).tickets) == 2
    kept.clock.forward(days=1)
    assert erase(kept).tickets == 2, "yesterday's tickets are over"


def test_each_kind_goes_after_its_time(kept: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    service, _, _ = kept.places()
    kept.set_rule("one_active", active=False)
    for _ in range(4):
        kept.issue(service, identity=PERSON)
    kept.database.write(lambda w: w.session.add(ThrottleRow(
        hall_id=w.hall_id, key=b"k", failures=1, at=w.now, until=None)))  # fmt: skip
    kept.database.write(lambda w: set_policy(w, SecurityPolicy(
        retention=Retention(tickets=30, comments=60, closed_accounts=90, sessions=40))))  # fmt: skip
    assert retain(kept.database) == {}
    assert trail(kept, "personal_data.expired") == []
    kept.clock.forward(days=31)
    kept.issue(service, identity=PERSON)
    assert retain(kept.database) == {"tickets": 5}
    assert len(look(kept, number=NUMBER).tickets) == 1
    assert kept.read(lambda r: r.session.scalar(select(func.count()).select_from(ThrottleRow))) == 0
    kept.clock.forward(days=10)
    assert retain(kept.database) == {"sessions": 1}
    kept.clock.forward(days=20, seconds=1)
    assert retain(kept.database) == {"tickets": 1, "comments": 1}

    def close(writer: Any) -> None:
        account = writer.session.scalars(select(AccountRow).where(AccountRow.kind == "citizen")).one()
        account.status, account.decided_at = "closed", writer.now

    kept.database.write(close)
    assert retain(kept.database) == {}
    kept.clock.forward(days=91)
    assert retain(kept.database) == {"accounts": 1}
    assert look(kept, phone=PHONE).accounts == []
    assert json.loads(trail(kept, "personal_data.expired")[0].detail) == {"tickets": 5}
    assert retain(kept.database) == {}
