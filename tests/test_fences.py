"""Who may import whom: the walls of the house, and a proof that each is noticed when it falls."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
import re

from homeassistant.const import Platform
import pytest

ROOT = Path(__file__).parent.parent
OURS = "custom_components.streaming_avatar"
HOUSE = ROOT / "custom_components" / "streaming_avatar"
MAX_LINES = 400

PURE = ("machine", "utterances", "budget")
CONTRACT = ("base", "errors", "settings")
VOCABULARY = ("AvatarEventType", "TaskType")
PLAIN_DATA = ("model", "requests", "snapshot", "utterances")
SURFACE = ("entity", *(platform.value for platform in Platform))
VENDORS = re.compile("konpro|akool|heygen", re.IGNORECASE)
OTHER_FOLDERS = ("bench", "demo", "tests")

type Forbids = Callable[[str], bool]


@dataclass(frozen=True)
class Module:
    """A file, as an importer."""

    name: str
    """Dotted, without `__init__`."""
    source: str
    is_package: bool = False

    def imports(self) -> set[str]:
        """Return what is imported anywhere in the file, as whole dotted names."""
        return set(self._imports())

    def _imports(self) -> Iterator[str]:
        for node in ast.walk(ast.parse(self.source)):
            match node:
                case ast.Import():
                    yield from (alias.name for alias in node.names)
                case ast.ImportFrom():
                    base = self._base(node)
                    yield from (f"{base}.{alias.name}" for alias in node.names)
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in {
                    "import_module",
                    "__import__",
                }:
                    # What is not written out cannot be judged, so it is as bad as the worst.
                    target = node.args[0] if node.args else None
                    if isinstance(target, ast.Constant):
                        yield str(target.value)
                    else:
                        yield "homeassistant.anything"

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        depth = len(parts) - node.level + self.is_package
        return ".".join([*parts[:depth], *([node.module] if node.module else [])])


def under(name: str, *tops: str) -> bool:
    return any(name == top or name.startswith(f"{top}.") for top in tops)


def forbidden_to_providers(name: str) -> bool:
    """No Home Assistant, and nothing above themselves."""
    is_above = under(name, "custom_components") and not under(name, f"{OURS}.providers")
    return is_above or under(name, "homeassistant", "voluptuous", "probatio")


def forbidden_to_the_pure(name: str) -> bool:
    """No clock, no chance, no input, no output."""
    return under(name, "asyncio", "time", "random", "secrets", "homeassistant", "aiohttp")


def forbidden_to_the_core(name: str) -> bool:
    """No entity, and of the providers the contract alone."""
    is_surface = under(name, *(f"{OURS}.{surface}" for surface in SURFACE))
    is_entity = under(name, "homeassistant") and name.endswith("Entity")
    contract = (f"{OURS}.providers.{module}" for module in CONTRACT)
    is_vendor = under(name, f"{OURS}.providers") and not under(name, *contract)
    return is_surface or is_entity or is_vendor


def forbidden_to_platforms(name: str) -> bool:
    """No provider but the words of its events and its declared settings; of the session its runtime and plain data."""
    words = (f"{OURS}.providers.base.{word}" for word in VOCABULARY)
    session = (f"{OURS}.session.{module}" for module in ("runtime", *PLAIN_DATA))
    is_data = name in words or under(name, f"{OURS}.providers.settings")
    is_provider = under(name, f"{OURS}.providers") and not is_data
    is_inner = under(name, f"{OURS}.session") and not under(name, *session)
    return is_provider or is_inner


def forbidden_to_the_simulator(name: str) -> bool:
    """Nothing of ours: it is a second reading of the documents."""
    return under(name, "homeassistant", "custom_components", *OTHER_FOLDERS)


def module_of(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    return Module(name, path.read_text(encoding="utf-8"), is_package)


def modules(*folders: Path) -> list[Module]:
    paths = (path for folder in folders for path in sorted(folder.rglob("*.py")))
    return [module_of(path) for path in paths]


def pure_modules() -> list[Module]:
    """Return the pure files, and those of the session that they are made of."""
    session = {module.name: module for module in modules(HOUSE / "session")}
    waiting = [f"{OURS}.session.{name}" for name in PURE]
    found: dict[str, Module] = {}
    while waiting:
        name = waiting.pop()
        if name in session and name not in found:
            found[name] = session[name]
            for imported in session[name].imports():
                waiting += [imported, imported.rpartition(".")[0]]
    found.pop(f"{OURS}.session", None)
    return list(found.values())


def is_core(module: Module) -> bool:
    return under(module.name, f"{OURS}.session", f"{OURS}.speech")


def is_platform(module: Module) -> bool:
    return under(module.name, *(f"{OURS}.{surface}" for surface in SURFACE))


def names_vendors(path: Path) -> bool:
    """Return whether a file is where vendors may be named: their own, or the registry."""
    parts = path.relative_to(HOUSE).parts
    is_registry = parts == ("providers", "__init__.py")
    return is_registry or (
        parts[0] == "providers" and VENDORS.fullmatch(Path(parts[1]).stem) is not None
    )


def broken(modules: list[Module], forbids: Forbids) -> list[str]:
    """Return who imports what they may not, in words."""
    return [
        f"{module.name} imports {name}"
        for module in modules
        for name in sorted(module.imports())
        if forbids(name)
    ]


ALL = modules(HOUSE)
BY_NAME = {module.name: module for module in ALL}


def test_providers_stand_alone() -> None:
    providers = [module for module in ALL if under(module.name, f"{OURS}.providers")]
    assert len(providers) > 5
    assert broken(providers, forbidden_to_providers) == []


def test_the_machine_is_pure() -> None:
    pure = pure_modules()
    assert {f"{OURS}.session.{name}" for name in PURE} <= {module.name for module in pure}
    assert broken(pure, forbidden_to_the_pure) == []


def test_the_core_knows_neither_entities_nor_vendors() -> None:
    core = [module for module in ALL if is_core(module)]
    assert {f"{OURS}.session.runtime", f"{OURS}.session.viewers"} <= {
        module.name for module in core
    }
    assert broken(core, forbidden_to_the_core) == []


def test_platforms_talk_to_the_runtime_alone() -> None:
    platforms = [module for module in ALL if is_platform(module)]
    assert {f"{OURS}.entity", f"{OURS}.media_player"} <= {module.name for module in platforms}
    assert broken(platforms, forbidden_to_platforms) == []


def test_the_simulator_has_nothing_of_ours() -> None:
    simulator = modules(ROOT / "simulator")
    assert len(simulator) > 5
    assert broken(simulator, forbidden_to_the_simulator) == []


def test_a_vendor_is_named_in_its_own_files_alone() -> None:
    sources = [path for path in sorted(HOUSE.rglob("*.py")) if not names_vendors(path)]
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if VENDORS.search(line)
    ]
    assert named == []


def test_no_file_is_too_long_to_read() -> None:
    folders = (HOUSE, ROOT / "simulator", ROOT / "bench", ROOT / "demo", ROOT / "scripts")
    long = {
        module.name: lines
        for module in modules(*folders)
        if (lines := len(module.source.splitlines())) > MAX_LINES
    }
    assert long == {}


# Each wall is noticed when it falls, and stands where it should not fall.

PROVIDER = f"{OURS}.providers.acme"
DEEP_PROVIDER = f"{OURS}.providers.acme.client"
SESSION = f"{OURS}.session.runtime"
PLATFORM = f"{OURS}.sensor"


@pytest.mark.parametrize(
    ("importer", "source", "forbids"),
    [
        (PROVIDER, "import homeassistant", forbidden_to_providers),
        (PROVIDER, "import homeassistant.core as core", forbidden_to_providers),
        (PROVIDER, "from homeassistant import core", forbidden_to_providers),
        (PROVIDER, "from homeassistant.core import callback", forbidden_to_providers),
        (PROVIDER, "from .. import const", forbidden_to_providers),
        (PROVIDER, "from ..const import DOMAIN", forbidden_to_providers),
        (PROVIDER, "from ..session.runtime import AvatarRuntime", forbidden_to_providers),
        (PROVIDER, f"import {OURS}.const", forbidden_to_providers),
        (PROVIDER, f"from {OURS} import const", forbidden_to_providers),
        (PROVIDER, "from custom_components import x", forbidden_to_providers),
        (DEEP_PROVIDER, "from ...const import DOMAIN", forbidden_to_providers),
        (DEEP_PROVIDER, "from ... import const", forbidden_to_providers),
        (PROVIDER, "def f():\n    import homeassistant", forbidden_to_providers),
        (PROVIDER, "if TYPE_CHECKING:\n    import homeassistant", forbidden_to_providers),
        (PROVIDER, "import_module('homeassistant')", forbidden_to_providers),
        (PROVIDER, "importlib.import_module(name)", forbidden_to_providers),
        (PROVIDER, "__import__('homeassistant.core')", forbidden_to_providers),
        (PROVIDER, "import voluptuous as vol", forbidden_to_providers),
        (f"{OURS}.session.machine", "import asyncio", forbidden_to_the_pure),
        (f"{OURS}.session.machine", "from time import monotonic", forbidden_to_the_pure),
        (f"{OURS}.session.machine", "import random as r", forbidden_to_the_pure),
        (f"{OURS}.session.budget", "from homeassistant.util import dt", forbidden_to_the_pure),
        (f"{OURS}.session.budget", "import aiohttp.web", forbidden_to_the_pure),
        (SESSION, "from ..sensor import PhaseSensor", forbidden_to_the_core),
        (SESSION, "from .. import media_player", forbidden_to_the_core),
        (SESSION, "from ..entity import AvatarEntity", forbidden_to_the_core),
        (SESSION, "from homeassistant.helpers.entity import Entity", forbidden_to_the_core),
        (
            SESSION,
            "from homeassistant.components.event import EventEntity",
            forbidden_to_the_core,
        ),
        (SESSION, "from ..providers import PROVIDERS", forbidden_to_the_core),
        (SESSION, "from ..providers.acme import Acme", forbidden_to_the_core),
        (SESSION, "from ..providers.http import HttpClient", forbidden_to_the_core),
        (PLATFORM, "from .providers import PROVIDERS", forbidden_to_platforms),
        (PLATFORM, "from .providers.base import Provider", forbidden_to_platforms),
        (PLATFORM, "from .providers.acme import Acme", forbidden_to_platforms),
        (PLATFORM, "from .session.machine import step", forbidden_to_platforms),
        (PLATFORM, "from .session import records", forbidden_to_platforms),
        ("simulator.app", "import homeassistant", forbidden_to_the_simulator),
        ("simulator.app", f"from {OURS}.const import DOMAIN", forbidden_to_the_simulator),
        ("simulator.app", "from tests import helpers", forbidden_to_the_simulator),
    ],
)
def test_a_broken_wall_is_noticed(importer: str, source: str, forbids: Forbids) -> None:
    assert len(broken([Module(importer, source)], forbids)) == 1


@pytest.mark.parametrize(
    ("importer", "source", "forbids"),
    [
        (PROVIDER, "import asyncio, aiohttp", forbidden_to_providers),
        (PROVIDER, "from . import base", forbidden_to_providers),
        (PROVIDER, "from .base import Provider", forbidden_to_providers),
        (PROVIDER, "'import homeassistant'", forbidden_to_providers),
        (DEEP_PROVIDER, "from ..base import Provider", forbidden_to_providers),
        (DEEP_PROVIDER, "from .. import base", forbidden_to_providers),
        (f"{OURS}.session.machine", "from .timeline import x", forbidden_to_the_pure),
        (f"{OURS}.session.machine", "from ..providers.base import x", forbidden_to_the_pure),
        (SESSION, "import asyncio, time", forbidden_to_the_core),
        (SESSION, "from homeassistant.core import callback", forbidden_to_the_core),
        (SESSION, "from homeassistant.components.tts import stream", forbidden_to_the_core),
        (SESSION, "from ..providers.errors import ProviderError", forbidden_to_the_core),
        (SESSION, "from .events import Created", forbidden_to_the_core),
        (PLATFORM, "from .session.runtime import AvatarRuntime", forbidden_to_platforms),
        (PLATFORM, "from .providers.base import AvatarEventType", forbidden_to_platforms),
        (PLATFORM, "from .providers.settings import Setting", forbidden_to_platforms),
        ("simulator.app", "from simulator.clock import Clock", forbidden_to_the_simulator),
    ],
)
def test_a_wall_stands_only_where_it_should(importer: str, source: str, forbids: Forbids) -> None:
    assert broken([Module(importer, source)], forbids) == []


def test_a_package_imports_from_its_own_level() -> None:
    package = Module(f"{OURS}.providers", "from ..const import x\nfrom .base import y", True)
    assert package.imports() == {f"{OURS}.const.x", f"{OURS}.providers.base.y"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("providers/__init__.py", True),
        ("providers/konpro.py", True),
        ("providers/konpro/wire.py", True),
        ("providers/akool.py", True),
        ("providers/http.py", False),
        ("providers/base/__init__.py", False),
        ("session/konpro.py", False),
        ("__init__.py", False),
        ("konpro.py", False),
    ],
)
def test_vendors_have_their_places(path: str, *, expected: bool) -> None:
    assert names_vendors(HOUSE / path) is expected


def test_a_vendors_name_is_seen_in_any_spelling() -> None:
    assert all(
        VENDORS.search(text) for text in ("KonPro", "is_konpro", "# see HeyGen", "AKOOL_URL")
    )
