"""A Home Assistant with the integration, the simulated cloud below it, and cards that are nothing but the wire."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import json
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import tts
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.streaming_avatar.const import DOMAIN
from custom_components.streaming_avatar.providers import PROVIDERS
from custom_components.streaming_avatar.providers.settings import Section
from simulator.app import create_app
from simulator.faults import Fault
from simulator.ledger import LedgerRow
from simulator.session import Session
from simulator.settings import DEFAULT_API_KEY, Limits, Settings
from simulator.world import WORLD, World

AVATAR = "media_player.ava"
PATIENCE = 5.0
"""Seconds that a test waits for what must come; generous, for it only bounds a failure."""


@dataclass(frozen=True)
class Simulator:
    """The simulated cloud of one account, without rooms: speech takes no time."""

    url: str
    world: World

    @property
    def ledger(self) -> list[LedgerRow]:
        return self.world.ledger.rows

    @property
    def session(self) -> Session:
        """The open session that was made last."""
        return self.world.sessions.open()[-1]

    def calls(self, operation: str) -> list[object]:
        """The bodies of the calls of an operation."""
        return [c.body for c in self.world.calls.calls if c.operation == operation]

    def fault(self, fault: Fault) -> None:
        self.world.faults.add(fault)

    def slow_speech(self) -> None:
        """From now on speech takes longer than any test."""
        self.world.set_limits(self.world.limits.model_copy(update={"characters_per_second": 0.01}))

    def keys(self, *keys: str) -> None:
        """Accept these keys and no others."""
        self.world.set_limits(self.world.limits.model_copy(update={"api_keys": keys}))


@dataclass
class Card:
    """One open card, as docs/wire.md has it."""

    client: MockHAClientWebSocket
    simulator: Simulator
    attachment: str = ""
    epoch: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    results: dict[int, dict[str, Any]] = field(default_factory=dict)
    relayed: int = 0
    number: int = 0

    async def attach(self, entity_id: str, name: str, **client: Any) -> None:
        message = {
            "type": f"{DOMAIN}/attach",
            "entity_id": entity_id,
            "client": {
                "id": f"card-of-{name}",
                "name": name,
                "version": "0.1.0",
                "visible": True,
                "audio": "ok",
                "microphone": "none",
                "transports": ["livekit", "none"],
                **client,
            },
        }
        result = await self.command(message)
        assert result["success"], result
        self.attachment = (await self.event("attached"))["attachment"]

    async def command(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a command and return its result."""
        self.number += 1
        number = self.number
        await self.client.send_json({"id": number, **message})
        await self._receive(lambda: number in self.results)
        return self.results.pop(number)

    async def event(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind; earlier ones of other kinds are passed over."""
        await self._receive(lambda: any(e["type"] == kind for e in self.events))
        place = next(i for i, e in enumerate(self.events) if e["type"] == kind)
        found = self.events[place]
        del self.events[: place + 1]
        return found

    async def state_with(self, **facts: Any) -> dict[str, Any]:
        """Return the next state of which this is true."""
        while True:
            state = await self.event("state")
            if facts.items() <= state.items():
                return state

    async def report(self, kind: str, **content: Any) -> None:
        result = await self.command(
            {
                "type": f"{DOMAIN}/report",
                "attachment": self.attachment,
                "kind": kind,
                **content,
            }
        )
        assert result["success"], result

    async def join(self) -> None:
        """Join the room that is offered, and show its picture."""
        self.epoch = (await self.event("join"))["epoch"]
        self.simulator.session.room.note_viewer(present=True)
        await self.report("joined", epoch=self.epoch)
        await self.report("first_frame", epoch=self.epoch, milliseconds=40)

    async def relay(self, kind: str) -> None:
        """Relay the room's messages up to the next one of a kind."""
        async with asyncio.timeout(PATIENCE):
            while await self._relay_next() != kind:
                pass

    async def relay_on(self) -> None:
        """Relay the room's messages until cancelled."""
        while True:
            await self._relay_next()

    async def _relay_next(self) -> object:
        session = self.simulator.session
        while len(session.messages) <= self.relayed:  # noqa: ASYNC110 - a room tells nobody but its viewers
            await asyncio.sleep(0)
        payload = session.messages[self.relayed].payload
        self.relayed += 1
        await self.command(
            {
                "type": f"{DOMAIN}/relay",
                "attachment": self.attachment,
                "epoch": self.epoch,
                "topic": None,
                "payload": base64.b64encode(json.dumps(payload).encode()).decode(),
            }
        )
        return payload["type"]

    async def _receive(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not enough():
                message = await self.client.receive_json()
                if message["type"] == "event":
                    self.events.append(message["event"])
                else:
                    self.results[message["id"]] = message


@dataclass
class Home:
    """What a user has: Home Assistant, an account, avatars, screens."""

    hass: HomeAssistant
    simulator: Simulator
    new_client: WebSocketGenerator

    async def add_account(self, **account: str) -> ConfigEntry:
        """Add an account through its dialog; leaves the dialog of its first avatar."""
        flows = self.hass.config_entries.flow
        flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        await flows.async_configure(flow["flow_id"], {"provider": "konpro"})
        result = await flows.async_configure(
            flow["flow_id"],
            {"base_url": self.simulator.url, "api_key": DEFAULT_API_KEY, **account},
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        self.hass.config_entries.subentries.async_abort(result["next_flow"][1])
        await self.hass.async_block_till_done()
        return result["result"]

    async def enable(self, *entity_ids: str) -> None:
        """Enable entities that are disabled by default, as a user does."""
        registry = er.async_get(self.hass)
        for entity_id in entity_ids:
            known = registry.async_get(entity_id)
            assert known is not None, entity_id
            assert known.disabled_by is er.RegistryEntryDisabler.INTEGRATION
            registry.async_update_entity(entity_id, disabled_by=None)
        # Home Assistant loads the account anew by itself, after a while.
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(seconds=31))
        await self.settle()

    async def add_avatar(self, entry: ConfigEntry, name: str = "Ava", **sections: Any) -> str:
        """Add an avatar through its dialog; returns its subentry id."""
        flows = self.hass.config_entries.subentries
        flow = await flows.async_init((entry.entry_id, "avatar"), context={"source": SOURCE_USER})
        known = set(entry.subentries)
        result = await flows.async_configure(flow["flow_id"], avatar_form(name=name, **sections))
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        await self.hass.async_block_till_done()
        (new,) = set(entry.subentries) - known
        return new

    async def open_card(
        self, entity_id: str = AVATAR, name: str = "Kitchen tablet", **client: Any
    ) -> Card:
        card = Card(await self.new_client(self.hass), self.simulator)
        await card.attach(entity_id, name, **client)
        return card

    async def go_live(self, entity_id: str = AVATAR, name: str = "Kitchen tablet") -> Card:
        """Have an avatar live on a screen."""
        card = await self.open_card(entity_id, name)
        await self.act("start_session", entity_id=entity_id)
        await card.join()
        await self.settle()
        assert self.state(entity_id) == "idle"
        return card

    async def settle(self) -> None:
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def pass_time(self, freezer: FrozenDateTimeFactory, seconds: float) -> None:
        """Let time pass, for Home Assistant and the simulator alike."""
        freezer.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.settle()

    async def fire_time(self) -> None:
        """Let what is due happen, without waiting for actions that still wait."""
        async_fire_time_changed(self.hass)
        for _ in range(50):
            await asyncio.sleep(0)

    def follow(self, entity_id: str, take: Callable[[State], None]) -> None:
        """Hand over each state that an entity gets from now on, in order."""

        # Without this, Home Assistant would call it in threads, in any order.
        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            if event.data["new_state"] is not None:
                take(event.data["new_state"])

        async_track_state_change_event(self.hass, entity_id, changed)

    def state(self, entity_id: str) -> str:
        state = self.hass.states.get(entity_id)
        assert state is not None, entity_id
        return state.state

    def attributes(self, entity_id: str) -> Mapping[str, Any]:
        state = self.hass.states.get(entity_id)
        assert state is not None, entity_id
        return state.attributes

    async def act(self, action: str, **data: Any) -> None:
        """Call one of our actions, for the first avatar unless told otherwise."""
        await self.hass.services.async_call(
            DOMAIN, action, {"entity_id": AVATAR, **data}, blocking=True
        )

    async def ask(self, action: str, **data: Any) -> Any:
        """Call one of our actions for its response."""
        return await self.hass.services.async_call(
            DOMAIN,
            action,
            {"entity_id": AVATAR, **data},
            blocking=True,
            return_response=True,
        )


def state_of(entry: ConfigEntry) -> ConfigEntryState:
    """The state of an account now."""
    return entry.state


def avatar_form(name: str = "Ava", avatar_id: str = "", **sections: Any) -> dict[str, Any]:
    """What the dialog of an avatar sends; sections by their names."""
    filled: dict[str, dict[str, Any]] = {
        "face": {"stand_in": False},
        "costs": {"idle_timeout": 60, "max_minutes_per_day": 60},
        "advanced": {"share_text": False},
    }
    shown = {setting.section for setting in PROVIDERS["konpro"].avatar_settings}
    return {
        "name": name,
        "avatar_id": avatar_id,
        **{
            section: {**filled.get(section, {}), **sections.get(section, {})}
            for section in shown - {Section.AVATAR}
        },
    }


@pytest.fixture(autouse=True)
def voice_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test had synthesised is new to the next; the test plugin's folder is shared by all."""
    monkeypatch.setattr(tts, "_init_tts_cache_dir", lambda *_: str(tmp_path))


@pytest.fixture
async def simulator(socket_enabled: None) -> AsyncIterator[Simulator]:
    """The simulated cloud; it outlives Home Assistant, which ends its sessions when it stops."""
    app = create_app(Settings(limits=Limits(characters_per_second=None)))
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield Simulator(str(server.make_url("")).rstrip("/"), app[WORLD])
    await server.close()


@pytest.fixture
async def home(
    simulator: Simulator,
    hass: HomeAssistant,
    enable_custom_integrations: None,
    hass_ws_client: WebSocketGenerator,
) -> Home:
    """A home with nothing set up. Ask for it before any other fixture that needs `hass`."""
    return Home(hass, simulator, hass_ws_client)


@pytest.fixture
async def entry(home: Home) -> ConfigEntry:
    """An account."""
    return await home.add_account()


@pytest.fixture
async def ava(home: Home, entry: ConfigEntry) -> str:
    """An avatar, by its subentry id."""
    return await home.add_avatar(entry)
