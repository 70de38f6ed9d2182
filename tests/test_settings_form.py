"""Forms of kinds of settings that no provider declares yet."""

from typing import Any

import pytest

from custom_components.streaming_avatar.providers.base import CatalogueItem
from custom_components.streaming_avatar.providers.settings import (
    Catalogue,
    Section,
    Setting,
    SettingKind,
)
from custom_components.streaming_avatar.settings_form import sectioned_schema


def selector(kind: SettingKind, **setting: Any) -> Any:
    """What the form shows for a setting."""
    declared = Setting(key="x", kind=kind, section=Section.AVATAR, **setting)
    return sectioned_schema((declared,), {}).schema["x"]


@pytest.mark.parametrize(
    ("kind", "setting", "selector_type", "config"),
    [
        (SettingKind.TEXT, {}, "text", {}),
        (SettingKind.LONG_TEXT, {}, "text", {"multiline": True}),
        (SettingKind.SECRET, {}, "text", {"type": "password"}),
        (SettingKind.SECRET, {"required": True}, "text", {"autocomplete": "off"}),
        (SettingKind.BOOLEAN, {}, "boolean", {}),
        (SettingKind.ENTITY, {"options": ("tts",)}, "entity", {"domain": ["tts"]}),
        (SettingKind.LANGUAGE, {"options": ("de", "en")}, "language", {"languages": ["de", "en"]}),
        (SettingKind.OPTION, {"options": ("on", "off")}, "select", {"translation_key": "x"}),
        (SettingKind.NUMBER, {}, "number", {"mode": "box", "step": "any"}),
        (
            SettingKind.NUMBER,
            {"minimum": 0.5, "maximum": 1.5, "default": 1.0, "step": 0.1},
            "number",
            {"mode": "slider", "step": 0.1},
        ),
        (SettingKind.INTEGER, {"minimum": 1, "maximum": 9, "unit": "s"}, "number", {"mode": "box"}),
    ],
)
def test_each_kind_has_its_selector(
    kind: SettingKind, setting: dict[str, Any], selector_type: str, config: dict[str, Any]
) -> None:
    shown = selector(kind, **setting)
    assert shown.selector_type == selector_type
    assert {key: shown.config[key] for key in config} == config


def test_options_that_are_names_are_shown_as_they_are() -> None:
    shown = selector(SettingKind.OPTION, options=("H264", "VP8"))
    assert "translation_key" not in shown.config


def test_languages_without_names_are_named_by_the_dialog() -> None:
    language = Setting(
        key="language",
        kind=SettingKind.LANGUAGE,
        section=Section.SPEECH,
        catalogue=Catalogue.LANGUAGES,
    )

    def shown(*items: CatalogueItem) -> Any:
        form = sectioned_schema((language,), {}, catalogues={Catalogue.LANGUAGES: items})
        return form.schema["speech"].schema.schema["language"]

    nameless = shown(CatalogueItem(id="de_CH", name=""), CatalogueItem(id="en", name=""))
    assert nameless.selector_type == "language"
    assert nameless.config["languages"] == ["de_CH", "en"]
    assert shown(CatalogueItem(id="de", name="German")).selector_type == "select"
    assert "languages" not in shown().config


def test_a_switch_shows_what_counts_but_what_was_emptied_stays_empty() -> None:
    switch = Setting(key="on", kind=SettingKind.BOOLEAN, section=Section.AVATAR, default=True)
    look = Setting(
        key="look", kind=SettingKind.OPTION, section=Section.AVATAR, options=("a",), default="a"
    )

    def suggestions(values: dict[str, Any]) -> dict[str, Any]:
        keys = sectioned_schema((switch, look), values).schema
        return {str(key): (key.description or {}).get("suggested_value") for key in keys}

    assert suggestions({}) == {"on": True, "look": "a"}
    assert suggestions({"name": "Ava"}) == {"on": True, "look": None}
    assert suggestions({"on": False, "look": "a"}) == {"on": False, "look": "a"}
