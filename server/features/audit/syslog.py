"""Audit entries as syslog messages (RFC 5424), and the ways to a receiver: UDP (RFC 5426), TCP (RFC 6587), TLS
(RFC 5425).

On TCP and TLS each batch has a connection of its own, with its messages counted in octets. Syslog knows no receipt, so
a batch counts as arrived when the receiver has read to its end and closed.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from shared.domain.errors import HallError

# "Log audit"; informational when it was done, a warning when it was not.
_FACILITY: Final = 13
_DONE, _NOT_DONE = 6, 4
# The number that RFC 5612 keeps for documentation: this product has none registered.
_SD_ID: Final = "zhiting@32473"
_PORTS: Final = {"udp": 514, "tcp": 601, "tls": 6514}
TIMEOUT_S: Final = 5.0
_NOT_NAME = re.compile(r"[^\x21-\x7e]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def message(entry: dict[str, Any], host: str | None = None) -> bytes:
    """One entry as an RFC 5424 message, without framing."""
    severity = _DONE if entry["outcome"] == "done" else _NOT_DONE
    parameters = {
        "n": entry["n"], "actor": entry["actor"], "account": entry["account_id"] or "", "address": entry["address"],
        "subjectKind": entry["subject_kind"], "subject": entry["subject"], "outcome": entry["outcome"],
        "detail": entry["detail"], "hall": entry["hall_id"], "mac": entry["mac"].hex(),
    }  # fmt: skip
    data = "".join(f' {name}="{_escape(str(value))}"' for name, value in parameters.items() if value != "")
    at = entry["at"].isoformat(timespec="microseconds").replace("+00:00", "Z")
    head = (
        f"<{_FACILITY * 8 + severity}>1 {at} {_name(host or socket.gethostname(), 255)} zhiting - "
        f"{_name(entry['action'], 32)} [{_SD_ID}{data}]"
    )
    said = f"{entry['actor']} {entry['action']} {entry['subject']} {entry['outcome']}"
    return f"{head} \ufeff{_CONTROL.sub(' ', said)}".encode()


def _name(text: str, longest: int) -> str:
    return _NOT_NAME.sub("_", text)[:longest] or "-"


def _escape(text: str) -> str:
    return re.sub(r'(["\\\]])', r"\\\1", _CONTROL.sub(" ", text))


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver. ``authorities``: PEM file of the authorities to trust instead of the system's."""

    scheme: str
    host: str
    port: int
    authorities: Path | None = None


def target(address: str, data: Path | None = None) -> Target:
    """Read ``udp|tcp|tls://host[:port]``. A ``syslog-ca.pem`` in the data folder says whose certificates are good."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
        if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
            raise ValueError(address)
    except (ValueError, KeyError) as error:
        raise HallError("syslog_address_wrong", status=422, address=address) from error
    own = data / "syslog-ca.pem" if data is not None else None
    return Target(parts.scheme, parts.hostname, port, own if own is not None and own.exists() else None)


def send(to: Target, messages: Sequence[bytes], held: Callable[[socket.socket], None] = lambda _: None) -> None:
    """Bring a batch to the receiver; OSError when it did not arrive. ``held`` gets the socket, to break it off."""
    if to.scheme == "udp":
        family, _, _, _, address = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            datagrams.settimeout(TIMEOUT_S)
            datagrams.connect(address)
            for text in messages:
                datagrams.send(text)
        return
    framed = b"".join(b"%d %s" % (len(text), text) for text in messages)
    with socket.create_connection((to.host, to.port), TIMEOUT_S) as stream:
        held(stream)
        if to.scheme == "tcp":
            stream.sendall(framed)
            stream.shutdown(socket.SHUT_WR)
            while stream.recv(4096):
                pass
            return
        context = ssl.create_default_context(cafile=str(to.authorities) if to.authorities else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        with context.wrap_socket(stream, server_hostname=to.host) as secured:
            held(secured)
            secured.sendall(framed)
            _close(secured)


def _close(secured: ssl.SSLSocket) -> None:
    """Say the end and wait for the receiver's. One that closes without a word has read to the end too."""
    try:
        secured.unwrap()
    except ssl.SSLEOFError:
        return
    except OSError as error:
        # What OpenSSL answers when the line simply ends; a broken line has a number.
        if error.errno:
            raise


def fault_of(error: OSError) -> str:
    """Why it did not arrive, in a few words and without addresses of this machine."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: {error.verify_message}"
    return error.strerror or str(error) or type(error).__name__


def detail_of(entry: dict[str, Any]) -> dict[str, Any]:
    """The detail of an entry, as it was recorded."""
    found = json.loads(entry["detail"])
    return found if isinstance(found, dict) else {}
