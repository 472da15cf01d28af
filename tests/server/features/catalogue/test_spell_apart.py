"""Renaming a service costs the server neither the dictionaries' memory nor its writer's time."""

from __future__ import annotations

import subprocess
import sys

from server.features.catalogue.edit import names_after
from server.features.catalogue.service import catalogue
from shared.schemas.hall import ServiceCreate, ServiceEdit
from tests.fakes.hall import ROOT
from tests.server.conftest import Desk

LEARN = """
import sys
from server.features.catalogue.spell_apart import learn_apart
from shared.domain.search import Entry, Index, Match
from shared.domain.spelling import spell
learn_apart(["重庆银行", "ETC", "重庆银行"])
assert spell("重庆银行").split()[0] == "重chong,zhong", spell("重庆银行")
assert Index([Entry(1, [spell("重庆银行")])]).find("cqyh") == [(1, Match.EXACT)]
assert "pypinyin" not in sys.modules
"""


def test_names_are_spelled_without_loading_the_dictionaries_here() -> None:
    done = subprocess.run([sys.executable, "-c", LEARN], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_all_names_of_a_renamed_service_are_spelled_and_else_none(desk: Desk) -> None:
    service = desk.places()[0]
    facts = desk.read(catalogue).services[service]
    assert desk.read(lambda r: names_after(r, service, ServiceEdit(typical_minutes=5))) == []
    names = desk.read(lambda r: names_after(r, service, ServiceEdit(short_name="新简称")))
    assert {"新简称", facts.name} <= set(names)
    added = desk.read(lambda r: names_after(r, None, ServiceCreate(name="一个比十二个字还要长的业务名称")))
    assert "一个比十二个字还要长的业" in added
