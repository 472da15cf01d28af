"""The security policy as forms: what is shown is the server's, what is wrong is told, what is saved holds."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QPushButton, QSpinBox

from admin_app.features.security.presenter import SHEETS, bounds, flat, policy_of
from shared.i18n import catalogue, languages
from shared.schemas.access import Me, SecurityPolicy
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


def test_a_policy_is_the_same_after_the_sheets() -> None:
    policy = SecurityPolicy(second_factor=["auditor"])
    assert policy_of(flat(policy)) == policy
    assert bounds("password", "length") == (8, 64)


def test_every_field_has_words() -> None:
    keys = {f"{sheet}_{field}" for sheet, kind in SHEETS.items() for field in kind.model_fields}
    keys |= {f"{what}_{sheet}" for sheet in (*SHEETS, "who", "second") for what in ("sheet", "note")}
    missing = [k for k in keys for code in languages() if catalogue().template(f"protection.policy.{k}", code) is None]
    assert missing == []


def test_the_policy_is_read_changed_and_kept(console: Console, shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin", "security")
    before = client.policy()
    console.app.frame.open("security", "")
    console.wait(lambda: console.app.security.state.loaded and console.app.security.state.may_change)
    length = console.find(QSpinBox, "policy_password_length")
    assert length.value() == before.password.length
    length.setValue(14)
    console.find(QCheckBox, "policy_second_auditor").setChecked(True)
    console.click("security_save")
    console.wait(lambda: console.app.security.state.told != "")
    kept = client.policy()
    assert (kept.password.length, kept.second_factor) == (14, ["auditor"])
    assert kept.retention == before.retention
    client.set_policy(before)
    console.click("security_reload")
    console.wait(lambda: length.value() == before.password.length)
    assert not console.find(QCheckBox, "policy_second_auditor").isChecked()


def test_who_may_only_look_can_not_change(console: Console) -> None:
    console.app.frame.open("security", "")
    console.wait(lambda: console.app.security.state.loaded and console.app.security.state.may_change)
    console.app.security.set_me(Me(kind="user", name="x", permissions=["policy:view"]))
    assert not console.find(QPushButton, "security_save").isVisible()
    assert not console.find(QSpinBox, "policy_lock_failures").isEnabled()
    console.app.security.set_me(Me(kind="user", name="x", permissions=["policy:view", "policy:change"]))
    assert console.find(QSpinBox, "policy_lock_failures").isEnabled()
