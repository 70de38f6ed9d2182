"""What survives a restart: sessions whose end is not proven, and minutes used. One store for the whole integration."""

from asyncio import Lock
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, fields
from functools import partial
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .budget import Budget
from .model import Record

LOGGER = logging.getLogger(__name__)
STORAGE_KEY = "streaming_avatar.sessions"
STORAGE_VERSION = 1
PAST_SESSIONS = 32


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What is stored of one avatar."""

    account_id: str
    name: str
    record: Record | None
    budget: Budget


class SessionStore:
    """The records of all avatars, written before anything that they tell of can cost money."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Read nothing yet."""
        self._store = _make_store(hass)
        self._hass = hass
        self._stored: dict[str, Stored] = {}
        self._write_lock = Lock()
        self._written: dict[str, Stored] = {}
        self._create_locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._past: defaultdict[str, deque[str]] = defaultdict(partial(deque, maxlen=PAST_SESSIONS))

    async def async_load(self) -> None:
        """Read what the last run left."""
        data = await self._store.async_load() or {}
        for avatar_id, item in data.get("avatars", {}).items():
            record = item.get("record")
            self._stored[avatar_id] = Stored(
                account_id=item["account_id"],
                name=item["name"],
                record=None if record is None else Record(**_known(Record, record)),
                budget=Budget(**_known(Budget, item["budget"])),
            )
        self._written = dict(self._stored)

    def get(self, avatar_id: str) -> Stored | None:
        """Return what is stored of an avatar."""
        return self._stored.get(avatar_id)

    def put(self, avatar_id: str, stored: Stored) -> None:
        """Change what is stored of an avatar, in memory; `async_write` makes it last."""
        old = self._stored.get(avatar_id)
        if old is not None and old.record is not None and old.record.session_id is not None:
            is_over = stored.record is None or stored.record.session_id != old.record.session_id
            if is_over:
                self._past[stored.account_id].append(old.record.session_id)
        self._stored[avatar_id] = stored

    def forget_settled(self, avatar_id: str) -> None:
        """Drop an avatar that has no session to answer for, in memory."""
        stored = self._stored.get(avatar_id)
        if stored is not None and stored.record is None:
            del self._stored[avatar_id]

    def forget_account(self, account_id: str) -> dict[str, Stored]:
        """Drop an account, in memory, and return what was stored of it, by avatar id."""
        gone = {key: value for key, value in self._stored.items() if value.account_id == account_id}
        for avatar_id in gone:
            del self._stored[avatar_id]
        return gone

    async def async_write(self) -> None:
        """Write what has changed; returns when it is on the disk."""
        async with self._write_lock:
            if self._written == self._stored:
                return
            snapshot = dict(self._stored)
            await self._store.async_save({"avatars": {k: _item(v) for k, v in snapshot.items()}})
            self._written = snapshot

    async def async_write_surely(self, avatar_id: str) -> bool:
        """Write, and return whether an avatar's record is on the disk.

        Home Assistant's store logs what the disk refuses, and says nothing to us.
        """
        try:
            await self.async_write()
            # A store of its own, for the first one would answer from memory.
            data = await _make_store(self._hass).async_load() or {}
            on_disk = data.get("avatars", {}).get(avatar_id, {}).get("record")
        except Exception:
            LOGGER.exception("Sessions cannot be stored")
            return False
        return bool(on_disk == _item(self._stored[avatar_id])["record"])

    def known_sessions(self, account_id: str, except_avatar: str) -> frozenset[str]:
        """Return the ids of the account's sessions that other avatars answer for, or ended lately."""
        return frozenset(self._past[account_id]).union(
            stored.record.session_id
            for avatar_id, stored in self._stored.items()
            if stored.account_id == account_id
            and avatar_id != except_avatar
            and stored.record is not None
            and stored.record.session_id is not None
        )

    def leftovers(self, account_id: str) -> dict[str, Stored]:
        """Return the account's avatars that have a record, by avatar id."""
        return {
            avatar_id: stored
            for avatar_id, stored in self._stored.items()
            if stored.account_id == account_id and stored.record is not None
        }

    def create_lock(self, account_id: str) -> Lock:
        """Return the lock that lets an account's creates happen one by one.

        While one is under way, no list of open sessions is read to settle another: its session would be taken for lost.
        """
        return self._create_locks[account_id]


def _make_store(hass: HomeAssistant) -> Store[dict[str, Any]]:
    return Store(hass, STORAGE_VERSION, STORAGE_KEY, private=True, atomic_writes=True)


def _known(kind: type, item: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in item.items() if key in names}


def _item(stored: Stored) -> dict[str, Any]:
    return {
        "account_id": stored.account_id,
        "name": stored.name,
        "record": None if stored.record is None else asdict(stored.record),
        "budget": asdict(stored.budget),
    }
