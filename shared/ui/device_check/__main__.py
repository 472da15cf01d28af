"""``./run devices``. Exit code 0: every configured device works; 1: one does not; 2: a profile can't be read."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from shared.client.settings import device_tables, profile_names
from shared.devices.attached import look_around
from shared.devices.trying import TESTED
from shared.domain.errors import HallError
from shared.i18n import languages
from shared.i18n.errors import error_text
from shared.ui.device_check.checking import Checked, check
from shared.ui.device_check.report import as_json, print_attached, print_checked


def main(argv: Sequence[str] | None = None) -> int:
    """Looks, opens each device, asks how it is; with --try it also prints, speaks, and waits for a card and a code."""
    arguments = _arguments(argv)
    language = arguments.language or ("zh-CN" if os.environ.get("LANG", "zh").startswith("zh") else "en")
    if language not in languages():
        language = "en"
    try:
        profiles = {name: device_tables(name) for name in arguments.profile or profile_names()}
    except HallError as error:
        print(error_text(error.code, language, **error.params), file=sys.stderr)
        return 2
    # Test pages are drawn and sounds are played by Qt; no window is opened.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication(["devices"])
    looks = look_around()
    if not arguments.json:
        print_attached(looks, language)
    checked: list[Checked] = []
    for name, tables in profiles.items():
        for kind, table in tables.items():
            act = arguments.try_all or kind in arguments.try_kind
            checked.append(check(name, kind, table, language=language, act=act))
            if not arguments.json:
                print_checked(checked[-1], language)
    if arguments.json:
        print(json.dumps(as_json(looks, checked, language), ensure_ascii=False, indent=1))
    elif not checked:
        print_checked(None, language)
    del application
    return 0 if all(one.works for one in checked) else 1


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run devices", description="Lists and tries this machine's devices.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument(
        "--profile", action="append", metavar="PROGRAM-NAME", help="e.g. kiosk-default; without it, all profiles"
    )
    parser.add_argument(
        "--try", dest="try_kind", action="append", default=[], choices=TESTED, metavar="KIND",
        help=f"print, speak, read: {', '.join(TESTED)}",
    )  # fmt: skip
    parser.add_argument("--try-all", action="store_true", help="the same for every configured device")
    parser.add_argument("--language", help="zh-CN or en")
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())
