"""Drive networks of SUMO: import one, run a signal controller here and in SUMO itself, and compare; or export one.

A network (.net.xml) and its demand (.rou.xml) are read; an element that cannot be taken over is refused by name, or
left out with --leave-out. Delay is SUMO's timeLoss and departDelay: seconds that a trip takes longer than on empty
roads, the wait for room to enter included, of finished and unfinished trips. SUMO is the extra `sumo`;
without it only this project's traffic is run.

Examples:
  crossplay sumo town.net.xml --routes town.rou.xml
  crossplay sumo town.net.xml --routes town.rou.xml --controllers max-pressure --seconds 1800 --picture town.png
  crossplay sumo --world signals --write exported
"""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

from agents.settings.declared import SEEDS, Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, build_world, check_files, refuse, table
from simulator.app.commands.flags import Build, Flag, OptionalFile, OptionalFolder, Options

if TYPE_CHECKING:
    from simulator.interop.sumo.bridge import Trips
    from simulator.interop.sumo.network import RoadNetwork
    from simulator.interop.sumo.routes import Demand

JSON = True
SIZE = (1280, 960)  # px of a picture
OptionalName = Annotated[Optional[Path], Shown("NETWORK", positional=True)]  # noqa: UP045


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What is imported, driven or exported."""

    network: OptionalName = None
    """A .net.xml file."""
    routes: OptionalFile = None
    """Its .rou.xml file."""
    controllers: tuple[Literal["fixed", "max-pressure"], ...] = ("fixed", "max-pressure")
    """What runs the lights: the program of the file, or max pressure."""
    begin: Annotated[float, Range(0.0, 1e7)] = 0.0
    """Second of the routes' day that is the first."""
    seconds: Annotated[float, Range(1.0, 86_400.0)] = 1800.0
    """How long traffic is run."""
    seed: Annotated[int, SEEDS] = 0
    """Decides when vehicles come."""
    leave_out: Flag = False
    """Leave out lanes that are not for cars and trips that nobody can drive, instead of refusing them."""
    picture: OptionalFile = None
    """Draw the imported network, with its traffic at the end, into this PNG file."""
    world: str = "signals"
    """With --write: the world whose first network is exported."""
    build: Build = dataclasses.field(default_factory=dict)
    """With --write: arguments of the world's own build."""
    write: OptionalFolder = None
    """Export instead: write SUMO's plain files of a world's network into this folder."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(picture=self.picture)


def run(settings: Settings, options: Options) -> Outcome:
    """Import, drive and compare; or export."""
    if settings.write is not None:
        return _export(settings, settings.write)
    if settings.network is None or settings.routes is None:
        refuse("name a network (.net.xml) and its --routes (.rou.xml), or a folder to --write to")
    from simulator.interop.sumo.network import read_network
    from simulator.interop.sumo.routes import read_demand

    network = read_network(settings.network, leave_out=settings.leave_out)
    demand = read_demand(settings.routes, settings.begin, settings.seconds)
    found: dict[str, dict[str, Trips]] = {}
    for name in settings.controllers:
        found[name] = _drive(settings, network, demand, name)
    left_out = dict(network.left_out)
    facts = {
        "network": {"lanes": len(network.lanes), "ways": len(network.ways), "lights": len(network.lights)},
        "left_out": left_out,
        "delay": {name: {place: dataclasses.asdict(trips) for place, trips in runs.items()}
                  for name, runs in found.items()},
    }  # fmt: skip
    return Outcome(text=_written(facts, found), facts=facts)


def _drive(settings: Settings, network: RoadNetwork, demand: Demand, name: str) -> dict[str, Trips]:
    """One controller, here and, where it is installed, in SUMO."""
    from simulator.interop.sumo.bridge import CONTROLLERS, run_here, run_in_sumo
    from simulator.interop.sumo.build import import_network

    assert settings.routes is not None
    imported = import_network(network, demand, settings.seed, leave_out=settings.leave_out)
    if imported.lost > 0.0:
        network.left_out["trips"] = round(imported.lost * demand.seconds)
    found = {"here": run_here(imported, CONTROLLERS[name](imported), settings.seconds)}
    if settings.picture is not None:
        _draw(imported.records[0], settings.picture)
    if importlib.util.find_spec("libsumo") is not None:
        controller = CONTROLLERS[name](imported)
        found["SUMO"] = run_in_sumo(network, settings.routes, imported, controller, demand, seed=settings.seed)
    return found


def _written(facts: dict[str, Any], found: dict[str, dict[str, Trips]]) -> str:
    rows = [
        (name, place, f"{trips.delay:.1f} s", str(trips.began), str(trips.finished))
        for name, runs in found.items()
        for place, trips in runs.items()
    ]
    size = facts["network"]
    lines = [f"{size['lanes']} lanes, {size['ways']} ways through junctions, {size['lights']} light programs"]
    if facts["left_out"]:
        lines.append("left out: " + ", ".join(f"{count} × {what}" for what, count in facts["left_out"].items()))
    lines += ["", table(("lights", "driven", "mean delay", "trips", "finished"), rows)]
    if not any("SUMO" in runs for runs in found.values()):
        lines += ["", "SUMO is not installed: `pip install -e .[sumo]` in the folder of Crossplay adds the comparison"]
    return "\n".join(lines)


def _draw(w: Any, path: Path) -> None:
    from PIL import Image

    from simulator.canvas import paint
    from worlds.kit.writing import writing
    from worlds.road.picture import draw_roads

    picture = paint(draw_roads, w, (1.0, 1.0), SIZE, layers=frozenset())
    with writing(path) as file:
        Image.fromarray(picture).save(file, format="PNG")


def _export(settings: Settings, folder: Path) -> Outcome:
    from simulator.engine import Simulation
    from simulator.interop.sumo.export import write_network
    from worlds.kit.writing import folder_problem

    if problem := folder_problem(folder):
        refuse(f"folder {str(folder)!r} {problem}: name another with --write")
    world = build_world(settings.world, settings.build)
    if "lane_next" not in (world.record.names or ()):
        refuse(f"world {world.name!r} has no roads to export")
    files = write_network(Simulation(world, seed=settings.seed).w, folder, world.name)
    text = "\n".join(f"wrote {path}" for path in files) + f"\nnetconvert -c {files[-1].name} makes the network of them"
    return Outcome(text=text, facts={"files": [str(path) for path in files]})
