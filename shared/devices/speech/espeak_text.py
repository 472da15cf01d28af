"""Text as espeak-ng 1.51 reads it rightly."""

import re

from shared.domain.announcements import SpokenLanguage

# Its Mandarin voices read hanzi as English; only the pinyin voice, fed with pinyin, is right.
VOICES = {
    SpokenLanguage.MANDARIN: "cmn-latn-pinyin",
    SpokenLanguage.CANTONESE: "yue",
    SpokenLanguage.ENGLISH: "en-gb",
}

# Capital letters have Chinese names in that voice; these are the ones people in China say differently.
_LETTER_NAMES = {"A": "ei1", "E": "yi4", "G": "ji4", "I": "ai4", "N": "en1", "Y": "wai4", "Z": "zei4"}
_PAUSE = re.compile(r"[，。、；：！？,.;:!?]+")
# Alone before a figure or a single letter it is a name, which espeak takes for the article "a".
_LETTER_A = re.compile(r"\bA\b(?=[ ,.]*(?:[A-Z]\b|\d|$))")

# The Cantonese voice swallows all but the last of several fives: A055 would be heard as A05.
_BETWEEN_FIVES = re.compile(r"(?<=五)\s*(?=五)")


def as_espeak_reads(language: SpokenLanguage, text: str) -> str:
    """The same sentence in the spelling that the language's voice says rightly."""
    match language:
        case SpokenLanguage.MANDARIN:
            return _pinyin(text)
        case SpokenLanguage.ENGLISH:
            return _LETTER_A.sub("eigh", text)
        case SpokenLanguage.CANTONESE:
            return _BETWEEN_FIVES.sub("，", text)


def _pinyin(text: str) -> str:
    # Imported here because its dictionary takes a moment to load, which belongs on the worker thread.
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=_not_hanzi)
    return " ".join(" ".join(syllables).split())


def _not_hanzi(run: str) -> str:
    paused = _PAUSE.sub(" , ", run)
    letters = re.sub(r"[A-Za-z]", lambda found: f" {_LETTER_NAMES.get(found[0].upper(), found[0].upper())} ", paused)
    return re.sub(r"[^A-Za-z0-9, ]", " ", letters)
