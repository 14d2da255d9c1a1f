"""The evaluation protocol: crossed table, graded mixes, a switch in mid-trial, cross-play."""

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from walkers import Walker

import agents.evaluation.lineup
from agents.evaluation.crossed import split_of
from agents.evaluation.evaluate import evaluate
from agents.evaluation.matrix import names_of
from agents.evaluation.mixes import held_out_members
from agents.evaluation.publish import report_text
from agents.evaluation.recordings import extremes
from agents.evaluation.report import Report
from agents.settings.evaluate import EvaluateSettings, unseen_share
from simulator.engine.batch import Batch
from simulator.engine.trial import Exchange, run_trials
from worlds.world import Refused, World

TASKS = 24
SHARES = ("10:0", "10:5", "10:10", "5:10", "0:10")


@pytest.fixture(autouse=True)
def seated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents.evaluation.lineup, "load_player", Walker)


def settings(**changes: Any) -> EvaluateSettings:
    base = EvaluateSettings(
        checkpoint=("walker",), blind=("blind",), oracle=("oracle",), splits=("test-both",), tasks=TASKS, resamples=200
    )
    return dataclasses.replace(base, **changes)


def report(**changes: Any) -> Report:
    return evaluate(settings(**changes), progress=False)


# --- the crossed table ---------------------------------------------------------------------------------------------


def test_the_crossed_table_compares_with_train_task_by_task() -> None:
    splits = ("train", "test-layout", "test-opponent", "test-both")
    result = report(splits=splits, conditions=("blind", "oracle"))
    (crossed,) = result.crossed
    assert list(crossed.later) == list(splits)
    assert list(crossed.drop) == list(splits[1:])
    for split in splits[1:]:
        expected = crossed.later["train"].value - crossed.later[split].value
        assert crossed.drop[split].value == pytest.approx(expected)
        assert crossed.drop[split].low <= crossed.drop[split].value <= crossed.drop[split].high
    assert crossed.drop["test-layout"].above_zero  # the far beacons take longer to reach
    assert crossed.adaptation["train"] == result.cell("walker", "train").adaptation
    assert "seen and new layouts" in report_text(result)
    assert result.json()["crossed"][0]["drop"].keys() == crossed.drop.keys()


def test_splits_by_what_is_new() -> None:
    found = [split_of(new_layout=layout, new_opponents=others) for layout in (False, True) for others in (False, True)]
    assert found == ["train", "test-opponent", "test-layout", "test-both"]


def test_one_split_has_nothing_to_cross() -> None:
    result = report(conditions=("random",))
    assert result.crossed == ()
    assert "crossed" not in result.json()


# --- graded mixes --------------------------------------------------------------------------------------------------


def test_shares_of_mixes() -> None:
    assert [unseen_share(mix) for mix in SHARES] == pytest.approx([0.0, 1 / 3, 0.5, 2 / 3, 1.0])
    for wrong in ("5", "0:0", "1:-2", "a:b", "1:2:3"):
        with pytest.raises(Refused, match="is not understood: give whole numbers"):
            unseen_share(wrong)


@pytest.mark.parametrize("share", [0.0, 1 / 3, 0.5, 2 / 3, 1.0])
def test_a_mix_has_exactly_its_share_spread_evenly(share: float) -> None:
    bots = np.ones((60, 4), bool)
    bots[np.arange(60), np.arange(60) % 4] = False  # the learner's seat
    seats, population = held_out_members(bots, True, share, seed=3)
    assert not (seats & ~bots).any()
    assert seats.sum() == round(share * 180)
    assert population.sum() == round(share * 60)
    per_task = seats.sum(axis=1)
    assert per_task.max() - per_task.min() <= 1
    more, more_population = held_out_members(bots, True, min(share + 0.2, 1.0), seed=3)
    assert (more >= seats).all()
    assert (more_population >= population).all()
    assert not held_out_members(bots, False, share, seed=3)[1].any()


def test_mixes_are_measured_on_seen_and_new_layouts() -> None:
    result = report(splits=("train", "test-both"), mixes=SHARES, conditions=("wiped", "blind", "oracle", "random"))
    assert [part.layout for part in result.mixes] == ["train", "test-layout"]
    seen, new = result.mixes
    assert seen.mixes == SHARES
    assert list(seen.later) == ["agent", "wiped", "blind", "oracle", "random"]
    plain = report(splits=("train", "test-opponent"), conditions=("wiped", "blind", "oracle", "random"))
    for condition in seen.later:  # in the beacon world others are not in the way, so all mixes score nearly alike
        expected = plain.cell("walker", "train").later[condition].value
        assert seen.later[condition][0].value == pytest.approx(expected)
        if condition != "random":
            assert [each.value for each in seen.later[condition]] == pytest.approx([expected] * 5, abs=0.05)
    assert seen.drop.value == pytest.approx(0.0, abs=0.05)
    assert new.later["agent"][0].value < seen.later["agent"][0].value
    assert all(seen.adaptation)
    assert "seen:held-out" in report_text(result)
    assert [entry["unseen_share"] for entry in result.json()["mixes"][0]["mixes"]] == pytest.approx(
        [0.0, 0.333333, 0.5, 0.666667, 1.0]
    )


def test_a_mix_really_seats_held_out_bots(beacon: World) -> None:
    seen: list[np.ndarray] = []

    class Watcher(Walker):
        def act(self, observations: Any, legal: Any) -> Any:
            seen.append(hosts.worlds[["bot_knob", "episode", "trial"]].copy())
            return super().act(observations, legal)

    seats = np.arange(TASKS) % 2
    donors = Batch(beacon, TASKS, split="test-opponent", seed=1)
    donors.reset()
    bots = np.arange(2) != seats[:, None]
    picked, population = held_out_members(bots, False, 0.5, seed=1)
    hosts = Batch(beacon, TASKS, seed=1, lanes=seats[:, None])
    exchange = Exchange(donors.worlds.view(np.ndarray), picked, population, episode=2)
    run_trials(hosts, Watcher("walker"), seats, exchange=exchange)
    low, high = next(knob.held_out for bot in beacon.bots for knob in bot.knobs if knob.held_out)
    column = beacon.knob_columns["bold"]  # every kind has it, and only held-out bots lie in between
    late = set()
    for worlds_then in seen:
        for task in np.flatnonzero(worlds_then["trial"] == 0):
            comes = worlds_then["episode"][task] >= 2
            bold = worlds_then["bot_knob"][task, :, column]
            assert (((bold >= low) & (bold <= high)) == (picked[task] & comes)).all()
            late |= {int(task)} if comes else set()
    assert len(late) == TASKS
    assert picked.sum() == TASKS // 2


# --- a switch in mid-trial -----------------------------------------------------------------------------------------


def test_a_switch_is_measured_against_wiped_and_settled() -> None:
    result = report(switch=3, conditions=("random",))
    (part,) = result.switches
    assert list(part.curves) == ["kept", "switched", "switched, wiped", "settled"]
    agent = result.cell("walker", "test-both").curves["agent"]
    assert [each.value for each in part.curves["kept"]] == pytest.approx([each.value for each in agent])
    # Others are not in the way in the beacon world: who keeps its memory scores nearly as if nothing had been switched.
    for name in ("switched", "settled"):
        assert [each.value for each in part.curves[name]] == pytest.approx([each.value for each in agent], abs=0.05)
    assert [each.value for each in part.curves["switched"][:2]] == pytest.approx([each.value for each in agent[:2]])
    assert len(part.behind) == len(part.memory) == 3
    assert part.change.value == pytest.approx(part.curves["switched"][2].value - part.curves["kept"][2].value)
    assert part.memory[-1].above_zero
    assert part.recovered is not None
    assert part.recovered.value == pytest.approx(1.0, abs=0.1)
    assert "other opponents from episode 3 on" in report_text(result)
    assert result.json()["switches"][0]["episode"] == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"switch": 1}, "switch is 1: a trial of 5 episodes allows 2 to 5, or 0 for none"),
        ({"switch": 2, "episodes": 1}, "switch is 2: a trial of 1 episode has no middle"),
        ({"switch": 6}, "switch is 6: a trial of 5 episodes allows 2 to 5"),
        ({"switch": 2, "seats": {"walker_1": "bot:pacer"}}, "has no opponents beside the walker that the task draws"),
        ({"mixes": ("1:1",), "seats": {"walker_1": "random"}}, "has no opponents beside the walker"),
        ({"mixes": ("many",)}, "mix 'many' is not understood"),
        ({"crossplay": "seat"}, "crossplay needs at least two checkpoints"),
        ({"crossplay": "role", "checkpoint": ("a", "b")}, "crossplay by role leaves no seat for a second agent"),
    ],
)
def test_what_the_protocol_cannot_do_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        report(**changes)
    assert sentence in str(refusal.value)


# --- cross-play ----------------------------------------------------------------------------------------------------


def test_twins_score_the_same_in_every_corner_of_the_matrix() -> None:
    (part,) = report(checkpoint=("walker", "walker"), crossplay="seat", conditions=("random",)).matrices
    assert part.names == ("walker (1)", "walker (2)")
    values = {each.value for row in part.scores for each in row}
    assert len(values) == 1
    assert part.loss.value == part.loss.low == part.loss.high == 0.0


def test_rows_are_whose_return_counts() -> None:
    """A sly walker scores less, whoever it plays with; the others do not care."""
    result = report(checkpoint=("walker", "sly walker", "walker three"), crossplay="seat", conditions=("random",))
    (part,) = result.matrices
    rows = np.array([[each.value for each in row] for row in part.scores])
    assert (rows[1] < rows[0]).all()
    assert rows[0] == pytest.approx(rows[0, 0], abs=0.05)
    off = [rows[i, j] for i in range(3) for j in range(3) if i != j]
    assert part.own.value == pytest.approx(np.trace(rows) / 3)
    assert part.others.value == pytest.approx(np.mean(off))
    assert part.loss.value == pytest.approx(part.own.value - part.others.value)
    assert "cross-play" in report_text(result)
    facts = result.json()["crossplay_matrices"][0]
    assert facts["checkpoints"] == ["walker", "sly walker", "walker three"]
    assert len(facts["later"]) == 3


def test_names_of_checkpoints_are_short_and_unlike() -> None:
    assert names_of(("runs/a/", "runs/b", "other/b")) == ("a", "b (2)", "b (3)")


# --- all of it -----------------------------------------------------------------------------------------------------


def test_the_same_settings_give_the_same_report_whatever_the_threads() -> None:
    everything: dict[str, Any] = {
        "checkpoint": ("walker", "sly walker"), "splits": ("train", "test-both"), "switch": 2, "mixes": ("1:1", "1:0"),
        "crossplay": "seat", "statistic": "both",
    }  # fmt: skip
    one, two = report(threads=1, **everything), report(threads=2, **everything)
    for key in ("results", "crossed", "mixes", "switches", "crossplay_matrices"):
        assert json.dumps(one.json()[key]) == json.dumps(two.json()[key])
    assert one.mixes[0].mixes == ("1:0", "1:1")
    assert max(len(line) for line in report_text(one).splitlines() if not line.startswith("again:")) <= 140


def test_the_interquartile_mean_stands_beside_the_mean() -> None:
    both = report(statistic="both").cell("walker", "test-both")
    assert both.curves == report().cell("walker", "test-both").curves
    middle = report(statistic="iqm").cell("walker", "test-both")
    assert both.iqm.keys() == both.curves.keys()
    assert not middle.iqm
    assert both.iqm["agent"].value != both.later["agent"].value
    assert both.dict()["later_iqm"]["agent"] == both.iqm["agent"].dict()


def test_the_best_the_median_and_the_worst() -> None:
    returns = np.array([[0.0, 0.0, score] for score in (3.0, 9.0, 1.0, 5.0, 7.0)])
    assert extremes(returns) == {"best": 1, "median": 3, "worst": 2}
    assert extremes(np.zeros((4, 2))) == {"best": 0, "median": 1, "worst": 0}
