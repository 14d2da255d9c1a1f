"""Tag's scripted players in whole games: what each does on average bears out its name."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.games.tag.bots import BOTS
from worlds.games.tag.constants import SIDE
from worlds.kit.grid import WALL

N = 100
EPISODE = 49  # decisions; the next one would start a new episode


@cache
def games(kind: str, seed: int = 3) -> NDArray[Any]:
    """(decisions, N) records of games in which one side is of this kind and the other drawn for training."""
    world = worlds.get("tag", seats=4)
    role = next(bot.role for bot in BOTS if bot.name == kind)
    seats = {seat.name: f"bot:{kind}" if seat.role == role else "bot" for seat in world.seats}
    batch = Batch(world, N, seed=seed, seats=seats)
    batch.reset()
    history = []
    for _ in range(EPISODE):
        batch.step(np.zeros((N, 0, 2), np.int64))
        history.append(batch.worlds.view(np.ndarray).copy())
    return np.stack(history)


def side(kind: str) -> slice:
    return slice(0, 2) if next(bot.role for bot in BOTS if bot.name == kind) == "chaser" else slice(2, 4)


def in_refuge(kind: str) -> NDArray[np.bool_]:
    """(decisions, N, 2): whether the players of this kind stand in the refuge."""
    history = games(kind)
    home = history["den"][0, np.arange(N), history["refuge"][0]]
    return np.asarray(np.linalg.norm(history["pos"][:, :, side(kind)] - home[None, :, None], axis=-1) < 0.8)


def standing(kind: str) -> float:
    """Share of decisions to stay."""
    return float((games(kind)["action"][:, :, side(kind), 0] == 0).mean())


ALL = [bot.name for bot in BOTS]


@pytest.mark.parametrize("kind", ALL)
def test_every_move_is_legal_and_they_get_about(kind: str) -> None:
    history = games(kind)
    assert (history["action"] >= 0).all()
    assert (history["action"] <= (8, 1)).all()
    assert (history["fault"] == 0).all()
    assert (np.abs(history["timer"]) < 1000).all()
    assert ((history["mood"] >= 0) & (history["mood"] < 8)).all()
    places = history["pos"][:, :, side(kind)].astype(int)
    tiles = np.take_along_axis(history["tiles"].reshape(EPISODE, N, -1), places[..., 1] * SIDE + places[..., 0], axis=2)
    assert (tiles != WALL).all()
    seen = [len(np.unique(places[:, world], axis=0)) for world in range(N)]
    assert np.mean(seen) > 8


@pytest.mark.parametrize("kind", ["pack", "opportunist"])
def test_the_same_seed_gives_the_same_game(kind: str) -> None:
    again = games.__wrapped__(kind)
    assert again.tobytes() == games(kind).tobytes()
    assert again.tobytes() != games(kind, seed=4).tobytes()


def test_watching_evaders_tells_where_home_is() -> None:
    """Most kinds go home in an episode at least now and then; and seldom do chasers camp there."""
    shares = {bot.name: float(in_refuge(bot.name).any(0).mean()) for bot in BOTS if bot.role == "evader"}
    assert all(share > 0.05 for share in shares.values()), shares
    assert sum(share > 0.25 for share in shares.values()) >= 6, shares
    camping = {bot.name: float(in_refuge(bot.name).mean()) for bot in BOTS if bot.role == "chaser"}
    assert camping["warden"] > 0.2
    assert all(share < 0.1 for name, share in camping.items() if name != "warden"), camping


def test_whole_games_bear_out_the_names() -> None:
    assert standing("ambusher") > 2 * standing("direct")
    assert standing("hider") > 2 * standing("looper")
    at_home = {kind: in_refuge(kind).mean() for kind in ("homebody", "runner", "decoy", "hider")}
    assert at_home["homebody"] > at_home["runner"] > at_home["decoy"] > 0.5 * at_home["hider"]


def test_skill_varies_and_nobody_is_perfect() -> None:
    caught = {kind: games(kind)["catches"][-1][:, :2].sum(1).mean() / 2 for kind in ALL if side(kind) == slice(0, 2)}
    assert all(0.2 < mean < 4.0 for mean in caught.values()), caught
    assert max(caught.values()) > 1.3 * min(caught.values())
