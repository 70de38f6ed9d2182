"""Background tasks that are kept, and told about when they fail."""

import asyncio
from collections.abc import Coroutine
import logging

_LOGGER = logging.getLogger(__name__)


class TaskSet:
    """Tasks of one owner."""

    def __init__(self) -> None:
        """Start empty."""
        self._tasks: set[asyncio.Task[object]] = set()

    def spawn(self, work: Coroutine[object, object, object], name: str) -> None:
        """Run `work` now; its failure is logged and harms nobody else."""
        task: asyncio.Task[object] = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    async def join(self) -> None:
        """Wait until none is left."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("Task %s failed", task.get_name(), exc_info=error)


async def stop(task: asyncio.Task[None] | None) -> None:
    """Cancel `task` and wait for its end."""
    if task is None:
        return
    task.cancel()
    await asyncio.wait([task])
