"""What stands around the code is true: links lead somewhere, versions agree, files of other tools can be read."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import subprocess
import tomllib
from typing import Any

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.streaming_avatar.providers import PROVIDERS

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "custom_components" / "streaming_avatar"
FILES = "https://github.com/streaming-avatar/streaming-avatar/blob/main/"

PAGES = [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "info.md", "simulator/README.md")
] + sorted((ROOT / "docs").glob("*.md"))

TIERS = {
    "bronze": """action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage
        dependency-transparency docs-actions docs-conditions docs-high-level-description
        docs-installation-instructions docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
        has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry""",
    "silver": """action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
        entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow
        test-coverage""",
    "gold": """devices diagnostics discovery discovery-update-info docs-data-update docs-examples
        docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases
        dynamic-devices entity-category entity-device-class entity-disabled-by-default entity-translations
        exception-translations icon-translations reconfiguration-flow repair-issues stale-devices""",
    "platinum": "async-dependency inject-websession strict-typing",
}
"""Home Assistant's integration quality scale, as its own integrations list it in 2026.11."""


def outside_code(page: str) -> str:
    """The text without its code, in which nothing is a link or a heading."""
    return re.sub(
        r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE)
    )


def anchors(page: Path) -> set[str]:
    """The headings as GitHub names them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    names = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return {
        name if not (before := names[:place].count(name)) else f"{name}-{before}"
        for place, name in enumerate(names)
    }


def links(page: Path) -> Iterator[str]:
    text = outside_code(page.read_text("utf-8"))
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
    yield from re.findall(r'(?:src|srcset|href)="([^"]+)"', text)


def broken(page: Path) -> Iterator[str]:
    """The links of a page that lead nowhere in the repository; what is elsewhere on the web is not asked for."""
    for link in links(page):
        name, _, anchor = link.partition("#")
        if name.startswith(FILES):
            target = ROOT / name.removeprefix(FILES)
        elif "://" in name:
            continue
        else:
            target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_is_broken(page: Path) -> None:
    assert list(broken(page)) == []


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One\n## Two: 2!\n[a](#two-2) [b](#three) [c](gone.md) [d](page.md#one) `[e](code.md)`\n"
        f'<img src="gone.png"> [f]({FILES}docs/gone.md) [g](https://example.com/gone)\n'
        "```\n# Three\n```\n"
    )
    assert list(broken(page)) == [
        "#three",
        "gone.md",
        f"{FILES}docs/gone.md",
        "gone.png",
    ]


def test_every_page_can_be_found() -> None:
    """Each page of docs/ is linked from another one, so that it is read."""
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in links(page)
        if "://" not in link and not link.startswith("#")
    }
    assert {page for page in PAGES if page.parent.name == "docs"} <= linked
    assert set((ROOT / "docs" / "images").iterdir()) <= linked


def test_every_provider_is_in_the_docs() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    for spec in PROVIDERS.values():
        assert spec.name in reference


def test_the_docs_name_every_action_and_every_entity() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    texts = json.loads((HOUSE / "translations" / "en.json").read_text("utf-8"))
    for action in texts["services"]:
        assert f"`streaming_avatar.{action}`" in reference
    for platform, entities in texts["entity"].items():
        for key, entity in entities.items():
            if (platform, key) != ("media_player", "avatar"):
                assert f"*{entity['name']}*" in reference, f"{platform}.{key}"


def test_the_docs_name_every_setting() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    texts = json.loads((HOUSE / "translations" / "en.json").read_text("utf-8"))
    avatar = texts["config_subentries"]["avatar"]["step"]["avatar"]
    account = texts["config"]["step"]["account"]
    for step in (account, *account["sections"].values(), *avatar["sections"].values()):
        for name in step["data"].values():
            assert re.search(rf"\b{re.escape(name)}\b", reference), name


def quality_rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_yaml_dict(HOUSE / "quality_scale.yaml")["rules"]
    return rules


def test_the_quality_scale_is_complete_and_argued() -> None:
    rules = quality_rules()
    assert sorted(rules) == sorted(" ".join(TIERS.values()).split())
    assert len(rules) == 54
    for rule, state in rules.items():
        if state != "done":
            assert state["status"] in {"done", "exempt", "todo"}, rule
            assert state["comment"], rule


def test_the_manifest_claims_the_tier_that_is_reached() -> None:
    rules = quality_rules()
    reached = None
    for tier, names in TIERS.items():
        states = [rules[name] for name in names.split()]
        if any(state != "done" and state["status"] == "todo" for state in states):
            break
        reached = tier
    assert manifest().get("quality_scale") == reached


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HOUSE / "manifest.json").read_text("utf-8"))
    return found


def test_all_versions_agree() -> None:
    card = json.loads((ROOT / "card" / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "card" / "package-lock.json").read_text("utf-8"))
    built = json.loads((HOUSE / "www" / "manifest.json").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = {
        manifest()["version"],
        card["version"],
        lock["version"],
        lock["packages"][""]["version"],
        built["version"],
        project["version"],
    }
    assert len(versions) == 1
    assert f"## {versions.pop()}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_a_version_that_is_none_is_refused() -> None:
    for wrong in ("", "v1.2.3", "1.2", "1.2.3; ls"):
        done = subprocess.run(  # noqa: S603 - our own script
            [ROOT / "scripts" / "set-version", wrong], capture_output=True, check=False, text=True
        )
        assert done.returncode == 2
        assert "is no version" in done.stderr


def test_the_marketplace_finds_what_the_release_attaches() -> None:
    shop = json.loads((ROOT / "hacs.json").read_text("utf-8"))
    assert shop["zip_release"] is True
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert f"$RUNNER_TEMP/{shop['filename']}" in release
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert f'"homeassistant>={shop["homeassistant"]}"' in project
    for blueprint in (ROOT / "blueprints").rglob("*.yaml"):
        assert f"min_version: {shop['homeassistant']}" in blueprint.read_text("utf-8")


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name
)
def test_a_workflow_can_be_read_and_may_do_no_more_than_it_says(path: Path) -> None:
    workflow = load_yaml_dict(path)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] > 0
        for step in job["steps"]:
            # A tag can be moved to other code, a commit cannot.
            assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40)), step
            assert "${{" not in step.get("run", ""), "a value from outside belongs into env"


def test_the_hooks_run_the_tools_of_the_checks() -> None:
    hooks = load_yaml_dict(ROOT / ".pre-commit-config.yaml")["repos"]
    assert {repo["repo"] for repo in hooks} == {"local"}
    entries = " ".join(hook["entry"] for repo in hooks for hook in repo["hooks"])
    for name in re.findall(r"(?:scripts|tests)/[\w./-]+", entries):
        assert (ROOT / name).exists(), name
    scripts = json.loads((ROOT / "card" / "package.json").read_text("utf-8"))["scripts"]
    assert set(re.findall(r"npm run --prefix card (\w+)", entries)) <= scripts.keys()


def test_the_container_sets_up_what_the_scripts_need() -> None:
    container = json.loads((ROOT / ".devcontainer.json").read_text("utf-8"))
    tests = load_yaml_dict(ROOT / ".github" / "workflows" / "tests.yml")
    assert container["postCreateCommand"] == "scripts/setup"
    assert container["image"] == tests["jobs"]["tests"]["container"]
