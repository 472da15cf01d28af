"""A desk whose outbox is worked off by hand."""

from tests.server.features.messages.conftest import post as post  # noqa: PLC0414  (a fixture of here too)
