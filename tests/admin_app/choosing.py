"""Choosing a picture in the console as a person does."""

from __future__ import annotations

from PySide6.QtWidgets import QListWidget

from tests.admin_app.stage import Console


def take_media(console: Console, words: str, name: str) -> None:
    """Find it in the open dialog by these words, and take it."""
    console.wait(lambda: console.there("media_choice_list"))
    shown = console.find(QListWidget, "media_choice_list")
    console.type("media_choice_search", words)
    console.wait(lambda: [shown.item(place).text() for place in range(shown.count())] == [name])
    shown.setCurrentRow(0)
    console.click("media_choice_take")
    console.wait(lambda: not console.there("media_choice_list"))
