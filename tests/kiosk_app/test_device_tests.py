"""A kiosk's devices tried from the console: through the real server, on simulated devices."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest

from shared.client.hall_client import HallClient
from shared.devices.board import DeviceBoard
from shared.schemas.device_tests import DeviceTest, DeviceTestAsk
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import PRINTER, READER, KioskRig

DOCUMENTS, SPEECH, SCANNER = "kiosk-1/document_printer", "kiosk-1/speech", "kiosk-1/scanner"


@pytest.fixture
def kiosk(make_kiosk: MakeRig, shared_hall: RunningHall, board: DeviceBoard) -> KioskRig:
    kinds = {"card_reader": READER, "printer": PRINTER, "document_printer": DOCUMENTS, "scanner": SCANNER}
    devices = {kind: {"driver": "simulator", "board": board.address, "name": name} for kind, name in kinds.items()}
    devices["speech"] = {"driver": "simulator", "board": board.address, "name": SPEECH, "pace": 0.01}
    return make_kiosk(shared_hall, devices=devices).start()


def me(admin: HallClient, kiosk: KioskRig) -> UUID:
    def found() -> list[UUID]:
        known = [one for one in admin.terminals() if (one.kind, one.name) == ("kiosk", "kiosk-1") and one.online]
        return [one.id for one in known if len(one.devices) == 5]

    kiosk.until(lambda: all(one.state == "ok" for one in kiosk.app.devices.health()) and bool(found()))
    return found()[0]


def test_every_device_is_tried_from_afar(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    terminal, board = me(admin, kiosk), kiosk.board

    def ask(kind: str) -> UUID:
        return admin.try_device(terminal, DeviceTestAsk.model_validate({"kind": kind})).id

    def ended(test_id: UUID) -> DeviceTest:
        kiosk.until(lambda: admin.device_test(test_id).state != "waiting")
        return admin.device_test(test_id)

    for kind in ("printer", "speech", "document_printer"):
        assert (ended(ask(kind)).state, kind) == ("passed", kind)
    assert board.wait_event(PRINTER, "printed") is not None
    spoken = board.wait_event(SPEECH, "spoken")
    assert spoken is not None and spoken.data["text"]
    page = board.wait_event(DOCUMENTS, "document_printed")
    assert page is not None and page.data["size"] > 5000 and page.data["sha256"] != hashlib.sha256(b"").hexdigest()

    reading = ask("card_reader")
    board.insert_card(READER, kiosk.card)
    told = ended(reading)
    assert (told.state, told.seen) == ("passed", "card_resident")
    # The card is still its holder's: the kiosk goes on with it as always.
    kiosk.until(lambda: kiosk.state.step not in ("attract", "start"))
    board.remove_card(READER)

    scanning = ask("scanner")
    # Held before it until the kiosk has fetched the question and listens.
    kiosk.until(lambda: board.scan(SCANNER, "nothing-of-ours") and admin.device_test(scanning).state != "waiting")
    assert admin.device_test(scanning).seen == "code"


def test_what_is_wrong_is_told_with_its_reason(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    terminal = me(admin, kiosk)

    def outcome(kind: str) -> tuple[str, str]:
        asked = admin.try_device(terminal, DeviceTestAsk.model_validate({"kind": kind}))
        kiosk.until(lambda: admin.device_test(asked.id).state != "waiting")
        told = admin.device_test(asked.id)
        return told.state, told.code

    kiosk.board.set_fault(PRINTER, "paper_out")
    assert outcome("printer") == ("failed", "paper_out")
    kiosk.board.set_fault(READER, "unplugged")
    kiosk.until(lambda: kiosk.state.reader != "ok")
    assert outcome("card_reader") == ("failed", "reader_unplugged")
    kiosk.board.set_fault(SPEECH, "unplugged")
    assert outcome("speech") == ("failed", "audio_no_device")
    assert outcome("led_display") == ("failed", "device_not_here")
