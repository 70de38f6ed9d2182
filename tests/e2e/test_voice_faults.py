"""Text-to-speech engines that fail, hang, are gone, or give another format: always a clear end, never a hang."""

from collections.abc import AsyncIterator
import time

import pytest
import pytest_asyncio

from demo.connection import CommandError, Connection
from demo.furnish import Avatar, add_avatar
from demo.voice import prefer_piper, prefer_voice
from tests.e2e.acting import SENTENCE, speak
from tests.e2e.conftest import ScreenOpener, show_on_dashboard


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def _piper_again(hass: Connection) -> AsyncIterator[None]:
    yield
    await prefer_piper(hass)


async def speak_with(hass: Connection, engine: str | None, avatar: Avatar) -> None:
    await prefer_voice(hass, engine, language="en" if engine else None, voice=None)
    await speak(hass, avatar)


async def test_an_engine_that_fails_is_named_as_the_reason(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await screen.until_face_is_there()
    with pytest.raises(CommandError, match="text-to-speech engine"):
        await speak_with(hass, "tts.failing", mira)
    # The next sentence is another matter.
    await prefer_piper(hass)
    assert (await speak(hass, mira))["outcome"] == "spoken"


async def test_an_engine_that_was_removed_is_named_as_the_reason(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    gone = {"speech_engine": "tts.gone_for_good"}
    nora = await add_avatar(hass, mira.entry_id, "Nora", gone)
    await show_on_dashboard(hass, nora)
    screen = await show()
    await screen.until_face_is_there()
    with pytest.raises(CommandError, match=r"text-to-speech engine of Nora is not available"):
        await speak(hass, nora)


async def test_an_engine_that_never_answers(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await screen.until_face_is_there()
    began_at = time.time()
    with pytest.raises(CommandError, match="text-to-speech"):
        await speak_with(hass, "tts.hanging", mira)
    assert time.time() - began_at < 60
    await prefer_piper(hass)
    assert (await speak(hass, mira))["outcome"] == "spoken"


async def test_an_engine_that_gives_mp3_only(
    hass: Connection, mira: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await speak_with(hass, "tts.only_mp3", mira)
    await screen.until_recorded(time.time())
    (await screen.recording()).expect_said(SENTENCE)
