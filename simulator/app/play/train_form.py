"""The settings of a run to begin, as a person enters them: a few, the others as the world declares them."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from agents.settings.declared import Leaf, by_name, leaves
from agents.settings.folder import RUNS
from agents.settings.train import TrainSettings
from simulator.app.play.trainers import free_folder
from worlds.kit.words import shown

if TYPE_CHECKING:
    from worlds.world import World

ASKED = ("steps", "seed", "reference", "memory", "lanes", "learning_rate", "self_play")
"""What the page asks for, by short names; the first two always, the others in its lower part."""
ELSEWHERE = ("world", "world_args", "out", "resume", "progress")
"""Settings that are no matter of a form."""
TRIALS = 20  # that are recorded during a run


@dataclasses.dataclass
class TrainForm:
    """What stands in the fields: text as it was typed."""

    world: str
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    """By the names of `ASKED`."""
    name: str = ""
    """Of the folder among the runs; empty for one after world and seed."""
    recorded: bool = True
    build: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Arguments of the world's build."""
    runs: Path = RUNS
    """The folder of runs."""
    base: dict[str, Any] = dataclasses.field(default_factory=dict)
    """Further settings by their short names, as a command line gave them."""

    def fill(self, world: World) -> None:
        """Put in what the world declares, or the command line gave, where nothing stands yet."""
        from agents.settings.of_world import settings_for

        usual = settings_for(world, **self.base)
        for name in ASKED:
            self.values.setdefault(name, written(by_name(TrainSettings)[name].of(usual)))

    def settings(self, world: World) -> TrainSettings:
        """The settings to train with.

        Raises:
            Refused: a value that is not allowed, in the words of `crossplay train`.
        """
        from agents.settings.declared import changed
        from agents.settings.of_world import settings_for

        known = by_name(TrainSettings)
        usual = settings_for(world, **self.base)
        told = {name: read(known[name], self.values.get(name, "")) for name in ASKED}
        chosen = {name: value for name, value in told.items() if value != known[name].of(usual)}
        found = settings_for(world, **(self.base | chosen))
        every = found.run.record_every or trials_every(found, world)
        return changed(found, record_every=every if self.recorded else 0)

    def folder(self, settings: TrainSettings) -> Path:
        """Where the run is to be kept.

        Raises:
            Refused: a name that leads out of the folder of runs.
        """
        from worlds.world import Refused

        if not self.name:
            return free_folder(self.runs / f"{settings.world.name}-seed{settings.run.seed}")
        if self.name != Path(self.name).name or self.name.startswith(".") or not self.name.isprintable():
            raise Refused(
                f"the folder's name is {shown(self.name)}: allowed is one name without / and without dots first"
            )
        return self.runs / self.name


def form_of(settings: TrainSettings) -> TrainForm:
    """The form for settings that a command line gave.

    Raises:
        Refused: an unknown world, or arguments that its build does not take.
    """
    import worlds
    from agents.settings.of_world import settings_for

    world = worlds.get(settings.world.name, **settings.world.args)
    usual = settings_for(world)
    base = {
        leaf.short: leaf.of(settings)
        for leaf in leaves(TrainSettings)
        if leaf.short not in ELSEWHERE and leaf.of(settings) != leaf.of(usual)
    }
    if settings.trial.episodes == 0:  # as many as the world says
        base.pop("episodes", None)
    out = Path(settings.run.out)
    form = TrainForm(world.name, base=base, build=dict(settings.world.args), name=out.name)
    return dataclasses.replace(form, runs=out.parent) if settings.run.out else form


def options(name: str) -> tuple[str, ...]:
    """What a setting may be, where that is a list of words."""
    return tuple(map(str, get_args(by_name(TrainSettings)[name].type)))


def written(value: Any) -> str:
    """A value as a person types it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(leaf: Leaf, text: str) -> Any:
    """The value that a text stands for.

    Raises:
        Refused: it is no number of the kind that the setting takes.
    """
    from worlds.world import Refused

    if leaf.type not in (int, float):
        return text
    try:
        return leaf.type(text.replace(",", "").replace("_", "").strip() if leaf.type is int else text.strip())
    except (ValueError, OverflowError):
        what = "a whole number" if leaf.type is int else "a number"
        raise Refused(f"{leaf.short} is {shown(text)}: allowed is {what}, {leaf.range}") from None


def trials_every(settings: TrainSettings, world: World) -> int:
    """Updates between recorded trials, so that a run has about `TRIALS` of them."""
    learning = settings.learning
    each = learning.rollout or settings.trial.episodes * world.timing.decisions
    return max(learning.steps // max(learning.lanes * each, 1) // TRIALS, 1)
