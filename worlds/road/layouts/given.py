"""A network that somebody gave, as plain tables in one line of text: read from files elsewhere, checked here.

The text is ``NAME@HASH:DATA``: a name, the SHA-256 of what follows, and tables packed by zlib in base 85. It travels
wherever a world's build arguments do: in recordings, checkpoints, settings, and to other processes. Numbers lie in it
as they come to be in a record, so that a network is the same bits everywhere.
"""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from worlds.road.fields import EXIT, FASTEST, LINK
from worlds.world import Refused

MOST_TEXT = 900_000  # characters; recordings keep at most 1 MiB of what they tell of themselves
MOST_BYTES = 1 << 25  # unpacked
MOST_NAMES = 40  # characters of a lane's name
SHORTEST_LANE = 0.05  # m; a vehicle passes a bounded number of lanes in a tick
MOST_BESIDE = 16  # lanes beside each other
NAME = re.compile(r"[\w.+-]{1,60}")
TEXT = re.compile(r"([\w.+-]{1,60})@([0-9a-f]{16}):([!-~]+)")
LIMITS = {
    "lanes": (1, 4096), "points": (2, 32_768), "conflicts": (1, 65_536), "destinations": (1, 384), "sources": (1, 256),
    "junctions": (1, 512), "seats": (1, 64), "groups": (1, 40), "phases": (2, 12), "ways": (1, 12), "arms": (1, 8),
    "arm_lanes": (1, 8), "roads": (1, 512), "nodes": (1, 1024), "bins": (1, 96), "vehicles": (16, 4096),
    "seconds": (10, 7200),
}  # fmt: skip
"""Lowest and highest of each size."""
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "lane_length": ("f4", ("lanes",)), "lane_limit": ("f4", ("lanes",)), "lane_width": ("f4", ("lanes",)),
    "lane_kind": ("u1", ("lanes",)), "lane_first": ("i4", ("lanes",)), "lane_points": ("i4", ("lanes",)),
    "lane_next": ("i4", ("lanes", "ways")), "lane_before": ("i4", ("lanes", "ways")),
    "lane_left": ("i4", ("lanes",)), "lane_right": ("i4", ("lanes",)), "lane_junction": ("i4", ("lanes",)),
    "lane_group": ("i4", ("lanes",)), "lane_rank": ("u1", ("lanes",)), "lane_parting": ("f4", ("lanes",)),
    "lane_conflict": ("i4", ("lanes",)), "lane_conflicts": ("i4", ("lanes",)),
    "point_x": ("f4", ("points",)), "point_y": ("f4", ("points",)), "point_s": ("f4", ("points",)),
    "point_heading": ("f4", ("points",)),
    "conflict_lane": ("i4", ("conflicts",)), "conflict_here": ("f4", ("conflicts",)),
    "conflict_there": ("f4", ("conflicts",)), "conflict_from": ("f4", ("conflicts",)),
    "conflict_to": ("f4", ("conflicts",)), "conflict_back": ("i4", ("conflicts",)),
    "sink_lane": ("i4", ("destinations",)), "source_lane": ("i4", ("sources",)),
    "way": ("i4", ("lanes", "destinations")), "steer": ("i4", ("lanes", "destinations")),
    "free_seconds": ("f4", ("sources", "destinations")),
    "phases": ("i4", ("junctions",)), "phase_groups": ("i8", ("junctions", "phases")),
    "light_yellow": ("f4", ("seats",)), "light_all_red": ("f4", ("seats",)),
    "green_given": ("f4", ("seats", "phases")), "offset_given": ("f4", ("seats",)),
    "node_x": ("f4", ("nodes",)), "node_y": ("f4", ("nodes",)), "road_a": ("i4", ("roads",)),
    "road_b": ("i4", ("roads",)), "road_ab": ("u1", ("roads",)), "road_ba": ("u1", ("roads",)),
    "road_limit": ("f4", ("roads",)), "road_lane": ("i4", ("roads", "two", "arm_lanes")),
    "arms": ("u1", ("seats",)), "arm_road": ("i4", ("seats", "arms")), "arm_bearing": ("f4", ("seats", "arms")),
    "stop_distance": ("f4", ("seats",)),
    "flow_given": ("f4", ("sources", "destinations")), "flow_course": ("f4", ("bins", "sources")),
}  # fmt: skip
"""Kind and sizes of every table; names are those of the record's fields."""


@dataclass(frozen=True)
class GivenNetwork:
    """A network with its lights and its demand."""

    name: str
    sizes: Mapping[str, int]
    """By the names of `LIMITS`."""
    tables: Mapping[str, np.ndarray]
    """By the names of `TABLES`."""
    lanes: tuple[str, ...]
    """What the file calls the first lanes of the record; ways through junctions follow."""
    lights: tuple[str, ...]
    """What it calls the lights, one a seat."""
    counted: bool
    """Whether ``flow_given`` is of a file; else it is 1 where somebody may want to go, and flows are drawn."""
    long_shares: tuple[float, float] | None = None
    """Of lorries and of buses among the vehicles of the file; none: they are drawn."""
    origin: tuple[float, float] = (0.0, 0.0)
    """The file's x where the record's is 0, and its y, which grows northwards, where the record's is 0 (m)."""

    @property
    def extent(self) -> tuple[float, float]:
        """Metres from the west to the east and from the north to the south of it."""
        x, y = self.tables["point_x"], self.tables["point_y"]
        return max(float(x.max()), 10.0) + 10.0, max(float(y.max()), 10.0) + 10.0


def is_packed(text: str) -> bool:
    """Whether a text may be a packed network, rather than the name of a file."""
    return TEXT.fullmatch(text) is not None


def pack(network: GivenNetwork) -> str:
    """A network as one line of text.

    Raises:
        Refused: it is too large, or contradicts itself: named.
    """
    head = {
        "sizes": dict(network.sizes), "lanes": list(network.lanes), "lights": list(network.lights),
        "counted": network.counted, "long_shares": list(network.long_shares) if network.long_shares else None,
        "origin": list(network.origin),
    }  # fmt: skip
    told = json.dumps(head, separators=(",", ":")).encode()
    parts = [len(told).to_bytes(4, "little"), told]
    for name, (kind, _) in TABLES.items():
        parts.append(np.ascontiguousarray(network.tables[name], np.dtype(kind).newbyteorder("<")).tobytes())
    data = zlib.compress(b"".join(parts), 9)
    text = f"{network.name}@{hashlib.sha256(data).hexdigest()[:16]}:{base64.b85encode(data).decode()}"
    if len(text) > MOST_TEXT:
        raise Refused(
            f"network {network.name!r} takes {len(text)} characters packed: at most {MOST_TEXT}; cut a smaller part "
            "out of it (netconvert --keep-edges.in-boundary)"
        )
    unpack(text)  # refuses what could not be read again
    return text


@lru_cache(maxsize=8)
def unpack(text: str) -> GivenNetwork:
    """The network of a text, whole and without contradictions.

    Raises:
        Refused: it is none.
    """
    found = TEXT.fullmatch(text) if len(text) <= MOST_TEXT else None
    if found is None:
        raise Refused(
            f"network {text[:60]!r} is neither a file nor a packed network: name a .net.xml, or what pack_network gave"
        )
    name, digest, data = found.groups()
    try:
        packed = base64.b85decode(data)
        stream = zlib.decompressobj()
        whole = stream.decompress(packed, MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise Refused(f"the data of network {name!r} is damaged: {error}") from error
    if hashlib.sha256(packed).hexdigest()[:16] != digest:
        raise Refused(f"the data of network {name!r} is not what its name {digest!r} was given to")
    if not stream.eof or stream.unconsumed_tail or stream.unused_data:
        raise Refused(f"the data of network {name!r} is cut off, or unpacks to more than {MOST_BYTES >> 20} MiB")
    try:
        network = _read(name, whole)
    except Refused:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Refused(f"the data of network {name!r} is none of a network: {type(error).__name__}") from error
    if problem := problem_of(network):
        raise Refused(f"network {name!r} cannot be: {problem}")
    return network


def _read(name: str, whole: bytes) -> GivenNetwork:
    length = int.from_bytes(whole[:4], "little")
    head: Any = json.loads(whole[4 : 4 + length])
    sizes = {size: head["sizes"][size] for size in LIMITS}
    for size, (low, high) in LIMITS.items():
        if type(sizes[size]) is not int or not low <= sizes[size] <= high:
            raise Refused(f"network {name!r} has {size}={sizes[size]!r}: {low} to {high} can be driven")
    lengths = {**sizes, "two": 2}
    tables: dict[str, np.ndarray] = {}
    at = 4 + length
    for table, (kind, axes) in TABLES.items():
        shape = tuple(lengths[axis] for axis in axes)
        dtype = np.dtype(kind).newbyteorder("<")
        count = int(np.prod(shape, dtype=np.int64))
        tables[table] = np.frombuffer(whole, dtype, count=count, offset=at).reshape(shape)
        at += count * dtype.itemsize
    if at != len(whole):
        raise ValueError("more than its tables")
    lanes, lights = tuple(head["lanes"]), tuple(head["lights"])
    if not all(isinstance(one, str) and one.isprintable() and len(one) <= 200 for one in (*lanes, *lights)):
        raise ValueError("names that are none")
    if len(lanes) > sizes["lanes"] or len(lights) != sizes["seats"] or type(head["counted"]) is not bool:
        raise ValueError("other names than lanes and lights")
    shares = head["long_shares"]
    if shares is not None:
        trucks, buses = (float(one) for one in shares)
        if not (trucks >= 0.0 and buses >= 0.0 and trucks + buses <= 1.0):
            raise ValueError("shares that are none")
        shares = trucks, buses
    left, top = (float(one) for one in head["origin"])
    if not (abs(left) < 1e9 and abs(top) < 1e9):
        raise ValueError("an origin that is none")
    return GivenNetwork(name, sizes, tables, lanes, lights, head["counted"], shares, (left, top))


# --- what can be -------------------------------------------------------------------------------------------------


def problem_of(network: GivenNetwork) -> str | None:
    """What is wrong with a network, if anything: numbers out of range, chains that loop, tables that contradict."""
    for name, table in network.tables.items():
        if table.dtype.kind == "f" and not np.isfinite(table).all():
            return f"{name} holds numbers that are none"
    for test in (_indices, _lanes, _chains, _conflicts, _ends, _lights, _demand):
        if (problem := test(network)) is not None:
            return problem
    return None


def _indices(network: GivenNetwork) -> str | None:
    """Tables that name something name what there is, or −1 for nothing where that may be."""
    sizes = network.sizes
    ranges = {
        "lane_next": (-1, "lanes"), "lane_before": (-1, "lanes"), "lane_left": (-1, "lanes"),
        "lane_right": (-1, "lanes"), "lane_junction": (-1, "junctions"), "conflict_lane": (0, "lanes"),
        "conflict_back": (0, "conflicts"), "sink_lane": (0, "lanes"), "source_lane": (0, "lanes"),
        "way": (-1, "lanes"), "road_a": (0, "nodes"), "road_b": (0, "nodes"), "road_lane": (-1, "lanes"),
        "arm_road": (-1, "roads"),
    }  # fmt: skip
    for name, (low, size) in ranges.items():
        table = network.tables[name]
        if (table < low).any() or (table >= sizes[size]).any():
            return f"{name} names what is not there"
    if (network.tables["lane_kind"] > EXIT).any() or (network.tables["lane_rank"] > 100).any():
        return "a lane is of no kind, or of no rank"
    if (np.abs(network.tables["steer"]) > 1).any():
        return "steer holds what is no lane change"
    return None


def _lanes(network: GivenNetwork) -> str | None:
    """Lanes have a length, points in order, and a limit."""
    t, points = network.tables, network.sizes["points"]
    counts, first = t["lane_points"].astype(np.int64), t["lane_first"].astype(np.int64)
    if (counts < 2).any() or counts.sum() != points or (first != np.cumsum(counts) - counts).any():
        return "points do not lie lane by lane"
    length = t["lane_length"]
    if (length < SHORTEST_LANE).any() or (length > 1e5).any():
        return f"a lane is shorter than {SHORTEST_LANE:g} m or longer than 100 km"
    if (t["lane_limit"] <= 0.0).any() or (t["lane_limit"] > FASTEST).any():
        return "a lane's limit is 0 or above 60 m/s"
    if (t["lane_width"] <= 0.0).any() or (t["lane_width"] > 10.0).any():
        return "a lane's width is 0 or above 10 m"
    far, step = t["point_s"], np.diff(t["point_s"])
    starts = np.isin(np.arange(1, points), first[1:])
    if far[first].any() or (step[~starts] < 0.0).any() or (np.abs(far[first + counts - 1] - length) > 0.01).any():
        return "points of a lane do not lie in order along it"
    if any((np.abs(t[name]) > 1e6).any() for name in ("point_x", "point_y")) or (np.abs(t["point_heading"]) > 10).any():
        return "points lie too far away"
    parting = t["lane_parting"]
    return "a lane parts beyond its end" if (parting < 0.0).any() or (parting > length).any() else None


def _chains(network: GivenNetwork) -> str | None:
    """Who follows whom agrees both ways; lanes beside each other end somewhere."""
    t, lanes = network.tables, np.arange(network.sizes["lanes"])
    for there, back in (("lane_left", "lane_right"), ("lane_right", "lane_left")):
        beside = t[there]
        if (t[back][beside[beside >= 0]] != lanes[beside >= 0]).any():
            return "lanes beside each other disagree"
    place = lanes
    for _ in range(MOST_BESIDE):
        place = np.where(place >= 0, t["lane_left"][place], -1)
    if (place >= 0).any():
        return f"more than {MOST_BESIDE} lanes lie beside each other"
    pairs = []
    for name in ("lane_next", "lane_before"):
        table = t[name]
        if ((table[:, 1:] >= 0) & (table[:, :-1] < 0)).any():
            return f"{name} has gaps"
        lane, place = np.nonzero(table >= 0)
        other = table[lane, place]
        found = np.unique(np.stack((lane, other) if name == "lane_next" else (other, lane), axis=1), axis=0)
        if len(found) != len(lane) or (lane == other).any():
            return "a lane follows itself, or another twice"
        pairs.append(found)
    if pairs[0].shape != pairs[1].shape or (pairs[0] != pairs[1]).any():
        return "lanes disagree on who follows whom"
    is_link = t["lane_kind"] == LINK
    if (t["lane_before"][is_link, 0] < 0).any() or (t["lane_next"][is_link, 0] < 0).any():
        return "a way through a junction begins or ends nowhere"
    return None


def _conflicts(network: GivenNetwork) -> str | None:
    """Sides of conflicts lie together and name each other."""
    t, sides = network.tables, network.sizes["conflicts"]
    first, count = t["lane_conflict"].astype(np.int64), t["lane_conflicts"].astype(np.int64)
    if (first < 0).any() or (count < 0).any() or (first + count > sides).any():
        return "a lane's conflicts lie beyond the table"
    owner = np.full(sides, -1)
    for lane in np.flatnonzero(count):
        owner[first[lane] : first[lane] + count[lane]] = lane
    mine = np.flatnonzero(owner >= 0)
    if count.sum() != len(mine) or (t["lane_kind"][owner[mine]] != LINK).any():
        return "conflicts of two lanes overlap"
    back = t["conflict_back"][mine]
    if (owner[back] != t["conflict_lane"][mine]).any():
        return "sides of a conflict disagree"
    length = t["lane_length"][owner[mine]]
    for name in ("conflict_here", "conflict_from", "conflict_to"):
        if (t[name][mine] < 0.0).any() or (t[name][mine] > length + 0.01).any():
            return f"{name} lies outside of its lane"
    there = t["conflict_there"][mine]
    return "conflict_there lies outside" if (there < 0.0).any() or (there > 1e5).any() else None


def _ends(network: GivenNetwork) -> str | None:
    """Ways lead on along lanes, and destinations lie at exits."""
    t = network.tables
    lane, goal = np.nonzero(t["way"] >= 0)
    if not (t["lane_next"][lane] == t["way"][lane, goal][:, None]).any(axis=1).all():
        return "a way leads to a lane that does not follow"
    for side, turn in (("lane_left", -1), ("lane_right", 1)):
        lane, _ = np.nonzero(t["steer"] == turn)
        if (t[side][lane] < 0).any():
            return "a way asks for a lane that is not there"
    if (t["lane_kind"][t["sink_lane"]] != EXIT).any():
        return "a destination lies at no exit"
    return None


def _lights(network: GivenNetwork) -> str | None:
    """Every seat has phases, arms, and lanes of its own."""
    t, sizes = network.tables, network.sizes
    seats, groups = sizes["seats"], sizes["groups"]
    phases = t["phases"]
    if sizes["junctions"] < seats or (phases[:seats] < 2).any() or (phases > sizes["phases"]).any():
        return "a light has fewer than two phases, or more than there is room for"
    if phases[seats:].any() or (t["phase_groups"] < 0).any() or (t["phase_groups"] >= 1 << groups).any():
        return "a phase shows what is not there"
    group = t["lane_group"].astype(np.int64)
    lit = group >= 0
    if (group >= seats * groups).any() or (group[lit] // groups != t["lane_junction"][lit]).any():
        return "a way hangs on another junction's light"
    if (t["lane_kind"][lit] != LINK).any():
        return "a light holds what is no way through a junction"
    arms = t["arms"].astype(np.int64)
    if (arms < 1).any() or (arms > sizes["arms"]).any():
        return "a light has no arms, or more than there is room for"
    for seat in range(seats):
        roads = t["arm_road"][seat, : arms[seat]]
        if (roads < 0).any() or not ((t["road_a"][roads] == seat) | (t["road_b"][roads] == seat)).all():
            return "an arm belongs to another junction"
    for name, way in (("road_ab", 0), ("road_ba", 1)):
        there = np.arange(sizes["arm_lanes"]) < t[name][:, None]
        if (t[name] > sizes["arm_lanes"]).any() or ((t["road_lane"][:, way] >= 0) != there).any():
            return "a road has other lanes than it says"
    changes = t["light_yellow"], t["light_all_red"]
    if any((one < 0.0).any() or (one > 100.0).any() for one in changes):
        return "a change of lights takes less than 0 or more than 100 s"
    if (t["green_given"] < 0.0).any() or (t["green_given"] > 1e4).any() or (np.abs(t["offset_given"]) > 1e6).any():
        return "a program lasts too long"
    if any((np.abs(t[name]) > 1e6).any() for name in ("node_x", "node_y")):
        return "a junction lies too far away"
    bearing = t["arm_bearing"]
    if (
        (bearing < -0.5).any()
        or (bearing > 6.5).any()
        or (t["stop_distance"] < 0).any()
        or (t["stop_distance"] > 500).any()
    ):
        return "an arm leads nowhere"
    return None


def _demand(network: GivenNetwork) -> str | None:
    """Flows are flows."""
    flow, course = network.tables["flow_given"], network.tables["flow_course"]
    if (flow < 0.0).any() or (flow > 10.0).any() or not flow.any():
        return "nobody comes, or more than 10 vehicles a second"
    if (course < 0.0).any() or (course > 1000.0).any():
        return "demand runs a course that it cannot"
    free = network.tables["free_seconds"]
    return "a trip takes too long" if (free < 0.0).any() or (free > 1e6).any() else None
