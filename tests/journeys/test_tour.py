"""The whole main job with real programs on virtual screens: what ``./run tour`` shows."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image

from tests.journeys.tour import STEPS, run


def test_every_step_of_the_main_job_is_seen(tmp_path: Path) -> None:
    report = run(tmp_path / "tour")
    assert report["complete"], report["steps"][-1].get("why")
    assert [entry["step"] for entry in report["steps"]] == [step.__name__ for step in STEPS]
    assert json.loads((tmp_path / "tour" / "tour.json").read_text()) == report
    for name in report["pictures"]:
        with Image.open(tmp_path / "tour" / name) as picture:
            colours = picture.convert("RGB").resize((64, 64)).getcolors(64 * 64)
            assert colours is not None
            assert len(colours) > 8, f"{name} is an empty picture"
