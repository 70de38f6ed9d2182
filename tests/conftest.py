"""Fixtures of the tests that run inside Home Assistant; the end-to-end tests run where it is not installed."""

from importlib.util import find_spec

if find_spec("homeassistant") and find_spec("pytest_homeassistant_custom_component"):
    from .home import ava, entry, home, simulator, voice_cache  # noqa: F401 - fixtures
