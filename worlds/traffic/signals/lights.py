"""What a controller asks of its lights: which phases there are, what they show, whether it may change now."""

from worlds.kit.kernel import kernel
from worlds.kit.road.junctions import lane_in
from worlds.kit.road.plan import MOST_LANES
from worlds.kit.road.signalling import shows
from worlds.traffic.signals.constants import SHORTEST_GREEN


@kernel
def phases_of(w, junction):
    """How many phases a junction has."""
    return int(w.phases[junction])


@kernel
def is_green(w, junction, phase, arm, lane):
    """Whether a phase is green for a lane that comes in."""
    return lane_in(w, junction, arm, lane) >= 0 and shows(w, junction, phase, arm * MOST_LANES + lane)


@kernel
def green_seconds(w, junction):
    """Seconds that the present phase has been green; 0 during a change."""
    return max(w.phase_time[junction] - w.yellow - w.all_red, 0.0)


@kernel
def is_ready(w, junction):
    """Whether the phase may be changed now."""
    return green_seconds(w, junction) >= SHORTEST_GREEN
