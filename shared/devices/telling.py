"""Calling a listener from a device's worker."""

import logging
from collections.abc import Callable
from typing import TypeVar

_log = logging.getLogger(__name__)
_Event = TypeVar("_Event")


def tell(listener: Callable[[_Event], None] | None, event: _Event) -> None:
    """Hand over an event; a listener's bug is logged and does not stop the device."""
    if listener is None:
        return
    try:
        listener(event)
    except Exception:
        _log.exception("the listener failed on %r", event)
