"""This project's traffic behind the interface of sumo-rl: agents that were written for SUMO train and run here.

`parallel_env` takes the arguments of sumo-rl's function of that name, and gives a PettingZoo environment whose agents
have the names of the file's lights, sumo-rl's observations, actions and rewards. `SingleLight` is the same for a
network with one light, as Gymnasium has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv  # type: ignore[import-untyped]

import worlds
from simulator.engine import Simulation
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.packing import pack_imported
from simulator.interop.sumo.rl_views import OBSERVATION, LightView, views_of
from simulator.interop.sumo.routes import read_demand
from worlds.traffic.signals.constants import DECISION, SHORTEST_GREEN
from worlds.world import Refused

REWARDS = {
    "diff-waiting-time": "diff-waiting-time", "average-speed": "average speed", "queue": "queue",
    "pressure": "pressure",
}  # fmt: skip
"""sumo-rl's names, and ours."""
FIXED = {"delta_time": DECISION, "min_green": SHORTEST_GREEN}
"""Arguments that have one value here; the yellow is that of the file."""

Shown = dict[str, NDArray[np.float32]]
Infos = dict[str, dict[str, Any]]
Step = tuple[Shown, dict[str, float], dict[str, bool], dict[str, bool], Infos]


class LightsEnv(ParallelEnv[str, NDArray[np.float32], int]):
    """Lights of a network as sumo-rl has them; every reset begins a new episode, with vehicles at other times.

    ``observation_space(light)`` is a box from 0 to 1, ``action_space(light)`` the light's green phases. A phase that is
    asked for while a change is under way, or before the least green is over, is not taken, as in sumo-rl.
    """

    metadata: ClassVar[dict[str, Any]] = {"name": "crossplay_sumo_rl_v0", "is_parallelizable": True, "render_modes": []}
    render_mode = None

    def __init__(self, simulation: Simulation, views: tuple[LightView, ...]) -> None:
        self.simulation = simulation
        self.views = {view.name: view for view in views}
        self.possible_agents = list(self.views)
        self.agents: list[str] = []
        self._seat = {view.name: seat for seat, view in enumerate(views)}
        self._seen = {view.name: spaces.Box(0.0, 1.0, (len(view.columns),), dtype=np.float32) for view in views}
        self._choices = {view.name: spaces.Discrete(len(view.phases)) for view in views}
        self._begun = False

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """What a light shows (always the same object)."""
        return self._seen[self._known(agent)]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """Its green phases (always the same object)."""
        return self._choices[self._known(agent)]

    def encode(self, state: NDArray[np.float32], ts_id: str) -> tuple[int, ...]:
        """What is shown as a key of a table, as sumo-rl's `encode` makes it for its Q-learning agents."""
        return self.views[self._known(ts_id)].encode(np.asarray(state, np.float32))

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Shown, Infos]:
        """Observations and infos at the start of an episode; with a seed the first of that seed."""
        if seed is not None:
            self.simulation = Simulation(self.simulation.world, seed=seed, inputs=False)
        elif self._begun:
            self.simulation.next_episode()
        self._begun = True
        self.agents = list(self.possible_agents)
        return self._views(self.simulation.observations), {agent: {} for agent in self.agents}

    def step(self, actions: Mapping[str, int]) -> Step:
        """One decision of all lights; with no episode under way, five empty dictionaries.

        Raises:
            Refused: a light that does not exist, one without an action, or a phase that it does not have.
        """
        if not self.agents:
            return {}, {}, {}, {}, {}
        simulation, acting = self.simulation, self.agents
        _, rewards, _, _ = simulation.step(self._table(actions))
        over = simulation.episode_ended
        seen = simulation.final_observations if over else simulation.observations
        self.agents, self._begun = ([], False) if over else (acting, True)
        info: dict[str, Any] = {"metrics": dict(simulation.final_figures)} if over else {}
        return (
            self._views(seen), {agent: float(rewards[self._seat[agent]]) for agent in acting},
            dict.fromkeys(acting, False), dict.fromkeys(acting, over), {agent: dict(info) for agent in acting},
        )  # fmt: skip

    def close(self) -> None:
        """Nothing is open."""

    def _known(self, agent: Any) -> str:
        if not isinstance(agent, str) or agent not in self.views:
            raise Refused(f"no light {str(agent)[:40]!r}: there are {', '.join(self.possible_agents)}")
        return agent

    def _views(self, seen: NDArray[np.float32]) -> Shown:
        return {agent: view.shown(seen[self._seat[agent]]) for agent, view in self.views.items()}

    def _table(self, actions: Mapping[str, int]) -> NDArray[np.int64]:
        phase = self.simulation.w["phase"]
        table = np.zeros((len(self.views), 1), np.int64)
        for agent in actions:
            self._known(agent)
        for agent, view in self.views.items():
            choice = actions.get(agent)
            if choice is None or not self._choices[agent].contains(np.int64(choice)):
                raise Refused(f"light {agent!r} is asked for phase {choice}: it has {len(view.phases)} green ones")
            seat = self._seat[agent]
            table[seat, 0] = view.asked(int(choice), int(phase[seat]))
        return table


class SingleLight(gymnasium.Env[NDArray[np.float32], int]):
    """The only light of a network, as sumo-rl's ``single_agent=True`` has it."""

    def __init__(self, lights: LightsEnv) -> None:
        """Wrap an environment.

        Raises:
            Refused: it has several lights.
        """
        if len(lights.possible_agents) != 1:
            raise Refused(f"the network has {len(lights.possible_agents)} lights: take parallel_env for more than one")
        self.lights = lights
        (self._name,) = lights.possible_agents
        self.observation_space = lights.observation_space(self._name)
        self.action_space = lights.action_space(self._name)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Observation and info at the start of an episode."""
        super().reset(seed=seed)
        seen, infos = self.lights.reset(seed=seed)
        return seen[self._name], infos[self._name]

    def step(self, action: int) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """One decision."""
        seen, rewards, ends, cuts, infos = self.lights.step({self._name: action})
        name = self._name
        return seen[name], rewards[name], ends[name], cuts[name], infos[name]

    def encode(self, state: NDArray[np.float32], ts_id: str = "") -> tuple[int, ...]:
        """See `LightsEnv.encode`."""
        return self.lights.encode(state, ts_id or self._name)


def parallel_env(
    net_file: str | Path, route_file: str | Path, *, num_seconds: float = 3600, begin_time: float = 0,
    reward_fn: str = "diff-waiting-time", sumo_seed: int = 0, delta_time: float = DECISION,
    min_green: float = SHORTEST_GREEN, tasks: str = "as given", leave_out: bool = False,
) -> LightsEnv:  # fmt: skip
    """The lights of a network, by sumo-rl's names of arguments.

    Args:
        net_file: a ``.net.xml`` file.
        route_file: its ``.rou.xml`` file.
        num_seconds: of an episode.
        begin_time: second of the file's day at which episodes begin.
        reward_fn: ``diff-waiting-time``, ``average-speed``, ``queue`` or ``pressure``.
        sumo_seed: of the first episode.
        delta_time: seconds between decisions; 5 here.
        min_green: least seconds of a green; 5 here.
        tasks: ``as given``, or ``varied``: demand, drivers, detectors and blocked lanes differ between episodes.
        leave_out: leave out what cannot be driven, instead of refusing it.

    Raises:
        Refused: another reward, or a value that there is not here; files that cannot be driven, by name.
        OSError: a file cannot be read.
    """
    if reward_fn not in REWARDS:
        raise Refused(f"reward_fn={reward_fn!r} is unknown here: choose from {', '.join(REWARDS)}")
    for name, value in (("delta_time", delta_time), ("min_green", min_green)):
        if value != FIXED[name]:
            raise Refused(f"{name}={value!r} is not to be had: the world decides by {FIXED[name]:g} s")
    network = read_network(net_file, leave_out=leave_out)
    demand = read_demand(Path(route_file), float(begin_time), float(num_seconds), leave_out=leave_out)
    packed = pack_imported(network, demand, import_network(network, demand, leave_out=leave_out))
    world = worlds.get("signals", network=packed, tasks=tasks, reward=REWARDS[reward_fn], observation=OBSERVATION)
    return LightsEnv(Simulation(world, seed=sumo_seed, inputs=False), views_of(world, network))


def env(net_file: str | Path, route_file: str | Path, **arguments: Any) -> SingleLight:
    """The same for a network with one light, as Gymnasium has it.

    Raises:
        Refused: see `parallel_env`; several lights.
        OSError: a file cannot be read.
    """
    return SingleLight(parallel_env(net_file, route_file, **arguments))
