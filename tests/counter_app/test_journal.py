"""The journal of ratings, and which refusals are final."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from counter_app.features.feedback.journal import KeptRating, RatingJournal
from counter_app.features.feedback.outbox import is_final
from shared.domain.errors import HallError


def test_what_was_put_is_there_for_the_next_start(tmp_path: Path) -> None:
    first, second = KeptRating(str(uuid4()), 5), KeptRating(str(uuid4()), 2, ("slow",))
    journal = RatingJournal(tmp_path / "ratings")
    journal.put(first)
    journal.put(second)
    assert set(RatingJournal(tmp_path / "ratings").all()) == {first, second}
    journal.take_out(first.ticket_id)
    journal.take_out(first.ticket_id)
    assert RatingJournal(tmp_path / "ratings").all() == [second]


def test_reasons_replace_the_bare_level_under_the_same_key(tmp_path: Path) -> None:
    journal = RatingJournal(tmp_path)
    bare = KeptRating(str(uuid4()), 1)
    full = bare.with_reasons(("slow", "attitude"))
    journal.put(bare)
    journal.put(full)
    journal.put(bare, unless=lambda: True)
    assert journal.all() == [full]
    assert full.key == bare.key


def test_a_damaged_file_stops_nothing(tmp_path: Path) -> None:
    journal = RatingJournal(tmp_path)
    good = KeptRating(str(uuid4()), 4)
    journal.put(good)
    (tmp_path / "half.json").write_text('{"ticket_id": "')
    (tmp_path / f"{uuid4()}.new").write_text("never renamed")
    assert journal.all() == [good]
    assert (tmp_path / "half.damaged").exists()


def test_no_folder_yet(tmp_path: Path) -> None:
    assert RatingJournal(tmp_path / "nothing").all() == []


@pytest.mark.parametrize(
    ("code", "status", "final"),
    [
        ("already_rated", 409, True),
        ("rating_before_finish", 409, True),
        ("ticket_unknown", 404, True),
        ("server_unreachable", None, False),
        ("database_unavailable", 503, False),
        ("internal_error", 500, False),
        ("token_expired", 401, False),
        ("not_permitted", 403, False),
    ],
)
def test_which_refusals_are_final(code: str, status: int | None, final: bool) -> None:
    assert is_final(HallError(code, status=status)) is final
