"""Known holes in the packages of ``requirements.lock``: fails when there are any, says so when nobody can be asked."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
PATIENCE_S = 180


def audit(lock: Path) -> list[str] | None:
    """The holes, one a line; None when the registry did not answer."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--progress-spinner", "off",
            "--timeout", "10", "--format", "json", "--output", str(report),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE_S)
            found: dict[str, Any] = json.loads(report.read_text("utf-8"))
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None
    return [
        f"{package['name']} {package['version']}: {hole['id']}, repaired in {', '.join(hole['fix_versions']) or '-'}"
        for package in found["dependencies"]
        for hole in package.get("vulns", ())
    ]


def main(lock: Path = LOCK) -> int:
    holes = audit(lock)
    if holes is None:
        print("no answer from the registry of known holes: packages not audited / 无法联网，依赖包未审计")
        return 0
    print("\n".join(holes) if holes else "no known holes / 没有已知漏洞")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
