"""Dialogs of the console show all of their words."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from admin_app.parts_view import Banner, Dialog, Question, label

LONG = "该账户的密码、双重验证、员工卡和关联的其他平台登录方式都会被取消，本人需要用一次性密码重新登录并重新设置。" * 3


@pytest.mark.parametrize("facts", [[LONG], [LONG, "短句。", LONG]], ids=["one", "three"])
def test_long_words_of_a_question_are_not_cut(qapp: object, facts: list[str]) -> None:
    window = QWidget()
    window.resize(1366, 768)
    question = Question(window, "ask", "重置账户？", facts, [("no", "返回", "", lambda: None)])
    question.show()
    QTest.qWaitForWindowExposed(question)
    QTest.qWait(50)
    labels = question.findChildren(QLabel)
    assert len(labels) == 1 + len(facts)
    for shown in labels:
        assert shown.height() >= shown.heightForWidth(shown.width())
    question.close()
    window.deleteLater()


def test_a_dialog_grows_for_a_refusal_that_comes_later(qapp: object) -> None:
    dialog = Dialog()
    column = QVBoxLayout(dialog)
    banner = Banner("refusal")
    column.addWidget(label("重置账户？", "title", wrap=True))
    column.addWidget(banner)
    dialog.setMinimumWidth(400)
    dialog.show()
    QTest.qWaitForWindowExposed(dialog)
    before = dialog.height()
    banner.show_words(LONG)
    QTest.qWait(50)
    words = max(banner.findChildren(QLabel), key=lambda shown: len(shown.text()))
    assert dialog.height() > before
    assert words.height() >= words.heightForWidth(words.width())
    dialog.close()
    dialog.deleteLater()
