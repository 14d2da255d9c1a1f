"""What notes of the streets are worth in routes, by how far ahead along each way they are read.

`python tests/tools/headroom/routes.py --tasks 256` prints the mean return by episode of bots and of scripted drivers,
who note what every street cost when they leave it, keep the notes for the trial and at each fork take the turn whose
quickest way on empty roads is the shortest with what is noted of its first streets. Where `told`, the notes are the
true seconds lost from the beginning; `search` is the bot `learner`, which seeks the shortest way by its notes instead.
"""

import argparse
from typing import Any

import numpy as np
from numpy.typing import NDArray

import worlds
from simulator.engine import Batch
from worlds.kit.kernel import kernel
from worlds.traffic.routes.constants import KEEP, TURNS
from worlds.traffic.routes.senses import lost_in, street_of_turn
from worlds.traffic.routes.state import STREETS
from worlds.traffic.routes.ways import fork_of, option, trip_at
from worlds.world import OPEN_SPLITS, World

EPISODES = 5
PACE = 0.5  # share of the last time in a note
CAREFUL = "wander=0,patience=80"
FARTHEST = 99  # streets: the whole way
BOTS = {
    "quickest": f"quickest:{CAREFUL}",
    "knowing": f"knowing:{CAREFUL},trust=1",
    "search": f"learner:{CAREFUL},pace={PACE}",
}
Floats = NDArray[np.float64]


@kernel
def plan(w: Any, seat: int, notes: Any, depth: int) -> int:
    """The turn with the fewest seconds to go on empty roads and, in its first streets, by the notes (STREETS,)."""
    car = w.ride[seat]
    fork = fork_of(w, w.car_lane[car]) if car >= 0 else -1
    if fork < 0:
        return KEEP
    trip = trip_at(w, seat, fork)
    best, found = 1e9, KEEP
    for turn in range(TURNS):
        link = option(w, fork, turn, trip)
        if link < 0:
            continue
        cost, street = w.to_go[link, trip], street_of_turn(w, fork, turn, trip)
        for _ in range(depth):
            if street >= 0:
                part = 0.5 if street // 2 == w.stop_road[trip] else 1.0
                cost += part * notes[street]
                street = int(w.street_after[street, trip])
        if cost < best:
            best, found = cost, turn
    return found


def by_bot(world: World, spec: str, split: str, tasks: int) -> Floats:
    """Mean return by episode (EPISODES,) of a kind of bot that keeps what it has learnt for the trial."""
    seats = {seat.name: f"bot:{spec}" for seat in world.seats}
    batch = Batch(world, tasks, split=split, seed=900_001, episodes_per_trial=EPISODES, seats=seats, lanes=[])
    batch.reset()
    found, nothing = np.zeros(EPISODES), np.zeros((tasks, 0, 1), np.int64)
    for episode in range(EPISODES):
        for _ in range(world.timing.decisions - 1):
            batch.step(nothing)
        learnt = batch.worlds.learnt.copy()
        batch.step(nothing)
        batch.worlds.learnt[:] = learnt
        found[episode] = batch.episode_returns.mean()
    return found


def by_notes(world: World, depth: int, split: str, tasks: int, *, told: bool) -> Floats:
    """Mean return by episode (EPISODES,) of drivers who read their notes so many streets ahead."""
    batch = Batch(world, tasks, split=split, seed=900_001, episodes_per_trial=EPISODES)
    batch.reset()
    seats, found = len(world.seats), np.zeros(EPISODES)
    notes = np.zeros((tasks, seats, STREETS))
    if told:
        notes[:] = [[[lost_in(w, street) for street in range(STREETS)]] * seats for w in batch.worlds]
    for episode in range(EPISODES):
        for decision in range(world.timing.decisions):
            rows = zip(batch.worlds, notes, strict=True)
            turns = [[plan(w, seat, mine[seat], depth) for seat in range(seats)] for w, mine in rows]
            before = batch.worlds.street.copy()
            batch.step(np.array(turns, np.int64)[..., None])
            if not told and decision < world.timing.decisions - 1:
                note(batch.worlds, before, notes)
        found[episode] = batch.episode_returns.mean()
    return found


def note(records: np.ndarray, before: NDArray[np.int32], notes: Floats) -> None:
    """Write down what the streets that were left since then have cost."""
    left = (records["street"] != before) & (records["street_before"] == before)
    for task, seat in np.argwhere(left):
        street = before[task, seat]
        notes[task, seat, street] += PACE * (records["met"][task, seat, street] - notes[task, seat, street])


def main() -> None:
    """Print a row for every driver."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=256)
    parser.add_argument("--split", choices=OPEN_SPLITS, default="train")
    parser.add_argument("--depths", type=int, nargs="*", default=[0, 1, 2, 3, 4, FARTHEST])
    chosen = parser.parse_args()
    world = worlds.get("routes")
    print(f"{'':<16}" + "".join(f"{episode + 1:>8}" for episode in range(EPISODES)))
    for name, spec in BOTS.items():
        show(name, by_bot(world, spec, chosen.split, chosen.tasks))
    for told in (False, True):
        for depth in chosen.depths:
            name = f"{'told' if told else 'notes'} {'all' if depth == FARTHEST else depth}"
            show(name, by_notes(world, depth, chosen.split, chosen.tasks, told=told))


def show(name: str, returns: Floats) -> None:
    """One row."""
    print(f"{name:<16}" + "".join(f"{value:8.2f}" for value in returns), flush=True)


if __name__ == "__main__":
    main()
