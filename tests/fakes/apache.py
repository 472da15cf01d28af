"""A site that is not ours: Debian's Apache with mod_auth_openidc. Who wants in must sign in at the hall."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.fakes.hall import free_port

MODULES = Path("/usr/lib/apache2/modules")
READY_S = 20.0
# ``/members/`` shows who was let in; everything else is open to all.
_CONFIG = """
ServerRoot {root}
ServerName localhost:{port}
Listen 127.0.0.1:{port}
PidFile {root}/pid
ErrorLog {root}/error.log
LogLevel warn auth_openidc:info
{user}
{modules}
StartServers 1
MinSpareThreads 4
MaxSpareThreads 16
ThreadsPerChild 8
MaxRequestWorkers 16
TypesConfig /dev/null
AddType text/html .html
AddDefaultCharset utf-8
DocumentRoot {root}/pages

{settings}
<Location /members>
    Options +Includes
    SetOutputFilter INCLUDES
</Location>
"""
_MEMBERS = """<!DOCTYPE html><meta charset="utf-8"><title>Members</title>
<h1>Members</h1>
<p>User <b id="user"><!--#echo var="REMOTE_USER" --></b></p>
<p>Name <b id="name"><!--#echo var="OIDC_CLAIM_name" --></b></p>
<p>Kind <b id="kind"><!--#echo var="OIDC_CLAIM_user_kind" --></b></p>
<p>Issuer <b id="issuer"><!--#echo var="OIDC_CLAIM_iss" --></b></p>
<p><a id="leave" href="{leave}">Sign out</a></p>
"""
_LEFT = """<!DOCTYPE html><meta charset="utf-8"><title>Left</title><h1 id="left">You have left</h1>"""


def why_impossible() -> str:
    """Why there is no such site here; empty where there is one. On a build machine it must be there."""
    program = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if (program and (MODULES / "mod_auth_openidc.so").exists()) or os.environ.get("CI"):
        return ""
    return "Apache with mod_auth_openidc not installed (apt install apache2-bin libapache2-mod-auth-openidc)"


@dataclass(frozen=True)
class Apache:
    """The site's addresses. It is ``localhost``, the hall 127.0.0.1: for a browser two sites that share no cookie."""

    root: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def members(self) -> str:
        return f"{self.url}/members/index.html"

    @property
    def callback(self) -> str:
        return f"{self.url}/members/callback"

    @property
    def back_channel(self) -> str:
        return f"{self.callback}?logout=backchannel"

    @property
    def left(self) -> str:
        """The page after signing out."""
        return f"{self.url}/left.html"

    def log(self) -> str:
        path = self.root / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""


@contextmanager
def site() -> Iterator[Apache]:
    """A place for a site that does not run yet: its addresses must be registered first."""
    # Not below pytest's own folder, which the user that Apache becomes can't enter.
    root = Path(tempfile.mkdtemp(prefix="zhiting-apache-"))
    root.chmod(0o755)
    try:
        yield Apache(root, free_port())
    finally:
        shutil.rmtree(root)


@contextmanager
def running(apache: Apache, settings: str) -> Iterator[None]:
    """The site, started with these settings of mod_auth_openidc; gone at the end whatever happens."""
    pages = apache.root / "pages" / "members"
    pages.mkdir(parents=True)
    leave = f"{apache.callback}?logout={quote(apache.left, safe='')}"
    (pages / "index.html").write_text(_MEMBERS.format(leave=leave), encoding="utf-8")
    (pages.parent / "left.html").write_text(_LEFT, encoding="utf-8")
    modules = ("mpm_event", "authn_core", "authz_core", "authz_user", "mime", "include", "auth_openidc")
    config = apache.root / "apache2.conf"
    config.write_text(
        _CONFIG.format(
            root=apache.root, port=apache.port, user=_user(), settings=settings,
            modules="\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules),
        )
    )  # fmt: skip
    # The user that Apache becomes must read them, whatever umask this process has by now.
    for path in apache.root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    program = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program, "no Apache on this machine"
    # A proxy of the developer's must not get between the site and the hall.
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.Popen(
        [program, "-f", str(config), "-D", "FOREGROUND"], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _wait_ready(apache, process)
        yield
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _user() -> str:
    """Started by root it works as Debian's user for it; anybody else's Apache stays theirs."""
    if os.getuid() != 0:
        return ""
    name = "www-data"
    pwd.getpwnam(name)
    return f"User {name}\nGroup {name}"


def _wait_ready(apache: Apache, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", apache.port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    said = process.stderr.read() if process.poll() is not None and process.stderr is not None else ""
    raise AssertionError(f"Apache did not start:\n{said}\n{apache.log()[-3000:]}")
