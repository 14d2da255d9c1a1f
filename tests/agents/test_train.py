"""Training: RL² beats the memory-wiped variant, runs leave what they promise, bad settings are refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bandits import Bandits, Learner

import agents
from agents.settings.declared import changed, leaves, made
from agents.settings.files import build_settings, load_settings
from agents.settings.train import TrainSettings
from agents.training import train as training
from agents.training.curve import Curve
from agents.training.train import train
from simulator.app.commands import train as command
from simulator.app.commands.flags import Options
from simulator.engine import Batch, Mind
from worlds.world import Refused, World

SMALL = made(
    TrainSettings,
    world="beacon", world_args={"seats": 2}, lanes=16, hidden=16, encoder=16, minibatches=2, threads=1, episodes=3,
    steps=5_000, self_play=0.25, snapshot_every=2, progress=False,
)  # fmt: skip


def small(folder: Path, **changes: Any) -> TrainSettings:
    return changed(SMALL, out=str(folder), **changes)


def test_a_memory_over_episodes_beats_one_that_is_wiped() -> None:
    """Four arms, one pays: 3 pulls an episode, 4 episodes. Searching well is worth 1.5, knowing the arm 3."""
    curves = {}
    for reference in ("none", "blind"):
        settings = made(
            TrainSettings,
            lanes=128, hidden=32, encoder=32, learning_rate=5e-3, gamma=0.95, threads=1, self_play=0.0,
            reference=reference, progress=False,  # type: ignore[arg-type]
        )  # fmt: skip
        learner = Learner(Bandits(128), settings)
        curves[reference] = learner.learn(90)
    adapted, blind = curves["none"], curves["blind"]
    assert min(adapted[1:]) > 2.7
    assert adapted[0] > 1.2
    assert max(blind) < 1.8


class Recorded:
    """A recorder, and the factory of itself, that notes what it is told."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, name: str) -> Any:
        self.calls.append(f"name {name}")
        return self

    def begin(self, simulation: Any) -> None:
        self.calls.append("begin")

    def tick(self, simulation: Any) -> None:
        self.calls.append("tick")

    def control(self, simulation: Any, op: str, **arguments: Any) -> None:
        self.calls.append(op)

    def mind(self, seat: int, mind: Mind) -> None:
        self.calls.append("mind")

    def event(self, name: str, data: dict[str, Any]) -> None:
        self.calls.append(f"event {name}")

    def close(self) -> None:
        self.calls.append("close")


def test_a_run_leaves_what_it_promises(tmp_path: Path, beacon: World) -> None:
    reported: list[dict[str, Any]] = []
    recorded = Recorded()
    folder = train(small(tmp_path / "run"), report=reported.append, recorder_factory=recorded)
    assert load_settings(folder / "settings.toml", TrainSettings) == small(tmp_path / "run")
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert lines == reported
    assert [line["update"] for line in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["steps"] >= SMALL.learning.steps > lines[-2]["steps"]
    assert set(lines[-1]["returns"]) == {"walker"}
    assert len(lines[-1]["returns"]["walker"]) == 3
    assert lines[-1]["snapshots"] > 0
    assert lines[0]["learning_rate"] > lines[-1]["learning_rate"] > 0
    assert any((folder / "events").iterdir())
    assert recorded.calls[0] == "name beacon-update-" + str(len(lines))
    assert recorded.calls[1:3] == ["begin", "event seated"]
    assert recorded.calls.count("tick") > 50
    assert recorded.calls[-1] == "close"
    shared = [path.read_bytes() for path in (folder / "checkpoint").iterdir()]
    assert not any(str(tmp_path).encode() in data for data in shared), "what is shared names the folder of the run"
    player = agents.load(folder)
    player.check(beacon, True)
    batch = Batch(beacon, 3, lanes=["walker_0"])
    observations = batch.reset()
    for _ in range(5):
        observations, *_ = batch.step(player.act(observations[:, 0], batch.legal[:, 0])[:, None])
    assert player.mind is not None
    assert player.mind["probabilities"].shape == (3, 3)


def test_another_run_is_never_overwritten(tmp_path: Path) -> None:
    train(small(tmp_path / "run", steps=100))
    with pytest.raises(Refused, match="holds a run already: add --resume"):
        train(small(tmp_path / "run", steps=100))
    with pytest.raises(Refused, match=r"hidden is 8: the run in .* has 16"):
        train(small(tmp_path / "run", steps=200, hidden=8, resume=True))
    with pytest.raises(Refused, match="nothing to resume: name another with --out, or leave --resume out to begin"):
        train(small(tmp_path / "other", resume=True))


def test_a_run_and_an_agent_of_the_time_before_groups_are_read(tmp_path: Path) -> None:
    """They told their settings by short names, without a group."""
    folder = train(small(tmp_path / "run", steps=100))
    for path in (folder / "resume" / "state.json", folder / "checkpoint" / "config.json"):
        told = json.loads(path.read_text())
        assert told["settings"]["learning"]["lanes"] == 16
        settings = build_settings(told["settings"], TrainSettings)
        flat = {leaf.short: leaf.of(settings) for leaf in leaves(TrainSettings)}
        path.write_text(json.dumps({**told, "settings": {**flat, "worlds_folder": ""}}))
    assert agents.load(folder).episodes == 3
    with pytest.raises(Refused, match=r"hidden is 8: the run in .* has 16"):
        train(small(tmp_path / "run", steps=2_000, hidden=8, resume=True))
    train(small(tmp_path / "run", steps=2_000, resume=True))
    assert "learning" in json.loads((folder / "resume" / "state.json").read_text())["settings"]


def test_references_are_marked_and_may_learn_on_test_tasks(tmp_path: Path) -> None:
    folder = train(small(tmp_path / "oracle", steps=100, reference="oracle", split="test-both"))
    player = agents.load(folder)
    assert (player.reference, player.train_split, player.needs_reveal) == ("oracle", "test-both", True)
    assert "yardstick" in (folder / "checkpoint" / "README.md").read_text()
    with pytest.raises(Refused, match="'test-both' is for testing"):
        small(tmp_path, split="test-both")


def test_the_last_line_fits_what_was_trained(tmp_path: Path) -> None:
    """Nobody plays against a yardstick, so nobody is told to watch one."""
    folder = tmp_path / "agent"
    done = command.run(small(folder, steps=100, self_play=0.0), Options()).text
    rounded, *rest = done.splitlines()
    made = agents.load(folder).config.steps
    assert rounded == f"it learned from {made:,} steps: updates are whole, and 100 end within one"
    assert rest == [
        f"the agent is in {folder}: see it with `crossplay watch beacon --agent {folder}`",
        f"its curves: `tensorboard --logdir {folder / 'events'}`",
    ]
    again = command.run(small(folder, steps=100, self_play=0.0, resume=True), Options()).text
    assert again.startswith("nothing was left of its 100 steps: name more with --steps to go on\n")
    folder = tmp_path / "blind"
    told = command.run(small(folder, steps=100, self_play=0.0, reference="blind"), Options()).text
    assert "watch" not in told
    assert f"the blind reference is in {folder}, a yardstick and no player" in told
    assert f"`crossplay evaluate runs/beacon-seed0 --blind {folder}`" in told


def test_the_bar_tells_each_role_first_and_last_episode() -> None:
    curve = Curve(["hunter", "walker"], 3)
    assert curve.words() == "hunter … → …, walker … → …"
    roles = np.array(["hunter", "hunter", "walker"])
    curve.add(roles, np.array([0, 2, 0]), np.array([1.0, 2.5, -3.0]))
    assert curve.words() == "hunter 1.00 → 2.50, walker -3.00 → …"
    single = Curve(["walker"], 1)
    single.add(np.array(["walker"]), np.array([0]), np.array([0.25]))
    assert single.words() == "walker 0.25"


def test_ctrl_c_saves_and_a_second_run_goes_on(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = ['.', 'tests/agents']; import worlds; worlds.add_folder('tests/tiny');"
        "from test_train import small; from agents.training.train import train; from pathlib import Path;"
        f"train(small(Path({str(tmp_path / 'run')!r}), steps=10**9), report=lambda _: print('update', flush=True))"
    )
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "update\n"
    child.send_signal(signal.SIGINT)
    rest = child.stdout.read()
    child.stdout.close()
    assert child.wait(timeout=120) == 0
    assert "saved: go on with --resume" in rest
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    seen: list[dict[str, Any]] = []
    train(small(tmp_path / "run", steps=lines[-1]["steps"] + 1, resume=True), report=seen.append)
    assert [figures["update"] for figures in seen] == [lines[-1]["update"] + 1]


def test_a_run_that_is_interrupted_before_it_learned_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    settings = small(tmp_path / "run")
    with monkeypatch.context() as patch:
        patch.setattr(training._Training, "_advance", interrupted)
        with pytest.raises(KeyboardInterrupt, match=r"^nothing was learned yet, so there was nothing to save$"):
            train(settings)
    assert not (tmp_path / "run" / "resume").exists()
    train(settings)
    with monkeypatch.context() as patch:
        patch.setattr(training._Training, "_advance", interrupted)
        steps = json.loads((tmp_path / "run" / "resume" / "state.json").read_text())["counters"]["played"]
        with pytest.raises(KeyboardInterrupt, match=rf"^nothing was learned beyond {steps:,} steps, so"):
            train(changed(settings, resume=True, steps=10**6))


def test_an_unknown_world_or_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nowhere"):
        train(small(tmp_path / "a", world="nowhere"))
    with pytest.raises(Refused, match="unknown role 'goalkeeper'"):
        train(small(tmp_path / "b", roles=("goalkeeper",)))
    assert not (tmp_path / "b").exists()


def test_no_global_randomness_is_used(tmp_path: Path) -> None:
    import torch

    before, torch_before = np.random.get_state()[1].copy(), torch.get_rng_state()  # type: ignore[index, union-attr] # noqa: NPY002
    train(small(tmp_path / "run", steps=100))
    assert (np.random.get_state()[1] == before).all()  # type: ignore[index] # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), torch_before)
