"""KonPro: avatars in LiveKit rooms, sessions over REST with `x-api-key`."""

from dataclasses import replace

from .. import livekit
from ..base import Capabilities, Charges, Credentials, ProviderSpec
from ..settings import Section, Setting, SettingKind
from .api import DEFAULT_BASE_URL
from .client import KonPro
from .settings import EMOTIONS, SETTINGS

__all__ = ["SPEC", "KonPro"]


def _adapted(capabilities: Capabilities, credentials: Credentials) -> Capabilities:
    """Return what is possible with rooms of one's own: a token for each viewer."""
    if livekit.OwnLiveKit.of(credentials) is None:
        return capabilities
    return replace(capabilities, viewers_per_session=None)


SPEC = ProviderSpec(
    id="konpro",
    name="KonPro",
    default_base_url=DEFAULT_BASE_URL,
    factory=KonPro,
    credentials=(
        Setting(key="api_key", kind=SettingKind.SECRET, section=Section.AVATAR, required=True),
        *livekit.CREDENTIALS,
    ),
    settings=SETTINGS,
    capabilities=Capabilities(
        has_llm=True,
        emotions=EMOTIONS,
        can_keep_alive=True,
        can_listen=True,
        has_credits=True,
        viewers_per_session=1,
        # HeyGen's practical limit for one task; KonPro states none.
        max_text=1000,
        charges=Charges.WHILE_OPEN,
        # HeyGen: 30 seconds at least, then by the second.
        minimum_charge=30.0,
    ),
    adapted=_adapted,
    complete=livekit.complete,
)
