"""What a ``.net.xml`` file says, as plain values: lanes, ways through junctions, light programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from simulator.interop.sumo.programmes import GREENS as GREENS
from simulator.interop.sumo.programmes import REDS as REDS
from simulator.interop.sumo.programmes import YELLOWS as YELLOWS
from simulator.interop.sumo.programmes import Phase as Phase
from simulator.interop.sumo.programmes import Programme, read_programmes
from simulator.interop.sumo.reader import CROSSING, XmlElement, read_xml
from simulator.interop.sumo.requests import in_order, link_of, requests_of
from simulator.interop.sumo.tracks import Tracks, read_tracks, rules_of
from worlds.world import Refused

RAILS = frozenset({"rail_signal", "rail_crossing"})  # trains' alone: open to cars as long as no train comes
BY_RANK = RAILS | {
    "dead_end", "priority", "priority_stop", "traffic_light", "traffic_light_right_on_red",
    "traffic_light_unregulated", "unregulated",
}  # fmt: skip
CUSTOMS = {"right_before_left": "right first", "allway_stop": "all stop", "zipper": "first come"}
FROM_LEFT = "left_before_right"
STOP = "s"  # the state of a way behind a stop sign
JUNCTIONS = frozenset(BY_RANK | CUSTOMS.keys() | {"internal"})
SKIPPED = frozenset({"location", "type", "request", "param", "roundabout"})  # what carries no road
NEEDED = frozenset({"edge", "junction", "connection", "tlLogic"})
TOLD = {"prohibition": "prohibition: the states of the ways say who goes first"}  # read by netconvert, not by SUMO
FOOTPATHS = frozenset({"crossing", "walkingarea"})
FARTHEST = 1e7  # m from the origin; the earth is 4e7 m round
LANE_WIDTH = 3.2  # m, SUMO's default
WIDTHS = (1.0, 9.99)  # m of lanes that can be drawn
FASTEST_LANE = 59.9  # m/s
FOR_CARS = frozenset({"passenger", "private", "all"})
TURNS = "srRlLt"
MIRRORED = str.maketrans("rRlL", "lLrR")
LONGEST_CHAIN = 4  # lanes inside a junction one after the other


@dataclass(frozen=True)
class Lane:
    """One lane between junctions."""

    name: str
    edge: str
    index: int  # 0 is the rightmost
    speed: float  # m/s
    length: float  # m
    width: float  # m
    shape: np.ndarray  # (n, 2) m, y northwards


@dataclass(frozen=True)
class Way:
    """One way through a junction, from lane to lane."""

    start: str
    end: str
    junction: str
    shape: np.ndarray | None  # inside the junction, None where the file has no lanes there
    speed: float | None
    light: str  # name of the light program, empty without one
    link: int  # its place in the program's states
    turn: str  # s ahead, r and R right, l and L left, t back
    major: bool
    custom: str = ""
    """How those who cross agree where no way has the right of way: ``right first``, ``first come``, ``all stop``
    (and then who was first); ``stop`` behind a stop sign; empty elsewhere."""


@dataclass(frozen=True)
class RoadNetwork:
    """A whole file. ``left_out`` tells what was read but not taken over, or changed, and how often."""

    path: Path
    lanes: tuple[Lane, ...]
    ways: tuple[Way, ...]
    lights: dict[str, tuple[Phase, ...]]
    left_out: dict[str, int]
    programmes: dict[str, Programme] = field(default_factory=dict)
    """Of the lights, with offsets and kinds; one without stands for the static program of its phases."""
    closed: frozenset[str] = frozenset()
    """Edges of the file that are not for cars."""
    additional: tuple[Path, ...] = ()
    """Other files with programs."""
    tracks: Tracks = field(default_factory=Tracks)
    """Rails, where they cross a road."""

    def programme(self, light: str) -> Programme:
        """The program of a light."""
        return self.programmes.get(light) or Programme(self.lights[light])


def read_network(
    path: str | Path,
    *,
    leave_out: bool = False,
    additional: Sequence[Path] = (),
    folder: Path | None = None,
    turning_back: bool = False,
) -> RoadNetwork:
    """Read a ``.net.xml`` file.

    Lanes and edges that are not for cars are left out, and told. Left-hand traffic is mirrored, and told.

    Args:
        path: the file.
        leave_out: change what cannot be driven as its refusal says, instead of refusing it; the network tells it.
        additional: files whose light programs come into force instead of the network's.
        folder: in which everything lies that the files may include; each file's own unless said otherwise.
        turning_back: keep the ways back at the ends of roads; else roads leave the map there.

    Raises:
        Refused: no such file format, or an element that cannot be taken over: it is named.
        OSError: the file cannot be read.
    """
    place = Path(path)
    root = read_xml(place, "net", folder=folder)
    left_out = _told(root)
    mirrored = root.attributes.get("lefthand") in ("true", "1")
    kinds = {child.get("id"): _junction_kind(child, leave_out, left_out) for child in root.all("junction")}
    inner, lanes = _edges(root, left_out)
    trains = {name for name, kind in kinds.items() if kind in RAILS}
    programmes = read_programmes(root, {}, leave_out=leave_out, left_out=left_out, trains=trains)
    rules = rules_of(root)
    for file in additional:
        more = read_xml(file, "additional", "add", "tlLogics", "routes", "tlLogic", folder=folder)
        whole = XmlElement("additional", {}, 1, [more], more.file) if more.tag == "tlLogic" else more
        programmes = read_programmes(whole, programmes, leave_out=leave_out, left_out=left_out, trains=trains)
        rules |= {name: rules.get(name, {}) | told for name, told in rules_of(whole).items()}
    for _ in (key for programme in programmes.values() for key in programme.parameters if key in lanes):
        _tell(left_out, "detector of its own of a lane before a light, driven with one at the usual place")
    read = _Read(root, lanes, inner, kinds, programmes, left_out)
    ways = list(read.ways()) if turning_back else _without_ends(list(read.ways()), lanes, left_out)
    if not lanes:
        raise Refused(f"{place.name} has no lane for cars")
    if mirrored:
        lanes, ways = _mirrored(lanes, ways)
        left_out["left-hand traffic, mirrored"] = 1
    driven = {lane.edge for lane in lanes.values()}
    closed = frozenset(edge.get("id") for edge in root.all("edge")) - driven
    lights = {name: programme.phases for name, programme in programmes.items()}
    return RoadNetwork(
        place, tuple(lanes.values()), tuple(ways), lights, left_out, programmes, closed, tuple(additional),
        read_tracks(root, rules),
    )  # fmt: skip


def _told(root: XmlElement) -> dict[str, int]:
    """What stands in a file that nobody drives by, counted; what must not be there is refused."""
    left_out: dict[str, int] = {}
    for child in root.children:
        if child.tag in TOLD:
            _tell(left_out, TOLD[child.tag])
        elif child.tag not in NEEDED | SKIPPED:
            raise Refused(f"<{child.tag}> in {child.where} cannot be imported: {', '.join(sorted(NEEDED))} can")
    return left_out


def _tell(left_out: dict[str, int], what: str) -> None:
    left_out[what] = left_out.get(what, 0) + 1


def _edges(root: XmlElement, left_out: dict[str, int]) -> tuple[dict[str, Lane], dict[str, Lane]]:
    """Lanes inside of junctions, and those between them."""
    inner: dict[str, Lane] = {}
    lanes: dict[str, Lane] = {}
    for edge in root.all("edge"):
        function = edge.attributes.get("function", "normal")
        if function in FOOTPATHS:
            _tell(left_out, function)
            continue
        if function not in ("normal", "internal", "connector"):
            raise Refused(
                f"edge {edge.get('id')!r} in {edge.where} is a {function}: only roads can be imported, and "
                f"{', '.join(sorted(FOOTPATHS))}, which are left out"
            )
        for lane in _lanes(edge, function == "internal", left_out):
            (inner if function == "internal" else lanes)[lane.name] = lane
    return inner, lanes


def _mirrored(lanes: dict[str, Lane], ways: list[Way]) -> tuple[dict[str, Lane], list[Way]]:
    """The same roads in a mirror: traffic that drives on the left then drives on the right."""
    flip = np.array((-1.0, 1.0))
    turned = {name: replace(lane, shape=lane.shape * flip) for name, lane in lanes.items()}
    others = [
        replace(way, shape=None if way.shape is None else way.shape * flip, turn=way.turn.translate(MIRRORED))
        for way in ways
    ]
    return turned, others


def _without_ends(ways: list[Way], lanes: dict[str, Lane], left_out: dict[str, int]) -> list[Way]:
    """Without the ways that only lead back: where there are no others, the road leaves the map."""
    going_on = {lanes[way.start].edge for way in ways if way.turn != "t"}
    kept = [way for way in ways if way.turn != "t" or lanes[way.start].edge in going_on]
    if len(kept) < len(ways):
        left_out["turnaround"] = len(ways) - len(kept)
    return kept


def _junction_kind(junction: XmlElement, leave_out: bool, left_out: dict[str, int]) -> str:
    """The type of a junction, or the one that it is driven as."""
    kind, name = junction.get("type"), junction.get("id")
    if kind == FROM_LEFT:
        if not leave_out:
            raise Refused(
                f"junction {name!r} in {junction.where} is a {FROM_LEFT}, which cannot be driven: "
                f"{', '.join(sorted(CUSTOMS))} can (--leave-out lets who comes first go first)"
            )
        _tell(left_out, f"{FROM_LEFT}, driven as first come")
        return "zipper"
    if kind not in JUNCTIONS:
        known = ", ".join(sorted(JUNCTIONS))
        raise Refused(f"junction {name!r} in {junction.where} is a {kind}, which cannot be imported: there are {known}")
    if kind == "traffic_light_unregulated":
        _tell(left_out, f"{kind}, driven with right of way")
    return kind


def _lanes(edge: XmlElement, inner: bool, left_out: dict[str, int]) -> Iterator[Lane]:
    for lane in edge.all("lane"):
        name, index = lane.get("id"), int(lane.number("index"))
        if not inner and name != f"{edge.get('id')}_{index}":
            raise Refused(
                f"lane {name!r} in {lane.where} is number {index} of edge {edge.get('id')!r}: such are its id"
            )
        if not takes_cars(lane):
            if not inner:
                _tell(left_out, "lane not for cars")
            continue
        speed, length = lane.number("speed"), lane.number("length")
        width = lane.number("width", LANE_WIDTH)
        if not (speed > 0.0 and 0.0 < length < 1e5 and width >= 0.0):
            raise Refused(
                f"lane {name!r} in {lane.where} has speed {speed:g}, length {length:g} and width {width:g}: more than "
                "0, and at most 100 km"
            )
        if not inner:
            if not WIDTHS[0] <= width <= WIDTHS[1]:
                _tell(left_out, f"lane width, drawn as {WIDTHS[0]:g} to {WIDTHS[1]:g} m")
            if speed > FASTEST_LANE:
                _tell(left_out, f"lane speed, driven at {FASTEST_LANE:g} m/s")
            if "changeLeft" in lane.attributes or "changeRight" in lane.attributes:
                _tell(left_out, "lane where changes are restricted, driven without")
        wide, fast = min(max(width, WIDTHS[0]), WIDTHS[1]), min(speed, FASTEST_LANE)
        yield Lane(name, edge.get("id"), index, fast, length, wide, shape_of(lane))


def takes_cars(lane: XmlElement) -> bool:
    """Whether cars may use a lane, or a way between two."""
    allowed, forbidden = lane.attributes.get("allow"), lane.attributes.get("disallow")
    if allowed is not None:
        return bool(FOR_CARS & set(allowed.split()))
    return not {"passenger", "all"} & set((forbidden or "").split())


def shape_of(lane: XmlElement) -> np.ndarray:
    """The points (n, 2) of a lane; height is left out, points on top of each other too."""
    try:
        points = np.array([[float(part) for part in point.split(",")[:2]] for point in lane.get("shape").split()])
    except ValueError:
        points = np.zeros((0, 2))
    if points.ndim != 2 or len(points) < 2 or points.shape[1] != 2 or not (np.abs(points) < FARTHEST).all():
        raise Refused(f"lane {lane.get('id')!r} in {lane.where} has the shape {lane.get('shape')[:40]!r}")
    apart = np.concatenate(((True,), np.hypot(*np.diff(points, axis=0).T) > 0.01))
    kept = points[apart]
    return kept if len(kept) > 1 else points[[0, -1]] + np.array([[0.0, 0.0], [0.01, 0.0]])


@dataclass(frozen=True)
class _Read:
    """What the ways of a file are made of."""

    root: XmlElement
    lanes: dict[str, Lane]
    inner: dict[str, Lane]
    kinds: dict[str, str]
    """Types of junctions by name."""
    programmes: dict[str, Programme]
    left_out: dict[str, int]

    def ways(self) -> Iterator[Way]:
        """The ways through junctions, from lane to lane; at each junction nobody comes before whom he lets pass."""
        requests = requests_of(self.root)
        at: dict[str, list[tuple[Way, int]]] = {}
        for way, link in self._ways():
            at.setdefault(way.junction, []).append((way, link))
        for junction, ways in at.items():
            for place in in_order([link for _, link in ways], requests.get(junction, {})):
                yield ways[place][0]

    def _ways(self) -> Iterator[tuple[Way, int]]:
        """The ways as the file has them, each with its link at the junction, −1 where it says none."""
        heads = {edge.get("id"): edge.attributes.get("to", "") for edge in self.root.all("edge")}
        after = {
            _lane_name(child, "from"): child
            for child in self.root.all("connection")
            if child.get("from").startswith(":")
        }
        for child in self.root.all("connection"):
            if child.get("from").startswith(":"):
                continue
            start, end = _lane_name(child, "from"), _lane_name(child, "to")
            if start not in self.lanes or end not in self.lanes or not takes_cars(child):
                _tell(self.left_out, "way not for cars")
                continue
            if child.attributes.get("pass") in ("true", "1"):
                _tell(self.left_out, "way that need not wait (pass), driven by right of way")
            way = self._way(child, start, end, heads[child.get("from")])
            via = child.attributes.get("via", "")
            yield _through(way, via, self.inner, after), link_of(via)

    def _way(self, child: XmlElement, start: str, end: str, junction: str) -> Way:
        kind = self.kinds.get(junction, "")
        if kind in RAILS and kind != CROSSING:  # of crossings is told when it is known whether trains come
            _tell(self.left_out, f"way over a {kind}, open at all times")
        light = "" if kind in RAILS else child.attributes.get("tl", "")
        link = int(child.number("linkIndex", -1.0))
        known = self.programmes[light].phases[0].state if light in self.programmes else ""
        if light and not 0 <= link < len(known):
            raise Refused(
                f"the way from {start!r} to {end!r} in {child.where} names link {link} of light {light!r}, which is "
                "not there"
            )
        turn = child.attributes.get("dir", "s").replace("T", "t")
        if len(turn) != 1 or turn not in TURNS:
            raise Refused(f"the way from {start!r} to {end!r} in {child.where} has dir={turn!r}: {', '.join(TURNS)}, T")
        custom = CUSTOMS.get(kind, "")
        if child.get("state") == STOP and not light and not custom:
            custom = "stop"
        return Way(start, end, junction, None, None, light, link, turn, child.get("state") in "MO", custom)


def _lane_name(connection: XmlElement, side: str) -> str:
    return f"{connection.get(side)}_{int(connection.number(f'{side}Lane'))}"


def _through(way: Way, via: str, inner: dict[str, Lane], after: dict[str, XmlElement]) -> Way:
    """The same way with the shape of the lanes inside the junction, where the file has them."""
    pieces, speeds = [], []
    for _ in range(LONGEST_CHAIN):
        if via not in inner:
            break
        pieces.append(inner[via].shape)
        speeds.append(inner[via].speed)
        via = after[via].attributes.get("via", "") if via in after else ""
    if not pieces:
        return way
    points = np.concatenate(pieces)
    apart = np.concatenate(((True,), np.hypot(*np.diff(points, axis=0).T) > 0.05))
    shape = points[apart]
    return replace(way, shape=shape if len(shape) > 1 else None, speed=min(speeds))
