"""One avatar on several screens: who shows it, who may, and how it comes back."""

import asyncio
import time

from playwright.async_api import expect
import pytest

from demo.browser import chromium
from demo.connection import CommandError, Connection
from demo.furnish import DOMAIN, Avatar
from demo.login import create_user
from demo.vendor import Vendor
from tests.e2e.acting import SENTENCE, speak
from tests.e2e.conftest import DASHBOARD, House, ScreenOpener
from tests.e2e.screen import load_screen
from tests.e2e.watching import eventually, in_order, ledger, watch_states

LONG = " ".join(["The quick brown fox jumps over the lazy dog."] * 8)


async def test_interrupt_ends_the_sound(
    hass: Connection, avatar: Avatar, show: ScreenOpener
) -> None:
    states = await watch_states(hass, avatar.entity_id)
    screen = await show()
    await hass.action(DOMAIN, "speak", entity_id=avatar.entity_id, text=LONG)
    await states.until("playing")
    await expect(screen.button("Interrupt")).to_be_visible()
    await asyncio.sleep(1)  # something to cut

    await hass.action(DOMAIN, "interrupt", entity_id=avatar.entity_id)
    interrupted_at = time.time()
    await states.until("idle")
    await screen.until_recorded(interrupted_at + 4)
    recording = await screen.recording()
    assert not recording.between(interrupted_at - 1, interrupted_at).is_silent
    assert recording.between(interrupted_at + 1.5, interrupted_at + 4).is_silent


async def test_a_second_browser_takes_the_seat_and_gives_it_back(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    first = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await first.until_mode("live")
    second = await show()
    await second.until_mode("elsewhere")
    await expect(second.card).to_contain_text("Shown on")

    await second.button("Show here").click()
    await second.until_mode("live")
    await first.until_mode("elsewhere")
    await second.until_video_runs()
    moved_at = time.time()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await second.until_recorded(time.time())
    (await second.heard_since(moved_at)).expect_said(SENTENCE)
    assert (await first.heard_since(moved_at)).is_silent

    await first.button("Show here").click()
    await first.until_mode("live")
    await second.until_mode("elsewhere")
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    assert len(await ledger(vendor)) == 1


async def test_the_seat_passes_on_when_its_browser_is_closed(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    first = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    second = await show()
    await second.until_mode("elsewhere")
    await first.close()
    await second.until_mode("live")
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    assert len(await ledger(vendor)) == 1


async def test_who_may_only_look_sees_captions_and_can_do_nothing(
    house: House, hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    guest = await create_user(
        hass, "Gus Guest", f"gus{time.time():.0f}", "only-looks", group="system-read-only"
    )
    looking = await show(guest)
    await looking.until_mode("portrait")
    await expect(looking.button("Start")).to_have_count(0)
    with pytest.raises(CommandError):
        await speak(hass, avatar, expiry=1)  # a guest is nobody who watches
    assert await ledger(vendor) == []

    async with Connection.open(house.home.url, guest.access_token) as his:
        for action in ("speak", "interrupt", "start_session", "stop_session", "keep_alive"):
            data = {"text": SENTENCE} if action == "speak" else {}
            with pytest.raises(CommandError) as refused:
                await his.action(DOMAIN, action, entity_id=avatar.entity_id, **data)
            assert refused.value.message == "Unauthorized", action
        client = {
            "id": "guest-by-hand",
            "name": "Guest",
            "version": "0.1.0",
            "visible": True,
            "audio": "ok",
            "microphone": "none",
            "transports": ["livekit"],
        }
        card = await his.subscribe(f"{DOMAIN}/attach", entity_id=avatar.entity_id, client=client)
        attached = await card.next()
        assert not attached["can_control"]
        for command, fields in (("take_seat", {}), ("say", {"text": SENTENCE})):
            with pytest.raises(CommandError) as refused:
                await his.command(
                    f"{DOMAIN}/{command}", attachment=attached["attachment"], **fields
                )
            assert refused.value.code == "unauthorized", command

    owner = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await owner.until_mode("live")
    await looking.until_mode("elsewhere")
    await expect(looking.button("Show here")).to_have_count(0)
    await hass.action(DOMAIN, "speak", entity_id=avatar.entity_id, text="Dinner is ready.")
    await expect(looking.caption).to_have_text("Dinner is ready.")


async def test_the_card_comes_back_after_the_network_was_gone(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await screen.until_mode("live")
    await screen.context.set_offline(True)
    # Nothing tells of it: the page finds out when an answer stays away.
    await screen.until_mode("reconnecting", 60)
    await screen.context.set_offline(False)
    await screen.until_mode("live")
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await screen.until_video_runs()
    assert len(await ledger(vendor)) == 1


async def test_the_card_comes_back_after_it_was_thrown_out_of_the_room(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    await screen.until_mode("live")
    (row,) = await ledger(vendor)
    await vendor.post(f"sessions/{row['session_id']}/room_loss", {"what": "viewer"})
    await screen.until_mode("connecting")
    await screen.until_mode("live")
    await screen.until_video_runs()
    assert (await speak(hass, avatar))["outcome"] == "spoken"
    assert len(await ledger(vendor)) == 1


async def test_sound_that_the_browser_blocks_is_said_and_a_tap_lets_it_in(
    house: House, hass: Connection, avatar: Avatar
) -> None:
    async with chromium(flags=()) as strict:
        # Whatever playwright asks of a page counts as a touch: nothing is asked until the sentence is over.
        screen = await load_screen(strict, house.login, f"/{DASHBOARD}/0")
        with pytest.raises(CommandError, match="sound"):
            await speak(hass, avatar, expiry=60)
        await screen.until_video_runs()
        await expect(screen.caption).to_contain_text(SENTENCE)
        chip = screen.button("Tap for sound")
        await expect(chip).to_be_visible()
        await chip.click()
        await expect(chip).to_have_count(0)
        tapped_at = time.time()
        assert (await speak(hass, avatar))["outcome"] == "spoken"
        await screen.until_recorded(time.time())
        (await screen.heard_since(tapped_at)).expect_said(SENTENCE)


async def test_what_is_typed_into_the_card_is_said(
    hass: Connection, avatar: Avatar, show: ScreenOpener
) -> None:
    states = await watch_states(hass, avatar.entity_id)
    screen = await show()
    await screen.button("Say something").click()
    field = screen.card.get_by_placeholder("What should Ava say?")
    await field.fill("Dinner is on the table.")
    await field.press("Enter")
    await states.until("playing")
    await expect(screen.caption).to_have_text("Dinner is on the table.")
    ended = await states.until("idle")
    await screen.until_recorded(ended.at)
    assert in_order(["buffering", "playing", "idle"], states.states)
    (await screen.recording()).expect_said("Dinner is on the table.")


async def test_start_and_stop_by_hand(
    hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    screen = await show()
    await screen.button("Start").click()
    await screen.until_mode("live")
    await screen.button("Stop").click()
    await screen.until_mode("portrait")

    async def closed() -> list[str]:
        return [row["ended_by"] for row in await ledger(vendor)]

    assert await eventually(closed, lambda ends: ends == ["client"])
