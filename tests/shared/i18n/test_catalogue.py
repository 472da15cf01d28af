"""The catalogue: loading, falling back, and that every language says everything."""

from pathlib import Path

import pytest

from shared.i18n import Catalogue, catalogue, language_name, languages, text
from shared.i18n.catalogue import DEFAULT_LANGUAGE, load_language, params_of


@pytest.fixture
def hall(tmp_path: Path) -> Catalogue:
    """A small catalogue with two languages; English lacks a text."""
    for code, content in {
        "zh-CN": 'hello = "NI HAO {name}"\n[deep.er]\nonly = "ZHI YOU"\n',
        "en": 'hello = "Hello {name}"\n',
    }.items():
        (tmp_path / code).mkdir()
        (tmp_path / code / "kiosk.toml").write_text(content, encoding="utf-8")
    return Catalogue(tmp_path)


def test_key_is_area_table_key(hall: Catalogue) -> None:
    assert hall.fill("kiosk.hello", "en", {"name": "Li"}) == "Hello Li"
    assert hall.fill("kiosk.deep.er.only", "zh-CN", {}) == "ZHI YOU"


def test_missing_text_falls_back_to_chinese_and_warns_once(hall: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    assert hall.fill("kiosk.deep.er.only", "en", {}) == "ZHI YOU"
    assert hall.fill("kiosk.deep.er.only", "en", {}) == "ZHI YOU"
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_unknown_key_is_shown_in_brackets(hall: Catalogue) -> None:
    assert hall.fill("kiosk.nothing", "en", {}) == "[kiosk.nothing]"


def test_missing_parameter_stays_visible(hall: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    assert hall.fill("kiosk.hello", "en", {}) == "Hello {name}"
    assert "name" in caplog.text


def test_parameters_may_be_called_key_and_params() -> None:
    assert "7" in text("ui.keypad.key", language="en", key="7")


def test_a_hall_adds_a_language_by_adding_a_folder(tmp_path: Path) -> None:
    for code in ("en", "zh-CN", "ug"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "ui.toml").write_text(f'name = "{code}"', encoding="utf-8")
    grown = Catalogue(tmp_path)
    assert grown.languages() == ("zh-CN", "en", "ug")
    assert grown.fill("ui.name", "ug", {}) == "ug"


def test_numbers_and_lists_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ui.toml").write_text("n = 3", encoding="utf-8")
    with pytest.raises(TypeError, match=r"ui\.n"):
        load_language(tmp_path)


def test_every_language_has_a_name() -> None:
    assert languages()[0] == DEFAULT_LANGUAGE
    assert all(not language_name(code).startswith("[") for code in languages())


@pytest.mark.parametrize("language", [code for code in languages() if code != DEFAULT_LANGUAGE])
def test_languages_have_the_same_keys(language: str) -> None:
    ours, theirs = catalogue().keys(DEFAULT_LANGUAGE), catalogue().keys(language)
    assert sorted(ours - theirs) == [], f"{language} lacks texts"
    assert sorted(theirs - ours) == [], f"{DEFAULT_LANGUAGE} lacks texts"


@pytest.mark.parametrize("language", [code for code in languages() if code != DEFAULT_LANGUAGE])
def test_languages_use_the_same_parameters(language: str) -> None:
    different = {
        key: (ours, theirs)
        for key in sorted(catalogue().keys(DEFAULT_LANGUAGE) & catalogue().keys(language))
        if (ours := _params(key, DEFAULT_LANGUAGE)) != (theirs := _params(key, language))
    }
    assert different == {}


@pytest.mark.parametrize("language", languages())
def test_no_text_is_empty(language: str) -> None:
    assert [key for key in catalogue().keys(language) if not (catalogue().template(key, language) or "").strip()] == []


def _params(key: str, language: str) -> frozenset[str]:
    template = catalogue().template(key, language)
    assert template is not None
    return params_of(template)
