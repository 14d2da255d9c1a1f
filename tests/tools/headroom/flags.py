"""What knowing the strangers is worth in `flags`, by scripted players: `python tests/tools/headroom/flags.py`.

On paper, which is the default, the shores are left out: four seats choose their posts at once, four rounds an episode,
five episodes a trial, and all see all posts afterwards. ``--world`` plays the world itself. The player has the first
seat; the seats of the two teams come by turns, so the second and the fourth are its foes.

- told: knows the odds of everybody's next post (in the world: what oracles are told of it) and answers them best.
- kept: Bayes' rule over the plans and knobs of training, kept for the trial.
- wiped: the same, forgotten at every episode start: the best that memory within episodes can do.
- mates, foes: on paper, told of the mate's post alone or of the foes' alone; of the rest it knows what wiped does.
- posts always taken, posts by chance, and every plan that plays by itself.

So kept − wiped is what remembering across episodes is worth, and told − wiped bounds it from above.
"""

import argparse
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from simulator.engine.minds import Mind
from simulator.engine.trial import run_trials
from worlds.games.flags.constants import (
    CATCH,
    CHOICES,
    CROWN,
    LANES,
    NO_POST,
    POSTS,
    ROUNDS,
    STAY,
    THROUGH,
    TO_POST,
)
from worlds.games.flags.plans import AVENGER, CONTRARY, DECOY, DRILLED, LATE, PARTNER, SHADOW, TURTLE, planned
from worlds.games.flags.senses import OTHER
from worlds.world import World

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
SEATS, EPISODES = 4, 5
PLANS = {"train": tuple(range(DECOY)), "test-opponent": (DECOY, CONTRARY, PARTNER), "final": (LATE, AVENGER)}
LAPSE = (0.0, 0.12)
SURE = 0.06  # share of lapses that the Bayes players reckon with


class Types:
    """K strangers, (K, 4): plan, opening, turn and row; how often each is met, and its next post by situation."""

    def __init__(self, plans: Sequence[int]) -> None:
        found: list[tuple[int, int, int, int]] = []
        weights: list[float] = []
        for plan in plans:
            turns = (1,) if plan in (DRILLED, TURTLE, SHADOW, AVENGER) else (1, 2)
            mine = list(product((plan,), range(POSTS), turns, range(POSTS**3) if plan == DRILLED else (0,)))
            found += mine
            weights += [1.0 / len(mine)] * len(mine)
        self.all, self.weights = np.array(found), np.array(weights) / sum(weights)
        self._next: dict[tuple[int, ...], Whole] = {}

    def posts(self, situations: Whole) -> Whole:
        """(n, K): next posts in situations (n, 5): rounds so far, own post and whether it paid, rival's, mate's."""
        unique, back = np.unique(situations, axis=0, return_inverse=True)
        for situation in map(tuple, unique.tolist()):
            if situation not in self._next:
                self._next[situation] = np.array([planned(*map(int, each), *situation) for each in self.all])
        return np.stack([self._next[tuple(each)] for each in unique.tolist()])[back.ravel()]


def tensors() -> tuple[Floats, Floats]:
    """By the posts of all four seats: flags that the first team is ahead by in each lane, and catches likewise."""
    flags, catches = np.zeros((*(POSTS,) * SEATS, LANES)), np.zeros((POSTS,) * SEATS)
    for posts in product(range(POSTS), repeat=SEATS):
        for team, lane in product(range(2), range(LANES)):
            raiders = sum(posts[seat] == lane for seat in range(team, SEATS, 2))
            guards = sum(posts[seat] == LANES + lane for seat in range(1 - team, SEATS, 2))
            flags[posts][lane] += (1 - 2 * team) * (raiders > guards)
            catches[posts] -= (1 - 2 * team) * min(raiders, guards)
    return flags, catches


FLAGS, CATCHES = tensors()


def worth_of(odds: Floats, prizes: Floats) -> Floats:
    """(n, posts): points expected of each own post; odds (n, 3, posts) of the others', prizes (n, lanes) of flags."""
    points = np.einsum("abcdl,nl->nabcd", FLAGS, prizes) + CATCH * CATCHES
    return np.asarray(np.einsum("nabcd,nb,nc,nd->na", points, odds[:, 0], odds[:, 1], odds[:, 2]))


class Bayes:
    """Beliefs about the three others in n tasks, over the types of training."""

    def __init__(self, types: Types, n: int) -> None:
        self.types, self.n = types, n
        self.wipe()

    def wipe(self) -> None:
        """Nothing was seen."""
        self._weights = np.tile(self.types.weights, (self.n, SEATS - 1, 1))
        self.prizes = np.full((self.n, LANES), (CROWN + (LANES - 1) * THROUGH) / LANES)

    def odds(self, situations: Whole) -> Floats:
        """(n, 3, posts) in situations (n, 3, 5)."""
        self._guesses = np.stack([self.types.posts(situations[:, other]) for other in range(SEATS - 1)], axis=1)
        shares = [(self._weights * (self._guesses == post)).sum(axis=2) for post in range(POSTS)]
        return (1.0 - SURE) * np.stack(shares, axis=2) + SURE / POSTS

    def see(self, posts: Whole) -> None:
        """The others (n, 3) took these posts."""
        self._weights *= np.where(self._guesses == posts[:, :, None], 1.0 - SURE, SURE / POSTS)
        self._weights /= self._weights.sum(axis=2, keepdims=True)

    def see_prizes(self, shown: Floats) -> None:
        """Flags (n, lanes) that were taken in this episode: 1 the crown, −1 a plain one, 0 none."""
        has_crown = shown.max(axis=1) > 0.0
        self.prizes = np.where(shown < 0.0, THROUGH, self.prizes)
        self.prizes = np.where(has_crown[:, None], np.where(shown > 0.0, CROWN, THROUGH), self.prizes)


def situations_of(turns: int, posts: Whole, paid: Whole, seats: Sequence[int]) -> Whole:
    """(n, seats, 5) of the round that begins, after posts (n, 4) that paid (n, 4) or not."""
    rows = [
        np.stack([np.full(len(posts), turns), posts[:, seat], paid[:, seat],
                  posts[:, (seat + 1) % SEATS], posts[:, (seat + 2) % SEATS]], axis=1)
        for seat in seats
    ]  # fmt: skip
    return np.stack(rows, axis=1)


# --- on paper ------------------------------------------------------------------------------------------------------


def paid_of(posts: Whole) -> Whole:
    """(n, 4): whether each post paid: a guard who caught one, the first raider who was left."""
    paid = np.zeros_like(posts)
    for task, team, lane in product(range(len(posts)), range(2), range(LANES)):
        raiders = [seat for seat in range(team, SEATS, 2) if posts[task, seat] == lane]
        guards = [seat for seat in range(1 - team, SEATS, 2) if posts[task, seat] == LANES + lane]
        for seat in raiders[len(guards) : len(guards) + 1] + guards[: len(raiders)]:
            paid[task, seat] = 1
    return paid


def paper(player: str, strangers: Types, known: Types, n: int, episodes: int = EPISODES) -> Floats:
    """Returns (n, episodes) of the reduced model."""
    rng = np.random.default_rng(1)
    who, lapse = (
        rng.choice(len(strangers.all), size=(n, SEATS - 1), p=strangers.weights),
        rng.uniform(*LAPSE, (n, SEATS - 1)),
    )
    crown, bayes, returns = np.eye(LANES)[rng.integers(LANES, size=n)], Bayes(known, n), np.zeros((n, episodes))
    alone = Types([int(player[4:])]) if player.startswith("plan") else known
    self_like = rng.integers(len(alone.all), size=n)
    for episode in range(episodes):
        if player != "kept":
            bayes.wipe()
        posts, paid = np.full((n, SEATS), NO_POST), np.zeros((n, SEATS), np.int64)
        for turns in range(ROUNDS):
            situations = situations_of(turns, posts, paid, (1, 2, 3))
            plain = np.stack(
                [strangers.posts(situations[:, k])[np.arange(n), who[:, k]] for k in range(SEATS - 1)], axis=1
            )
            odds = bayes.odds(situations)
            told = (1.0 - lapse[:, :, None]) * np.eye(POSTS)[plain] + lapse[:, :, None] / POSTS
            for k in {"told": (0, 1, 2), "mates": (1,), "foes": (0, 2)}.get(player, ()):
                odds[:, k] = told[:, k]
            best = (worth_of(odds, bayes.prizes) + 1e-9 * rng.random((n, POSTS))).argmax(axis=1)
            own = situations_of(turns, posts, paid, (0,))[:, 0]
            if player.startswith("post"):
                best[:] = int(player[4:])
            elif player.startswith("plan"):
                best = alone.posts(own)[np.arange(n), self_like]
            elif player == "by chance":
                best = rng.integers(POSTS, size=n)
            luck = np.where(rng.random((n, SEATS - 1)) < lapse, rng.integers(POSTS, size=(n, SEATS - 1)), plain)
            posts = np.concatenate([best[:, None], luck], axis=1)
            paid = paid_of(posts)
            bayes.see(luck)
            flags = FLAGS[tuple(posts.T)]
            bayes.see_prizes(np.where(flags != 0.0, 2.0 * crown - 1.0, 0.0))
            prizes = THROUGH + (CROWN - THROUGH) * crown
            returns[:, episode] += (flags * prizes).sum(axis=1) + CATCH * CATCHES[tuple(posts.T)]
    return returns


# --- in the world --------------------------------------------------------------------------------------------------


class Player:
    """Makes for one post in each round, chosen by ``manner``."""

    def __init__(self, world: World, manner: str, known: Types) -> None:
        self.name, self.manner, self.known, self.needs_reveal = manner, manner, known, manner == "told"
        self._at, self._told = world.observation.at, world.told_pieces
        self.mind: Mind | None = None

    def reset(self, lanes: int) -> None:
        """New trials."""
        self._bayes, self._rng = Bayes(self.known, lanes), np.random.default_rng(5)
        self._goal, self._was_shown = np.zeros(lanes, np.int64), True

    def forget(self) -> None:
        """It forgets by its manner only."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> Whole:
        """Observations (n, O) → moves (n, 1)."""
        del legal
        own, others = (
            observations[:, self._at["own"]],
            observations[:, self._at["others"]].reshape(-1, SEATS - 1, OTHER),
        )
        is_shown, turns = own[0, 4] > 0.5, int(own[0, 5:9].argmax())
        signs = np.concatenate([own[:, None, 11 : 11 + POSTS], others[:, :, 6 : 6 + POSTS]], axis=1)
        posts = np.where(signs.any(axis=2), signs.argmax(axis=2), NO_POST)
        paid = np.concatenate([own[:, 10:11] > 0.5, others[:, :, 4] > 0.5], axis=1).astype(np.int64)
        if is_shown and not self._was_shown and not self.manner.startswith("post"):
            self._bayes.see(posts[:, 1:])
            self._bayes.see_prizes(observations[:, self._at["ways"]][:, 4:].astype(np.float64))
        elif not is_shown and self._was_shown:
            if self.manner == "wiped" and turns == 0:
                self._bayes.wipe()
            self._goal = self._choose(observations, turns, posts, paid)
        self._was_shown = is_shown
        return np.where(is_shown, STAY, TO_POST + self._goal)[:, None]

    def _choose(self, observations: NDArray[np.float32], turns: int, posts: Whole, paid: Whole) -> Whole:
        n = len(observations)
        if self.manner.startswith("post"):
            return np.full(n, int(self.manner[4:]))
        luck = self._rng.random((n, POSTS))
        odds = self._bayes.odds(situations_of(turns, posts, paid, (1, 2, 3)))
        if self.manner == "by chance":
            return luck.argmax(axis=1)
        worth = worth_of(odds, self._bayes.prizes)
        if self.manner == "told":
            told = observations[:, -self._told.total :]
            is_open, raided, crown = (told[:, self._told.at[name]] > 0.5 for name in ("open", "raided", "crown"))
            prizes = THROUGH + (CROWN - THROUGH) * crown
            worth = np.concatenate([np.where(is_open, prizes, -CATCH), raided * (prizes + CATCH)], axis=1)
        return np.asarray((worth + 1e-9 * luck).argmax(axis=1))


def play(manner: str, split: str, known: Types, tasks: int) -> Floats:
    """Returns (tasks, episodes) of the first seat against and with the task's bots."""
    world = worlds.get("flags")
    mine = world.seats[0].name
    seats = {seat.name: "bot" for seat in world.seats if seat.name != mine}
    lanes = np.zeros(tasks, np.int64)
    if manner.startswith("bot:"):
        seats[mine] = manner
        nobody = np.zeros((tasks, 0), np.int64)
        batch = Batch(world, tasks, split=split, seed=900_001, seats=seats, lanes=nobody)
        return np.asarray(run_trials(batch, None, lanes).returns)
    batch = Batch(world, tasks, split=split, seed=900_001, seats=seats, lanes=[mine], reveal=manner == "told")
    player = Player(world, manner, known)
    return np.asarray(run_trials(batch, player, lanes).returns)  # type: ignore[arg-type]


# --- tables --------------------------------------------------------------------------------------------------------


def show(name: str, returns: Floats) -> float:
    """One row: by episode, the mean of episodes 3 to 5 and its 95 % interval."""
    late = returns[:, 2:].mean(axis=1)
    row = " ".join(f"{value:6.2f}" for value in returns.mean(axis=0))
    error = 1.96 * late.std(ddof=1) / len(late) ** 0.5
    print(f"    {name:<14}{row}   3–5: {late.mean():5.2f} ± {error:.2f}", flush=True)
    return float(late.mean())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for every split."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--splits", nargs="*", default=["train", "test-opponent"], choices=list(PLANS))
    parser.add_argument("--world", action="store_true", help="in the world instead of on paper")
    given = parser.parse_args(arguments)
    known = Types(PLANS["train"])
    manners = ["told", "kept", "wiped", "by chance", *(f"post{post}" for post in range(POSTS))]
    if given.world:
        manners += [f"bot:{bot.name}" for bot in worlds.get("flags").bots if bot.split == "train"]
    else:
        manners += ["mates", "foes", *(f"plan{plan}" for plan in PLANS["train"])]
    for split in given.splits:
        strangers = Types(PLANS[split])

        def run(manner: str, split: str = split, strangers: Types = strangers) -> Floats:
            if given.world:
                return play(manner, split, known, given.tasks)
            return paper(manner, strangers, known, given.tasks)

        print(f"{split}, {'in the world' if given.world else 'on paper'}: points by episode")
        found = {manner: show(manner, run(manner)) for manner in manners}
        head = found["told"] - found["wiped"]
        fixed = max(value for name, value in found.items() if name.startswith(("post", "plan", "bot", "by")))
        print(f"    told − wiped {head:.2f}; (kept − wiped) / it {(found['kept'] - found['wiped']) / head:.2f}; "
              f"(told − best fixed) / it {(found['told'] - fixed) / head:.2f}", flush=True)  # fmt: skip


assert CHOICES[TO_POST].startswith("raid")

if __name__ == "__main__":
    main()
