"""Players of poker that see what any seat sees: the equilibrium, the Bayes player, and who is told the other one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.players.chance import uniforms
from agents.players.classical.poker_bayes import Beliefs
from agents.players.classical.poker_tree import NO_CARD, Floats, Tree, as_table
from agents.players.classical.poker_types import OPPONENT, all_trees, book_of, population, table_of, tables_of
from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.games.poker.constants import RULES_SEEN, WAIT
from worlds.games.poker.roster import KNOB_SCALE, NAMES
from worlds.world import World

HYPOTHESES = 240
MOODY = [NAMES.index(name) for name in ("mirror", "tilter", "exploiter")]
"""Named kinds that go by what they have seen, or by how they feel."""
PAY_SLACK = 1e-3
"""Bets; payments are seen as 32-bit numbers."""


class Seen:
    """What each of L lanes sees at a decision, as whole numbers (L,)."""

    def __init__(self, view: ObservationView, observations: NDArray[np.float32]) -> None:
        def piece(name: str) -> NDArray[np.float32]:
            return view.of(observations, name)

        far = np.abs(piece("rules")[:, None, :] - RULES_SEEN[None]).max(axis=2)
        self.variant = far.argmin(axis=1)
        self.mine = piece("turn")[:, 0] > 0.5
        self.button = (piece("button")[:, 0] > 0.5).astype(np.int64)
        self.rank, self.place = piece("card").argmax(axis=1), piece("place").argmax(axis=1)
        second = piece("second")[:, 0] > 0.5
        self.public = np.where(second, piece("public").argmax(axis=1), NO_CARD)
        self.end = np.where(second, piece("first_round").argmax(axis=1), -1)
        self.paid = piece("previous_reward")[:, 0].astype(np.float64)
        self.begins = (self.place == 0) & ~second
        shown = piece("shown")
        self.shown = np.where(shown.max(axis=1) > 0.5, shown.argmax(axis=1), NO_CARD)

    def row(self, tree: Tree, lane: int) -> int:
        """The row of what a lane knows."""
        return tree.row(int(self.place[lane]), int(self.public[lane]), int(self.end[lane])) + int(self.rank[lane])


class PokerPlayer:
    """Plays a table in every lane; what the table is, others say. Lane i draws the same in a batch of any size."""

    def __init__(self, world: World, name: str, *, seed: int = 0) -> None:
        self.name = name
        self.mind: Mind | None = None
        self.trees = all_trees()
        self._view, self._seed = ObservationView(world), seed
        self.reset(0)

    def reset(self, lanes: int) -> None:
        """A new trial."""
        self.tables: list[Floats | None] = [None] * lanes
        self._step = 0

    def forget(self) -> None:
        """Nothing is remembered."""

    def prepare(self, seen: Seen, observations: NDArray[np.float32]) -> None:
        """Set the tables of the lanes in which a hand begins."""
        raise NotImplementedError

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Observations (L, O), legal (L, A) → actions (L, 1)."""
        seen = Seen(self._view, observations)
        self.prepare(seen, observations)
        luck = uniforms(self._seed, len(legal), self._step, 1)[:, 0]
        self._step += 1
        chosen = np.full(len(legal), WAIT)
        for lane in np.flatnonzero(seen.mine):
            table = self.tables[lane]
            assert table is not None, "a hand begins with a decision"
            row = table[seen.row(self.trees[int(seen.variant[lane])], int(lane))] * legal[lane]
            chosen[lane] = np.searchsorted(row.cumsum() / row.sum(), luck[lane], side="right")
        return as_actions(chosen)


class EquilibriumPlayer(PokerPlayer):
    """Plays the book: nobody wins against it, and it takes little from those who err."""

    def __init__(self, world: World, *, seed: int = 0) -> None:
        super().__init__(world, "equilibrium", seed=seed)
        self._books = {index: book_of(tree, index) for index, tree in self.trees.items()}

    def prepare(self, seen: Seen, observations: NDArray[np.float32]) -> None:
        """The book of the variant."""
        for lane in np.flatnonzero(seen.begins):
            self.tables[lane] = self._books[int(seen.variant[lane])]


class BayesPlayer(PokerPlayer):
    """Believes in hypotheses drawn from the training opponents, each in one mood, and plays the best response.

    Args:
        world: the poker.
        hypotheses: how many opponents it knows.
        remember: keep what is believed from episode to episode.
    """

    def __init__(self, world: World, *, hypotheses: int = HYPOTHESES, remember: bool = True, seed: int = 0) -> None:
        super().__init__(world, "Bayes" if remember else "Bayes, memory wiped", seed=seed)
        self.remember = remember
        self._known = population(world, hypotheses, split="train", seed=seed + 1)
        self._tables: dict[int, Floats] = {}

    def reset(self, lanes: int) -> None:
        """Nobody is known."""
        super().reset(lanes)
        self.beliefs: dict[int, Beliefs] = {}
        self._last: Seen | None = None

    def forget(self) -> None:
        """Nobody is known."""
        for beliefs in self.beliefs.values():
            beliefs.forget()

    def kinds(self) -> NDArray[np.str_]:
        """The kind of each hypothesis."""
        return np.array(NAMES)[self._known["bot_kind"][:, OPPONENT]]

    def prepare(self, seen: Seen, observations: NDArray[np.float32]) -> None:
        """Learn from the hands that are over, then respond to what is believed."""
        begins = np.flatnonzero(seen.begins)
        anew = self._view.of(observations, "episode_start")[:, 0] > 0.5
        for variant in np.unique(seen.variant[begins]):
            lanes = begins[seen.variant[begins] == variant]
            beliefs = self._beliefs(int(variant), len(self.tables))
            for lane in lanes:
                if anew[lane] and not self.remember:
                    beliefs.logs[lane] = 0.0
                elif self._last is not None and self._last.variant[lane] == variant:
                    self._learn(beliefs, int(lane), self._last, seen)
            for lane, table in zip(lanes, as_table(beliefs.respond(lanes)), strict=True):
                self.tables[lane] = table
        self._last = seen

    def _beliefs(self, variant: int, lanes: int) -> Beliefs:
        if variant not in self.beliefs:
            if variant not in self._tables:
                self._tables[variant] = tables_of(self._known, self.trees, variant)
            self.beliefs[variant] = Beliefs(self.trees[variant], self._tables[variant], lanes)
        return self.beliefs[variant]

    @staticmethod
    def _learn(beliefs: Beliefs, lane: int, last: Seen, seen: Seen) -> None:
        """What ended the hand follows from where it was last seen, what it paid and what was shown."""
        tree, own = beliefs.tree, int(last.rank[lane])
        row, position = last.row(tree, lane) - own, int(last.button[lane])
        spot = next(spot for spot in tree.spots if spot.row == row)
        ends: dict[int, Floats] = {}
        for ways in spot.after.values():
            leaf = -1 - ways[0]
            if leaf < 0:
                continue  # the hand went on after such a choice
            dealt = tree.dealt(tree.leaves[leaf])[own]
            pays = tree.pays(leaf, position)[own]
            fits = np.abs(pays - seen.paid[lane]) < PAY_SLACK
            if seen.shown[lane] >= 0:
                fits &= np.arange(tree.ranks) == seen.shown[lane]
            ends[leaf] = np.where(fits, dealt, 0.0)
        beliefs.learn(lane, 1 - position, ends)


class ToldPlayer(PokerPlayer):
    """Is told who the other one is and in what mood, not its card, and plays the best response, hand by hand.

    It does not plan for what its play makes of the other one's mood. Whoever has no name it takes for the book.
    """

    needs_reveal = True

    def __init__(self, world: World, *, seed: int = 0) -> None:
        super().__init__(world, "best response, told the other one", seed=seed)
        self._record = population(world, 1, split="train", seed=0, moods=False)[0]

    def reset(self, lanes: int) -> None:
        """Nothing was played."""
        super().reset(lanes)
        self._answers: dict[tuple[Any, ...], Floats] = {}
        self._played = np.zeros(lanes, np.int64)

    def prepare(self, seen: Seen, observations: NDArray[np.float32]) -> None:
        """The best response to the other one as it is now."""
        told = {
            name: self._view.of(observations, f"told_{name}").astype(np.float64)
            for name in ("bots", "knobs", "manner", "mood")
        }
        for lane in np.flatnonzero(seen.begins):
            facts = [told[name][lane] for name in ("bots", "knobs", "manner", "mood")]
            variant, played = int(seen.variant[lane]), int(self._played[lane])
            self.tables[lane] = self._answer(variant, played, facts)
            self._played[lane] += 1

    def _answer(self, variant: int, played: int, facts: Sequence[Floats]) -> Floats:
        """The best response, kept for as long as the other one stays in its mood."""
        tree, swings = self.trees[variant], facts[0][NAMES.index("moody")] > 0.5
        moods = facts[3] if facts[0][MOODY].max() > 0.5 else facts[3][:0]
        key = (variant, played if swings else 0, *(part.tobytes() for part in (*facts[:3], moods)))
        if key not in self._answers:
            table = self._table(tree, variant, played, *facts) if facts[0].max() > 0.5 else book_of(tree, variant)
            reaches = tree.reach(table, 0)[None], tree.reach(table, 1)[None]
            self._answers[key] = as_table(tree.best_table(reaches)[1])[0]
        return self._answers[key]

    def _table(
        self, tree: Tree, variant: int, played: int, bots: Floats, knobs: Floats, manner: Floats, mood: Floats
    ) -> Floats:
        w, kind = self._record, int(bots.argmax())
        scale = KNOB_SCALE[kind]
        w["generator"], w["played"] = variant, played
        w["bot_kind"][1] = kind
        w["bot_knob"][1] = np.where(scale > 0.0, knobs / np.where(scale > 0.0, scale, 1.0), 0.0)
        w["odd"][1] = manner  # only the oddball looks there
        w["seen_bets"][1], w["seen_folds"][1], w["steam"][1] = mood
        return table_of(w, tree)
