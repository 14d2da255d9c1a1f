"""How far along a run is: what learning rate and entropy bonus follow, from their first value to their last."""

from __future__ import annotations

from dataclasses import dataclass

from agents.settings.train import TrainSettings


@dataclass(frozen=True)
class Schedule:
    """A straight line from 0 to 1 over the steps of a run.

    A run that goes on with another number of steps bends it: from where it stands, straight to 1 at the new end. So
    nothing that was annealed rises again; a schedule that had reached its end stays there.
    """

    steps: int
    """Of the whole run; here it ends."""
    bent_at: int = 0
    """Steps played when it was last bent."""
    bent_from: float = 0.0
    """How far along it was there."""

    def progress(self, step: int) -> float:
        """How far along the run is after so many steps, 0 to 1."""
        if step >= self.steps:
            return 1.0
        share = (step - self.bent_at) / (self.steps - self.bent_at)
        return min(1.0, self.bent_from + (1.0 - self.bent_from) * share)

    def over(self, steps: int, played: int) -> Schedule:
        """The same, to be finished after other ``steps`` when so many are ``played``."""
        if steps == self.steps or not played:
            return Schedule(steps, self.bent_at, self.bent_from)
        return Schedule(steps, played, self.progress(played))

    def told(self, before: Schedule, settings: TrainSettings, played: int) -> str:
        """What becomes of the schedule of ``before``, in one line; empty where nothing does."""
        if self.steps == before.steps or played >= self.steps:
            return ""
        now, end = (_rate(settings, progress) for progress in (self.progress(played), 1.0))
        changed = f"steps are {self.steps:,} instead of {before.steps:,}"
        if self.progress(played) >= 1.0:
            if end <= 0.0:
                return f"{changed}: the learning rate stays at its last value, 0, so the agent learns nothing more"
            last = f"{end:g} and {settings.learning.entropy_end:g}"
            return f"{changed}: learning rate and entropy bonus stay at their last values, {last}"
        return (
            f"{changed}: learning rate and entropy bonus go on from where they stand, the rate from {now:g} to {end:g}"
        )


def _rate(settings: TrainSettings, progress: float) -> float:
    return settings.learning.rate * (1.0 - progress * settings.learning.rate_anneal)
