"""The providers of avatars, one line each."""

from collections.abc import Mapping
from types import MappingProxyType

from .base import ProviderSpec
from .konpro import SPEC as KONPRO

PROVIDERS: Mapping[str, ProviderSpec] = MappingProxyType({spec.id: spec for spec in (KONPRO,)})
"""Every provider by its id."""
