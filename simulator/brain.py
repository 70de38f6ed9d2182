"""A very small stand-in for the language model that answers in talk mode."""

from collections.abc import Callable
import re

_NAME = re.compile(r"\bYou are ([A-Z][\w'-]*)")
_SUM = re.compile(r"(\d{1,6})\s*(plus|minus|times|\+|-|\*)\s*(\d{1,6})", re.IGNORECASE)
_SIGNS: dict[str, Callable[[int, int], int]] = {
    "plus": int.__add__,
    "+": int.__add__,
    "minus": int.__sub__,
    "-": int.__sub__,
    "times": int.__mul__,
    "*": int.__mul__,
}
_STORY = (
    "Once upon a time there was a house that could not talk.",
    "Every evening it switched its lights on and hoped that somebody would notice.",
    "One day it was given a face.",
    "It has not been silent since.",
)


def answer(text: str, prompt: str) -> str:
    """Return the answer to `text`; `prompt` is what the avatar was told about itself."""
    lower = text.lower()
    words = set(re.findall(r"\w+", lower))
    if calculation := _SUM.search(text):
        left, sign, right = calculation.groups()
        return f"That makes {_SIGNS[sign.lower()](int(left), int(right))}."
    if "name" in words or "who are you" in lower:
        name = _NAME.search(prompt)
        return f"My name is {name[1]}." if name else "I have no name yet."
    if words & {"story", "tale"}:
        return " ".join(_STORY)
    if words & {"thanks", "thank"}:
        return "You are welcome."
    if words & {"hello", "hi", "hey"}:
        return "Hello! How can I help you?"
    if text.rstrip().endswith("?"):
        return f"That is a good question. You asked: {text.strip()}"
    return f"You said: {text.strip()}"
