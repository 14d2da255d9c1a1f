"""Odd values for every argument of the public engine: each is refused by a sentence, or taken for what it is.

Nothing else may come out, such as TypeError or IndexError, and no refused value may change what is played.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import worlds
from simulator.engine import Batch, Simulation, parallel_env
from simulator.engine.vector_env import CollectorEnv, VectorEnv
from worlds.world import Refused, World

NUMBERS: list[Any] = [
    None, 1.5, -1, 2**62 + 1, 2**63, 2**64, -(2**63) - 1, float("nan"), float("inf"), "1", "", b"1", [], [1], {}, (),
    1j, True, np.float64(1.0), np.int8(-1), np.uint64(2**64 - 1), np.nan, np.array(1.5), np.array([1, 2]), object(),
    np.datetime64("2020-01-01"), lambda: 1, "x" * 5000,
]  # fmt: skip
ARRAYS: list[Any] = [
    *NUMBERS, np.zeros((2, 3, 4, 5)), np.full((2, 2), np.nan), np.full((2, 2), 1.0), [[0, 1], [2]], [["a", "b"]] * 2,
    np.full((2, 2), 3), np.full((2, 2), -1), np.full((2, 2), 2**63, np.uint64), np.zeros((2, 2), bool),
    np.zeros((2, 2), complex), np.zeros((2, 2), object), np.zeros((2, 2), "M8[s]"), np.zeros((0, 2), int),
    np.zeros((2, 0), int), np.zeros(0), [2**70, 0], {"a": 1}, iter([1]), np.zeros(2, [("a", "i4")]),
]  # fmt: skip
Call = Callable[[Any], Any]


def batch_calls(batch: Batch) -> dict[str, tuple[Call, list[Any]]]:
    donors, seats = batch.worlds[:1].copy(), np.ones((1, 2), bool)
    return {
        "reset": (batch.reset, [value for value in NUMBERS if value is not True]),
        "step": (batch.step, ARRAYS),
        "drive world": (lambda v: batch.drive(v, 0, True), NUMBERS),
        "drive seat": (lambda v: batch.drive(0, v, True), NUMBERS),
        "drive external": (lambda v: batch.drive(0, 0, v), NUMBERS),
        "tell": (batch.tell, NUMBERS),
        "restore": (batch.restore, [*ARRAYS, b"", bytes(batch.worlds.nbytes + 1), b"\xff" * batch.worlds.nbytes]),
        "tasks worlds": (lambda v: batch.begin_tasks(v, np.array([0]), np.array([0])), ARRAYS),
        "tasks indices": (lambda v: batch.begin_tasks(np.array([0]), v, np.array([0])), ARRAYS),
        "tasks trials": (lambda v: batch.begin_tasks(np.array([0]), np.array([0]), v), ARRAYS),
        "opponents rows": (lambda v: batch.take_opponents(v, donors, seats), ARRAYS),
        "opponents donors": (lambda v: batch.take_opponents(np.array([0]), v, seats), ARRAYS),
        "opponents seats": (lambda v: batch.take_opponents(np.array([0]), donors, v), ARRAYS),
        "opponents population": (lambda v: batch.take_opponents(np.array([0]), donors, seats, v), ARRAYS),
    }


def simulation_calls(simulation: Simulation) -> dict[str, tuple[Call, list[Any]]]:
    donor = simulation.state[0].copy()
    return {
        "reset": (simulation.reset, NUMBERS),
        "tick": (simulation.tick, ARRAYS),
        "step": (simulation.step, ARRAYS),
        "tell": (simulation.tell, NUMBERS),
        "drive seat": (lambda v: simulation.drive(v, True), NUMBERS),
        "drive external": (lambda v: simulation.drive(0, v), NUMBERS),
        "restore": (simulation.restore, [*ARRAYS, b"\xff" * simulation.state.nbytes]),
        "opponents donor": (lambda v: simulation.take_opponents(v, [1]), ARRAYS),
        "opponents seats": (lambda v: simulation.take_opponents(donor, v), ARRAYS),
        "opponents population": (lambda v: simulation.take_opponents(donor, [1], v), ARRAYS),
    }


def view_calls(world: World) -> dict[str, tuple[Call, list[Any]]]:
    env, vector, collected = parallel_env(world), VectorEnv(world, 2), CollectorEnv(VectorEnv(world, 2))
    for view in (env, vector, collected):
        view.reset()
    return {
        "env reset": (lambda v: env.reset(seed=v), NUMBERS),
        "env step": (env.step, ARRAYS),
        "env action": (lambda v: env.step(dict.fromkeys(env.agents, v)), ARRAYS),
        "env space": (env.observation_space, ARRAYS),
        "env actions": (env.action_space, ARRAYS),
        "vector reset": (lambda v: vector.reset(seed=v), NUMBERS),
        "vector step": (vector.step, ARRAYS),
        "collector reset": (collected.reset, ARRAYS),
        "collector step": (collected.step, ARRAYS),
        "collector lanes": (lambda v: collected.step(np.array([1]), v), ARRAYS),
        "collector seed": (collected.seed, NUMBERS),
    }


def giving(make: Callable[..., Any], world: World, name: str, **others: Any) -> Call:
    """A call that makes something with a value for one argument."""
    return lambda value: make(world, **{**others, name: value})


def making_calls(world: World) -> dict[str, tuple[Call, list[Any]]]:
    small = [value for value in NUMBERS if value is not True]
    specs = [*ARRAYS, {"walker_9": "bot"}, {"walker_0": 3}, {3: "bot"}, {"walker_0": "bot:pacer:bold=nan"}]
    lanes = [*ARRAYS, ["walker_9"], [3], [None], [np.array([0, 1])], np.full((2, 1), 7), np.zeros((2, 1), float)]
    calls: dict[str, tuple[Call, list[Any]]] = {"world": (lambda v: Batch(v, 2), [*ARRAYS, "beacon"])}
    for name in ("n", "threads", "seed", "first_index", "episodes_per_trial"):
        calls[name] = (giving(Batch, world, name, n=2), small)
    for name, odd in (("seats", specs), ("lanes", lanes), ("split", ARRAYS), ("inputs", NUMBERS), ("reveal", NUMBERS)):
        calls[name] = (giving(Batch, world, name, n=2), odd)
        if name != "lanes":
            calls[f"simulation {name}"] = (giving(Simulation, world, name), odd)
    for name in ("seed", "index", "episodes_per_trial"):
        calls[f"simulation {name}"] = (giving(Simulation, world, name), small)
    for name in ("seed", "split", "episodes_per_trial", "seats", "render_mode", "inputs"):
        calls[f"env {name}"] = (giving(parallel_env, world, name), specs)
    calls["env world"] = (parallel_env, ARRAYS)
    calls["env built seats"] = (lambda v: parallel_env("beacon", seats=v), ARRAYS)
    calls["vector worlds"] = (lambda v: VectorEnv(world, v), small)
    calls["get name"] = (worlds.get, ARRAYS)
    calls["get seats"] = (lambda v: worlds.get("beacon", seats=v), ARRAYS)
    return calls


def outcomes(calls: dict[str, tuple[Call, list[Any]]]) -> Iterator[str]:
    """What came out of the calls besides results and refusals, in words."""
    for name, (call, values) in calls.items():
        for value in values:
            words = f"{name}({value!r:.60})"
            try:
                call(value)
            except Refused as refusal:
                if "\n" in str(refusal) or len(str(refusal)) > 600:
                    yield f"{words}: the sentence is {str(refusal)[:80]!r}…"
            except Exception as error:
                yield f"{words}: {type(error).__name__} {error!s:.80}"


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a cast that loses something is no answer either
        yield


def test_a_batch_takes_or_refuses_whatever_it_is_given(beacon: World) -> None:
    batch = Batch(beacon, 2)
    batch.reset()
    assert list(outcomes(batch_calls(batch))) == []


def test_a_simulation_takes_or_refuses_whatever_it_is_given(beacon: World) -> None:
    assert list(outcomes(simulation_calls(Simulation(beacon)))) == []


def test_the_views_take_or_refuse_whatever_they_are_given(beacon: World) -> None:
    assert list(outcomes(view_calls(beacon))) == []


def test_whoever_is_made_takes_or_refuses_whatever_it_is_given(beacon: World) -> None:
    assert list(outcomes(making_calls(beacon))) == []


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda batch: batch.reset(1.5), "trial is 1.5: allowed is 0 to 4611686018427387904"),
        (lambda batch: batch.reset(2**63), "trial is 9223372036854775808: allowed"),
        (lambda batch: batch.step(np.full((2, 2), 1.0)), r"actions are float64 \(2, 2, 1\): expected integers"),
        (
            lambda batch: batch.step(np.full((2, 2), 2**63, np.uint64)),
            "action walk is 9223372036854775808: allowed is 0",
        ),
        (lambda batch: batch.restore("x"), "the snapshot is 'x': expected bytes"),
        (lambda batch: batch.drive(0, 0, 2), "external is 2: allowed is True or False"),
        (lambda batch: batch.tell(2), "world_index is 2: allowed is 0 to 1"),
        (lambda batch: batch.begin_tasks([0.5], [0], [0]), "world of a task is float64"),
        (lambda batch: batch.take_opponents([0], np.zeros(1, "i8"), np.ones((1, 2), bool)), "donors are int64"),
    ],
)
def test_a_refusal_names_the_value_and_changes_nothing(beacon: World, call: Call, sentence: str) -> None:
    batch = Batch(beacon, 2)
    batch.reset()
    before = batch.snapshot()
    with pytest.raises(Refused, match=sentence):
        call(batch)
    assert batch.snapshot() == before
    batch.step(np.ones((2, 2), int))
