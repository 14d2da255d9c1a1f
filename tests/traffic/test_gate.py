"""Law-abiding drivers never touch, never jump, never stand still without a cause: some 10⁵ vehicle-seconds of the gate.

All of it is `python tests/tools/collisions.py`, which drives 10⁷ on every generator of every world.
"""

from collections.abc import Callable
from functools import partial

import pytest

from simulator.interop.sumo.build import Imported, import_network
from simulator.interop.sumo.network import RoadNetwork
from tests.tools.collisions import SPLITS, alone, is_clean, run_site, watched
from tests.traffic.test_right_of_way import ARMS, FAST, TOWN, crossing, demand_of, on_ramp, two_lights

MINUTES = 30
MAIN = {"e": 450.0, "w": 450.0, "n": 100.0, "s": 100.0}
EQUAL = dict.fromkeys(ARMS, 180.0)


DRAWN: dict[str, Callable[[], Imported]] = {
    **{f"priority {limit}": partial(lambda limit: drawn(crossing(limit / 3.6, major="ew"), MAIN), limit)
       for limit in (30, 50, 70, 100)},
    "right first": lambda: drawn(crossing(TOWN, custom="right first"), EQUAL),
    "first come": lambda: drawn(crossing(TOWN, custom="first come"), EQUAL),
    "all stop": lambda: drawn(crossing(TOWN, custom="all stop"), EQUAL),
    "stop signs": lambda: drawn(crossing(TOWN, major="ew", stops="ns"), MAIN),
    "fast and unmarked": lambda: drawn(crossing(FAST, custom="right first"), EQUAL),
    "on-ramp": on_ramp,
    "lights": lambda: two_lights((3.0, 4.0)),
}  # fmt: skip


def drawn(network: RoadNetwork, flows: dict[str, float]) -> Imported:
    """A crossing with its demand."""
    return import_network(network, demand_of(flows), 3)


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_drivers_who_keep_to_the_rules_never_touch(name: str) -> None:
    imported = DRAWN[name]()
    watch, _ = run_site(imported, 60.0 * MINUTES)
    seen = watched([watch])
    assert is_clean({"counted": int(imported.records[0]["collisions"]), **seen}), seen["events"]
    assert seen["seconds"] > 5e3
    assert int(imported.records[0]["arrived"]) > 100


EVERYWHERE = [(name, split) for name in ("highway", "junction", "signals", "routes") for split in SPLITS]


@pytest.mark.all
@pytest.mark.slow
@pytest.mark.parametrize(("name", "split"), EVERYWHERE)
def test_nor_do_they_in_any_world(name: str, split: str) -> None:
    for row in alone(name, split, 8, 3, 600.0):
        assert is_clean(row), row["events"]
