"""The HTML report: one page that needs nothing but itself, with links to the replays that lie beside it."""

from collections.abc import Iterator

from agents.evaluation.render import page_parts as parts
from agents.evaluation.render.cells_page import adaptation_word, crossed_table, headroom_word, role_sections
from agents.evaluation.render.markup import Child, Element, document, table, tag
from agents.evaluation.render.style import STYLE
from agents.evaluation.render.values import signed, spread
from agents.evaluation.report import Report
from agents.evaluation.results import Cell, Finding

MARKS = {True: "yes", False: "no", None: "not measured"}
CLASSES = {True: "yes", False: "no", None: "unknown"}


def page(report: Report) -> str:
    """The whole page."""
    sections = [section for section in _sections(report) if section is not None]
    links = [tag("a", _title(section), href=f"#{section.get('id')}") for section in sections]
    return document(f"Crossplay: {report.world.name}", STYLE, _header(report), tag("nav", *links), *sections)


def _title(section: Element) -> str:
    heading = section.find("h2")
    return (heading.text or "") if heading is not None else ""


def _sections(report: Report) -> Iterator[Element | None]:
    yield _summary(report)
    yield from role_sections(report)
    yield parts.mixes_section(report)
    yield parts.switch_section(report)
    yield parts.matrix_section(report)
    yield parts.replays_section(report)
    yield _origin(report)


def _header(report: Report) -> Element:
    agents = ", ".join(source.path for source in report.sources if source.kind == "agent")
    built = " ".join(f"{name}={value}" for name, value in report.world.build_args.items())
    lead = (
        f"{agents} in world {report.world.name} version {report.world.version}{' (' + built + ')' if built else ''}: "
        f"{report.settings.tasks:,} paired tasks per role and split, trials of {report.cells[0].episodes} episodes; "
        f"{report.intervals}."
    )
    return tag("header", tag("h1", f"{report.world.name}: does the agent adapt?"), tag("p", lead, class_="lead"))


def _summary(report: Report) -> Element:
    words = report.cells[0].later_words
    heads: list[Child] = [
        tag("th", "role"), tag("th", "split", class_="left"), f"return, {words}", "gain, first to last",
        "rises", "beats wiped and blind", "above random", "headroom", "adaptation",
    ]  # fmt: skip
    with_middle = any(cell.iqm for cell in report.cells)
    if with_middle:
        heads.insert(3, "interquartile mean")
    rows = [_summary_row(cell, with_middle) for cell in report.cells]
    note = (
        "The agent's memory is kept over a trial. It “rises” where its last episode is surely above its first, beats "
        "its own wiped memory and the blind reference where both differences are surely above 0 in the later episodes, "
        "and is above random where every episode is. Headroom is what an oracle, which is told the task, has more "
        "than a blind agent, which forgets. Adaptation is (agent − blind) / (oracle − blind) in the later episodes: 0 "
        "is as good as an agent that forgets, 1 as good as one that is told the task. All comparisons are on the same "
        "tasks."
    )
    crossed = [crossed_table(each, words) for each in report.crossed]
    return tag(
        "section", tag("h2", "In short"), table(heads, rows), tag("p", note, class_="muted"),
        tag("div", *crossed, class_="pair"), id="short",
    )  # fmt: skip


def _summary_row(cell: Cell, with_middle: bool) -> list[Child]:
    row: list[Child] = [cell.role, tag("td", cell.split, class_="left"), spread(cell.later["agent"])]
    if with_middle:
        row.append(spread(cell.iqm["agent"]) if "agent" in cell.iqm else "–")
    return [
        *row, signed(cell.gains["agent"]), *(_mark(finding) for finding in cell.findings), headroom_word(cell),
        adaptation_word(cell),
    ]  # fmt: skip


def _mark(finding: Finding) -> Element:
    return tag("span", MARKS[finding.holds], class_=CLASSES[finding.holds], title=finding.claim)


def _origin(report: Report) -> Element:
    rows: list[list[Child]] = [
        [
            source.path, tag("td", source.kind, class_="left"), str(source.seed), f"{source.steps:,}",
            tag("td", source.train_split, class_="left"), tag("td", tag("code", source.sha256[:16]), class_="left"),
        ]
        for source in report.sources
    ]  # fmt: skip
    left = {"class_": "left"}
    heads: list[Child] = [
        "checkpoint", tag("th", "kind", **left), "training seed", "agent-steps", tag("th", "trained on", **left),
        tag("th", "SHA-256 of the weights", **left),
    ]  # fmt: skip
    settings = report.settings
    facts: dict[str, Child] = {
        "Again": tag("code", report.command),
        "Crossplay": report.version,
        "World": f"{report.world.name} version {report.world.version}, layout {report.world.layout_hash[:16]}",
        "Tasks": f"{settings.tasks:,} per role and split, seed {settings.seed}; no training seed shares them",
        "Intervals": f"{100 * settings.confidence:g} %, {settings.resamples:,} paired bootstrap replicates over tasks "
        "and, where there are several checkpoints, over training seeds",
        "Files": "report.json holds every number; settings.toml goes to crossplay evaluate --settings",
    }
    listed = [item for name, value in facts.items() for item in (tag("dt", name), tag("dd", value))]
    return tag("section", tag("h2", "How it was measured"), table(heads, rows), tag("dl", *listed), id="origin")
