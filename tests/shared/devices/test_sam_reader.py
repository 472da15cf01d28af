"""The SAM-V reader on a pseudo-terminal: lying cards, a bad line, a module that fails, what is read besides."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.devices.card_reader.protocol import (
    CardFailed,
    CardNoticed,
    CardPresented,
    CardReader,
    CardRemoved,
    ReaderBack,
    ReaderLost,
)
from shared.devices.card_reader.sam_frames import (
    FIND,
    GET_STATUS,
    READ,
    READ_ADDRESS,
    RESET,
    SELECT,
    Command,
    Status,
)
from shared.devices.card_reader.sam_stand_in import SamStandIn, Trouble, resident_card
from shared.devices.card_reader.sam_texts import IdentityDocument
from shared.devices.registry import make_card_reader
from tests.fakes.events import Heard, wait_until

NUMBER, NAME = "11010519491231002X", "欧阳三丰"
OTHER = "44010619900307001X"
NEVER = 600.0  # seconds


class Bench:
    """A module, and readers on its port."""

    def __init__(self, folder: Path) -> None:
        self.module = SamStandIn(folder / "reader")
        self.heard = Heard()
        self._readers: list[CardReader] = []

    def start(self, *, lift_s: float = NEVER, **settings: object) -> CardReader:
        """A reader that is open, and may not have heard of the module yet."""
        port = str(self.module.path)
        reader = make_card_reader({"driver": "sam_serial", "port": port, "poll_s": 0.02, "lift_s": lift_s, **settings})
        self._readers.append(reader)
        reader.open(self.heard)
        return reader

    def count(self, command: bytes) -> int:
        return self.module.commands.count(command)

    def looked(self, times: int) -> None:
        """Wait until the reader has looked for a card so often from now on."""
        before = self.count(FIND.code)
        wait_until(lambda: self.count(FIND.code) >= before + times)

    def once_asked(self, asked: bytes, step: Callable[[], None]) -> None:
        """Do something when a command arrives the next time, before it is answered."""

        def on_command(command: bytes) -> None:
            if command == asked:
                self.module.manners.on_command = None
                step()

        self.module.manners.on_command = on_command

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        self.module.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


# ---- a card that lies there


@pytest.mark.parametrize("finds_again", [False, True])
def test_a_lying_card_is_read_once(bench: Bench, finds_again: bool) -> None:
    bench.module.manners.finds_again = finds_again
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    bench.heard.next(CardPresented)
    bench.looked(12)
    assert bench.count(READ.code) == 1
    assert bench.heard.kinds() == ["ReaderBack", "CardNoticed", "CardPresented"]


def test_a_card_that_cannot_be_read_is_not_tried_for_ever(bench: Bench) -> None:
    bench.module.manners.status_of[READ.code] = Status.READ_FAILED
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardFailed).error.code == "card_unreadable"
    tried = bench.count(READ.code)
    bench.looked(12)
    assert bench.count(READ.code) == tried <= 3


def test_where_the_module_sees_a_lying_card_its_leaving_is_told_at_once(bench: Bench) -> None:
    bench.module.manners.finds_again = True
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    bench.heard.next(CardPresented)
    bench.looked(3)
    bench.module.lift()
    bench.heard.next(CardRemoved)


def test_where_it_does_not_the_card_counts_as_taken_after_a_while_and_is_not_read_again(bench: Bench) -> None:
    bench.start(lift_s=0.1)
    bench.module.lay(resident_card(NUMBER, NAME))
    bench.heard.next(CardPresented)
    bench.heard.next(CardRemoved)
    bench.looked(5)
    assert bench.count(READ.code) == 1


def test_the_next_persons_card_ends_the_one_before(bench: Bench) -> None:
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardPresented).card.number == NUMBER
    bench.module.lift()
    bench.looked(4)
    bench.module.lay(resident_card(OTHER, "李四"))
    bench.heard.next(CardRemoved)
    bench.heard.next(CardNoticed)
    assert bench.heard.next(CardPresented).card.number == OTHER


# ---- a bad line


@pytest.mark.parametrize(
    ("asked", "trouble"),
    [
        (READ, "check"), (READ, "noise"), (READ, "half"), (SELECT, "silent"), (SELECT, "check"), (FIND, "half"),
        (FIND, "silent"), (FIND, "late"),
    ],
)  # fmt: skip
def test_one_spoiled_answer_costs_nothing(bench: Bench, asked: Command, trouble: Trouble) -> None:
    bench.start()
    bench.heard.next(ReaderBack)
    bench.once_asked(asked.code, lambda: bench.module.manners.troubles.append(trouble))
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardPresented).card.number == NUMBER
    bench.looked(3)
    assert bench.heard.kinds() == ["ReaderBack", "CardNoticed", "CardPresented"]


def test_a_card_that_was_read_while_its_answer_was_lost_is_asked_for_again(bench: Bench) -> None:
    """Such a card is not found any more, though it lies there."""
    bench.start()
    bench.heard.next(ReaderBack)
    bench.once_asked(READ.code, lambda: bench.module.manners.troubles.append("silent"))
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardPresented).card.number == NUMBER
    assert bench.heard.kinds() == ["ReaderBack", "CardNoticed", "CardPresented"]


def test_an_answer_that_comes_late_is_never_taken_for_the_next_persons(bench: Bench) -> None:
    bench.start()
    bench.heard.next(ReaderBack)
    manners = bench.module.manners

    def late_while_cards_are_changed() -> None:
        manners.troubles.append("late")
        bench.once_asked(FIND.code, lambda: bench.module.lay(resident_card(OTHER, "李四")))

    bench.once_asked(READ.code, late_while_cards_are_changed)
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardPresented).card.number == OTHER


def test_a_line_with_wrong_checks_only_is_no_reader(bench: Bench) -> None:
    bench.module.manners.trouble_of[FIND.code] = "check"
    bench.start()
    bench.heard.next(ReaderBack)
    assert bench.heard.next(ReaderLost).code == "reader_unplugged"


def test_a_reader_that_hangs_is_lost_until_it_answers(bench: Bench) -> None:
    reader = bench.start()
    bench.heard.next(ReaderBack)
    bench.module.manners.hangs = True
    assert bench.heard.next(ReaderLost).code == "reader_unplugged"
    assert reader.health().state == "error"
    bench.module.manners.hangs = False
    bench.heard.next(ReaderBack)
    wait_until(lambda: reader.health().state == "ok")


def test_a_port_that_is_not_there_yet(bench: Bench) -> None:
    bench.module.unplug()
    reader = bench.start()
    assert bench.heard.next(ReaderLost).code == "reader_unplugged"
    bench.module.plug_in()
    bench.heard.next(ReaderBack)
    assert bench.heard.kinds() == ["ReaderLost", "ReaderBack"]
    assert reader.health().detail == f"{bench.module.path}, SAM 05.01-20227127-0000012345-0000054321"


# ---- what the module says


@pytest.mark.parametrize("status", [Status.NO_CARD, Status.READ_FAILED, 0x24])
def test_looking_without_finding_tells_nothing(bench: Bench, status: int) -> None:
    bench.module.manners.status_of[FIND.code] = status
    reader = bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    bench.looked(5)
    assert bench.heard.kinds() == ["ReaderBack"]
    assert reader.health().state == "ok"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (SELECT, Status.SELECT_FAILED, "card_unreadable"),
        (READ, Status.READ_FAILED, "card_unreadable"),
        (READ, Status.NOT_VERIFIED, "card_unreadable"),
        (SELECT, Status.WRONG_CARD_TYPE, "card_not_supported"),
    ],
)
def test_why_a_card_was_not_read(bench: Bench, asked: Command, status: int, code: str) -> None:
    bench.module.manners.status_of[asked.code] = status
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardFailed).error.code == code


def test_a_module_that_failed_is_reset_and_told(bench: Bench) -> None:
    statuses = bench.module.manners.status_of
    statuses[GET_STATUS.code] = statuses[RESET.code] = Status.SELF_TEST_FAILED
    reader = bench.start()
    assert bench.heard.next(ReaderLost).code == "reader_module_failed"
    assert reader.health().code == "reader_module_failed"
    del statuses[RESET.code]
    bench.heard.next(ReaderBack)


def test_a_module_that_fails_while_a_card_is_read(bench: Bench) -> None:
    bench.module.manners.status_of[READ.code] = Status.NOT_AUTHORISED
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME))
    assert bench.heard.next(CardFailed).error.code == "reader_module_failed"
    bench.looked(5)
    assert bench.count(READ.code) == 1, "the card is not tried again and again"
    bench.module.manners.status_of[FIND.code] = Status.NOT_AUTHORISED
    assert bench.heard.next(ReaderLost).code == "reader_module_failed"


# ---- what is read


def _document(bench: Bench) -> IdentityDocument:
    card = bench.heard.next(CardPresented).card
    assert isinstance(card, IdentityDocument)
    return card


@pytest.mark.parametrize("added", ["北京市海淀区新家 2 号", ""])
def test_the_added_address_where_it_is_wanted(bench: Bench, added: str) -> None:
    bench.start(added_address=True)
    bench.module.lay(resident_card(NUMBER, NAME, added_address=added))
    assert _document(bench).added_address == added


def test_nothing_more_is_read_than_is_wanted(bench: Bench) -> None:
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME, added_address="北京市海淀区新家 2 号"))
    card = _document(bench)
    assert (card.added_address, card.photo) == ("", None)
    assert bench.count(READ_ADDRESS.code) == 0


def test_the_photo_goes_through_the_halls_decoder(bench: Bench) -> None:
    bench.start(photo_decoder="base64:b64encode")
    bench.module.lay(resident_card(NUMBER, NAME))
    photo = _document(bench).photo
    assert photo is not None and set(photo.rstrip(b"=")) == set(b"A"), "1024 zero bytes"


def test_a_decoder_that_fails_costs_only_the_photo(bench: Bench) -> None:
    bench.start(photo_decoder="json:loads")
    bench.module.lay(resident_card(NUMBER, NAME))
    assert _document(bench).photo is None


def test_an_expired_card_says_so(bench: Bench) -> None:
    bench.start()
    bench.module.lay(resident_card(NUMBER, NAME, "20200101"))
    card = _document(bench)
    assert card.valid_to == date(2020, 1, 1) and card.expired(date.today())


def test_nobody_is_in_the_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.module.manners.status_of[SELECT.code] = Status.SELECT_FAILED
    bench.start(added_address=True, photo_decoder="json:loads")
    bench.module.lay(resident_card(NUMBER, NAME, added_address="北京市海淀区新家 2 号"))
    bench.heard.next(CardFailed)
    bench.module.lift()
    bench.heard.next(CardRemoved)
    bench.module.manners.status_of.clear()
    bench.module.lay(resident_card(NUMBER, NAME, added_address="北京市海淀区新家 2 号"))
    bench.heard.next(CardPresented)
    bench.module.unplug()
    bench.heard.next(ReaderLost)
    assert caplog.messages, "something is logged"
    for secret in (NUMBER, NAME, "19491231", "海淀"):
        assert secret not in caplog.text
