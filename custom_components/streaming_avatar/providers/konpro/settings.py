"""What can be set of a KonPro avatar.

KonPro: Start a New Streaming Session. All are optional, and KonPro's defaults count.
"""

from ..settings import Catalogue, Section, Setting, SettingKind

EMOTIONS = ("excited", "serious", "friendly", "soothing", "broadcaster")
"""KonPro: Streaming Avatar SDK API Reference, VoiceEmotion."""

_VOICE = (
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
)

_VOICE_MODEL = (
    Setting(
        key="elevenlabs_model_id",
        kind=SettingKind.OPTION,
        section=Section.VOICE_MODEL,
        options=("eleven_flash_v2_5", "eleven_multilingual_v2"),
    ),
    *(
        Setting(
            key=f"elevenlabs_{name}",
            kind=SettingKind.NUMBER,
            section=Section.VOICE_MODEL,
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        )
        for name in ("stability", "similarity_boost", "style")
    ),
    # No switch: it would have no place for what the voice's owner has set.
    Setting(
        key="elevenlabs_use_speaker_boost",
        kind=SettingKind.OPTION,
        section=Section.VOICE_MODEL,
        options=("on", "off"),
    ),
)
"""For voices of ElevenLabs."""

_BRAIN = (
    Setting(
        key="knowledge_base",
        kind=SettingKind.LONG_TEXT,
        section=Section.BRAIN,
        max_length=20_000,
    ),
    Setting(
        key="knowledge_base_id",
        kind=SettingKind.CATALOGUE,
        section=Section.BRAIN,
        catalogue=Catalogue.KNOWLEDGE_BASES,
    ),
    # In none of KonPro's documents as a field, but its SDK has it (useSilencePrompt).
    Setting(key="silence_response", kind=SettingKind.BOOLEAN, section=Section.BRAIN, default=False),
)

_HEARING = (
    Setting(
        key="stt_provider",
        kind=SettingKind.OPTION,
        section=Section.HEARING,
        options=("deepgram", "gladia", "assembly_ai"),
    ),
    Setting(
        key="stt_confidence",
        kind=SettingKind.NUMBER,
        section=Section.HEARING,
        minimum=0.0,
        maximum=1.0,
        step=0.05,
    ),
)

SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="avatar_id",
        kind=SettingKind.CATALOGUE,
        section=Section.AVATAR,
        catalogue=Catalogue.AVATARS,
    ),
    *_VOICE,
    *_VOICE_MODEL,
    *_BRAIN,
    *_HEARING,
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
    Setting(
        key="disable_idle_timeout", kind=SettingKind.BOOLEAN, section=Section.COSTS, default=False
    ),
    Setting(
        key="version",
        kind=SettingKind.OPTION,
        section=Section.ADVANCED,
        default="v1",
        options=("v1", "v2"),
    ),
)
