"""Drafts: only what differs, with what stood there before, safe on the disk."""

from __future__ import annotations

from pathlib import Path

from admin_app.editing.drafts import Drafts


def test_only_differences_are_kept_with_what_they_replaced(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts.json")
    drafts.put("service:1", {"name": "new", "series": "A"}, {"name": "old", "series": "A"})
    assert drafts.fields("service:1") == {"name": "new"}
    assert drafts.base("service:1") == {"name": "old"}
    # Somebody else renames it meanwhile: what we replaced stays known.
    drafts.put("service:1", {"name": "newer", "series": "A"}, {"name": "theirs", "series": "A"})
    assert drafts.base("service:1") == {"name": "old"}
    drafts.put("service:1", {"name": "theirs", "series": "A"}, {"name": "theirs", "series": "A"})
    assert len(drafts) == 0


def test_drafts_come_back_and_an_empty_book_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "drafts.json"
    drafts = Drafts(path)
    drafts.put("counter:new:1:a", {"label": "甲", "service_ids": ["x"]}, {"label": "", "service_ids": []})
    drafts.save()
    again = Drafts(path)
    assert again.keys("counter:") == {"counter:new:1:a"}
    assert again.fields("counter:new:1:a") == {"label": "甲", "service_ids": ["x"]}
    again.clear()
    again.save()
    assert not path.exists()


def test_a_damaged_file_costs_the_drafts_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "drafts.json"
    for content in ("{", "[]", '{"service:1": 3}'):
        path.write_text(content, "utf-8")
        assert len(Drafts(path)) == 0
