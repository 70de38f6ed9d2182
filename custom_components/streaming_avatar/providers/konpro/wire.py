"""KonPro's answers and room messages.

Unknown fields are ignored, and an optional one that makes no sense counts as absent.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from ..base import AvatarEvent, AvatarEventType, CatalogueItem, OpenSession

MAX_MESSAGE = 16 * 1024
"""Bytes of one room message; LiveKit sends 15 KiB at most."""


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


type Lenient[T] = Annotated[T | None, WrapValidator(_or_none)]
type Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
type WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)]
type RoomAddress = Annotated[
    str, StringConstraints(pattern=r"^(?:wss?|https?)://\S+$", max_length=2000)
]
type Token = Annotated[SecretStr, Field(min_length=1)]
type Seconds = Annotated[float, Field(gt=0, le=366 * 24 * 3600, allow_inf_nan=False)]
type UnixTime = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
type Milliseconds = Annotated[float, Field(ge=0, le=3_600_000, allow_inf_nan=False)]


class Wire(BaseModel):
    """Base of all of them. Numbers may come as text; no error text shows what was read."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True
    )


class NewSession(Wire):
    """`data` of a create (KonPro: Start a New Streaming Session, Response Fields)."""

    session_id: Id
    url: Lenient[RoomAddress] = Field(default=None, repr=False)
    access_token: Lenient[Token] = None
    session_duration_limit: Lenient[Seconds] = None
    is_paid: Lenient[bool] = None
    realtime_endpoint: Lenient[SecretStr] = None
    """Alpha, for speech that is sent as sound; its address may hold what lets one in."""
    livekit_agent_token: Lenient[Token] = None
    """Lets a server-side agent into the room; no viewer gets it."""
    sdp: object = Field(default=None, repr=False)


class Task(Wire):
    """`data` of a task."""

    task_id: Lenient[Id] = None
    duration_ms: Lenient[Milliseconds] = None


class ListedSession(Wire):
    """A row of `data.sessions`."""

    session_id: Id
    status: Lenient[str] = None
    created_at: Lenient[UnixTime] = None


class SessionList(Wire):
    """`data` of the list of open sessions."""

    sessions: tuple[ListedSession, ...] | None


class Avatar(Wire):
    """A row of the avatar list."""

    avatar_id: Id
    name: Lenient[Id] = None
    avatar_name: Lenient[Id] = None
    pose_name: Lenient[Id] = None
    status: Lenient[str] = None
    created_at: Lenient[UnixTime] = None
    normal_preview: Lenient[WebAddress] = None


class Voice(Wire):
    """A row of the voice list."""

    voice_id: Id
    name: Lenient[Id] = None
    language: Lenient[Id] = None
    support_interactive_avatar: Lenient[bool] = None


class KnowledgeBase(Wire):
    """A row of the list of knowledge bases."""

    id: Id
    name: Lenient[Id] = None


class SessionToken(Wire):
    """`data` of a create_token: what stands for the key in one session's own connections."""

    token: Token


class Quota(Wire):
    """`data` of the remaining quota."""

    remaining_quota: Annotated[float, Field(allow_inf_nan=False)]


class RoomMessage(Wire):
    """A message of the room's data channel, of any topic."""

    type: Literal[
        AvatarEventType.AVATAR_START_TALKING,
        AvatarEventType.AVATAR_STOP_TALKING,
        AvatarEventType.AVATAR_TALKING_MESSAGE,
        AvatarEventType.AVATAR_END_MESSAGE,
        AvatarEventType.USER_TALKING_MESSAGE,
        AvatarEventType.USER_END_MESSAGE,
        AvatarEventType.USER_START,
        AvatarEventType.USER_STOP,
        AvatarEventType.USER_SILENCE,
    ]
    task_id: Lenient[Id] = None
    message: Lenient[str] = None
    duration_ms: Lenient[Milliseconds] = None


_PIECES = {AvatarEventType.AVATAR_TALKING_MESSAGE, AvatarEventType.USER_TALKING_MESSAGE}


def decode(payload: bytes) -> AvatarEvent | None:
    """Read a room message; None for what is none of KonPro's."""
    if len(payload) > MAX_MESSAGE:
        return None
    try:
        message = RoomMessage.model_validate_json(payload)
    except ValidationError:
        return None
    is_piece = message.type in _PIECES
    if is_piece and not message.message:
        return None
    is_end = message.type is AvatarEventType.AVATAR_STOP_TALKING
    return AvatarEvent(
        type=message.type,
        task_id=message.task_id,
        text=message.message if is_piece else None,
        duration=message.duration_ms / 1000 if is_end and message.duration_ms is not None else None,
    )


def open_sessions(data: object) -> tuple[OpenSession, ...]:
    """Return the rows that are open; a row says "closed" only if the vendor is slow to forget it.

    Raises:
        ValidationError: see `listed_sessions`.

    """
    return tuple(
        OpenSession(session_id=row.session_id, created_at=row.created_at)
        for row in listed_sessions(data)
        if (row.status or "").lower() != "closed"
    )


def listed_sessions(data: object) -> tuple[ListedSession, ...]:
    """Return all rows of the list of sessions.

    Raises:
        ValidationError: no list of sessions. Not even one bad row is passed over: it may be open.

    """
    if data is None or isinstance(data, list):
        data = {"sessions": data}
    return SessionList.model_validate(data).sessions or ()


def avatars(data: object) -> tuple[CatalogueItem, ...]:
    """Return the active avatars; of rows with the same id the newest counts.

    HeyGen answers an array, not always without duplicates; `avatars` is accepted too.
    """
    newest: dict[str, Avatar] = {}
    for row in rows_of(Avatar, data, "avatars"):
        known = newest.get(row.avatar_id)
        if known is None or (row.created_at or 0.0) > (known.created_at or 0.0):
            newest[row.avatar_id] = row
    return tuple(
        CatalogueItem(
            id=row.avatar_id,
            name=row.name or row.avatar_name or row.pose_name or row.avatar_id,
            preview_url=row.normal_preview,
        )
        for row in newest.values()
        if row.status is None or row.status.lower() == "active"
    )


def voices(data: object) -> tuple[CatalogueItem, ...]:
    """Return the voices that can stream."""
    return _unique(
        CatalogueItem(id=row.voice_id, name=row.name or row.voice_id, language=row.language)
        for row in rows_of(Voice, data, "voices")
        if row.support_interactive_avatar
    )


def knowledge_bases(data: object) -> tuple[CatalogueItem, ...]:
    """Return the knowledge bases: HeyGen answers `list`, one client reads an array."""
    return _unique(
        CatalogueItem(id=row.id, name=row.name or row.id)
        for row in rows_of(KnowledgeBase, data, "list")
    )


def _unique(items: Iterable[CatalogueItem]) -> tuple[CatalogueItem, ...]:
    return tuple({item.id: item for item in items}.values())


def array(data: object, key: str) -> Sequence[object] | None:
    """Return the rows of a list, which `data` is or holds; None if there is no list."""
    rows = data.get(key) if isinstance(data, dict) else data
    return rows if isinstance(rows, list) else None


def rows_of[T: Wire](model: type[T], data: object, key: str) -> Iterator[T]:
    """Yield the rows that make sense: one bad row hides itself, not the others."""
    for row in array(data, key) or ():
        try:
            yield model.model_validate(row)
        except ValidationError:
            continue
