"""Light programs as SUMO's files write them: phases, offset, what an actuated one asks for."""

import re
from collections.abc import Set
from dataclasses import dataclass, field

from simulator.interop.sumo.reader import XmlElement
from simulator.interop.sumo.rings import plan_rings
from worlds.world import Refused

GREENS, YELLOWS, REDS = "GgsoO", "yY", "rRu"
"""What SUMO shows. s: a turn at red after a stop, o: blinking, give way, O: off, by right of way alone."""
KINDS = ("static", "actuated", "delay_based", "NEMA")
NO_PROGRAMS = frozenset({"rail_signal", "rail_crossing"})  # SUMO runs these by itself, for trains
RULES = frozenset({"condition", "assignment", "function"})
COORDINATED = frozenset({"coordinated", "linked-detectors"})
MOST_PHASES = 256


@dataclass(frozen=True)
class Phase:
    """A part of a light program: one letter for every link, and for how long."""

    state: str
    seconds: float
    shortest: float | None = None  # s, of an actuated phase
    longest: float | None = None  # s
    following: tuple[int, ...] = ()
    """Phases that come after it; the next one of the list for none."""
    name: str = ""
    yellow: float = 3.0  # s after it, of NEMA's
    red: float = 0.0  # s after that
    extension: float = 2.0  # s that whoever comes makes it longer


@dataclass(frozen=True)
class Programme:
    """A whole light program."""

    phases: tuple[Phase, ...]
    kind: str = "static"
    offset: float = 0.0  # s by which it begins later
    parameters: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str, default: float) -> float:
        """A number of its <param>s; the default where it is none."""
        try:
            value = float(self.parameters.get(name, default))
        except ValueError:
            return default
        return value if 0.0 <= value < 1e6 else default


def read_programmes(
    root: XmlElement,
    known: dict[str, Programme],
    *,
    leave_out: bool,
    left_out: dict[str, int],
    trains: Set[str] = frozenset(),
) -> dict[str, Programme]:
    """The programs in a network's file, or in an additional one: of several for a light the last is in force.

    Args:
        root: the file.
        known: the programs of files before; what is read comes into a copy.
        leave_out: read what cannot be driven as told in the refusal, instead of refusing it.
        left_out: what was changed, counted here.
        trains: junctions whose lights are for trains, which are none of these programs.

    Raises:
        Refused: a program that cannot be driven.
    """
    found = dict(known)
    for light in root.all("tlLogic"):
        name, kind = light.get("id"), light.attributes.get("type", "static")
        if kind in NO_PROGRAMS or name in trains:
            continue
        before = found.get(name)
        if before is not None and not any(True for _ in light.all("phase")):  # only its offset is changed
            found[name] = Programme(before.phases, before.kind, light.time("offset", before.offset), before.parameters)
        else:
            found[name] = _programme(light, kind, leave_out, left_out)
    return found


def _programme(light: XmlElement, kind: str, leave_out: bool, left_out: dict[str, int]) -> Programme:
    name = light.get("id")
    if kind not in KINDS:
        raise Refused(f"light {name!r} in {light.where} is {kind!r}, which cannot be driven: {', '.join(KINDS)} can")
    phases = tuple(_phase(phase, name) for phase in light.all("phase"))
    if len({len(phase.state) for phase in phases}) != 1 or len(phases) > MOST_PHASES:
        raise Refused(
            f"light {name!r} in {light.where} has phases of different lengths, or none, or more than {MOST_PHASES}"
        )
    if any(not 0 <= after < len(phases) for phase in phases for after in phase.following):
        raise Refused(f"light {name!r} in {light.where} names a next phase that is not there: 0 to {len(phases) - 1}")
    if sum(phase.seconds for phase in phases) <= 0.0:
        raise Refused(f"light {name!r} in {light.where} has phases that last 0 s together: one must last longer")
    parameters = {param.get("key"): param.attributes.get("value", "") for param in light.all("param")}
    programme = Programme(phases, kind, light.time("offset", 0.0), parameters)
    _check_rules(light, programme, leave_out, left_out)
    if kind == "static" and (order := _order(programme)) is not None:
        programme = Programme(tuple(phases[index] for index in order), kind, programme.offset, parameters)
    return programme


def _check_rules(light: XmlElement, programme: Programme, leave_out: bool, left_out: dict[str, int]) -> None:
    """Refuse rules by which a program decides that nobody here follows, or tell them; and rings that SUMO refuses."""
    name = light.get("id")
    rules = {child.tag for child in light.children if child.tag in RULES}
    rules |= {f"param {key}" for key in COORDINATED & programme.parameters.keys() if _is_set(programme.parameters[key])}
    if any(len(phase.following) > 1 for phase in programme.phases):
        rules.add("choice of next phases")
    for rule in sorted(rules):
        if not leave_out:
            raise Refused(
                f"light {name!r} in {light.where} has a {rule}, which is not followed: minDur, maxDur, gaps and "
                "recalls are (--leave-out drives the light without)"
            )
        left_out[f"{rule} of a light"] = left_out.get(f"{rule} of a light", 0) + 1
    if programme.kind == "NEMA":
        plan_rings(programme, f"light {name!r} in {light.where}")


def _is_set(text: str) -> bool:
    return text.strip().lower() not in ("", "0", "false")


def _phase(phase: XmlElement, light: str) -> Phase:
    state = phase.get("state")
    if unknown := set(state) - set(GREENS + YELLOWS + REDS):
        raise Refused(
            f"light {light!r} shows {''.join(sorted(unknown))!r} in {phase.where}, which cannot be imported: "
            f"{GREENS + YELLOWS + REDS} can"
        )
    seconds = phase.time("duration")
    shortest = phase.time("minDur") if "minDur" in phase.attributes else None
    longest = phase.time("maxDur") if "maxDur" in phase.attributes else None
    for value in (seconds, shortest or 0.0, longest or 0.0):
        if not 0.0 <= value <= 1e9:
            raise Refused(f"light {light!r} has a phase of {value:g} s in {phase.where}: 0 or more")
    try:
        following = tuple(int(part) for part in re.split(r"[ ,]+", phase.attributes.get("next", "").strip()) if part)
    except ValueError:
        raise Refused(f"next={phase.attributes['next']!r} in {phase.where} names no phases: numbers from 0") from None
    return Phase(
        state, seconds, shortest, longest, following, phase.attributes.get("name", ""),
        *(phase.time(name, default) for name, default in (("yellow", 3.0), ("red", 0.0), ("vehext", 2.0))),
    )  # fmt: skip


def _order(programme: Programme) -> list[int] | None:
    """The phases in the order in which a static program shows them; None where that is theirs in the file."""
    phases = programme.phases
    if not any(phase.following for phase in phases):
        return None
    order, index = [], 0
    while index not in order:
        order.append(index)
        index = phases[index].following[0] if phases[index].following else (index + 1) % len(phases)
    return order[order.index(index) :]
