"""What the command line refuses, in words, before anything is changed."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from server import cli
from server.folder import open_folder
from server.settings import Settings


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """The program makes its files private; the tests after it go on as before."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize("options", [["--port", "99999"], ["--port", "-1"], ["--port", "x"], ["--workers", "0"]])
def test_numbers_that_can_not_be(tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["server", "--data", str(tmp_path / "d"), "--demo", *options])
    assert refused.value.code == 2
    assert options[0] in capsys.readouterr().err
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("url", ["foo", "mysql://hall:secret@db/x", "postgresql://hall:secret@db:port/x"])
def test_a_database_of_another_kind(tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("server", "prepare"):
        assert cli.main([command, "--data", str(tmp_path / "d"), "--demo", "--database-url", url]) == 1
        said = capsys.readouterr().err
        assert "数据库地址" in said
        assert "postgresql://" in said
        assert "secret" not in said
    assert not (tmp_path / "d").exists()


def test_a_host_that_is_not_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["server", "--data", str(tmp_path), "--demo", "--host", "192.0.2.7", "--port", "0"]) == 1
    said = capsys.readouterr().err
    assert "192.0.2.7" in said
    assert "already in use" not in said


def test_the_ready_line_waits_for_the_server_and_asks_no_proxy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        announcing = threading.Thread(target=cli._announce, args=(url,), name="announce", daemon=True)
        announcing.start()
        announcing.join(10)
        server.shutdown()
    assert not announcing.is_alive()
    assert capsys.readouterr().out == f"ready {url}\n"


def test_the_data_folder_is_private_and_a_folder_of_others_is_left_as_it_is(tmp_path: Path) -> None:
    def mode(folder: Path) -> int:
        return stat.S_IMODE(folder.stat().st_mode)

    open_folder(tmp_path / "new" / "hall")
    assert mode(tmp_path / "new" / "hall") == 0o700
    (tmp_path / "empty").mkdir(mode=0o755)
    open_folder(tmp_path / "empty")
    assert mode(tmp_path / "empty") == 0o700
    others = tmp_path / "others"
    others.mkdir()
    others.chmod(0o777)
    (others / "letter").write_text("not ours")
    for _ in range(2):
        open_folder(others)
        assert mode(others) == 0o777


def test_the_address_of_the_database_is_no_argument_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every user of the machine may read a process's arguments."""
    url = "postgresql://hall:secret@127.0.0.1:1/x"
    seen = tmp_path / "seen"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$@" >{seen}\necho "$ZHITING_DATABASE_URL" >>{seen}\nexit 7\n')
    python.chmod(0o700)
    monkeypatch.setattr(cli.sys, "executable", str(python))
    assert cli.main(["server", "--data", str(tmp_path / "d"), "--demo", "--port", "0", "--database-url", url]) == 7
    arguments, environment = seen.read_text().splitlines()
    assert "secret" not in arguments
    assert environment == url
    assert os.environ.get("ZHITING_DATABASE_URL") != url


@pytest.mark.skipif(not list((cli.ROOT / ".venv").glob(".stamp-*")), reason="./run would install what is missing")
def test_a_folder_is_the_callers_wherever_the_command_is_called(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "__init__.py").write_text("raise SystemExit('a package of the same name')")
    command = [str(cli.ROOT / "run"), "token", "--data", "data", "--kind", "kiosk"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("zt1."), done.stderr
    assert (tmp_path / "data" / "secret.key").exists()


def test_what_is_prepared_apart_is_in_the_callers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["server", "--data", "data", "--hall", "nothing", "--port", "0"]) == 1
    assert (tmp_path / "data" / "hall.db").exists()
    assert not (cli.ROOT / "data").exists()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system waits as long as it likes")
def test_a_phone_that_left_the_network_without_a_word_is_missed_soon() -> None:
    with cli._bind(Settings(data=Path(), port=0)) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            waits_ms = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            assert 0 < waits_ms <= 30_000, "the system's own patience is a quarter of an hour"
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
