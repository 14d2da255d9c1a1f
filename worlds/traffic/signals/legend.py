"""What the things in the picture of signals stand for."""

from worlds.road.legend import FLOW, GREEN, OTHERS, RED
from worlds.world import Sign

SPAN = 24.0  # m
MIDDLE = (12.0, 12.0)

LEGEND = (
    RED,
    GREEN,
    OTHERS,
    FLOW,
    Sign("the junction that you follow or play", lambda canvas: canvas.ring(MIDDLE, 9.0, "seat_0"), SPAN),
    Sign("hidden things shown: a half-blocked lane", lambda canvas: canvas.box(MIDDLE, 22.0, 5.0, "hazard"), SPAN),
)
