"""Carries out what the session machine decides: provider calls, timers, storage. Guarantees the end of every session.

One `AvatarRuntime` for each avatar. Events go in through `_process`, effects go out into tasks of the runtime's own, so
that a caller who is cancelled takes nothing with him but his own waiting.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
from homeassistant.util.ulid import ulid_now

from ..const import DOMAIN, LOGGER
from ..providers.base import Ack, Provider, ProviderSpec, Viewer
from ..providers.errors import ProviderError
from ..providers.settings import SettingValue
from . import effects, events, issues
from .attachment import Attachment
from .budget import Budget, Now
from .calls import ProviderCalls
from .machine import step
from .model import Activity, Phase, State
from .news import News
from .records import SessionStore, Stored
from .requests import SessionRefused, SpeakRequest, SpeakResult
from .room import Room
from .rules import rules_of, session_request
from .snapshot import Snapshot, snapshot_of
from .utterances import Outcome, Priority, TaskMode, Utterance, split_text
from .viewers import Host, Viewers

CLOSE_SECONDS = 10.0

__all__ = [
    "Activity",
    "AvatarRuntime",
    "Outcome",
    "Phase",
    "Priority",
    "SessionRefused",
    "Snapshot",
    "SpeakRequest",
    "SpeakResult",
    "TaskMode",
]


class AvatarRuntime(Host):
    """One avatar at work."""

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
    ) -> None:
        """Do nothing before `async_start`."""
        self.hass = hass
        self.avatar_id = avatar_id
        self.account_id = account_id
        self.name = name
        self.spec = spec
        self._store = store
        self._provider = provider
        self._settings = dict(settings)
        self._rules = rules_of(spec, provider, settings)
        self._state = State()
        self._events: deque[events.Event] = deque()
        self._notices: deque[Callable[[], None]] = deque()
        self._processing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: dict[str, asyncio.Future[SpeakResult]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._at_rest = asyncio.Event()
        self._cancel_timer: CALLBACK_TYPE | None = None
        self._wake_at: float | None = None
        self._vendor_lock = asyncio.Lock()
        self.viewers = Viewers(
            self,
            transports=spec.capabilities.transports,
            viewers_per_session=spec.capabilities.viewers_per_session,
        )
        self.news = News(self.viewers, share_text=bool(settings.get("share_text")))
        self.room = Room(self.viewers, self._on_room_message)
        self._calls = ProviderCalls(provider, self.room.publish)

    # --- life

    @callback
    def async_start(self) -> None:
        """Begin; what the last run left open is ended in the background."""
        stored = self._store.get(self.avatar_id)
        record, budget = (None, Budget()) if stored is None else (stored.record, stored.budget)
        self._process(events.Restored(record=record, budget=budget))

    async def async_close(self, reason: str) -> None:
        """End the session and everything that waits; takes 10 s at most.

        A session whose end was not accepted by then stays recorded and is ended at the next start.
        """
        self._process(events.Stop(reason=reason, final=True))
        await self._async_rest()
        await self._store.async_write()
        for attachment in self.viewers.attachments:
            self.viewers.close(attachment, "removed", monotonic())
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._stop_timer()

    @callback
    def async_update(self, name: str, settings: Mapping[str, SettingValue]) -> None:
        """Take changed settings; an open session goes on with those it was made with."""
        self.name = name
        self._settings = dict(settings)
        self._rules = rules_of(self.spec, self._provider, settings)
        self.news.share_text = bool(settings.get("share_text"))
        self._process(events.Tick())

    async def _async_rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._at_rest.wait()

    # --- what callers want

    async def async_speak(self, request: SpeakRequest) -> SpeakResult:
        """Say something. In `sync` mode this returns at the outcome, in `async` mode at once.

        A caller that is cancelled withdraws what still waits.

        Raises:
            ValueError: there is nothing in the text to say.

        """
        parts = split_text(request.text, self.spec.capabilities.max_text)
        if not parts:
            raise ValueError("text")
        utterance = Utterance(
            id=ulid_now(),
            parts=parts,
            expires_at=monotonic() + request.expiry,
            task_type=request.task_type,
            emotion=request.emotion,
            priority=request.priority,
        )
        future: asyncio.Future[SpeakResult] = self.hass.loop.create_future()
        self._waiting[utterance.id] = future
        self._process(events.Speak(utterance=utterance, interrupt=request.interrupt))
        if request.task_mode is TaskMode.ASYNC:
            return future.result() if future.done() else SpeakResult(utterance_id=utterance.id)
        try:
            return await future
        except asyncio.CancelledError:
            self._process(events.Withdraw(utterance_id=utterance.id))
            raise

    @callback
    def async_interrupt(self) -> None:
        """Be silent, and forget what waits."""
        self._process(events.Interrupt())

    @callback
    def async_start_session(
        self, *, hold: float | None = None, without_viewer: bool = False
    ) -> None:
        """Have a session, and keep it for `hold` seconds even if nothing is said.

        Raises:
            SessionRefused: the rules forbid it now.

        """
        self._process(events.Start(hold=hold, without_viewer=without_viewer))
        if self._state.phase is Phase.OFF:
            raise SessionRefused(self._state.reason or "nobody_watching")

    async def async_stop_session(self) -> None:
        """End the session; returns when the vendor has accepted it, or after 10 s."""
        self._process(events.Stop())
        await self._async_rest()

    @callback
    def async_keep_alive(self) -> bool:
        """Reset the idle timers; False: no session is open."""
        is_open = self._state.phase in {Phase.CONNECTING, Phase.LIVE}
        self._process(events.UseKeepAlive())
        return is_open

    @callback
    def async_measured(self, *, sounding: bool) -> None:
        """Take from the seat's browser that the avatar's sound began or ended."""
        self._process(events.Measured(sounding=sounding))

    # --- what others see

    @property
    def snapshot(self) -> Snapshot:
        """Return this moment."""
        return snapshot_of(self._state, self._now(), self.viewers)

    @callback
    def async_subscribe(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener at each change of the snapshot; returns how to stop that."""
        self._listeners.append(listener)
        return partial(self._listeners.remove, listener)

    @callback
    def async_subscribe_events(
        self, listener: Callable[[str, dict[str, Any]], None]
    ) -> CALLBACK_TYPE:
        """Call a listener with each event (its type, its attributes); returns how to stop that."""
        return self.news.subscribe(listener)

    # --- Host: what the viewers tell

    @override
    @callback
    def audience_changed(self) -> None:
        self._process(events.AudienceChanged(audience=self.viewers.audience))

    @override
    @callback
    def room_lost(self) -> None:
        self._process(events.RoomLost())

    @override
    @callback
    def admit(self, attachment: Attachment, epoch: str) -> None:
        self._run(self._admit(attachment, epoch))

    async def _admit(self, attachment: Attachment, epoch: str) -> None:
        session = self._calls.session
        if session is None:
            return
        viewer = Viewer(id=attachment.client.id, publishes=attachment is self.viewers.seat)
        try:
            transport = await self._provider.viewer_access(session, viewer)
        except ProviderError as error:
            LOGGER.info("No access to the room of %s: %s", self.name, error)
            self.viewers.lost(attachment, epoch, monotonic(), failed=True)
            return
        self.viewers.send_join(attachment, epoch, transport)

    @callback
    def _on_room_message(self, topic: str | None, payload: bytes) -> None:
        match self._provider.decode(topic, payload):
            case Ack() as ack:
                self._calls.acknowledge(ack)
            case None:
                pass
            case event:
                self._process(events.Heard(event=event))

    # --- the machine

    def _now(self) -> Now:
        local = dt_util.now()
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return Now(
            mono=monotonic(),
            wall=local.timestamp(),
            day=local.date().isoformat(),
            since_midnight=(local - midnight).total_seconds(),
            vendor=self._provider.vendor_time(),
        )

    @callback
    def _process(self, event: events.Event) -> None:
        """Let the machine take an event and begin what it wants done; others hear of it when all of that is begun."""
        self._events.append(event)
        if self._processing:
            return
        self._processing = True
        before = self._state
        try:
            while self._events:
                result = step(self._state, self._events.popleft(), self._now(), self._rules)
                self._state, self._wake_at = result.state, result.wake_at
                for effect in result.effects:
                    self._carry_out(effect)
        finally:
            self._processing = False
        if self._state.phase is Phase.OFF:
            self._at_rest.set()
        else:
            self._at_rest.clear()
        self._set_timer()
        while self._notices:
            self._notices.popleft()()
        if self._state != before:
            for listener in tuple(self._listeners):
                listener()

    @callback
    def _carry_out(self, effect: effects.Effect) -> None:  # noqa: C901, PLR0912 - one line for each
        match effect:
            case effects.Save():
                self._put_record()
                self._run(self._store.async_write())
            case effects.CreateSession():
                self._put_record()
                self._run(self._create(effect.max_duration))
            case effects.StartSession():
                self._run(self._start())
            case effects.ListSessions():
                self._run(self._list())
            case effects.EndSession():
                self._run(self._end(effect.session_id))
            case effects.KeepAlive():
                self._run(self._calls.keep_alive())
            case effects.OpenRoom():
                self.viewers.open_room(monotonic())
            case effects.CloseRoom():
                self.room.cancel()
                self.viewers.close_room("ended")
            case effects.Deliver():
                self._run(self._deliver(effect))
            case effects.SendInterrupt():
                self._run(self._interrupt())
            case effects.Report():
                self._report(effect)
            case effects.Tell():
                self._notices.append(partial(self.news.tell, effect))
            case effects.RaiseIssue():
                issues.async_raise(self.hass, self.avatar_id, self.name, effect)
            case effects.ClearIssue():
                issues.async_clear(self.hass, self.avatar_id, effect)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.hass.async_create_background_task(work, f"{DOMAIN} {self.name}")
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _create(self, max_duration: float) -> None:
        request = session_request(self.spec, self._settings, max_duration)
        async with self._store.create_lock(self.account_id):
            await self._store.async_write()
            event = await self._calls.create(request)
            self._process(event)
        if isinstance(event, events.CreateFailed) and event.reason == "authentication":
            entry = self.hass.config_entries.async_get_entry(self.account_id)
            if entry is not None:
                entry.async_start_reauth(self.hass)

    async def _start(self) -> None:
        self._process(await self._calls.start())
        session = self._calls.session
        if session is None:
            return
        try:
            async for event in self._provider.events(session):
                if self._calls.session is not session:
                    return
                self._process(events.Heard(event=event))
        except ProviderError as error:
            LOGGER.info("The event stream of %s ended: %s", self.name, error)

    async def _list(self) -> None:
        async with self._store.create_lock(self.account_id):
            event = await self._calls.list_sessions(
                partial(self._store.known_sessions, self.account_id, self.avatar_id)
            )
        self._process(event)

    async def _end(self, session_id: str) -> None:
        self._process(await self._calls.end(session_id))

    async def _deliver(self, effect: effects.Deliver) -> None:
        async with self._vendor_lock:
            event = await self._calls.deliver(effect)
        self._process(event)

    async def _interrupt(self) -> None:
        async with self._vendor_lock:
            await self._calls.interrupt()

    @callback
    def _report(self, report: effects.Report) -> None:
        result = SpeakResult(
            utterance_id=report.utterance.id,
            outcome=report.outcome,
            reason=report.reason,
            confirmed=report.confirmed,
            delivery=report.delivery,
        )
        future = self._waiting.pop(report.utterance.id, None)
        if future is not None and not future.done():
            future.set_result(result)
        self._notices.append(partial(self.news.report, report))

    def _put_record(self) -> None:
        stored = Stored(
            account_id=self.account_id,
            name=self.name,
            record=self._state.record,
            budget=self._state.budget,
        )
        self._store.put(self.avatar_id, stored)

    # --- time

    @callback
    def _set_timer(self) -> None:
        self._stop_timer()
        wakes = [at for at in (self._wake_at, self.viewers.wake_at) if at is not None]
        if wakes:
            delay = max(0.01, min(wakes) - monotonic())
            self._cancel_timer = async_call_later(self.hass, delay, self._on_timer)

    def _stop_timer(self) -> None:
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    @callback
    def _on_timer(self, _now: datetime) -> None:
        self._cancel_timer = None
        self.viewers.tick(monotonic())
        self._process(events.Tick())
