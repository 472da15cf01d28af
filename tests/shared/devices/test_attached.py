"""What is attached, as Linux and the services of the machine tell it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from shared.devices.attached import look_around, media, serial_ports, services, usb_bus
from shared.devices.attached.finding import Attached, CannotLook
from shared.devices.registry import KINDS, make_device
from tests.fakes.pcscd import Pcscd


def put(file: Path, words: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words + "\n", "utf-8")


def test_usb_devices_are_told_by_class_and_number(tmp_path: Path) -> None:
    bus = tmp_path / "devices"
    for name, vendor, product, words, interface, protocol in (
        ("1-1", "0400", "c35a", "SAM-V", "ff", "00"),
        ("1-2", "04b8", "0e15", "TM-T82", "07", "02"),
        ("1-3", "0c2e", "0b61", "Scanner", "03", "01"),
        ("1-4", "1d6b", "0002", "Hub", "09", "00"),
        ("1-5", "0bda", "5411", "Sound", "01", "00"),
    ):
        device = bus / name
        put(device / "idVendor", vendor)
        put(device / "idProduct", product)
        put(device / "product", words)
        put(device / "bDeviceClass", "09" if words == "Hub" else "00")
        put(device / f"{name}:1.0" / "bInterfaceClass", interface)
        put(device / f"{name}:1.0" / "bInterfaceProtocol", protocol)
    (bus / "1-2" / "1-2:1.0" / "usbmisc" / "lp1").mkdir(parents=True)
    found = {one.says: one for one in usb_bus.find(bus, Path("/dev"))}
    assert set(found) == {"SAM-V", "TM-T82", "Scanner", "Sound"}
    assert [fit.driver for fit in found["SAM-V"].fits] == ["sam_usb"]
    (printer,) = found["TM-T82"].fits
    assert (printer.driver, printer.settings) == ("escpos_usb", {"device": "/dev/usb/lp1"})
    assert [fit.driver for fit in found["Scanner"].fits] == ["keyboard_wedge"]
    assert found["Sound"].fits == ()


def test_a_serial_port_has_the_name_that_stays(tmp_path: Path) -> None:
    node, by_id = tmp_path / "ttyUSB0", tmp_path / "by-id"
    node.touch()
    by_id.mkdir()
    (by_id / "usb-1a86_CH340").symlink_to(node)
    port = SimpleNamespace(device=str(node.resolve()), manufacturer="QinHeng", product="CH340", vid=0x1A86, pid=0x7523)
    plain = SimpleNamespace(device="/dev/ttyS9", manufacturer=None, product=None, vid=None, pid=None)
    usb, old = sorted(serial_ports.find([port, plain], by_id), key=lambda one: "by-id" not in one.name)
    assert (usb.name, usb.says) == (str(by_id / "usb-1a86_CH340"), "QinHeng CH340 (1a86:7523)")
    assert old.name == "/dev/ttyS9"
    for fit in usb.fits:
        # What stands in a strip's handbook no port can say.
        handbook = {"template": "02 {text} 03"} if fit.driver == "template_frame" else {}
        assert make_device(fit.kind, {"driver": fit.driver, **fit.settings, **handbook}) is not None


def test_a_cameras_second_node_is_left_out(tmp_path: Path) -> None:
    for node, index in (("video0", "0"), ("video1", "1")):
        put(tmp_path / node / "index", index)
        put(tmp_path / node / "name", "HD Camera")
    (camera,) = media.cameras(tmp_path)
    assert (camera.name, camera.says, camera.fits[0].settings) == (
        "/dev/video0",
        "HD Camera",
        {"source": "/dev/video0"},
    )


def test_readers_of_the_card_service_are_listed(pcscd: Pcscd) -> None:
    readers = list(services.card_readers())
    assert readers
    assert all(one.fits[0].settings == {"reader": one.name} for one in readers)


def test_a_place_that_cannot_be_looked_at_spoils_no_other() -> None:
    def broken() -> list[Attached]:
        raise RuntimeError("driver")

    def away() -> list[Attached]:
        raise CannotLook("no_card_service")

    thing = Attached("audio", "Speaker", "", ())
    looks = look_around({"usb": broken, "pcsc": away, "audio": lambda: [thing]})
    assert [(one.place, one.fault, one.found) for one in looks] == [
        ("usb", "failed", ()), ("pcsc", "no_card_service", ()), ("audio", "", (thing,)),
    ]  # fmt: skip


def test_every_driver_that_is_offered_exists(tmp_path: Path) -> None:
    port = SimpleNamespace(device="/dev/ttyS9", manufacturer=None, product=None, vid=None, pid=None)
    for thing in serial_ports.find([port], tmp_path):
        assert all(fit.driver in KINDS[fit.kind] for fit in thing.fits)
