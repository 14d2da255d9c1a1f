"""Recent states of a replay, so that one tick back costs one tick forward and not all since the last keyframe."""

from collections import OrderedDict

BUDGET = 48 << 20  # bytes


class Snapshots:
    """States by position, the least recently used ones forgotten when they take more than a budget of bytes."""

    def __init__(self, budget: int = BUDGET) -> None:
        self._budget, self._bytes = budget, 0
        self._states: OrderedDict[int, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._states)

    def put(self, position: int, state: bytes) -> None:
        """Keep the state of a position, after the interventions made there."""
        before = self._states.pop(position, b"")
        self._states[position] = state
        self._bytes += len(state) - len(before)
        while self._bytes > self._budget and len(self._states) > 1:
            self._bytes -= len(self._states.popitem(last=False)[1])

    def below(self, position: int, lowest: int) -> tuple[int, bytes] | None:
        """The kept state nearest below a position, above ``lowest``."""
        for at in range(position - 1, lowest, -1):
            if at in self._states:
                self._states.move_to_end(at)
                return at, self._states[at]
        return None
