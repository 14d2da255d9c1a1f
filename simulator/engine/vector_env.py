"""A batch in the clothes of Gymnasium (`VectorEnv`) and of tianshou's collector (`CollectorEnv`), lane by lane.

Lanes are numbered world after world: environment ``i`` is lane ``i % L`` of world ``i // L``. No rules of their own.
"""

from collections.abc import Sequence
from typing import Any

import gymnasium.vector
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from simulator.engine import checks
from simulator.engine.batch import Batch
from simulator.engine.copying import Whole
from simulator.engine.seats import refuse_final_bots
from simulator.engine.spaces import action_space, observation_space
from worlds.kit.record import TERMINATED, TRUNCATED
from worlds.world import World

Infos = dict[str, Any]
VectorStep = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_], Infos]


class VectorEnv(Whole, gymnasium.vector.VectorEnv[NDArray[np.float32], NDArray[np.integer], NDArray[Any]]):
    """``worlds`` worlds of L lanes as ``num_envs`` = worlds · L single-agent environments of Gymnasium.

    Autoreset is SAME_STEP: after an episode's last step the observation is the first of the next episode, and
    ``infos["final_obs"]`` and ``infos["final_info"]`` hold the end of the old one. ``infos["action_mask"]``
    (num_envs, A) is 1 for allowed choices, factor after factor. With ``reveal=True``, ``infos["told"]`` (num_envs, R)
    is the hidden task. A lane whose seat is done before the others ends once and is then marked in ``infos["idle"]``
    until the world's episode is over: its actions count for nothing, drop them.

    ``reset(seed=s)`` starts the first trial of that seed, ``reset()`` a trial that this environment has not had yet.
    Further keywords (split, seats, lanes, threads, …) go to `Batch`; the RL² inputs are off unless asked for.

    Raises:
        Refused: as `Batch`, and the split final or one of its bots, which learners never meet.
    """

    def __init__(self, world: World, worlds: int, *, seed: int = 0, inputs: bool = False, **options: Any) -> None:
        checks.open_to_learners(options.get("split"))
        self._world, self._options = world, {"inputs": inputs, **options}
        self.batch = Batch(world, worlds, seed=seed, **self._options)
        refuse_final_bots(world, options.get("seats"))
        self.num_envs = worlds * self.batch.L
        self.single_observation_space: spaces.Space[Any] = observation_space(self.batch.layout)
        self.single_action_space: spaces.Space[Any] = action_space(world.action_sizes)
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self.metadata = {"autoreset_mode": AutoresetMode.SAME_STEP, "name": f"{world.name}_v{world.version}"}
        self._begun = False

    def reset(  # type: ignore[override]  # Gymnasium's own vector environments take lists of seeds; a batch has one
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], Infos]:
        """Start a trial in every world: observations (num_envs, O) and infos; options are ignored."""
        trial = 0
        if seed is not None:
            seed = checks.whole("seed (one for all worlds of a batch)", seed, 0, checks.MOST_SEED)
            self.batch = Batch(self._world, self.batch.n, seed=seed, **self._options)
        elif self._begun:
            trial = int(self.batch.worlds["trial"].max()) + 1
        self._begun = True
        self.batch.reset(trial=trial)
        return self._flat(self.batch.observations), self._info()

    def step(self, actions: NDArray[np.integer]) -> VectorStep:
        """One decision: actions (num_envs,) or (num_envs, K) → observations, rewards, terminated, truncated, infos."""
        batch = self.batch
        given = checks.decisions(actions, self._world, (self.num_envs,))
        batch.step(given.reshape(batch.n, batch.L, -1))
        ends = batch.ends.reshape(-1)
        terminated, truncated = ends == TERMINATED, ends == TRUNCATED
        infos = self._info()
        if ends.any():
            infos.update(self._final(terminated | truncated))
        return self._flat(batch.observations), batch.rewards.reshape(-1).copy(), terminated, truncated, infos

    def _info(self) -> Infos:
        batch = self.batch
        masks = batch.legal.reshape(self.num_envs, -1)
        found = {"action_mask": masks.astype(np.int8), "idle": ~batch.active.reshape(-1).astype(bool)}
        return {**found, "told": self._flat(batch.told)} if batch.reveal else found

    def _final(self, ended: NDArray[np.bool_]) -> Infos:
        """Gymnasium's entries for lanes that just ended: an object array of last observations, and their figures."""
        batch = self.batch
        over = np.repeat(batch.episode_ends.astype(bool), batch.L)  # the whole episode, not the lane alone
        last = np.where(over[:, None], self._flat(batch.final_observations), self._flat(batch.observations))
        final_obs = np.full(self.num_envs, None, dtype=object)
        for lane in np.flatnonzero(ended):
            final_obs[lane] = last[lane]
        returns = np.where(batch.episode_ends[:, None] > 0, batch.episode_returns, batch.worlds["score"])
        lane_returns = np.take_along_axis(returns, batch.lanes, axis=1).reshape(-1)
        per_world: dict[str, NDArray[Any]] = {"cause": batch.causes, "trial_ended": batch.trial_ends > 0}
        per_world |= {name: batch.figures[:, i] for i, name in enumerate(self._world.figure_names)}
        final_info: Infos = {"episode_return": np.where(ended, lane_returns, 0.0), "_episode_return": ended}
        for name, values in per_world.items():
            final_info[name] = np.where(ended & over, np.repeat(values, batch.L), 0)
            final_info[f"_{name}"] = ended & over
        return {"final_obs": final_obs, "_final_obs": ended, "final_info": final_info, "_final_info": ended}

    def _flat(self, per_lane: NDArray[np.float32]) -> NDArray[np.float32]:
        return per_lane.reshape(self.num_envs, per_lane.shape[2]).copy()


class CollectorEnv(Whole):
    """A `VectorEnv` as tianshou's stock `Collector` expects one: its `BaseVectorEnv`, without a worker per lane.

    ``step`` gives each lane's last observation of an episode; ``reset(env_id=…)`` of the lanes that ended then gives
    the first of the next episode, which the batch has already begun. Lanes that a step leaves out take action 0.
    Crossplay's own agents use the batch itself (agents/training/collector.py); this is for algorithms of
    tianshou.
    """

    is_async = False

    def __init__(self, env: VectorEnv) -> None:
        self.env = env
        self.action_space = [env.single_action_space] * env.num_envs
        self.observation_space = [env.single_observation_space] * env.num_envs
        self.is_closed = False

    def __len__(self) -> int:
        """The number of lanes."""
        return self.env.num_envs

    def reset(
        self, env_id: int | Sequence[int] | NDArray[np.integer] | None = None, **options: Any
    ) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """All lanes: a new trial. Some lanes: the observations of the episodes that have begun by themselves."""
        if env_id is None:
            observations, infos = self.env.reset(**options)
            return observations, self._rows(infos, np.arange(len(self)))
        lanes = self._lanes(env_id)
        return self.env._flat(self.env.batch.observations)[lanes], self._rows(self.env._info(), lanes)

    def step(
        self, action: NDArray[Any], id: int | Sequence[int] | NDArray[np.integer] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_], NDArray[Any]]:
        """One decision of the lanes ``id`` (None: all)."""
        lanes = np.arange(len(self)) if id is None else self._lanes(id)
        given = checks.decisions(action, self.env._world, (len(lanes),))
        actions = np.zeros((len(self), *given.shape[1:]), np.int64)
        actions[lanes] = given
        observations, rewards, terminated, truncated, infos = self.env.step(actions)
        for lane in np.flatnonzero(terminated | truncated):
            observations[lane] = infos["final_obs"][lane]
        rows = self._rows(infos, lanes)
        return observations[lanes], rewards[lanes], terminated[lanes], truncated[lanes], rows

    def _lanes(self, given: Any) -> NDArray[np.int64]:
        return checks.integers("lane", np.atleast_1d(checks.array("lanes", given)), 0, len(self) - 1)

    def seed(self, seed: int | None = None) -> list[list[int] | None]:
        """Start the first trial of ``seed``."""
        if seed is not None:
            self.env.reset(seed=seed)
        return [None if seed is None else [seed]] * len(self)

    def close(self) -> None:
        """Release the environment."""
        self.env.close()
        self.is_closed = True

    def _rows(self, infos: Infos, lanes: NDArray[np.integer]) -> NDArray[Any]:
        masks, idle = infos["action_mask"], infos["idle"]
        rows = [{"env_id": int(lane), "action_mask": masks[lane], "idle": bool(idle[lane])} for lane in lanes]
        return np.array(rows, dtype=object)
