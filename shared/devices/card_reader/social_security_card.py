"""The social-security card: its file system over ISO 7816-4 commands. Never sends VERIFY."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from shared.devices.card_reader.protocol import IdentityCard
from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind, is_valid, normalise

AID = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
EF_CARD, EF_HOLDER = b"\xef\x05", b"\xef\x06"
TAG_VALID_TO, TAG_NUMBER, TAG_NAME, TAG_NAME_REST = 0x06, 0x08, 0x09, 0x4E
_LAST_RECORD = 16

Transmit = Callable[[bytes], tuple[bytes, int]]  # command -> data, status word


def read_card(transmit: Transmit, today: date) -> IdentityCard:
    """Read the holder. HallError card_not_supported or card_unreadable; errors of `transmit` pass through."""
    card = _Card(transmit)
    if not card.select(b"\x00\xa4\x04\x00", AID):
        raise HallError("card_not_supported")
    valid_to = card.records(EF_CARD, (TAG_VALID_TO,)).get(TAG_VALID_TO, b"")
    holder = card.records(EF_HOLDER, (TAG_NUMBER, TAG_NAME, TAG_NAME_REST))
    number = normalise(_words(holder.get(TAG_NUMBER, b"")))
    name = _words(holder.get(TAG_NAME, b"") + holder.get(TAG_NAME_REST, b""))
    if not name or not is_valid(IdentityKind.SOCIAL_SECURITY, number, today):
        raise HallError("card_unreadable")
    return IdentityCard(IdentityKind.SOCIAL_SECURITY, number, name, _bcd_date(valid_to))


class _Card:
    def __init__(self, transmit: Transmit) -> None:
        self._transmit = transmit

    def select(self, header: bytes, name: bytes) -> bool:
        return self._ask(header + bytes((len(name),)) + name)[1] == 0x9000

    def records(self, file: bytes, tags: tuple[int, ...]) -> dict[int, bytes]:
        """Values of the tags the file has; asks by tag (P2 00), and cards that don't know that by position (P2 04)."""
        if not any(self.select(bytes((0x00, 0xA4, p1, 0x00)), file) for p1 in (0x00, 0x02)):
            raise HallError("card_unreadable")
        found: dict[int, bytes] = {}
        for tag in tags:
            answer, status = self._ask(bytes((0x00, 0xB2, tag, 0x00, 0x00)))
            if status == 0x9000 and answer[:1] == bytes((tag,)):
                found.update(_tlv(answer))
            elif not found:
                return {tag: value for tag, value in self._all_records() if tag in tags}
        return found

    def _all_records(self) -> Iterator[tuple[int, bytes]]:
        for position in range(1, _LAST_RECORD + 1):
            answer, status = self._ask(bytes((0x00, 0xB2, position, 0x04, 0x00)))
            if status != 0x9000:
                return
            yield from _tlv(answer).items()

    def _ask(self, command: bytes) -> tuple[bytes, int]:
        """One command with what T=0 makes of it: 6Cxx asks again with the right length, 61xx fetches the answer."""
        data, status = self._transmit(command)
        for _ in range(4):
            if status >> 8 == 0x6C:
                data, status = self._transmit(command[:4] + bytes((status & 0xFF,)))
            elif status >> 8 == 0x61:
                more, status = self._transmit(bytes((0x00, 0xC0, 0x00, 0x00, status & 0xFF)))
                data += more
            else:
                break
        return data, status


def _tlv(answer: bytes) -> dict[int, bytes]:
    """One record: tag, length, value."""
    if len(answer) < 2 or len(answer) < 2 + answer[1]:
        return {}
    return {answer[0]: answer[2 : 2 + answer[1]]}


def _words(value: bytes) -> str:
    return value.rstrip(b"\x00\xff").decode("gb18030", errors="replace").strip()


def _bcd_date(value: bytes) -> date | None:
    """YYYYMMDD in four bytes; None where the card leaves it blank."""
    try:
        return date.fromisoformat(value.hex()) if len(value) == 4 else None
    except ValueError:
        return None
