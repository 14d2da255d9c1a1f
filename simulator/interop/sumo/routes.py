"""What a ``.rou.xml`` file says: how many vehicles want to go from edge to edge."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.interop.sumo.reader import XmlElement, read_xml
from worlds.world import Refused

KNOWN = frozenset({"vType", "route", "flow", "vehicle", "trip"})


@dataclass(frozen=True)
class Demand:
    """Mean flows over a time: vehicles/s by edges of departure and arrival."""

    flows: dict[tuple[str, str], float]
    begin: float  # s
    seconds: float


def read_demand(path: str | Path, begin: float = 0.0, seconds: float = 3600.0) -> Demand:
    """Read a ``.rou.xml`` file: everybody who departs from ``begin`` on, for so many seconds.

    Only where and when vehicles start and end is taken over; the ways between, and the types, are this project's own.

    Raises:
        Refused: no such file format, nobody departs in that time, or an element that cannot be taken over.
        OSError: the file cannot be read.
    """
    place = Path(path)
    root = read_xml(place, "routes")
    routes = {route.get("id"): route.get("edges") for route in root.all("route")}
    flows: dict[tuple[str, str], float] = {}
    for child in root.children:
        if child.tag not in KNOWN:
            raise Refused(f"<{child.tag}> in line {child.line} of {place.name} cannot be imported")
        for count in _vehicles(child, begin, begin + seconds):
            key = _ends(child, routes)
            flows[key] = flows.get(key, 0.0) + count / seconds
    if not flows:
        raise Refused(f"nobody departs in {place.name} between {begin:g} and {begin + seconds:g} s")
    return Demand(flows, begin, seconds)


def _vehicles(child: XmlElement, begin: float, end: float) -> Iterator[float]:
    """How many vehicles an element sends out in a time; nothing for elements that are no vehicles."""
    if child.tag in ("vehicle", "trip"):
        if begin <= child.number("depart") < end:
            yield 1.0
    elif child.tag == "flow":
        first, last = child.number("begin", 0.0), child.number("end", end)
        share = max(min(last, end) - max(first, begin), 0.0)
        if share > 0.0:
            yield _rate(child, last - first) * share


def _rate(flow: XmlElement, seconds: float) -> float:
    """Vehicles a second of a flow."""
    for name, factor in (("vehsPerHour", 1.0 / 3600.0), ("probability", 1.0)):
        if name in flow.attributes:
            return flow.number(name) * factor
    if "period" in flow.attributes:
        return 1.0 / max(flow.number("period"), 1e-3)
    return flow.number("number") / max(seconds, 1e-3)


def _ends(child: XmlElement, routes: dict[str, str]) -> tuple[str, str]:
    """The first and the last edge."""
    inner = next(child.all("route"), None)
    edges = inner.get("edges") if inner is not None else ""
    if not edges and "route" in child.attributes:
        name = child.get("route")
        if name not in routes:
            raise Refused(f"<{child.tag}> {child.get('id')!r} takes route {name!r}, which is not there")
        edges = routes[name]
    parts = edges.split()
    return (parts[0], parts[-1]) if parts else (child.get("from"), child.get("to"))
