"""News from the avatar on their way up: captions and outcomes to the cards, events to automations."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import CALLBACK_TYPE, callback

from ..providers.base import AvatarEvent, AvatarEventType
from .captions import Caption, Captions
from .effects import Report, Tell
from .viewers import Viewers

UTTERANCE_ENDED = "utterance_ended"


class News:
    """One avatar's news. Text reaches automations only where the user wants that, and cards always."""

    def __init__(self, viewers: Viewers, *, share_text: bool) -> None:
        """Begin with nobody listening."""
        self.share_text = share_text
        self._viewers = viewers
        self._listeners: list[Callable[[str, dict[str, Any]], None]] = []
        self._captions = {"avatar": Captions("avatar"), "user": Captions("user")}

    @callback
    def subscribe(self, listener: Callable[[str, dict[str, Any]], None]) -> CALLBACK_TYPE:
        """Call a listener with each event: its type and its attributes."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def report(self, report: Report) -> None:
        """Tell how an utterance ended."""
        content = {
            "utterance": report.utterance.id,
            "outcome": report.outcome,
            "reason": report.reason,
            "confirmed": report.confirmed,
        }
        caption, _ = self._captions["avatar"].end()
        self._show(caption)
        self._viewers.tell_all("outcome", content)
        attributes = {
            "utterance_id": report.utterance.id,
            "task_type": str(report.utterance.task_type),
            "outcome": str(report.outcome),
            "reason": report.reason,
            "confirmed": report.confirmed,
            "delivery": report.delivery,
        }
        if self.share_text:
            attributes["text"] = report.utterance.text
        self._fire(UTTERANCE_ENDED, attributes)

    @callback
    def tell(self, news: Tell) -> None:
        """Pass on what the avatar or the user did."""
        event = news.event
        match event.type:
            case AvatarEventType.AVATAR_START_TALKING:
                self._begin(news)
                self._fire_event(event, news)
            case AvatarEventType.AVATAR_TALKING_MESSAGE | AvatarEventType.USER_TALKING_MESSAGE:
                self._piece(event, news)
            case (
                AvatarEventType.AVATAR_END_MESSAGE
                | AvatarEventType.AVATAR_STOP_TALKING
                | AvatarEventType.USER_END_MESSAGE
            ):
                self._end(event, news)
            case _:
                self._fire_event(event, news)

    def _begin(self, news: Tell) -> None:
        utterance = news.utterance
        known = None
        if utterance is not None and utterance.task_type == "repeat":
            known = utterance.parts[news.part]
        caption = self._captions["avatar"].begin(None if utterance is None else utterance.id, known)
        self._show(caption)

    def _piece(self, event: AvatarEvent, news: Tell) -> None:
        """Cards get every piece, automations whole sentences."""
        if not event.text:
            return
        caption, sentences = self._captions[_role(event)].piece(event.text)
        self._show(caption)
        for sentence in sentences:
            self._fire_event(event, news, sentence)

    def _end(self, event: AvatarEvent, news: Tell) -> None:
        captions = self._captions[_role(event)]
        if event.type is AvatarEventType.AVATAR_END_MESSAGE:
            rest = captions.rest()
        else:
            caption, rest = captions.end()
            self._show(caption)
        for sentence in rest:
            pieces = (
                AvatarEventType.AVATAR_TALKING_MESSAGE
                if _role(event) == "avatar"
                else AvatarEventType.USER_TALKING_MESSAGE
            )
            self._fire_event(AvatarEvent(type=pieces, task_id=event.task_id), news, sentence)
        self._fire_event(event, news)

    def _show(self, caption: Caption | None) -> None:
        if caption is not None:
            self._viewers.tell_all(
                "caption",
                {
                    "utterance": caption.utterance,
                    "role": caption.role,
                    "text": caption.text,
                    "spoken": caption.spoken,
                    "done": caption.done,
                },
            )

    def _fire_event(self, event: AvatarEvent, news: Tell, text: str | None = None) -> None:
        attributes: dict[str, Any] = {}
        if event.task_id is not None:
            attributes["task_id"] = event.task_id
        if news.utterance is not None:
            attributes["utterance_id"] = news.utterance.id
        if event.duration is not None:
            attributes["duration"] = event.duration
        if text is not None and self.share_text:
            attributes["text"] = text
        self._fire(event.type, attributes)

    def _fire(self, kind: str, attributes: dict[str, Any]) -> None:
        for listener in tuple(self._listeners):
            listener(kind, attributes)


def _role(event: AvatarEvent) -> str:
    return "user" if event.type.startswith("user_") else "avatar"
