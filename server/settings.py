"""Settings of the hall server: one typed declaration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
    # Small on purpose: no message of the hall needs more, uploads will have their own limit.
    body_limit: int = 64 * 1024
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
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
