"""Servers of one hall that know of each other ask each other's epoch, so that only the newest writes."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from server.fence import Fence
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
FILE: Final = "peers.json"
EVERY_S: Final = 3.0
CONNECT_S: Final = 0.5


def known(data: Path) -> list[str]:
    """The addresses of the other servers."""
    try:
        return [str(address) for address in json.loads((data / FILE).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def remember(data: Path, address: str) -> None:
    """Note where another server is, or will be once it takes over."""
    addresses = known(data)
    if not address or address in addresses:
        return
    beside = data / f"{FILE}.new"
    beside.write_text(json.dumps([*addresses, address][-8:]), "utf-8")
    os.replace(beside, data / FILE)


def ask(fence: Fence, address: str) -> None:
    """Say our mark and hear the other's; one that is away says nothing, and holds up no start."""
    where = urlsplit(address)
    try:
        socket.create_connection((where.hostname or "", where.port or 80), timeout=CONNECT_S).close()
    except OSError:
        return
    # Here: the programs' whole side of the wire, which the server of most halls never needs.
    from shared.client.hall_client import HallClient

    client = HallClient(address, "")
    client.epoch_mark = fence.mark
    try:
        fence.hear(client.health().epoch_mark, address)
    except HallError:
        pass
    finally:
        client.close()


def ask_all(data: Path, fence: Fence) -> None:
    for address in known(data):
        ask(fence, address)


async def ask_often(data: Path, fence: Fence) -> None:
    # Also afterwards, until it is known which of them took over: whoever comes here is sent there.
    while not (fence.demoted and fence.successor):
        await asyncio.sleep(EVERY_S)
        try:
            await asyncio.to_thread(ask_all, data, fence)
        except Exception:
            log.exception("other servers not asked")
