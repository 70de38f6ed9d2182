"""What a create asks for, and what its answer lets in."""

from collections.abc import Mapping

from pydantic import SecretStr

from ..base import LiveKitTransport, Session
from ..errors import BadResponseError
from ..settings import SettingValues
from . import wire
from .errors import VENDOR

DEFAULT_IDLE_LIMIT = 120.0
"""Seconds (KonPro: Start a New Streaming Session, activity_idle_timeout)."""
LONGEST = 24 * 3600.0
"""Seconds after which a session without an idle limit is thought to have ended; none is documented."""
DEFAULT_VERSION = "v1"

_TOP_FIELDS = (
    "avatar_id",
    "quality",
    "video_encoding",
    "language",
    "knowledge_base",
    "knowledge_base_id",
    "activity_idle_timeout",
)
_FLAGS = ("disable_idle_timeout", "silence_response")
# By the names of the documents; the settings need longer ones.
_VOICE_FIELDS = {"voice_id": "voice_id", "rate": "rate", "emotion": "emotion"}
_ELEVENLABS_FIELDS = {
    "model_id": "elevenlabs_model_id",
    "stability": "elevenlabs_stability",
    "similarity_boost": "elevenlabs_similarity_boost",
    "style": "elevenlabs_style",
}
_STT_FIELDS = {"provider": "stt_provider", "confidence": "stt_confidence"}


def new_body(settings: SettingValues) -> dict[str, object]:
    """Return what a create asks for; what is not set is left out, an object without fields too."""
    body: dict[str, object] = {"version": settings.get("version", DEFAULT_VERSION)}
    body |= {key: settings[key] for key in _TOP_FIELDS if key in settings}
    # False is what counts without them; one of them is deprecated, the other is HeyGen's alone.
    body |= {key: True for key in _FLAGS if settings.get(key)}
    voice = _named(_VOICE_FIELDS, settings)
    elevenlabs = _named(_ELEVENLABS_FIELDS, settings)
    if (boost := settings.get("elevenlabs_use_speaker_boost")) is not None:
        elevenlabs["use_speaker_boost"] = boost == "on"
    if elevenlabs:
        voice["elevenlabs_settings"] = elevenlabs
    if voice:
        body["voice"] = voice
    if stt := _named(_STT_FIELDS, settings):
        body["stt_settings"] = stt
    return body


def _named(fields: Mapping[str, str], settings: SettingValues) -> dict[str, object]:
    return {name: settings[key] for name, key in fields.items() if key in settings}


def unattended_limit(settings: SettingValues) -> float:
    """Return the seconds after which the vendor ends such a session if nobody uses it."""
    if settings.get("disable_idle_timeout"):
        return LONGEST
    return float(settings.get("activity_idle_timeout", DEFAULT_IDLE_LIMIT))


def access_of(new: wire.NewSession) -> dict[str, SecretStr]:
    """Return what viewers need, or the flaw for which none can join.

    A flawed session is open all the same. It is returned, so that its id is known and gets ended.
    """
    if new.url and new.access_token:
        return {"url": SecretStr(new.url), "token": new.access_token}
    is_raw = new.sdp is not None and not new.url
    flaw = "raw WebRTC is not supported" if is_raw else "no room to join"
    return {"flaw": SecretStr(flaw)}


def transport_of(session: Session) -> LiveKitTransport:
    """Return how to join the vendor's room.

    Raises:
        BadResponseError: there is none.

    """
    if "flaw" in session.access:
        flaw = session.access["flaw"].get_secret_value()
        raise BadResponseError(f"{VENDOR} new: {flaw}")
    return LiveKitTransport(
        url=session.access["url"].get_secret_value(), token=session.access["token"]
    )
