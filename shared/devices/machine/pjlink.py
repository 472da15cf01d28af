"""PJLink class 1, as much as power needs (JBMIA, PJLink Specifications 5.0.0).

The projector speaks first: ``PJLINK 0``, or ``PJLINK 1 <random>`` where a password is wanted, of which MD5 goes with
the first command. One command for a connection: projectors close idle ones, and some take one at a time.
"""

from __future__ import annotations

import hashlib
import socket
from enum import IntEnum
from typing import Final

from shared.devices.machine.protocol import MachineFault

PORT: Final = 4352
# No line of class 1 is longer.
_LONGEST: Final = 136
_BUSY: Final = "ERR3"
_FAULTS: Final = {"ERR1": "unsupported", "ERR2": "unsupported", "ERR4": "device_refused"}


class Power(IntEnum):
    OFF = 0
    ON = 1
    COOLING = 2
    WARMING = 3


class Pjlink:
    """One projector. Everything raises MachineFault: device_silent, device_refused, wrong_password, unsupported."""

    def __init__(self, host: str, port: int = PORT, password: str = "", *, timeout_s: float = 4.0) -> None:
        self._address, self._password, self._timeout_s = (host, port), password, timeout_s

    def power(self) -> Power:
        """While it can't tell it is busy with something else: taken for warming up."""
        told = self._ask("POWR", "?")
        if told == _BUSY:
            return Power.WARMING
        try:
            return Power(int(told))
        except ValueError:
            raise MachineFault("device_refused", f"POWR={told}") from None

    def switch(self, on: bool) -> bool:
        """False: not now, it warms up or cools down."""
        told = self._ask("POWR", "1" if on else "0")
        if told not in ("OK", _BUSY):
            raise MachineFault("device_refused", f"POWR={told}")
        return told == "OK"

    def _ask(self, command: str, parameter: str) -> str:
        try:
            with socket.create_connection(self._address, self._timeout_s) as line:
                line.settimeout(self._timeout_s)
                proof = self._prove(_read_line(line))
                line.sendall(f"{proof}%1{command} {parameter}\r".encode("ascii"))
                told = _read_line(line)
        except TimeoutError:
            raise MachineFault("device_silent", self._address[0]) from None
        except OSError as error:
            raise MachineFault("device_silent", f"{self._address[0]}: {error}") from error
        if told.upper().startswith("PJLINK ERRA"):
            raise MachineFault("wrong_password", self._address[0])
        head, equals, answer = told.partition("=")
        if not equals or head.upper() != f"%1{command}":
            raise MachineFault("device_refused", told)
        if answer in _FAULTS:
            raise MachineFault(_FAULTS[answer], told)
        return answer

    def _prove(self, greeting: str) -> str:
        match greeting.split():
            case ["PJLINK", "0"]:
                return ""
            case ["PJLINK", "1", random]:
                # What the standard asks for; nothing of ours rests on it.
                return hashlib.md5((random + self._password).encode(), usedforsecurity=False).hexdigest()
        raise MachineFault("device_refused", greeting)


def _read_line(line: socket.socket) -> str:
    """Up to the carriage return; OSError when it ends before."""
    told = bytearray()
    while not told.endswith(b"\r"):
        piece = line.recv(1)
        if not piece or len(told) > _LONGEST:
            raise OSError("no whole line came")
        told += piece
    return told.decode("ascii", "replace").strip()
