"""The plots of the HTML report, as SVG to be put into the page."""

import io
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

from agents.evaluation.learned import LearnedOpponents
from agents.evaluation.mixes import Mixes
from agents.evaluation.render.plot import STYLES, WORDS, calm, draw_cell, plain_words
from agents.evaluation.results import Cell
from agents.evaluation.statistics import Estimate
from agents.evaluation.switch import KEPT, SETTLED, SWITCHED, WIPED, Switch

SWITCH_STYLES: dict[str, dict[str, Any]] = {
    KEPT: {"color": "#777777", "marker": "x", "linestyle": ":", "linewidth": 1.4, "zorder": 2},
    SETTLED: {"color": "#009E73", "marker": "^", "linestyle": "-.", "linewidth": 1.6, "zorder": 4},
    WIPED: {"color": "#E69F00", "marker": "s", "linestyle": "--", "linewidth": 1.6, "zorder": 3},
    SWITCHED: {"color": "#0072B2", "marker": "o", "linestyle": "-", "linewidth": 2.4, "zorder": 5},
}
SWITCH_WORDS = {
    KEPT: "old opponents throughout",
    SETTLED: "new opponents throughout",
    WIPED: "switched, memory wiped each episode",
    SWITCHED: "switched, memory kept",
}
FONT: Any = {"svg.fonttype": "none", "svg.hashsalt": "crossplay", "font.family": "sans-serif"}
PANEL, MOST_PANELS = 2.9, 8  # inches; of strangers that learned


@plain_words()
def returns(cells: Sequence[Cell], key: str) -> str:
    """Return by episode: the splits of one role side by side."""
    figure, axes = _panels(len(cells))
    for axis, cell in zip(axes, cells, strict=True):
        draw_cell(axis, cell)
        axis.set_xlabel("episode of the trial")
    axes[0].set_ylabel("return of an episode")
    return _finish(figure, axes[0], key)


@plain_words()
def learned(part: LearnedOpponents, key: str) -> str:
    """Return by episode against strangers that learned, a panel for each: intervals over few members say little."""
    drawn = part.members[:MOST_PANELS]
    figure, axes = _panels(len(drawn))
    for axis, member in zip(axes, drawn, strict=True):
        for name, curve in member.curves.items():
            style = {"linewidth": 1.6, "markersize": 4, **STYLES[name]}
            _line(axis, range(1, part.episodes + 1), curve, WORDS[name], style)
        axis.set_title(member.name, loc="left", fontsize=9)
        axis.set_xlabel("episode of the trial")
        axis.xaxis.get_major_locator().set_params(integer=True)
        calm(axis)
    axes[0].set_ylabel("return of an episode")
    return _finish(figure, axes[0], key)


@plain_words()
def mixes(parts: Sequence[Mixes], key: str) -> str:
    """Score against the share of held-out opponents: seen and new layouts side by side."""
    figure, axes = _panels(len(parts), width=4.2)
    for axis, part in zip(axes, parts, strict=True):
        shares = [100.0 * share for share in part.shares]
        for name, row in part.later.items():
            _line(axis, shares, row, WORDS[name], {"linewidth": 1.6, "markersize": 5, **STYLES[name]})
        axis.set_title(f"layouts of {part.layout}", loc="left", fontsize=10)
        axis.set_xlabel("held-out opponents, %")
        axis.set_xticks(shares, [f"{share:.0f}" for share in shares])
        calm(axis)
    axes[0].set_ylabel("return in the later episodes")
    return _finish(figure, axes[0], key)


@plain_words()
def switches(parts: Sequence[Switch], key: str) -> str:
    """Return by episode around the switch: the splits of one role side by side."""
    figure, axes = _panels(len(parts))
    for axis, part in zip(axes, parts, strict=True):
        episodes = list(range(1, len(part.curves[KEPT]) + 1))
        for name, style in SWITCH_STYLES.items():
            _line(axis, episodes, part.curves[name], SWITCH_WORDS[name], {"markersize": 5, **style})
        axis.axvline(part.episode - 0.5, color="#444444", linewidth=1.0, linestyle=(0, (2, 2)), zorder=1)
        axis.set_title(part.split, loc="left", fontsize=10)
        axis.set_title(f"switch before {part.episode}", loc="right", fontsize=8, color="#444444")
        axis.set_xticks(episodes)
        axis.set_xlabel("episode of the trial")
        calm(axis)
    axes[0].set_ylabel("return of an episode")
    return _finish(figure, axes[0], key)


def _line(axis: Any, across: Sequence[float], row: Iterable[Estimate], label: str, style: dict[str, Any]) -> None:
    estimates = list(row)
    axis.plot(across, [each.value for each in estimates], label=label, **style)
    low, high = [each.low for each in estimates], [each.high for each in estimates]
    axis.fill_between(across, low, high, color=style["color"], alpha=0.18, linewidth=0, zorder=1)


def _panels(count: int, width: float = PANEL) -> tuple[Any, list[Any]]:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.06)
    figure = Figure(figsize=(max(width * count + 0.5, 5.0), 3.3), layout=layout)
    return figure, list(figure.subplots(1, count, squeeze=False, sharey=True)[0])


def _finish(figure: Any, axis: Any, key: str) -> str:
    """Put the legend below and write the figure. ``key`` keeps its names apart from those of other drawings."""
    import matplotlib

    handles, labels = axis.get_legend_handles_labels()
    columns = max(2, min(len(labels), int(figure.get_figwidth() / 2.6)))
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize=9)
    page = io.StringIO()
    with matplotlib.rc_context(FONT):
        figure.savefig(page, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return _as_part(page.getvalue(), key)


def _as_part(svg: str, key: str) -> str:
    """An SVG file that matplotlib wrote as an element of a page: no metadata, no name that another drawing has too."""
    svg = svg[svg.index("<svg") :]
    for words in ('xmlns="http://www.w3.org/2000/svg"', 'xmlns:xlink="http://www.w3.org/1999/xlink"'):
        svg = svg.replace(words, "")  # an HTML page knows both
    root = ElementTree.fromstring(svg.replace("xlink:href", "href"))
    for metadata in root.findall("metadata"):
        root.remove(metadata)
    for each in root.iter():
        for name, value in each.attrib.items():
            if name == "id":
                each.set(name, f"{key}-{value}")
            elif name == "href" and value.startswith("#"):
                each.set(name, f"#{key}-{value[1:]}")
            else:
                each.set(name, value.replace("url(#", f"url(#{key}-"))
    return ElementTree.tostring(root, encoding="unicode", method="html")
