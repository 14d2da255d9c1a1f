"""OpenSpiel's RoShamBo bots as players: they see what was thrown, batches change nothing, and nobody trains on them."""

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import replays
import worlds
from agents.calibration.throws import STRANGERS
from agents.players import roshambo
from agents.players.roshambo import RoshamboPlayer
from agents.training.opponents.invited import opponent_spec
from simulator.app.play.seating import seat_all
from simulator.engine import Batch, Simulation
from worlds.world import Refused, World

needs_openspiel = pytest.mark.skipif(importlib.util.find_spec("pyspiel") is None, reason="OpenSpiel is not installed")
ROCK, PAPER, SCISSORS = range(3)


def world() -> World:
    return worlds.get("throws")


def play(chosen: list[str], lanes: int, throws: int = 80, seed: int = 7) -> np.ndarray:
    """(throws, lanes): what bots do in matches of 40 throws against a fixed player."""
    batch = Batch(world(), lanes, seed=1, episodes_per_trial=40 // world().timing.decisions)
    player = RoshamboPlayer(chosen, throws=40, seed=seed)
    player.reset(lanes)
    batch.reset()
    rows = []
    for at in range(throws):
        answers = player.act(batch.observations[:, 1], batch.legal[:, 1])
        rows.append(answers[:, 0].copy())
        batch.step(np.stack([np.full(lanes, at % 3), answers[:, 0]], axis=1).astype(np.int64))
    return np.array(rows)


@needs_openspiel
def test_there_are_forty_three() -> None:
    assert len(roshambo.names()) == 43
    assert roshambo.find_bots("all") == roshambo.names()
    assert roshambo.find_bots("greenberg") == ("greenberg",)


@needs_openspiel
def test_a_bot_sees_what_was_thrown() -> None:
    """Copybot beats the other's last throw, rotatebot goes round, rockbot stays with rock; also in short matches."""
    moves = np.arange(80) % 3
    copied = play(["copybot"], 1)[:, 0]
    for match in (slice(0, 40), slice(40, 80)):
        assert copied[match][1:].tolist() == ((moves[match] + 1) % 3)[:-1].tolist()
    assert set(play(["rockbot"], 1)[:, 0].tolist()) == {ROCK}
    assert play(["rotatebot"], 1)[:40, 0].tolist() == [at % 3 for at in range(40)]


@needs_openspiel
def test_a_lane_plays_the_same_in_a_batch_of_any_size() -> None:
    chosen = ["randbot", "iocainebot", "greenberg"]
    assert (play(chosen, 9)[:, :2] == play(chosen, 2)).all()
    assert (play(chosen, 3) == play(chosen, 3)).all()
    assert (play(chosen, 3) != play(chosen, 3, seed=8)).any()


@needs_openspiel
def test_strangers_are_refused() -> None:
    with pytest.raises(Refused, match="no RoShamBo bot is named 'deep blue': choose from actr_lag2_decay, "):
        roshambo.find_bots("deep blue")
    with pytest.raises(Refused, match="plays world 'throws' alone"):
        seat_all(worlds.get("bandit"), {"player_0": "roshambo:greenberg"})
    player = RoshamboPlayer(["rockbot"], throws=1)
    seen = np.zeros((1, world().observation.total), np.float32)
    seen[0, 0] = 1.0
    player.act(seen, np.ones((1, 3), np.uint8))
    seen[0, :2] = 0.0, 1.0
    with pytest.raises(Refused, match="a match with roshambo:rockbot has 1 throws and goes on"):
        player.act(seen, np.ones((1, 3), np.uint8))
    with pytest.raises(Refused, match="given 1020 throws: it has 1000 at most"):
        seat_all(world(), {"opponent_0": "roshambo:rockbot"}, episodes=51)


def test_nobody_trains_against_them() -> None:
    with pytest.raises(Refused, match="opponent 'roshambo:greenberg' is kept for testing"):
        opponent_spec("roshambo:greenberg")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    roshambo.library.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr("importlib.import_module", missing)
        with pytest.raises(Refused, match=r"pip install 'open_spiel>=2.0,<3'"):
            roshambo.library()
    roshambo.library.cache_clear()


@needs_openspiel
def test_a_replay_with_a_bot_is_verified_but_not_branched(tmp_path: Path) -> None:
    seating = seat_all(world(), {"player_0": "random", "opponent_0": "roshambo:halbot"})
    simulation = Simulation(world(), seats=seating.engine)
    crew = [seating.occupants[name]() for name in ("player_0", "opponent_0")]
    path = tmp_path / "game.mcap"
    with replays.record(path, players=seating.words) as recording:
        recording.begin(simulation)
        for _ in range(60):
            actions = [each.act(simulation.observations[seat][None], simulation.legal[seat][None])[0]
                       for seat, each in enumerate(crew)]  # fmt: skip
            simulation.tick(np.array(actions))
            recording.tick(simulation)
    assert replays.verify(path).ok
    with pytest.raises(Refused, match="cannot become a live game: what 'roshambo:halbot' in seat 'opponent_0'"):
        replays.open(path).branch()


@needs_openspiel
def test_the_calibration_meets_every_bot_in_turn() -> None:
    row = STRANGERS
    with ThreadPoolExecutor(1) as pool:
        few = row.trials(world(), row.references["frequency"], 4, 11, pool)
        more = row.trials(world(), row.references["frequency"], 6, 11, pool)
    assert (more.returns[:4] == few.returns).all(), "a task depends on how many there are"
    scores = row.bars[0].score(more)
    assert scores.shape == (6,)
    assert (np.abs(scores) <= roshambo.MATCH).all()
