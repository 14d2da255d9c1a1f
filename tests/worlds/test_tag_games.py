"""Tag's scripted players in whole games: they meet often enough, and knowing a stranger's habit is what pays."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.games.tag.bots import BOTS, kind, knob
from worlds.games.tag.constants import DECISIONS, DENS, LEANS, MOVES, SIDE, SIDES
from worlds.kit.grid import WALL

N = 100
EPISODE = DECISIONS - 1  # the next one would start a new episode
NAMES = [bot.name for bot in BOTS if bot.role == "chaser"]
CHASERS, EVADERS = slice(0, 2), slice(2, 4)


def played(seats: dict[str, str], seed: int) -> NDArray[Any]:
    """(decisions, N) records of games."""
    batch = Batch(worlds.get("tag", seats=4), N, seed=seed, seats=seats)
    batch.reset()
    history = []
    for _ in range(EPISODE):
        batch.step(np.zeros((N, 0, 3), np.int64))
        history.append(batch.worlds.view(np.ndarray).copy())
    return np.stack(history)


@cache
def games(name: str, role: str, seed: int = 3) -> NDArray[Any]:
    """Games in which one side is of this kind and the other drawn for training."""
    world = worlds.get("tag", seats=4)
    return played({seat.name: f"bot:{name}" if seat.role == role else "bot" for seat in world.seats}, seed)


@pytest.mark.parametrize("role", ["chaser", "evader"])
@pytest.mark.parametrize("name", ["stubborn", "contrary", "tiring"])
def test_every_move_is_legal_and_they_get_about(name: str, role: str) -> None:
    history, side = games(name, role), CHASERS if role == "chaser" else EVADERS
    assert (history["action"] >= 0).all()
    assert (history["action"] < (len(MOVES), 2, len(LEANS))).all()
    assert (history["fault"] == 0).all()
    assert ((history["mood"] >= 0) & (history["mood"] < DENS)).all()
    places = history["pos"][:, :, side].astype(int)
    tiles = np.take_along_axis(history["tiles"].reshape(EPISODE, N, -1), places[..., 1] * SIDE + places[..., 0], axis=2)
    assert (tiles != WALL).all()
    assert np.mean([len(np.unique(places[:, world], axis=0)) for world in range(N)]) > 8


def test_the_same_seed_gives_the_same_game() -> None:
    again = games.__wrapped__("copier", "chaser")
    assert again.tobytes() == games("copier", "chaser").tobytes()
    assert again.tobytes() != games("copier", "chaser", seed=4).tobytes()


def test_three_to_six_chases_an_episode_come_to_a_clash() -> None:
    last = games("stubborn", "chaser")[-1]
    clashes = last["catches"].astype(int) + last["slips"]
    for side in (CHASERS, EVADERS):
        assert 3.0 <= clashes[:, side].mean() <= 6.0
        assert (clashes[:, side].sum(axis=1) > 0).mean() > 0.9


def test_habits_decide_and_nothing_else_does() -> None:
    """Chasers who always lunge to one side catch those who always break to it, and never those who break elsewhere."""
    world = worlds.get("tag", seats=4)
    batch = Batch(world, N, seed=3, seats={seat.name: "bot:stubborn" for seat in world.seats})
    batch.reset()
    openings = np.random.default_rng(4).integers(0, SIDES, (N, 4))
    batch.worlds["bot_knob"][:, :, knob.opening] = openings + 0.5
    batch.worlds["bot_knob"][:, :, knob.sloppy] = 0.0
    for _ in range(EPISODE):
        batch.step(np.zeros((N, 0, 3), np.int64))
    won = batch.worlds["won"][:, CHASERS, EVADERS].astype(bool)
    met = batch.worlds["met"][:, CHASERS, EVADERS] > 0
    same = openings[:, CHASERS, None] == openings[:, None, EVADERS]
    assert 0.2 < same.mean() < 0.5
    np.testing.assert_array_equal(won[met], same[met])


def test_no_kind_is_better_at_meeting_others() -> None:
    """Kinds look alike until they clash: all come to about as many clashes."""
    means = {}
    for name in ("stubborn", "rounder", "drilled", "paired"):
        last = games(name, "evader")[-1]
        means[name] = float((last["catches"].astype(int) + last["slips"])[:, EVADERS].mean())
    assert max(means.values()) < 1.25 * min(means.values()), means


def test_kinds_have_the_same_number_in_both_roles() -> None:
    assert [bot.name for bot in BOTS if bot.role == "evader"] == NAMES
    assert [getattr(kind, name) for name in NAMES] == list(range(len(NAMES)))
