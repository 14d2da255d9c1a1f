"""Light programs in a record: groups of ways that always show the same, and phases that a controller may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.closings import Closing
from simulator.interop.sumo.laying import MAJOR, RANKS
from simulator.interop.sumo.network import RoadNetwork
from simulator.interop.sumo.programmes import GREENS, REDS, YELLOWS, Phase, Programme
from simulator.interop.sumo.rings import pairs_of_greens, plan_rings
from worlds.road.fields import AT_STOP, GREEN, RED, YELLOW
from worlds.world import Refused

GROUPS = 40  # light groups of a junction: as many bits as a phase has
LONGEST_CHANGE = 100.0  # s of yellow, or of all-red
LONGEST_OTHER = 10.0  # s of either, of junctions without a program
LIT = "Gg"  # who may go since a lamp is green
FIRST_GO = "GO"  # greens of those who give way to nobody


@dataclass(frozen=True)
class Light:
    """A light program in this project's terms."""

    name: str
    junction: int
    seconds: tuple[float, ...]
    """Of each of its green phases in the file."""
    groups: tuple[int, ...]
    """The junction's group of each link of the program, −1 for those of nobody who drives here."""
    states: tuple[str, ...]
    """What the file shows in each green phase, a letter a link."""
    yellow: float
    """Seconds, the longest of the program."""
    all_red: float
    """Seconds between yellow and green, the longest of the program."""
    programme: Programme
    """All of the file's."""
    ways: tuple[tuple[int, int, int], ...]
    """Of each way that it lets through: its lane in the record, its link in the program, its rank without a light."""


def set_lights(w: Any, network: RoadNetwork, junctions: dict[str, int]) -> tuple[Light, ...]:
    """Groups and phases of every light program.

    More green phases than the record has room for are none of the record's: `show` shows every program as it is.

    Raises:
        Refused: a program with more groups than there is room for.
    """
    lights = []
    for name in network.lights:
        programme, phases = network.programme(name), network.lights[name]
        ways = [(len(network.lanes) + order, way) for order, way in enumerate(network.ways) if way.light == name]
        links = sorted({way.link for _, way in ways})
        if not any(len({phase.state[link] for phase in phases} | {"G"}) > 1 for link in links):
            continue  # it never changes who may go
        junction = junctions[ways[0][1].junction]
        groups = _groups(phases, links, name)
        greens = _greens(programme)
        for lane, way in ways:
            w["lane_group"][lane] = junction * GROUPS + groups[way.link]
            if all(phase.state[way.link] not in "gso" for phase in greens):
                w["lane_rank"][lane] += MAJOR
        if len(greens) <= w["phase_groups"].shape[1]:
            w["phases"][junction] = len(greens) if len(greens) > 1 else 0
            for order, phase in enumerate(greens):
                shown = {groups[link] for link in links if phase.state[link] in GREENS}
                w["phase_groups"][junction, order] = sum(1 << group for group in shown)
        yellow, red = _changes(programme)
        lights.append(
            Light(
                name, junction, tuple(phase.seconds for phase in greens), tuple(groups),
                tuple(phase.state for phase in greens), min(yellow, LONGEST_CHANGE), min(red, LONGEST_CHANGE),
                programme,
                tuple((lane, way.link, RANKS[way.turn]) for lane, way in ways),
            )
        )  # fmt: skip
    w["yellow"] = min(max((light.yellow for light in lights), default=0.0), LONGEST_OTHER)
    w["all_red"] = min(max((light.all_red for light in lights), default=0.0), LONGEST_OTHER)
    return tuple(lights)


def crossing_lights(
    w: Any, network: RoadNetwork, junctions: dict[str, int], closings: Sequence[Closing], begin: float
) -> tuple[Light, ...]:
    """Rail crossings that close, each as a light of one group that goes by the clock and that nobody else runs."""
    found = []
    for closing in closings:
        ways = [
            (len(network.lanes) + order, RANKS[way.turn])
            for order, way in enumerate(network.ways)
            if way.junction == closing.name
        ]
        if not ways:
            continue  # cars do not pass it
        junction = junctions[closing.name]
        for lane, _ in ways:
            w["lane_group"][lane] = junction * GROUPS
        phases = tuple(Phase(letter, seconds) for letter, seconds in closing.letters)
        yellow = max((phase.seconds for phase in phases if phase.state in YELLOWS), default=0.0)
        hung = tuple((lane, 0, rank) for lane, rank in ways)
        programme = Programme(phases, offset=begin)
        found.append(Light(closing.name, junction, (), (0,), (), yellow, 0.0, programme, hung))
    return tuple(found)


def _greens(programme: Programme) -> list[Phase]:
    """The phases in which somebody may go; of a NEMA program all pairs of them that may be green together."""
    if programme.kind == "NEMA":
        plan = plan_rings(programme, "the light")
        return [Phase(state, seconds) for state, seconds in pairs_of_greens(plan).items()]
    return [
        phase for phase in programme.phases
        if set(phase.state) & set(GREENS) and not set(phase.state) & set(YELLOWS)
    ]  # fmt: skip


def _changes(programme: Programme) -> tuple[float, float]:
    """The longest yellow and the longest all-red, in s."""
    phases = programme.phases
    if programme.kind == "NEMA":
        return max(phase.yellow for phase in phases), max(phase.red for phase in phases)
    yellow = max((phase.seconds for phase in phases if set(phase.state) & set(YELLOWS)), default=0.0)
    red = max((phase.seconds for phase in phases if not set(phase.state) & set(GREENS + YELLOWS)), default=0.0)
    return yellow, red


def _groups(phases: tuple[Phase, ...], links: list[int], name: str) -> list[int]:
    """A number for each link; the same for links that show the same all through the program, −1 for unused ones."""
    patterns = {link: tuple(phase.state[link] for phase in phases) for link in links}
    known = {pattern: order for order, pattern in enumerate(dict.fromkeys(patterns.values()))}
    if len(known) > GROUPS:
        raise Refused(
            f"light {name!r} has {len(known)} groups of ways that change alike: at most {GROUPS} can be driven"
        )
    return [known[patterns[link]] if link in patterns else -1 for link in range(len(phases[0].state))]


def take_over(w: Any, lights: tuple[Light, ...]) -> None:
    """From now on `show` says what lights show, and the record's own phases rest."""
    for light in lights:
        w["phases"][light.junction] = 0


def show(w: Any, light: Light, state: str, *, clearing: bool = False) -> None:
    """Let a light show a letter for each of its links: who may go, and who gives way to whom meanwhile.

    A left turn that gives way to oncoming traffic may still go while its light is yellow, and while a light is
    ``clearing``, in the all-red after that, since oncoming traffic stops then. So do the one or two that wait in the
    middle of a junction elsewhere, in SUMO too (HCM 2016, chapter 31: sneakers); here they wait at the line.
    """
    groups = len(w["group_state"]) // len(w["phase"])
    first = light.junction * groups
    was_green = [group >= 0 and int(w["group_state"][first + group]) == GREEN for group in light.groups]
    goes_on = YELLOWS + REDS if clearing and not set(state) & set(LIT) else YELLOWS
    for lane, link, rank in light.ways:
        letter = state[link]
        shown = GREEN if letter in GREENS else YELLOW if letter in YELLOWS else RED
        if was_green[link] and letter in goes_on and int(w["lane_rank"][lane]) == rank <= RANKS["l"]:
            shown = GREEN
        w["group_state"][first + light.groups[link]] = shown
        if letter == "s":
            w["lane_rank"][lane] = AT_STOP
        elif letter in GREENS:
            w["lane_rank"][lane] = rank + (MAJOR if letter in FIRST_GO else 0)


def pairs_of(w: Any, light: Light, phase: int) -> np.ndarray:
    """(n, 2) lanes before and behind each way that a green phase lets through."""
    found = [
        (int(w["lane_before"][lane, 0]), int(w["lane_next"][lane, 0]))
        for lane, link, _ in light.ways
        if light.states[phase][link] in GREENS
    ]
    return np.array(found, np.int64).reshape(-1, 2)
