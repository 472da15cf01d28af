"""How a device is, or a terminal's own journal: what it shows its staff and reports to the hall."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

DeviceKind = Literal[
    "card_reader", "printer", "scanner", "camera", "speech", "led_display", "document_printer", "journal"
]  # fmt: skip
HealthState = Literal["ok", "warning", "error"]
WORDS_KEPT = 300


def _sayable(words: str) -> str:
    """A system's own message may hold anything, even halves of characters; only what can be shown goes on."""
    return "".join(sign if sign.isprintable() else " " for sign in words)[:WORDS_KEPT]


Words = Annotated[str, AfterValidator(_sayable)]


class DeviceHealth(BaseModel):
    """One device now; `code` names a text of the catalogue (`devices.status.<code>`), empty when all is well."""

    model_config = ConfigDict(frozen=True)

    kind: DeviceKind
    driver: Words
    state: HealthState
    code: Words = ""
    detail: Words = ""
