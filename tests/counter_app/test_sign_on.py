"""Signing in at an enrolled counter: staff card, phone, one-time code, first password; what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from sqlalchemy import select, update

from server.features.access.models import AccountRow
from server.features.accounts.models import SessionRow
from server.one_time import OneTimeRow
from shared.client.enrolment import Enrolment
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.devices.board import DeviceBoard
from shared.i18n import text
from shared.schemas.accounts import Account, AccountEdit, SecondFactorConfirm, StatusChange
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Station, Workplace, tidy
from tests.fakes.hall import RunningHall
from tests.fakes.machine import code
from tests.fakes.proxy import proxy_to
from tests.fakes.sign_on import Browser, fields_of

CARD = "04A23F915C6B80"


@dataclass(frozen=True)
class Clerk:
    """Somebody with an account and a staff card."""

    hall: RunningHall
    admin: HallClient
    account: Account
    place: str

    @property
    def name(self) -> str:
        return self.account.username

    def edit(self, card: str) -> None:
        self.admin.edit_account(self.account.id, AccountEdit(card=card))

    def live(self) -> int:
        """Sessions of theirs at this counter that have not ended."""
        wanted = select(SessionRow.id).where(
            SessionRow.account_id == self.account.id, SessionRow.ended_at.is_(None), SessionRow.place == self.place
        )
        return len(self.hall.execute(wanted))

    def second_factor(self) -> pyotp.TOTP:
        signed = SignedIn(self.hall.url, "zhiting-admin")
        signed.by_password(self.name, self.hall.password())
        client = HallClient(self.hall.url, signed)
        offer = client.offer_second_factor()
        totp = pyotp.TOTP(offer.secret)
        client.set_second_factor(
            SecondFactorConfirm(current=self.hall.password(), sealed=offer.sealed, code=totp.at(_now()))
        )
        client.close()
        signed.sign_out()
        signed.close()
        return totp


_STEP = timedelta(seconds=30)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def clerk(shared_hall: RunningHall, workplace: Workplace) -> Iterator[Clerk]:
    """Whoever sits at the workplace, as before when the test is over."""
    admin = shared_hall.client("admin")
    username = workplace.staff_number.lower()
    account = next(found for found in admin.accounts(search=username).items if found.username == username)
    before = shared_hall.execute(select(AccountRow.password_hash).where(AccountRow.id == account.id))[0][0]
    yield Clerk(shared_hall, admin, account, f"PC {workplace.counter.label}")
    was = update(AccountRow).where(AccountRow.id == account.id)
    shared_hall.execute(was.values(password_hash=before, must_change=False, totp_cipher=None, card_index=None))
    tidy(shared_hall.client("staff"), workplace.counter)


@pytest.fixture
def board() -> Iterator[DeviceBoard]:
    with DeviceBoard() as made:
        yield made


Enrols = Callable[..., Station]


@pytest.fixture
def enrol(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, clerk: Clerk, board: DeviceBoard,
    tmp_path: Path,
) -> Iterator[Enrols]:  # fmt: skip
    """Starts an enrolled counter with a reader for staff cards."""
    sources: list[Enrolment] = []

    def start(**options: object) -> Station:
        name = f"sign-on-{_now().timestamp()}"
        made = code(shared_hall, "counter", name, counter_id=str(workplace.counter.id))
        source = Enrolment(tmp_path / "key", shared_hall.url, made)
        sources.append(source)
        reader = {"driver": "simulator", "board": board.address, "name": READER, "read_s": 0.05}
        given = {"token": source, "name": clerk.place, "devices": {"card_reader": reader}} | options
        station = open_station(shared_hall, workplace, **given)
        station.wait(lambda: station.app.sign_on.state.possible)
        return station

    yield start
    for source in sources:
        source.close()


READER = "counter/card_reader"


@pytest.fixture
def counter(enrol: Enrols) -> Station:
    station = enrol()
    station.wait(lambda: station.app.sign_on.state.card_words == words("card_ready") and station.app.cards.settled)
    return station


def words(key: str, **params: object) -> str:
    return text(f"counter.sign_in.{key}", **params)


def said(station: Station) -> str:
    return station.state.message.words if station.state.message is not None else ""


def lay(board: DeviceBoard, number: str = CARD, kind: str = "staff") -> None:
    board.remove_card(READER)
    board.insert_card(READER, {"kind": kind, "number": number, "name": "x"})


def type_in(station: Station, **fields: str) -> None:
    for name, typed in fields.items():
        field = station.widget(f"sign_in_{name}", QLineEdit)
        assert field.isVisible(), name
        field.setText(typed)


def test_a_staff_card_signs_in_and_leaving_ends_the_session(
    counter: Station, board: DeviceBoard, clerk: Clerk, workplace: Workplace
) -> None:
    clerk.edit(CARD)
    for _ in range(2):
        lay(board)
        counter.wait(lambda: counter.state.phase == "open" and not counter.state.busy)
        assert said(counter) == words("welcome_card", name=workplace.staff_name, number=workplace.staff_number)
        assert clerk.live() == 1
        # While somebody works here a card means nothing.
        lay(board, "0000")
        counter.click("sign_out")
        counter.wait(lambda: counter.state.phase == "closed" and clerk.live() == 0)


def test_a_card_that_does_not_let_in_says_why(counter: Station, board: DeviceBoard, clerk: Clerk) -> None:
    lay(board)
    counter.wait(lambda: said(counter) == words("card_wrong"))
    clerk.edit(CARD)
    clerk.admin.set_account_status(clerk.account.id, StatusChange(status="suspended"))
    lay(board)
    counter.wait(lambda: said(counter) == text("errors.sign_in_suspended"))
    clerk.admin.set_account_status(clerk.account.id, StatusChange(status="open"))
    card = counter.widget("sign_in_card", QLabel)
    lay(board, "11010519491231002X", "resident")
    counter.wait(lambda: card.text() == words("card_not_staff"))
    board.set_fault(READER, "unreadable")
    lay(board)
    counter.wait(lambda: card.text() == words("card_card_unreadable"))
    assert counter.state.phase == "closed"


def test_a_broken_reader_is_told_and_the_password_stays(
    counter: Station, board: DeviceBoard, clerk: Clerk, workplace: Workplace
) -> None:
    board.set_fault(READER, "unplugged")
    card = counter.widget("sign_in_card", QLabel)
    counter.wait(lambda: card.text() == words("card_fault", fault=text("devices.status.reader_unplugged")))
    assert any(health.state == "error" for health in counter.app._health())
    type_in(counter, staff=workplace.staff_number, password=clerk.hall.password())
    counter.click("sign_in_button")
    counter.wait(lambda: counter.state.phase == "open")
    assert said(counter) == ""


def test_a_card_that_lay_there_when_the_reader_came_back_signs_nobody_in(
    counter: Station, board: DeviceBoard, clerk: Clerk
) -> None:
    clerk.edit(CARD)
    board.set_fault(READER, "unplugged")
    lay(board)
    board.set_fault(READER, None)
    counter.wait(lambda: counter.app.sign_on.state.card_words == words("card_lift"))
    assert counter.state.phase == "closed"
    assert not counter.app.sign_on.state.busy
    lay(board)
    counter.wait(lambda: counter.state.phase == "open")


@pytest.mark.parametrize(
    ("reader", "shown"),
    [({}, "card_missing"), ({"driver": "no-such"}, "card_fault")],
)
def test_a_counter_without_a_good_reader_says_so(enrol: Enrols, reader: dict[str, str], shown: str) -> None:
    station = enrol(devices={"card_reader": reader} if reader else {})
    expected = words(shown, fault=text("devices.status.device_driver_unknown")) if reader else words(shown)
    assert station.widget("sign_in_card", QLabel).text() == expected
    assert station.widget("sign_in_phone").isEnabled()


@pytest.mark.parametrize("way", ["card", "password"])
def test_whoever_has_a_second_factor_is_asked_for_its_code(
    counter: Station, board: DeviceBoard, clerk: Clerk, workplace: Workplace, way: str
) -> None:
    totp = clerk.second_factor()
    if way == "card":
        clerk.edit(CARD)
        lay(board)
    else:
        type_in(counter, staff=workplace.staff_number, password=clerk.hall.password())
        counter.click("sign_in_button")
    ask = counter.widget("sign_in_ask", QLabel)
    counter.wait(lambda: counter.app.sign_on.state.step == "code")
    assert ask.text() == words(f"code_after_{way}")
    assert not counter.widget("sign_in_staff").isVisible()
    assert counter.bar.focusWidget() is counter.widget("sign_in_code")
    type_in(counter, code="000000")
    counter.click("sign_in_code_button")
    counter.wait(lambda: said(counter) == words("code_wrong"))
    assert counter.app.sign_on.state.step == "code", "it may be typed again"
    # The code of this half minute went into setting it up.
    good = totp.at(_now() + _STEP)
    type_in(counter, code=f"{good[:3]} {good[3:]}")
    counter.click("sign_in_code_button")
    counter.wait(lambda: counter.state.phase == "open")
    assert clerk.live() == 1


def test_going_back_forgets_what_was_begun(counter: Station, clerk: Clerk, workplace: Workplace) -> None:
    clerk.second_factor()
    type_in(counter, staff=workplace.staff_number, password=clerk.hall.password())
    counter.click("sign_in_button")
    counter.wait(lambda: counter.app.sign_on.state.step == "code")
    counter.click("sign_in_back")
    assert counter.app.sign_on.state.step == "first"
    assert counter.widget("sign_in_password", QLineEdit).text() == ""
    counter.app.sign_on.give_code("123456")
    assert said(counter) == words("code_missing")


def hurry(station: Station) -> None:
    """What nobody finishes is forgotten after moments instead of minutes."""
    station.app.sign_on._forget.setInterval(300)


def test_a_password_that_was_refused_is_typed_anew(counter: Station, workplace: Workplace) -> None:
    password, staff = counter.widget("sign_in_password", QLineEdit), counter.widget("sign_in_staff", QLineEdit)
    type_in(counter, staff=workplace.staff_number, password="not-mine")
    counter.click("sign_in_button")
    counter.wait(lambda: said(counter) == text("errors.sign_in_wrong"))
    assert (staff.text(), password.text()) == (workplace.staff_number, "")
    assert counter.bar.focusWidget() is password


def test_a_password_outlasts_an_answer_that_did_not_come_but_not_for_long(
    enrol: Enrols, clerk: Clerk, workplace: Workplace
) -> None:
    with proxy_to(clerk.hall.port) as line:
        counter = enrol(server=line.url)
        password = counter.widget("sign_in_password", QLineEdit)
        type_in(counter, staff=workplace.staff_number, password=clerk.hall.password())
        line.cut()
        counter.click("sign_in_button")
        counter.wait(lambda: said(counter) and not counter.app.sign_on.state.busy)
        assert password.text() == clerk.hall.password(), "it need not be typed again"
        hurry(counter)
        counter.wait(lambda: password.text() == "")


def test_a_password_that_was_typed_and_left_is_taken_away(counter: Station, clerk: Clerk, workplace: Workplace) -> None:
    hurry(counter)
    password, staff = counter.widget("sign_in_password", QLineEdit), counter.widget("sign_in_staff", QLineEdit)
    staff.setText(workplace.staff_number)
    QTest.keyClicks(password, clerk.hall.password())
    assert password.text() == clerk.hall.password()
    counter.wait(lambda: password.text() == "")
    assert staff.text() == workplace.staff_number
    assert not counter.app.sign_on._forget.isActive()


def test_a_phone_code_that_nobody_takes_goes_away(counter: Station) -> None:
    page = counter.app.sign_on
    hurry(counter)
    counter.click("sign_in_phone")
    assert page.state.step == "phone"
    counter.wait(lambda: page.state.step == "first")
    assert page.state.qr == ""
    assert counter.widget("sign_in_phone").isVisible()


def test_a_phone_lets_in_and_its_code_renews_itself(counter: Station, clerk: Clerk, workplace: Workplace) -> None:
    page = counter.app.sign_on
    counter.click("sign_in_phone")
    counter.wait(lambda: page.state.qr and counter.widget("sign_in_qr", QLabel).pixmap().width() > 1)
    first = page.state.qr
    clerk.hall.execute(update(OneTimeRow).where(OneTimeRow.purpose == "qr_sign_in").values(expires_at=_now() - _STEP))
    counter.wait(lambda: page.state.qr not in ("", first))
    phone = Browser(clerk.hall)
    phone.sign_in(clerk.name)
    path = urlsplit(page.state.qr).path
    shown = phone.get(path)
    assert counter.label("sign_in_match") in shown.text
    phone.post(path, fields_of(shown.text) | {"answer": "yes"})
    counter.wait(lambda: counter.state.phase == "open")
    assert said(counter) == words("welcome_phone", name=workplace.staff_name, number=workplace.staff_number)
    assert clerk.live() == 1
    phone.close()


def test_a_phone_that_says_no_and_a_card_laid_down_meanwhile(
    counter: Station, board: DeviceBoard, clerk: Clerk
) -> None:
    page, phone = counter.app.sign_on, Browser(clerk.hall)
    phone.sign_in(clerk.name)
    counter.click("sign_in_phone")
    counter.wait(lambda: page.state.qr)
    path = urlsplit(page.state.qr).path
    phone.post(path, fields_of(phone.get(path).text) | {"answer": "no"})
    counter.wait(lambda: said(counter) == text("errors.sign_in_refused_by_phone"))
    assert page.state.step == "first"
    counter.click("sign_in_phone")
    counter.wait(lambda: page.state.qr)
    clerk.edit(CARD)
    lay(board)
    counter.wait(lambda: counter.state.phase == "open")
    assert (page.state.step, page.state.qr) == ("first", "")
    phone.close()


def test_a_first_password_is_changed_at_the_counter(counter: Station, clerk: Clerk, workplace: Workplace) -> None:
    given = clerk.admin.reset_account(clerk.account.id).password
    type_in(counter, staff=workplace.staff_number, password=given)
    counter.click("sign_in_button")
    counter.wait(lambda: counter.app.sign_on.state.step == "new_password")
    rules = clerk.admin.policy().password
    assert counter.label("sign_in_ask") == words("new_rules", length=rules.length, classes=rules.classes)
    type_in(counter, new="Kept-by-me-7", again="Kept-by-me-8")
    counter.click("sign_in_new_button")
    assert said(counter) == words("differ")
    type_in(counter, new="Ab1-", again="Ab1-")
    counter.click("sign_in_new_button")
    counter.wait(lambda: said(counter) == text("errors.password_too_short", length=rules.length))
    assert counter.state.phase == "closed"
    type_in(counter, new="Kept-by-me-7", again="Kept-by-me-7")
    counter.click("sign_in_new_button")
    counter.wait(lambda: counter.state.phase == "open")
    assert counter.widget("sign_in_new", QLineEdit).text() == ""


def test_a_proof_that_leads_nowhere_leaves_no_session(
    counter: Station, board: DeviceBoard, clerk: Clerk, workplace: Workplace
) -> None:
    clerk.edit(CARD)
    staff = clerk.hall.client("staff")
    other = next(c for c in staff.counters() if c.state == "closed" and c.id != workplace.counter.id)
    staff.counter_state(other.id, "sign-in", {"staff_number": workplace.staff_number})
    lay(board)
    counter.wait(lambda: other.label in said(counter))
    counter.wait(lambda: clerk.live() == 0)
    assert counter.state.phase == "closed"
    tidy(staff, other)


def test_whoever_works_here_changes_their_password(
    counter: Station, board: DeviceBoard, clerk: Clerk, workplace: Workplace
) -> None:
    assert not counter.widget("own_password").isVisible()
    clerk.edit(CARD)
    lay(board)
    counter.wait(lambda: counter.state.phase == "open" and counter.widget("own_password").isVisible())
    counter.click("own_password")
    dialog = counter.widget("own_password_dialog")
    counter.wait(lambda: counter.app.password.state.loaded)
    rules = clerk.admin.policy().password
    shown = counter.widget("own_password_rules", QLabel, dialog).text()
    assert text("profile.password.rules", length=rules.length, classes=rules.classes) in shown
    assert not counter.widget("own_password_code", QLineEdit, dialog).isVisible()
    for current, problem in (("wrong", text("profile.proof_wrong")), (clerk.hall.password(), "")):
        for name, typed in (("current", current), ("new", "Kept-by-me-7"), ("again", "Kept-by-me-7")):
            counter.widget(f"own_password_{name}", QLineEdit, dialog).setText(typed)
        counter.click("own_password_go", dialog)
        counter.wait(lambda: not counter.app.password.state.busy)
        assert counter.app.password.state.problem == problem
    counter.wait(lambda: said(counter) == text("profile.password.done"))
    assert counter.state.phase == "open" and clerk.live() == 1
    signed = SignedIn(clerk.hall.url, "zhiting-admin")
    signed.by_password(clerk.name, "Kept-by-me-7")
    signed.sign_out()
    signed.close()
