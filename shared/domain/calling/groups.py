"""Who belongs to a priority group, and how that is known: by the age a document tells, or by what somebody says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

# May people choose the group themselves at a kiosk? ``no``; ``shown``: they show the proof at the counter; ``word``:
# what they say is enough.
SelfDeclared = Literal["no", "shown", "word"]
# How a ticket's group is known: ``age`` by the birthday in the number of its document, ``shown``: still to be proven at
# the counter, ``word``: nobody asks for proof, ``staff``: somebody of the staff gave it. Empty: nobody's group;
# ``refused``: nobody's either, but a kiosk asked for one that the hall does not offer there.
Proof = Literal["", "age", "shown", "word", "staff", "refused"]
SELF_DECLARED: Final = ("no", "shown", "word")


@dataclass(frozen=True, slots=True)
class GroupRule:
    """How somebody comes into one group; ``from_age`` None: by no age."""

    group: int
    declared: SelfDeclared = "no"
    from_age: int | None = None


@dataclass(frozen=True, slots=True)
class Grouped:
    """A ticket's group, 0 is nobody's, and how it is known."""

    group: int = 0
    proof: Proof = ""


def age_on(born: date, today: date) -> int:
    """Whole years; who was born on 29 February is a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def group_of(rules: Iterable[GroupRule], asked: int, born: date | None, today: date, *, kiosk: bool) -> Grouped:
    """The higher of what is asked for and what the age gives; of the same one the age is the better proof.

    ``born`` None: not known. ``kiosk``: the person has chosen ``asked`` themselves, which counts where a rule lets
    them, else the staff has. Without any rules it counts too, and its proof is to be shown.
    """
    known = {rule.group: rule for rule in rules}
    refused = bool(asked and kiosk and known) and (asked not in known or known[asked].declared == "no")
    asked = 0 if refused else asked
    aged = 0
    if born is not None:
        age = age_on(born, today)
        aged = max((one.group for one in known.values() if one.from_age is not None and age >= one.from_age), default=0)
    if aged and aged >= asked:
        return Grouped(aged, "age")
    if not asked:
        return Grouped(0, "refused" if refused else "")
    if not kiosk:
        return Grouped(asked, "staff")
    return Grouped(asked, "word" if asked in known and known[asked].declared == "word" else "shown")
