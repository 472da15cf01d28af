"""Settings of the hall server: one typed declaration."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import time
from pathlib import Path

# Every machine of the hall's network; port 9 is where nobody listens.
WAKE_TO = ("255.255.255.255", 9)


@dataclass(frozen=True, slots=True)
class Settings:
    """``data`` holds the key file, the embedded database and the logs; nobody else should be able to read it."""

    data: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8300
    public_url: str = ""
    demo: bool = False
    workers: int = 1
    # The folder that gets a backup each day at this time of the hall, and how many are kept; without it none are made.
    backup_to: Path | None = None
    backup_at: time = time(2, 30)
    backup_keep: int = 14
    backup_passphrase_file: Path | None = None
    # Small on purpose: no message of the hall needs more, uploads will have their own limit.
    body_limit: int = 64 * 1024
    # Bytes of the disk that pictures and videos leave free: the hall's own data must always fit.
    media_reserve: int = 512 * 1024**2
    # Where packets go that switch machines on.
    wake_to: tuple[str, int] = WAKE_TO
    heartbeat_s: float = 5.0
    client_queue: int = 1024

    @property
    def url(self) -> str:
        """The database: PostgreSQL by its URL, else the embedded one in the data folder."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'hall.db'}"
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    @property
    def link_base(self) -> str:
        """Where phones reach this server: what the QR on a ticket starts with."""
        host = _own_address() if is_anywhere(self.host) else self.host
        return (self.public_url or address(host, self.port)).rstrip("/")


def is_anywhere(host: str) -> bool:
    """Whether the server listens on every address of the machine."""
    return host in ("0.0.0.0", "::")  # nosec B104 (only compares)


def address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _own_address() -> str:
    """The machine's address on the hall's network; this asks the routing table and sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
