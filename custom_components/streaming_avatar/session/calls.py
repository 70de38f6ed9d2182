"""The calls to the provider that the session machine asks for, and what the answers mean to it."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from ..const import LOGGER
from ..providers.base import (
    Ack,
    Provider,
    Publish,
    RoomMessage,
    Sent,
    Session,
    SessionRequest,
    Speech,
    Synthesize,
    Transport,
    Viewer,
)
from ..providers.errors import (
    BadResponseError,
    BusyError,
    ProviderConnectionError,
    ProviderError,
    RateLimitError,
    SessionGoneError,
)
from .effects import Deliver
from .events import (
    Checked,
    Created,
    CreateFailed,
    Delivered,
    DeliveryFailed,
    Ended,
    EndFailed,
    Event,
    Listed,
    ListFailed,
    Started,
    StartFailed,
)

CALL_SECONDS = 180.0
"""More than any provider takes with all its repeats; after it a call counts as lost."""
ACK_SECONDS = 5.0
PUBLISH_AGAIN_SECONDS = 2.0

type Publisher = Callable[[RoomMessage], Awaitable[bool]]
"""Have the seat publish a message; False: it could not."""


def retry_after(error: ProviderError) -> float | None:
    """Return after how many seconds a repeat makes sense, because nothing was done; None: never."""
    match error:
        case BusyError():
            return error.retry_after
        case RateLimitError():
            return error.retry_after or 2.0
        case ProviderConnectionError(sent=False):
            return 2.0
        case _:
            return None


def may_have_been_done(error: ProviderError) -> bool:
    """Return whether the vendor may have carried out what it did not do with a success."""
    return error.sent


async def _outcome[T](call: Awaitable[T]) -> T | ProviderError:
    """Return what a call gave, or how it failed.

    A fault of our own counts as an unusable answer, for nothing may hang.
    """
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await call
    except ProviderError as error:
        return error
    except TimeoutError:
        return ProviderConnectionError("no answer")
    except Exception:  # noqa: BLE001 - whatever it is, the machine waits for an answer
        LOGGER.exception("A provider failed in a way that it does not declare")
        return BadResponseError("undeclared failure")


class ProviderCalls:
    """One avatar's calls to its provider; what came of one is returned as the machine's event."""

    def __init__(self, provider: Provider, publisher: Publisher) -> None:
        """Call nothing yet."""
        self.provider = provider
        self._publisher = publisher
        self.session: Session | None = None
        self._acks: dict[str, asyncio.Future[str | None]] = {}

    async def create(self, request: SessionRequest) -> Event:
        """Ask for a session, once."""
        sent_at = monotonic()
        session = await _outcome(self.provider.create_session(request))
        if isinstance(session, ProviderError):
            return CreateFailed(
                reason=session.reason,
                sent=may_have_been_done(session),
                sent_at=sent_at,
                retry_after=retry_after(session),
            )
        self.session = session
        return Created(
            session_id=session.session_id,
            duration_limit=session.duration_limit,
            idle_limit=session.idle_limit,
            sent_at=sent_at,
        )

    @property
    def room_address(self) -> str | None:
        """Return where the session's room will be, as far as that is known."""
        return None if self.session is None else self.provider.room_address(self.session)

    async def start(self) -> Event:
        """Bring the session to where viewers can join."""
        if self.session is None:
            return StartFailed(reason=SessionGoneError.reason)
        session = await _outcome(self.provider.start_session(self.session))
        if isinstance(session, ProviderError):
            return StartFailed(reason=session.reason)
        self.session = session
        return Started()

    async def viewer_access(self, viewer: Viewer) -> Transport | ProviderError | None:
        """Return what a viewer needs to join; None: there is nothing to join any more."""
        if self.session is None:
            return None
        return await _outcome(self.provider.viewer_access(self.session, viewer))

    async def check(self, session_id: str) -> Event:
        """Ask whether a session is still open."""
        sessions = await _outcome(self.provider.list_open_sessions())
        if isinstance(sessions, ProviderError):
            return Checked(session_id=session_id, is_open=None)
        is_open = session_id in {session.session_id for session in sessions}
        return Checked(session_id=session_id, is_open=is_open)

    async def list_sessions(self, known: Callable[[], frozenset[str]]) -> Event:
        """Ask which sessions are open; those that other avatars answer for are left out."""
        sessions = await _outcome(self.provider.list_open_sessions())
        if isinstance(sessions, ProviderError):
            return ListFailed(reason=sessions.reason)
        others = known()
        return Listed(
            sessions=tuple(
                (session.session_id, session.created_at)
                for session in sessions
                if session.session_id not in others
            ),
            known=others,
        )

    async def end(self, session_id: str) -> Event:
        """End a session, whichever run made it."""
        error = await _outcome(self.provider.end_session(session_id))
        if error is not None:
            return EndFailed(reason=error.reason)
        self.session = None
        return Ended(session_id=session_id)

    async def keep_alive(self) -> None:
        """Reset the vendor's idle timer; what comes of a failure shows by itself."""
        if self.session is not None:
            error = await _outcome(self.provider.keep_alive(self.session))
            if error is not None:
                LOGGER.debug("Keep alive failed: %s", error)

    async def deliver(self, effect: Deliver) -> Event | Synthesize:
        """Hand a part of an utterance to the avatar; `Synthesize`: the rest is Home Assistant's to do."""
        utterance = effect.utterance
        speech = Speech(
            text=utterance.parts[effect.part],
            task_type=utterance.task_type,
            emotion=utterance.emotion,
        )
        if self.session is None:
            return self.delivery_failed(effect, SessionGoneError.reason, sent=False)
        delivery = await _outcome(self.provider.speak(self.session, speech))
        if isinstance(delivery, ProviderError):
            return self.delivery_failed(
                effect,
                delivery.reason,
                sent=may_have_been_done(delivery),
                pause=retry_after(delivery),
            )
        if isinstance(delivery, Synthesize):
            return delivery
        problem = await self._carry_out(delivery)
        if problem is not None:
            # What was not published whole is published again, by the seat of then.
            pause = PUBLISH_AGAIN_SECONDS if problem == "room_lost" else None
            return self.delivery_failed(effect, problem, sent=False, pause=pause)
        return Delivered(
            utterance_id=utterance.id,
            part=effect.part,
            delivery=type(delivery).__name__.lower(),
            task_id=delivery.task_id,
            duration=delivery.duration if isinstance(delivery, Sent) else None,
        )

    def delivery_failed(
        self, effect: Deliver, reason: str, *, sent: bool, pause: float | None = None
    ) -> Event:
        """Return the event of a part that did not reach the avatar."""
        return DeliveryFailed(
            utterance_id=effect.utterance.id,
            part=effect.part,
            reason=reason,
            sent=sent,
            retry_after=pause,
        )

    async def listen(self, *, on: bool) -> str | None:
        """Have the avatar listen, or listen no more; return the reason why not, None if it does as told."""
        if self.session is None:
            return "no_session"
        call = self.provider.start_listening if on else self.provider.stop_listening
        delivery = await _outcome(call(self.session))
        if isinstance(delivery, ProviderError):
            return delivery.reason
        if isinstance(delivery, Synthesize):
            return None
        return await self._carry_out(delivery)

    async def interrupt(self) -> None:
        """Tell the avatar to be silent."""
        if self.session is None:
            return
        delivery = await _outcome(self.provider.interrupt(self.session))
        if isinstance(delivery, ProviderError):
            LOGGER.info("Interrupting failed: %s", delivery)
        elif not isinstance(delivery, Synthesize):
            await self._carry_out(delivery)

    def acknowledge(self, ack: Ack) -> None:
        """Take the room's answer to a published message."""
        future = self._acks.get(ack.key)
        if future is not None and not future.done():
            future.set_result(ack.error)

    async def _carry_out(self, delivery: Sent | Publish) -> str | None:
        """Do the rest of a delivery; return why it did not reach the avatar, None if it did."""
        return None if isinstance(delivery, Sent) else await self._publish(delivery)

    async def _publish(self, delivery: Publish) -> str | None:
        future: asyncio.Future[str | None] | None = None
        if delivery.ack is not None:
            future = asyncio.get_running_loop().create_future()
            self._acks[delivery.ack] = future
        try:
            for index, message in enumerate(delivery.messages):
                if index and delivery.pace:
                    await asyncio.sleep(delivery.pace)
                if not await self._publisher(message):
                    return "room_lost"
            if future is None:
                return None
            async with asyncio.timeout(ACK_SECONDS):
                return "bad_request" if await future is not None else None
        except TimeoutError:
            return None
        finally:
            if delivery.ack is not None:
                self._acks.pop(delivery.ack, None)
