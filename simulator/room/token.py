"""Room tokens in the form that LiveKit reads."""

import time

import jwt

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
