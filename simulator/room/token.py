"""Room tokens in the form that LiveKit reads."""

import time

import jwt

from simulator.room.base import RoomError

_CLOCK_TOLERANCE_SECONDS = 10


def room_token(
    *, api_key: str, api_secret: str, identity: str, room: str, valid_seconds: float
) -> str:
    """Return a token that lets `identity` join `room`, publish, subscribe and send data."""
    now = int(time.time())
    claims = {
        "iss": api_key,
        "sub": identity,
        "name": identity,
        "nbf": now - _CLOCK_TOLERANCE_SECONDS,
        "exp": now + int(valid_seconds),
        "video": {
            "roomJoin": True,
            "room": room,
            "canPublish": True,
            "canSubscribe": True,
            "canPublishData": True,
        },
    }
    return jwt.encode(claims, api_secret, algorithm="HS256")


def refuse_unless_welcome(token: str, room: str) -> None:
    """Raise RoomError unless an avatar can join `room` with `token`, be seen and send data.

    The signature is known to the room's server only and is not looked at.
    """
    try:
        claims = jwt.decode(
            token,
            options={"verify_signature": False, "verify_exp": True, "verify_nbf": True},
            leeway=_CLOCK_TOLERANCE_SECONDS,
        )
    except jwt.InvalidTokenError as error:
        raise RoomError("The avatar's token is not good") from error
    grant = claims.get("video")
    if not (
        isinstance(grant, dict)
        and grant.get("roomJoin") is True
        and grant.get("room") == room
        # What a token does not say is allowed.
        and grant.get("canPublish", True) is True
        and grant.get("canPublishData", True) is True
    ):
        raise RoomError("The avatar's token does not let it in")
