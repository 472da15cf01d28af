"""How a device is: what a terminal shows its staff and reports to the hall."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

DeviceKind = Literal["card_reader", "printer", "scanner", "camera", "speech", "led_display", "document_printer"]
HealthState = Literal["ok", "warning", "error"]


class DeviceHealth(BaseModel):
    """One device now; `code` names a text of the catalogue (`devices.status.<code>`), empty when all is well."""

    model_config = ConfigDict(frozen=True)

    kind: DeviceKind
    driver: str
    state: HealthState
    code: str = ""
    detail: str = ""
