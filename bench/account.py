"""An account at the simulated cloud, as Home Assistant stores it."""

from typing import Any


def account(url: str, key: str, avatars: int, **settings: object) -> dict[str, Any]:
    """Return what the entry of an account with some avatars holds; `settings` are those of each avatar."""
    return {
        "data": {
            "provider": "konpro",
            "base_url": url,
            "api_key": key,
            "insecure_allowed": False,
            "remembered": {},
        },
        "subentries_data": [
            {
                "subentry_type": "avatar",
                "title": f"Avatar {number}",
                "unique_id": None,
                "data": settings,
            }
            for number in range(avatars)
        ],
    }
