"""The laboratory's window: the ring experiment live, and all checks beside their published values."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from simulator.app.panels import overlay
from simulator.app.panels.lab import LabView, draw_lab, ring_box
from simulator.app.panels.ring import Diagram, Ring
from simulator.app.play.languages import ENGLISH, languages, of_system, use
from simulator.app.play.texts import text
from simulator.app.shell.desktop import look_of, open_desktop, size_of
from simulator.app.shell.gui import Gui
from simulator.app.shell.jobs import Job, compiled_part
from simulator.app.shell.settings import load_window_settings
from simulator.app.shell.window import Window, picture_path
from simulator.engine import stopping
from worlds.world import Refused

if TYPE_CHECKING:
    from worlds.road.lab.check import Check

FRAMES = 60  # a second
SLOWEST, FASTEST = 0.25, 64.0
FIRST_SPEED = 16.0  # simulated seconds a second: the jam needs some minutes to form
LONGEST_FRAME = 0.1  # s
Found = list[tuple[str, "Check"]]


class Laboratory:
    """The window. `run` loops; tests call `frame` themselves.

    Raises:
        Refused: no window can be opened.
    """

    def __init__(
        self,
        chosen: Mapping[str, Callable[[], list[Check]]],
        *,
        seconds: float | None = None,
        screenshot: Path | None = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        settings = load_window_settings()
        open_desktop()
        self.look = look_of(settings)
        speak(settings.language)
        self.window = Window(title(), size or size_of(settings))
        self.gui = Gui(self.look)
        self.chosen, self.seconds, self.screenshot = chosen, seconds, screenshot
        self.found: Found = []
        self.now = ""
        """The experiment that is being made."""
        self.ring: Ring | None = None
        self.paused, self.running = False, True
        self.view: LabView | None = None
        self._measured = (0, 0)
        """The size of the window for which ImGui has laid all out once."""
        self._diagram = Diagram()
        self.speed = FIRST_SPEED
        self._clock = 0.0
        self._opening, self._began = Job(text("lab.preparing"), Ring), time.perf_counter()
        self._checking: Job[None] | None = None

    def run(self) -> Found:
        """Loop until closed; the checks that were made by then."""
        clock, last = pygame.time.Clock(), time.perf_counter()
        with stopping.gently() as asked:
            while self.running and not asked.is_set():
                now = time.perf_counter()
                seconds, last = now - last, now
                self.frame(seconds)
                clock.tick(FRAMES)
                if self.seconds is not None and self.ring is not None and self._clock >= self.seconds:
                    self.running = False
        self.running = False
        if self.screenshot is not None:
            self.window.save(self.screenshot)
        self.gui.close()
        self.window.close()
        return list(self.found)

    def frame(self, seconds: float) -> None:
        """One frame: input, time, picture."""
        for event in pygame.event.get():
            self._handle(event)
        self._work()
        if self.ring is not None:
            self._clock += seconds
            if not self.paused:
                self.ring.advance(min(seconds, LONGEST_FRAME) * self.speed)
        self.draw()
        pygame.display.flip()

    def _work(self) -> None:
        if self.ring is None and self._opening.done:
            self.ring = self._opening.result()
            self._checking = Job("lab", self._measure)
        if self._checking is not None and self._checking.done:
            self._checking.result()

    def _measure(self) -> None:
        for name, experiment in self.chosen.items():
            if not self.running:
                return
            self.now = name
            self.found += [(name, check) for check in experiment()]
        self.now = ""

    def _handle(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.window.resized()
        elif event.type == pygame.KEYDOWN:
            self._press(event.key)
        elif event.type in (pygame.MOUSEWHEEL, pygame.MOUSEMOTION):
            self.gui.handle(event)

    def _press(self, key: int) -> None:
        if key == pygame.K_ESCAPE:
            self.running = False
        elif key in (pygame.K_SPACE, pygame.K_p):
            self.paused = not self.paused
        elif key in (pygame.K_LEFTBRACKET, pygame.K_RIGHTBRACKET):
            factor = 2.0 if key == pygame.K_RIGHTBRACKET else 0.5
            self.speed = min(max(self.speed * factor, SLOWEST), FASTEST)
        elif key in (pygame.K_PAGEUP, pygame.K_PAGEDOWN):
            if self.view is not None:
                self.view.scroll = 1.0 if key == pygame.K_PAGEDOWN else -1.0
        elif key == pygame.K_F4:
            self.look = self.look.other_theme()
        elif key == pygame.K_F12:
            self.window.save(picture_path())
        elif self.ring is not None:
            self._change(self.ring, key)

    @staticmethod
    def _change(ring: Ring, key: int) -> None:
        if key in (pygame.K_UP, pygame.K_DOWN):
            ring.change_cars(1 if key == pygame.K_UP else -1)
        elif key == pygame.K_d:
            ring.calm = not ring.calm
            ring.restart()
        elif key == pygame.K_r:
            ring.restart()

    # --- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw everything; no state is changed by it."""
        target, look = self.window.surface, self.look
        if self.ring is None:
            passed = time.perf_counter() - self._began
            overlay.draw_progress(target, look, title(), self._opening.words, compiled_part(), passed)
            return
        if self.view is None:
            self.view = LabView(self.ring, self.speed)
        view, size = self.view, target.get_size()
        view.speed, view.paused, view.found, view.now = self.speed, self.paused, tuple(self.found), self.now
        target.fill(look.theme.panel)
        self.ring.draw(target.subsurface(ring_box(size, look)), look)
        self.gui.wear(look)
        if size != self._measured:
            self._measured = size
            with self.gui.unseen(size):
                draw_lab(self.gui, look, view, size)
        if view.plot.width > 1 and target.get_rect().contains(view.plot):
            target.blit(self._diagram.picture(view.plot.size, look, self.ring), view.plot)
        self.gui.begin(size, 1.0 / FRAMES)
        draw_lab(self.gui, look, view, size)
        self.gui.end(target)


def speak(code: str) -> None:
    """The language of the user's settings, else that of the system; English where it cannot be shown."""
    try:
        use(code or of_system(languages()))
    except Refused:
        use(ENGLISH)


def title() -> str:
    """What the window is named."""
    return f"Crossplay · {text('lab.title')}"
