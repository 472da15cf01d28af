"""What of a gateway's settings may be a secret: sealed at rest, and shown only as being there.

Providers want keys in headers of their own and in the query of an address; whoever may look at messages need not know
them, and whoever sends the settings back as they were shown leaves them as they are.
"""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from server.crypto import Vault
from server.features.messages.kinds import NAME
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.schemas.messages import HIDDEN, Gateway

CIPHER: Final = "message_settings.gateway_cipher"
# What says how, and nothing that must be kept.
_PLAIN: Final = ("", "Bearer", "Basic")
_OPEN_HEADERS: Final = ("content-type", "accept")


def shown(gateway: Gateway) -> Gateway:
    """As anybody may see it: what stands in headers besides names, and an address's query, is hidden."""
    headers = {name: value if _is_open(name, value) else HIDDEN for name, value in gateway.headers.items()}
    address, query, _ = gateway.address.partition("?")
    return gateway.model_copy(update={"headers": headers, "address": f"{address}?{HIDDEN}" if query else address})


def completed(wanted: Gateway, before: Gateway) -> Gateway:
    """``wanted`` with what came back hidden as it was before. HallError ``message_header_hidden`` where nothing was."""
    headers = dict(wanted.headers)
    for name, value in wanted.headers.items():
        if value == HIDDEN:
            if name not in before.headers:
                raise HallError("message_header_hidden", status=422, name=name)
            headers[name] = before.headers[name]
    address = before.address if wanted.address == shown(before).address else wanted.address
    if "?" in address and address.endswith(HIDDEN):
        raise HallError("message_header_hidden", status=422, name="?")
    return wanted.model_copy(update={"headers": headers, "address": address})


def keeps_hidden(wanted: Gateway) -> bool:
    """Whether a value comes along that whoever sends it need not have seen."""
    return HIDDEN in wanted.headers.values()


def sealed(vault: Vault, hall_id: UUID, gateway: Gateway) -> bytes | None:
    return seal(vault, CIPHER, hall_id, json.dumps({"address": gateway.address, "headers": gateway.headers}))


def opened(vault: Vault, hall_id: UUID, kept: Gateway, cipher: bytes | None) -> Gateway:
    """The gateway as it is used; without a cipher it was kept in clear, by an older version."""
    secret = unseal(vault, CIPHER, hall_id, cipher)
    return kept.model_copy(update=json.loads(secret)) if secret is not None else kept


def _is_open(name: str, value: str) -> bool:
    return name.lower() in _OPEN_HEADERS or NAME.sub("", value).strip() in _PLAIN
