"""The providers of avatars, one line each."""

from collections.abc import Mapping
from types import MappingProxyType

from .base import ProviderSpec
from .builtin import SPEC as BUILTIN
from .konpro import SPEC as KONPRO

PROVIDERS: Mapping[str, ProviderSpec] = MappingProxyType(
    {spec.id: spec for spec in (BUILTIN, KONPRO)}
)
"""Every provider by its id, in the order in which they are offered."""
