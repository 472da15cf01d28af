"""Finding what stands on a Quick screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtQuick import QQuickItem


def find_item(root: object, name: str, *, where: Callable[[QQuickItem], bool] = lambda item: True) -> QQuickItem | None:
    """The first item of this name below ``root`` whose ancestors all pass ``where``; None when there is none.

    By visual parents: items that a Repeater makes are nobody else's children.
    """
    if not isinstance(root, QQuickItem) or not where(root):
        return None
    if root.objectName() == name:
        return root
    for child in root.childItems():
        if (found := find_item(child, name, where=where)) is not None:
            return found
    return None
