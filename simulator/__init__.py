"""A stand-in for the clouds that sell streaming avatars, built from the vendors' documents.

It knows nothing of the integration that it tests: a second, independent reading of the wire.
"""

from simulator.app import create_app
from simulator.clock import Clock, ManualClock, SystemClock
from simulator.settings import Limits, LiveKitServer, PathStyle, Settings

__all__ = [
    "Clock",
    "Limits",
    "LiveKitServer",
    "ManualClock",
    "PathStyle",
    "Settings",
    "SystemClock",
    "create_app",
]
