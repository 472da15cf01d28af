"""A player without a screen for the console's designer: ``python -m signage_app.preview --media FOLDER``.

The wall's own presenters and QML draw what standard input tells (`PreviewAsk`); what changes goes out as a picture. It
says nothing, tells no server anything, and ends with its input.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QImage

from shared.schemas.events import ActiveCall, Snapshot
from shared.schemas.signage_preview import PreviewAsk
from shared.ui import film_view  # noqa: F401  (registers the item that draws videos)
from shared.ui.application import create_application, run_application
from shared.ui.quick_window import QuickWindow
from shared.ui.surface import Surface
from signage_app.clock import ServerClock
from signage_app.features.program.presenter import ProgramPresenter
from signage_app.features.queueing.presenter import QueueingPresenter
from signage_app.features.queueing.wording import Wording
from signage_app.receipts import Receipts

VIEW = Path(__file__).parent / "Stage.qml"
# After a change what it brings is loaded a moment later; then as often as a person who arranges zones looks up.
FIRST_MS, EVERY_MS = 40, 400
SMALL = (640, 360)
FOR_GOOD = 1e9


class PreviewPlayer(QObject):
    """``drawn(png)``: another picture than before. Calls are those of the hall; whose turn it is, is asked for."""

    drawn = Signal(object)

    def __init__(self, media: Path, language: str, second: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._media = media
        clock = ServerClock()
        receipts = Receipts(lambda call, receipt: None, clock.age, parent=self)
        self.presenter = QueueingPresenter(
            clock=clock, receipts=receipts, voice=None, wording=Wording(language, second), highlight_seconds=FOR_GOOD,
            parent=self,
        )  # fmt: skip
        self.program = ProgramPresenter(
            clock=clock, local_path=self._path, language=language, second=second, parent=self
        )  # fmt: skip
        self.window = QuickWindow(
            VIEW, presenter=self.presenter, surface=Surface(profile="signage", language=language),
            context={"program": self.program}, size=SMALL, turns=True,
        )  # fmt: skip
        self._last = QImage()
        self._snapshot: Snapshot | None = None
        self._calling = self._has_program = False
        self._called = 0
        self.presenter.state_changed.connect(self._tell_call)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(FIRST_MS)
        self._often = QTimer(self)
        self._often.setInterval(EVERY_MS)
        for timer in (self._soon, self._often):
            timer.timeout.connect(self._look)

    def start(self) -> None:
        self.presenter.start()
        self.program.start()
        self.window.show()
        self._often.start()

    def stop(self) -> None:
        for timer in (self._soon, self._often):
            timer.stop()
        self.presenter.stop()
        self.program.stop()
        self.window.close()
        # The scene reads the presenters to its last moment.
        self.window.setSource(QUrl())
        self.window.deleteLater()

    @Slot(object)
    def take(self, asked: PreviewAsk) -> None:
        if (self.window.width(), self.window.height()) != (asked.width, asked.height):
            self.window.resize(asked.width, asked.height)
        if asked.hall is not None:
            self.presenter.set_hall(asked.hall)
        if asked.snapshot is not None:
            self.program.take_snapshot(asked.snapshot)
        if asked.snapshot is not None or asked.calling != self._calling:
            # A turn that was had does not come back: each time it is somebody else's.
            self._called += asked.calling and not self._calling
            self._snapshot, self._calling = asked.snapshot or self._snapshot, asked.calling
            if self._snapshot is not None:
                called = self._called if self._calling else 0
                self.presenter.take_snapshot(with_call(self._snapshot, called))
        if asked.figures is not None:
            self.program.set_figures(asked.figures)
        if asked.program is not None:
            self.program.set_program(asked.program)
            self._has_program = True
        self._soon.start()

    def _tell_call(self) -> None:
        state = self.presenter.state
        self.program.set_call(state.hero.call_id if state.hero is not None and state.highlighted else "")

    def _path(self, media: str) -> Path | None:
        path = self._media / media[:2] / media
        return path if path.is_file() else None

    def _look(self) -> None:
        # Before that it is the screen of calls, which nobody asked for.
        image = self.window.grabWindow() if self._has_program else QImage()
        if image.isNull() or image == self._last:
            return
        self._last = image
        content = QByteArray()
        buffer = QBuffer(content)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        self.drawn.emit(content.data())


def with_call(snapshot: Snapshot, called: int) -> Snapshot:
    """Nobody is being called (0), or exactly one, who is made up: the ``called``-th."""
    calls = [
        one.model_copy(update={"status": "serving"}) if one.status == "called" else one for one in snapshot.calls or ()
    ]
    if not called:
        return snapshot.model_copy(update={"calls": calls})
    counter = next(iter(snapshot.counters or ()), None)
    line = next(iter(snapshot.waiting or ()), None)
    nobody = UUID(int=called)
    made = ActiveCall(
        call_id=nobody, seq=snapshot.seq + 1, called_at=snapshot.at, ticket_id=nobody, number="A012", status="called",
        service_id=line.service_id if line is not None else nobody,
        service_name=line.service_name if line is not None else "",
        service_name_en=line.service_name_en if line is not None else "",
        counter_id=counter.id if counter is not None else nobody,
        counter_label=counter.label if counter is not None else "1",
        counter_name=counter.name if counter is not None else "", zone=counter.zone if counter is not None else "",
        floor=counter.floor if counter is not None else "", recalls=0,
    )  # fmt: skip
    return snapshot.model_copy(update={"calls": [made, *calls]})


class Ears(QObject):
    """Reads on a thread of its own, as a pipe can't be waited for by Qt on every system."""

    asked = Signal(object)
    over = Signal()

    def listen(self) -> None:
        threading.Thread(target=self._read, name="preview-ears", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin.buffer:
            try:
                self.asked.emit(PreviewAsk.model_validate_json(line))
            except ValidationError as error:
                print(error, file=sys.stderr)
        self.over.emit()


def _write(picture: bytes) -> None:
    try:
        sys.stdout.buffer.write(len(picture).to_bytes(4, "big") + picture)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The console is gone; so is its input, which ends this.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--media", type=Path, required=True)
    parser.add_argument("--language", default="zh-CN")
    parser.add_argument("--second", default="en")
    given = parser.parse_args()
    app = create_application("signage")
    player, ears = PreviewPlayer(given.media, given.language, given.second), Ears()
    queued = Qt.ConnectionType.QueuedConnection
    player.drawn.connect(_write)
    ears.asked.connect(player.take, queued)
    ears.over.connect(app.quit, queued)
    player.start()
    ears.listen()
    code = run_application(app)
    player.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
