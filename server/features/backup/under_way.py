"""What was under way when a copy was made: it may have been done since, or ended, and nobody here knows."""

from __future__ import annotations

from server.database import Writer
from server.features.notices import outlets
from server.features.terminals import orders
from server.features.updates import rollouts


def let_go(writer: Writer) -> None:
    """Nothing is done to a terminal a second time, and nothing is sent out before it was looked for there."""
    orders.let_go(writer)
    rollouts.let_go(writer)
    outlets.doubt(writer)
