"""How a terminal's machine is, as it reports it; None: its system does not tell."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.domain.power import read_mac
from shared.schemas.base import Message
from shared.schemas.device_health import Words
from shared.schemas.understood import OR_NONE, understood

Count = Annotated[int, Field(ge=0, le=2**53)]
Percent = Annotated[int, Field(ge=0, le=100)]
Figure = Annotated[Count | None, OR_NONE]
Share = Annotated[Percent | None, OR_NONE]
Mac = Annotated[str, Field(max_length=32), AfterValidator(read_mac)]


Means = Literal["display", "power"]


class ScreenHealth(Message):
    """``width`` and ``height`` in pixels; ``lit``: whether it gets a picture, or is on, where it tells."""

    name: Words
    width: Annotated[int, Field(ge=0, le=100_000)]
    height: Annotated[int, Field(ge=0, le=100_000)]
    lit: bool | None = None


class MachineHealth(Message):
    """Sizes in megabytes, the disk is that of the program's data; ``temperature_c`` of the processor; ``uptime_s``
    since the machine was started; ``macs``: network cards by which it can be woken; ``can``: what it has
    means to switch off. What of it a newer terminal says in other words is left out.
    """

    screens: Annotated[list[ScreenHealth], Field(max_length=8), understood(ScreenHealth, 8)] = []
    brightness: Share = None
    volume: Share = None
    disk_free_mb: Figure = None
    disk_total_mb: Figure = None
    memory_free_mb: Figure = None
    memory_total_mb: Figure = None
    temperature_c: Annotated[
        Annotated[float, Field(ge=-273, le=1000, allow_inf_nan=False)] | None, OR_NONE
    ] = None  # fmt: skip
    uptime_s: Figure = None
    macs: Annotated[list[Mac], Field(max_length=8), understood(Mac, 8)] = []
    can: Annotated[list[Means], Field(max_length=4), understood(Means, 4)] = []


MachineAlarmKind = Literal["disk_low", "memory_low", "hot", "screen_off", "device_error", "not_on"]
