"""The faults that are waiting to strike."""

from collections.abc import Callable, Mapping

from simulator.faults import (
    Fault,
    MessageFault,
    RefusalFault,
    RequestFault,
    SessionFault,
    SpeechFault,
)
from simulator.faults.base import ANY, BaseFault
from simulator.refusals import Refusal


class UnknownNameError(ValueError):
    """A fault names an operation or a refusal that there is not."""


class FaultBox:
    """Faults, in the order they were added."""

    def __init__(self, operations: Mapping[str, str], refusals: Mapping[str, Refusal]) -> None:
        """Start without any; `operations` are paths with their names, `refusals` have theirs."""
        self.waiting: list[Fault] = []
        self._operations = operations
        self._refusals = refusals

    def add(self, fault: Fault) -> None:
        """Let `fault` strike from the next match on. Raises UnknownNameError."""
        if isinstance(fault, RequestFault) and fault.operation not in (
            ANY,
            *self._operations.values(),
        ):
            raise UnknownNameError(f"There is no operation {fault.operation}")
        if isinstance(fault, RefusalFault) and fault.name not in self._refusals:
            raise UnknownNameError(f"There is no refusal {fault.name}")
        self.waiting.append(fault)

    def clear(self) -> None:
        """Behave again."""
        self.waiting.clear()

    def take_for_request(self, operation: str) -> list[RequestFault]:
        """Return those that strike this request, in the order they were added."""
        return self._take(RequestFault, lambda fault: fault.operation in (ANY, operation))

    def take_for_session(self) -> list[SessionFault]:
        """Return those that strike the session being made."""
        return self._take(SessionFault)

    def take_for_message(self, event: str) -> list[MessageFault]:
        """Return those that strike this message of a room."""
        return self._take(MessageFault, lambda fault: fault.event in (ANY, event))

    def take_for_speech(self) -> list[SpeechFault]:
        """Return those that strike this text."""
        return self._take(SpeechFault)

    def _take[Kind: BaseFault](
        self, kind: type[Kind], matches: Callable[[Kind], bool] = lambda _fault: True
    ) -> list[Kind]:
        self.waiting = [fault for fault in self.waiting if not fault.spent]
        return [
            fault
            for fault in self.waiting
            if isinstance(fault, kind) and matches(fault) and fault.strikes()
        ]
