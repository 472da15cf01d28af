"""Chinese stands in the catalogue and in data, never in program text."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ("server", "kiosk_app", "counter_app", "signage_app", "admin_app", "shared")
SUFFIXES = {".py", ".qml", ".qss", ".html", ".js"}
HANZI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

# Files that cannot do without, and why. A name that is no longer needed fails the test below.
ALLOWED: dict[str, str] = {
    "shared/domain/announcements.py": "shows by example how a number is read aloud",
    "shared/devices/speech/espeak_text.py": "a rule of pronunciation acts on one character",
}


def _files_with_hanzi() -> dict[str, int]:
    found: dict[str, int] = {}
    for program in PROGRAMS:
        for path in sorted((ROOT / program).rglob("*")):
            if path.suffix in SUFFIXES and "__pycache__" not in path.parts and "assets" not in path.parts:
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                    if HANZI.search(line):
                        found.setdefault(path.relative_to(ROOT).as_posix(), number)
    return found


@pytest.fixture(scope="module")
def found() -> dict[str, int]:
    """First line with hanzi of every file that has any."""
    return _files_with_hanzi()


def test_no_hanzi_in_program_text(found: dict[str, int]) -> None:
    assert {path: line for path, line in found.items() if path not in ALLOWED} == {}


def test_the_allow_list_holds_nothing_superfluous(found: dict[str, int]) -> None:
    assert [path for path in ALLOWED if path not in found] == []


def test_the_search_finds_hanzi() -> None:
    assert HANZI.search(chr(0x5385)) is not None
    assert HANZI.search("hall") is None
