"""After the last episode of a trial: who did how well on this very task, what was believed when, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING

import pygame

from simulator.app.panels.results import (
    SummaryView,
    belief_tables,
    played_lines,
    progress,
    reference_notes,
    rival_lines,
    without_own,
)
from simulator.app.panels.summary import draw_summary
from simulator.app.play.catalogue import headline
from simulator.app.play.conditions import Condition, SameTask, conditions_of, references_of, same_task
from simulator.app.play.rivals import Rival, RivalTrials
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.screens.live import LiveScene
from simulator.app.shell.stage import WindowStage
from worlds.kit.words import one_line
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.play.notes import Finished

GOES_ON = 12.0  # s after which it goes on where nobody is at the window
KEPT = 8  # tasks whose results are kept
DEAF = 0.6  # s: whoever still plays when the trial ends must not choose by that
TOUCHES = (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEWHEEL, pygame.JOYBUTTONDOWN)
CHOICES = (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN, pygame.JOYBUTTONDOWN)
Chosen = Callable[[str, SameTask | None], None]
Known = dict[Condition, Rival]


class SummaryScreen(GuiScreen):
    """The page after a trial. `chosen` is told what comes next: again, next, watch, compare or close.

    `specs` say who sat where; `known` holds what was computed of this very task before, by the task's mark and who sat
    where. Where nobody plays, or the session ends by itself, it goes on after a while.
    """

    page = "summary"

    def __init__(
        self, stage: WindowStage, scene: LiveScene, specs: Mapping[str, str], known: dict[str, Known], chosen: Chosen,
        *, waits: bool, below: bool, asked: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(stage)
        assert scene.finished is not None
        self.scene, self.finished, self._chosen, self._known = scene, scene.finished, chosen, known
        self.left: float | None = None if waits else GOES_ON
        self._specs, self._shown = specs, 0.0
        self.task: SameTask | None = None
        self.rivals: RivalTrials | None = None
        self.reason = ""
        self._conditions: list[Condition] = []
        self._of_references: list[str] = []
        try:
            self.task = same_task(scene.simulation, self.finished, specs, scene.followed)
            beside = references_of(self.task)
            self._conditions = conditions_of(self.task, beside)
            self._of_references = reference_notes(beside)
        except Refused as refusal:
            self.reason = text("summary.alone", reason=one_line(str(refusal)))
        self.humans = tuple(scene.table.humans)
        self.view = self._view(self.finished, below, asked)
        self._refresh()

    @property
    def title(self) -> str:
        """Of what a trial is over."""
        return self.view.title

    def _view(self, finished: Finished, below: bool, asked: bool) -> SummaryView:
        scene, facts = self.scene, self.scene.simulation.describe()
        choices = [
            "again",
            "next",
            *(["watch", "compare"] if self._conditions else []),
            "gallery" if below else "close",
        ]
        words = {"next": "summary.back"} if asked else {}
        return SummaryView(
            text("summary.title", world=headline(scene.world.name).partition(": ")[0]),
            text(
                "summary.task", task=finished.trial + 1, seed=facts["seed"], split=text(f"setup.split.{facts['split']}")
            ),
            int(facts["episodes_per_trial"]), (),
            choices=tuple((what, text(words.get(what, f"summary.{what}"))) for what in choices),
        )  # fmt: skip

    # --- the work behind it --------------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        """What the trials of others hang on."""
        assert self.task is not None
        return f"{self.task.mark} {sorted(self.task.specs.items())} {self.task.learners}"

    def enter(self) -> None:
        """The others play while it is seen."""
        self.stage.keyboard.clear()
        self.rivals = None

    def _begin(self) -> None:
        assert self.task is not None
        wanted = without_own(self._conditions, self.finished, self.task)
        self.rivals = RivalTrials(self.task, wanted, self._known.get(self._key))

    def leave(self) -> None:
        """What is not finished is given up; what is, is kept for the same task."""
        self.hush()

    def hush(self) -> None:
        """Stop the work behind it."""
        if self.rivals is not None:
            self.rivals.stop()
            self._known.setdefault(self._key, {}).update(self.rivals.known)
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]

    # --- the protocol of screens ---------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event) -> None:
        """Whoever touches anything is there, so it waits for him."""
        if self._shown < DEAF and event.type in CHOICES:
            return
        if event.type in TOUCHES and not self.stage.session.seconds:
            self.left = None
        super().handle(event)

    def back(self) -> None:
        """The gamepad's button for it was pressed."""
        self._choose("next")

    def advance(self, seconds: float) -> None:
        """Take in what was computed; go on where nobody is there."""
        self._shown += seconds
        if self.rivals is None and self._conditions:
            self._begin()
        self._refresh()
        if self.left is not None:
            self.left -= seconds
            if self.left <= 0.0:
                self._choose("next")

    @property
    def parts(self) -> Hashable:
        """Its tables: who has a row, and what was believed."""
        view = self.view
        tables = tuple((table.title, len(table.rows)) for table in view.beliefs)
        return tuple((line.name, len(line.returns)) for line in view.lines), tables, len(view.notes)

    def show(self) -> None:
        """The page."""
        self.view.left = self.left
        if asked := draw_summary(self.stage.gui, self.stage.look, self.view):
            self._choose(asked)

    def _choose(self, what: str) -> None:
        self.hush()
        self._chosen(what, self.task)

    def _refresh(self) -> None:
        finished, view, world = self.finished, self.view, self.scene.world
        rows = self.rivals.rows if self.rivals is not None else []
        lines = [*played_lines(finished, world, self.task, self.humans, self.scene.followed), *rival_lines(rows)]
        agent = next((row.finished for row in rows if row.condition.name == "agent" and row.done), None)
        if tuple(lines) != view.lines:
            view.lines = tuple(lines)
            view.beliefs = belief_tables(world, finished, self._specs, agent)
        notes = [progress(rows)] if rows else []
        if self.reason:
            notes.append(self.reason)
        if rows and finished.touched:
            notes.append(text("summary.touched"))
        if rows and self.task is not None and len(self.task.learners) > 1:
            notes.append(text("summary.mean_of", count=len(self.task.learners)))
        notes += self._of_references if rows else []
        view.notes = tuple(notes)

    @property
    def agent(self) -> str:
        """The agent that is compared."""
        return next((condition.agent for condition in self._conditions), "")
