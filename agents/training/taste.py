"""What a learner is paid that likes some things more or less than the world pays them: its *taste*.

Beside the world's reward, a taste pays for what the world's figures count of the learner's own seat: at each decision
the weight of a figure times what the decision added to it. Figures such as `reward_packed` are parts of the reward, so
that `reward=0 reward_packed=1` pays for this part alone. Nothing else changes: the learner sees the world's true
reward as any agent does, and all returns that are told are true ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from agents.settings.groups import REWARD
from agents.training.component import State, matching
from agents.training.curve import Curve
from agents.training.sampler import FigureSampler
from worlds.world import Refused, World


def refuse_unknown_tastes(taste: Mapping[str, float], world: World) -> None:
    """Refuse a taste for what the world does not count.

    Raises:
        Refused: names the figure and those that there are.
    """
    known = (REWARD, *world.seat_figures)
    for name in taste:
        if name not in known:
            raise Refused(f"taste has {name!r}: world {world.name!r} counts {', '.join(known)} for each seat")


class Taste:
    """Pays the learners of some worlds."""

    def __init__(
        self, weights: Mapping[str, float], world: World, batch: FigureSampler, roles: Sequence[str], episodes: int
    ) -> None:  # fmt: skip
        """Weights by the name of a figure; `REWARD` is the world's own reward, whose weight is 1 unless it is told. The
        learners of the ``batch`` sit in its first lanes, as many in each world as there are ``roles`` (count,) for.

        Raises:
            Refused: a figure that the world does not count for each seat.
        """
        refuse_unknown_tastes(weights, world)
        self.batch, self.reward = batch, float(weights.get(REWARD, 1.0))
        self.roles = np.asarray(roles)
        each = len(self.roles) // batch.n
        liked = [name for name in weights if name != REWARD]
        self._weights = np.array([weights[name] for name in liked], np.float64)
        of_world, own = len(world.world_figures), world.seat_figures
        places = np.array([own.index(name) for name in liked], np.int64)
        self._columns = of_world + len(own) * batch.lanes[:, :each, None] + places
        """(N, learners of a world, figures): where each learner's own figures stand."""
        self.sums = np.zeros(len(self.roles))
        """(count,): what each learner was paid in its present episode."""
        self.curve = Curve(sorted(set(self.roles.tolist())), episodes)

    def begin(self) -> None:
        """Trials begin everywhere."""
        self.sums[:] = 0.0

    def step(self, actions: NDArray[np.int64]) -> NDArray[np.float32]:
        """A decision of all lanes (N, L, K): what every learner is paid for it, (count,)."""
        batch, each = self.batch, self._columns.shape[1]
        live = batch.active[:, :each].ravel() > 0
        before = self._own(batch.figures_now())
        batch.step(actions)
        ended = batch.episode_ends[:, None] > 0
        after = self._own(np.where(ended, batch.figures, batch.figures_now()))
        liked = ((after - before) * self._weights).sum(axis=2)
        paid = (self.reward * batch.rewards[:, :each] + liked).ravel()
        self.sums += paid * live
        return paid.astype(np.float32)

    def _own(self, figures: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, learners of a world, figures) of (N, M)."""
        return np.take_along_axis(figures[:, None, :], self._columns, axis=2)

    def note(self, worlds: NDArray[np.int64], episodes: NDArray[np.int64], returns: NDArray[np.float64]) -> None:
        """Episodes with these indices in their trials ended in some worlds (k,); what their ``returns`` were does not
        matter here.
        """
        each = self._columns.shape[1]
        learners = (worlds[:, None] * each + np.arange(each)).ravel()
        self.curve.add(self.roles[learners], np.repeat(episodes, each), self.sums[learners])
        self.sums[learners] = 0.0

    def state_dict(self) -> State:
        """What is paid in the present episodes, and the curve of those before."""
        return {"sums": self.sums.copy(), "curve": self.curve.state_dict()}

    def load_state_dict(self, state: State) -> None:
        """Go on from a `state_dict`, see `component`."""
        found = matching("the taste", state, self.state_dict())
        self.curve.load_state_dict(found["curve"])
        self.sums = found["sums"]
