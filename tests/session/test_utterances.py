"""The queue, the parts of a text, and how long each is waited for."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.streaming_avatar.providers.base import TaskType
from custom_components.streaming_avatar.session.utterances import (
    Current,
    Mouth,
    Priority,
    Queue,
    Stage,
    Utterance,
    estimated_seconds,
    split_text,
)


def utterance(name: str, *, urgent: bool = False, expires_at: float = 100.0) -> Utterance:
    priority = Priority.URGENT if urgent else Priority.NORMAL
    return Utterance(id=name, parts=("One.", "Two."), expires_at=expires_at, priority=priority)


def names(queue: Queue) -> str:
    return "".join(u.id for u in queue.waiting)


A, B, C = (utterance(name) for name in "abc")
U, V = (utterance(name, urgent=True) for name in "uv")


# --- the queue


def test_urgent_ones_come_first_and_each_kind_in_its_order() -> None:
    queue = Queue()
    for item in (A, U, B, V, C):
        queue = queue.add(item)
    assert names(queue) == "uvabc"
    assert len(queue) == 5


def test_what_was_taken_goes_back_before_its_equals() -> None:
    queue = Queue(waiting=(U, A, B))
    assert names(queue.put_back(C)) == "ucab"
    assert names(queue.put_back(V)) == "vuab"
    assert names(Queue().put_back(A)) == "a"


def test_one_is_taken_out() -> None:
    found, rest = Queue(waiting=(U, A, B)).without("a")
    assert found is A
    assert names(rest) == "ub"
    nobody, same = rest.without("z")
    assert nobody is None
    assert names(same) == "ub"


def test_those_whose_time_is_over_go() -> None:
    early, late = utterance("e", expires_at=50.0), utterance("l", expires_at=60.0)
    over, rest = Queue(waiting=(early, late)).expire(50.0)
    assert over == (early,)
    assert rest.waiting == (late,)
    assert Queue(waiting=(early, late)).expire(49.9)[0] == ()


def test_the_first_expiry_counts() -> None:
    assert Queue().next_expiry is None
    late, early = utterance("l", expires_at=60.0), utterance("e", expires_at=50.0)
    assert Queue(waiting=(late, early)).next_expiry == 50.0


def test_who_needs_a_session() -> None:
    stand_in = replace(A, stand_in="cap")
    unasked = replace(B, may_start=False)
    assert not Queue(waiting=(stand_in,)).needs_session
    assert Queue(waiting=(stand_in, unasked)).needs_session
    assert not Queue(waiting=(stand_in, unasked)).may_start_session
    assert Queue(waiting=(unasked, A)).may_start_session
    assert not Queue(waiting=(stand_in,)).may_start_session
    assert A.needs_session
    assert not stand_in.needs_session


def test_each_is_changed_in_its_place() -> None:
    changed = Queue(waiting=(A, B)).map(lambda u: replace(u, may_start=u.id == "a"))
    assert [u.may_start for u in changed.waiting] == [True, False]
    assert names(changed) == "ab"


def test_an_utterance() -> None:
    assert A.text == "One. Two."
    assert not A.is_talk
    assert replace(A, task_type=TaskType.TALK).is_talk
    defaults = Utterance(id="x", parts=("Hi.",), expires_at=1.0)
    assert (defaults.priority, defaults.may_start, defaults.asked_at) == (
        Priority.NORMAL,
        True,
        0.0,
    )


# --- what is under way


def current(**facts: Any) -> Current:
    return replace(Current(utterance=A), **facts)


def test_the_part_under_way() -> None:
    first = current()
    assert (first.text, first.is_last_part, first.mouth) == ("One.", False, Mouth.SESSION)
    second = current(part=1)
    assert (second.text, second.is_last_part) == ("Two.", True)
    assert current(part=2).is_last_part
    assert not first.is_talk
    assert current(utterance=replace(A, task_type=TaskType.TALK)).is_talk


def test_a_reply_is_awaited_once_it_was_sent() -> None:
    assert current().awaits_reply
    assert not current(replied=True).awaits_reply
    assert not current(send_at=5.0).awaits_reply


def test_the_next_part_is_fresh() -> None:
    before = current(
        mouth=Mouth.CARDS,
        stage=Stage.SPEAKING,
        task_id="t",
        delivery="sent",
        replied=True,
        retries=1,
        sounding=True,
        duration=3.0,
    )
    assert before.next_part(7.0) == Current(
        utterance=A, mouth=Mouth.CARDS, part=1, delivery="sent", heard=True, send_at=7.0
    )


TALK = replace(A, task_type=TaskType.TALK)


@pytest.mark.parametrize(
    ("facts", "deadline"),
    [
        # Repeat: one and a half times the length, and 5 s.
        ({"duration": 10.0}, 120.0),
        ({}, 100.0 + 1.5 * (0.8 + 4 / 14) + 5.0),
        ({"part": 1, "stage": Stage.SPEAKING}, 100.0 + 1.5 * (0.8 + 4 / 14) + 5.0),
        # Talk: 30 s for the first piece, 10 s after each.
        ({"utterance": TALK}, 130.0),
        ({"utterance": TALK, "stage": Stage.SENT}, 130.0),
        ({"utterance": TALK, "stage": Stage.SPEAKING}, 110.0),
        ({"utterance": TALK, "stage": Stage.SPEAKING, "sounding": True}, 400.0),
        ({"utterance": TALK, "stage": Stage.SPEAKING, "give_up_at": 105.0}, 105.0),
        ({"utterance": TALK, "sounding": True, "give_up_at": 105.0}, 105.0),
        # Cards: 45 s to the first sound; they tell its end.
        ({"mouth": Mouth.CARDS}, 145.0),
        ({"mouth": Mouth.CARDS, "duration": 10.0}, 145.0),
        ({"mouth": Mouth.CARDS, "sounding": True, "duration": 10.0}, 145.0),
        ({"mouth": Mouth.CARDS, "sounding": True, "duration": 20.0}, 160.0),
        ({"mouth": Mouth.CARDS, "sounding": True}, 160.0 + 3 * (0.8 + 4 / 14)),
        ({"mouth": Mouth.CARDS, "sounding": True, "utterance": replace(A, media="a.mp3")}, 115.0),
        (
            {
                "mouth": Mouth.CARDS,
                "sounding": True,
                "duration": 20.0,
                "utterance": replace(A, media="a.mp3"),
            },
            160.0,
        ),
    ],
)
def test_how_long_the_end_is_waited_for(facts: dict[str, Any], deadline: float) -> None:
    assert current(**facts).with_deadline(100.0).deadline == pytest.approx(deadline)


def test_an_answer_is_waited_for_five_minutes_in_all() -> None:
    first = current(utterance=TALK).with_deadline(100.0)
    assert first.give_up_at == 400.0
    assert first.with_deadline(300.0).give_up_at == 400.0
    assert current().with_deadline(100.0).give_up_at is None


def test_how_long_a_text_takes() -> None:
    assert estimated_seconds("") == pytest.approx(0.8)
    assert estimated_seconds("a" * 14) == pytest.approx(1.8)


# --- parts


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, ()),
        ("   ", None, ()),
        ("  Hi. ", None, ("Hi.",)),
        ("Hi there.", 9, ("Hi there.",)),
        ("Hi there.", 8, ("Hi", "there.")),
        # White space within a piece that fits stays as it is.
        ("Hi  there.", 10, ("Hi  there.",)),
        ("One  two. Three.", 9, ("One  two.", "Three.")),
        # Sentences are gathered while they fit.
        ("One. Two. Three.", 9, ("One. Two.", "Three.")),
        ("One. Two. Three.", 10, ("One. Two.", "Three.")),
        ("One! Two? Three… Four", 10, ("One! Two?", "Three…", "Four")),
        ("One.\nTwo.", 5, ("One.", "Two.")),
        ("一。二。三。", 4, ("一。", "二。", "三。")),
        ("一。二。三。", 5, ("一。 二。", "三。")),
        # What is longer by itself is cut at clauses, then at words.
        ("Yes. One, two, three.", 10, ("Yes. One,", "two,", "three.")),
        ("One, two; three: four", 10, ("One, two;", "three:", "four")),
        ("a bb ccc", 4, ("a bb", "ccc")),
        ("Go. aaaaaa bb. No.", 6, ("Go.", "aaaaaa", "bb.", "No.")),
        # Then anywhere.
        ("abcdefgh", 3, ("abc", "def", "gh")),
        ("abcdef", 3, ("abc", "def")),
        ("ab abcdefg", 3, ("ab", "abc", "def", "g")),
    ],
)
def test_a_text_is_cut_where_it_hurts_least(
    text: str, limit: int | None, parts: tuple[str, ...]
) -> None:
    assert split_text(text, limit) == parts


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        # A letter and its accent, a spacing and an enclosing mark.
        ("abe\u0301d", 3, ("ab", "e\u0301d")),
        ("ab\u0939\u093f", 3, ("ab", "\u0939\u093f")),
        ("abo\u20dd", 3, ("ab", "o\u20dd")),
        # A family, held together by joiners, a tone of skin, a flag.
        ("ab👩\u200d👧", 3, ("ab", "👩\u200d👧")),
        ("abc👩\u200d👧", 5, ("abc", "👩\u200d👧")),
        ("ab👍\U0001f3fd", 3, ("ab", "👍\U0001f3fd")),
        ("ab\U0001f1e6\U0001f1ff", 3, ("a", "b\U0001f1e6\U0001f1ff")),
        # What hangs together for longer than half of the limit is cut all the same.
        ("e" + "\u0301" * 7, 4, ("e\u0301", "\u0301\u0301", "\u0301\u0301\u0301\u0301")),
    ],
)
def test_no_character_is_torn_apart(text: str, limit: int, parts: tuple[str, ...]) -> None:
    assert split_text(text, limit) == parts
