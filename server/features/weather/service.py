"""The weather as it is shown, and the settings of where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from server import audit
from server.again import is_due as is_due_again
from server.audit import Actor
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.weather.drivers.open_meteo import OpenMeteo
from server.features.weather.drivers.protocol import Place, Told, WeatherDriver
from server.features.weather.models import WeatherRow
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.schemas.upstreams import is_here
from shared.schemas.weather import Weather, WeatherSettings, WeatherSettingsEdit, WeatherSource

CHANGED: Final = "weather.changed"
NUDGE: Final = "weather"
KEY: Final = "weather.key_cipher"
# Longer than any question takes: whoever asked is given up after it.
LEASE: Final = timedelta(minutes=2)
# A source that fails is asked again after 1, 2, 4 … minutes.
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
# A forecast holds for a while; what is older is shown as old.
FRESH: Final = timedelta(hours=3)
# A source's clock may be wrong by so much; what it calls now is not older than a day.
AHEAD: Final = timedelta(hours=1)
BEHIND: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Question:
    """One question this process has to ask; ``version`` of the settings it is asked by."""

    address: str
    driver: WeatherDriver = field(repr=False)
    place: Place
    version: int


def shown(reader: Reader) -> Weather:
    """The last that is known, from the row; without one only that there is none."""
    row = reader.session.get(WeatherRow, reader.hall_id)
    return _shown(row) if row is not None else Weather()


def source(reader: Reader) -> WeatherSource:
    row = reader.session.get(WeatherRow, reader.hall_id)
    if row is None:
        return WeatherSource(
            version=0, has_key=False, asked_at=None, next_at=None, failures=0, fault="", weather=Weather()
        )
    return WeatherSource(
        **_settings(row).model_dump(), version=row.version, has_key=row.key_cipher is not None, asked_at=row.asked_at,
        next_at=row.next_at, failures=row.failures, fault=row.fault, weather=_shown(row),
    )  # fmt: skip


def put_source(writer: Writer, base: str, who: Actor, wanted: WeatherSettingsEdit) -> WeatherSource:
    """Replace the settings, and ask at once. Another place has another weather: what was known of the old one goes."""
    row = writer.session.get(WeatherRow, writer.hall_id)
    before = _settings(row) if row is not None else WeatherSettings()
    if wanted.version != (row.version if row is not None else 0):
        raise HallError("changed_meanwhile", status=409)
    if wanted.driver and (wanted.latitude is None or wanted.longitude is None):
        raise HallError("weather_place_missing", status=422)
    if wanted.driver and not is_here(base) and is_here(wanted.address):
        raise HallError("upstream_address_here", status=422)
    if row is not None and row.key_cipher is not None and wanted.key is None and wanted.address != before.address:
        raise HallError("upstream_secret_needed", status=422)
    if row is None:
        row = WeatherRow(hall_id=writer.hall_id, key_cipher=None, version=0, known=None, as_of=None, asked_at=None)
        writer.session.add(row)
    elif (wanted.latitude, wanted.longitude) != (before.latitude, before.longitude):
        row.known, row.as_of = None, None
    row.settings = WeatherSettings.model_validate(wanted.model_dump(exclude={"key", "version"})).model_dump()
    if wanted.key is not None:
        row.key_cipher = seal(_vault(writer), KEY, writer.hall_id, wanted.key or None)
    row.next_at, row.failures, row.fault = (writer.now if wanted.driver else None), 0, ""
    row.version += 1
    writer.flush()
    audit.record(
        writer, who, "weather.source_changed", "weather", urlsplit(wanted.address).netloc, driver=wanted.driver,
        minutes=wanted.minutes, key=wanted.key is not None,
    )  # fmt: skip
    writer.emit(CHANGED, _shown(row).model_dump_json())
    writer.nudge(NUDGE)
    return source(writer)


def is_due(reader: Reader) -> bool:
    """Whether ``claim`` would find something; a look that writes nothing."""
    row = reader.session.get(WeatherRow, reader.hall_id)
    return row is not None and _is_due(row, reader)


def claim(writer: Writer) -> Question | None:
    """The question that is due, for whoever comes first."""
    row = writer.session.get(WeatherRow, writer.hall_id)
    if row is None or not _is_due(row, writer):
        return None
    row.next_at, row.asked_at = writer.now + LEASE, writer.now
    settings = _settings(row)
    key = unseal(_vault(writer), KEY, writer.hall_id, row.key_cipher) or ""
    place = Place(settings.latitude or 0, settings.longitude or 0, writer.clocks.zone.key)
    return Question(settings.address, OpenMeteo(settings.address, key), place, row.version)


def answered(writer: Writer, asked: Question, told: Told) -> None:
    """What was told becomes the last known, and every screen has it."""
    if not writer.now - BEHIND <= told.as_of <= writer.now + AHEAD:
        raise HallError("weather_rubbish", why="time")
    row = _asked(writer, asked)
    if row is None:
        return
    as_of = min(told.as_of, writer.now)
    known = Weather(as_of=as_of, now=told.now, days=told.days, source=told.source).model_dump(mode="json")
    news = known != row.known
    row.known, row.as_of, row.failures, row.fault = known, as_of, 0, ""
    row.next_at = writer.now + timedelta(minutes=_settings(row).minutes)
    if news:
        writer.emit(CHANGED, _shown(row).model_dump_json())


def failed(writer: Writer, asked: Question, error: HallError) -> None:
    """What was known stays; it is asked again, later each time."""
    row = _asked(writer, asked)
    if row is None:
        return
    row.failures, row.fault = row.failures + 1, error.code
    row.next_at = writer.now + min(FIRST_PAUSE * 2 ** min(row.failures - 1, 10), LONGEST_PAUSE)


def _is_due(row: WeatherRow, reader: Reader) -> bool:
    longest = max(LONGEST_PAUSE, timedelta(minutes=_settings(row).minutes))
    return row.next_at is not None and is_due_again(row.next_at, reader.now, longest)


def _asked(writer: Writer, asked: Question) -> WeatherRow | None:
    """None: somebody has changed the settings since, and it is asked anew."""
    row = writer.session.get(WeatherRow, writer.hall_id)
    return row if row is not None and row.version == asked.version else None


def _shown(row: WeatherRow) -> Weather:
    place = _settings(row).place
    if row.known is None or row.as_of is None:
        return Weather(place=place)
    return Weather.model_validate(row.known | {"place": place, "stale_at": row.as_of + FRESH})


def _settings(row: WeatherRow) -> WeatherSettings:
    return WeatherSettings.model_validate(row.settings)


def _vault(reader: Reader) -> Vault:
    found = reader.database.vault
    if found is None:
        raise HallError("key_file_damaged", status=500, path="")
    return found
