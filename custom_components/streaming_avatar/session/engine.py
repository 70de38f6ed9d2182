"""Carries out what the session machine decides: provider calls, timers, storage.

Events go in through `process`, effects go out into tasks of the engine's own: whoever brought the
event may be cancelled, what followed from it is done all the same.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any, override

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN, LOGGER
from ..providers.base import (
    Ack,
    AvatarEventType,
    Provider,
    ProviderSpec,
    Session,
    Synthesize,
    Viewer,
)
from ..providers.errors import ProviderError
from ..providers.settings import SettingValue
from . import effects, events, issues
from .attachment import Attachment
from .budget import Budget, Now
from .calls import ProviderCalls
from .clocks import Clocks
from .host import Host
from .machine import step
from .model import Phase, State
from .news import News
from .opening import may_be_sent, refusal
from .records import SessionStore, Stored
from .room import Room
from .rules import rules_of, session_request
from .tasks import Tasks
from .timeline import Timeline
from .utterances import Mouth
from .viewers import Viewers
from .voice import Voice, heard


class Engine(Host):
    """One avatar's session machine at work."""

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        store: SessionStore,
        avatar_id: str,
        account_id: str,
        name: str,
        spec: ProviderSpec,
        provider: Provider,
        settings: Mapping[str, SettingValue],
        paid_allowed: bool,
        on_change: Callable[[], None],
        on_report: Callable[[effects.Report], None],
    ) -> None:
        """Do nothing before `restore`."""
        self.hass = hass
        self.name = name
        self._avatar_id = avatar_id
        self._account_id = account_id
        self._spec = spec
        self._store = store
        self._provider = provider
        self._clocks = Clocks(provider)
        self._on_change = on_change
        self._on_report = on_report
        self.state = State()
        self.at_rest = asyncio.Event()
        """No session is open, and what is known of the last one is that it ended."""
        self.viewers = Viewers(
            self,
            transports=spec.capabilities.transports,
            viewers_per_session=spec.capabilities.viewers_per_session,
        )
        self.news = News(self.viewers, share_text=False)
        self.room = Room(self.viewers, self._on_room_message)
        self.voice = Voice(hass, avatar_id, self.viewers, self.process)
        self._calls = ProviderCalls(provider, self.room.publish)
        self._vendor_lock = asyncio.Lock()
        self._events: deque[events.Event] = deque()
        self._notices: deque[Callable[[], None]] = deque()
        self._processing = False
        self._told: object = None
        self._tasks = Tasks(hass)
        self._listening: asyncio.Task[None] | None = None
        self._wake_at: float | None = None
        self.timeline = Timeline()
        self.configure(name, settings, paid_allowed=paid_allowed)

    def configure(
        self, name: str, settings: Mapping[str, SettingValue], *, paid_allowed: bool
    ) -> None:
        """Take name and settings; an open session goes on with those it was made with."""
        self.name = name
        self._settings = dict(settings)
        self.voice.settings = self._settings
        self._rules = rules_of(self._spec, self._provider, settings, paid_allowed=paid_allowed)
        self.news.share_text = bool(settings.get("share_text"))

    @callback
    def restore(self) -> None:
        """Begin; what the last run left open is ended in the background."""
        stored = self._store.get(self._avatar_id)
        record, budget = (None, Budget()) if stored is None else (stored.record, stored.budget)
        self.process(events.Restored(record=record, budget=budget))

    async def close(self) -> None:
        """Write what is known, and stop everything."""
        await self._store.async_write()
        for attachment in self.viewers.attachments:
            self.viewers.close(attachment, "removed", monotonic())
        self.voice.close()
        await self._tasks.close()

    def now(self) -> Now:
        """Read all clocks."""
        return self._clocks.read()

    @property
    def session(self) -> Session | None:
        """Return the session that is open, as the provider gave it."""
        return self._calls.session

    async def listen(self, *, on: bool) -> str | None:
        """Have the avatar listen, or listen no more; return why it did not, None if it did."""
        async with self._vendor_lock:
            reason = await self._calls.listen(on=on)
        if reason is None:
            self.process(events.Listening(on=on))
        return reason

    @property
    def refusal(self) -> str | None:
        """Return why no session may be opened now; None: it may."""
        return refusal(self.state, self.now(), self._rules)

    # --- Host: what the viewers tell

    @override
    @callback
    def audience_changed(self) -> None:
        self.voice.playback.follow(monotonic())
        audience = self.viewers.audience
        if (audible := self.voice.playback.audible) is not None:
            audience = replace(audience, audible=audible)
        self.process(events.AudienceChanged(audience=audience))

    @override
    @callback
    def room_lost(self) -> None:
        self.process(events.RoomLost())

    @override
    @callback
    def admit(self, attachment: Attachment, epoch: str) -> None:
        self._run(self._admit(attachment, epoch))

    async def _admit(self, attachment: Attachment, epoch: str) -> None:
        viewer = Viewer(id=attachment.client.id, publishes=attachment.publishes)
        transport = await self._calls.viewer_access(viewer)
        if isinstance(transport, ProviderError):
            LOGGER.info("No access to the room of %s: %s", self.name, transport)
            self.viewers.lost(attachment, epoch, monotonic(), failed=True)
        elif transport is not None:
            self.viewers.send_join(attachment, epoch, transport)

    @callback
    def _on_room_message(self, topic: str | None, payload: bytes) -> None:
        match self._provider.decode(topic, payload):
            case Ack() as ack:
                self._calls.acknowledge(ack)
            case None:
                pass
            case event:
                self.process(events.Heard(event=event))

    # --- the machine

    @callback
    def process(self, event: events.Event) -> None:
        """Let the machine take an event, and begin what it wants done.

        Others hear of it when all of that is begun.
        """
        self._events.append(event)
        if self._processing:
            return
        self._processing = True
        try:
            while self._events:
                event, now, before = self._events.popleft(), self.now(), self.state.phase
                result = step(self.state, event, now, self._rules)
                self.timeline.note(event, before, result, now)
                self.state, self._wake_at = result.state, result.wake_at
                for effect in result.effects:
                    self._carry_out(effect)
        finally:
            self._processing = False
        if self._is_at_rest:
            self.at_rest.set()
        else:
            self.at_rest.clear()
        self._set_timer()
        while self._notices:
            self._notices.popleft()()
        seen = (self.state, self.viewers.seat, len(self.viewers))
        if seen != self._told:
            self._told = seen
            self._on_change()

    @property
    def _is_at_rest(self) -> bool:
        """Return whether what a stop asked for is done; a later wish may have begun a new session."""
        is_new = self.state.phase is Phase.STARTING and not self.state.end_requested
        return self.state.phase is Phase.OFF or is_new

    @callback
    def _carry_out(self, effect: effects.Effect) -> None:  # noqa: C901, PLR0912 - a table of effects
        match effect:
            case effects.Save():
                self._put_record()
                self._run(self._store.async_write())
            case effects.CreateSession():
                self._run(self._create(effect.max_duration))
            case effects.StartSession():
                self._run(self._start())
            case effects.CheckSession():
                self._run(self._check(effect.session_id))
            case effects.ListSessions():
                self._run(self._list())
            case effects.EndSession():
                self._run(self._end(effect.session_id))
            case effects.KeepAlive():
                self._run(self._calls.keep_alive())
            case effects.OpenRoom():
                self.viewers.open_room(monotonic())
            case effects.CloseRoom():
                self._close_room()
            case effects.Deliver(mouth=Mouth.SESSION):
                self._run(self._deliver(effect))
            case effects.Deliver():
                self._run(self._deliver_by_voice(effect))
            case effects.SendInterrupt():
                self._run(self._interrupt())
            case effects.Silence():
                self.voice.silence()
            case effects.Report():
                self.voice.forget(effect.utterance.id)
                self._on_report(effect)
                self._notices.append(partial(self.news.report, effect))
            case effects.Tell():
                self._notices.append(partial(self.news.tell, effect))
            case effects.RaiseIssue():
                issues.async_raise(self.hass, self._avatar_id, self.name, effect)
            case effects.ClearIssue():
                issues.async_clear(self.hass, self._avatar_id, effect)

    def _run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.run(work, f"{DOMAIN} {self.name}")

    async def _create(self, max_duration: float) -> None:
        """Send a create when those of the account's other avatars are through."""
        self._put_record()
        async with self._store.create_lock(self._account_id):
            if not may_be_sent(self.state, self.now(), self._rules):
                self.process(events.CreateSkipped())
                return
            self._put_record(sent=self.now())
            if self._rules.charges and not await self._store.async_write_surely(self._avatar_id):
                LOGGER.error("No session for %s: its record cannot be stored", self.name)
                failed = events.CreateFailed(reason="storage", sent=False, sent_at=monotonic())
                self.process(failed)
                return
            request = session_request(self._spec, self._settings, max_duration)
            event = await self._calls.create(request)
            self.process(event)
        is_locked_out = isinstance(event, events.CreateFailed) and event.reason == "authentication"
        if is_locked_out and (entry := self.hass.config_entries.async_get_entry(self._account_id)):
            entry.async_start_reauth(self.hass)

    async def _start(self) -> None:
        self.room.prepare(self._calls.room_address)
        self.process(await self._calls.start())
        session = self._calls.session
        if session is not None and self.state.phase in {Phase.CONNECTING, Phase.LIVE}:
            self._listening = self._run(self._listen(session))

    async def _listen(self, session: Session) -> None:
        """Take the news of the vendor's own connection."""
        try:
            async for event in self._provider.events(session):
                self.process(events.Heard(event=event))
        except ProviderError as error:
            LOGGER.info("The event stream of %s ended: %s", self.name, error)
        except Exception:  # noqa: BLE001 - it only stops to tell
            LOGGER.exception("The event stream of %s failed in an undeclared way", self.name)

    def _close_room(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None
        self.room.cancel()
        self.viewers.close_room("renewal" if self.state.renewing else "ended")

    async def _check(self, session_id: str) -> None:
        self.process(await self._calls.check(session_id))

    async def _list(self) -> None:
        async with self._store.create_lock(self._account_id):
            event = await self._calls.list_sessions(
                partial(self._store.known_sessions, self._account_id, self._avatar_id)
            )
            self.process(event)

    async def _end(self, session_id: str) -> None:
        self.process(await self._calls.end(session_id))

    async def _deliver(self, effect: effects.Deliver) -> None:
        async with self._vendor_lock:
            # Its outcome may have been told while it waited for the calls before it.
            is_wanted = self._is_wanted(effect)
            taken = await self._calls.deliver(effect) if is_wanted else None
        if taken is None or isinstance(taken, Synthesize):
            reason = "bad_response" if is_wanted else "stopped"
            taken = self._calls.delivery_failed(effect, reason, sent=False)
        self.process(taken)

    async def _deliver_by_voice(self, effect: effects.Deliver) -> None:
        """Have a part said by Home Assistant; the avatar itself says how, where it is its own voice."""
        utterance = effect.utterance
        taken: events.Event | Synthesize = Synthesize(
            text=utterance.parts[effect.part], emotion=utterance.emotion
        )
        if utterance.stand_in is None and utterance.media is None:
            taken = await self._calls.deliver(effect)
        if isinstance(taken, Synthesize):
            taken = await self.voice.deliver(effect, taken, partial(self._is_wanted, effect))
        self.process(taken)
        self.audience_changed()  # another card than the seat may sound
        if effect.mouth is Mouth.SPEAKER and isinstance(taken, events.Delivered):
            self.process(heard(AvatarEventType.AVATAR_START_TALKING, taken.task_id or ""))

    def _is_wanted(self, effect: effects.Deliver) -> bool:
        """Return whether a part is still the one to be said."""
        current = self.state.current
        return current is not None and (current.utterance, current.part) == (
            effect.utterance,
            effect.part,
        )

    async def _interrupt(self) -> None:
        async with self._vendor_lock:
            await self._calls.interrupt()

    def _put_record(self, sent: Now | None = None) -> None:
        """Have record and budget stored; `sent`: the create that the record tells of leaves now.

        What costs nothing leaves nothing behind.
        """
        if not self._rules.charges:
            return
        record = self.state.record
        if record is not None and sent is not None:
            record = replace(record, since=sent.wall, vendor_since=sent.vendor)
        stored = Stored(
            account_id=self._account_id,
            name=self.name,
            record=record,
            budget=self.state.budget,
        )
        self._store.put(self._avatar_id, stored)

    # --- time

    @callback
    def _set_timer(self) -> None:
        sources = (self._wake_at, self.viewers.wake_at, self.voice.playback.wake_at)
        self._tasks.wake_at(sources, self._on_timer)

    @callback
    def _on_timer(self) -> None:
        self.viewers.tick(monotonic())
        self.voice.playback.follow(monotonic())
        self.process(events.Tick())
