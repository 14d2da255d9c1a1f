"""Who runs a signal when nobody else does: the kinds of controllers and their knobs."""

from worlds.kit.bots import names_of
from worlds.world import Bot, Knob

ROLE = "signal"
LOST = Knob("lost", 3.0, 7.0)  # s a change of phase costs, as the controller believes
BOTS: tuple[Bot, ...] = (
    Bot(
        "fixed",
        ROLE,
        (Knob("green", 10.0, 40.0, held_out=(27.0, 33.0)), Knob("offset", 0.0, 1.0)),  # s; share of the cycle
        about="every phase for the same time, round and round",
    ),
    Bot(
        "webster",
        ROLE,
        (LOST, Knob("saturation", 0.38, 0.5, held_out=(0.41, 0.44))),  # vehicles/s and lane
        about="cycle and greens by Webster's formula for the flows that the detectors have counted in the trial",
    ),
    Bot(
        "actuated",
        ROLE,
        (Knob("gap", 2.0, 4.0, held_out=(2.8, 3.2)), Knob("longest", 30.0, 60.0)),  # s; SUMO: 3 s and 50 s
        about="keeps a phase green while cars come, skips phases that nobody waits for",
    ),
    Bot(
        "actuated_tolerant",
        ROLE,
        (Knob("gap", 2.0, 4.0, held_out=(2.8, 3.2)), Knob("longest", 30.0, 60.0)),
        about="actuated, but reckons with who will have come where a detector cannot be right",
    ),
    Bot(
        "max_pressure",
        ROLE,
        about="the phase with the most cars before its stop lines less those behind the junction",
    ),
    Bot(
        "max_pressure_aware",
        ROLE,
        (LOST,),
        about="max pressure that changes only where the gain is worth the lost time",
    ),
    Bot(
        "max_pressure_tolerant",
        ROLE,
        (LOST,),
        about="the same, but reckons with who will have come where a detector cannot be right",
    ),
    Bot(
        "sotl",
        ROLE,
        (Knob("theta", 20.0, 80.0), Knob("platoon", 1.0, 4.0)),  # vehicle-seconds; cars
        split="test",
        about="self-organising: changes once the cars on red have waited long enough, unless it would cut a platoon",
    ),
    Bot(
        "green_wave",
        ROLE,
        (LOST, Knob("speed", 8.0, 14.0)),  # m/s
        split="test",
        about="Webster's plan with one cycle for the town, offset by distance along the busier way",
    ),
    Bot(
        "longest_queue",
        ROLE,
        (Knob("limit", 25.0, 45.0),),  # s of green
        split="final",
        about="the phase of the lane where most cars stand, however few stand on its other lanes, for a while at most",
    ),
)
kind, knob = names_of(BOTS)
