"""Traffic behaves as measured on real roads, but for known misses: every experiment of the laboratory."""

import math

import pytest

from worlds.road.lab import misses
from worlds.road.lab.check import MODEL, Check, at_least, at_most, between, experiment, experiments, within
from worlds.road.lab.misses import FAILS, HOLDS, HOLDS_NOW, KNOWN, KNOWN_MISS, WORSE, Miss, judge


@pytest.mark.slow
@pytest.mark.parametrize("name", experiments())
def test_the_measured_values_are_the_published_ones_or_known_misses(name: str) -> None:
    found = experiments()[name]()
    wrong = [
        f"{check.name}: {check.measured:g} {check.unit} {verdict}"
        for check in found
        if (verdict := judge(name, check)) not in (HOLDS, KNOWN_MISS)
    ]
    assert found
    assert wrong == []
    assert set(KNOWN.get(name, {})) <= {check.name for check in found}


def test_known_misses_are_those_of_experiments() -> None:
    assert set(KNOWN) <= set(experiments())


def test_a_check_passes_inside_its_range_only() -> None:
    assert within("a", 103.0, 100.0, 0.03, "m", "").passed
    assert not within("a", 103.1, 100.0, 0.03, "m", "").passed
    assert within("below zero", -103.0, -100.0, 0.03, "m", "").passed
    assert between("b", 2.0, 1.0, 2.0, "m", "").published == 1.5
    assert at_most("c", -5.0, 2.0, "m", "").passed
    assert not at_least("d", 1.9, 2.0, "m", "").passed
    assert not Check("nothing was measured", math.nan, 1.0, -math.inf, math.inf, "m", "").passed


def test_how_far_a_check_misses() -> None:
    assert between("below", 0.5, 1.0, 2.0, "m", "").missed_by == 0.5
    assert at_most("above", 5.0, 2.0, "m", "", MODEL).missed_by == 3.0
    assert at_least("holds", 5.0, 2.0, "m", "").missed_by == 0.0
    assert Check("nothing was measured", math.nan, 1.0, 0.0, 2.0, "m", "").missed_by == math.inf


@pytest.mark.parametrize(
    ("measured", "verdict"),
    [(9.0, HOLDS_NOW), (15.0, KNOWN_MISS), (15.5, KNOWN_MISS), (16.0, WORSE), (math.nan, WORSE)],
)
def test_a_known_miss_may_neither_grow_nor_vanish_unseen(
    measured: float, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(misses, "KNOWN", {"here": {"a": Miss(15.0, "a reason")}})
    assert judge("here", at_most("a", measured, 10.0, "m", "")) == verdict
    assert judge("here", at_most("b", 15.0, 10.0, "m", "")) == FAILS
    assert judge("elsewhere", at_most("a", 15.0, 10.0, "m", "")) == FAILS


def test_experiments_have_names_of_their_own() -> None:
    name = next(iter(experiments()))
    with pytest.raises(ValueError, match="entered twice"):
        experiment(name)(list)
