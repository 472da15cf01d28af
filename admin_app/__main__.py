"""``./run admin``: the administrators' console."""

from __future__ import annotations

import sys

from admin_app.bootstrap import build
from shared.ui.program import run_program

if __name__ == "__main__":
    sys.exit(run_program("admin", "The administrators' console of ZhiTing.", build))
