"""What a create asks KonPro for: every setting under its documented name, and none that is not set."""

from collections.abc import Mapping

import pytest

from custom_components.streaming_avatar.providers.konpro import SPEC, KonPro
from custom_components.streaming_avatar.providers.konpro.create import LONGEST
from custom_components.streaming_avatar.providers.konpro.wire import NewSession
from custom_components.streaming_avatar.providers.settings import SettingValue, clean_settings

from .vendor import Answer, Vendor
from .wire import CREATE, NEW, TOKEN, request_for

EVERYTHING: Mapping[str, SettingValue] = {
    "avatar_id": "Ann_public",
    "quality": "high",
    "voice_id": "v1",
    "rate": 1.15,
    "emotion": "friendly",
    "language": "de",
    "elevenlabs_model_id": "eleven_flash_v2_5",
    "elevenlabs_stability": 0.0,
    "elevenlabs_similarity_boost": 0.75,
    "elevenlabs_style": 1.0,
    "elevenlabs_use_speaker_boost": "off",
    "knowledge_base": "You are the host.\nAnswer in one sentence. 👋",
    "knowledge_base_id": "kb1",
    "silence_response": True,
    "stt_provider": "gladia",
    "stt_confidence": 0.0,
    "video_encoding": "H264",
    "activity_idle_timeout": 3600,
    "disable_idle_timeout": True,
    "version": "v2",
}


async def sent(vendor: Vendor, konpro: KonPro, settings: Mapping[str, SettingValue]) -> object:
    """The body of a create with these settings, as a dialog would have checked them."""
    cleaned = clean_settings(SPEC.settings, settings)
    assert cleaned == settings
    vendor.on(CREATE, Answer(NEW))
    await konpro.create_session(request_for(**cleaned))
    return vendor.requests[-1].body


async def test_every_setting_has_its_place(vendor: Vendor, konpro: KonPro) -> None:
    assert EVERYTHING.keys() == {setting.key for setting in SPEC.settings}
    assert await sent(vendor, konpro, EVERYTHING) == {
        "version": "v2",
        "avatar_id": "Ann_public",
        "quality": "high",
        "video_encoding": "H264",
        "language": "de",
        "knowledge_base": "You are the host.\nAnswer in one sentence. 👋",
        "knowledge_base_id": "kb1",
        "activity_idle_timeout": 3600,
        "disable_idle_timeout": True,
        "silence_response": True,
        "voice": {
            "voice_id": "v1",
            "rate": 1.15,
            "emotion": "friendly",
            "elevenlabs_settings": {
                "model_id": "eleven_flash_v2_5",
                "stability": 0.0,
                "similarity_boost": 0.75,
                "style": 1.0,
                "use_speaker_boost": False,
            },
        },
        "stt_settings": {"provider": "gladia", "confidence": 0.0},
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"disable_idle_timeout": False, "silence_response": False}, {}),
        ({"version": "v1"}, {}),
        ({"voice_id": "v1"}, {"voice": {"voice_id": "v1"}}),
        (
            {"elevenlabs_use_speaker_boost": "on"},
            {"voice": {"elevenlabs_settings": {"use_speaker_boost": True}}},
        ),
        ({"stt_confidence": 0.55}, {"stt_settings": {"confidence": 0.55}}),
        ({"knowledge_base_id": "kb1"}, {"knowledge_base_id": "kb1"}),
    ],
)
async def test_what_is_not_set_is_not_sent(
    vendor: Vendor,
    konpro: KonPro,
    settings: Mapping[str, SettingValue],
    expected: Mapping[str, object],
) -> None:
    assert await sent(vendor, konpro, settings) == {"version": "v1"} | dict(expected)


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [
        ({}, 120.0),
        ({"activity_idle_timeout": 30}, 30.0),
        ({"disable_idle_timeout": False}, 120.0),
        ({"disable_idle_timeout": True}, LONGEST),
        ({"disable_idle_timeout": True, "activity_idle_timeout": 30}, LONGEST),
    ],
)
async def test_nobody_there_ends_a_session_after_its_idle_time(
    vendor: Vendor, konpro: KonPro, settings: Mapping[str, SettingValue], seconds: float
) -> None:
    request = request_for(**settings)
    assert konpro.unattended_limit(request) == seconds
    vendor.on(CREATE, Answer(NEW))
    assert (await konpro.create_session(request)).idle_limit == seconds


def test_every_documented_field_of_the_answer_is_known_and_no_token_shown() -> None:
    data = {**NEW["data"], "realtime_endpoint": f"wss://x.example?key={TOKEN}"}
    new = NewSession.model_validate(data)
    assert (new.session_id, new.url) == ("eba59f0d", "wss://room.example")
    assert (new.session_duration_limit, new.is_paid) == (600.0, True)
    secrets = (new.access_token, new.livekit_agent_token, new.realtime_endpoint)
    assert all(secret and TOKEN in secret.get_secret_value() for secret in secrets)
    assert TOKEN not in repr(new)
