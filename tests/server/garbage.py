"""What a server's requests leave to the garbage collection: a hall in this process, asked over its socket."""

from __future__ import annotations

import asyncio
import gc
import http.client
import json
import sys
from collections import Counter
from pathlib import Path

import uvloop

from server.auth import Keys
from server.cli import HallServer, uvicorn_config
from server.main import BASE, create_app
from server.settings import Settings

ROUNDS = 20


def main() -> None:
    """Prints how many objects of which type were left by so many rounds."""
    data, port = Path(sys.argv[1]), int(sys.argv[2])
    settings = Settings(data=data, port=port, demo=True)
    server = HallServer(uvicorn_config(settings, create_app(settings)))
    print(json.dumps(uvloop.run(_left(server, port, Keys.of(data).issue("kiosk", "garbage")))))


async def _left(server: HallServer, port: int, token: str) -> dict[str, int]:
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    service = await asyncio.to_thread(_first_service, port, token)
    await asyncio.to_thread(_rounds, 2, port, token, service)
    gc.collect()
    gc.disable()
    await asyncio.to_thread(_rounds, ROUNDS, port, token, service)
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    left = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.garbage)
    gc.set_debug(0)
    server.should_exit = True
    await serving
    return dict(left.most_common())


def _first_service(port: int, token: str) -> str:
    found = json.loads(_ask(port, "GET", f"{BASE}/services", token))["items"]
    return str(next(one["id"] for one in found if one["ticketable"] and one["open"] and one["identity"] == "none"))


def _rounds(count: int, port: int, token: str, service: str) -> None:
    """A number, its page, its stream that is left again, and the page of who wants to book."""
    for _ in range(count):
        ticket = json.loads(_ask(port, "POST", f"{BASE}/tickets", token, {"service_id": service}))
        page = f"/t/{ticket['qr'].rsplit('/t/', 1)[1]}"
        _ask(port, "GET", page)
        _ask(port, "GET", "/b")
        stream = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        stream.request("GET", f"{page}/events")
        with stream.getresponse() as answer:
            answer.readline()
        stream.close()


def _ask(port: int, method: str, path: str, token: str = "", body: object = None) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status < 400, content
    return content


if __name__ == "__main__":
    main()
