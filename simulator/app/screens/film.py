"""Films of what the window shows: a replay with its panels, or runs side by side, drawn without a window.

The pictures are drawn by the screens themselves, so a film looks as the window does; only time is not the clock's: the
picture of a moment is the same however long it took to draw.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.panels.arena import Arena
from simulator.app.panels.split import FILMED, bar_words, draw_split, pane_views, panes
from simulator.app.play.clocks import clock
from simulator.app.screens.game import GameScreen
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.replay_bar import ReplayBar
from simulator.app.screens.split import SplitScreen
from simulator.app.shell.session import Session
from simulator.app.shell.settings import WindowSettings
from simulator.app.shell.stage import WindowStage
from simulator.app.shell.theme import Look
from simulator.app.shell.window import UnseenWindow, Window
from simulator.canvas import THEMES

if TYPE_CHECKING:
    from PIL.Image import Image

    from replays.playback import Playback
    from simulator.app.play.runs import Lockstep

ROUNDING = 1e-6  # ticks
SETTLED = 1.0  # s in which a camera has come to its place


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shot:
    """How a film is taken."""

    size: tuple[int, int]
    """Of the picture, px."""
    seconds: float
    """Of film from one picture to the next."""
    speed: float = 1.0
    """Simulated seconds in a second of film."""
    follow: int | None = None
    """Seat that the camera goes along with, and that the panels tell of; None: the whole world is seen."""
    whole: bool = False
    """The whole world is seen all the same."""
    strip: bool = False
    """Each picture is looked at by itself: there is no motion from one to the next."""
    viewer: int | None = None
    """Seat whose rays and fog are drawn; None: the followed one."""
    layers: Collection[str] = ("labels",)
    panels: bool = False
    """With the side panel and the timeline; else with a strip of words above the world."""
    theme: str = "dark"
    text_scale: float = 1.0
    span: tuple[int, int] | None = None
    """The first and the last tick that the timeline goes over; None: those of the whole recording."""
    language: str = ""
    """As `simulator.app.play.languages` knows it; empty: English."""

    def closer(self, arena: Arena) -> bool:
        """Whether the camera of an arena that was drawn once is to go closer."""
        return self.follow is not None and not self.whole and not arena.view.following

    @property
    def settings(self) -> WindowSettings:
        """The same as settings of a window."""
        return WindowSettings(theme=self.theme, text_scale=self.text_scale)


class FilmStage(WindowStage):
    """What screens need, without a window."""

    def __init__(self, shot: Shot) -> None:
        self._shot = shot
        super().__init__(Session(settings=shot.settings, size=shot.size, language=shot.language))
        self.prepare_gui().result()

    def _look_of(self, settings: WindowSettings) -> Look:
        return Look(THEMES[settings.theme], settings.text_scale)

    def _open(self, size: tuple[int, int]) -> Window:
        return UnseenWindow(size)

    def picture(self) -> Image:
        """What is drawn now."""
        from PIL import Image as pil

        surface = self.window.surface
        return pil.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))


# --- a replay ------------------------------------------------------------------------------------------------------


class FilmedReplay(ReplayScene):
    """A replay that is shown at any moment, given in ticks; moments rise."""

    buttons: Sequence[str] = ()
    seen_by: int | None = None

    @property
    def viewer(self) -> int | None:
        """Through whose eyes the world is seen."""
        return self.followed if self.seen_by is None else self.seen_by

    def show_at(self, ticks: float) -> None:
        """Show a moment: between two ticks, what lies between their states."""
        whole = math.ceil(ticks - ROUNDING)
        if whole < self.position or whole > self.position + self.episode_ticks:
            self.seek(max(whole - 1, 0))
        before = self._before
        while self.position < whole:
            before = self.simulation.state.copy()
            self._step()
        tick, part = self.world.timing.tick, 1.0 - (whole - ticks)
        self._due, self._view, self._final = max(part, 0.0) * tick, None, None
        if part < 1.0 - ROUNDING and self.simulation.episode_ended:  # the last tick of the episode goes on
            last = self.simulation.state.copy()
            last[0] = self.simulation.final
            self._view = self._blend.between(before, last, part)


class FilmBar(ReplayBar):
    """The timeline of a film: nothing in it can be pressed, and nobody asks an oracle."""

    span: tuple[int, int] | None = None

    def say(self, gui: Any, box: pygame.Rect, seconds: float) -> None:
        """Say the timeline with ImGui's calls."""
        from simulator.app.panels.timeline import Timeline

        if self.timeline is None:
            self.timeline = Timeline(self.scene, lambda _: "", self.span)
        self.box = box
        self.timeline.say(gui, self.stage.look, box)


class ReplayFilm:
    """A film of a replay."""

    def __init__(self, playback: Playback, shot: Shot) -> None:
        self.playback, self.shot = playback, shot

    def pictures(self, times: Sequence[float]) -> Iterator[Image]:
        """One picture for each time in ticks; times rise."""
        stage, shot = FilmStage(self.shot), self.shot
        try:
            scene = FilmedReplay(self.playback.twin(), Session(speed=shot.speed), say=stage.say, reduced_motion=True)
            scene.followed, scene.seen_by = shot.follow or 0, shot.viewer
            paint = self._panelled(stage, scene) if shot.panels else self._plain(stage, scene)
            scene.seek(int(times[0]) if times else 0)
            paint(0.0)
            if shot.closer(paint.arena):
                paint.arena.command("follow")
            for order, time in enumerate(times):
                scene.show_at(time)
                if shot.strip or not order:  # let the camera find its place
                    paint(SETTLED)
                yield paint(shot.seconds)
        finally:
            stage.close()

    def _panelled(self, stage: FilmStage, scene: FilmedReplay) -> FilmPainter:
        """All that the window shows beside a replay."""
        assert scene.survey is not None
        scene.survey.advance()  # the curve is there from the first picture on
        scene.mark()
        screen = GameScreen(stage, scene, Session(), frozenset(self.shot.layers), lambda wish: None)
        screen.panel.told_keys = False
        screen.bar = bar = FilmBar(stage, scene, lambda name: None)
        bar.span = self.shot.span
        surface = stage.window.surface

        def paint(seconds: float) -> Image:
            screen.panel.refresh()  # each picture shows all of its moment
            screen.draw(surface, max(seconds, 1.0))
            return stage.picture()

        return FilmPainter(paint, screen.arena)

    def _plain(self, stage: FilmStage, scene: FilmedReplay) -> FilmPainter:
        """The world below a strip of words."""
        from replays.strip import HEIGHT, draw_header

        surface, arena = stage.window.surface, Arena(scene)
        world = surface.subsurface((0, HEIGHT, surface.get_width(), surface.get_height() - HEIGHT))

        def paint(seconds: float) -> Image:
            arena.draw(world, stage.look, frozenset(self.shot.layers), seconds)
            picture = stage.picture()
            draw_header(picture, scene.playback, scene.shown(), scene.position)
            return picture

        return FilmPainter(paint, arena)


@dataclasses.dataclass(frozen=True)
class FilmPainter:
    """Draws the picture of a moment; so many seconds of film passed since the last one."""

    paint: Callable[[float], Image]
    arena: Arena

    def __call__(self, seconds: float) -> Image:
        """The picture."""
        return self.paint(seconds)


# --- runs side by side ---------------------------------------------------------------------------------------------


class FilmedSplit(SplitScreen):
    """Runs side by side that are shown at any moment, given in ticks; moments rise."""

    made = 0
    """Ticks."""

    def show_at(self, ticks: float) -> None:
        """Show a moment."""
        whole = math.ceil(ticks - ROUNDING)
        while self.made < whole and not self.lockstep.over:
            self._tick()
            self.made += 1
        part = min(max(1.0 - (whole - ticks), 0.0), 1.0)
        for scene in self.scenes:
            scene.speed = self.speed
            scene.show_at(part * self.lockstep.world.timing.tick)

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """The worlds and what is written above them."""
        look, extent = self.stage.look, self.lockstep.world.view.extent
        surface.fill(look.theme.panel)
        self.places = panes(surface.get_size(), len(self.scenes), look, extent[0] / extent[1])
        for place, arena in zip(self.places, self.arenas, strict=True):
            arena.draw(surface.subsurface(place.clip(surface.get_rect())), look, self.layers, seconds)
        first, gui = self.lockstep.runs[0], self.stage.gui
        words = [clock(first.ticks * self.lockstep.world.timing.tick), *bar_words(self.lockstep, self.speed)]
        gui.begin(surface.get_size(), max(seconds, 0.1))
        draw_split(gui, look, self.places, pane_views(self.lockstep), words[:-1], FILMED)
        gui.end(surface)


class SplitFilm:
    """A film of runs side by side; ``make`` makes them, at their beginning, as often as it is asked."""

    def __init__(self, make: Callable[[], Lockstep], shot: Shot) -> None:
        self._make, self.shot = make, shot

    def length(self) -> int:
        """Ticks until nothing is left to see."""
        lockstep, ticks = self._make(), 0
        while lockstep.tick():
            ticks += 1
        return ticks

    def pictures(self, times: Sequence[float]) -> Iterator[Image]:
        """One picture for each time in ticks; times rise."""
        stage, shot = FilmStage(self.shot), self.shot
        try:
            screen = FilmedSplit(stage, self._make(), lambda: None, frozenset(shot.layers), shot.speed)
            surface = stage.window.surface
            if shot.follow is not None:
                screen.follow(shot.follow)
            screen.show_at(times[0] if times else 0.0)
            screen.draw(surface, 0.0)
            for arena in filter(shot.closer, screen.arenas):
                arena.command("follow")
            for order, time in enumerate(times):
                screen.show_at(time)
                if shot.strip or not order:
                    screen.draw(surface, SETTLED)
                screen.draw(surface, shot.seconds)
                yield stage.picture()
        finally:
            stage.close()
