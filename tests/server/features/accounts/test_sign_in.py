"""Proving who one is: right, wrong, too often, with a second factor; and that names are not given away."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import pyotp
import pytest

from server.auth import Principal
from server.features.access.models import AccountRow
from server.features.accounts import steps, throttle
from server.features.accounts.proof import Verdict
from server.features.accounts.sessions import begin_session
from server.features.accounts.sign_in import card_index, prove_card, prove_elsewhere
from shared.domain.errors import HallError
from shared.schemas.access import LockRules
from tests.server.features.accounts.conftest import PASSWORD, SECRET, Gate


def code_at(gate: Gate) -> str:
    return pyotp.TOTP(SECRET).at(gate.desk.clock.now)


def test_the_right_password_and_only_that(gate: Gate) -> None:
    proof = gate.prove()
    assert (proof.verdict, proof.account_id, proof.methods) == (Verdict.OK, gate.account().id, ("pwd",))
    assert gate.prove(" ZHANG ").verdict is Verdict.OK, "a name is the same however it is typed"
    assert gate.prove(password=PASSWORD + "x").verdict is Verdict.WRONG
    assert gate.prove(password="").verdict is Verdict.WRONG
    assert gate.prove("nobody").verdict is Verdict.WRONG


def test_an_account_without_a_password_has_no_door(gate: Gate) -> None:
    gate.change(password_hash=None)
    assert gate.prove().verdict is Verdict.WRONG
    assert gate.prove(password="").verdict is Verdict.WRONG


@pytest.mark.parametrize("places", [1, 100])
def test_names_that_exist_and_names_that_do_not_are_answered_alike(gate: Gate, places: int) -> None:
    gate.policy(lock={"failures": 3, "first_s": 60, "longest_s": 600, "address_failures": 1000})
    known = [gate.prove("zhang", "wrong", address=f"10.0.1.{n % places}") for n in range(33)]
    unknown = [gate.prove("nobody", "wrong", address=f"10.0.2.{n % places}") for n in range(33)]
    assert known == unknown
    tried = 3 if places == 1 else 30
    assert [proof.verdict for proof in known] == [Verdict.WRONG] * tried + [Verdict.RESTS] * (33 - tried)


def test_a_name_that_does_not_exist_takes_as_long(gate: Gate) -> None:
    gate.policy(lock={"failures": 20, "first_s": 10, "longest_s": 60, "address_failures": 1000})

    def took(name: str) -> float:
        began = time.perf_counter()
        assert gate.prove(name, "wrong").verdict is Verdict.WRONG
        return time.perf_counter() - began

    took("warm")
    pairs = [(took("zhang"), took("nobody")) for _ in range(15)]
    ratio = median(known for known, _ in pairs) / median(unknown for _, unknown in pairs)
    assert 0.5 < ratio < 2, pairs


def test_brute_force_comes_to_a_rest_that_grows_and_looks_at_nothing(gate: Gate) -> None:
    gate.policy(lock={"failures": 3, "first_s": 60, "longest_s": 200, "address_failures": 1000})
    for _ in range(3):
        assert gate.prove(password="wrong").verdict is Verdict.WRONG
    resting = gate.prove()
    assert (resting.verdict, resting.rests_s) == (Verdict.RESTS, 60), "the right password is not looked at either"
    gate.desk.clock.forward(seconds=61)
    assert gate.prove(password="wrong").verdict is Verdict.WRONG
    assert gate.prove().rests_s == 120
    gate.desk.clock.forward(seconds=121)
    assert gate.prove(password="wrong").verdict is Verdict.WRONG
    assert gate.prove().rests_s == 200
    gate.desk.clock.forward(seconds=201)
    assert gate.prove().verdict is Verdict.OK
    for _ in range(3):
        assert gate.prove(password="wrong").verdict is Verdict.WRONG, "after a good one all begins anew"
    with pytest.raises(HallError) as refused:
        gate.prove().or_refuse()
    assert (refused.value.code, refused.value.status, refused.value.params) == ("sign_in_rests", 429, {"minutes": 1})


def sign_in_at(gate: Gate, address: str) -> None:
    """A good sign-in, with the session that it begins."""
    proof = gate.prove(address=address)
    assert proof.verdict is Verdict.OK

    def begin(writer: Any) -> None:
        account = writer.session.get_one(AccountRow, proof.account_id)
        begin_session(writer, account, "program", "", address, proof.methods)

    gate.write(begin)


def test_a_stranger_elsewhere_shuts_nobody_out(gate: Gate) -> None:
    for _ in range(20):
        gate.prove(password="wrong", address="203.0.113.9")
    assert gate.prove(address="203.0.113.9").verdict is Verdict.RESTS
    assert gate.prove(address="10.0.0.7").verdict is Verdict.OK, "at the counter, for the first time"


def test_many_strangers_shut_out_only_whom_nobody_has_seen(gate: Gate) -> None:
    gate.policy(lock={"failures": 3, "first_s": 60, "longest_s": 600, "address_failures": 1000})
    sign_in_at(gate, "10.0.0.7")
    sign_in_at(gate, "2001:db8:1:2::7")
    looked_at = [gate.prove(password="wrong", address=f"203.0.113.{n}").verdict for n in range(40)]
    assert looked_at.count(Verdict.WRONG) == 30
    assert gate.prove(address="192.0.2.1").verdict is Verdict.RESTS
    assert gate.prove(address="10.0.0.7").verdict is Verdict.OK
    assert gate.prove(address="2001:db8:1:2:ffff::1").verdict is Verdict.OK, "the same household"
    assert gate.prove(address="2001:db8:1:3::7").verdict is Verdict.RESTS
    assert gate.prove(password="wrong", address="203.0.113.99").rests_s == 60, "and nobody was let in by that"
    assert [gate.prove(password="wrong", address="10.0.0.7").verdict for _ in range(4)][-1] is Verdict.RESTS


def test_a_stranger_in_the_same_office_shuts_out_only_whom_nobody_has_seen_there(gate: Gate) -> None:
    gate.policy(lock={"failures": 3, "first_s": 60, "longest_s": 600, "address_failures": 5})
    sign_in_at(gate, "10.0.0.7")
    for number in range(8):
        gate.prove(f"guess{number}", "wrong", address="10.0.0.7")
    assert gate.prove("guess9", "wrong", address="10.0.0.7").verdict is Verdict.RESTS
    assert gate.prove(address="10.0.0.7").verdict is Verdict.OK
    tried = [gate.prove(password="wrong", address="10.0.0.7").verdict for _ in range(4)]
    assert tried == [Verdict.WRONG] * 3 + [Verdict.RESTS]


def test_one_household_is_one_stranger(gate: Gate) -> None:
    found = [gate.prove(password="wrong", address=f"2001:db8:1:2::{n:x}").verdict for n in range(7)]
    assert found == [Verdict.WRONG] * 5 + [Verdict.RESTS] * 2


def test_an_administrator_vouches_for_a_name_wherever_it_rests(gate: Gate) -> None:
    gate.policy(lock={"failures": 3, "first_s": 60, "longest_s": 600, "address_failures": 1000})
    for number in range(40):
        for _ in range(4):
            gate.prove(password="wrong", address=f"203.0.113.{number}")
            gate.prove("other", "wrong", address=f"203.0.113.{number}")
    zhang = gate.account()
    assert gate.desk.read(lambda reader: throttle.rests(reader, gate.vault, zhang)) == 60
    gate.write(lambda writer: throttle.forgive(writer, gate.vault, zhang))
    assert gate.desk.read(lambda reader: throttle.rests(reader, gate.vault, zhang)) == 0
    assert gate.prove(address="203.0.113.1").verdict is Verdict.OK
    assert gate.prove("other", "wrong", address="203.0.113.1").verdict is Verdict.RESTS


def test_many_attempts_at_once_gain_nothing(gate: Gate) -> None:
    import asyncio

    from server.features.accounts.sign_in import prove_password

    async def storm() -> list[Verdict]:
        guesses = [prove_password(gate.door, "zhang", f"guess {n}") for n in range(30)]
        return [proof.verdict for proof in await asyncio.gather(*guesses)]

    found = gate.run(storm())
    assert found.count(Verdict.WRONG) == LockRules().failures
    assert set(found) == {Verdict.WRONG, Verdict.RESTS}


def test_one_machine_trying_many_names_rests_too(gate: Gate) -> None:
    gate.policy(lock={"failures": 20, "first_s": 60, "longest_s": 600, "address_failures": 5})
    for number in range(5):
        assert gate.prove(f"name{number}", "wrong", address="10.6.6.6").verdict is Verdict.WRONG
    assert gate.prove(address="10.6.6.6").verdict is Verdict.RESTS
    assert gate.prove(address="10.6.6.7").verdict is Verdict.OK


def test_good_sign_ins_never_make_a_machine_rest(gate: Gate) -> None:
    gate.policy(lock={"failures": 3, "first_s": 60, "longest_s": 600, "address_failures": 5})
    assert {gate.prove().verdict for _ in range(12)} == {Verdict.OK}


def test_a_second_factor_is_asked_and_each_code_is_good_once(gate: Gate) -> None:
    gate.with_second_factor()
    assert gate.prove().verdict is Verdict.CODE_NEEDED
    code = code_at(gate)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert gate.prove(code=wrong).verdict is Verdict.WRONG
    assert gate.prove(password="wrong", code=code).verdict is Verdict.WRONG, "which of the two is not said"
    good = gate.prove(code=f"{code[:3]} {code[3:]}")
    assert (good.verdict, good.methods) == (Verdict.OK, ("pwd", "otp", "mfa"))
    assert gate.prove(code=code).verdict is Verdict.WRONG, "seen over a shoulder"
    gate.desk.clock.forward(seconds=30)
    assert gate.prove(code=code).verdict is Verdict.WRONG
    assert gate.prove(code=code_at(gate)).verdict is Verdict.OK
    gate.desk.clock.forward(seconds=30)
    assert gate.prove(code=pyotp.TOTP(SECRET).at(gate.desk.clock.now, counter_offset=-1)).verdict is Verdict.WRONG, (
        "used already"
    )


@pytest.mark.parametrize("code", ["x", "٣٣٣٣٣٣", "000000000", "-12345", "1e5", " "])
def test_what_is_no_code(gate: Gate, code: str) -> None:
    gate.with_second_factor()
    assert gate.prove(code=code).verdict in (Verdict.WRONG, Verdict.CODE_NEEDED)


def test_guessing_codes_with_the_right_password_comes_to_a_rest(gate: Gate) -> None:
    gate.with_second_factor()
    found = [gate.prove(code=f"{(int(code_at(gate)) + 1 + n) % 1_000_000:06}").verdict for n in range(7)]
    assert found == [Verdict.WRONG] * 5 + [Verdict.RESTS] * 2
    gate.desk.clock.forward(seconds=61)
    assert gate.prove().verdict is Verdict.CODE_NEEDED, "half a proof is no failure"
    assert gate.prove(password="wrong").verdict is Verdict.WRONG
    assert gate.prove(code=code_at(gate)).verdict is Verdict.RESTS, "and no fresh start"


def test_a_state_is_told_only_to_who_knows_the_password(gate: Gate) -> None:
    for status in ("pending", "suspended"):
        gate.change(status=status)
        assert gate.prove(password="wrong").verdict is Verdict.WRONG
        proof = gate.prove()
        assert (proof.verdict, proof.status, proof.account_id) == (Verdict.NOT_OPEN, status, None)
        with pytest.raises(HallError) as refused:
            proof.or_refuse()
        assert refused.value.code == f"sign_in_{status}"
    gate.change(status="closed")
    assert gate.prove().verdict is Verdict.WRONG


def test_a_password_that_must_be_changed(gate: Gate) -> None:
    gate.change(must_change=True)
    proof = gate.prove()
    assert (proof.verdict, proof.account_id) == (Verdict.MUST_CHANGE, None)
    for weak, code in (
        ("short", "password_too_short"), ("onlylowercaseletters", "password_too_plain"),
        ("Zhang-is-my-name-7", "password_holds_name"), ("Password123!", "password_common"),
        ("P@ssw0rd2026", "password_common"), ("Qwerty123456!", "password_common"), (PASSWORD, "password_had_before"),
        ("Aa1!" * 70, "password_too_long"),
    ):  # fmt: skip
        with pytest.raises(HallError) as refused:
            gate.run(steps.new_password(gate.door, proof.ticket, weak))
        assert refused.value.code == code, weak
    done = gate.run(steps.new_password(gate.door, proof.ticket, "Grey-heron-93"))
    assert (done.verdict, done.account_id, done.methods) == (Verdict.OK, gate.account().id, ("pwd",))
    with pytest.raises(HallError) as refused:
        gate.run(steps.new_password(gate.door, proof.ticket, "Blue-heron-93"))
    assert refused.value.code == "sign_in_ticket_old"
    assert gate.prove().verdict is Verdict.WRONG
    assert gate.prove(password="Grey-heron-93").verdict is Verdict.OK


def test_passwords_get_old_when_the_policy_says_so(gate: Gate) -> None:
    gate.policy(password={"expires_days": 30})
    assert gate.prove().verdict is Verdict.OK
    gate.desk.clock.forward(days=31)
    assert gate.prove().verdict is Verdict.MUST_CHANGE


def test_a_role_that_needs_a_second_factor_sets_it_up_first(gate: Gate) -> None:
    gate.with_role("hall_administrator")
    gate.policy(second_factor=["hall_administrator"])
    proof = gate.prove()
    assert (proof.verdict, proof.account_id) == (Verdict.MUST_SET_UP, None)
    offer = gate.run(steps.begin_second_factor(gate.door, proof.ticket, "Hall"))
    assert offer.uri.startswith("otpauth://totp/Hall:zhang?secret=")
    totp = pyotp.TOTP(offer.secret)
    with pytest.raises(HallError) as refused:
        gate.run(steps.finish_second_factor(gate.door, proof.ticket, offer.sealed, "000000"))
    assert refused.value.code == "second_factor_code_wrong"
    code = totp.at(gate.desk.clock.now)
    done = gate.run(steps.finish_second_factor(gate.door, proof.ticket, offer.sealed, code))
    assert (done.verdict, done.methods) == (Verdict.OK, ("pwd", "otp", "mfa"))
    assert gate.prove(code=code).verdict is Verdict.WRONG, "the code of the set-up is used up"
    gate.desk.clock.forward(seconds=30)
    assert gate.prove(code=totp.at(gate.desk.clock.now)).verdict is Verdict.OK


def test_only_an_enrolled_counter_answers_for_a_card(gate: Gate) -> None:
    gate.change(card_index=card_index(gate.vault, "04 A2 3F 91"))
    counter = Principal("counter", "A01", 2e9, frozenset(), terminal_id=gate.account().id)
    proof = gate.run(prove_card(gate.door, counter, "04a23f91"))
    assert (proof.verdict, proof.account_id, proof.methods) == (Verdict.OK, gate.account().id, ("sc",))
    assert gate.run(prove_card(gate.door, counter, "04a23f92")).verdict is Verdict.WRONG
    for other in (Principal("kiosk", "k", 2e9, frozenset(), terminal_id=gate.account().id),
                  Principal("counter", "set-up", 2e9, frozenset(), set_up=True)):  # fmt: skip
        with pytest.raises(HallError) as refused:
            gate.run(prove_card(gate.door, other, "04a23f91"))
        assert refused.value.code == "not_permitted"
    gate.with_second_factor()
    assert gate.run(prove_card(gate.door, counter, "04a23f91")).verdict is Verdict.CODE_NEEDED


@pytest.mark.parametrize("card", ["", "-", "1234567", "０１", "张三的卡张三的卡", "0" * 21, "04A23F9é", "!!!!!!!!!!"])
def test_what_is_no_card_number_is_nobodys(gate: Gate, card: str) -> None:
    gate.change(card_index=gate.vault.index("card", ""))
    counter = Principal("counter", "A01", 2e9, frozenset(), terminal_id=gate.account().id)
    with pytest.raises(HallError) as refused:
        card_index(gate.vault, card)
    assert (refused.value.code, refused.value.status) == ("card_number_wrong", 422)
    assert gate.run(prove_card(gate.door, counter, card)).verdict is Verdict.WRONG


@pytest.mark.parametrize("card", ["０４Ａ２３Ｆ９１", "04:a2:3f:91", " 04-A2-3F-91 ", "04 a2 3f 91"])
def test_a_card_is_the_same_however_it_is_written(gate: Gate, card: str) -> None:
    assert card_index(gate.vault, card) == card_index(gate.vault, "04A23F91") == gate.vault.index("card", "04A23F91")


def test_codes_are_counted_together_at_whatever_door_they_are_guessed(gate: Gate) -> None:
    gate.with_second_factor()
    gate.change(card_index=card_index(gate.vault, "04A23F91"))
    zhang = gate.account()
    counter = Principal("counter", "A01", 2e9, frozenset(), terminal_id=zhang.id)
    doors: list[Any] = [
        lambda code: gate.prove(code=code),
        lambda code: gate.run(prove_card(gate.door, counter, "04A23F91", code)),
        lambda code: gate.run(prove_elsewhere(gate.door, zhang.id, "upstream", code)),
    ]
    wrong = f"{(int(code_at(gate)) + 1) % 1_000_000:06}"
    found = [doors[n % 3](wrong).verdict for n in range(9)]
    assert found == [Verdict.WRONG] * 5 + [Verdict.RESTS] * 4
    assert {door(code_at(gate)).verdict for door in doors} == {Verdict.RESTS}
    assert {door("").verdict for door in doors} == {Verdict.CODE_NEEDED}, "the first factor rests nowhere"
    assert gate.desk.read(lambda reader: throttle.rests(reader, gate.vault, zhang)) == 60
    gate.write(lambda writer: throttle.forgive(writer, gate.vault, zhang))
    assert doors[1](code_at(gate)).verdict is Verdict.OK


def test_a_good_code_begins_anew(gate: Gate) -> None:
    gate.with_second_factor()
    for _ in range(4):
        wrong = f"{(int(code_at(gate)) + 1) % 1_000_000:06}"
        assert [gate.prove(code=wrong).verdict for _ in range(3)] == [Verdict.WRONG] * 3
        assert gate.prove(code=code_at(gate)).verdict is Verdict.OK
        gate.desk.clock.forward(seconds=30)


def test_failures_are_in_the_trail_without_what_was_typed(gate: Gate) -> None:
    gate.prove("11010519491231002X", "Hunter2-hunter2")
    gate.prove("zhang", "Hunter2-hunter2")
    unknown, known = gate.trail("sign_in.refused")
    assert (unknown.subject_kind, known.subject_kind, known.subject) == ("unknown", "account", str(gate.account().id))
    for row in (unknown, known):
        line = f"{row.actor} {row.subject} {row.detail}".lower()
        assert "1101051949" not in line
        assert "hunter" not in line
        assert row.outcome == "refused"
