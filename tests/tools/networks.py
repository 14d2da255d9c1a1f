"""Small networks and demands of one's own, built by SUMO's netconvert: a crossing by every rule, a light, a motorway.

No test: `collisions.py` drives on them, in this project and in SUMO.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ARM = 300.0  # m from the middle of a crossing to the edge of the map
ENDS = {"n": (0.0, 1.0), "e": (1.0, 0.0), "s": (0.0, -1.0), "w": (-1.0, 0.0)}
OPPOSITE = {"n": "s", "e": "w", "s": "n", "w": "e"}
CHANGE = '<phase duration="{yellow:g}" state="{before}"/><phase duration="1" state="{red}"/>'


@dataclass(frozen=True)
class Site:
    """A network and who drives on it."""

    name: str
    network: Path
    routes: Path
    seconds: float
    begin: float = 0.0


def tool(name: str) -> str | None:
    """A program of SUMO's: on the path, or in SUMO_HOME."""
    return shutil.which(name) or shutil.which(name, path=str(Path(os.environ.get("SUMO_HOME", "/none")) / "bin"))


def build_sites(folder: Path, seconds: float) -> list[Site]:
    """All networks; each is written into the folder."""
    sites = []
    for limit in (30, 40, 47, 50, 70):
        sites.append(crossing(folder, f"priority {limit} km/h", "priority", limit / 3.6, (450.0, 100.0), seconds))
    sites.append(crossing(folder, "right before left", "right_before_left", 50 / 3.6, (180.0, 180.0), seconds))
    sites.append(crossing(folder, "all-way stop", "allway_stop", 50 / 3.6, (180.0, 180.0), seconds))
    sites.append(crossing(folder, "signal, 1 lane", "traffic_light", 50 / 3.6, (360.0, 360.0), seconds))
    sites.append(crossing(folder, "signal, 2 lanes", "traffic_light", 50 / 3.6, (650.0, 650.0), seconds, lanes=2))
    sites.append(roundabout(folder, seconds))
    sites.append(motorway(folder, "lane drop", seconds))
    sites.append(motorway(folder, "on-ramp", seconds))
    return sites


def crossing(
    folder: Path, name: str, kind: str, limit: float, flows: tuple[float, float], seconds: float, lanes: int = 1
) -> Site:
    """Four arms of a kind of junction; `flows`: vehicles/h of the arms in west and east, of others."""
    nodes = f'<node id="c" x="0" y="0" type="{kind}"/>' + "".join(
        f'<node id="{end}" x="{x * ARM:g}" y="{y * ARM:g}"/>' for end, (x, y) in ENDS.items()
    )
    edges = ""
    for end in ENDS:
        priority = 2 if end in "we" and kind == "priority" else 1
        for ways in ((end, "c"), ("c", end)):
            edges += _edge("".join(ways), *ways, lanes, limit, priority)
    flow = {end: flows[0] if end in "we" else flows[1] for end in ENDS}
    trips = []
    for start in ENDS:
        for end in ENDS:
            if start != end:
                share = 0.6 if end == OPPOSITE[start] else 0.2
                trips.append((f"{start}c", f"c{end}", share * flow[start]))
    return _site(folder, name, nodes, edges, trips, seconds)


def roundabout(folder: Path, seconds: float) -> Site:
    """Four arms around a ring of 18 m."""
    nodes = "".join(
        f'<node id="{end}" x="{x * ARM:g}" y="{y * ARM:g}"/><node id="r{end}" x="{x * 18:g}" y="{y * 18:g}"/>'
        for end, (x, y) in ENDS.items()
    )
    edges = ""
    ring = ["n", "w", "s", "e"]  # against the clock
    for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
        edges += _edge(f"ring{here}", f"r{here}", f"r{there}", 1, 30 / 3.6, 3)
        edges += _edge(f"{here}c", here, f"r{here}", 1, 50 / 3.6, 1) + _edge(
            f"c{here}", f"r{here}", here, 1, 50 / 3.6, 1
        )
    trips = [(f"{start}c", f"c{end}", 120.0) for start in ENDS for end in ENDS if start != end]
    return _site(folder, "roundabout", nodes, edges, trips, seconds)


def motorway(folder: Path, name: str, seconds: float) -> Site:
    """A motorway of 120 km/h: three lanes that become two, or two lanes that a ramp joins."""
    fast = 120 / 3.6
    if name == "lane drop":
        nodes = '<node id="a" x="0" y="0"/><node id="b" x="1000" y="0"/><node id="c" x="2000" y="0"/>'
        edges = _edge("wide", "a", "b", 3, fast, 2) + _edge("narrow", "b", "c", 2, fast, 2)
        return _site(folder, name, nodes, edges, [("wide", "narrow", 3600.0)], seconds)
    nodes = (
        '<node id="a" x="0" y="0"/><node id="b" x="800" y="0"/><node id="c" x="1100" y="0"/>'
        '<node id="d" x="2000" y="0"/><node id="r" x="400" y="-150"/>'
    )
    edges = _edge("main", "a", "b", 2, fast, 3) + _edge("beside", "b", "c", 3, fast, 3)
    edges += _edge("on", "c", "d", 2, fast, 3) + _edge("ramp", "r", "b", 1, 80 / 3.6, 1)
    return _site(folder, name, nodes, edges, [("main", "on", 3000.0), ("ramp", "on", 500.0)], seconds)


def _edge(name: str, start: str, end: str, lanes: int, limit: float, priority: int) -> str:
    return f'<edge id="{name}" from="{start}" to="{end}" numLanes="{lanes}" speed="{limit:.2f}" priority="{priority}"/>'


def _site(folder: Path, name: str, nodes: str, edges: str, trips: list[tuple[str, str, float]], seconds: float) -> Site:
    stem = folder / "".join(letter if letter.isalnum() else "_" for letter in name)
    network, routes = stem.with_suffix(".net.xml"), stem.with_suffix(".rou.xml")
    stem.with_suffix(".nod.xml").write_text(f"<nodes>{nodes}</nodes>")
    stem.with_suffix(".edg.xml").write_text(f"<edges>{edges}</edges>")
    subprocess.run(
        [str(tool("netconvert")), "-n", f"{stem}.nod.xml", "-e", f"{stem}.edg.xml", "-o", str(network),
         "--no-turnarounds"],
        check=True, capture_output=True,
    )  # fmt: skip
    flows = "".join(
        f'<flow id="f{order}" from="{start}" to="{end}" begin="0" end="{seconds:g}" vehsPerHour="{flow:g}" '
        'departLane="best" departSpeed="max"/>'
        for order, (start, end, flow) in enumerate(trips)
    )
    routes.write_text(f'<routes><vType id="car"/>{flows}</routes>')
    return Site(name, network, routes, seconds)
