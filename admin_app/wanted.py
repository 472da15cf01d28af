"""What was typed, as the message that asks for it."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.domain.errors import HallError

Message = TypeVar("Message", bound=BaseModel)


def checked(kind: type[Message], fields: dict[str, Any]) -> Message:
    """The message; ``invalid_request`` as the server says it when a field can't be so, such as with a pasted tab."""
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        names = [".".join(map(str, fault["loc"])) for fault in error.errors()]
        faults = [{"field": name} for name in names]
        raise HallError("invalid_request", status=422, names=", ".join(names), fields=faults) from error
