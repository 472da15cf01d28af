"""The words on the screens: `text("kiosk.start.title", language="zh-CN", name=...)`; key = area.table.key."""

from shared.i18n.catalogue import (
    DEFAULT_LANGUAGE,
    Catalogue,
    catalogue,
    language_name,
    languages,
    text,
)

__all__ = [
    "DEFAULT_LANGUAGE",
    "Catalogue",
    "catalogue",
    "language_name",
    "languages",
    "text",
]
