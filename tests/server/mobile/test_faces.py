"""Three faces or five, and the pages that need no hall."""

from __future__ import annotations

import pytest

from server.mobile.faces import SCALES, faces, reasons
from server.mobile.rendering import page
from shared.i18n import languages


def test_three_faces_stand_on_the_five_level_scale() -> None:
    assert [(face.level, face.words, face.bad) for face in faces({}, "zh-CN")] == [
        (5, "非常满意", False), (4, "满意", False), (2, "不满意", True),
    ]  # fmt: skip


def test_a_hall_may_ask_with_five() -> None:
    shown = faces({"rating_levels": 5}, "en")
    assert [face.level for face in shown] == [5, 4, 3, 2, 1]
    assert [face.level for face in shown if face.bad] == [2, 1]
    assert len({face.mouth for face in shown}) == 5, "the mouth tells them apart, not the colour"


def test_a_setting_nobody_knows_is_three() -> None:
    assert [face.level for face in faces({"rating_levels": 4}, "en")] == list(SCALES[3])


def test_reasons_speak_the_persons_language() -> None:
    facts = {
        "rating_reasons": [
            {"key": "slow", "text": "太慢", "text_en": "slow"},
            {"key": "x", "text": "别的", "text_en": ""},
        ]
    }
    assert reasons(facts, "zh-CN") == [("slow", "太慢"), ("x", "别的")]
    assert reasons(facts, "en") == [("slow", "slow"), ("x", "别的")]


@pytest.mark.parametrize("language", languages())
def test_a_hall_without_its_database_still_answers_with_a_page(language: str) -> None:
    answer = page("trouble.html", language, status=503, reload=True, hall="", notice="<b>")
    text = bytes(answer.body).decode()
    assert answer.status_code == 503
    assert "&lt;b&gt;" in text
    assert 'http-equiv="refresh"' in text
    assert "[phone" not in text
