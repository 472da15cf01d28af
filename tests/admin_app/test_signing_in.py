"""People sign in before the console, see what they may, and leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from sqlalchemy import update

from admin_app.doorway import Doorway
from server.features.access.models import AccountRow
from server.features.setup.demo_accounts import PASSWORD_FILE
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.i18n import text
from shared.schemas.accounts import SecondFactorConfirm
from tests.admin_app.door import go, problem, sign_in, until
from tests.fakes.hall import RunningHall

OWN = "Correct-Horse-7"


def test_wrong_then_right_then_out_then_somebody_else(door: Doorway, shared_hall: RunningHall) -> None:
    password = (shared_hall.data / PASSWORD_FILE).read_text().strip()
    sign_in(door, "", "")
    assert "Enter" in problem(door)
    sign_in(door, "admin", "not it")
    assert problem(door)
    assert door.console is None
    sign_in(door, "admin", password)
    until(lambda: door.console is not None and door.console.frame.state.hall_name != "")
    assert door.console is not None
    assert not door.window.isVisible()
    assert {"catalogue", "devices"} <= set(door.console.frame.state.allowed)
    found = door.window.findChild(QLineEdit, "sign_in_password")
    assert found is not None
    assert found.text() == ""
    door.sign_out()
    until(lambda: door.console is None and door.window.isVisible())
    sign_in(door, "ys1004", password)
    until(lambda: door.console is not None and door.console.frame.state.hall_name != "")
    assert "catalogue" not in door.console.frame.state.allowed


def test_the_first_password_is_changed_and_the_end_of_a_session_is_told(
    door: Doorway, shared_hall: RunningHall
) -> None:
    password = (shared_hall.data / PASSWORD_FILE).read_text().strip()
    shared_hall.execute(update(AccountRow).where(AccountRow.username == "ys1005").values(must_change=True))
    sign_in(door, "ys1005", password)
    until(lambda: door.presenter.state.step == "new_password")
    rules = shared_hall.client("admin").policy().password
    asked = door.window.findChild(QLabel, "sign_in_words")
    assert asked is not None
    assert asked.text() == text("sign_in_window.words_new", "en", length=rules.length, classes=rules.classes)
    for again, kept in (("other", False), (OWN, True)):
        for field, words in (("sign_in_new", OWN), ("sign_in_again", again)):
            found = door.window.findChild(QLineEdit, field)
            assert found is not None
            found.setText(words)
        go(door)
        assert (door.console is not None) is kept, problem(door)
    assert door.console is not None
    until(lambda: door.console is not None and door.console.frame.state.connected is True)
    door.signed_in._ask("revoke", {"token": door.signed_in._kept().refresh})
    until(door.window.isVisible)
    assert "signed out" in problem(door)
    sign_in(door, "ys1005", OWN)
    until(lambda: not door.window.isVisible())
    until(lambda: door.console is not None and door.console.frame.state.connected is True)


def test_a_second_factor_has_a_step_of_its_own(door: Doorway, shared_hall: RunningHall) -> None:
    signed = SignedIn(shared_hall.url, "zhiting-admin")
    signed.by_password("ys1301", shared_hall.password())
    client = HallClient(shared_hall.url, signed)
    offer, now = client.offer_second_factor(), datetime.now(UTC)
    totp = pyotp.TOTP(offer.secret)
    client.set_second_factor(
        SecondFactorConfirm(current=shared_hall.password(), sealed=offer.sealed, code=totp.at(now))
    )
    client.close()
    signed.close()
    sign_in(door, "ys1301", shared_hall.password())
    code, name = (door.window.findChild(QLineEdit, f"sign_in_{key}") for key in ("code", "name"))
    assert code is not None and name is not None
    assert door.presenter.state.step == "otp" and problem(door) == ""
    assert code.isVisible() and not name.isVisible()
    go(door)
    assert problem(door) == text("sign_in_window.code_missing", "en")
    code.setText("000000")
    go(door)
    assert problem(door) == text("sign_in_window.code_wrong", "en")
    back = door.window.findChild(QPushButton, "sign_in_back")
    assert back is not None
    QTest.mouseClick(back, Qt.MouseButton.LeftButton)
    assert name.isVisible() and code.text() == "" and problem(door) == ""
    sign_in(door, "ys1301", shared_hall.password())
    good = totp.at(now + timedelta(seconds=30))
    code.setText(f"{good[:3]} {good[3:]}")
    go(door)
    until(lambda: door.console is not None)


def test_who_must_set_a_second_factor_up_first_is_told_where(door: Doorway, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    policy = admin.policy()
    admin.set_policy(policy.model_copy(update={"second_factor": ["department_staff"]}))
    sign_in(door, "ys1302", shared_hall.password())
    assert f"{shared_hall.url}/sign-in" in problem(door)
    assert door.console is None
    admin.set_policy(policy)
