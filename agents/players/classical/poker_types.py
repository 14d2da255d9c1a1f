"""The bots of poker as strategies: one table for each of many drawn from the world itself, in one mood each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.poker_tree import CHOICES, NO_CARD, Floats, Tree
from simulator.engine import Batch
from worlds.games.poker.bots import by_the_book, chances
from worlds.games.poker.constants import ENDS, FOLD, PASS, PLACES, RAISE, RAISES, VARIANTS
from worlds.world import World

OPPONENT = 1
MOST_STEAM = 10
"""Hands; who is beside itself at all is so for longer than a hand that is looked at."""


def table_of(w: Any, tree: Tree, seat: int = OPPONENT) -> Floats:
    """What the bot of a seat does in its present mood, as a table (rows, 4)."""
    found = np.zeros((tree.rows, CHOICES))
    for end, public in rounds(tree):
        for place in range(PLACES):
            if RAISES[place] > tree.variant.cap:
                continue
            row = tree.row(place, public, end)
            for rank in range(tree.ranks):
                found[row + rank, [FOLD, PASS, RAISE]] = chances(w, seat, rank, public, end, place)
    return found


def book_of(tree: Tree, variant: int) -> Floats:
    """The world's equilibrium of a variant as a table (rows, 4)."""
    found = np.zeros((tree.rows, CHOICES))
    for end, public in rounds(tree):
        for place in range(PLACES):
            for rank in range(tree.ranks) if RAISES[place] <= tree.variant.cap else ():
                fold, bet = by_the_book(variant, rank, public, end, place)
                found[tree.row(place, public, end) + rank, [FOLD, PASS, RAISE]] = fold, 1.0 - fold - bet, bet
    return found


def rounds(tree: Tree) -> list[tuple[int, int]]:
    """End of the first round and public card: of the first round, then of all second ones."""
    second = [(end, public) for end in range(ENDS) for public in range(tree.ranks)]
    return [(-1, NO_CARD), *(second if tree.variant.rounds == 2 else [])]


def population(world: World, count: int, *, split: str, seed: int, moods: bool = True) -> NDArray[Any]:
    """Records of so many tasks of a split, each with its opponent. With `moods` each opponent is in one that play may
    bring about: what it has seen of the other one, whether it steams, how many hands were played.
    """
    batch = Batch(world, count, split=split, seed=seed)
    batch.reset()
    found = batch.worlds.copy()
    if moods:
        chance = np.random.default_rng(seed)
        found["seen_bets"] = chance.uniform(0.1, 0.9, found["seen_bets"].shape)
        found["seen_folds"] = chance.uniform(0.1, 0.9, found["seen_folds"].shape)
        found["steam"] = MOST_STEAM * chance.integers(0, 2, found["steam"].shape)
        found["played"] = chance.integers(0, 100, count)
    return found


def tables_of(records: NDArray[Any], trees: dict[int, Tree], variant: int) -> Floats:
    """The opponents of records as tables (T, rows, 4) for a variant."""
    found = []
    for row in records:
        w = row.copy()
        w["generator"] = variant
        found.append(table_of(w, trees[variant]))
    return np.stack(found)


def all_trees() -> dict[int, Tree]:
    """The tree of every variant."""
    return {index: Tree(variant) for index, variant in enumerate(VARIANTS)}
