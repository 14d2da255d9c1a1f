"""What knowing the other one is worth in poker, on paper: values a hand, exactly, and of the Bayes player by play.

`python tests/tools/headroom/poker.py` prints for each variant what the equilibrium, the best bot, the best fixed
strategy and the oracle (the best response to each opponent) earn a hand against opponents of a split, and what the
Bayes player earns by hand and by episode if it keeps or wipes what it believes. Opponents stay in one mood here.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

import worlds
from agents.players.classical.poker_bayes import Beliefs
from agents.players.classical.poker_tree import Floats, Tree, as_table
from agents.players.classical.poker_types import all_trees, book_of, population, tables_of
from worlds.games.poker.constants import VARIANTS
from worlds.games.poker.roster import NAMES

EPISODES = 5
CURVE = (1, 5, 10, 20, 50, 100, 200)


def play_hand(
    tree: Tree, choices: Floats, others: Floats, first: bool, chance: np.random.Generator
) -> tuple[NDArray[np.int64], ...]:
    """A hand of each of B: leaf, own rank, and the other's if shown; `first`: the tables (B, rows, 4) act first."""
    count, flat = len(choices), tree.deals.ravel()
    own, other, public = np.unravel_index(chance.choice(len(flat), size=count, p=flat), tree.deals.shape)
    leaves, shown = np.zeros(count, np.int64), np.full(count, -1)
    for index in range(count):
        at = tree.root
        while at >= 0:
            spot = tree.spots[at]
            mine = (spot.position == 0) == first
            row = choices[index, spot.row + own[index]] if mine else others[index, spot.row + other[index]]
            ways = spot.after[int(np.searchsorted(row.cumsum(), chance.random(), side="right"))]
            at = ways[public[index]] if len(ways) > 1 else ways[0]
        leaves[index] = -1 - at
        if tree.leaves[-1 - at].folded < 0:
            shown[index] = other[index]
    return leaves, own, shown


def bayes_curve(tree: Tree, known: Floats, real: Floats, hands: int, seed: int) -> Floats:
    """Exact mean value a hand (hands,) of the Bayes player who meets each of the real ones, and learns hand by hand."""
    beliefs, chance, found = Beliefs(tree, known, len(real)), np.random.default_rng(seed), np.zeros(hands)
    for hand in range(hands):
        table = as_table(beliefs.respond())
        found[hand] = tree.mean_value(table, real).mean()
        first = hand % 2 == 0
        leaf, own, shown = play_hand(tree, table, real, first, chance)
        for index in range(len(real)):
            cards = tree.dealt(tree.leaves[leaf[index]])[own[index]]
            cards = cards if shown[index] < 0 else np.eye(tree.ranks)[shown[index]]
            beliefs.learn(index, int(first), {int(leaf[index]): cards})
    return found


def row(name: str, values: Floats) -> str:
    """Figures in columns."""
    return f"  {name:<34}" + "".join(f"{value:>9.3f}" for value in np.atleast_1d(values))


def report(tree: Tree, known: Floats, real: Floats, variant: int, chosen: argparse.Namespace) -> None:
    """The figures of one variant."""
    hands = tree.variant.hands
    book = book_of(tree, variant)
    fixed = as_table(Beliefs(tree, known, 1).respond())[0]
    bots = np.array([tree.mean_value(each[None], real).mean() for each in known])
    oracle = tree.best_table((tree.reach(real, 0), tree.reach(real, 1)))[0]
    legal = tree.legal()
    chance = legal / np.maximum(legal.sum(axis=1, keepdims=True), 1)
    print(row("random", tree.mean_value(chance[None], real).mean()))
    print(row("equilibrium", tree.mean_value(book[None], real).mean()))
    print(row(f"best of {len(known)} bots", bots.max()))
    print(row("best fixed strategy", tree.mean_value(fixed[None], real).mean()))
    print(row("oracle", oracle.mean()))
    curve = bayes_curve(tree, known, real, max(EPISODES * hands, chosen.hands), seed=1)
    print(row("Bayes, at hand " + " ".join(map(str, CURVE)), curve[[at - 1 for at in CURVE if at <= len(curve)]]))
    means = curve[: EPISODES * hands].reshape(EPISODES, hands).mean(axis=1)
    print(row("  by episode, kept", means))
    print(row("  wiped", means[0]), flush=True)
    share = (means[1:].mean() - means[0]) / (oracle.mean() - means[0])
    print(
        f"  headroom over wiped {oracle.mean() - means[0]:.3f} a hand, kept wins {share:.2f} of it in episodes 2 to 5"
    )


def main() -> None:
    """Print the figures of every variant."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", help="all of them when left out")
    parser.add_argument("--split", default="train", help="of the opponents that are met; the Bayes player knows train")
    parser.add_argument("--tasks", type=int, default=96)
    parser.add_argument("--hypotheses", type=int, default=240)
    parser.add_argument("--hands", type=int, default=0, help="at least so many hands of the Bayes player")
    parser.add_argument("--kinds", action="store_true", help="also what equilibrium and oracle earn against each kind")
    chosen = parser.parse_args()
    world, trees = worlds.get("poker"), all_trees()
    known_ones = population(world, chosen.hypotheses, split="train", seed=1)
    real_ones = population(world, chosen.tasks, split=chosen.split, seed=2)
    for index, variant in enumerate(VARIANTS):
        if chosen.variants and variant.name not in chosen.variants:
            continue
        tree = trees[index]
        known, real = (tables_of(each, trees, index) for each in (known_ones, real_ones))
        print(f"{variant.name}, {variant.hands} hands an episode, bets a hand against {chosen.split}")
        report(tree, known, real, index, chosen)
        if chosen.kinds:
            book = book_of(tree, index)
            for kind in np.unique(real_ones["bot_kind"][:, 1]):
                mine = real[real_ones["bot_kind"][:, 1] == kind]
                best = tree.best_table((tree.reach(mine, 0), tree.reach(mine, 1)))[0]
                print(row(f"  {NAMES[kind]}", np.array([tree.mean_value(book[None], mine).mean(), best.mean()])))


if __name__ == "__main__":
    main()
