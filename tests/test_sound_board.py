"""What the media browser offers for an avatar: sentences and sounds."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry
import pytest

from custom_components.streaming_avatar.const import DOMAIN
from tests.home import AVATAR, Card, Home

SENTENCES = "Dinner is ready.\n\n  Good night!  \nDinner is ready."


@pytest.fixture
async def saved(home: Home, entry: ConfigEntry) -> str:
    """An avatar with saved sentences, which nothing else may be played on."""
    return await home.add_avatar(entry, sound_board={"saved_sentences": SENTENCES})


@pytest.fixture
async def sharing(home: Home, entry: ConfigEntry) -> str:
    """An avatar whose text is shared."""
    return await home.add_avatar(entry, advanced={"share_text": True})


async def ask(card: Card, kind: str = "", content: str = "", **more: str) -> Mapping[str, Any]:
    """Ask the media browser, and return its answer."""
    return await card.command(
        {
            "type": "media_player/browse_media",
            "entity_id": AVATAR,
            "media_content_type": kind,
            "media_content_id": content,
            **more,
        }
    )


async def browse(card: Card, *place: str, **more: str) -> list[Mapping[str, Any]]:
    """Return what the media browser shows at a place."""
    answer = await ask(card, *place, **more)
    assert answer["success"], answer
    children: list[Mapping[str, Any]] = answer["result"]["children"]
    return children


def titles(items: list[Mapping[str, Any]]) -> list[str]:
    return [item["title"] for item in items]


async def pick(home: Home, item: Mapping[str, Any]) -> None:
    """Play what the media browser shows, as the frontend does."""
    call = {key: item[key] for key in ("media_content_id", "media_content_type")}
    await home.hass.services.async_call(
        "media_player", "play_media", {"entity_id": AVATAR, **call}, blocking=True
    )


async def say(home: Home, card: Card, text: str, **request: str) -> None:
    """Have something said to its end."""
    speaking = asyncio.create_task(home.ask("speak", text=text, task_mode="sync", **request))
    await card.relay("avatar_stop_talking")
    await speaking
    await home.settle()


async def test_saved_sentences_are_offered_and_said_at_a_tap(home: Home, saved: str) -> None:
    card = await home.go_live()
    (board,) = await browse(card)
    assert board["title"] == "Saved sentences"
    assert (board["can_expand"], board["can_play"]) == (True, False)
    sentences = await browse(card, board["media_content_type"], board["media_content_id"])
    assert titles(sentences) == ["Dinner is ready.", "Good night!"]
    assert all(item["can_play"] for item in sentences)
    saying = asyncio.create_task(pick(home, sentences[1]))
    await card.relay("avatar_stop_talking")
    await saying
    (task,) = home.simulator.calls("task")
    assert isinstance(task, dict)
    assert (task["text"], task["task_type"]) == ("Good night!", "repeat")


async def test_what_was_said_is_offered_if_the_user_shares_it(home: Home, sharing: str) -> None:
    card = await home.go_live()
    for text in ("First.", "Second.", "First."):
        await say(home, card, text)
    (board,) = await browse(card)
    assert board["title"] == "Said last"
    sentences = await browse(card, board["media_content_type"], board["media_content_id"])
    assert titles(sentences) == ["First.", "Second."]


async def test_questions_and_what_was_not_said_are_not_offered(home: Home, sharing: str) -> None:
    card = await home.go_live()
    await say(home, card, "How are you?", task_type="talk")
    home.simulator.slow_speech()
    speaking = asyncio.create_task(home.ask("speak", text="A long story.", task_mode="sync"))
    await card.relay("avatar_start_talking")
    await home.act("interrupt")
    await speaking
    await home.settle()
    assert await browse(card) == []


async def test_what_was_said_stays_private_without_that(home: Home, ava: str) -> None:
    card = await home.go_live()
    await say(home, card, "The door is open.")
    assert await browse(card) == []
    answer = await ask(card, "sentences", "recent")
    assert not answer["success"]
    assert "door" not in repr(answer)


async def test_it_is_forgotten_when_the_user_stops_sharing(
    home: Home, entry: ConfigEntry, sharing: str
) -> None:
    card = await home.go_live()
    await say(home, card, "The door is open.")
    assert titles(await browse(card)) == ["Said last"]
    for shared in (False, True):
        subentry = entry.subentries[sharing]
        home.hass.config_entries.async_update_subentry(
            entry, subentry, data={**subentry.data, "share_text": shared}
        )
        await home.settle()
        assert await browse(card) == []


async def test_twenty_are_remembered_and_long_ones_have_a_short_title(
    home: Home, sharing: str
) -> None:
    card = await home.go_live()
    long = "word " * 40 + "end."
    for text in [*(f"Number {number}." for number in range(20)), long]:
        await say(home, card, text)
    sentences = await browse(card, "sentences", "recent")
    assert len(sentences) == 20
    assert sentences[-1]["title"] == "Number 1."
    assert len(sentences[0]["title"]) <= 80
    assert sentences[0]["title"].endswith("word…")
    assert sentences[0]["media_content_id"] == long


@pytest.mark.parametrize("place", [("sentences", "recent"), ("sentences", ""), ("sentences", "x")])
async def test_a_list_that_is_not_there_is_an_error(
    home: Home, saved: str, place: tuple[str, str]
) -> None:
    card = await home.open_card()
    answer = await ask(card, *place)
    assert (answer["success"], answer["error"]["code"]) == (False, "unknown_error")
    assert "not there any more" in answer["error"]["message"]


class TestSounds:
    """The sounds of Home Assistant's media sources."""

    @pytest.fixture(autouse=True)
    def media(self, home: Home, tmp_path: Path) -> None:
        """A media folder with a sound and a picture."""
        for name in ("chime.mp3", "portrait.jpg"):
            (tmp_path / name).touch()
        home.hass.config.media_dirs["local"] = str(tmp_path)

    async def test_sounds_of_the_media_folder_can_be_picked(self, home: Home) -> None:
        flows = home.hass.config_entries.flow
        flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        await flows.async_configure(flow["flow_id"], {"provider": "builtin"})
        await home.hass.async_block_till_done()
        card = await home.open_card("media_player.mira")
        sources = titles(await browse(card, entity_id="media_player.mira"))
        assert "Saved sentences" not in sources
        assert len(sources) > 1
        place = ("", "media-source://media_source/local/.")
        found = await browse(card, *place, entity_id="media_player.mira")
        assert titles(found) == ["chime.mp3"]

    async def test_they_follow_the_sentences(self, home: Home, entry: ConfigEntry) -> None:
        await home.add_avatar(
            entry, face={"stand_in": True}, sound_board={"saved_sentences": "Hello."}
        )
        items = await browse(await home.open_card())
        assert titles(items)[0] == "Saved sentences"
        assert len(items) > 1
        assert all(item["media_content_id"].startswith("media-source://") for item in items[1:])

    async def test_they_are_not_offered_where_they_cannot_be_played(
        self, home: Home, ava: str
    ) -> None:
        assert await browse(await home.open_card()) == []
