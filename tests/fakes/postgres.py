"""A private PostgreSQL server, from the system package, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from server.preparing import DEMO_HALL, prepare
from server.settings import Settings
from tests.fakes.hall import free_port

# For a cluster that no test crashes.
_FORGETFUL = {
    "fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": 0, "max_wal_size": "128MB",
    "autovacuum": "off",
}  # fmt: skip


def server_programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, newest version first; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class PrivatePostgres:
    """One cluster for a whole test run: an ``Engine`` that makes a new database for each test."""

    def __init__(self, folder: Path, programs: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.programs = programs
        self.durable = durable
        self.port = free_port()
        self._hall: str | None = None
        # The server refuses to run as root; the package brings a user for it.
        self._as_user = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        )

    def make(self) -> None:
        if self._as_user:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-D", self._data, "-U", "zhiting", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")

    def second(self, folder: Path) -> PrivatePostgres:
        """Another one that follows this one by PostgreSQL's own replication; started. This one has to be durable."""
        other = PrivatePostgres(folder, self.programs, durable=True)
        folder.mkdir(exist_ok=True)
        if self._as_user:
            shutil.chown(folder, "postgres", "postgres")
        self._run("pg_basebackup", "-D", other._data, "-d", self._address("postgres"), "-R", "--no-sync", "-c", "fast")
        other.start()
        return other

    def on(self, url: str) -> str:
        """The same database on this cluster."""
        return self._address(url.rsplit("/", 1)[-1])

    def start(self) -> None:
        settings = {"listen_addresses": "127.0.0.1", "max_connections": 200} | ({} if self.durable else _FORGETFUL)
        options = f"-p {self.port} -k {self.folder}" + "".join(f" -c {key}={what}" for key, what in settings.items())
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """``fast`` is how an administrator stops it; ``immediate`` is a crash, with recovery at the next start."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def database(self, template: str = "template1") -> str:
        """The address of a new database: empty, or a copy of another one."""
        name = f"hall_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            # Its files as they are; since 15 the server would else write all of them to its log, block by block.
            how = "STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {how}")
        return self._address(name)

    def hall(self) -> str:
        """The address of a new database that holds the demonstration hall; made once and then copied."""
        if self._hall is None:
            url = self.database()
            prepare(Settings(data=self.folder, database_url=url, demo=True), DEMO_HALL)
            self._hall = url.rsplit("/", 1)[-1]
        return self.database(self._hall)

    def drop(self, url: str) -> None:
        """Also under a server that was killed and whose connections are not gone yet."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rsplit('/', 1)[-1]} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return f"postgresql://zhiting@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_user, str(self.programs / program), *arguments], capture_output=True, text=True, cwd=self.folder
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


@contextmanager
def private_postgres(*, durable: bool = False) -> Iterator[PrivatePostgres]:
    """A started cluster; ``durable`` as a hall runs it and on a disk, else as fast as tests like it."""
    programs = server_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed")
    # By custom /var/tmp is a disk, whatever tests have for their files.
    folder = Path(tempfile.mkdtemp(prefix="zhiting-pg-", dir="/var/tmp" if durable else None))
    cluster = PrivatePostgres(folder, programs, durable=durable)
    cluster.make()
    try:
        cluster.start()
        yield cluster
    finally:
        # Also what a failed test had stopped is away at the end.
        if (folder / "data" / "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
