"""A desk whose outbox is worked off by hand."""

from tests.server.features.messages.conftest import post as post
