"""Vehicle types of SUMO's files: how long, how fast, how brisk; and distributions of them."""

import re
from dataclasses import dataclass, replace

import numpy as np

from simulator.interop.sumo.reader import XmlElement
from worlds.road.fields import BUS, CAR, LONGEST, TRUCK
from worlds.world import Refused

CLASSES: dict[str, tuple[int, float, float | None]] = {
    "passenger": (CAR, 5.0, None), "private": (CAR, 5.0, None), "taxi": (CAR, 5.0, None), "hov": (CAR, 5.0, None),
    "evehicle": (CAR, 5.0, None), "vip": (CAR, 5.0, None), "authority": (CAR, 5.0, None), "army": (CAR, 5.0, None),
    "custom1": (CAR, 5.0, None), "custom2": (CAR, 5.0, None), "ignoring": (CAR, 5.0, None),
    "emergency": (CAR, 6.5, None), "delivery": (CAR, 6.5, None), "motorcycle": (CAR, 2.2, None),
    "moped": (CAR, 2.1, 60.0 / 3.6), "truck": (TRUCK, 7.1, 130.0 / 3.6), "trailer": (TRUCK, 16.5, 130.0 / 3.6),
    "bus": (BUS, 12.0, 100.0 / 3.6), "coach": (BUS, 14.0, 100.0 / 3.6),
}  # fmt: skip
"""Classes that are driven: kind, length (m) and highest speed (m/s) where the file says none, as in SUMO 1.28."""
TRAINS: dict[str, tuple[float, float, float, float]] = {
    "rail": (135.0, 160.0 / 3.6, 0.25, 1.3), "rail_urban": (109.5, 100.0 / 3.6, 1.0, 3.0),
    "rail_electric": (200.0, 220.0 / 3.6, 0.5, 1.3), "rail_fast": (200.0, 330.0 / 3.6, 0.5, 1.3),
    "tram": (22.0, 80.0 / 3.6, 1.0, 3.0), "subway": (109.5, 100.0 / 3.6, 2.6, 4.5),
}  # fmt: skip
"""Classes that run on rails: length (m), highest speed (m/s), accel and decel (m/s²), as in SUMO 1.28."""
DEFAULT = "DEFAULT_VEHTYPE"
OWN = {"DEFAULT_TAXITYPE": "taxi", DEFAULT: "passenger", "DEFAULT_BIKETYPE": "bicycle",
       "DEFAULT_PEDTYPE": "pedestrian", "DEFAULT_RAILTYPE": "rail", "DEFAULT_CONTAINERTYPE": "container"}  # fmt: skip
"""Types that SUMO knows without a file, by their class."""
LENGTHS = (1.0, LONGEST)  # m
ACCEL = (0.1, 20.0)  # m/s²
DECEL = (0.5, 20.0)  # m/s²
TAU = (0.5, 4.0)  # s
GAPS = (0.0, 10.0)  # m; minGap
DESIRE = (0.2, 2.9)  # speedFactor
PACE: dict[str, tuple[float, float, float]] = {
    "taxi": (2.6, 4.5, 0.05), "authority": (2.6, 4.5, 0.0), "army": (2.6, 4.5, 0.0), "ignoring": (2.6, 4.5, 0.0),
    "emergency": (2.6, 4.5, 0.0), "delivery": (2.6, 4.5, 0.05), "motorcycle": (6.0, 10.0, 0.1),
    "moped": (1.1, 7.0, 0.1), "truck": (1.3, 4.0, 0.05), "trailer": (1.1, 4.0, 0.05), "bus": (1.2, 4.0, 0.0),
    "coach": (2.0, 4.0, 0.05),
}  # fmt: skip
"""accel, decel (m/s²) and speedDev where the file says none, as in SUMO 1.28; all others are like a passenger car."""
CAR_PACE = (2.6, 4.5, 0.1)
UNDRIVEN = (
    "emergencyDecel", "apparentDecel", "actionStepLength", "carFollowModel", "laneChangeModel",
    "impatience", "latAlignment", "minGapLat", "jmDriveAfterRedTime", "jmIgnoreFoeProb", "jmTimegapMinor",
    "lcStrategic", "lcCooperative", "lcSpeedGain", "lcKeepRight", "lcAssertive", "startupDelay",
    "timeToTeleport", "boardingDuration",
)  # fmt: skip
"""Attributes that the drivers here have no value for: they are told."""


@dataclass(frozen=True)
class VehicleType:
    """What a type says, and what SUMO takes where it says nothing."""

    name: str = DEFAULT
    vehicle_class: str = "passenger"
    kind: int = CAR
    length: float = 5.0  # m
    max_speed: float | None = None  # m/s
    factor: tuple[float, float, float, float] = (1.0, 0.1, 0.2, 2.0)
    """On the limit: mean, deviation, lowest and highest."""
    accel: float = CAR_PACE[0]  # m/s²
    decel: float = CAR_PACE[1]  # m/s²
    tau: float = 1.0  # s
    min_gap: float = 2.5  # m
    sigma: float = 0.5

    def drawn_factor(self, random: np.random.Generator) -> float:
        """One driver's factor on the limit."""
        mean, deviation, low, high = self.factor
        return float(np.clip(random.normal(mean, deviation) if deviation > 0.0 else mean, low, high))


Choice = tuple[tuple[str, float], ...]
"""Names of types with their shares."""


def read_type(element: XmlElement, left_out: dict[str, int]) -> VehicleType:
    """One <vType>; what drivers here have no value for is counted in ``left_out``.

    Raises:
        Refused: a value that is no number, or not above 0.
    """
    vehicle_class = element.attributes.get("vClass", "passenger")
    if vehicle_class in TRAINS:
        return _train_type(element, vehicle_class, left_out)
    kind, length, fastest = CLASSES.get(vehicle_class, (CAR, 5.0, None))
    accel, decel, deviation = PACE.get(vehicle_class, CAR_PACE)
    for name in UNDRIVEN:
        if name in element.attributes:
            _tell(left_out, f"vType {name}")
    return VehicleType(
        name=element.get("id"), vehicle_class=vehicle_class, kind=kind,
        length=_within(element, "length", length, LENGTHS, left_out) or length,
        max_speed=_within(element, "maxSpeed", fastest, (0.1, 1e6), left_out),
        factor=_factor(element, deviation),
        accel=_within(element, "accel", accel, ACCEL, left_out) or accel,
        decel=_within(element, "decel", decel, DECEL, left_out) or decel,
        tau=_within(element, "tau", 1.0, TAU, left_out) or 1.0,
        min_gap=_share(element, "minGap", 2.5, GAPS[1]),
        sigma=_share(element, "sigma", 0.5, 1.0),
    )  # fmt: skip


def train_type(name: str, vehicle_class: str) -> VehicleType:
    """A class of trains as SUMO knows it."""
    length, fastest, accel, decel = TRAINS[vehicle_class]
    return VehicleType(
        name, vehicle_class, length=length, max_speed=fastest, factor=(1.0, 0.0, *DESIRE), accel=accel, decel=decel
    )


def _train_type(element: XmlElement, vehicle_class: str, left_out: dict[str, int]) -> VehicleType:
    """A <vType> of trains: they run by their schedule alone."""
    known = train_type(element.get("id"), vehicle_class)
    if "carFollowModel" in element.attributes:
        _tell(left_out, "vType carFollowModel")
    values = [element.number(name, default) for name, default in (
        ("length", known.length), ("maxSpeed", known.max_speed), ("accel", known.accel), ("decel", known.decel)
    )]  # fmt: skip
    if not all(0.01 <= value <= 1e4 for value in values):
        raise Refused(
            f"<vType> {known.name!r} in {element.where} has a length, maxSpeed, accel or decel that no train has: "
            "0.01 to 10,000"
        )
    length, fastest, accel, decel = values
    factor = _factor(element, 0.0)
    return replace(known, length=length, max_speed=fastest, accel=accel, decel=decel, factor=factor)


def _within(
    element: XmlElement, name: str, default: float | None, limits: tuple[float, float], left_out: dict[str, int]
) -> float | None:
    """A number brought into the limits of the model, which is told."""
    if name not in element.attributes:
        return default
    value = element.number(name)
    if value <= 0.0:
        raise Refused(f"{name}={value:g} of <vType> {element.get('id')!r} in {element.where}: it must be above 0")
    if not limits[0] <= value <= limits[1]:
        _tell(left_out, f"vType {name}, driven as {limits[0]:g} to {limits[1]:g}")
    return min(max(value, limits[0]), limits[1])


def _share(element: XmlElement, name: str, default: float, most: float) -> float:
    """A number from 0 to some most."""
    value = element.number(name, default)
    if not 0.0 <= value <= most:
        raise Refused(f"{name}={value:g} of <vType> {element.get('id')!r} in {element.where}: from 0 to {most:g}")
    return value


def _factor(element: XmlElement, deviation: float) -> tuple[float, float, float, float]:
    """speedFactor: a number, norm(mean, deviation) or normc(mean, deviation, lowest, highest); and speedDev."""
    text = element.attributes.get("speedFactor", "1.0")
    drawn = re.fullmatch(r"\s*normc?\(([^()]*)\)\s*", text)
    try:
        values = [float(part) for part in (drawn.group(1).split(",") if drawn else (text,))]
    except ValueError:
        values = []
    if not 1 <= len(values) <= 4 or not all(abs(value) < 1e3 for value in values):
        raise Refused(
            f"speedFactor={text!r} of <vType> {element.get('id')!r} in {element.where}: a number, norm(mean,deviation) "
            "or normc(mean,deviation,lowest,highest)"
        )
    deviation = element.number("speedDev", values[1] if len(values) > 1 else deviation)
    low, high = (values[2], values[3]) if len(values) == 4 else DESIRE
    return values[0], max(deviation, 0.0), max(low, DESIRE[0]), min(max(high, DESIRE[0]), DESIRE[1])


def shares(element: XmlElement, listed: str, inner: str) -> Choice:
    """What a distribution chooses from: names in an attribute, and elements with ids in it.

    Raises:
        Refused: nothing to choose from, or shares that are none.
    """
    names = element.attributes.get(listed, "").replace(",", " ").split()
    texts = element.attributes.get("probabilities", "").replace(",", " ").split()
    try:
        weights = [float(text) for text in texts] if texts else [1.0] * len(names)
    except ValueError:
        weights = []
    for child in element.all(inner):
        names.append(child.get("refId") if "refId" in child.attributes else child.get("id"))
        weights.append(child.number("probability", 1.0))
    if (
        not names
        or len(names) != len(weights)
        or not all(0.0 <= weight < 1e9 for weight in weights)
        or not sum(weights)
    ):
        raise Refused(
            f"<{element.tag}> {element.attributes.get('id', '')!r} in {element.where} has {len(names)} names and "
            f"{len(weights)} shares: one share of 0 or more for each, some above 0"
        )
    return tuple((name, weight / sum(weights)) for name, weight in zip(names, weights, strict=True))


def _tell(left_out: dict[str, int], what: str) -> None:
    left_out[what] = left_out.get(what, 0) + 1
