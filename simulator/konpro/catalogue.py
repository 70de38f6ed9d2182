"""Avatars and voices of the simulated account."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Avatar:
    """One entry of the avatar list."""

    avatar_id: str
    created_at: int
    """Unix seconds."""
    look: str
    is_public: bool = True
    pose_name: str | None = None
    default_voice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueVoice:
    """One entry of the voice list."""

    voice_id: str
    name: str
    language: str
    gender: str
    support_interactive_avatar: bool = True
    support_locale: bool = False
    emotion_support: bool = False
    support_pause: bool = True


AVATARS = (
    Avatar(
        avatar_id="default",
        created_at=1_726_000_000,
        look="clara",
        pose_name="Clara at home",
        default_voice="voice_joe",
    ),
    Avatar(
        avatar_id="Marcus_Desk_public",
        created_at=1_731_500_000,
        look="marcus",
        pose_name="Marcus at the desk",
        default_voice="voice_joe",
    ),
    Avatar(
        avatar_id="Aiko_Studio_public",
        created_at=1_735_100_000,
        look="aiko",
        pose_name="Aiko in the studio",
        default_voice="voice_nina",
    ),
    # The vendor is known to list an avatar twice, and avatars without a name.
    Avatar(
        avatar_id="Aiko_Studio_public",
        created_at=1_733_000_000,
        look="aiko",
        pose_name="Aiko (old pose)",
        default_voice="voice_nina",
    ),
    Avatar(
        avatar_id="9c1f7a30-custom",
        created_at=1_750_000_000,
        look="clara",
        is_public=False,
    ),
)

VOICES = (
    CatalogueVoice(
        voice_id="voice_joe", name="Joe", language="English", gender="male", emotion_support=True
    ),
    CatalogueVoice(voice_id="voice_nina", name="Nina", language="English", gender="female"),
    CatalogueVoice(
        voice_id="voice_greta",
        name="Greta",
        language="German",
        gender="female",
        support_locale=True,
    ),
    CatalogueVoice(
        voice_id="voice_film_only",
        name="Storyteller",
        language="English",
        gender="male",
        support_interactive_avatar=False,
    ),
)


def find_avatar(avatar_id: str) -> Avatar | None:
    """Return the first avatar of that id."""
    return next((avatar for avatar in AVATARS if avatar.avatar_id == avatar_id), None)


def find_voice(voice_id: str) -> CatalogueVoice | None:
    """Return the voice of that id."""
    return next((voice for voice in VOICES if voice.voice_id == voice_id), None)
