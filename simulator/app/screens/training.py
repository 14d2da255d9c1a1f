"""Training: begin runs, watch their curves, stop them and go on, and open what came of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from agents.settings.folder import METRICS, REPLAYS
from simulator.app.panels.gallery import Wish
from simulator.app.panels.training import TrainView, draw_training
from simulator.app.panels.training_run import Ask, RunPage
from simulator.app.play.metrics import MetricsTail
from simulator.app.play.reports import ReportView, read_report
from simulator.app.play.texts import text
from simulator.app.play.train_form import TrainForm
from simulator.app.play.trainers import Trainers, resume_words, train_words
from simulator.app.play.training_runs import RunCard, RunList
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.shell.jobs import Job
from simulator.app.shell.stage import WindowStage
from worlds.kit.words import one_line
from worlds.world import Refused

if TYPE_CHECKING:
    from worlds.world import World

LOOK_EVERY = 0.5  # s between two looks at the folder
READ_EVERY = 0.2  # s between two looks at a run's figures


@dataclasses.dataclass
class Found:
    """What a look at the folder found."""

    runs: list[RunCard]
    shown: Path | None
    """The run whose report was read."""
    report: ReportView | None


class TrainScreen(GuiScreen):
    """The training page; `wished` gets what other screens are needed for."""

    page, head = "training", "train.title"

    def __init__(
        self, stage: WindowStage, trainers: Trainers, form: TrainForm, wished: Callable[[Wish], None],
        shown: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(stage)
        import worlds

        self.trainers, self._wished = trainers, wished
        self.view = TrainView(form.runs, sorted(worlds.names()), form, chosen=shown)
        self._list = RunList(form.runs)
        self._looking: Job[Found] | None = None
        self._loading: Job[World] | None = None
        self._tail: MetricsTail | None = None
        self._age, self._read_age = LOOK_EVERY, READ_EVERY
        self._version, self._asked, self._checked = -1, 0, ""
        self._stopping: set[Path] = set()

    # --- what is seen is kept up to date ---------------------------------------------------------------------------

    def advance(self, seconds: float) -> None:
        """Look at the folder, at the figures of the run that is shown, and at the form."""
        self._age, self._read_age = self._age + seconds, self._read_age + seconds
        self._look()
        self._follow()
        self._prepare()

    def _look(self) -> None:
        view = self.view
        if self._looking is not None and self._looking.done:
            found, self._looking = self._looking.result(), None
            view.runs = found.runs
            if view.run is None and view.chosen is not None and view.chosen.absolute() not in self.trainers.children:
                view.chosen = None  # its folder is gone; that of a run just begun may be younger than the look
            if found.shown == view.chosen:
                view.page.report = found.report
            self._stopping &= {run.folder for run in found.runs if run.alive}
        if self._looking is None and self._age >= LOOK_EVERY:
            self._age = 0.0
            children, shown, runs = self.trainers.endings(), view.chosen, self._list
            self._looking = Job(
                "Looking for runs",
                lambda: Found(runs.look(children), shown, None if shown is None else read_report(shown)),
            )

    def _follow(self) -> None:
        """Read the figures of the run that is shown."""
        view, page = self.view, self.view.page
        if view.chosen is None:
            self._tail = None
            return
        path = view.chosen / METRICS
        if self._tail is None or self._tail.path != path:
            self._tail, self._version, self._asked = MetricsTail(path), -1, 0
            view.page = page = RunPage(trials=view.chosen / REPLAYS)
            self._read_age, self._age = READ_EVERY, LOOK_EVERY
        page.stopping = view.chosen in self._stopping
        page.evaluating = self.trainers.evaluating(view.chosen)
        if self._read_age < READ_EVERY:
            return
        more = self._tail.look()
        self._read_age = READ_EVERY if more else 0.0  # at once again, in the next frame
        if page.curves is None or self._tail.version != self._version:
            self._version, page.curves = self._tail.version, self._tail.curves()

    def _prepare(self) -> None:
        """Load the world of the form, and check what stands in it."""
        view, form = self.view, self.view.form
        if self._loading is not None:
            if not self._loading.done:
                return
            job, self._loading = self._loading, None
            try:
                world = job.result()
                if world.name == form.world:
                    form.fill(world)
                    view.world = world
            except Refused as refusal:
                view.problem = one_line(str(refusal))
                return
        if view.world is None:
            if view.problem and self._checked == form.world:
                return
            import worlds

            name, build = form.world, dict(form.build)
            self._checked, view.problem = name, ""
            self._loading = Job("Preparing the world", lambda: worlds.get(name, **build))
        elif repr(form) != self._checked:
            self._checked = repr(form)
            self._check(view.world)

    def _check(self, world: World) -> None:
        view = self.view
        view.problem = ""
        try:
            settings = view.form.settings(world)
            folder = view.form.folder(settings)
            view.suggestion = folder.name
            if folder.exists():
                raise Refused(f"run folder {str(folder)!r} holds something already: name another one")
        except Refused as refusal:
            view.problem = one_line(str(refusal))

    # --- what is asked for -----------------------------------------------------------------------------------------

    def show(self) -> None:
        """The page."""
        ask = draw_training(self.stage.gui, self.stage.look, self.view)
        if ask is not None:
            self.obey(ask)

    def obey(self, ask: Ask) -> None:
        """Do what was asked for, or say why it cannot be done."""
        try:
            self._obey(ask, self.view.run)
        except Refused as refusal:
            self.stage.say(f"{one_line(str(refusal))}.")
        self._age = LOOK_EVERY

    def _obey(self, ask: Ask, run: RunCard | None) -> None:
        if ask.what == "back":
            self.stage.pop()
        elif ask.what == "start":
            self._start()
        elif ask.what == "replay" and ask.path is not None:
            self._wished(Wish("replay", path=ask.path, at=ask.at))
        elif run is not None and ask.what == "stop":
            if self.trainers.stop(run.folder):
                self._stopping.add(run.folder)
                self.stage.say(text("train.asked_to_stop"))
        elif run is not None and ask.what == "resume":
            self.trainers.begin(resume_words(run.folder, run.world), run.folder)
        elif run is not None and ask.what == "watch":
            self._wished(Wish("agent", run.world, run.folder))
        elif run is not None and ask.what == "evaluate":
            self.trainers.evaluate(run.folder, run.world)

    def _start(self) -> None:
        view, world = self.view, self.view.world
        if world is None:
            return
        settings = view.form.settings(world)
        folder = view.form.folder(settings)
        self.trainers.begin(train_words(settings, world, folder), folder)
        view.chosen, view.listed = folder, False
        view.form.name, self._checked = "", ""
        self.stage.say(text("train.begun", folder=folder))
