"""Networks to drive beside SUMO: eight of one's own, and those that installed packages bring.

Own ones are worlds of this project, written as SUMO's files, and grids that netgenerate makes; the same anywhere. More
lie in the packages `eclipse-sumo` (tools/game, the German guideline's RiLSA examples) and `sumo-rl` (RESCO among them).
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.engine.reading import read_bytes
from simulator.interop.sumo.export import write_network
from simulator.interop.sumo.handing import program_of_sumo
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.reader import MOST_BYTES
from simulator.interop.sumo.scenario import read_scenario
from worlds.world import Refused, World

OWN, GAME, RILSA, RL = "own", "SUMO's game", "RiLSA", "sumo-rl"
SECONDS = 1800.0
GRID = ("--grid", "--grid.number", "3", "--grid.length", "200", "--grid.attach-length", "200")
GRIDS = (
    # name, options of netgenerate beside GRID, vehicles/h into the grid at each of its entries
    ("grid, fixed lights", ("-L", "2", "-j", "traffic_light"), 350.0),
    ("grid, actuated lights", ("-L", "2", "-j", "traffic_light", "--tls.default-type", "actuated"), 250.0),
    ("grid, actuated and busy", ("-L", "2", "-j", "traffic_light", "--tls.default-type", "actuated"), 500.0),
    ("grid, right of way", ("-L", "1", "-j", "priority"), 150.0),
    ("grid, right before left", ("-L", "1", "-j", "right_before_left"), 120.0),
    ("grid, all-way stops", ("-L", "1", "-j", "allway_stop"), 120.0),
    ("grid, one lane and lights", ("-L", "1", "-j", "traffic_light"), 200.0),
)
WORLDS = ("signals",)
"""Those of the project whose first network is driven."""
NETS_OF_RL = {
    "2way-single-intersection": "single-intersection-vhvh.rou.xml", "4x4-Lucas": "4x4c1c2c1c2.rou.xml",
    "OW": "OW-nowait.rou.xml", "Nguyen": "nguyentesteod.rou.xml", "simple": "",
}  # fmt: skip
"""Which of several demands is driven; none of an example without traffic."""
SKIPPED = frozenset({"nguyenNoTL.net.xml"})  # the same roads as another network, with lights there


@dataclass(frozen=True)
class Case:
    """A network with its demand."""

    name: str
    source: str
    network: Path
    routes: tuple[Path, ...]
    additional: tuple[Path, ...] = ()
    begin: float = 0.0  # s
    step: float = 1.0  # s that SUMO's steps take
    folder: Path | None = None
    """In which everything lies that its files may include; each file's own for none."""


def find_cases(
    folder: Path, worlds: Sequence[World], more: Path | None = None, only: Sequence[str] = ()
) -> Iterator[Case]:
    """The networks that are asked for; own ones are made on the way, and no others.

    Args:
        folder: where own networks are written.
        worlds: of this project, of each of which the first network is written.
        more: a folder that is read like that of the package sumo-rl: networks with demands beside them.
        only: parts of names, of which a network has one; all networks where there are none.

    Raises:
        Refused: SUMO's programs netconvert and netgenerate are not installed.
    """

    def is_asked(name: str) -> bool:
        return not only or any(part in name for part in only)

    yield from (_world(folder, world) for world in worlds if is_asked(_name_of(world)))
    yield from (_grid(folder, name, options, rate) for name, options, rate in GRIDS if is_asked(name))
    yield from (case for case in _of_others(folder, more) if is_asked(case.name))


def _of_others(folder: Path, more: Path | None) -> Iterator[Case]:
    """The networks that come with installed packages, or lie in a folder."""
    home = _package("sumo")
    if home is not None:
        yield from _games(home / "tools" / "game")
        yield from _guideline(home / "tools" / "sumolib" / "scenario" / "scenarios" / "RealWorld", folder)
    package = _package("sumo_rl")
    if package is not None:
        yield from cases_beside(package / "nets", RL)
    if more is not None:
        yield from cases_beside(more, more.name)


def _package(name: str) -> Path | None:
    """The folder of an installed package; it is not imported."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _run(program: str, *words: str, folder: Path) -> None:
    """One of SUMO's programs."""
    found = program_of_sumo(program)
    if found is None:
        raise Refused(f"{program} is not installed: in the folder of Crossplay, pip install -e .[sumo]")
    done = subprocess.run([found, *words], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} does not make {words[-1]}: {done.stderr.strip().splitlines()[-1:] or 'no word why'}")


# --- own ones ------------------------------------------------------------------------------------------------------


def _name_of(world: World) -> str:
    return f"world {world.name}"


def _world(folder: Path, world: World) -> Case:
    """The first network of a world."""
    from simulator.engine import Simulation

    write_network(Simulation(world, seed=0).w, folder, world.name, seconds=SECONDS)
    _run("netconvert", "-c", f"{world.name}.netccfg", folder=folder)
    return Case(_name_of(world), OWN, folder / f"{world.name}.net.xml", (folder / f"{world.name}.rou.xml",))


def _grid(folder: Path, name: str, options: tuple[str, ...], rate: float) -> Case:
    """Three by three crossings, and as much traffic from each entry to each exit on another road."""
    stem = name.replace(",", "").replace(" ", "-")
    network, routes = folder / f"{stem}.net.xml", folder / f"{stem}.rou.xml"
    _run("netgenerate", *GRID, *options, "--seed", "1", "--no-turnarounds", "-o", network.name, folder=folder)
    edges = {lane.edge for lane in read_network(network).lanes}
    entries = sorted(edge for edge in edges if re.match("(bottom|left|right|top)", edge))
    exits = sorted(edges & {re.sub(r"([a-z]+\d+)([A-C]\d)", r"\2\1", edge) for edge in entries})
    flows = [(start, end) for start in entries for end in exits if end != re.sub(r"([a-z]+\d+)(..)", r"\2\1", start)]
    share = rate / (len(exits) - 1)
    lines = (
        f'<flow id="f{order}" from="{start}" to="{end}" begin="0" end="{SECONDS:g}" vehsPerHour="{share:g}" '
        'departLane="best" departSpeed="max"/>'
        for order, (start, end) in enumerate(flows)
    )
    routes.write_text("<routes>" + "\n".join(lines) + "</routes>\n", encoding="utf-8")
    return Case(name, OWN, network, (routes,))


# --- those of packages ---------------------------------------------------------------------------------------------


def _games(folder: Path) -> Iterator[Case]:
    """The scenarios of SUMO's game, each network once."""
    known: set[Path] = set()
    for path in sorted(folder.glob("*.sumocfg")) + sorted(folder.glob("*/*.sumocfg")):
        try:
            found = read_scenario(path)
        except Refused:
            continue
        if found.network not in known:
            known.add(found.network)
            step = _numbers(path, '<step-length value="')
            name = path.name.removesuffix(".sumocfg")
            yield Case(
                name, GAME, found.network, found.routes, found.additional, found.begin or 0.0,
                step[0] if step else 1.0, found.folder,
            )  # fmt: skip
    yield from (case for case in cases_beside(folder, GAME) if case.network not in known)


def _guideline(folder: Path, place: Path) -> Iterator[Case]:
    """The crossings of the German guideline for lights, RiLSA; a script beside each writes its demand."""
    for script in sorted(folder.glob("*/makeRoutes.py")):
        name = script.parent.name.replace("_", " ")
        here = place / script.parent.name
        here.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([sys.executable, str(script)], cwd=here, capture_output=True, check=False)
        network = next(iter(sorted(script.parent.glob("rilsa*.net.xml"))), None)
        routes = here / "flows.rou.xml"
        if done.returncode == 0 and routes.is_file() and network is not None:
            files = script.parent / "vtypes.add.xml", script.parent / network.name.replace(".net.xml", "_tls.add.xml")
            yield Case(name, RILSA, network, (routes,), tuple(file for file in files if file.is_file()))


def cases_beside(folder: Path, source: str) -> Iterator[Case]:
    """Networks with a demand beside each; each begins when the first of its trips departs."""
    for network in sorted(folder.rglob("*.net.xml")):
        chosen = NETS_OF_RL.get(network.parent.name)
        routes = sorted(network.parent.glob(chosen or "*.rou.xml")) if chosen != "" else []
        if routes and network.name not in SKIPPED:
            begin = min(_numbers(routes[0], '(?:depart|begin)="'), default=0.0)
            config = next(iter(sorted(network.parent.glob("*.sumocfg"))), None)
            told = _numbers(config, '<begin value="') if config else []
            named = "RESCO" if network.parent.parent.name == "RESCO" else source
            yield Case(network.parent.name, named, network, (routes[0],), begin=told[0] if told else begin)


def _numbers(path: Path, before: str) -> list[float]:
    """The plain numbers behind such words in a file; none where it cannot be read, which is told when it is driven."""
    try:
        text = read_bytes(path, MOST_BYTES).decode(errors="replace")
    except Refused:
        return []
    return [float(value) for value in re.findall(before + r'([0-9]{1,9}(?:\.[0-9]{0,9})?)"', text)]
