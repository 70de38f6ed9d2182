"""One open card, as the integration sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..providers.base import LiveKitTransport, NoTransport, Transport

PING_SECONDS = 20.0
RELAY_BYTES = 16 * 1024
RELAYS_PER_SECOND = 200
COMMANDS_PER_SECOND = 50
TAKE_SEAT_SECONDS = 5.0

type Message = dict[str, Any]


class LimitError(Exception):
    """An attachment did more than it may; it is closed."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """What a card says about itself."""

    id: str
    """Names the card instance; survives a reload."""
    name: str
    version: str
    visible: bool
    audio: str
    """`ok`, `blocked` or `none`."""
    microphone: str
    """`ok`, `denied`, `insecure` or `none`."""
    transports: tuple[str, ...]


@dataclass(kw_only=True, eq=False)
class Attachment:
    """A card's subscription."""

    id: str
    client: Client
    may_control: bool
    send: Callable[[Message], None]
    attached_at: float
    order: int
    """Counts up with every new client; a client that comes back keeps its place."""
    pinged_at: float | None = None
    awaits_pong: bool = False
    alive: bool = True
    epoch: str | None = None
    """Of the room that this card has been told to join; None: it is outside."""
    publishes: bool = False
    """What it has been given to join with lets it send into the room."""
    joining_since: float | None = None
    resuming: bool = False
    """It came back on a new connection and may still be in the room that its epoch names."""
    joined: bool = False
    ready: bool = False
    failed_at: float | None = None
    """When it was last seen unable to join."""
    took_seat_at: float | None = None
    _relays: list[float] = field(default_factory=list)
    _commands: list[float] = field(default_factory=list)

    def watches(self, transports: tuple[str, ...]) -> bool:
        """Return whether somebody can see the avatar here (docs/session-rules.md, rule 3)."""
        usable = transports == ("none",) or bool(set(transports) & set(self.client.transports))
        return self.client.visible and self.may_control and usable and self.alive

    def count_relay(self, size: int, mono: float) -> None:
        """Count one relayed message of `size` bytes. Raises LimitError above 16 KiB or 200 in a second."""
        if size > RELAY_BYTES:
            raise LimitError
        self._relays = _counted(self._relays, RELAYS_PER_SECOND, mono)

    def count_command(self, mono: float) -> None:
        """Count one other command. Raises LimitError above 50 in a second."""
        self._commands = _counted(self._commands, COMMANDS_PER_SECOND, mono)

    def count_take_seat(self, mono: float) -> None:
        """Count a take-over. Raises LimitError when the last one is less than 5 s ago."""
        if self.took_seat_at is not None and mono - self.took_seat_at < TAKE_SEAT_SECONDS:
            raise LimitError
        self.took_seat_at = mono

    def answered(self) -> None:
        """Note a sign of life."""
        self.awaits_pong = False
        self.alive = True

    def enter_room(self, epoch: str, mono: float, *, publishes: bool) -> None:
        """Note what it is told to join."""
        self.epoch, self.joining_since, self.publishes = epoch, mono, publishes

    def leave_room(self) -> None:
        """Forget the room."""
        self.epoch = self.joining_since = None
        self.joined = self.ready = self.resuming = self.publishes = False

    def tell(self, kind: str, content: Mapping[str, Any]) -> None:
        """Send an event to the card."""
        self.send({"type": kind, **content})


def _counted(times: list[float], most: int, mono: float) -> list[float]:
    """Return the times of the last second and now. Raises LimitError when that are more than `most`."""
    recent = [at for at in times[-most:] if mono - at < 1.0]
    if len(recent) >= most:
        raise LimitError
    return [*recent, mono]


def describe_transport(transport: Transport) -> dict[str, str]:
    """Return a transport as the card gets it: the only place where a token leaves its `SecretStr`."""
    match transport:
        case LiveKitTransport(url=url, token=token):
            return {"kind": transport.kind, "url": url, "token": token.get_secret_value()}
        case NoTransport():
            return {"kind": transport.kind}
