"""How much of the processor a program takes, with all that it has started (Linux)."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(program: str) -> float:
    """Return what all descendants of this process have used so far whose command line names a program."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()
            named = program in (folder / "cmdline").read_text("utf-8", errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        pid = int(folder.name)
        children.setdefault(int(fields[1]), []).append(pid)
        used[pid] = (int(fields[11]) + int(fields[12])) / _TICKS if named else 0.0
    seconds, waiting = 0.0, [os.getpid()]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            seconds += used[child]
            waiting.append(child)
    return seconds
