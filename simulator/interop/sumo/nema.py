"""Runs NEMA programs: two rings of phases side by side, which pass the barriers together.

A phase is served when somebody called for it at its detectors, or when it is recalled at all times. It lasts at least
minDur, is extended by vehext s for everybody who comes, and lasts at most maxDur while somebody else calls; without any
other call it rests in green. Coordinated programs are refused where they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.interop.sumo.lighting import Light
from simulator.interop.sumo.programmes import GREENS, Phase, numbers_of, ring_groups
from simulator.interop.sumo.running import Detectors

ZONE = 20.0  # m before the line that a detector covers, SUMO's default
GREEN, YELLOW, RED = range(3)


@dataclass
class _Ring:
    """One ring: what it shows, since when, and what comes next."""

    groups: tuple[tuple[str, ...], ...]
    """Its phases between the barriers."""
    group: int
    phase: str
    stage: int = GREEN
    since: float = 0.0
    target: str = ""


class Rings:
    """A NEMA program."""

    def __init__(self, w: Any, light: Light, begin: float) -> None:
        programme = light.programme
        self._phases = {phase.name: phase for phase in programme.phases}
        self._rings = [
            _Ring(groups, group, groups[group][0])
            for groups in ring_groups(programme)
            if (group := next((order for order, names in enumerate(groups) if names), None)) is not None
        ]
        self._recalled = numbers_of(programme, "minRecall") | numbers_of(programme, "maxRecall")
        self._full = numbers_of(programme, "maxRecall")
        self._calls = set(self._recalled)
        self._detectors = Detectors(w, light, zone=programme.parameter("detector-length", ZONE))
        lanes = {int(lane): order for order, lane in enumerate(self._detectors.lanes)}
        self._of = {
            name: sorted({lanes[int(w["lane_before"][lane, 0])] for lane, link, _ in light.ways
                          if phase.state[link] in GREENS})
            for name, phase in self._phases.items()
        }  # fmt: skip

    def state(self, second: float) -> str:
        """What the rings show together."""
        gaps = self._detectors.look(second)
        self._note_calls(gaps)
        for ring in self._rings:
            self._clear(ring, second)
        self._arrive(second)
        ready = [ring.stage == GREEN and self._may_end(ring, second, gaps) for ring in self._rings]
        for ring, may_end in zip(self._rings, ready, strict=True):
            if may_end and (following := self._next_in_group(ring)):
                self._end(ring, following, second)
        if all(ready) and all(ring.stage == GREEN for ring in self._rings):
            self._pass_barrier(second)
        return self._shown()

    def _note_calls(self, gaps: np.ndarray) -> None:
        """Whoever stands at the detectors of a phase that is not green calls for it, until it is."""
        green = {ring.phase for ring in self._rings if ring.stage == GREEN}
        self._calls |= {name for name, lanes in self._of.items() if lanes and gaps[lanes].min() <= 0.0}
        self._calls |= self._recalled
        self._calls -= green

    def _may_end(self, ring: _Ring, second: float, gaps: np.ndarray) -> bool:
        phase, lasted = self._phases[ring.phase], second - ring.since + 1e-9
        lanes = self._of[ring.phase]
        if lasted < (phase.seconds if phase.shortest is None else phase.shortest):
            return False
        longest = phase.seconds if phase.longest is None else phase.longest
        if lasted >= longest:
            return True
        return ring.phase not in self._full and (not lanes or float(gaps[lanes].min()) >= phase.extension)

    def _next_in_group(self, ring: _Ring) -> str:
        """The next phase of the ring before the barrier that somebody calls for."""
        names = ring.groups[ring.group]
        later = names[names.index(ring.phase) + 1 :]
        return next((name for name in later if name in self._calls), "")

    def _pass_barrier(self, second: float) -> None:
        """All rings go on to the other side of the barrier, or round to this side where nobody calls there."""
        count = len(self._rings[0].groups)
        group = self._rings[0].group
        for step in range(1, count + 1):
            to = (group + step) % count
            wanted = [next((name for name in ring.groups[to] if name in self._calls), "") for ring in self._rings]
            if any(wanted):
                break
        else:
            return  # nobody calls: rest in green
        for ring, name in zip(self._rings, wanted, strict=True):
            following = name or (ring.phase if to == group else ring.groups[to][-1] if ring.groups[to] else "")
            ring.group = to
            if following != ring.phase:
                self._end(ring, following, second)

    def _end(self, ring: _Ring, following: str, second: float) -> None:
        ring.stage, ring.since, ring.target = YELLOW, second, following

    def _clear(self, ring: _Ring, second: float) -> None:
        """Yellow becomes red in time."""
        if ring.stage == YELLOW and second - ring.since + 1e-9 >= self._phases[ring.phase].yellow:
            ring.stage, ring.since = RED, second

    def _arrive(self, second: float) -> None:
        """After red the next phase turns green; at a barrier as soon as all rings are there."""
        cleared = [
            ring.stage == RED and second - ring.since + 1e-9 >= self._phases[ring.phase].red for ring in self._rings
        ]
        for ring, done in zip(self._rings, cleared, strict=True):
            at_barrier = ring.stage != GREEN and ring.target not in self._group_of(ring.phase)
            others = all(
                done_too or (other.stage == GREEN and other.phase in other.groups[other.group])
                for other, done_too in zip(self._rings, cleared, strict=True)
            )
            if done and ring.target and (others or not at_barrier):
                ring.phase, ring.stage, ring.since = ring.target, GREEN, second
                self._calls.discard(ring.phase)

    def _group_of(self, phase: str) -> tuple[str, ...]:
        return next((names for ring in self._rings for names in ring.groups if phase in names), ())

    def _shown(self) -> str:
        letters = ["r"] * len(next(iter(self._phases.values())).state)
        for ring in self._rings:
            phase: Phase = self._phases[ring.phase]
            if ring.stage == RED:
                continue
            for link, letter in enumerate(phase.state):
                if letter in GREENS:
                    letters[link] = letter if ring.stage == GREEN else "y"
        return "".join(letters)
