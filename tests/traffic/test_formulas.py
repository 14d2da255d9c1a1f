"""Published formulas of the laboratory, each with a value worked out by hand; no traffic is simulated."""

import math

import pytest

from worlds.road.lab.formulas import (
    car_equivalent,
    critical_gap,
    dispersed,
    dispersion_factor,
    hcm_delay,
    permissive_capacity,
    potential_capacity,
    roundabout_capacity,
    webster_delay,
)


def test_websters_delay() -> None:
    # x = 0.5, lambda = 0.5, q = 1/8 a second: 10 s + 2 s − 0.65 · 3840^(1/3) · 0.5^4.5 s
    assert webster_delay(60.0, 30.0, 1800.0, 450.0) == pytest.approx(12.0 - 0.65 * 15.659 * 0.044194, abs=0.001)


def test_the_delay_of_the_hcm() -> None:
    # half full: 10 s + 225 · (√(0.25 + 2/225) − 0.5) s
    assert hcm_delay(60.0, 30.0, 900.0, 450.0, 0.25) == pytest.approx(10.0 + 225.0 * 0.0088108, abs=0.001)
    # full for a quarter of an hour: 15 s + 225 · √(4/225) s
    assert hcm_delay(60.0, 30.0, 900.0, 900.0, 0.25) == pytest.approx(45.0)


def test_the_capacity_through_gaps() -> None:
    # 600 an hour, 6 s and 3 s: 600 e^−1 / (1 − e^−0.5)
    assert potential_capacity(600.0, 6.0, 3.0) == pytest.approx(600.0 * 0.367879 / 0.393469, rel=1e-5)
    assert potential_capacity(0.0, 6.0, 3.0) == 1200.0


@pytest.mark.parametrize("seconds", [4.1, 7.1])
def test_the_critical_gap_is_found_from_its_capacity(seconds: float) -> None:
    assert critical_gap(600.0, potential_capacity(600.0, seconds, 3.5), 3.5) == pytest.approx(seconds)
    assert math.isnan(critical_gap(600.0, 0.0, 3.5))


def test_permissive_left_turns() -> None:
    # nobody comes: 1,440 an hour of green, 29 of 60 s, and 2 a cycle
    assert permissive_capacity(60.0, 29.0, 0.0) == pytest.approx(1440.0 * 29.0 / 60.0 + 120.0)
    # 400 an hour: their queue takes 400 · 31 / 1500 s; 400 e^−0.5 / (1 − e^(−1000/3600)) an hour through the rest
    through = 400.0 * 0.606531 / (1.0 - 0.757465)
    assert permissive_capacity(60.0, 29.0, 400.0) == pytest.approx(through * (29.0 - 8.26667) / 60.0 + 120.0, rel=1e-4)
    # so many that their queue takes the whole green: the two at its end
    assert permissive_capacity(60.0, 29.0, 1800.0) == 120.0


def test_the_entry_of_a_roundabout() -> None:
    assert roundabout_capacity(0.0) == (1130.0, 1380.0)
    old, new = roundabout_capacity(600.0)
    assert old == pytest.approx(620.2, abs=0.1)
    assert new == pytest.approx(748.3, abs=0.1)


def test_what_a_lorry_counts_for() -> None:
    # a fifth of lorries that count for two: 2,400 cars are 2,000 vehicles
    assert car_equivalent(2400.0, 2000.0, 0.2) == pytest.approx(2.0)
    assert car_equivalent(2400.0, 2400.0, 0.2) == 1.0


def test_a_platoon_disperses() -> None:
    pulse = [60.0] + [0.0] * 599
    far = dispersed(pulse, 0.25, 20.0)  # T = 16 s, F = 1 / (1 + 0.25 · 0.8 · 20) = 0.2
    assert far[15] == pytest.approx(0.0, abs=1e-6)
    assert far[16:19] == pytest.approx([12.0, 9.6, 7.68])
    assert sum(far) == pytest.approx(60.0)
    assert dispersed(pulse, 0.0, 20.0)[16] == 60.0  # nobody differs


@pytest.mark.parametrize("alpha", [0.0, 0.25, 0.5])
def test_the_dispersion_factor_is_found_again(alpha: float) -> None:
    near = [float(max(0, 30 - second) if second > 2 else 0) for second in range(90)]
    assert dispersion_factor(near, dispersed(near, alpha, 30.0), 30.0) == alpha
