"""What elder mode says aloud of a screen of the touch browser."""

from __future__ import annotations

from kiosk_app.features.browsing.places import Spot
from kiosk_app.features.browsing.state import BrowsingState
from shared.domain.announcements import SpokenLanguage
from shared.i18n import DEFAULT_LANGUAGE, text


def spoken_language(language: str) -> SpokenLanguage:
    """The voice for a language of the screen."""
    return SpokenLanguage.MANDARIN if language == DEFAULT_LANGUAGE else SpokenLanguage.ENGLISH


def sentences(state: BrowsingState) -> tuple[str, ...]:
    """Where somebody is and what they can do there; empty outside elder mode."""
    if not state.elder or state.place in (Spot.AWAY, Spot.ATTRACT):
        return ()
    if state.idle_left:
        return (text("kiosk.spoken.idle", state.language),)
    if state.paper.words:
        return (state.paper.words,)
    if state.place == Spot.START:
        return (text("browsing.spoken.start", state.language),)
    if state.shape == "search":
        return (text(f"browsing.spoken.{state.place}", state.language),)
    return (state.title,) if state.shape == "text" else (state.title, text("browsing.spoken.list", state.language))
