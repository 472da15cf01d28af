"""Somebody whose first factor another provider has proved: the rest is asked for as of anybody else."""

from __future__ import annotations

import pyotp
import pytest

from server.features.accounts.proof import Proof, Verdict
from server.features.accounts.sign_in import prove_elsewhere
from tests.server.features.accounts.conftest import SECRET, Gate


def prove(gate: Gate, code: str = "") -> Proof:
    found: Proof = gate.run(prove_elsewhere(gate.door, gate.account().id, "upstream", code))
    return found


def test_a_password_that_is_old_does_not_matter(gate: Gate) -> None:
    gate.change(must_change=True)
    proof = prove(gate)
    assert (proof.verdict, proof.account_id, proof.methods) == (Verdict.OK, gate.account().id, ("upstream",))


@pytest.mark.parametrize(("status", "verdict"), [("suspended", Verdict.NOT_OPEN), ("closed", Verdict.WRONG)])
def test_who_may_not_sign_in_may_not_this_way_either(gate: Gate, status: str, verdict: Verdict) -> None:
    gate.change(status=status)
    assert prove(gate).verdict is verdict


def test_a_role_that_needs_a_second_factor_needs_it_here_too(gate: Gate) -> None:
    gate.policy(second_factor=["hall_administrator"])
    gate.with_role("hall_administrator")
    assert prove(gate).verdict is Verdict.MUST_SET_UP


def test_codes_are_not_guessed_and_password_guessers_lock_nobody_out(gate: Gate) -> None:
    gate.with_second_factor()
    for _ in range(8):
        gate.prove(password="wrong")
    assert gate.prove().verdict is Verdict.RESTS
    assert prove(gate).verdict is Verdict.CODE_NEEDED
    good = pyotp.TOTP(SECRET).at(gate.desk.clock.now)
    assert prove(gate, good).methods == ("upstream", "otp", "mfa")
    assert prove(gate, good).verdict is Verdict.WRONG, "each code once"
    verdicts = [prove(gate, "000000").verdict for _ in range(20)]
    assert verdicts[0] is Verdict.WRONG and verdicts[-1] is Verdict.RESTS
