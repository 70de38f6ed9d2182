"""KonPro: avatars in LiveKit rooms, sessions over REST with `x-api-key`."""

from ..base import Capabilities, Charges, ProviderSpec
from ..settings import Catalogue, Section, Setting, SettingKind
from .client import DEFAULT_BASE_URL, KonPro

__all__ = ["SPEC", "KonPro"]

EMOTIONS = ("excited", "serious", "friendly", "soothing", "broadcaster")
"""KonPro: Streaming Avatar SDK API Reference, VoiceEmotion."""

SPEC = ProviderSpec(
    id="konpro",
    name="KonPro",
    default_base_url=DEFAULT_BASE_URL,
    factory=KonPro,
    credentials=(
        Setting(key="api_key", kind=SettingKind.SECRET, section=Section.AVATAR, required=True),
    ),
    # KonPro: Start a New Streaming Session. All are optional, and KonPro's defaults count.
    settings=(
        Setting(
            key="avatar_id",
            kind=SettingKind.CATALOGUE,
            section=Section.AVATAR,
            catalogue=Catalogue.AVATARS,
        ),
        Setting(
            key="voice_id",
            kind=SettingKind.CATALOGUE,
            section=Section.VOICE,
            catalogue=Catalogue.VOICES,
        ),
        Setting(
            key="rate",
            kind=SettingKind.NUMBER,
            section=Section.VOICE,
            minimum=0.5,
            maximum=1.5,
            step=0.05,
        ),
        Setting(key="emotion", kind=SettingKind.OPTION, section=Section.VOICE, options=EMOTIONS),
        Setting(key="language", kind=SettingKind.LANGUAGE, section=Section.VOICE, max_length=8),
        Setting(
            key="quality",
            kind=SettingKind.OPTION,
            section=Section.VIDEO,
            options=("high", "medium", "low"),
        ),
        Setting(
            key="video_encoding",
            kind=SettingKind.OPTION,
            section=Section.VIDEO,
            options=("H264", "VP8"),
        ),
        Setting(
            key="activity_idle_timeout",
            kind=SettingKind.INTEGER,
            section=Section.COSTS,
            minimum=30,
            maximum=3600,
            unit="s",
        ),
    ),
    capabilities=Capabilities(
        has_llm=True,
        emotions=EMOTIONS,
        can_keep_alive=True,
        has_credits=True,
        viewers_per_session=1,
        # HeyGen's practical limit for one task; KonPro states none.
        max_text=1000,
        charges=Charges.WHILE_OPEN,
        # HeyGen: 30 seconds at least, then by the second.
        minimum_charge=30.0,
    ),
)
