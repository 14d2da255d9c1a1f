"""The costliest decisions of a trial, as an oracle sees them: who is asked, and in which words it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.app.play.clocks import clock
from simulator.app.play.texts import text
from simulator.app.play.trained import Beside, reference_of
from simulator.canvas.speech import said
from worlds.world import Refused

if TYPE_CHECKING:
    from replays import Playback
    from replays.losses import Loss
    from replays.verdict import Progress
    from worlds.world import World


@dataclass(frozen=True)
class Mistake:
    """One of the costliest decisions, in words."""

    position: int
    seat: int
    loss: float
    done: str
    better: str
    time: str

    @property
    def row(self) -> str:
        """A line of the list."""
        parts = {"time": self.time, "loss": f"{self.loss:.2f}", "done": self.done, "better": self.better}
        return text("mistakes.row", **parts)


def oracle_of(world: World, role: str) -> Beside:
    """The oracle that weighs decisions of a role, or why there is none."""
    return reference_of(world, "oracle", [role])


def why_none(world: World) -> list[str]:
    """By seat, why nobody can say what its decisions cost; empty where an oracle can. It reads the descriptions of all
    shipped agents, so not in a frame.
    """
    oracles = {role: oracle_of(world, role) for role in dict.fromkeys(seat.role for seat in world.seats)}
    return [_why(oracles[seat.role], world) for seat in world.seats]


def _why(oracle: Beside, world: World) -> str:
    if oracle.name:
        return ""
    if oracle.misfit:
        return text("mistakes.off.unfit", why=oracle.misfit)
    return text("mistakes.off.none", world=world.name)


def find_mistakes(playback: Playback, position: int, seat: int, progress: Progress | None = None) -> list[Mistake]:
    """The costliest decisions of a seat in the trial at a position (slow: for a background thread). ``progress`` is
    told the ticks done and to do; what it raises ends the work.

    Raises:
        Refused: there is no oracle that knows, or the recording cannot be played.
    """
    import agents
    from replays.losses import losses, worst

    world = playback.world
    asked = oracle_of(world, world.seats[seat].role)
    if reason := _why(asked, world):
        raise Refused(reason)
    oracle = agents.load(asked.name, world=world.name, sample=False)
    oracle.check(world, True)
    found = worst(losses(playback, position, seat, oracle, oracle.config.learned.gamma, progress))
    return [in_words(world, loss) for loss in found]


def in_words(world: World, loss: Loss) -> Mistake:
    """A loss for people; only what differs is named."""
    differs = [factor for factor, (a, b) in enumerate(zip(loss.done, loss.better, strict=True)) if a != b]
    time = clock(loss.position * world.timing.tick)
    done, better = _choices(world, loss.done, differs), _choices(world, loss.better, differs)
    return Mistake(loss.position, loss.seat, loss.loss, done, better, time)


def _choices(world: World, chosen: Sequence[int], factors: Sequence[int]) -> str:
    """The names of some of the choices; with the action where a world has several."""
    several = len(world.actions) > 1
    names = [
        (said(world.actions[factor].name), said(world.actions[factor].choices[chosen[factor]])) for factor in factors
    ]
    return ", ".join(f"{action} {choice}" if several else choice for action, choice in names)
