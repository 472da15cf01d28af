"""A report of a newer terminal: what of it an older program knows counts, the rest is passed over."""

from __future__ import annotations

import json

from admin_app.features.terminals.rows import device_line
from shared.schemas.terminals import TerminalReport

PRINTER = {"kind": "printer", "driver": "escpos", "state": "error", "code": "paper_out"}
MACHINE = {
    "screens": [{"name": "1", "width": 1080, "height": 1920}], "volume": 40, "disk_free_mb": 900, "can": ["power"],
    "macs": ["aa:bb:cc:dd:ee:ff"],
}  # fmt: skip


def read(**fields: object) -> TerminalReport:
    return TerminalReport.model_validate_json(json.dumps({"version": "9.0.0", **fields}))


def test_unknown_words_and_fields_refuse_nothing_of_the_rest() -> None:
    known = read(devices=[PRINTER], machine=MACHINE)
    newer = read(
        devices=[
            PRINTER | {"wear": {"head": 3}}, {"kind": "palm_reader", "driver": "x", "state": "ok"},
            {"kind": "scanner", "driver": "x", "state": "drowsy"}, {"name": "of another shape"}, 3,
        ],
        machine=MACHINE | {
            "can": ["dance", "power"], "gpu_c": 40, "temperature_c": "warm", "brightness": 140,
            "macs": ["aa:bb:cc:dd:ee:ff", "an address of another kind"],
            "screens": [{"name": "1", "width": 1080, "height": 1920}, {"name": "2"}],
        },
        moods=["fine"],
    )  # fmt: skip
    assert newer.machine == known.machine and newer.machine is not None
    assert [(one.kind, one.state) for one in newer.devices] == [
        ("printer", "error"), ("palm_reader", "ok"), ("scanner", "warning"),
    ]  # fmt: skip
    # What the console says of it: the words that came.
    line = device_line(newer.devices[1], "zh-CN")
    assert (line.kind, line.tone) == ("palm_reader", "ok")
    assert len(read(devices=[PRINTER] * 30).devices) == 20 and read(machine=["of another shape"]).machine is None
