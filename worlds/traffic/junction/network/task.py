"""What stays for a trial at a given junction: who drives there, how many come from where, how far one sees."""

from worlds.kit.chance import between
from worlds.kit.kernel import kernel
from worlds.kit.record import FOR_FINAL, FOR_TESTING, layout_part
from worlds.road.layouts.given_demand import draw_flows, is_anybody, level_course, scale_flows, set_city_drivers
from worlds.traffic.junction.task import BUSIEST, NARROWEST, QUIETEST, WIDEST, draw_tour
from worlds.traffic.junction.task import draw_population as draw_strangers
from worlds.world import Generator

GENERATORS: tuple[Generator, ...] = (
    Generator("usual"),
    Generator("shifted", split="test"),
    Generator("heavy", split="final"),
)
EACH, SHIFTED = 0.3, 0.8  # by so much of itself a relation's flow differs from the file's: in training, in test
LIGHT, HEAVY = 0.7, 1.2  # times the file's demand
HEAVIER = 1.25  # times as much in the split final


@kernel
def draw_population(w):
    """Drivers as at generated junctions; lorries are as many as in the file."""
    draw_strangers(w)
    w.truck_share, w.bus_share = max(w.truck_given, 0.0), max(w.bus_given, 0.0)


@kernel
def draw_population_as_given(w):
    """Drivers of one kind, who keep to the signs."""
    set_city_drivers(w)
    w.forcing = w.insisting = 0.0
    w.busy = QUIETEST + (BUSIEST - QUIETEST) * (1.0 - LIGHT) / (HEAVY - LIGHT)


@kernel
def draw_task(w):
    """Demand around the file's, sight, the order of the gates."""
    level_course(w)
    draw_flows(w, SHIFTED if layout_part(w) == FOR_TESTING else EACH)
    scale_flows(w, factor_of(w) * (HEAVIER if layout_part(w) == FOR_FINAL else 1.0))
    w.sight = between(w, NARROWEST, WIDEST)
    draw_tour(w)


@kernel
def draw_task_as_given(w):
    """The file's demand, and a wide view."""
    level_course(w)
    draw_flows(w, 0.0)
    scale_flows(w, factor_of(w))
    w.sight = WIDEST
    draw_tour(w)


@kernel
def factor_of(w):
    """How many times the file's demand comes, by how busy the strangers make it."""
    return LIGHT + (HEAVY - LIGHT) * (w.busy - QUIETEST) / (BUSIEST - QUIETEST)


@kernel
def solvable(w):
    """Whether somebody comes."""
    return is_anybody(w)
