"""Whatever is done to a hall's files, the answer is a hall or a list of problems."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.features.setup.hall_files import HallFilesError, load_hall, problem_text

DEMO = Path(__file__).resolve().parents[4] / "assets" / "demo"
FILES = sorted(str(path.relative_to(DEMO)) for path in DEMO.rglob("*") if path.suffix in (".toml", ".csv"))


def _broken(text: str, rng: random.Random, kind: str) -> str:
    lines = text.split("\n")
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    match kind:
        case "shuffle lines":
            rng.shuffle(lines)
        case "shuffle sections":
            sections = "\n".join(lines).split("\n\n")
            rng.shuffle(sections)
            return "\n\n".join(sections)
        case "drop lines":
            del lines[min(at, to) : min(at, to) + rng.randrange(1, 8)]
        case "swap lines":
            lines[at], lines[to] = lines[to], lines[at]
        case "repeat a line":
            lines.insert(to, lines[at])
        case "cut":
            return text[: rng.randrange(len(text))]
        case "swap values":
            words = re.findall(r'"[^"\n]*"|\d+|,[^,\n]+,', text) or [""]
            return text.replace(rng.choice(words), rng.choice([*words, "{}", "[[]]", "true", "1e999", '""']), 1)
        case "stray characters":
            place = rng.randrange(len(text) + 1)
            return (
                text[:place]
                + rng.choice("\"=[]{},\n\t\x00#\\'~～\u2028\r-\ufeff9") * rng.randrange(1, 4)
                + text[place:]
            )
    return "\n".join(lines)


KINDS = (
    "shuffle lines", "shuffle sections", "drop lines", "swap lines", "repeat a line", "cut", "swap values",
    "stray characters", "remove file", "bytes",
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name) / "hall"


@settings(max_examples=60, deadline=None)
@given(
    damage=st.lists(st.tuples(st.sampled_from(FILES), st.sampled_from(KINDS)), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
    junk=st.binary(max_size=20),
)
def test_damaged_files_give_a_hall_or_a_list_of_problems(
    scratch: Path, damage: list[tuple[str, str]], seed: int, junk: bytes
) -> None:
    rng = random.Random(seed)
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(DEMO, scratch)
    for file, kind in damage:
        path = scratch / file
        if kind == "remove file":
            path.unlink(missing_ok=True)
        elif path.exists() and kind == "bytes":
            content = path.read_bytes()
            place = rng.randrange(len(content) + 1)
            path.write_bytes(content[:place] + junk + content[place:])
        elif path.exists():
            text = path.read_bytes().decode("utf-8", errors="replace")
            path.write_bytes(_broken(text or "#", rng, kind).encode("utf-8"))
    try:
        hall = load_hall(scratch)
    except HallFilesError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.file
            assert "[hall_files." not in problem_text(problem, "en") + problem_text(problem, "zh-CN")
    else:
        assert all(hall.counters_of(service.key) for service in hall.services)


def test_a_tree_may_be_very_deep(scratch: Path) -> None:
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(DEMO, scratch)
    levels = 1500
    lines = ['[group.deep-0]\nparent = "tax"\nname = "n"\nname_en = "n"']
    for level in range(1, levels):
        lines.append(f'[group.deep-{level}]\nparent = "deep-{level - 1}"\nname = "n"\nname_en = "n"')
    lines.append(f'[service.deepest]\nparent = "deep-{levels - 1}"\nname = "n"\nname_en = "n"\ntypical_minutes = 5')
    (scratch / "services" / "8-deep.toml").write_text("\n".join(lines), encoding="utf-8")
    counters = (scratch / "counters.csv").read_text(encoding="utf-8")
    (scratch / "counters.csv").write_text(counters + "F77,n,n,3,f,tax\n", encoding="utf-8")
    hall = load_hall(scratch)
    assert len(hall.path("deepest")) == levels + 3
    assert hall.counters_of("deepest") == ("F77",)
