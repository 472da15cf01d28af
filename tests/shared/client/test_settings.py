"""A terminal's settings: which source wins, and what a wrong one says."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from shared.client.settings import TerminalSettings, argument_parser, load_settings, profile_path
from shared.domain.errors import HallError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZHITING_HOME", str(tmp_path))
    for name in ("ZHITING_TOKEN", "ZHITING_ENROL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def load(*arguments: str) -> TerminalSettings:
    parser = argument_parser("kiosk", "test")
    parser.add_argument("--zone")
    return load_settings("kiosk", parser.parse_args(arguments))


def write(name: str, content: str | bytes) -> Path:
    path = profile_path("kiosk", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


PROFILE = """
server = "http://10.0.0.1:8300/"
token = "from-profile"
language = "en"
zone = "b"
[devices.printer]
driver = "escpos"
"""


def test_a_profile_alone_is_enough() -> None:
    write("hall-1", PROFILE)
    settings = load("--profile", "hall-1")
    assert (settings.server, settings.token, settings.language) == ("http://10.0.0.1:8300", "from-profile", "en")
    assert settings.option("zone") == "b"
    assert settings.option("missing", 7) == 7
    assert settings.devices == {"printer": {"driver": "escpos"}}
    assert set(settings.options) == {"zone"}
    assert settings.data.is_dir()


def test_the_default_profile_is_read_without_being_named() -> None:
    write("default", PROFILE)
    assert load().token == "from-profile"


def test_environment_beats_profile_and_command_line_beats_both(monkeypatch: pytest.MonkeyPatch) -> None:
    write("default", PROFILE)
    monkeypatch.setenv("ZHITING_TOKEN", "from-environment")
    assert load().token == "from-environment"
    settings = load("--token", "given", "--server", "http://other:1/", "--language", "zh-CN", "--zone", "c")
    assert (settings.token, settings.server, settings.language, settings.option("zone")) == (
        "given", "http://other:1", "zh-CN", "c",
    )  # fmt: skip


def test_two_profiles_keep_their_data_apart() -> None:
    write("a", PROFILE)
    write("b", PROFILE)
    assert load("--profile", "a").data != load("--profile", "b").data


def test_an_address_without_a_scheme_is_one_on_the_halls_network() -> None:
    assert load("--server", "10.0.0.1:8300", "--token", "t").server == "http://10.0.0.1:8300"
    assert load("--server", "https://hall/", "--token", "t").server == "https://hall"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "server_setting_missing"),
        (("--server", "http://x"), "token_missing"),
        (("--profile", "nobody"), "profile_missing"),
    ],
)
def test_what_is_missing_is_named(arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(HallError) as refused:
        load(*arguments)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        "server = ",
        b"\xff\xfe",
        "server = 5",
        "server = ['x']\ntoken = 't'",
        "token = 7\nserver = 'http://x'",
        "server = 'http://x'\ntoken = 't'\nlanguage = 3",
        "server = 'http://x'\ntoken = 't'\ndevices = 'none'",
        "server = 'http://x'\ntoken = 't'\n[devices]\nprinter = 'escpos'",
    ],
)
def test_a_wrong_profile_is_told_with_its_path(content: str | bytes) -> None:
    path = write("wrong", content)
    with pytest.raises(HallError) as refused:
        load("--profile", "wrong")
    assert refused.value.code == "profile_wrong"
    assert refused.value.params["path"] == str(path)
    assert refused.value.params["fault"]


def test_a_profile_that_can_not_be_read_is_told(home: Path) -> None:
    profile_path("kiosk", "folder").mkdir(parents=True)
    with pytest.raises(HallError) as refused:
        load("--profile", "folder")
    assert refused.value.code == "profile_wrong"


def test_a_home_that_is_no_folder_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("ZHITING_HOME", str(home / "file"))
    with pytest.raises(HallError) as refused:
        load("--server", "http://x", "--token", "t")
    assert refused.value.code == "profile_wrong"


def test_a_token_is_not_shown_where_settings_are_printed() -> None:
    assert "secret-token" not in repr(load("--server", "http://x", "--token", "secret-token"))


def test_options_a_program_did_not_get_are_not_there() -> None:
    settings = load_settings(
        "kiosk", argparse.Namespace(server="http://x", token="t", profile="", language=None, zone=None)
    )
    assert settings.options == {}


def test_a_code_stands_where_a_token_may_and_the_nearer_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    write("coded", 'server = "http://10.0.0.1"\nenrol = "AAAA-BBBB-CCCC"\n')
    settings = load("--profile", "coded")
    assert (settings.token, settings.enrol, dict(settings.options)) == ("", "AAAA-BBBB-CCCC", {})
    assert "AAAA" not in repr(settings)
    settings = load("--profile", "coded", "--token", "given")
    assert (settings.token, settings.enrol) == ("given", "")
    write("default", PROFILE)
    assert (load("--enrol", "X").token, load("--enrol", "X").enrol) == ("", "X")
    monkeypatch.setenv("ZHITING_ENROL", "Y")
    assert (load().token, load().enrol) == ("", "Y")


def test_an_enrolled_machine_needs_neither() -> None:
    write("bare", 'server = "http://10.0.0.1"\n')
    with pytest.raises(HallError, match="token_missing"):
        load("--profile", "bare")
    (profile_path("kiosk", "bare").parents[1] / "data" / "kiosk-bare" / "terminal.key").write_text("{}")
    assert load("--profile", "bare").token == ""
