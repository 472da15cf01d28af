"""What every card reader does, shown on the simulator, the PC/SC driver with a virtual card, and a SAM-V stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest

from shared.devices.board import DeviceBoard
from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardReader,
    CardRemoved,
    ReaderBack,
    ReaderLost,
    StaffCardPresented,
)
from shared.devices.card_reader.sam_frames import READ, SELECT, Status
from shared.devices.card_reader.sam_stand_in import SamStandIn, resident_card
from shared.devices.card_reader.virtual_card import VirtualCard
from shared.devices.registry import make_card_reader
from shared.domain.id_numbers import IdentityKind
from shared.i18n import text
from tests.fakes.events import Heard, wait_until
from tests.fakes.pcscd import Pcscd

NUMBER, NAME, VALID_TO = "11010519491231002X", "欧阳三丰", date(2031, 5, 20)
DEVICE = "kiosk-1/card_reader"
STAFF = "04A23F915C6B80"


class Bench(Protocol):
    """What a person at the reader can do."""

    reader: CardReader
    kind: IdentityKind  # of the card that is inserted
    knows_staff_cards: bool

    def insert(self) -> None: ...
    def insert_staff(self) -> None: ...
    def remove(self) -> None: ...
    def pull_out_mid_read(self) -> None: ...
    def insert_unreadable(self) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def unplug_mid_read(self) -> None: ...
    def close(self) -> None: ...


class SimulatorBench:
    kind, knows_staff_cards = IdentityKind.SOCIAL_SECURITY, True

    def __init__(self, board: DeviceBoard) -> None:
        self._board = board
        self._card = {"kind": "social_security", "number": NUMBER, "name": NAME, "valid_to": VALID_TO.isoformat()}
        self.reader = make_card_reader({"driver": "simulator", "board": board.address, "name": DEVICE})

    def insert(self) -> None:
        self._board.insert_card(DEVICE, self._card)

    def insert_staff(self) -> None:
        self._board.insert_card(DEVICE, {"kind": "staff", "number": STAFF})

    def remove(self) -> None:
        self._board.remove_card(DEVICE)
        if self._board.fault(DEVICE) != "unplugged_mid_read":
            self._board.set_fault(DEVICE, None)

    def pull_out_mid_read(self) -> None:
        self._board.set_fault(DEVICE, "slow")
        self.insert()
        self.remove()

    def insert_unreadable(self) -> None:
        self._board.set_fault(DEVICE, "unreadable")
        self.insert()

    def unplug(self) -> None:
        self._board.set_fault(DEVICE, "unplugged")

    def plug_in(self) -> None:
        self._board.set_fault(DEVICE, None)

    def unplug_mid_read(self) -> None:
        self._board.set_fault(DEVICE, "unplugged_mid_read")
        self.insert()

    def close(self) -> None:
        self.reader.close()


class PcscBench:
    kind, knows_staff_cards = IdentityKind.SOCIAL_SECURITY, True

    def __init__(self, service: Pcscd) -> None:
        self._service = service
        self._card = VirtualCard(NUMBER, NAME, VALID_TO, port=service.port)
        self.reader = make_card_reader({"driver": "pcsc", "reader": "virtual"})

    def insert(self) -> None:
        self._card.insert()

    def insert_staff(self) -> None:
        self._card.manners.staff_number = bytes.fromhex(STAFF)
        self.insert()

    def remove(self) -> None:
        self._card.remove()
        self._card.manners.staff_number = None
        self._card.manners.status_of.clear()

    def pull_out_mid_read(self) -> None:
        self._card.manners.pull_out_at = 4
        self.insert()

    def insert_unreadable(self) -> None:
        self._card.manners.status_of[0xB2] = 0x6581  # memory failure on READ RECORD
        self.insert()

    def unplug(self) -> None:
        self._service.kill()

    def plug_in(self) -> None:
        self._service.start()

    def unplug_mid_read(self) -> None:
        self._card.manners.on_command = lambda count: self._service.kill() if count == 3 else None
        self.insert()

    def close(self) -> None:
        self.reader.close()
        self._card.remove()


class SamBench:
    kind, knows_staff_cards = IdentityKind.RESIDENT, False

    def __init__(self, folder: Path) -> None:
        self._module = SamStandIn(folder / "reader")
        self._card = resident_card(NUMBER, NAME, f"{VALID_TO:%Y%m%d}")
        self.reader = make_card_reader(
            {"driver": "sam_serial", "port": str(self._module.path), "poll_s": 0.02, "lift_s": 0.1}
        )

    def insert(self) -> None:
        self._module.lay(self._card)

    def insert_staff(self) -> None:
        self._module.manners.status_of[SELECT.code] = Status.WRONG_CARD_TYPE
        self.insert()

    def remove(self) -> None:
        self._module.lift()
        self._module.manners.status_of.clear()

    def pull_out_mid_read(self) -> None:
        self._once_while_read(self._module.lift)
        self.insert()

    def insert_unreadable(self) -> None:
        self._module.manners.status_of[READ.code] = Status.READ_FAILED
        self.insert()

    def unplug(self) -> None:
        self._module.unplug()

    def plug_in(self) -> None:
        self._module.plug_in()

    def unplug_mid_read(self) -> None:
        self._once_while_read(self._module.unplug)
        self.insert()

    def _once_while_read(self, step: Callable[[], None]) -> None:
        def on_command(command: bytes) -> None:
            if command == READ.code:
                self._module.manners.on_command = None
                step()

        self._module.manners.on_command = on_command

    def close(self) -> None:
        self.reader.close()
        self._module.close()


@pytest.fixture(params=["simulator", "pcsc", "sam_serial"])
def bench(request: pytest.FixtureRequest, board: DeviceBoard, tmp_path: Path) -> Iterator[Bench]:
    made: Bench
    if request.param == "simulator":
        made = SimulatorBench(board)
    elif request.param == "pcsc":
        made = PcscBench(request.getfixturevalue("pcscd"))
    else:
        made = SamBench(tmp_path)
    yield made
    made.close()


@pytest.fixture
def heard(bench: Bench) -> Heard:
    heard = Heard()
    bench.reader.open(heard)
    heard.next(ReaderBack)
    return heard


def test_a_card_is_read_once_and_its_removal_told(bench: Bench, heard: Heard) -> None:
    bench.insert()
    heard.next(CardNoticed)
    card = heard.next(CardPresented).card
    assert (card.kind, card.number, card.name, card.valid_to) == (
        bench.kind,
        NUMBER,
        NAME,
        VALID_TO,
    )
    bench.remove()
    heard.next(CardRemoved)
    assert heard.kinds() == ["ReaderBack", "CardNoticed", "CardPresented", "CardRemoved"]
    assert bench.reader.health().state == "ok"


def test_a_card_that_names_nobody_is_known_by_its_number(bench: Bench, heard: Heard) -> None:
    bench.insert_staff()
    if not bench.knows_staff_cards:
        assert heard.next(CardFailed).error.code == "card_not_supported"
        return
    event = heard.next(StaffCardPresented)
    assert event.number == STAFF
    assert STAFF not in repr(event), "it proves something to the server: no log shows it"
    assert bench.reader.health().state == "ok"
    bench.remove()
    heard.next(CardRemoved)
    bench.insert()
    assert heard.next(CardPresented).card.number == NUMBER


def test_a_card_can_come_again(bench: Bench, heard: Heard) -> None:
    for _ in range(2):
        bench.insert()
        heard.next(CardPresented)
        bench.remove()
        heard.next(CardRemoved)


def test_a_card_pulled_out_while_read(bench: Bench, heard: Heard) -> None:
    bench.pull_out_mid_read()
    heard.next(CardNoticed)
    assert heard.next(CardFailed).error.code == "card_removed_early"
    heard.next(CardRemoved)
    assert "CardPresented" not in heard.kinds()
    bench.insert()
    heard.next(CardPresented)


def test_a_card_that_cannot_be_read(bench: Bench, heard: Heard) -> None:
    bench.insert_unreadable()
    assert heard.next(CardFailed).error.code == "card_unreadable"
    assert bench.reader.health().code == "card_unreadable"
    bench.remove()
    heard.next(CardRemoved)
    bench.insert()
    heard.next(CardPresented)


def test_the_reader_goes_and_comes_back(bench: Bench, heard: Heard) -> None:
    bench.unplug()
    code = heard.next(ReaderLost).code
    assert bench.reader.health().state == "error"
    assert bench.reader.health().code == code
    bench.plug_in()
    heard.next(ReaderBack)
    wait_until(lambda: bench.reader.health().state == "ok")
    bench.insert()
    heard.next(CardPresented)


def test_the_reader_goes_while_a_card_is_read(bench: Bench, heard: Heard) -> None:
    bench.unplug_mid_read()
    heard.next(CardNoticed)
    assert heard.next(CardFailed).error.code == "reader_unplugged"
    heard.next(ReaderLost)
    assert "CardPresented" not in heard.kinds()
    bench.remove()
    bench.plug_in()
    heard.next(ReaderBack)


def test_nothing_is_told_after_close(bench: Bench, heard: Heard) -> None:
    bench.reader.close()
    heard.clear()
    bench.insert()
    bench.remove()
    bench.reader.close()
    assert heard.events == []


def test_no_number_in_what_may_be_logged(bench: Bench, heard: Heard) -> None:
    bench.insert()
    event = heard.next(CardPresented)
    assert NUMBER not in repr(event)
    assert NAME not in repr(event)
    assert "19491231" not in f"{event} {event.card}"


@pytest.mark.parametrize(
    "code",
    [
        "reader_unplugged",
        "reader_service_down",
        "reader_module_failed",
        "card_unreadable",
        "card_removed_early",
        "card_not_supported",
    ],
)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_failure_has_words(code: str, language: str) -> None:
    assert not text(f"devices.message.{code}", language).startswith("[")
    assert not text(f"devices.status.{code}", language).startswith("[")
