"""Memory of this process (Linux)."""

from collections import Counter
import ctypes
import gc
import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Return the bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


def settled() -> int:
    """Return the same when what nobody needs any more is given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return resident()


def objects() -> Counter[str]:
    """Return how many objects of each type there are that can hold others."""
    return Counter(
        f"{type(item).__module__}.{type(item).__qualname__}" for item in gc.get_objects()
    )
