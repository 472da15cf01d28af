"""What elder mode says aloud at each step. Never a name or a typed number: others stand near."""

from __future__ import annotations

from kiosk_app.features.queueing.state import QueueingState
from kiosk_app.flow import Step
from shared.devices.speech.announcer import spoken_words
from shared.domain.announcements import SpokenLanguage, spoken_number
from shared.i18n import DEFAULT_LANGUAGE, text


def spoken_language(language: str) -> SpokenLanguage:
    """The voice for a language of the screen."""
    return SpokenLanguage.MANDARIN if language == DEFAULT_LANGUAGE else SpokenLanguage.ENGLISH


def sentences(state: QueueingState) -> tuple[str, ...]:
    """The sentences of the screen as it is; later ones join as they become true. Empty outside elder mode."""
    if not state.elder or state.step in (Step.AWAY, Step.ATTRACT):
        return ()
    if state.idle_left:
        return (text("kiosk.spoken.idle", state.language),)
    if state.notice.open:
        return (state.notice.title, state.notice.text)
    if state.reading:
        return (text("kiosk.start.reading", state.language),)
    return _of_step(state)


def _of_step(state: QueueingState) -> tuple[str, ...]:
    def say(key: str, **params: object) -> str:
        return text(f"kiosk.spoken.{key}", state.language, **params)

    card = state.reader == "ok"
    match state.step:
        case Step.START:
            return (say("start" if card else "start_without_reader"),)
        case Step.NUMBER:
            return (say("code" if state.number.organisation else "number"),)
        case Step.WELCOME:
            return (say("welcome"),)
        case Step.SERVICES if state.several:
            return (say("several"),)
        case Step.SERVICES:
            return (say("services_in", name=state.crumbs[-1]) if state.crumbs else say("services"),)
        case Step.SEARCH:
            return (say("search"), *([text("kiosk.search.none_hint", state.language)] if state.found == 0 else []))
        case Step.TICKET_NUMBER if not state.missed_by_number:
            return (say("ticket_proof" if card else "ticket_proof_without_reader"),)
        case Step.OTHER_WAYS | Step.AGENT | Step.PERSON | Step.NAME | Step.GROUP | Step.WHO | Step.TICKET_NUMBER:
            return (say(state.step),)
        case Step.ASK:
            return (say("ask" if card else "ask_without_reader"),)
        case Step.BOOKED:
            return (state.booked.title, state.booked.message)
        case Step.TROUBLE:
            return (state.trouble_text, text("kiosk.trouble.again", state.language))
        case Step.MISSED:
            # The number itself stands in large digits; what to do is said.
            return (state.limit.title, *((state.limit.ahead,) if state.limit.ahead else ()), state.limit.text)
        case Step.LIMITED:
            return _of_limit(state)
        case Step.TICKET:
            return _of_ticket(state)
    return ()


def _of_limit(state: QueueingState) -> tuple[str, ...]:
    limit, language = state.limit, spoken_language(state.language)
    if not limit.number:
        return (limit.title, limit.text)
    number = spoken_number(limit.number, language, spoken_words(language))
    said = text("kiosk.spoken.has_number", state.language, number=number)
    # How many are ahead is known a moment later.
    return (said, *((limit.ahead,) if limit.ahead else ()), *((limit.text,) if limit.can_print else ()))


def _of_ticket(state: QueueingState) -> tuple[str, ...]:
    ticket, language = state.ticket, spoken_language(state.language)
    number = spoken_number(ticket.number, language, spoken_words(language))
    said = [text("kiosk.spoken.ticket", state.language, number=number, ahead=ticket.ahead)]
    if ticket.paper == "printed":
        said.append(text("kiosk.ticket.printed", state.language))
    elif ticket.message:
        said.append(ticket.message.replace(ticket.number, number))
    # The paper first: whoever takes the card at once walks away without it.
    if state.card_on_reader and ticket.paper in ("printed", "not_printed", "unknown"):
        said.append(text("kiosk.ticket.take_card", state.language))
    return tuple(said)
