"""Text pieces to captions for the card and sentences for automations. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

ENDS_BEFORE_SPACE = frozenset(".!?…؟।")
ENDS_AT_ONCE = frozenset("。！？")
MOST_CHARACTERS = 8_000
"""Of one speech that are kept; of an endless one the beginning is forgotten."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What the card shows now."""

    utterance: str | None
    role: str
    text: str
    spoken: int | None
    """How many characters of `text` have been spoken; None where nothing tells."""
    done: bool = False


class Captions:
    """The captions of one speaker, `avatar` or `user`."""

    def __init__(self, role: str) -> None:
        """Begin with nothing said."""
        self._role = role
        self._utterance: str | None = None
        self._known: str | None = None
        self._forget()
        self._shown = False

    def _forget(self) -> None:
        self._heard = ""
        self._told = self._scanned = 0

    def begin(self, utterance: str | None, known: str | None) -> Caption | None:
        """Begin a speech whose text is `known`, or None for one that comes piece by piece."""
        self._utterance, self._known = utterance, known
        self._forget()
        self._shown = True
        return self._caption() if known else None

    def piece(self, text: str) -> tuple[Caption, tuple[str, ...]]:
        """Add a piece; return the caption and the sentences that it completes."""
        self._shown = True
        if self._heard and not self._heard[-1].isspace() and not text[:1].isspace():
            self._heard += "" if _joins(text) else " "
        self._heard += text
        self._forget_beginning()
        return self._caption(), tuple(self._new_sentences())

    def _forget_beginning(self) -> None:
        cut = len(self._heard) - MOST_CHARACTERS
        if cut > 0:
            self._heard = self._heard[cut:]
            self._told = max(0, self._told - cut)
            self._scanned = max(0, self._scanned - cut)

    def _new_sentences(self) -> Iterator[str]:
        """Yield the sentences that have become complete; no character is looked at twice."""
        heard, end_of_heard = self._heard, len(self._heard)
        while self._scanned < end_of_heard:
            at = self._scanned
            after = at + 1
            if heard[at] in ENDS_BEFORE_SPACE:
                if after == end_of_heard and heard[at] == "." and heard[at - 1 : at].isdigit():
                    return  # "3." may go on
                is_end = after == end_of_heard or heard[after].isspace()
            else:
                is_end = heard[at] in ENDS_AT_ONCE
            self._scanned = after
            if is_end:
                sentence = heard[self._told : after].strip()
                self._told = after
                yield sentence

    def rest(self) -> tuple[str, ...]:
        """Return what no sentence end has completed: no more text comes."""
        rest = self._heard[self._told :].strip()
        self._told = self._scanned = len(self._heard)
        return (rest,) if rest else ()

    def end(self) -> tuple[Caption | None, tuple[str, ...]]:
        """End the speech; return the last caption and what remains of the text."""
        rest = self.rest()
        if not self._shown:
            return None, ()
        self._shown = False
        caption = self._caption(done=True)
        self._forget()
        self._known = None
        return caption, rest

    def _caption(self, *, done: bool = False) -> Caption:
        text = self._known if self._known is not None else self._heard.strip()
        spoken: int | None = None
        if self._known is not None and self._heard:
            spoken = min(len(self._heard.rstrip()), len(text))
        if done:
            spoken = len(text)
        return Caption(
            utterance=self._utterance, role=self._role, text=text, spoken=spoken, done=done
        )


def _joins(text: str) -> bool:
    """Return whether a piece belongs to the one before without a space."""
    return not text or not text[0].isalnum() or ord(text[0]) >= 0x2E80  # noqa: PLR2004 - CJK
