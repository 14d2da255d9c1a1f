"""Evaluation: paired tasks, ragged trials, controls that really change memory, references, refusals, recordings."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from walkers import Ledger, Walker

import agents
import agents.evaluation.lineup
import worlds
from agents.evaluation.evaluate import evaluate
from agents.evaluation.publish import report_text
from agents.evaluation.render.page import page
from agents.evaluation.report import Report
from agents.players.simple import RandomPlayer
from agents.settings.evaluate import EvaluateSettings
from agents.settings.files import load_settings
from simulator.engine.batch import Batch
from simulator.engine.memory_control import Noted, Shuffled, Wiped, derangement
from simulator.engine.simulation import Simulation
from simulator.engine.trial import play_trial, run_trials
from worlds.world import Refused, World

TASKS = 60


@pytest.fixture(autouse=True)
def seated(monkeypatch: pytest.MonkeyPatch) -> list[Walker]:
    """Walkers stand for checkpoints, by their name; the list holds all that were loaded."""
    loaded: list[Walker] = []

    def walker(path: str, settings: EvaluateSettings) -> Walker:
        loaded.append(Walker(path, settings))
        return loaded[-1]

    monkeypatch.setattr(agents.evaluation.lineup, "load_player", walker)
    return loaded


def settings(**changes: Any) -> EvaluateSettings:
    base = EvaluateSettings(
        checkpoint=("walker",), blind=("blind",), oracle=("oracle",), splits=("test-both",), tasks=TASKS, resamples=200
    )
    return dataclasses.replace(base, **changes)


def report(**changes: Any) -> Report:
    return evaluate(settings(**changes), progress=False)


def batch(world: World, tasks: int = TASKS, **changes: Any) -> tuple[Batch, np.ndarray]:
    seats = np.arange(tasks) % 2
    return Batch(world, tasks, split="test-both", seed=900_001, lanes=seats[:, None], **changes), seats


def test_every_condition_is_measured_on_the_same_tasks() -> None:
    result = report()
    cell = result.cell("walker", "test-both")
    assert list(cell.curves) == ["agent", "wiped", "shuffled", "foreign", "blind", "oracle", "random", "bot"]
    assert all(len(curve) == 5 for curve in cell.curves.values())
    assert (
        cell.later["oracle"].value > cell.later["agent"].value > cell.later["blind"].value > cell.later["random"].value
    )
    assert cell.curves["agent"][0] == cell.curves["wiped"][0] == cell.curves["shuffled"][0] == cell.curves["blind"][0]
    assert [finding.holds for finding in cell.findings] == [True, True, True]
    assert cell.adaptation is not None
    assert cell.headroom is not None
    assert cell.headroom.above_zero
    assert cell.headroom.value == pytest.approx(cell.later["oracle"].value - cell.later["blind"].value)
    assert cell.dict()["headroom"] == cell.headroom.dict()
    assert cell.rise is not None
    assert cell.rise.value == pytest.approx(cell.later["agent"].value - cell.curves["agent"][0].value)
    assert cell.rise in dict(cell.findings[0].evidence).values()
    assert 0.0 < cell.adaptation.value < 1.0
    assert set(cell.metrics["agent"]) == {"finders", "own_found", "own_place"}


def test_the_bot_plays_what_an_all_bot_simulation_plays(beacon: World) -> None:
    measured = report(conditions=("bot",), tasks=4).cell("walker", "test-both")
    scores = []
    for task in range(4):
        seats = {seat.name: "bot" for seat in beacon.seats}
        simulation = Simulation(beacon, seed=900_001, index=task, split="test-both", seats=seats)
        scores.append(play_trial(simulation, {})[:, task % 2])
    assert [e.value for e in measured.curves["bot"]] == pytest.approx(np.mean(scores, axis=0))


def test_ragged_trials_are_written_down_episode_by_episode(beacon: World) -> None:
    hosts, seats = batch(beacon)
    trials = run_trials(hosts, Walker("walker"), seats, keep=TASKS)
    lengths = {len(tapes[int(seat)]._actions) for tapes, seat in zip(trials.tapes, seats, strict=True)}
    assert len(lengths) > 5  # the tasks did end at different steps
    for task in (0, 1, 7, TASKS - 1):
        driven = {int(seats[task]): "external"}
        specs = {seat.name: driven.get(index, "bot") for index, seat in enumerate(beacon.seats)}
        simulation = Simulation(beacon, seed=900_001, index=task, split="test-both", seats=specs)
        returns = play_trial(simulation, trials.tapes[task])
        assert (returns[:, seats[task]] == trials.returns[task]).all()


def test_a_world_that_never_ends_its_trial_is_no_endless_loop(beacon: World) -> None:
    hosts, seats = batch(dataclasses.replace(beacon), 4)
    short = dataclasses.replace(beacon.timing, decisions=2)  # fewer than an episode takes
    hosts.world = dataclasses.replace(beacon, timing=short)
    with pytest.raises(RuntimeError, match="went on after 5 full episodes"):
        run_trials(hosts, Walker("walker"), seats)


def test_wiping_forgets_each_task_at_its_own_episode_starts(beacon: World) -> None:
    hosts, seats = batch(beacon)
    player = Walker("walker")
    run_trials(hosts, player, seats, control=Wiped())
    wiped = [task for tasks in player.wipes for task in tasks]
    assert sorted(wiped) == sorted(list(range(TASKS)) * 4)  # before episodes 2 to 5
    assert any(0 < len(tasks) < TASKS for tasks in player.wipes)


def test_shuffling_gives_the_memory_of_the_donor_at_that_point(beacon: World) -> None:
    hosts, seats = batch(beacon)
    noted = Noted(TASKS, 5)
    player = Walker("walker")
    kept = run_trials(hosts, player, seats, control=noted)
    assert not player.given
    assert noted.memories is not None
    assert (noted.memories[:, 0] == 0).all()
    assert (noted.memories[:, 1:] != 0).any()

    shuffled = Shuffled(noted.memories, seed=3)
    assert (shuffled.donors != np.arange(TASKS)[:, None]).all()
    assert (np.sort(shuffled.donors, axis=0) == np.arange(TASKS)[:, None]).all()
    hosts, _ = batch(beacon)
    swapped = run_trials(hosts, player, seats, control=shuffled)
    assert (swapped.returns[:, 0] == kept.returns[:, 0]).all()
    assert (swapped.returns[:, 1:] != kept.returns[:, 1:]).any()
    player._memory = np.zeros((TASKS, 3), np.float32)
    shuffled.episode_begins(player, np.array([2, 9]), np.array([1, 4]))
    assert (player.memory[2] == noted.memories[shuffled.donors[2, 1], 1]).all()
    assert (player.memory[9] == noted.memories[shuffled.donors[9, 4], 4]).all()
    assert (player.memory[[0, 1, 3]] == 0).all()


def test_a_derangement_moves_everything() -> None:
    rng = np.random.default_rng(0)
    for count in (2, 3, 4, 17):
        for _ in range(50):
            order = derangement(count, rng)
            assert sorted(order) == list(range(count))
            assert (order != np.arange(count)).all()
    with pytest.raises(Refused, match="1 tasks cannot swap"):
        derangement(1, rng)


def test_only_the_oracle_sees_the_hidden_task(seated: list[Walker], beacon: World) -> None:
    report()
    plain = Batch(beacon, 1).observation_size
    widths = {walker.name: walker.widths for walker in seated}
    assert widths == {"walker": {plain}, "blind": {plain}, "oracle": {plain + beacon.told_pieces.total}}


def test_blind_references_forget_every_episode(seated: list[Walker]) -> None:
    report(conditions=("blind", "oracle"))
    wipes = {walker.name: len(walker.wipes) for walker in seated}
    assert wipes["blind"] > 0
    assert wipes["oracle"] == wipes["walker"] == 0


def test_a_reference_trained_on_the_very_split_is_preferred(seated: list[Walker]) -> None:
    report(oracle=("oracle", "oracle@test-both", "oracle@test-layout"))
    played = [walker.name for walker in seated if walker.widths and walker.reference == "oracle"]
    assert played == ["oracle@test-both"]


def test_several_training_seeds_are_pooled_and_shown() -> None:
    result = report(checkpoint=("walker", "walker two", "sly"))
    cell = result.cell("walker", "test-both")
    assert len(cell.by_seed["agent"]) == len(cell.by_seed["wiped"]) == 3
    assert len(cell.by_seed["blind"]) == 1
    means = np.mean(cell.by_seed["agent"], axis=0)
    assert [estimate.value for estimate in cell.curves["agent"]] == pytest.approx(means)
    assert cell.by_seed["agent"][2][4] < cell.by_seed["agent"][0][4]
    words = "over tasks and training seeds (agent 3, blind 1, oracle 1: 1 says nothing of other runs)"
    assert words in report_text(result)
    assert report(blind=(), oracle=(), tasks=4).intervals.endswith("tasks; 1 training seed: says nothing of other runs")
    assert "checkpoint 3" in report_text(result)


def test_the_same_settings_give_the_same_report_whatever_the_threads() -> None:
    first, again, threaded = report(), report(), report(threads=1)
    assert json.dumps(first.json()) == json.dumps(again.json())
    assert report_text(first) == report_text(again)
    assert first.json()["results"] == threaded.json()["results"]
    other = report(seed=5).json()["results"]
    assert first.json()["results"] != other


def test_a_task_is_played_the_same_among_more_tasks(beacon: World) -> None:
    few, seats = batch(beacon, 10)
    many, more_seats = batch(beacon, 40)
    for player in (Walker("walker"), RandomPlayer(beacon.action_sizes, seed=4)):
        alone = run_trials(few, player, seats)
        among = run_trials(many, player, more_seats)
        assert (alone.returns == among.returns[:10]).all()


def test_tables_json_and_plot(tmp_path: Path) -> None:
    result = report(splits=("train", "test-both"), out=str(tmp_path / "results"))
    table = report_text(result)
    for words in ("walker on train", "walker on test-both", "(i) rises", "(ii) beats wiped and blind", "(iii) above"):
        assert words in table
    assert max(len(line) for line in table.splitlines()) <= 140
    written = json.loads((tmp_path / "results" / "report.json").read_text())
    assert written == json.loads(json.dumps(result.json()))
    assert [cell["split"] for cell in written["results"]] == ["train", "test-both"]
    assert set(written["results"][0]["return_by_episode"]["agent"][0]) == {"value", "low", "high"}
    assert [checkpoint["kind"] for checkpoint in written["checkpoints"]] == ["agent", "blind", "oracle"]
    assert (tmp_path / "results" / "report.png").read_bytes().startswith(b"\x89PNG")
    assert load_settings(tmp_path / "results" / "settings.toml", EvaluateSettings) == result.settings
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == [
        "report.html", "report.json", "report.png", "report.txt", "settings.toml",
    ]  # fmt: skip


def test_baselines_play_the_learners_seat_on_the_same_tasks(beacon: World) -> None:
    result = report(baselines=("all",), conditions=("random",), tasks=6)
    cell = result.cell("walker", "test-both")
    assert list(cell.curves) == ["agent", "random", "bot:pacer", "bot:drifter"]
    scores, finders, places = [], [], []
    for task in range(6):
        seats = {seat.name: "bot" for seat in beacon.seats} | {f"walker_{task % 2}": "bot:pacer"}
        simulation = Simulation(beacon, seed=900_001, index=task, split="test-both", seats=seats)
        scores.append(play_trial(simulation, {})[:, task % 2])
        finders.append(simulation.final_figures["finders"])
        places.append(simulation.final_figures[f"walker_{task % 2}_place"])
    assert [e.value for e in cell.curves["bot:pacer"]] == pytest.approx(np.mean(scores, axis=0))
    assert cell.metrics["bot:pacer"]["finders"][-1] == pytest.approx(np.mean(finders))
    assert cell.metrics["bot:pacer"]["own_place"][-1] == pytest.approx(np.mean(places))
    figure, metrics = cell.figures["finders"], cell.metrics
    later = {name: np.mean(metrics[name]["finders"][2:]) for name in ("agent", "bot:pacer")}
    assert figure.values["agent"].value == pytest.approx(later["agent"])
    margin = figure.differences["bot:pacer"]
    assert margin.value == pytest.approx(later["agent"] - later["bot:pacer"])
    assert margin.low <= margin.value <= margin.high
    table = report_text(result)
    for words in ("bot:drifter", "agent − bot:pacer", "finders", "own_place"):
        assert words in table


def test_what_an_agent_wins_of_baselines_is_reckoned_where_it_was_wiped_too() -> None:
    result = report(baselines=("all",), conditions=("wiped",), tasks=6)
    assert set(result.cells[0].won) == {"bot:pacer", "bot:drifter"}
    assert "(agent − wiped) / (baseline − wiped)" in page(result)
    assert "won" not in report(baselines=("pacer",), conditions=("random",), tasks=6).cells[0].dict()


def test_who_learned_in_all_seats_plays_in_all_seats(monkeypatch: pytest.MonkeyPatch, beacon: World) -> None:
    class Team(Walker):
        together = True

    monkeypatch.setattr(agents.evaluation.lineup, "load_player", Team)
    cell = report(tasks=4, baselines=("pacer",), conditions=("random",)).cell("walker", "test-both")
    scores = []
    for task in range(4):
        simulation = Simulation(beacon, seed=900_001, index=task, split="test-both")
        players = {0: Team("a"), 1: Team("b")}
        for seat, player in players.items():
            player.lanes_before = 2 * task + seat
        scores.append(play_trial(simulation, players).mean(axis=1))
    assert [e.value for e in cell.curves["agent"]] == pytest.approx(np.mean(scores, axis=0))
    seats = {seat.name: "bot:pacer" for seat in beacon.seats}
    bots = [
        play_trial(Simulation(beacon, seed=900_001, index=task, split="test-both", seats=seats), {}).mean(axis=1)
        for task in range(4)
    ]
    assert [e.value for e in cell.curves["bot:pacer"]] == pytest.approx(np.mean(bots, axis=0))
    own, finders = (cell.metrics["bot:pacer"][name] for name in ("own_found", "finders"))
    assert own == pytest.approx(np.array(finders) / len(beacon.seats)), "all seats are the learner's own"
    monkeypatch.setattr(
        agents.evaluation.lineup, "load_player", lambda name, _: Team(name) if name == "team" else Walker(name)
    )
    with pytest.raises(Refused, match="learned in all seats together, but not blind, oracle, walker"):
        report(checkpoint=("team", "walker"))


def test_the_command_names_what_differs_from_the_defaults() -> None:
    result = report(seats={"walker_1": "bot:pacer"}, checkpoint=("a b", "c"))
    assert result.command == (
        "crossplay evaluate 'a b' c --blind blind --oracle oracle --splits test-both "
        f"--tasks {TASKS} --seats walker_1=bot:pacer --resamples 200 --worlds tiny"
    )


def test_seats_can_be_given_to_others(seated: list[Walker]) -> None:
    with_agent = report(seats={"walker_1": "agent:guest"}, conditions=("random", "bot"))
    assert sum(walker.name == "guest" and bool(walker.widths) for walker in seated) == 3  # agent, random and bot runs
    with_random = report(seats={"walker_1": "random"}, conditions=("random", "bot"))
    with_bot = report(seats={"walker_1": "bot:drifter"}, conditions=("random", "bot"))
    scores = [result.cell("walker", "test-both").metrics["random"]["finders"] for result in (with_agent, with_random)]
    assert scores[0] != scores[1]
    assert with_bot.cell("walker", "test-both").tasks == TASKS


def test_recorded_trials_are_those_of_the_batch() -> None:
    ledgers: list[Ledger] = []

    def recorder(name: str) -> Ledger:
        ledgers.append(Ledger(name))
        return ledgers[-1]

    result = evaluate(settings(record=3), recorder_factory=recorder, progress=False)  # raises if returns differ
    assert [ledger.name for ledger in ledgers] == [f"beacon-walker-test-both-{task}" for task in range(3)]
    for task, ledger in enumerate(ledgers):
        assert ledger.closed
        assert ledger.begun["index"] == task
        assert ledger.begun["split"] == "test-both"
        assert ledger.begun["seats"][f"walker_{task % 2}"] == "external"
        assert {seat for seat, _ in ledger.minds} == {task % 2}
        assert len(ledger.hashes) > len(ledger.minds) > 10  # a mind per decision, a state per tick
        assert ledger.events[0][1][f"walker_{task % 2}"]["sha256"] == result.sources[0].sha256


def test_a_trial_by_hand_needs_a_player_on_every_external_seat(beacon: World) -> None:
    simulation = Simulation(beacon, seats={"walker_0": "external", "walker_1": "bot"})
    with pytest.raises(Refused, match="'walker_0' is driven from outside but nobody plays it"):
        play_trial(simulation, {})
    with pytest.raises(Refused, match="seat 1 has a player but a bot drives it"):
        play_trial(simulation, {0: Walker("a"), 1: Walker("b")})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"splits": ("test",)}, "unknown split 'test': choose from train, test-layout, test-opponent, test-both"),
        ({"splits": ()}, "no split is named"),
        ({"conditions": ("agent", "blnd")}, "unknown condition 'blnd': choose from agent, wiped"),
        ({"oracle": (), "conditions": ("oracle",)}, "'oracle' needs a checkpoint"),
        ({"tasks": 1}, "tasks is 1: allowed is 2 to"),
        ({"record": 1000}, f"record is 1000: allowed is 0 to {TASKS}"),
        ({"confidence": 1.0}, "confidence is 1: allowed is 0.5 to below 1"),
        ({"checkpoint": ()}, "nothing to evaluate"),
        ({"roles": ("chaser",)}, "unknown role 'chaser' in world 'beacon': choose from walker"),
        ({"checkpoint": ("oracle",)}, "'oracle' is of kind 'oracle': it cannot be measured as 'agent'"),
        ({"blind": ("walker",)}, "'walker' is of kind 'agent': it cannot be measured as 'blind'"),
        ({"seats": {"runner_0": "random"}}, "no seat 'runner_0'"),
        ({"baselines": ("nobody",)}, "no bot 'nobody'"),
        ({"baselines": ("pacer:bold=9",)}, "knob bold of bot 'pacer' is given 9"),
        ({"baselines": ("waverer",)}, "bot 'waverer' is kept for the split final: name that with --splits"),
        ({"seats": {"walker_0": "bot:waverer:bold=0.5"}}, "bot 'waverer' is kept for the split final: name that with"),
        ({"seats": {"walker_0": "human"}}, "seat 'walker_0' is given 'human'"),
        ({"seats": {"walker_0": "bot:nobody"}}, "no bot 'nobody'"),
        ({"seats": {"walker_0": "random", "walker_1": "random"}}, "no seat of role 'walker' is left"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        report(**changes)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_checkpoints_of_another_world_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stranger(Walker):
        def __init__(self, name: str, settings: EvaluateSettings | None = None) -> None:
            super().__init__(name, settings)
            if name == "blind":
                self.world_name = "tag"

    monkeypatch.setattr(agents.evaluation.lineup, "load_player", Stranger)
    with pytest.raises(Refused, match="checkpoint 'blind' is for world 'tag', not 'beacon'"):
        report()


def test_short_trials_have_no_shuffled_memory_and_still_report() -> None:
    cell = report(episodes=1).cell("walker", "test-both")
    assert cell.gains["agent"].value == 0.0
    assert cell.later_words == "episode 1"
    assert cell.curves["shuffled"] == cell.curves["foreign"] == cell.curves["agent"]


def test_unmeasured_verdicts_say_so() -> None:
    result = report(blind=(), oracle=(), conditions=("wiped",))
    words = [finding.word for finding in result.cell("walker", "test-both").findings]
    assert words == ["yes", "blind not measured", "not measured"]
    assert worlds.get("beacon").name in report_text(result)
