"""A company's clerk holds the code of the business licence before the scanner: as good as a card."""

from __future__ import annotations

from shared.domain.id_numbers import credit_code_check_character, mask
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.test_booked import scan

FIRST = "91330108MA2B0K7X1"


def test_a_licences_code_says_who_comes(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    devices = {"scanner": {"driver": "keyboard_wedge", "gap_ms": 200}}
    kiosk = make_kiosk(shared_hall, devices=devices).start()
    code = FIRST + credit_code_check_character(FIRST)
    scan(kiosk, f"http://www.gsxt.gov.cn/index.html?uniscid={code}")
    kiosk.until_step("services")
    assert kiosk.state.masked_number == mask(code)
    # The same code again changes nothing; one whose check character is wrong is nobody's, and is looked for elsewhere.
    scan(kiosk, code)
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    scan(kiosk, f"uniscid={wrong}")
    kiosk.until(lambda: kiosk.state.notice.title == "没有找到预约")
    assert kiosk.state.masked_number == mask(code)
