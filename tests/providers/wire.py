"""KonPro as its documents show it: requests, answers, and what the tests call with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from custom_components.streaming_avatar.providers.base import (
    Credentials,
    Session,
    SessionRequest,
    Speech,
    Viewer,
)
from custom_components.streaming_avatar.providers.settings import SettingValue

from .vendor import KEY, SPOKEN, Answer

type Calls = Mapping[str, Callable[[], Awaitable[object]]]
"""A test's operations, by the route that each of them asks."""

TOKEN = "eyJ-token-that-must-not-leak"
NEW: dict[str, Any] = {
    "code": 100,
    "message": "success",
    "data": {
        "session_id": "eba59f0d",
        "sdp": None,
        "access_token": TOKEN,
        "url": "wss://room.example",
        "ice_servers": None,
        "ice_servers2": None,
        "is_paid": True,
        "session_duration_limit": 600,
        "realtime_endpoint": "wss://realtime.example",
        "livekit_agent_token": TOKEN,
    },
}
LIST = Answer({"code": 100, "message": "success", "data": {"sessions": []}})
DONE = Answer({"code": 100, "message": "success"})
SESSION = Session(
    session_id="eba59f0d",
    access={"url": SecretStr("wss://room.example"), "token": SecretStr(TOKEN)},
)
VIEWER = Viewer(id="tablet", publishes=False)
SAY = Speech(text=SPOKEN)
TASK = "POST /v1/streaming/task"
STOP = "POST /v1/streaming/stop"
START = "POST /v1/streaming/start"
CREATE = "POST /v1/streaming/new"
SLASH_LIST = "GET /v1/streaming/list"
DOTTED_LIST = "GET /v1/streaming.list"


def refused(status: int, code: object, message: object = None) -> Answer:
    return Answer({"code": code, "message": message}, status=status)


def request_for(**settings: SettingValue) -> SessionRequest:
    return SessionRequest(settings=settings, max_duration=3600)


def account(
    base_url: str, remembered: Mapping[str, str] | None = None, *, key: str = KEY
) -> Credentials:
    return Credentials(
        base_url=base_url, secrets={"api_key": SecretStr(key)}, remembered=remembered or {}
    )


def own_account(base_url: str, key: str, secret: str) -> Credentials:
    """An account with rooms of its own, at a server with the same address."""
    ours = {
        "livekit_url": base_url.replace("http", "ws", 1),
        "livekit_api_key": key,
        "livekit_api_secret": secret,
    }
    plain = account(base_url, {"path_style": "slash"})
    secrets = {name: SecretStr(value) for name, value in ours.items()}
    return replace(plain, secrets={**plain.secrets, **secrets})


class SilentSession:
    """A host that takes a request and is not heard of again."""

    closed = False

    def __init__(self) -> None:
        self.count = 0

    def request(self, *args: object, **kwargs: object) -> object:
        del args, kwargs
        self.count += 1
        raise TimeoutError
