"""Runs NEMA programs: two rings of phases side by side, which pass the barriers together, coordinated or not.

Once a second, as SUMO 1.28 does it in its usual steps. A phase is served when somebody stands at its detectors or it is
recalled, lasts at least minDur, is extended by vehext for everybody who comes, and lasts at most maxDur. In a
coordinated program the coordinated phases last until their place in the cycle, and another one is served only if its
minDur fits in before its own force-off.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from enum import IntEnum
from math import fmod

from simulator.interop.sumo.rings import SECOND, RingPhase, RingPlan, merged


class Lamp(IntEnum):
    """What a phase shows. At the end of its red it may have to wait for the other ring at the barrier; in green it may
    wait for the other ring, or rest because nobody calls."""

    WAITS_RED = 0
    RED = 1
    YELLOW = 2
    GREEN = 3
    WAITS_GREEN = 4
    RESTS = 5


@dataclass(eq=False)
class _Active:
    """A phase as it runs; times in ms."""

    plan: RingPhase
    lamp: Lamp = Lamp.RED
    ready: bool = False
    """It may end."""
    changing: bool = False
    called: bool = False
    began: int = 0
    ended: int = 0
    lasts: int = 0
    most: int = 0
    rest: int = 0
    """Left until it has to end, since somebody else calls."""
    after: _Active | None = None
    """Where its change leads to, once that has begun."""
    before: _Active | None = None
    """The one before it in its ring."""
    others: list[tuple[int, _Active]] = field(default_factory=list)
    """All phases of its ring, with how many steps along the ring they are away; itself is the last."""

    @property
    def wanted(self) -> bool:
        """Somebody calls, or it is recalled."""
        return self.plan.recalled or self.called

    def change_left(self, now: int) -> int:
        """ms of yellow and red that are left."""
        if not self.changing:
            return self.plan.change
        return max(0, self.plan.change - (now - self.ended))


@dataclass(frozen=True, eq=False)
class _Step:
    """From a phase to another one of its ring, or to itself."""

    start: _Active
    end: _Active
    far: int

    @property
    def side(self) -> int:
        """Of the barrier, where it leads."""
        return self.end.plan.side

    def distance(self, other: _Step) -> int:
        """How far it is, beside a step of the other ring: nothing of its own where it only waits in green."""
        stays = self.end is self.start and other.side == self.side
        return other.far if stays and self.end.lamp in (Lamp.GREEN, Lamp.WAITS_GREEN) else self.far


class RingControl:
    """The rings of one program, second by second."""

    def __init__(self, plan: RingPlan) -> None:
        self._plan, self._now = plan, 0
        self._rings = tuple([_Active(phase, most=phase.most) for phase in ring] for ring in plan.rings)
        self._all = [phase for ring in self._rings for phase in ring]
        for ring in self._rings:
            count = len(ring)
            for order, phase in enumerate(ring):
                phase.before = ring[order - 1]
                phase.others = [(step, ring[(order + step) % count]) for step in range(1, count + 1)]
        self._crosses = dict(plan.crosses)
        self._active = self._first()
        for phase in list(self._active):
            self._enter(phase)

    def step(self, now: int, occupied: Set[int]) -> None:
        """What one second changes.

        Args:
            now: ms of the day.
            occupied: phases at whose detectors somebody is.
        """
        self._now = now
        for phase in self._all:
            self._look(phase, occupied)
        for phase in self._active:
            self._update(phase)
        if any(phase.ready for phase in self._active):
            steps = self._choose()
            for ring in (0, 1):
                if self._active[ring].ready:
                    self._leave(self._active[ring], steps)
        for phase in self._all:
            if not phase.plan.latching or phase.lamp >= Lamp.GREEN:
                phase.called = False

    def shown(self) -> str:
        """A letter for every link."""
        one, two = self._active
        return "".join(
            merged((_letter(one, link), _letter(two, link)), (letters[0] == "G", letters[1] == "G"))
            for link, letters in enumerate(zip(one.plan.green, two.plan.green, strict=True))
        )

    # --- time and calls ---

    def _place(self) -> int:
        """ms of the cycle, below 0 before the first one begins."""
        return int(fmod(self._now - self._plan.offset, self._plan.cycle))

    def _until(self, time: int) -> int:
        """ms until a time of the cycle."""
        return (time - self._place()) % self._plan.cycle

    def _look(self, phase: _Active, occupied: Set[int]) -> None:
        """Whether somebody calls for a phase."""
        if phase.called:
            return
        name, green = phase.plan.name, phase.lamp >= Lamp.GREEN
        lead = next((first for first, second in self._crosses.items() if second == name), 0)
        if lead and not green and self._one(lead).lamp >= Lamp.GREEN:
            return  # they prolong the other one
        second = self._crosses.get(name, 0)
        crossed = second and green and second in occupied and self._one(second).lamp < Lamp.GREEN
        phase.called = name in occupied or bool(crossed)

    def _one(self, name: int) -> _Active:
        return next(phase for phase in self._all if phase.plan.name == name)

    def _other(self, phase: _Active) -> _Active:
        return self._active[1 - phase.plan.ring]

    # --- green ---

    def _first(self) -> list[_Active]:
        """The phases whose time it is in the cycle; without coordination the first of each ring."""
        if not self._plan.coordinated:
            return [ring[0] for ring in self._rings]
        place, cycle = self._place() % self._plan.cycle, self._plan.cycle
        homes = [self._home(ring, 0) for ring in (0, 1)]
        found: list[_Active] = list(homes)
        for order, ring in enumerate(self._rings):
            for phase in sorted(ring, key=lambda phase: phase.plan.latest_start):
                before = phase.before or phase
                earlier = before.plan.latest_start
                since = earlier if earlier < phase.plan.latest_start else earlier - cycle
                if since % cycle < place <= phase.plan.latest_start:
                    found[order] = phase
                    break
            else:
                found = list(homes)
        if found[0].plan.side != found[1].plan.side:
            found = [phase if phase.plan.side == 0 else homes[phase.plan.ring] for phase in found]
        return found

    def _home(self, ring: int, side: int) -> _Active:
        name = self._plan.homes[ring][side]
        return next(phase for phase in self._rings[ring] if phase.plan.name == name)

    def _enter(self, phase: _Active) -> None:
        """Green."""
        plan = phase.plan
        phase.began, phase.lamp, phase.ready, phase.after = self._now, Lamp.GREEN, False, None
        phase.lasts = plan.least
        if not self._plan.coordinated:
            if plan.rests:
                phase.lamp, phase.rest = Lamp.RESTS, plan.most
        elif plan.coordinated:
            phase.lasts = self._until(plan.force_off)
        else:
            left = self._until(plan.force_off)
            phase.most = left if self._plan.fixed else min(plan.most, left)
        if plan.full and not plan.coordinated:
            phase.lasts = phase.most
        self._active[plan.ring] = phase

    def _update(self, phase: _Active) -> None:
        """Whether a phase may end."""
        if phase.lamp < Lamp.GREEN:
            phase.ready = True
            return
        lasted = self._now - phase.began
        if phase.lamp != Lamp.WAITS_GREEN and not phase.plan.coordinated and phase.called and phase.lasts < phase.most:
            phase.lasts = min(max(lasted + phase.plan.extension, phase.plan.least), phase.most)
        if phase.lamp == Lamp.RESTS:
            self._rest(phase, lasted)
        if lasted >= phase.lasts:
            phase.ready = True

    def _rest(self, phase: _Active, lasted: int) -> None:
        """Whoever calls elsewhere ends the rest after maxDur."""
        plan, other = phase.plan, self._other(phase)
        here = (plan.name, other.plan.name)
        called = any(one.wanted for one in self._all if one.plan.name not in here)
        if called:
            phase.rest -= SECOND
            if phase.rest + SECOND >= plan.most:
                phase.most = plan.least + plan.most
        else:
            phase.rest = plan.most
            if lasted >= plan.least:
                phase.began, phase.most = self._now - plan.least, plan.least + plan.most
                phase.lasts = plan.least + max(0, phase.lasts - lasted)
        if phase.rest < SECOND:
            phase.ready = True
            if other.lamp > Lamp.GREEN:
                other.ready = True
        if plan.coordinated and self._place() <= plan.force_off - plan.most + SECOND // 2:
            self._enter(phase)

    # --- what comes next ---

    def _choose(self) -> tuple[_Step, _Step]:
        """A step for each ring, both to the same side of the barrier, and as near as may be."""
        firsts, seconds = (self._options(phase) for phase in self._active)
        pairs: list[tuple[_Step, _Step]] = []
        for one in firsts:
            for two in seconds:
                if one.side == two.side:
                    pairs.append((one, two))
                    continue
                if one.start.ready and (along := self._along(two, one)).side == one.side:
                    pairs.append((one, along))
                if two.start.ready and (along := self._along(one, two)).side == two.side:
                    pairs.append((along, two))
        if not pairs:
            stay = [_Step(phase, phase, len(phase.others)) for phase in self._active]
            return stay[0], stay[1]
        return min(pairs, key=lambda pair: pair[0].distance(pair[1]) + pair[1].distance(pair[0]))

    def _options(self, phase: _Active) -> list[_Step]:
        """The nearest step that a phase may take, and the one that it has begun."""
        decided = phase.after
        found = []
        for far, end in phase.others if phase.ready else ():
            step = _Step(phase, end, far)
            if self._may(step) and (decided is None or decided.plan.side == step.side):
                found.append(step)
                break
        if decided is not None and not found:
            found.append(self._to(phase, decided))
        return found or [_Step(phase, phase, len(phase.others))]

    def _to(self, phase: _Active, end: _Active) -> _Step:
        return next(_Step(phase, one, far) for far, one in phase.others if one is end)

    def _along(self, step: _Step, other: _Step) -> _Step:
        """What a ring does instead of its step, since the other one takes its own."""
        phase = step.start
        if not phase.ready or (phase.plan.side == other.side and phase.lamp >= Lamp.GREEN):
            return self._to(phase, phase)
        return self._to(phase, self._home(phase.plan.ring, other.side))

    def _may(self, step: _Step) -> bool:
        """Whether a phase may be followed by another one now."""
        start, end = step.start, step.end
        if start is end:
            return start.lamp >= Lamp.GREEN
        if start.plan.coordinated:
            return self._may_leave_coordinated(start, end)
        if start.plan.at_barrier:
            return self._may_leave_barrier(start, end)
        return self._fits(start, end) if self._plan.coordinated else self._is_called(start, end)

    def _is_called(self, start: _Active, end: _Active) -> bool:
        return end.wanted and (start.plan.side == end.plan.side or self._other(start).ready)

    def _fits(self, start: _Active, end: _Active) -> bool:
        """Whether there is time for a phase, in coordination."""
        if end.plan.coordinated and (self._other(start).ready or start.plan.side == end.plan.side):
            return True
        left = self._until(end.plan.force_off)
        return self._is_called(start, end) and end.plan.least + start.change_left(self._now) <= left

    def _may_leave_barrier(self, start: _Active, end: _Active) -> bool:
        if not self._is_called(start, end):
            return False
        if start.plan.side != end.plan.side:
            return start.ready and self._other(start).ready
        across = (one for one in self._rings[start.plan.ring] if one.plan.side != start.plan.side)
        return start.lamp < Lamp.GREEN or not any(one.wanted for one in across)

    def _may_leave_coordinated(self, start: _Active, end: _Active) -> bool:
        if not self._fits(start, end) or not self._other(start).ready:
            return False
        if self._plan.free_start or start.lamp < Lamp.GREEN:
            return True
        before = end.before or end
        left = self._until(before.plan.force_off)
        fits_before = before.plan.least + start.change_left(self._now) <= left
        return not fits_before or left > self._plan.cycle - start.plan.least

    def _leave(self, phase: _Active, steps: tuple[_Step, _Step]) -> None:
        """From green to yellow, to red, to the next phase; or the wait in green."""
        end, now = steps[phase.plan.ring].end, self._now
        if end is phase:
            self._stay(phase, steps)
            return
        phase.after = end
        if phase.lamp >= Lamp.GREEN:
            phase.ended, phase.lamp, phase.changing = now, Lamp.YELLOW, True
        elif now - phase.ended >= phase.plan.change:
            other = self._other(phase)
            together = other.plan.side == phase.plan.side
            if end.plan.side != phase.plan.side and together and other.change_left(now) > 0:
                phase.lamp = Lamp.WAITS_RED
                return
            if other.lamp == Lamp.WAITS_RED:
                self._leave(other, steps)
            phase.ready = phase.changing = False
            phase.lamp = Lamp.RED
            self._enter(end)
        elif now - phase.ended >= phase.plan.yellow:
            phase.lamp = Lamp.RED

    def _stay(self, phase: _Active, steps: tuple[_Step, _Step]) -> None:
        """Green for longer: at rest where the other ring rests too, else until that has come so far."""
        plan, other = phase.plan, self._other(phase)
        phase.ready = False
        both = steps[other.plan.ring].end is other and other.ready
        if both or (other.rest >= other.plan.most and other.lamp == Lamp.RESTS):
            phase.lamp, phase.began, phase.lasts = Lamp.RESTS, self._now - plan.least, plan.least
            phase.rest = plan.most if plan.rests else 0
        else:
            phase.lamp = Lamp.WAITS_GREEN
            if plan.at_barrier:
                phase.lasts = other.lasts + other.began - phase.began


def _letter(phase: _Active, link: int) -> str:
    letter = phase.plan.green[link]
    if phase.lamp >= Lamp.GREEN:
        return letter
    return "r" if phase.lamp <= Lamp.RED else "y" if letter in "Gg" else letter
