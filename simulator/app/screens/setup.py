"""Set-up: the task, who sits where, and the share code. And the page where such a code is entered."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pygame
from imgui_bundle import imgui

from simulator.app.panels.parts import heading, muted, strong_button, whole_window
from simulator.app.panels.setup import SetupView, draw_setup
from simulator.app.panels.wrapping import wrapped
from simulator.app.play.catalogue import headline
from simulator.app.play.codes import LONGEST, read_code, write_code
from simulator.app.play.people import check_people
from simulator.app.play.setups import Choice, Setup, agents_for, choices, generators_of, resettled
from simulator.app.play.texts import text
from simulator.app.screens.gui_screen import GuiScreen
from simulator.app.screens.preparing import PreparingScreen
from simulator.app.shell import clipboard
from simulator.app.shell.accessibility import hints
from simulator.app.shell.jobs import Job
from simulator.app.shell.skin import four
from simulator.app.shell.stage import WindowStage
from simulator.canvas.speech import said
from worlds.kit.words import one_line
from worlds.world import Refused

if TYPE_CHECKING:
    from worlds.building import Argument
    from worlds.world import World

SOON = 0.3  # s that another build may take before one is shown that it takes long
SETTLED = 0.2  # s without a change after which the preview is drawn again
SLOW = 3.0  # s after which it is said that rules are compiled
TRIED, CHUNK = 192, 16  # tasks that are looked through for a layout, and of them at once


Loaded = tuple["World", list[list[Choice]], "tuple[Argument, ...]"]


class Preview(NamedTuple):
    """What a background job made of a set-up."""

    setup: Setup
    picture: np.ndarray
    key: Hashable


class SetupScreen(GuiScreen):
    """Changes a set-up; `start` gets it."""

    page = "setup"

    resting = False

    def __init__(self, stage: WindowStage, setup: Setup, start: Callable[[Setup], None]) -> None:
        super().__init__(stage)
        self._start = start
        self.view = SetupView(setup, headline(setup.world).partition(": ")[0])
        self.view.busy = text("setup.preparing")
        self._loading: Job[Loaded] | None = Job("Preparing", lambda: loaded(setup))
        self._building: Job[Loaded] | None = None
        self._job: Job[Preview] | None = None
        self._build: Mapping[str, Any] = {}
        self._wanted: Hashable = None
        self._shown: Hashable = None
        self._since, self._working, self._waited = 0.0, 0.0, 0.0

    @property
    def title(self) -> str:
        """What is set up."""
        return text("setup.title", world=self.view.title)

    def enter(self) -> None:
        """A build that was being made when one left for another page is given up."""
        self._building, self.view.build.making = None, None

    def advance(self, seconds: float) -> None:
        """Take in what was loaded and drawn; begin a new preview once the set-up stands still."""
        view = self.view
        view.pads = len(self.stage.gamepads.pads)
        if self._loading is not None:
            if not self._loading.done:
                return
            job, self._loading = self._loading, None
            if not self._take(job):
                return
        self._watch_build(seconds)
        if self.stage.top is not self:
            return
        self._since, self._working = self._since + seconds, self._working + seconds
        wanted = (view.setup, view.generator, view.preview_size, self.stage.look.theme.name)
        if repr(wanted) != self._wanted:
            self._wanted, self._since = repr(wanted), 0.0
            self._check()
        if self._job is not None and self._job.done:  # after what was just chosen: a preview of before must not undo it
            self._finish(self._job)
        if self._wanted != self._shown and self._job is None and self._since >= SETTLED and view.world is not None:
            self._shown, self._working = self._wanted, 0.0
            world, setup, generator, theme = view.world, view.setup, view.generator, self.stage.look.theme
            size = view.preview_size
            self._job = Job("Drawing", lambda: preview_of(world, setup, generator, size, theme))
        if self._job is not None:
            view.busy = text("setup.compiling" if self._working > SLOW else "setup.preparing")

    def _take(self, job: Job[Loaded]) -> bool:
        try:
            self.view.world, self.view.choices, self.view.build.arguments = job.result()
        except Refused as refusal:
            self.stage.say(text("setup.refused", reason=refusal))
            self.stage.pop()
            return False
        if not self.view.setup.seats:
            first = self.view.world.seats[0].name
            self.view.setup = dataclasses.replace(self.view.setup, seats={first: "human"})
        return True

    # --- another build -------------------------------------------------------------------------------------------

    def _watch_build(self, seconds: float) -> None:
        """Make the build that was chosen; where that takes long, behind the bar that says so."""
        wanted, self.view.build.wanted = self.view.build.wanted, None
        if wanted is not None and self._building is None:
            setup = dataclasses.replace(self.view.setup, build=wanted)
            size, theme = self.view.preview_size, self.stage.look.theme
            self.view.build.refused, self.view.build.making = "", wanted
            self._building, self._waited = Job("Building", lambda: built(setup, size, theme)), 0.0
            self._build = wanted
        if (job := self._building) is None:
            return
        self._waited += seconds
        if job.done:
            self.enter()
            try:
                self._settle(job.result())
            except Refused as refusal:
                self._refuse(refusal)
        elif self._waited > SOON:
            words = text("prepare.world")
            self.stage.push(
                PreparingScreen(self.stage, words, job.result, self._come_back, self._refused_there, title=self.title)
            )

    def _come_back(self, made: Loaded) -> None:
        self.stage.pop()
        self._settle(made)

    def _refused_there(self, refusal: Refused) -> None:
        self.stage.pop()
        self._refuse(refusal)

    def _settle(self, made: Loaded) -> None:
        """Go on with another build: seats that it has, too, keep their players."""
        view = self.view
        view.world, view.choices, view.build.arguments = made
        setup = dataclasses.replace(view.setup, build=self._build)
        view.setup, lost = resettled(setup, view.world, view.choices)
        if view.generator not in generators_of(view.world, view.setup.split):
            view.generator = ""
        view.build.typed.clear()
        if lost:
            self.stage.say(text("setup.unseated", seats=", ".join(map(said, lost))))

    def _refuse(self, refusal: Refused) -> None:
        self.view.build.refused = text("setup.not_built", reason=one_line(str(refusal)))
        self.view.build.typed.clear()

    def _finish(self, job: Job[Preview]) -> None:
        view = self.view
        self._job, view.busy = None, ""
        try:
            made = job.result()
        except Refused as refusal:
            if self._wanted == self._shown:  # what was changed since may well be started
                view.problem, view.preview = text("setup.refused", reason=one_line(str(refusal))), None
            return
        if self._wanted == self._shown:
            view.preview, view.preview_key = made.picture, made.key
            if made.setup != view.setup:  # the task that has the wanted layout was looked for
                view.setup = made.setup
                self._wanted = self._shown = repr((view.setup, view.generator, view.preview_size, self._theme))
                self._check()

    @property
    def _theme(self) -> str:
        return self.stage.look.theme.name

    def _check(self) -> None:
        """The code of the set-up, and why it cannot be started."""
        view, world = self.view, self.view.world
        assert world is not None
        view.code, view.problem = "", ""
        try:
            check_devices(view.setup, world)
        except Refused as refusal:
            view.problem = text("setup.refused", reason=refusal)
        try:
            view.code = write_code(view.setup, world)
        except Refused as refusal:
            view.problem = view.problem or text("setup.no_code", reason=refusal)

    def show(self) -> None:
        """The page."""
        asked = draw_setup(self.stage.gui, self.stage.look, self.view)
        if asked == "back":
            self.stage.pop()
        elif asked == "copy":
            clipboard.copy(self.view.code)
            self.stage.say(text("setup.copied"))
        elif asked == "start":
            self._start(self.view.setup)


class CodeScreen(GuiScreen):
    """A share code is typed or pasted; `use` gets its set-up."""

    page, head = "code", "code.title"

    def __init__(self, stage: WindowStage, use: Callable[[Setup], None]) -> None:
        super().__init__(stage)
        self._use = use
        self.code, self.problem = "", ""
        self._fresh = True

    def handle(self, event: pygame.event.Event) -> None:
        """Ctrl V pastes."""
        if event.type == pygame.KEYDOWN and event.key == pygame.K_v and event.mod & pygame.KMOD_CTRL:
            self.code = clipboard.pasted()[: LONGEST + 1]
            return
        super().handle(event)

    def show(self) -> None:
        """The page."""
        gui, look = self.stage.gui, self.stage.look
        with whole_window("code"):
            if imgui.button(f"\uf060  {text('setup.back')}"):
                self.stage.pop()
                return
            imgui.same_line(0.0, look.px(16))
            heading(gui, text("code.title"), 22)
            muted(look, text("code.hint"))
            if self._fresh:
                imgui.set_keyboard_focus_here()
                self._fresh = False
            imgui.set_next_item_width(-1)
            hints.named(text("code.title"))
            done, self.code = imgui.input_text("##code", self.code, imgui.InputTextFlags_.enter_returns_true)
            if imgui.button(text("setup.paste")):
                self.code = clipboard.pasted()[: LONGEST + 1]
            imgui.same_line()
            if strong_button(gui, look, text("code.take")) or done:
                self.take()
            if self.problem:
                hints.urgent()
                imgui.push_style_color(imgui.Col_.text, four(look.colour("bad")))
                wrapped(self.problem)
                imgui.pop_style_color()

    def take(self) -> None:
        """Use what was entered, or say what is wrong with it."""
        try:
            setup = read_code(self.code)
        except Refused as refusal:
            self.problem = text("code.bad", reason=one_line(str(refusal)))
            return
        self._use(setup)


def loaded(setup: Setup) -> Loaded:
    """The world of a set-up, who may sit in each of its seats, and what of its build can be chosen."""
    import worlds

    world = worlds.get(setup.world, **setup.build)
    options = [choices(world, at, agents_for(world, at)) for at in range(len(world.seats))]
    return world, options, worlds.arguments(setup.world)


def built(setup: Setup, size: tuple[int, int], theme: Any) -> Loaded:
    """The same, once all that its first picture needs is compiled."""
    made = loaded(setup)
    with contextlib.suppress(Refused):  # players and layouts that it does not have: it goes on without them
        preview_of(made[0], dataclasses.replace(setup, seats={}, index=0), "", size, theme)
    return made


def preview_of(world: World, setup: Setup, generator: str, size: tuple[int, int], theme: Any) -> Preview:
    """The first moment of the first task of a set-up; with a layout wanted, of the first task that has it."""
    from simulator.canvas import render
    from simulator.engine import Simulation

    setup = with_layout(world, setup, generator) if generator else setup
    bots = {name: spec for name, spec in setup.seats.items() if spec.startswith("bot")}
    simulation = Simulation(
        world, seed=setup.seed, index=setup.index, split=setup.split, episodes_per_trial=setup.episodes or None,
        seats=bots,
    )  # fmt: skip
    width, height = world.view.extent
    part = min(size[0] / width, size[1] / height)
    picture_size = (max(round(width * part), 16), max(round(height * part), 16))
    return Preview(
        setup, render(world, simulation.w, picture_size, layers=(), theme=theme), repr((setup, size, theme.name))
    )


def with_layout(world: World, setup: Setup, generator: str) -> Setup:
    """The same set-up with the first task of its seed that has a layout.

    Raises:
        Refused: none of the first tasks has it.
    """
    from simulator.engine import Batch

    number = [each.name for each in world.generators].index(generator)
    for first in range(0, TRIED, CHUNK):
        batch = Batch(world, CHUNK, split=setup.split, seed=setup.seed, first_index=first)
        batch.reset()
        found = np.flatnonzero(batch.worlds["generator"] == number)
        if len(found):
            return dataclasses.replace(setup, index=first + int(found[0]))
    raise Refused(text("setup.generator.none", count=TRIED, name=generator))


def check_devices(setup: Setup, world: World) -> None:
    """Refuse people who cannot play together: too many at the keyboard, or two with one device.

    Raises:
        Refused: names them.
    """
    check_people(world, [name for name, spec in setup.seats.items() if spec == "human"], setup.devices)
