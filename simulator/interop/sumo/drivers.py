"""Who drives: what SUMO's drivers are like, in terms of the drivers here.

SUMO's usual drivers follow Krauss (1998), those here the IDM. A queue at a light leaves at the same pace (measured:
one every 1.95 s, in SUMO 1.94) if the IDM has the mean acceleration that dawdling, sigma, leaves a driver of Krauss,
and nine tenths of his time gap: the IDM keeps more than its own. On a free road dawdling costs him half of sigma times
his acceleration in every step.
"""

from dataclasses import dataclass

import numpy as np

from simulator.interop.sumo.vehicles import VehicleType
from worlds.road.drivers.driving import GAP

CLOSE = 0.9  # of tau
SOFT = 0.5  # of decel: drivers here name what they brake with before they have to
BRISK = (0.3, 4.0)  # m/s²
COMFORT = (1.0, 4.0)  # m/s²
HEADWAY = (0.5, 4.0)  # s


@dataclass(frozen=True)
class Driver:
    """A vehicle's driver, in terms of the IDM."""

    room: float  # m of a queue without the gap that all keep here
    headway: float  # s
    brisk: float  # m/s²
    comfort: float  # m/s²
    dawdles: float  # m/s below the speed that he may drive, on a free road
    top: float  # m/s that the vehicle can reach


def driver_of(kind: VehicleType, step: float) -> Driver:
    """The driver of a vehicle of a type, where SUMO takes steps of so many seconds."""
    brisk = kind.accel * (1.0 - 0.5 * kind.sigma)
    return Driver(
        room=max(kind.length + kind.min_gap - GAP, 1.0),
        headway=float(np.clip(CLOSE * kind.tau, *HEADWAY)),
        brisk=float(np.clip(brisk, *BRISK)),
        comfort=float(np.clip(SOFT * kind.decel, *COMFORT)),
        dawdles=0.5 * kind.sigma * kind.accel * step,
        top=np.inf if kind.max_speed is None else kind.max_speed,
    )
