"""Strategies of the Axelrod library as players: our own copies play as they do, and batches change nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("axelrod", exc_type=ImportError)

from test_resume import crash_after, outcome

import replays
import worlds
from agents.calibration.repeated import HELD_OUT_HALF
from agents.players import axelrod as strategies
from agents.players.axelrod import AxelrodPlayer
from agents.settings.declared import changed, made
from agents.settings.train import TrainSettings
from agents.training.opponents.selfplay import INVITED
from agents.training.run import Run
from agents.training.train import train
from simulator.app.play.seating import seat_all
from simulator.engine import Batch, Simulation
from worlds.classics.repeated.roster import NAMESAKES, is_held_out
from worlds.world import Refused, World

STOCHASTIC = {"random", "generous_tit_for_tat", "firm_but_fair", "extortion"}
TURNS = 200
N = 24


def world(noise: float = 0.05) -> World:
    return worlds.get("repeated", game="dilemma", noise=noise)


@pytest.mark.parametrize("kind", sorted(set(NAMESAKES) - STOCHASTIC))
def test_our_copy_plays_as_the_library_does(kind: str) -> None:
    """Both meet the same random player under the same noise; what they meant to do is compared, turn by turn."""
    ours = Batch(world(), N, seed=5, seats={"opponent_0": f"bot:{kind}"}, lanes=["player_0"])
    theirs = Batch(world(), N, seed=5)
    strategy = AxelrodPlayer([NAMESAKES[kind]], turns=TURNS, noise=0.05)
    strategy.reset(N)
    rng = np.random.default_rng(3)
    ours.reset()
    theirs.reset()
    lean = np.linspace(0.1, 0.9, N)
    for turn in range(TURNS):
        moves = (rng.random(N) < lean).astype(np.int64)
        answers = strategy.act(theirs.observations[:, 1], theirs.legal[:, 1])
        ours.step(moves[:, None])
        theirs.step(np.stack([moves, answers[:, 0]], axis=1))
        if turn < TURNS - 1:
            assert (ours.worlds.action[:, 1, 0] == answers[:, 0]).all(), turn
            assert (ours.worlds.played == theirs.worlds.played).all()


def play(lanes: int, seed: int = 7) -> np.ndarray[Any, Any]:
    """(turns, lanes): what stochastic strategies do in two trials against a fixed player."""
    batch = Batch(world(), lanes, seed=1, episodes_per_trial=1)
    player = AxelrodPlayer(["Random", "GTFT", "Bush Mosteller"], turns=40, noise=0.05, seed=seed)
    player.reset(lanes)
    batch.reset()
    rows = []
    for turn in range(80):
        answers = player.act(batch.observations[:, 1], batch.legal[:, 1])
        rows.append(answers[:, 0].copy())
        batch.step(np.stack([np.full(lanes, turn % 3 == 0), answers[:, 0]], axis=1).astype(np.int64))
    return np.array(rows)


def test_a_lane_plays_the_same_in_a_batch_of_any_size() -> None:
    assert (play(9)[:, :2] == play(2)).all()
    assert (play(3) == play(3)).all()
    assert (play(3) != play(3, seed=8)).any()


def test_the_halves_are_disjoint_and_obey_the_hash() -> None:
    train, test = strategies.names("train"), strategies.names("test")
    assert not set(train) & set(test)
    assert sorted(train + test) == sorted(strategies.names())
    assert len(train) > 80
    assert len(test) > 80
    assert all(is_held_out(name) for name in test)
    strategies.refuse_held_out(train)
    with pytest.raises(Refused, match="kept for testing"):
        strategies.refuse_held_out(["Tit For Tat"])


DILEMMA = made(
    TrainSettings,
    world="repeated", world_args={"game": "dilemma", "noise": 0.05}, roles=("player",), steps=9_600, lanes=8, hidden=6,
    encoder=6, minibatches=2, self_play=0.5, opponents=("axelrod:train",), threads=1, progress=False, device="cpu",
    checkpoint_minutes=0.0,
)  # fmt: skip


def test_a_learner_meets_strategies_of_the_training_half_beside_the_bots() -> None:
    run = Run(DILEMMA, world())
    run.collector.reset()
    _, rivals = run.collector.groups
    assert rivals.rivals is not None
    assert (rivals.rivals.who == INVITED).all()
    (player,) = rivals.rivals.strangers.values()
    assert player.names == strategies.names("train")
    run.collector.collect(n_step=TURNS * DILEMMA.learning.lanes)
    assert player.coming().tolist() == [1] * 4  # each has played one match, to its end
    meant = [[int(move.value) for move in pair[0].history] for pair in player._pairs]
    assert {len(history) for history in meant} == {TURNS - 1}  # the last turn is not seen any more
    assert len({tuple(history) for history in meant}) == 4
    run.close()


def test_training_against_strategies_goes_on_exactly_after_crashes(tmp_path: Path) -> None:
    whole = outcome(train(changed(DILEMMA, out=str(tmp_path / "whole"))))
    cut = changed(DILEMMA, out=str(tmp_path / "cut"))
    crash_after(3, cut)
    crash_after(5, changed(cut, resume=True))
    assert outcome(train(changed(cut, resume=True))) == whole


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"opponents": ("axelrod:test",)}, "kept for testing: train against those of axelrod:train"),
        ({"opponents": ("axelrod:Tit For Tat",)}, "'Tit For Tat' is kept for testing"),
        ({"opponents": ("axelrod:Darwin",)}, "no rule-obeying Axelrod strategy is named 'Darwin'"),
        ({"rollout": 300}, "rollout is 300: against axelrod:train it takes whole trials, 0 or a multiple of 200"),
    ],
)
def test_what_cannot_be_trained_against_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        Run(changed(DILEMMA, **changes), world())


def test_cheats_and_strangers_are_refused() -> None:
    with pytest.raises(Refused, match="no rule-obeying Axelrod strategy is named 'Darwin'"):
        strategies.find_strategies("Darwin")
    with pytest.raises(Refused, match="Tit For Tat"):
        strategies.find_strategies("tit for ta")
    with pytest.raises(Refused, match="plays world 'repeated' alone"):
        seat_all(worlds.get("tag"), {"chaser_0": "axelrod:Tit For Tat"})


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    strategies.library.cache_clear()
    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(Refused, match=r"pip install 'axelrod>=4.14,<5'"):
        strategies.library()
    monkeypatch.undo()
    strategies.library.cache_clear()


def test_a_replay_with_a_strategy_is_verified_and_sought_but_not_branched(tmp_path: Path) -> None:
    seating = seat_all(world(), {"player_0": "random", "opponent_0": "axelrod:Omega TFT"})
    simulation = Simulation(world(), seats=seating.engine)
    crew = {seat: seating.occupants[name]() for seat, name in enumerate(("player_0", "opponent_0"))}
    path = tmp_path / "game.mcap"
    with replays.record(path, players=seating.words) as recording:
        recording.begin(simulation)
        for _ in range(50):
            actions = [crew[seat].act(simulation.observations[seat][None], simulation.legal[seat][None])[0]
                       for seat in crew]  # fmt: skip
            simulation.tick(np.array(actions))
            recording.tick(simulation)
    assert replays.verify(path).ok
    playback = replays.open(path)
    playback.seek(45)
    playback.seek(10)
    assert playback.diverged is None
    with pytest.raises(Refused, match="cannot become a live game: what 'axelrod:Omega TFT' in seat 'opponent_0'"):
        playback.branch()


def test_the_calibration_meets_every_strategy_in_turn_and_scores_a_turn() -> None:
    row = HELD_OUT_HALF
    with ThreadPoolExecutor(2) as pool:
        few = row.trials(world(), row.references["tit_for_tat"], 6, 11, pool)
        more = row.trials(world(), row.references["tit_for_tat"], 12, 11, pool)
        other = row.trials(world(), row.references["defector"], 6, 11, pool)
    assert (more.returns[:6] == few.returns).all(), "a task depends on how many there are"
    assert (few.returns != other.returns).any()
    scores = row.bars[0].score(few)
    assert scores.shape == (6,)
    assert ((scores >= 0.0) & (scores <= 5.0)).all()
