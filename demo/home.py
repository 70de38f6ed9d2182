"""A Home Assistant with the integration in it: its folder and its process."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
import json
import os
from pathlib import Path
import shutil
from typing import Any

import aiohttp

from demo.connection import Connection
from demo.login import Login, create_owner
from demo.ports import LOOPBACK
from demo.processes import Part, PartError

RESTART_EXIT_CODE = 100
"""Somebody pressed "Restart Home Assistant"."""

_REPOSITORY = Path(__file__).parents[1]
_INTEGRATION = _REPOSITORY / "custom_components" / "streaming_avatar"
_CONFIGURATION = Path(__file__).parent / "configuration"
_START_SECONDS = 300  # the very first start of an environment compiles Python files
_STOP_SECONDS = 30


class Home:
    """One Home Assistant; its folder outlives its process."""

    def __init__(self, folder: Path, port: int, program: Path | None = None) -> None:
        """Live in `folder` and listen at `port` of the loopback address."""
        self.folder = folder
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        self.log = folder.parent / f"{folder.name}.log"
        self.media = folder / "media"
        self._part: Part | None = None
        self._program = program or Path(os.environ["SA_HOME"]) / "bin" / "hass"

    def renew(self) -> None:
        """Write the folder anew; what was there is gone."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.log.unlink(missing_ok=True)
        shutil.copytree(_CONFIGURATION, self.folder)
        components = self.folder / "custom_components"
        components.mkdir()
        (components / "streaming_avatar").symlink_to(_INTEGRATION, target_is_directory=True)
        self.media.mkdir()
        secrets = {"url": self.url, "media": str(self.media)}
        # JSON, of which YAML is more.
        (self.folder / "secrets.yaml").write_text(json.dumps(secrets), "utf-8")
        # Onboarding would set up integrations that ask the internet for weather and radio stations.
        self._store("onboarding", 4, {"done": ["core_config", "analytics", "integration"]})
        # An address in YAML is on trial for five minutes, and a dialog stands before all else meanwhile.
        # The oldest form of the file, which Home Assistant brings up to date by itself, names nothing but these.
        self._store("http", 1, {"server_host": [LOOPBACK], "server_port": self.port})

    def _store(self, key: str, version: int, data: Mapping[str, Any]) -> None:
        content = {"version": version, "minor_version": 1, "key": key, "data": data}
        storage = self.folder / ".storage"
        storage.mkdir(exist_ok=True)
        (storage / key).write_text(json.dumps(content), "utf-8")

    @property
    def running(self) -> Part:
        """The process that was started last."""
        if self._part is None:
            raise PartError("Home Assistant was not started")
        return self._part

    async def start(self) -> None:
        """Start and wait until the web server answers; the integrations may still be under way."""
        self._part = part = await Part.start(
            "Home Assistant",
            [self._program, "--config", self.folder, "--skip-pip", "--log-no-color"],
            log=self.log,
            # What a program leaves in a home directory is left in ours.
            environment={"HOME": str(self.folder)},
        )
        try:
            await part.until(partial(self._serves, "/manifest.json"), _START_SECONDS)
        except BaseException:
            await part.kill()
            raise

    async def stop(self) -> None:
        """Stop, as at a shutdown of the machine."""
        if self._part:
            await self._part.stop(_STOP_SECONDS)

    async def kill(self) -> None:
        """End without a warning, as at a power failure."""
        if self._part:
            await self._part.kill()

    async def onboard(self, name: str, user: str, password: str) -> Login:
        """Create the owner of a new Home Assistant and wait until all is started."""
        await self.running.until(partial(self._serves, "/api/onboarding"), _START_SECONDS)
        login = await create_owner(self.url, name, user, password)
        await self.until_running(login)
        return login

    async def until_running(self, login: Login, seconds: float = _START_SECONDS) -> None:
        """Wait until every integration is started."""

        async def is_running() -> bool:
            try:
                async with Connection.open(self.url, login.access_token) as connection:
                    return bool((await connection.command("get_config"))["state"] == "RUNNING")
            except aiohttp.ClientError, ConnectionError:
                return False

        await self.running.until(is_running, seconds)

    async def _serves(self, path: str) -> bool:
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"{self.url}{path}") as response,
            ):
                return response.status == HTTPStatus.OK
        except aiohttp.ClientError:
            return False
