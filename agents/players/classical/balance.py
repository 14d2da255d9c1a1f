"""Cartpole by optimal control: a linear-quadratic regulator for known physics, and two that do not know them.

The regulator (Kalman 1960) minimises the discounted-free sum of xᵀQx + Ru² for the dynamics linearised about the
upright rest. Its weights follow Bryson's rule (Bryson and Ho 1975): one over the square of the largest value that each
number may have. Its force is then pushed in full, left or right, as the world knows no other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.players.classical.views import ObservationView, as_actions
from simulator.engine.minds import Mind
from worlds.classics.cartpole import SPEED_SEEN, STEEPEST, TEXTBOOK, TICK, TRACK_END, TURN_SEEN
from worlds.world import World

Floats = NDArray[np.float64]
SCALE = np.array([TRACK_END, SPEED_SEEN, STEEPEST, TURN_SEEN])
"""m, m/s, rad, rad/s of a seen 1."""
TOLD = ("gravity", "cart_mass", "pole_mass", "half_length", "force")


def linearised(physics: Floats) -> tuple[Floats, Floats]:
    """x ← A x + B u about the upright rest, x = (place, speed, lean, turning), u in N to the right: A (4, 4), B (4, 1).

    `physics` are gravity (m/s²), the masses of cart and pole (kg), half the pole's length (m) and the force (N).
    """
    gravity, cart, pole, half = physics[:4]
    mass = cart + pole
    inertia = half * (4.0 / 3.0 - pole / mass)
    lean_by_lean, lean_by_force = gravity / inertia, -1.0 / (mass * inertia)
    share = pole * half / mass
    rates = np.array(
        [
            [0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, -share * lean_by_lean, 0.0],
            [0.0, 0.0, 0.0, 1.0],
            [0.0, 0.0, lean_by_lean, 0.0],
        ]
    )
    drive = np.array([[0.0], [1.0 / mass - share * lean_by_force], [0.0], [lean_by_force]])
    return np.eye(4) + TICK * rates, TICK * drive


def gains(physics: Floats) -> Floats:
    """The regulator's gains (4,): its force is −gains · x."""
    from scipy.linalg import solve_discrete_are

    transition, drive = linearised(physics)
    state_cost = np.diag([1.0 / TRACK_END**2, 0.0, 1.0 / STEEPEST**2, 0.0])
    force_cost = np.array([[1.0 / physics[4] ** 2]])
    value = solve_discrete_are(transition, drive, state_cost, force_cost)
    return np.asarray(np.linalg.solve(force_cost + drive.T @ value @ drive, drive.T @ value @ transition)[0])


class Regulator:
    """A linear-quadratic regulator for the physics of each task, which it is told."""

    needs_reveal = True

    def __init__(self, world: World) -> None:
        self.name = "LQR, physics known"
        self.mind: Mind | None = None
        self._view = ObservationView(world)
        self._gains: Floats | None = None

    def reset(self, lanes: int) -> None:
        """New tasks, so new gains at the next decision."""
        self._gains = None

    def forget(self) -> None:
        """Nothing is remembered but what is told."""

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Push under the pole: observations (L, O) → (L, 1)."""
        if self._gains is None:
            told = np.concatenate([self._view.of(observations, f"told_{name}") for name in TOLD], axis=1)
            self._gains = np.stack([gains(row * TEXTBOOK) for row in told.astype(np.float64)])
        swapped = self._view.of(observations, "told_swapped")[:, 0] > 0.5
        return as_actions(pushes_right(self._view, observations, self._gains) ^ swapped)


class TextbookRegulator:
    """The regulator for the textbook's physics, for which the second button pushes right; it never adapts.

    With ``learn_buttons`` it notes in the first tick of a trial which way its push went: all that it ever learns.
    """

    def __init__(self, world: World, *, learn_buttons: bool = False) -> None:
        self.name = "LQR, textbook physics" + (", learns the buttons" if learn_buttons else "")
        self.mind: Mind | None = None
        self._view, self._learn = ObservationView(world), learn_buttons
        self._gains = gains(TEXTBOOK)
        self.reset(0)

    def reset(self, lanes: int) -> None:
        """The buttons are as in the textbook until they prove otherwise."""
        self._swapped = np.zeros(lanes, dtype=bool)
        self._ticks = 0
        self._before = np.zeros(lanes)
        self._right = np.zeros(lanes, dtype=bool)

    def forget(self) -> None:
        """The buttons are as in the textbook again."""
        self._swapped[:] = False
        self._ticks = 0

    def act(self, observations: NDArray[np.float32], legal: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Push under the pole: observations (L, O) → (L, 1)."""
        speed = self._view.of(observations, "cart")[:, 1].astype(np.float64)
        if self._learn and self._ticks == 1:
            self._swapped = (speed > self._before) != self._right
        self._right = pushes_right(self._view, observations, self._gains)
        self._before = speed
        self._ticks += 1
        return as_actions(self._right ^ self._swapped)


def pushes_right(view: ObservationView, observations: NDArray[np.float32], gains: Floats) -> NDArray[np.bool_]:
    """Whether the regulators with these gains (4,) or (L, 4) push right."""
    seen = np.concatenate([view.of(observations, piece) for piece in ("cart", "pole")], axis=1)
    return np.asarray((seen * SCALE * gains).sum(axis=1) < 0.0)
