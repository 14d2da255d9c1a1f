"""The tree of a poker variant as arrays: reach of its leaves, values of strategies, and exact best responses.

A strategy is a table (rows, 4): in each row, for what somebody knows at a decision (`row_of` of the world), the chances
of its choices. One table plays both positions. Values are in the bets that rewards are counted in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from worlds.games.poker.constants import (
    ACTOR,
    BET,
    END_OF_PASS,
    END_RAISES,
    ENDS,
    FOLD,
    OPEN,
    PASS,
    PLACES,
    RAISE,
    RAISES,
    Variant,
)

Floats = NDArray[np.float64]
Step = tuple[int, int, int]
"""Row for rank 0, choice, and the position (0 or 1) that makes it."""
CHOICES = 4
NO_CARD = -1


@dataclass(frozen=True)
class HandEnd:
    """One way in which a hand ends."""

    steps: tuple[Step, ...]
    public: int
    folded: int
    """The position that folded, −1: cards are shown."""
    chips: int
    """What the loser has in."""


@dataclass(frozen=True)
class Spot:
    """One decision: row for rank 0, who makes it, and what each legal choice leads to (leaf i is −1 − i).

    A choice that ends the first round leads to one spot for each public card.
    """

    row: int
    position: int
    after: dict[int, list[int]] = field(default_factory=dict)


class Tree:
    """All spots and leaves of a variant."""

    def __init__(self, variant: Variant) -> None:
        self.variant, self.ranks = variant, variant.ranks
        self.rows = PLACES * self.ranks + (ENDS * PLACES * self.ranks * self.ranks if variant.rounds == 2 else 0)
        self.leaves: list[HandEnd] = []
        self.spots: list[Spot] = []
        self.root = self._grow(OPEN, 0, NO_CARD, -1, 1, ())

    def row(self, place: int, public: int, end: int) -> int:
        """The row of rank 0 at a place; other ranks follow it."""
        if public == NO_CARD:
            return place * self.ranks
        return PLACES * self.ranks + ((end * PLACES + place) * self.ranks + public) * self.ranks

    def _grow(self, place: int, stage: int, public: int, end: int, base: int, steps: tuple[Step, ...]) -> int:
        """A spot and all that follows it; both have put in `base` chips before this round."""
        row, position, bet = self.row(place, public, end), int(ACTOR[place]), self.variant.bets[stage]
        spot, number = Spot(row, position), len(self.spots)
        self.spots.append(spot)
        done = {choice: (*steps, (row, choice, position)) for choice in (FOLD, PASS, RAISE)}
        raises = int(RAISES[place])
        if place >= BET:
            spot.after[FOLD] = [self._leaf(HandEnd(done[FOLD], public, position, base + (raises - 1) * bet))]
        spot.after[PASS] = self._pass(place, stage, public, end, base, done[PASS])
        if raises < self.variant.cap:
            spot.after[RAISE] = [self._grow(place + 2, stage, public, end, base, done[RAISE])]
        return number

    def _pass(self, place: int, stage: int, public: int, end: int, base: int, steps: tuple[Step, ...]) -> list[int]:
        if place == OPEN:
            return [self._grow(place + 1, stage, public, end, base, steps)]
        made = int(END_OF_PASS[place])
        level = base + int(END_RAISES[made]) * self.variant.bets[stage]
        if stage + 1 == self.variant.rounds:
            return [self._leaf(HandEnd(steps, public, -1, level))]
        return [self._grow(OPEN, 1, card, made, level, steps) for card in range(self.ranks)]

    def _leaf(self, leaf: HandEnd) -> int:
        self.leaves.append(leaf)
        return -len(self.leaves)

    # --- cards -------------------------------------------------------------------------------------------------------

    @cached_property
    def deals(self) -> Floats:
        """Chance of own rank, other's rank and public rank (ranks, ranks, ranks)."""
        found = np.zeros((self.ranks,) * 3)
        size = self.ranks * self.variant.copies
        for own in range(self.ranks):
            for other in range(self.ranks):
                for public in range(self.ranks):
                    left = np.full(self.ranks, float(self.variant.copies))
                    chance = 1.0
                    for drawn, rank in enumerate((own, other, public)):
                        chance *= max(left[rank], 0.0) / (size - drawn)
                        left[rank] -= 1.0
                    found[own, other, public] = chance
        return found

    def dealt(self, leaf: HandEnd) -> Floats:
        """Chance of own and other's rank (ranks, ranks) and of the public card that a leaf has."""
        return self.deals.sum(axis=2) if leaf.public == NO_CARD else self.deals[:, :, leaf.public]

    def pays(self, leaf: int, position: int) -> Floats:
        """What a position gets at a leaf by own and other's rank (ranks, ranks)."""
        end, ranks = self.leaves[leaf], np.arange(self.ranks)
        if end.folded >= 0:
            sign = np.full((self.ranks, self.ranks), -1.0 if end.folded == position else 1.0)
        else:
            worth = ranks + self.ranks * (ranks == end.public)
            sign = np.sign(worth[:, None] - worth[None, :]).astype(np.float64)
        return np.asarray(sign * end.chips / self.variant.big)

    @cached_property
    def stakes(self) -> Floats:
        """What leaves pay a position, times the chance of its cards: (2, leaves, own ranks, other's ranks)."""
        every = range(len(self.leaves))
        return np.array([[self.pays(at, side) * self.dealt(self.leaves[at]) for at in every] for side in range(2)])

    # --- strategies --------------------------------------------------------------------------------------------------

    @cached_property
    def _paths(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Rows, choices and whether they are there: (2, leaves, most own steps)."""
        most = max(sum(step[2] == side for step in leaf.steps) for leaf in self.leaves for side in range(2))
        rows = np.zeros((2, len(self.leaves), most), np.int64)
        choices, there = rows.copy(), np.zeros(rows.shape, bool)
        for index, leaf in enumerate(self.leaves):
            for side in range(2):
                own = [step for step in leaf.steps if step[2] == side]
                for at, (row, choice, _) in enumerate(own):
                    rows[side, index, at], choices[side, index, at], there[side, index, at] = row, choice, True
        return rows, choices, there

    def reach(self, tables: Floats, position: int) -> Floats:
        """How likely who plays by tables (…, rows, 4) in a position chooses what leads to each leaf.

        For each leaf and each of its cards: (…, leaves, ranks).
        """
        rows, choices, there = (part[position] for part in self._paths)
        cards = rows[:, None, :] + np.arange(self.ranks)[None, :, None]
        chances = tables[..., cards, choices[:, None, :]]
        return np.asarray(np.where(there[:, None, :], chances, 1.0).prod(axis=-1))

    def best(self, reach: Floats, position: int) -> tuple[Floats, NDArray[np.int8]]:
        """The best response of a position to the other's reach (B, leaves, ranks): its value a hand (B,), and its
        choices (B, rows)."""
        worth = np.einsum("blq,lrq->blr", reach, self.stakes[position])
        chosen = np.full((len(reach), self.rows), PASS, np.int8)

        def value(number: int) -> Floats:
            if number < 0:
                return np.asarray(worth[:, -1 - number])
            spot = self.spots[number]
            after = {choice: sum_of([value(each) for each in ways]) for choice, ways in spot.after.items()}
            if spot.position != position:
                return sum_of(list(after.values()))
            stacked, names = np.stack(list(after.values())), np.array(list(after), np.int8)
            chosen[:, spot.row : spot.row + self.ranks] = names[stacked.argmax(axis=0)]
            return np.asarray(stacked.max(axis=0))

        return value(self.root).sum(axis=1), chosen

    def best_table(self, reaches: tuple[Floats, Floats]) -> tuple[Floats, NDArray[np.int8]]:
        """Best responses in both positions to one who has reaches (B, leaves, ranks) in position 0 and in 1: the mean
        value a hand (B,), and choices (B, rows) for both positions."""
        first, own = self.best(reaches[1], 0)
        second, answer = self.best(reaches[0], 1)
        for spot in self.spots:
            if spot.position == 1:
                own[:, spot.row : spot.row + self.ranks] = answer[:, spot.row : spot.row + self.ranks]
        return (first + second) / 2.0, own

    def value(self, own: Floats, other: Floats, position: int) -> Floats:
        """What a position earns a hand (…,) by tables own against tables other (…, rows, 4)."""
        mine, theirs = self.reach(own, position), self.reach(other, 1 - position)
        return np.asarray(np.einsum("...lr,...lq,lrq->...", mine, theirs, self.stakes[position]))

    def mean_value(self, own: Floats, other: Floats) -> Floats:
        """The same, the mean of both positions."""
        return (self.value(own, other, 0) + self.value(own, other, 1)) / 2.0

    def legal(self) -> NDArray[np.bool_]:
        """Choices (rows, 4) that there are."""
        found = np.zeros((self.rows, CHOICES), bool)
        for spot in self.spots:
            for choice in spot.after:
                found[spot.row : spot.row + self.ranks, choice] = True
        return found


def sum_of(parts: list[Floats]) -> Floats:
    """Their sum."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def as_table(choices: NDArray[Any]) -> Floats:
    """Pure choices (…, rows) as tables (…, rows, 4)."""
    return np.asarray(np.eye(CHOICES)[choices.astype(np.int64)])
