"""What a newer program says in words this one does not know is passed over, one by one, not refused with the rest."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator


def understood(kind: Any, most: int) -> BeforeValidator:
    """Of a list: the items that are a ``kind``, ``most`` at most."""
    reader: TypeAdapter[Any] = TypeAdapter(kind)

    def known(said: object) -> object:
        if not isinstance(said, list):
            return said
        found = []
        for one in said:
            with suppress(ValidationError):
                found.append(reader.validate_python(one))
        return found[:most]

    return BeforeValidator(known)


def _or_none(said: object, read: ValidatorFunctionWrapHandler) -> object:
    with suppress(ValidationError):
        return read(said)
    return None


# Of a figure that may be missing: one that can't be is missing.
OR_NONE = WrapValidator(_or_none)
