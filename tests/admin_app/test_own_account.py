"""Under one's own name: the profile, the password, the second factor, and where one is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QWidget
from sqlalchemy import select, update

from admin_app.doorway import Doorway
from server.features.access.models import AccountRow
from shared.client.signing_in import SignedIn
from shared.i18n import text
from tests.admin_app.door import sign_in, until
from tests.fakes.hall import RunningHall

NAME, OWN = "ys1006", "Correct-Horse-7"


class Own:
    """The window of one's own account, over the console of somebody signed in."""

    def __init__(self, door: Doorway, hall: RunningHall) -> None:
        self.door, self.hall = door, hall
        sign_in(door, NAME, hall.password())
        until(lambda: door.console is not None and door.console.frame.state.hall_name != "")

    @property
    def state(self) -> object:
        assert self.door.console is not None
        return self.door.console.profile.state

    def open(self, page: str) -> None:
        assert self.door.console is not None
        item = self.door.console.window.findChild(QAction, f"me_{page}")
        assert item is not None
        item.trigger()
        until(self.settled)
        assert self.dialog.isVisible()

    def settled(self) -> bool:
        assert self.door.console is not None
        state = self.door.console.profile.state
        return state.profile is not None and not state.busy

    @property
    def dialog(self) -> QDialog:
        assert self.door.console is not None
        return next(d for d in self.door.console.window.findChildren(QDialog, "own_dialog") if d.isVisible())

    def words(self, name: str) -> str:
        found = self.dialog.findChild(QLabel, name)
        assert found is not None, name
        return found.text()

    def there(self, name: str) -> bool:
        found = self.dialog.findChild(QWidget, name)
        return found is not None and found.isVisible()

    def type_in(self, **fields: str) -> None:
        for name, typed in fields.items():
            field = self.dialog.findChild(QLineEdit, f"own_{name}")
            assert field is not None and field.isVisible(), name
            field.setText(typed)

    def press(self, name: str) -> None:
        until(lambda: self.there(f"own_{name}"))
        found = self.dialog.findChild(QPushButton, f"own_{name}")
        assert found is not None
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)
        until(self.settled)

    @property
    def told(self) -> str:
        return self.words("own_told_words")

    @property
    def problem(self) -> str:
        return self.words("own_problem_words")


@pytest.fixture
def own(door: Doorway, shared_hall: RunningHall) -> Iterator[Own]:
    row = select(AccountRow.password_hash).where(AccountRow.username == NAME)
    before = shared_hall.execute(row)[0][0]
    yield Own(door, shared_hall)
    kept = {"password_hash": before, "totp_cipher": None, "password_history": []}
    shared_hall.execute(update(AccountRow).where(AccountRow.username == NAME).values(**kept))


def words(key: str, **params: object) -> str:
    return text(f"profile.{key}", "en", **params)


def test_who_one_is_and_another_phone_number(own: Own) -> None:
    own.open("profile")
    assert own.words("own_fact_username") == NAME
    assert own.words("own_fact_staff_number") == "YS1006"
    own.type_in(phone="12")
    own.press("phone_save")
    assert own.problem and not own.told
    own.type_in(phone="13800138000")
    own.press("phone_save")
    assert own.told == words("phone.done")
    assert own.words("own_fact_phone") == "138****8000"
    field = own.dialog.findChild(QLineEdit, "own_phone")
    assert field is not None and field.text() == ""


def test_the_password_is_changed_under_the_policy_and_other_sign_ins_end(own: Own) -> None:
    other = SignedIn(own.hall.url, "zhiting-admin", place="at home")
    other.by_password(NAME, own.hall.password())
    own.open("password")
    rules = own.hall.client("admin").policy().password
    assert words("password.rules", length=rules.length, classes=rules.classes) in own.words("own_password_rules")
    assert not own.there("own_password_code"), "only who has a second factor is asked for its code"
    now = own.hall.password()
    for current, new, again, problem in (
        ("wrong", OWN, OWN, words("proof_wrong")),
        (now, OWN, "other", text("errors.passwords_differ", "en")),
        (now, "Ab1-", "Ab1-", text("errors.password_too_short", "en", length=rules.length)),
    ):
        own.type_in(password_current=current, password_new=new, password_again=again)
        own.press("password_go")
        assert (own.problem, own.told) == (problem, "")
    own.type_in(password_current=now, password_new=OWN, password_again=OWN)
    own.press("password_go")
    assert (own.problem, own.told) == ("", words("password.done"))
    field = own.dialog.findChild(QLineEdit, "own_password_new")
    assert field is not None and field.text() == ""
    assert own.door.signed_in.is_signed_in, "this one stays"
    with pytest.raises(Exception, match="signed_out"):
        other.renew(other.token())
    other.close()


def test_a_second_factor_is_set_up_and_turned_off(own: Own) -> None:
    own.open("second_factor")
    own.press("second_begin")
    picture = own.dialog.findChild(QLabel, "own_second_qr")
    assert picture is not None and picture.pixmap().width() > 100
    totp = pyotp.TOTP(own.words("own_second_secret").replace(" ", ""))
    now = datetime.now(UTC)
    own.type_in(second_current=own.hall.password(), second_code="000000")
    own.press("second_confirm")
    assert own.problem == text("errors.second_factor_code_wrong", "en")
    code = totp.at(now)
    own.type_in(second_code=f"{code[:3]} {code[3:]}")
    own.press("second_confirm")
    assert own.told == words("second.done")
    assert not own.there("own_second_qr")
    own.press("second_off")
    own.type_in(second_current=own.hall.password(), second_old=totp.at(now + timedelta(seconds=30)))
    own.press("second_off")
    assert own.told == words("second.removed")
    assert not own.there("own_second_off")


def test_what_a_role_requires_cannot_be_turned_off(own: Own) -> None:
    admin = own.hall.client("admin")
    policy = admin.policy()
    admin.set_policy(policy.model_copy(update={"second_factor": ["department_staff"]}))
    own.open("second_factor")
    assert words("second.required") in " ".join(label.text() for label in own.dialog.findChildren(QLabel))
    own.press("second_begin")
    totp = pyotp.TOTP(own.words("own_second_secret").replace(" ", ""))
    own.type_in(second_current=own.hall.password(), second_code=totp.at(datetime.now(UTC)))
    own.press("second_confirm")
    assert own.told == words("second.done")
    assert not own.there("own_second_off")
    admin.set_policy(policy)


def test_a_half_done_change_does_not_stay(own: Own) -> None:
    own.open("second_factor")
    own.press("second_begin")
    own.type_in(second_current="typed")
    own.press("close")
    own.open("second_factor")
    assert not own.there("own_second_qr")
    assert own.there("own_second_begin")


def test_where_one_is_signed_in_can_be_ended(own: Own) -> None:
    other = SignedIn(own.hall.url, "zhiting-admin", place="at home")
    other.by_password(NAME, own.hall.password())
    own.open("sessions")
    state = own.door.console.profile.state if own.door.console is not None else None
    assert state is not None
    places = [session.place for session in state.sessions]
    number = places.index("at home")
    assert "at home" in own.words(f"own_session_{number}")
    here = next(place for place, session in enumerate(state.sessions) if session.current)
    assert not own.there(f"own_session_end_{here}"), "leaving is what ends this one"
    own.press(f"session_end_{number}")
    assert own.told == words("session.done")
    with pytest.raises(Exception, match="signed_out"):
        other.renew(other.token())
    other.close()
