"""Commands of the server's machine, forked from a process that has the program loaded."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.fakes.forked import ForkedServer

LONGEST_S = 90


def command(*options: object, fails: bool = False) -> str:
    """Run ``./run`` with these options; answers its output, or what it says when it must fail."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as said:
        process = ForkedServer([str(option) for option in options], Path(said.name))
        with process.stdout:
            output = process.stdout.read()
            code = process.wait(LONGEST_S)
        errors = said.read()
    assert code == int(fails), output + errors
    assert "Traceback" not in errors, errors
    return errors if fails else output
