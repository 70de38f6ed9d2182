"""The actions: what a user may ask of an avatar, checked and put into words when it cannot be done."""

from collections.abc import Awaitable, Callable, Iterator, Set as AbstractSet
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final
import unicodedata

from homeassistant.const import ATTR_ENTITY_ID, ENTITY_MATCH_ALL, Platform
from homeassistant.core import (
    HassJob,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, target as target_helpers
from homeassistant.helpers.entity_platform import DATA_DOMAIN_PLATFORM_ENTITIES
from homeassistant.helpers.service import entity_service_call
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from .const import DOMAIN
from .entity import AvatarEntity
from .providers.base import TaskType
from .session.runtime import AvatarRuntime, SessionRefused, SpeakRequest, SpeakResult
from .session.utterances import Outcome, Priority, TaskMode

MAX_TEXT: Final = 10_000
"""Characters of one text; some minutes of speech."""

ATTR_TEXT: Final = "text"
ATTR_TASK_TYPE: Final = "task_type"
ATTR_TASK_MODE: Final = "task_mode"
ATTR_EMOTION: Final = "emotion"
ATTR_PRIORITY: Final = "priority"
ATTR_EXPIRY: Final = "expiry"
ATTR_INTERRUPT: Final = "interrupt"
ATTR_HOLD: Final = "hold"
ATTR_WITHOUT_VIEWER: Final = "without_viewer"

SPEAK_SCHEMA: Final[VolDictType] = {
    vol.Required(ATTR_TEXT): cv.string,
    vol.Optional(ATTR_TASK_TYPE, default=TaskType.REPEAT): vol.Coerce(TaskType),
    vol.Optional(ATTR_TASK_MODE, default=TaskMode.ASYNC): vol.Coerce(TaskMode),
    vol.Optional(ATTR_EMOTION): cv.string,
    vol.Optional(ATTR_PRIORITY, default=Priority.NORMAL): vol.Coerce(Priority),
    vol.Optional(ATTR_EXPIRY, default=30.0): vol.All(vol.Coerce(float), vol.Range(min=1, max=3600)),
    vol.Optional(ATTR_INTERRUPT, default=False): cv.boolean,
}


def _duration(value: Any) -> timedelta:
    """Return a duration; Home Assistant's own check lets a number through that none can hold."""
    try:
        return cv.positive_time_period(value)
    except OverflowError as err:
        raise vol.Invalid("too long") from err


START_SESSION_SCHEMA: Final[VolDictType] = {
    vol.Optional(ATTR_HOLD): vol.All(
        _duration, vol.Range(min=timedelta(seconds=1), max=timedelta(hours=24))
    ),
    vol.Optional(ATTR_WITHOUT_VIEWER, default=False): cv.boolean,
}

REASONS: Final = frozenset(
    {
        "audio_blocked",
        "authentication",
        "bad_request",
        "bad_response",
        "blocked",
        "busy",
        "cap",
        "connection",
        "insecure",
        "invalid_address",
        "invalid_text",
        "join_failed",
        "media_failed",
        "media_needs_stand_in",
        "media_not_found",
        "media_unsupported",
        "no_session",
        "no_speech_engine",
        "nobody_watching",
        "not_asked",
        "not_found",
        "not_ready",
        "paid_off",
        "permission",
        "plan",
        "provider_error",
        "queue_full",
        "quota",
        "rate_limit",
        "removed",
        "room_lost",
        "room_server",
        "screen_lost",
        "session_ended",
        "speaker_failed",
        "speaker_is_avatar",
        "speech_engine_gone",
        "speech_failed",
        "speech_language",
        "stopped",
        "storage",
        "suspended",
        "voice_failed",
        "waited_too_long",
        "withdrawn",
    }
)
"""Why an avatar did not do what it was told; each is the key of a text."""


@callback
def async_register_services(hass: HomeAssistant) -> None:
    """Register the actions, each for the media players of our avatars."""

    @callback
    def register(
        name: str,
        carry_out: Callable[[AvatarEntity, ServiceCall], Awaitable[ServiceResponse | None]],
        schema: VolDictType | None = None,
        supports_response: SupportsResponse = SupportsResponse.NONE,
    ) -> None:
        hass.services.async_register(
            DOMAIN,
            name,
            partial(_async_call, hass, HassJob(carry_out)),
            cv.make_entity_service_schema(schema),
            supports_response,
        )

    register("speak", _async_speak, SPEAK_SCHEMA, SupportsResponse.OPTIONAL)
    register("interrupt", _async_interrupt)
    register("start_session", _async_start_session, START_SESSION_SCHEMA)
    register("stop_session", _async_stop_session)
    register("start_listening", _async_start_listening)
    register("stop_listening", _async_stop_listening)
    register("keep_alive", _async_keep_alive)


async def _async_call(
    hass: HomeAssistant, carry_out: HassJob[..., Any], call: ServiceCall
) -> dict[str, ServiceResponse] | None:
    """Carry an action out on every avatar of the target.

    Home Assistant's own registration would only log a warning, and report success, where the target holds no avatar.
    """
    avatars = hass.data.get(DATA_DOMAIN_PLATFORM_ENTITIES, {}).get(
        (Platform.MEDIA_PLAYER, DOMAIN), {}
    )
    _check_target(hass, call, avatars.keys())
    return await entity_service_call(hass, avatars, carry_out, call)


@callback
def _check_target(hass: HomeAssistant, call: ServiceCall, avatars: AbstractSet[str]) -> None:
    """Refuse a target that names something else than an avatar, or that holds none.

    An area, a floor, a label or a device may well hold other things too.
    """
    if call.data.get(ATTR_ENTITY_ID) == ENTITY_MATCH_ALL:
        named, reached = set[str](), avatars
    else:
        selected = target_helpers.async_extract_referenced_entity_ids(
            hass, target_helpers.TargetSelection(dict(call.data)), expand_group=True
        )
        named = selected.referenced
        reached = named | selected.indirectly_referenced
    if strangers := named - avatars:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_an_avatar",
            translation_placeholders={"entities": ", ".join(sorted(strangers))},
        )
    if not reached & avatars:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_avatar")


async def _async_speak(entity: AvatarEntity, call: ServiceCall) -> ServiceResponse:
    avatar = entity.avatar
    result = await avatar.async_speak(
        SpeakRequest(
            text=checked_text(call.data[ATTR_TEXT]),
            task_type=_checked_task_type(avatar, call.data[ATTR_TASK_TYPE]),
            task_mode=call.data[ATTR_TASK_MODE],
            emotion=_checked_emotion(entity, call.data.get(ATTR_EMOTION)),
            priority=call.data[ATTR_PRIORITY],
            expiry=call.data[ATTR_EXPIRY],
            interrupt=call.data[ATTR_INTERRUPT],
        )
    )
    raise_unless_well(avatar, result)
    return {
        "utterance_id": result.utterance_id,
        "outcome": result.outcome,
        "reason": result.reason,
        "confirmed": None if result.outcome is None else result.confirmed,
        "delivery": result.delivery,
    }


async def _async_interrupt(entity: AvatarEntity, call: ServiceCall) -> None:
    entity.avatar.async_interrupt()


async def _async_start_session(entity: AvatarEntity, call: ServiceCall) -> None:
    hold: timedelta | None = call.data.get(ATTR_HOLD)
    with refusals_translated(entity.avatar):
        entity.avatar.async_start_session(
            hold=None if hold is None else hold.total_seconds(),
            without_viewer=call.data[ATTR_WITHOUT_VIEWER],
        )


async def _async_stop_session(entity: AvatarEntity, call: ServiceCall) -> None:
    await entity.avatar.async_stop_session()


async def _async_start_listening(entity: AvatarEntity, call: ServiceCall) -> None:
    avatar = _checked_listener(entity.avatar)
    with refusals_translated(avatar):
        await avatar.async_start_listening()


async def _async_stop_listening(entity: AvatarEntity, call: ServiceCall) -> None:
    avatar = _checked_listener(entity.avatar)
    with refusals_translated(avatar):
        await avatar.async_stop_listening()


async def _async_keep_alive(entity: AvatarEntity, call: ServiceCall) -> None:
    keep_alive(entity.avatar)


@callback
def keep_alive(avatar: AvatarRuntime) -> None:
    """Keep the open session from ending because of silence.

    Raises:
        HomeAssistantError: there is none.

    """
    if not avatar.async_keep_alive():
        raise reason_error(avatar, "no_session")


@contextmanager
def refusals_translated(avatar: AvatarRuntime) -> Iterator[None]:
    """Turn the refusal of a session into an error that says why, and what to do."""
    try:
        yield
    except SessionRefused as err:
        raise reason_error(avatar, err.reason) from err


def raise_unless_well(avatar: AvatarRuntime, result: SpeakResult) -> None:
    """Raise the error that says why something was not said; an interrupt is none."""
    if result.outcome in {Outcome.EXPIRED, Outcome.FAILED}:
        raise reason_error(avatar, result.reason)


def reason_error(avatar: AvatarRuntime, reason: str | None) -> HomeAssistantError:
    """Return the error that says why an avatar did not do what it was told."""
    # What is wrong with the request itself is nothing to look for in the log.
    error = ServiceValidationError if reason == "no_session" else HomeAssistantError
    return error(
        translation_domain=DOMAIN,
        translation_key=reason if reason in REASONS else "provider_error",
        translation_placeholders={"avatar": avatar.name, "provider": avatar.spec.name},
    )


def checked_text(text: str) -> str:
    """Return what can be spoken of a text: composed, in single spaces, without control characters.

    Raises:
        ServiceValidationError: nothing is left, or more than `MAX_TEXT` characters.

    """
    cleaned = clean_text(text)
    if not cleaned:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="text_empty")
    if len(cleaned) > MAX_TEXT:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="text_too_long",
            translation_placeholders={"length": str(len(cleaned)), "maximum": str(MAX_TEXT)},
        )
    return cleaned


def clean_text(text: str) -> str:
    """Return a text without what no voice can say; empty if no visible character is left.

    Joiners and direction marks stay, for emoji and right-to-left scripts need them; halves of surrogate pairs go, for
    no request could carry them.
    """
    kept = "".join(
        character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    cleaned = " ".join(unicodedata.normalize("NFC", kept).split())
    visible = any(unicodedata.category(character) not in {"Cf", "Zs"} for character in cleaned)
    return cleaned if visible else ""


def _checked_listener(avatar: AvatarRuntime) -> AvatarRuntime:
    if not avatar.spec.capabilities.can_listen:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="listening_unsupported",
            translation_placeholders={"avatar": avatar.name, "provider": avatar.spec.name},
        )
    return avatar


def _checked_task_type(avatar: AvatarRuntime, task_type: TaskType) -> TaskType:
    if task_type is TaskType.TALK and not avatar.spec.capabilities.has_llm:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="talk_unsupported",
            translation_placeholders={"provider": avatar.spec.name},
        )
    return task_type


def _checked_emotion(entity: AvatarEntity, wanted: str | None) -> str | None:
    """Return the emotion to send with this sentence, None where the session's own one will do.

    Where a provider takes the emotion at session start only, asking for the one that is set is no mistake; asking for
    another would silently not happen, so it is refused.
    """
    emotion = (wanted or "").strip().lower()
    if not emotion:
        return None
    avatar = entity.avatar
    capabilities = avatar.spec.capabilities
    if not capabilities.emotion_per_utterance:
        if emotion == entity.settings.get(ATTR_EMOTION):
            return None
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="emotion_per_session",
            translation_placeholders={"avatar": avatar.name, "provider": avatar.spec.name},
        )
    if emotion not in capabilities.emotions:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="emotion_unknown",
            translation_placeholders={
                "provider": avatar.spec.name,
                "emotions": ", ".join(capabilities.emotions),
            },
        )
    return emotion
