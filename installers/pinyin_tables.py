"""Makes ``assets/pinyin``: ``python -m installers.pinyin_tables``. A kiosk reads that and not the dictionaries."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "pinyin"
# The block everybody's font has, and the first extension, where rare names come from.
_BLOCKS = (range(0x4E00, 0xA000), range(0x3400, 0x4DC0))
_LEVEL_ONE = range(0xB0, 0xD8)
LONGEST = 2
# A reading that fewer of a character's phrases have is not what people mean who type it.
_SHARE = 0.15


@cache
def plain(reading: str) -> str:
    """Without tone; ü is typed as v."""
    return to_normal(reading).replace("ü", "v")


def level(character: str) -> int:
    """0 of the 3,755 characters of level 1 of GB/T 2312, 1 of its level 2, 2 of everybody's font, 3 rarer."""
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 2 if ord(character) in _BLOCKS[0] else 3
    return 0 if lead in _LEVEL_ONE else 1


def uses() -> Counter[tuple[str, str]]:
    """How many phrases hold a character with this reading."""
    found: Counter[tuple[str, str]] = Counter()
    for word, syllables in PHRASES_DICT.items():
        for character, (syllable, *_) in zip(word, syllables, strict=False):
            found[character, plain(syllable)] += 1
    return found


def characters() -> dict[str, tuple[str, str]]:
    """Each syllable with the characters that are mostly meant by it, and with all others; the likeliest first."""
    used, found = uses(), defaultdict(set)
    total: Counter[str] = Counter()
    for (character, _), count in used.items():
        total[character] += count
    for number, readings in PINYIN_DICT.items():
        if any(number in block for block in _BLOCKS):
            for reading in readings.split(","):
                if (typed := plain(reading)).isascii() and typed.isalpha():
                    found[typed].add(chr(number))
    table = {}
    for syllable, signs in sorted(found.items()):
        likely = sorted(signs, key=lambda sign, of=syllable: (level(sign), -used[sign, of], ord(sign)))
        meant = [
            one
            for one in likely
            if (used[one, syllable] > _SHARE * total[one] and level(one) < 2) or (not total[one] and level(one) < 2)
        ]
        # A syllable that stands for no common character is a sound, such as "hm", and only splits words wrongly.
        if any(not level(one) for one in meant):
            table[syllable] = "".join(meant), "".join(one for one in likely if one not in meant)
    return table


def words() -> list[str]:
    """Each word with the syllables it is typed by, such as ``XY:a'b``; the ones of the commonest characters first."""
    used = uses()
    found = []
    for word, syllables in PHRASES_DICT.items():
        typed = [plain(syllable) for syllable, *_ in syllables]
        if len(word) == len(typed) == LONGEST and not any(level(sign) for sign in word):
            rank = min(used[pair] for pair in zip(word, typed, strict=True))
            found.append((len(word), -rank, word, "'".join(typed)))
    return [f"{word}:{typed}" for _, _, word, typed in sorted(found)]


def main() -> None:
    FOLDER.joinpath("characters.txt").write_text(
        "".join(f"{syllable} {meant} {others}\n" for syllable, (meant, others) in characters().items()), "utf-8"
    )
    FOLDER.joinpath("words.txt").write_text("".join(f"{line}\n" for line in words()), "utf-8")


if __name__ == "__main__":
    main()
