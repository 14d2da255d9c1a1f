"""Traffic behaves as measured on real roads: every experiment of the laboratory."""

import math

import pytest

from worlds.road.lab.check import Check, at_least, at_most, between, experiment, experiments, within

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", experiments())
def test_the_measured_values_are_the_published_ones(name: str) -> None:
    found = experiments()[name]()
    assert found
    wrong = [f"{check.name}: {check.measured:g} {check.unit}" for check in found if not check.passed]
    assert wrong == []


def test_a_check_passes_inside_its_range_only() -> None:
    assert within("a", 103.0, 100.0, 0.03, "m", "").passed
    assert not within("a", 103.1, 100.0, 0.03, "m", "").passed
    assert within("below zero", -103.0, -100.0, 0.03, "m", "").passed
    assert between("b", 2.0, 1.0, 2.0, "m", "").published == 1.5
    assert at_most("c", -5.0, 2.0, "m", "").passed
    assert not at_least("d", 1.9, 2.0, "m", "").passed
    assert not Check("nothing was measured", math.nan, 1.0, -math.inf, math.inf, "m", "").passed


def test_experiments_have_names_of_their_own() -> None:
    name = next(iter(experiments()))
    with pytest.raises(ValueError, match="entered twice"):
        experiment(name)(list)
