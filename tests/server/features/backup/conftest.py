"""A hall that publishes, to be backed up."""

from tests.server.features.notices.conftest import press as press
