"""How an appointment reads at the kiosk: what it is, and what its holder does now."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.features.queueing.state import BookedView
from shared.devices.printer.document import in_language
from shared.i18n import text
from shared.schemas.booking import Arrived

# Who laid down a card came for one of these; anything else would only stand in their way.
OF_NOW = ("in_time", "walk_in", "early", "rebook")
CAN = ("in_time", "walk_in")


def most_of_use(found: Sequence[Arrived]) -> Arrived | None:
    """Of several of one day the one that can be checked in now, else the next."""
    now = [one for one in found if one.arrival in OF_NOW]
    return min(now, key=lambda one: (OF_NOW.index(one.arrival), one.start), default=None)


def booked_view(arrived: Arrived | None, language: str) -> BookedView:
    """The appointment on the screen."""
    if arrived is None:
        return BookedView()
    # What is over says how it ended.
    state = arrived.state if arrived.arrival == "done" else arrived.arrival
    month = text(f"ui.date.month_{arrived.day.month}", language)
    day = text("kiosk.booked.day", language, month_name=month, day=arrived.day.day)
    told = {"opens": arrived.opens, "closes": arrived.closes, "day": day, "number": arrived.ticket_number or ""}
    return BookedView(
        service=in_language(language, arrived.service_name, arrived.service_name_en),
        when=text("kiosk.booked.when", language, day=day, start=arrived.start, end=arrived.end),
        name=arrived.name_masked or "",
        title=text(f"kiosk.booked.title_{state}", language),
        message=text(f"kiosk.booked.tell_{state}", language, **told),
        can_check_in=arrived.arrival in CAN,
        code=state,
    )
