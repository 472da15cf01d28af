"""Where a layout is used: said in words, and chosen from all places at once.

layouts_uses layouts_places layouts_versions (where_pick: see pick_view.py)
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout

from admin_app.features.ticket_layouts.pick_view import PickDialog
from admin_app.features.ticket_layouts.presenter import LayoutsPresenter
from admin_app.parts_view import Card, label, named, pad
from shared.i18n import text
from shared.ui.widgets import button


class WhereCard(Card):
    def __init__(self, presenter: LayoutsPresenter, language: str, compare: Callable[[], None]) -> None:
        super().__init__(text("ticket_layouts.where", language))
        self._presenter, self._language = presenter, language
        self._uses = label("", "muted", wrap=True, name="layouts_uses")
        self._places = named(button(self._t("places"), "map-pin", "", self._ask), "layouts_places")
        self._versions = named(button(self._t("versions"), "document", "", compare), "layouts_versions")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._places)
        row.addWidget(self._versions)
        row.addStretch(1)
        self.body.addWidget(self._uses)
        self.body.addLayout(row)

    @property
    def words(self) -> str:
        return self._uses.text()

    def draw(self, can: bool) -> None:
        layout = self._presenter.state.layout
        published = layout is not None and layout.published is not None and not layout.retired
        self._places.setEnabled(can and published)
        self._versions.setEnabled(layout is not None and bool(layout.versions))
        names = self._names()
        words = [names.get(key, self._t("place_gone")) for key in self._used()]
        if len(words) > 4:
            words = [*words[:3], self._t("more_places", n=len(words) - 3)]
        if not published:
            self._uses.setText(self._t("not_published"))
        else:
            places = self._t("separator").join(words)
            self._uses.setText(self._t("used_at", places=places) if words else self._t("used_nowhere"))

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)

    def _names(self) -> dict[str, str]:
        return {f"{kind}:{key}": words for kind, key, words in self._presenter.state.places}

    def _used(self) -> list[str]:
        layout = self._presenter.state.layout
        return [f"{one.kind}:{one.target or ''}" for one in layout.uses] if layout else []

    def _ask(self) -> None:
        layout = self._presenter.state.layout
        if layout is None:
            return
        others = {
            f"{use.kind}:{use.target or ''}": one.name
            for one in self._presenter.state.layouts for use in one.uses if one.id != layout.id
        }  # fmt: skip
        choices = [
            (key, self._t("place_of_other", place=words, name=others[key]) if key in others else words)
            for key, words in self._names().items()
        ]
        used = self._used()
        # A place that is gone can be given up, too.
        choices += [(key, self._t("place_gone")) for key in used if key not in self._names()]
        PickDialog(
            self.window(), "where_pick", self._t("places_title", name=layout.name), self._t("places_fact"), choices,
            used, self._take, self._language,
        ).open()  # fmt: skip

    def _take(self, keys: list[str]) -> None:
        parts = [key.partition(":") for key in keys]
        self._presenter.use_at([(kind, target) for kind, _, target in parts])
