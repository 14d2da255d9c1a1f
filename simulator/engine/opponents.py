"""The opponents of a task as something that can be carried into another: for switches in mid-trial and for mixes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from worlds.world import Refused, World


def carry(
    world: World, records: NDArray[Any], rows: NDArray[np.int64], donors: NDArray[Any], seats: Any, population: Any
) -> NDArray[Any]:
    """Copies of ``records`` at ``rows`` (k,) with the opponents of ``donors`` (k,): the bots of ``seats`` (k, S), and
    the world's ``population`` fields where ``population`` (k,) says so.

    Raises:
        Refused: no such row, another number of donors or seats, or an episode that is under way.
    """
    count, size, last = len(rows), len(world.seats), len(records) - 1
    if count and not 0 <= rows.min() <= rows.max() <= last:
        raise Refused(f"worlds {rows.min()} to {rows.max()} are named: the batch has 0 to {last}")
    into, chosen = records[rows], np.asarray(seats, bool)
    if donors.shape != (count,) or donors.dtype != into.dtype:
        raise Refused(f"opponents come from records {donors.dtype.name} {donors.shape}: expected {count} of this world")
    if chosen.shape != (count, size):
        raise Refused(f"seats are {chosen.shape}: expected truth values ({count}, {size})")
    if late := np.flatnonzero(into["tick"] != 0).tolist():
        raise Refused(f"an episode is at tick {into['tick'][late[0]]}: opponents change where one begins, at tick 0")
    world.check(donors)
    into["bot_kind"] = np.where(chosen, donors["bot_kind"], into["bot_kind"])
    into["bot_knob"] = np.where(chosen[:, :, None], donors["bot_knob"], into["bot_knob"])
    taking = np.broadcast_to(np.asarray(population, bool), (count,))
    for name in world.population:
        mask = taking.reshape(count, *[1] * (into[name].ndim - 1))
        into[name] = np.where(mask, donors[name], into[name])
    return into
