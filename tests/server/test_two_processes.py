"""A hall of two processes: what people do at the same moment in both is done once, or refused; nothing is overwritten
in silence, and what one has begun the other goes on with when it is killed."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import insert, select

from server.audit import AuditRow
from server.database import HallRow
from server.features.signage.web_setting import FILE
from server.features.weather.models import WeatherRow
from shared.client.hall_client import HallClient
from shared.schemas.emergencies import EmergencyRaise
from shared.schemas.media import MediaUploadAsk
from shared.schemas.orders import ManyOrdersAsk
from shared.schemas.signage import AttractRuleEdit, ContentCreate, ContentEdit, ContentPlaces
from shared.schemas.updates import RolloutAsk, SignedManifest, UpdateReport
from shared.schemas.weather import WeatherSettings
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall
from tests.fakes.pair import PATIENCE_S, at_once, codes, pair_of_servers
from tests.fakes.postgres import PrivatePostgres
from tests.fakes.releases import release
from tests.fakes.upstream import serving

Pair = tuple[RunningHall, RunningHall]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Sky:
    """A source of weather, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def forecast(self, asked: dict[str, str]) -> tuple[int, Any]:
        self.asked += 1
        now = datetime.now(UTC) + timedelta(hours=8)
        day = now.date().isoformat()
        return 200, {
            "latitude": 23.125, "longitude": 113.25, "utc_offset_seconds": 28800, "timezone": "Asia/Shanghai",
            "current": {
                "time": now.strftime("%Y-%m-%dT%H:%M"), "temperature_2m": 21.4, "relative_humidity_2m": 63,
                "apparent_temperature": 20.1, "is_day": 1, "weather_code": 61, "wind_speed_10m": 3.2,
                "wind_direction_10m": 45,
            },
            "daily": {
                "time": [day], "weather_code": [61], "temperature_2m_max": [24.0], "temperature_2m_min": [17.2],
                "precipitation_probability_max": [80],
            },
        }  # fmt: skip


@pytest.fixture(scope="module")
def sky() -> Iterator[tuple[Sky, str]]:
    made = Sky()
    with serving({"/v1/forecast": made.forecast}) as address:
        yield made, address


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In a browser's place: notes each picture it is asked for, and waits for the file ``go`` before it makes one."""
    folder = tmp_path_factory.mktemp("camera")
    Image.new("RGB", (400, 300), "navy").save(folder / "picture.png")
    (folder / "asked").write_text("")
    (folder / "driver").write_text(
        f'echo "$2" >> {folder}/asked\nwhile [ ! -e {folder}/go ]; do sleep 0.02; done\ncp {folder}/picture.png "$1"\n'
    )
    return folder


@pytest.fixture(scope="module")
def pair(
    postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory, sky: tuple[Sky, str], camera: Path
) -> Iterator[Pair]:
    """Both find the weather due when they start."""

    def before(hall: RunningHall) -> None:
        (hall_id,) = hall.execute(select(HallRow.id))[0]
        settings = WeatherSettings.model_validate(
            {"driver": "open_meteo", "address": sky[1], "place": "云山", "latitude": 23.13, "longitude": 113.26}
        )
        hall.execute(
            insert(WeatherRow).values(
                hall_id=hall_id, settings=settings.model_dump(), version=1, next_at=LONG_AGO, failures=0, fault=""
            )
        )
        (hall.data / FILE).write_text(
            'allowed = ["localhost"]\nprivate_networks = true\n'
            f'command = ["/bin/sh", "{camera}/driver", "{{file}}", "{{address}}"]\n'
        )

    url = postgres.hall()
    with pair_of_servers(tmp_path_factory.mktemp("pair"), url, before) as made:
        yield made
    postgres.drop(url)


def offices(pair: Pair) -> tuple[HallClient, HallClient]:
    return pair[0].client("admin"), pair[1].client("admin")


def both(work: Callable[[HallClient], Any], pair: Pair) -> list[Any]:
    """The same at both, at the same moment."""
    return at_once(*(lambda one=one: work(one) for one in offices(pair)))  # type: ignore[misc]


def trail(hall: RunningHall, action: str, subject: object = None) -> int:
    chosen = select(AuditRow.action).where(AuditRow.action == action)
    return len(hall.execute(chosen if subject is None else chosen.where(AuditRow.subject == str(subject))))


def test_the_weather_is_asked_for_by_one_and_the_same_from_both(pair: Pair, sky: tuple[Sky, str]) -> None:
    first, second = offices(pair)
    wait_until(lambda: first.weather().as_of is not None, PATIENCE_S)
    assert first.weather() == second.weather() and second.weather_source().failures == 0
    assert sky[0].asked == 1


def test_a_page_is_photographed_by_one_also_when_it_is_asked_for_meanwhile(pair: Pair, camera: Path) -> None:
    first, second = offices(pair)
    page = "http://localhost:1/board"
    zone = {"id": "w", "kind": "web", "x": 0, "y": 0, "width": 400, "height": 300, "words": page}
    wall = {"width": 400, "height": 300, "zones": [zone], "calls_over": "full"}
    first.add_signage_content(ContentCreate(kind="layout", name="板", data=wall))
    asked = camera / "asked"
    wait_until(lambda: asked.read_text() == f"{page}\n", PATIENCE_S)
    for client in (first, second, first):
        (stands,) = client.fetch_signage_web_page(page)
        assert stands.next_at is not None and stands.next_at > datetime.now(UTC), "it is under way"
    (camera / "go").touch()
    wait_until(lambda: second.signage_web_pages()[0].media is not None, PATIENCE_S)
    (stands,) = first.signage_web_pages()
    assert second.signage_web_pages() == [stands] and asked.read_text() == f"{page}\n"


def test_a_playlist_that_two_change_is_changed_by_one(pair: Pair) -> None:
    first, _ = offices(pair)
    made = first.add_signage_content(ContentCreate(kind="playlist", name="大厅风采", data={"items": []}))

    def rename(client: HallClient) -> Any:
        name = "甲" if client is first else "乙"
        return client.edit_signage_content(made.id, ContentEdit(version=made.version, name=name))

    answers = at_once(lambda: rename(first), lambda: rename(pair[1].client("admin", "other")))
    assert codes(answers) == ["", "changed_meanwhile"]
    (kept,) = [one for one in answers if not isinstance(one, Exception)]
    assert next(one for one in first.signage_contents() if one.id == made.id) == kept
    assert [one.number for one in first.signage_versions(made.id)] == [1, 0]


def test_when_kiosks_rest_and_where_a_schedule_plays_is_not_overwritten_unseen(pair: Pair) -> None:
    first, second = offices(pair)
    wanted = [AttractRuleEdit(after_s=60), AttractRuleEdit(after_s=90)]
    answers = at_once(lambda: first.keep_attract_rule(wanted[0]), lambda: second.keep_attract_rule(wanted[1]))
    assert codes(answers) == ["", "changed_meanwhile"]
    (kept,) = first.attract_rules()
    lost = wanted[answers.index(next(one for one in answers if isinstance(one, Exception)))]
    # Whoever says what is so already is not refused, whatever they had read.
    first.keep_attract_rule(AttractRuleEdit(after_s=kept.after_s))
    second.keep_attract_rule(AttractRuleEdit(after_s=lost.after_s, before_s=kept.after_s))
    one, other = (first.add_signage_content(ContentCreate(kind="schedule", name=name, data={})) for name in "甲乙")
    one = first.place_signage_content(one.id, ContentPlaces(version=one.version, hall=True))
    second.place_signage_content(other.id, ContentPlaces(version=other.version, hall=True))
    # The first one's editor still shows it in the hall.
    again = ContentPlaces(version=one.version, hall=True, kiosks=True)
    assert codes(at_once(lambda: first.place_signage_content(one.id, again))) == ["changed_meanwhile"]
    assert [one.name for one in first.signage_contents() if one.hall] == ["乙"]


def test_an_upload_goes_on_at_the_other_process_and_is_finished_once(pair: Pair) -> None:
    noise = Image.frombytes("RGB", (300, 300), random.Random(6).randbytes(270_000))
    file = io.BytesIO()
    noise.save(file, "PNG")
    content, half = file.getvalue(), len(file.getvalue()) // 2
    ask = MediaUploadAsk(
        name="大厅.png", size=len(content), sha256=hashlib.sha256(content).hexdigest(), media_type="image/png"
    )
    begun = both(lambda client: client.begin_upload(ask), pair)
    assert begun[0] == begun[1] and begun[0].offset == 0, "one upload, whoever began"
    id_ = begun[0].id
    first, second = offices(pair)
    assert first.send_piece(id_, 0, content[:half]).offset == half
    pair[0].kill()
    assert second.begin_upload(ask).offset == half
    pair[0].start()
    # The rest comes to both: one writes, and a piece that is there already is taken for done.
    answers = both(lambda client: client.send_piece(id_, half, content[half:]), pair)
    assert set(codes(answers)) <= {"", "media_upload_busy"} and "" in codes(answers)
    answers = both(lambda client: client.finish_upload(id_), pair)
    assert "" in codes(answers) and set(codes(answers)) <= {"", "media_upload_busy", "media_unfinished"}
    for client in offices(pair):
        assert client.finish_upload(id_).sha256 == ask.sha256, "asked again, it is told again"
        assert client.begin_upload(ask).media is not None
    assert trail(pair[0], "media.uploaded", ask.sha256) == 1


def test_an_emergency_is_raised_once_and_replaced_once(pair: Pair) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)

    def say(**said: Any) -> Callable[[HallClient], Any]:
        wanted = EmergencyRaise.model_validate({"headline": "演练", "expires": until} | said)
        return lambda client: client.raise_emergency(wanted)

    assert codes(both(say(identifier="fire-1"), pair)) == ["", "emergency_known"]
    assert codes(both(say(msg_type="Update", references=["fire-1"]), pair)) == ["", "emergency_unknown"]
    pair[0].kill()
    (second,) = [pair[1].client("admin")]
    (now,) = [one for one in second.emergencies() if one.state == "active"]
    assert second.snapshot("emergencies").emergencies[0].identifier == now.identifier
    pair[0].start()
    assert codes(both(say(msg_type="Cancel", references=[now.identifier]), pair)) == ["", "emergency_unknown"]
    assert [one.state for one in offices(pair)[0].emergencies()].count("active") == 0


def test_a_rollout_is_begun_by_one_stopped_by_either_and_orders_are_given_once(pair: Pair, tmp_path: Path) -> None:
    first, second = offices(pair)
    kiosks = [pair[place % 2].client("kiosk", f"k{place}") for place in range(4)]
    ids = [kiosk.report("1.0.0", "", []).id for kiosk in kiosks]
    answers = both(lambda client: client.order_many(ManyOrdersAsk(kind="restart", terminal_ids=ids)), pair)
    told = sorted(one.code for answer in answers for one in answer)
    assert told == [""] * 4 + ["under_way"] * 4
    manifest, archive = release(tmp_path, "1.1.0")
    signed, content = SignedManifest.model_validate_json(manifest.read_bytes()), archive.read_bytes()
    made = both(lambda client: client.add_release(signed), pair)[0]
    both(lambda client: client.send_archive(made.id, 0, content), pair)
    assert first.releases()[0].whole and trail(pair[0], "update.release_arrived") == 1
    asked = RolloutAsk(release_id=made.id, terminal_ids=ids, healthy_minutes=1)
    answers = both(lambda client: client.begin_rollout(asked), pair)
    assert codes(answers) == ["", "rollout_running"]
    rollout = first.rollouts()[0].id
    (early,) = [kiosk for kiosk in kiosks if pair_wants(kiosk)]

    def healthy() -> Any:
        early.report("1.1.0", "", [])
        return early.report_update(UpdateReport(rollout_id=rollout, state="healthy"))

    # It says that it is healthy to one process while both are told to stop.
    answers = at_once(healthy, lambda: first.stop_rollout(rollout), lambda: second.stop_rollout(rollout))
    assert codes(answers) == ["", "", ""]
    for client in (first, second):
        found = client.rollout(rollout)
        assert found.state == "stopped" and [one.state for one in found.terminals].count("healthy") == 1
    assert trail(pair[0], "update.stopped", rollout) == trail(pair[0], "update.begun", rollout) == 1
    assert not any(pair_wants(kiosk) for kiosk in kiosks)


def pair_wants(kiosk: HallClient) -> UUID | None:
    wanted = kiosk.wanted_update().wanted
    return None if wanted is None else wanted.rollout_id
