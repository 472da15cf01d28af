"""Spells names in a process of its own: the dictionaries are 60 MB that a server would keep for ever."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from shared.domain.spelling import learn, spell

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 20


def learn_apart(terms: Iterable[str]) -> None:
    """Afterwards ``spell`` knows these terms here; blocks for about a second."""
    wanted = [term for term in dict.fromkeys(terms) if not term.isascii()]
    if not wanted:
        return
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__], cwd=ROOT, input=json.dumps(wanted), text=True, capture_output=True,
            timeout=PATIENCE_S, check=True,
        )  # fmt: skip
        learn(json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        # Then it is spelled here: dearer, never wrong.
        log.exception("names were not spelled apart")


if __name__ == "__main__":
    json.dump({term: spell(term) for term in json.load(sys.stdin)}, sys.stdout)
