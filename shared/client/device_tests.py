"""The part of the hall client that speaks of trying a terminal's devices."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.device_tests import DeviceTest, DeviceTestAsk, DeviceTestOutcome

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer]) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class DeviceTestCalls:
    """Mixed into ``HallClient``."""

    def try_device(self: _Line, terminal_id: UUID, wanted: DeviceTestAsk, *, key: str | None = None) -> DeviceTest:
        """Ask a terminal to try one of its devices."""
        return self._post(f"/terminals/{terminal_id}/device-tests", DeviceTest, wanted, key=key)

    def device_test(self: _Line, test_id: UUID) -> DeviceTest:
        return self._get(f"/terminals/device-tests/{test_id}", DeviceTest)

    def own_device_tests(self: _Line) -> list[DeviceTest]:
        """What this terminal shall try."""
        return self._get("/terminals/device-tests/mine", Page[DeviceTest]).items

    def settle_device_test(self: _Line, test_id: UUID, said: DeviceTestOutcome) -> DeviceTest:
        return DeviceTest.model_validate_json(
            self._send("PUT", f"/terminals/device-tests/{test_id}/outcome", body=said)
        )
