"""A card that is nothing but its manners: it joins, shows, relays, plays and answers as a browser would."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
import itertools
import json
import logging
from typing import Any

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.http import WebSocketAdapter
from homeassistant.core import HomeAssistant
import jwt
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.streaming_avatar.const import DOMAIN
from simulator.room.silent import SilentRoom

from .cloud import Cloud, PublicRoom


@dataclass(kw_only=True)
class Manners:
    """How a screen behaves; a test changes them as it likes. Durations are seconds."""

    join: float = 0.2
    """Until it is in the room."""
    frame: float = 0.1
    """From there to the first picture."""
    joins: bool = True
    answers_pings: bool = True
    relays: bool = True
    measures: bool = False
    """It reports the sound that it measures."""
    publishes: bool | None = True
    """It manages to publish what it is told to; None: it never says."""
    plays: bool = True
    """It comes to the end of the sounds that it is told to play."""


@dataclass(eq=False)
class Screen:
    """One open card."""

    hass: HomeAssistant
    cloud: Cloud
    entity_id: str
    user: MockUser
    name: str = "Kitchen tablet"
    manners: Manners = field(default_factory=Manners)

    def __post_init__(self) -> None:
        self.attachment: str | None = None
        self.epoch: str | None = None
        self.state: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self.results: dict[int, dict[str, Any]] = {}
        self.keeps_events = False
        self._room: PublicRoom | None = None
        self._number = itertools.count(1)
        self.connection: ActiveConnection | None = None

    # --- what a person does

    def open(self, **client: Any) -> None:
        """Open the page."""
        logger = WebSocketAdapter(logging.getLogger(__name__), {"connid": id(self)})
        self.connection = ActiveConnection(logger, self.hass, self._take, self.user, None, None)
        self.command(
            "attach",
            entity_id=self.entity_id,
            client={
                "id": f"card-of-{self.name}",
                "name": self.name,
                "version": "0.1.0",
                "visible": True,
                "audio": "ok",
                "microphone": "none",
                "transports": ["livekit", "none"],
                **client,
            },
        )

    def close(self) -> None:
        """Close the page: all of it is gone at once."""
        connection, self.connection = self.connection, None
        self.attachment = None
        self._leave()
        if connection is not None:
            connection.async_handle_close()

    def command(self, command: str, **content: Any) -> int:
        """Send a command; returns its number."""
        number = next(self._number)
        if self.connection is not None:
            message = {"id": number, "type": f"{DOMAIN}/{command}", **content}
            self.connection.async_handle(json.loads(json.dumps(message)))
        return number

    def report(self, kind: str, **content: Any) -> None:
        """Send a report, if the card is attached."""
        if self.attachment is not None:
            self.command("report", attachment=self.attachment, kind=kind, **content)

    def change(self, **facts: Any) -> None:
        """Be hidden, shown, muted by the browser."""
        self.report("visible", **facts)

    def lose_room(self) -> None:
        """Lose the room, as a bad network has it."""
        if self.epoch is not None:
            epoch, self.epoch = self.epoch, None
            self._leave()
            self.report("room_lost", epoch=epoch, reason="network")

    # --- what comes

    def _take(self, data: bytes | str | dict[str, Any]) -> None:
        message = data if isinstance(data, dict) else json.loads(data)
        if message["type"] == "result":
            self.results[message["id"]] = message
            return
        event = message["event"]
        if self.keeps_events:
            self.events.append(event)
        # A browser answers in its own time, never within the call.
        self.hass.loop.call_soon(self._act, event)

    def _act(self, event: dict[str, Any]) -> None:
        if self.connection is None:
            return
        match event["type"]:
            case "attached":
                self.attachment, self.state = event["attachment"], event["state"]
            case "state":
                self.state = event
            case "closed":
                self.attachment = None
                self._leave()
            case "ping" if self.manners.answers_pings:
                self.report("pong")
            case "join":
                self._later(self.manners.join, self._join, event["epoch"], event["transport"])
            case "leave":
                self._leave()
            case "publish" if self.manners.publishes is not None:
                ok = self.manners.publishes
                self.report("published", epoch=event["epoch"], message_id=event["id"], ok=ok)
            case "play" if event["role"] == "voice" and self.manners.plays:
                self._later(0.2, self._play, event["id"])
            case _:
                pass

    def _later(self, seconds: float, act: Callable[..., None], *args: Any) -> None:
        self.hass.loop.call_later(seconds, act, *args)

    def _join(self, epoch: str, transport: dict[str, str]) -> None:
        self._leave()
        self.epoch = epoch
        room = self._room_of(transport)
        if room is None or not self.manners.joins:
            self.report("error", epoch=epoch, code="join_failed", message="No such room")
            return
        room.note_viewer(present=True)
        room.on_data, room.on_lost = self._hear, self.lose_room
        self._room = room
        self.report("joined", epoch=epoch)
        self._later(self.manners.frame, self._show, epoch)

    def _room_of(self, transport: dict[str, str]) -> PublicRoom | None:
        claims = jwt.decode(transport["token"], options={"verify_signature": False})
        session = self.cloud.world.sessions.get(claims["video"]["room"])
        room = self.cloud.stage.rooms.get(claims["video"]["room"])
        gone = session is None or session.closed or room is None or room.lost
        return None if gone or self.connection is None else room

    def _show(self, epoch: str) -> None:
        if epoch == self.epoch and self._room is not None:
            self.report("first_frame", epoch=epoch, milliseconds=40)

    def _leave(self) -> None:
        room, self._room = self._room, None
        if room is not None:
            room.on_data = room.on_lost = None
            SilentRoom.note_viewer(room, present=False)

    def _hear(self, payload: bytes) -> None:
        if self.manners.relays and self.attachment is not None and self.epoch is not None:
            self.command(
                "relay",
                attachment=self.attachment,
                epoch=self.epoch,
                topic=None,
                payload=base64.b64encode(payload).decode(),
            )
        if self.manners.measures and b"avatar_start_talking" in payload:
            self.report("playback_started", epoch=self.epoch)
        elif self.manners.measures and b"avatar_stop_talking" in payload:
            self.report("playback_finished", epoch=self.epoch)

    def _play(self, playback: str) -> None:
        self.report("playback_started", playback=playback, duration=2.0)
        self._later(2.0, self._end_of, playback)

    def _end_of(self, playback: str) -> None:
        self.report("playback_finished", playback=playback, seconds=2.0, stopped=False)
