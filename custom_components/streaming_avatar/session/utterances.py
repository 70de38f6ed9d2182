"""What is to be said, in which order, until when. Pure: time is an argument."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
import re
import unicodedata

from ..providers.base import TaskType

CHARACTERS_PER_SECOND = 14.0
"""A slow reader of plain text; only used where neither vendor nor sound says when speech ends."""


CARDS_SECONDS = 45.0
"""How long a text-to-speech engine and a card may take from the request to the first sound."""
SPEAKER_SECONDS = 90.0
"""How long a speaker may take to accept a sound."""
ENDLESS_SECONDS = 15.0
"""A sound whose length nobody knows is waited for no longer than this; then it is background."""
LONGEST_MEDIA = 600.0
"""Seconds that a sound on a speaker may last where the speaker tells its end."""


class TaskMode(StrEnum):
    """When the caller gets his answer. To the vendor always goes its asynchronous mode."""

    SYNC = "sync"
    """At the outcome."""
    ASYNC = "async"
    """At once."""


class Priority(StrEnum):
    """First in, first out within each."""

    NORMAL = "normal"
    URGENT = "urgent"


class Mouth(StrEnum):
    """What makes the sound of an utterance."""

    SESSION = "session"
    """The provider's session."""
    CARDS = "cards"
    """Home Assistant's text-to-speech, played by the cards: the built-in avatar, and every stand-in."""
    SPEAKER = "speaker"
    """A media player that speaks where nobody watches."""


class Outcome(StrEnum):
    """How an utterance ended. Each ends exactly once."""

    SPOKEN = "spoken"
    INTERRUPTED = "interrupted"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One thing to say."""

    id: str
    parts: tuple[str, ...]
    """The text, split where the provider does not take it at once; spoken one after another."""
    expires_at: float
    """Monotonic time until which its delivery must have begun."""
    task_type: TaskType = TaskType.REPEAT
    emotion: str | None = None
    priority: Priority = Priority.NORMAL
    asked_at: float = 0.0
    """Monotonic time of the call."""
    may_start: bool = True
    """A session that costs money may be started for it."""
    media: str | None = None
    """A sound to play instead of a text; only the cards and the speaker can."""
    stand_in: str | None = None
    """Why the stand-in says it; None: the avatar itself is to."""

    @property
    def text(self) -> str:
        """Return all of it."""
        return " ".join(self.parts)

    @property
    def is_talk(self) -> bool:
        """Return whether the avatar is to answer instead of repeating."""
        return self.task_type is TaskType.TALK

    @property
    def needs_session(self) -> bool:
        """Return whether only a session can say it, as far as is known yet."""
        return self.stand_in is None


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Utterances that wait: urgent ones first, within a priority in the order they came."""

    waiting: tuple[Utterance, ...] = ()

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self.waiting)

    @property
    def needs_session(self) -> bool:
        """Return whether something waits that only a session can say, as far as is known yet."""
        return any(utterance.needs_session for utterance in self.waiting)

    def add(self, utterance: Utterance) -> Queue:
        """Return the queue with one more at the place that its priority gives it."""
        return self._insert(utterance, lambda other: _rank(other) > _rank(utterance))

    def put_back(self, utterance: Utterance) -> Queue:
        """Return the queue with one that had been taken before its equals, at its old place."""
        return self._insert(utterance, lambda other: _rank(other) >= _rank(utterance))

    def _insert(self, utterance: Utterance, is_later: Callable[[Utterance], bool]) -> Queue:
        place = next(
            (index for index, other in enumerate(self.waiting) if is_later(other)),
            len(self.waiting),
        )
        return Queue(waiting=(*self.waiting[:place], utterance, *self.waiting[place:]))

    def without(self, utterance_id: str) -> tuple[Utterance | None, Queue]:
        """Return the named one, None if it does not wait, and the rest."""
        found = next((u for u in self.waiting if u.id == utterance_id), None)
        return found, Queue(waiting=tuple(u for u in self.waiting if u is not found))

    @property
    def may_start_session(self) -> bool:
        """Return whether something waits for which a session may be started."""
        return any(utterance.needs_session and utterance.may_start for utterance in self.waiting)

    def map(self, change: Callable[[Utterance], Utterance]) -> Queue:
        """Return the queue with each one changed, in the same order."""
        return Queue(waiting=tuple(change(utterance) for utterance in self.waiting))

    def expire(self, mono: float) -> tuple[tuple[Utterance, ...], Queue]:
        """Return those whose time is over, and the rest."""
        over = tuple(u for u in self.waiting if u.expires_at <= mono)
        return over, Queue(waiting=tuple(u for u in self.waiting if u.expires_at > mono))

    @property
    def next_expiry(self) -> float | None:
        """Return the monotonic time at which the first one expires."""
        return min((u.expires_at for u in self.waiting), default=None)


def _rank(utterance: Utterance) -> int:
    return 0 if utterance.priority is Priority.URGENT else 1


class Stage(StrEnum):
    """How far the current part has come."""

    SENDING = "sending"
    SENT = "sent"
    SPEAKING = "speaking"


@dataclass(frozen=True, kw_only=True)
class Current:
    """The utterance that is being delivered or spoken."""

    utterance: Utterance
    mouth: Mouth = Mouth.SESSION
    part: int = 0
    stage: Stage = Stage.SENDING
    deadline: float | None = None
    """Monotonic time after which the part counts as over, though nothing told its end."""
    give_up_at: float | None = None
    """Monotonic time after which a talk answer is over, however much comes."""
    task_id: str | None = None
    duration: float | None = None
    """Seconds, where the vendor announced them."""
    delivery: str | None = None
    heard: bool = False
    """Some of it has been, or may have been, heard: it is never delivered again."""
    told_by_vendor: bool = False
    """The vendor's own event said that this part began."""
    audible: bool = False
    """Some of this part came out of a speaker, as far as the seat's browser lets sound through."""
    quiet_since: float | None = None
    """Monotonic time since when the seat has measured silence, after it had measured sound."""
    sounding: bool = False
    """The seat measures sound."""
    replied: bool = False
    """The provider has answered the request for this part."""
    stopped_tasks: frozenset[str | None] = frozenset()
    """Ends that arrived before the reply that tells our task id."""
    lost_reply: str | None = None
    """Reason why it is not known whether the vendor took this part."""
    send_at: float | None = None
    """Monotonic time from which the part may be sent; None: it has been."""
    retries: int = 0
    """How often the part was refused for the moment."""
    retry_until: float | None = None
    """Monotonic time until which it is sent again after such a refusal."""

    @property
    def text(self) -> str:
        """Return the current part."""
        return self.utterance.parts[self.part]

    @property
    def is_last_part(self) -> bool:
        """Return whether nothing of the utterance follows this part."""
        return self.part + 1 >= len(self.utterance.parts)

    @property
    def awaits_reply(self) -> bool:
        """Return whether its request is under way."""
        return self.send_at is None and not self.replied

    @property
    def is_talk(self) -> bool:
        """Return whether the avatar answers instead of repeating."""
        return self.utterance.is_talk

    def next_part(self, mono: float) -> Current:
        """Return the following part, to be sent."""
        return Current(
            utterance=self.utterance,
            mouth=self.mouth,
            part=self.part + 1,
            delivery=self.delivery,
            heard=True,
            send_at=mono,
        )

    def with_deadline(self, mono: float) -> Current:
        """Return it with the time at which its speech counts as over if no end signal comes.

        Repeat: 1.5 times the estimated length and 5 s. Talk: 10 s after the last piece or sound,
        30 s before the first, 5 minutes in all. Cards: 45 s before the first sound; they say when it ends, so what
        comes after that is generous.
        """
        if self.mouth is Mouth.CARDS:
            return replace(self, deadline=mono + self._cards_seconds())
        if self.is_talk:
            give_up_at = self.give_up_at or mono + 300.0
            patience = 10.0 if self.stage is Stage.SPEAKING else 30.0
            deadline = give_up_at if self.sounding else min(mono + patience, give_up_at)
            return replace(self, deadline=deadline, give_up_at=give_up_at)
        length = self.duration if self.duration is not None else estimated_seconds(self.text)
        return replace(self, deadline=mono + 1.5 * length + 5.0)

    def _cards_seconds(self) -> float:
        if not self.sounding:
            return CARDS_SECONDS
        if self.duration is not None:
            return 1.5 * self.duration + 30.0
        if self.utterance.media is not None:
            return ENDLESS_SECONDS
        return 3.0 * estimated_seconds(self.text) + 60.0


def estimated_seconds(text: str) -> float:
    """Return how long a voice takes for a text, in seconds, roughly."""
    return 0.8 + len(text) / CHARACTERS_PER_SECOND


ZERO_WIDTH_JOINER = "\u200d"
"""Holds the parts of an emoji together."""
REGIONAL_INDICATORS = ("\U0001f1e6", "\U0001f1ff")
"""Letters that make a flag in pairs."""
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟।\n])\s+|(?<=[。！？])")
_CLAUSE_END = re.compile(r"(?<=[,;:،、，；])\s*")


def split_text(text: str, limit: int | None) -> tuple[str, ...]:
    """Split a text at sentences into parts of at most `limit` characters; nothing but white space is lost.

    Sentences are gathered while they fit. One that is longer by itself is split at clauses, then at words, then
    anywhere but inside a character and what combines with it.
    """
    text = text.strip()
    if limit is None or len(text) <= limit:
        return (text,) if text else ()
    return tuple(_gather(_pieces(text, limit), limit))


def _pieces(text: str, limit: int) -> list[str]:
    """Cut a text into pieces that each fit, at the best borders that do."""
    for border in (_SENTENCE_END, _CLAUSE_END, re.compile(r"\s+")):
        pieces = [piece.strip() for piece in border.split(text) if piece.strip()]
        if len(pieces) > 1:
            return [
                small
                for piece in pieces
                for small in ([piece] if len(piece) <= limit else _pieces(piece, limit))
            ]
    pieces = []
    while len(text) > limit:
        cut = limit
        while cut > limit // 2 and _joins_backwards(text, cut):
            cut -= 1
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _joins_backwards(text: str, cut: int) -> bool:
    """Return whether a cut here would tear a character apart (combining marks, emoji sequences, flags)."""
    after, before = text[cut], text[cut - 1]
    return (
        unicodedata.category(after) in {"Mn", "Mc", "Me", "Cf", "Sk"}
        or before == ZERO_WIDTH_JOINER
        or REGIONAL_INDICATORS[0] <= after <= REGIONAL_INDICATORS[1]
    )


def _gather(pieces: list[str], limit: int) -> list[str]:
    gathered = [pieces[0]]
    for piece in pieces[1:]:
        joined = f"{gathered[-1]} {piece}"
        if len(joined) <= limit:
            gathered[-1] = joined
        else:
            gathered.append(piece)
    return gathered
