"""Data messages in the room (vendor SDK, streaming events)."""

from simulator.outbox import RoomEvent
from simulator.speaker import Piece, Started, Stopped, TextEnded
from simulator.user import UserPiece, UserSilent, UserStarted, UserStopped, UserTextEnded

EVENTS = (
    "avatar_start_talking",
    "avatar_talking_message",
    "avatar_end_message",
    "avatar_stop_talking",
    "user_start",
    "user_talking_message",
    "user_end_message",
    "user_stop",
    "user_silence",
)
"""All types of messages."""


def encode(event: RoomEvent) -> dict[str, object] | None:
    """Return the message for `event`; None: the vendor sends none."""
    match event:
        case Started():
            return _message("avatar_start_talking", event.task_id)
        case Piece():
            return _message("avatar_talking_message", event.task_id, message=event.text)
        case TextEnded():
            return _message("avatar_end_message", event.task_id)
        case Stopped(duration_seconds=seconds):
            duration = round(seconds * 1000, 1)
            return _message("avatar_stop_talking", event.task_id, duration_ms=duration)
        case UserStarted():
            return _message("user_start", event.task_id)
        case UserPiece():
            return _message("user_talking_message", event.task_id, message=event.text)
        case UserTextEnded():
            return _message("user_end_message", event.task_id)
        case UserStopped():
            return _message("user_stop", event.task_id)
        case UserSilent():
            return {"type": "user_silence"}
        case _:
            return None


def _message(kind: str, task_id: str, **more: object) -> dict[str, object]:
    return {"type": kind, "task_id": task_id, **more}
