"""Players of random decision processes: what is believed of them, and the classical ways to act on it.

All know how tasks are drawn in the `mdp` world (mean rewards from N(1, 1), seen with noise N(0, 1), odds evenly from
all distributions), so beliefs are exact: normal for rewards, Dirichlet for odds. L lanes, S states, A actions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.players.chance import uniforms
from agents.players.classical.planning import Floats, Policy, plan, plan_within
from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.world import World

Integers = NDArray[np.int64]
PRIOR_MEAN = 1.0
"""Of a mean reward; its prior variance and the noise's are 1, so the prior counts as one more visit."""


class Explorer:
    """Counts what every action did, believes exactly, and plays the policy that `think` makes of it.

    Args:
        world: an `mdp`; its sizes are known, its odds and rewards are not.
        seed: decides all draws.
    """

    name = "explorer"
    thinks_always = False
    """Whether it thinks before every action, not only when an episode begins."""

    def __init__(self, world: World, *, seed: int = 0) -> None:
        self.mind: Mind | None = None
        self.states, self.actions = int(world.build_args["states"]), int(world.build_args["actions"])
        self.horizon = world.timing.decisions
        self._view, self._seed = ObservationView(world), seed
        self.reset(1)

    def reset(self, lanes: int) -> None:
        """A new trial: nothing has been tried."""
        shape = (lanes, self.states, self.actions)
        self.visits = np.zeros(shape)
        self.paid = np.zeros(shape)
        """Sum of the rewards."""
        self.led = np.zeros((*shape, self.states))
        """How often each action led where."""
        self.decision = 0
        self._before = np.zeros((2, lanes), dtype=np.int64)  # state and action of the last decision
        self._random = np.random.Generator(np.random.PCG64(self._seed))
        self._policy: Policy = np.zeros((lanes, self.horizon + 1, self.states), dtype=np.int64)

    def forget(self) -> None:
        """Nothing has been tried, from here on."""
        self.visits[:], self.paid[:], self.led[:] = 0.0, 0.0, 0.0

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Learn from the last step, then choose: observations (L, O) → actions (L, 1)."""
        now = self._view.of(observations, "state").argmax(axis=1)
        begins = self.decision % self.horizon == 0
        if self.decision:
            self._learn(self._view.of(observations, "previous_reward")[:, 0], None if begins else now)
        if begins or self.thinks_always:
            self._policy = self.think()
        lanes = np.arange(len(now))
        action = self.choose(self._policy[lanes, self.horizon - self.decision % self.horizon, now])
        self._before = np.stack([now, action])
        self.decision += 1
        return as_actions(action)

    def _learn(self, paid: NDArray[np.float32], now: Integers | None) -> None:
        """Note a reward, and where the action led (not seen where an episode ended)."""
        at = (np.arange(len(paid)), *self._before)
        self.visits[at] += 1.0
        self.paid[at] += paid
        if now is not None:
            self.led[(*at, now)] += 1.0

    def think(self) -> Policy:
        """What to do with so many actions left in each state, (L, T + 1, S)."""
        raise NotImplementedError

    def choose(self, planned: Integers) -> Integers:
        """What to do now, (L,), given what the policy says."""
        return planned

    def mean_pays(self) -> Floats:
        """Expected mean rewards, (L, S, A)."""
        return np.asarray((PRIOR_MEAN + self.paid) / (1.0 + self.visits))

    def mean_odds(self) -> Floats:
        """Expected odds of the next state, (L, S, A, S)."""
        return np.asarray((1.0 + self.led) / (self.states + self.led.sum(axis=3, keepdims=True)))


class GreedyExplorer(Explorer):
    """Plays what is best if all is as expected."""

    name, thinks_always = "greedy", True

    def think(self) -> Policy:
        """Plan in the expected process."""
        return plan(self.mean_pays()[:, None], self.mean_odds()[:, None], self.horizon)


class EpsilonGreedyExplorer(GreedyExplorer):
    """Does anything with probability `epsilon`, else what is best if all is as expected."""

    def __init__(self, world: World, *, epsilon: float, seed: int = 0) -> None:
        self.epsilon, self.name = epsilon, f"epsilon-greedy {epsilon:g}"
        super().__init__(world, seed=seed)

    def choose(self, planned: Integers) -> Integers:
        """Sometimes any action."""
        luck = uniforms(self._seed, len(planned), self.decision, 2)
        return np.where(luck[:, 0] < self.epsilon, (luck[:, 1] * self.actions).astype(np.int64), planned)


class BEB(GreedyExplorer):
    """Adds a bonus to what was tried little: weight / (1 + the belief's count) (Kolter and Ng 2009).

    The count is that of the Dirichlet belief, S before the first visit.
    """

    def __init__(self, world: World, *, weight: float, seed: int = 0) -> None:
        self.weight, self.name = weight, f"BEB {weight:g}"
        super().__init__(world, seed=seed)

    def mean_pays(self) -> Floats:
        """Expected mean rewards with the bonus."""
        return np.asarray(super().mean_pays() + self.weight / (1.0 + self.states + self.visits))


class PSRL(Explorer):
    """Draws a process from the belief when an episode begins and plays it as if it were true (Strens 2000).

    With several `samples` it believes of every action the best that any of them says (OPSRL; Osband, Russo and Van Roy
    2013 compare the two).
    """

    def __init__(self, world: World, *, samples: int = 1, seed: int = 0) -> None:
        self.samples, self.name = samples, "PSRL" if samples == 1 else f"OPSRL {samples}"
        super().__init__(world, seed=seed)

    def think(self) -> Policy:
        """Plan in the processes that were drawn."""
        lanes = len(self.visits)
        noise = self._random.standard_normal((lanes, self.samples, self.states, self.actions), dtype=np.float32)
        spread = np.sqrt(1.0 / (1.0 + self.visits)).astype(np.float32)
        pays = self.mean_pays().astype(np.float32)[:, None] + spread[:, None] * noise
        shape = np.broadcast_to((1.0 + self.led).astype(np.float32)[:, None], (*noise.shape, self.states))
        odds = self._random.standard_gamma(shape, dtype=np.float32)
        odds /= odds.sum(axis=4, keepdims=True)
        return plan(pays, odds, self.horizon)


class UCRL2(Explorer):
    """Believes the best that is likely of every action (Jaksch, Ortner and Auer 2010), new with every episode.

    The published confidence bounds, with 5 % failure, are made narrower by `scale`; means are those of the belief.
    """

    def __init__(self, world: World, *, scale: float, seed: int = 0) -> None:
        self.scale, self.name = scale, f"UCRL2 {scale:g}"
        super().__init__(world, seed=seed)

    def think(self) -> Policy:
        """Plan in the best process within the bounds."""
        made, pairs = max(self.decision, 1), self.states * self.actions
        visits = np.maximum(self.visits, 1.0)
        on_pays = np.sqrt(3.5 * np.log(2.0 * pairs * made / 0.05) / visits)
        on_odds = np.sqrt(14.0 * self.states * np.log(2.0 * self.actions * made / 0.05) / visits)
        pays = self.mean_pays() + self.scale * on_pays
        return plan_within(pays, self.mean_odds(), self.scale * on_odds, self.horizon)
