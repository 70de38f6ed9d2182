"""A Home Assistant that can be stopped, killed and started again, with what its disk holds."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
import logging
import sys
from typing import Any, override

from aiohttp import ClientSession
from homeassistant import loader
from homeassistant.config_entries import ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import json_loads_object
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_test_home_assistant,
)

from custom_components.streaming_avatar.const import DOMAIN, SUBENTRY_AVATAR
from custom_components.streaming_avatar.session.runtime import AvatarRuntime
from simulator.settings import DEFAULT_API_KEY
from tests.voices import Engine, Speaker, add_engine, add_speaker

from . import screen
from .cloud import Cloud, Line
from .screen import Manners, Screen
from .timeless import Time

AVA = "media_player.ava"
ACCOUNT = "account"


class Disk:
    """What Home Assistant's stores have written."""

    def __init__(self, written: dict[str, bytes] | None = None) -> None:
        self.written = written or {}
        self.full = False

    def image(self) -> Disk:
        """Return a copy that nothing changes any more."""
        copy = Disk(dict(self.written))
        copy.full = self.full
        return copy

    def insert(self, patch: pytest.MonkeyPatch) -> None:
        """Have every store read and write here. Without mocks, which remember all that was written."""
        load = Store._async_load

        async def read(store: Store[Any]) -> Any:
            if store._data is None:
                if store.key not in self.written:
                    # So that the next attempt reads again.
                    vars(store)["_load_task"] = None
                    return None
                store._data = json_loads_object(self.written[store.key])
            return await load(store)

        async def write(store: Store[Any], data: dict[str, Any]) -> None:
            if self.full:
                raise WriteError("No space left on device")
            if "data_func" in data:
                data["data"] = data.pop("data_func")()
            self.written[store.key] = json_bytes(data)

        patch.setattr(Store, "_async_load", read)
        patch.setattr(Store, "_async_write_data", write)


class House:
    """One user's Home Assistant, with an account and its avatars."""

    hass: HomeAssistant
    entry: MockConfigEntry

    def __init__(
        self,
        time: Time,
        cloud: Cloud,
        patch: pytest.MonkeyPatch,
        *,
        avatars: dict[str, dict[str, Any]] | None = None,
        voices: bool = False,
    ) -> None:
        """Have avatars with these settings, by their names; `voices`: with text-to-speech and a speaker."""
        self.time = time
        self.cloud = cloud
        self.avatars = avatars or {"Ava": {}}
        self.disk = Disk()
        self.screens: list[Screen] = []
        self.asked: dict[str, str | None] = {}
        """Utterances by their id; None: without outcome, by the events of the avatars."""
        self.told_twice: list[str] = []
        self.engine: Engine | None = None
        self.speaker: Speaker | None = None
        self._voices = voices
        self._is_dead = False
        self._clients: dict[HomeAssistant, ClientSession] = {}
        self._stack = AsyncExitStack()
        self.line: Line | None = None
        for name, module in tuple(sys.modules.items()):
            if name.startswith("custom_components.streaming_avatar") and hasattr(
                module, "async_get_clientsession"
            ):
                patch.setattr(module, "async_get_clientsession", self._clients.__getitem__)
        self._listen_to_all(patch)
        # It would start a process to learn ffmpeg's version.
        patch.setattr("homeassistant.components.ffmpeg.async_setup", _do_nothing)

    # --- life

    async def start(self) -> None:
        """Start Home Assistant."""
        storage = self._stack.enter_context(pytest.MonkeyPatch.context())
        self.disk.insert(storage)
        self.hass = await self._stack.enter_async_context(async_test_home_assistant())
        self.hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        client, self.line = self.cloud.connect()
        self._clients[self.hass] = client
        self._stack.push_async_callback(client.close)
        self.user = MockUser(is_owner=True).add_to_hass(self.hass)
        if self._voices:
            self.engine, self.speaker = await add_engine(self.hass), await add_speaker(self.hass)
        self.entry = self._make_entry()
        self.entry.add_to_hass(self.hass)
        await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.settle()

    def _make_entry(self) -> MockConfigEntry:
        return MockConfigEntry(
            domain=DOMAIN,
            entry_id=ACCOUNT,
            title="KonPro",
            data={
                "provider": "konpro",
                "base_url": "http://localhost",
                "api_key": DEFAULT_API_KEY,
                "insecure_allowed": False,
                "remembered": {"path_style": "slash"},
            },
            subentries_data=[
                ConfigSubentryDataWithId(
                    data={"idle_timeout": 60, "stand_in": False, **settings},
                    subentry_id=f"subentry-{name.lower()}",
                    subentry_type=SUBENTRY_AVATAR,
                    title=name,
                    unique_id=None,
                )
                for name, settings in self.avatars.items()
            ],
        )

    def _listen_to_all(self, patch: pytest.MonkeyPatch) -> None:
        """Hear of every outcome, also of avatars that Home Assistant sets up by itself."""
        start = AvatarRuntime.async_start

        def heard(runtime: AvatarRuntime) -> None:
            runtime.async_subscribe_events(self._take_event)
            start(runtime)

        patch.setattr(AvatarRuntime, "async_start", heard)

    def _take_event(self, kind: str, attributes: dict[str, Any]) -> None:
        if kind != "utterance_ended" or self._is_dead:
            return
        utterance = attributes["utterance_id"]
        if self.asked.get(utterance) is not None:
            self.told_twice.append(utterance)
        self.asked[utterance] = attributes["outcome"]

    async def stop(self) -> None:
        """Shut Home Assistant down in good order; does nothing where none runs."""
        for opened in self.screens:
            opened.close()
        self.screens.clear()
        if self._clients:
            await self.hass.async_stop(force=True)
            await self._stack.aclose()
            self._clients.clear()

    async def kill(self) -> None:
        """Cut the power: the line and the disk are gone first; nobody hears of what waited."""
        assert self.line is not None
        self.line.cut_now()
        kept = self.disk.image()
        self._is_dead = True
        await self.stop()
        self._is_dead = False
        self.disk = kept
        self.asked = {key: outcome or "crashed" for key, outcome in self.asked.items()}

    async def reload(self) -> None:
        """Reload the account."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.settle()

    async def settle(self) -> None:
        """See everything through that takes no time."""
        for _ in range(30):
            await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    # --- what a user has

    @property
    def runtimes(self) -> list[AvatarRuntime]:
        """The avatars at work; none while the account is not loaded."""
        account = getattr(self.entry, "runtime_data", None)
        return [] if account is None else list(account.avatars.values())

    @property
    def ava(self) -> AvatarRuntime:
        """The first avatar."""
        return self.runtimes[0]

    def open_screen(
        self,
        name: str = "Kitchen tablet",
        entity_id: str = AVA,
        manners: Manners | None = None,
        **client: Any,
    ) -> Screen:
        """Open a page with a card on it."""
        opened = Screen(
            self.hass, self.cloud, entity_id, self.user, name=name, manners=manners or Manners()
        )
        opened.open(**client)
        self.screens.append(opened)
        return opened

    async def act(self, action: str, **data: Any) -> None:
        """Call one of our actions, for the first avatar unless told otherwise."""
        await self.hass.services.async_call(
            DOMAIN, action, {"entity_id": AVA, **data}, blocking=True
        )

    async def speak(self, text: str = "The door is open.", **data: Any) -> dict[str, Any]:
        """Have something said, and return the answer."""
        answer: Any = await self.hass.services.async_call(
            DOMAIN,
            "speak",
            {"entity_id": AVA, "text": text, **data},
            blocking=True,
            return_response=True,
        )
        result: dict[str, Any] = next(iter(answer.values()))
        self.asked.setdefault(result["utterance_id"], result["outcome"])
        return result

    def state(self, entity_id: str = AVA) -> str:
        """Return an entity's state."""
        state = self.hass.states.get(entity_id)
        return "missing" if state is None else state.state

    @property
    def repairs(self) -> set[str]:
        """The translation keys of what the repairs dashboard tells of us."""
        issues = ir.async_get(self.hass).issues.values()
        return {
            issue.translation_key or ""
            for issue in issues
            if issue.domain == DOMAIN and issue.active
        }

    @property
    def minutes_used(self) -> float:
        """Seconds that all avatars count for today."""
        return sum(runtime.snapshot.seconds_today for runtime in self.runtimes)


async def _do_nothing(*_: Any) -> bool:
    return True


FORESEEN = {
    "Authentication failed while fetching %s data: %s",
    "No session for %s: its record cannot be stored",
    "Error fetching %s data: %s",
    "Error writing config for %s: %s",
}
"""Errors that a log may tell of: a user has to do something about them."""


class Alarm(logging.Handler):
    """Keeps whatever a log of Home Assistant tells of something that nobody foresaw."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[str] = []
        self.lines: list[str] = []
        self.keeps_lines = False
        self._format = logging.Formatter("%(name)s %(levelname)s %(message)s")

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("simulator."):
            return
        # Home Assistant itself logs each command of a card that it refuses, and each account that needs its user.
        is_foreseen = record.msg in FORESEEN or record.name == screen.__name__
        if record.exc_info is not None and record.exc_info[0] is not None:
            needs_user = issubclass(record.exc_info[0], ConfigEntryError)
            is_wrong = record.levelno > logging.DEBUG and not needs_user
        else:
            is_wrong = record.levelno >= logging.ERROR and not is_foreseen
        if is_wrong:
            self.records.append(self._format.format(record))
        if self.keeps_lines:
            self.lines.append(self._format.format(record))

    @contextmanager
    def on(self) -> Iterator[Alarm]:
        """Listen to every log."""
        logging.root.addHandler(self)
        try:
            yield self
        finally:
            logging.root.removeHandler(self)
