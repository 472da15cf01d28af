"""A picture in the hall's store, and choosing one in the console as a person does."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QListWidget

from shared.client.hall_client import HallClient
from shared.schemas.media import MediaUploadAsk
from tests.admin_app.stage import Console


def upload_picture(client: HallClient, name: str, width: int) -> str:
    """Of this width, so that each is another; answers its sum."""
    image, buffer = QImage(width, 180, QImage.Format.Format_RGB32), QBuffer()
    image.fill(0x0F6E5A)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    content = bytes(buffer.data().data())
    sha256 = hashlib.sha256(content).hexdigest()
    begun = client.begin_upload(MediaUploadAsk(name=name, size=len(content), sha256=sha256, media_type="image/png"))
    if begun.media is None:
        client.send_piece(begun.id, 0, content)
        client.finish_upload(begun.id)
    return sha256


def take_media(console: Console, words: str, name: str) -> None:
    """Find it in the open dialog by these words, and take it."""
    console.wait(lambda: console.there("media_choice_list"))
    shown = console.find(QListWidget, "media_choice_list")
    console.type("media_choice_search", words)
    console.wait(lambda: [shown.item(place).text() for place in range(shown.count())] == [name])
    shown.setCurrentRow(0)
    console.click("media_choice_take")
    console.wait(lambda: not console.there("media_choice_list"))
