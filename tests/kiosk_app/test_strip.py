"""The strip shows every candidate once, and never more than its row holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.strip import CELLS, CELLS_ELDER, cells, pages, strip_view
from shared.domain.characters import Candidate

TEXTS = st.lists(st.text("\u4e00\u4e8c", min_size=1, max_size=4).map(Candidate), max_size=60)


@given(TEXTS, st.sampled_from([CELLS, CELLS_ELDER]))
def test_pages_hold_all_of_them_in_order_and_leave_room_for_the_turning_keys(
    candidates: list[Candidate], room: int
) -> None:
    made = pages(candidates, room)
    assert [candidate for page in made for candidate in page] == candidates
    for number, page in enumerate(made):
        turning = (number > 0) + (number < len(made) - 1)
        assert sum(cells(candidate.text) for candidate in page) <= room - turning
        assert page or len(made) == 1


def test_what_fits_needs_no_second_page() -> None:
    assert len(pages([Candidate("\u4e00")] * CELLS, CELLS)) == 1
    assert [len(page) for page in pages([Candidate("\u4e00")] * (CELLS + 1), CELLS)] == [CELLS - 1, 2]
    assert [len(page) for page in pages([Candidate("\u4e00" * 3)] * 6, CELLS)] == [3, 3]


def test_elder_mode_shows_fewer_and_a_page_that_is_gone_is_the_last_one() -> None:
    candidates = [Candidate("\u4e00")] * 20
    plain, elder = strip_view(candidates, 0, False), strip_view(candidates, 0, True)
    assert len(elder.candidates) < len(plain.candidates)
    last = strip_view(candidates, 99, False)
    assert last.page == last.pages - 1 and last.candidates
    assert strip_view([], 3, False).candidates == ()
