"""What the demonstration hall tells of itself: its introduction, getting here, and some finished cases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.database import HallRow
from server.features.introduction.models import IntroductionRow, IntroductionVersionRow
from server.features.publicity.models import PublicCaseRow
from shared.domain.object_ids import object_id
from shared.schemas.introduction import IntroductionContent
from shared.schemas.publicity import CaseGiven

FILE = "information.json"
_BY = "system:demo"


def tell_of_demo_hall(connection: Connection, folder: Path) -> None:
    """Once: where there is an introduction, or a case, nothing is changed. Cases are so many days old as they say."""
    told = json.loads((folder / FILE).read_bytes())
    with Session(bind=connection) as session:
        hall = session.scalars(select(HallRow)).one()
        now = datetime.now(UTC)
        if session.get(IntroductionRow, hall.id) is None:
            content = IntroductionContent.model_validate(told["introduction"]).model_dump(mode="json")
            session.add(
                IntroductionVersionRow(
                    hall_id=hall.id, number=1, content=content, saved_by=_BY, saved_at=now, restored=None
                )
            )
            session.add(
                IntroductionRow(hall_id=hall.id, edition=1, newest=1, live=1, published_at=now, published_by=_BY)
            )
        if session.scalars(select(PublicCaseRow.id).limit(1)).first() is None:
            today = now.astimezone(ZoneInfo(hall.time_zone)).date()
            for one in told["cases"]:
                decided_on = today - timedelta(days=one.pop("days_ago"))
                case = CaseGiven.model_validate(one | {"decided_on": decided_on})
                session.add(
                    PublicCaseRow(
                        hall_id=hall.id, id=object_id(hall.key, "case", case.number), hidden=False, brought_at=now,
                        **case.model_dump(),
                    )
                )  # fmt: skip
        session.flush()
