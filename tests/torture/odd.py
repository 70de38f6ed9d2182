"""What nobody should send, and somebody will."""

from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, settings, strategies as st

TEXTS = (
    "",
    " \t\n",
    "a" * 10_000,
    "a" * 10_001,
    "\x00\x07\x1b[31mred",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "\ud800",
    "\u202eevil\u202c",
    "שלום, מה שלומך?",
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "{{ states('sun.sun') }} {%",
    "%s%n%p",
    "../../secrets.yaml",
    "javascript:alert(1)",
    "http://user:password@127.0.0.1/?q#f",
    "http://[::1",
    "https://xn--a/",
    "media-source://tts/nobody?message=Hello",
    "media_player.nobody",
    "\u200b\u2060",
)
NUMBERS = (0, -1, 1, 29, 3601, 2**63, -(10**30), 0.5, 1e308, float("nan"), float("inf"))

odd: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=40),
    st.sampled_from(NUMBERS),
    st.none() | st.booleans(),
    st.sampled_from([[], {}, [None], ["a", 1], {"a": {"b": []}}, [[["deep"]]]]),
)
"""A value of any kind, none of them meant."""


def sometimes_odd(fields: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return content with these fields: some left out, some as they should be, some odd; now and then one too many."""
    return st.fixed_dictionaries(
        {}, optional={key: _mostly(value) for key, value in fields.items()} | {"surplus": odd}
    ).map(lambda content: {key: value for key, value in content.items() if value is not LEFT_OUT})


LEFT_OUT = object()


def _mostly(value: Any) -> st.SearchStrategy[Any]:
    right = value if isinstance(value, st.SearchStrategy) else st.just(value)
    return st.one_of(right, right, odd, st.just(LEFT_OUT))


def tried(examples: int) -> settings:
    """Return how a test is tried: always the same way."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
