"""How a terminal's machine is, as it reports it; None: its system does not tell."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.domain.power import read_mac
from shared.schemas.base import Message
from shared.schemas.device_health import Words

Count = Annotated[int, Field(ge=0, le=2**53)]
Percent = Annotated[int, Field(ge=0, le=100)]
Mac = Annotated[str, Field(max_length=32), AfterValidator(read_mac)]


class ScreenHealth(Message):
    """``width`` and ``height`` in pixels; ``lit``: whether it gets a picture, or is on, where it tells."""

    name: Words
    width: Annotated[int, Field(ge=0, le=100_000)]
    height: Annotated[int, Field(ge=0, le=100_000)]
    lit: bool | None = None


class MachineHealth(Message):
    """Sizes in megabytes, the disk is that of the program's data; ``temperature_c`` of the processor; ``uptime_s``
    since the machine was started; ``macs``: network cards by which it can be woken; ``can``: what it has
    means to switch off.
    """

    screens: list[ScreenHealth] = Field(default_factory=list, max_length=8)
    brightness: Percent | None = None
    volume: Percent | None = None
    disk_free_mb: Count | None = None
    disk_total_mb: Count | None = None
    memory_free_mb: Count | None = None
    memory_total_mb: Count | None = None
    temperature_c: Annotated[float, Field(ge=-273, le=1000, allow_inf_nan=False)] | None = None
    uptime_s: Count | None = None
    macs: list[Mac] = Field(default_factory=list, max_length=8)
    can: list[Literal["display", "power"]] = Field(default_factory=list, max_length=4)


MachineAlarmKind = Literal["disk_low", "memory_low", "hot", "screen_off", "device_error", "not_on"]
