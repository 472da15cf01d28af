"""espeak-ng pronounces what people expect, and no Mandarin ever turns into English."""

import re
from functools import cache

import pytest

from shared.devices.speech.announcer import spoken_words
from shared.devices.speech.drivers.espeak import EspeakEngine
from shared.devices.speech.espeak_text import as_espeak_reads
from shared.domain.announcements import Sentence, SpokenLanguage, spoken_call
from shared.domain.errors import HallError

MANDARIN, CANTONESE, ENGLISH = SpokenLanguage
CALLS = [("A001", "B100"), ("A017", "B12"), ("K3-07", "社保12号窗口"), ("Z999", "301"), ("VIP20", "缴费处")]


def phonemes(language: SpokenLanguage, text: str) -> str:
    """What the driver would say, in espeak's letters, in one line."""
    return " ".join(EspeakEngine().phonemes(Sentence(language, text)).split())


def of_call(language: SpokenLanguage, number: str, label: str) -> str:
    """The phonemes of one call."""
    (sentence,) = spoken_call(number, label, [language], spoken_words, repeat=1)
    return phonemes(language, sentence.text)


@cache
def gb2312() -> str:
    """The 6,763 characters of GB 2312."""
    pairs = ((high, low) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(bytes(pair).decode("gb2312", errors="ignore") for pair in pairs)


@pytest.mark.parametrize(("number", "label"), CALLS)
def test_mandarin_never_switches_to_english(number: str, label: str) -> None:
    assert "(" not in of_call(MANDARIN, number, label)


def test_every_common_character_has_a_mandarin_sound() -> None:
    assert len(gb2312()) == 6763
    # In parts: all at once takes the engine longer on a busy machine than a sentence may take.
    parts = ["，".join(gb2312()[begin : begin + 500]) for begin in range(0, 6763, 500)]
    heard = [phonemes(MANDARIN, part) for part in parts]
    assert "(" not in "".join(heard)
    assert sum(part.count("_|") for part in heard) == 6763


def test_every_letter_has_a_mandarin_name() -> None:
    names = [phonemes(MANDARIN, letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert all(name and "(" not in name for name in names)
    assert len(set(names)) == 26
    assert names[0] == "'ei55_|"


def test_mandarin_says_the_right_syllables() -> None:
    assert as_espeak_reads(MANDARIN, "请 A 零 一 七 号，到 B 十二号窗口") == (
        "qing3 ei1 ling2 yi1 qi1 hao4 , dao4 B shi2 er4 hao4 chuang1 kou3"
    )
    assert as_espeak_reads(MANDARIN, "重庆银行参保") == "chong2 qing4 yin2 hang2 can1 bao3"
    assert of_call(MANDARIN, "A017", "B12") == (
        "tS;h'i21N_| 'ei55_| l'i35N_| j'i55_| tS;h'i55_| X'Au51_| "
        "t'Au51_| p'i51_| s.'i.35_| '@r51_| X'Au51_| ts.hw'A55N_| kh'ou214_|"
    )


def test_cantonese_speaks_cantonese() -> None:
    heard = of_call(CANTONESE, "A017", "B12")
    assert heard == (
        "c'ing2_| (en)'eI1(yue)_| l'ing4_| j'a1t_| c'a1t_| h'ou6_| "
        "d'ou3_| (en)b'i:1(yue)_| s'a6p_| j'i6_| h'ou6_| c'oeng1_| h'au2_|"
    )


@pytest.mark.parametrize(("number", "label"), CALLS)
def test_cantonese_switches_to_english_for_latin_letters_only(number: str, label: str) -> None:
    heard = of_call(CANTONESE, number, label)
    runs_of_letters = re.findall("[A-Za-z]+", number + " " + label)
    assert heard.count("(en)") == len(runs_of_letters) == heard.count("(yue)")
    assert "(" not in phonemes(CANTONESE, "請到社保十二號窗口")


def test_english_reads_the_letter_a_as_a_name() -> None:
    assert of_call(ENGLISH, "A017", "A1") == ("n'Vmb3r- 'eI z'i@roU w'0n s'Ev@n pl'i:z g,oU t@ w'IndoU 'eI w'0n")
    assert "a#" in phonemes(ENGLISH, "Take a seat.")


@pytest.mark.parametrize("language", list(SpokenLanguage))
@pytest.mark.parametrize("figure", "0123456789")
def test_a_figure_that_comes_three_times_is_heard_three_times(language: SpokenLanguage, figure: str) -> None:
    engine = EspeakEngine()
    lengths = [
        engine.synthesise(spoken_call(f"A4{figure * times}", "1", [language], spoken_words, repeat=1)[0]).seconds
        for times in (1, 2, 3)
    ]
    assert lengths[0] + 0.15 < lengths[1] < lengths[2] - 0.15


@pytest.mark.parametrize("language", list(SpokenLanguage))
def test_the_sound_is_there_and_long_enough(language: SpokenLanguage) -> None:
    engine = EspeakEngine()
    sentences = [spoken_call(number, "B12", [language], spoken_words, repeat=1)[0] for number in ("A1", "A017007")]
    short, long = (engine.synthesise(sentence) for sentence in sentences)
    assert 1.5 < short.seconds < long.seconds < 8
    assert min(short.loudness(), long.loudness()) > 0.03


def test_slower_takes_longer() -> None:
    sentence = Sentence(MANDARIN, "请 A 零 一 七 号")
    slow, fast = (EspeakEngine(words_per_minute=pace).synthesise(sentence) for pace in (120, 200))
    assert slow.seconds > fast.seconds * 1.2


def test_without_the_program_the_error_says_so() -> None:
    engine = EspeakEngine("espeak-ng-is-not-here")
    with pytest.raises(HallError) as checked:
        engine.check()
    with pytest.raises(HallError) as spoken:
        engine.synthesise(Sentence(MANDARIN, "请"))
    assert checked.value.code == spoken.value.code == "speech_engine_missing"
    assert checked.value.params == {"engine": "espeak-ng-is-not-here"}


def test_a_program_that_fails_is_told() -> None:
    with pytest.raises(HallError) as failed:
        EspeakEngine("false").synthesise(Sentence(MANDARIN, "请"))
    assert failed.value.code == "speech_engine_failed"
    with pytest.raises(HallError) as silent:
        EspeakEngine("true").synthesise(Sentence(MANDARIN, "请"))
    assert silent.value.code == "speech_engine_failed"
