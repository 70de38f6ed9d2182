"""One avatar: what callers may ask of it, what others see of it. Guarantees its session's end."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.ulid import ulid_now

from ..face import face_of
from ..providers.base import Provider, ProviderSpec, Session
from ..providers.settings import SettingValue
from . import events
from .budget import Now
from .effects import Report
from .ending import HARMLESS
from .engine import Engine
from .model import Activity, Phase, State
from .records import SessionStore
from .requests import SessionRefused, SpeakRequest, SpeakResult
from .snapshot import Snapshot, SoundSettings, snapshot_of, without_time
from .utterances import Outcome, Priority, TaskMode, Utterance, split_text

CLOSE_SECONDS = 10.0
SNAPSHOT_SECONDS = 1.0
"""How long a snapshot is handed out that only time has made older."""

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


class AvatarRuntime:
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
        paid_allowed: bool = True,
    ) -> None:
        """Do nothing before `async_start`; `paid_allowed`: sessions that cost money may be started."""
        self.hass = hass
        self.avatar_id = avatar_id
        self.account_id = account_id
        self.spec = spec
        self._waiting: dict[str, asyncio.Future[SpeakResult]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._snapshot: tuple[float, State, Snapshot] | None = None
        self._told: object = None
        self._portrait: str | None = None
        self._sound = SoundSettings()
        self._error: str | None = None
        self._settings = settings
        self._paid_allowed = paid_allowed
        self.face = self._face(settings)
        """How the built-in face of this avatar, or its stand-in, looks; None: it has none."""
        self._engine = Engine(
            hass,
            store=store,
            avatar_id=avatar_id,
            account_id=account_id,
            name=name,
            spec=spec,
            provider=provider,
            settings=settings,
            paid_allowed=paid_allowed,
            on_change=self._tell_listeners,
            on_report=self._answer,
        )
        self.viewers = self._engine.viewers
        self.room = self._engine.room
        self.playback = self._engine.voice.playback

    def _face(self, settings: Mapping[str, SettingValue]) -> dict[str, Any] | None:
        has_face = self.spec.capabilities.synthesizes or settings.get("stand_in", True)
        return face_of(settings) if has_face else None

    @property
    def name(self) -> str:
        """Return what the user calls it."""
        return self._engine.name

    # --- life

    @callback
    def async_start(self) -> None:
        """Begin; what the last run left open is ended in the background."""
        self._engine.restore()

    async def async_close(self, reason: str) -> None:
        """End the session and everything that waits; takes 10 s at most.

        A session whose end was not accepted by then stays recorded and is ended at the next start.
        """
        self._engine.process(events.Stop(reason=reason, final=True))
        await self._async_rest()
        await self._engine.close()

    @callback
    def async_update(self, name: str, settings: Mapping[str, SettingValue]) -> None:
        """Take changed settings; an open session goes on with those it was made with."""
        self._settings = settings
        self._engine.configure(name, settings, paid_allowed=self._paid_allowed)
        before, self.face = self.face, self._face(settings)
        # A card that is open keeps its face where the stand-in is switched off; it is not used any more.
        if self.face is not None and self.face != before:
            self.viewers.tell_all("face", self.face)
        self._engine.process(events.Tick())
        self._told = None
        self._tell_listeners()

    @callback
    def async_set_paid_allowed(self, allowed: bool) -> None:  # noqa: FBT001 - the state of a switch
        """Allow sessions that cost money; not allowed, one that is open is ended at once."""
        if allowed != self._paid_allowed:
            self._paid_allowed = allowed
            self._engine.configure(self.name, self._settings, paid_allowed=allowed)
            self._engine.process(events.Tick())

    @callback
    def async_show_portrait(self, url: str | None) -> None:
        """Show a picture of the avatar while no session is open; None: there is none."""
        self._portrait = url
        self._tell_listeners()

    async def _async_rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._engine.at_rest.wait()

    # --- what callers want

    async def async_speak(self, request: SpeakRequest) -> SpeakResult:
        """Say something. In `sync` mode this returns at the outcome, in `async` mode at once.

        A caller that is cancelled withdraws what still waits.

        Raises:
            ValueError: there is nothing in the text to say.

        """
        parts = split_text(request.text, self.spec.capabilities.max_text)
        if not parts and request.media is None:
            raise ValueError("text")
        now = monotonic()
        utterance = Utterance(
            id=ulid_now(),
            parts=parts or ("",),
            asked_at=now,
            expires_at=now + request.expiry,
            task_type=request.task_type,
            emotion=request.emotion,
            priority=request.priority,
            may_start=request.may_start,
            media=request.media,
        )
        if request.speech is not None:
            self._engine.voice.choose(utterance.id, request.speech)
        future: asyncio.Future[SpeakResult] = self.hass.loop.create_future()
        self._waiting[utterance.id] = future
        self._engine.process(events.Speak(utterance=utterance, interrupt=request.interrupt))
        if request.task_mode is TaskMode.ASYNC:
            return future.result() if future.done() else SpeakResult(utterance_id=utterance.id)
        try:
            return await future
        except asyncio.CancelledError:
            self._engine.process(events.Withdraw(utterance_id=utterance.id))
            raise

    @callback
    def _answer(self, report: Report) -> None:
        """Tell the one who waits for an outcome."""
        if report.outcome in {Outcome.EXPIRED, Outcome.FAILED}:
            self._error = report.reason
        elif report.outcome is Outcome.SPOKEN and report.utterance.stand_in is None:
            self._error = None
        future = self._waiting.pop(report.utterance.id, None)
        if future is not None and not future.done():
            future.set_result(
                SpeakResult(
                    utterance_id=report.utterance.id,
                    outcome=report.outcome,
                    reason=report.reason,
                    confirmed=report.confirmed,
                    delivery=report.delivery,
                )
            )

    @callback
    def async_interrupt(self) -> None:
        """Be silent, and forget what waits."""
        self._engine.process(events.Interrupt())

    @callback
    def async_start_session(
        self, *, hold: float | None = None, without_viewer: bool = False
    ) -> None:
        """Have a session, and keep it for `hold` seconds even if nothing is said.

        Raises:
            SessionRefused: the rules forbid it now.

        """
        self._engine.process(events.Start(hold=hold, without_viewer=without_viewer))
        state = self._engine.state
        if state.phase is Phase.OFF:
            raise SessionRefused(state.reason or "nobody_watching")
        if state.phase is Phase.ENDING and (refusal := self._engine.refusal) is not None:
            raise SessionRefused(refusal)

    @callback
    def async_unblock(self) -> None:
        """Allow sessions again that were blocked because the last ones ended without a word."""
        self._engine.process(events.Unblock())

    async def async_stop_session(self) -> None:
        """End the session; returns when the vendor has accepted it, or after 10 s."""
        self._engine.process(events.Stop())
        await self._async_rest()

    @callback
    def async_keep_alive(self) -> bool:
        """Reset the idle timers; False: no session is open."""
        is_open = self._engine.state.phase in {Phase.CONNECTING, Phase.LIVE}
        self._engine.process(events.UseKeepAlive())
        return is_open

    async def async_start_listening(self) -> None:
        """Have the avatar listen: its pose, and its ear where the vendor has one. Keeps the session open.

        Raises:
            SessionRefused: no session is live, or the vendor refused.

        """
        await self._async_listen(on=True)

    async def async_stop_listening(self) -> None:
        """Have the avatar listen no more.

        Raises:
            SessionRefused: no session is live, or the vendor refused.

        """
        await self._async_listen(on=False)

    async def _async_listen(self, *, on: bool) -> None:
        if self._engine.state.phase is not Phase.LIVE:
            raise SessionRefused("no_session")
        reason = await self._engine.listen(on=on)
        if reason is not None:
            raise SessionRefused(reason)

    @callback
    def async_set_volume(self, volume: float) -> None:
        """Have every card sound louder or softer; from 0 to 1."""
        self._sound = replace(self._sound, volume=min(max(volume, 0.0), 1.0))
        self._tell_listeners()

    @callback
    def async_set_muted(self, muted: bool) -> None:  # noqa: FBT001 - as media players have it
        """Mute every card, whatever its own switch says, or let them sound."""
        self._sound = replace(self._sound, muted=muted)
        self._tell_listeners()

    # --- what others see, and tell

    @property
    def snapshot(self) -> Snapshot:
        """Return this moment; a dozen entities ask for the same one."""
        state, now = self._engine.state, self._engine.now()
        if self._snapshot is not None:
            taken_at, of, snapshot = self._snapshot
            if of is state and now.mono - taken_at < SNAPSHOT_SECONDS:
                return snapshot
        snapshot = self._take_snapshot(state, now)
        self._snapshot = (now.mono, state, snapshot)
        return snapshot

    def _take_snapshot(self, state: State, now: Now) -> Snapshot:
        session = self._engine.session
        return snapshot_of(
            state,
            now,
            self.viewers,
            self._sound,
            portrait=self._portrait,
            error=self._error or (None if state.reason in HARMLESS else state.reason),
            is_paid=None if session is None else session.is_paid,
        )

    @property
    def session(self) -> Session | None:
        """Return the session that is open, as the provider gave it."""
        return self._engine.session

    @property
    def settings(self) -> Mapping[str, SettingValue]:
        """Return what the user has set."""
        return self._settings

    @property
    def timeline(self) -> list[dict[str, Any]]:
        """Return the last steps of the session, oldest first, without a text, an id or a token."""
        return self._engine.timeline.told(self._engine.now())

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
        return self._engine.news.subscribe(listener)

    @callback
    def audience_changed(self) -> None:
        """Take that a screen came."""
        self._engine.audience_changed()

    @callback
    def async_measured(self, *, sounding: bool) -> None:
        """Take from the seat's browser that the avatar's sound began or ended."""
        self._engine.process(events.Measured(sounding=sounding))

    @callback
    def _tell_listeners(self) -> None:
        """Tell of a change, if it is one that can be seen: most news of a room are none."""
        self._snapshot = None
        # Two screens may have the same name.
        shown = (without_time(self.snapshot), self.viewers.seat)
        if shown == self._told:
            return
        self._told = shown
        for listener in tuple(self._listeners):
            listener()
