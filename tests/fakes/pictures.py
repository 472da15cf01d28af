"""Pictures in a hall's store."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from shared.client.hall_client import HallClient
from shared.schemas.media import CHUNK_BYTES, MediaUploadAsk


def upload_picture(client: HallClient, name: str, width: int) -> str:
    """Of this width, so that each is another; answers its sum."""
    image, buffer = QImage(width, 180, QImage.Format.Format_RGB32), QBuffer()
    image.fill(0x0F6E5A)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return upload(client, name, bytes(buffer.data().data()), "image/png")


def upload(client: HallClient, name: str, content: bytes, media_type: str) -> str:
    """Answers its sum."""
    sha256 = hashlib.sha256(content).hexdigest()
    begun = client.begin_upload(MediaUploadAsk(name=name, size=len(content), sha256=sha256, media_type=media_type))
    if begun.media is None:
        for at in range(0, len(content), CHUNK_BYTES):
            client.send_piece(begun.id, at, content[at : at + CHUNK_BYTES])
        client.finish_upload(begun.id)
    return sha256
