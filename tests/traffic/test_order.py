"""The slots that vehicles are kept in."""

import numpy as np

from worlds.road.drivers.order import slots_used


def test_no_vehicle_lies_behind_the_slots_used() -> None:
    w = np.zeros(1, np.dtype((np.record, [("car_lane", "i4", (5,))])))[0]
    w.car_lane[:] = -1
    assert slots_used(w) == 0
    for car, used in ((1, 2), (3, 4), (0, 4), (4, 5)):
        w.car_lane[car] = 0  # the first lane
        assert slots_used(w) == used
