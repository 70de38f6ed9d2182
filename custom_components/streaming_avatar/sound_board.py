"""What the media browser offers for an avatar: saved sentences, those said last, and sounds.

What was said is private: it is kept in memory only, and only if the user shares the text.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

from homeassistant.components import media_source
from homeassistant.components.media_player import BrowseError, BrowseMedia, MediaClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN

SENTENCE: Final = "sentence"
"""The media type of a text to be said. Its media id is the text, so that it outlives the list it was picked from."""
SENTENCES: Final = "sentences"
"""The media type of a list of them."""
SAVED: Final = "saved"
RECENT: Final = "recent"
MOST_RECENT: Final = 20
TITLE_LENGTH: Final = 80


class SoundBoard:
    """The sentences of one avatar."""

    def __init__(self) -> None:
        """Know of nothing that was said."""
        self._recent: deque[str] = deque(maxlen=MOST_RECENT)

    def remember(self, text: str) -> None:
        """Note what was said; each text stands once, where it was said last."""
        if text in self._recent:
            self._recent.remove(text)
        self._recent.appendleft(text)

    def forget(self) -> None:
        """Forget all that was said."""
        self._recent.clear()

    async def async_browse(
        self,
        hass: HomeAssistant,
        title: str,
        place: tuple[str | None, str | None],
        *,
        saved: str,
        plays_sounds: bool,
    ) -> BrowseMedia:
        """Return what is at a place (media type and id); nothing named: everything, under the title.

        `saved`: the saved sentences, one a line.

        Raises:
            BrowseError: there is no such list or folder.

        """
        media_type, media_id = place
        if media_type != SENTENCES and media_id:
            return await _async_browse_sounds(hass, media_id)
        lists = await self._async_lists(hass, saved)
        if media_type == SENTENCES:
            if media_id not in lists:
                raise BrowseError(translation_domain=DOMAIN, translation_key="sound_board_empty")
            return lists[media_id]
        sounds = await _async_browse_sounds(hass, None) if plays_sounds else None
        if sounds is not None and not lists:
            return sounds
        sources = () if sounds is None else sounds.children or ()
        return BrowseMedia(
            media_class=MediaClass.DIRECTORY,
            media_content_type="",
            media_content_id="",
            title=title,
            can_play=False,
            can_expand=True,
            children=[*lists.values(), *sources],
        )

    async def _async_lists(self, hass: HomeAssistant, saved: str) -> dict[str, BrowseMedia]:
        """Return the lists that there is something in."""
        texts = await async_get_translations(hass, hass.config.language, "common", {DOMAIN})
        return {
            name: _list(name, texts[f"component.{DOMAIN}.common.sound_board_{name}"], sentences)
            for name, sentences in ((SAVED, _lines(saved)), (RECENT, self._recent))
            if sentences
        }


async def _async_browse_sounds(hass: HomeAssistant, media_id: str | None) -> BrowseMedia:
    """Return a folder of Home Assistant's media sources; None: all of them."""
    return await media_source.async_browse_media(
        hass,
        media_id,
        content_filter=lambda item: item.media_content_type.startswith("audio/"),
    )


def _lines(text: str) -> list[str]:
    """Return the lines of a text in which something stands, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _list(name: str, title: str, sentences: Iterable[str]) -> BrowseMedia:
    return BrowseMedia(
        media_class=MediaClass.DIRECTORY,
        media_content_type=SENTENCES,
        media_content_id=name,
        title=title,
        can_play=False,
        can_expand=True,
        children_media_class=MediaClass.TRACK,
        children=[_sentence(text) for text in sentences],
    )


def _sentence(text: str) -> BrowseMedia:
    return BrowseMedia(
        media_class=MediaClass.TRACK,
        media_content_type=SENTENCE,
        media_content_id=text,
        title=text if len(text) <= TITLE_LENGTH else f"{text[: TITLE_LENGTH - 1].rstrip()}…",
        can_play=True,
        can_expand=False,
    )
