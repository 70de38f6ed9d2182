"""What all faults have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ANY = "*"
"""Matches every operation, or every message."""

type PositiveSeconds = Annotated[float, Field(gt=0)]


class BaseFault(BaseModel):
    """When a fault strikes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    count: Annotated[int, Field(ge=1)] | None = 1
    """How many matches it strikes; null: until it is taken away."""
    skip: Annotated[int, Field(ge=0)] = 0
    """How many matches it lets pass first."""

    def strikes(self) -> bool:
        """Say whether it strikes this match, and count the match."""
        if self.skip:
            self.skip -= 1
            return False
        if self.count is None:
            return True
        self.count -= 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        return self.count == 0
