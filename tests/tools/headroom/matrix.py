"""What knowing the others is worth in `matrix`, on paper: `python tests/tools/headroom/matrix.py`, in some minutes.

On paper nobody walks: there are only meetings, as many and with the same others as in the world, and the strangers are
the world's own. `--walk` lets the same players walk in the world itself; who walks goes the way that bots go.

Players who plan choose the first pick of the best row of picks (see `plan`), and differ in what they know:

- told: the game and who the others are · others, game: told one of the two; they remember the whole trial
- kept: told neither, remembers the whole trial · wiped: the same, but forgets everything after every episode.

What one is not told is a cloud of guesses drawn from the same split, weighed by Bayes' rule: games by the payoffs seen,
others by what they picked. So `wiped` knows the strangers' kinds and odds as well as can be, and sets a high mark for
who remembers within an episode only. Beside them: fixed picks, and each kind of bot in the player's seat.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.games.matrix.constants import DECISIONS, MOST_PAID, ROUNDS, TAKE_RED
from worlds.games.matrix.minds import blue_chance, learn, sit_down
from worlds.games.matrix.roster import BOTS
from worlds.games.matrix.walking import act, date_of, seat_of
from worlds.kit.kernel import kernel

Floats = NDArray[np.float64]
EPISODES = 5
GUESSES = 500  # in the cloud of each task
DRAWN = 128  # of them, for a plan
DEPTH = 3  # meetings with the same other that a plan looks ahead
SURE = 0.4  # how far a guessed payoff may lie from one that was seen
PLANNERS = {  # told the others, told the game, forgets after every episode
    "told": (True, True, False), "others": (True, False, False), "game": (False, True, False),
    "kept": (False, False, False), "wiped": (False, False, True),
}  # fmt: skip
FIXED = ("red", "blue", "by turns", "random")


@kernel
def value_of(guesses, luck, paid, seen, date, code, depth):  # type: ignore[no-untyped-def]
    """Mean payoff of a row of picks (the bits of ``code``) of seat 0 against a date; changes the guesses."""
    other, total = seat_of(0, date), 0.0
    for index in range(len(guesses)):
        w = guesses[index]
        for at in range(depth):
            own = code >> at & 1
            theirs = int(luck[at, index] < blue_chance(w, other, 0))
            total += paid[own, theirs] if seen[own, theirs] else w.payoff[0, own, theirs]
            learn(w, other, 0, theirs, own, w.payoff[1, theirs, own])
    return total / (len(guesses) * depth)


@kernel
def weigh(cloud, log, date, own, theirs):  # type: ignore[no-untyped-def]
    """Bayes' rule for what a date picked, in logarithms (guesses, dates); then every guess learns from the meeting."""
    other = seat_of(0, date)
    for index in range(len(cloud)):
        w = cloud[index]
        blue = min(max(blue_chance(w, other, 0), 1e-3), 1.0 - 1e-3)
        log[index, date] += np.log(blue if theirs == 1 else 1.0 - blue)
        learn(w, other, 0, theirs, own, w.payoff[1, theirs, own])


class Planner:
    """One player in one task; ``truth`` is its record, of which it looks only at what it is told."""

    def __init__(self, name: str, truth: Any, cloud: Any, seed: int) -> None:
        told_others, told_game, self.wiped = PLANNERS[name]
        self.fresh, self.chance = cloud.copy(), np.random.default_rng(seed)
        if told_others:
            for field in ("bot_kind", "bot_knob"):
                self.fresh[field] = truth[field]
        if told_game:
            for field in ("game", "good", "payoff"):
                self.fresh[field] = truth[field]
        for w in self.fresh:
            for other in range(1, len(w.bot_kind), 2):
                sit_down(w, other)
        self.forget()

    def forget(self) -> None:
        """Nothing was seen yet."""
        self.cloud, self.log = self.fresh.copy(), np.zeros((len(self.fresh), len(self.fresh[0].bot_kind) // 2))
        self.paid, self.seen = np.zeros((2, 2)), np.zeros((2, 2), np.bool_)

    def begin(self) -> None:
        """An episode."""
        if self.wiped:
            self.forget()

    def pick(self, date: int, left: int) -> int:
        """A colour for a date that is met ``left`` more times in the trial."""
        log = self.log[:, date].copy()
        off = (self.cloud["payoff"][:, 0] - self.paid) / SURE
        log -= 0.5 * (np.square(off) * self.seen).sum(axis=(1, 2))
        weight = np.exp(log - log.max())
        drawn = self.cloud[self.chance.choice(len(weight), DRAWN, p=weight / weight.sum())]
        depth = max(min(DEPTH, left), 1)
        luck = self.chance.uniform(size=(depth, DRAWN))
        values = [value_of(drawn.copy(), luck, self.paid, self.seen, date, code, depth) for code in range(2**depth)]
        return int(np.argmax(values)) & 1

    def see(self, date: int, own: int, theirs: int, paid: float) -> None:
        """A meeting is over."""
        weigh(self.cloud, self.log, date, own, theirs)
        self.paid[own, theirs], self.seen[own, theirs] = paid, True


class Fixed:
    """Picks by no more than the number of its picks."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.chance, self.picks = name, np.random.default_rng(seed), 0

    def begin(self) -> None:
        """Nothing changes."""

    def pick(self, date: int, left: int) -> int:
        """A colour."""
        self.picks += 1
        if self.name == "random":
            return int(self.chance.integers(2))
        return self.picks % 2 if self.name == "by turns" else FIXED.index(self.name)

    def see(self, date: int, own: int, theirs: int, paid: float) -> None:
        """It does not care."""


class Kind:
    """A bot of a kind, its knobs in the middle, in the player's seat."""

    def __init__(self, kind: int, truth: Any, seed: int) -> None:
        self.w, self.chance = truth.copy(), np.random.default_rng(seed)
        self.w.bot_kind[0] = kind
        columns = worlds.get("matrix").knob_columns
        for knob in BOTS[kind].knobs:
            self.w.bot_knob[0, columns[knob.name]] = (knob.low + knob.high) / 2.0
        sit_down(self.w, 0)

    def begin(self) -> None:
        """It remembers the whole trial."""

    def pick(self, date: int, left: int) -> int:
        """By its rule."""
        return int(self.chance.random() < blue_chance(self.w, 0, date))

    def see(self, date: int, own: int, theirs: int, paid: float) -> None:
        """It learns."""
        learn(self.w, 0, date, own, theirs, paid)


def player_of(name: str, truth: Any, cloud: Any, seed: int) -> Any:
    """The player of a name in one task."""
    if name in PLANNERS:
        return Planner(name, truth, cloud, seed)
    if name in FIXED:
        return Fixed(name, seed)
    return Kind([bot.name for bot in BOTS].index(name), truth, seed)


def meetings_left(meeting: int, dates: int) -> int:
    """How often the date of a meeting is met from it to the end of the trial, itself included."""
    return (EPISODES * ROUNDS - 1 - meeting) // dates + 1


def on_paper(name: str, tasks: Any, cloud: Any) -> Floats:
    """(tasks, episodes): what the game pays."""
    found = np.zeros((len(tasks), EPISODES))
    for index in range(len(tasks)):
        w = tasks[index].copy()
        player, chance = player_of(name, w, cloud, index), np.random.default_rng([index, 7])
        for seat in range(len(w.bot_kind)):
            sit_down(w, seat)
        for meeting in range(EPISODES * ROUNDS):
            if meeting % ROUNDS == 0:
                player.begin()
            date = meeting % (len(w.bot_kind) // 2)
            other = seat_of(0, date)
            own = player.pick(date, meetings_left(meeting, len(w.bot_kind) // 2))
            theirs = int(chance.random() < blue_chance(w, other, 0))
            learn(w, other, 0, theirs, own, w.payoff[1, theirs, own])
            player.see(date, own, theirs, float(w.payoff[0, own, theirs]))
            found[index, meeting // ROUNDS] += w.payoff[0, own, theirs]
    return found


def walking(name: str, split: str, count: int, cloud: Any) -> Floats:
    """(tasks, episodes): the return of seat 0 in the world itself."""
    world = worlds.get("matrix")
    batch = Batch(world, count, split=split, seed=900_001, lanes=["trader_0"],
                  seats={seat.name: "bot" for seat in world.seats[1:]})  # fmt: skip
    batch.reset()
    players = [player_of(name, batch.worlds[index].copy(), cloud, index) for index in range(count)]
    found, choices = np.zeros((count, EPISODES)), np.zeros((count, 1, 1), np.int64)
    for decision in range(EPISODES * DECISIONS):
        for index, player in enumerate(players):
            w = batch.worlds[index]
            if decision % DECISIONS == 0:
                player.begin()
            act(w, 0)
            if w.action[0, 0] >= TAKE_RED:
                left = meetings_left(decision * ROUNDS // DECISIONS, len(w.bag) // 2)
                w.action[0, 0] = TAKE_RED + player.pick(date_of(w, 0), left)
            choices[index, 0, 0] = w.action[0, 0]
        dates = [int(date_of(w, 0)) for w in batch.worlds]
        observations, rewards, _, _ = batch.step(choices)
        found[:, decision // DECISIONS] += rewards[:, 0]
        over = batch.episode_ends > 0
        seen = np.where(over[:, None], batch.final_observations[:, 0], observations[:, 0])
        news = seen[:, world.observation.at["news"]]
        for index in np.flatnonzero(news[:, :2].any(axis=1)).tolist():
            own, theirs, paid = int(news[index, 1]), int(news[index, 3]), float(news[index, 4]) * MOST_PAID
            players[index].see(dates[index], own, theirs, paid)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each player: by episode, and the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="players; all when left out")
    parser.add_argument("--tasks", type=int, default=200)
    parser.add_argument("--seats", type=int, default=4)
    parser.add_argument("--splits", nargs="*", default=["train", "test-opponent"])
    parser.add_argument("--walk", action="store_true")
    given = parser.parse_args(arguments)
    world = worlds.get("matrix", seats=given.seats)
    for split in given.splits:
        tasks, cloud = (Batch(world, n, split=split, seed=s) for n, s in ((given.tasks, 900_001), (GUESSES, 5)))
        tasks.reset(), cloud.reset()
        kinds = [bot.name for bot in BOTS if bot.split == "train"]
        print(f"{split}: {'return' if given.walk else 'what the game pays'} by episode, and the mean", flush=True)
        for name in given.names or (*PLANNERS, *FIXED, *kinds):
            if given.walk:
                found = walking(name, split, given.tasks, cloud.worlds)
            else:
                found = on_paper(name, tasks.worlds, cloud.worlds)
            error = 1.96 * found.mean(axis=1).std(ddof=1) / given.tasks**0.5
            means = "".join(f"{mean:7.2f}" for mean in found.mean(axis=0))
            print(f"{name:12}{means}   {found.mean():6.2f} ± {error:.2f}", flush=True)


if __name__ == "__main__":
    main()
