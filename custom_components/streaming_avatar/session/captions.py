"""Text pieces to captions for the card and sentences for automations. Pure."""

from dataclasses import dataclass
import re

_SENTENCE = re.compile(r".+?[.!?…。！？؟।]+(?=\s|$)|.+?[。！？]", re.DOTALL)


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
        self._heard = ""
        self._told = 0
        self._shown = False

    def begin(self, utterance: str | None, known: str | None) -> Caption | None:
        """Begin a speech whose text is `known`, or None for one that comes piece by piece."""
        self._utterance, self._known = utterance, known
        self._heard, self._told, self._shown = "", 0, True
        return self._caption() if known else None

    def piece(self, text: str) -> tuple[Caption, tuple[str, ...]]:
        """Add a piece; return the caption and the sentences that it completes."""
        self._shown = True
        if self._heard and not self._heard[-1].isspace() and not text[:1].isspace():
            self._heard += "" if _joins(text) else " "
        self._heard += text
        sentences = []
        for match in _SENTENCE.finditer(self._heard, self._told):
            if match.end() == len(self._heard) and not _ends_for_sure(match.group()):
                break
            sentences.append(match.group().strip())
            self._told = match.end()
        return self._caption(), tuple(sentences)

    def rest(self) -> tuple[str, ...]:
        """Return what no sentence end has completed: no more text comes."""
        rest = self._heard[self._told :].strip()
        self._told = len(self._heard)
        return (rest,) if rest else ()

    def end(self) -> tuple[Caption | None, tuple[str, ...]]:
        """End the speech; return the last caption and what remains of the text."""
        rest = self.rest()
        if not self._shown:
            return None, ()
        self._shown = False
        return self._caption(done=True), rest

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


def _ends_for_sure(sentence: str) -> bool:
    """Return whether a sentence is over though nothing follows it yet ("3." may go on)."""
    return not sentence.rstrip(".").endswith(tuple("0123456789"))
