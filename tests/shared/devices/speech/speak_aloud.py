"""A program of its own that speaks calls through the machine's loudspeaker; prints when each begins and ends.

The sound server is chosen by the environment, and Qt looks at it once per process: hence not inside the tests' process.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from shared.devices.registry import make_speaker
from shared.devices.speech.announcer import AnnouncementEnded, AnnouncementStarted, Announcer
from shared.domain.announcements import Announcement


def main(numbers: list[str]) -> None:
    application = QCoreApplication(sys.argv[:1])
    ended = threading.Semaphore(0)

    def listen(event: AnnouncementStarted | AnnouncementEnded) -> None:
        told = {"number": event.announcement.number, "what": type(event).__name__, "at": time.monotonic()}
        if isinstance(event, AnnouncementEnded):
            told |= {"ending": event.ending.value, "error": event.error.code if event.error else ""}
            ended.release()
        print(json.dumps(told), flush=True)

    announcer = Announcer(make_speaker({"driver": "espeak"}), listen, repeat=1)
    announcer.open()
    for place, number in enumerate(numbers):
        announcer.announce(Announcement(f"call-{place}", 0, datetime.now(UTC), number, "A05"))
    for _ in numbers:
        ended.acquire(timeout=30)
    announcer.close()
    application.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
