"""Users of a Home Assistant and their tokens."""

from dataclasses import dataclass, field
import json
import time
from typing import Any

import aiohttp

from demo.connection import Connection


@dataclass(frozen=True)
class Login:
    """The tokens of a user, as a browser holds them."""

    url: str
    tokens: dict[str, Any] = field(repr=False)
    expires_at: float

    @property
    def access_token(self) -> str:
        """The token for requests; it lasts for half an hour."""
        token: str = self.tokens["access_token"]
        return token

    def browser_script(self) -> str:
        """Return JavaScript that logs a page of this Home Assistant in."""
        stored = {
            **self.tokens,
            "hassUrl": self.url,
            "clientId": f"{self.url}/",
            "expires": int(self.expires_at * 1000),
        }
        # Pages of other origins run it too.
        return (
            f"if (location.origin === {json.dumps(self.url)}) "
            f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(stored))});"
        )


async def create_owner(url: str, name: str, user: str, password: str) -> Login:
    """Create the first user of a new Home Assistant."""
    body = {
        "client_id": f"{url}/",
        "name": name,
        "username": user,
        "password": password,
        "language": "en",
    }
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/api/onboarding/users", json=body) as response:
            response.raise_for_status()
            code = (await response.json())["auth_code"]
        return await _exchange(http, url, code)


async def create_user(
    connection: Connection, name: str, user: str, password: str, *, group: str
) -> Login:
    """Create a further user, one of a group of Home Assistant's, and log in."""
    created = await connection.command(
        "config/auth/create", name=name, group_ids=[group], local_only=False
    )
    await connection.command(
        "config/auth_provider/homeassistant/create",
        user_id=created["user"]["id"],
        username=user,
        password=password,
    )
    return await log_in(connection.url, user, password)


async def log_in(url: str, user: str, password: str) -> Login:
    """Log a user in, as the login page does."""
    begin = {
        "client_id": f"{url}/",
        "handler": ["homeassistant", None],
        "redirect_uri": f"{url}/?auth_callback=1",
    }
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{url}/auth/login_flow", json=begin) as response:
            response.raise_for_status()
            flow = (await response.json())["flow_id"]
        answer = {"client_id": f"{url}/", "username": user, "password": password}
        async with http.post(f"{url}/auth/login_flow/{flow}", json=answer) as response:
            response.raise_for_status()
            code = (await response.json())["result"]
        return await _exchange(http, url, code)


async def _exchange(http: aiohttp.ClientSession, url: str, code: str) -> Login:
    form = {"grant_type": "authorization_code", "code": code, "client_id": f"{url}/"}
    async with http.post(f"{url}/auth/token", data=form) as response:
        response.raise_for_status()
        tokens = await response.json()
    return Login(url, tokens, time.time() + tokens["expires_in"])
