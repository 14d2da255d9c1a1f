"""The tables of an evaluation for a terminal."""

from collections.abc import Iterator

from agents.evaluation.results import Cell
from agents.statistics import Estimate

FIGURES_ABREAST = 4


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
    yield from _verdict_lines(cell)
    yield from _figure_lines(cell)


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


def _verdict_lines(cell: Cell) -> Iterator[str]:
    for verdict in cell.verdicts:
        evidence = ", ".join(f"{label} {_signed(estimate)}" for label, estimate in verdict.evidence)
        yield f"  {verdict.claim:<44} {verdict.word:<4} {evidence}".rstrip()
    if "shuffled" in cell.differences:
        yield f"  {'also: agent − shuffled, ' + cell.later_words:<49} {_signed(cell.differences['shuffled'])}"
    if {"blind", "oracle"} <= set(cell.curves):
        share = str(cell.adaptation) if cell.adaptation else "none: the oracle is not surely above the blind"
        yield f"  {'also: adaptation (agent−blind)/(oracle−blind)':<49} {share}"


def _brief(estimate: Estimate, *, sign: bool = False) -> str:
    """Value ± half the width of the interval."""
    value = f"{estimate.value:+.2f}" if sign else f"{estimate.value:.2f}"
    return f"{value} ±{(estimate.high - estimate.low) / 2.0:.2f}"


def _signed(estimate: Estimate) -> str:
    return f"{estimate.value:+.2f} [{estimate.low:+.2f}, {estimate.high:+.2f}]"
