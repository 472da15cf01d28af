"""The goals a bench compares its figures with."""

from __future__ import annotations

from typing import Any


def at_most(value: float, goal: float) -> dict[str, Any]:
    return {"value": value, "at_most": goal, "met": value <= goal}


def at_least(value: float, goal: float) -> dict[str, Any]:
    return {"value": value, "at_least": goal, "met": value >= goal}


def lines(goals: dict[str, dict[str, Any]]) -> list[str]:
    """One line a goal, for people."""
    found = []
    for name, goal in goals.items():
        bound = f"<= {goal['at_most']}" if "at_most" in goal else f">= {goal['at_least']}"
        found.append(f"  {'ok  ' if goal['met'] else 'MISS'}  {name:44} {goal['value']:>9} {bound}")
    return found
