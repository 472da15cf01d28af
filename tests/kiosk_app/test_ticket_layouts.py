"""Layouts at the kiosk: tried on its own printer, and kept for a start without the server."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from shared.devices.printer.protocol import PrinterStatus
from shared.devices.printer.stand_in import PrinterStandIn
from shared.i18n import text
from shared.schemas.ticket_layout import TicketLayout
from shared.schemas.ticket_layouts import LayoutCreate, LayoutPublish, LayoutUses
from shared.schemas.trial_prints import TrialAsk
from tests.fakes.hall import RunningHall, free_port
from tests.kiosk_app.conftest import MakeRig

DRAFT = TicketLayout.model_validate(
    {
        "blocks": [
            {"kind": "text", "id": "t", "texts": {"zh-CN": "新版式 {item}"}},
            {"kind": "field", "id": "n", "field": "number"},
        ]
    }
)


def test_a_layout_is_tried_on_the_kiosks_printer_and_kept_over_a_start_without_the_server(
    make_kiosk: MakeRig, shared_hall: RunningHall, tmp_path: Path
) -> None:
    admin, printer = shared_hall.client("admin"), PrinterStandIn()
    devices = {"printer": {"driver": "escpos_tcp", "host": "127.0.0.1", "port": printer.port}}
    try:
        kiosk = make_kiosk(shared_hall, devices=devices).start()

        def here() -> bool:
            return any(one.name == "kiosk-1" and one.online for one in admin.terminals() if one.kind == "kiosk")

        kiosk.until(here)
        me = next(one for one in admin.terminals() if one.kind == "kiosk" and one.name == "kiosk-1")
        asked = admin.try_ticket_layout(TrialAsk(terminal_id=me.id, draft=DRAFT, sample="several"))
        kiosk.until(lambda: admin.trial_print(asked.id).state != "waiting")
        assert admin.trial_print(asked.id).state == "printed"
        (paper,) = printer.papers
        shown = [line.strip() for line in paper.lines if line]
        assert shown[0] == text("devices.ticket_paper.trial", "zh-CN")
        assert shown[1].startswith("新版式 ")
        assert shown[-1] == "A017"
        # What went wrong is told, and nothing comes out later.
        printer.set_status(PrinterStatus.PAPER_OUT)
        again = admin.try_ticket_layout(TrialAsk(terminal_id=me.id, draft=DRAFT))
        kiosk.until(lambda: admin.trial_print(again.id).state != "waiting")
        assert (admin.trial_print(again.id).state, admin.trial_print(again.id).code) == ("not_printed", "paper_out")
        printer.set_status(PrinterStatus.OK)
        assert len(printer.papers) == 1

        made = admin.add_ticket_layout(LayoutCreate(name="试", draft=DRAFT))
        made = admin.publish_ticket_layout(made.id, LayoutPublish(version=made.version))
        use = LayoutUses.model_validate({"uses": [{"kind": "terminal", "target": me.id}]})
        admin.use_ticket_layout(made.id, use)
        kiosk.until(lambda: kiosk.app.copy.layouts.terminal is not None)
        printed_by = kiosk.app.copy.layouts
        admin.use_ticket_layout(made.id, LayoutUses(uses=[]))
        kiosk.until(lambda: kiosk.app.copy.layouts.terminal is None)
        admin.use_ticket_layout(made.id, use)
        kiosk.until(lambda: kiosk.app.copy.layouts.terminal is not None)
        kiosk.stop()

        # The next morning, and no server: by the layout of yesterday.
        nowhere = SimpleNamespace(url=f"http://127.0.0.1:{free_port()}", token=shared_hall.token)
        dark = make_kiosk(nowhere, devices=devices)  # type: ignore[arg-type]
        assert dark.app.copy.layouts == printed_by
        assert dark.app.copy.layouts.of(None) == DRAFT.model_dump(mode="json")
        # Half of it, or something else, is none: the built-in layout is printed.
        kept = tmp_path / "kiosk-data" / "layouts.json"
        kept.write_bytes(kept.read_bytes().replace("新版式".encode(), "旧版式".encode()))
        assert make_kiosk(nowhere, devices=devices).app.copy.layouts.of(None) is None  # type: ignore[arg-type]
    finally:
        uses = [one for one in admin.ticket_layouts() if one.uses]
        for one in uses:
            admin.use_ticket_layout(one.id, LayoutUses(uses=[]))
        printer.close()
