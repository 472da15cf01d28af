"""The Quick components, touched as a person touches them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMetaObject, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from shared.i18n import text
from shared.ui.quick_window import IMPORT_PATH, QmlLoadError, QuickWindow
from shared.ui.surface import Surface

Stage = Callable[..., Any]
FILL = "anchors.left: parent.left; anchors.right: parent.right"


def test_the_whole_list_of_components_loads(stage: Stage) -> None:
    lines = (IMPORT_PATH / "ZhiTing" / "Ui" / "qmldir").read_text(encoding="utf-8").splitlines()
    parts = [line.split() for line in lines if line and not line.startswith("#")]
    names = [words[0] for words in parts if len(words) == 3]
    assert len(names) >= 24
    assert sorted({path.stem for path in (IMPORT_PATH / "ZhiTing" / "Ui").glob("*.qml")}) == sorted(
        names + [words[1] for words in parts if len(words) == 4]
    )
    for name in names:
        assert stage(f'{name} {{ objectName: "it" }}').it is not None


def test_keypad_tells_every_key(stage: Stage, qtbot: QtBot) -> None:
    shown = stage(f'property string typed; Keypad {{ objectName: "it"; {FILL}; onKey: t => parent.typed += t + " " }}')
    for name in ("1", "5", "9", "0", "X", "backspace", "clear"):
        shown.click(f"key_{name}")
    assert shown.window.rootObject().property("typed") == "1 5 9 0 X backspace clear "


def test_keypad_without_x_and_with_confirm(stage: Stage) -> None:
    shown = stage(
        f'property string typed; Keypad {{ objectName: "it"; {FILL}; withX: false; confirmText: "OK"; '
        "confirmEnabled: false; onKey: t => parent.typed += t }"
    )
    assert not shown.find("key_confirm").isEnabled()
    shown.click("key_confirm")
    assert shown.window.rootObject().property("typed") == ""
    shown.it.setProperty("confirmEnabled", True)
    shown.click("key_confirm")
    assert shown.window.rootObject().property("typed") == "confirm"


def test_letter_keypad_has_26_letters(stage: Stage) -> None:
    shown = stage(f'property string typed; LetterKeypad {{ objectName: "it"; {FILL}; onKey: t => parent.typed += t }}')
    for code in range(ord("A"), ord("Z") + 1):
        shown.click(f"key_{chr(code)}")
    assert shown.window.rootObject().property("typed") == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_the_strip_tells_what_was_chosen_and_turns_its_pages(stage: Stage) -> None:
    shown = stage(
        f'property string told; CandidateStrip {{ objectName: "it"; {FILL}; page: 1; pages: 3; cells: 7; '
        'candidates: [{text: "ab", cells: 2}, {text: "c", cells: 1}]; onChosen: t => parent.told += t + " "; '
        'onTurned: by => parent.told += by + " " }'
    )
    for name in ("candidate_0", "candidate_1", "strip_previous", "strip_next"):
        shown.click(name)
    assert shown.window.rootObject().property("told") == "ab c -1 1 "
    word, letter = shown.find("candidate_0"), shown.find("candidate_1")
    assert word.width() > 2 * letter.width()
    shown.it.setProperty("page", 2)
    assert shown.find("strip_previous").isVisible() and not shown.find("strip_next").isVisible()


def test_letters_that_are_no_characters_yet_stand_behind_them(stage: Stage) -> None:
    shown = stage(f'SearchBox {{ objectName: "it"; {FILL}; letters: "GJ"; found: 3 }}')
    assert shown.find("search_clear").isVisible()
    assert not shown.it.property("empty")
    shown.it.setProperty("letters", "")
    assert shown.it.property("empty")
    assert not shown.find("search_clear").isVisible()


@pytest.mark.parametrize("elder", [False, True])
def test_what_fits_the_search_box_is_not_cut(stage: Stage, qtbot: QtBot, elder: bool) -> None:
    for words in ("SBYL", "Social security", "\u793e\u4f1a\u4fdd\u969c"):
        shown = stage(f'SearchBox {{ objectName: "it"; {FILL}; text: "{words}"; letters: "GJ" }}', Surface(elder=elder))
        text_shown = shown.find("search_text")
        qtbot.waitUntil(lambda one=text_shown: one.width() > 0 and not one.property("truncated"), timeout=2000)


def test_keys_are_large_and_apart(stage: Stage) -> None:
    shown = stage(f'Keypad {{ objectName: "it"; {FILL} }}')
    tokens = shown.window.surface.tokens
    one, two = shown.find("key_1"), shown.find("key_2")
    assert one.height() >= tokens["touch_target"]
    assert two.x() - one.x() - one.width() >= tokens["touch_gap"] - 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_button_answers_to_the_keyboard(stage: Stage, key: Qt.Key) -> None:
    shown = stage(
        'property int n: 0; BigButton { objectName: "it"; text: "go"; focus: true; onClicked: parent.n += 1 }'
    )
    shown.it.forceActiveFocus()
    QTest.keyClick(shown.window, key)
    assert shown.window.rootObject().property("n") == 1


def test_closed_choice_says_why_and_cannot_be_chosen(stage: Stage) -> None:
    shown = stage(
        f'property int n: 0; ChoiceCard {{ objectName: "it"; {FILL}; title: "A"; closed: true; reason: "sold out"; '
        "onClicked: parent.n += 1 }"
    )
    shown.click("it")
    assert shown.window.rootObject().property("n") == 0
    assert not shown.it.isEnabled()


def test_elder_button_and_language_button_change_the_surface(stage: Stage) -> None:
    surface = Surface()
    shown = stage(f'TopBar {{ objectName: "it"; {FILL}; hallName: Words.t("ui.gallery.hall", {{}}) }}', surface)
    before = int(surface.tokens["text_body"])
    shown.click("bar_elder")
    assert surface.look.elder
    assert int(surface.tokens["text_body"]) > before
    assert shown.it.property("hallName") == text("ui.gallery.hall")
    shown.click("bar_language")
    assert surface.language == "en"
    assert shown.it.property("hallName") == text("ui.gallery.hall", "en")


def test_python_may_change_the_surface_after_qml_did(stage: Stage) -> None:
    surface = Surface()
    shown = stage(f'TopBar {{ objectName: "it"; {FILL}; property bool large: Theme.elder }}', surface)
    shown.click("bar_elder")
    assert shown.it.property("large") is True
    surface.set_elder(False)
    assert shown.it.property("large") is False
    surface.set_elder(True)
    surface.set_mode("high_contrast")
    assert shown.it.property("large") is True


def test_words_follow_the_language_and_show_whole_numbers(stage: Stage) -> None:
    surface = Surface()
    shown = stage('Label { objectName: "it"; text: Words.duration(12 * 60) }', surface)
    assert shown.it.property("text") == text("ui.duration.minutes", n=12)
    surface.set_language("en")
    assert shown.it.property("text") == "about 12 min"


def test_number_field_counts_groups_and_tells(stage: Stage) -> None:
    shown = stage(
        f'NumberField {{ objectName: "it"; {FILL}; text: "110105"; groups: [6, 8, 4] }}', Surface(language="en")
    )
    assert shown.it.property("total") == 18
    assert shown.it.property("told") == "6 of 18 typed"
    shown.it.setProperty("status", "ok")
    assert shown.it.property("told") == "The number is right"


def test_idle_watcher_reports_silence_and_every_touch_resets_it(stage: Stage, qtbot: QtBot) -> None:
    shown = stage(
        'property int touches: 0; BigButton { objectName: "below"; text: "x"; onClicked: parent.touches += 1 }'
        'IdleWatcher { objectName: "it"; anchors.fill: parent; z: 9; seconds: 0.4; warnSeconds: 0.2 }'
    )
    with qtbot.waitSignal(shown.it.warned, timeout=2000):
        pass
    assert shown.it.property("warning") is True
    with qtbot.waitSignal(shown.it.touched, timeout=2000):
        shown.click("below")
    assert shown.it.property("warning") is False
    assert shown.window.rootObject().property("touches") == 1
    with qtbot.waitSignals([shown.it.warned, shown.it.idle], timeout=2000, order="strict"):
        pass


def test_idle_watcher_is_silent_while_inactive(stage: Stage, qtbot: QtBot) -> None:
    shown = stage('IdleWatcher { objectName: "it"; anchors.fill: parent; seconds: 0.05; active: false }')
    with qtbot.assertNotEmitted(shown.it.idle, wait=200):
        pass


def test_toast_is_undone_once(stage: Stage, qtbot: QtBot) -> None:
    shown = stage(
        f'property int n: 0; Toast {{ objectName: "it"; {FILL}; onUndone: parent.n += 1;'
        ' Component.onCompleted: show("gone", true) }'
    )
    assert shown.it.property("remaining") == shown.window.surface.tokens["seconds_undo"]
    qtbot.waitUntil(lambda: shown.it.opacity() == 1, timeout=3000)
    shown.click("toast_undo")
    assert shown.window.rootObject().property("n") == 1
    assert shown.it.property("open") is False


def test_countdown_ends(stage: Stage, qtbot: QtBot) -> None:
    shown = stage('CountdownRing { objectName: "it"; seconds: 1 }')
    with qtbot.waitSignal(shown.it.finished, timeout=3000):
        QMetaObject.invokeMethod(shown.it, "restart")
    assert shown.it.property("remaining") == 0


def test_qr_code_is_drawn_from_a_matrix(stage: Stage, qtbot: QtBot) -> None:
    shown = stage(
        'QrCode { objectName: "it"; quiet: 0; width: 100; height: 100; matrix: [[true, false], [false, true]] }'
    )

    def dark(x: int, y: int) -> bool:
        return bool(shown.window.grabWindow().pixelColor(x, y).lightness() < 60)

    qtbot.waitUntil(lambda: dark(25, 25), timeout=3000)
    assert dark(75, 75)
    assert not dark(75, 25)


def test_breadcrumb_goes_back_but_not_to_where_it_stands(stage: Stage) -> None:
    shown = stage(
        f'property string went; Breadcrumb {{ objectName: "it"; {FILL}; steps: ["a", "b", "c"]; '
        'onChosen: n => parent.went += n + " " }'
    )
    for name in ("crumb_home", "crumb_1", "crumb_2"):
        shown.click(name)
    assert shown.window.rootObject().property("went") == "-1 1 "


def test_the_window_scales_with_its_size(stage: Stage, qtbot: QtBot) -> None:
    shown = stage('Label { objectName: "it" }')
    assert shown.window.surface.look.scale == 0.5
    shown.window.resize(1080, 1920)
    qtbot.waitUntil(lambda: shown.window.surface.look.scale == 1.0, timeout=3000)
    assert shown.it.mapToScene(QPoint(0, 0)).toPoint() == QPoint(0, 0)


@pytest.mark.qt_log_ignore("Nothing is not a type")
def test_a_broken_file_says_what_is_wrong(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "Broken.qml"
    file.write_text("import QtQuick\nItem { Nothing {} }\n", encoding="utf-8")
    with pytest.raises(QmlLoadError, match="Nothing is not a type"):
        QuickWindow(file)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="night"):
        Surface(mode="night")
