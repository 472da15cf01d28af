"""A video as an item of QML that also a machine without a graphics card can draw: Qt's own draws nothing there.

It holds its first frame until it is told to play, and is silent unless somebody gives it a volume: what is heard in a
hall are calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QRectF, QSizeF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtQml import qmlRegisterType
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame, QVideoSink


class Film(QQuickPaintedItem):
    """``ready``: its first frame can be painted; ``ended``, ``failed``; ``repeated``: it begins ``again``. ``cover``:
    fills the item and is cut. ``volume``: from 0 to 1, as loud as it is felt to be."""

    ready = Signal()
    ended = Signal()
    failed = Signal()
    repeated = Signal()
    changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._player: QMediaPlayer | None = None
        self._sink: QVideoSink | None = None
        self._output: QAudioOutput | None = None
        self._volume = 0.0
        self._frame: QVideoFrame | None = None
        self._source = QUrl()
        self._playing = self._again = self._cover = self._is_ready = False
        self.setOpaquePainting(False)

    def paint(self, painter: QPainter) -> None:
        image = self._frame.toImage() if self._frame is not None else None
        if image is None or image.isNull():
            return
        room = QSizeF(self.width(), self.height())
        mode = Qt.AspectRatioMode
        fit = mode.KeepAspectRatioByExpanding if self._cover else mode.KeepAspectRatio
        size = QSizeF(image.size()).scaled(room, fit)
        place = QRectF(
            (room.width() - size.width()) / 2, (room.height() - size.height()) / 2, size.width(), size.height()
        )
        painter.drawImage(place, image)

    def release(self) -> None:
        """Let go of the file and its memory."""
        from PySide6.QtMultimedia import QVideoFrame

        self._frame, self._is_ready = None, False
        if self._player is not None and self._sink is not None:
            self._player.setSource(QUrl())
            self._sink.setVideoFrame(QVideoFrame())

    @Slot(object)
    def _arrived(self, frame: QVideoFrame) -> None:
        if not frame.isValid():
            return
        self._frame = frame
        self.update()
        if not self._is_ready:
            self._is_ready = True
            if not self._playing and self._player is not None:
                self._player.pause()
            self.ready.emit()

    @Slot(object)
    def _status(self, status: QMediaPlayer.MediaStatus) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        if status == QMediaPlayer.MediaStatus.EndOfMedia:
            if not self._is_ready:
                self.failed.emit()
            elif self._again and self._player is not None:
                self._player.setPosition(0)
                self._player.play()
                self.repeated.emit()
            else:
                self.ended.emit()
        elif status == QMediaPlayer.MediaStatus.InvalidMedia:
            self.failed.emit()

    def _open(self) -> None:
        # Here, because most walls show no video, and it is a fifth of a second.
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink

        if self._player is None:
            self._player, self._sink = QMediaPlayer(self), QVideoSink(self)
            self._player.setVideoSink(self._sink)
            self._sink.videoFrameChanged.connect(self._arrived)
            self._player.mediaStatusChanged.connect(self._status)
        self._be_heard()
        self._player.setSource(self._source)
        self._player.play()

    def _be_heard(self) -> None:
        """A film that is made ready out of sight is not heard; who never is needs no loudspeaker."""
        if self._output is None and self._volume <= 0:
            return
        from PySide6.QtMultimedia import QAudioOutput, QtAudio

        loud = self._volume if self._playing else 0.0
        if self._output is None and loud > 0 and self._player is not None:
            self._output = QAudioOutput(self)
            self._player.setAudioOutput(self._output)
        if self._output is not None:
            scale = QtAudio.VolumeScale
            felt, linear = scale.LogarithmicVolumeScale, scale.LinearVolumeScale
            self._output.setVolume(QtAudio.convertVolume(loud, felt, linear))
            self._output.setMuted(loud <= 0)

    def _read_source(self) -> QUrl:
        return self._source

    def _write_source(self, source: QUrl) -> None:
        if source == self._source:
            return
        self._source = source
        self._frame, self._is_ready = None, False
        if source.isEmpty():
            self.release()
        else:
            self._open()

    def _read_playing(self) -> bool:
        return self._playing

    def _write_playing(self, playing: bool) -> None:
        self._playing = playing
        if self._player is not None:
            self._be_heard()
        if self._player is not None and self._is_ready:
            if playing:
                self._player.play()
            else:
                self._player.pause()

    def _write_again(self, again: bool) -> None:
        self._again = again

    def _write_cover(self, cover: bool) -> None:
        self._cover = cover
        self.update()

    def _write_volume(self, volume: float) -> None:
        if volume != self._volume:
            self._volume = volume
            if self._player is not None:
                self._be_heard()

    source = Property(QUrl, _read_source, _write_source, notify=changed)
    playing = Property(bool, _read_playing, _write_playing, notify=changed)
    again = Property(bool, lambda self: self._again, _write_again, notify=changed)
    cover = Property(bool, lambda self: self._cover, _write_cover, notify=changed)
    volume = Property(float, lambda self: self._volume, _write_volume, notify=changed)


qmlRegisterType(Film, "ZhiTing.Signage", 1, 0, "Film")  # type: ignore[call-overload]
