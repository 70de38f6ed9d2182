"""Whom the viewers of an avatar tell what happened."""

from abc import ABC, abstractmethod

from .attachment import Attachment


class Host(ABC):
    """Whom the viewers tell what happened."""

    @abstractmethod
    def audience_changed(self) -> None:
        """Who watches, who has the seat, or how far it has joined has changed."""

    @abstractmethod
    def room_lost(self) -> None:
        """The seat lost the room or could not join it."""

    @abstractmethod
    def admit(self, attachment: Attachment, epoch: str) -> None:
        """Fetch access for a viewer and hand it to `Viewers.send_join`."""
