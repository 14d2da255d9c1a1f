"""What follows the end of a trial: the page about it, and whatever is chosen there. A part of the application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulator.app.play.runs import ComparedRuns
from simulator.app.play.texts import text
from simulator.app.screens.game import GameScreen
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.live import LiveScene
from simulator.app.screens.preparing import PreparingScreen
from simulator.app.screens.split import SplitScreen
from simulator.app.screens.summary import Known, SummaryScreen
from simulator.app.shell.session import Session
from simulator.app.shell.stage import WindowStage
from simulator.app.shell.start import session_of_task

if TYPE_CHECKING:
    from simulator.app.play.conditions import SameTask
    from simulator.app.play.notes import Finished
    from simulator.app.play.runs import Lockstep
    from worlds.world import Refused


class AfterTrial:
    """Pushes the page after a trial onto the window's stack; `opened` shows another game above it."""

    def __init__(self, stage: WindowStage, opened: Callable[[Session], None]) -> None:
        self.stage, self._open = stage, opened
        self._known: dict[str, Known] = {}

    def trial_ended(self) -> None:
        """Show what came of the last trial of the game that is seen."""
        game = self.stage.top
        assert isinstance(game, GameScreen)
        assert isinstance(game.scene, LiveScene)
        scene = game.scene
        asked, scene.held = not scene.held, False
        if scene.finished is None:
            self.stage.say(text("summary.none"))
            return
        waits = (bool(scene.table.humans) or asked) and not self.stage.session.seconds
        below = isinstance(self.stage.screens[0], HomeScreen)
        self.stage.push(
            SummaryScreen(
                self.stage, scene, game.session.specs, self._known, self.chosen, waits=waits, below=below, asked=asked
            )
        )

    def chosen(self, what: str, task: SameTask | None) -> None:
        """Do what was chosen on the page."""
        stage, page = self.stage, self.stage.top
        assert isinstance(page, SummaryScreen)
        if what == "watch" and task is not None:
            self._open(session_of_task(task.filled(page.agent)))
            return
        if what == "compare" and task is not None:
            self.compare(_compared(task, page.finished, bool(page.humans)))
            return
        stage.pop()
        if what == "again":
            page.scene.play_again(page.finished.trial)
        elif what == "gallery":
            while len(stage.screens) > 1:
                stage.pop()
        elif what == "close":
            stage.running = False

    def compare(self, make: ComparedRuns, layers: frozenset[str] | None = None, speed: float = 1.0) -> None:
        """Show runs side by side, made in the background."""
        stage = self.stage
        shown = frozenset(stage.settings.layers) if layers is None else layers
        if stage.settings.reduced_motion:
            shown -= {"trails"}

        def failed(refusal: Refused) -> None:
            stage.pop()
            stage.say(f"{refusal}.")

        def begin() -> PreparingScreen:
            words = text("split.preparing")
            return PreparingScreen(stage, words, make, show, failed if len(stage.screens) > 1 else None)

        def show(lockstep: Lockstep) -> None:
            stage.replace(SplitScreen(stage, lockstep, lambda: stage.replace(begin()), shown, speed, make))

        stage.push(begin())


def _compared(task: SameTask, finished: Finished, played: bool) -> ComparedRuns:
    """What is compared after a trial: you with the agent, else the agent with itself wiped."""
    words: Sequence[str] = ("you", "agent") if played and finished.tape else ("agent", "wiped")
    return ComparedRuns(lambda: task, words, finished.tape)
