"""How the built-in face looks, from the settings to the card."""

from pathlib import Path
import re

import pytest

from custom_components.streaming_avatar.face import face_of
from custom_components.streaming_avatar.providers.settings import (
    EMOTIONS,
    FACE_COLORS,
    FACE_SETTINGS,
)

FACE = Path(__file__).parent.parent / "card" / "src" / "face"
OPTIONS = {setting.key: setting.options for setting in FACE_SETTINGS}


def test_nothing_that_is_set_is_the_looks_own() -> None:
    assert face_of({}) == {"look": "mira", "colors": {}, "emotion": "friendly"}


def test_what_is_set_goes_to_the_card_under_its_names() -> None:
    face = face_of(
        {"look": "nova", "face_skin": "olive", "face_accent": "theme", "emotion": "serious"}
    )
    assert face == {
        "look": "nova",
        "colors": {"skin": "olive", "accent": "theme"},
        "emotion": "serious",
    }


@pytest.mark.parametrize("look", OPTIONS["look"])
def test_the_card_can_draw_every_look(look: str) -> None:
    assert (FACE / "looks" / f"{look}.ts").is_file()


def test_the_card_knows_every_colour_and_emotion() -> None:
    sources = "\n".join(path.read_text("utf-8") for path in sorted(FACE.rglob("*.ts")))
    known = set(re.findall(r"^\s+'?(\w+)'?: ", sources, re.MULTILINE))
    colors = {color for key in FACE_COLORS.values() for color in OPTIONS[key]}
    assert colors - {"theme"} <= known
    assert set(EMOTIONS) <= known
