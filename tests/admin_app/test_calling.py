"""The calling rules in the console: read, tried, saved, kept; what a counter and a service have of their own."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QRadioButton, QSpinBox

from admin_app.features.calling.presenter import bounds
from shared.domain.calling.choice import Reason
from shared.domain.calling.policy import MERGES, RETURNS
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.calling import CallingPolicy, CounterCalling, GroupCalling, ServiceCalling
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import new_line


def test_every_field_rule_and_answer_has_words() -> None:
    reasons = Reason.__args__  # type: ignore[attr-defined]
    keys = {f"console.{field}" for field in CallingPolicy.model_fields} - {
        f"console.{name}" for name in ("version", "merge", "groups", "services", "counters")
    }
    keys |= {f"console.{what}_{way}" for way in MERGES for what in ("merge", "means")} | {
        f"how.{way}" for way in MERGES
    }
    keys |= {f"console.return_{how}" for how in RETURNS} | {f"console.rule_{why}" for why in reasons}
    keys |= {f"why.{why}" for why in reasons}
    missing = [key for key in keys for code in languages() if catalogue().template(f"calling.{key}", code) is None]
    assert missing == []
    assert bounds("passes") == (1, 5)
    assert bounds("patience_min", ServiceCalling) == (10, 480)


def test_the_rules_are_tried_saved_and_kept(console: Console, shared_hall: RunningHall) -> None:
    line = new_line(shared_hall)
    admin, page = shared_hall.client("admin", "calling"), console.app.calling
    before = admin.calling_policy()
    walk_in, urgent = line.take(), line.take(priority=2)
    console.app.frame.open("calling", "")
    console.wait(lambda: page.state.loaded and page.state.may_change)
    console.find(QRadioButton, "merge_ageing").click()
    console.find(QSpinBox, "calling_group_head_start_min").setValue(0)
    counter = console.find(QComboBox, "trial_counter")
    counter.setCurrentIndex(counter.findData(str(line.counter_id)))
    console.click("trial_now")
    console.wait(lambda: page.state.preview is not None)
    [first, second] = console.find(SearchableTable, "trial_preview").shown_rows()
    assert urgent.number in first["now"] and walk_in.number in second["now"]
    assert walk_in.number in first["then"] and urgent.number in second["then"]
    assert admin.calling_policy() == before, "a trial changes nothing"
    # What a counter is there for first.
    busy = next(c for c in page.state.counters if len({s.id for s in page.state.services} & set(c.service_ids)) > 1)
    console.click("counters_add")
    of = console.find(QComboBox, "counters_of")
    of.setCurrentIndex(of.findData(str(busy.id)))
    later = busy.service_ids[0]
    console.find(QCheckBox, f"later_{later}").setChecked(True)
    console.click("counters_save")
    console.click("services_add")
    service = console.find(QComboBox, "services_of")
    service.setCurrentIndex(service.findData(str(line.service_id)))
    console.find(QSpinBox, "exception_patience_min").setValue(45)
    console.click("services_save")
    for group, way in ((2, "word"), (4, "shown")):
        declared = console.find(QComboBox, f"group_{group}_declared")
        declared.setCurrentIndex(declared.findData(way))
    console.find(QSpinBox, "group_2_age").setValue(70)
    console.click("calling_save")
    console.wait(lambda: page.state.told != "")
    kept = admin.calling_policy()
    assert (kept.merge, kept.group_head_start_min, kept.version) == ("ageing", 0, before.version + 1)
    assert kept.counters == [CounterCalling(counter_id=busy.id, later=[later], step_in_min=20)]
    assert kept.services == [ServiceCalling(service_id=line.service_id, patience_min=45)]
    assert kept.groups == [
        GroupCalling(group=4, declared="shown"), GroupCalling(group=2, declared="word", from_age=70),
    ]  # fmt: skip
    # Somebody else in between: what was edited here stays, and is not saved over theirs.
    admin.set_calling_policy(before.model_copy(update={"version": kept.version}))
    console.find(QRadioButton, "merge_ratio").click()
    console.click("calling_save")
    console.wait(lambda: page.state.problem != "")
    assert page.state.draft.merge == "ratio"
    page.load()
    console.wait(lambda: page.state.policy.merge == before.merge)
    assert not page.state.unsaved
    page.set_me(Me(kind="user", name="x", permissions=["calling:view"]))
    assert not console.find(QSpinBox, "calling_passes").isEnabled()
    page.set_me(Me(kind="user", name="x", permissions=["calling:view", "calling:change"]))
    line.open()
    line.serve()
    line.serve()
