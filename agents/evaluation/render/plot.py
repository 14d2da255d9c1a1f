"""Draws an evaluation: return by episode with interval bands, rows are roles and columns are splits."""

import io
import textwrap
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from agents.evaluation.matrix import Matrix
from agents.evaluation.report import Cell, Report
from worlds.kit.words import printable

# Okabe and Ito's colours: told apart by colour-blind readers; markers and dashes tell the lines apart without colour.
STYLES: dict[str, dict[str, Any]] = {
    "agent": {"color": "#0072B2", "marker": "o", "linewidth": 2.4, "zorder": 6},
    "wiped": {"color": "#E69F00", "marker": "s", "linestyle": "--", "zorder": 5},
    "shuffled": {"color": "#CC79A7", "marker": "^", "linestyle": "--", "zorder": 4},
    "foreign": {"color": "#882255", "marker": "X", "linestyle": "--", "zorder": 4},
    "blind": {"color": "#D55E00", "marker": "D", "linestyle": "-.", "zorder": 3},
    "oracle": {"color": "#009E73", "marker": "*", "linestyle": "-.", "markersize": 8, "zorder": 3},
    "random": {"color": "#777777", "marker": "x", "linestyle": ":", "zorder": 2},
    "bot": {"color": "#56B4E9", "marker": "P", "linestyle": ":", "zorder": 2},
}
BLUES = ((247, 251, 255), (107, 174, 214))
"""Ends of a heat map's colours, from the lowest value to the highest; ink is read on both."""
BASELINE_MARKERS = "v<>1234p8h"
"""Baselines are grey and told apart by their markers; there may be any number of them."""
MAPS_ABREAST = 2
AXIS_END, LEGEND_END = 12, 24  # characters that are left at either end of a long name
WORDS = {
    "agent": "agent (memory kept)",
    "wiped": "memory wiped each episode",
    "shuffled": "memory of another task",
    "foreign": "memory of other opponents",
    "blind": "blind reference",
    "oracle": "oracle reference",
    "random": "random",
    "bot": "the task's bot",
}


@contextmanager
def plain_words() -> Iterator[None]:
    """Names are drawn as they are: a dollar sign in the name of a folder does not begin a formula, and of what no font
    can draw nobody is told, since the text and the page have it.
    """
    import matplotlib

    with matplotlib.rc_context({"text.parse_math": False}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")
        yield


def label(name: str, end: int) -> str:
    """A name that leaves room for the picture: on one line, and without its middle where it is long."""
    name = " ".join(printable(name).split())
    return name if len(name) <= 2 * end else f"{name[:end]}…{name[-end:]}"


@plain_words()
def figure_bytes(report: Report) -> bytes:
    """The PNG of a report. Uses matplotlib's objects only: no window, no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    roles = list(dict.fromkeys(cell.role for cell in report.cells))
    splits = list(dict.fromkeys(cell.split for cell in report.cells))
    width, height = max(3.2 * len(splits) + 0.6, 7.6), 2.8 * len(roles) + 1.9
    layout, below = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08), _map_height(report.matrices)
    whole = Figure(figsize=(width, height + below), layout=layout, dpi=150, facecolor="white")
    figure: Any = whole
    if report.matrices:
        halves: Any = whole.subfigures(2, 1, height_ratios=(height, below))
        figure, maps = halves
        _draw_matrices(maps, report.matrices)
    axes = figure.subplots(len(roles), len(splits), squeeze=False, sharex=True, sharey="row")
    for cell in report.cells:
        axis = axes[roles.index(cell.role), splits.index(cell.split)]
        draw_cell(axis, cell)
        if cell.role == roles[-1]:
            axis.set_xlabel("episode of the trial")
        if cell.split == splits[0]:
            axis.set_ylabel(f"{label(cell.role, AXIS_END)}\nreturn of an episode")
    _add_words(figure, report, axes[0, 0], width)
    canvas, page = FigureCanvasAgg(whole), io.BytesIO()
    canvas.print_png(page, metadata={"Software": f"crossplay {report.version}", "Description": report.command})
    return page.getvalue()


@plain_words()
def matrices_bytes(parts: "Sequence[Matrix]", world: str) -> bytes:
    """The PNG of cross-play matrices alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)
    width = max(_map_height(parts) * min(len(parts), MAPS_ABREAST), 5.5)
    figure = Figure(figsize=(width, _map_height(parts) + 0.4), layout=layout, dpi=150, facecolor="white")
    _draw_matrices(figure, parts, f"{world}: ")
    canvas, page = FigureCanvasAgg(figure), io.BytesIO()
    canvas.print_png(page)
    return page.getvalue()


def _map_height(parts: "Sequence[Matrix]") -> float:
    """Inches that heat maps take, names and title included."""
    rows = -(-len(parts) // MAPS_ABREAST)
    return rows * (1.9 + 0.5 * max(len(part.names) for part in parts)) + 0.5 if parts else 0.0


def _draw_matrices(figure: Any, parts: "Sequence[Matrix]", of: str = "") -> None:
    """Heat maps side by side, one for every role and split."""
    across = min(len(parts), MAPS_ABREAST)
    axes = figure.subplots(-(-len(parts) // across), across, squeeze=False).flatten()
    for axis, part in zip(axes, parts, strict=False):
        draw_matrix(axis, part)
    for axis in axes[len(parts) :]:
        axis.set_axis_off()
    takes = "one seat" if parts[0].by == "seat" else "its role"
    figure.suptitle(
        f"{of}who does how well with whom\nreturn of the row's agent in {takes}, the column's in all others; "
        f"later episodes, {parts[0].tasks:,} tasks", fontsize=10,
    )  # fmt: skip


def colour_range(part: Matrix) -> tuple[float, float]:
    """The values at the ends of a heat map's colours: as far apart as the widest interval at least, so that chance
    stays pale.
    """
    every = [each for row in part.scores for each in row]
    low, high = min(each.value for each in every), max(each.value for each in every)
    missing = max(0.0, max(each.high - each.low for each in every) - (high - low))
    return low - missing / 2, high + missing / 2


def draw_matrix(axis: Any, part: Matrix) -> None:
    """One heat map, its diagonal framed: there an agent plays with itself."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    colours = LinearSegmentedColormap.from_list("blues", [[one / 255 for one in colour] for colour in BLUES])
    low, high = colour_range(part)
    values = [[each.value for each in row] for row in part.scores]
    axis.imshow(values, cmap=colours, aspect="auto", vmin=low, vmax=high)
    for row, scores in enumerate(part.scores):
        for column, each in enumerate(scores):
            axis.text(column, row, f"{each.value:.1f}", ha="center", va="center", fontsize=8, color="#222222")
        axis.add_patch(Rectangle((row - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="#222222", linewidth=1.2))
    places = range(len(part.names))
    names = [label(name, AXIS_END) for name in part.names]
    axis.set_xticks(places, names, rotation=30, ha="right", fontsize=8)
    axis.set_yticks(places, names, fontsize=8)
    axis.tick_params(length=0)
    axis.set_title(f"{label(part.role, LEGEND_END)} on {part.split}", loc="left", fontsize=10)
    for side in axis.spines.values():
        side.set_visible(False)


def draw_cell(axis: Any, cell: Cell) -> None:
    """One panel: return by episode of every condition."""
    episodes = list(range(1, cell.episodes + 1))
    baselines = [name for name in cell.curves if name not in STYLES]
    for name, curve in cell.curves.items():
        style = {"linewidth": 1.6, "markersize": 5, **(STYLES.get(name) or _grey(baselines.index(name)))}
        axis.plot(episodes, [e.value for e in curve], label=WORDS.get(name) or label(name, LEGEND_END), **style)
        low, high = [e.low for e in curve], [e.high for e in curve]
        axis.fill_between(episodes, low, high, color=style["color"], alpha=0.18, linewidth=0, zorder=1)
    axis.set_xticks(episodes)
    calm(axis)
    gain = cell.gains["agent"]
    axis.set_title(
        f"gain {gain.value:+.2f} [{gain.low:+.2f}, {gain.high:+.2f}]", loc="right", fontsize=8, color="#0072B2"
    )
    axis.set_title(cell.split, loc="left", fontsize=10)


def calm(axis: Any) -> None:
    """Light lines, so that the curves speak."""
    axis.grid(axis="y", color="#dddddd", linewidth=0.7)
    axis.tick_params(length=0, labelsize=9)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.spines["bottom"].set_color("#999999")


def _grey(index: int) -> dict[str, Any]:
    marker = BASELINE_MARKERS[index % len(BASELINE_MARKERS)]
    return {"color": "#999999", "marker": marker, "linewidth": 1.0, "linestyle": "-", "zorder": 1}


def _add_words(figure: Any, report: Report, axis: Any, width: float) -> None:
    """Title, legend and the small print."""
    settings = report.settings
    print_small = (
        textwrap.fill(f"{settings.tasks:,} paired tasks a panel; {report.intervals};", int(15 * width)) + "\n"
        "the number above each panel is the agent's gain from the first to the last episode"
    )
    figure.suptitle(f"{report.world.name}: return by episode within a trial", fontsize=13, fontweight="bold")
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=4 if width > 9.0 else 3, frameon=False,
        fontsize=9, title=print_small, title_fontsize=8,
    )  # fmt: skip
