"""The notify protocol against a real socket."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from shared.client.service_manager import beat_every, is_supervised, tell


@pytest.mark.parametrize("address", ["file", "abstract"])
def test_a_listening_manager_hears_every_line(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(tmp_path / "notify") if address == "file" else f"\0zhiting-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(place)
        line.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", place.replace("\0", "@"))
        assert is_supervised()
        assert tell("READY=1", "STATUS=serving")
        assert line.recv(100) == b"READY=1\nSTATUS=serving"


def test_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("ZHITING_SUPERVISED", raising=False)
    assert not tell("READY=1") and not is_supervised()
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert not tell("READY=1")


def test_a_manager_that_reads_nothing_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(place)
        monkeypatch.setenv("NOTIFY_SOCKET", place)
        sent = [tell("WATCHDOG=1") for _ in range(2000)]
    assert sent[0] and not sent[-1]


@pytest.mark.parametrize(
    ("allowed", "seconds"), [("9000000", 3.0), ("", None), ("0", None), ("-5", None), ("soon", None)]
)
def test_three_beats_in_the_time_that_is_allowed(
    allowed: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", allowed)
    assert beat_every() == seconds
