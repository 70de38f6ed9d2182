"""One card's subscription: what it is told, down the connection that it came by."""

from collections.abc import Callable
from time import monotonic

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import callback

from .session.attachment import Attachment, Client, Message
from .session.runtime import AvatarRuntime
from .session.snapshot import Snapshot


class CardConnection:
    """One card's subscription: its avatar, its attachment and the connection that it came by."""

    def __init__(
        self, avatar: AvatarRuntime, entity_id: str, connection: ActiveConnection, message_id: int
    ) -> None:
        """Attach nothing yet."""
        self.avatar = avatar
        self.entity_id = entity_id
        self.connection = connection
        self._message_id = message_id
        self._unsubscribe: Callable[[], None] | None = None
        self._told: Message | None = None
        self.attachment: Attachment | None = None

    @callback
    def async_attach(
        self, client: Client, *, may_control: bool, version: str, playback: str | None
    ) -> None:
        """Attach the card and tell it everything; `playback`: what it still plays.

        Raises:
            TooManyAttachmentsError: too many others are attached.

        """
        viewers = self.avatar.viewers
        attachment = viewers.attach(client, self._send, monotonic(), may_control=may_control)
        self.attachment = attachment
        self.connection.subscriptions[self._message_id] = self.async_detach
        self.connection.send_result(self._message_id)
        self._told = self._state()
        attachment.tell(
            "attached",
            {
                "attachment": attachment.id,
                "version": version,
                "name": self.avatar.name,
                "portrait": self.avatar.snapshot.portrait,
                "can_control": may_control,
                "face": self.avatar.face,
                "state": self._told,
            },
        )
        self.avatar.playback.attached(attachment, playback)
        self._unsubscribe = self.avatar.async_subscribe(self._async_state_changed)
        viewers.tick(monotonic())
        self.avatar.audience_changed()

    @callback
    def async_detach(self) -> None:
        """Forget the card: its connection or its subscription is gone."""
        self._stop()
        if self.attachment is not None:
            self.avatar.viewers.detach(self.attachment.id, monotonic())

    @callback
    def _send(self, message: Message) -> None:
        self.connection.send_event(self._message_id, message)
        if message["type"] == "closed":
            self._stop()
            forget = self.connection.subscriptions.pop(self._message_id, None)
            if forget is not None:
                forget()

    def _stop(self) -> None:
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    @callback
    def _async_state_changed(self) -> None:
        state = self._state()
        if state != self._told and self.attachment is not None:
            self._told = state
            self.attachment.send(state)

    def _state(self) -> Message:
        snapshot = self.avatar.snapshot
        seat = self.avatar.viewers.seat
        return {
            "type": "state",
            "phase": snapshot.phase,
            "activity": snapshot.activity,
            "reason": snapshot.reason,
            "queue": snapshot.queue,
            "seat": None
            if seat is None
            else {"mine": seat is self.attachment, "name": seat.client.name},
            "watching": snapshot.watching,
            "ends_at": _whole_seconds(snapshot),
            "ends_soon": snapshot.ends_soon,
            "renewing": snapshot.renewing,
            "volume": snapshot.volume,
            "muted": snapshot.muted,
            "stand_in": snapshot.stand_in,
            "provider_face": self.avatar.spec.capabilities.synthesizes,
        }


def _whole_seconds(snapshot: Snapshot) -> float | None:
    """Return the end without the jitter of two clocks, which would tell every card at every step."""
    return None if snapshot.ends_at is None else round(snapshot.ends_at)
