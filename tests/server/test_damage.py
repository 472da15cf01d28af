"""A database that is damaged is put aside at the start; no empty hall ever takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from server.quarantine import check, quarantined
from shared.domain.errors import HallError
from tests.fakes.hall import demo_data, running_hall
from tests.server.test_process import refused_start

PAGE = 4096


def damaged_hall(folder: Path, how: str) -> Path:
    data = folder / "hall"
    shutil.copytree(demo_data(), data)
    raw = bytearray((data / "hall.db").read_bytes())
    if how == "a page of it":
        raw[30 * PAGE : 32 * PAGE] = b"\xa5" * (2 * PAGE)
    elif how == "its head":
        raw[:100] = b"\0" * 100
    elif how == "its end":
        del raw[len(raw) // 2 :]
    else:
        raw.clear()
    (data / "hall.db").write_bytes(raw)
    return data


@pytest.mark.parametrize("how", ["a page of it", "its head", "its end", "all of it"])
def test_each_damage_is_found_and_put_aside(tmp_path: Path, how: str) -> None:
    data = damaged_hall(tmp_path, how)
    raw = (data / "hall.db").read_bytes()
    for _ in range(2):
        with pytest.raises(HallError, match="database_quarantined"):
            check(data)
    aside = quarantined(data)
    assert aside is not None and (aside / "hall.db").read_bytes() == raw, "as it was, for whoever looks into it"
    assert not (data / "hall.db").exists()


def test_a_good_hall_and_a_folder_without_one_pass(tmp_path: Path) -> None:
    check(tmp_path)
    data = tmp_path / "hall"
    shutil.copytree(demo_data(), data)
    check(data)
    assert quarantined(data) is None


def test_the_server_says_what_to_do_and_starts_no_new_hall(tmp_path: Path) -> None:
    data = damaged_hall(tmp_path, "a page of it")
    said = refused_start("--data", data, "--demo", "--port", 0)
    assert "./run restore --from" in said and str(data / "damaged-") in said
    assert not (data / "hall.db").exists()


def test_a_restored_hall_starts_and_the_damaged_one_is_still_there(tmp_path: Path) -> None:
    with running_hall(tmp_path) as hall:
        service = hall.easy_service()
        hall.stop()
        (hall.data / "hall.db").write_bytes(b"not a database" * 1000)
        with pytest.raises(HallError, match="database_quarantined"):
            check(hall.data)
        aside = quarantined(hall.data)
        assert aside is not None
        shutil.copyfile(demo_data() / "hall.db", hall.data / "hall.db")
        hall.start()
        assert hall.easy_service().id == service.id
        assert (aside / "hall.db").exists() and quarantined(hall.data) is None
