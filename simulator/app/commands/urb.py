"""Run the Urban Routing Benchmark: commuters learn routes, 40 % become automated, and a fleet is to do better.

Reads a network of the benchmark (URB/networks/NAME), lets people learn for 200 days, hands the routes of a share of
them to a fleet that learns for so many days, tests it for 100 days, and compares with the days before. Traffic is
driven here; --in-sumo drives all days in SUMO instead, --beside-sumo the tested routes in both.

Examples:
  crossplay urb URB/networks/saint_arnoult
  crossplay urb URB/networks/saint_arnoult --seeds 5 --training-days 600 --table urb.json
  crossplay urb URB/networks/provins --fleets together empty-roads --beside-sumo
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

from agents.settings.declared import Range, Shown, check_ranges
from simulator.app.commands.common import Outcome, check_files, refuse, table
from simulator.app.commands.flags import Flag, OptionalFile, Options

JSON = True
USUAL = ("together", "alone", "empty-roads", "random")
FolderName = Annotated[Path, Shown("FOLDER", positional=True)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What is run."""

    folder: FolderName
    """A network of the benchmark: NAME.net.xml, od_NAME.txt, agents.csv, and paths.csv if its routes are given."""
    fleets: tuple[str, ...] = USUAL
    """What chooses for the automated cars, one after the other: together, for-all, alone, empty-roads, random."""
    seeds: Annotated[int, Range(1, 100)] = 1
    """How many, from 42 on: each draws routes, who is automated, and drivers."""
    people_days: Annotated[int, Range(1, 10_000)] = 200
    """Days on which people learn."""
    training_days: Annotated[int, Range(1, 100_000)] = 1000
    """Days on which a fleet learns; the benchmark's algorithms have 6000."""
    test_days: Annotated[int, Range(1, 10_000)] = 100
    """Days on which it is tested."""
    other_days: Annotated[int, Range(0, 1000)] = 10
    """Days with other drivers on which the tested routes are driven too."""
    share: Annotated[float, Range(0.0, 1.0)] = 0.4
    """Of commuters that become automated."""
    in_sumo: Flag = False
    """Drive all days in SUMO instead of here."""
    beside_sumo: Flag = False
    """Drive the tested routes in SUMO too."""
    table: OptionalFile = None
    """Keep the runs in this JSON file, and run only what it lacks."""

    def __post_init__(self) -> None:
        check_ranges(self)
        from simulator.interop.urb.people import FLEETS

        for name in self.fleets:
            if name not in FLEETS:
                refuse(f"--fleets {name!r} is none of {', '.join(FLEETS)}")
        if not self.fleets:
            refuse(f"--fleets needs one or more of {', '.join(FLEETS)}")
        check_files(table=self.table)


def run(settings: Settings, options: Options) -> Outcome:
    """Run what the file of runs lacks, and tell what all came to."""
    from simulator.interop.urb.folder import read_folder
    from simulator.interop.urb.protocol import Course
    from simulator.interop.urb.table import found_of, run_network

    bench = read_folder(settings.folder)
    n = len(bench.commuters)
    if not 0 < int(n * settings.share) < n:
        refuse(f"--share {settings.share:g} of {n} commuters leaves no car or no person: choose another")
    runs = run_network(
        bench, settings.table, seeds=settings.seeds, fleets=settings.fleets,
        course=Course(settings.people_days, settings.training_days, settings.test_days, settings.other_days,
                      settings.share),
        place="sumo" if settings.in_sumo else "here", beside=settings.beside_sumo,
        tell=lambda line: print(line, file=sys.stderr, flush=True),
    )  # fmt: skip
    from simulator.app.pages.urb_page import HEADS, rows, verdict

    network = runs.networks[bench.name]
    found = found_of(network)
    text = "\n".join([table(HEADS, rows(found)), "", *verdict(bench.name, found)])
    facts = {
        "network": bench.name, "commuters": n, "left_out": bench.network.left_out,
        "fleets": [dataclasses.asdict(one) for one in found],
    }  # fmt: skip
    return Outcome(text=text, facts=facts)
