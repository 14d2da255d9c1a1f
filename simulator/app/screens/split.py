"""The split view: two to four runs of one task with one clock, one followed seat, and cameras that move together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.panels.arena import Arena
from simulator.app.panels.card import draw_help, marks_of
from simulator.app.panels.overlay import help_sections
from simulator.app.panels.parts import draw_messages
from simulator.app.panels.split import PaneView, bar_words, draw_split, pane_views, panes
from simulator.app.play.devices import meant_key
from simulator.app.play.runs import Lockstep, ShownRun
from simulator.app.play.texts import text
from simulator.app.screens.exporting import of_runs
from simulator.app.screens.lens import COMMANDS as LENS_COMMANDS
from simulator.app.screens.lens import Lens
from simulator.app.screens.menu import CommandMenu
from simulator.app.screens.scene import BUDGET, FASTEST, LONGEST_FRAME, REST, SLOWEST, Scene
from simulator.app.shell.controls import COMMANDS, LAYER_COMMANDS, REPLAY, idle
from simulator.app.shell.stage import FRAMES, WindowStage

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.app.play.runs import ComparedRuns
    from simulator.app.shell.accessibility.page import PageMaker
    from simulator.app.shell.gui import Gui
    from simulator.engine.minds import Mind

READ_EVERY = 1 / 10  # s; heads are read by people
MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION)
WINDOW_COMMANDS = ("theme", "smaller_text", "larger_text", "fullscreen", "screenshot", "keys", "menu", "help", "quit")
OBEYED = frozenset((
    *WINDOW_COMMANDS, *LAYER_COMMANDS, *LENS_COMMANDS, "pause", "play_pause", "step", "slower", "faster",
    "normal_speed", "seek_start", "export", "next_seat", "follow", "map", "zoom_in", "zoom_out",
))  # fmt: skip


class RunScene(Scene):
    """One run as it is drawn; whoever holds all of them says when it ticks."""

    kind = REPLAY

    def __init__(self, run: ShownRun, say: Callable[[str], None]) -> None:
        super().__init__(run.simulation, say=say, speed=1.0, paused=False, rest=0.0)
        self.run = run
        self.followed = run.learners[0]

    def keep(self) -> None:
        """A tick is to be made: blend from the state before it."""
        self._before = self.simulation.state.copy()
        self._view = None

    def show_at(self, due: float) -> None:
        """What is drawn: so many simulated seconds after the state before the last tick, or the end of the episode."""
        self._due, self._view = due, self.run.state if self.run.resting else None

    def begin(self) -> None:
        """An episode begins: nothing is blended with the one before."""
        self._cut()

    def who(self, seat: int) -> str:
        """Who fills a seat."""
        return self.run.who[seat]

    def thought(self, seat: int) -> Mind | None:
        """What the player of a seat thought last."""
        return self.run.thoughts.get(seat)

    def close(self) -> None:
        """Nothing is open."""

    def _tick(self) -> bool:
        return False


class SplitScreen:
    """Shows runs in lock-step; `again` makes them anew from their beginning."""

    frames = FRAMES
    showing = True

    def __init__(
        self, stage: WindowStage, lockstep: Lockstep, again: Callable[[], None], layers: frozenset[str],
        speed: float = 1.0, make: ComparedRuns | None = None,
    ) -> None:  # fmt: skip
        self.stage, self.lockstep, self._again, self.layers = stage, lockstep, again, layers
        self.scenes = [RunScene(run, stage.say) for run in lockstep.runs]
        self.arenas = [Arena(scene) for scene in self.scenes]
        self.lenses = [Lens(stage, scene, lambda: self.layers) for scene in self.scenes]
        for arena, lens in zip(self.arenas, self.lenses, strict=True):
            arena.tints, arena.under, arena.mark = lens.tints, lens.under, lens.mark
        self.speed, self.paused = min(max(speed, SLOWEST), FASTEST), False
        self.places: list[pygame.Rect] = []
        self._due = self._rest = 0.0
        self._views: list[PaneView] = []
        self._words: list[str] = []
        self._age = READ_EVERY
        self.helping = False
        """Whether the rules and the keys are shown; the runs stand still then."""
        self.menu = CommandMenu(stage, REPLAY, self._offers, self.command, state=self._state)
        self.exporting = None if make is None else of_runs(stage, make, self._seen, lockstep.world.name)

    def _seen(self) -> tuple[str, bool, float, frozenset[str]]:
        """The followed seat, whether cameras are close to it, the speed, and the layers."""
        seat = self.lockstep.world.seats[self.scenes[0].followed].name
        return seat, self.arenas[0].view.following, self.speed, self.layers

    # --- the protocol of screens -----------------------------------------------------------------------------------

    def enter(self) -> None:
        """It goes on."""
        self.stage.prepare_gui()

    def leave(self) -> None:
        """Nothing is open."""

    @property
    def title(self) -> str:
        """Of what world, and which runs of it."""
        return f"{self.lockstep.world.name} · {' | '.join(run.label for run in self.lockstep.runs)}"

    @property
    def resting(self) -> bool:
        """Whether nothing moves."""
        return (self.paused or self.helping or self.menu.open or self.lockstep.over) and not self.stage.exports

    def handle(self, event: pygame.event.Event) -> None:
        """Take in an event."""
        if (self.exporting is not None and self.exporting.handle(event)) or self.menu.handle(event):
            return
        if event.type in MOUSE and self.stage.has_gui:
            self.stage.gui.handle(event)
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command(REPLAY, meant_key(event))
            if name is not None and (not self.helping or name in WINDOW_COMMANDS):
                self.command(name)
        elif self.helping:
            self._handle_help(event)
        elif event.type == pygame.MOUSEWHEEL:
            self.command("zoom_in" if event.y > 0 else "zoom_out")
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self._follow(event.pos)
        elif (name := self.stage.buttons.command(event, REPLAY)) is not None:
            self.command(name)

    def _handle_help(self, event: pygame.event.Event) -> None:
        """A gamepad on the page of keys: it walks there, and leaves it."""
        if event.type == pygame.JOYBUTTONDOWN and self.stage.buttons.command(event, REPLAY) in ("quit", "menu"):
            self.command(str(self.stage.buttons.command(event, REPLAY)))
        elif event.type not in MOUSE:
            self.stage.gui.handle(event)

    def _follow(self, pixel: tuple[int, int]) -> None:
        for place, arena in zip(self.places, self.arenas, strict=False):
            if place.collidepoint(pixel):
                seat = arena.seat_at((pixel[0] - place.left, pixel[1] - place.top))
                if seat is not None:
                    self.follow(seat)

    def follow(self, seat: int) -> None:
        """All cameras follow this seat."""
        for scene in self.scenes:
            scene.followed = seat

    def command(self, name: str) -> None:
        """Obey a command, in all runs at once."""
        self._age = READ_EVERY
        if name == "help" or (name == "quit" and self.helping):
            self.stage.prepare_gui().result()
            self.helping = not self.helping
        elif name == "menu":
            self.helping = False
            self.menu.show(True)
        elif name in ("pause", "play_pause"):
            self.paused = not self.paused
        elif name == "step":
            self.paused = True
            self._tick()
            self._due = self.lockstep.world.timing.tick
        elif name in ("slower", "faster"):
            self.speed = min(max(self.speed * (2.0 if name == "faster" else 0.5), SLOWEST), FASTEST)
        elif name == "normal_speed":
            self.speed = 1.0
        elif name in ("seek_start", "restart"):
            self._again()
        elif name == "back":
            self.stage.pop()
        elif name == "export" and self.exporting is not None:
            self.paused = True
            self.exporting.open()
        elif name == "next_seat":
            self.follow((self.scenes[0].followed + 1) % len(self.lockstep.world.seats))
        elif name in LAYER_COMMANDS:
            self.layers ^= {name}
            for lens in self.lenses:
                self.layers = lens.layers_after(name, self.layers)
        elif name in LENS_COMMANDS:
            for lens in self.lenses:
                lens.command(name)
                self.layers = lens.layers_after(name, self.layers)
        elif not self.stage.command(name):
            for arena in self.arenas:
                arena.command(name)

    def advance(self, seconds: float) -> None:
        """Let time pass: every run makes the same ticks."""
        if self.menu.advance():
            return
        self._age += seconds
        if not (self.paused or self.helping or self.menu.open or self.lockstep.over):
            self._play(min(seconds, LONGEST_FRAME))
        for scene in self.scenes:
            scene.paused, scene.speed = self.paused, self.speed
            scene.show_at(self._due)
        self.stage.outcome.ticks = sum(scene.ticks for scene in self.scenes[:1])

    def _play(self, seconds: float) -> None:
        tick = self.lockstep.world.timing.tick
        if self.lockstep.paused_between and self._rest > 0.0:
            self._rest -= seconds * max(1.0, self.speed / 2)
            return
        self._due += seconds * self.speed
        began = time.perf_counter()
        while self._due >= tick and not self.lockstep.over:
            self._due -= tick
            self._tick()
            if self.lockstep.paused_between or time.perf_counter() - began > BUDGET:
                self._due = min(self._due, tick)
                break

    def _tick(self) -> None:
        if self.lockstep.over:
            return
        fresh = self.lockstep.paused_between
        for scene in self.scenes:
            if fresh or not scene.run.resting:
                scene.keep()
        self.lockstep.tick()
        for scene, lens in zip(self.scenes, self.lenses, strict=True):
            scene.ticks += 1
            if lens.watch is not None:
                lens.watch.see(scene.run.state)
            if fresh:
                scene.begin()
        if self.lockstep.paused_between:
            self._rest = REST

    def tell(self, page: PageMaker) -> None:
        """How each run fares is said to ImGui, which is overheard."""

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """The worlds, and what is around them."""
        look, world = self.stage.look, self.lockstep.world
        extent: Any = world.view.extent
        surface.fill(look.theme.panel)
        self.places = panes(surface.get_size(), len(self.scenes), look, extent[0] / extent[1])
        for place, arena in zip(self.places, self.arenas, strict=True):
            layers = self.layers | {"clock"}
            arena.draw(surface.subsurface(place.clip(surface.get_rect())), look, layers, seconds)
        if not self.stage.has_gui:
            return
        if self._age >= READ_EVERY:
            self._views, self._words, self._age = pane_views(self.lockstep), bar_words(self.lockstep, self.speed), 0.0
        gui, playing = self.stage.gui, "over" if self.lockstep.over else "paused" if self.paused else "playing"
        gui.begin(surface.get_size(), seconds)
        if self.lenses[0].wanted:
            self.lenses[0].draw(surface.get_size(), self.places[0].top, "")
        asked = draw_split(gui, look, self.places, self._views, self._words, playing)
        if self.exporting is not None and self.exporting.busy:
            self.exporting.say(gui, (surface.get_width() - look.px(8), look.px(8)))
        if self.helping:
            self._say_help(gui)
        self.menu.draw()
        draw_messages(gui, look, self.stage.recent())
        gui.end(surface)
        if asked and not (self.helping or self.menu.open):
            self.command(asked)

    def _say_help(self, gui: Gui) -> None:
        """The rules, who is who, and the keys that do something here."""
        world, bindings = self.lockstep.world, self.stage.bindings
        useless = [command.name for command in COMMANDS if not self._offers(command.name)]
        no_bar = text("keys.mouse.replay")
        sections = help_sections(bindings, REPLAY, [], (), useless)
        keys = [(title, [row for row in rows if row[1] != no_bar]) for title, rows in sections]
        if asked := draw_help(gui, self.stage.look, world, marks_of(world, [""] * len(world.seats)), keys):
            self.command(asked)

    def _offers(self, name: str) -> bool:
        """Whether a command does anything here."""
        layers = set().union(*(arena.layers for arena in self.arenas))
        if name == "export" and self.exporting is None:
            return False
        return name in OBEYED and not idle(name, len(self.lockstep.world.seats), True, layers)

    def _state(self, name: str) -> str:
        """How what a command changes stands now, in a word."""
        if name in LAYER_COMMANDS:
            return text("say.layer.on" if name in self.layers else "say.layer.off")
        words = {"pause": text("hud.paused") if self.paused else "", "normal_speed": f"{self.speed:g}×"}
        return words.get(name, "")
