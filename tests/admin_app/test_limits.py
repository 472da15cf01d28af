"""The rules against hoarding in the console: sentences with numbers, last week's preview, the people they are about."""

from __future__ import annotations

import os
from dataclasses import fields
from string import Formatter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QPushButton, QSpinBox, QTreeWidget

from shared.domain.limits.rules import KINDS
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.limits import LimitRuleEdit
from shared.schemas.tickets import TicketRequest
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import KEY_ROLE, Console, walk
from tests.fakes.citizens import somebody
from tests.fakes.hall import RunningHall


def picture(console: Console, name: str) -> None:
    """For eyes, where a folder for pictures is named."""
    if folder := os.environ.get("ZHITING_PICTURES"):
        console.app.window.grab().save(f"{folder}/{name}.png")


def opened(console: Console, tab: int) -> None:
    console.app.frame.open("limits", str(tab))
    console.wait(lambda: console.app.limits.state.loaded and not console.app.limits.state.busy)


def test_every_sentence_names_every_number_of_its_rule() -> None:
    for kind, made in KINDS.items():
        numbers = {field.name for field in fields(made)}
        for language in languages():
            sentence = catalogue().template(f"limits.sentence.{kind}", language) or ""
            named = [name for _, name, _, _ in Formatter().parse(sentence) if name]
            assert sorted(named) == sorted(numbers), (kind, language)


def test_a_rule_is_tried_on_last_week_changed_and_never_to_nonsense(console: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    kiosk = shared_hall.client("kiosk", "k1")
    before = {rule.kind: rule for rule in admin.limit_rules()}
    service = shared_hall.easy_service().id
    kiosk.issue(TicketRequest(service_id=service, identity=somebody()))
    opened(console, 0)
    limits = console.app.limits
    assert console.find(QCheckBox, "limit_one_active_on").isChecked()
    assert not console.find(QPushButton, "limit_one_active_save").isEnabled()
    console.click("limit_one_active_try")
    console.wait(lambda: "one_active" in dict(limits.state.previews))
    assert console.text("limit_one_active_preview") == dict(limits.state.previews)["one_active"]
    picture(console, "limits-rules")
    console.find(QSpinBox, "limit_one_active_count").setValue(5)
    console.find(QCheckBox, "limit_per_day_on").setChecked(True)
    console.click("limit_per_day_save")
    console.wait(lambda: limits.state.told != "")
    assert {rule.kind: rule.active for rule in admin.limit_rules()}["per_day"]
    console.find(QSpinBox, "limit_one_active_count").setValue(9)
    console.click("limit_one_active_save")
    console.wait(lambda: console.there("limits_problem"))
    assert console.find(QSpinBox, "limit_one_active_count").value() == 9, "what was typed is still there"
    console.find(QSpinBox, "limit_one_active_count").setValue(2)
    scope = console.find(QComboBox, "limit_one_active_scope")
    scope.setCurrentIndex(scope.findData("service"))
    console.click("limit_one_active_save")
    console.wait(lambda: limits.state.told != "")
    now = {rule.kind: rule for rule in admin.limit_rules()}
    assert (now["one_active"].params["count"], now["one_active"].params["scope"]) == (2, "service")
    for kind in ("one_active", "per_day"):
        kept = LimitRuleEdit(active=before[kind].active, params=before[kind].params, version=now[kind].version)
        admin.change_limit_rule(kind, kept)


def test_block_list_and_agents_are_kept_by_dialogs_and_ended_with_a_reason(console: Console) -> None:
    limits, person = console.app.limits, somebody()
    for tab, what, name in ((1, "block", "limits_block"), (3, "exception", "limits_except")):
        opened(console, tab)
        console.click(name)
        console.type("limit_person_number", person.number[:-1])
        console.type("limit_person_reason", "sold at the door")
        console.click("limit_person_go")
        assert console.there("limit_person_number"), "a number that is not whole goes nowhere"
        console.type("limit_person_number", person.number)
        picture(console, f"limits-{what}-dialog")
        console.click("limit_person_go")
        console.wait(lambda: limits.state.told != "")
        rows = {"block": limits.state.blocks, "exception": limits.state.exceptions}[what]
        assert rows[0]["who"].endswith(person.number[-4:]) and person.number not in str(rows)
        picture(console, f"limits-{what}")
        assert console.find(SearchableTable, f"limits_{what}_table").select(rows[0]["id"])
        console.click(f"limits_{what}_end")
        console.type("limits_ending_reason", "was somebody else")
        console.click("limits_ending_go")
        console.wait(lambda: not console.there("limits_ending"))
        console.wait(lambda: limits.state.told != "" and not limits.state.busy)
        after = {"block": limits.state.blocks, "exception": limits.state.exceptions}[what]
        assert after[0]["ended"]


def test_who_may_only_look_changes_nothing(console: Console) -> None:
    opened(console, 0)
    before = console.app.frame._me
    assert before is not None
    console.app.limits.set_me(Me(kind="user", name="x", permissions=["queue.limits:view"]))
    for name in ("limit_one_active_save", "limits_block", "limits_except", "limits_block_end"):
        assert not console.find(QPushButton, name).isVisible()
    assert not console.find(QSpinBox, "limit_one_active_count").isEnabled()
    console.app.limits.set_me(before)
    assert console.find(QSpinBox, "limit_one_active_count").isEnabled()


def test_the_services_a_rule_is_for_are_ticked_in_the_tree(console: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    service = str(shared_hall.easy_service().id)
    opened(console, 0)
    field = console.find(QPushButton, "limit_per_service_service_ids")
    said = field.text()
    field.click()
    console.wait(lambda: console.there("limits_services"))
    picture(console, "limits-services")
    # The form of a counter has such a tree too.
    tree = console.find(QDialog, "limits_services").findChild(QTreeWidget, "picker_tree")
    assert tree is not None
    node = next(one for one in walk(tree.invisibleRootItem())
                if one.data(0, KEY_ROLE) == service)  # fmt: skip
    node.setCheckState(0, Qt.CheckState.Checked)
    console.click("limits_services_done")
    console.wait(lambda: not console.there("limits_services"))
    assert "1" in field.text() and field.text() != said
    console.click("limit_per_service_save")
    console.wait(lambda: console.app.limits.state.told != "")
    kept = next(rule for rule in admin.limit_rules() if rule.kind == "per_service")
    assert kept.params["service_ids"] == [service]
    wanted = LimitRuleEdit(active=kept.active, params={**kept.params, "service_ids": []}, version=kept.version)
    admin.change_limit_rule("per_service", wanted)
    opened(console, 0)
    console.app.limits.load()
    console.wait(lambda: field.text() == said)
