"""A device's own words on the wire."""

from __future__ import annotations

from shared.schemas.device_health import WORDS_KEPT, DeviceHealth


def test_whatever_a_system_says_can_be_sent_and_shown() -> None:
    said = DeviceHealth(kind="printer", driver="usb\x00", state="error", detail="打印机 \udcff\x1b[0m no paper\n" * 100)
    assert DeviceHealth.model_validate_json(said.model_dump_json()) == said
    assert said.detail.startswith("打印机   [0m no paper ")
    assert (said.driver, len(said.detail)) == ("usb ", WORDS_KEPT)
