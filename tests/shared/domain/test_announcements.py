"""What calls sound like, and the promises of the announcement queue."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.speech.announcer import spoken_words
from shared.domain.announcements import (
    MAX_AGE,
    Announcement,
    AnnouncementQueue,
    Ending,
    SpokenLanguage,
    spoken_call,
)
from shared.i18n import catalogue

MANDARIN, CANTONESE, ENGLISH = SpokenLanguage
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def said(number: str, label: str, language: SpokenLanguage) -> str:
    """The one sentence of a call in one language."""
    (sentence,) = spoken_call(number, label, [language], spoken_words, repeat=1)
    assert sentence.language is language
    return sentence.text


@pytest.mark.parametrize(
    ("number", "label", "mandarin", "english"),
    [
        ("A017", "B12", "请 A 零 一 七 号，到 B 十二号窗口", "Number A 0 1 7, please go to window B 12."),
        ("A001", "B100", "请 A 零 零 一 号，到 B 一百号窗口", "Number A 0 0 1, please go to window B 100."),
        ("K3-07", "社保12号窗口", "请 K 三，零 七 号，到 社保十二号窗口", "Number K 3, 0 7, please go to window 12."),
        ("A·K3-07", "12", "请 A K 三，零 七 号，到 十二号窗口", "Number A K 3, 0 7, please go to window 12."),
        ("B100", "20", "请 B 一 零 零 号，到 二十号窗口", "Number B 1 0 0, please go to window 20."),
        ("a9", "301", "请 a 九 号，到 三 零 一号窗口", "Number a 9, please go to window 3 0 1."),
        ("C120", "07", "请 C 一 二 零 号，到 零 七号窗口", "Number C 1 2 0, please go to window 0 7."),
        ("Ａ０１７", "3楼B21", "请 A 零 一 七 号，到 三楼B 二十一号窗口", "Number A 0 1 7, please go to window B 21."),
        (
            "VIP01",
            "综合",
            "请 V I P 零 一 号，到 综合窗口",
            "Number V I P 0 1, please go to the window shown on the screen.",
        ),
        ("A1", "缴费处", "请 A 一 号，到 缴费处", "Number A 1, please go to the window shown on the screen."),
        ("A1", "", "请 A 一 号，到屏幕上显示的窗口", "Number A 1, please go to the window shown on the screen."),
        ("A1", "Tax desk", "请 A 一 号，到 Tax desk窗口", "Number A 1, please go to the Tax desk."),
    ],
)
def test_numbers_and_labels_are_read_as_people_read_them(number: str, label: str, mandarin: str, english: str) -> None:
    assert said(number, label, MANDARIN) == mandarin
    assert said(number, label, ENGLISH) == english


def test_cantonese_has_its_own_words() -> None:
    assert said("A017", "B12", CANTONESE) == "請 A 零 一 七 號，到 B 十二號窗口"


def test_a_call_says_all_languages_in_the_halls_order_and_then_again() -> None:
    sentences = spoken_call("A017", "B12", [CANTONESE, MANDARIN, ENGLISH], spoken_words)
    assert [sentence.language for sentence in sentences] == [CANTONESE, MANDARIN, ENGLISH] * 2
    assert sentences[:3] == sentences[3:]


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(SpokenLanguage))
def test_any_label_gives_a_sentence(number: str, label: str, language: SpokenLanguage) -> None:
    sentence = said(number, label, language)
    assert "{" not in sentence.replace(number, "").replace(label, "")
    assert "[speech." not in sentence


@given(st.integers(1, 100))
def test_window_numbers_are_chinese_numbers(value: int) -> None:
    spoken = said("A1", str(value), MANDARIN).removeprefix("请 A 一 号，到 ").removesuffix("号窗口")
    digits = {sign: index for index, sign in enumerate("零一二三四五六七八九")}
    if spoken == "一百":
        assert value == 100
        return
    tens, ten, ones = spoken.rpartition("十")
    assert (digits[tens] if tens else 1 if ten else 0) * 10 + (digits[ones] if ones else 0) == value


def test_spoken_tables_are_the_same_in_every_folder() -> None:
    texts = catalogue()
    keys = {key for key in texts.keys("zh-CN") if key.startswith("speech.")}
    assert keys == {key for key in texts.keys("en") if key.startswith("speech.")}
    spoken = {key for key in keys if key.split(".")[1] in set(SpokenLanguage)}
    assert len(spoken) > 20
    for key in spoken:
        assert texts.template(key, "zh-CN") == texts.template(key, "en")


# ---- the queue


def call(name: str, seq: int = 0, at: datetime = NOON) -> Announcement:
    """A call of window 1."""
    return Announcement(call_id=name, seq=seq, called_at=at, number="A001", counter_label="1")


def test_one_after_the_other_in_the_order_of_calling() -> None:
    queue = AnnouncementQueue()
    first, second = call("first"), call("second")
    assert queue.offer(first) and queue.offer(second)
    assert queue.next(NOON) == first
    assert queue.next(NOON) is None
    queue.finish()
    assert queue.next(NOON) == second
    assert queue.take_endings() == [(first, Ending.SPOKEN)]
    assert queue.take_endings() == []


def test_the_same_call_is_taken_once_and_a_recall_again() -> None:
    queue = AnnouncementQueue()
    assert queue.offer(call("a"))
    assert not queue.offer(call("a"))
    queue.next(NOON)
    queue.finish()
    assert not queue.offer(call("a"))
    assert queue.offer(call("a", seq=1))
    assert not queue.offer(call("a", seq=0))


def test_a_recall_replaces_its_call_while_that_waits() -> None:
    queue = AnnouncementQueue()
    for one in (call("busy"), call("a"), call("b"), call("a", seq=1)):
        queue.offer(one)
    assert queue.take_endings() == [(call("a"), Ending.REPLACED)]
    assert queue.waiting == (call("busy"), call("b"), call("a", seq=1))


def test_an_undone_call_is_not_spoken_but_never_cut_off() -> None:
    queue = AnnouncementQueue()
    queue.offer(call("spoken"))
    queue.offer(call("undone"))
    queue.next(NOON)
    queue.cancel("spoken")
    queue.cancel("undone")
    assert queue.speaking == call("spoken")
    queue.finish()
    assert queue.next(NOON) is None
    assert queue.take_endings() == [(call("undone"), Ending.CANCELLED), (call("spoken"), Ending.SPOKEN)]


@pytest.mark.parametrize(("age", "spoken"), [(MAX_AGE, True), (MAX_AGE + timedelta(milliseconds=1), False)])
def test_thirty_seconds_decide(age: timedelta, spoken: bool) -> None:
    queue = AnnouncementQueue()
    queue.offer(call("a"))
    assert (queue.next(NOON + age) is not None) is spoken
    assert queue.take_endings() == ([] if spoken else [(call("a"), Ending.TOO_OLD)])


def test_a_crowd_is_said_once_each_so_that_the_last_is_heard() -> None:
    queue = AnnouncementQueue()
    for name in "abc":
        queue.offer(call(name))
    queue.next(NOON)
    assert queue.repeats(2) == 1
    queue.finish()
    queue.next(NOON)
    assert queue.repeats(2) == 2


def test_finishing_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="nothing"):
        AnnouncementQueue().finish()


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("offer"), st.integers(0, 5), st.integers(0, 3), st.integers(0, 40)),
        st.tuples(st.just("cancel"), st.integers(0, 5), st.just(0), st.just(0)),
        st.tuples(st.just("pass"), st.integers(1, 25), st.just(0), st.just(0)),
    ),
    max_size=60,
)


@given(_STEPS, st.integers(1, 20))
def test_promises_of_the_queue(steps: list[tuple[str, int, int, int]], lasts: int) -> None:
    """Whatever happens: no overlap, order kept, nothing stale spoken, exactly one ending for everything taken."""
    queue = AnnouncementQueue()
    now = NOON
    taken: list[Announcement] = []
    spoken: list[tuple[datetime, datetime, Announcement]] = []

    def run_until(moment: datetime) -> None:
        nonlocal now
        while True:
            if queue.speaking is not None:
                if spoken[-1][1] > moment:
                    break
                now = max(now, spoken[-1][1])
                queue.finish()
            begun = queue.next(now)
            if begun is None:
                break
            spoken.append((now, now + timedelta(seconds=lasts), begun))
        now = max(now, moment)

    for kind, a, seq, lag in steps:
        match kind:
            case "offer":
                one = call(str(a), seq, now - timedelta(seconds=lag))
                if queue.offer(one):
                    taken.append(one)
            case "cancel":
                queue.cancel(str(a))
            case "pass":
                run_until(now + timedelta(seconds=a))
    run_until(now + timedelta(hours=1))

    endings = queue.take_endings()
    assert sorted(map(repr, taken)) == sorted(repr(one) for one, _ in endings)
    assert [one for _, _, one in spoken] == [one for one, ending in endings if ending is Ending.SPOKEN]
    places = [taken.index(one) for _, _, one in spoken]
    assert places == sorted(places)
    assert all(start - one.called_at <= MAX_AGE for start, _, one in spoken)
    assert all(end <= start for (_, end, _), (start, _, _) in pairwise(spoken))
    for one, ending in endings:
        if ending is Ending.REPLACED:
            assert any(later.call_id == one.call_id and later.seq > one.seq for later in taken)
