"""One agent for several worlds: one memory for all, exact resume, and a checkpoint that plays each of its worlds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import agents
import worlds
from agents.checkpoints import checkpoint
from agents.networks.network import Network
from agents.networks.shared import MEMORY, SharedMemory
from agents.settings.declared import changed, made
from agents.settings.generalist import GeneralistSettings
from agents.training.facts import facts_of
from agents.training.generalist.run import JointRun
from agents.training.generalist.train import train_generalist
from simulator.app.commands import flags
from simulator.app.commands import generalist as command
from simulator.engine import Batch
from worlds.world import Refused, World

SMALL = made(
    GeneralistSettings,
    world=("beacon", "bandit"), memory="gru", hidden=16, encoder=12, lanes=16, threads=1, progress=False,
    steps={"beacon": 9_000, "bandit": 3_000}, checkpoint_minutes=0.0,
)  # fmt: skip


class Crash(BaseException):
    """Stands for a power cut."""


def outcome(folder: Path) -> tuple[list[bytes], list[dict[str, Any]]]:
    """All weights, and the figures of every update but the clock's."""
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    plain = [{name: value for name, value in line.items() if "second" not in name} for line in lines]
    return [path.read_bytes() for path in sorted((folder / "checkpoint").rglob("*.safetensors"))], plain


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_generalist(changed(SMALL, out=str(tmp_path_factory.mktemp("whole") / "run")))


@pytest.fixture
def mixed() -> JointRun:
    """A world whose ledger has rows beside one that names nothing."""
    built = {"beacon": worlds.get("beacon", named=True), "bandit": worlds.get("bandit")}
    return JointRun(changed(SMALL, memory="ledger"), built)


def test_the_figures_say_which_world(whole: Path) -> None:
    weights, lines = outcome(whole)
    assert len(weights) == 3
    assert {line["world"] for line in lines} == {"beacon", "bandit"}
    for name, steps in SMALL.steps.items():
        mine = [line for line in lines if line["world"] == name]
        assert [line["world_update"] for line in mine] == list(range(1, len(mine) + 1))
        assert mine[-1]["steps"] >= steps > mine[-2]["steps"]
    assert [line["update"] for line in lines] == sorted(line["update"] for line in lines)


def test_worlds_are_about_equally_far_at_any_time(mixed: JointRun) -> None:
    mixed.begin()
    strides = [mixed._stride(name) for name in mixed.runs]
    rounds: list[list[str]] = []
    while mixed.due() and len(rounds) < 6:
        rounds.append(mixed.advance())
        done = [mixed.progress(name) for name in mixed.runs]
        assert max(done) - min(done) <= max(strides) + 1e-9
    assert {name for names in rounds for name in names} == set(mixed.runs)
    mixed.close()


def test_a_run_that_crashed_ends_like_one_that_did_not(tmp_path: Path, whole: Path) -> None:
    settings = changed(SMALL, out=str(tmp_path / "run"))

    def crash(figures: dict[str, Any]) -> None:
        if figures["update"] == 3:  # learned and booked, but not yet saved: this round is lost
            raise Crash

    with pytest.raises(Crash):
        train_generalist(settings, report=crash)
    with pytest.raises(Refused, match=r"hidden is 8: the run in .* has 16, and only the same run can go on"):
        train_generalist(changed(settings, resume=True, hidden=8))
    assert outcome(train_generalist(changed(settings, resume=True))) == outcome(whole)


def test_a_resumed_run_needs_no_other_flag(whole: Path) -> None:
    settings, _ = flags.parse("generalist", command, ["--resume", "--out", str(whole)])
    assert settings == changed(SMALL, out=str(whole), resume=True)
    done = outcome(whole)
    assert outcome(train_generalist(settings)) == done, "nothing was left of it"


def test_the_same_seed_gives_the_same_weights_and_another_one_others(tmp_path: Path, whole: Path) -> None:
    again = outcome(train_generalist(changed(SMALL, out=str(tmp_path / "again"), checkpoint_minutes=5.0)))
    assert again == outcome(whole)
    other = outcome(train_generalist(changed(SMALL, out=str(tmp_path / "other"), seed=1)))
    assert all(mine != theirs for mine, theirs in zip(other[0], again[0], strict=True))


def memory_of(network: Network) -> dict[str, torch.Tensor]:
    return {name: weight for name, weight in network.named_parameters() if name.startswith(MEMORY)}


def test_what_one_world_learns_moves_the_memory_of_the_other(mixed: JointRun) -> None:
    beacon, bandit = mixed.networks.values()
    assert beacon.shape.memory == "ledger"
    assert bandit.shape.memory == "gru"
    units: dict[str, Any] = {
        "hidden_weight": slice(None),
        "input_bias": slice(None),
        "input_weight": (slice(None), slice(12)),
    }

    def same() -> bool:
        ours, theirs = memory_of(beacon), memory_of(bandit)
        return all(
            torch.equal(ours[f"memory.units.{name}"][part], theirs[f"memory.{name}"]) for name, part in units.items()
        )

    assert same()
    before = {name: weight.clone() for name, weight in bandit.named_parameters()}
    mixed.begin()
    run = mixed.runs["beacon"]
    run.collector.collect(n_step=run.steps_each * run.settings.learning.lanes)
    mixed.learner.update(["beacon"], 0.0)
    assert same()
    for name, weight in bandit.named_parameters():
        assert torch.equal(weight, before[name]) == (not name.startswith(MEMORY)), name
    mixed.close()


def test_gradients_of_a_part_go_where_its_weights_come_from(mixed: JointRun) -> None:
    """A memory of three rows, two of them written on, lends one of each to a network and takes gradients back."""
    network = mixed.networks["beacon"]
    wide = mixed.memory.shape.__class__(encoder=12, hidden=16, pointers=3, noted=2)
    memory = SharedMemory(wide, torch.Generator().manual_seed(5))
    memory.lend(network, network.shape)
    for weight in memory_of(network).values():
        weight.grad = weight.detach().clone()
    memory.gather(network, network.shape)
    assert all(weight.grad is None for weight in memory_of(network).values())
    for name, weight in memory.named_parameters():
        assert weight.grad is not None
        assert bool(((weight.grad == weight) | (weight.grad == 0.0)).all()), name
    slopes = {name: weight.grad for name, weight in memory.named_parameters() if weight.grad is not None}
    lent = memory.part(network.shape, slopes)
    assert all(torch.equal(lent[name], weight) for name, weight in memory_of(network).items())
    written = slopes["memory.write.weight"]
    assert [row for row in range(18) if bool(written[row].any())] == [0, *range(2, 10)]
    mixed.close()


def test_the_checkpoint_plays_each_world_as_in_training(tmp_path: Path, mixed: JointRun) -> None:
    mixed.begin()
    mixed.advance()
    facts = {name: facts_of(run, 5, "") for name, run in mixed.runs.items()}
    checkpoint.save_generalist(tmp_path / "jack", mixed.memory, mixed.networks, facts, {})
    for name, run in mixed.runs.items():
        player = agents.load(tmp_path / "jack", world=name, seed=3)
        assert (player.name, player.world_name) == ("jack", name)
        player.check(run.world, True)
        halves = {
            key: weight.half().float() if weight.ndim else weight for key, weight in run.network.state_dict().items()
        }
        assert all(torch.equal(halves[key], weight) for key, weight in player.network.state_dict().items())
        played = play(run.world, player)
        assert (played == play(run.world, agents.load(tmp_path / "jack" / name, seed=3))).all()
        run.network.load_state_dict(halves)
        observations = torch.rand(4, run.layout.total, generator=torch.Generator().manual_seed(7))
        mine, theirs = (net.step(observations, net.initial(4)) for net in (run.network, player.network))
        assert torch.equal(mine.outputs, theirs.outputs)
        assert torch.equal(mine.state, theirs.state)
    mixed.close()


def play(world: World, player: Any) -> np.ndarray:
    batch = Batch(world, 3, seed=9, inputs=True, lanes=[world.seats[0].name])
    batch.reset()
    player.reset(3)
    made = []
    for _ in range(20):
        made.append(player.act(batch.observations[:, 0], batch.legal[:, 0]))
        batch.step(made[-1][:, None])
    return np.array(made)


def test_names_and_folders_lead_to_the_part_for_a_world(tmp_path: Path, whole: Path) -> None:
    part = whole / "checkpoint" / "bandit"
    for name in (whole, whole / "checkpoint"):
        assert agents.find(name, "bandit") == part
        assert agents.find(f"{name}/bandit") == part
    assert agents.load(whole, world="beacon").name == whole.name
    with pytest.raises(Refused, match="agent 'run' learned beacon, bandit: it cannot play 'tag'"):
        agents.find(whole, "tag")
    with pytest.raises(Refused, match="is of an agent for several worlds: name one of them, as in"):
        agents.load(whole)
    with pytest.raises(Refused, match="learned world 'bandit': it cannot play 'beacon'"):
        agents.load(f"{whole}/bandit").check(worlds.get("beacon"), True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"world": ("beacon",), "steps": {}}, "world names only 'beacon': an agent for several worlds takes two"),
        ({"world": ("beacon", "beacon")}, "world names 'beacon' twice"),
        ({"steps": {"tag": 5}}, "steps names 'tag': choose from the worlds, beacon, bandit"),
        ({"steps": {"beacon": 0}}, "steps of 'beacon' is 0: allowed is a whole number"),
        ({"hidden": 0}, "hidden is 128 for world 'beacon' and 64 for 'bandit'.*name one with --hidden"),
        ({"memory": "declared"}, "memory is 'tally' in float32 for world 'bandit'"),
    ],
)
def test_what_cannot_be_shared_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        train_generalist(changed(SMALL, out=str(tmp_path / "run"), **changes))
    assert not (tmp_path / "run").exists()
