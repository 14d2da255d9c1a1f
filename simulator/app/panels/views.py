"""What panels are shown: the little they ask of a screen, so that they know no screen themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from simulator.app.play.history import History
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind
    from worlds.world import World


class Banner(NamedTuple):
    """Large words over the world."""

    title: str
    text: str
    good: bool = True


class SceneView(Protocol):
    """A world that is shown, live or from a recording, and the seat that is followed."""

    world: World
    simulation: Simulation
    history: History
    followed: int
    speed: float
    paused: bool

    @property
    def waiting(self) -> bool:
        """Whether the world stands still until its human chooses."""
        ...

    @property
    def episode_ticks(self) -> int:
        """Ticks of the longest episode."""
        ...

    @property
    def age(self) -> tuple[int, ...]:
        """Changes whenever a new episode begins or the state is replaced."""
        ...

    @property
    def viewer(self) -> int | None:
        """Through whose eyes the world is seen; None: through nobody's."""
        ...

    def shown(self) -> Any:
        """The record to draw."""
        ...

    def who(self, seat: int) -> str:
        """Who fills a seat, for people."""
        ...

    def thought(self, seat: int) -> Mind | None:
        """What the player of a seat thought last."""
        ...

    def can_order(self, seat: int) -> bool:
        """Whether a click may tell this seat what to do."""
        ...

    def asked(self, seat: int, factor: int) -> int | None:
        """The choice that was asked of a seat by hand, and is not yet made."""
        ...

    def hints(self) -> list[str]:
        """What a human should know now of how to play."""
        ...


class MarkView(Protocol):
    """Something on a timeline that is worth looking at."""

    @property
    def position(self) -> int:
        """Ticks from the start of the recording."""
        ...

    @property
    def kind(self) -> str:
        """See `panels.marks.KINDS`."""
        ...

    @property
    def words(self) -> str:
        """What happened."""
        ...

    @property
    def seat(self) -> int:
        """Whom it is about; −1: the whole world."""
        ...


class TimelineView(Protocol):
    """A recording and the place in it that is shown, in ticks."""

    world: World
    followed: int
    speed: float
    paused: bool
    reverse: bool
    """It plays backwards."""
    marks: Sequence[MarkView]
    buttons: Sequence[str]
    """Commands that have a button."""

    @property
    def position(self) -> int:
        """Ticks from the start of the recording."""
        ...

    @property
    def length(self) -> int:
        """Ticks in all."""
        ...

    @property
    def boundaries(self) -> list[tuple[int, bool]]:
        """Where episodes begin: the position, and whether a trial begins there too."""
        ...

    @property
    def scores(self) -> NDArray[np.float32]:
        """(T + 1, S): the score of every seat in its episode."""
        ...

    @property
    def surveyed(self) -> int:
        """The last position whose scores are known."""
        ...

    @property
    def score(self) -> float:
        """Of the followed seat now."""
        ...

    def why_off(self, button: str) -> str:
        """Why a button cannot be pressed; empty where it can."""
        ...
