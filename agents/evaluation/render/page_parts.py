"""The sections of the HTML report on mixes, switches, cross-play and replays."""

import shlex
from urllib.parse import quote

from agents.evaluation.matrix import Matrix
from agents.evaluation.mixes import Mixes
from agents.evaluation.recordings import Recorded
from agents.evaluation.render import pictures
from agents.evaluation.render.markup import Child, Element, drawing, table, tag
from agents.evaluation.render.plot import BLUES, WORDS, colour_range
from agents.evaluation.render.values import NONE, brief, signed, spread
from agents.evaluation.report import Report
from agents.evaluation.results import later_words
from agents.evaluation.switch import Switch


def mixes_section(report: Report) -> Element | None:
    """Score against the share of held-out opponents."""
    if not report.mixes:
        return None
    words = later_words(report.cells[0].episodes)
    about = (
        "At every share the same tasks are played; only more of the opponents, spread evenly over the tasks, are of "
        "held-out kinds or have held-out knobs. Whoever is held out at one share is so at every larger one."
    )
    blocks: list[Child] = []
    for role in dict.fromkeys(part.role for part in report.mixes):
        mine = [part for part in report.mixes if part.role == role]
        picture = drawing(pictures.mixes(mine), f"{role}: return by share of held-out opponents", f"mixes-{role}")
        blocks += [tag("h3", role), tag("figure", picture)]
        blocks += [block for part in mine for block in _mixes_blocks(part, words)]
    return tag("section", tag("h2", "From seen to held-out opponents"), tag("p", about), *blocks, id="mixes")


def _mixes_blocks(part: Mixes, words: str) -> list[Child]:
    heads: list[Child] = [f"layouts of {part.layout}, {words}"]
    heads += [
        tag("th", mix, tag("br"), tag("small", f"{100 * share:.0f} % held out"))
        for mix, share in zip(part.mixes, part.shares, strict=True)
    ]
    rows: list[list[Child]] = [
        [WORDS[name], *(brief(each) for each in row)] for name, row in part.later.items()
    ]  # fmt: skip
    rows.append(["agent's gain, first to last episode", *(signed(each) for each in part.gain)])
    if any(part.adaptation):
        rows.append(["adaptation", *(spread(each) if each else NONE for each in part.adaptation)])
    lost = tag("p", f"From {part.mixes[0]} to {part.mixes[-1]} the agent loses ", signed(part.drop), ".")
    return [table(heads, rows), lost]


def switch_section(report: Report) -> Element | None:
    """Before and after a switch of opponents."""
    if not report.switches:
        return None
    about = (
        f"At the beginning of episode {report.switches[0].episode} everyone else is exchanged for the opponents of "
        "another task; the layout, and all else that is hidden, stay. The agent that meets the new opponents from the "
        "first episode on shows where recovery would be complete, the one whose memory is wiped what is left without "
        "memory."
    )
    blocks: list[Child] = []
    for role in dict.fromkeys(part.role for part in report.switches):
        mine = [part for part in report.switches if part.role == role]
        picture = drawing(pictures.switches(mine), f"{role}: return by episode around the switch", f"switch-{role}")
        blocks += [tag("h3", role), tag("figure", picture), *(_switch_table(part) for part in mine)]
    return tag("section", tag("h2", "Opponents switched in mid-trial"), tag("p", about), *blocks, id="switch")


def _switch_table(part: Switch) -> Element:
    episodes = len(next(iter(part.curves.values())))
    heads: list[Child] = [f"{part.role} on {part.split}"]
    heads += [f"{number}{' new' if number >= part.episode else ''}" for number in range(1, episodes + 1)]
    rows: list[list[Child]] = [
        [pictures.SWITCH_WORDS[name], *(brief(each) for each in curve)] for name, curve in part.curves.items()
    ]  # fmt: skip
    before = [NONE] * (part.episode - 1)
    rows.append(["switched − new throughout", *before, *(signed(each) for each in part.behind)])
    rows.append(["memory kept − wiped, both switched", *before, *(signed(each) for each in part.memory)])
    share: Child = spread(part.recovered) if part.recovered else "not told: memory is not surely worth anything there"
    note = tag(
        "p", "Change at the switch against old opponents ", signed(part.change), "; recovered in the last episode, "
        "(switched − wiped) / (new throughout − wiped): ", share, ".",
    )  # fmt: skip
    return tag("div", table(heads, rows), note)


def matrix_section(report: Report) -> Element | None:
    """The heat maps of cross-play."""
    if not report.matrices:
        return None
    words = later_words(report.cells[0].episodes)
    takes = "one seat" if report.matrices[0].by == "seat" else "all seats of the role"
    about = (
        f"The row's agent takes {takes}, the column's agent all others that are free for agents; what is shown is "
        f"the return of the row's agent in {words}. On the framed diagonal an agent plays with itself. What is lost "
        "off the diagonal was agreed in one training run and is not shared by others. Intervals cover the draw of "
        "tasks, not of agents."
    )
    maps = [_matrix_block(part) for part in report.matrices]
    return tag(
        "section", tag("h2", "Cross-play"), tag("p", about), tag("div", *maps, class_="pair"), id="crossplay"
    )  # fmt: skip


def _matrix_block(part: Matrix) -> Element:
    low, high = colour_range(part)
    rows: list[list[Child]] = []
    for index, (name, row) in enumerate(zip(part.names, part.scores, strict=True)):
        cells = [
            tag("td", brief(each), style=f"background: {_shade(each.value, low, high)}", **_framed(index == column))
            for column, each in enumerate(row)
        ]
        rows.append([name, *cells])
    note = tag(
        "p", "With itself ", spread(part.own), ", with others ", spread(part.others), "; lost ", signed(part.loss), ".",
    )  # fmt: skip
    heat = table(["agent, with:", *part.names], rows, class_="heat")
    return tag("div", tag("h3", f"{part.role} on {part.split}"), heat, note)


def _framed(is_own: bool) -> dict[str, str]:
    return {"class_": "own"} if is_own else {}


def _shade(value: float, low: float, high: float) -> str:
    """A colour between two blues."""
    part = (value - low) / (high - low) if high > low else 0.5
    red, green, blue = (round(a + part * (b - a)) for a, b in zip(*BLUES, strict=True))
    return f"#{red:02x}{green:02x}{blue:02x}"


def replays_section(report: Report) -> Element | None:
    """Links to what was recorded, and how to watch it."""
    if not report.recorded:
        return None
    about = (
        "Trials of the agent, ranked by return over the later episodes within their role and split, those with a "
        "switch of opponents by themselves. Run the command in the folder of this report; every replay can be paused, "
        "searched and played on."
    )
    heads: list[Child] = [
        "trial", "task", "returns by episode", tag("th", "file", class_="left"), tag("th", "to watch", class_="left")
    ]  # fmt: skip
    rows = [_replay_row(each) for each in report.recorded]
    return tag("section", tag("h2", "Replays"), tag("p", about), table(heads, rows), id="replays")


def _replay_row(each: Recorded) -> list[Child]:
    link = tag("a", each.file.rpartition("/")[2], href=quote(each.file))
    command = tag("code", f"crossplay replay {shlex.quote(each.file)}")
    returns = " ".join(f"{value:.1f}" for value in each.returns)
    return [each.name, str(each.task), returns, tag("td", link, class_="left"), tag("td", command, class_="left")]
