"""How a process bears a load: its event loop, its memory, its hot spots."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
import signal
from time import monotonic, thread_time
from types import FrameType
from typing import Any

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.const import EVENT_STATE_CHANGED, MATCH_ALL
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from .blocks import Blocks
from .memory import objects, resident, settled

_TICK = 0.001
"""Seconds."""
_MOST = 30


class Ticker:
    """A callback every millisecond, and how late each comes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to tick."""
        self.late: list[float] = []
        self._loop = loop
        self._tick(loop.time())

    def _tick(self, due: float) -> None:
        now = self._loop.time()
        self.late.append(now - due)
        at = now + _TICK
        self._handle = self._loop.call_at(at, self._tick, at)

    def stop(self) -> list[float]:
        """Stop, and return the seconds by which each was late, from the least to the most."""
        self._handle.cancel()
        return sorted(self.late)


@dataclass
class Watch:
    """A load that is being watched."""

    objects: Counter[str]
    """At the beginning, by type."""
    ticker: Ticker
    blocks: Blocks = field(default_factory=Blocks)
    events: Counter[str] = field(default_factory=Counter)
    since: float = field(default_factory=monotonic)
    own_since: float = field(default_factory=thread_time)
    messages: list[float] = field(default_factory=list)
    """Own seconds of each message that came over a websocket, without garbage collection."""
    undo: ExitStack = field(default_factory=ExitStack)


class Profile:
    """Looks at the main thread's stack after each millisecond that the process has used.

    A profiler that counts calls would see those of the recorder's thread, too.
    """

    def __init__(self) -> None:
        """Begin to look."""
        self.samples = 0
        """Those in which the loop did not wait."""
        self.own: Counter[str] = Counter()
        """By the function that ran."""
        self.whole: Counter[str] = Counter()
        """By the functions that ran or waited for one that they had called."""
        self._before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        if frame is None or frame.f_code.co_filename.endswith("selectors.py"):
            return
        self.samples += 1
        self.own[_place(frame)] += 1
        seen = set()
        while frame is not None:
            seen.add(_place(frame))
            frame = frame.f_back
        self.whole.update(seen)

    def stop(self) -> None:
        """Look no more."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)


def _place(frame: FrameType) -> str:
    code = frame.f_code
    parts = Path(code.co_filename).parts
    for root in ("site-packages", "custom_components"):
        if root in parts:
            parts = parts[len(parts) - parts[::-1].index(root) :]
            break
    else:
        parts = parts[-1:]
    return f"{'/'.join(parts)}:{code.co_firstlineno} {code.co_qualname}"


@dataclass
class Meter:
    """What is under way."""

    watch: Watch | None = None
    profile: Profile | None = None


DATA_METER: HassKey[Meter] = HassKey("bench_meter")


@callback
def async_prepare(hass: HomeAssistant) -> None:
    """Measure nothing yet, but stand in the way of all messages: connections look up only once who handles them."""
    meter = hass.data[DATA_METER] = Meter()
    handle = ActiveConnection.async_handle

    @callback
    def timed(connection: ActiveConnection, msg: dict[str, Any]) -> None:
        watch, own = meter.watch, thread_time()
        collected = 0.0 if watch is None else watch.blocks.collected
        handle(connection, msg)
        if watch is not None and not str(msg.get("type")).startswith("bench_meter/"):
            own = thread_time() - own - (watch.blocks.collected - collected)
            watch.messages.append(own)

    ActiveConnection.async_handle = timed  # type: ignore[method-assign,assignment]


@websocket_command({vol.Required("type"): "bench_meter/watch"})
@callback
def ws_watch(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Begin to watch the load."""
    memory = settled()
    watch = hass.data[DATA_METER].watch = Watch(objects(), Ticker(hass.loop))

    @callback
    def count(event: Event) -> None:
        watch.events[str(event.event_type)] += 1

    watch.undo.enter_context(watch.blocks.watched())
    watch.undo.callback(hass.bus.async_listen(MATCH_ALL, count))
    watch.blocks.counting = True
    connection.send_result(msg["id"], {"memory": memory})


@websocket_command({vol.Required("type"): "bench_meter/read", vol.Required("end"): bool})
@callback
def ws_read(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Answer the memory, or everything at the end."""
    watch = hass.data[DATA_METER].watch
    if watch is None:
        connection.send_error(msg["id"], "not_found", "Nothing is watched")
        return
    if not msg["end"]:
        connection.send_result(msg["id"], {"memory": resident()})
        return
    messages = sorted(watch.messages) or [0.0]
    seconds, own = monotonic() - watch.since, thread_time() - watch.own_since
    blocks, late = watch.blocks, watch.ticker.stop()
    blocks.counting = False
    watch.undo.close()
    result = {
        "seconds": seconds,
        "loop_share": own / seconds,
        "late_p50": late[len(late) // 2],
        "late_p99": late[len(late) * 99 // 100],
        "late_most": late[-1],
        "longest": blocks.longest,
        "longest_own": blocks.longest_own,
        "longest_code": blocks.longest_code,
        "longest_collection": blocks.longest_collection,
        "message_p50": messages[len(messages) // 2],
        "message_p99": messages[len(messages) * 99 // 100],
        "message_most": messages[-1],
        "slow": sorted(blocks.slow, reverse=True)[:_MOST],
        "slow_count": len(blocks.slow),
        "state_changes": watch.events[str(EVENT_STATE_CHANGED)],
        "memory": settled(),
        "grown": (objects() - watch.objects).most_common(),
    }
    hass.data[DATA_METER].watch = None
    connection.send_result(msg["id"], result)


@websocket_command({vol.Required("type"): "bench_meter/profile"})
@callback
def ws_profile(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Begin to profile the event loop's thread."""
    hass.data[DATA_METER].profile = Profile()
    connection.send_result(msg["id"])


@websocket_command({vol.Required("type"): "bench_meter/profiled"})
@callback
def ws_profiled(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Answer where the time went: how many samples there are, and in which functions."""
    profile = hass.data[DATA_METER].profile
    if profile is None:
        connection.send_error(msg["id"], "not_found", "Nothing is profiled")
        return
    profile.stop()
    hass.data[DATA_METER].profile = None
    connection.send_result(
        msg["id"],
        {
            "samples": profile.samples,
            "own": profile.own.most_common(_MOST),
            "whole": profile.whole.most_common(_MOST * 8),
        },
    )
