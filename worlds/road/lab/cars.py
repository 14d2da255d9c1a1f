"""Experiments on how cars follow each other: what the model says of itself, and beside what is published."""

from typing import Any

import numpy as np

from worlds.road.lab.bench import CITY, MOTORWAY, drive, ring_road, show_green, straight_road
from worlds.road.lab.check import MODEL, Check, at_least, at_most, between, experiment, within

TICK = 0.25  # s
FINE_TICK = 0.05  # s, where times are told to a tick
RING = 230.0  # m, of Sugiyama et al. 2008
RING_CARS = 22
IDM = "follows from the model: equations of IDM (Treiber, Hennecke and Helbing 2000)"
PROMISE = "this project's promise about its own numbers"
WAVES = "Sugiyama et al. 2008: about 20; Stipdonk, van Toorenburg and Postema, motorway detectors: 18 ± 1"
CAPACITY = "HCM 2016, equation 12-6: 2,250 (free-flow speed 89 km/h) to 2,400 (113 km/h and more), cars only"
DISCHARGE = "HCM 2016, chapter 19: base value 1,900; Arhin et al. 2016, 81 junctions in Washington: mean 1,559"
LOST = "HCM 2016, chapter 19: 2.0; Kentucky Transportation Center, report 964: 1.4; handbooks up to 2.5"


@experiment("free flow")
def free_flow() -> list[Check]:
    """A car alone on a ring of 2 km."""
    found = []
    for name, driver in (("in town", CITY), ("on a motorway", MOTORWAY)):
        worlds = ring_road(1, 2000.0, driver)
        drive(worlds, 1200, TICK)
        found.append(
            within(f"speed of a car alone {name}", worlds["car_speed"][0, 0], driver[0], 0.01, "m/s", IDM, MODEL)
        )
    return found


@experiment("equilibrium gap")
def equilibrium_gap() -> list[Check]:
    """Cars evenly spaced on a ring settle at the speed that belongs to their gap."""
    found = []
    for gap in (6.0, 12.0, 25.0):
        cars = 20
        worlds = ring_road(cars, cars * (5.0 + gap))
        drive(worlds, 2400, TICK)
        speed = float(worlds["car_speed"][0].mean())
        v0, headway, _, _ = CITY
        expected = (2.0 + speed * headway) / np.sqrt(1.0 - (speed / v0) ** 4)
        found.append(within(f"gap kept at {speed:.1f} m/s", gap, float(expected), 0.01, "m", IDM, MODEL))
    return found


@experiment("fundamental diagram")
def fundamental_diagram() -> list[Check]:
    """The most flow of evenly spaced cars on a ring, over all densities."""
    town, motorway = capacity(CITY, TICK), capacity(MOTORWAY, TICK)
    return [
        within("capacity in town", town, 1899.0, 0.03, "veh/h", IDM, MODEL),
        within("capacity of a motorway lane", motorway, 2191.0, 0.03, "veh/h", IDM, MODEL),
        between(
            "capacity of a motorway lane, cars only", motorway, 2250.0, 2400.0, "veh/h", CAPACITY, published=2400.0
        ),
    ]


def capacity(driver: tuple[float, float, float, float], dt: float) -> float:
    """Vehicles an hour at the best density of a ring."""
    flows = []
    for density in range(24, 68, 4):  # vehicles a kilometre
        worlds = ring_road(20, 20 * 1000.0 / density, driver)
        drive(worlds, int(300.0 / dt), dt)
        flows.append(3.6 * density * float(worlds["car_speed"][0].mean()))
    return max(flows)


@experiment("jam density")
def jam_density() -> list[Check]:
    """Cars that drive up to a red light stand as close as in a jam."""
    worlds = straight_road(30)
    worlds["car_pos"][0] -= np.arange(30) * 20.0  # strung out, so that they have to drive up
    drive(worlds, 800, TICK)
    places = np.sort(worlds["car_pos"][0])
    density = 1000.0 * 29 / (places[-1] - places[0])
    return [within("density of a standing queue", density, 143.0, 0.03, "veh/km", IDM, MODEL)]


@experiment("saturation flow")
def saturation_flow() -> list[Check]:
    """A queue of 30 cars discharges at green: the 5th to the 20th car over the stop line."""
    flow, lost = discharge(TICK)
    _, exact = discharge(FINE_TICK)
    fifth = lost + 3600.0 / flow  # the 5th car crosses this long after four headways: how the 4.5 s were computed
    return [
        between("saturation flow", flow, 1559.0, 1900.0, "veh/h", DISCHARGE, published=1900.0),
        between("start-up lost time", exact, 1.4, 2.5, "s", LOST, published=2.0),
        within("saturation flow as computed", flow, 1794.0, 0.03, "veh/h", IDM, MODEL),
        within("fifth car, less four headways", fifth, 4.5, 0.1, "s", IDM, MODEL),
    ]


def discharge(dt: float) -> tuple[float, float]:
    """Saturation flow (veh/h) and start-up lost time (s) of a queue that gets green at time 0."""
    worlds = straight_road(30)
    show_green(worlds)
    crossed: dict[int, float] = {}
    for tick in range(int(90.0 / dt)):
        before = worlds["car_lane"][0].copy()
        drive(worlds, 1, dt)
        for car in np.flatnonzero((before == 0) & (worlds["car_lane"][0] != 0)):
            crossed[int(car)] = (tick + 1) * dt
    headway = (crossed[19] - crossed[4]) / 15.0
    return 3600.0 / headway, crossed[19] - 20.0 * headway


@experiment("ring experiment")
def ring_experiment() -> list[Check]:
    """22 cars on a ring of 230 m, one of them a metre out of place: a jam forms by itself and travels backwards."""
    worlds = ring_road(RING_CARS, RING, push=1.0)
    drive(worlds, int(700.0 / TICK), TICK)
    places, spreads = [], []
    for _ in range(200):
        drive(worlds, int(1.0 / TICK), TICK)
        speeds = worlds["car_speed"][0]
        spreads.append(float(speeds.std()))
        places.append(float(worlds["car_pos"][0, int(speeds.argmin())]))
    steps = (np.diff(places) + RING / 2) % RING - RING / 2
    calm = ring_road(RING_CARS, RING, (13.89, 1.2, 1.5, 2.0), push=1.0)
    drive(calm, int(1200.0 / TICK), TICK)
    return [
        between("speed of the jam, backwards", -3.6 * float(steps.mean()), 17.0, 20.0, "km/h", WAVES, published=20.0),
        at_least("spread of speeds in the jam", float(np.mean(spreads)), 0.5, "m/s", PROMISE, MODEL),
        at_most("spread of speeds of calmer drivers", float(calm["car_speed"][0].std()), 0.5, "m/s", IDM, MODEL),
    ]


@experiment("no collisions")
def no_collisions() -> list[Check]:
    """A million vehicle-seconds of stop-and-go on rings: nobody ever touches anybody."""
    least = min(float(drive(uneven_ring(seed), int(4000.0 / TICK), TICK)) for seed in range(5))
    return [at_least("smallest gap in 10⁶ vehicle-seconds", least, 0.01, "m", PROMISE, MODEL)]


def uneven_ring(seed: int) -> Any:
    """50 cars of differing drivers crowded into one part of a ring."""
    worlds = ring_road(50, 1200.0)
    draws = np.random.default_rng(seed)
    worlds["car_pos"][0] = np.sort(worlds["car_pos"][0] * 0.5 + draws.uniform(0.0, 4.0, 50))
    worlds["car_headway"][0] = draws.uniform(0.8, 2.0, 50)
    worlds["car_desire"][0] = draws.uniform(0.7, 1.2, 50)
    worlds["car_brisk"][0] = draws.uniform(0.8, 2.0, 50)
    return worlds


@experiment("time step")
def time_step() -> list[Check]:
    """Halving the step changes the saturation flow and the lost time of a queue by little.

    The capacity of a ring is no such check: cars evenly spaced settle at the same speed with any step.
    """
    (slow, late), (quick, soon) = discharge(0.5), discharge(0.25)
    return [
        at_most(
            "change of saturation flow, 0.5 to 0.25 s", 100.0 * abs(slow / quick - 1.0), 2.0, "%", PROMISE, MODEL
        ),
        at_most("change of start-up lost time", abs(late - soon), 0.5, "s", PROMISE, MODEL),
    ]  # fmt: skip
