"""Promises that every world keeps, in every size: the shipped ones and the tiny ones of the tests."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.canvas import LAYERS, render
from simulator.engine import SPLITS, Batch, Simulation
from simulator.engine.spaces import observation_bounds
from tests.tools.catalogue import EVERY_SIZE, build, play, random_actions, skip_without, trial_decisions
from worlds.world import OPEN_SPLITS, Refused, World

N = 32
KIND_CODES = {"running": 0, "terminated": 1, "truncated": 2}


@pytest.fixture(params=EVERY_SIZE, ids=lambda size: f"{size[0]}-{size[1]}")
def world(request: pytest.FixtureRequest) -> World:
    return build(*request.param)


@pytest.mark.parametrize("name", worlds.names())
def test_defaults_build_and_step(name: str) -> None:
    batch = Batch(worlds.get(name), 2)
    batch.reset()
    batch.step(np.zeros((2, batch.L, len(batch.action_sizes)), np.int64))


def test_observations_rewards_and_figures_are_finite_and_bounded(world: World) -> None:
    batch = Batch(world, N, seed=3, reveal=True)
    low, high = observation_bounds(batch.layout)
    assert batch.reset().shape == (N, batch.L, batch.observation_size)
    assert list(batch.layout.sizes)[: len(world.observation.sizes)] == list(world.observation.sizes)
    for decision in range(trial_decisions(batch) + 1):
        observations, rewards, _, _ = batch.step(random_actions(world, N, batch.L, seed=decision))
        over = batch.episode_ends > 0
        for views in (observations, batch.final_observations[over]):
            assert np.isfinite(views).all()
            assert (views >= low).all()
            assert (views <= high).all()
        assert np.isfinite(rewards).all()
        assert np.isfinite(batch.episode_returns[over]).all()
        assert np.isfinite(batch.figures[over]).all()


def test_every_figure_is_written_anew(world: World) -> None:
    """Those of the world and those of each seat: whatever stood there before is gone."""
    if world.kernels.figures is None:
        assert world.figures == ()
        return
    simulation = Simulation(world)
    nothing, something = np.full(len(world.figure_names), np.nan), np.full(len(world.figure_names), 7.0)
    for out in (nothing, something):
        world.kernels.figures(simulation.w, out)
    np.testing.assert_array_equal(nothing, something)
    assert np.isfinite(nothing).all()


def test_reveal_fills_every_told_piece(world: World) -> None:
    """Each told piece differs between tasks, at first or soon; one that never does tells nothing. None of it is in the
    observation.
    """
    batch = Batch(world, 256, split="test-both", reveal=True, inputs=False)
    assert batch.reset().shape[-1] == world.observation.total
    first = batch.told.copy()
    assert first.shape[-1] == world.told_pieces.total
    play(batch, 10)
    told = np.concatenate([first, batch.told])
    silent = [name for name, part in world.told_pieces.at.items() if np.ptp(told[..., part], axis=0).max() == 0.0]
    assert silent == []


def test_masks_always_leave_a_choice(world: World) -> None:
    batch = Batch(world, N, seed=1)
    batch.reset()
    edges = np.cumsum(world.action_sizes)[:-1]
    for decision in range(world.timing.decisions):
        assert set(np.unique(batch.legal)) <= {0, 1}
        for factor in np.split(batch.legal, edges, axis=2):
            assert factor.any(axis=2).all()
        batch.step(random_actions(world, N, batch.L, seed=decision))


def test_every_seat_ends_once_an_episode_for_a_declared_cause(world: World) -> None:
    batch = Batch(world, N, seed=2, episodes_per_trial=2)
    batch.reset()
    ended = np.zeros((N, batch.L), int)
    length = np.zeros(N, int)
    finished = 0
    for decision in range(2 * world.timing.decisions):
        _, _, ends, trial_ends = batch.step(random_actions(world, N, batch.L, seed=decision))
        over = batch.episode_ends > 0
        ended += ends > 0
        length += 1
        assert (ended <= 1).all(), "a seat ended twice"
        assert (ended[over] == 1).all(), "an episode ended before one of its seats"
        assert length.max() <= world.timing.decisions
        assert (batch.causes[~over] == 0).all()
        assert not (trial_ends & ~batch.episode_ends).any()
        for i in np.flatnonzero(over):
            assert KIND_CODES[world.causes[batch.causes[i]].kind] in ends[i]
        ended[over] = 0
        length[over] = 0
        finished += int(over.sum())
    assert finished >= 2 * N


def test_drawing_reads_and_never_writes(world: World) -> None:
    simulation = Simulation(world, split="test-both")
    for decision in range(10):
        simulation.step(random_actions(world, len(world.seats), seed=decision))
        before = simulation.hash()
        for viewer in (None, len(world.seats) - 1):
            picture = render(world, simulation.w, (96, 96), layers=LAYERS, viewer=viewer)
            assert picture.shape == (96, 96, 3)
            assert picture.dtype == np.uint8
        assert simulation.hash() == before
    assert np.ptp(picture) > 0, "nothing was drawn"


@pytest.mark.parametrize("split", SPLITS)
def test_check_accepts_every_state_that_play_reaches(world: World, split: str) -> None:
    skip_without(world, split)
    batch = Batch(world, N, split=split, seed=5, episodes_per_trial=2)
    batch.reset()
    for decision in range(2 * world.timing.decisions + 1):
        batch.step(random_actions(world, N, batch.L, seed=decision))
        world.check(batch.worlds)


def test_check_accepts_every_state_that_bots_reach(world: World) -> None:
    batch = Batch(world, N, split="test-both", seats=dict.fromkeys((s.name for s in world.seats), "bot"), lanes=[])
    batch.reset()
    for _ in range(2 * world.timing.decisions):
        batch.step(np.zeros((N, 0, len(world.actions)), np.int64))
        world.check(batch.worlds)


def test_check_refuses_every_field_out_of_range(world: World) -> None:
    simulation = Simulation(world)
    good = simulation.snapshot()
    for name, (low, high) in world.field_ranges.items():
        if name not in simulation.state.dtype.names:
            continue
        kind = simulation.state.dtype[name].base
        for bad in impossible(kind, low, high):
            record = np.frombuffer(good, simulation.state.dtype).copy()
            np.atleast_1d(record[name].reshape(-1))[-1] = bad  # type: ignore[call-overload]
            assert record.tobytes() != good, f"{name} = {bad} was not written"
            with pytest.raises(Refused, match=name):
                simulation.restore(record.tobytes())
            assert simulation.snapshot() == good


def impossible(kind: np.dtype[Any], low: float, high: float) -> list[float]:
    """Values that a field of this kind can hold but must not."""
    if kind.kind == "f":
        return [np.nan, np.inf, -np.inf, high + 1.0 + abs(high) * 1e-6, low - 1.0 - abs(low) * 1e-6, 1e300]
    limits = np.iinfo(kind)
    candidates = (int(high) + 1, int(low) - 1, 10**12, -(10**12), -1)
    return [v for v in candidates if limits.min <= v <= limits.max and not low <= v <= high]


def test_every_field_has_a_range_that_can_be_broken(world: World) -> None:
    """A range as wide as the number itself protects nothing: only keys, and bytes, may have one."""
    for name in world.record.names or ():
        low, high = world.field_ranges[name]
        if not name.endswith("key") and world.record[name].base != np.dtype("u1"):
            assert impossible(world.record[name].base, low, high), name


def test_bots_only_choose_what_is_allowed(world: World) -> None:
    for split in ("train", "test-opponent"):
        for index in range(6):
            simulation = Simulation(
                world, index=index, split=split, seats=dict.fromkeys((s.name for s in world.seats), "bot")
            )
            nothing = np.zeros((len(world.seats), len(world.actions)), np.int64)
            while not simulation.episode_ended:
                running = simulation.w.done == 0
                legal = simulation.legal.copy()
                deciding = simulation.deciding
                simulation.tick(nothing)
                if deciding:
                    chosen = np.where(running[:, None], simulation.applied, -1)
                    assert_legal(world, chosen, legal)


def assert_legal(world: World, chosen: NDArray[np.int64], legal: NDArray[np.uint8]) -> None:
    start = 0
    for factor, size in enumerate(world.action_sizes):
        for seat, choice in enumerate(chosen[:, factor]):
            assert choice < size
            assert choice < 0 or legal[seat, start + choice] == 1, world.seats[seat].name
        start += size


def test_every_bot_can_be_seated_by_name(world: World) -> None:
    for seat in world.seats:
        for number, bot in enumerate(world.bots_of(seat.role)):
            knobs = ",".join(f"{knob.name}={knob.high}" for knob in bot.knobs)
            spec = f"bot:{bot.name}:{knobs}" if knobs else f"bot:{bot.name}"
            simulation = Simulation(world, seats={seat.name: spec})
            index = world.seat_index(seat.name)
            assert simulation.w.bot_kind[index] == number
            values = {name: simulation.w.bot_knob[index, column] for name, column in world.knob_columns.items()}
            assert [values[knob.name] for knob in bot.knobs] == [knob.high for knob in bot.knobs]
            simulation.step(random_actions(world, len(world.seats)))


@pytest.mark.parametrize(
    ("split", "kind"), [("train", "train"), ("test-layout", "test"), ("final", "final"), ("validation", "train")]
)
def test_every_generator_is_drawn(world: World, split: str, kind: str) -> None:
    skip_without(world, split)
    batch = Batch(world, 200, split=split, seed=11)
    batch.reset()
    drawn = {world.generators[int(i)].name for i in batch.worlds.generator}
    assert drawn == {generator.name for generator in world.generators if generator.split == kind}


@pytest.mark.parametrize("split", SPLITS)
def test_every_task_is_solvable(world: World, split: str) -> None:
    """As the world's kernel ``solvable(w)`` has it."""
    skip_without(world, split)
    batch = Batch(world, 200, split=split, seed=11)
    batch.reset()
    assert np.flatnonzero(~batch.solvable()).tolist() == []


def test_layouts_and_opponents_are_paired_across_splits(world: World) -> None:
    """Two splits that hold out the same part have the same part of every task: neither stream moves the other."""
    drawn = {}
    for split in OPEN_SPLITS:
        batch = Batch(world, N, split=split, seed=8)
        batch.reset()
        drawn[split] = batch.worlds.copy()
    for one, other in (("train", "test-opponent"), ("test-layout", "test-both")):
        for name in ("layout_key", "generator"):
            np.testing.assert_array_equal(drawn[one][name], drawn[other][name])
    for one, other in (("train", "test-layout"), ("test-opponent", "test-both")):
        for name in ("bot_kind", "bot_knob", *world.population):
            np.testing.assert_array_equal(drawn[one][name], drawn[other][name])


def task_facts(simulation: Simulation) -> dict[str, NDArray[Any]]:
    """The record but for who drives, and for what the RL² inputs and the world carry from one episode to the next."""
    carried = {"driver", "action", "reward", *simulation.world.carried}
    names = simulation.state.dtype.names or ()
    return {name: np.array(simulation.w[name]) for name in names if name not in carried}


def test_a_task_is_the_same_whoever_sits_in_it_and_whatever_they_do(world: World) -> None:
    bots = {seat.name: "bot" for seat in world.seats[1:]}
    for index in range(4):
        alone = Simulation(world, seed=4, index=index, episodes_per_trial=2, seats=bots)
        full = Simulation(world, seed=4, index=index, episodes_per_trial=2)
        for episode in range(4):  # two trials
            left, right = task_facts(alone), task_facts(full)
            assert [name for name in left if not np.array_equal(left[name], right[name])] == []
            for simulation, decisions in ((alone, 4 + episode), (full, 9)):
                for decision in range(decisions):
                    simulation.step(random_actions(world, len(world.seats), seed=100 * decisions + decision))
                    if simulation.episode_ended:
                        break
                else:
                    simulation.next_episode()
