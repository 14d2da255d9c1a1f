"""Where the model is known to miss a published value, by how much and why; a test holds this table against the checks.

A known miss stays a failure and is told as one. It must not get worse unseen, nor stay in this table once it holds.

Not every published value was read in its source. From memory: capacity of a motorway lane, base saturation flow, both
curves of a roundabout and the other formulas of the HCM. At second hand: capacity drop (Treiber and Helbing 2002),
waves (Sugiyama et al. 2008). Of all others (tables of the HCM, HBS, KHCM, Kentucky's report 964, TRANSYT-7F, Arhin,
Knoop, Duret, Brilon, SAE 970170, FHWA) nobody noted where they were read: they count as at second hand.
"""

import dataclasses
from dataclasses import dataclass

from worlds.road.lab.check import Check

HOLDS, FAILS, KNOWN_MISS, WORSE, HOLDS_NOW = "holds", "fails", "known miss", "worse than known", "holds now"
"""What becomes of a check. WORSE: farther off than its table says; HOLDS_NOW: it should leave the table."""
UNEXPECTED = (FAILS, WORSE)
ROOM = 0.15  # part of its distance from the allowed range by which a known miss may grow


@dataclass(frozen=True)
class Miss:
    """What was measured when a miss was entered, and why it misses."""

    measured: float
    reason: str


STOPPED = "each driver stands 2 s at the line, and only once the one before has gone: none rolls up behind another"
CAUTIOUS = "one waits inside the junction and goes as the light turns, where the HCM has two; see the critical gap"
NO_SIDE = "lane changes know no side to keep to: lanes fill evenly"
HEADWAY = "drivers keep 1.2 s and pick up speed at 1 m/s²: IDM with them never gets through more"
KNOWN: dict[str, dict[str, Miss]] = {
    "fundamental diagram": {"capacity of a motorway lane, cars only": Miss(2190.3, HEADWAY)},
    "saturation flow": {
        "start-up lost time": Miss(2.533, "the first cars pick up speed at 1.4 m/s²; real ones are brisker at first"),
    },
    "merging": {
        "most flow of three minutes, free": Miss(1757.0, "breaks down early: others brake for who merges"),
    },
    "lanes of a motorway": {
        "lane changes": Miss(0.1359, "wanted speeds differ by 4.5 % at most, and nobody returns to the right"),
        "change of the shoulder lane's share with the flow": Miss(1.181, NO_SIDE),
    },
    "lorries": {"cars that a lorry counts for": Miss(1.2, "lorries are 9 m long and only 5 % slower than the limit")},
    "roundabout": {
        "entry capacity beside 0 veh/h": Miss(1389.75, "0.7 % beyond the newer of two published curves"),
        "entry capacity beside 900 veh/h": Miss(
            389.4, "falls faster with the flow than either published curve; why was not looked into"
        ),
    },
    "two-way stop": {
        "critical gap, left from the major street": Miss(
            6.915,
            "drivers ask for their gap and besides that others, speeding up, come after they have cleared the way",
        ),
        "follow-up time, right from the minor street": Miss(8.498, STOPPED),
        "follow-up time, through from the minor street": Miss(8.498, STOPPED),
        "follow-up time, left from the minor street": Miss(8.498, STOPPED),
    },
    "left turns at a light": {
        "permissive left turns against 200 veh/h": Miss(415.5, CAUTIOUS),
        "permissive left turns against 400 veh/h": Miss(238.6, CAUTIOUS),
        "permissive left turns against 600 veh/h": Miss(125.6, CAUTIOUS),
        "saturation flow of protected left turns": Miss(1440.0, "the bend is driven at 3 m/s² sideways, no faster"),
    },
}
"""By experiment and check."""


def miss_of(experiment: str, check: Check) -> Miss | None:
    """The entry of a check, if it has one."""
    return KNOWN.get(experiment, {}).get(check.name)


def judge(experiment: str, check: Check) -> str:
    """HOLDS, FAILS, KNOWN_MISS, WORSE or HOLDS_NOW."""
    miss = miss_of(experiment, check)
    if miss is None:
        return HOLDS if check.passed else FAILS
    if check.passed:
        return HOLDS_NOW
    known = dataclasses.replace(check, measured=miss.measured).missed_by
    return KNOWN_MISS if check.missed_by <= known * (1.0 + ROOM) else WORSE
