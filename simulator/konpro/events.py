"""Data messages in the room (vendor SDK, streaming events)."""

from simulator.speaker import Piece, SpeechEvent, Started, Stopped, TextEnded


def encode(event: SpeechEvent) -> dict[str, object] | None:
    """Return the message for `event`; None: the vendor sends none."""
    task = {"task_id": event.task_id}
    match event:
        case Started():
            return {"type": "avatar_start_talking", **task}
        case Piece(text=text):
            return {"type": "avatar_talking_message", **task, "message": text}
        case TextEnded():
            return {"type": "avatar_end_message", **task}
        case Stopped(duration_seconds=seconds):
            return {"type": "avatar_stop_talking", **task, "duration_ms": round(seconds * 1000, 1)}
        case _:
            return None
