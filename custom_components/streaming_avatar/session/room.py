"""What goes through the room's data channel: relayed by the seat upwards, published by the seat downwards."""

import asyncio
import base64
from collections.abc import Callable
import secrets

from ..providers.base import LiveKitTransport, RoomMessage
from .attachment import Attachment
from .viewers import Viewers

PUBLISH_SECONDS = 5.0


class Room:
    """The data channel of one avatar's room, seen from here."""

    def __init__(self, viewers: Viewers, on_message: Callable[[str | None, bytes], None]) -> None:
        """Hand what the room says to `on_message`, undecoded."""
        self._viewers = viewers
        self._on_message = on_message
        self._publishing: dict[str, asyncio.Future[bool]] = {}

    def prepare(self, address: str | None) -> None:
        """Let the seat make ready for a room that it may soon be told to join."""
        seat = self._viewers.seat
        if seat is not None and address is not None:
            seat.tell("prepare", {"kind": LiveKitTransport.kind, "url": address})

    def relay(
        self, attachment: Attachment, epoch: str, topic: str | None, payload: bytes, mono: float
    ) -> None:
        """Take a message from the room. Raises LimitError when the card sends too much."""
        attachment.count_relay(len(payload), mono)
        if self._viewers.speaks_for_room(attachment, epoch):
            self._on_message(topic, payload)

    async def publish(self, message: RoomMessage) -> bool:
        """Have the seat publish a message; False: there is no seat in the room, or it did not manage to."""
        seat = self._viewers.seat
        if seat is None or not seat.joined:
            return False
        message_id = secrets.token_urlsafe(8)
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._publishing[message_id] = future
        seat.tell(
            "publish",
            {
                "id": message_id,
                "epoch": seat.epoch,
                "topic": message.topic,
                "payload": base64.b64encode(message.payload).decode(),
            },
        )
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                return await future
        except TimeoutError:
            return False
        finally:
            del self._publishing[message_id]

    def published(self, message_id: str, *, ok: bool) -> None:
        """Take the seat's answer to a `publish`."""
        future = self._publishing.get(message_id)
        if future is not None and not future.done():
            future.set_result(ok)

    def cancel(self) -> None:
        """Give up on what waits: the room is closing."""
        for message_id in tuple(self._publishing):
            self.published(message_id, ok=False)
