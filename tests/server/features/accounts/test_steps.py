"""What was proved before a step is worth nothing once the account is another one."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest

from server.features.access.models import AccountRow
from server.features.accounts import steps
from server.features.accounts.passwords import hash_now
from server.features.accounts.proof import Verdict
from server.features.accounts.steps import set_password
from tests.server.features.accounts.conftest import Gate
from tests.server.features.accounts.test_administration import refused


def reset(gate: Gate) -> None:
    id_ = gate.account().id
    gate.write(
        lambda w: set_password(w, w.session.get_one(AccountRow, id_), hash_now("Once-77-heron"), must_change=True)
    )


def suspend(gate: Gate) -> None:
    gate.change(status="suspended")


@pytest.mark.parametrize("meanwhile", [reset, suspend, Gate.with_second_factor])
def test_a_ticket_for_a_new_password_ends_with_what_it_hangs_on(gate: Gate, meanwhile: Any) -> None:
    gate.change(must_change=True)
    proof = gate.prove()
    assert proof.verdict is Verdict.MUST_CHANGE
    meanwhile(gate)
    before = gate.account().password_hash
    refused("sign_in_ticket_old", lambda: gate.run(steps.new_password(gate.door, proof.ticket, "Grey-heron-93")))
    assert gate.account().password_hash == before


@pytest.mark.parametrize("meanwhile", [reset, suspend, Gate.with_second_factor])
def test_a_ticket_for_a_second_factor_ends_with_what_it_hangs_on(gate: Gate, meanwhile: Any) -> None:
    gate.with_role("hall_administrator")
    gate.policy(second_factor=["hall_administrator"])
    proof = gate.prove()
    assert proof.verdict is Verdict.MUST_SET_UP
    offer = gate.run(steps.begin_second_factor(gate.door, proof.ticket, "Hall"))
    meanwhile(gate)
    before = gate.account().totp_cipher
    code = pyotp.TOTP(offer.secret).at(gate.desk.clock.now)
    refused("sign_in_ticket_old", lambda: gate.run(steps.begin_second_factor(gate.door, proof.ticket, "Hall")))
    refused("sign_in_ticket_old", lambda: gate.run(
        steps.finish_second_factor(gate.door, proof.ticket, offer.sealed, code)))  # fmt: skip
    assert gate.account().totp_cipher == before


def test_a_password_is_reset_while_the_new_one_is_hashed(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.change(must_change=True)
    proof = gate.prove()
    check = steps.passwords.check_new

    async def slow(*given: Any) -> str:
        hashed = await check(*given)
        reset(gate)
        return hashed

    monkeypatch.setattr(steps.passwords, "check_new", slow)
    refused("sign_in_ticket_old", lambda: gate.run(steps.new_password(gate.door, proof.ticket, "Grey-heron-93")))
    monkeypatch.undo()
    assert gate.prove(password="Once-77-heron").verdict is Verdict.MUST_CHANGE
