"""Writes a network of this project as SUMO's plain files, from which ``netconvert`` makes a ``.net.xml``."""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from simulator.engine.writing import write_whole
from worlds.road.fields import LINK

GREEN_SECONDS = 30.0  # of every phase in the written program
Edge = tuple[int, ...]  # its lanes from right to left


def write_network(w: Any, folder: str | Path, name: str, *, seconds: float = 3600.0) -> tuple[Path, ...]:
    """Write nodes, edges, connections, light programs, demand and the settings of netconvert.

    Args:
        w: a record with the road fields.
        folder: where to; it is made.
        name: what the files begin with. ``netconvert -c NAME.netccfg`` makes NAME.net.xml of them.
        seconds: how long the flows of ``NAME.rou.xml`` last.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    plan = _Plan(w)
    files = {
        "nod.xml": _wrap("nodes", plan.nodes()),
        "edg.xml": _wrap("edges", plan.edge_lines()),
        "con.xml": _wrap("connections", plan.connections(False)),
        "tll.xml": _wrap("tlLogics", [*plan.programs(), *plan.connections(True)]),
        "rou.xml": _wrap("routes", plan.flows(seconds)),
        "netccfg": _settings(name),
    }
    written = []
    for ending, text in files.items():
        path = place / f"{name}.{ending}"
        write_whole(path, text.encode())
        written.append(path)
    return tuple(written)


class _Plan:
    """Edges and nodes of a record: lanes beside each other are an edge, what they lead to is a node."""

    def __init__(self, w: Any) -> None:
        self.w = w
        lanes = int(w["lanes"])
        self.links = [lane for lane in range(lanes) if int(w["lane_kind"][lane]) == LINK]
        self.edges: list[Edge] = []
        for lane in range(lanes):
            if int(w["lane_kind"][lane]) != LINK and int(w["lane_right"][lane]) < 0:
                beside, row = lane, []
                while beside >= 0:
                    row.append(beside)
                    beside = int(w["lane_left"][beside])
                self.edges.append(tuple(row))
        self.edge_of = {lane: edge for edge in self.edges for lane in edge}
        self.left = float(w["point_x"][: int(w["points"])].min())
        self.bottom = float(w["point_y"][: int(w["points"])].max())
        self._join()

    def _join(self) -> None:
        """Ends of edges that traffic passes between are one node; those of a junction are one too."""
        self.node: dict[tuple[str, Edge], str] = {}
        for order, edge in enumerate(self.edges):
            self.node["start", edge], self.node["end", edge] = f"gate_{order}_in", f"gate_{order}_out"
        for link in self.links:
            before, after = int(self.w["lane_before"][link, 0]), int(self.w["lane_next"][link, 0])
            name = f"junction_{int(self.w['lane_junction'][link])}"
            self._rename(self.node["end", self.edge_of[before]], name)
            self._rename(self.node["start", self.edge_of[after]], name)
        for start, end in self._direct():
            self._rename(self.node["start", self.edge_of[end]], self.node["end", self.edge_of[start]])

    def _rename(self, old: str, new: str) -> None:
        for key, name in self.node.items():
            if name == old:
                self.node[key] = new

    def _direct(self) -> list[tuple[int, int]]:
        """Lanes that lead into each other without a junction between."""
        pairs = [(lane, int(end)) for edge in self.edges for lane in edge for end in self.w["lane_next"][lane]]
        return [(start, end) for start, end in pairs if end in self.edge_of]

    def nodes(self) -> list[str]:
        places: dict[str, list[np.ndarray]] = {}
        for (side, edge), name in self.node.items():
            for lane in edge:
                places.setdefault(name, []).append(self._line(lane)[0 if side == "start" else -1])
        lit = {f"junction_{junction}" for junction in np.flatnonzero(self.w["phases"] > 0)}
        found = []
        for name, points in places.items():
            x, y = np.mean(points, axis=0)
            kind = "traffic_light" if name in lit else "priority"
            found.append(_tag("node", id=name, x=f"{x:.3f}", y=f"{y:.3f}", type=kind))
        return found

    def edge_lines(self) -> list[str]:
        found = []
        for edge in self.edges:
            w, middle = self.w, np.mean([self._line(edge[0])[[0, -1]], self._line(edge[-1])[[0, -1]]], axis=0)
            shape = middle if len(self._line(edge[0])) == 2 else self._line(edge[len(edge) // 2])
            facts = {"id": _name(edge), "numLanes": len(edge), "speed": f"{float(w['lane_limit'][edge[0]]):.3f}"}
            ends = {"from": self.node["start", edge], "to": self.node["end", edge], "spreadType": "center"}
            width = f"{float(w['lane_width'][edge[0]]):.2f}"
            found.append(_tag("edge", **facts, **ends, width=width, shape=_shape(shape)))
        return found

    def connections(self, lit: bool) -> list[str]:
        """Ways through junctions and straight on; with their place in the light programs if ``lit``."""
        found = []
        for link in self.links:
            ends = int(self.w["lane_before"][link, 0]), int(self.w["lane_next"][link, 0])
            facts = self._ends(*ends)
            junction = int(self.w["lane_junction"][link])
            if lit and int(self.w["lane_group"][link]) >= 0:
                place = {"tl": f"junction_{junction}", "linkIndex": self._of_light(junction).index(link)}
                found.append(_tag("connection", **facts, **place))
            elif not lit:
                found.append(_tag("connection", **facts))
        if not lit:
            found += [_tag("connection", **self._ends(start, end)) for start, end in self._direct()]
        return found

    def programs(self) -> list[str]:
        """A fixed program for every light: its phases in turn."""
        w, found = self.w, []
        groups = len(w["group_state"]) // len(w["phase"])
        for junction in np.flatnonzero(w["phases"] > 0):
            links = self._of_light(int(junction))
            phases, lines = int(w["phases"][junction]), []
            shown = [[int(w["phase_groups"][junction, phase]) >> int(w["lane_group"][link] % groups) & 1
                      for link in links] for phase in range(phases)]  # fmt: skip
            for phase in range(phases):
                now, then = shown[phase], shown[(phase + 1) % phases]
                kept = [was and will for was, will in zip(now, then, strict=True)]
                parts = (
                    (
                        GREEN_SECONDS,
                        "".join(self._green(link) if on else "r" for link, on in zip(links, now, strict=True)),
                    ),
                    (
                        float(w["yellow"]),
                        "".join("G" if on else "y" if was else "r" for on, was in zip(kept, now, strict=True)),
                    ),
                    (float(w["all_red"]), "".join("G" if on else "r" for on in kept)),
                )
                lines += [_tag("phase", duration=f"{time:g}", state=state) for time, state in parts if time > 0.0]
            head = f'<tlLogic id="junction_{junction}" type="static" programID="0" offset="0">'
            found.append("\n".join([head, *(f"    {line}" for line in lines), "</tlLogic>"]))
        return found

    def flows(self, seconds: float) -> list[str]:
        """Mean demand by edges."""
        w = self.w
        rates: dict[tuple[Edge, Edge], float] = {}
        for source, goal in np.argwhere(w["demand"][: int(w["sources"]), : int(w["destinations"])] > 0.0):
            key = self.edge_of[int(w["source_lane"][source])], self.edge_of[int(w["sink_lane"][goal])]
            rates[key] = rates.get(key, 0.0) + float(w["demand"][source, goal])
        found = []
        for order, ((start, end), rate) in enumerate(rates.items()):
            ends = {"from": _name(start), "to": _name(end), "departLane": "best", "departSpeed": "max"}
            found.append(_tag("flow", id=f"flow_{order}", begin="0", end=f"{seconds:g}", **ends,
                              vehsPerHour=f"{3600.0 * rate:.3f}"))  # fmt: skip
        return found

    def _of_light(self, junction: int) -> list[int]:
        lit = [link for link in self.links if int(self.w["lane_group"][link]) >= 0]
        return [link for link in lit if int(self.w["lane_junction"][link]) == junction]

    def _green(self, link: int) -> str:
        """g where a way meets one that goes first, as a left turn meets oncoming traffic."""
        first, count = int(self.w["lane_conflict"][link]), int(self.w["lane_conflicts"][link])
        others = self.w["conflict_lane"][first : first + count]
        return "g" if (self.w["lane_rank"][others] > self.w["lane_rank"][link]).any() else "G"

    def _ends(self, start: int, end: int) -> dict[str, object]:
        before, after = self.edge_of[start], self.edge_of[end]
        return {"from": _name(before), "to": _name(after), "fromLane": before.index(start), "toLane": after.index(end)}

    def _line(self, lane: int) -> np.ndarray:
        """Points with y northwards, from the corner of the network."""
        part = slice(int(self.w["lane_first"][lane]), int(self.w["lane_first"][lane] + self.w["lane_points"][lane]))
        return np.stack((self.w["point_x"][part] - self.left, self.bottom - self.w["point_y"][part]), axis=1)


def _name(edge: Edge) -> str:
    return f"edge_{edge[0]}"


def _shape(line: np.ndarray) -> str:
    return " ".join(f"{x:.3f},{y:.3f}" for x, y in line)


def _tag(tag: str, **attributes: object) -> str:
    return f"<{tag} {' '.join(f'{name}={quoteattr(str(value))}' for name, value in attributes.items())}/>"


def _wrap(root: str, lines: list[str]) -> str:
    inner = "\n".join(f"    {line}" for text in lines for line in text.split("\n"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n{inner}\n</{root}>\n'


def _settings(name: str) -> str:
    files = {"node-files": "nod", "edge-files": "edg", "connection-files": "con", "tllogic-files": "tll"}
    inputs = [f"<{option} value={quoteattr(f'{name}.{ending}.xml')}/>" for option, ending in files.items()]
    output = f"<output><output-file value={quoteattr(f'{name}.net.xml')}/></output>"
    rest = '<processing><no-turnarounds value="true"/><offset.disable-normalization value="true"/></processing>'
    return _wrap("configuration", ["<input>", *inputs, "</input>", output, rest])
