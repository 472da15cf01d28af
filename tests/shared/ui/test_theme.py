"""Tokens: readable, large enough, and the same names everywhere."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from shared.ui.theme import MODES, PROFILES, Look, design_size, resolve
from shared.ui.theme.widgets import style_sheet

UI = Path(__file__).resolve().parents[3] / "shared" / "ui"
TEXT_ON = [
    ("foreground", "background"),
    ("foreground", "surface"),
    ("foreground", "surface_sunken"),
    ("foreground", "selection"),
    ("muted", "background"),
    ("muted", "surface"),
    ("primary", "surface"),
    ("primary", "background"),
    ("primary", "primary_soft"),
    ("primary_text", "primary"),
    ("primary_text_muted", "primary"),
    ("call_text", "call"),
    ("call", "call_soft"),
    ("ok", "ok_soft"),
    ("warn", "warn_soft"),
    ("error", "error_soft"),
    ("info", "info_soft"),
    ("ink", "paper"),
]


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(QColor(first)), _luminance(QColor(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_has_a_contrast_of_seven(mode: str, ink: str, ground: str) -> None:
    tokens = resolve(Look(mode=mode))
    assert _contrast(str(tokens[ink]), str(tokens[ground])) >= 7.0


@pytest.mark.parametrize("mode", MODES)
def test_both_modes_have_every_token(mode: str) -> None:
    assert resolve(Look(mode=mode)).keys() == resolve(Look()).keys()


def test_kiosk_letters_and_targets_are_large_enough() -> None:
    tokens = resolve(Look(profile="kiosk"))
    assert min(int(value) for name, value in tokens.items() if name.startswith("text_")) >= 36
    assert int(tokens["touch_target"]) >= 96


def test_elder_mode_is_larger_fewer_and_still() -> None:
    plain, elder = resolve(Look()), resolve(Look(elder=True))
    assert int(elder["text_body"]) > int(plain["text_body"])
    assert int(elder["choices"]) < int(plain["choices"])
    assert (elder["motion_calm"], elder["motion_slow"]) == (0, 0)


@pytest.mark.parametrize("name", ["motion_quick", "motion_calm", "motion_slow"])
def test_motion_takes_150_to_250_ms(name: str) -> None:
    assert 150 <= int(resolve(Look())[name]) <= 250


def test_a_half_size_window_has_half_size_letters() -> None:
    assert int(resolve(Look(scale=0.5))["text_title"]) * 2 == int(resolve(Look())["text_title"])


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_a_design_size(profile: str) -> None:
    width, height = design_size(profile)
    assert width > 0
    assert height > 0
    assert resolve(Look(profile=profile)).keys() == resolve(Look()).keys()


def test_the_qml_theme_names_exactly_the_tokens() -> None:
    qml = (UI / "quick" / "ZhiTing" / "Ui" / "Theme.qml").read_text(encoding="utf-8")
    assert set(re.findall(r"Native\.tokens\.(\w+)", qml)) == set(resolve(Look()))


def test_the_style_sheet_is_filled_in_every_mode() -> None:
    for mode in MODES:
        assert "$" not in style_sheet(Look(mode=mode, profile="desk"))


def test_no_colour_stands_outside_the_tokens() -> None:
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|\brgba?\(")
    files = [path for path in UI.rglob("*") if path.suffix in {".qml", ".py", ".qss"}]
    assert len(files) > 30
    assert [path.name for path in files if literal.search(path.read_text(encoding="utf-8"))] == []
