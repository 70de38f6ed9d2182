"""Every language of the integration says all that the English one says, in its own words."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
import pytest

from custom_components.streaming_avatar import config_flow
from custom_components.streaming_avatar.const import DOMAIN

FOLDER = Path(config_flow.__file__).parent / "translations"
LANGUAGES = ("de", "es", "fr", "nl")

NAMES = {
    "AssemblyAI",
    "Deepgram",
    "Flash v2.5",
    "Gladia",
    "Multilingual v2",
    "Streaming Avatar",
}
"""What companies call their products; ours among them."""
SAME = {
    "Account": {"nl"},
    "Avatars": {"fr", "nl"},
    "Avatar": {"de", "es", "fr", "nl"},
    "Emotion": {"de"},
    "Instructions": {"fr"},
    "Live": {"de", "nl"},
    "Model": {"nl"},
    "Name": {"de"},
    "Normal": {"de", "es"},
    "Olive": {"fr"},
    "Orange": {"de", "fr"},
    "Phase": {"de", "fr"},
    "Portrait": {"fr"},
    "Sand": {"de"},
    "Style": {"fr"},
    "Text": {"de"},
    "Version": {"de", "fr"},
    "Version 1": {"de", "fr"},
    "Version 2": {"de", "fr"},
    "Violet": {"fr", "nl"},
}
"""English words that are the word of these languages, too."""

FORMAL = {
    "de": r"\b(Ihnen|Ihre[mnrs]?)\b|\w [Ss]ie (bitte|können|müssen|haben)\b",
    "es": r"\b[Uu]sted(es)?\b",
    "fr": r"\b([Tt]u|[Tt]oi|[Tt]on|[Tt]es)\b",
    "nl": r"\b([Uu]|[Uu]w)\b",
}
"""Home Assistant says "du", "tú" and "je", but "vous"."""


def texts_of(language: str) -> dict[str, str]:
    """The texts of a language by path, in the order of the file."""

    def walk(node: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
        for key, value in node.items():
            if isinstance(value, dict):
                yield from walk(value, f"{path}{key}.")
            else:
                yield f"{path}{key}", value

    return dict(walk(json.loads((FOLDER / f"{language}.json").read_text("utf-8")), ""))


ENGLISH = texts_of("en")


def test_no_word_is_excused_in_vain() -> None:
    texts = set(ENGLISH.values())
    assert NAMES | SAME.keys() <= texts


def test_these_languages_are_there() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {"en", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_and_no_other(language: str) -> None:
    assert list(texts_of(language)) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_fills_in_what_english_fills_in(language: str) -> None:
    differing = {
        path
        for path, text in texts_of(language).items()
        if set(re.findall(r"\{\w+\}", text)) != set(re.findall(r"\{\w+\}", ENGLISH[path]))
    }
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_not_english(language: str) -> None:
    english = {text for path, text in texts_of(language).items() if text == ENGLISH[path]}
    assert english - NAMES <= {text for text, languages in SAME.items() if language in languages}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_addresses_people_as_home_assistant_does(language: str) -> None:
    assert [text for text in texts_of(language).values() if re.search(FORMAL[language], text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_what_home_assistant_wants_them_to_be(language: str) -> None:
    for path, text in texts_of(language).items():
        assert text, path
        assert text == text.strip(), path
        assert not re.search(r"<[a-z/]|://|\[%key", text), path
        assert not re.search(r"'\{|\}'", text), (
            f"{path}: an apostrophe there quotes the placeholder"
        )
        paragraphs = ENGLISH[path].count("\n\n")
        assert text.count("\n\n") == paragraphs, path
        if ENGLISH[path].endswith((".", "?", "!")):
            assert text.endswith((".", "?", "!")), path
        else:
            assert not text.endswith((".", "!")), path


@pytest.mark.parametrize("language", LANGUAGES)
async def test_home_assistant_takes_a_language_as_it_is(
    hass: HomeAssistant,
    enable_custom_integrations: None,
    caplog: pytest.LogCaptureFixture,
    language: str,
) -> None:
    """It throws away, and logs, what it does not trust, and shows English instead."""
    texts = texts_of(language)
    for category in {path.partition(".")[0] for path in texts} - {"title"}:
        loaded = await async_get_translations(hass, language, category, {DOMAIN})
        own = {path: text for path, text in texts.items() if path.startswith(f"{category}.")}
        assert loaded == {f"component.{DOMAIN}.{path}": text for path, text in own.items()}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
