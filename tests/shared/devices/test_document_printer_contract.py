"""What every document printer does, shown on the simulator and on a real print service."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest

from shared.devices.board import DeviceBoard
from shared.devices.document_printer.protocol import DocumentEvent, DocumentPrinter, JobState, QueueStatus
from shared.devices.messages import message_key, status_key, technician_key
from shared.devices.registry import make_document_printer
from shared.domain.errors import HallError
from shared.i18n import text
from tests.fakes.events import Heard, wait_until

DEVICE = "kiosk-1/document_printer"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 400


class Bench(Protocol):
    """What a person at the printer can do."""

    printer: DocumentPrinter

    def set_status(self, status: QueueStatus) -> None: ...
    def away(self) -> None: ...
    def papers(self) -> list[tuple[str, int, str]]: ...
    def close(self) -> None: ...


class SimulatorBench:
    def __init__(self, board: DeviceBoard) -> None:
        self._board = board
        settings = {"driver": "simulator", "board": board.address, "name": DEVICE, "print_s": 0.02}
        self.printer = make_document_printer(settings)

    def set_status(self, status: QueueStatus) -> None:
        fault = status.value.removeprefix("document_")
        self._board.set_fault(DEVICE, {"": None, "offline": "unplugged"}.get(fault, fault))

    def away(self) -> None:
        self._board.close()

    def papers(self) -> list[tuple[str, int, str]]:
        printed = [event.data for event in self._board.history if event.name == "document_printed"]
        return [(data["title"], data["copies"], data["sha256"]) for data in printed]

    def close(self) -> None:
        self.printer.close()


class CupsBench:
    """``service`` serves all tests of the file; each looks at what was printed since it began."""

    REASONS = {
        QueueStatus.OK: None,
        QueueStatus.PAPER_OUT: "media-empty-error",
        QueueStatus.JAM: "media-jam-error",
        QueueStatus.COVER_OPEN: "cover-open-error",
        QueueStatus.TONER_OUT: "marker-supply-empty-error",
        QueueStatus.OFFLINE: "offline-report",
        QueueStatus.TROUBLE: "fuser-over-temp-error",
    }

    def __init__(self, service: Any) -> None:
        from tests.fakes.cupsd import QUEUE

        self._service = service
        service.start()
        service.set_fault(None)
        self._before = len(service.printed())
        settings = {"driver": "cups", "queue": QUEUE, "host": "127.0.0.1", "port": service.port, "look_s": 0.03}
        self.printer = make_document_printer(settings)

    def set_status(self, status: QueueStatus) -> None:
        self._service.set_fault(self.REASONS[status])

    def away(self) -> None:
        self._service.stop()

    def papers(self) -> list[tuple[str, int, str]]:
        printed = self._service.printed()[self._before :]
        return [(title, copies, hashlib.sha256(pdf).hexdigest()) for title, copies, pdf in printed]

    def close(self) -> None:
        self.printer.close()
        self._service.set_fault(None)


@pytest.fixture(scope="module")
def cups_service() -> Iterator[Any]:
    if sys.platform != "linux":
        pytest.skip("CUPS is for Linux")
    from tests.fakes.cupsd import Cupsd, why_impossible

    if reason := why_impossible():
        pytest.skip(reason)
    with Cupsd() as service:
        yield service


@pytest.fixture(params=["simulator", "cups"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    make: dict[str, Callable[[], Bench]] = {
        "simulator": lambda: SimulatorBench(request.getfixturevalue("board")),
        "cups": lambda: CupsBench(request.getfixturevalue("cups_service")),
    }
    made = make[request.param]()
    yield made
    made.close()


@pytest.fixture
def heard(bench: Bench) -> Heard:
    heard = Heard()
    bench.printer.open(heard)
    return heard


def wait_state(heard: Heard, job: str, state: JobState) -> DocumentEvent:
    """The event of this state, told within some seconds."""

    def told() -> list[DocumentEvent]:
        return [event for event in heard.events if event.job == job and event.state is state]

    with contextlib.suppress(AssertionError):
        wait_until(lambda: bool(told()), 8)
    assert told(), f"{job} not {state}; heard {heard.events}"
    return told()[-1]


def test_a_document_comes_out(bench: Bench, heard: Heard) -> None:
    bench.printer.print_document("a", PDF, "企业登记申请书", 2)
    assert wait_state(heard, "a", JobState.PRINTED) == DocumentEvent("a", JobState.PRINTED)
    wait_until(lambda: bench.papers() == [("企业登记申请书", 2, hashlib.sha256(PDF).hexdigest())])
    assert [event.state.final for event in heard.events].count(True) == 1
    assert bench.printer.status() is QueueStatus.OK
    assert (bench.printer.health().state, bench.printer.health().kind) == ("ok", "document_printer")


@pytest.mark.parametrize(
    "status",
    [
        QueueStatus.PAPER_OUT,
        QueueStatus.JAM,
        QueueStatus.COVER_OPEN,
        QueueStatus.TONER_OUT,
        QueueStatus.OFFLINE,
        QueueStatus.TROUBLE,
    ],
)
def test_a_document_waits_until_the_trouble_is_over(bench: Bench, heard: Heard, status: QueueStatus) -> None:
    bench.set_status(status)
    bench.printer.print_document("a", PDF, "a")
    assert wait_state(heard, "a", JobState.HELD).code == status.value
    assert bench.printer.status() is status
    assert (bench.printer.health().state, bench.printer.health().code) == ("error", status.value)
    assert bench.papers() == []
    bench.set_status(QueueStatus.OK)
    wait_state(heard, "a", JobState.PRINTED)
    wait_until(lambda: bench.printer.health().state == "ok")
    wait_until(lambda: len(bench.papers()) == 1)


def test_a_document_that_waits_can_be_cancelled(bench: Bench, heard: Heard) -> None:
    bench.set_status(QueueStatus.PAPER_OUT)
    bench.printer.print_document("a", PDF, "a")
    wait_state(heard, "a", JobState.HELD)
    bench.printer.cancel("a")
    wait_state(heard, "a", JobState.CANCELLED)
    bench.printer.cancel("a")
    bench.set_status(QueueStatus.OK)
    bench.printer.print_document("b", PDF, "b")
    wait_state(heard, "b", JobState.PRINTED)
    wait_until(lambda: [title for title, _, _ in bench.papers()] == ["b"])
    assert [event.job for event in heard.events if event.state.final] == ["a", "b"]


def test_documents_come_one_after_the_other(bench: Bench, heard: Heard) -> None:
    for job in ("a", "b", "c"):
        bench.printer.print_document(job, PDF, job)
    for job in ("a", "b", "c"):
        wait_state(heard, job, JobState.PRINTED)
    wait_until(lambda: [title for title, _, _ in bench.papers()] == ["a", "b", "c"])


def test_nobody_waits_for_the_printer(bench: Bench, heard: Heard) -> None:
    bench.set_status(QueueStatus.JAM)
    began = time.monotonic()
    bench.printer.print_document("a", PDF, "a")
    bench.printer.status()
    bench.printer.health()
    bench.printer.cancel("a")
    assert time.monotonic() - began < 1
    wait_state(heard, "a", JobState.CANCELLED)


def test_what_has_not_come_out_when_the_program_ends_never_does(bench: Bench, heard: Heard) -> None:
    bench.set_status(QueueStatus.PAPER_OUT)
    bench.printer.print_document("a", PDF, "a")
    wait_state(heard, "a", JobState.HELD)
    bench.printer.close()
    assert heard.events[-1] == DocumentEvent("a", JobState.CANCELLED)
    bench.set_status(QueueStatus.OK)
    assert bench.papers() == []


def test_a_printer_that_is_away(bench: Bench, heard: Heard) -> None:
    wait_until(lambda: bench.printer.status() is QueueStatus.OK)
    bench.away()
    bench.printer.print_document("a", PDF, "a")
    assert wait_state(heard, "a", JobState.FAILED).code == "document_offline"
    assert bench.printer.health().code == "document_offline"
    assert bench.papers() == []


def test_what_is_no_pdf_is_refused(bench: Bench, heard: Heard) -> None:
    bench.printer.print_document("a", b"<html>", "a")
    assert wait_state(heard, "a", JobState.FAILED).code == "document_refused"
    with pytest.raises(ValueError, match="0 copies"):
        bench.printer.print_document("b", PDF, "b", 0)
    assert bench.papers() == []


def test_a_title_longer_than_a_queue_can_hold(bench: Bench, heard: Heard) -> None:
    bench.printer.print_document("a", PDF, "申请\n" * 200)
    wait_state(heard, "a", JobState.PRINTED)
    wait_until(lambda: [title[:2] for title, _, _ in bench.papers()] == ["申请"])


def test_a_service_that_is_restarted_goes_on_with_what_it_took(cups_service: Any) -> None:
    bench, heard = CupsBench(cups_service), Heard()
    bench.printer.open(heard)
    bench.set_status(QueueStatus.PAPER_OUT)
    bench.printer.print_document("a", PDF, "a")
    assert wait_state(heard, "a", JobState.HELD).code == "document_paper_out"
    cups_service.stop()
    wait_until(lambda: heard.events[-1:] == [DocumentEvent("a", JobState.HELD, "document_offline")])
    bench.set_status(QueueStatus.OK)
    cups_service.start()
    wait_state(heard, "a", JobState.PRINTED)
    bench.close()


def test_a_service_that_was_restarted_meanwhile_takes_documents(cups_service: Any) -> None:
    bench, heard = CupsBench(cups_service), Heard()
    bench.printer.open(heard)
    wait_until(lambda: bench.printer.status() is QueueStatus.OK)
    cups_service.stop()
    cups_service.start()
    bench.printer.print_document("a", PDF, "a")
    wait_state(heard, "a", JobState.PRINTED)
    bench.close()


def test_a_queue_that_does_not_exist(cups_service: Any) -> None:
    heard = Heard()
    settings = {"driver": "cups", "queue": "cellar", "host": "127.0.0.1", "port": cups_service.port, "look_s": 0.03}
    printer = make_document_printer(settings)
    assert printer.health().code == "starting"
    printer.open(heard)
    printer.print_document("a", PDF, "a")
    assert wait_state(heard, "a", JobState.FAILED).code == "document_offline"
    wait_until(lambda: printer.status() is QueueStatus.OFFLINE)
    printer.close()


def test_settings_are_checked() -> None:
    with pytest.raises(HallError, match="device_setting_wrong"):
        make_document_printer({"driver": "cups"})


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("media-low-warning", QueueStatus.PAPER_LOW),
        ("media-empty-warning", QueueStatus.PAPER_LOW),
        ("marker-supply-low-report", QueueStatus.OK),
        ("connecting-to-device", QueueStatus.OK),
        ("media-empty", QueueStatus.PAPER_OUT),
    ],
)
def test_what_the_service_says_of_the_printer(cups_service: Any, reason: str, status: QueueStatus) -> None:
    bench, heard = CupsBench(cups_service), Heard()
    bench.printer.open(heard)
    cups_service.set_fault(reason)
    bench.printer.print_document("a", PDF, "a")
    state = JobState.HELD if status.stops else JobState.PRINTING
    assert wait_state(heard, "a", state).code == (status.value if status.stops else "")
    wait_until(lambda: bench.printer.status() is status)
    bench.close()


CODES = [status.value for status in QueueStatus if status.value]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("code", [*CODES, "document_refused", "document_failed", "document_unknown"])
def test_every_code_has_words_for_citizen_staff_and_technician(code: str, language: str) -> None:
    words = {text(key(code), language) for key in (message_key, status_key, technician_key)}
    assert len(words) == 3 and not any(word.startswith("[") for word in words)
