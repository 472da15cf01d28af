"""Number formats at the console: previewed while they are typed, saved, and the next ticket has them."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QSpinBox, QTableWidget, QTabWidget, QWidget

from shared.schemas.numbering import NumberingChange, NumberingRules
from shared.schemas.tickets import TicketRequest
from tests.admin_app.stage import Console


def test_a_format_is_previewed_saved_and_printed_on_the_next_ticket(console: Console) -> None:
    client = console.hall.client("admin")
    # The hall is everybody's: a service that no other test of the console counts the line of.
    service = [s for s in client.services() if s.ticketable and s.open and s.identity != "required"][-1]
    console.app.frame.open("catalogue", "")
    tabs = console.find(QTabWidget, "catalogue_tabs")
    tabs.setCurrentWidget(console.find(QWidget, "numbering_tab"))
    console.wait(lambda: console.app.catalogue.numbering.state.loaded)
    table = console.find(QTableWidget, "numbering_table")
    row = next(r for r in range(table.rowCount()) if (i := table.item(r, 0)) and i.text() == service.series)
    console.type(f"numbering_prefix_{service.series}", "1")
    assert not console.find(QPushButton, "numbering_now").isEnabled()
    assert "字头" in console.app.catalogue.numbering.state.problem
    console.type(f"numbering_prefix_{service.series}", "社")
    console.find(QSpinBox, f"numbering_digits_{service.series}").setValue(4)
    sample, said = table.item(row, 5), table.item(row, 7)
    assert sample is not None
    assert said is not None
    assert (sample.text(), said.text()) == ("社0017", "社零 零 一 七")
    console.find(QSpinBox, "numbering_leased").setValue(35)
    console.click("numbering_now")
    console.wait(lambda: console.app.catalogue.numbering.state.told != "")
    assert client.numbering().now.leased == 35
    assert client.issue(TicketRequest(service_id=service.id)).number.startswith("社00")
    console.app.catalogue.numbering.edit({})
    console.click("numbering_tomorrow")
    console.wait(lambda: console.app.catalogue.numbering.state.told != "")
    assert client.numbering().later is not None
    found = client.numbering()
    plain = NumberingChange(version=found.version, begins="now", rules=NumberingRules())
    assert client.set_numbering(plain).now == NumberingRules()
