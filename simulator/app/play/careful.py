"""A recorder that nobody stops playing for: where it cannot write, it says so once and the game goes on without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.app.play.texts import text
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.engine import Recorder, Simulation
    from simulator.engine.minds import Mind


class CarefulRecorder:
    """Hands all to a recorder that it makes; ``trouble`` is the sentence that ended it, empty while all is well."""

    def __init__(self, make: Callable[[], Recorder]) -> None:
        self.trouble = ""
        self._recorder: Recorder | None = None
        self._try(lambda: setattr(self, "_recorder", make()))

    @property
    def path(self) -> Path | None:
        """The file, where the recorder tells it."""
        return getattr(self._recorder, "path", None)

    @property
    def full(self) -> bool:
        """Whether the recording reached the longest length that it may have, and was closed."""
        return bool(getattr(self._recorder, "full", False))

    def begin(self, simulation: Simulation) -> None:
        """Start a recording at the present state."""
        self._hand("begin", simulation)

    def tick(self, simulation: Simulation) -> None:
        """Note the tick just made."""
        self._hand("tick", simulation)

    def control(self, simulation: Simulation, op: str, **arguments: Any) -> None:
        """Note an intervention just made."""
        self._hand("control", simulation, op, **arguments)

    def mind(self, seat: int, mind: Mind) -> None:
        """Note what a seat's player thought."""
        self._hand("mind", seat, mind)

    def event(self, name: str, data: dict[str, Any]) -> None:
        """Note anything else of interest."""
        self._hand("event", name, data)

    def close(self) -> None:
        """Finish the recording."""
        self._hand("close")

    def _hand(self, what: str, *told: Any, **named: Any) -> None:
        if self._recorder is not None and not self.trouble:
            self._try(lambda: getattr(self._recorder, what)(*told, **named))

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Refused as refusal:
            self.trouble = text("say.not_recorded", reason=refusal)
        except OSError as error:
            self.trouble = text(
                "say.not_recorded", reason=f"{str(error.filename or 'the file')!r}: {error.strerror or error}"
            )
