"""Every part of a training run tells its state and goes on from it, exactly; the run only joins them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from test_resume import LONG
from test_train import SMALL
from tianshou.utils.torch_utils import policy_within_training_step

import agents.training
from agents.settings.declared import changed
from agents.settings.train import TrainSettings
from agents.training.component import Component
from agents.training.generalist.learner import JointLearner
from agents.training.generalist.run import JointRun
from agents.training.run import Run
from worlds.world import World

ALONE = changed(SMALL, self_play=0.0)
OF_SEVERAL_WORLDS = {JointRun, JointLearner}
"""They go on exactly, too: see `test_generalist`."""
CASES = {
    "self-play": changed(LONG, self_play_draw="prioritised"),
    "curriculum": changed(
        LONG, curriculum="learnability", curriculum_tasks=6, self_play_draw="prioritised", rollout=80
    ),
    "belief": changed(LONG, belief=0.5),
    "together": changed(ALONE, together=True, rollout=37),
    "maml": changed(ALONE, algorithm="maml"),
    "finetune": changed(ALONE, algorithm="finetune"),
    "taste": changed(ALONE, taste={"reward": 0.5}),
}


def components(thing: Any, seen: set[int]) -> Iterator[Component]:
    """The components that a part of a run consists of, those inside others first."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, list | tuple | dict):
        inside = list(thing.values()) if isinstance(thing, dict) else list(thing)
    elif type(thing).__module__.startswith("agents.training."):
        inside = list(vars(thing).values())
    else:
        return
    for part in inside:
        yield from components(part, seen)
    if {"state_dict", "load_state_dict"} <= set(dir(thing)) and is_component(type(thing)):
        yield thing


def is_component(kind: type) -> bool:
    """Whether the class or one that it extends, here and not in a library, tells its state."""
    return any("state_dict" in vars(base) for base in kind.__mro__ if base.__module__.startswith("agents.training."))


def same(one: Any, other: Any) -> bool:
    """Whether two states are equal, to the bit."""
    if isinstance(one, dict):
        return set(one) == set(other) and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, torch.Tensor | np.ndarray):
        arrays = [np.asarray(array) for array in (one, other)]
        kinds = {(type(one), one.shape, one.dtype), (type(other), other.shape, other.dtype)}
        return len(kinds) == 1 and arrays[0].tobytes() == arrays[1].tobytes()
    return type(one) is type(other) and one == other


def play(run: Run, settings: TrainSettings, updates: int) -> None:
    with policy_within_training_step(run.policy):
        for _ in range(updates):
            run.collector.collect(n_step=settings.learning.lanes)
            run.algorithm.update(
                run.rollout, settings.learning.lanes // settings.learning.minibatches, settings.learning.epochs
            )
            run.rollout.reset()
            if settings.opponents.self_play:
                run.pool.add(run.network)


@pytest.mark.parametrize("name", CASES)
def test_a_run_goes_on_from_its_state_and_each_part_from_its_own(name: str, beacon: World) -> None:
    settings = CASES[name]
    first, second, third = (Run(settings, beacon) for _ in range(3))
    first.collector.reset()
    play(first, settings, 3)
    state = first.state_dict()
    second.load_state_dict(state)
    assert same(second.state_dict(), state)
    theirs = list(components(first, set()))
    for part, fresh in zip(theirs, components(third, set()), strict=True):
        assert type(fresh) is type(part)
        fresh.load_state_dict(part.state_dict())
        assert same(fresh.state_dict(), part.state_dict())
    play(first, settings, 2)
    assert not same(first.state_dict(), state)  # which is a copy: what was played since is not in it
    for run in (second, third):
        play(run, settings, 2)
        assert same(run.state_dict(), first.state_dict())
    for run in (first, second, third):
        run.close()


def test_every_component_is_tried(beacon: World) -> None:
    met = set()
    for settings in CASES.values():
        run = Run(settings, beacon)
        met |= {type(part) for part in components(run, set())}
        run.close()
    modules = pkgutil.walk_packages(agents.training.__path__, "agents.training.")
    classes = [kind for module in modules for _, kind in inspect.getmembers(importlib.import_module(module.name))]
    own = {kind for kind in classes if inspect.isclass(kind) and kind is not Component and is_component(kind)}
    assert len(own) > 12
    assert own <= met | OF_SEVERAL_WORLDS


def test_each_part_names_itself_where_its_state_is_another(beacon: World) -> None:
    settings = CASES["curriculum"]
    run = Run(settings, beacon)
    run.collector.reset()
    play(run, settings, 2)
    for part in components(run, set()):
        state = part.state_dict()
        name = sorted(state)[0]
        lacking = {other: value for other, value in state.items() if other != name}
        for wrong in (5, {**state, "x": 1}, *([] if type(part).__name__ == "Results" else [lacking])):
            with pytest.raises(ValueError, match=r"^(the|a) [a-z' 0-9]+ (is no table|lacks|holds an unknown) ?"):
                part.load_state_dict(wrong)  # type: ignore[arg-type]
        for name, value in state.items():
            if isinstance(value, np.ndarray | torch.Tensor):
                with pytest.raises(ValueError, match=f"^{name!r} of (the|a) .* is .*, not "):
                    part.load_state_dict({**state, name: value[..., None]})
    run.close()
