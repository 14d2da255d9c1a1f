"""Drive networks of SUMO: import one, run a signal controller here and in SUMO itself, and compare; or export one.

A network (.net.xml) and its demand (.rou.xml) are read, or both by a .sumocfg; any of them may be packed (.gz). The
programs of the lights, the ways and the departures are the file's. What cannot be driven is refused by name, or left
out with --leave-out; what is changed or left out is listed, with how often. Delay is SUMO's timeLoss and departDelay:
seconds that a trip takes longer than on empty roads, the wait for room to enter included, of finished and unfinished
trips. SUMO is the extra `sumo`; without it only this project's traffic is run.

Bots of the world `signals` (bot:actuated, bot:webster, …) run the lights in the same way, and so does an --agent that
learned on this network (`crossplay train signals --build network=town.net.xml routes=town.rou.xml`), or anywhere with
observation=phases. What they see at each decision is what their world shows when vehicles are where SUMO says. Changes
have the file's yellow and all-red.

With --table FILE many networks are driven, here and in SUMO, by the programs of their files: eight own ones, and all
that the installed packages eclipse-sumo and sumo-rl bring. Each run is told on standard error, and kept in the file as
soon as it is made. Whoever interrupts the command gives it again: only what the file does not have is driven.

Examples:
  crossplay sumo town.sumocfg
  crossplay sumo town.net.xml --routes town.rou.xml --additional programs.add.xml
  crossplay sumo town.net.xml --routes town.rou.xml --controllers max-pressure --seconds 1800 --picture town.png
  crossplay sumo town.sumocfg --controllers fixed --tripinfo trips.xml --fcd fcd.csv --ssm ssm.xml
  crossplay sumo town.net.xml --routes town.rou.xml --agent runs/town --controllers fixed bot:actuated
  crossplay sumo --world signals --write exported
  crossplay sumo --table beside.json --seeds 3
  crossplay sumo --table beside.json --only cologne ingolstadt --networks sumo_rl/nets
"""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

from agents.settings.declared import SEEDS, Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, build_world, check_apart, check_files, refuse, table
from simulator.app.commands.flags import Build, Flag, OptionalFile, OptionalFolder, Options
from simulator.app.commands.lights import AGENT, USUAL, LightCrew, check_controllers, controller_of, crew_of

if TYPE_CHECKING:
    from simulator.interop.sumo.bridge import Trips
    from simulator.interop.sumo.build import Imported
    from simulator.interop.sumo.controllers import Controller
    from simulator.interop.sumo.network import RoadNetwork
    from simulator.interop.sumo.outputs import Outputs
    from simulator.interop.sumo.routes import Demand
    from simulator.interop.sumo.scenario import Scenario

JSON = True
SIZE = (1280, 960)  # px of a picture
LONGEST_RUN = 86_400.0  # s
TROUBLES = {
    "waiting": "found no room", "rerouted": "rerouted", "elsewhere": "ended elsewhere",
    "blocked": "stood 300 s", "turned_away": "turned away",
}  # fmt: skip
"""Figures of trips that did not go as in the file, as SUMO's teleports are."""
WRITTEN = ("tripinfo", "fcd", "summary", "ssm", "emissions", "detectors")
"""Outputs of the run here, by their flags."""
FIGURES = {"here": set(TROUBLES), "SUMO": {"waiting", "blocked"}}
OptionalName = Annotated[Optional[Path], Shown("NETWORK", positional=True)]  # noqa: UP045


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What is imported, driven or exported."""

    network: OptionalName = None
    """A .net.xml file, or a .sumocfg file that names one and its routes."""
    routes: OptionalFile = None
    """Its .rou.xml file; of a .sumocfg the file's own."""
    additional: OptionalFile = None
    """One more file with light programs, vehicle types or routes."""
    controllers: Annotated[tuple[str, ...], Shown("WHO …", none=True)] = ("fixed", "max-pressure")
    """What runs the lights: fixed, the program of the file; max-pressure; or bot:KIND, a bot of `signals`. With
    nothing behind it, --agent alone."""
    agent: Annotated[str, Shown("AGENT")] = ""
    """It runs the lights too: an agent that learned on this network, or anywhere with observation=phases; or a network
    that learned by sumo-rl's definitions (.safetensors)."""
    begin: Annotated[Optional[float], Range(0.0, 1e7), Shown("SECOND")] = None  # noqa: UP045
    """Second of the routes' day that is the first; else that of the .sumocfg, or 0."""
    seconds: Annotated[Optional[float], Range(1.0, 86_400.0), Shown("SECONDS")] = None  # noqa: UP045
    """How long traffic is run; else as in the .sumocfg, or 1800."""
    seed: Annotated[int, SEEDS] = 0
    """Decides when vehicles come."""
    leave_out: Flag = False
    """Leave out, or change, what cannot be driven, as its refusal says."""
    picture: OptionalFile = None
    """Draw the imported network, with its traffic at the end, into this PNG file."""
    tripinfo: OptionalFile = None
    """Write every trip here into this file, .xml or .csv, by SUMO's names; so do the next five. Of several controllers
    each has a file of its own: trips-fixed.xml."""
    fcd: OptionalFile = None
    """Every vehicle's place, second by second."""
    summary: OptionalFile = None
    """Sums, second by second."""
    ssm: OptionalFile = None
    """Surrogate safety: TTC, DRAC and PET of encounters."""
    emissions: OptionalFile = None
    """What vehicles emit, second by second (Int Panis et al. 2006)."""
    detectors: OptionalFile = None
    """Counts of induction loops before the lights, minute by minute."""
    sumo_outputs: OptionalFolder = None
    """Keep SUMO's own tripinfo and summary of each run in this folder."""
    world: str = "signals"
    """With --write: the world whose first network is exported."""
    build: Build = dataclasses.field(default_factory=dict)
    """With --write: arguments of the world's own build."""
    write: OptionalFolder = None
    """Export instead: write SUMO's plain files of a world's network into this folder."""

    table: OptionalFile = None
    """Drive many networks instead, and keep the runs in this JSON file."""
    seeds: Annotated[int, Range(1, 100)] = 3
    """With --table: runs of each network, here and in SUMO."""
    networks: OptionalFolder = None
    """With --table: a folder with more networks, and demands beside them."""
    only: tuple[str, ...] = ()
    """With --table: networks with one of these words in their names alone."""

    def __post_init__(self) -> None:
        check_ranges(self)
        check_controllers(self.controllers, self.agent)
        if self.sumo_outputs is not None:
            from worlds.kit.writing import folder_problem

            if problem := folder_problem(self.sumo_outputs):
                refuse(f"--sumo-outputs {str(self.sumo_outputs)!r} {problem}: name another folder")
        check_files(picture=self.picture, table=self.table, **{name: getattr(self, name) for name in WRITTEN})


def run(settings: Settings, options: Options) -> Outcome:
    """Import, drive and compare; or drive many; or export."""
    if settings.write is not None:
        return _export(settings, settings.write)
    if settings.table is not None:
        return _beside(settings, settings.table)
    for name, given in (("only", settings.only), ("networks", settings.networks)):
        if given:
            refuse(f"--{name} chooses among the networks of --table, which is not given")
    from simulator.interop.sumo.network import read_network
    from simulator.interop.sumo.routes import read_demand

    crew = crew_of(settings.agent) if settings.agent else None
    scenario = _scenario(settings, crew)
    sources = (scenario.network, *scenario.routes, *scenario.additional)
    check_apart(sources, picture=settings.picture, **{name: getattr(settings, name) for name in WRITTEN})
    begin, seconds = scenario.begin or 0.0, (scenario.end or 0.0) - (scenario.begin or 0.0)
    leave_out, more, folder = settings.leave_out, scenario.additional, scenario.folder
    network = read_network(scenario.network, leave_out=leave_out, additional=more, folder=folder)
    demand = read_demand(scenario.routes, begin, seconds, leave_out=leave_out, additional=more, folder=folder)
    changed: Counter[str] = Counter(scenario.left_out) + Counter(network.left_out) + Counter(demand.left_out)
    found: dict[str, dict[str, Trips]] = {}
    trips: dict[str, int] = {}
    for name in _who(settings):
        found[name], trips = _drive(settings, scenario, network, demand, name, crew)
    facts = {
        "network": {"lanes": len(network.lanes), "ways": len(network.ways), "lights": len(network.lights)},
        "left_out": dict(changed + Counter(trips)),
        "delay": {name: {place: dataclasses.asdict(trips) for place, trips in runs.items()}
                  for name, runs in found.items()},
    }  # fmt: skip
    made = [path for name in found for path in _files_of(settings, name).values()]
    made += [] if settings.picture is None else [settings.picture]
    lines = [_written(facts, found), *([""] if made else []), *(f"wrote {path}" for path in made)]
    return Outcome(text="\n".join(lines), facts={**facts, "files": [str(path) for path in made]})


def _beside(settings: Settings, path: Path) -> Outcome:
    """Many networks, here and in SUMO."""
    import worlds
    from simulator.app.pages.sumo_page import figure, verdict
    from simulator.interop.sumo.beside import compare, drive_all
    from simulator.interop.sumo.cases import WORLDS

    if settings.networks is not None and not settings.networks.is_dir():
        refuse(f"--networks {str(settings.networks)!r} is no folder")
    runs = drive_all(
        path, [worlds.get(name) for name in WORLDS], seeds=settings.seeds, seconds=settings.seconds or USUAL,
        more=settings.networks, only=settings.only, tell=lambda line: print(line, file=sys.stderr, flush=True),
    )  # fmt: skip
    found = compare(runs)
    rows = [
        (one.name, one.source, figure(one.here["delay"]), figure(one.there["delay"]), f"{one.ratio - 1.0:+.0%}",
         *(f"{side['collisions'][0]:g}" for side in (one.here, one.there)))
        for one in found
    ]  # fmt: skip
    heads = ("network", "from", "delay here, s", "in SUMO, s", "apart", "collisions", "in SUMO")
    refused = [f"{name}: {row.refused}" for name, row in runs.rows.items() if row.refused]
    text = "\n".join([table(heads, rows), "", *verdict(found), *refused])
    return Outcome(text=text, facts={"networks": [dataclasses.asdict(one) for one in found], "refused": refused})


def _who(settings: Settings) -> tuple[str, ...]:
    """Whoever runs the lights, one after the other."""
    return (*settings.controllers, AGENT) if settings.agent else settings.controllers


def _scenario(settings: Settings, crew: LightCrew | None) -> Scenario:
    """The files to read, from flags and a .sumocfg; begin and end are filled in."""
    from simulator.interop.sumo.scenario import Scenario, is_scenario, read_scenario

    if settings.network is not None and is_scenario(settings.network):
        found = read_scenario(settings.network)
        if settings.routes is not None:
            found = dataclasses.replace(found, routes=(settings.routes,), folder=None)
    elif settings.network is None or settings.routes is None:
        refuse("name a network (.net.xml) and its --routes (.rou.xml), a .sumocfg, or a folder to --write to")
    else:
        found = Scenario(settings.network, (settings.routes,))
    if settings.additional is not None:
        found = dataclasses.replace(found, additional=(*found.additional, settings.additional), folder=None)
    begin = settings.begin if settings.begin is not None else found.begin or 0.0
    usual = USUAL if crew is None else crew.usual
    end = found.end if found.end is not None and found.end > begin else begin + usual
    if settings.seconds is not None:
        end = begin + settings.seconds
    if end - begin > LONGEST_RUN:
        refuse(f"{found.network.name} would run for {end - begin:g} s: at most {LONGEST_RUN:g}, see --seconds")
    if crew is not None and end - begin > crew.seconds:
        refuse(f"agent {crew.name!r} learned episodes of {crew.seconds:g} s: --seconds {crew.seconds:g} at most")
    return dataclasses.replace(found, begin=begin, end=end)


def _drive(
    settings: Settings, scenario: Scenario, network: RoadNetwork, demand: Demand, name: str, crew: LightCrew | None
) -> tuple[dict[str, Trips], dict[str, int]]:
    """One controller, here and, where it is installed, in SUMO; and the trips that were left out or changed."""
    from simulator.interop.sumo.bridge import run_here, run_in_sumo
    from simulator.interop.sumo.build import import_network
    from simulator.interop.sumo.fleet import STEP

    step = STEP if scenario.step is None else scenario.step

    def controller() -> Controller:
        return controller_of(name, imported, network, demand, crew, settings.seed)

    imported = import_network(network, demand, settings.seed, leave_out=settings.leave_out)
    with _outputs(settings, network, imported, name) as outputs:
        found = {"here": run_here(imported, controller(), demand.seconds, outputs, step=step)}
    if settings.picture is not None:
        _draw(imported.records[0], settings.picture)
    if importlib.util.find_spec("libsumo") is not None:
        found["SUMO"] = run_in_sumo(
            network, scenario.routes, imported, controller(), demand,
            seed=settings.seed, folder=scenario.folder, step=step, keep=_kept(settings, name),
        )  # fmt: skip
    return found, imported.left_out


def _kept(settings: Settings, name: str) -> dict[str, Path]:
    """Where SUMO's own outputs of a run are kept."""
    folder = settings.sumo_outputs
    if folder is None:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    return {kind: folder / f"{name.replace(':', '-')}-{kind}.xml" for kind in ("tripinfo", "summary")}


def _files_of(settings: Settings, name: str) -> dict[str, Path]:
    """The files that a run is told to; with several controllers each has its own, named after it."""
    files = {which: path for which in WRITTEN if (path := getattr(settings, which)) is not None}
    if len(_who(settings)) > 1:
        word = name.replace(":", "-")
        files = {which: path.with_name(f"{path.stem}-{word}{path.suffix}") for which, path in files.items()}
    return files


def _outputs(
    settings: Settings, network: RoadNetwork, imported: Imported, name: str
) -> AbstractContextManager[Outputs | None]:
    """What tells a run to its files."""
    files = _files_of(settings, name)
    if not files:
        return nullcontext()
    from simulator.interop.sumo.outputs import Outputs, names_of_record
    from simulator.interop.sumo.packing import origin_of

    return Outputs(files, names_of_record(imported.records[0], imported.lanes, *origin_of(network)), imported.begin)


def _written(facts: dict[str, Any], found: dict[str, dict[str, Trips]]) -> str:
    runs = [(name, place, trips) for name, places in found.items() for place, trips in places.items()]
    rows = [
        (
            name,
            place,
            f"{trips.delay:.1f} s",
            f"{trips.travel:.1f} s",
            *map(str, (trips.began, trips.finished, trips.collisions)),
        )
        for name, place, trips in runs
    ]
    size = facts["network"]
    lines = [f"{size['lanes']} lanes, {size['ways']} ways through junctions, {size['lights']} light programs"]
    if facts["left_out"]:
        lines += [
            "",
            table(("left out or changed", "times"), [(what, str(n)) for what, n in facts["left_out"].items()]),
        ]
    lines += ["", table(("lights", "driven", "mean delay", "trip time", "trips", "finished", "collisions"), rows)]
    troubles = [
        (name, place, *(str(getattr(trips, trouble)) if trouble in FIGURES[place] else "–" for trouble in TROUBLES))
        for name, place, trips in runs
    ]
    lines += ["", table(("lights", "driven", *TROUBLES.values()), troubles)]
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
