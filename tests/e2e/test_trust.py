"""What must not get out, and what must not get in."""

import asyncio
import json
import re
from typing import Any

import pytest

from demo.connection import CommandError, Connection
from demo.furnish import DOMAIN, FLOWS, Avatar, begin_account
from demo.vendor import Vendor
from tests.e2e.acting import speak
from tests.e2e.conftest import House, ScreenOpener
from tests.e2e.logs import without_closed_tabs
from tests.e2e.watching import ledger, watch_states

TRACE = re.compile(r"Traceback|Error doing job|Exception in|Task exception")
TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}")
"""A JSON web token, as LiveKit wants it."""

SAID_AS_IT_IS = {
    "emoji": "Dinner is ready 🍝👨‍👩‍👧‍👦!",
    "right to left": "العشاء جاهز الآن. השולחן ערוך.",
    "HTML": "<b>Bold</b> <script>alert('hello')</script> & more",
    "template": "{{ states('sun.sun') }} {% raw",
    "control characters": "one\x00two\x1b[31m three\x07",
}
REFUSED = {
    "nothing": "",
    "only spaces": "  \n\t ",
    "only control characters": "\x00\x01\x02",
    "far too long": "too long " * 2000,
}


def log_of(house: House) -> str:
    return without_closed_tabs(house.home.log.read_text("utf-8"))


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
async def test_text_that_cannot_be_said_is_refused_in_words(
    house: House, hass: Connection, vendor: Vendor, avatar: Avatar, text: str
) -> None:
    before = len(TRACE.findall(log_of(house)))
    with pytest.raises(CommandError) as refused:
        await hass.action(DOMAIN, "speak", entity_id=avatar.entity_id, text=text)
    assert refused.value.code in {"service_validation_error", "invalid_format"}
    assert len(str(refused.value)) < 300
    assert len(TRACE.findall(log_of(house))) == before
    assert await ledger(vendor) == []


async def test_odd_texts_are_said(
    house: House, hass: Connection, vendor: Vendor, avatar: Avatar, show: ScreenOpener
) -> None:
    await show()
    for text in SAID_AS_IT_IS.values():
        assert (await speak(hass, avatar, text=text))["outcome"] == "spoken"
    (row,) = await ledger(vendor)
    said = [task["text"] for task in row["tasks"]]
    assert said == [
        SAID_AS_IT_IS["emoji"],
        SAID_AS_IT_IS["right to left"],
        SAID_AS_IT_IS["HTML"],
        SAID_AS_IT_IS["template"],
        "onetwo[31m three",
    ]
    assert not TRACE.search(log_of(house))


BAD_ACCOUNTS: dict[str, tuple[str, str]] = {
    "no key": ("{url}", ""),
    "wrong key": ("{url}", "not-the-key"),
    "key of 10,000 characters": ("{url}", "k" * 10_000),
    "key with control characters": ("{url}", "abc\x00\r\nX-Evil: 1"),
    "key of emoji": ("{url}", "🔑🔑🔑"),
    "right to left": ("{url}", "مفتاح"),
    "no address": ("", "some-key"),
    "no host": ("https://", "some-key"),
    "HTML": ("<script>alert(1)</script>", "some-key"),
    "another scheme": ("ftp://127.0.0.1/", "some-key"),
    "a user in it": ("https://me:secret@127.0.0.1/", "some-key"),
    "address of 10,000 characters": ("https://" + "a" * 10_000, "some-key"),
    "nobody there": ("http://127.0.0.1:9", "some-key"),
    "not an API": ("{home}", "some-key"),
}


@pytest.mark.parametrize(("address", "key"), BAD_ACCOUNTS.values(), ids=BAD_ACCOUNTS.keys())
async def test_the_account_dialog_answers_nonsense_in_words(
    house: House, hass: Connection, vendor: Vendor, address: str, key: str
) -> None:
    before = len(TRACE.findall(log_of(house)))
    step = await begin_account(hass, "konpro")
    filled = {
        "base_url": address.format(url=vendor.url, home=house.home.url),
        "api_key": key,
    }
    try:
        answer: dict[str, Any] = await hass.rest("POST", f"{FLOWS}/{step['flow_id']}", filled)
        assert answer["type"] == "form"
        assert answer["errors"]
        assert "unknown" not in answer["errors"].values()
    finally:
        await hass.rest("DELETE", f"{FLOWS}/{step['flow_id']}")
    assert len(TRACE.findall(log_of(house))) == before


async def test_plain_http_to_another_host_is_confirmed_first(
    hass: Connection, vendor: Vendor
) -> None:
    step = await begin_account(hass, "konpro")
    filled = {"base_url": "http://avatars.example", "api_key": "some-key"}
    answer = await hass.rest("POST", f"{FLOWS}/{step['flow_id']}", filled)
    assert (answer["type"], answer["step_id"]) == ("form", "confirm_insecure")
    await hass.rest("DELETE", f"{FLOWS}/{step['flow_id']}")
    assert (await vendor.get("calls"))["calls"] == []


async def diagnostics(hass: Connection, avatar: Avatar) -> str:
    """Return what a user would attach to a bug report."""
    handlers = {item["domain"] for item in await hass.command("diagnostics/list")}
    if DOMAIN not in handlers:
        return ""
    return json.dumps(await hass.rest("GET", f"diagnostics/config_entry/{avatar.entry_id}"))


async def test_keys_and_tokens_stay_where_they_belong(
    house: House, hass: Connection, avatar: Avatar, show: ScreenOpener
) -> None:
    states = await watch_states(hass, avatar.entity_id)
    screen = await show()
    secret_words = "The code of the alarm is 4711."
    assert (await speak(hass, avatar, text=secret_words))["outcome"] == "spoken"
    await states.until("idle")
    await screen.until_mode("live")

    places = {
        "states": json.dumps(await hass.command("get_states")),
        "log": log_of(house),
        "entries": json.dumps(await hass.command("config_entries/get")),
        "diagnostics": await diagnostics(hass, avatar),
        "devices": json.dumps(await hass.command("config/device_registry/list")),
        "page": await screen.page.content(),
        "console": "\n".join(screen.console),
        "history": (house.home.folder / ".storage" / "streaming_avatar.sessions").read_text(
            "utf-8"
        ),
    }
    to_home = [
        url
        for url in screen.requests
        if url.split("://")[1].startswith(house.home.url.split("://")[1])
    ]
    assert to_home
    # The token came to this page, in one message, and this is what it looks like.
    assert sum(bool(TOKEN.search(message)) for message in screen.messages) == 1
    places["requests"] = "\n".join(to_home)
    for place, content in places.items():
        assert house.vendor.key not in content, place
        assert not TOKEN.search(content), place
        assert "4711" not in content, place


async def test_a_screen_that_relays_too_much_is_detached(
    house: House, hass: Connection, avatar: Avatar
) -> None:
    client = {
        "id": "talks-too-much",
        "name": "Flood",
        "version": "0.1.0",
        "visible": True,
        "audio": "ok",
        "microphone": "none",
        "transports": ["livekit"],
    }
    card = await hass.subscribe(f"{DOMAIN}/attach", entity_id=avatar.entity_id, client=client)
    attachment = (await card.next())["attachment"]
    relay = {"attachment": attachment, "epoch": "none", "topic": None, "payload": "AAAA"}
    answers = await asyncio.gather(
        *(hass.command(f"{DOMAIN}/relay", **relay) for _ in range(300)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, CommandError)]
    assert {error.code for error in refused} == {"limit", "unknown_attachment"}
    closed = [event for event in card.taken() if event["type"] == "closed"]
    assert [event["reason"] for event in closed] == ["limit"]
    assert not TRACE.search(log_of(house))
