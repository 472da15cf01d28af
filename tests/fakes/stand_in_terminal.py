"""A tiny program in a terminal's place: packed into releases as ``kiosk_app``, started by the real launcher.

``behaviour`` beside it: good, crash (ends at once), frozen (lives, but its screen is not drawn).
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

sys.path.append(os.environ["STAND_IN_ROOT"])

from shared.client.hall_client import HallClient
from shared.client.updates import ARCHIVES
from shared.offline.updates.settings import UpdateSettings
from shared.offline.updates.updater import Updater

HERE = Path(__file__).parent
AGAIN = 75


def main() -> int:
    behaviour, version = (HERE.joinpath(name).read_text() for name in ("behaviour", "version"))
    client = HallClient(os.environ["STAND_IN_HALL"], os.environ["STAND_IN_TOKEN"])
    left: list[bool] = []
    settings = UpdateSettings.here(os.environ)
    assert settings is not None, "the launcher says where"
    updater = Updater(
        settings, client, partial(client.open_media, path=ARCHIVES),
        hindrance=lambda: "somebody_there" if Path(os.environ["STAND_IN_BUSY"]).exists() else "",
        alive=lambda: behaviour != "frozen", leave=lambda: left.append(True), every_s=0.2, settled_s=0.3,
    )  # fmt: skip
    reported = 0.0
    while not left:
        if time.monotonic() - reported > 5:
            client.report(version, "", [])
            reported = time.monotonic()
        time.sleep(min(updater.step(), 0.2))
    return AGAIN


if __name__ == "__main__":
    # One that crashes does so before it could know anything.
    sys.exit(1 if (HERE / "behaviour").read_text() == "crash" else main())
