"""The payoff matrix that a run with opponents ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_opponents import agent
from test_train import SMALL

from agents.evaluation.payoff import FOLDER, MOST_SNAPSHOTS, contestants, write_payoff
from agents.settings.declared import changed
from agents.settings.train import TrainSettings
from agents.training.train import train
from simulator.app.commands.common import Outcome
from simulator.app.commands.flags import Options
from simulator.app.commands.train import run
from worlds.world import Refused, World

PNG = b"\x89PNG"


def by_command(settings: TrainSettings) -> Outcome:
    return run(settings, Options())


def test_agent_past_selves_and_guests_meet_on_the_same_tasks(tmp_path: Path, beacon: World) -> None:
    guest = agent(tmp_path / "guest", beacon)
    settings = changed(SMALL, opponents=(guest,), snapshot_every=1, payoff_tasks=6, out=str(tmp_path / "run"))
    done = by_command(settings)
    folder = tmp_path / "run"
    assert f"who does how well with whom, on 6 tasks of train: {folder / FOLDER}" in done.text
    facts = json.loads((folder / FOLDER / "payoff.json").read_text())
    (part,) = facts["matrices"]
    names = part["checkpoints"]
    assert names[0] == "run"
    assert names[-1] == "00-guest"
    updates = [int(name.removeprefix("update-")) for name in names[1:-1]]
    assert len(updates) == MOST_SNAPSHOTS
    assert updates == sorted(updates)
    assert [len(row) for row in part["later"]] == [len(names)] * len(names)
    assert (part["tasks"], part["by"], part["split"]) == (6, "seat", "train")
    assert facts["command"].startswith(f"crossplay evaluate {folder}")
    assert (folder / FOLDER / "payoff.png").read_bytes()[:4] == PNG
    again = write_payoff(folder, settings)
    assert again[0].dict() == part


def test_what_has_no_matrix_says_why_or_nothing(tmp_path: Path) -> None:
    short = changed(SMALL, steps=500, snapshot_every=10**6)
    alone = by_command(changed(short, out=str(tmp_path / "young")))
    assert "no payoff matrix: the run has no past selves and met no other checkpoints" in alone.text
    for name, changes in (("plain", {"self_play": 0.0}), ("none", {"payoff_tasks": 0})):
        done = by_command(changed(short, out=str(tmp_path / name), **changes))  # type: ignore[arg-type]
        assert "payoff" not in done.text
        assert not (tmp_path / name / FOLDER).exists()
    with pytest.raises(Refused, match="payoff_tasks is 1: an interval takes at least 2"):
        changed(SMALL, payoff_tasks=1)


def test_past_selves_are_spread_over_the_run(tmp_path: Path) -> None:
    for update in (20, 40, 60, 80, 100, 120, 140):
        (tmp_path / "snapshots" / f"update-{update}").mkdir(parents=True)
    names = [Path(path).name for path in contestants(tmp_path)]
    assert names == [tmp_path.name, "update-20", "update-80", "update-140"]


def test_a_matrix_may_be_asked_for_when_a_run_goes_on(tmp_path: Path) -> None:
    settings = changed(SMALL, steps=2_000, payoff_tasks=0, out=str(tmp_path / "run"))
    train(settings)
    train(changed(settings, payoff_tasks=4, resume=True))
