"""An enrolled counter: a number alone is not enough, a password is, and leaving ends the session."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit
from sqlalchemy import select

from server.features.accounts.models import SessionRow
from server.features.setup.demo_accounts import PASSWORD_FILE
from shared.client.enrolment import Enrolment
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Workplace
from tests.fakes.hall import RunningHall
from tests.fakes.machine import code


def test_a_person_proves_it_and_leaves(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    name = f"proof-{workplace.counter.label}"
    made = code(shared_hall, "counter", name, counter_id=str(workplace.counter.id))
    source = Enrolment(tmp_path / "key", shared_hall.url, made)
    station = open_station(shared_hall, workplace, token=source)
    page = station.bar._sign_in
    station.wait(lambda: "sign-in" in station.state.can and page.isVisible())
    password = station.widget("sign_in_password", QLineEdit)
    assert password.isVisible()
    assert not station.widget("sign_in_code", QLineEdit).isVisible()
    page.staff.setText(workplace.staff_number)
    for wrong in ("", "not the password"):
        password.setText(wrong)
        station.click("sign_in_button")
        station.wait(lambda: station.state.message is not None and not station.app.sign_on.state.busy)
        assert station.state.phase == "closed"
        station.app.operator.close_message()
    password.setText((shared_hall.data / PASSWORD_FILE).read_text().strip())
    station.click("sign_in_button")
    station.wait(lambda: station.state.phase == "open")
    assert password.text() == ""
    station.wait(lambda: station.item_text("staff_name") == workplace.staff_name)
    sessions = select(SessionRow.place, SessionRow.ended_at).where(SessionRow.place == "test")
    assert [row.ended_at for row in shared_hall.execute(sessions)] == [None]
    station.app.operator.sign_out()
    station.wait(lambda: station.state.phase == "closed")
    station.wait(lambda: all(row.ended_at for row in shared_hall.execute(sessions)))
    source.close()
