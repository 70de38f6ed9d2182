"""Which cards are open, and which of them has the seat.

The seat is the one viewer of an avatar that sounds, publishes and relays. On a provider that admits one viewer per
session it is also the only one in the room. Time is an argument; what is to be done is told through `Host`.
"""

from collections.abc import Callable, Mapping
import secrets
from typing import Any

from ..providers.base import Transport
from .attachment import (
    PING_SECONDS,
    TAKE_SEAT_SECONDS,
    Attachment,
    Client,
    Message,
    describe_transport,
)
from .host import Host
from .model import Audience

MOST_ATTACHMENTS = 32
RETURN_SECONDS = 10.0
"""A seat holder that disconnects, or is not seen any more, may come back within this time."""
JOIN_SECONDS = 15.0
FIRST_FRAME_SECONDS = 30.0
FAILED_SECONDS = 60.0
"""A screen that could not join is chosen last for this long."""
REJOIN_SECONDS = 1.0
RESUME_SECONDS = 1.0
"""How long a card that attaches again has to say that it never left the room."""


class TooManyAttachmentsError(Exception):
    """The avatar has 32 cards already."""


class Viewers:
    """The cards of one avatar."""

    def __init__(
        self,
        host: Host,
        *,
        transports: tuple[str, ...],
        viewers_per_session: int | None,
        new_id: Callable[[], str] = lambda: secrets.token_urlsafe(12),
    ) -> None:
        """Begin without anyone."""
        self._host = host
        self._transports = transports
        self._everyone_joins = viewers_per_session is None
        self._has_room = transports != ("none",)
        self._new_id = new_id
        self._attachments: dict[str, Attachment] = {}
        self._counter = 0
        self._seat_client: str | None = None
        self._seat_absent_since: float | None = None
        self._open = False
        self._last_seat: tuple[str, str] | None = None
        """Client and epoch of the seat before: its relays count until the new one has joined."""
        self._rejoin_at: float | None = None
        self._took_seat: dict[str, float] = {}
        """When each client took the seat last; attaching again does not forget it."""
        self.wake_at: float | None = None
        """Monotonic time at which `tick` is to be called."""

    # --- what others may know

    def __len__(self) -> int:
        """Return how many cards are attached."""
        return len(self._attachments)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Return the open cards."""
        return tuple(self._attachments.values())

    @property
    def seat(self) -> Attachment | None:
        """Return the card that has the seat, if it is attached."""
        return None if self._seat_client is None else self.of_client(self._seat_client)

    @property
    def watching(self) -> int:
        """Return on how many screens the avatar can be seen."""
        return len(self.watchers)

    @property
    def audience(self) -> Audience:
        """Return what the session depends on."""
        seat = self.seat
        return Audience(
            watching=self.watching,
            joined=seat is not None and seat.joined,
            ready=seat is not None and seat.ready,
            audible=seat is not None and seat.client.audio == "ok",
        )

    def sounding(self, mono: float) -> Attachment | None:
        """Return the card that plays sound of our own: the seat, or who would get it next."""
        seat = self.seat
        if seat is not None and seat.watches(self._transports):
            return seat
        return self._candidate(mono)

    @property
    def watchers(self) -> tuple[Attachment, ...]:
        """Return the cards on which the avatar can be seen."""
        return tuple(a for a in self.attachments if a.watches(self._transports))

    def of_client(self, client_id: str) -> Attachment | None:
        """Return an open card by the id that survives a reload."""
        return next((a for a in self.attachments if a.client.id == client_id), None)

    def get(self, attachment_id: str) -> Attachment | None:
        """Return an open card by the id of its attachment."""
        return self._attachments.get(attachment_id)

    # --- what cards do

    def attach(
        self, client: Client, send: Callable[[Message], None], mono: float, *, may_control: bool
    ) -> Attachment:
        """Attach a card; the same client takes the place of its old attachment.

        Raises:
            TooManyAttachmentsError: 32 other cards are attached.

        """
        old = self.of_client(client.id)
        if old is None and len(self._attachments) >= MOST_ATTACHMENTS:
            self._make_room(mono, may_control=may_control)
        if old is not None:
            del self._attachments[old.id]
            old.tell("closed", {"reason": "replaced"})
        self._counter += 1
        attachment = Attachment(
            id=self._new_id(),
            client=client,
            may_control=may_control,
            send=send,
            attached_at=mono,
            pinged_at=mono,
            order=self._counter if old is None else old.order,
        )
        attachment.took_seat_at = self._took_seat.get(client.id)
        self._attachments[attachment.id] = attachment
        if client.id == self._seat_client:
            self._seat_absent_since = None
            if self._open:
                self._resume(attachment, old, mono)
        return attachment

    def _make_room(self, mono: float, *, may_control: bool) -> None:
        """Let who may control the avatar take the place of one who may only look."""
        looking = next((a for a in self.attachments if not a.may_control), None)
        if not may_control or looking is None:
            raise TooManyAttachmentsError
        self.close(looking, "limit", mono)

    def _resume(self, attachment: Attachment, old: Attachment | None, mono: float) -> None:
        """Give the seat's card a moment to say that it never left the room; else it joins anew."""
        if old is not None and old.joined:
            attachment.epoch = old.epoch
        elif self._last_seat is not None and self._last_seat[0] == attachment.client.id:
            attachment.epoch = self._last_seat[1]
        attachment.resuming = attachment.publishes = attachment.epoch is not None
        attachment.joining_since = mono if attachment.resuming else None
        self._rejoin_at = mono

    def detach(self, attachment_id: str, mono: float) -> None:
        """Forget a card whose subscription is gone."""
        attachment = self._attachments.pop(attachment_id, None)
        if attachment is None:
            return
        if attachment.client.id == self._seat_client:
            self._seat_absent_since = mono
            self._keep_as_last_seat(attachment)
        self.tick(mono)
        self._host.audience_changed()

    def close(self, attachment: Attachment, reason: str, mono: float) -> None:
        """Close a card's subscription from our side."""
        attachment.tell("closed", {"reason": reason})
        self.detach(attachment.id, mono)

    def update(self, attachment: Attachment, client: Client, mono: float) -> None:
        """Take what a card now says about itself."""
        attachment.client = client
        attachment.answered()
        self.tick(mono)
        self._host.audience_changed()

    def pong(self, attachment: Attachment, mono: float) -> None:
        """Note that a card is alive."""
        was_alive = attachment.alive
        attachment.answered()
        if not was_alive:
            self.tick(mono)
            self._host.audience_changed()

    def joined(self, attachment: Attachment, epoch: str) -> None:
        """Note that a card is in the room."""
        if attachment.epoch == epoch:
            attachment.joined = True
            attachment.resuming = False
            if attachment is self.seat:
                self._last_seat = None
                self._host.audience_changed()

    def first_frame(self, attachment: Attachment, epoch: str) -> None:
        """Note that a card shows the avatar."""
        if attachment.epoch == epoch:
            attachment.ready = True
            attachment.joining_since = attachment.failed_at = None
            self.joined(attachment, epoch)

    def lost(self, attachment: Attachment, epoch: str, mono: float, *, failed: bool) -> None:
        """Note that a card lost the room, or (`failed`) could not join it."""
        if attachment.epoch != epoch:
            return
        attachment.leave_room()
        if failed:
            attachment.failed_at = mono
        if attachment is self.seat:
            self._host.room_lost()
            if failed and self._candidate(mono) is not attachment:
                self._move(self._candidate(mono), mono)
            else:
                self._rejoin_at = mono + REJOIN_SECONDS
            self.tick(mono)
            self._host.audience_changed()

    def take_seat(self, attachment: Attachment, mono: float) -> None:
        """Give the seat to a card that a person chose. Raises LimitError."""
        attachment.count_take_seat(mono)
        recent = {key: at for key, at in self._took_seat.items() if mono - at < TAKE_SEAT_SECONDS}
        self._took_seat = {**recent, attachment.client.id: mono}
        attachment.failed_at = None
        if attachment is not self.seat:
            self._move(attachment, mono)
            self.tick(mono)
            self._host.audience_changed()

    def speaks_for_room(self, attachment: Attachment, epoch: str) -> bool:
        """Return whether what a card relays counts: the seat's, and its predecessor's until it has joined."""
        if attachment is self.seat and attachment.epoch == epoch:
            return True
        return self._last_seat == (attachment.client.id, epoch)

    # --- what the session does

    def open_room(self, mono: float) -> None:
        """Let the viewers of a new session in."""
        self._open, self._last_seat = True, None
        self._rejoin_at = mono
        if self._seat_absent_since is not None:  # and has nothing to come back to
            self._seat_absent_since = mono - RETURN_SECONDS
        self.tick(mono)
        self._host.audience_changed()

    def close_room(self, reason: str) -> None:
        """Send everyone out."""
        self._open = False
        self._last_seat = None
        self._rejoin_at = None
        for attachment in self.attachments:
            self._send_out(attachment, reason)

    def send_join(self, attachment: Attachment, epoch: str, transport: Transport) -> None:
        """Tell a card how to join, if it is still to."""
        if attachment.epoch != epoch or attachment.id not in self._attachments:
            return
        attachment.tell("join", {"epoch": epoch, "transport": describe_transport(transport)})

    def tell_all(self, kind: str, content: Mapping[str, Any]) -> None:
        """Send an event to every card."""
        for attachment in self.attachments:
            attachment.tell(kind, content)

    # --- time

    def tick(self, mono: float) -> None:
        """Do what time makes due, and say in `wake_at` when to look again."""
        before = self.audience
        due = [self._ping(attachment, mono) for attachment in self.attachments]
        due.extend(self._give_seat(mono))
        if self._open:
            due.extend(self._admit_all(mono))
        self.wake_at = min((at for at in due if at > mono), default=None)
        if self.audience != before:
            self._host.audience_changed()

    def _ping(self, attachment: Attachment, mono: float) -> float:
        if attachment.pinged_at is None or mono - attachment.pinged_at >= PING_SECONDS:
            if attachment.awaits_pong:
                attachment.alive = False
            attachment.awaits_pong = True
            attachment.pinged_at = mono
            attachment.tell("ping", {})
        return attachment.pinged_at + PING_SECONDS

    def _give_seat(self, mono: float) -> list[float]:
        """Pass the seat on where its holder is gone, cannot join, or cannot sound while another can."""
        seat = self.seat
        holder_watches = seat is not None and seat.watches(self._transports)
        if holder_watches:
            self._seat_absent_since = None
        elif self._seat_client is not None and self._seat_absent_since is None:
            self._seat_absent_since = mono
        candidate = self._candidate(mono)
        if candidate is None or candidate is seat:
            return []
        if self._seat_absent_since is not None:
            returns_until = self._seat_absent_since + RETURN_SECONDS
            if mono < returns_until:
                return [returns_until]
        elif seat is not None and not self._better(candidate, seat, mono):
            return []
        self._move(candidate, mono)
        return []

    def _candidate(self, mono: float) -> Attachment | None:
        return min(self.watchers, key=lambda a: self._rank(a, mono), default=None)

    def _rank(self, attachment: Attachment, mono: float) -> tuple[bool, bool, bool, int]:
        failed = attachment.failed_at is not None and mono - attachment.failed_at < FAILED_SECONDS
        is_seat = attachment.client.id == self._seat_client
        return (failed, attachment.client.audio != "ok", not is_seat, attachment.order)

    def _better(self, candidate: Attachment, seat: Attachment, mono: float) -> bool:
        return self._rank(candidate, mono)[:2] < self._rank(seat, mono)[:2]

    def _move(self, to: Attachment | None, mono: float) -> None:
        if to is None:
            return
        seat = self.seat
        if seat is not None:
            self._keep_as_last_seat(seat)
            if not self._everyone_joins:
                self._send_out(seat, "moved")
        self._seat_client = to.client.id
        self._seat_absent_since = None
        if self._open and not (self._everyone_joins and to.publishes):
            to.leave_room()
        self._rejoin_at = mono

    def _keep_as_last_seat(self, seat: Attachment) -> None:
        if seat.epoch is not None and seat.joined:
            self._last_seat = (seat.client.id, seat.epoch)

    def _admit_all(self, mono: float) -> list[float]:
        """Have everyone join who may and has not been told, and give up on those who do not manage to."""
        due: list[float] = []
        for attachment in self.attachments:
            is_seat = attachment is self.seat
            if not (is_seat or self._everyone_joins) or not attachment.watches(self._transports):
                continue
            if attachment.resuming and attachment.joining_since is not None:
                resumes_until = attachment.joining_since + RESUME_SECONDS
                if mono < resumes_until:
                    due.append(resumes_until)
                    continue
                attachment.leave_room()
            if attachment.joining_since is not None:
                due.append(self._watch_join(attachment, mono, is_seat=is_seat))
            elif attachment.epoch is None:
                if is_seat and self._rejoin_at is not None and self._rejoin_at > mono:
                    due.append(self._rejoin_at)
                    continue
                epoch = self._new_id()
                attachment.enter_room(epoch, mono, publishes=is_seat or not self._has_room)
                due.append(mono + JOIN_SECONDS)
                self._host.admit(attachment, epoch)
        return due

    def _watch_join(self, attachment: Attachment, mono: float, *, is_seat: bool) -> float:
        assert attachment.joining_since is not None  # noqa: S101 - the caller has looked
        patience = FIRST_FRAME_SECONDS if attachment.joined else JOIN_SECONDS
        if mono < attachment.joining_since + patience:
            return attachment.joining_since + patience
        attachment.failed_at = mono
        epoch = attachment.epoch
        self._send_out(attachment, "failed")
        if is_seat and epoch is not None:
            self._host.room_lost()
            candidate = self._candidate(mono)
            if candidate is not attachment:
                self._move(candidate, mono)
            self._rejoin_at = mono + REJOIN_SECONDS
        return mono + REJOIN_SECONDS

    def _send_out(self, attachment: Attachment, reason: str) -> None:
        if attachment.epoch is not None:
            attachment.tell("leave", {"epoch": attachment.epoch, "reason": reason})
            attachment.leave_room()
