"""The rating at the citizen's window: once, never lost, never in the next person's way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from counter_app.features.feedback.journal import KeptRating, RatingJournal
from counter_app.features.feedback.outbox import RatingOutbox
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.tickets import Rating, RatingRequest, TicketRequest
from tests.counter_app.conftest import Opens
from tests.counter_app.station import LONG_MS, Station, Workplace
from tests.fakes.hall import RunningHall


def kept(data: Path) -> list[tuple[int, tuple[str, ...]]]:
    return [(rating.level, rating.reasons) for rating in RatingJournal(data / "ratings").all()]


def test_bad_level_asks_why(station: Station, tmp_path: Path) -> None:
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    station.touch("face_2")
    station.wait(lambda: station.scene == "reasons")
    station.wait(lambda: kept(tmp_path / "data") == [(2, ())])
    assert not station.staff_client.ticket(ticket.id).rated, "the reasons are waited for"
    done = station.item("reasons_done")
    assert done is not None
    assert not done.isEnabled()
    for reason in ("slow", "attitude", "slow", "unclear"):
        station.touch(f"reason_{reason}")
    assert [r.key for r in station.app.citizen.state.reasons if r.chosen] == ["attitude", "unclear"]
    station.touch("reasons_done")
    station.wait(lambda: station.staff_client.ticket(ticket.id).rated)
    station.wait(lambda: kept(tmp_path / "data") == [])
    assert station.staff_client.today().ratings == station.staff_client.today().ratings | {"2": 1}


def test_reasons_may_be_skipped_and_the_face_counts_once(station: Station, tmp_path: Path) -> None:
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    citizen = station.app.citizen
    citizen.choose_face(2)
    citizen.choose_face(5)
    station.touch("reasons_skip")
    citizen.skip_reasons()
    station.wait(lambda: station.staff_client.ticket(ticket.id).rated)
    station.wait(lambda: kept(tmp_path / "data") == [])
    assert station.scene in ("thanks", "idle")


def test_no_touch_is_no_rating(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    station = open_station(shared_hall, workplace, rating_s=0.6)
    station.sign_in()
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    station.wait(lambda: station.scene == "idle")
    assert not station.staff_client.ticket(ticket.id).rated
    assert kept(tmp_path / "data") == []


def test_a_bad_face_without_reasons_still_counts_after_the_time(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace, rating_s=0.8)
    station.sign_in()
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    station.touch("face_2")
    station.wait(lambda: station.staff_client.ticket(ticket.id).rated)


def test_next_call_is_seen_at_once_and_the_faces_stay_a_little(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace, rating_overlap_s=1.5)
    station.sign_in()
    first, second = station.take(2)
    station.call()
    station.serve_and_finish()
    station.call()
    band = station.item("next_call")
    assert band is not None
    station.wait(band.isVisible)
    assert second.number in str(band.property("number"))
    assert station.scene == "rating"
    assert station.item("face_5") is not None
    station.wait(lambda: station.item_text("called_number") == second.number)
    assert not station.staff_client.ticket(first.id).rated


def test_the_next_service_ends_the_rating(station: Station) -> None:
    first, second = station.take(2)
    station.call()
    station.serve_and_finish()
    station.call()
    station.touch("face_5")
    station.wait(lambda: station.staff_client.ticket(first.id).rated)
    station.key(Qt.Key.Key_F4)
    station.settled("serving")
    station.wait(lambda: station.item_text("serving_number").startswith(second.number))


def test_finish_taken_back_takes_the_faces_away(station: Station) -> None:
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    station.key(Qt.Key.Key_F10)
    station.settled("serving")
    station.wait(lambda: station.scene == "serving")
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    station.wait(lambda: station.scene == "rating")
    station.touch("face_4")
    station.wait(lambda: station.staff_client.ticket(ticket.id).rated)


def test_rated_elsewhere_meanwhile(station: Station) -> None:
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    station.hall.client("counter", "another").rate(ticket.id, RatingRequest(level=4))
    station.wait(lambda: station.scene in ("already", "idle"))
    assert station.item("face_5") is None


def test_rating_while_the_server_is_down_survives_a_kill(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    station = open_station(shared_hall, workplace)
    station.sign_in()
    (ticket,) = station.take()
    station.call()
    station.serve_and_finish()
    shared_hall.kill()
    try:
        station.touch("face_5")
        station.wait(lambda: station.scene == "thanks")
        assert kept(data) == [(5, ())], "thanks are said for what is on disk"
        station.stop()
    finally:
        shared_hall.start()
    assert not shared_hall.client("staff").ticket(ticket.id).rated
    again = open_station(shared_hall, workplace)
    again.wait(lambda: again.staff_client.ticket(ticket.id).rated)
    again.wait(lambda: kept(data) == [])


class PatchyClient(HallClient):
    """The first answers are lost: once before the server hears, once after it has decided."""

    tries = 0

    def rate(self, ticket_id: UUID, rating: RatingRequest, *, key: str | None = None) -> Rating:
        self.tries += 1
        if self.tries == 1:
            raise HallError("server_unreachable")
        answer = super().rate(ticket_id, rating, key=key)
        if self.tries == 2:
            raise HallError("server_unreachable")
        return answer


def test_a_kept_rating_is_sent_until_it_is_taken(
    qtbot: QtBot, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    staff = shared_hall.client("staff")
    ticket = staff.issue(TicketRequest(service_id=workplace.service.id))
    staff.counter_state(workplace.counter.id, "sign-in", {"staff_number": workplace.staff_number})
    staff.call_next(workplace.counter.id)
    staff.ticket_step(workplace.counter.id, "finish")
    client = PatchyClient(shared_hall.url, shared_hall.token("counter", "patchy"))
    outbox = RatingOutbox(client, RatingJournal(tmp_path / "ratings"))
    heard: list[str] = []
    outbox.kept.connect(lambda ticket_id: heard.append("kept"))
    outbox.sent.connect(lambda ticket_id: heard.append("sent"))
    outbox.keep(KeptRating(str(ticket.id), 5))
    qtbot.waitUntil(lambda: heard == ["kept", "sent"], timeout=LONG_MS)
    assert client.tries == 3
    assert kept(tmp_path) == []
    assert staff.ticket(ticket.id).rated
    outbox.stop()
    client.close()


def test_a_full_disk_sends_at_once_and_tells_only_when_that_fails_too(
    qtbot: QtBot, shared_hall: RunningHall, tmp_path: Path
) -> None:
    (tmp_path / "ratings").write_text("a file where the folder should be")
    client = HallClient("http://127.0.0.1:9", "none")
    outbox = RatingOutbox(client, RatingJournal(tmp_path / "ratings"))
    rating = KeptRating(str(uuid4()), 5)
    with qtbot.waitSignal(outbox.lost, timeout=LONG_MS) as lost:
        outbox.keep(rating)
    assert lost.args == [rating.ticket_id]
    outbox.stop()
    client.close()


def test_a_rating_taken_out_while_all_are_read_is_no_damage(tmp_path: Path) -> None:
    journal = RatingJournal(tmp_path)
    left = KeptRating(str(uuid4()), 5)
    journal.put(left)
    # What a reader meets between listing a file and opening it: a name without a file.
    (tmp_path / f"{uuid4()}.json").symlink_to(tmp_path / "gone")
    assert journal.all() == [left]
    assert list(tmp_path.glob("*.damaged")) == []


def test_five_faces(station: Station) -> None:
    model = station.app.model
    assert model.facts is not None
    model.facts = replace(model.facts, hall=model.facts.hall.model_copy(update={"rating_levels": 5}))
    station.take()
    station.call()
    station.serve_and_finish()
    station.touch("face_3")
    station.wait(lambda: station.scene == "thanks")
