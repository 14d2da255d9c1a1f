"""The tables of an evaluation for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from math import floor, log10

from agents.evaluation.crossed import Crossed
from agents.evaluation.learned import SPLIT, LearnedOpponents
from agents.evaluation.matrix import Matrix
from agents.evaluation.mixes import Mixes
from agents.evaluation.recordings import Recorded
from agents.evaluation.render.columns import Cell as Text
from agents.evaluation.render.columns import aligned, half
from agents.evaluation.report import Report
from agents.evaluation.results import Cell, later_words
from agents.evaluation.statistics import Estimate
from agents.evaluation.switch import Switch
from worlds.kit.words import built_words

FIGURES_ABREAST = 4
NONE = "–"


def report_text(report: Report) -> str:
    """The whole report for a terminal, 100 columns wide for five episodes."""
    cells = (line for cell in report.cells for line in cell_lines(cell))
    return "\n".join([_head(report), *cells, *part_lines(report), *_foot(report)])


def _head(report: Report) -> str:
    world = report.world
    build = built_words(world.build_args, " ")
    return (
        f"{world.name} version {world.version} {build} · {report.settings.tasks:,} paired tasks per role and split\n"
        f"{report.intervals}"
    )


def _foot(report: Report) -> Iterator[str]:
    """Who was measured, with which version, and the command that measures it again."""
    yield ""
    yield from report.notes
    yield f"crossplay {report.version}"
    for source in report.sources:
        split = "" if source.train_split == "train" else f" · trained on {source.train_split}"
        origin = f"training seed {source.seed} · {source.steps:,} agent-steps{split}"
        yield f"{source.kind:<8} {source.path} · {origin} · sha256 {source.sha256[:16]}"
    yield f"again: {report.command}"


def cell_lines(cell: Cell) -> Iterator[str]:
    yield ""
    yield f"{cell.role} on {cell.split}"
    yield from aligned(list(_curve_rows(cell.curves, cell.gains, cell.by_seed)))
    yield from _middle_lines(cell)
    yield from _finding_lines(cell)
    yield from _figure_lines(cell)


def _curve_rows(
    curves: Mapping[str, Sequence[Estimate]],
    gains: Mapping[str, Estimate],
    by_seed: Mapping[str, Sequence[Sequence[float]]],
) -> Iterator[list[Text]]:
    """Returns by episode and the gain, each condition's checkpoints under it where there are several."""
    episodes = len(next(iter(curves.values())))
    yield ["return by episode", *_numbers(episodes), f"gain 1→{episodes}"]
    for name, curve in curves.items():
        yield [name, *map(_pair, curve), _pair(gains[name], sign=True)]
        rows = by_seed.get(name, [])
        for index, row in enumerate(rows if len(rows) > 1 else []):
            values = [(f"{value:.2f}", "") for value in row]
            yield [f"  checkpoint {index + 1}", *values, (f"{row[-1] - row[0]:+.2f}", "")]


def _numbers(episodes: int) -> Iterator[str]:
    return (str(episode + 1) for episode in range(episodes))


def _middle_lines(cell: Cell) -> Iterator[str]:
    """Interquartile means beside the means, some conditions at a time."""
    told = {name: _brief(estimate) for name, estimate in cell.iqm.items()}
    wide = max(map(len, told.values()), default=0)
    rows: list[list[Text]] = []
    for part in _abreast(list(told)):
        what = "" if rows else f"IQM, {cell.later_words}"
        rows.append([what, *((name, f"{told[name]:>{wide}}") for name in part)])
    yield from aligned(rows)


def _figure_lines(cell: Cell) -> Iterator[str]:
    """The world's figures by condition, and the agent's less the others', a few figures at a time."""
    for names in _abreast(list(cell.figures)):
        part = [cell.figures[name] for name in names]
        rows: list[list[Text]] = [[cell.later_words, *names]]
        rows += [[name, *(_short(figure.values[name]) for figure in part)] for name in cell.curves]
        rows += [
            [f"agent − {name}", *(_short(figure.differences[name], sign=True) for figure in part)]
            for name in cell.curves
            if name != "agent"
        ]
        yield from aligned(rows)


def _abreast(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + FIGURES_ABREAST] for start in range(0, len(names), FIGURES_ABREAST))


def _short(estimate: Estimate, *, sign: bool = False) -> tuple[str, str]:
    """Value and half of its interval, with four digits of the larger of the two."""
    largest = max(abs(estimate.value), (estimate.high - estimate.low) / 2.0)
    decimals = min(max(3 - floor(log10(largest)), 0), 6) if largest > 0.0 else 2
    return f"{estimate.value:{'+' * sign}.{decimals}f}", half(estimate, f".{decimals}f")


def _finding_lines(cell: Cell) -> Iterator[str]:
    rows = [
        (finding.claim, finding.word, ", ".join(f"{label} {_signed(estimate)}" for label, estimate in finding.evidence))
        for finding in cell.findings
    ]
    also = []
    if cell.headroom:
        also.append((f"also: oracle − blind, {cell.later_words}", _signed(cell.headroom)))
        share = str(cell.adaptation) if cell.adaptation else "none: the oracle is not surely above the blind"
        also.append(("also: adaptation (agent−blind)/(oracle−blind)", share))
    also += [(f"also: agent − {name}, {cell.later_words}", _signed(cell.differences[name])) for name in cell.worth]
    also += [(f"also: (agent−wiped)/({name}−wiped)", str(share)) for name, share in cell.won.items() if share]
    if below := ", ".join(name for name, share in cell.won.items() if not share):
        also.append(("also: not surely above wiped", below))
    claims, words = (max(len(row[at]) for row in rows) for at in (0, 1))
    first = max(claims + 2 + words, *(len(label) for label, _ in also)) if also else claims + 2 + words
    for claim, word, evidence in rows:
        yield f"  {f'{claim:<{claims}}  {word}':<{first}}  {evidence}".rstrip()
    yield from (f"  {label:<{first}}  {figure}" for label, figure in also)


def _pair(estimate: Estimate, *, sign: bool = False) -> tuple[str, str]:
    """Value and half the width of the interval."""
    return f"{estimate.value:{'+' * sign}.2f}", half(estimate)


def _brief(estimate: Estimate) -> str:
    return " ".join(_pair(estimate))


def _signed(estimate: Estimate) -> str:
    return f"{estimate.value:+.2f} [{estimate.low:+.2f}, {estimate.high:+.2f}]"


def part_lines(report: Report) -> Iterator[str]:
    """What there is beside the cells."""
    words = later_words(report.cells[0].episodes)
    for crossed in report.crossed:
        yield from _crossed_lines(crossed, words)
    for learned in report.learned:
        yield from _learned_lines(learned, words)
    for mixes in report.mixes:
        yield from _mixes_lines(mixes, words)
    for switch in report.switches:
        yield from _switch_lines(switch)
    for matrix in report.matrices:
        yield from _matrix_lines(matrix, words)
    if report.alone:
        yield from ("", f"adaptation in {words}, beside the agent for this world alone on the same tasks")
        yield from (f"  {each.role} on {each.split}: {each}" for each in report.alone)
    yield from _replay_lines(report.recorded)


def _crossed_lines(crossed: Crossed, words: str) -> Iterator[str]:
    yield ""
    yield f"{crossed.role}: the agent on seen and new layouts and opponents"
    rows: list[list[Text]] = [["", f"return, {words}", "gain", "drop against train", "adaptation"]]
    for split, estimate in crossed.later.items():
        drop = _signed(crossed.drop[split]) if split in crossed.drop else NONE
        adaptation = str(crossed.adaptation[split]) if split in crossed.adaptation else NONE
        rows.append([split, str(estimate), _pair(crossed.gain[split], sign=True), drop, adaptation])
    yield from aligned(rows)


def _learned_lines(learned: LearnedOpponents, words: str) -> Iterator[str]:
    yield ""
    yield f"{learned.role} on {SPLIT}, strangers that learned in the place of bots"
    yield f"  {learned.about}"
    yield from aligned(list(_curve_rows(learned.curves, learned.gains, {})))
    found = [
        (f"{finding.claim:<50} {finding.word:<4} {finding.evidence[0][0]}", finding.evidence[0][1])
        for finding in learned.findings
    ]
    if "foreign" in learned.ahead:
        found.append((f"also: agent − foreign, {words}", learned.ahead["foreign"]))
    yield from aligned([[label, _signed(estimate)] for label, estimate in found])
    yield "  " + ", ".join(f"agent above {name} {learned.sure_with(name)}" for name in learned.ahead)
    for member in learned.members:
        margins = "".join(f", − {name} {_signed(each)}" for name, each in member.ahead.items())
        worse = "; itself worse than random play" * member.worse_than_random
        yield f"  with {member.name} ({member.told}{worse})"
        yield f"    {words}: agent {_brief(member.later['agent'])}{margins}"


def _mixes_lines(mixes: Mixes, words: str) -> Iterator[str]:
    yield ""
    yield f"{mixes.role}, layouts of {mixes.layout}: return in {words} by share of held-out opponents"
    rows: list[list[Text]] = [["seen:held-out", *mixes.mixes]]
    rows.append(["share held out", *(f"{100 * share:.0f} %" for share in mixes.shares)])
    rows += [[name, *map(_pair, row)] for name, row in mixes.later.items()]
    if any(mixes.adaptation):
        rows.append(["adaptation", *(_pair(each) if each else NONE for each in mixes.adaptation)])
    yield from aligned(rows)
    yield f"  the agent loses from {mixes.mixes[0]} to {mixes.mixes[-1]}: {_signed(mixes.drop)}"


def _switch_lines(switch: Switch) -> Iterator[str]:
    yield ""
    yield f"{switch.role} on {switch.split}: other opponents from episode {switch.episode} on"
    rows: list[list[Text]] = [["return by episode", *_numbers(len(next(iter(switch.curves.values()))))]]
    rows += [[name, *map(_pair, curve)] for name, curve in switch.curves.items()]
    before = [""] * (switch.episode - 1)
    for name, row in (("switched − settled", switch.behind), ("switched − wiped", switch.memory)):
        rows.append([name, *before, *(_pair(each, sign=True) for each in row)])
    yield from aligned(rows)
    share = str(switch.recovered) if switch.recovered else "not told: settled is not surely above wiped"
    yield f"  recovered in the last episode, (switched−wiped)/(settled−wiped): {share}"


def _matrix_lines(matrix: Matrix, words: str) -> Iterator[str]:
    yield ""
    takes = f"one {matrix.role} seat" if matrix.by == "seat" else f"all {matrix.role} seats"
    yield f"{matrix.role} on {matrix.split}: cross-play, return of the row's agent in {words}; it takes {takes}"
    rows: list[list[Text]] = [["", *matrix.names]]
    rows += [[name, *map(_pair, row)] for name, row in zip(matrix.names, matrix.scores, strict=True)]
    yield from aligned(rows)
    yield f"  diagonal {matrix.own}, off the diagonal {matrix.others}, lost {_signed(matrix.loss)}"


def _replay_lines(recorded: tuple[Recorded, ...]) -> Iterator[str]:
    if recorded:
        yield ""
        yield "replays (crossplay replay FILE), from the report's folder"
    for each in recorded:
        task = "" if each.rank else f", task {each.task}"
        returns = " ".join(f"{value:.1f}" for value in each.returns)
        yield f"  {each.name}{task}: {each.file} · returns {returns}"
