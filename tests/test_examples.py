"""What the documentation tells people to write is what the code takes."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any
from urllib.parse import quote

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest

from custom_components.streaming_avatar import config_flow
from custom_components.streaming_avatar.const import DOMAIN

ROOT = Path(__file__).parent.parent
ACTIONS = load_yaml_dict(Path(config_flow.__file__).parent / "services.yaml")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
IMPORT = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="


def examples() -> Iterator[Any]:
    """The YAML of all pages, each with a name."""
    for page in PAGES:
        blocks = re.findall(
            r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        )
        for place, block in enumerate(blocks):
            yield pytest.param(parse_yaml(block), id=f"{page.stem}-{place}")


def nodes(example: object) -> Iterator[dict[str, Any]]:
    """All mappings in an example."""
    if isinstance(example, dict):
        yield example
        for value in example.values():
            yield from nodes(value)
    elif isinstance(example, list):
        for item in example:
            yield from nodes(item)


@pytest.mark.parametrize("example", examples())
async def test_an_example_is_what_home_assistant_takes(hass: HomeAssistant, example: Any) -> None:
    parts = example if isinstance(example, dict) else {"actions": example}
    if "action" in parts:
        parts = {"actions": [parts]}
    assert parts
    cv.TRIGGER_SCHEMA(parts.get("triggers", []))
    cv.CONDITIONS_SCHEMA(parts.get("conditions", []))
    cv.SCRIPT_SCHEMA(parts.get("actions", []))


@pytest.mark.parametrize("example", examples())
def test_an_example_uses_actions_and_fields_that_there_are(example: object) -> None:
    for node in nodes(example):
        domain, _, name = str(node.get("action", "")).partition(".")
        if domain == DOMAIN:
            assert set(node.get("data", {})) <= set(ACTIONS[name].get("fields", {}))


def test_there_are_examples() -> None:
    used = {str(node.get("action")) for case in examples() for node in nodes(case.values[0])}
    assert {"streaming_avatar.speak", "streaming_avatar.start_session", "tts.speak"} <= used


def test_every_blueprint_can_be_imported_with_a_click() -> None:
    page = (ROOT / "docs" / "automations.md").read_text("utf-8")
    for path in (ROOT / "blueprints").rglob("*.yaml"):
        data = parse_yaml(path.read_text("utf-8"))
        assert isinstance(data, dict)
        assert f"({IMPORT}{quote(data['blueprint']['source_url'], safe='')})" in page


def test_the_options_of_the_card_are_told() -> None:
    """A row for each key that the card reads, with its words."""
    config = (ROOT / "card" / "src" / "core" / "config.ts").read_text("utf-8")
    page = (ROOT / "docs" / "dashboards.md").read_text("utf-8")
    rows = {key: row for row in page.splitlines() for key in re.findall(r"^\| `(\w+)` \|", row)}
    read = set(re.findall(r"(?:text|flag|choice)\(from, '(\w+)'", config)) | {"entity"}
    assert set(rows) == read
    choices = dict(re.findall(r"(\w+)S: readonly \w+\[\] = \[(.*?)\]", config))
    assert len(choices) == 4
    for key, name in {
        "captions": "CAPTION_MODE",
        "controls": "CONTROLS_MODE",
        "fit": "FIT",
        "motion": "MOTION",
    }.items():
        for word in re.findall(r"'(\w+)'", choices[name]):
            assert f"`{word}`" in rows[key]
