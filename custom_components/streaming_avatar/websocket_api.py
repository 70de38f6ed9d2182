"""The wire between card and integration: the commands of docs/wire.md.

Every command but `attach` names an attachment, which counts only on the connection that opened it.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import (
    ERR_INVALID_FORMAT,
    ERR_NOT_FOUND,
    ERR_UNAUTHORIZED,
)
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.loader import async_get_loaded_integration
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from .card_connection import CardConnection
from .const import DOMAIN
from .coordinator import AvatarConfigEntry
from .services import MAX_TEXT, clean_text
from .session.attachment import Attachment, Client, LimitError
from .session.requests import SpeakRequest
from .session.runtime import AvatarRuntime
from .session.viewers import TooManyAttachmentsError

MOST_BASE64: Final = 24 * 1024
"""Characters; 16 KiB are fewer. A longer payload is over the limit without being decoded."""

SECONDS: Final = vol.All(vol.Coerce(float), vol.Range(min=0, max=86_400))
AUDIO: Final = vol.In(("ok", "blocked", "none"))
MICROPHONE: Final = vol.In(("ok", "denied", "insecure", "none"))

PLAYBACK: Final = vol.Any(None, vol.All(str, vol.Length(max=64)))
CLIENT_SCHEMA: Final = {
    vol.Required("id"): vol.All(str, vol.Length(min=8, max=64)),
    vol.Required("name"): vol.All(str, vol.Length(min=1, max=64)),
    vol.Required("version"): vol.All(str, vol.Length(max=64)),
    vol.Required("visible"): bool,
    vol.Required("audio"): AUDIO,
    vol.Required("microphone"): MICROPHONE,
    vol.Required("transports"): vol.All([vol.All(str, vol.Length(max=16))], vol.Length(max=8)),
    vol.Optional("playback"): PLAYBACK,
}


class CommandError(Exception):
    """A command of a card cannot be done; the card shows why."""

    def __init__(self, code: str, message: str) -> None:
        """Keep code and message for the card."""
        super().__init__(message)
        self.code = code
        self.message = message


DATA_CARDS: HassKey[dict[str, CardConnection]] = HassKey(f"{DOMAIN}_cards")
"""The open subscriptions by the id of their attachment."""


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register the card's commands."""
    hass.data[DATA_CARDS] = {}
    for command in (ws_attach, ws_report, ws_relay, ws_take_seat, ws_say):
        async_register_command(hass, command)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/attach",
        vol.Required("entity_id"): cv.entity_id,
        vol.Required("client"): CLIENT_SCHEMA,
    }
)
@callback
def ws_attach(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Attach a card to an avatar, for as long as its subscription lasts."""
    permissions = connection.user.permissions
    if not permissions.check_entity(msg["entity_id"], POLICY_READ):
        raise Unauthorized(entity_id=msg["entity_id"])
    found = _avatar_of(hass, msg["entity_id"])
    if found is None:
        connection.send_error(msg["id"], ERR_NOT_FOUND, "No such avatar")
        return
    avatar, version = found
    card = CardConnection(avatar, msg["entity_id"], connection, msg["id"])
    facts = {**msg["client"], "transports": tuple(msg["client"]["transports"])}
    playback = facts.pop("playback", None)
    may_control = permissions.check_entity(msg["entity_id"], POLICY_CONTROL)
    try:
        card.async_attach(
            Client(**facts), may_control=may_control, version=version, playback=playback
        )
    except TooManyAttachmentsError:
        connection.send_error(msg["id"], "too_many", "Too many cards show this avatar")
        return
    if card.attachment is not None:
        cards = hass.data[DATA_CARDS]
        cards[card.attachment.id] = card
        connection.subscriptions[msg["id"]] = partial(_forget, cards, card)


@callback
def _forget(cards: dict[str, CardConnection], card: CardConnection) -> None:
    card.async_detach()
    if card.attachment is not None:
        cards.pop(card.attachment.id, None)


def _avatar_of(hass: HomeAssistant, entity_id: str) -> tuple[AvatarRuntime, str] | None:
    """Return the avatar that an entity belongs to, and the integration's version."""
    registered = er.async_get(hass).async_get(entity_id)
    if (
        registered is None
        or registered.platform != DOMAIN
        # Permissions are given by entity, and this is the one that speaks.
        or registered.domain != Platform.MEDIA_PLAYER
        or registered.config_entry_id is None
    ):
        return None
    entry: AvatarConfigEntry | None = hass.config_entries.async_get_entry(
        registered.config_entry_id
    )
    if entry is None or entry.state is not ConfigEntryState.LOADED:
        return None
    avatar = entry.runtime_data.avatars.get(registered.config_subentry_id or "")
    version = async_get_loaded_integration(hass, DOMAIN).version
    return None if avatar is None else (avatar, str(version))


def _card_of(
    hass: HomeAssistant, connection: ActiveConnection, attachment_id: str
) -> tuple[CardConnection, Attachment]:
    """Return an open card. Raises CommandError when it is not open on this connection."""
    card = hass.data[DATA_CARDS].get(attachment_id)
    if card is not None and card.connection is connection:
        attachment = card.avatar.viewers.get(attachment_id)
        if attachment is not None:
            # Permissions may have changed since it attached.
            permissions = connection.user.permissions
            attachment.may_control = permissions.check_entity(card.entity_id, POLICY_CONTROL)
            return card, attachment
    raise CommandError("unknown_attachment", "Attach again")


type CardCommand = Callable[[CardConnection, Attachment, dict[str, Any]], None]


def _for_attachment(command: CardCommand) -> Callable[..., None]:
    """Look the attachment of a command up, and close it when it did more than it may."""

    @callback
    def handle(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
        try:
            card, attachment = _card_of(hass, connection, msg["attachment"])
            try:
                command(card, attachment, msg)
            except LimitError as err:
                card.avatar.viewers.close(attachment, "limit", monotonic())
                raise CommandError("limit", "Too much at once; the card was detached") from err
        except CommandError as err:
            connection.send_error(msg["id"], err.code, err.message)
        else:
            connection.send_result(msg["id"])

    return handle


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/report",
        vol.Required("attachment"): str,
        vol.Required("kind"): vol.In(
            (
                "visible",
                "pong",
                "joined",
                "first_frame",
                "room_lost",
                "left",
                "published",
                "playback_started",
                "playback_finished",
                "playback_failed",
                "playback_blocked",
                "error",
            )
        ),
        vol.Optional("epoch"): vol.Any(None, vol.All(str, vol.Length(max=64))),
        vol.Optional("playback"): PLAYBACK,
        vol.Optional("duration"): vol.Any(None, SECONDS),
        vol.Optional("seconds"): vol.Any(None, SECONDS),
        vol.Optional("stopped"): bool,
        vol.Optional("visible"): bool,
        vol.Optional("audio"): AUDIO,
        vol.Optional("microphone"): MICROPHONE,
        vol.Optional("milliseconds"): vol.All(vol.Coerce(float), vol.Range(min=0)),
        vol.Optional("reason"): vol.Any(None, vol.All(str, vol.Length(max=256))),
        vol.Optional("message_id"): vol.All(str, vol.Length(max=64)),
        vol.Optional("ok"): bool,
        vol.Optional("code"): vol.All(str, vol.Length(max=64)),
        vol.Optional("message"): vol.All(str, vol.Length(max=1024)),
    }
)
@_for_attachment
def ws_report(  # noqa: C901, PLR0912 - a table of reports
    card: CardConnection, attachment: Attachment, msg: dict[str, Any]
) -> None:
    """Take what a card reports; an old epoch is ignored."""
    attachment.count_command(monotonic())
    avatar, viewers, mono = card.avatar, card.avatar.viewers, monotonic()
    epoch = msg.get("epoch") or ""
    match msg["kind"]:
        case "visible":
            client = replace(
                attachment.client,
                **{key: msg[key] for key in ("visible", "audio", "microphone") if key in msg},
            )
            viewers.update(attachment, client, mono)
        case "playback_blocked":
            viewers.update(attachment, replace(attachment.client, audio="blocked"), mono)
        case "pong":
            viewers.pong(attachment, mono)
        case "joined":
            viewers.joined(attachment, epoch)
        case "first_frame":
            viewers.first_frame(attachment, epoch)
        case "room_lost":
            viewers.lost(attachment, epoch, mono, failed=False)
        case "error":
            viewers.lost(attachment, epoch, mono, failed=True)
        case "published":
            if viewers.speaks_for_room(attachment, epoch):
                avatar.room.published(msg.get("message_id", ""), ok=msg.get("ok", False))
        case "playback_started" | "playback_finished" | "playback_failed" as kind if (
            playback := msg.get("playback")
        ):
            _playback_report(avatar, attachment, kind, playback, msg)
        case "playback_started" | "playback_finished" as kind:
            if viewers.speaks_for_room(attachment, epoch):
                avatar.async_measured(sounding=kind == "playback_started")
        case _:  # left: the integration sent it out
            pass


def _playback_report(
    avatar: AvatarRuntime, attachment: Attachment, kind: str, playback: str, msg: dict[str, Any]
) -> None:
    """Take how far a card has come with the sound that it was told to play."""
    match kind:
        case "playback_started":
            avatar.playback.started(attachment, playback, msg.get("duration"))
        case "playback_finished":
            stopped = msg.get("stopped", False)
            avatar.playback.finished(attachment, playback, msg.get("seconds"), stopped=stopped)
        case _:
            avatar.playback.failed(attachment, playback)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/relay",
        vol.Required("attachment"): str,
        vol.Required("epoch"): vol.All(str, vol.Length(max=64)),
        vol.Required("topic"): vol.Any(None, vol.All(str, vol.Length(max=256))),
        vol.Required("payload"): str,
    }
)
@_for_attachment
def ws_relay(card: CardConnection, attachment: Attachment, msg: dict[str, Any]) -> None:
    """Take what the room said to the seat, raw."""
    if len(msg["payload"]) > MOST_BASE64:
        raise LimitError
    try:
        payload = base64.b64decode(msg["payload"], validate=True)
    except binascii.Error:
        raise CommandError(ERR_INVALID_FORMAT, "payload is not base64") from None
    card.avatar.room.relay(attachment, msg["epoch"], msg["topic"], payload, monotonic())


@websocket_command({vol.Required("type"): f"{DOMAIN}/take_seat", vol.Required("attachment"): str})
@_for_attachment
def ws_take_seat(card: CardConnection, attachment: Attachment, msg: dict[str, Any]) -> None:
    """Show the avatar on this screen."""
    del msg
    if not attachment.may_control:
        raise CommandError(ERR_UNAUTHORIZED, "You may not control this avatar")
    card.avatar.viewers.take_seat(attachment, monotonic())


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/say",
        vol.Required("attachment"): str,
        vol.Required("text"): str,
    }
)
@async_response
async def ws_say(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Have the avatar say what somebody typed into a card."""
    try:
        card, attachment = _card_of(hass, connection, msg["attachment"])
    except CommandError as err:
        connection.send_error(msg["id"], err.code, err.message)
        return
    if not attachment.may_control:
        raise Unauthorized
    text = clean_text(msg["text"])
    if not text:
        connection.send_error(msg["id"], "empty", "There is nothing to say")
        return
    if len(text) > MAX_TEXT:
        connection.send_error(msg["id"], "too_long", f"At most {MAX_TEXT} characters at once")
        return
    try:
        attachment.count_command(monotonic())
    except LimitError:
        connection.send_error(msg["id"], "limit", "Too much at once; the card was detached")
        card.avatar.viewers.close(attachment, "limit", monotonic())
        return
    result = await card.avatar.async_speak(SpeakRequest(text=text))
    connection.send_result(msg["id"], {"utterance": result.utterance_id})
