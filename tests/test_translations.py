"""Every text that the code asks for exists, with an icon where one belongs, and none exists in vain."""

import ast
from collections.abc import Iterable, Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.streaming_avatar import config_flow, const, services
from custom_components.streaming_avatar.event import UTTERANCE_ENDED
from custom_components.streaming_avatar.providers import PROVIDERS
from custom_components.streaming_avatar.providers.base import AvatarEventType
from custom_components.streaming_avatar.providers.settings import (
    Applies,
    Section,
    Setting,
    SettingKind,
)
from custom_components.streaming_avatar.select import UNSET
from custom_components.streaming_avatar.sensor import NO_ERROR
from custom_components.streaming_avatar.session import issues
from custom_components.streaming_avatar.session.runtime import Phase
from custom_components.streaming_avatar.sound_board import RECENT, SAVED

HERE = Path(config_flow.__file__).parent
TEXTS: dict[str, Any] = json.loads((HERE / "translations" / "en.json").read_text("utf-8"))
ICONS: dict[str, Any] = json.loads((HERE / "icons.json").read_text("utf-8"))
ACTIONS = load_yaml_dict(HERE / "services.yaml")
ACTIONS.pop(".target", None)

SETTING_ERRORS = {
    "above_maximum",
    "below_minimum",
    "required",
    "too_long",
    "unknown_option",
    "wrong_type",
}
"""What `Setting.clean` and the dialogs can find wrong with a value."""
MADE_BY_HOME_ASSISTANT = {"reauth_successful", "reconfigure_successful"}
"""Reasons that Home Assistant's own helpers give."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def code() -> Iterator[ast.AST]:
    for path in sorted(HERE.rglob("*.py")):
        yield from ast.walk(tree(path))


def keyword_texts(name: str, nodes: Iterable[ast.AST]) -> set[str]:
    """The literal values that are passed as a keyword."""
    return {
        keyword.value.value
        for node in nodes
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == name
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    }


def entity_keys(platform: str) -> set[str]:
    """The translation keys of a platform's entities."""
    nodes = list(ast.walk(tree(HERE / f"{platform}.py")))
    attributes = {
        node.value.value
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and any(isinstance(t, ast.Name) and t.id == "_attr_translation_key" for t in node.targets)
    }
    return attributes | keyword_texts("translation_key", set(nodes) - set(errors(nodes)))


def errors(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Where an error is made that has a text."""
    for node in nodes:
        if isinstance(node, ast.Call) and any(
            keyword.arg == "translation_domain" for keyword in node.keywords
        ):
            yield node


WRITTEN_OUT = set(const.PLATFORMS) - {"select"}
"""Platforms whose entities stand in the code; the others are made from declared settings."""


@pytest.mark.parametrize("platform", sorted(WRITTEN_OUT))
def test_every_entity_has_a_name_and_an_icon_and_nothing_else_has(platform: str) -> None:
    assert entity_keys(platform) == set(TEXTS["entity"][platform])
    assert entity_keys(platform) == set(ICONS["entity"][platform])
    assert set(TEXTS["entity"]) == set(ICONS["entity"]) == set(const.PLATFORMS)


def test_every_select_has_a_name_and_an_icon_and_its_options_have_texts() -> None:
    choices = {
        setting.key: setting
        for spec in PROVIDERS.values()
        for setting in spec.settings
        if setting.kind is SettingKind.OPTION and setting.applies is Applies.IMMEDIATE
    }
    texts = TEXTS["entity"]["select"]
    assert choices.keys() == texts.keys() == ICONS["entity"]["select"].keys()
    for key, setting in choices.items():
        assert texts[key]["name"]
        unset = set() if setting.default else {UNSET}
        assert set(texts[key]["state"]) == {*setting.options, *unset}


def test_every_state_has_a_text() -> None:
    entity = TEXTS["entity"]
    assert set(entity["sensor"]["phase"]["state"]) == set(Phase)
    assert set(ICONS["entity"]["sensor"]["phase"]["state"]) == set(Phase)
    assert set(entity["sensor"]["last_error"]["state"]) == {NO_ERROR} | services.REASONS
    types = entity["event"]["activity"]["state_attributes"]["event_type"]["state"]
    assert set(types) == {*AvatarEventType, UTTERANCE_ENDED}
    assert set(entity["media_player"]["avatar"]["state"]) == {
        "buffering",
        "idle",
        "off",
        "playing",
    }


def test_every_action_and_field_has_a_text_and_an_icon() -> None:
    assert set(TEXTS["services"]) == set(ICONS["services"]) == set(ACTIONS)
    for name, action in ACTIONS.items():
        texts = TEXTS["services"][name]
        assert texts["name"]
        assert texts["description"]
        assert set(texts.get("fields", {})) == set(action.get("fields", {}))
        for field in texts.get("fields", {}).values():
            assert field["name"]
            assert field["description"]


def test_every_error_has_a_text() -> None:
    raised = keyword_texts("translation_key", errors(code())) | {
        node.value.value
        for node in ast.walk(tree(HERE / "coordinator.py"))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and node.value.value.startswith("account_")
    }
    assert raised | services.REASONS == set(TEXTS["exceptions"])


def test_every_reason_of_the_core_has_a_text() -> None:
    """What the session core or a provider may give as a reason is never shown as a bare word."""
    reasons = {
        node.value.value
        for path in (HERE / "providers" / "errors.py",)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and any(isinstance(t, ast.Name) and t.id == "reason" for t in node.targets)
    }
    assert reasons
    assert reasons <= services.REASONS


def test_every_reason_of_a_sound_has_a_text() -> None:
    """Why there is no sound, and what the session's own files give as a reason."""
    reasons = {
        value.value
        for node in ast.walk(tree(HERE / "speech.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"SpeechError", "_failures_named"}
        for value in ast.walk(node.args[0])
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    assert {"no_speech_engine", "speech_failed", "media_not_found"} <= reasons
    session = [node for path in (HERE / "session").glob("*.py") for node in ast.walk(tree(path))]
    assert reasons | keyword_texts("reason", session) <= services.REASONS


def test_every_issue_has_a_text() -> None:
    raised = {
        value.value
        for node in code()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "RaiseIssue"
        for keyword in node.keywords
        if keyword.arg == "key"
        for value in ast.walk(keyword.value)
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    named = {
        node.value
        for node in code()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert raised
    stand_in = {f"stand_in_{reason}" for reason in (*issues.STAND_IN_REASONS, "other")}
    assert raised - {"stand_in"} <= set(TEXTS["issues"]) - stand_in <= named
    assert stand_in <= set(TEXTS["issues"])


def settings_in(section: Section) -> set[str]:
    """The keys that the dialog of some provider's avatar shows in a section."""
    return {
        setting.key
        for spec in PROVIDERS.values()
        for setting in spec.avatar_settings
        if setting.section is section
    }


def test_every_setting_has_a_name_and_a_help() -> None:
    step = TEXTS["config_subentries"]["avatar"]["step"]["avatar"]
    first = {"name"} | settings_in(Section.AVATAR)
    assert set(step["data"]) == set(step["data_description"]) == first
    shown = {section for section in Section if settings_in(section)} - {Section.AVATAR}
    assert set(step["sections"]) == shown
    for section in shown:
        texts = step["sections"][section]
        assert texts["name"]
        assert set(texts["data"]) == set(texts["data_description"]) == settings_in(section)


def test_every_credential_has_a_name_and_a_help() -> None:
    step = TEXTS["config"]["step"]["account"]
    wanted: dict[Section, set[str]] = {Section.AVATAR: {"base_url"}}
    for spec in PROVIDERS.values():
        for setting in spec.credentials:
            wanted.setdefault(setting.section, set()).add(setting.key)
    parts = {Section.AVATAR.value: step, **step["sections"]}
    assert {key: set(texts["data"]) for key, texts in parts.items()} == wanted
    assert {key: set(texts["data_description"]) for key, texts in parts.items()} == wanted


def test_every_step_has_a_text() -> None:
    nodes = [
        node
        for name in ("config_flow", "subentry_flow")
        for node in ast.walk(tree(HERE / f"{name}.py"))
    ]
    steps = keyword_texts("step_id", nodes)
    account, avatar = TEXTS["config"], TEXTS["config_subentries"]["avatar"]
    assert set(account["step"]) | set(avatar["step"]) == steps
    for step in (*account["step"].values(), *avatar["step"].values()):
        assert step["title"]
        assert step["description"]
    assert avatar["entry_type"]
    assert set(avatar["initiate_flow"]) == {"user", "reconfigure"}


def test_every_error_of_the_dialogs_has_a_text() -> None:
    account = {*config_flow.VERIFY_ERRORS.values(), "unknown", "invalid_url", "invalid_key"}
    account |= {
        node.args[1].value
        for node in ast.walk(tree(HERE / "providers" / "livekit.py"))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "SettingError"
        and isinstance(node.args[1], ast.Constant)
        and isinstance(node.args[1].value, str)
    }
    assert set(TEXTS["config"]["error"]) == account | {"required", "too_long"}
    avatar = TEXTS["config_subentries"]["avatar"]
    assert set(avatar["error"]) == {"no_lists"} | SETTING_ERRORS
    assert set(TEXTS["config"]["abort"]) == MADE_BY_HOME_ASSISTANT | {
        "already_configured",
        "free_already_configured",
        "nothing_to_change",
    }
    assert set(avatar["abort"]) == {"reconfigure_successful"}


def option_settings() -> Iterator[Setting]:
    """Settings whose options are words, which are translated; names (H264) are not."""
    for spec in PROVIDERS.values():
        for setting in spec.avatar_settings:
            words = all(re.fullmatch(r"[a-z0-9_-]+", option) for option in setting.options)
            if setting.kind is SettingKind.OPTION and words:
                yield setting


def test_every_option_has_a_text() -> None:
    wanted: dict[str, set[str]] = {"provider": set(PROVIDERS)}
    for setting in option_settings():
        wanted.setdefault(setting.key, set()).update(setting.options)
    for action in ACTIONS.values():
        for field in action.get("fields", {}).values():
            if select := field["selector"].get("select"):
                wanted.setdefault(select["translation_key"], set()).update(select["options"])
    have = {key: set(texts["options"]) for key, texts in TEXTS["selector"].items()}
    assert have == wanted


def test_every_list_of_the_sound_board_has_a_title() -> None:
    assert set(TEXTS["common"]) == {f"sound_board_{name}" for name in (SAVED, RECENT)}


def all_texts(node: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from all_texts(value, f"{path}.{key}")
    elif isinstance(node, str):
        yield path, node


@pytest.mark.parametrize(("path", "text"), all_texts(TEXTS), ids=lambda value: value[:60])
def test_texts_are_what_home_assistant_wants_them_to_be(path: str, text: str) -> None:
    assert text == text.strip()
    assert not re.search(r"<[a-z/]", text), "no HTML"
    assert "://" not in text, "no addresses"
    assert "[%key" not in text, "no references: only Home Assistant's own build resolves them"
    assert not re.search(r"'\{\w+\}'", text), "no quoted placeholders"
    assert not re.search(r"\bHA\b|\bservice\b", text)
    assert text[0].isupper() or text.startswith("{") or text[0].isdigit()
    if path.endswith((".description", ".message")) or ".data_description." in path:
        assert text.endswith((".", "?", "!"))
