"""Reading a social-security card: every dialect of the cards, and what is never sent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.card_reader.protocol import CardFailed, CardPresented, IdentityCard, ReaderBack, ReaderLost
from shared.devices.card_reader.social_security_card import read_card
from shared.devices.card_reader.virtual_card import VPCD_PORT, Manners, VirtualCard
from shared.devices.registry import make_card_reader
from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind
from tests.fakes.events import Heard
from tests.fakes.pcscd import Pcscd

TODAY = date(2026, 11, 23)
HOLDER = IdentityCard(IdentityKind.SOCIAL_SECURITY, "11010519491231002X", "张三丰", date(2031, 5, 20))
VERIFY = 0x20


def _read(card: VirtualCard) -> IdentityCard:
    """Read without PC/SC in between."""

    def transmit(command: bytes) -> tuple[bytes, int]:
        card.commands.append(command)
        answer = card.answer(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    return read_card(transmit, TODAY)


def _card(port: int = VPCD_PORT) -> VirtualCard:
    return VirtualCard(HOLDER.number, HOLDER.name, HOLDER.valid_to, port=port)


DIALECTS = st.builds(
    Manners,
    addressing=st.sampled_from(["tag", "position"]),
    select_p1=st.sampled_from([0x00, 0x02]),
    answers_61=st.booleans(),
    answers_6c=st.booleans(),
)


@given(DIALECTS)
def test_every_dialect_is_read_and_no_pin_is_ever_sent(manners: Manners) -> None:
    card = _card()
    card.manners = manners
    assert _read(card) == HOLDER
    assert all(command[1] != VERIFY for command in card.commands)


@given(DIALECTS, st.sampled_from([0xA4, 0xB2, 0xC0]), st.integers(0x6200, 0x6FFF))
def test_any_refusal_ends_in_a_clear_error(manners: Manners, instruction: int, status: int) -> None:
    card = _card()
    card.manners = manners
    card.manners.status_of[instruction] = status
    error = None
    try:
        assert _read(card) == HOLDER
    except HallError as raised:
        error = raised
    assert error is None or error.code in ("card_unreadable", "card_not_supported")
    assert all(command[1] != VERIFY for command in card.commands)


@given(st.binary(max_size=40))
def test_garbage_never_breaks_the_reader(answer: bytes) -> None:
    with pytest.raises(HallError):
        read_card(lambda _: (answer, 0x9000), TODAY)


def test_a_card_of_another_kind() -> None:
    card = _card()
    card.manners.status_of[0xA4] = 0x6A82
    with pytest.raises(HallError, match="card_not_supported"):
        _read(card)


def test_a_number_with_a_wrong_check_digit_is_not_believed() -> None:
    with pytest.raises(HallError, match="card_unreadable"):
        _read(VirtualCard("110105194912310021", "张三丰"))


def test_a_card_without_a_last_day() -> None:
    assert _read(VirtualCard(HOLDER.number, HOLDER.name)).valid_to is None
    assert not _read(VirtualCard(HOLDER.number, HOLDER.name)).expired(TODAY)
    assert _read(VirtualCard(HOLDER.number, HOLDER.name, date(2026, 11, 22))).expired(TODAY)


@pytest.mark.parametrize("t0_like", [False, True])
def test_a_long_dialogue_over_real_pcsc(pcscd: Pcscd, t0_like: bool) -> None:
    card = _card(pcscd.port)
    card.manners = Manners(addressing="position", select_p1=0x02, answers_61=t0_like, answers_6c=t0_like)
    heard, reader = Heard(), make_card_reader({"driver": "pcsc"})
    reader.open(heard)
    try:
        card.insert()
        assert heard.next(CardPresented).card == HOLDER
    finally:
        reader.close()
        card.remove()
    assert all(command[1] != VERIFY for command in card.commands)


def test_an_unknown_card_over_real_pcsc(pcscd: Pcscd) -> None:
    card = _card(pcscd.port)
    card.manners.status_of[0xA4] = 0x6A82
    heard, reader = Heard(), make_card_reader({"driver": "pcsc"})
    reader.open(heard)
    try:
        card.insert()
        assert heard.next(CardFailed).error.code == "card_not_supported"
    finally:
        reader.close()
        card.remove()


def test_service_away_then_without_reader_then_with_one(pcscd: Pcscd) -> None:
    pcscd.kill()
    heard, reader = Heard(), make_card_reader({"driver": "pcsc"})
    reader.open(heard)
    try:
        assert heard.next(ReaderLost).code == "reader_service_down"
        pcscd.start(readers=False)
        assert heard.next(ReaderLost).code == "reader_unplugged"
        pcscd.kill()
        assert heard.next(ReaderLost).code == "reader_service_down"
        pcscd.start()
        heard.next(ReaderBack)
    finally:
        reader.close()
        pcscd.kill()  # the next test finds it with its reader again
