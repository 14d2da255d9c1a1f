"""The opponents of a task as something that can be carried into another: for switches in mid-trial and for mixes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine import checks
from worlds.world import Refused, World


def carry(
    world: World, records: NDArray[Any], rows: NDArray[np.int64], donors: Any, seats: Any, population: Any
) -> NDArray[Any]:
    """Copies of ``records`` at ``rows`` (k,) with the opponents of ``donors`` (k,): the bots of ``seats`` (k, S), and
    the world's ``population`` fields where ``population`` (k,) says so.

    Raises:
        Refused: no such row, another number of donors or seats, or an episode that is under way.
    """
    count, size = len(rows), len(world.seats)
    into, chosen = records[rows], checks.array("seats", seats)
    donors = checks.records("donors", donors, world, count)
    if chosen.shape != (count, size) or chosen.dtype != bool:
        raise Refused(f"seats are {chosen.dtype} {chosen.shape}: expected truth values ({count}, {size})")
    if late := np.flatnonzero(into["tick"] != 0).tolist():
        raise Refused(f"an episode is at tick {into['tick'][late[0]]}: opponents change where one begins, at tick 0")
    world.check(donors)
    into["bot_kind"] = np.where(chosen, donors["bot_kind"], into["bot_kind"])
    into["bot_knob"] = np.where(chosen[:, :, None], donors["bot_knob"], into["bot_knob"])
    taking = checks.array("population", population)
    if taking.dtype != bool or taking.shape not in ((), (count,)):
        raise Refused(f"population is {taking.dtype} {taking.shape}: expected truth values ({count},), or one")
    taking = np.broadcast_to(taking, (count,))
    for name in world.population:
        mask = taking.reshape(count, *[1] * (into[name].ndim - 1))
        into[name] = np.where(mask, donors[name], into[name])
    return into
