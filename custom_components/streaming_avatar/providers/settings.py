"""What a user can set, as data.

A provider declares its settings once. The dialogs, the selects and numbers, the validation and the
diagnostics are rendered from the declaration, and texts are keyed by `Setting.key`; so no vendor's
field stands outside its file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import math

type SettingValue = str | int | float | bool
type SettingValues = Mapping[str, SettingValue]


class SettingKind(StrEnum):
    """How a value is entered and checked."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    SECRET = "secret"  # noqa: S105 - a kind of setting, no secret
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    OPTION = "option"
    CATALOGUE = "catalogue"
    """An id of one of the account's catalogues; free text is allowed, for what no list shows."""
    LANGUAGE = "language"
    ENTITY = "entity"
    """A Home Assistant entity id; `options` holds the allowed domains."""
    SPEECH_VOICE = "speech_voice"
    """A voice of one of Home Assistant's text-to-speech engines."""


class Catalogue(StrEnum):
    """A list that the provider's account offers."""

    AVATARS = "avatars"
    VOICES = "voices"
    LANGUAGES = "languages"
    KNOWLEDGE_BASES = "knowledge_bases"
    SPEECH_LANGUAGES = "speech_languages"
    """Not of the account: of Home Assistant's text-to-speech engine."""
    SPEECH_VOICES = "speech_voices"
    """The same."""


class Applies(StrEnum):
    """When a changed value takes effect."""

    SESSION = "session"
    """At the next session."""
    UTTERANCE = "utterance"
    """With the next sentence."""
    IMMEDIATE = "immediate"
    """At once, in a running session too."""


class Section(StrEnum):
    """The part of the dialog that shows a setting; every section but the first is folded."""

    AVATAR = "avatar"
    VOICE = "voice"
    VOICE_MODEL = "voice_model"
    """The fine tuning of voices that another company makes."""
    BRAIN = "brain"
    HEARING = "hearing"
    VIDEO = "video"
    FACE = "face"
    """The built-in face: the avatar itself, or its stand-in."""
    SPEECH = "speech"
    """The voice that Home Assistant makes."""
    SOUND_BOARD = "sound_board"
    """Sentences to be said at a tap."""
    COSTS = "costs"
    ADVANCED = "advanced"
    ROOM = "room"
    """The place where avatar and viewers meet, where that is not the provider's; of an account."""


class SettingError(ValueError):
    """A value does not fit its setting.

    `reason`: wrong_type, below_minimum, above_maximum, unknown_option or too_long; a provider may
    have further ones for its credentials.
    """

    def __init__(self, key: str, reason: str) -> None:
        """Name the setting and the rule that it breaks, never the value (it may be a secret)."""
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One thing that a user can set.

    An empty value (None, "") means: leave it out, the provider's default counts.
    """

    key: str
    kind: SettingKind
    section: Section
    applies: Applies = Applies.SESSION
    required: bool = False
    default: SettingValue | None = None
    options: tuple[str, ...] = ()
    catalogue: Catalogue | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    unit: str | None = None
    max_length: int = 255

    def clean(self, value: object) -> SettingValue | None:
        """Return the checked value, None for an empty one.

        Raises:
            SettingError: the value has the wrong type, is out of range or no option.

        """
        if value is None or value == "":
            return None
        match self.kind:
            case SettingKind.BOOLEAN:
                if not isinstance(value, bool):
                    raise SettingError(self.key, "wrong_type")
                return value
            case SettingKind.INTEGER | SettingKind.NUMBER:
                return self._clean_number(value)
            case _:
                return self._clean_text(value)

    def _clean_number(self, value: object) -> SettingValue:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SettingError(self.key, "wrong_type")
        if not _is_finite(value):
            raise SettingError(self.key, "wrong_type")
        if self.minimum is not None and value < self.minimum:
            raise SettingError(self.key, "below_minimum")
        if self.maximum is not None and value > self.maximum:
            raise SettingError(self.key, "above_maximum")
        if self.kind is SettingKind.INTEGER:
            if value != int(value):
                raise SettingError(self.key, "wrong_type")
            return int(value)
        return float(value)

    def _clean_text(self, value: object) -> SettingValue | None:
        if not isinstance(value, str):
            raise SettingError(self.key, "wrong_type")
        text = value.strip()
        if not text:
            return None
        if self.kind is SettingKind.OPTION and text not in self.options:
            raise SettingError(self.key, "unknown_option")
        if len(text) > self.max_length:
            raise SettingError(self.key, "too_long")
        return text


def _is_finite(value: float) -> bool:
    """Return whether a number is one that a float can hold."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def clean_settings(
    declared: Iterable[Setting], values: Mapping[str, object]
) -> dict[str, SettingValue]:
    """Return the non-empty values of the declared settings, checked; unknown keys are left out.

    Raises:
        SettingError: of the first setting whose value does not fit.

    """
    cleaned: dict[str, SettingValue] = {}
    for setting in declared:
        value = setting.clean(values.get(setting.key))
        if value is not None:
            cleaned[setting.key] = value
    return cleaned


EMOTIONS = ("friendly", "excited", "serious", "soothing", "broadcaster")
"""Moods of the built-in face, named as the avatar SDKs name theirs."""
DEFAULT_LOOK = "mira"
FACE_COLORS: Mapping[str, str] = {
    "skin": "face_skin",
    "hair": "face_hair",
    "outfit": "face_outfit",
    "accent": "face_accent",
}
"""Keys of the settings by the card's names of what they colour."""

FACE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="look",
        kind=SettingKind.OPTION,
        section=Section.FACE,
        applies=Applies.IMMEDIATE,
        default=DEFAULT_LOOK,
        options=(DEFAULT_LOOK, "nova"),
    ),
    Setting(
        key="face_skin",
        kind=SettingKind.OPTION,
        section=Section.FACE,
        applies=Applies.IMMEDIATE,
        options=("porcelain", "light", "medium", "olive", "brown", "deep"),
    ),
    Setting(
        key="face_hair",
        kind=SettingKind.OPTION,
        section=Section.FACE,
        applies=Applies.IMMEDIATE,
        options=("black", "brown", "chestnut", "blonde", "red", "silver"),
    ),
    Setting(
        key="face_outfit",
        kind=SettingKind.OPTION,
        section=Section.FACE,
        applies=Applies.IMMEDIATE,
        options=("navy", "teal", "burgundy", "forest", "charcoal", "sand"),
    ),
    Setting(
        key="face_accent",
        kind=SettingKind.OPTION,
        section=Section.FACE,
        applies=Applies.IMMEDIATE,
        options=("theme", "blue", "violet", "green", "orange", "pink"),
    ),
)
"""How the built-in face looks. Empty: the look's own colours."""

SPEECH_SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="speech_engine",
        kind=SettingKind.ENTITY,
        section=Section.SPEECH,
        applies=Applies.UTTERANCE,
        options=("tts",),
    ),
    Setting(
        key="speech_language",
        kind=SettingKind.LANGUAGE,
        section=Section.SPEECH,
        applies=Applies.UTTERANCE,
        catalogue=Catalogue.SPEECH_LANGUAGES,
        max_length=35,
    ),
    Setting(
        key="speech_voice",
        kind=SettingKind.SPEECH_VOICE,
        section=Section.SPEECH,
        applies=Applies.UTTERANCE,
        catalogue=Catalogue.SPEECH_VOICES,
    ),
)
"""Home Assistant's text-to-speech. Empty: what the preferred Assist pipeline uses."""

COST_SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="idle_timeout",
        kind=SettingKind.INTEGER,
        section=Section.COSTS,
        applies=Applies.IMMEDIATE,
        required=True,
        default=60,
        minimum=10,
        maximum=3600,
        unit="s",
    ),
    Setting(
        key="max_minutes_per_session",
        kind=SettingKind.INTEGER,
        section=Section.COSTS,
        applies=Applies.IMMEDIATE,
        minimum=1,
        maximum=1440,
        unit="min",
    ),
    Setting(
        key="max_minutes_per_day",
        kind=SettingKind.INTEGER,
        section=Section.COSTS,
        applies=Applies.IMMEDIATE,
        required=True,
        default=60,
        minimum=1,
        maximum=1440,
        unit="min",
    ),
    Setting(
        key="announcements_start_session",
        kind=SettingKind.BOOLEAN,
        section=Section.COSTS,
        applies=Applies.IMMEDIATE,
        default=False,
    ),
    Setting(
        key="renew_session",
        kind=SettingKind.BOOLEAN,
        section=Section.COSTS,
        applies=Applies.IMMEDIATE,
        default=True,
    ),
)
"""Settings of every avatar whose provider charges for sessions."""

STAND_IN_SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="stand_in",
        kind=SettingKind.BOOLEAN,
        section=Section.FACE,
        applies=Applies.IMMEDIATE,
        default=True,
    ),
    *FACE_SETTINGS,
    *SPEECH_SETTINGS,
)
"""Settings of every avatar that does not itself consist of the built-in face and voice."""

COMMON_SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="fallback_speaker",
        kind=SettingKind.ENTITY,
        section=Section.SPEECH,
        applies=Applies.UTTERANCE,
        options=("media_player",),
    ),
    Setting(
        key="saved_sentences",
        kind=SettingKind.LONG_TEXT,
        section=Section.SOUND_BOARD,
        applies=Applies.IMMEDIATE,
        max_length=10_000,
    ),
    Setting(
        key="share_text",
        kind=SettingKind.BOOLEAN,
        section=Section.ADVANCED,
        applies=Applies.IMMEDIATE,
        default=False,
    ),
)
"""Settings that every avatar has, whatever its provider.

`saved_sentences`: one a line. `share_text`: spoken and heard text in event attributes, spoken text on the sound board.
"""
