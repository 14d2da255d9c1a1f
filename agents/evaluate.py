"""Measures an agent: return by episode on unseen tasks, beside controls and references that play the same tasks.

The conditions, all on the same tasks (task i of a role and split is the same draw for everyone):

* ``agent``: the checkpoint, its memory kept over the trial
* ``wiped``: the same checkpoint, its memory wiped at every episode start
* ``shuffled``: the same checkpoint, its memory exchanged at every episode start with that of another task
* ``blind``: a reference that was trained with its memory wiped every episode
* ``oracle``: a reference that is told the hidden task
* ``random``: every allowed choice with the same probability
* ``bot``: the task's own bot in the learner's seat, for context
* ``bot:KIND``: a baseline, one kind of bot in the learner's seat

A learner that learned in all seats together takes them all here too, and so do the others who are measured.

The checkpoints are final ones: nothing here picks the best of several.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tqdm import tqdm

from agents.evaluate_settings import EvaluateSettings
from agents.evaluation.stage import RecorderFactory, Stage
from agents.lineup import Lineup, line_up, roles_of
from agents.report import Report
from simulator.engine.batch import Batch


def evaluate(
    settings: EvaluateSettings, *, recorder_factory: RecorderFactory | None = None, progress: bool = True
) -> Report:
    """Play all tasks under all conditions and report returns with intervals.

    ``recorder_factory`` is called with a name for each of the ``settings.record`` trials per role and split.
    ``progress`` shows a bar where the terminal allows one.

    Raises:
        Refused: no checkpoint, one that does not fit, an unknown role or seat, or a reference of the wrong kind.
    """
    lineup = line_up(settings)
    cells = [(role, split) for role in roles_of(lineup) for split in settings.splits]
    Batch(lineup.world, 1).reset()  # the rules are compiled once, before several threads ask for them
    runs = sum(lineup.runs(role, split) for role, split in cells)
    hidden = None if progress else True  # None: hidden unless a terminal shows it
    with _workers(settings.threads) as pool, tqdm(total=runs, unit="run", disable=hidden) as bar:
        results = [Stage(lineup, role, split, bar).measure(pool, recorder_factory) for role, split in cells]
    report = Report(settings=settings, world=lineup.world, sources=lineup.sources, cells=tuple(results))
    if settings.out:
        report.save(settings.out)
    if settings.card:
        _write_cards(lineup, report)
    return report


def _write_cards(lineup: Lineup, report: Report) -> None:
    from agents.card import write_card  # brings the checkpoint reader, and torch, along

    for members in lineup.players.values():
        for player in members:
            write_card(player.folder, report)


@contextmanager
def _workers(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that play whole runs side by side, single-threaded inside: so results do not depend on their number."""
    import torch

    before = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)  # what a thread sets is the default of later ones
