"""What a controller asks of its lights: which phases there are, what they show, whether it may change now."""

from worlds.kit.kernel import kernel
from worlds.traffic.signals.constants import SHORTEST_GREEN


@kernel
def green_seconds(w, junction):
    """Seconds that the present phase has been green; 0 during a change."""
    return max(w.phase_time[junction] - w.phase_yellow[junction] - w.phase_all_red[junction], 0.0)


@kernel
def is_ready(w, junction):
    """Whether the phase may be changed now."""
    return green_seconds(w, junction) >= SHORTEST_GREEN
