"""One world as a PettingZoo ParallelEnv: other clothes over `Simulation`, no rules of its own."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv  # type: ignore[import-untyped]

from simulator.engine import checks
from simulator.engine.copying import Whole
from simulator.engine.simulation import Simulation
from simulator.engine.spaces import action_mask, action_space, observation_space
from worlds.kit.record import TERMINATED, TRUNCATED
from worlds.kit.words import shown
from worlds.world import Refused

RENDER_MODES = ("human", "rgb_array")
PICTURE = 640  # pixels of the longer side

Observations = dict[str, NDArray[np.float32]]
Infos = dict[str, dict[str, Any]]
Step = tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]


class WorldEnv(Whole, ParallelEnv[str, NDArray[np.float32], Any]):
    """The external seats of a simulation as PettingZoo agents; bots play the other seats.

    ``reset(seed=s)`` starts the first trial of that seed. ``reset()`` goes on: to the next episode, and after the last
    episode of a trial to the next task; its options are ignored. A finished seat leaves ``agents``; what it observes
    in its last step is the end of its own episode, not the start of the next one.

    ``infos[agent]["action_mask"]`` is what ``action_space(agent).sample`` takes; where the simulation reveals the
    hidden task, it is ``infos[agent]["told"]``. The last step of a seat adds ``episode_return``; the last step of the
    episode adds ``cause`` and ``metrics``.
    """

    def __init__(self, simulation: Simulation, render_mode: str | None = None) -> None:
        if not isinstance(simulation, Simulation):
            raise Refused(f"simulation is {shown(simulation)}: expected a Simulation")
        if render_mode is not None and (not isinstance(render_mode, str) or render_mode not in RENDER_MODES):
            raise Refused(f"render_mode {shown(render_mode)} is unknown: choose None or {' or '.join(RENDER_MODES)}")
        world, layout = simulation.world, simulation.layout
        self.simulation = simulation
        self.render_mode = render_mode
        self.metadata: dict[str, Any] = {
            "name": f"{world.name}_v{world.version}",
            "is_parallelizable": True,
            "render_modes": list(RENDER_MODES),
            "render_fps": max(1, round(1.0 / (world.timing.tick * world.timing.ticks_per_decision))),
        }
        self._seats = {world.seats[seat].name: seat for seat in simulation.external}
        self.possible_agents = list(self._seats)
        self.agents: list[str] = []
        self._observation_spaces = {agent: observation_space(layout) for agent in self._seats}
        self._action_spaces = {agent: action_space(world.action_sizes) for agent in self._seats}
        self.state_space = observation_space(layout, len(world.seats))
        self._window: Any = None
        self._begun = self._over = False

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """The box of what an agent sees (always the same object)."""
        return self._observation_spaces[self._known(agent)]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """`Discrete`, or `MultiDiscrete` where a world has several action factors (always the same object)."""
        return self._action_spaces[self._known(agent)]

    def _known(self, agent: Any) -> str:
        if not isinstance(agent, str) or agent not in self._seats:
            raise Refused(f"no agent {shown(agent)}: there are {', '.join(self.possible_agents)}")
        return agent

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observations, Infos]:
        """Observations and infos at the start of the next episode (see the class)."""
        if seed is not None:
            self.simulation = _with_seed(self.simulation, seed)
        elif self._begun and not self._over:
            self.simulation.next_episode()
        self._begun, self._over = True, False
        self.agents = list(self.possible_agents)
        self._show()
        return self._seen(self.agents), {agent: self._mask(agent) for agent in self.agents}

    def step(self, actions: Mapping[str, Any]) -> Step:
        """One decision of every living agent; with no agent left, five empty dictionaries.

        Raises:
            Refused: an agent that does not exist, a living one without an action, or an action out of range.
        """
        acting, simulation = self.agents, self.simulation
        if not acting:
            return {}, {}, {}, {}, {}
        _, rewards, ends, _ = simulation.step(self._table(actions))
        self._over = simulation.episode_ended
        self.agents = [agent for agent in acting if not (self._over or ends[self._seats[agent]])]
        self._show()
        return (
            self._seen(acting),
            {agent: float(rewards[self._seats[agent]]) for agent in acting},
            {agent: bool(ends[self._seats[agent]] == TERMINATED) for agent in acting},
            {agent: bool(ends[self._seats[agent]] == TRUNCATED) for agent in acting},
            {agent: self._info(agent) for agent in acting},
        )

    def state(self) -> NDArray[np.float32]:
        """What all seats see, bots included, laid end to end: (S · O,)."""
        return self._views().ravel().copy()

    def render(self) -> NDArray[np.uint8] | None:
        """The present state as a picture (height, width, 3) for ``rgb_array``; a window keeps itself up to date."""
        return self._picture() if self.render_mode == "rgb_array" else None

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._window is not None:
            self._window.close()
            self._window = None

    def __getstate__(self) -> dict[str, Any]:
        """What a copy in this or another process needs: it opens a window of its own."""
        return {**vars(self), "_window": None}

    def _views(self) -> NDArray[np.float32]:
        simulation = self.simulation
        return simulation.final_observations if self._over else simulation.observations

    def _seen(self, agents: list[str]) -> Observations:
        views = self._views()
        return {agent: views[self._seats[agent]].copy() for agent in agents}

    def _mask(self, agent: str) -> dict[str, Any]:
        simulation, seat = self.simulation, self._seats[agent]
        found: dict[str, Any] = {"action_mask": action_mask(simulation.legal[seat], simulation.world.action_sizes)}
        return {**found, "told": simulation.told[seat].copy()} if simulation.told.size else found

    def _info(self, agent: str) -> dict[str, Any]:
        simulation = self.simulation
        if agent in self.agents:
            return self._mask(agent)
        w = simulation.final if self._over else simulation.w
        info: dict[str, Any] = {"episode_return": float(w["score"][self._seats[agent]])}
        if self._over:
            info["cause"] = simulation.world.causes[int(w["cause"])].name
            info["metrics"] = dict(simulation.final_figures)
        return info

    def _table(self, actions: Mapping[str, Any]) -> NDArray[np.int64]:
        """Actions by seat (S, K); seats without a living agent hold 0, which the engine ignores."""
        simulation = self.simulation
        if not isinstance(actions, Mapping):
            raise Refused(f"actions are {shown(actions)}: expected an action for every agent by its name")
        for agent in actions:
            self._known(agent)
        table = np.zeros((len(simulation.world.seats), len(simulation.world.actions)), np.int64)
        for agent in self.agents:
            action = actions.get(agent)
            if action is None or not self._action_spaces[agent].contains(checks.array(f"action of {agent!r}", action)):
                raise Refused(f"action {shown(action)} of {agent!r} is not in {self._action_spaces[agent]}")
            table[self._seats[agent]] = action
        return table

    def _show(self) -> None:
        if self.render_mode != "human":
            return
        from simulator.canvas.viewer import Viewer  # pygame only where a picture is wanted

        picture = self._picture()
        if self._window is None:
            self._window = Viewer(self.metadata["name"], (picture.shape[1], picture.shape[0]))
        self._window.show(picture)

    def _picture(self) -> NDArray[np.uint8]:
        from simulator.canvas import render

        simulation = self.simulation
        width, height = simulation.world.view.extent
        scale = PICTURE / max(width, height)
        w = simulation.final if self._over else simulation.w
        return render(simulation.world, w, (max(1, round(width * scale)), max(1, round(height * scale))))


def _with_seed(simulation: Simulation, seed: int) -> Simulation:
    facts = simulation.describe()
    kept = {name: facts[name] for name in ("index", "split", "episodes_per_trial", "seats", "inputs", "reveal")}
    return Simulation(simulation.world, seed=seed, **kept)
