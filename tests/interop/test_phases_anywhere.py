"""An agent that judges phases alike plays networks that it never saw; all others are refused there in one sentence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec import structs

import worlds
from agents.checkpoints import checkpoint
from agents.checkpoints.description import described_in, load_config
from agents.checkpoints.fitting import check_fit, knows_layout
from agents.networks.belief import BeliefShape
from agents.networks.network import Network, Shape
from agents.players.checkpoint_player import CheckpointPlayer
from simulator.app import cli
from simulator.app.play.seating import seat_all
from simulator.engine import Batch
from simulator.engine.batch import input_pieces
from simulator.interop.sumo.packing import pack_network
from worlds.world import Refused, World


def learned(folder: Path, world: World, belief: bool = False) -> Path:
    """An agent for a world, never trained, whose head is turned up."""
    layout = world.observation + input_pieces(world)
    facts = {
        "world": world.name, "world_version": world.version, "layout_hash": world.layout_hash,
        "build_args": dict(world.build_args), "roles": ("signal",), "observation": dict(layout.sizes), "inputs": True,
        "reveal": False, "reference": "none", "split": "train",
        "settings": {"together": True, "episodes": 1, "belief": float(belief)}, "seed": 1, "steps": 1, "commit": "abc",
        "scores": {"signal": [0.0]},
    }  # fmt: skip
    shape = Shape(
        observation=layout.total, actions=world.action_sizes, encoder=8, hidden=8, described=described_in(world),
        acted=layout.at["previous_action"].start if world.described else 0,
        belief=BeliefShape.of(world) if belief else None,
    )  # fmt: skip
    network = Network(shape, torch.Generator().manual_seed(1))
    assert network.policy_head is not None
    with torch.no_grad():
        network.policy_head.weight.mul_(100.0)
    checkpoint.save(folder, network, facts)
    return folder


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agent of towns of one junction."""
    world = worlds.get("signals", junctions=1, observation="phases")
    return learned(tmp_path_factory.mktemp("agents") / "town", world)


@pytest.fixture
def crossing(files: tuple[Path, Path]) -> World:
    """Another network, seen phase by phase."""
    return worlds.get("signals", network=pack_network(*files, seconds=60.0)[0], tasks="as given", observation="phases")


def test_towns_and_networks_show_and_do_as_much(crossing: World) -> None:
    world = worlds.get("signals", observation="phases")
    assert crossing.observation == world.observation
    assert crossing.actions == world.actions
    assert crossing.layout_hash != world.layout_hash
    batch = Batch(crossing, 3, seed=1)
    observations = batch.reset()
    at = crossing.observation.at["phases"]
    there = observations[..., at].reshape(3, 12, -1)[..., 0]
    assert there.tolist() == [[1.0, 1.0] + [0.0] * 10] * 3
    assert not batch.legal[..., 2:].any()


def test_an_agent_of_towns_plays_it(town: Path, crossing: World) -> None:
    player = CheckpointPlayer(town)
    player.check(crossing, True)
    batch = Batch(crossing, 4, seed=1)
    observations, taken = batch.reset()[:, 0], []
    player.reset(4)
    for _ in range(crossing.timing.decisions):
        legal = batch.legal[:, 0]
        taken.append(player.act(observations, legal))
        assert (np.take_along_axis(legal, taken[-1], axis=1) == 1).all()
        observations = batch.step(taken[-1][:, None])[0][:, 0]
    assert set(np.unique(taken)) == {0, 1}


def test_evaluate_takes_it_to_files(
    town: Path, files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_network = [f"network={files[0]}", f"routes={files[1]}", "seconds=60", "tasks=as given"]
    words = ["evaluate", str(town), "--build", *on_network, "--splits", "train", "--tasks", "4", "--baselines",
             "max_pressure", "--conditions", "agent", "random", "--out", str(tmp_path / "report")]  # fmt: skip
    assert cli.run(words) == 0
    told = json.loads((tmp_path / "report" / "report.json").read_text())
    assert told["build_args"]["network"].startswith("cross")
    assert told["build_args"]["observation"] == "phases"
    capsys.readouterr()
    assert cli.run([*words[:3], "observation=detectors", *words[3:]]) == 2
    refusal = capsys.readouterr().err
    assert refusal.count("\n") == 1
    assert "with other actions ((12,) choices then, (2,) now)" in refusal or "built with" in refusal


def test_the_window_seats_it(town: Path, crossing: World) -> None:
    seating = seat_all(crossing, {"signal_0": f"agent:{town}"}, seed=1, episodes=1)
    assert "signal_0" in seating.checkpoints


def test_agents_that_see_otherwise_are_refused(tmp_path: Path, crossing: World, files: tuple[Path, Path]) -> None:
    plain = load_config(learned(tmp_path / "plain", worlds.get("signals", junctions=1)))
    with pytest.raises(Refused, match="learned world 'signals' built with"):
        check_fit(plain, "plain", crossing)
    asked = load_config(learned(tmp_path / "asked", worlds.get("signals", observation="phases"), True))
    with pytest.raises(Refused, match="learned world 'signals' built with"):  # it asks who runs three other lights
        check_fit(asked, "asked", crossing)
    town = load_config(learned(tmp_path / "town", worlds.get("signals", junctions=1, observation="phases")))
    check_fit(town, "town", crossing)
    older = structs.replace(town, world_version=town.world_version - 1)
    assert not knows_layout(older, crossing)
    with pytest.raises(Refused, match="learned version"):
        check_fit(older, "older", crossing)
    other = worlds.get("signals", network=pack_network(*files, seconds=60.0)[0])
    with pytest.raises(Refused, match="learned world 'signals' built with"):
        check_fit(town, "town", other)
    moved = structs.replace(town, network=structs.replace(town.network, described=(4, 220), acted=221))
    assert not knows_layout(moved, crossing)


def test_a_build_that_there_is_not_is_told_as_such(town: Path, crossing: World) -> None:
    """Rules are counted by what an agent learned, and nobody can say them of a build of another version."""
    config = load_config(town)
    for build, words in (({"corners": 3}, "cannot be built with 'corners'"), ({"junctions": 99}, "junctions=99")):
        other = structs.replace(config, build_args={**config.build_args, **build})
        assert not knows_layout(other, crossing)
        with pytest.raises(Refused, match=f"'town' learned world 'signals' as nobody can build it now: .*{words}"):
            check_fit(other, "town", crossing)


def test_a_description_that_is_not_the_worlds_is_refused(tmp_path: Path) -> None:
    world: Any = worlds.get("signals", junctions=1, observation="phases")
    town = load_config(learned(tmp_path / "town", world))
    moved = structs.replace(town, network=structs.replace(town.network, acted=0))
    with pytest.raises(Refused, match="acted is 0, and the previous action begins at"):
        check_fit(moved, "moved", world)
    moved = structs.replace(town, network=structs.replace(town.network, described=(2, 218)))
    with pytest.raises(Refused, match="which is not where the world describes them"):
        check_fit(moved, "moved", world)


def test_it_runs_the_lights_of_a_file(town: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sumo", str(files[0]), "--routes", str(files[1]), "--seconds", "120", "--controllers", "fixed"]
    assert cli.run([*words, "--agent", str(town), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["delay"]
    assert told["agent"]["here"]["finished"] > 3
