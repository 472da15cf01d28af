"""Enrolment against a real server: codes, keys, challenges, tokens, and everything that must be refused."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy import delete, select, update

from server.audit import AuditRow
from server.features.accounts.models import ThrottleRow
from server.features.terminals.codes import WRONG_CODES, plain
from server.one_time import OneTimeRow
from shared.domain.fingerprints import fingerprint
from shared.schemas.enrolment import token_message
from tests.fakes.hall import RunningHall
from tests.fakes.machine import Machine, code, decide, manage, post


@pytest.fixture(autouse=True)
def nobody_rests(shared_hall: RunningHall) -> None:
    shared_hall.execute(delete(ThrottleRow))


def refused(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def get(hall: RunningHall, path: str, token: str) -> requests.Response:
    return requests.get(f"{hall.url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def listed(hall: RunningHall, machine: Machine) -> dict[str, Any]:
    found = get(hall, "/terminals", hall.token("admin")).json()["items"]
    return dict(next(item for item in found if item["id"] == str(machine.terminal_id)))


def test_a_terminal_enrols_waits_is_approved_and_works(shared_hall: RunningHall) -> None:
    machine = Machine(shared_hall)
    made = code(shared_hall, "kiosk", "k-wait", approved_beforehand=False, place="1F-07")
    assert machine.enrol(made).json()["state"] == "pending"
    assert refused(machine.ask()) == (403, "terminal_pending")
    waiting = listed(shared_hall, machine)
    assert (waiting["state"], waiting["place"], waiting["online"]) == ("pending", "1F-07", False)
    assert waiting["fingerprint"] == fingerprint(machine.key.public_key().public_bytes_raw())
    assert decide(shared_hall, machine, "approve").json()["decided_by"] == "admin:admin"
    token = machine.token()
    me = get(shared_hall, "/me", token).json()
    assert (me["kind"], me["name"]) == ("kiosk", "k-wait")
    assert get(shared_hall, "/services", token).status_code == 200
    assert refused(manage(shared_hall, "/terminals/codes", {"kind": "kiosk", "name": "k-wait"})) == (
        409, "terminal_name_taken",
    )  # fmt: skip


def test_a_code_is_good_once_but_its_own_machine_may_repeat(shared_hall: RunningHall) -> None:
    made = code(shared_hall, "display", "d-once")
    machine = Machine(shared_hall)
    first = machine.enrol(made)
    assert machine.enrol(made).json() == first.json()
    assert machine.enrol(made.lower().replace("-", " ")).json() == first.json()
    assert refused(Machine(shared_hall).enrol(made)) == (403, "enrolment_code_used")
    assert listed(shared_hall, machine)["key_number"] == 1


def test_an_expired_code_is_refused_and_a_repetition_after_its_time_is_not(shared_hall: RunningHall) -> None:
    machine = Machine(shared_hall)
    used, unused = code(shared_hall, "kiosk", "k-late"), code(shared_hall, "kiosk", "k-too-late")
    machine.enrol(used)
    past = datetime.now(UTC) - timedelta(seconds=1)
    shared_hall.execute(update(OneTimeRow).where(OneTimeRow.purpose == "terminal.code").values(expires_at=past))
    assert machine.enrol(used).status_code == 200
    assert refused(Machine(shared_hall).enrol(unused)) == (403, "enrolment_code_expired")


def test_only_a_key_that_signs_is_enrolled(shared_hall: RunningHall) -> None:
    made = code(shared_hall, "kiosk", "k-sign")
    machine, other = Machine(shared_hall), Machine(shared_hall)
    for wrong in (
        {"public_key": other.public_key}, {"signature": "AAAA"}, {"public_key": "AAAA"}, {"signature": "A" * 86},
        {"public_key": "A" * 43}, {"signature": machine.sign(b"zhiting-enrol")},
    ):  # fmt: skip
        assert refused(machine.enrol(made, **wrong)) == (422, "enrolment_proof_wrong"), wrong
    assert machine.enrol(made, signature="§").status_code == 422
    assert machine.enrol(made).status_code == 200


def test_guessing_codes_is_stopped_and_told_to_nobody(shared_hall: RunningHall) -> None:
    made = code(shared_hall, "kiosk", "k-guess")
    for n in range(WRONG_CODES):
        assert refused(Machine(shared_hall).enrol(f"0000-0000-{n:04}")) == (403, "enrolment_code_wrong")
    # Even the right one: else guessing could go on.
    assert refused(Machine(shared_hall).enrol(made)) == (429, "enrolment_rests")
    shared_hall.execute(update(ThrottleRow).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert Machine(shared_hall).enrol(made).status_code == 200
    assert shared_hall.execute(select(ThrottleRow.failures)) == []


def test_a_challenge_is_good_once_for_its_terminal_in_its_hall(shared_hall: RunningHall) -> None:
    machine, other = (Machine.enrolled(shared_hall, "display", name) for name in ("d-one", "d-two"))
    used = machine.challenge()
    assert machine.ask(used).status_code == 200
    assert refused(machine.ask(used)) == (401, "challenge_wrong")
    assert refused(machine.ask(other.challenge())) == (401, "challenge_wrong")
    assert refused(machine.ask("zc2.e30.AAAA")) == (401, "challenge_wrong")
    assert refused(machine.ask("x")) == (401, "challenge_wrong")
    fresh = machine.challenge()
    assert machine.hall_id is not None
    assert refused(machine.ask(fresh, signature=other.sign(token_message(machine.hall_id, fresh)))) == (
        401, "terminal_proof_wrong",
    )  # fmt: skip
    assert refused(machine.ask(fresh, signature=machine.sign(token_message(uuid4(), fresh)))) == (
        401, "terminal_proof_wrong",
    )  # fmt: skip
    assert machine.ask(fresh).status_code == 200, "a wrong signature uses nothing up"


def test_nothing_tells_which_terminals_there_are(shared_hall: RunningHall) -> None:
    known = Machine.enrolled(shared_hall, "display", "d-hidden")
    stranger = Machine(shared_hall, terminal_id=uuid4(), hall_id=known.hall_id)
    thief = Machine(shared_hall, terminal_id=known.terminal_id, hall_id=known.hall_id)
    assert len(stranger.challenge()) == pytest.approx(len(thief.challenge()), abs=4)
    assert refused(stranger.ask()) == refused(thief.ask()) == (401, "terminal_proof_wrong")
    decide(shared_hall, known, "revoke")
    assert refused(thief.ask()) == (401, "terminal_proof_wrong")


def test_tokens_of_a_challenge_are_no_bearer_tokens_and_the_other_way_round(shared_hall: RunningHall) -> None:
    machine = Machine.enrolled(shared_hall, "kiosk", "k-mix")
    token, challenge = machine.token(), machine.challenge()
    for wrong in (challenge, challenge.replace("zc2", "zt2"), token.replace("zt2", "zt1"), token + "x"):
        assert refused(get(shared_hall, "/services", wrong)) == (401, "token_invalid")
    assert refused(machine.ask(token)) == (401, "challenge_wrong")


def test_revoking_ends_the_open_stream_at_once_and_approving_lets_in_again(shared_hall: RunningHall) -> None:
    machine = Machine.enrolled(shared_hall, "display", "d-stream")
    token = machine.token()
    opened = requests.get(
        f"{shared_hall.url}/api/v1/events?topics=calls", headers={"Authorization": f"Bearer {token}"}, stream=True,
        timeout=10,
    )  # fmt: skip
    with opened:
        assert opened.status_code == 200
        ended = threading.Event()
        reader = threading.Thread(target=lambda: (opened.raw.read(), ended.set()))
        reader.start()
        assert decide(shared_hall, machine, "revoke").status_code == 200
        assert ended.wait(8)
        reader.join()
    assert refused(get(shared_hall, "/services", token)) == (403, "terminal_revoked")
    assert refused(machine.ask()) == (403, "terminal_revoked")
    assert decide(shared_hall, machine, "approve").status_code == 200
    with requests.get(
        f"{shared_hall.url}/api/v1/events?topics=calls", headers={"Authorization": f"Bearer {machine.token()}"},
        stream=True, timeout=10,
    ) as again:  # fmt: skip
        assert again.raw.read1(10)


def test_a_new_key_takes_over_and_the_old_one_is_dead(shared_hall: RunningHall) -> None:
    old = Machine.enrolled(shared_hall, "kiosk", "k-broken", place="2F")
    token = old.token()
    made = manage(shared_hall, f"/terminals/{old.terminal_id}/rekey", {"approved_beforehand": True}).json()["code"]
    assert get(shared_hall, "/services", token).status_code == 200, "a code alone changes nothing"
    new = Machine(shared_hall)
    assert new.enrol(made).json()["terminal_id"] == str(old.terminal_id)
    assert refused(get(shared_hall, "/services", token)) == (401, "token_invalid")
    assert refused(old.ask()) == (401, "terminal_proof_wrong")
    assert get(shared_hall, "/services", new.token()).status_code == 200
    assert listed(shared_hall, new)["place"] == "2F"
    assert refused(manage(shared_hall, f"/terminals/{uuid4()}/rekey", {})) == (404, "terminal_unknown")


def test_a_code_for_a_new_key_ends_with_the_next_decision_or_key(shared_hall: RunningHall) -> None:
    machine = Machine.enrolled(shared_hall, "kiosk", "k-outlived")
    path = f"/terminals/{machine.terminal_id}/rekey"
    first, second = (manage(shared_hall, path, {"approved_beforehand": True}).json()["code"] for _ in range(2))
    decide(shared_hall, machine, "revoke")
    assert refused(Machine(shared_hall).enrol(first)) == (403, "enrolment_code_expired")
    assert listed(shared_hall, machine)["state"] == "revoked"
    decide(shared_hall, machine, "approve")
    assert refused(Machine(shared_hall).enrol(second)) == (403, "enrolment_code_expired")
    third, fourth = (manage(shared_hall, path, {"approved_beforehand": True}).json()["code"] for _ in range(2))
    assert Machine(shared_hall).enrol(third).json()["state"] == "approved"
    assert refused(Machine(shared_hall).enrol(fourth)) == (403, "enrolment_code_expired")


def test_decisions_and_changes_are_audited_without_secrets(shared_hall: RunningHall) -> None:
    made = code(shared_hall, "kiosk", "k-trail", approved_beforehand=False)
    machine = Machine(shared_hall)
    machine.enrol(made)
    assert decide(shared_hall, machine, "refuse").json()["state"] == "revoked"
    decide(shared_hall, machine, "approve")
    path = f"/terminals/{machine.terminal_id}"
    assert manage(shared_hall, path, {"name": "k-renamed", "place": "3F"}, "PATCH").json()["name"] == "k-renamed"
    decide(shared_hall, machine, "revoke")
    trail = shared_hall.execute(
        select(AuditRow.action, AuditRow.actor, AuditRow.detail)
        .where(AuditRow.subject.in_((str(machine.terminal_id), "kiosk:k-trail")))
        .order_by(AuditRow.n)
    )
    assert [(entry.action, entry.actor) for entry in trail] == [
        ("terminal.code_made", "admin:admin"), ("terminal.enrolled", "kiosk:k-trail"),
        ("terminal.refused", "admin:admin"), ("terminal.approved", "admin:admin"),
        ("terminal.changed", "admin:admin"), ("terminal.revoked", "admin:admin"),
    ]  # fmt: skip
    assert not any(plain(made) in entry.detail or made in entry.detail for entry in trail)
    assert shared_hall.execute(select(OneTimeRow.hash).where(OneTimeRow.hash == plain(made).encode())) == []


def test_a_terminal_bound_to_a_counter_operates_that_one_only(shared_hall: RunningHall) -> None:
    mine, other = shared_hall.counter("A01"), shared_hall.counter("A02")
    machine = Machine.enrolled(shared_hall, "counter", "c-bound", counter_id=str(mine.id))
    token = machine.token()
    assert get(shared_hall, f"/counters/{mine.id}/desk", token).status_code == 200
    for path in ("pause", "call-next", "sign-in", "sign-out", "finish"):
        assert refused(post(shared_hall, f"/counters/{other.id}/{path}", {}, token)) == (403, "not_your_counter")
    assert refused(get(shared_hall, f"/counters/{other.id}/desk", token)) == (403, "not_your_counter")
    # A number alone is no proof, and neither is another terminal.
    for body in ({}, {"staff_number": "YS1004"}):
        assert refused(post(shared_hall, f"/counters/{mine.id}/sign-in", body, token)) == (401, "staff_proof_needed")
    assert refused(post(shared_hall, f"/counters/{mine.id}/sign-in", {"staff_token": token}, token)) == (
        403, "not_permitted",
    )  # fmt: skip
    path = f"/terminals/{machine.terminal_id}"
    assert manage(shared_hall, path, {"counter_id": str(other.id)}, "PATCH").status_code == 200
    assert get(shared_hall, f"/counters/{other.id}/desk", token).status_code == 200, "at once, with the same token"
    assert refused(get(shared_hall, f"/counters/{mine.id}/desk", token)) == (403, "not_your_counter")
    assert manage(shared_hall, path, {"any_counter": True}, "PATCH").json()["counter_id"] is None
    assert get(shared_hall, f"/counters/{mine.id}/desk", token).status_code == 200


@pytest.mark.parametrize(
    ("body", "code_"),
    [
        ({"kind": "admin", "name": "x"}, "invalid_request"), ({"kind": "kiosk", "name": ""}, "invalid_request"),
        ({"kind": "kiosk", "name": "x", "valid_minutes": 1441}, "invalid_request"),
        ({"kind": "kiosk", "name": "x", "counter_id": str(uuid4())}, "counter_binding_wrong"),
        ({"kind": "counter", "name": "x", "counter_id": str(uuid4())}, "counter_unknown"),
    ],
)  # fmt: skip
def test_codes_that_make_no_sense(shared_hall: RunningHall, body: dict[str, Any], code_: str) -> None:
    assert manage(shared_hall, "/terminals/codes", body).json()["code"] == code_


def test_a_set_up_terminal_moves_to_a_key_of_its_own(shared_hall: RunningHall) -> None:
    client = shared_hall.client("kiosk", "k-moves")
    before = client.report("1.0", "1F", [])
    path = f"/terminals/{before.id}"
    assert refused(manage(shared_hall, path, {"decision": "revoke"}, "PATCH")) == (409, "terminal_not_enrolled")
    assert refused(manage(shared_hall, f"{path}/rekey", {})) == (409, "terminal_not_enrolled")
    machine = Machine.enrolled(shared_hall, "kiosk", "k-moves")
    assert machine.terminal_id == before.id
