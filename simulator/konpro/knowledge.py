"""Knowledge bases of the simulated account (vendor reference, knowledge base)."""

from dataclasses import asdict, dataclass
import uuid

from simulator.konpro.errors import INVALID_PARAMETER, RefusedError
from simulator.konpro.models import KnowledgeBaseWish


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeBase:
    """What an avatar knows, and who it thinks it is."""

    id: str
    name: str
    opening: str
    prompt: str


_AT_FIRST = (
    KnowledgeBase(
        id="kb_butler",
        name="Butler",
        opening="Good day.",
        prompt="You are Jeeves, the butler of this house. Be brief.",
    ),
    KnowledgeBase(
        id="kb_cook",
        name="Cook",
        opening="Hungry?",
        prompt="You are Julia. You know every recipe.",
    ),
)


class KnowledgeBook:
    """All knowledge bases, oldest first."""

    def __init__(self) -> None:
        """Begin with a few."""
        self._bases: dict[str, KnowledgeBase] = {}
        self.reset()

    def reset(self) -> None:
        """Be as at first."""
        self._bases = {base.id: base for base in _AT_FIRST}

    def get(self, base_id: str) -> KnowledgeBase:
        """Return one. Raises RefusedError."""
        if base_id not in self._bases:
            raise RefusedError(INVALID_PARAMETER, "there is no such knowledge base")
        return self._bases[base_id]

    def create(self, wish: KnowledgeBaseWish) -> dict[str, object]:
        """Add one and return it."""
        return self._put(uuid.uuid4().hex, wish)

    def update(self, base_id: str, wish: KnowledgeBaseWish) -> dict[str, object]:
        """Change one and return it. Raises RefusedError."""
        return self._put(self.get(base_id).id, wish)

    def as_json(self) -> list[dict[str, object]]:
        """Return all as JSON values."""
        return [asdict(base) for base in self._bases.values()]

    def _put(self, base_id: str, wish: KnowledgeBaseWish) -> dict[str, object]:
        base = self._bases[base_id] = KnowledgeBase(id=base_id, **wish.model_dump())
        return asdict(base)
