"""How a device is, or a terminal's own journal: what it shows its staff and reports to the hall."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

DeviceKind = Literal[
    "card_reader", "printer", "scanner", "camera", "speech", "led_display", "document_printer", "journal"
]  # fmt: skip
HealthState = Literal["ok", "warning", "error"]
WORDS_KEPT = 300


def _sayable(words: str) -> str:
    """A system's own message may hold anything, even halves of characters; only what can be shown goes on."""
    return "".join(sign if sign.isprintable() else " " for sign in words)[:WORDS_KEPT]


def _known_state(said: object) -> object:
    """A state of a newer terminal is at least worth a look."""
    return "warning" if isinstance(said, str) and said not in get_args(HealthState) else said


Words = Annotated[str, AfterValidator(_sayable)]


class DeviceHealth(BaseModel):
    """One device now; `code` names a text of the catalogue (`devices.status.<code>`), empty when all is well. `kind`:
    a `DeviceKind`, or one of a newer terminal."""

    model_config = ConfigDict(frozen=True)

    kind: Annotated[Words, Field(min_length=1)]
    driver: Words
    state: Annotated[HealthState, BeforeValidator(_known_state)]
    code: Words = ""
    detail: Words = ""
