"""What knowing the strangers is worth in `harvest`, on paper: `python tests/tools/headroom/harvest.py`, in minutes.

On paper nobody walks: there are only meetings, as many and with as many others as in the world, each at a full patch;
strangers and berries are the world's own. `--walk` lets the same players walk in the world itself, where patches
remember how they were left.

A plan is what one does in the first two ticks of a meeting. Whatever follows is alike for all: who sees the other one
pick picks too and leaves some, and grabs at the very end; who sees him grab grabs, after one more try of a key that has
worked before. Players differ in what they know when they choose a plan:

- told: who the other one is, kind and knobs · kept: nothing, but it remembers the whole trial · wiped: the same, but it
  forgets everything after every episode.

What one is not told is a cloud of guesses drawn from the same split, weighed by Bayes' rule: by when the other one
became moderate, if ever, and how often it zapped. So `wiped` knows kinds and odds as well as can be, and sets a high
mark for who remembers within an episode only. Beside them: each plan, always; random choices; each kind of bot in the
player's seat.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.games.harvest.constants import (
    DECISIONS,
    DID_GRAB,
    DID_LIE,
    DID_PICK,
    FULL,
    GIVE,
    GO,
    GRAB,
    KEYS,
    PICK,
    PICKING,
    ROUND,
    ROUNDS,
    STAY,
    WALK,
    ZAP,
)
from worlds.games.harvest.roster import BOTS
from worlds.games.harvest.rules import begin_round, legal, step
from worlds.games.harvest.walking import act, has_rung, is_at
from worlds.kit.kernel import kernel

Floats = NDArray[np.float64]
EPISODES = 5
OPENINGS = (PICK, ZAP, GIVE, STAY, GRAB)  # in the order of the keys
PLANS = np.array([(first, second) for first in OPENINGS for second in OPENINGS])
RUNS = 24  # of every plan with everybody
GUESSES = 400
SIGNS = 4 * 3  # when it became moderate (never, second tick, third, later) and how often it zapped (0, 1, more)
SLOW, LUSH = 0.9, 1.3  # growth
LEAVES = 2.5  # berries that a moderate player leaves
PLANNERS = ("told", "kept", "wiped")


@kernel
def choose(first, second, tick, stock, theirs, was_soft):  # type: ignore[no-untyped-def]
    """The choice of a plan ``tick`` ticks after the bell; ``theirs``: what the other one did last."""
    if tick == 0:
        return first
    if theirs == DID_PICK or (was_soft == 1 and theirs != DID_GRAB):
        if tick >= PICKING - 1:
            return GRAB
        return PICK if stock >= LEAVES else STAY
    if tick == 1:
        return second
    if theirs == DID_LIE:
        return PICK if stock >= LEAVES else STAY
    if was_soft == 1 and first != GRAB and tick < PICKING - 2:
        return first
    return GRAB


@kernel
def meet(w, first, second, actions, rewards):  # type: ignore[no-untyped-def]
    """One meeting of seat 0, which plays a plan, with seat 1; what it earns, and the sign that it sees."""
    begin_round(w, 0)
    w.tick = WALK
    patch = w.due[0]
    w.stock[patch] = FULL
    for seat in range(2):
        w.row[seat], w.col[seat] = w.place[patch, 0], w.place[patch, 1]
    rewards[0] = 0.0
    soft, sign, zapped = 0, 0, w.zapped[0]
    for tick in range(PICKING):
        if w.tick % ROUND == ROUND - 1:  # the last tick: the round must not begin anew
            sign = sign_of(soft, w.zapped[0] - zapped)
        actions[0, 0] = choose(first, second, tick, w.stock[patch], int(w.deed[1]), int(soft > 0))
        act(w, 1)
        actions[1, 0] = w.action[1, 0]
        step(w, actions, rewards)
        if soft == 0 and int(w.deed[1]) == DID_PICK:
            soft = tick
        w.tick += 1
    return rewards[0], sign


@kernel
def sign_of(soft, zaps):  # type: ignore[no-untyped-def]
    """The number of what one saw."""
    return min(soft, 3) + 4 * min(zaps, 2)


@kernel
def weigh(strangers, seeds, plans, values, signs, actions, rewards):  # type: ignore[no-untyped-def]
    """Mean earnings (plans, strangers) and how often each sign is seen (plans, strangers, SIGNS)."""
    for index in range(len(strangers)):
        w = strangers[index]
        for plan in range(len(plans)):
            for run in range(len(seeds)):
                w.drawn = seeds[run]
                w.grudge[1, 0] = 0
                for patch in range(len(w.growth)):
                    w.growth[patch] = SLOW if run % 2 == 0 else LUSH
                paid, sign = meet(w, plans[plan, 0], plans[plan, 1], actions, rewards)
                values[plan, index] += paid / len(seeds)
                signs[plan, index, sign] += 1.0 / len(seeds)


def nothing() -> tuple[NDArray[np.int64], Floats]:
    """Actions and rewards of two seats, to be filled in."""
    return np.zeros((2, 1), np.int64), np.zeros(2)


def table(strangers: Any) -> tuple[Floats, Floats]:
    """What every plan earns from, and shows of, the bot in seat 1 of each of some records of the world of two."""
    values, signs = np.zeros((len(PLANS), len(strangers))), np.zeros((len(PLANS), len(strangers), SIGNS))
    weigh(strangers, np.arange(1, RUNS + 1).astype(np.uint64) * np.uint64(1000), PLANS, values, signs, *nothing())
    return values, signs


def people(count: int, split: str, seed: int) -> Any:
    """Records of the world of two, with a bot in seat 1."""
    batch = Batch(worlds.get("harvest", seats=2), count, split=split, seed=seed, seats={"picker_1": "bot"})
    batch.reset()
    return batch.worlds.copy()


class Planner:
    """What a player makes of one stranger; ``own`` is what each plan earns from that one, which only `told` may see."""

    def __init__(self, name: str, cloud: tuple[Floats, Floats], own: Floats) -> None:
        self.name, self.values, self.own = name, cloud[0], own
        self.odds = (cloud[1] + 0.005) / (1.0 + 0.005 * SIGNS)
        self.forget()

    def forget(self) -> None:
        """Nothing was seen yet."""
        self.belief = np.full(self.values.shape[1], 1.0 / self.values.shape[1])

    def plan(self, left: int) -> int:
        """A plan, when one is to meet this one ``left`` more times: what it earns, and what it shows for later."""
        if self.name == "told":
            return int(self.own.argmax())
        now = self.values @ self.belief
        joint = self.odds * self.belief[:, None]  # (plans, guesses, signs)
        later = np.einsum("pg,qgs->qsp", self.values, joint).max(axis=2).sum(axis=1)
        return int((now + left * later).argmax())

    def see(self, plan: int, sign: int) -> None:
        """Bayes' rule."""
        self.belief = self.belief * self.odds[plan, :, sign]
        self.belief /= self.belief.sum()


class Always:
    """One plan, whatever happens."""

    def __init__(self, plan: int) -> None:
        self.always = plan

    def forget(self) -> None:
        """There is nothing to forget."""

    def plan(self, left: int) -> int:
        """The one."""
        return self.always

    def see(self, plan: int, sign: int) -> None:
        """It does not care."""


def names() -> list[str]:
    """Of all plans."""
    words = dict(zip(OPENINGS, KEYS, strict=True))
    return [f"{words[int(first)]}+{words[int(second)]}" for first, second in PLANS]


def player_of(name: str, cloud: tuple[Floats, Floats], own: Floats) -> Any:
    """Somebody who plans, for one stranger."""
    return Always(names().index(name)) if name in names() else Planner(name, cloud, own)


def meetings_left(name: str, episode: int, nth: int, times: int) -> int:
    """How often one more a stranger is met, of which a player with this memory will know."""
    return (times - 1 - nth) + (0 if name == "wiped" else times * (EPISODES - 1 - episode))


def on_paper(name: str, tasks: Any, cloud: tuple[Floats, Floats], others: int) -> Floats:
    """(tasks, episodes): what meetings earn, those with each stranger as often as in the world."""
    found, (values, _) = np.zeros((len(tasks), EPISODES)), table(tasks.copy())
    times = max(ROUNDS // others, 1)
    for index in range(len(tasks)):
        player, w = player_of(name, cloud, values[:, index]), tasks[index].copy()
        for episode in range(EPISODES):
            w.grudge[1, 0] = 0
            if name == "wiped":
                player.forget()
            for nth in range(times):
                plan = player.plan(meetings_left(name, episode, nth, times))
                w.drawn = np.uint64(7_000_000 + 1000 * (episode * times + nth))
                actions, rewards = nothing()
                paid, sign = meet(w, PLANS[plan, 0], PLANS[plan, 1], actions, rewards)
                player.see(plan, sign)
                found[index, episode] += paid * others
    return found


class Walker:
    """Seat 0 of one world of the batch, played by plans; ``watch`` follows what it sees."""

    def __init__(self, name: str, cloud: tuple[Floats, Floats], own: list[Floats]) -> None:
        self.name, self.minds = name, [player_of(name, cloud, each) for each in own]
        self.soft, self.code, self.zapped = 0, -1, 0

    def choice(self, w: Any, episode: int) -> int:
        """What seat 0 does now."""
        mate, tick = int(w.mate[0]), int(w.tick) % ROUND - WALK
        if int(w.down[0]) > 0:
            return STAY
        if not has_rung(w) or not is_at(w, 0, w.due[0]):
            return GO
        if tick == 0 or self.code < 0:
            if self.name == "wiped" and int(w.tick) < ROUND:
                for mind in self.minds:
                    mind.forget()
            times = max(ROUNDS // len(self.minds), 1)
            nth = int(w.tick) // ROUND // len(self.minds)
            self.code = self.minds[mate - 1].plan(meetings_left(self.name, episode, min(nth, times - 1), times))
            self.soft, self.zapped = 0, int(w.zapped[0])
        first, second = PLANS[self.code]
        return int(choose(first, second, tick, w.stock[w.due[0]], int(w.deed[mate]), int(self.soft > 0)))

    def watch(self, w: Any, mate: int, tick: int) -> None:
        """After a decision, ``tick`` ticks after the bell, of the round that it was in."""
        if self.soft == 0 and tick > 0 and int(w.deed[mate]) == DID_PICK:
            self.soft = tick
        if tick == PICKING - 2:
            self.minds[mate - 1].see(self.code, int(sign_of(self.soft, int(w.zapped[0]) - self.zapped)))


def strangers_of(tasks: Any) -> list[list[Floats]]:
    """For every task, by stranger: what each plan earns from it."""
    record, found = people(1, "train", 3)[0], []
    others = len(tasks[0].mate) - 1
    each = np.repeat(np.array([record], people(1, "train", 3).dtype), len(tasks) * others).view(type(tasks))
    each["bot_kind"][:, 1] = tasks["bot_kind"][:, 1:].ravel()
    each["bot_knob"][:, 1] = tasks["bot_knob"][:, 1:].reshape(len(each), -1)
    values = table(each)[0]
    for index in range(len(tasks)):
        found.append([values[:, index * others + other] for other in range(others)])
    return found


def walking(name: str, split: str, count: int, cloud: tuple[Floats, Floats], seats: int) -> Floats:
    """(tasks, episodes): the return of seat 0 in the world itself."""
    world, is_bot = worlds.get("harvest", seats=seats), name in [bot.name for bot in BOTS]
    spec = {seat.name: "bot" for seat in world.seats[1:]} | ({"picker_0": f"bot:{name}"} if is_bot else {})
    lanes: Any = np.zeros((count, 0), np.int64) if is_bot else ["picker_0"]
    batch = Batch(world, count, split=split, seed=900_001, lanes=lanes, seats=spec)
    batch.reset()
    plans, chance = not is_bot and name != "random", np.random.default_rng(1)
    players = [Walker(name, cloud, own) for own in strangers_of(batch.worlds)] if plans else []
    found, can = np.zeros((count, EPISODES)), np.zeros(len(world.actions[0].choices), np.uint8)
    choices = np.zeros((count, int(not is_bot), 1), np.int64)
    for decision in range(EPISODES * DECISIONS):
        mates, tick = batch.worlds["mate"][:, 0].copy(), int(batch.worlds[0].tick) % ROUND - WALK
        for index in range(0 if is_bot else count):
            w = batch.worlds[index]
            if plans:
                choices[index] = players[index].choice(w, decision // DECISIONS)
            else:
                legal(w, 0, can)
                choices[index] = chance.choice(np.flatnonzero(can))
        batch.step(choices)
        for index in range(count if plans and tick >= 0 else 0):
            players[index].watch(batch.worlds[index], int(mates[index]), tick)
        if (decision + 1) % DECISIONS == 0:
            found[:, decision // DECISIONS] = batch.episode_returns[:, 0]
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each player: by episode, and the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="players; all when left out")
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--seats", type=int, default=4)
    parser.add_argument("--splits", nargs="*", default=["train", "test-opponent"])
    parser.add_argument("--walk", action="store_true")
    given = parser.parse_args(arguments)
    for split in given.splits:
        cloud = table(people(GUESSES, split, 5))
        tasks = people(given.tasks, split, 900_001)
        plans = sorted(names(), key=lambda name: -float(cloud[0][names().index(name)].mean()))
        others = (*plans[:2], "race+race", "random") if given.walk else plans
        bots = [bot.name for bot in BOTS if bot.split == "train"] if given.walk else []
        print(f"{split}: {'return' if given.walk else 'what meetings earn'} by episode, and the mean", flush=True)
        for name in given.names or (*PLANNERS, *others, *bots):
            if given.walk:
                found = walking(name, split, given.tasks, cloud, given.seats)
            else:
                found = on_paper(name, tasks, cloud, given.seats - 1)
            error = 1.96 * found.mean(axis=1).std(ddof=1) / given.tasks**0.5
            means = "".join(f"{mean:7.2f}" for mean in found.mean(axis=0))
            print(f"{name:18}{means}   {found.mean():6.2f} ± {error:.2f}", flush=True)


if __name__ == "__main__":
    main()
