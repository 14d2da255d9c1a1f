"""Checkpoints: what was saved is played; whatever is damaged, foreign or absurd is refused with one sentence."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

import agents
import worlds
from agents.checkpoints import checkpoint, description
from agents.checkpoints.weights import layout
from agents.networks.network import Network, Shape, outline
from agents.players.checkpoint_player import CheckpointPlayer
from simulator.engine import Batch
from worlds.kit.observation import Pieces
from worlds.world import Action, Refused, World

ROOT = Path(__file__).resolve().parents[2]
SHAPE = Shape(observation=8, actions=(3,), encoder=6, hidden=5)
PIECES = {"own": 1, "found": 1, "previous_action": 3, "previous_reward": 1, "episode_start": 1, "trial_time": 1}


def facts(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": {"seats": 2}, "roles": ("walker",), "observation": PIECES, "inputs": True, "reveal": False,
        "reference": "none", "split": "train", "settings": {"lanes": 3}, "seed": 4, "steps": 1000, "commit": "abc",
        "scores": {"walker": [0.5, 0.75]}, **changes,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, beacon: World) -> Path:
    """A small agent for beacon whose head is turned up, so that its memory shows in what it does."""
    network = Network(SHAPE, torch.Generator().manual_seed(1))
    assert network.policy_head is not None
    with torch.no_grad():
        network.policy_head.weight.mul_(300.0)
    network.value_mean.fill_(2.0)
    checkpoint.save(tmp_path / "agent", network, facts(beacon))
    return tmp_path / "agent"


def played(player: CheckpointPlayer, world: World, lanes: int, steps: int = 40) -> np.ndarray:
    batch = Batch(world, lanes, lanes=["walker_0"])
    observations, actions = batch.reset(), []
    player.reset(lanes)
    for _ in range(steps):
        actions.append(player.act(observations[:, 0], batch.legal[:, 0]))
        observations, *_ = batch.step(actions[-1][:, None])
    return np.stack(actions)


def test_what_was_saved_is_what_plays(folder: Path, beacon: World) -> None:
    network, config = checkpoint.load(folder)
    assert config.network == SHAPE
    assert (config.world, config.steps, config.scores) == ("beacon", 1000, {"walker": [0.5, 0.75]})
    player = agents.load(folder)
    player.check(beacon, True)
    assert (player.world_name, player.world_version, player.reference) == ("beacon", beacon.version, "")
    batch = Batch(beacon, 4, lanes=["walker_0"])
    seen = batch.reset()[:, 0]
    player.reset(4)
    player.act(seen, batch.legal[:, 0])
    assert player.mind is not None
    with torch.no_grad():
        thought = network.step(torch.from_numpy(seen), network.initial(4))
    np.testing.assert_allclose(player.mind["value"], thought.value * network.value_std + 2.0, atol=1e-5)
    np.testing.assert_allclose(player.mind["probabilities"].sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(player.memory, thought.state, atol=1e-6)


def test_a_lane_draws_the_same_in_any_company(folder: Path, beacon: World) -> None:
    many, again, one = (played(agents.load(folder, seed=3), beacon, lanes) for lanes in (6, 6, 1))
    np.testing.assert_array_equal(many, again)
    np.testing.assert_array_equal(many[:, :1], one)
    assert (many != played(agents.load(folder, seed=4), beacon, 6)).any()


def test_greedy_players_take_the_likeliest(folder: Path, beacon: World) -> None:
    player = agents.load(folder, sample=False)
    batch = Batch(beacon, 5, lanes=["walker_0"])
    seen = batch.reset()[:, 0]
    player.reset(5)
    actions = player.act(seen, batch.legal[:, 0])
    assert player.mind is not None
    np.testing.assert_array_equal(actions[:, 0], player.mind["probabilities"].argmax(axis=1))


def test_forgetting_wipes_the_lanes_it_is_told(folder: Path, beacon: World) -> None:
    player = agents.load(folder)
    played(player, beacon, 3)
    before = player.memory
    assert (before != 0).any(axis=1).all()
    player.forget(np.array([True, False, False]))
    assert (player.memory[0] == 0).all()
    np.testing.assert_array_equal(player.memory[1:], before[1:])
    player.memory = before[::-1]
    np.testing.assert_array_equal(player.memory, before[::-1])
    player.forget()
    assert (player.memory == 0).all()


def test_a_blind_agent_forgets_by_itself(tmp_path: Path, beacon: World) -> None:
    checkpoint.save(tmp_path / "blind", Network(SHAPE), facts(beacon, reference="blind"))
    player = agents.load(tmp_path / "blind")
    assert player.reference == "blind"
    fresh, carried = np.zeros((1, 8), np.float32), np.zeros((1, 8), np.float32)
    fresh[0, 6] = carried[0, 6] = 1.0  # an episode begins
    carried[0, 2:6] = 1.0  # the last action and reward of the one before
    legal = np.ones((1, 3), np.uint8)
    player.reset(1)
    player.act(fresh, legal)
    first = player.memory
    player.act(np.ones((1, 8), np.float32), legal)
    player.act(carried, legal)
    np.testing.assert_array_equal(player.memory, first)


def test_names_and_folders_are_found_and_others_refused(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    folder.rename(run / "checkpoint")
    assert agents.load(run).name == "run"
    with pytest.raises(Refused, match="'nobody' is no agent"):
        agents.load("nobody")
    with pytest.raises(Refused, match="device is 'tpu': choose from auto, cpu, cuda"):
        agents.load(run, device="tpu")
    for name, place in agents.pretrained().items():
        assert agents.find(name) == place
        checkpoint.load(place)


def test_another_world_is_refused(folder: Path, beacon: World) -> None:
    player = agents.load(folder)
    with pytest.raises(Refused, match="learned world 'beacon': it cannot play 'tag'"):
        player.check(worlds.get("tag", seats=4), True)
    with pytest.raises(
        Refused, match="built with seats=2, not with seats=3: build the world like that, or train an agent"
    ):
        player.check(worlds.get("beacon", seats=3), True)
    with pytest.raises(Refused, match="learned with inputs=True: the simulation has inputs=False"):
        player.check(beacon, False)
    with pytest.raises(Refused, match="sees 8 numbers: it was given 7"):
        player.act(np.zeros((1, 7), np.float32), np.ones((1, 3), np.uint8))


def test_an_agent_of_another_observation_is_told_the_piece(folder: Path, beacon: World) -> None:
    player = agents.load(folder)
    other = dataclasses.replace(beacon, observation=Pieces(own=1, found=2).within(0.0, 1.0))
    with pytest.raises(Refused, match=r"with another observation \(found=1 then, found=2 now\): train one anew"):
        player.check(other, True)
    other = dataclasses.replace(beacon, observation=beacon.observation + Pieces(wind=1).within(0.0, 1.0))
    with pytest.raises(Refused, match=r"\(no wind then, wind=1 now\)"):
        player.check(other, True)
    other = dataclasses.replace(beacon, actions=(Action("walk", ("west", "stay", "east", "fly")),))
    with pytest.raises(Refused, match=r"with other actions \(\(3,\) choices then, \(4,\) now\)"):
        player.check(other, True)
    other = dataclasses.replace(beacon, told=())
    with pytest.raises(Refused, match="other told facts"):
        player.check(other, True)


def test_another_version_of_the_world_is_refused(tmp_path: Path, beacon: World) -> None:
    checkpoint.save(tmp_path / "old", Network(SHAPE), facts(beacon, world_version=0))
    with pytest.raises(Refused, match=f"learned version 0 of world 'beacon': this is version {beacon.version}"):
        agents.load(tmp_path / "old").check(beacon, True)


def changed(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda config: config.update(extra=1), "unknown field `extra`"),
        (lambda config: config["network"].update(layers=3), "unknown field `layers`"),
        (lambda config: config.pop("world"), r"missing required field `world`"),
        (lambda config: config.update(steps="many"), "steps is 'many': expected `int`, got `str`"),
        (lambda config: config.update(format=99), "has format 99: this program reads format 1"),
        (lambda config: config["network"].update(hidden=10**9), "hidden is 1000000000: expected `int` <= 4096"),
        (lambda config: config["network"].update(hidden=-1), "network.hidden is -1: expected `int` >= 1"),
        (lambda config: config["network"].update(acted=1), "acted is 1: allowed is 0 to 0"),
        (lambda config: config["network"].update(acted=6, memory="tally"), "acted is 6: allowed is 0 to 5"),
        (lambda config: config["network"].update(actions=[]), "expected `array` of length >= 1"),
        (lambda config: config["network"].update(actions=[10**9]), "is 1000000000: expected `int` <= 4096"),
        (lambda config: config["network"].update(observation=9), "pieces do not add up to 9"),
        (lambda config: config["network"].update(hidden=6), "does not hold the weights that config.json announces"),
        (lambda config: config.update(sha256="0" * 64), "its SHA-256 is not the one"),
        (lambda config: config.update(reference="cheat"), "Invalid enum value 'cheat'"),
    ],
)
def test_impossible_descriptions_are_refused(
    folder: Path, change: Callable[[dict[str, Any]], Any], sentence: str
) -> None:
    changed(folder, change)
    with pytest.raises(Refused, match=sentence):
        agents.load(folder)


def test_weights_that_are_not_finite_are_refused(folder: Path) -> None:
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    weights["encoder.bias"][2] = float("nan")
    rewrite(folder, safetensors.torch.save(weights))
    with pytest.raises(Refused, match=r"not finite in 'encoder.bias'"):
        agents.load(folder)


def rewrite(folder: Path, data: bytes) -> None:
    """Put these weights in place, with a checksum that fits."""
    import hashlib

    (folder / "model.safetensors").write_bytes(data)
    changed(folder, lambda config: config.update(sha256=hashlib.sha256(data).hexdigest()))


def test_weights_of_another_type_name_or_place_are_refused(folder: Path) -> None:
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    for wrong in (
        {**weights, "encoder.bias": weights["encoder.bias"].double()},
        {**weights, "more": torch.zeros(2)},
        {name: tensor for name, tensor in weights.items() if name != "encoder.bias"},
    ):
        rewrite(folder, safetensors.torch.save(wrong))
        with pytest.raises(Refused, match="does not hold the weights"):
            agents.load(folder)


def test_a_cut_or_flipped_file_is_refused(folder: Path) -> None:
    """At every tenth byte and 200 random bits, checksum adjusted or not: one sentence, or the same agent."""
    random = np.random.Generator(np.random.PCG64(5))
    for name in ("model.safetensors", "config.json"):
        whole = (folder / name).read_bytes()
        for length in range(0, len(whole) - 1, max(1, len(whole) // 60)):
            (folder / name).write_bytes(whole[:length])
            with pytest.raises(Refused):
                agents.load(folder)
        for position in random.integers(len(whole) * 8, size=100):
            flipped = bytearray(whole)
            flipped[position // 8] ^= 1 << (position % 8)
            (folder / name).write_bytes(bytes(flipped))
            refused_or_sound(folder, must_refuse=name == "model.safetensors")
        (folder / name).write_bytes(whole)
    agents.load(folder)


def test_flipped_headers_with_a_fitting_checksum_are_refused_or_sound(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    length = 8 + int.from_bytes(whole[:8], "little")
    random = np.random.Generator(np.random.PCG64(6))
    for position in random.integers(length * 8, size=100):
        flipped = bytearray(whole)
        flipped[position // 8] ^= 1 << (position % 8)
        rewrite(folder, bytes(flipped))
        refused_or_sound(folder, must_refuse=False)


def refused_or_sound(folder: Path, *, must_refuse: bool) -> None:
    sentences: list[str] = []
    try:
        player = agents.load(folder)
    except Refused as error:
        sentences.append(str(error))
    assert all("\n" not in sentence for sentence in sentences)
    if sentences:
        return
    assert not must_refuse
    player.reset(1)
    player.act(np.zeros((1, 8), np.float32), np.ones((1, 3), np.uint8))


def test_files_that_are_too_large_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "LARGEST_WEIGHTS", 100)
    with pytest.raises(Refused, match=r"announces [0-9,]+ bytes of weights: allowed are 100 at most"):
        agents.load(folder)


def test_the_layout_of_a_network_is_known_without_making_one() -> None:
    found = {name: ("F32", tuple(tensor.shape)) for name, tensor in Network(SHAPE).state_dict().items()}
    assert layout(outline(SHAPE).state_dict()) == found


def test_the_card_tells_what_the_agent_is(folder: Path) -> None:
    card = (folder / "README.md").read_text()
    assert card.startswith("---\nlibrary_name: crossplay\n")
    assert "| walker | 0.50 | 0.75 |" in card
    assert "1,000 agent-steps of split `train` with seed 4" in " ".join(card.split())


def test_playing_needs_no_trainer(folder: Path) -> None:
    code = (
        f"import sys, agents; assert 'torch' not in sys.modules; agents.load({str(folder)!r}); "
        "assert 'torch' in sys.modules; assert 'tianshou' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_decision_is_quick(folder: Path) -> None:
    """Far below a frame; the loose bound keeps a busy machine from failing it."""
    player = agents.load(folder)
    player.reset(4)
    seen, legal = np.zeros((4, 8), np.float32), np.ones((4, 3), np.uint8)
    player.act(seen, legal)
    started = time.thread_time()
    for _ in range(100):
        player.act(seen, legal)
    assert (time.thread_time() - started) / 100 < 0.02
