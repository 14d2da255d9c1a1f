"""What knowing the other one is worth in `kitchen`: `python tests/tools/headroom/kitchen.py`; `--paper`: on paper.

- told: knows the odds of the other's next pot and ingredient, and what goes together.
- told opponents, told layout: knows one of the two; finds out the rest as `wiped` does.
- kept: a Bayes player. Every situation that the world names (see worlds/games/kitchen/habits.py) has a count of what
  was seen in it, one for each way of telling situations apart; each pair of ways (one for pots, one for ingredients)
  has a weight by how well it foretold; and each of the six recipes is possible or not. It remembers the whole trial.
- wiped: the same, but it forgets at every episode start: what can be earned without remembering across episodes.
- fixed, by chance: always the same pot and ingredient; drawn anew.

So kept − wiped is what remembering across episodes is worth, and told − wiped bounds it from above.
"""

import argparse
from collections.abc import Sequence
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from simulator.engine.minds import Mind
from simulator.engine.trial import run_trials
from worlds.games.kitchen.constants import (
    BINS,
    FAILED,
    GUESTS,
    ITEM_ROWS,
    KEEPS_LEAST,
    KEEPS_MOST,
    LIMIT,
    MIDDLE,
    NOTHING,
    PAY,
    PLAIN,
    POT_ROWS,
    PUT,
    RIGHT,
    ROWS,
    SITUATIONS,
    STAY,
    TO_BIN,
    TO_POT,
)
from worlds.games.kitchen.roster import ITEM_BY, KINDS, POT_BY
from worlds.games.kitchen.state import MOST_REST
from worlds.world import World

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
CHOICES = 3  # pots, and ingredients
LAPSE = 0.1  # that the Bayes player reckons with
WAYS = sorted({(int(POT_BY[k]), int(ITEM_BY[k])) for k, row in enumerate(KINDS) if row[3] == "train"})
"""Pairs of ways to tell situations apart, for pots and for ingredients, that a stranger of training may have."""
RECIPES = np.array(list(permutations(range(CHOICES))))  # (6, 3): what goes with each ingredient of the other
MANNERS = ("told", "told opponents", "told layout", "kept", "wiped", "fixed", "by chance")


class Bayes:
    """Beliefs about n strangers and their kitchens: counts (n, rows, situations, choices), weights of pairs of ways,
    and which recipes are still possible."""

    def __init__(self, n: int) -> None:
        self.n, self._lanes = n, np.arange(n)[:, None]
        self.wipe()

    def wipe(self) -> None:
        """Nothing was seen."""
        self._counts = np.zeros((self.n, ROWS, SITUATIONS, CHOICES))
        self._weights = np.zeros((self.n, len(WAYS)))
        self.recipes = np.full((self.n, len(RECIPES)), 1.0 / len(RECIPES))

    def _rows(self, situations: Whole, first: int, last: int) -> Floats:
        """(n, rows, choices): the odds by each way to tell situations (n, ROWS) apart."""
        counts = self._counts[self._lanes, np.arange(first, last), situations[:, first:last]]
        others = counts.sum(2, keepdims=True) - counts
        logs = counts * np.log(1 - LAPSE + LAPSE / CHOICES) + others * np.log(LAPSE / CHOICES)
        share = np.exp(logs - logs.max(axis=2, keepdims=True))
        share /= share.sum(axis=2, keepdims=True)
        return np.asarray(share * (1 - LAPSE) + LAPSE / CHOICES)

    def odds(self, situations: Whole) -> tuple[Floats, Floats]:
        """(n, choices) each: of the next pot and of the next ingredient in these situations (n, ROWS)."""
        weights = np.exp(self._weights - self._weights.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        pots, items = self._rows(situations, 0, POT_ROWS), self._rows(situations, POT_ROWS, ROWS)
        by_pot, by_item = np.array(WAYS).T
        return (
            (weights[:, :, None] * pots[:, by_pot]).sum(axis=1),
            (weights[:, :, None] * items[:, by_item]).sum(axis=1),
        )

    def see(self, situations: Whole, pot: Whole, item: Whole, own: Whole, went: Whole, now: NDArray[np.bool_]) -> None:
        """The stranger put this item (n,) into this pot where it is ``now``, and this is how the order went."""
        for first, last, chosen, column in ((0, POT_ROWS, pot, 0), (POT_ROWS, ROWS, item, 1)):
            chosen = np.clip(chosen, 0, CHOICES - 1)
            found = self._rows(situations, first, last)[self._lanes, np.arange(last - first), chosen[:, None]]
            self._weights += np.log(found[:, np.array(WAYS)[:, column]]) * now[:, None]
            for row in range(first, last):
                lanes = np.flatnonzero(now)
                self._counts[lanes, row, situations[lanes, row], chosen[lanes]] += 1.0
        fits = own[:, None] == RECIPES[:, np.clip(item, 0, CHOICES - 1)].T  # (n, 6)
        known = now & (went != FAILED)
        allowed = np.where((went == RIGHT)[:, None], fits, ~fits)
        self.recipes = np.where(known[:, None], self.recipes * allowed, self.recipes)
        self.recipes /= self.recipes.sum(axis=1, keepdims=True)


def answer(pots: Floats, items: Floats, recipes: Floats) -> tuple[Whole, Whole]:
    """The best pot and the best ingredient (n,) by these odds."""
    goes = np.zeros((len(recipes), CHOICES, CHOICES))  # (n, theirs, own)
    for index, recipe in enumerate(RECIPES):
        goes[:, np.arange(CHOICES), recipe] += recipes[:, index : index + 1]
    return pots.argmax(axis=1), (items[:, :, None] * goes).sum(axis=1).argmax(axis=1)


# --- on paper ------------------------------------------------------------------------------------------------------


def situations_of(guest: Whole, last: dict[str, Whole], went: Whole) -> Whole:
    """(n, ROWS): as habits.py tells them apart, of the stranger."""
    met, right = (went != FAILED).astype(np.int64), (went == RIGHT).astype(np.int64)
    pots = [guest, last["pot"], last["your pot"], last["your item"]]
    items = [guest, last["item"], last["your item"], last["your pot"]]
    return np.stack([2 * each + met for each in pots] + [2 * each + right for each in items], axis=1)


def paper(manner: str, tasks: int, orders: int, episodes: int = 5) -> Floats:
    """Returns (tasks, episodes) of the reduced model: no ways, no time; every stranger answers by habit."""
    chance = np.random.default_rng(7)
    pairs = np.array(WAYS)[chance.integers(len(WAYS), size=tasks)]
    habits = chance.integers(CHOICES, size=(2, tasks, SITUATIONS))
    recipe = chance.integers(len(RECIPES), size=tasks)
    bayes, lanes, returns = Bayes(tasks), np.arange(tasks), np.zeros((tasks, episodes))
    for episode in range(episodes):
        if manner != "kept":
            bayes.wipe()
        last = {name: np.full(tasks, MIDDLE) for name in ("pot", "item", "your pot", "your item")}
        went = np.full(tasks, FAILED)
        for _ in range(orders):
            situations = situations_of(chance.integers(CHOICES, size=tasks), last, went)
            usual = (
                habits[0, lanes, situations[lanes, pairs[:, 0]]],
                habits[1, lanes, situations[lanes, POT_ROWS + pairs[:, 1]]],
            )
            slips = chance.random((2, tasks)) < LAPSE
            drawn = chance.integers(CHOICES, size=(2, tasks))
            pot, item = (np.where(slips[i], drawn[i], usual[i]) for i in range(2))
            own_pot, own = chosen(manner, bayes, situations, usual, recipe, chance)
            fits = RECIPES[recipe, item] == own
            went = np.where(pot != own_pot, FAILED, np.where(fits, RIGHT, PLAIN))
            returns[:, episode] += np.array(PAY)[went] + PUT
            bayes.see(situations, pot, item, own, went, np.ones(tasks, bool))
            last = {"pot": pot, "item": item, "your pot": own_pot, "your item": own}
    return returns


def chosen(
    manner: str, bayes: Bayes, situations: Whole, usual: tuple[Whole, Whole], recipe: Whole, chance: np.random.Generator
) -> tuple[Whole, Whole]:
    """Pot and ingredient (n,) of the player."""
    n = len(recipe)
    if manner in ("fixed", "by chance"):
        pot, item = chance.integers(CHOICES, size=(2, n))
        return (np.zeros(n, np.int64), np.zeros(n, np.int64)) if manner == "fixed" else (pot, item)
    pots, items = bayes.odds(situations)
    recipes = bayes.recipes
    if manner in ("told", "told opponents"):
        pots, items = np.eye(CHOICES)[usual[0]], np.eye(CHOICES)[usual[1]]
    if manner in ("told", "told layout"):
        recipes = np.eye(len(RECIPES))[recipe]
    luck = 1e-6 * chance.random((3, n, 6))
    return answer(pots + luck[0, :, :CHOICES], items + luck[1, :, :CHOICES], recipes + luck[2])


# --- in the world --------------------------------------------------------------------------------------------------


class Cook:
    """Fetches and puts at once what it has chosen by ``manner`` when the order came in; two seats."""

    def __init__(self, world: World, manner: str) -> None:
        self.name, self.manner, self.needs_reveal = manner, manner, manner.startswith("told")
        self._at, self._told = world.observation.at, world.told_pieces
        self.mind: Mind | None = None

    def reset(self, lanes: int) -> None:
        """New trials."""
        self._bayes, self._chance = Bayes(lanes), np.random.default_rng(5)
        self._pot, self._item = np.zeros(lanes, np.int64), np.zeros(lanes, np.int64)
        self._chosen = np.zeros(lanes, bool)

    def forget(self) -> None:
        """It forgets by its manner only."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> Whole:
        """Observations (n, O) → where to go (n, 1)."""
        piece = {name: observations[:, at] for name, at in self._at.items()}
        situations = (piece["things"] * ROWS * SITUATIONS).round().astype(np.int64) % SITUATIONS
        situations = (situations - 1) % SITUATIONS
        if piece["clock"][0, 0] == 0.0:  # an episode begins
            self._chosen[:] = False
            if self.manner != "kept":
                self._bayes.wipe()
        self._look_back(piece["last"], situations)
        over = piece["order"][:, GUESTS + 1] > 0.5
        self._choose(observations, situations, ~over & ~self._chosen)
        self._chosen = ~over
        hand = piece["own"][:, 3 : 3 + NOTHING + 1].argmax(axis=1)
        holds = hand == self._item
        go = np.where(holds, TO_POT + self._pot, TO_BIN + self._item)
        early = holds & (piece["far"][np.arange(len(hand)), BINS + self._pot] == 0.0) & self._too_early(observations)
        done = legal[np.arange(len(go)), go] == 0
        return np.where(done | early, STAY, go)[:, None]

    def _look_back(self, last: NDArray[np.float32], situations: Whole) -> None:
        """What the last order has shown, when it was over just now."""
        item, pot = last[:, :BINS].argmax(axis=1), last[:, BINS : 2 * BINS].argmax(axis=1)
        own = last[:, 2 * BINS : 3 * BINS].argmax(axis=1)
        went = last[:, 4 * BINS : 4 * BINS + 3].argmax(axis=1)
        now = (last[:, 4 * BINS + 3] > 0.5) & (last[:, 4 * BINS + 4] < 0.5)
        self._bayes.see(situations, pot, item, own, went, now)

    def _choose(self, observations: NDArray[np.float32], situations: Whole, now: NDArray[np.bool_]) -> None:
        n = len(observations)
        pots, items = self._bayes.odds(situations)
        recipes = self._bayes.recipes
        told = observations[:, -self._told.total :].astype(np.float64)
        if self.manner in ("told", "told opponents"):
            pots, items = told[:, self._told.at["pot"]], told[:, self._told.at["brings"]]
        if self.manner in ("told", "told layout"):
            goes = told[:, self._told.at["goes_with"]].reshape(n, BINS, BINS).argmax(axis=2)  # (n, theirs)
            recipes = (goes[:, None] == RECIPES).all(axis=2).astype(np.float64)
        luck = 1e-6 * self._chance.random((3, n, 6))
        pot, item = answer(pots + luck[0, :, :3], items + luck[1, :, :3], recipes + luck[2])
        if self.manner == "by chance":
            pot, item = self._chance.integers(3, size=(2, n))
        elif self.manner == "fixed":
            pot, item = np.zeros((2, n), np.int64)
        self._pot, self._item = np.where(now, pot, self._pot), np.where(now, item, self._item)

    def _too_early(self, observations: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Whether what is put in now would burn before the other comes; who is told nothing never waits."""
        if self.manner not in ("told", "told opponents"):
            return np.zeros(len(observations), bool)
        told = observations[:, -self._told.total :]
        begins = told[:, self._told.at["begins"]][:, 0] * MOST_REST
        keeps = np.full(len(told), (KEEPS_LEAST + KEEPS_MOST) / 2, np.float32)
        if self.manner == "told":
            keeps = KEEPS_LEAST + told[:, self._told.at["keeps"]][:, 0] * (KEEPS_MOST - KEEPS_LEAST)
        age = observations[:, self._at["order"]][:, GUESTS] * LIMIT
        return np.asarray(age < begins + USUAL - keeps)


USUAL = 14  # ticks within which a mate has put something in, once it has begun


def play(world: World, manner: str, split: str, tasks: int, role: int) -> Floats:
    """Returns (tasks, episodes) of a seat with the task's bots."""
    mine = world.seats[role].name
    seats = {seat.name: "bot" for seat in world.seats if seat.name != mine}
    if manner.startswith("bot:"):
        seats[mine] = manner
        batch = Batch(world, tasks, split=split, seed=900_001, seats=seats, lanes=np.zeros((tasks, 0), np.int64))
        return np.asarray(run_trials(batch, None, np.full(tasks, role)).returns)
    batch = Batch(world, tasks, split=split, seed=900_001, seats=seats, lanes=[mine], reveal=manner.startswith("told"))
    player = Cook(world, manner)
    return np.asarray(run_trials(batch, player, np.full(tasks, role)).returns)  # type: ignore[arg-type]


def show(name: str, returns: Floats) -> None:
    """One row: by episode, the mean of episodes 3 to 5 and its 95 % interval."""
    late = returns[:, 2:].mean(axis=1)
    error = 1.96 * late.std(ddof=1) / len(late) ** 0.5
    row = " ".join(f"{value:6.2f}" for value in returns.mean(axis=0))
    print(f"{name:<18}{row}   3–5: {late.mean():5.2f} ± {error:.2f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each split, or of the reduced model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=600)
    parser.add_argument("--paper", action="store_true")
    parser.add_argument("--bots", action="store_true", help="every kind of bot in the player's seat, too")
    parser.add_argument("--splits", nargs="*", default=["train", "test-opponent"])
    given = parser.parse_args(arguments)
    if given.paper:
        for orders in (4, 5, 6):
            print(f"{orders} orders an episode, return by episode")
            for manner in MANNERS:
                show(manner, paper(manner, given.tasks, orders))
        return
    world = worlds.get("kitchen")
    manners = [*MANNERS, *(f"bot:{row[0]}" for row in KINDS if row[3] == "train" and given.bots)]
    for split in given.splits:
        print(f"{split}: return by episode, half of the tasks as porter and half as cook")
        for manner in manners:
            show(manner, np.concatenate([play(world, manner, split, given.tasks // 2, role) for role in range(2)]))


assert ITEM_ROWS == ROWS - POT_ROWS

if __name__ == "__main__":
    main()
