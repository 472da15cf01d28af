"""The application object, in a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import logging, sys
from PySide6.QtCore import QTimer, qWarning
from shared.ui.application import create_application, run_application
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
app = create_application("probe", ["probe"])
print(app.applicationName(), app.organizationName(), app.font().family(), flush=True)
{body}
print("code", run_application(app), flush=True)
"""


def _start(body: str, **extra: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", **extra}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for a program without a console")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_cleanly(number: signal.Signals) -> None:
    process = _start('QTimer.singleShot(0, lambda: print("running", flush=True))')
    assert process.stdout is not None
    assert process.stdout.readline().startswith("probe ZhiTing ")
    assert process.stdout.readline() == "running\n"
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert "code 0" in output
    assert process.returncode == 0


def test_qt_messages_go_to_the_log_and_count_in_strict_mode() -> None:
    body = 'QTimer.singleShot(0, lambda: (qWarning("paper"), app.quit()))'
    output, _ = _start(body, ZHITING_STRICT="1").communicate(timeout=20)
    assert "WARNING qt paper" in output
    assert "code 70" in output
    output, _ = _start(body).communicate(timeout=20)
    assert "code 0" in output
