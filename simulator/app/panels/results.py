"""What the page after a trial shows, as plain data: lines of the chart, rows of beliefs, and what can be done next."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulator.app.panels.beliefs import HALF, has_truth, in_order, numbered, several
from simulator.app.panels.numbers import share
from simulator.app.play.notes import Beliefs, Finished
from simulator.app.play.texts import text
from simulator.canvas.speech import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.app.play.conditions import Condition, SameTask
    from simulator.app.play.rivals import Rival
    from simulator.app.play.trained import Beside
    from worlds.world import Fact, World

YOU, AGENT = "you", "agent"
RIGHT = "\uf00c"  # a tick, beside what an agent believes rightly: colour is never the only mark


@dataclasses.dataclass(frozen=True)
class Line:
    """Somebody's returns."""

    kind: str
    """you, agent, wiped, blind or oracle: how it is drawn."""
    name: str
    about: str
    returns: tuple[float, ...]
    """By episode, as far as they are there."""
    words: str = ""
    """What is still to come, or why nothing will."""
    problem: str = ""

    @property
    def mean(self) -> float | None:
        """Over the episodes; None while there are none."""
        return sum(self.returns) / len(self.returns) if self.returns else None


@dataclasses.dataclass(frozen=True)
class BeliefCell:
    """What was believed of a fact at one time."""

    words: str
    right: bool = False
    """Whether it is true."""


@dataclasses.dataclass(frozen=True)
class BeliefRow:
    """One fact."""

    fact: str
    cells: tuple[BeliefCell, ...]
    """By episode."""
    truth: str


@dataclasses.dataclass(frozen=True)
class BeliefTable:
    """What one agent believed."""

    title: str
    rows: tuple[BeliefRow, ...]


@dataclasses.dataclass
class SummaryView:
    """All that the page shows."""

    title: str
    task: str
    episodes: int
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    beliefs: tuple[BeliefTable, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """(what, words on the button)."""
    left: float | None = None
    """Seconds until it goes on by itself; None: it waits."""


def played_lines(
    finished: Finished, world: World, task: SameTask | None, humans: Sequence[int], followed: int
) -> list[Line]:
    """The lines of the game itself: one for each person, else one for whoever is compared."""
    returns = np.stack(finished.returns) if finished.returns else np.zeros((0, len(world.seats)))
    about = text("summary.about.you")
    if humans:
        names = [
            text("summary.you") if len(humans) == 1 else text("summary.you_in", seat=world.seats[seat].name)
            for seat in humans
        ]
        return [
            Line(YOU, name, about, tuple(returns[:, seat].tolist())) for name, seat in zip(names, humans, strict=True)
        ]
    seats = list(task.learners) if task is not None else [followed]
    kind = AGENT if task is not None and plays_itself(finished, task) else YOU
    return [Line(kind, text("summary.this"), about, tuple(returns[:, seats].mean(axis=1).tolist()))]


def plays_itself(finished: Finished, task: SameTask) -> bool:
    """Whether the agent that is compared had the learners' seats, and nobody interfered: then the game is its trial."""
    own = {task.specs[task.world.seats[seat].name] for seat in task.learners}
    return not finished.touched and len(own) == 1 and next(iter(own)).startswith("agent:")


def rival_lines(rivals: Iterable[Rival]) -> list[Line]:
    """The lines of those who play the same task in the background."""
    found = []
    for rival in rivals:
        name = rival.condition.name
        words = "" if rival.done else text("summary.playing" if rival.begun else "summary.waiting")
        if rival.problem:
            words = text("summary.failed")
        about = text(f"summary.about.{name}", agent=rival.condition.agent)
        found.append(Line(name, text(f"summary.{name}"), about, tuple(rival.returns), words, rival.problem))
    return found


def belief_tables(
    world: World, finished: Finished, specs: Mapping[str, str], agent: Finished | None = None
) -> tuple[BeliefTable, ...]:
    """What the agents of the game believed; where none tells, what the compared ``agent`` did."""
    shown, title = finished, "summary.beliefs.of"
    if not finished.beliefs and agent is not None:
        shown, title = agent, "summary.beliefs.you"
    tables = []
    for seat, beliefs in shown.beliefs.items():
        who = text(title, seat=world.seats[seat].name)
        bots = {at for at, each in enumerate(world.seats) if specs.get(each.name, "bot").partition(":")[0] == "bot"}
        facts = [fact for fact in in_order(world.facts(seat)) if fact.told_to == "all" and _readable(fact)]
        rows = tuple(
            _row(world, fact, beliefs, shown.truths[seat], has_truth(world, fact, seat, bots)) for fact in facts
        )
        tables.append(BeliefTable(text("summary.beliefs", who=who), rows))
    return tuple(tables)


def _readable(fact: Fact) -> bool:
    """Whether a person can make something of it: several numbers without a name say nothing."""
    return fact.one_hot or bool(fact.of) or fact.at.stop - fact.at.start == 1


def _row(world: World, fact: Fact, beliefs: Beliefs, truths: Beliefs, known: bool) -> BeliefRow:
    true = [truth[fact.at] if truth is not None and known else None for truth in truths]
    cells = tuple(
        BeliefCell("–") if belief is None else _cell(fact, belief[fact.at], truth)
        for belief, truth in zip(beliefs, true, strict=True)
    )
    last = next((truth for truth in reversed(true) if truth is not None), None)
    name = said(world.seats[fact.seat].name if fact.seat >= 0 else fact.name.replace("_", " "))
    return BeliefRow(name, cells, "–" if last is None else _true(fact, last))


def _cell(fact: Fact, parts: np.ndarray, true: np.ndarray | None) -> BeliefCell:
    if fact.one_hot:
        best = int(np.argmax(parts))
        words = f"{said(fact.choices[best].replace('_', ' '))} {share(parts[best]):.0%}"
        return BeliefCell(words, true is not None and bool(true[best] > HALF))
    if fact.of and fact.shares:
        return BeliefCell(several(fact.of, parts, None)[0], several(fact.of, parts, true)[1] == "good")
    return BeliefCell(numbered(fact.of, parts))


def _true(fact: Fact, true: np.ndarray) -> str:
    if fact.one_hot:
        return said(fact.choices[int(np.argmax(true))].replace("_", " ")) if (true > HALF).any() else "–"
    return several(fact.of, true, None)[0] if fact.of and fact.shares else numbered(fact.of, true)


def progress(rivals: Sequence[Rival]) -> str:
    """How far the others are."""
    done = sum(rival.done for rival in rivals)
    if done == len(rivals):
        return text("summary.compared")
    return text("summary.comparing", done=done, all=len(rivals))


def reference_notes(beside: Mapping[str, Beside]) -> list[str]:
    """Which references are the user's own, and why one of his does not play."""
    own = [each.name for each in beside.values() if each.weights]
    notes = [text("summary.trained", names=", ".join(own))] if own else []
    return notes + [text("summary.unfit", why=each.misfit) for each in beside.values() if each.misfit]


def without_own(conditions: Sequence[Condition], finished: Finished, task: SameTask) -> list[Condition]:
    """The conditions to play: the agent's own trial is the game itself where nobody interfered."""
    itself = plays_itself(finished, task)
    return [condition for condition in conditions if not (itself and condition.name == AGENT)]
