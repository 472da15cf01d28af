"""A syslog receiver for tests: real sockets on UDP, TCP and TLS."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Receiver:
    """What has arrived; ``refuse_next`` connections are closed unread."""

    def __init__(self, scheme: str) -> None:
        self.scheme = scheme
        self.port = 0
        self.messages: list[str] = []
        self.connections = 0
        self.refuse_next = 0
        self._arrived = threading.Condition()

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def take(self, data: bytes) -> None:
        with self._arrived:
            self.messages.append(data.decode())
            self._arrived.notify_all()

    def wait_for(self, count: int, seconds: float = 20) -> list[str]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.messages) >= count, seconds), self.messages
            return list(self.messages)


@contextmanager
def receiver(scheme: str, certificate: Path | None = None) -> Iterator[Receiver]:
    """Listens as long as the block runs; ``certificate`` is a PEM file with its key."""
    state = Receiver(scheme)

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            state.take(self.request[0])

    class Stream(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            state.connections += 1
            if state.refuse_next:
                state.refuse_next -= 1
                # Closed with a reset: what was sent is lost.
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                self.request.close()
                return
            stream: Any = self.request
            if certificate is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                try:
                    stream = context.wrap_socket(stream, server_side=True)
                except ssl.SSLError:
                    return
            with stream.makefile("rb") as lines:
                while count := read_count(lines):
                    state.take(lines.read(count))
            stream.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = False
        allow_reuse_address = True

    if scheme == "udp":
        server: Any = socketserver.UDPServer(("127.0.0.1", 0), Datagram)
    else:
        server = Server(("127.0.0.1", 0), Stream)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="syslog-receiver", daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def read_count(lines: Any) -> int:
    """The octet count before a message; 0 at the end."""
    digits = b""
    while (octet := lines.read(1)) not in (b" ", b""):
        digits += octet
    return int(digits or b"0")


def make_certificate(folder: Path, name: str = "127.0.0.1") -> tuple[Path, Path]:
    """A certificate that signs itself: the PEM with its key for the receiver, and the one to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "syslog")])
    now = datetime.now(UTC)
    alternative: x509.GeneralName
    try:
        alternative = x509.IPAddress(ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted = folder / f"{name}-trusted.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    whole = folder / f"{name}-whole.pem"
    whole.write_bytes(
        trusted.read_bytes()
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return whole, trusted
