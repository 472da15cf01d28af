"""What is done to try a device of each kind, and what is told of it: never a number, a name or the text of a code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.devices.card_reader.protocol import CardFailed, CardPresented, ReaderLost, StaffCardPresented
from shared.devices.document_printer.protocol import DocumentEvent, DocumentPrinter
from shared.devices.hearing import Ear
from shared.devices.led_display.protocol import LedDisplay, LedLost, LedShown
from shared.devices.printer.protocol import PrintResult, TicketPrinter
from shared.devices.printer.samples import sample
from shared.devices.scanner.protocol import CodeScanned, ScannerLost
from shared.devices.speech.announcer import spoken_words
from shared.devices.speech.protocol import Speaker, Utterance, UtteranceFailed, UtteranceFinished
from shared.domain.announcements import Sentence, SpokenLanguage
from shared.domain.identifiers import uuid7
from shared.i18n import text
from shared.schemas.device_health import DeviceHealth, DeviceKind
from shared.schemas.device_tests import TestResult

HAND_S: Final = 20.0  # for somebody to lay down a card or hold a code before the scanner
LED_S: Final = 8.0
LED_SHOWN_S: Final = 5.0
SPEECH_S: Final = 25.0
DOCUMENT_S: Final = 45.0
TESTED: Final[tuple[DeviceKind, ...]] = (
    "printer",
    "document_printer",
    "speech",
    "card_reader",
    "scanner",
    "led_display",
)


@dataclass(frozen=True)
class Tried:
    """`code`: why it failed, a key of ``devices.status``; `seen`: what was read, a key of ``devices.seen``."""

    result: TestResult
    code: str = ""
    seen: str = ""


def try_out(
    kind: DeviceKind,
    device: Any,
    ear: Ear,
    *,
    languages: Sequence[SpokenLanguage] = (SpokenLanguage.MANDARIN,),
    page: Callable[[], bytes] = bytes,
    stop: Callable[[], bool] = lambda: False,
) -> Tried:
    """Blocks for as long as the kind allows. `device` is open, and `ear` hears its events; `page` makes a PDF of A4."""
    health: DeviceHealth = device.health()
    if health.state == "error" and kind in ("card_reader", "scanner"):
        # Nobody shall stand there with a card for twenty seconds.
        return Tried("failed", health.code)
    match kind:
        case "printer":
            return _print(device)
        case "document_printer":
            return _print_page(device, ear, page, stop)
        case "speech":
            return _speak(device, ear, languages, stop)
        case "card_reader":
            return _read(ear, stop)
        case "scanner":
            return _scan(ear, stop)
        case "led_display":
            return _light(device, ear, stop)
        case _:
            return Tried("failed", "device_not_tested")


def _print(printer: TicketPrinter) -> Tried:
    document = sample("short").model_copy(update={"trial": True})
    outcome = printer.print_ticket(document, f"test-{uuid7()}")
    if outcome.result is PrintResult.PRINTED:
        return Tried("passed")
    return Tried("unknown" if outcome.result is PrintResult.UNKNOWN else "failed", outcome.code)


def _print_page(printer: DocumentPrinter, ear: Ear, page: Callable[[], bytes], stop: Callable[[], bool]) -> Tried:
    job = f"test-{uuid7()}"
    printer.print_document(job, page(), "ZhiTing test page")
    held = ""

    def ended(event: Any) -> bool:
        nonlocal held
        mine = isinstance(event, DocumentEvent) and event.job == job
        held = event.code if mine else held
        return mine and event.state.final

    event = ear.wait(ended, DOCUMENT_S, stop)
    if event is None:
        printer.cancel(job)  # a test page that comes out in an hour puzzles somebody
        return Tried("failed", held or "slow")
    if event.state.value == "printed":
        return Tried("passed")
    return Tried("unknown" if event.state.value == "unknown" else "failed", event.code or "document_failed")


def _speak(speaker: Speaker, ear: Ear, languages: Sequence[SpokenLanguage], stop: Callable[[], bool]) -> Tried:
    name = f"test-{uuid7()}"
    sentences = tuple(Sentence(language, spoken_words(language)("test")) for language in languages)
    speaker.say(Utterance(name, sentences))

    def ended(event: Any) -> bool:
        return isinstance(event, UtteranceFinished | UtteranceFailed) and event.id == name

    event = ear.wait(ended, SPEECH_S, stop)
    if event is None:
        return Tried("failed", "audio_stalled")
    return Tried("failed", event.error.code) if isinstance(event, UtteranceFailed) else Tried("passed")


def _read(ear: Ear, stop: Callable[[], bool]) -> Tried:
    told = (CardPresented, StaffCardPresented, CardFailed, ReaderLost)
    match ear.wait(lambda event: isinstance(event, told), HAND_S, stop):
        case CardPresented(card=card):
            return Tried("passed", seen=f"card_{card.kind.value}")
        case StaffCardPresented():
            return Tried("passed", seen="card_staff")
        case CardFailed(error=error):
            return Tried("failed", error.code)
        case ReaderLost(code=code):
            return Tried("failed", code)
        case _:
            return Tried("nobody")


def _scan(ear: Ear, stop: Callable[[], bool]) -> Tried:
    match ear.wait(lambda event: isinstance(event, CodeScanned | ScannerLost), HAND_S, stop):
        case CodeScanned():
            return Tried("passed", seen="code")
        case ScannerLost(code=code):
            return Tried("failed", code)
        case _:
            return Tried("nobody")


def _light(led: LedDisplay, ear: Ear, stop: Callable[[], bool]) -> Tried:
    words = text("devices.led.test")
    led.flash(words, LED_SHOWN_S)

    def told(event: Any) -> bool:
        return isinstance(event, LedLost) or (isinstance(event, LedShown) and event.text == words)

    match ear.wait(told, LED_S, stop):
        case LedShown():
            return Tried("passed")
        case LedLost(code=code):
            return Tried("failed", code)
        case _:
            return Tried("failed", led.health().code or "led_silent")
