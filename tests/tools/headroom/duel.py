"""What knowing the other one is worth in `duel`, by scripted players: `python tests/tools/headroom/duel.py`.

All walk alike, shoot as soon as they can, and leap when shot at; they differ in how they choose the sides:

- told: knows the odds of the other's next leap and next aim, and answers them best.
- kept: a Bayes player. Every situation that the world names (see worlds/games/duel/duels.py) has a count of the sides
  that were seen in it, one for each way of telling situations apart; and each pair of ways (one for leaps, one for
  aims) has a weight by how well it foretold. It remembers the whole trial.
- wiped: the same, but it forgets at every episode start: what can be earned without remembering across episodes.
- north, middle, south, by chance: fixed sides, and sides drawn anew.
- hiding: never shoots.

So kept − wiped is what remembering across episodes is worth, and told − wiped bounds it from above. `--paper` plays a
reduced model without arena instead: five shots each way an episode, in situations drawn by chance.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from simulator.engine.minds import Mind
from simulator.engine.trial import run_trials
from worlds.games.duel.constants import GO_NORTH, GO_SOUTH, KINDS_OF_SITUATION, ROWS, SITUATIONS, WEST
from worlds.games.duel.roster import AIMS_BY, BOTS, LEAPS_BY
from worlds.world import World

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
SIDES = 3
LAPSE = 0.1  # that the Bayes player reckons with
LEAP_CODES = np.array([GO_NORTH, 0, GO_SOUTH])
WAYS = sorted({(int(LEAPS_BY[k]), int(AIMS_BY[k])) for k, bot in enumerate(BOTS) if bot.split == "train"})
"""Pairs of ways to tell situations apart, of leaps and of aims, that a stranger of training may have."""


class Bayes:
    """Beliefs about n strangers: counts (n, rows, situations, sides) and the logarithms of the weights of pairs."""

    def __init__(self, n: int) -> None:
        self.n, self._lanes = n, np.arange(n)[:, None]
        self.wipe()

    def wipe(self) -> None:
        """Nothing was seen."""
        self._counts = np.zeros((self.n, ROWS, SITUATIONS, SIDES))
        self._weights = np.zeros((self.n, len(WAYS)))

    def _rows(self, situations: Whole, first: int, last: int) -> Floats:
        """(n, rows, sides): the odds of each side by each way to tell situations (n, ROWS) apart."""
        counts = self._counts[self._lanes, np.arange(first, last), np.maximum(situations[:, first:last], 0)]
        logs = counts * np.log(1 - LAPSE + LAPSE / SIDES) + (counts.sum(2, keepdims=True) - counts) * np.log(
            LAPSE / SIDES
        )
        share = np.exp(logs - logs.max(axis=2, keepdims=True))
        share /= share.sum(axis=2, keepdims=True)
        return np.asarray(share * (1 - LAPSE) + LAPSE / SIDES)

    def odds(self, situations: Whole) -> tuple[Floats, Floats]:
        """(n, sides) each: of the next leap and of the next aim in these situations (n, ROWS), −1 for unknown."""
        weights = np.exp(self._weights - self._weights.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        aims, leaps = self._rows(situations, 0, KINDS_OF_SITUATION), self._rows(situations, KINDS_OF_SITUATION, ROWS)
        by_leap, by_aim = np.array(WAYS).T
        return (
            (weights[:, :, None] * leaps[:, by_leap]).sum(axis=1),
            (weights[:, :, None] * aims[:, by_aim]).sum(axis=1),
        )

    def see(self, situations: Whole, sides: Whole, now: NDArray[np.bool_], *, leap: bool) -> None:
        """The stranger leapt to (or aimed at) these sides (n,) where it is ``now``."""
        first, last = (KINDS_OF_SITUATION, ROWS) if leap else (0, KINDS_OF_SITUATION)
        found = self._rows(situations, first, last)[self._lanes, np.arange(last - first), sides[:, None]]
        by = np.array(WAYS)[:, 0 if leap else 1]
        self._weights += np.log(found[:, by]) * now[:, None]
        for row in range(first, last):
            lanes = np.flatnonzero(now & (situations[:, row] >= 0))
            self._counts[lanes, row, situations[lanes, row], sides[lanes]] += 1.0


# --- in the world --------------------------------------------------------------------------------------------------


class Duellist:
    """Walks about with an empty gun, stands and shoots where it sees somebody; sides by ``manner``."""

    def __init__(self, world: World, manner: str) -> None:
        self.name, self.manner, self.needs_reveal = manner, manner, manner == "told"
        self._at, self._told = world.observation.at, world.told_pieces
        self.mind: Mind | None = None

    def reset(self, lanes: int) -> None:
        """New trials."""
        self._bayes, self._chance = Bayes(lanes), np.random.default_rng(5)
        self._way, self._left = np.zeros(lanes, np.int64), np.zeros(lanes, np.int64)

    def forget(self) -> None:
        """It forgets by its manner only."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> Whole:
        """Observations (n, O) → moves and triggers (n, 2)."""
        named = observations[:, self._at["things"]][:, ROWS:]  # of the shots that are on or would be drawn now
        situations = (named * ROWS * SITUATIONS).round().astype(np.int64)
        situations = np.where(situations > 0, (situations - 1) % SITUATIONS, -1)
        if self.manner == "wiped" and observations[0, self._at["clock"]][0] == 0.0:
            self._bayes.wipe()
        for piece, column, leap in (("mine", 3, True), ("theirs", 0, False)):
            shot = observations[:, self._at[piece]]
            self._bayes.see(situations, shot[:, column : column + 3].argmax(axis=1), shot[:, 7] > 0.5, leap=leap)
        lead, leap_to = self._sides(observations, situations)
        pinned, can = legal[:, 1] == 0, legal[:, 10] == 1
        moves = np.where(pinned, LEAP_CODES[leap_to], np.where(can, 0, self._walk(observations)))
        shoots = can & (self.manner != "hiding")
        return np.stack([moves, np.where(shoots, 1 + lead, 0)], axis=1)

    def _sides(self, observations: NDArray[np.float32], situations: Whole) -> tuple[Whole, Whole]:
        """(n,) each: where to aim and where to leap."""
        n = len(observations)
        if self.manner in ("north", "middle", "south"):
            side = np.full(n, ("north", "middle", "south").index(self.manner))
            return side, side
        luck = self._chance.random((2, n, SIDES)) * 1e-6
        if self.manner in ("told", "kept", "wiped"):
            leaps, aims = self._bayes.odds(situations)
            if self.manner == "told":
                told = observations[:, -self._told.total :]
                leaps, aims = (told[:, self._told.at[name]].astype(np.float64) for name in ("leap", "aim"))
            return (leaps + luck[0]).argmax(axis=1), (aims + luck[1]).argmin(axis=1)
        return luck[0].argmax(axis=1), luck[1].argmax(axis=1)

    def _walk(self, observations: NDArray[np.float32]) -> Whole:
        """An open way for some decisions, then another one."""
        ways = observations[:, self._at["ways"]] > 0.5
        tired = (self._left <= 0) | ~np.take_along_axis(ways, np.maximum(self._way - 1, 0)[:, None], axis=1)[:, 0]
        chosen = 1 + (ways * self._chance.random(ways.shape)).argmax(axis=1)
        self._way = np.where(tired, chosen, self._way)
        self._left = np.where(tired, self._chance.integers(2, 6, len(self._way)), self._left - 1)
        return self._way


def play(world: World, manner: str, split: str, tasks: int, seed: int) -> Floats:
    """Returns (tasks, episodes) of a seat on the west bank against the task's bots."""
    mine = world.seats[0].name
    seats = {seat.name: "bot" for seat in world.seats if seat.name != mine}
    batch = Batch(world, tasks, split=split, seed=seed, seats=seats, lanes=[mine], reveal=manner == "told")
    if manner.startswith("bot:"):
        seats[mine] = manner
        batch = Batch(world, tasks, split=split, seed=seed, seats=seats, lanes=np.zeros((tasks, 0), np.int64))
        return np.asarray(run_trials(batch, None, np.zeros(tasks, np.int64)).returns)
    player = Duellist(world, manner)
    return np.asarray(run_trials(batch, player, np.zeros(tasks, np.int64)).returns)  # type: ignore[arg-type]


# --- on paper ------------------------------------------------------------------------------------------------------


def paper(manner: str, tasks: int, shots: int, episodes: int = 5) -> Floats:
    """Returns (tasks, episodes) of the reduced model: every stranger answers each situation by a habit."""
    chance = np.random.default_rng(7)
    pairs = np.array(WAYS)[chance.integers(len(WAYS), size=tasks)]
    habits = chance.integers(SIDES, size=(2, tasks, SITUATIONS))
    bayes, lanes, returns = Bayes(tasks), np.arange(tasks), np.zeros((tasks, episodes))
    for episode in range(episodes):
        if manner == "wiped":
            bayes.wipe()
        for turn in range(2 * shots):
            leap = turn % 2 == 0
            situations = chance.integers(SITUATIONS, size=(tasks, ROWS))
            row = pairs[:, 0] + KINDS_OF_SITUATION if leap else pairs[:, 1]
            truth = habits[1 - int(leap), lanes, situations[lanes, row]]
            side = np.where(chance.random(tasks) < LAPSE, chance.integers(SIDES, size=tasks), truth)
            known = bayes.odds(situations)[1 - int(leap)] + 1e-6 * chance.random((tasks, SIDES))
            if manner == "told":
                known = np.eye(SIDES)[truth] + 1e-6 * chance.random((tasks, SIDES))
            elif manner == "by chance":
                known = chance.random((tasks, SIDES))
            chosen = known.argmax(axis=1) if leap else known.argmin(axis=1)
            returns[:, episode] += (chosen == side) * (1.0 if leap else -1.0)
            bayes.see(situations, side, np.ones(tasks, bool), leap=leap)
    return returns


def show(name: str, returns: Floats) -> None:
    """One row: by episode, the mean of episodes 3 to 5 and its 95 % interval."""
    late = returns[:, 2:].mean(axis=1)
    error = 1.96 * late.std(ddof=1) / len(late) ** 0.5
    row = " ".join(f"{value:6.2f}" for value in returns.mean(axis=0))
    print(f"{name:<16}{row}   3–5: {late.mean():5.2f} ± {error:.2f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each split, or of the reduced model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=400)
    parser.add_argument("--paper", action="store_true")
    parser.add_argument("--bots", action="store_true", help="every kind of bot in the player's seat, too")
    parser.add_argument("--splits", nargs="*", default=["train", "test-opponent"])
    given = parser.parse_args(arguments)
    if given.paper:
        for shots in (3, 5, 6):
            print(f"{shots} shots each way an episode, return by episode")
            for manner in ("told", "kept", "wiped", "by chance"):
                show(manner, paper(manner, given.tasks, shots))
        return
    world = worlds.get("duel")
    manners = ["told", "kept", "wiped", "by chance", "north", "middle", "south", "hiding"]
    manners += [f"bot:{bot.name}" for bot in world.bots if bot.split == "train"] if given.bots else []
    for split in given.splits:
        print(f"{split}: return by episode")
        for manner in manners:
            show(manner, play(world, manner, split, given.tasks, 900_001))


assert WEST == 0  # the player's seat

if __name__ == "__main__":
    main()
