"""How a ticket that comes back to the kiosk reads: missed, or how else it stands, and what its holder does now."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from kiosk_app.features.queueing.state import LimitView
from kiosk_app.features.queueing.words import wait_words
from shared.devices.printer.document import in_language
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.tickets import Returnable


def missed_view(
    found: Returnable, zone: tzinfo | None, language: str, *, returned: bool, returning: bool, can_print: bool
) -> LimitView:  # fmt: skip
    """The ticket on the screen, in the form of one that is held already; ``can_print``: on paper again."""

    def say(key: str, **params: object) -> str:
        return text(f"kiosk.missed.{key}", language, **params)

    ticket = found.ticket
    view = LimitView(
        number=ticket.number,
        service=in_language(language, ticket.service_name, ticket.service_name_en),
        can_choose=True,
    )
    if found.may_return:
        called = ticket.called_at.astimezone(zone).strftime("%H:%M") if ticket.called_at else ""
        until = found.until.astimezone(zone).strftime("%H:%M") if found.until else ""
        return replace(
            view, title=say("title", time=called), text=say("tell", n=found.behind, until=until), can_return=True,
            busy=returning,
        )  # fmt: skip
    if found.code:
        refused = error_text(found.code, language, **found.params)
        return replace(view, title=say("title_refused"), text=refused, warn=True)
    state = "called" if ticket.status in ("called", "serving") else ticket.status
    view = replace(view, title=say(f"title_{state}"), text=say(f"tell_{state}", counter=ticket.counter_label or ""))
    if ticket.status == "waiting":
        ahead = text("kiosk.ticket.ahead_n" if ticket.ahead else "kiosk.ticket.ahead_none", language, n=ticket.ahead)
        view = replace(
            view, title=say("title_back") if returned else view.title, ahead=ahead, wait=wait_words(ticket, language),
            can_print=can_print, can_choose=False,
        )  # fmt: skip
    return view
