from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.finding import part


@given(st.sets(st.text(min_size=1, max_size=3), max_size=30), st.integers(1, 10))
def test_the_parts_of_a_list_are_all_of_it_in_order(names: set[str], length: int) -> None:
    rows = [(name, UUID(int=number)) for number, name in enumerate(names)]
    known = {id_: name for name, id_ in rows}
    seen: list[str] = []
    cursor = None
    while ids := part(rows, cursor, length):
        assert len(ids) <= length
        seen += [known[id_] for id_ in ids]
        cursor = seen[-1]
    assert seen == sorted(names)
