"""A printer's health from its last status."""

from shared.devices.printer.protocol import PrinterStatus
from shared.schemas.device_health import DeviceHealth

_HEALTH = {
    PrinterStatus.OK: ("ok", ""),
    PrinterStatus.NEAR_END: ("warning", "near_end"),
    PrinterStatus.PAPER_OUT: ("error", "paper_out"),
    PrinterStatus.COVER_OPEN: ("error", "cover_open"),
    PrinterStatus.CUTTER_STUCK: ("error", "cutter_stuck"),
    PrinterStatus.OFFLINE: ("error", "printer_offline"),
}


def code_of(status: PrinterStatus) -> str:
    """Why a printer with this status cannot print; empty when it can."""
    state, code = _HEALTH[status]
    return code if state == "error" else ""


def health_of(driver: str, status: PrinterStatus | None, detail: str = "") -> DeviceHealth:
    """Health by the last known status; None: not asked yet."""
    state, code = ("warning", "starting") if status is None else _HEALTH[status]
    return DeviceHealth.model_validate(
        {"kind": "printer", "driver": driver, "state": state, "code": code, "detail": detail}
    )
