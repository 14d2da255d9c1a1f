"""What memory is worth in `throws`, on paper: `python tests/tools/headroom/throws.py`, in some minutes.

Four players meet every kind of stranger of the splits train and test-opponent, in trials of 400 throws:

- told: knows the odds of the stranger's next throw and answers them best. No player earns more at the next throw. Who
  is told the stranger's kind and knobs, and reckons with all that was thrown, comes near it.
- kept: knows nothing, and mixes many predictors by how well each did so far, as Bayes' rule has it. Each counts what
  follows a situation (the last throws of one or both, the place in a cycle) and forgets slowly, or not at all.
- knows: the same, and among its predictors are 300 strangers of the training split, each with what it would make of
  this trial. It is as good as whoever has met them all.
- wiped after L throws: the same, but it forgets everything at every L-th throw. That is what a player can earn who
  remembers within episodes of L throws and never across.

So knows − wiped is what remembering across episodes of that length is worth, and told − wiped bounds it from above.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from simulator.engine.minds import Mind
from simulator.engine.trial import run_trials
from worlds.games.throws.bots import plan
from worlds.games.throws.memory import learn, push, sit_down
from worlds.kit.kernel import kernel
from worlds.world import World

Floats = NDArray[np.float64]
LENGTHS = (20, 50)  # throws after which memory is wiped
HYPOTHESES = 300  # strangers that `knows` has met
DOUBT = 0.02  # share of a stranger's throws that such a hypothesis leaves to chance
AT_ONCE = 100  # tasks; each has a record for every hypothesis
LATER = 2  # episodes, after which a trial counts as late
SITUATIONS = (
    "", "o", "s", "os", "oo", "ss", "oso", "ooo", "osos", "oooo", "ossos", "ososos",
)  # fmt: skip
"""Letter i is a throw of the other (o) or the own one (s): those of the last throw first, then those before it."""
CYCLES = range(2, 10)  # lengths
FADES = (1.0, 0.9)  # what is left of a count when the next throw comes in the same situation
PRIOR = 0.15  # count of each throw before any was seen
TRUST = 0.98  # what is left of a predictor's weight, in logarithms, after each throw
DEEPEST = 4  # throws back that a situation looks


def best_answer(odds: Floats) -> NDArray[np.int64]:
    """(n,): the throw that wins most against odds (n, 3)."""
    return np.asarray((np.roll(odds, 1, axis=1) - np.roll(odds, -1, axis=1)).argmax(axis=1))


class Mixer:
    """Plays by a mixture of predictors; wiped after so many throws, 0 for never."""

    def __init__(self, wiped: int = 0) -> None:
        self.name, self.wiped = "mixer", wiped
        self._deep = [_looks(letters) for letters in SITUATIONS]
        self._sizes = [3 ** len(letters) for letters in SITUATIONS] + list(CYCLES)
        self._starts = np.cumsum([0, *self._sizes])
        self.mind: Mind | None = None

    def reset(self, lanes: int) -> None:
        """New trials."""
        self._lanes, self._thrown = np.arange(lanes), 0
        self._wipe()

    def forget(self) -> None:
        """It forgets when it was told to at the start, no sooner."""

    def _wipe(self) -> None:
        count, predictors = len(self._lanes), len(self._sizes) * len(FADES)
        self._counts = np.full((count, len(FADES), self._starts[-1], 3), PRIOR, np.float32)
        self._weights = np.zeros((count, predictors))
        self._past = np.zeros((2, DEEPEST, count), np.int64)  # the other's and its own, the newest first
        self._rows: NDArray[np.int64] | None = None

    def _predict(self) -> NDArray[np.float32]:
        """(n, P, 3): what every predictor expects."""
        self._rows = self._situations()
        found = self._counts[self._lanes[:, None], :, self._rows].swapaxes(1, 2)  # (n, fades, predictors, 3)
        return np.asarray((found / found.sum(axis=3, keepdims=True)).reshape(len(self._lanes), -1, 3))

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Observations (n, O) → throws (n, 1)."""
        if len(observations) != len(getattr(self, "_lanes", ())) or observations[0, 0] > 0.5:
            self.reset(len(observations))
        else:
            self._learn(observations[:, 1:10].argmax(axis=1))
        if self.wiped and self._thrown % self.wiped == 0:
            self._wipe()
        self._thrown += 1
        self._shares = self._predict()
        weights = np.exp(self._weights - self._weights.max(axis=1, keepdims=True))
        odds = (weights[:, :, None] * self._shares).sum(axis=1)
        return best_answer(odds)[:, None]

    def _situations(self) -> NDArray[np.int64]:
        """(n, predictors): the row of counts of each predictor now."""
        rows = []
        for number, looks in enumerate(self._deep):
            row = np.zeros(len(self._lanes), np.int64)
            for who, ago in looks:
                row = 3 * row + self._past[who, ago]
            rows.append(self._starts[number] + row)
        first = len(self._deep)
        rows += [np.full_like(rows[0], self._starts[first + i] + self._thrown % c) for i, c in enumerate(CYCLES)]
        return np.stack(rows, axis=1)

    def _learn(self, pairs: NDArray[np.int64]) -> None:
        """What both threw, 3 · own + other."""
        own, other = pairs // 3, pairs % 3
        if self._rows is not None:
            truth = np.take_along_axis(self._shares, other[:, None, None], axis=2)[:, :, 0]
            self._weights = TRUST * self._weights + np.log(truth)
            at = self._lanes[:, None]
            for number, fade in enumerate(FADES):
                counts = self._counts[:, number]
                if fade < 1.0:
                    counts[at, self._rows] = PRIOR + fade * (counts[at, self._rows] - PRIOR)
                counts[at, self._rows, other[:, None]] += 1.0
        self._past = np.roll(self._past, 1, axis=1)
        self._past[0, 0], self._past[1, 0] = other, own


def _looks(letters: str) -> list[tuple[int, int]]:
    """(who, throws ago) of each letter: who 0 the other, 1 oneself."""
    seen = {"o": 0, "s": 0}
    found = []
    for letter in letters:
        found.append(("os".index(letter), seen[letter]))
        seen[letter] += 1
    return found


@kernel
def follow(records, lane, own, other):  # type: ignore[no-untyped-def]
    """What strangers in seat 1 make of a throw, then the odds of their next one; those of a lane saw the same."""
    for index in range(len(records)):
        w = records[index]
        mine, his = own[lane[index]], other[lane[index]]
        learn(w, 1, his, mine)
        push(w, 0, mine)
        push(w, 1, his)
        w.thrown += 1
        plan(w, 1)


@kernel
def welcome(records):  # type: ignore[no-untyped-def]
    """Strangers who have seen nothing."""
    for index in range(len(records)):
        w = records[index]
        w.thrown = 0
        sit_down(w, 1)
        plan(w, 1)


class Knower(Mixer):
    """The mixture, with strangers that it has met among its predictors."""

    def __init__(self, world: World, wiped: int = 0) -> None:
        super().__init__(wiped)
        self.name = "knower"
        batch = Batch(world, HYPOTHESES, split="train", seed=5, seats={"opponent_0": "bot"}, lanes=["player_0"])
        batch.reset()
        self._met = batch.worlds.copy()

    def _wipe(self) -> None:
        super()._wipe()
        self._strangers = np.tile(self._met, len(self._lanes)).view(np.recarray)
        self._lane = np.repeat(self._lanes, HYPOTHESES)
        welcome(self._strangers)
        self._weights = np.zeros((len(self._lanes), self._weights.shape[1] + HYPOTHESES))

    def _predict(self) -> NDArray[np.float32]:
        odds = self._strangers.odds[:, 1].reshape(len(self._lanes), HYPOTHESES, 3)
        return np.concatenate([super()._predict(), (1.0 - DOUBT) * odds + DOUBT / 3.0], axis=1)

    def _learn(self, pairs: NDArray[np.int64]) -> None:
        super()._learn(pairs)
        if not self.wiped or self._thrown % self.wiped:
            follow(self._strangers, self._lane, pairs // 3, pairs % 3)


class Told:
    """Answers the odds that it is told."""

    def __init__(self, world: World) -> None:
        self.name, self.needs_reveal = "told", True
        self.mind: Mind | None = None
        self._at, self._size = world.told_pieces.at["next"], world.told_pieces.total

    def reset(self, lanes: int) -> None:
        """Nothing is remembered."""

    def forget(self) -> None:
        """Nothing is remembered."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """What is seen, and behind it what is told (n, R), → throws (n, 1)."""
        told = observations[:, -self._size :]
        return best_answer(told[:, self._at].astype(np.float64))[:, None]


def play(world: World, player: object, split: str, tasks: int) -> tuple[Floats, list[str]]:
    """Return of 1,000 throws at the pace of the later episodes on each task (tasks,), and the kind that was met."""
    found, kinds = [], []
    for first in range(0, tasks, AT_ONCE):
        count = min(AT_ONCE, tasks - first)
        batch = Batch(world, count, split=split, seed=900_001, first_index=first, seats={"opponent_0": "bot"},
                      lanes=["player_0"], reveal=isinstance(player, Told))  # fmt: skip
        batch.reset()
        kinds += [world.bots[int(kind)].name for kind in batch.worlds["bot_kind"][:, 1]]
        trials = run_trials(batch, player, np.zeros(count, np.int64))  # type: ignore[arg-type]
        found.append(trials.returns[:, LATER:].mean(axis=1) * 1_000 / world.timing.decisions)
    return np.concatenate(found), kinds


def rows(world: World, split: str, tasks: int) -> tuple[list[str], dict[str, Floats]]:
    """The kinds met, and the returns (tasks,) of every player by its name."""
    players: dict[str, object] = {"told": Told(world), "knows": Knower(world), "kept": Mixer()}
    players |= {f"wiped {length}": Knower(world, length) for length in LENGTHS}
    found = {name: play(world, player, split, tasks) for name, player in players.items()}
    return found["told"][1], {name: returns for name, (returns, _) in found.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each split: by kind, and of all tasks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=400)
    given = parser.parse_args(arguments)
    world = worlds.get("throws")
    for split in ("train", "test-opponent"):
        kinds, returns = rows(world, split, given.tasks)
        print(f"{split}: return of 1,000 throws in the later episodes")
        print(f"{'':16}" + "".join(f"{name:>11}" for name in returns))
        for kind in sorted(set(kinds)):
            met = np.array(kinds) == kind
            print(f"{kind:16}" + "".join(f"{values[met].mean():11.0f}" for values in returns.values()))
        print(f"{'all':16}" + "".join(f"{values.mean():11.0f}" for values in returns.values()))
        errors = (1.96 * values.std(ddof=1) / given.tasks**0.5 for values in returns.values())
        print(f"{'±':16}" + "".join(f"{error:11.0f}" for error in errors))
        gains = {length: returns["knows"] - returns[f"wiped {length}"] for length in LENGTHS}
        told = "; ".join(
            f"{length} throws {gain.mean():+.0f} ± {1.96 * gain.std(ddof=1) / given.tasks**0.5:.0f}"
            for length, gain in gains.items()
        )
        print(f"remembering across episodes of {told}\n", flush=True)


if __name__ == "__main__":
    main()
