"""All sessions of the account, closed ones too, page by page (vendor's API description)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from simulator.session import Phase, Session


class HistoryQuery(BaseModel):
    """The query of `history`; numbers come as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page: Annotated[int, Field(ge=1)] = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 10
    status: Phase | None = None
    token: Annotated[int, Field(ge=1)] | None = None
    """`next_pagination_token` of the answer before; it wins over `page`."""


def history(sessions: list[Session], query: HistoryQuery) -> dict[str, object]:
    """Return one page, newest first."""
    found = [
        session
        for session in reversed(sessions)
        if query.status is None or session.phase is query.status
    ]
    page = query.token or query.page
    begin = (page - 1) * query.page_size
    end = begin + query.page_size
    return {
        "total": len(found),
        "page": page,
        "page_size": query.page_size,
        "next_pagination_token": str(page + 1) if end < len(found) else None,
        "data": [
            {
                "session_id": session.session_id,
                "status": session.phase,
                "created_at": int(session.row.created_at),
                "api_key_type": "regular",
                "duration": session.row.open_seconds,
                "avatar_id": session.row.avatar_id,
                "voice_name": session.terms.voice_name,
            }
            for session in found[begin:end]
        ],
    }
