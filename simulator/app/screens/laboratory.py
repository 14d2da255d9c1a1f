"""The laboratory's window: the ring experiment live, and all checks beside their published values."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from simulator.app.panels import overlay
from simulator.app.panels.ring import Diagram, Ring
from simulator.app.shell.desktop import look_of, open_desktop, size_of
from simulator.app.shell.jobs import Job, compiled_part
from simulator.app.shell.settings import load_window_settings
from simulator.app.shell.window import Window, picture_path
from simulator.canvas import ink
from simulator.engine import stopping
from worlds.road.lab.misses import KNOWN_MISS, judge

if TYPE_CHECKING:
    from worlds.road.lab.check import Check

FRAMES = 60  # a second
SLOWEST, FASTEST = 0.25, 64.0
FIRST_SPEED = 16.0  # simulated seconds a second: the jam needs some minutes to form
LONGEST_FRAME = 0.1  # s
KEYS = (
    "Space pause   [ ] speed   ↑ ↓ cars   D drivers   R restart   Page ↑ ↓ table   F4 theme   F12 picture   Esc close"
)
HEADINGS = (("published", "Beside published data"), ("model", "The model beside itself"))
PAGE = 10  # rows that a key moves the table by
NARROW = 400  # px, at a text scale of 1
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
        self.window = Window("Crossplay · laboratory", size or size_of(settings))
        self.chosen, self.seconds, self.screenshot = chosen, seconds, screenshot
        self.found: Found = []
        self.now = ""
        """The experiment that is being made."""
        self.ring: Ring | None = None
        self.paused, self.running = False, True
        self.scrolled = 0
        """Rows of the table above its box."""
        self._diagram = Diagram()
        self.speed = FIRST_SPEED
        self._clock = 0.0
        self._opening, self._began = Job("Preparing the ring", Ring), time.perf_counter()
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
            self._checking = Job("Measuring", self._measure)
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
        elif event.type == pygame.MOUSEWHEEL:
            self.scroll(-3 * event.y)
        elif event.type == pygame.KEYDOWN:
            self._press(event.key)

    def scroll(self, rows: int) -> None:
        """Move the table; never beyond its ends."""
        self.scrolled = min(max(self.scrolled + rows, 0), max(len(lines_of(self.found)) - 1, 0))

    def _press(self, key: int) -> None:
        if key == pygame.K_ESCAPE:
            self.running = False
        elif key in (pygame.K_SPACE, pygame.K_p):
            self.paused = not self.paused
        elif key in (pygame.K_LEFTBRACKET, pygame.K_RIGHTBRACKET):
            factor = 2.0 if key == pygame.K_RIGHTBRACKET else 0.5
            self.speed = min(max(self.speed * factor, SLOWEST), FASTEST)
        elif key in (pygame.K_PAGEUP, pygame.K_PAGEDOWN):
            self.scroll(PAGE if key == pygame.K_PAGEDOWN else -PAGE)
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
            words = self._opening.words
            passed = time.perf_counter() - self._began
            overlay.draw_progress(target, look, "Crossplay · laboratory", words, compiled_part(), passed)
            return
        width, height = target.get_size()
        target.fill(look.theme.panel)
        pad = look.px(10)
        side = min(round(width * 0.46), height - look.px(130))
        left = pygame.Rect(pad, pad, side, side)
        self.ring.draw(target.subsurface(left), look)
        self._draw_numbers(target, pygame.Rect(pad, left.bottom + pad, side, height - left.bottom - 2 * pad))
        right = pygame.Rect(left.right + pad, pad, width - left.right - 2 * pad, height - 2 * pad)
        diagram = pygame.Rect(right.left, right.top, right.width, round(right.height * 0.42))
        look.card(target, diagram)
        self._diagram.draw(target, diagram, look, self.ring)
        card = pygame.Rect(right.left, diagram.bottom + pad, right.width, right.bottom - diagram.bottom - pad)
        look.card(target, card)
        self._draw_table(target, card)

    def _draw_numbers(self, target: pygame.Surface, box: pygame.Rect) -> None:
        look, ring = self.look, self.ring
        assert ring is not None
        speeds, jam = ring.speeds, ring.jam_speed()
        mean = float(speeds.mean())
        drivers = "calm drivers" if ring.calm else "drivers as in town"
        figures = (
            ("cars", f"{ring.cars} on 230 m, {drivers}"),
            ("mean speed", f"{3.6 * mean:.1f} km/h"),
            ("spread of speeds", f"{float(speeds.std()):.2f} m/s"),
            ("jam", "none" if jam is None else f"travels at {jam:+.0f} km/h; on the real ring about -20 km/h"),
        )
        y, x = box.top + look.px(10), box.left + look.px(4)
        for name, words in figures:
            look.text(target, (x, y), name, size=12, style="muted")
            clear = look.px(60) if y < box.top + look.px(40) else 0  # of the clock and the speed at the right
            look.text(target, (x + look.px(120), y), words, size=12, room=box.width - look.px(124) - clear)
            y += look.px(19)
        state = "paused" if self.paused else f"{self.speed:g}×"
        look.text(
            target, (box.right - look.px(4), box.top + look.px(10)), f"{ring.seconds:.0f} s", size=12, align="right"
        )
        look.chip(
            target,
            (box.right - look.px(4), box.top + look.px(32)),
            state,
            "bad" if self.paused else "muted",
            align="right",
        )
        look.text(target, (x, box.bottom - look.px(8)), KEYS, size=10, style="muted", room=box.width)

    def _draw_table(self, target: pygame.Surface, box: pygame.Rect) -> None:
        look, found = self.look, list(self.found)
        top = box.top + look.px(15)
        narrow = box.width < look.px(NARROW)  # then there is room for what was measured only
        columns = (1.0,) if narrow else (0.56, 0.73, 1.0)  # right ends of the numbers, as parts of the width
        right = [box.left + round(part * (box.width - look.px(12))) for part in columns]
        done = (
            f"measuring {self.now} …" if self.now else f"{sum(check.passed for _, check in found)} of {len(found)} hold"
        )
        heading = look.text(target, (box.left + look.px(12), top), "Checks", size=11, style="muted", bold=True)
        free = right[0] - look.width("measured", 10) - heading.right - look.px(20)
        if free > look.px(40):
            look.text(target, (heading.right + look.px(10), top), done, size=10, style="muted", room=free)
        for words, x in zip(("measured", "published", "allowed"), right, strict=False):
            look.text(target, (x, top), words, size=10, style="muted", align="right")
        lines = lines_of(found)
        row = min(look.px(20), max((box.height - look.px(34)) // max(len(lines), 1), look.px(15)))
        y = box.top + look.px(26) + row // 2
        shown = max((box.bottom - y - row // 2) // row + 1, 1)
        first = min(self.scrolled, max(len(lines) - shown, 0))
        for line in lines[first : first + shown]:
            if isinstance(line, str):
                look.text(target, (box.left + look.px(12), y), line, size=11, style="muted", bold=True)
            else:
                self._draw_check(target, box, y, row, right, *line)
            y += row

    def _draw_check(
        self, target: pygame.Surface, box: pygame.Rect, y: int, row: int, right: list[int], name: str, check: Check
    ) -> None:
        """One row; the disc before it is hollow where the check misses as is known."""
        look, size = self.look, min(12.0, 0.68 * row / self.look.zoom)
        verdict = judge(name, check)
        style = "good" if check.passed else "muted" if verdict == KNOWN_MISS else "bad"
        ink.disc(target, (box.left + look.px(18), y), row * 0.22, look.colour(style))
        if verdict == KNOWN_MISS:
            ink.disc(target, (box.left + look.px(18), y), row * 0.12, look.theme.panel)
        told = look.text(
            target, (right[0], y), number(check.measured), size=size, bold=True, style=style, align="right"
        )
        room = told.left - box.left - look.px(30 + 8)
        look.text(target, (box.left + look.px(30), y), check.name, size=size, room=room)
        if len(right) == 1:
            return
        look.text(target, (right[1], y), number(check.published), size=size, align="right")
        words = f"{allowed_range(check)} {check.unit}"
        look.text(target, (right[2], y), words, size=size, style="muted", align="right", room=right[2] - right[1] - 8)


def lines_of(found: Found) -> list[str | tuple[str, Check]]:
    """What the table shows, row by row: headings, and under each the checks of that kind."""
    lines: list[str | tuple[str, Check]] = []
    for against, heading in HEADINGS:
        ours = [(name, check) for name, check in found if check.against == against]
        lines += [heading, *ours] if ours else []
    return lines


def number(value: float) -> str:
    """A number as short as it can be read."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def allowed_range(check: Check) -> str:
    """What is allowed, in few signs."""
    if math.isinf(check.low):
        return f"≤ {number(check.high)}"
    if math.isinf(check.high):
        return f"≥ {number(check.low)}"
    return f"{number(check.low)} – {number(check.high)}"
