"""``./run demo``: the demonstration hall on this machine, all programs at once, with simulated devices."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.auth import Keys
from server.features.setup.demo_accounts import PASSWORD_FILE
from shared.client.enrolment import Enrolment
from shared.client.hall_client import HallClient
from shared.client.settings import home
from shared.domain.errors import HallError
from shared.schemas.accounts import AccountEdit
from shared.schemas.enrolment import CodeRequest, RekeyRequest

ROOT = Path(__file__).resolve().parents[1]
COUNTER, STAFF, ZONE = "A03", "YS1004", "a"
READER, SCANNER = "kiosk-1/card_reader", f"counter-{COUNTER}/scanner"
KIOSK_SCANNER = "kiosk-1/scanner"
DOCUMENTS, STRIP = "kiosk-1/documents", f"counter-{COUNTER}/strip"
STAFF_READER = f"counter-{COUNTER}/card_reader"
# Whose staff cards lie on the bench.
CARD_HOLDERS = (STAFF, "YS1005")


def write_profiles(
    folder: Path,
    server: str,
    keys: Keys,
    *,
    name: str,
    board: str,
    printer_port: int,
    speech: Mapping[str, Any],
    guide: Mapping[str, Any],
) -> None:
    """The four programs' settings for one machine with a device bench, as an installer would write them.

    Kiosk, counter and display enrol with a code, as they would in a hall, and people sign in at the counter and the
    console; the server runs. ``speech`` is the loudspeaker of the display, ``guide`` the kiosk's.
    """
    profiles: dict[str, tuple[str, str, dict[str, Any]]] = {
        "kiosk": ("kiosk", "kiosk-1", {
            "place": "1F-01",
            "devices": {
                "card_reader": {"driver": "simulator", "board": board, "name": READER},
                "printer": {"driver": "escpos_tcp", "host": "127.0.0.1", "port": printer_port},
                "scanner": {"driver": "simulator", "board": board, "name": KIOSK_SCANNER},
                "document_printer": {"driver": "simulator", "board": board, "name": DOCUMENTS},
                "speech": dict(guide),
            },
        }),
        "counter": ("counter", f"counter-{COUNTER}", {
            "counter": COUNTER,
            "devices": {
                "scanner": {"driver": "simulator", "board": board, "name": SCANNER},
                "card_reader": {"driver": "simulator", "board": board, "name": STAFF_READER},
                "led_display": {"driver": "simulator", "board": board, "name": STRIP},
            },
        }),
        "signage": ("display", f"display-{ZONE}", {"zone": ZONE, "devices": {"speech": dict(speech)}}),
        "admin": ("admin", "admin", {}),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for program, (kind, terminal, settings) in profiles.items():
        # At the console people sign in; it is no machine of its own.
        right = {}
        if program != "admin":
            right = _enrolment(server, keys, folder.parent / "data" / f"{program}-{name}", kind, terminal)
        path = folder / f"{program}-{name}.toml"
        path.write_text(_toml({"server": server} | right | settings), "utf-8")
        path.chmod(0o600)


def _enrolment(server: str, keys: Keys, data: Path, kind: Any, terminal: str) -> dict[str, str]:
    """What a profile says for a machine that enrols: a code approved beforehand; nothing when its key is good."""
    try:
        machine = Enrolment(data, server)
        try:
            machine()
            return {}
        finally:
            machine.close()
    except HallError:
        pass
    client = HallClient(server, keys.issue("admin", "demo"))
    try:
        return {"enrol": client.make_code(CodeRequest(kind=kind, name=terminal, approved_beforehand=True)).code}
    except HallError as error:
        if error.code != "terminal_name_taken":
            raise
        # The hall knows it, and its key is gone: as when a machine is replaced.
        known = next(found for found in client.terminals() if (found.kind, found.name) == (kind, terminal))
        return {"enrol": client.rekey(known.id, RekeyRequest(approved_beforehand=True)).code}
    finally:
        client.close()


def staff_cards(server: str, keys: Keys) -> list[dict[str, str]]:
    """New staff cards of some of the hall's clerks, as an administrator registers them, for the device bench."""
    client = HallClient(server, keys.issue("admin", "demo"))
    try:
        cards = []
        for number in CARD_HOLDERS:
            account = next((one for one in client.accounts(search=number).items if one.staff_number == number), None)
            if account is not None:
                card = secrets.token_hex(7).upper()
                client.edit_account(account.id, AccountEdit(card=card))
                cards.append({"kind": "staff", "number": card, "name": account.name})
        return cards
    finally:
        client.close()


def _write_cards(cards: list[dict[str, str]], path: Path) -> Path:
    """The bench's cards: everybody's, and those of the staff."""
    text = (ROOT / "assets/device_bench/cards.toml").read_text("utf-8")
    path.write_text(text + "".join("\n[[card]]\n" + _toml(card) for card in cards), "utf-8")
    path.chmod(0o600)
    return path


def _toml(table: Mapping[str, Any], prefix: str = "") -> str:
    """Plain values first, then the tables below; enough for settings."""
    plain = [f"{key} = {_value(value)}" for key, value in table.items() if not isinstance(value, Mapping)]
    text = "\n".join([*([f"[{prefix}]"] if prefix and plain else []), *plain]) + "\n"
    for key, value in table.items():
        if isinstance(value, Mapping):
            text += "\n" + _toml(value, f"{prefix}.{key}" if prefix else key)
    return text


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def has_display() -> bool:
    """Whether a window can be opened here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run demo", description="The demonstration hall, all programs at once.")
    parser.add_argument("--data", type=Path, default=home() / "demo", help="where the demonstration hall is kept")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--out", type=Path, default=ROOT / "tour", help="without a display: where the pictures go")
    arguments = parser.parse_args()
    if not has_display():
        print("No display here: running the tour on a virtual screen instead.", flush=True)
        command = [sys.executable, "-m", "tests.journeys.tour", "--out", str(arguments.out)]
        return subprocess.call(command, cwd=ROOT)
    return _open_hall(arguments.data.resolve(), arguments.port)


def _open_hall(data: Path, port: int) -> int:
    from shared.devices.board import DEFAULT_PORT

    processes: list[subprocess.Popen[str]] = []
    printer_port = port + 1

    def start(*command: str, **options: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, text=True, **options)
        processes.append(process)
        return process

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        server = start("server", "server", "--data", str(data), "--port", str(port), "--demo", stdout=subprocess.PIPE)
        assert server.stdout is not None
        ready = server.stdout.readline().removeprefix("ready ").strip()
        if not ready:
            return 1
        keys = Keys.of(data)
        write_profiles(
            home() / "profiles", ready, keys, name="demo", board=f"127.0.0.1:{DEFAULT_PORT}",
            printer_port=printer_port, speech={"driver": "espeak"},
            guide={"driver": "espeak", "words_per_minute": 140},
        )  # fmt: skip
        bench = start(
            "shared.ui.device_bench", "--cards", str(_write_cards(staff_cards(ready, keys), data / "cards.toml")),
            "--papers", str(data / "papers"), "--printer-port", str(printer_port),
        )  # fmt: skip
        programs = [start(f"{name}_app", "--profile", "demo") for name in ("counter", "admin")]
        # Half the size of the real machines, so that they fit an ordinary screen beside the others.
        programs.append(start("signage_app", "--profile", "demo", "--size", "960x540"))
        programs.append(start("kiosk_app", "--profile", "demo", "--size", "540x960"))
        print(
            f"The demonstration hall is open: {ready}. Sign in at the counter as {STAFF} or with a staff card of the "
            f"device bench, at the console as admin; the password stands in {data / PASSWORD_FILE}. Ctrl+C closes it.",
            flush=True,
        )
        while any(process.poll() is None for process in (*programs, bench)) and server.poll() is None:
            time.sleep(0.3)
        return 0
    finally:
        for process in reversed(processes):
            if process.poll() is None:
                process.terminate()
        for process in processes:
            try:
                process.wait(timeout=6)
            except subprocess.TimeoutExpired:
                process.kill()


if __name__ == "__main__":
    raise SystemExit(main())
