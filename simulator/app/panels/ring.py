"""The ring experiment as it runs: cars on a circle, and their way through space and time."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import Any

import numpy as np
import pygame

from simulator.app.shell.theme import Look
from simulator.canvas import Canvas, fit
from simulator.canvas.theme import Colour, Theme, mix
from worlds.road.lab.bench import CITY, drive, ring_road
from worlds.road.lab.cars import RING, RING_CARS, TICK
from worlds.road.picture import draw_roads

CALM = (CITY[0], 1.2, 1.5, CITY[3])  # drivers that keep more headway and pull away faster: no jam forms
SAMPLE = 1.0  # s between two points of a car's line
SHOWN = 240.0  # s of the past in the diagram
FEWEST, MOST = 8, 32  # cars
FAST = 9.0  # m/s; the colour of this speed is the last of the scale
WINDOW = 60  # s over which the jam is followed


Sample = tuple[float, np.ndarray, np.ndarray]  # seconds, places, speeds


class Ring:
    """The state of the experiment and what was seen of it."""

    def __init__(self) -> None:
        self.cars, self.calm = RING_CARS, False
        self.restart()

    def restart(self) -> None:
        """All cars at rest and evenly spaced, but one."""
        self.worlds = ring_road(self.cars, RING, CALM if self.calm else CITY, push=1.0)
        self.seconds, self._due = 0.0, 0.0
        self.past: deque[Sample] = deque(maxlen=int(SHOWN / SAMPLE) + 2)
        self._remember()

    def change_cars(self, more: int) -> None:
        """Begin again with more or fewer cars."""
        self.cars = min(max(self.cars + more, FEWEST), MOST)
        self.restart()

    def advance(self, seconds: float) -> None:
        """Let simulated seconds pass."""
        self._due += seconds
        while self._due >= TICK:
            self._due -= TICK
            drive(self.worlds, 1, TICK)
            self.seconds += TICK
            if self.seconds % SAMPLE < 0.5 * TICK:
                self._remember()

    def _remember(self) -> None:
        w = self.worlds[0]
        self.past.append((self.seconds, w["car_pos"].copy(), w["car_speed"].copy()))

    @property
    def speeds(self) -> np.ndarray:
        """m/s of every car."""
        return np.asarray(self.worlds[0]["car_speed"])

    def jam_speed(self) -> float | None:
        """km/h at which the slowest place travels around the ring, below 0 backwards; None while there is no jam."""
        recent = list(self.past)[-WINDOW:]
        if len(recent) < WINDOW or float(self.speeds.std()) < 0.5:
            return None
        places = np.array([positions[int(speeds.argmin())] for _, positions, speeds in recent])
        steps = (np.diff(places) + RING / 2) % RING - RING / 2
        return float(3.6 * np.median(steps) / SAMPLE) if abs(np.median(steps)) > 1e-9 else float(3.6 * steps.mean())

    def shown(self) -> Any:
        """The record to draw: between the last two ticks."""
        one = self.worlds.copy()
        one["beats"], one["beat"], one["beat_seconds"] = 1, self._due / TICK, TICK
        return one[0]

    def draw(self, target: pygame.Surface, look: Look) -> None:
        """The ring from above."""
        extent = (RING / 3, RING / 3)
        canvas = Canvas(target, extent, theme=look.theme, camera=fit(extent, target.get_size()))
        draw_roads(self.shown(), canvas)


def speed_colour(theme: Theme, share: float) -> Colour:
    """The colour of a speed as a share of the wanted one."""
    place = min(max(share, 0.0), 1.0) * 4
    low = min(int(place), 3)
    return mix(theme.colour(f"flow_{low}"), theme.colour(f"flow_{low + 1}"), place - low)


class Diagram:
    """Every car's line: time to the right, place on the ring upwards, coloured by speed. Jams run downwards.

    The picture is kept and moved to the left; only what is new is drawn.
    """

    def __init__(self) -> None:
        self._plot: pygame.Surface | None = None
        self._drawn: tuple[object, ...] = ()
        self._until = -1.0

    def picture(self, size: tuple[int, int], look: Look, ring: Ring) -> pygame.Surface:
        """The last seconds; how many they are says `seconds_in`."""
        step = step_of(size[0])
        key = (size, look, id(ring.worlds))
        if self._plot is None or key != self._drawn:
            self._plot, self._drawn, self._until = pygame.Surface(size, 0, 32), key, ring.past[0][0]
            self._plot.fill(look.soft("muted", 0.08))
        fresh = [sample for sample in ring.past if sample[0] >= self._until]
        for before, after in pairwise(fresh):
            self._plot.scroll(-step, 0)
            self._plot.fill(look.soft("muted", 0.08), (size[0] - step, 0, step, size[1]))
            self._add(look, before, after, step)
        self._until = ring.past[-1][0]
        return self._plot

    def _add(self, look: Look, before: Sample, after: Sample, step: int) -> None:
        """The way of every car between two samples, at the right end."""
        assert self._plot is not None
        width, height = self._plot.get_size()
        up = height / RING
        for start, stop, speed in zip(before[1], after[1], after[2], strict=True):
            colour = speed_colour(look.theme, float(speed) / FAST)
            reach = stop if stop >= start else stop + RING  # it passed the ring's beginning
            for lap in (0.0, RING) if reach > RING else (0.0,):
                ends = (width - 1 - step, height - (start - lap) * up), (width - 1, height - (reach - lap) * up)
                pygame.draw.aaline(self._plot, colour, *ends)


def step_of(width: int) -> int:
    """Pixels of a diagram that a sample takes."""
    return max(2, round(width / SHOWN * SAMPLE))


def seconds_in(width: int) -> float:
    """Seconds that a diagram of so many pixels shows."""
    return width / step_of(width) * SAMPLE
