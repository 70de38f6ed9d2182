"""What an account's API was found to do, compared with what its documents promise."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Check:
    """One assumption about an API, and what came of trying it."""

    key: str
    """Names the assumption: lower case, stable, unique within one run."""
    passed: bool | None
    """None: it could not be tried."""
    detail: str
    """What came back: status, code, names of fields. Never a secret, a text, a name or an id."""
