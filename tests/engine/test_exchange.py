"""Taking over other tasks' opponents: only they change, the episode begins again in the same way, replays keep it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import replays
import worlds
from simulator.engine import Batch, Simulation
from simulator.engine.trial import Exchange, play_trial
from tests.tools.catalogue import build
from worlds.world import Refused, World

N = 6
LAYOUT = {
    "world_key", "task_key", "layout_key", "trial", "episode", "episodes", "split", "generator", "demand",
    "lane_length",
    "lane_limit", "lane_kind", "node_x", "node_y", "custom", "section_open", "detector",
}  # fmt: skip
"""What the task of a world with a population has beside it, where the world has such a field."""
MINDS = {"holder", "mood", "aim", "goal"}
"""What bots of `matrix` keep in mind of the trial: a newcomer knows nobody; and what those of `flags` plan."""


@pytest.fixture(params=worlds.names())
def world(request: pytest.FixtureRequest) -> World:
    return build(request.param)


def hosts(world: World, split: str = "train", trial: int = 0, **changes: Any) -> Batch:
    batch = Batch(world, N, split=split, seed=5, episodes_per_trial=3, **changes)
    batch.reset(trial)
    return batch


def everyone(batch: Batch) -> NDArray[np.bool_]:
    return np.ones((batch.n, len(batch.world.seats)), bool)


def test_the_own_opponents_change_nothing(world: World) -> None:
    """So the episode that begins again is the one that had begun, whatever a world keeps between episodes."""
    batch = hosts(world)
    before = batch.snapshot()
    batch.take_opponents(np.arange(N), batch.worlds.copy(), everyone(batch))
    assert batch.snapshot() == before


def test_only_opponents_change(world: World) -> None:
    batch, donors = hosts(world), hosts(world, "test-opponent", trial=1).worlds.copy()
    before = batch.worlds.copy()
    chosen = everyone(batch)
    chosen[:, 0] = False
    batch.take_opponents(np.array([1, 4]), donors[[1, 4]], chosen[[1, 4]])
    after = batch.worlds
    for row in (0, 2, 3, 5):
        assert after[row : row + 1].tobytes() == before[row : row + 1].tobytes()
    for name in ("bot_kind", "bot_knob"):
        assert (after[name][[1, 4], 1:] == donors[name][[1, 4], 1:]).all()
        assert (after[name][:, 0] == before[name][:, 0]).all()
    for name in world.population:
        assert (after[name][[1, 4]] == donors[name][[1, 4]]).all()
    changed = {name for name in world.record.names or () if before[name].tobytes() != after[name].tobytes()}
    if world.population:  # the traffic that an episode begins with is theirs too
        assert not changed & LAYOUT
    else:
        assert changed <= {"bot_kind", "bot_knob"} | MINDS


def test_lanes_see_the_newcomers_at_once(world: World) -> None:
    batch = hosts(world, reveal=True)
    donors = hosts(world, "test-opponent", trial=1).worlds.copy()
    batch.take_opponents(np.arange(N), donors, everyone(batch))
    seen, told = batch.observations.copy(), batch.told.copy()
    batch.restore(batch.snapshot())  # which looks anew
    assert (seen == batch.observations).all()
    assert (told == batch.told).all()


def test_a_later_trial_has_its_own_opponents_again() -> None:
    batch, plain = hosts(build("beacon", 2)), hosts(build("beacon", 2))
    batch.take_opponents(np.arange(N), hosts(batch.world, "test-opponent").worlds.copy(), everyone(batch))
    assert (batch.worlds.bot_kind != plain.worlds.bot_kind).any()
    assert (batch.reset(1) == plain.reset(1)).all()
    assert batch.snapshot() == plain.snapshot()


def test_what_cannot_be_exchanged_is_refused() -> None:
    batch = hosts(build("beacon", 2))
    donors, mask = batch.worlds.copy(), everyone(batch)
    with pytest.raises(Refused, match="row is 6: allowed is 0 to 5"):
        batch.take_opponents(np.array([6]), donors[:1], mask[:1])
    with pytest.raises(Refused, match="expected 2 records of world 'beacon'"):
        batch.take_opponents(np.array([0, 1]), donors[:1], mask[:2])
    with pytest.raises(Refused, match=r"seats are bool \(6, 2\)"):
        batch.take_opponents(np.array([0]), donors[:1], mask)
    wrong = donors.copy()
    wrong["bot_kind"][0, 0] = 7
    with pytest.raises(Refused, match="bot_kind"):
        batch.take_opponents(np.array([0]), wrong[:1], mask[:1])
    batch.step(np.ones((N, 2), np.int64))
    with pytest.raises(Refused, match="an episode is at tick 2: opponents change where one begins"):
        batch.take_opponents(np.array([0]), donors[:1], mask[:1])


def test_a_recorded_switch_plays_and_verifies(tmp_path: Path) -> None:
    world = build("beacon", 2)
    donors = hosts(world, "test-opponent", trial=1).worlds.copy().view(np.ndarray)
    exchange = Exchange(donors, np.ones((N, 2), bool), np.zeros(N, bool), episode=1)
    simulation = Simulation(
        world, seed=5, index=2, episodes_per_trial=3, seats=dict.fromkeys(("walker_0", "walker_1"), "bot")
    )
    own = simulation.w["bot_kind"].tolist()
    with replays.record(tmp_path / "switch.mcap") as recorder:
        play_trial(simulation, {}, recorder, exchange=exchange, task=2)
    assert replays.verify(tmp_path / "switch.mcap").ok
    replay = replays.open(tmp_path / "switch.mcap")
    kinds = []
    for span in replay.episodes:
        replay.seek(span.end - 1)
        kinds.append(replay.simulation.w["bot_kind"].tolist())
    assert kinds[:3] == [own, donors["bot_kind"][2].tolist(), donors["bot_kind"][2].tolist()]
    (position, event), *_ = [(at, event) for at, event in replay.events if event.name == "opponents"]
    assert position == replay.episodes[1].start
    names = [world.bots_of("walker")[kind].name for kind in donors["bot_kind"][2]]
    assert event.data == {"bots": dict(zip(("walker_0", "walker_1"), names, strict=True)), "population": False}
