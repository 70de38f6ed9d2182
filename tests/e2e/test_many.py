"""Two accounts, five avatars, three browsers, all at once: what belongs to one reaches no other."""

import asyncio
import base64
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
import json
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, expect

from demo.connection import Connection, Subscription
from demo.furnish import DOMAIN, Avatar, add_account, add_avatar, find_entity
from demo.livekit import LiveKit
from demo.vendor import Vendor, simulated_vendor
from tests.e2e.acting import expect_off
from tests.e2e.conftest import DASHBOARD, House, remove_account
from tests.e2e.screen import Screen, load_screen
from tests.e2e.watching import eventually, ledger

SCREENS: Final = (("Ava", "Ben"), ("Cleo", "Dora"), ("Emil", "Ava"))
"""Whose cards each browser shows; Ava's are on two."""
AT_FIRST: Final = {"Ava", "Cleo", "Emil"}
"""The avatars of the first account; the others are the second one's."""
SENTENCES: Final = {
    "Ava": "The kettle in the kitchen boils.",
    "Ben": "A parcel lies at the garden gate.",
    "Cleo": "Your train leaves in nine minutes.",
    "Dora": "Grandmother sends her greetings.",
    "Emil": "The cat is asleep on the piano.",
}
STORIES: Final = {
    name: f"{text} That is all that {name} has to tell, and it takes some time."
    for name, text in SENTENCES.items()
}
SMALL: Final = {"quality": "low", "stand_in": False, "share_text": True, "idle_timeout": 600}
PATIENCE: Final = 60.0
"""Seconds; for a machine on which five faces are drawn and three browsers run."""


@dataclass
class Heard:
    """What one card was told, over the line of its browser."""

    utterances: set[str] = field(default_factory=set)
    captions: set[str] = field(default_factory=set)
    outcomes: dict[str, str] = field(default_factory=dict)
    rooms: list[str] = field(default_factory=list)
    """To which it was sent."""
    has_seat: bool = False


def wire_events(screen: Screen) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the events that cards were told, each with the name of the card's avatar."""
    names: dict[int, str] = {}
    for message in screen.messages:
        content = json.loads(message)
        for item in content if isinstance(content, list) else [content]:
            event = item.get("event")
            if item.get("type") != "event" or not isinstance(event, dict):
                continue
            if event.get("type") == "attached":
                names[item["id"]] = event["name"]
            if item["id"] in names:
                yield names[item["id"]], event


def heard_by(screen: Screen) -> dict[str, Heard]:
    """Return what each card of a browser was told, by the avatar's name."""
    cards: defaultdict[str, Heard] = defaultdict(Heard)
    for name, event in wire_events(screen):
        card, state = cards[name], event.get("state", event)
        match event["type"]:
            case "attached" | "state":
                card.has_seat = state["seat"] is not None and state["seat"]["mine"]
            case "caption":
                card.captions.add(event["text"])
                card.utterances.add(event["utterance"])
            case "outcome":
                card.outcomes[event["utterance"]] = event["outcome"]
            case "join":
                card.rooms.append(room_of(event["transport"]["token"]))
            case _:
                pass
    return cards


def room_of(token: str) -> str:
    """Return the room that a token lets in to."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    room: str = claims["video"]["room"]
    return room


@dataclass
class Happened:
    """What the event entities of the avatars said."""

    subscription: Subscription
    entities: dict[str, str]
    """The event entity of each avatar, by the avatar's name."""
    events: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def take(self) -> dict[str, list[dict[str, Any]]]:
        """Return the attributes of all events so far, by the avatar's name."""
        names = {entity: name for name, entity in self.entities.items()}
        for event in self.subscription.taken():
            new = event["data"]["new_state"]
            if (
                new is not None
                and new["entity_id"] in names
                and new["attributes"].get("event_type")
            ):
                self.events[names[new["entity_id"]]].append(new["attributes"])
        return self.events


@dataclass(frozen=True)
class Crowd:
    """Everybody."""

    avatars: dict[str, Avatar]
    vendors: dict[bool, Vendor]
    """The first account's under True."""
    screens: list[Screen]
    happened: Happened

    def rows_of(self, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Return sessions by who said the sentence in them."""
        told = {text: name for name, text in SENTENCES.items()}
        return {told[row["tasks"][0]["text"]]: row for row in rows}

    async def sessions(self) -> dict[str, str]:
        """Return the id of each avatar's one session, after looking that it is in the right book."""
        found: dict[str, str] = {}
        for is_first, vendor in self.vendors.items():
            rows = self.rows_of(await ledger(vendor))
            assert set(rows) == {name for name in SENTENCES if (name in AT_FIRST) is is_first}
            assert len(rows) == len(await ledger(vendor))
            found |= {name: row["session_id"] for name, row in rows.items()}
        return found

    async def expect_nothing_crossed(
        self, sessions: dict[str, str], said: dict[str, dict[str, str]]
    ) -> None:
        """Fail if a card or an event entity knows of anything that is another avatar's, or misses what is its own.

        `said` are the texts by utterance and by avatar.
        """
        # The action's answer overtakes what the browsers are told.
        await eventually(self._count_outcomes, lambda count: count >= self._to_come(said), PATIENCE)
        for screen, names in zip(self.screens, SCREENS, strict=True):
            cards = heard_by(screen)
            assert set(cards) == set(names)
            for name, card in cards.items():
                assert card.utterances == set(said[name]), name
                assert set(card.outcomes) == set(said[name]), name
                assert card.captions == set(said[name].values()), name
                assert set(card.rooms) <= {sessions[name]}, name
                assert card.rooms or not card.has_seat, name
        # So it does what the event entities say.
        everything = sum(len(utterances) for utterances in said.values())
        await eventually(self._count_ends, lambda count: count >= everything, PATIENCE)
        for name in self.avatars:
            events = self.happened.take()[name]
            known = {event["utterance_id"] for event in events if "utterance_id" in event}
            assert known == set(said[name]), name
            texts = {event["text"] for event in events if "text" in event}
            assert texts >= set(said[name].values()), name
            assert all(any(text in whole for whole in said[name].values()) for text in texts), name

    async def _count_outcomes(self) -> int:
        return sum(
            len(card.outcomes) for screen in self.screens for card in heard_by(screen).values()
        )

    async def _count_ends(self) -> int:
        told = self.happened.take()
        return sum(
            event["event_type"] == "utterance_ended" for events in told.values() for event in events
        )

    @staticmethod
    def _to_come(said: dict[str, dict[str, str]]) -> int:
        return sum(len(said[name]) for names in SCREENS for name in names)


@asynccontextmanager
async def crowd(
    house: House, livekit: LiveKit, browser: Browser, folder: Path
) -> AsyncIterator[Crowd]:
    """Set a second account up, at a cloud of its own, and show everybody."""
    hass = house.hass
    async with simulated_vendor(livekit, folder / "second") as second:
        entry_id = await add_account(hass, second)
        avatars: dict[str, Avatar] = {}
        screens: list[Screen] = []
        try:
            for name in SENTENCES:
                account = house.entry_id if name in AT_FIRST else entry_id
                avatars[name] = await add_avatar(hass, account, name, SMALL)
            await _show(hass, avatars)
            happened = Happened(
                await hass.subscribe("subscribe_events", event_type="state_changed"),
                {
                    name: await find_entity(hass, avatar.subentry_id, "event", "activity")
                    for name, avatar in avatars.items()
                },
            )
            for number in range(len(SCREENS)):
                path = f"/{DASHBOARD}/{number}"
                screens.append(await load_screen(browser, house.login, path))
            for screen, names in zip(screens, SCREENS, strict=True):
                await eventually(partial(_cards, screen), set(names).__eq__, PATIENCE)
            yield Crowd(avatars, {True: house.vendor, False: second}, screens, happened)
        finally:
            for screen in screens:
                await screen.close()
            await remove_account(hass, entry_id)
            for name in AT_FIRST & set(avatars):
                await hass.command(
                    "config_entries/subentries/delete",
                    entry_id=house.entry_id,
                    subentry_id=avatars[name].subentry_id,
                )


async def _cards(screen: Screen) -> set[str]:
    """Return whose cards are attached."""
    return {name for name, _ in wire_events(screen)}


async def _show(hass: Connection, avatars: dict[str, Avatar]) -> None:
    """Put the cards on the dashboard, one view for each browser."""
    views = [
        {
            "title": f"Screen {number}",
            "type": "sections",
            "sections": [
                {
                    "cards": [
                        {"type": "custom:streaming-avatar-card", "entity": avatars[name].entity_id}
                        for name in names
                    ]
                }
            ],
        }
        for number, names in enumerate(SCREENS)
    ]
    await hass.command("lovelace/config/save", url_path=DASHBOARD, config={"views": views})


async def say(
    hass: Connection, avatars: dict[str, Avatar], texts: dict[str, str]
) -> dict[str, Any]:
    """Have everybody say something at once; return the answers of the actions, by name."""
    answers = await asyncio.gather(
        *(
            hass.action_with_response(
                DOMAIN,
                "speak",
                entity_id=avatars[name].entity_id,
                text=text,
                task_mode="sync",
                expiry=PATIENCE,
            )
            for name, text in texts.items()
        )
    )
    return dict(zip(texts, answers, strict=True))


async def seats(crowd: Crowd) -> dict[str, list[int]]:
    """Return on which screens each avatar has its seat."""
    found: dict[str, list[int]] = {name: [] for name in SENTENCES}
    for number, screen in enumerate(crowd.screens):
        for name, card in heard_by(screen).items():
            if card.has_seat:
                found[name].append(number)
    return found


async def test_what_belongs_to_one_reaches_no_other(
    house: House, hass: Connection, livekit: LiveKit, browser: Browser, folder: Path
) -> None:
    async with crowd(house, livekit, browser, folder) as everybody:
        avatars = everybody.avatars
        home_seats = {"Ava": [0], "Ben": [0], "Cleo": [1], "Dora": [1], "Emil": [2]}
        await eventually(lambda: seats(everybody), lambda s: all(map(len, s.values())), PATIENCE)

        answers = await say(hass, avatars, SENTENCES)
        assert {answer["outcome"] for answer in answers.values()} == {"spoken"}
        said = {name: {answer["utterance_id"]: SENTENCES[name]} for name, answer in answers.items()}
        sessions = await everybody.sessions()
        await everybody.expect_nothing_crossed(sessions, said)
        taken = await seats(everybody)
        # Ava's two cards came in an order that nobody knows.
        assert taken | {"Ava": [0]} == home_seats
        (first,) = taken["Ava"]
        other = 2 - first
        assert heard_by(everybody.screens[other])["Ava"].rooms == []

        # The seat of one moves, and no other's.
        await everybody.screens[other].page.get_by_role("button", name="Show here").click()
        moved = home_seats | {"Ava": [other]}
        await eventually(lambda: seats(everybody), moved.__eq__, PATIENCE)
        await expect(
            everybody.screens[other].page.locator("streaming-avatar-view ha-card.is-live")
        ).to_have_count(2, timeout=PATIENCE * 1000)

        # One is interrupted, and no other.
        telling = asyncio.create_task(say(hass, avatars, STORIES))
        await eventually(lambda: hass.state(avatars["Ava"].entity_id), "playing".__eq__, PATIENCE)
        await hass.action(DOMAIN, "interrupt", entity_id=avatars["Ava"].entity_id)
        outcomes = await telling
        for name, answer in outcomes.items():
            assert answer["outcome"] == ("interrupted" if name == "Ava" else "spoken"), name
            said[name][answer["utterance_id"]] = STORIES[name]
        assert await everybody.sessions() == sessions
        await everybody.expect_nothing_crossed(sessions, said)
        assert await seats(everybody) == moved

        # One session ends, and no other.
        await hass.action(DOMAIN, "stop_session", entity_id=avatars["Ben"].entity_id)
        await expect_off(hass, avatars["Ben"], PATIENCE)
        for is_first, vendor in everybody.vendors.items():
            for name, row in everybody.rows_of(await ledger(vendor)).items():
                assert (name in AT_FIRST) is is_first
                assert row["ended_by"] == ("client" if name == "Ben" else None), name
