"""The session rules, kept whatever happens. Numbered as in docs/session-rules.md."""

from collections.abc import Callable
import os
from typing import ClassVar, override

from hypothesis import HealthCheck, settings
import pytest

from . import laws
from .life import Life
from .world import Observer, World

EXAMPLES = int(os.environ.get("SESSION_EXAMPLES", "60"))
"""Lives that each rule is tried with; scripts that have the time set more."""

FEW = settings(
    max_examples=EXAMPLES,
    stateful_step_count=30,
    deadline=None,
    derandomize="SESSION_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def lives_under(law: Callable[[World], Observer]) -> type[unittest.TestCase]:
    """A test that tries lives under a law."""
    case = type(law.__name__, (Life,), {"law": law}).TestCase
    case.settings = FEW
    return case


TestOneSessionAndEveryOneEnded = lives_under(laws.OneSession)
TestOnDemand = lives_under(laws.OnDemand)
TestWatching = lives_under(laws.Watched)
TestOneOutcome = lives_under(laws.OneOutcome)
TestInterrupt = lives_under(laws.Silence)
TestCaps = lives_under(laws.Caps)
TestNothingTwice = lives_under(laws.NothingTwice)
TestNoRunaway = lives_under(laws.NoRunaway)
TestTheMachineIsPureAndComesToRest = lives_under(laws.Pure)
