"""What the keyboard knows: characters by syllable, words by their initials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from shared.domain.pinyin.segments import Piece, Syllables

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "pinyin"


# So many of each syllable are offered to whoever has typed only its beginning.
_TURNS = 30


class Word(NamedTuple):
    """Characters and how each is typed."""

    text: str
    syllables: tuple[str, ...]


class Table:
    """Loaded once, in some tens of milliseconds; the same for everybody."""

    def __init__(
        self,
        characters: Mapping[str, tuple[str, str]],
        words: Iterable[Word],
        surnames: str,
        compounds: Iterable[str],
        given: str,
        surname_sounds: Iterable[str] = (),
        given_sounds: Iterable[str] = (),
    ) -> None:
        """``characters`` per syllable: those mostly meant, and others. ``…_sounds``: read otherwise in names."""
        self.characters = characters
        self.syllables = Syllables(characters)
        self._sounds = {True: _by_sound(surname_sounds), False: _by_sound(given_sounds)}
        self._surnames = {sign: place for place, sign in reversed(list(enumerate(surnames)))}
        self._given = {sign: place for place, sign in reversed(list(enumerate(given)))}
        self.compounds = frozenset(compounds)
        self._words: dict[str, list[Word]] = defaultdict(list)
        for word in (*self._compounds(), *words):
            self._words["".join(syllable[0] for syllable in word.syllables)].append(word)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Table:
        """From the files; OSError when they are not there."""
        read_text = {path.stem: path.read_text("utf-8") for path in folder.glob("*.txt")}
        lines = (line.split(" ") for line in read_text["characters"].splitlines())
        characters = {syllable: (meant, others) for syllable, meant, others in lines}
        pairs = (line.split(":") for line in read_text["words"].splitlines())
        words = (Word(text, tuple(typed.split("'"))) for text, typed in pairs)
        surnames, given = ("".join(read_text[name].split()) for name in ("surnames", "given_names"))
        sounds = (read_text[f"{name}_sounds"].split() for name in ("surname", "given"))
        return cls(characters, words, surnames, read_text["compound_surnames"].split(), given, *sounds)

    def words(self, way: tuple[Piece, ...]) -> list[Word]:
        """Of just so many characters, each sounding like its piece."""
        initials = "".join(piece.letters[0] for piece in way)
        return [word for word in self._words.get(initials, ()) if _fits(word, way)]

    def signs(self, piece: Piece, *, begins: bool) -> str:
        """The characters a piece may stand for; where a text ``begins`` surnames first, else what names are made of."""
        if piece.whole:
            return self._ranked(piece.letters, begins)
        syllables = self._beginning.get(piece.letters, ())
        first = self._surnames if begins else self._given
        named = sorted(
            (sign for one in syllables for sign in self._sounding(one, begins) if sign in first), key=first.__getitem__
        )
        # Behind them the likeliest of each syllable, then the second of each.
        known = [self._ranked(one, begins) for one in syllables]
        turns = (one[turn] for turn in range(_TURNS) for one in known if turn < len(one))
        return "".join(dict.fromkeys((*named[:_TURNS], *turns)))

    def _sounding(self, syllable: str, begins: bool) -> list[str]:
        """The characters somebody may mean who types this; in names some are read in ways of their own."""
        return [*self.characters[syllable][0], *self._sounds[begins].get(syllable, ())]

    def _ranked(self, syllable: str, begins: bool) -> str:
        key = syllable, begins
        if key not in self._orders:
            # Whoever begins a name is looked for among surnames; behind it stands what given names are made of.
            first = self._surnames if begins else self._given
            meant, others = self.characters[syllable]
            sounding = self._sounding(syllable, begins)
            named = sorted((sign for sign in sounding if sign in first), key=first.__getitem__)
            self._orders[key] = "".join(dict.fromkeys((*named, *meant, *others)))
        return self._orders[key]

    @cached_property
    def _orders(self) -> dict[tuple[str, bool], str]:
        return {}

    @cached_property
    def _beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for syllable in self.characters:
            for length in range(1, len(syllable)):
                found[syllable[:length]].append(syllable)
        return found

    def _compounds(self) -> Iterable[Word]:
        """Surnames of two characters, with every way to read each: one of them is right, and few type another."""
        sounds: dict[str, list[str]] = defaultdict(list)
        wanted = set("".join(self.compounds))
        for syllable, groups in self.characters.items():
            for sign in wanted.intersection("".join(groups)):
                sounds[sign].append(syllable)
        for text in sorted(self.compounds):
            for one in sounds[text[0]]:
                for other in sounds[text[1]]:
                    yield Word(text, (one, other))


def _by_sound(sounds: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for sound in sounds:
        found[sound[1:]].append(sound[0])
    return found


def _fits(word: Word, way: tuple[Piece, ...]) -> bool:
    return len(word.syllables) == len(way) and all(
        syllable == piece.letters if piece.whole else syllable.startswith(piece.letters)
        for syllable, piece in zip(word.syllables, way, strict=True)
    )
