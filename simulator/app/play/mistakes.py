"""The costliest decisions of a trial, as a shipped oracle sees them: who is asked, and in which words it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.app.play.clocks import clock
from simulator.app.play.texts import text
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


def oracle_of(world: World) -> str:
    """The name of a shipped oracle of a world, empty if there is none."""
    from simulator.app.play.seating import shipped_agents

    return next(iter(shipped_agents(world.name, "oracle")), "")


def why_none(world: World) -> list[str]:
    """By seat, why nobody can say what its decisions cost; empty where an oracle can. It reads the descriptions of all
    shipped agents, so not in a frame.
    """
    import agents
    from simulator.app.play.seating import facts_of

    name = oracle_of(world)
    if not name:
        return [text("mistakes.off.none")] * len(world.seats)
    facts = facts_of(agents.find(name, world.name))
    unfit = (facts.world_version, facts.layout_hash) != (world.version, world.layout_hash)
    return [
        text("mistakes.off.role", role=seat.role) if seat.role not in facts.roles
        else text("mistakes.off.unfit", oracle=name) if unfit
        else ""
        for seat in world.seats
    ]  # fmt: skip


def find_mistakes(playback: Playback, position: int, seat: int, progress: Progress | None = None) -> list[Mistake]:
    """The costliest decisions of a seat in the trial at a position (slow: for a background thread). ``progress`` is
    told the ticks done and to do; what it raises ends the work.

    Raises:
        Refused: there is no oracle that knows, or the recording cannot be played.
    """
    import agents
    from replays.losses import losses, worst

    world = playback.world
    if reason := why_none(world)[seat]:
        raise Refused(reason)
    oracle = agents.load(oracle_of(world), world=world.name, sample=False)
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
