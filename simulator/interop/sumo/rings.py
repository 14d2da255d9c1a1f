"""What a NEMA program says: two rings of phases, which pass the barriers together, and how they are coordinated.

What SUMO 1.28 reads of it, and how it checks it, is read and checked here (https://sumo.dlr.de/docs/Simulation/NEMA.html).
Times are whole milliseconds, as in SUMO.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.interop.sumo.programmes import Programme

RINGS = ("ring1", "ring2")
SECOND = 1000  # ms
UNBOUNDED = 10**9  # ms; of a phase with minDur alone
CYCLE = "60"  # s, where the file says none
PRIORITY = "GgyuOs"  # of letters that two phases show for a link that belongs to none of them, first that counts
TYPES = {"ts2": False, "type170": True}


@dataclass(frozen=True)
class RingPhase:
    """One phase in one of the rings."""

    name: int
    ring: int
    side: int
    """Of the barrier: 0 for the first two places of its ring, 1 for the others."""
    green: str
    """A letter for every link while it is green."""
    least: int  # ms of green
    most: int  # ms of green
    extension: int  # ms that whoever comes makes it longer
    yellow: int  # ms
    red: int  # ms
    at_barrier: bool
    coordinated: bool
    recalled: bool
    """Served in every cycle, whether somebody comes or not."""
    full: bool
    """Served for as long as may be."""
    rests: bool
    """May stay green for as long as nobody comes elsewhere."""
    latching: bool
    """A call lasts until it is served."""
    force_off: int = 0
    """ms of the cycle at which it ends at the latest, where there is coordination."""
    latest_start: int = 0
    """ms of the cycle at which it may begin at the latest."""

    @property
    def change(self) -> int:
        """ms of yellow and red after it."""
        return self.yellow + self.red


@dataclass(frozen=True)
class RingPlan:
    """A whole NEMA program."""

    rings: tuple[tuple[RingPhase, ...], tuple[RingPhase, ...]]
    homes: tuple[tuple[int, int], tuple[int, int]]
    """By ring and side of the barrier, the phase that a ring goes to when it has to and nobody calls there."""
    leading: tuple[int, int]
    """By ring, the phase that is coordinated, or would be."""
    coordinated: bool
    free_start: bool
    """Type 170: left turns may be served before their own place in the cycle."""
    fixed: bool
    """Phases may last until their force-off, also beyond their maxDur."""
    cycle: int  # ms
    offset: int  # ms
    crosses: tuple[tuple[int, int], ...]
    """Pairs: who waits at the detectors of the second prolongs the first, while that is green alone."""


def plan_rings(programme: Programme, where: str) -> RingPlan:
    """Read and check the rings of a program; ``where`` begins the messages.

    Raises:
        Refused: rings that SUMO does not run either.
    """
    rings = tuple(_numbers(programme, name) for name in RINGS)
    leading = _numbers(programme, _leading_of(programme))
    homes = _homes(programme, rings, where)
    coordinated = _is_true(programme, "coordinate-mode")
    kind = "".join(letter for letter in programme.parameters.get("controllerType", "TS2").lower() if letter.isalnum())
    if kind not in TYPES:
        raise Refused(f"{where} has controllerType={programme.parameters['controllerType']!r}: TS2 or Type170")
    cycle = _cycle(programme, where)
    phases = [_phases(programme, ring, numbers, coordinated, where) for ring, numbers in enumerate(rings)]
    crosses = _crosses(programme, phases, where)
    if coordinated and not _is_true(programme, "ignore-errors"):
        _check_sums(phases, cycle, where)
    plan = RingPlan(
        (phases[0], phases[1]), homes, (leading[0], leading[1]), coordinated, TYPES[kind],
        _is_true(programme, "fixForceOff"), cycle, round(programme.offset * SECOND), crosses,
    )  # fmt: skip
    return _with_force_offs(plan)


def _numbers(programme: Programme, name: str, default: str = "") -> tuple[int, ...]:
    """Phases in a parameter, which are single digits; 0 is nobody's place."""
    return tuple(int(letter) for letter in programme.parameters.get(name, default) if letter in "0123456789")


def _leading_of(programme: Programme) -> str:
    """The parameter that names the coordinated phases."""
    return "coordinatePhases" if "coordinatePhases" in programme.parameters else "barrier2Phases"


def _is_true(programme: Programme, name: str) -> bool:
    return programme.parameters.get(name, "").strip().lower() in ("true", "1", "yes", "on", "t", "x")


def _cycle(programme: Programme, where: str) -> int:
    names = ("total-cycle-length", "cycle-length", "cycleTime")
    text = next((programme.parameters[name] for name in names if name in programme.parameters), CYCLE)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 1.0 <= seconds <= 86_400.0:
        raise Refused(f"{where} has a cycle of {text!r} s: 1 to 86,400")
    return round(seconds * SECOND)


def _homes(
    programme: Programme, rings: tuple[tuple[int, ...], ...], where: str
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The phases before the barriers, one for each ring and side."""
    parameters = programme.parameters
    first = _leading_of(programme)
    found = []
    for order, numbers in enumerate(rings):
        home = [-1, -1]
        for name in (first, "barrierPhases"):
            told = _numbers(programme, name)
            if order < len(told) and told[order] in numbers and told[order]:
                home[min(numbers.index(told[order]) // 2, 1)] = told[order]
        if -1 in home or len(numbers) > 4:
            texts = [f"{name}={parameters.get(name, '')!r}" for name in (*RINGS, "barrierPhases", first)]
            raise Refused(
                f"{where} has the rings {', '.join(texts)}: each ring has two places before and two behind the "
                "barrier, 0 for an empty one, and barrierPhases and coordinatePhases name one phase of each side, ring "
                "by ring"
            )
        found.append((home[0], home[1]))
    return found[0], found[1]


def _phases(
    programme: Programme, ring: int, numbers: tuple[int, ...], coordinated: bool, where: str
) -> tuple[RingPhase, ...]:
    """The phases of a ring in its order."""
    leading, barrier = _numbers(programme, _leading_of(programme)), _numbers(programme, "barrierPhases")
    short, full = _numbers(programme, "minRecall", "12345678"), _numbers(programme, "maxRecall")
    latching = _numbers(programme, "latchingDetectors")
    known = {phase.name.strip(): phase for phase in programme.phases}
    found = []
    for place, number in enumerate(numbers):
        if not number:
            continue
        phase = known.get(str(number))
        if phase is None:
            raise Refused(f"{where} has phase {number} in {RINGS[ring]}, but no phase of that name: {', '.join(known)}")
        others = any(other in short + full for other in numbers if other != number)
        rests = not (short or full) or (number in short + full and not others)
        longest = phase.longest if phase.longest is not None else phase.seconds if phase.shortest is None else None
        found.append(
            RingPhase(
                number, ring, min(place // 2, 1), phase.state,
                round(SECOND * (phase.seconds if phase.shortest is None else phase.shortest)),
                UNBOUNDED if longest is None else round(SECOND * longest),
                round(SECOND * phase.extension), round(SECOND * phase.yellow), round(SECOND * phase.red),
                number in barrier + leading, coordinated and number in leading, number in short + full, number in full,
                rests, number in latching,
            )
        )  # fmt: skip
    return tuple(found)


def _crosses(programme: Programme, phases: list[tuple[RingPhase, ...]], where: str) -> tuple[tuple[int, int], ...]:
    """Pairs of phases of which the first one looks at the detectors of the second one too."""
    names = [phase.name for ring in phases for phase in ring]
    found = []
    for name in dict.fromkeys(names):
        told = _numbers(programme, f"crossPhaseSwitching:{name}")
        if told and told[0]:
            if told[0] not in names:
                raise Refused(
                    f"{where} has crossPhaseSwitching:{name} to phase {told[0]}, which is in no ring: {names}"
                )
            found.append((name, told[0]))
    return tuple(found)


def _check_sums(phases: list[tuple[RingPhase, ...]], cycle: int, where: str) -> None:
    """Both rings of a coordinated program take one cycle, and as long on each side of the barrier."""
    sums = [
        [sum(phase.most + phase.change for phase in ring if phase.side == side) for side in (0, 1)] for ring in phases
    ]
    for ring, sides in zip(RINGS, sums, strict=True):
        if sum(sides) != cycle:
            raise Refused(
                f"{where} is coordinated, but maxDur, yellow and red of {ring} are {sum(sides) / SECOND:g} s together: "
                f"its cycle is {cycle / SECOND:g} s"
            )
    for side in (0, 1):
        if sums[0][side] != sums[1][side]:
            raise Refused(
                f"{where} is coordinated, but its rings take {sums[0][side] / SECOND:g} and {sums[1][side] / SECOND:g} "
                f"s on side {side + 1} of the barrier: both must take as long"
            )


def _with_force_offs(plan: RingPlan) -> RingPlan:
    """When each phase ends at the latest. The cycle of type 170 begins at the yellow of the first coordinated phase,
    that of TS2 at its green."""
    cycle, ends, zero = plan.cycle, {}, [0, 0]
    for ring in plan.rings:
        time = 0
        for phase in ring:
            ends[phase.ring, phase.name] = time + phase.most
            time += phase.most + phase.change
            if phase.coordinated:
                zero[phase.ring] = time
    ends = {key: (end - min(zero)) % cycle for key, end in ends.items()}
    begin = 0
    if not plan.free_start:
        leading = [phase for ring in plan.rings for phase in ring if phase.name == plan.leading[phase.ring]]
        begin = min(ends[phase.ring, phase.name] - phase.most for phase in leading)

    def timed(phase: RingPhase) -> RingPhase:
        end = ends[phase.ring, phase.name]
        force_off = end - begin if end >= begin else end - begin + cycle
        return replace(phase, force_off=force_off, latest_start=(end - phase.least - begin) % cycle)

    first, second = (tuple(timed(phase) for phase in ring) for ring in plan.rings)
    return replace(plan, rings=(first, second))


def merged(letters: tuple[str, str], owned: tuple[bool, bool]) -> str:
    """The letter of a link of which two phases show something; ``owned``: it is one of their own ways."""
    if owned[1] or owned[0]:
        return letters[1] if owned[1] else letters[0]
    return next((letter for letter in PRIORITY if letter in letters), "r")


def pairs_of_greens(plan: RingPlan) -> dict[str, float]:
    """What phases of both rings show together, with the seconds of it where all last as long as they may.

    Each pair that may be green at one time is there; one that never is then has least seconds of its phases.
    """
    found: dict[str, float] = {}
    for side in (0, 1):
        times = [_greens_by_time(ring, side) for ring in plan.rings]
        for one, (start, end) in times[0].items():
            for two, (begin, stop) in times[1].items():
                owned = zip(one.green, two.green, strict=True)
                state = "".join(merged((a, b), (a == "G", b == "G")) for a, b in owned)
                lasts = max(min(end, stop) - max(start, begin), one.least, two.least)
                found[state] = found.get(state, 0.0) + lasts / SECOND
    return found


def _greens_by_time(ring: tuple[RingPhase, ...], side: int) -> dict[RingPhase, tuple[int, int]]:
    """When (ms) the phases of a ring on one side of the barrier are green, one after the other."""
    time, found = 0, {}
    for phase in ring:
        if phase.side == side:
            found[phase] = (time, time + phase.most)
            time += phase.most + phase.change
    return found
