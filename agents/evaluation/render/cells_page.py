"""The sections of the HTML report on roles: returns by episode, the claims, the crossed table."""

from collections.abc import Iterator

from agents.evaluation.crossed import Crossed, split_of
from agents.evaluation.render import pictures
from agents.evaluation.render.markup import Child, Element, drawing, table, tag
from agents.evaluation.render.plot import WORDS
from agents.evaluation.render.values import NONE, brief, four_digits, signed, spread
from agents.evaluation.report import Report
from agents.evaluation.results import Cell


def adaptation_word(cell: Cell) -> Child:
    """The adaptation, or why there is none."""
    if cell.adaptation:
        return spread(cell.adaptation)
    if cell.headroom:
        return tag("span", "no sure headroom", class_="unknown", title="the oracle is not surely above the blind")
    return tag("span", "not measured", class_="unknown")


def headroom_word(cell: Cell) -> Child:
    """What knowing the hidden task is worth."""
    return signed(cell.headroom) if cell.headroom else tag("span", "not measured", class_="unknown")


def crossed_table(crossed: Crossed, words: str) -> Element:
    """Seen and new layouts as rows, seen and new opponents as columns."""
    heads: list[Child] = [f"{crossed.role}", "seen opponents", "new opponents"]
    rows: list[list[Child]] = []
    for layout, is_new in (("seen layouts", False), ("new layouts", True)):
        splits = [split_of(new_layout=is_new, new_opponents=new) for new in (False, True)]
        rows.append([layout, *(_crossed_cell(crossed, split) for split in splits)])
    note = f"Return in {words}; gain from the first to the last episode; drop against seen layouts and opponents."
    return tag("div", table(heads, rows), tag("p", note, class_="muted"))


def _crossed_cell(crossed: Crossed, split: str) -> Child:
    if split not in crossed.later:
        return tag("td", tag("span", "not measured", class_="unknown"))
    lines: list[Child] = [spread(crossed.later[split]), tag("br"), tag("small", "gain "), signed(crossed.gain[split])]
    if split in crossed.drop:
        lines += [tag("br"), tag("small", "drop "), signed(crossed.drop[split])]
    if split in crossed.adaptation:
        lines += [tag("br"), tag("small", "adaptation "), spread(crossed.adaptation[split])]
    return tag("td", *lines)


def role_sections(report: Report) -> Iterator[Element]:
    """One section a role."""
    for role in dict.fromkeys(cell.role for cell in report.cells):
        cells = [cell for cell in report.cells if cell.role == role]
        caption = (
            "Return of an episode by its number in the trial, a panel for every split. Bands are intervals; the number "
            "above a panel is the agent's gain from the first to the last episode."
        )
        picture = drawing(pictures.returns(cells), f"{role}: return by episode", f"returns-{role}")
        yield tag(
            "section", tag("h2", role), tag("figure", picture, tag("figcaption", caption)),
            *(each for cell in cells for each in _cell_blocks(cell)), id=f"role-{role}",
        )  # fmt: skip


def _cell_blocks(cell: Cell) -> Iterator[Element]:
    yield tag("h3", f"{cell.role} on {cell.split}")
    rivals = [name for name in cell.curves if name != "agent"]
    heads: list[Child] = ["return by episode", *(str(index + 1) for index in range(cell.episodes)), "gain"]
    heads += [cell.later_words, "agent − this"]
    if cell.iqm:
        heads.append("IQM")
    rows = []
    for name, curve in cell.curves.items():
        row: list[Child] = [WORDS.get(name, name), *(brief(each) for each in curve), brief(cell.gains[name], sign=True)]
        row += [brief(cell.later[name]), signed(cell.differences[name]) if name in rivals else NONE]
        if cell.iqm:
            row.append(brief(cell.iqm[name]))
        rows.append(row)
    yield _with_agent_first(table(heads, rows))
    if len(cell.by_seed["agent"]) > 1:
        yield tag("p", _seeds_sentence(cell), class_="muted")
    if cell.figures:
        yield _figures_table(cell)


def _with_agent_first(made: Element) -> Element:
    """The agent's row, which is the first, stands out."""
    row = made.find(".//tbody/tr")
    if row is not None:
        row.set("class", "agent")
    return made


def _seeds_sentence(cell: Cell) -> str:
    lasts = ", ".join(f"{row[-1]:.2f} ({row[-1] - row[0]:+.2f})" for row in cell.by_seed["agent"])
    return f"Last episode (and gain) of each checkpoint of the agent: {lasts}."


def _figures_table(cell: Cell) -> Element:
    heads: list[Child] = [f"figures, {cell.later_words}", *cell.figures]
    rows: list[list[Child]] = [
        [WORDS.get(name, name), *(four_digits(figure.values[name]) for figure in cell.figures.values())]
        for name in cell.curves
    ]
    rows += [
        [f"agent − {name}", *(four_digits(figure.differences[name], sign=True) for figure in cell.figures.values())]
        for name in cell.curves
        if name != "agent"
    ]
    return table(heads, rows)
