"""The organisation as whoever administers a part of it sees it, or may only look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QWidget

from admin_app.doorway import CLIENT
from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.view import OrganisationPage
from admin_app.finding import Finder
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.schemas.access import GrantCreate, Me
from shared.schemas.organisation import Unit
from shared.ui.background import wait_for_background
from tests.admin_app.offices import make_person, make_unit, person_of
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall

SEE, CHANGE = "organisation.units:view", "organisation.units:change"


@pytest.fixture
def desk_of(
    console: Console, shared_hall: RunningHall, tmp_path: Path
) -> Iterator[Callable[[str, str, Unit], OrganisationPage]]:
    """The page as one of the staff sees it who was given a role in a unit."""
    made: list[tuple[OrganisationPage, OrganisationPresenter, HallClient, SignedIn]] = []

    def open_for(username: str, role_key: str, unit: Unit) -> OrganisationPage:
        admin = shared_hall.client("admin")
        account = next(
            item for item in admin.accounts(kind="staff", search=username).items if item.username == username
        )
        role = next(item for item in admin.roles() if item.key == role_key)
        admin.give(GrantCreate(account_id=account.id, role_id=role.id, unit_id=unit.id))
        signed = SignedIn(shared_hall.url, CLIENT)
        signed.by_password(username, shared_hall.password())
        client = HallClient(shared_hall.url, signed)
        presenter = OrganisationPresenter(client, HallLink(client), tmp_path / "drafts.json", "zh-CN")
        page = OrganisationPage(presenter, "zh-CN")
        presenter.set_me(client.me())
        page.show()
        made.append((page, presenter, client, signed))
        console.wait(lambda: presenter.state.loaded and presenter.people.state.loaded)
        return page

    yield open_for
    for page, presenter, client, signed in made:
        client.close()
        wait_for_background()
        signed.close()
        page.deleteLater()
        presenter.deleteLater()


def shown(page: OrganisationPage, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert found is not None, name
    return found


def test_a_department_administrator_manages_their_subtree_and_sees_nothing_else(
    desk_of: Callable[[str, str, Unit], OrganisationPage], console: Console, shared_hall: RunningHall
) -> None:
    mine = make_unit(shared_hall, "我的局")
    inner = make_unit(shared_hall, "我的科", mine.id)
    person = make_person(shared_hall, inner, "P950")
    page = desk_of("ys1006", "department_administrator", mine)
    presenter = page._presenter
    assert [node.words for node in presenter.state.nodes] == ["我的局", "我的科"]
    assert [row["number"] for row in presenter.state.rows] == ["P950"]
    presenter.choose_unit(str(mine.id))
    assert shown(page, "add_unit").isEnabled()
    parent, retire = shown(page, "unit_parent_id"), shown(page, "unit_retire")
    assert not parent.isEnabled() and not retire.isEnabled(), "the top of what they manage hangs where it hangs"
    assert retire.toolTip() and retire.toolTip() == parent.toolTip()
    presenter.choose_unit(str(inner.id))
    assert parent.isEnabled() and retire.isEnabled()
    offered = {node.words for node in presenter.places(CHANGE, "", str(inner.id)) if node.offered}
    assert offered == {"我的局"}
    presenter.choose_person(str(person.id))
    presenter.people.edit({"title": "组长"})
    presenter.people.save()
    console.wait(lambda: person_of(shared_hall, "P950").title == "组长")
    presenter.choose_unit(str(inner.id))
    presenter.add_unit()
    presenter.units.edit({"name": "刚建的组"})
    presenter.units.save()
    console.wait(lambda: presenter.state.unit_name == "刚建的组")
    assert presenter.state.may_add_unit, "what was made below is theirs at once"


def test_who_may_only_look_is_told_so(
    desk_of: Callable[[str, str, Unit], OrganisationPage], shared_hall: RunningHall
) -> None:
    unit = make_unit(shared_hall, "只看局")
    person = make_person(shared_hall, unit, "P960")
    page = desk_of("ys1007", "centre_leader", unit)
    page._presenter.choose_unit(str(unit.id))
    for name in ("add_unit", "add_person"):
        assert not shown(page, name).isEnabled() and shown(page, name).toolTip()
    assert shown(page, "unit_locked").isVisible()
    for name in ("unit_save", "unit_retire", "organisation_import"):
        assert not shown(page, name).isVisible()
    page._presenter.choose_person(str(person.id))
    assert shown(page, "person_locked").isVisible()
    assert not shown(page, "person_name").isEnabled()
    assert not shown(page, "person_save").isVisible()


def test_the_page_is_there_for_who_may_see_units_only(console: Console, shared_hall: RunningHall) -> None:
    frame = console.app.frame
    hall, me = shared_hall.client("admin").hall(), shared_hall.client("admin").me()
    frame._indexed((hall, Me(kind="user", name="x", permissions=["hall:view"]), Finder()))
    assert "organisation" not in frame.state.allowed
    frame._indexed((hall, Me(kind="user", name="x", permissions=["hall:view"], units={SEE: [uuid4()]}), Finder()))
    assert "organisation" in frame.state.allowed
    frame._indexed((hall, me, Finder()))
    console.wait(lambda: "organisation" in frame.state.allowed)
