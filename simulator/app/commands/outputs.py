"""Tell the traffic of a recording as SUMO tells its own: trips, places, sums, loops, surrogate safety, emissions.

Every recording of a traffic world will do: of a game, of `crossplay watch`, or of `crossplay evaluate --record`. A
file that ends in .csv is a table with columns such as tripinfo_timeLoss; one that ends in .xml has SUMO's elements.
`crossplay sumo` takes the same flags.

Examples:
  crossplay outputs game.mcap --tripinfo trips.xml --summary summary.csv
  crossplay outputs game.mcap --episode 3 --fcd places.csv --ssm conflicts.xml --emissions fumes.csv
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from agents.settings.declared import Range, check_ranges
from simulator.app.commands.common import Outcome, check_files, progress_bar, refuse
from simulator.app.commands.flags import FileName, OptionalFile, Options

if TYPE_CHECKING:
    from simulator.interop.sumo.outputs import Names
    from worlds.world import World

KINDS = ("tripinfo", "fcd", "summary", "ssm", "emissions", "detectors")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to tell of which recording."""

    file: FileName
    """The recording."""
    episode: Annotated[int, Range(1, 10**6)] = 1
    """Which of its episodes."""
    tripinfo: OptionalFile = None
    """Every trip, .xml or .csv."""
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

    def __post_init__(self) -> None:
        check_ranges(self)
        check_files(**self.files)

    @property
    def files(self) -> dict[str, Path]:
        """Those that are asked for."""
        return {kind: path for kind in KINDS if (path := getattr(self, kind)) is not None}


def run(settings: Settings, options: Options) -> Outcome:
    """Play one episode of the recording and tell it."""
    import replays
    from simulator.interop.sumo.outputs import Outputs

    if not settings.files:
        refuse(f"nothing is asked for: name a file with {', '.join(f'--{kind}' for kind in KINDS)}")
    playback = replays.open(settings.file)
    if not {"car_lane", "way", "beats"} <= set(playback.world.record.names or ()):
        refuse(f"recording {str(settings.file)!r} plays world {playback.world.name!r}, which has no traffic")
    if settings.episode > len(playback.episodes):
        last = len(playback.episodes)
        refuse(f"recording {str(settings.file)!r} has no episode {settings.episode}: its last is {last}")
    span = playback.episodes[settings.episode - 1]
    playback.seek(span.start)
    names = _names(playback.world, playback.simulation.w)
    ticks, seen = span.end - span.start, 0
    with Outputs(settings.files, names) as outputs, progress_bar("tick") as show:
        for tick in range(ticks):
            playback.forward()
            simulation = playback.simulation
            w = simulation.final if simulation.episode_ended else simulation.w
            if int(w["beats"]) != seen:
                seen, dt = int(w["beats"]), float(w["beat_seconds"])
                outputs.look(w, seen * dt, dt)
            show(tick + 1, ticks)
    written = "\n".join(f"wrote {path}" for path in settings.files.values())
    return Outcome(text=written, facts={"files": {kind: str(path) for kind, path in settings.files.items()}})


def _names(world: World, w: Any) -> Names:
    """Lanes by the names of the network's file, where there is one."""
    from simulator.interop.sumo.outputs import names_of_record
    from worlds.road.layouts.given import unpack

    if text := str(world.build_args.get("network") or ""):
        network = unpack(text)
        return names_of_record(w, network.lanes, *network.origin)
    return names_of_record(w)
