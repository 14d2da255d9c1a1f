"""What can be a given network, and what contradicts itself: nothing a stranger packed is driven unchecked."""

from collections.abc import Callable, Mapping

import numpy as np

from worlds.road.fields import EXIT, FASTEST, LINK, STAY
from worlds.road.layouts.given_tables import GivenNetwork

SHORTEST_LANE = 0.05  # m; a vehicle passes a bounded number of lanes in a tick
MOST_BESIDE = 16  # lanes beside each other


def problem_of(network: GivenNetwork) -> str | None:
    """What is wrong with a network, if anything: numbers out of range, chains that loop, tables that contradict."""
    for name, table in network.tables.items():
        if table.dtype.kind == "f" and not np.isfinite(table).all():
            return f"{name} holds numbers that are none"
    for test in (_indices, _lanes, _chains, _conflicts, _ends, _lights, _demand, *MORE[network.kind]):
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
        "way": (STAY, "lanes"), "road_a": (0, "nodes"), "road_b": (0, "nodes"), "road_lane": (-1, "lanes"),
        "arm_road": (-1, "roads"), "relation_goal": (-1, "destinations"), "relation_source": (-1, "sources"),
        "relation_of": (-1, "relations"), "lane_arm": (-1, "arm_count"), "source_arm": (0, "arm_count"),
    }  # fmt: skip
    for name, (low, size) in ranges.items():
        if name not in network.tables:
            continue
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
    if (t["steer"][t["way"] == STAY] == 0).any():
        return "a way has drivers wait for no lane"
    if (t["lane_kind"][t["sink_lane"]] != EXIT).any():
        return "a destination lies at no exit"
    return None


def _lights(network: GivenNetwork) -> str | None:
    """Every light has phases, and ways of its own."""
    t, sizes = network.tables, network.sizes
    seats, groups = sizes["seats"], sizes["groups"]
    phases = t["phases"]
    if not network.lights:
        return "a way hangs on no light" if phases.any() or (t["lane_group"] >= 0).any() else None
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
    changes = t["light_yellow"], t["light_all_red"]
    if any((one < 0.0).any() or (one > 100.0).any() for one in changes):
        return "a change of lights takes less than 0 or more than 100 s"
    if (t["green_given"] < 0.0).any() or (t["green_given"] > 1e4).any() or (np.abs(t["offset_given"]) > 1e6).any():
        return "a program lasts too long"
    return None


def _arms(network: GivenNetwork) -> str | None:
    """Every seat has arms, and lanes of its own."""
    t, sizes = network.tables, network.sizes
    seats = sizes["seats"]
    arms = t["arms"].astype(np.int64)
    if (arms < 1).any() or (arms > sizes["arms"]).any():
        return "a light has no arms, or more than there is room for"
    for seat in range(seats):
        roads = t["arm_road"][seat, : arms[seat]]
        if (roads < 0).any() or not ((t["road_a"][roads] == seat) | (t["road_b"][roads] == seat)).all():
            return "an arm belongs to another junction"
        coming = t["road_lane"][roads, np.where(t["road_b"][roads] == seat, 0, 1)]
        links = t["lane_next"][coming[coming >= 0]]
        held = t["lane_group"][links[links >= 0]].astype(np.int64)
        if (held[held >= 0] // sizes["groups"] != seat).any():
            return "an arm's lanes wait for another junction's light"
    for name, way in (("road_ab", 0), ("road_ba", 1)):
        there = np.arange(sizes["arm_lanes"]) < t[name][:, None]
        if (t[name] > sizes["arm_lanes"]).any() or ((t["road_lane"][:, way] >= 0) != there).any():
            return "a road has other lanes than it says"
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


def _choices(network: GivenNetwork) -> str | None:
    """Every relation has two ways or more, and each of them leads to its end."""
    t = network.tables
    goals, sources = t["relation_goal"], t["relation_source"]
    there = goals >= 0
    if (there != (sources >= 0)).any() or (there[:, 1:] & ~there[:, :-1]).any() or not there[:, :2].all():
        return "a relation has fewer than two ways, or gaps between them"
    if (t["relation_flow"] <= 0.0).any() or (t["relation_flow"] > 100.0).any():
        return "a relation has no vehicles, or more than 100 a second"
    for relation, choice in zip(*np.nonzero(there), strict=True):
        lane, goal = int(t["source_lane"][sources[relation, choice]]), int(goals[relation, choice])
        if not _arrives(t, lane, goal):
            return "a way of a relation leads elsewhere"
    return None


def _arrives(t: Mapping[str, np.ndarray], lane: int, goal: int) -> bool:
    """Whether following way and steer from a lane leads out of the map."""
    for _ in range(2 * len(t["lane_kind"])):
        if t["lane_kind"][lane] == EXIT:
            return True
        lane = int((t["lane_left"][lane], t["way"][lane, goal], t["lane_right"][lane])[int(t["steer"][lane, goal]) + 1])
        if lane < 0:
            return False
    return False


def _crossing(network: GivenNetwork) -> str | None:
    """A junction has arms, and ways that meet."""
    t, sizes = network.tables, network.sizes
    if sizes["destinations"] > sizes["arm_count"]:
        return "more leave than there are arms"
    if (np.abs(t["arm_heading"]) > 10.0).any():
        return "an arm leads nowhere"
    return None if t["lane_conflicts"].any() else "no ways meet"


MORE: dict[str, tuple[Callable[[GivenNetwork], str | None], ...]] = {
    "signals": (_arms,),
    "routes": (_choices,),
    "junction": (_crossing,),
}
"""What else is checked of each kind of network."""
