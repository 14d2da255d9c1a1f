"""Agents of sumo-rl meet in this project's traffic what sumo-rl shows, in its order; their files run no code."""

import importlib.util
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from agents.players.foreign_networks import load_network
from simulator.app import cli
from simulator.interop.sumo.bridge import run_in_sumo
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.rl_env import env, parallel_env
from simulator.interop.sumo.rl_views import LightView, ViewedPlayer, views_of
from simulator.interop.sumo.routes import read_demand
from simulator.interop.sumo.scene import RoadScene
from simulator.interop.sumo.seated import SeatedLights
from tests.interop.crossing import changed
from worlds.world import Refused

SECONDS = 100.0


class TableLearner:
    """Q-learning in a table, as Watkins 1989 has it."""

    def __init__(self, choices: int) -> None:
        self.table: dict[tuple[int, ...], np.ndarray] = {}
        self.choices, self.random = choices, np.random.default_rng(1)

    def values(self, state: tuple[int, ...]) -> np.ndarray:
        """Of a state, zeros for a new one."""
        return self.table.setdefault(state, np.zeros(self.choices))

    def act(self, state: tuple[int, ...]) -> int:
        """The best choice, or any."""
        if self.random.random() < 0.1:
            return int(self.random.integers(self.choices))
        return int(np.argmax(self.values(state)))

    def learn(self, state: tuple[int, ...], action: int, reward: float, after: tuple[int, ...]) -> None:
        """One step of experience."""
        aim = reward + 0.95 * self.values(after).max()
        self.values(state)[action] += 0.5 * (aim - self.values(state)[action])


def test_a_q_learner_of_sumo_rl_learns_here(files: tuple[Path, Path]) -> None:
    lights = parallel_env(*files, num_seconds=SECONDS, sumo_seed=1)
    assert lights.possible_agents == ["c"]
    assert lights.observation_space("c").shape == (2 + 1 + 2 + 2,)
    learner = TableLearner(int(lights.action_space("c").n))  # type: ignore[attr-defined]
    returns = []
    for _ in range(3):
        seen, _ = lights.reset()
        state, total, decisions = lights.encode(seen["c"], "c"), 0.0, 0
        while lights.agents:
            action = learner.act(state)
            seen, rewards, ends, cuts, infos = lights.step({"c": action})
            after = lights.encode(seen["c"], "c")
            learner.learn(state, action, rewards["c"], after)
            state, total, decisions = after, total + rewards["c"], decisions + 1
            assert lights.observation_space("c").contains(seen["c"])
            assert not ends["c"]
        assert cuts["c"]
        assert decisions == int(SECONDS / 5.0)
        assert infos["c"]["metrics"]["throughput"] > 0
        returns.append(total)
    assert len(learner.table) > 5
    assert len(set(returns)) == 3  # other vehicles come in every episode
    again, _ = lights.reset(seed=1)
    first, _ = parallel_env(*files, num_seconds=SECONDS, sumo_seed=1).reset()
    np.testing.assert_array_equal(again["c"], first["c"])


def test_one_light_is_an_environment_of_gymnasium(files: tuple[Path, Path]) -> None:
    from gymnasium.utils.env_checker import check_env

    light = env(*files, num_seconds=SECONDS, reward_fn="queue")
    check_env(light, skip_render_check=True)
    light.reset(seed=2)
    rewards = [light.step(0)[1] for _ in range(10)]
    assert min(rewards) < 0.0
    assert all(reward == round(reward) for reward in rewards)  # vehicles that stand


def test_what_is_not_to_be_had_is_refused(files: tuple[Path, Path]) -> None:
    with pytest.raises(Refused, match="reward_fn='money' is unknown"):
        parallel_env(*files, reward_fn="money")
    with pytest.raises(Refused, match="delta_time=10 is not to be had"):
        parallel_env(*files, delta_time=10)
    lights = parallel_env(*files, num_seconds=SECONDS)
    lights.reset()
    with pytest.raises(Refused, match="light 'c' is asked for phase 2: it has 2"):
        lights.step({"c": 2})
    with pytest.raises(Refused, match="no light 'd'"):
        lights.step({"c": 0, "d": 1})


class ComparedLights(SeatedLights):
    """Compares what an agent sees with sumo-rl's definitions, asked of SUMO."""

    seen = 0.0
    view: LightView

    def states(self, second: float, scene: RoadScene) -> list[str]:
        """As always, but looked at."""
        import libsumo

        letters = super().states(second, scene)
        if not self.mirror.simulation.deciding:
            return letters
        view = self.view
        lanes = list(dict.fromkeys(libsumo.trafficlight.getControlledLanes("c")))
        assert list(view.lanes) == lanes
        fit = [libsumo.lane.getLength(lane) / (2.5 + libsumo.lane.getLastStepLength(lane)) for lane in lanes]
        count = [libsumo.lane.getLastStepVehicleNumber(lane) for lane in lanes]
        queue = [libsumo.lane.getLastStepHaltingNumber(lane) for lane in lanes]
        shown = view.shown(self.mirror.observations[0])
        wanted = [
            min(1.0, number / room) for numbers in (count, queue) for number, room in zip(numbers, fit, strict=True)
        ]
        np.testing.assert_allclose(shown[3:], wanted, atol=1e-6)
        phase = int(self.mirror.simulation.w["phase"][0])
        assert shown[:2].tolist() == [float(phase == 0), float(phase == 1)]
        self.seen += float(shown[3:].sum())
        return letters


def test_what_is_seen_in_sumo_is_what_sumo_rl_shows(files: tuple[Path, Path]) -> None:
    pytest.importorskip("libsumo", reason="the extra sumo is not installed")
    network, demand = read_network(files[0]), read_demand(files[1], 0.0, SECONDS)
    imported = import_network(network, demand)
    world = parallel_env(*files, num_seconds=SECONDS).simulation.world
    (view,) = views_of(world, network)
    turns = iter(range(1000))
    player = ViewedPlayer([view], [lambda _: next(turns) % 4 // 2])
    compared = ComparedLights(imported, world, {0: player})
    compared.view = view
    assert run_in_sumo(network, files[1], imported, compared, demand).finished > 0
    assert compared.seen > 1.0


def test_phases_that_let_the_same_go_are_one_and_those_of_nobody_none(files: tuple[Path, Path]) -> None:
    extra = '<phase duration="9" state="Gr"/><phase duration="5" state="rs"/><phase duration="25" state="rG"/>'
    changed(files[0], '<phase duration="25" state="rG"/>', extra)
    lights = parallel_env(*files, num_seconds=SECONDS)
    (view,) = lights.views.values()
    assert view.phases == (0, 0, 1)
    seen, _ = lights.reset(seed=1)
    assert seen["c"][:3].tolist() == [1.0, 0.0, 0.0]
    assert view.asked(2, 0) == 1


# --- files of other libraries ------------------------------------------------------------------------------------


def chain(prefix: str = "") -> OrderedDict[str, torch.Tensor]:
    """Two layers that choose the second phase where the second lane's queue is the longer one."""
    first = torch.zeros(3, 7)
    first[0, 5], first[1, 6] = 1.0, 1.0
    weights = {"0.weight": first, "0.bias": torch.zeros(3), "2.weight": torch.eye(2, 3), "2.bias": torch.zeros(2)}
    return OrderedDict((f"{prefix}{name}", value) for name, value in weights.items())


def tensors(path: Path, weights: Mapping[str, torch.Tensor] | None = None) -> Path:
    """As safetensors."""
    save_file(dict(weights or chain()), path)
    return path


PPO = {
    "mlp_extractor.policy_net.0.weight": chain()["0.weight"], "mlp_extractor.policy_net.0.bias": chain()["0.bias"],
    "action_net.weight": chain()["2.weight"], "action_net.bias": chain()["2.bias"],
    "value_net.weight": torch.zeros(1, 3),
}  # fmt: skip


@pytest.mark.parametrize("weights", [chain(), chain("q_net.q_net.") | chain("q_net_target.q_net."), PPO])
def test_networks_of_others_are_read_as_weights(tmp_path: Path, weights: Mapping[str, torch.Tensor]) -> None:
    found = load_network(tensors(tmp_path / "dqn.safetensors", {name: one.clone() for name, one in weights.items()}))
    assert (found.sees, found.choices) == (7, 2)
    shown = np.array([1, 0, 1, 0.5, 0.5, 0.1, 0.4], np.float32)
    assert found.choose(shown, 2) == 1
    assert found.choose(shown, 1) == 0
    assert found.choose(shown[:6], 2) == 0  # padded
    with pytest.raises(Refused, match="takes 7 numbers and knows 2 phases: a light shows 8 and has 2"):
        found.choose(np.zeros(8, np.float32), 2)


def test_files_without_a_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.safetensors"
    zeros = torch.zeros
    for weights, sentence in (
        ({"0.weight": zeros(2, 2)}, "'bad.safetensors' holds no 0.bias: a linear layer has weight and bias"),
        ({"other": zeros(2)}, "'bad.safetensors' holds other: 1 to 16 linear layers are read"),
        (
            {"0.weight": zeros(2, 7), "0.bias": zeros(3)},
            "0.bias of 'bad.safetensors' has the shape 3: allowed is 2, one",
        ),
        (
            {"0.weight": zeros(8, 4, 3), "0.bias": zeros(8)},
            "0.weight of .* has the shape 8 x 4 x 3: allowed is a matrix",
        ),
        (
            {"0.weight": zeros(()), "0.bias": zeros(8)},
            "0.weight of .* has the shape of one number: allowed is a matrix",
        ),
        ({"0.weight": zeros(0, 7), "0.bias": zeros(0)}, "0.weight of .* has the shape 0 x 7: allowed is a matrix"),
        (
            {"0.weight": zeros(2, 7, dtype=torch.complex64), "0.bias": zeros(2)},
            "0.weight of .* holds 14 complex numbers",
        ),
        ({name: one for name, one in PPO.items() if "action" not in name}, "holds no action_net.weight"),
    ):
        with pytest.raises(Refused, match=sentence):
            load_network(tensors(path, {name: one.clone() for name, one in weights.items()}))
    with pytest.raises(Refused, match=r"layer 1 of 'bad.safetensors' holds numbers that are not finite"):
        load_network(tensors(path, {"0.weight": torch.full((2, 7), torch.nan), "0.bias": torch.zeros(2)}))
    with pytest.raises(Refused, match=r"layer 2 of 'bad.safetensors' takes 9 numbers: 3 come"):
        load_network(tensors(path, {**chain(), "2.weight": torch.zeros(2, 9)}))
    path.write_bytes(b"\xff" * 100)
    with pytest.raises(Refused, match="holds no safetensors"):
        load_network(path)
    with path.open("wb") as file:
        file.truncate(70_000_000)
    with pytest.raises(Refused, match="is larger than 64,000,000 bytes"):
        load_network(path)


def test_the_command_runs_them_beside_the_controllers(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = tensors(tmp_path / "dqn.safetensors")
    words = ["sumo", str(files[0]), "--routes", str(files[1]), "--seconds", str(SECONDS), "--agent", str(weights)]
    out = tmp_path / "trips.csv"
    kept = ["--tripinfo", str(out), "--sumo-outputs", str(tmp_path / "sumo")]
    assert cli.run([*words, "--controllers", "fixed", "bot:max_pressure", *kept]) == 0
    told = capsys.readouterr().out
    for who in ("fixed", "bot:max_pressure", "agent"):
        assert who in told
    names = {"trips-fixed.csv", "trips-bot-max_pressure.csv", "trips-agent.csv"}
    assert {path.name for path in tmp_path.glob("trips*")} == names
    assert {line for line in told.splitlines() if line.startswith("wrote")} == {f"wrote {tmp_path / n}" for n in names}
    if importlib.util.find_spec("libsumo") is not None:
        pandas = pytest.importorskip("pandas")
        here, there = pandas.read_csv(out.with_name("trips-agent.csv")), tmp_path / "sumo" / "agent-tripinfo.xml"
        trips = pandas.read_xml(there, parser="etree")
        known = [{name for name in names if name[0] == "a"} for names in (trips["id"], here["tripinfo_id"])]
        assert known[0] == known[1] != set()  # b comes by chance
        assert {"id", "depart", "duration", "timeLoss"} <= set(trips.columns)
        assert len(pandas.read_xml(there.with_name("agent-summary.xml"), parser="etree")) == int(SECONDS)
    for name, problem in (("bot:nobody", "'bot:nobody' is unknown"), ("webster", "'webster' is unknown")):
        assert cli.run([*words, "--controllers", name]) == 2
        assert problem in capsys.readouterr().err
    words[-1] = str(tmp_path / "none.safetensors")
    assert cli.run(words) == 2
    assert "is no file" in capsys.readouterr().err
