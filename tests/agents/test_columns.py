"""Text tables: no two columns run together, however wide a value, its interval or a name is."""

import re

import numpy as np

from agents.evaluation.render.columns import Cell, aligned
from agents.evaluation.render.text import cell_lines
from agents.evaluation.results import Cell as Measured
from agents.evaluation.results import ComparedFigure
from agents.evaluation.statistics import Comparison

TASKS, EPISODES = 6, 3
LONG = "bot:whoever_has_a_very_long_name_indeed"


def wide_cell() -> Measured:
    """Two training seeds whose scores, intervals and names are long."""
    spread = np.linspace(-9e6, 9e6, TASKS)[:, None] + np.arange(EPISODES)
    comparison = Comparison(
        {name: np.stack([spread + 3e6, spread - 5e6]) for name in ("agent", "wiped", "random", LONG)}
    )
    figures = {f"figure_with_a_very_long_name_{at}": ComparedFigure.of(comparison) for at in range(2)}
    return Measured.of("walker", "train", comparison, {}, figures)


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    rows: list[list[Cell]] = [
        ["return", "1", "2"],
        ["agent", ("-123456.79", "±1876543.21"), ("1.00", "±0.50")],
        ["seed", ("2.00", "")],
    ]
    assert list(aligned(rows)) == [
        "  return                        1            2",
        "  agent    -123456.79 ±1876543.21   1.00 ±0.50",
        "  seed           2.00",
    ]


def test_an_empty_column_takes_no_room() -> None:
    assert list(aligned([["a", "", "1"], ["bb", "", "22"]], left=2)) == ["  a     1", "  bb   22"]


def test_no_columns_of_an_evaluation_run_together() -> None:
    cell = wide_cell()
    lines = [re.split(r" {2,}", line.strip()) for line in cell_lines(cell)]
    heads = [line for line in lines if line[0] == "return by episode"]
    assert heads == [["return by episode", *map(str, range(1, EPISODES + 1)), f"gain 1→{EPISODES}"]]
    for name, curve in cell.curves.items():
        (row,) = [line for line in lines if line[0] == name and len(line) == len(heads[0])]
        halves = [float(text.partition("±")[2]) for text in row[1:]]
        assert halves[0] == round((curve[0].high - curve[0].low) / 2.0, 2) > 1e6
    (figures,) = [line for line in lines if line[1:] == list(cell.figures)]
    width = len(figures)
    assert [line for line in lines if line[0] == f"agent − {LONG}" and len(line) == width]
