"""A camera as scanner, or a recorded video in its place. One worker looks at a few pictures a second and keeps none."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path

import cv2

from shared.devices.listened import ListenedDevice
from shared.devices.scanner.decoding import CodeReader
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerEvent, ScannerLost
from shared.devices.scanner.watching import InView, PictureWatch
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth

_log = logging.getLogger(__name__)
_RETRY_S = 0.5
_CLOSE_S = 0.8  # a camera that hangs holds its thread for longer; that thread then ends by itself and tells nothing
_FASTEST_S = 1 / 60  # between two pictures, should a broken camera's driver not wait for the next
_MOST_FRAMES_PER_S = 30


class CameraScanner(ListenedDevice[ScannerEvent]):
    """Codes held into view of one camera."""

    def __init__(
        self, source: int | str, *, frames_per_s: int, width: int, height: int, forget_s: float, patience_s: float
    ) -> None:
        """`source` is a camera's number, its device or a video file, which begins again at its end.

        A code is told again when it was out of view for `forget_s`; a picture that is black or does not move for
        `patience_s` is a fault.
        """
        if not 1 <= frames_per_s <= _MOST_FRAMES_PER_S:
            raise HallError("device_setting_wrong", setting=f"frames_per_s = {frames_per_s}")
        self._source, self._size = source, (width, height)
        self._recorded = isinstance(source, str) and Path(source).is_file()
        self._look_every_s = 1 / frames_per_s
        self._patience_s = patience_s
        self._reader, self._in_view = CodeReader(), InView(forget_s)
        super().__init__("scanner", "camera", f"camera {source}", close_s=_CLOSE_S)
        self._lost: bool | None = None
        self._picture_fault = ""
        self._grabbed_at = 0.0

    def health(self) -> DeviceHealth:
        lost: str | None = None
        if self._lost:
            lost = "camera_missing"
        elif self._lost is False:
            # The worker may still wait for the next picture.
            frozen = time.monotonic() - self._grabbed_at >= self._patience_s
            lost = self._picture_fault or ("camera_frozen" if frozen else "")
        return self.standing(lost, detail=str(self._source))

    # ---- the worker

    def work(self) -> None:
        watch = PictureWatch(self._patience_s)
        while not self.stopping.is_set():
            looked = False
            if self._there() and (camera := self._opened()) is not None:
                try:
                    looked = self._session(camera, watch)
                except cv2.error as reason:
                    _log.warning("camera %s: %s", self._source, reason)
                finally:
                    camera.release()
            if not self.stopping.is_set() and not (looked and self._recorded):  # a recording that ended begins again
                self._lose()
                self.stopping.wait(_RETRY_S)

    def _there(self) -> bool:
        """Spares OpenCV's complaints on standard error at every try."""
        if isinstance(self._source, int):
            return not sys.platform.startswith("linux") or Path(f"/dev/video{self._source}").exists()
        if "://" in self._source:
            return True
        self._recorded = Path(self._source).is_file()
        return Path(self._source).exists()

    def _opened(self) -> cv2.VideoCapture | None:
        camera = cv2.VideoCapture(self._source)
        if not camera.isOpened():
            camera.release()
            return None
        if not self._recorded:
            width, height = self._size
            # One picture in store: a code that is gone must not be seen a second later.
            for setting, value in (
                (cv2.CAP_PROP_FRAME_WIDTH, width),
                (cv2.CAP_PROP_FRAME_HEIGHT, height),
                (cv2.CAP_PROP_BUFFERSIZE, 1),
            ):
                camera.set(setting, value)
        return camera

    def _session(self, camera: cv2.VideoCapture, watch: PictureWatch) -> bool:
        """Look until the camera or the driver ends; whether there was any picture."""
        pace_s = 1 / max(camera.get(cv2.CAP_PROP_FPS), 1.0) if self._recorded else _FASTEST_S
        looked_at = float("-inf")
        looked = False
        while not self.stopping.is_set():
            began = time.monotonic()
            # Every picture is taken from the camera, which keeps them fresh, but few are unpacked and looked at.
            if not camera.grab():
                return looked
            self._grabbed_at = now = time.monotonic()
            if now - looked_at >= self._look_every_s:
                looked_at = now
                looked = self._look(camera, watch, now) or looked
            self.stopping.wait(max(0.0, began + pace_s - time.monotonic()))
        return looked

    def _look(self, camera: cv2.VideoCapture, watch: PictureWatch, now: float) -> bool:
        good, picture = camera.retrieve()
        if not good:
            return False
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture
        self._picture_fault = watch.look(grey, now)
        if self._lost is not False:
            self._lost = False
            self.tell(ScannerBack())
        for text in self._in_view.fresh(self._reader.read(grey), now):
            self.tell(CodeScanned(text))
        return True

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._picture_fault = ""
            self.tell(ScannerLost("camera_missing"))
