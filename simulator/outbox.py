"""The data messages of one room, on their way out."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import json

from simulator.clock import Clock, Timer
from simulator.faults import (
    EventDoubledFault,
    EventGarbledFault,
    EventLateFault,
    EventLostFault,
    EventSwappedFault,
    GarbledShape,
    MessageFault,
)
from simulator.malform import retype
from simulator.room.base import Room
from simulator.speaker import SpeechEvent
from simulator.tasks import TaskSet
from simulator.user import UserEvent

_HUGE = 15 * 1024

type RoomEvent = SpeechEvent | UserEvent
type Payload = dict[str, object]
type Encoder = Callable[[RoomEvent], Payload | None]
"""Returns a message with its `type`, or None for what the vendor does not tell."""
type TakeFaults = Callable[[str], list[MessageFault]]


@dataclass(frozen=True, slots=True)
class Message:
    """One data message that went into the room."""

    sent_at: float
    """Unix seconds."""
    payload: Payload
    """What was meant."""
    data: bytes
    """What was sent: the payload as JSON, where no fault struck."""

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values."""
        data = base64.b64encode(self.data).decode()
        return {"sent_at": self.sent_at, "payload": self.payload, "data": data}


class Outbox:
    """Encodes what happens, lets the faults strike, and remembers what was sent."""

    def __init__(
        self, room: Room, clock: Clock, tasks: TaskSet, encode: Encoder, faults: TakeFaults
    ) -> None:
        """Send into `room`."""
        self.messages: list[Message] = []
        self._room = room
        self._clock = clock
        self._tasks = tasks
        self._encode = encode
        self._faults = faults
        self._held: list[tuple[Payload, bytes]] = []
        self._late: list[Timer] = []

    async def tell(self, event: RoomEvent) -> None:
        """Send the message for `event`, if the vendor has one."""
        payload = self._encode(event)
        if payload is None:
            return
        copies = [json.dumps(payload).encode()]
        for fault in self._faults(str(payload["type"])):
            match fault:
                case EventLostFault():
                    copies = []
                case EventDoubledFault():
                    copies *= 2
                case EventGarbledFault():
                    copies = [_garble(payload, fault.shape) for _ in copies]
                case EventLateFault():
                    self._send_later(payload, copies, fault.seconds)
                    copies = []
                case EventSwappedFault():
                    self._held.extend((payload, copy) for copy in copies)
                    copies = []
                case _:
                    pass
        for copy in copies:
            await self._send(payload, copy)

    def close(self) -> None:
        """Send nothing of what is held back."""
        self._held.clear()
        for timer in self._late:
            timer.cancel()
        self._late.clear()

    async def _send(self, payload: Payload, data: bytes) -> None:
        self.messages.append(Message(self._clock.unix(), payload, data))
        await self._room.send(data)
        held, self._held = self._held, []
        for held_payload, copy in held:
            await self._send(held_payload, copy)

    def _send_later(self, payload: Payload, copies: list[bytes], seconds: float) -> None:
        for copy in copies:
            send = partial(self._send_soon, payload, copy)
            self._late.append(self._clock.call_later(seconds, send))

    def _send_soon(self, payload: Payload, data: bytes) -> None:
        self._tasks.spawn(self._send(payload, data), "send a late message")


def _garble(payload: Payload, shape: GarbledShape) -> bytes:
    """Return `payload` as JSON that cannot be read as what it is."""
    kind = {"type": payload["type"]}
    match shape:
        case GarbledShape.NOT_JSON:
            return b'{"type": '
        case GarbledShape.NOT_UTF8:
            return b"\xff\xfe" + json.dumps(payload).encode()
        case GarbledShape.LIST:
            garbled: object = [payload]
        case GarbledShape.NO_TYPE:
            garbled = {key: part for key, part in payload.items() if key != "type"}
        case GarbledShape.UNKNOWN_TYPE:
            garbled = payload | {"type": "avatar_start_dancing"}
        case GarbledShape.NO_TASK:
            garbled = {key: part for key, part in payload.items() if key != "task_id"}
        case GarbledShape.WRONG_TYPES:
            garbled = {key: retype(part) for key, part in payload.items()} | kind
        case GarbledShape.HUGE:
            bare = json.dumps(payload | {"padding": ""})
            garbled = payload | {"padding": "x" * (_HUGE - len(bare))}
    return json.dumps(garbled).encode()
