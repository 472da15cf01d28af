"""The server goes while a person is at the kiosk, and comes back."""

from __future__ import annotations

from pathlib import Path

from shared.devices.printer.protocol import PrinterStatus
from shared.devices.printer.stand_in import PrinterStandIn
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig


def tickets(hall: RunningHall) -> int:
    return len(hall.client("staff").tickets(limit="200").items)


def test_down_while_choosing_then_back_makes_one_ticket(make_kiosk: MakeRig, hall: RunningHall) -> None:
    kiosk = make_kiosk(hall).start()
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    hall.kill()
    kiosk.click("service_card_0")
    kiosk.until_step("trouble")
    assert kiosk.shows("trouble_retry")
    assert kiosk.papers() == []
    request = kiosk.app.queueing._session.request
    kiosk.click("trouble_retry")
    kiosk.until_step("trouble")
    assert kiosk.app.queueing._session.request == request
    hall.start()
    kiosk.until_step("ticket")
    kiosk.printed()
    assert tickets(hall) == 1
    assert request is not None and kiosk.state.ticket.id == str(request.id)

    # And with nobody here: a clear screen, which goes by itself.
    kiosk.click("ticket_done")
    kiosk.until_step("start")
    hall.stop()
    kiosk.until_step("away")
    assert kiosk.shows("away_title")
    hall.start()
    kiosk.until_step("start")


def test_a_paper_is_recorded_when_the_server_is_back(make_kiosk: MakeRig, hall: RunningHall, tmp_path: Path) -> None:
    printer = PrinterStandIn()
    try:
        devices = {"printer": {"driver": "escpos_tcp", "host": "127.0.0.1", "port": printer.port}}
        kiosk = make_kiosk(hall, devices=devices).start()
        assert kiosk.state.reader == "none"
        printer.set_status(PrinterStatus.PAPER_OUT)
        kiosk.click("start_search")
        kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
        kiosk.click("service_card_0")
        kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
        ticket_id = kiosk.app.queueing._session.ticket.id  # type: ignore[union-attr]
        hall.kill()
        printer.set_status(PrinterStatus.OK)
        kiosk.click("print_again")
        assert printer.wait_papers(1)
        kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
        hall.start()
        client = hall.client("staff")
        kiosk.app.printing.tell_server()
        kiosk.until(lambda: [paper.outcome for paper in client.papers(ticket_id)] == ["not_printed", "printed"])
        assert printer.papers[0].picture.height > 200
    finally:
        printer.close()


def test_a_wrong_token_is_said_on_the_screen(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall)
    kiosk.app.client._headers["Authorization"] = "Bearer nonsense"
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
