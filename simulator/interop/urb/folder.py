"""A folder of the benchmark: the network, who drives, from where to where, and, if it is there, by which routes.

``NAME.net.xml`` is SUMO's; ``od_NAME.txt`` names the edges of origins and of destinations; ``agents.csv`` has a row for
every commuter: id, origin and destination as places in these lists, and start_time in seconds. ``paths.csv`` is what
RouteRL writes into its records: origins, destinations, path. Nothing of them is run, and all sizes are bounded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.interop.sumo.network import RoadNetwork, read_network
from worlds.world import Refused

MOST_TEXT = 1 << 25  # bytes of a text file
MOST_AGENTS = 4096
LATEST = 86_400  # s
MOST_ROUTES = 12  # of one origin and destination
COLUMNS = ("id", "origin", "destination", "start_time")
PATHS = "paths.csv"
LIST = re.compile(r"['\"](origins|destinations)['\"]\s*:\s*\[([^\[\]]*)\]")
WORD = re.compile(r"\s*(?:'([^'\\\n]*)'|\"([^\"\\\n]*)\")\s*(,|$)")

Pair = tuple[str, str]
"""Edges of origin and destination."""
Edges = tuple[str, ...]
"""A route, edge by edge."""


@dataclass(frozen=True)
class Commuters:
    """Everybody who drives, one a place, in the file's order."""

    ids: np.ndarray
    """(n,) of the file."""
    pairs: tuple[Pair, ...]
    """(n) from where to where."""
    starts: np.ndarray
    """(n,) s of the day."""

    def __len__(self) -> int:
        return len(self.pairs)


@dataclass(frozen=True)
class Benchmark:
    """A whole folder."""

    name: str
    network: RoadNetwork
    commuters: Commuters
    routes: dict[Pair, tuple[Edges, ...]] | None
    """Those of the file ``paths.csv``; None where there is none."""

    @property
    def length(self) -> float:
        """Minutes that count for who never arrives: as many as the last start is after midnight, as in RouteRL."""
        return float(self.commuters.starts.max()) / 60.0


def read_folder(folder: Path) -> Benchmark:
    """Read a network of the benchmark.

    Raises:
        Refused: something is missing, malformed or too large: it is named.
        OSError: a file cannot be read.
    """
    if not folder.is_dir():
        raise Refused(f"{str(folder)!r} is no folder: name one of the benchmark's networks, as in URB/networks/NAME")
    found = sorted(folder.glob("*.net.xml"))
    if len(found) != 1:
        named = ", ".join(file.name for file in found[:4]) or "none"
        raise Refused(f"{folder.name} has {len(found)} files *.net.xml ({named}): a folder of the benchmark has one")
    name = found[0].name.removesuffix(".net.xml")
    ends = read_ends(folder / f"od_{name}.txt")
    commuters = read_commuters(folder / "agents.csv", *ends)
    network = read_network(found[0], turning_back=True)
    paths = folder / PATHS
    return Benchmark(name, network, commuters, read_paths(paths, *ends) if paths.is_file() else None)


def read_ends(path: Path) -> tuple[Edges, Edges]:
    """The edges of origins and of destinations.

    Raises:
        Refused: the file holds something else than the two lists.
    """
    text = _text(path)
    lists = {key: _words(inner, path) for key, inner in LIST.findall(text)}
    rest = LIST.sub("", text)
    if set(lists) != {"origins", "destinations"} or "".join(rest.split()) not in ("{,}", "{,,}"):
        raise Refused(f"{path.name} is not two lists and nothing else: {{'origins': […], 'destinations': […]}}")
    return lists["origins"], lists["destinations"]


def _words(inner: str, path: Path) -> Edges:
    found, at = [], 0
    while inner[at:].strip():
        word = WORD.match(inner, at)
        if word is None:
            raise Refused(f"{path.name} has {inner[at : at + 40].strip()!r} in a list: names of edges in quotes")
        found.append(word.group(1) or word.group(2) or "")
        at = word.end()
    if not found or not all(found):
        raise Refused(f"{path.name} has an empty list, or an edge without a name")
    return tuple(found)


def read_commuters(path: Path, origins: Edges, destinations: Edges) -> Commuters:
    """Everybody who drives.

    Raises:
        Refused: a row that is none, an end that the lists do not have, an id twice, or too many.
    """
    ids: list[int] = []
    pairs: list[Pair] = []
    starts: list[int] = []
    for line, row in _rows(path, COLUMNS):
        if len(ids) == MOST_AGENTS:
            raise Refused(f"{path.name} has more than {MOST_AGENTS} agents: more cannot be driven")
        ids.append(_whole(row, "id", 10**9, path, line))
        start = _whole(row, "origin", len(origins) - 1, path, line)
        end = _whole(row, "destination", len(destinations) - 1, path, line)
        pairs.append((origins[start], destinations[end]))
        starts.append(_whole(row, "start_time", LATEST, path, line))
    if not ids:
        raise Refused(f"{path.name} has no agents")
    if len(set(ids)) < len(ids):
        raise Refused(f"{path.name} has {len(ids)} agents and {len(set(ids))} different ids")
    return Commuters(np.array(ids), tuple(pairs), np.array(starts, float))


def read_paths(path: Path, origins: Edges, destinations: Edges) -> dict[Pair, tuple[Edges, ...]]:
    """The routes of every origin and destination, in the file's order.

    Raises:
        Refused: a row that is none, or a route that does not lead from the one to the other.
    """
    found: dict[Pair, list[Edges]] = {}
    for line, row in _rows(path, ("origins", "destinations", "path")):
        start = origins[_whole(row, "origins", len(origins) - 1, path, line)]
        end = destinations[_whole(row, "destinations", len(destinations) - 1, path, line)]
        route = tuple(row["path"].replace(",", " ").split())
        if len(route) < 2 or (route[0], route[-1]) != (start, end):
            raise Refused(f"{path.name} line {line}: the path does not lead from edge {start!r} to edge {end!r}")
        routes = found.setdefault((start, end), [])
        routes.append(route)
        if len(routes) > MOST_ROUTES:
            raise Refused(f"{path.name} has more than {MOST_ROUTES} paths from {start!r} to {end!r}")
    return {pair: tuple(routes) for pair, routes in found.items()}


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table, with the numbers of their lines."""
    reader = csv.reader(_text(path).splitlines())
    try:
        head = [name.strip() for name in next(reader, [])]
        if missing := [name for name in columns if name not in head]:
            raise Refused(f"{path.name} has no column {missing[0]!r}: its first line names {', '.join(columns)}")
        for row in reader:
            if not row:
                continue
            if len(row) != len(head):
                raise Refused(f"{path.name} line {reader.line_num} has {len(row)} values: {len(head)} are named")
            yield reader.line_num, dict(zip(head, row, strict=True))
    except csv.Error as error:
        raise Refused(f"{path.name} line {reader.line_num} is no row of a table: {error}") from error


def _whole(row: dict[str, str], name: str, most: int, path: Path, line: int) -> int:
    """A whole number from 0 on; RouteRL writes some with a point."""
    text = row[name].strip()
    whole = text.removesuffix(".0")
    if not (whole.isascii() and whole.isdecimal() and len(whole) < 12 and int(whole) <= most):
        raise Refused(f"{path.name} line {line} has {name}={text[:40]!r}: a whole number from 0 to {most}")
    return int(whole)


def _text(path: Path) -> str:
    """A file of text, bounded.

    Raises:
        Refused: there is none, it is too large, or no text.
    """
    if not path.is_file():
        raise Refused(f"{path.parent.name} has no file {path.name}: a folder of the benchmark has one")
    with path.open("rb") as file:
        data = file.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise Refused(f"{path.name} is larger than {MOST_TEXT >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{path.name} is no text: {error.reason} at byte {error.start}") from error
