"""What every text and every time of the wire has to be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.schemas.base import Moment, OptionalText, ShortText, Text
from shared.schemas.tickets import Identity

INVISIBLE = ("\x00", "\x1b[0m", "\n", "\x7f", "\x85", "\u2028", "\ufeff", "\ud800")


@pytest.mark.parametrize("bad", INVISIBLE)
def test_a_name_holds_nothing_a_printer_would_take_for_a_command(bad: str) -> None:
    kinds: tuple[Any, ...] = (Text, ShortText)
    for kind in kinds:
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(f"户口{bad}迁移")
        assert TypeAdapter(kind).validate_python(" 户口　迁移 (Ａ) ") == "户口　迁移 (Ａ)"


def test_a_remark_has_lines_and_no_other_control_characters() -> None:
    remark: TypeAdapter[str] = TypeAdapter(OptionalText)
    assert remark.validate_python("一\r\n二\t三 👩‍💼") == "一\r\n二\t三 👩‍💼"
    for bad in ("a\x00b", "a\x1bb", "a\x9bb"):
        with pytest.raises(ValidationError):
            remark.validate_python(bad)


def test_a_moment_of_any_zone_is_answered_as_utc() -> None:
    moment: TypeAdapter[Any] = TypeAdapter(Moment)
    told = moment.validate_python("2026-11-26T08:00:00.5+08:00")
    assert moment.dump_json(told) == b'"2026-11-26T00:00:00.500000Z"'
    for bad in ("2026-11-26T08:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        with pytest.raises(ValidationError):
            moment.validate_python(bad)


def test_an_error_says_what_is_wrong_and_not_what_was_written() -> None:
    with pytest.raises(ValidationError) as wrong:
        Identity(kind="resident", number="110105194912310021" * 9)
    assert "number" in str(wrong.value)
    assert "1101" not in str(wrong.value)
