"""The server goes while a person is at the kiosk, and comes back."""

from __future__ import annotations

from shared.devices.printer.protocol import PrinterStatus
from shared.devices.printer.stand_in import PrinterStandIn
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig


def tickets(hall: RunningHall) -> int:
    return len(hall.client("staff").tickets(limit="200").items)


def test_away_in_the_middle_and_back(make_kiosk: MakeRig, hall: RunningHall) -> None:
    """One hall, because each start of it costs seconds: issue, print, record and rest, each with the server gone."""
    printer = PrinterStandIn()
    try:
        devices = {"printer": {"driver": "escpos_tcp", "host": "127.0.0.1", "port": printer.port}}
        kiosk = make_kiosk(hall, devices=devices, alone_after_seconds=0.0).start()
        assert kiosk.state.reader == "none"
        printer.set_status(PrinterStatus.PAPER_OUT)

        # The press finds no server: it is kept, repeated with the same id, and becomes one ticket.
        # It is searched, letters and characters, in what the kiosk knows itself.
        kiosk.click("start_search")
        hall.kill()
        kiosk.until(lambda: not kiosk.state.connected)
        kiosk.type("BSZX")
        kiosk.click("candidate_0")
        assert kiosk.state.query == "\u529e\u4e8b\u54a8\u8be2"
        kiosk.click("service_card_0")
        kiosk.until_step("trouble")
        request = kiosk.app.queueing._session.request
        kiosk.click("trouble_retry")
        kiosk.until_step("trouble")
        assert kiosk.app.queueing._session.request == request is not None
        assert printer.papers == []
        hall.start()
        kiosk.until_step("ticket")
        kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
        assert kiosk.state.ticket.id == str(request.id)
        assert tickets(hall) == 1
        client = hall.client("staff")
        kiosk.until(lambda: [paper.outcome for paper in client.papers(request.id)] == ["not_printed"])
        kiosk.until(lambda: kiosk.state.connected)

        # The second paper comes out while the server is away: the ledger hears of it later.
        hall.stop()
        printer.set_status(PrinterStatus.OK)
        kiosk.click("print_again")
        assert printer.wait_papers(1)
        kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
        assert printer.papers[0].picture.height > 200

        # Nobody is here and no server: a clear screen, which goes by itself.
        kiosk.click("ticket_done")
        kiosk.until_step("away")
        assert kiosk.shows("away_title")
        hall.start()
        kiosk.until_step("start")
        kiosk.until(lambda: [paper.outcome for paper in client.papers(request.id)] == ["not_printed", "printed"])
    finally:
        printer.close()


def test_a_wrong_token_is_said_on_the_screen(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall)
    kiosk.app.client._token = "nonsense"
    kiosk.app.start()
    kiosk.until(lambda: not kiosk.state.connecting)
    assert kiosk.state.step == "away"
    assert kiosk.state.away_text != ""


def test_a_device_that_is_set_up_wrongly_does_not_stop_the_kiosk(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(
        shared_hall, devices={"card_reader": {"driver": "no-such"}, "printer": {"driver": "file"}}
    ).start()
    assert {health.code for health in kiosk.app.devices.health()} == {"device_driver_unknown", "device_setting_wrong"}
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.click("service_card_0")
    kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")


def test_the_hall_hears_how_the_devices_are(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall, place="1F-03").start()
    client = shared_hall.client("admin")

    def told() -> bool:
        found = [one for one in client.terminals() if one.name == "kiosk-1"]
        return (
            bool(found)
            and found[0].place == "1F-03"
            and {d.kind for d in found[0].devices} == {"card_reader", "printer"}
        )

    kiosk.until(told)
