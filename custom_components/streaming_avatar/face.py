"""How the built-in face looks, from what the user set, as the card wants it (docs/wire.md)."""

from collections.abc import Mapping
from typing import Any

from .providers.settings import DEFAULT_LOOK, FACE_COLORS, SettingValue

DEFAULT_EMOTION = "friendly"


def face_of(settings: Mapping[str, SettingValue]) -> dict[str, Any]:
    """Return look, colours and emotion; colours that are not set are left to the look."""
    return {
        "look": settings.get("look") or DEFAULT_LOOK,
        "colors": {name: settings[key] for name, key in FACE_COLORS.items() if settings.get(key)},
        "emotion": settings.get("emotion") or DEFAULT_EMOTION,
    }
