"""The screen of a program that crashes over and over can be read from where people stand."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from shared.offline.hall_name import HallName
from shared.ui.safe_screen import SafeScreen
from shared.ui.theme.tokens import Look
from shared.ui.theme.widgets import style_sheet


@pytest.mark.parametrize("styled", [False, True])
def test_its_words_are_large_whatever_style_the_program_had(qtbot: QtBot, qapp: QApplication, styled: bool) -> None:
    before = qapp.styleSheet()
    qapp.setStyleSheet(style_sheet(Look(profile="desk")) if styled else "")
    try:
        screen = SafeScreen("kiosk", HallName(name="云山区政务服务中心", name_en="Yunshan"), "K1-7F3A", 3, 600)
        qtbot.addWidget(screen)
        screen.resize(1080, 1920)
        screen.show()
        title = screen.findChild(QLabel, "safe_title")
        detail = screen.findChild(QLabel, "safe_detail")
        assert isinstance(title, QLabel) and isinstance(detail, QLabel)
        assert title.fontInfo().pixelSize() > 1080 / 16
        assert title.fontInfo().bold() and not detail.fontInfo().bold()
        assert detail.fontInfo().pixelSize() > 1080 / 45
        screen.shut()
    finally:
        qapp.setStyleSheet(before)
