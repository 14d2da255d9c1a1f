"""Measures an agent: return by episode on unseen tasks, beside controls and references that play the same tasks.

The conditions, all on the same tasks (task i of a role and split is the same draw for everyone):

* ``agent``: the checkpoint, its memory kept over the trial
* ``wiped``: the same checkpoint, its memory wiped at every episode start
* ``shuffled``: the same checkpoint, its memory exchanged at every episode start with that of another task
* ``foreign``: the same checkpoint, each episode begun with the memory that it formed up to there on the same layout
  against other opponents (other kinds of bots, another population); not where a task draws no opponents
* ``blind``: a reference that was trained with its memory wiped every episode
* ``oracle``: a reference that is told the hidden task
* ``random``: every allowed choice with the same probability
* ``bot``: the task's own bot in the learner's seat, for context
* ``bot:KIND``: a baseline, one kind of bot in the learner's seat

A learner that learned in all seats together takes them all here too, and so do the others who are measured.

Beside them, where they are asked for: strangers that learned in the place of bots, graded mixes of seen and held-out
opponents, a switch of opponents in mid-trial, and the cross-play matrix of several checkpoints (each has a
file in agents/evaluation).

The checkpoints are final ones: nothing here picks the best of several.
"""

import dataclasses
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from agents.evaluation import learned, matrix, mixes, switch
from agents.evaluation.alone import with_alone
from agents.evaluation.crossed import Crossed
from agents.evaluation.lineup import Lineup, line_up, roles_of
from agents.evaluation.looks import note_final, seed_warnings, taste_notes
from agents.evaluation.mixes import layouts_of
from agents.evaluation.publish import publish
from agents.evaluation.recordings import Recorded, RecorderFactory, record_trials
from agents.evaluation.report import Report
from agents.evaluation.stage import Measured, Stage
from agents.settings.evaluate import EvaluateSettings
from simulator.engine.batch import Batch, split_code
from simulator.engine.threads import team
from worlds.kit.writing import folder_problem
from worlds.world import Refused


def evaluate(
    settings: EvaluateSettings, *, recorder_factory: RecorderFactory | None = None, progress: bool = True
) -> Report:
    """Play all tasks under all conditions and report returns with intervals.

    A use of the split final is written into the cards of the agents, whether or not others are.

    ``recorder_factory`` is called with a name for each of the trials that ``settings.record`` and ``settings.replays``
    ask for. ``progress`` shows a bar where the terminal allows one.

    Raises:
        Refused: no checkpoint, one that does not fit, an unknown role or seat, or a reference of the wrong kind.
    """
    if settings.out and (problem := folder_problem(Path(settings.out))):
        raise Refused(f"folder {settings.out!r} {problem}: name another with --out")
    lineup = line_up(settings)
    plan = _Plan(lineup, settings)
    warnings = tuple(
        line for lines in (seed_warnings, taste_notes) for line in lines(lineup.settings, lineup.players["agent"])
    )
    for line in warnings if progress else ():
        print(line, file=sys.stderr)
    Batch(lineup.world, 1).reset()  # the rules are compiled once, before several threads ask for them
    hidden = None if progress else True  # None: hidden unless a terminal shows it
    with (
        workers(settings.threads) as pool,
        tqdm(total=plan.runs(bool(recorder_factory)), unit="run", disable=hidden) as bar,
    ):
        report = _play(plan, bar, pool, recorder_factory)
    notes = (*warnings, *note_final(lineup.settings, lineup.players["agent"]))
    report = dataclasses.replace(report, notes=notes)
    report = with_alone(report, lineup.settings, lineup.in_part, evaluate)
    if settings.out:
        publish(report, settings.out)
    if settings.card:
        _write_cards(lineup, report)
    return report


class _Plan:
    """What is to be played; made before anything is, so that what cannot be is refused at once."""

    def __init__(self, lineup: Lineup, asked: EvaluateSettings) -> None:
        self.lineup, self.settings = lineup, lineup.settings
        self.asked = asked
        """The settings as they were given, which the report names."""
        self.roles = roles_of(lineup)
        for split in self.settings.splits:
            split_code(lineup.world, split)
        self.invited = learned.testing_half(self.settings, lineup.world) if self.settings.learned else ()
        self.layouts = layouts_of(self.settings.splits) if self.settings.mixes else ()
        for role in self.roles:
            stage = self.stage(role, self.settings.splits[0], None)
            if self.settings.switch:
                switch.check(stage)
            if self.settings.mixes or "foreign" in self.settings.conditions:
                switch.refuse_without_opponents(stage)
            if self.settings.crossplay != "off":
                matrix.check(lineup, role)
            learned.refuse_without_seats(stage, self.invited)

    def stage(self, role: str, split: str, bar: Any) -> Stage:
        """One role on one split."""
        return Stage(self.lineup, role, split, bar)

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Every role on every split."""
        return [(role, split) for role in self.roles for split in self.settings.splits]

    def runs(self, recorded: bool) -> int:
        """Batches of trials to play."""
        settings, agents = self.settings, len(self.lineup.players["agent"])
        each = (
            switch.RUNS * agents * bool(settings.switch)
            + matrix.runs_of(self.lineup) * (settings.crossplay != "off")
            + (recorded and (settings.replays or settings.record > 0))
            + (recorded and settings.replays and settings.switch > 0)
        )
        mixed = sum(
            mixes.runs_of(self.stage(role, layout, None)) for role in self.roles for layout in self.layouts
        )  # fmt: skip
        met = learned.runs_of(self.lineup, self.invited) * len(self.roles) if self.invited else 0
        return sum(self.lineup.runs(role, split) + each for role, split in self.cells) + mixed + met


def _play(plan: _Plan, bar: tqdm, pool: ThreadPoolExecutor, recorder_factory: RecorderFactory | None) -> Report:
    lineup, settings = plan.lineup, plan.settings
    measured: dict[tuple[str, str], Measured] = {}
    recorded: list[Recorded] = []
    for role, split in plan.cells:
        stage = plan.stage(role, split, bar)
        measured[role, split] = stage.measure(pool)
        if recorder_factory is not None:
            recorded += record_trials(stage, measured[role, split].returns, recorder_factory)
    switches = {cell: switch.measure_switch(plan.stage(*cell, bar), pool) for cell in plan.cells if settings.switch}
    if recorder_factory is not None:
        for cell, part in switches.items():
            stage = plan.stage(*cell, bar)
            recorded += record_trials(stage, part.returns, recorder_factory, switch.exchange_of(stage))
    return Report(
        settings=plan.asked,
        world=lineup.world,
        sources=lineup.sources,
        cells=tuple(each.cell for each in measured.values()),
        crossed=_crossed(plan, measured),
        mixes=tuple(
            mixes.measure_mixes(plan.stage(role, layout, bar), pool) for role in plan.roles for layout in plan.layouts
        ),
        learned=tuple(
            learned.measure_learned(plan.stage(role, learned.SPLIT, bar), plan.invited, pool)
            for role in plan.roles
            if plan.invited
        ),
        switches=tuple(switches.values()),
        matrices=tuple(
            matrix.measure_matrix(lineup, role, split, bar, pool)
            for role, split in plan.cells
            if settings.crossplay != "off"
        ),
        recorded=tuple(recorded),
    )


def _crossed(plan: _Plan, measured: Mapping[tuple[str, str], Measured]) -> tuple[Crossed, ...]:
    """One table for every role, where there is more than one split to compare."""
    splits = plan.settings.splits
    if len(splits) < 2:
        return ()
    return tuple(
        Crossed.of(
            role,
            {split: measured[role, split].cell for split in splits},
            {split: measured[role, split].comparison for split in splits},
        )
        for role in plan.roles
    )


def _write_cards(lineup: Lineup, report: Report) -> None:
    from agents.evaluation.card import write_cards  # brings the checkpoint reader, and torch, along

    players = [player for kind in ("agent", "blind", "oracle") for player in lineup.players[kind]]
    write_cards([player.folder for player in players], report)


@contextmanager
def workers(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that play whole runs side by side, single-threaded inside: so results do not depend on their number."""
    import torch

    before = torch.get_num_threads()
    try:
        with team(threads, lambda: torch.set_num_threads(1)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)  # what a thread sets is the default of later ones
