"""Which driver a terminal's settings name: one explicit table per kind. Only this module imports drivers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

from shared.devices.card_reader.protocol import CardReader
from shared.devices.document_printer.protocol import DocumentPrinter
from shared.devices.led_display.protocol import LedDisplay
from shared.devices.printer.protocol import TicketPrinter
from shared.devices.scanner.protocol import Scanner
from shared.devices.speech.protocol import Speaker
from shared.domain.errors import HallError

_Device = TypeVar("_Device")

# Drivers are imported when they are made: a kiosk without a PC/SC reader needs no pyscard, a server no Qt.


def _simulated_reader(board: str, name: str, read_s: float = 0.15, slow_s: float = 3.0) -> CardReader:
    from shared.devices.card_reader.drivers.simulator import SimulatedCardReader

    return SimulatedCardReader(board, name, read_s=read_s, slow_s=slow_s)


def _pcsc_reader(reader: str = "") -> CardReader:
    from shared.devices.card_reader.drivers.pcsc import PcscCardReader

    return PcscCardReader(reader)


# [devices.card_reader]
# driver = "sam_serial"         # or "sam_usb", which has no port but may have a vendor = 0x0483 and product = 0x5652
# port = "COM3"                 # Linux: "/dev/serial/by-id/...", the same name after it was plugged in elsewhere
# added_address = true          # where forms need it; a ticket does not
# photo_decoder = "maker:decode"  # a function of the hall's licensed library: 1024 bytes -> a picture file
# lift_s = 10                   # a card that was read counts as taken away after so long, on readers that can't see it
def _sam_serial_reader(
    port: str,
    baud: int = 115200,
    added_address: bool = False,
    photo_decoder: str = "",
    poll_s: float = 0.3,
    lift_s: float = 10.0,
) -> CardReader:
    from shared.devices.card_reader.drivers.sam_serial import make_sam_serial

    return make_sam_serial(
        port, baud=baud, added_address=added_address, photo_decoder=photo_decoder, poll_s=poll_s, lift_s=lift_s
    )


def _sam_usb_reader(
    vendor: int = 0x0400,
    product: int = 0xC35A,
    added_address: bool = False,
    photo_decoder: str = "",
    poll_s: float = 0.3,
    lift_s: float = 10.0,
) -> CardReader:
    from shared.devices.card_reader.drivers.sam_usb import make_sam_usb

    return make_sam_usb(
        vendor, product, added_address=added_address, photo_decoder=photo_decoder, poll_s=poll_s, lift_s=lift_s
    )


def _simulated_printer(
    board: str, name: str, paper: str = "80mm", print_s: float = 0.3, slow_s: float = 3.0
) -> TicketPrinter:
    from shared.devices.printer.drivers.simulator import SimulatedPrinter

    return SimulatedPrinter(board, name, paper=paper, print_s=print_s, slow_s=slow_s)


def _escpos_printer(
    host: str, port: int = 9100, paper: str = "80mm", timeout_s: float = 6.0, confirms: bool = True
) -> TicketPrinter:
    from shared.devices.printer.drivers.escpos_tcp import EscposTcpPrinter

    return EscposTcpPrinter(host, port, paper=paper, timeout_s=timeout_s, confirms=confirms)


def _serial_printer(
    port: str,
    baud: int = 38400,
    flow: str = "rtscts",
    paper: str = "80mm",
    timeout_s: float = 10.0,
    confirms: bool = True,
) -> TicketPrinter:
    from shared.devices.printer.drivers.escpos_serial import EscposSerialPrinter

    return EscposSerialPrinter(port, baud, flow=flow, paper=paper, timeout_s=timeout_s, confirms=confirms)


def _usb_printer(
    device: str = "/dev/usb/lp0", paper: str = "80mm", timeout_s: float = 6.0, confirms: bool = True
) -> TicketPrinter:
    from shared.devices.printer.drivers.escpos_usb import EscposUsbPrinter

    return EscposUsbPrinter(device, paper=paper, timeout_s=timeout_s, confirms=confirms)


def _file_printer(folder: str, paper: str = "80mm") -> TicketPrinter:
    from shared.devices.printer.drivers.file import FilePrinter

    return FilePrinter(folder, paper=paper)


def _simulated_scanner(board: str, name: str) -> Scanner:
    from shared.devices.scanner.drivers.simulator import SimulatedScanner

    return SimulatedScanner(board, name)


def _keyboard_wedge(gap_ms: int = 30, min_length: int = 4) -> Scanner:
    from shared.devices.scanner.drivers.keyboard_wedge import KeyboardWedgeScanner

    return KeyboardWedgeScanner(gap_ms=gap_ms, min_length=min_length)


def _serial_scanner(
    port: str,
    baud: int = 9600,
    line_end: str = "\r\n",
    prefix: str = "",
    encoding: str = "utf-8",
    silence_ms: int = 300,
) -> Scanner:
    from shared.devices.scanner.drivers.serial_port import SerialScanner
    from shared.devices.scanner.lines import CodeLines

    lines = CodeLines(line_end=line_end, prefix=prefix, encoding=encoding)
    return SerialScanner(port, baud=baud, lines=lines, silence_ms=silence_ms)


def _camera_scanner(
    source: int | str = 0,
    frames_per_s: int = 8,
    width: int = 1280,
    height: int = 720,
    forget_s: float = 1.5,
    patience_s: float = 5.0,
) -> Scanner:
    from shared.devices.scanner.drivers.camera import CameraScanner

    return CameraScanner(
        source, frames_per_s=frames_per_s, width=width, height=height, forget_s=forget_s, patience_s=patience_s
    )


def _simulated_speaker(board: str = "", name: str = "speech", pace: float = 1.0) -> Speaker:
    from shared.devices.speech.drivers.simulator import SimulatedSpeaker

    return SimulatedSpeaker(board, name, pace=pace)


# [devices.speech]
# driver = "espeak"
# output = "USB Audio Device Analog Stereo"   # ./run devices lists them; without it, the system's usual one
# outputs = { "2F-A" = "USB Audio 1", "2F-B" = "USB Audio 2" }   # by the display's zone, before `output`
# volume = "08:00 100, 12:00 40, 14:00 100, 18:00 60"   # percent, from that time of day on
def _espeak_speaker(
    program: str = "espeak-ng", words_per_minute: int = 160, output: str = "", volume: str = ""
) -> Speaker:
    from shared.devices.speech.drivers.espeak import make_espeak

    return make_espeak(program=program, words_per_minute=words_per_minute, output=output, volume=volume)


def _pyttsx3_speaker(words_per_minute: int = 160, output: str = "", volume: str = "") -> Speaker:
    from shared.devices.speech.drivers.pyttsx3_sapi import make_pyttsx3

    return make_pyttsx3(words_per_minute=words_per_minute, output=output, volume=volume)


def _file_speaker(folder: str, engine: str = "", volume: str = "") -> Speaker:
    from shared.devices.speech.drivers.file import make_file

    return make_file(folder, engine=engine, volume=volume)


def _simulated_document_printer(board: str, name: str, print_s: float = 1.0) -> DocumentPrinter:
    from shared.devices.document_printer.drivers.simulator import SimulatedDocumentPrinter

    return SimulatedDocumentPrinter(board, name, print_s=print_s)


def _cups_document_printer(
    queue: str, host: str = "localhost", port: int = 631, look_s: float = 1.0
) -> DocumentPrinter:
    from shared.devices.document_printer.drivers.cups import CupsDocumentPrinter

    return CupsDocumentPrinter(queue, host, port, look_s=look_s)


def _simulated_led(board: str, name: str) -> LedDisplay:
    from shared.devices.led_display.drivers.simulator import SimulatedLed

    return SimulatedLed(board, name)


# [devices.led_display]
# driver = "template_frame"
# port = "/dev/serial/by-id/..."
# template = "AA 55 ( {address} {length} < 31 {text} > ) {xor8} 0D"   # from the maker's handbook; see frames.py
def _template_led(
    port: str,
    template: str,
    baud: int = 9600,
    address: int = 1,
    encoding: str = "gb18030",
    text_bytes: int = 0,
    answer: str = "",
    answer_s: float = 0.5,
    repeat_s: float = 30.0,
) -> LedDisplay:
    from shared.devices.led_display.drivers.template_frame import TemplateFrameLed
    from shared.devices.led_display.frames import FrameTemplate

    frames = FrameTemplate(template, address=address, encoding=encoding, text_bytes=text_bytes)
    return TemplateFrameLed(port, baud=baud, frames=frames, answer=answer, answer_s=answer_s, repeat_s=repeat_s)


CARD_READERS: dict[str, Callable[..., CardReader]] = {
    "simulator": _simulated_reader,
    "pcsc": _pcsc_reader,
    "sam_serial": _sam_serial_reader,
    "sam_usb": _sam_usb_reader,
}
PRINTERS: dict[str, Callable[..., TicketPrinter]] = {
    "simulator": _simulated_printer,
    "escpos_tcp": _escpos_printer,
    "escpos_serial": _serial_printer,
    "escpos_usb": _usb_printer,
    "file": _file_printer,
}
DOCUMENT_PRINTERS: dict[str, Callable[..., DocumentPrinter]] = {
    "simulator": _simulated_document_printer,
    "cups": _cups_document_printer,
}
SCANNERS: dict[str, Callable[..., Scanner]] = {
    "simulator": _simulated_scanner,
    "keyboard_wedge": _keyboard_wedge,
    "serial_port": _serial_scanner,
    "camera": _camera_scanner,
}

SPEAKERS: dict[str, Callable[..., Speaker]] = {
    "simulator": _simulated_speaker,
    "espeak": _espeak_speaker,
    "pyttsx3": _pyttsx3_speaker,
    "file": _file_speaker,
}
LED_DISPLAYS: dict[str, Callable[..., LedDisplay]] = {
    "simulator": _simulated_led,
    "template_frame": _template_led,
}

KINDS: dict[str, Mapping[str, Callable[..., Any]]] = {
    "card_reader": CARD_READERS,
    "printer": PRINTERS,
    "document_printer": DOCUMENT_PRINTERS,
    "scanner": SCANNERS,
    "speech": SPEAKERS,
    "led_display": LED_DISPLAYS,
}


def make_device(kind: str, settings: Mapping[str, Any]) -> Any:
    """The device of a profile's [devices.<kind>] table. HallError ``device_kind_unknown`` besides the drivers' own."""
    if kind not in KINDS:
        raise HallError("device_kind_unknown", kind=kind, known=", ".join(sorted(KINDS)))
    return make_speaker(settings) if kind == "speech" else make(KINDS[kind], settings)


def make_card_reader(settings: Mapping[str, Any]) -> CardReader:
    """The reader of a profile's [devices.card_reader] table: `driver` and the driver's own settings."""
    return make(CARD_READERS, settings)


def make_printer(settings: Mapping[str, Any]) -> TicketPrinter:
    """The printer of a profile's [devices.printer] table."""
    return make(PRINTERS, settings)


def make_document_printer(settings: Mapping[str, Any]) -> DocumentPrinter:
    """The printer of a profile's [devices.document_printer] table."""
    return make(DOCUMENT_PRINTERS, settings)


def make_scanner(settings: Mapping[str, Any]) -> Scanner:
    """The scanner of a profile's [devices.scanner] table."""
    return make(SCANNERS, settings)


def make_led_display(settings: Mapping[str, Any]) -> LedDisplay:
    """The strip of a profile's [devices.led_display] table."""
    return make(LED_DISPLAYS, settings)


def make_speaker(settings: Mapping[str, Any], zone: str = "") -> Speaker:
    """The speaker of a profile's [devices.speech] table; its `outputs` say which sound output is a zone's."""
    options = dict(settings)
    outputs = options.pop("outputs", {})
    if not isinstance(outputs, Mapping) or not all(isinstance(name, str) for name in outputs.values()):
        raise HallError("device_setting_wrong", setting=f"outputs = {outputs!r}")
    if zone in outputs:
        options["output"] = outputs[zone]
    return make(SPEAKERS, options)


def make(table: Mapping[str, Callable[..., _Device]], settings: Mapping[str, Any]) -> _Device:
    """The driver that ``settings`` name. HallError device_driver_unknown, device_setting_wrong."""
    options = dict(settings)
    driver = str(options.pop("driver", ""))
    if driver not in table:
        raise HallError("device_driver_unknown", driver=driver, known=", ".join(sorted(table)))
    factory = table[driver]
    try:
        inspect.signature(factory).bind(**options)
    except TypeError as error:
        raise HallError("device_setting_wrong", setting=f"{driver}: {error}") from None
    kinds = get_type_hints(factory)
    for key, value in options.items():
        # Here, and not when the first ticket has to be printed.
        if not _fits(value, kinds[key]):
            raise HallError("device_setting_wrong", setting=f"{driver}: {key} = {value!r}")
    return factory(**options)


def _fits(value: object, kind: type) -> bool:
    """TOML's kinds: a whole number is good for seconds, true and false are no numbers."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
