"""Checkpoints of strangers: their hashes are right, and what they hold is not.

Where a process of its own proves nothing more, the agent is loaded and asked for a decision right here.
"""

import contextlib
import copy
import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

import agents
import worlds
from agents.checkpoints import checkpoint
from agents.networks.belief import BeliefShape
from agents.networks.memories import FILING, KINDS, NONE
from agents.networks.network import Network, Shape
from simulator.app.cli import run as command
from simulator.engine import Simulation
from simulator.engine.batch import input_pieces
from tests.hostile import harness
from worlds.world import Refused, World

LONGEST_SENTENCE = 700
LEARNING = {"algorithm": "maml", "inner_rate": 0.1, "inner_steps": 1, "gamma": 0.9, "gae_lambda": 0.9}


@pytest.fixture(scope="module")
def bandit() -> World:
    return worlds.get("bandit")


def write(folder: Path, world: World, memory: str = "gru", **changes: Any) -> Path:
    """A sound little agent for a world, with a belief where it has a GRU."""
    learns = memory == NONE
    pieces = world.observation if learns else world.observation + input_pieces(world)
    acted = pieces.at["previous_action"].start if memory == "tally" else 0
    things = pieces.at["things"] if memory in FILING else slice(0, 0)
    shape = Shape(
        observation=pieces.total, actions=world.action_sizes, encoder=6, hidden=8, memory=memory, acted=acted,
        context=9 if memory == "transformer" else 0, belief=BeliefShape.of(world) if memory == "gru" else None,
        things=world.things if memory in FILING else 0, named=(things.start, things.stop),
    )  # fmt: skip
    facts = {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": dict(world.build_args), "roles": (world.seats[0].role,), "observation": pieces.sizes,
        "inputs": True, "reveal": False, "reference": "none", "split": "train", "seed": 4, "steps": 1000,
        "settings": {"episodes": 5, "opponents": ["one"], "world_args": {}, **(LEARNING if learns else {})},
        "commit": "abc", "scores": {world.seats[0].role: [0.5, 0.75]}, **changes,
    }  # fmt: skip
    checkpoint.save(folder, Network(shape, torch.Generator().manual_seed(1)), facts)
    return folder


def fitting(memory: str) -> World:
    """A small world that a kind of memory goes with."""
    return worlds.get("beacon", named=True) if memory in FILING else worlds.get("bandit")


@pytest.fixture
def agent(tmp_path: Path, bandit: World) -> Path:
    return write(tmp_path / "agent", bandit)


def decide(folder: Path) -> None:
    """Load an agent, seat it in the world that it names, and let it decide twice and tell what it believes."""
    player = agents.load(folder)
    world = worlds.get(player.world_name, **player.build_args)
    player.check(world, True)
    player.reset(2)
    size = (world.observation + input_pieces(world)).total
    for _ in range(2):
        player.act(np.ones((2, size), np.float32), np.ones((2, sum(world.action_sizes)), np.uint8))
    assert player.mind is not None
    if "belief" in player.mind:
        assert player.mind["belief"].shape == (2, world.told_pieces.total)


def change(folder: Path, edit: Callable[[dict[str, Any]], Any]) -> None:
    config = json.loads((folder / "config.json").read_text())
    edit(config)
    (folder / "config.json").write_text(json.dumps(config))


def put(folder: Path, data: bytes) -> None:
    """These weights, with the hash that fits them."""
    (folder / "model.safetensors").write_bytes(data)
    change(folder, lambda config: config.update(sha256=hashlib.sha256(data).hexdigest()))


def scale(folder: Path, factor: float, names: str = "") -> None:
    """Weights that many times as large."""
    weights = safetensors.torch.load_file(folder / "model.safetensors")
    put(folder, safetensors.torch.save({name: w * factor if names in name else w for name, w in weights.items()}))


@pytest.mark.parametrize("memory", [*KINDS, NONE])
def test_a_sound_agent_of_every_memory_decides(memory: str, tmp_path: Path) -> None:
    decide(write(tmp_path / memory, fitting(memory), memory))


@pytest.mark.parametrize("name", agents.pretrained())
def test_what_is_shipped_fits_its_world(name: str) -> None:
    player = agents.load(name)
    player.check(worlds.get(player.world_name, **player.build_args), True)


WRONG: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "episodes in words": (lambda c: c["settings"].update(episodes="abc"), "episodes = 'abc': Expected `int`"),
    "negative episodes": (lambda c: c["settings"].update(episodes=-1), "episodes is -1: allowed is 0 to 1000000"),
    "negative episodes in a group": (
        lambda c: c.update(settings={"trial": {"episodes": -1}}), "episodes is -1: allowed is 0 to 1000000",
    ),
    "episodes twice": (lambda c: c["settings"].update(trial={"episodes": 5}), "its settings tell episodes twice"),
    "a table for a number": (
        lambda c: c["settings"].update(learning={"gamma": {"a": 1}}), "gamma = {'a': 1}: Expected `float`",
    ),
    "another algorithm in its group": (
        lambda c: c["settings"].update(learning={"algorithm": "maml"}), "does not go with memory 'gru'",
    ),
    "another world in its group": (
        lambda c: c["settings"].update(world={"name": "tag"}), "its settings say world is 'tag'",
    ),
    "an escape in a group": (lambda c: c["settings"].update(learning={"\x1b[2J": 1}), "cannot be printed"),
    "another kind of size": (lambda c: c["build_args"].update(arms="ten"), "arms='ten': it is a whole number"),
    "a huge size": (lambda c: c["build_args"].update(arms=2**63), "build_args[...]"),
    "a size that is no word": (lambda c: c["build_args"].update(arms=[]), "build_args[...]"),
    "a name among the sizes": (lambda c: c["build_args"].update(name=3), "'name': it takes arms, pulls"),
    "too many arms": (lambda c: c["build_args"].update(arms=101), "arms=101: it takes 2 to 100"),
    "other actions": (lambda c: c["network"].update(actions=[5, 5]), "(5, 5) choices, those of the world (10,)"),
    "a belief of 3 facts": (lambda c: c["network"]["belief"].update(told=3, shares=[]), "does not hold the weights"),
    "other facts": (lambda c: c["network"]["belief"].update(one_hot=[[0, 2]], shares=[]), "its belief is about"),
    "facts that overlap": (
        lambda c: c["network"]["belief"].update(one_hot=[[0, 2]], shares=[[1, 3]]), "facts 1 to 3",
    ),
    "another piece": (lambda c: c.update(observation=renamed(c["observation"], "paid", "sold")), "has the pieces"),
    "a blind one without beginnings": (
        lambda c: c.update(reference="blind", observation=renamed(c["observation"], "episode_start", "start")),
        "a blind agent needs the piece 'episode_start'",
    ),
    "an oracle that is told nothing": (lambda c: c.update(reference="oracle"), "oracles are told the task"),
    "no memory, no settings": (lambda c: (c["network"].update(memory="none"), c.update(settings={})), "'none'"),
    "another algorithm": (lambda c: c["settings"].update(algorithm="maml"), "does not go with memory 'gru'"),
    "another memory": (lambda c: c["settings"].update(memory="lstm"), "its settings say memory is 'lstm'"),
    "another reference": (lambda c: c["settings"].update(reference="blind"), "its settings say reference is 'blind'"),
    "another role": (lambda c: c.update(roles=["chaser"]), "the role 'chaser', the world has player"),
    "a role that moves the cursor": (lambda c: c.update(roles=["\x1b[2J"]), "cannot be printed"),
    "a far format": (lambda c: c.update(format=10**100), "format is 1000"),
    "infinite scores": (lambda c: c["scores"].update(player=[float("inf")]), "is damaged: JSON is malformed"),
    "state beyond measure": (
        lambda c: (c["network"].update(memory="transformer", context=4096, hidden=4096, belief=None)),
        "carries 67,108,865 numbers",
    ),
}  # fmt: skip


def renamed(pieces: dict[str, int], old: str, new: str) -> dict[str, int]:
    return {new if name == old else name: size for name, size in pieces.items()}


@pytest.mark.parametrize("name", WRONG)
def test_a_description_that_contradicts_itself_or_its_world_is_refused(name: str, agent: Path) -> None:
    edit, says = WRONG[name]
    change(agent, edit)
    with pytest.raises(Refused) as found:
        decide(agent)
    assert says in str(found.value)
    assert str(found.value).isprintable()


def test_a_learner_without_what_it_learns_by_is_refused(tmp_path: Path, bandit: World) -> None:
    folder = write(tmp_path / "learner", bandit, NONE)
    change(folder, lambda config: config["settings"].pop("gamma"))
    with pytest.raises(Refused, match="settings lack 'gamma'"):
        agents.load(folder)
    change(folder, lambda config: config["settings"].update(gamma=1.5))
    with pytest.raises(Refused, match=r"gamma is 1\.5: allowed is 0 to 1"):
        agents.load(folder)


@pytest.mark.parametrize("depth", [3_000, 100_000])
def test_deep_nesting_is_refused(depth: int, agent: Path) -> None:
    whole = (agent / "config.json").read_text().rstrip().removesuffix("}")
    for deep in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        for text in (deep, f'{whole}, "settings": {deep}}}', f'{whole}, "extra": {deep}}}'):
            (agent / "config.json").write_text(text)
            with pytest.raises(Refused):
                agents.load(agent)


def test_the_fuzzed_description_is_refused_or_plays(agent: Path) -> None:
    """Every key gone, renamed, of another kind, huge, negative or nested; and random bytes."""
    random = np.random.Generator(np.random.PCG64(12))
    sound = json.loads((agent / "config.json").read_text())
    values: list[Any] = [None, True, -1, 2**64, 0.5, 1e308, "", "abc", "\x1b[31m", "a" * 5000, [], {}, [[1]], {"a": {}}]
    refused = 0
    for place in places(sound):
        for value in [values[number] for number in random.choice(len(values), 3, replace=False)]:
            config = copy.deepcopy(sound)
            parent(config, place)[place[-1]] = value
            refused += refused_or_plays(agent, json.dumps(config).encode())
        config = copy.deepcopy(sound)
        del parent(config, place)[place[-1]]
        refused += refused_or_plays(agent, json.dumps(config).encode())
    text = json.dumps(sound).encode()
    for _ in range(200):
        cut = bytearray(text)
        for position in random.integers(len(cut), size=2):
            cut[position] = random.integers(256)
        refused += refused_or_plays(agent, bytes(cut))
    assert refused > 200


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON value, as keys and indices from its top."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*above, key)
        yield from places(value[key], (*above, key))


def parent(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        value = value[key]
    return value


def refused_or_plays(folder: Path, data: bytes) -> bool:
    (folder / "config.json").write_bytes(data)
    try:
        decide(folder)
    except Refused as error:
        said = str(error)
    else:
        return False
    assert said.isprintable()
    assert len(said) < LONGEST_SENTENCE
    return True


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": ["F32"], "shape": [6], "data_offsets": [0, 24]},
        {"dtype": "F32", "shape": [[6]], "data_offsets": [0, 24]},
        {"dtype": "F32", "shape": [6.0], "data_offsets": [0, 24]},
        {"dtype": "F32", "shape": [6], "data_offsets": [0, 10**30]},
        {"dtype": "F32", "shape": [6], "data_offsets": [-24, 0]},
        {"dtype": "F32", "shape": [6], "data_offsets": [0, 24], "more": 1},
        [],
        None,
    ],
)
def test_headers_of_another_form_are_refused(entry: Any, agent: Path) -> None:
    whole = (agent / "model.safetensors").read_bytes()
    length = int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8 : 8 + length])
    header["encoder.bias"] = entry
    text = json.dumps(header).encode()
    put(agent, len(text).to_bytes(8, "little") + text + whole[8 + length :])
    with pytest.raises(Refused, match=r"is damaged|does not hold the weights"):
        agents.load(agent)


def test_a_header_above_a_mebibyte_is_refused(agent: Path) -> None:
    whole = (agent / "model.safetensors").read_bytes()
    length = int.from_bytes(whole[:8], "little")
    header = whole[8 : 8 + length].ljust(2**20 + 1)
    put(agent, len(header).to_bytes(8, "little") + header + whole[8 + length :])
    with pytest.raises(Refused, match="is larger than 1,0"):
        agents.load(agent)


@pytest.mark.parametrize("memory", [*KINDS, NONE])
@pytest.mark.parametrize("factor", [1e20, 1e30])
def test_weights_beyond_measure_are_refused_when_they_decide(factor: float, memory: str, tmp_path: Path) -> None:
    folder = write(tmp_path / memory, fitting(memory), memory)
    scale(folder, factor)
    with contextlib.suppress(Refused):  # such numbers may still lead to finite ones
        decide(folder)
    scale(folder, 1e15)
    with pytest.raises(Refused, match=r"decides with numbers that are not finite|holds values that are not finite"):
        decide(folder)


def test_huge_logits_never_choose_what_is_forbidden(agent: Path, bandit: World) -> None:
    scale(agent, 1e25, "policy_head")
    player = agents.load(agent)
    size, arms = player.network.shape.observation, sum(bandit.action_sizes)
    for allowed in range(arms):
        legal = np.zeros((1, arms), np.uint8)
        legal[0, allowed] = 1
        player.reset(1)
        assert player.act(np.ones((1, size), np.float32), legal).tolist() == [[allowed]]


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_a_pipe_is_not_waited_for(file: str, agent: Path) -> None:
    (agent / file).unlink()
    os.mkfifo(agent / file)
    signal.alarm(60)  # ends this process if the pipe is waited for
    try:
        with pytest.raises(Refused, match=r"it is not a regular file|is no agent"):
            agents.load(agent)
    finally:
        signal.alarm(0)


def test_a_size_that_no_world_takes_is_refused_by_every_command(
    agent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(agent, lambda config: config["build_args"].update(name=3))
    for arguments in (
        ["worlds", "tag", "--build", "name=3"],
        ["worlds", "tag", "--build", "seats=true"],
        ["worlds", "repeated", "--build", "noise=nan"],
        ["worlds", "bandit", "--build", "arms=" + "9" * 100],
        ["watch", "bandit", "--agent", str(agent), "--seconds", "1"],
        ["evaluate", str(agent)],
    ):
        assert command(arguments) == 2
        told = capsys.readouterr().err.strip()
        assert "cannot be built with" in told
        assert "\n" not in told


def test_a_link_to_an_endless_device_is_not_read(agent: Path) -> None:
    (agent / "model.safetensors").unlink()
    (agent / "model.safetensors").symlink_to("/dev/zero")
    harness.refused("watch", "bandit", "--agent", agent, "--seconds", "600", says="it is not a regular file")


def test_a_header_of_100_megabytes_is_not_read(agent: Path) -> None:
    with (agent / "model.safetensors").open("wb") as file:
        file.write((100_000_000).to_bytes(8, "little"))
        file.truncate(300_000_000)
    harness.refused("watch", "bandit", "--agent", agent, "--seconds", "600", says="is larger than 1,0")


def test_absurd_weights_do_not_hang_the_window(agent: Path, bandit: World) -> None:
    Simulation(bandit).step(np.zeros(1, np.int64))  # compiled once, not by the process that is measured
    scale(agent, 1e30)
    weights = safetensors.torch.load_file(agent / "model.safetensors")
    weights["value_head.bias"].fill_(3e38)  # times a spread of 1e30: beyond float32 on every processor
    put(agent, safetensors.torch.save(weights))
    with pytest.raises(Refused, match="decides with numbers that are not finite"):
        decide(agent)
    harness.refused(
        "watch", "bandit", "--agent", agent, "--seconds", "600", says="decides with numbers that are not finite"
    )
