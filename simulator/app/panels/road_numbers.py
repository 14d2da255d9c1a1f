"""What a click on a vehicle, a lane or a road tells, as plain rows of words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.play.road_log import HALTING, RoadLog, moment
from simulator.app.play.texts import text
from worlds.kit.record import BOT

if TYPE_CHECKING:
    from simulator.app.panels.traffic import Picked
    from worlds.world import World

KMH = 3.6  # km/h in m/s
FIRMS = "KLMNP"  # a letter for each firm, as highway writes it on roofs
KINDS = ("car", "truck", "bus")
Row = tuple[str, str]


def numbers(
    world: World, w: Any, picked: Picked, log: RoadLog | None = None, *, telling: bool = True, own: int | None = None
) -> list[Row]:  # fmt: skip
    """What is told of it.

    Args:
        log: what happened in this episode, where it is known.
        telling: also what the task hides: what drivers want, where they go, what kind they are.
        own: the seat whose own wishes and way are told in any case.
    """
    if picked.kind == "car":
        return _car(world, w, picked.index, log, telling=telling, own=own)
    lanes = lanes_of(w, picked.index) if picked.kind == "road" else [picked.index]
    return _lanes(world, w, lanes, log, telling=telling)


def lanes_of(w: Any, lane: int) -> list[int]:
    """All lanes beside a lane and itself, from the left."""
    while int(w["lane_left"][lane]) >= 0:
        lane = int(w["lane_left"][lane])
    found = [lane]
    while int(w["lane_right"][found[-1]]) >= 0 and len(found) < 16:
        found.append(int(w["lane_right"][found[-1]]))
    return found


def _limit_known(world: World, *, telling: bool) -> bool:
    return telling or not world.state["lane_limit"].hidden


def _car(world: World, w: Any, car: int, log: RoadLog | None, *, telling: bool, own: int | None) -> list[Row]:
    lane, seat = int(w["car_lane"][car]), int(w["car_seat"][car])
    speed, limit = float(w["car_speed"][car]), float(w["lane_limit"][lane])
    mine = telling or (seat >= 0 and seat == own)
    known = f"{speed * KMH:.0f} of {limit * KMH:.0f} km/h"
    rows = [("traffic.speed", known if _limit_known(world, telling=telling) else f"{speed * KMH:.0f} km/h")]
    if mine:
        rows.append(("traffic.desire", f"{float(w['car_desire'][car]) * limit * KMH:.0f} km/h"))
    at = text("traffic.at", number=lane + 1, at=f"{float(w['car_pos'][car]):.0f}", length=f"{_length(w, lane):.0f}")
    rows += [
        ("traffic.acceleration", f"{float(w['car_accel'][car]):+.1f} m/s²"),
        ("traffic.gap", _gap(w, car)),
        ("traffic.in_lane", at),
        ("traffic.lost", _delay(w, car, log)),
    ]
    if mine:
        route = text(
            "traffic.from_to", source=int(w["car_from"][car]) + 1, number=int(w["car_goal"][car]) + 1,
            many=int(w["destinations"]),
        )  # fmt: skip
        rows.append(("traffic.route", route))
    rows.append(("traffic.driver", world.seats[seat].name if 0 <= seat < len(world.seats) else text("traffic.model")))
    if telling and (kind := _kind(world, w, seat)):
        rows.append(("traffic.kind", kind))
    if "fleet" in (world.record.names or ()) and 0 <= int(w["fleet"][car]) < len(FIRMS):
        rows.append(("traffic.firm", FIRMS[int(w["fleet"][car])]))
    kind = text(f"traffic.{KINDS[min(int(w['car_kind'][car]), len(KINDS) - 1)]}")
    title = (text("traffic.number", kind=kind, number=car), f"{float(w['car_length'][car]):.1f} m")
    return [title, *((text(name), value) for name, value in rows)]


def _length(w: Any, lane: int) -> float:
    return float(w["lane_length"][lane])


def _gap(w: Any, car: int) -> str:
    ahead, speed = int(w["car_ahead"][car]), float(w["car_speed"][car])
    if ahead < 0:
        return text("traffic.free")
    metres = float(w["car_pos"][ahead] - w["car_length"][ahead] - w["car_pos"][car])
    return f"{metres:.1f} m" + (f", {metres / speed:.1f} s" if speed > HALTING else "")


def _delay(w: Any, car: int, log: RoadLog | None) -> str:
    """Seconds that a vehicle lost against the limit while it was watched, and those that it stood."""
    stood = f"{float(w['car_waited'][car]):.0f}"
    lost = None if log is None else log.delay_of(w, car)
    if lost is None:
        return text("traffic.stood", stood=stood)
    return text("traffic.lost_of", lost=f"{lost:.0f}", stood=stood)


def _kind(world: World, w: Any, seat: int) -> str:
    """The kind of bot that drives for a seat, if one does."""
    if not 0 <= seat < len(world.seats) or int(w["driver"][seat]) != BOT:
        return ""
    kinds = [bot.name for bot in world.bots if bot.role == world.seats[seat].role]
    at = int(w["bot_kind"][seat])
    return kinds[at] if 0 <= at < len(kinds) else ""


def _lanes(world: World, w: Any, lanes: list[int], log: RoadLog | None, *, telling: bool) -> list[Row]:
    on = np.flatnonzero(np.isin(w["car_lane"], lanes))
    rows = []
    if _limit_known(world, telling=telling):
        rows.append(("traffic.limit", f"{float(w['lane_limit'][lanes].max()) * KMH:.0f} km/h"))
    halting = int((w["car_speed"][on] < HALTING).sum())
    rows += [("traffic.vehicles", str(len(on))), ("traffic.queue", text("traffic.queued", number=halting))]
    metres = float(w["lane_length"][lanes].sum())
    minute = None if log is None or not log.knows(w) else log.minute(lanes, metres, moment(w))
    told = [(text(name), words) for name, words in rows]
    told += _minute(minute, len(lanes))
    title = text("traffic.lane", number=lanes[0] + 1)
    if len(lanes) > 1:
        title = text("traffic.road", count=len(lanes))
    return [(title, f"{metres / len(lanes):.0f} m"), *told]


def _minute(minute: Any, lanes: int) -> list[Row]:
    """The last minute of some lanes, under a title of its own."""
    if minute is None:
        return [(text("traffic.last", seconds="60"), text("traffic.unknown"))]
    mean = "-" if math.isnan(minute.speed) else f"{minute.speed * KMH:.0f} km/h"
    queues = text("traffic.queues", mean=f"{minute.queue:.1f}", most=minute.longest)
    return [
        (text("traffic.last", seconds=f"{minute.seconds:.0f}"), ""),
        (text("traffic.flow_minute"), text("traffic.per_hour", number=f"{minute.flow * lanes:.0f}")),
        (text("traffic.mean"), mean),
        (text("traffic.density"), text("traffic.per_km", number=f"{minute.density:.1f}")),
        (text("traffic.queue_minute"), queues),
    ]
