"""What knowing the strangers is worth in the arena of `tag`: `python tests/tools/headroom/tag_arena.py --tasks 256`.

One seat is played by hand: it runs at the nearest of the other side in sight, as a chaser, or just walks on, as an
evader, and goes from den to den where it sees nobody. The other seats are the task's bots. Players differ in how they
lean, and in where they stand:

- chance: to any side.
- layout: by chance too, but it waits in the refuge, which it is told, wherever it sees nobody.
- wiped: by what the nearest one did in the same clash of this episode, which never comes again: by chance, that is.
- kept: by what the nearest one did the last time in the clash of the same number, in earlier episodes too.
- told: by the odds.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.games.tag.constants import AT_THEM, DENS, SIDES, SIGNS
from worlds.world import OPEN_SPLITS, World

Floats = NDArray[np.float64]
PLAYERS = ("chance", "layout", "wiped", "kept", "told")
WALK = 20  # ticks towards one den
CLASHES = 5  # of an episode with one other that are told apart
UNKNOWN = -1


class Hand:
    """Plays seat ``me`` of every world of a batch."""

    def __init__(self, player: str, batch: Batch, role: str, me: int) -> None:
        self.player, self.batch, self.chases, self.me = player, batch, role == "chaser", me
        self.rng, self.rows = np.random.default_rng(3), np.arange(batch.n)
        self.notes = np.full((batch.n, len(batch.world.seats), CLASHES), UNKNOWN)

    def act(self) -> NDArray[np.int64]:
        """Actions (n, 1, 3)."""
        w, n = self.batch.worlds, self.batch.n
        self._take_notes(w)
        rival = w["rival"][:, self.me].astype(int) - 1
        move = SIGNS + (w["tick"] // WALK + self.rows) % DENS
        if self.player == "layout":
            move = SIGNS + w["refuge"]
        if self.chases:
            move = np.where(rival >= 0, AT_THEM, move)
        return np.stack([move, np.ones(n), self._lean(w, rival)], axis=-1)[:, None, :].astype(np.int64)

    def _lean(self, w: NDArray[np.void], rival: NDArray[np.int64]) -> NDArray[np.int64]:
        anywhere = self.rng.integers(0, SIDES, self.batch.n)
        if self.player == "told":
            odds = self.batch.told[:, 0, self.batch.world.told_pieces.at["better"]]
            return np.where(rival >= 0, odds.argmax(axis=1), anywhere)
        met = np.minimum(w["met"][self.rows, self.me, rival], CLASHES - 1)
        expected = self.notes[self.rows, rival, met]
        answer = expected if self.chases else (expected + self.rng.integers(1, SIDES, self.batch.n)) % SIDES
        return np.where((rival >= 0) & (expected != UNKNOWN), answer, anywhere)

    def _take_notes(self, w: NDArray[np.void]) -> None:
        if self.player == "wiped":
            self.notes[w["tick"] == 0] = UNKNOWN
        last = w["just"][:, self.me].astype(int) - 1
        number = w["met"][self.rows, self.me, last].astype(int) - 1
        new = (last >= 0) & (number < CLASHES) & np.isin(self.player, ("wiped", "kept"))
        self.notes[self.rows[new], last[new], number[new]] = w["lean"][self.rows, last, self.me][new]


def play(world: World, role: str, player: str, split: str, tasks: int) -> tuple[Floats, Floats]:
    """Returns (tasks, episodes), and clashes an episode (episodes,)."""
    me = world.seat_index(f"{role}_0")
    seats = {seat.name: "bot" for seat in world.seats if seat.name != f"{role}_0"}
    batch = Batch(world, tasks, split=split, seed=900_001, seats=seats, lanes=[f"{role}_0"], reveal=True)
    batch.reset()
    hand, returns, clashes = Hand(player, batch, role, me), [], []
    own = world.figure_names.index(f"{role}_0_clashes")
    for _ in range(world.timing.decisions * batch.episodes_per_trial):
        batch.step(hand.act())
        if batch.episode_ends.all():
            returns.append(batch.episode_returns[:, me].copy())
            clashes.append(batch.figures[:, own].mean())
    return np.stack(returns, axis=1), np.array(clashes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each role."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=256)
    parser.add_argument("--split", choices=OPEN_SPLITS, default="train")
    given = parser.parse_args(arguments)
    world = worlds.get("tag")
    for role in ("chaser", "evader"):
        print(f"{given.split}, {role}: return by episode")
        for player in PLAYERS:
            returns, clashes = play(world, role, player, given.split, given.tasks)
            error = 1.96 * returns.mean(axis=1).std(ddof=1) / given.tasks**0.5
            means = "".join(f"{mean:7.2f}" for mean in returns.mean(axis=0))
            print(f"    {player:7}{means}   ± {error:.2f}, {clashes.mean():.1f} clashes", flush=True)


if __name__ == "__main__":
    main()
