"""Cameras and sound outputs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from shared.devices.attached.finding import Attached, CannotLook, Fit

_SYS = Path("/sys/class/video4linux")


def cameras(sys_path: Path = _SYS) -> Iterator[Attached]:
    """Nodes that deliver pictures; a camera's second node, which only describes them, is left out."""
    if not sys.platform.startswith("linux"):
        raise CannotLook("linux_only")
    if not sys_path.is_dir():
        return
    for node in sorted(sys_path.iterdir()):
        if _read(node / "index") in ("", "0"):
            name = f"/dev/{node.name}"
            yield Attached("camera", name, _read(node / "name"), (Fit("scanner", "camera", {"source": name}),))


def audio_outputs() -> Iterator[Attached]:
    """The names by which a speaker's `output` setting means them; the system's usual one first."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtMultimedia import QMediaDevices

    application = QCoreApplication.instance() or QCoreApplication([])
    usual = bytes(QMediaDevices.defaultAudioOutput().id().data())
    for output in sorted(QMediaDevices.audioOutputs(), key=lambda one: bytes(one.id().data()) != usual):
        name = output.description()
        settings = {"output": name}
        yield Attached(
            "audio", name, bytes(output.id().data()).decode("utf-8", "replace"), (Fit("speech", "espeak", settings),)
        )
    del application


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
