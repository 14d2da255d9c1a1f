"""The tables of an evaluation for a terminal."""

from collections.abc import Iterator

from agents.evaluation.crossed import Crossed
from agents.evaluation.learned import SPLIT, LearnedOpponents
from agents.evaluation.matrix import Matrix
from agents.evaluation.mixes import Mixes
from agents.evaluation.recordings import Recorded
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
    numbers = "".join(f"{episode + 1:>14}" for episode in range(cell.episodes))
    yield ""
    yield f"{cell.role} on {cell.split}"
    yield f"  {'return by episode':<18}{numbers}{f'gain 1→{cell.episodes}':>16}"
    for name, curve in cell.curves.items():
        yield f"  {name:<18}{''.join(f'{_brief(e):>14}' for e in curve)}{_brief(cell.gains[name], sign=True):>16}"
        if len(cell.by_seed[name]) > 1:
            for index, row in enumerate(cell.by_seed[name]):
                values = "".join(f"{value:>8.2f}      " for value in row)
                yield f"    {f'checkpoint {index + 1}':<16}{values}{row[-1] - row[0]:>+10.2f}"
    yield from _middle_lines(cell)
    yield from _finding_lines(cell)
    yield from _figure_lines(cell)


def _middle_lines(cell: Cell) -> Iterator[str]:
    """Interquartile means beside the means, some conditions at a time."""
    names = list(cell.iqm)
    for start in range(0, len(names), FIGURES_ABREAST):
        part = names[start : start + FIGURES_ABREAST]
        what = f"IQM, {cell.later_words}" if start == 0 else ""
        yield f"  {what:<24}{''.join(f'{name:>13} {_brief(cell.iqm[name]):<12}' for name in part)}".rstrip()


def _figure_lines(cell: Cell) -> Iterator[str]:
    """The world's figures by condition, and the agent's less the others', a few figures at a time."""
    names = list(cell.figures)
    for start in range(0, len(names), FIGURES_ABREAST):
        part = [(name, cell.figures[name]) for name in names[start : start + FIGURES_ABREAST]]
        yield f"  {cell.later_words:<24}{''.join(f'{name:>18}' for name, _ in part)}"
        for condition in cell.curves:
            yield f"  {condition:<24}{''.join(f'{_short(figure.values[condition]):>18}' for _, figure in part)}"
        for condition in (name for name in cell.curves if name != "agent"):
            margins = [figure.differences[condition] for _, figure in part]
            yield f"  {'agent − ' + condition:<24}{''.join(f'{_short(e, sign=True):>18}' for e in margins)}"


def _short(estimate: Estimate, *, sign: bool = False) -> str:
    """Value ± half the width of the interval, to four digits."""
    value = f"{estimate.value:+.4g}" if sign else f"{estimate.value:.4g}"
    return f"{value} ±{(estimate.high - estimate.low) / 2.0:.2g}"


def _finding_lines(cell: Cell) -> Iterator[str]:
    wide = max(len(finding.word) for finding in cell.findings)
    for finding in cell.findings:
        evidence = ", ".join(f"{label} {_signed(estimate)}" for label, estimate in finding.evidence)
        yield f"  {finding.claim:<46} {finding.word:<{wide}}  {evidence}".rstrip()
    column = 46 + 1 + wide + 1  # where the evidence of the claims begins
    if cell.headroom:
        yield f"  {'also: oracle − blind, ' + cell.later_words:<{column}} {_signed(cell.headroom)}"
        share = str(cell.adaptation) if cell.adaptation else "none: the oracle is not surely above the blind"
        yield f"  {'also: adaptation (agent−blind)/(oracle−blind)':<{column}} {share}"
    for name in cell.worth:
        yield f"  {f'also: agent − {name}, {cell.later_words}':<{column}} {_signed(cell.differences[name])}"


def _brief(estimate: Estimate, *, sign: bool = False) -> str:
    """Value ± half the width of the interval."""
    value = f"{estimate.value:+.2f}" if sign else f"{estimate.value:.2f}"
    return f"{value} ±{(estimate.high - estimate.low) / 2.0:.2f}"


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
    yield f"  {'':<18}{f'return, {words}':>26}{'gain':>16}{'drop against train':>22}{'adaptation':>20}"
    for split, estimate in crossed.later.items():
        drop = _signed(crossed.drop[split]) if split in crossed.drop else NONE
        adaptation = str(crossed.adaptation[split]) if split in crossed.adaptation else NONE
        yield f"  {split:<18}{estimate!s:>26}{_brief(crossed.gain[split], sign=True):>16}{drop:>22}{adaptation:>20}"


def _learned_lines(learned: LearnedOpponents, words: str) -> Iterator[str]:
    yield ""
    yield f"{learned.role} on {SPLIT}, strangers that learned in the place of bots"
    yield f"  {learned.about}"
    numbers = "".join(f"{episode + 1:>14}" for episode in range(learned.episodes))
    yield f"  {'return by episode':<18}{numbers}{f'gain 1→{learned.episodes}':>16}"
    for name, curve in learned.curves.items():
        yield f"  {name:<18}{''.join(f'{_brief(e):>14}' for e in curve)}{_brief(learned.gains[name], sign=True):>16}"
    for finding in learned.findings:
        (label, estimate), *_ = finding.evidence
        yield f"  {finding.claim:<50} {finding.word:<4} {label} {_signed(estimate)}"
    if "foreign" in learned.ahead:
        yield f"  {f'also: agent − foreign, {words}':<55} {_signed(learned.ahead['foreign'])}"
    yield "  " + ", ".join(f"agent above {name} {learned.sure_with(name)}" for name in learned.ahead)
    for member in learned.members:
        margins = "".join(f", − {name} {_signed(each)}" for name, each in member.ahead.items())
        worse = "; itself worse than random play" * member.worse_than_random
        yield f"  with {member.name} ({member.told}{worse})"
        yield f"    {words}: agent {_brief(member.later['agent'])}{margins}"


def _mixes_lines(mixes: Mixes, words: str) -> Iterator[str]:
    yield ""
    yield f"{mixes.role}, layouts of {mixes.layout}: return in {words} by share of held-out opponents"
    yield f"  {'seen:held-out':<18}{''.join(f'{mix:>14}' for mix in mixes.mixes)}"
    yield f"  {'share held out':<18}{''.join(f'{100 * share:>12.0f} %' for share in mixes.shares)}"
    for name, row in mixes.later.items():
        yield f"  {name:<18}{''.join(f'{_brief(each):>14}' for each in row)}"
    if any(mixes.adaptation):
        yield f"  {'adaptation':<18}{''.join(f'{_brief(each) if each else NONE:>14}' for each in mixes.adaptation)}"
    yield f"  the agent loses from {mixes.mixes[0]} to {mixes.mixes[-1]}: {_signed(mixes.drop)}"


def _switch_lines(switch: Switch) -> Iterator[str]:
    yield ""
    yield f"{switch.role} on {switch.split}: other opponents from episode {switch.episode} on"
    numbers = range(1, len(next(iter(switch.curves.values()))) + 1)
    yield f"  {'return by episode':<20}{''.join(f'{number:>14}' for number in numbers)}"
    for name, curve in switch.curves.items():
        yield f"  {name:<20}{''.join(f'{_brief(each):>14}' for each in curve)}"
    blank = "".join(f"{'':>14}" for _ in range(switch.episode - 1))
    for name, row in (("switched − settled", switch.behind), ("switched − wiped", switch.memory)):
        yield f"  {name:<20}{blank}{''.join(f'{_brief(each, sign=True):>14}' for each in row)}"
    share = str(switch.recovered) if switch.recovered else "not told: settled is not surely above wiped"
    yield f"  recovered in the last episode, (switched−wiped)/(settled−wiped): {share}"


def _matrix_lines(matrix: Matrix, words: str) -> Iterator[str]:
    yield ""
    takes = f"one {matrix.role} seat" if matrix.by == "seat" else f"all {matrix.role} seats"
    yield f"{matrix.role} on {matrix.split}: cross-play, return of the row's agent in {words}; it takes {takes}"
    width = max(14, *(len(name) + 2 for name in matrix.names))
    yield f"  {'':<{width}}{''.join(f'{name:>{width}}' for name in matrix.names)}"
    for name, row in zip(matrix.names, matrix.scores, strict=True):
        yield f"  {name:<{width}}{''.join(f'{_brief(each):>{width}}' for each in row)}"
    yield f"  diagonal {matrix.own}, off the diagonal {matrix.others}, lost {_signed(matrix.loss)}"


def _replay_lines(recorded: tuple[Recorded, ...]) -> Iterator[str]:
    if recorded:
        yield ""
        yield "replays (crossplay replay FILE), from the report's folder"
    for each in recorded:
        task = "" if each.rank else f", task {each.task}"
        returns = " ".join(f"{value:.1f}" for value in each.returns)
        yield f"  {each.name}{task}: {each.file} · returns {returns}"
