"""Intervals: they cover what they claim, agree with scipy where it has them, and are narrower when paired."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from agents.evaluation.statistics import Comparison, Estimate, interquartile_mean, resample
from agents.players.chance import choose, uniforms
from simulator.engine.late import later
from tests.tools.intervals import Simulated
from worlds.world import Refused


def noise(*shape: int, seed: int = 0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=shape)


def test_replicates_agree_with_scipy() -> None:
    scores = noise(400, 1) * 3.0 + 10.0
    low, high = np.quantile(resample(scores, resamples=4000), (0.025, 0.975))
    reference = stats.bootstrap((scores[:, 0],), np.mean, n_resamples=4000, method="percentile", rng=0)
    assert low == pytest.approx(reference.confidence_interval.low, abs=0.03)
    assert high == pytest.approx(reference.confidence_interval.high, abs=0.03)


def test_interquartile_replicates_are_trimmed_means_of_the_drawn_tasks() -> None:
    from agents.evaluation.statistics import task_counts

    scores = noise(37, 2, seed=4) ** 3
    replicates = resample(scores, resamples=20, seed=5, statistic="iqm")
    counts = next(task_counts(37, resamples=20, seed=5))
    for row, drawn in zip(replicates, counts, strict=True):
        expected = stats.trim_mean(np.repeat(scores, drawn, axis=0), 0.25)
        assert row == pytest.approx(expected)
    assert interquartile_mean(scores) == pytest.approx(stats.trim_mean(scores, 0.25))


@pytest.mark.parametrize(("seeds", "spread"), [(3, 0.0), (3, 1.0), (3, 3.0), (5, 0.0), (5, 3.0), (10, 0.0), (10, 3.0)])
def test_intervals_cover_what_they_claim(seeds: int, spread: float) -> None:
    """Of the mean, a paired difference, one of two groups with their own seeds, and the adaptation; see the tool."""
    covered, untold = Simulated(seeds=seeds, spread=spread, tasks=40, replicates=800).coverage()
    assert (covered > 0.925).all()
    assert (covered < 0.975).all()
    assert untold < 0.02


def test_one_reference_of_one_seed_adds_its_tasks_alone() -> None:
    covered, _ = Simulated(seeds=5, spread=0.0, reference_seeds=1, replicates=800).coverage()
    assert (covered > 0.925).all()
    assert (covered < 0.975).all()


def test_interquartile_means_of_several_seeds_cover_the_truth() -> None:
    covered, _ = Simulated(seeds=5, spread=1.0, replicates=250, statistic="iqm").coverage()
    assert (covered > 0.91).all()


def test_an_interval_over_tasks_alone_covers_a_skewed_truth() -> None:
    """One seed, returns that are exponential: 2,000 figures of one comparison."""
    scores = np.random.default_rng(11).exponential(2.0, size=(1, 200, 2000))
    hits = np.mean([each.low <= 2.0 <= each.high for each in Comparison({"agent": scores}).by_episode("agent")])
    assert 0.925 < hits < 0.975


def test_one_seed_gives_students_interval_over_tasks() -> None:
    scores = noise(30, seed=3) + 4.0
    found = Comparison({"agent": scores[None, :, None]}).late("agent")
    low, high = stats.ttest_1samp(scores, 0.0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_seeds_that_differ_and_tasks_that_do_not_give_the_intervals_of_student_and_welch() -> None:
    agent, blind = np.array([0.0, 1.0, 5.0]), np.array([3.0, 3.5, 4.0, 9.0])
    tables = {name: np.tile(each[:, None, None], (1, 50, 1)) for name, each in (("agent", agent), ("blind", blind))}
    compared = Comparison(tables)
    low, high = stats.ttest_1samp(agent, 0.0).confidence_interval(0.95)
    assert (compared.late("agent").low, compared.late("agent").high) == pytest.approx((low, high))
    low, high = stats.ttest_ind(agent, blind, equal_var=False).confidence_interval(0.95)
    found = compared.late("agent", "blind")
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_ratio_has_the_ends_of_fieller() -> None:
    """On tasks alone they are the roots of (P − rQ)² = t² (V_P − 2r V_PQ + r² V_Q)."""
    part, whole = noise(40, seed=1) + 1.0, noise(40, seed=2) + 3.0
    table = np.stack([part, whole], axis=1)[None]
    found = Comparison({"x": table}).ratio(lambda v: v("x")[..., 0], lambda v: v("x")[..., 1])
    assert found is not None
    squared = stats.t.ppf(0.975, 39) ** 2 * np.cov(part, whole) / 40
    means = np.outer(*2 * (np.array([part.mean(), whole.mean()]),)) - squared
    roots = np.roots([means[1, 1], -2 * means[0, 1], means[0, 0]])
    assert (found.low, found.high) == pytest.approx(tuple(sorted(roots)))
    assert found.value == pytest.approx(part.mean() / whole.mean())


def test_pairing_removes_the_spread_between_tasks() -> None:
    tasks = noise(1, 500, 1, seed=1) * 5.0
    agent, wiped = tasks + 1.0 + noise(1, 500, 5, seed=2) * 0.1, tasks + noise(1, 500, 5, seed=3) * 0.1
    together = Comparison({"agent": agent, "wiped": wiped}, resamples=500)
    difference = together.late("agent", "wiped")
    alone = together.late("agent")
    assert difference.above_zero
    assert difference.high - difference.low < (alone.high - alone.low) / 10.0
    assert difference.value == pytest.approx(1.0, abs=0.05)


def test_conditions_of_one_group_draw_the_same_seeds() -> None:
    seeds = np.array([0.0, 4.0, 8.0])[:, None, None]
    base = noise(1, 300, 3, seed=6)
    scores = {"agent": base + seeds + 1.0, "wiped": base + seeds}
    paired = Comparison(scores, groups={"agent": "checkpoint", "wiped": "checkpoint"}, resamples=500)
    loose = Comparison(scores, resamples=500)
    assert paired.late("agent", "wiped").low == pytest.approx(1.0)
    assert loose.late("agent", "wiped").low < 0.0


def test_gain_and_adaptation() -> None:
    base = noise(1, 200, 1, seed=7)
    rise = np.array([0.0, 1.0, 2.0, 2.0, 2.0])
    flat = np.zeros(5)
    scores = {"agent": base + rise, "blind": base + flat, "oracle": base + flat + 4.0}
    comparison = Comparison(scores, resamples=300)
    assert comparison.gain("agent").value == pytest.approx(2.0)
    assert comparison.adaptation() is not None
    assert comparison.adaptation().value == pytest.approx(0.5)  # type: ignore[union-attr]
    without_headroom = {**scores, "oracle": base + flat - 0.1}
    assert Comparison(without_headroom, resamples=300).adaptation() is None


def test_a_headroom_that_may_be_none_has_no_share() -> None:
    """Of 12 tasks 4 have headroom, which is sure; of 12 tasks one alone is not. All recover half of it."""
    for having, told in ((4, True), (1, False)):
        headroom = np.repeat([1.0, 0.0], [having, 12 - having])[None, :, None] * np.ones((1, 12, 2))
        comparison = Comparison({"agent": headroom / 2, "blind": 0.0 * headroom, "oracle": headroom})
        estimate = comparison.adaptation()
        assert (estimate is not None) == told
        if estimate is not None:
            assert (estimate.value, estimate.low, estimate.high) == pytest.approx((0.5, 0.5, 0.5))


def test_later_episodes() -> None:
    assert later(np.array([9.0, 9.0, 1.0, 2.0, 3.0])) == 2.0
    assert later(np.array([9.0, 1.0])) == 1.0
    assert later(np.array([9.0])) == 9.0


def test_the_same_arguments_give_the_same_intervals() -> None:
    scores = {"agent": noise(2, 50, 3)}

    def gain(seed: int) -> Estimate:
        return Comparison(scores, resamples=300, seed=seed, statistic="iqm").gain("agent")

    assert gain(3) == gain(3)
    assert gain(3) != gain(4)


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        ({}, "nothing to compare"),
        ({"agent": np.zeros((1, 1, 5))}, "1 tasks give no interval"),
        ({"agent": np.zeros((5, 3))}, "2 dimensions"),
        ({"agent": np.full((1, 5, 3), np.nan)}, "not a finite number"),
        ({"agent": np.zeros((1, 5, 3)), "blind": np.zeros((1, 6, 3))}, "cannot be paired"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(scores: dict[str, NDArray[np.float64]], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        Comparison(scores)


def test_a_lane_draws_the_same_in_any_batch() -> None:
    many = uniforms(7, 1000, step=3, width=11)
    assert (many[:10] == uniforms(7, 10, step=3, width=11)).all()
    assert (many[[5, 900]] == uniforms(7, [5, 900], step=3, width=11)).all()
    assert not (many == uniforms(7, 1000, step=4, width=11)).any()
    assert not (many == uniforms(8, 1000, step=3, width=11)).any()
    assert 0.0 < many.min() < many.max() < 1.0


def test_address_noise_looks_uniform_and_uncorrelated() -> None:
    draws = np.stack([uniforms(1, 500, step, 4) for step in range(50)])
    assert stats.kstest(draws.ravel(), "uniform").pvalue > 1e-3
    for axis in range(3):
        pairs = np.moveaxis(draws, axis, 0)
        assert abs(np.corrcoef(pairs[:-1].ravel(), pairs[1:].ravel())[0, 1]) < 0.02


def test_choices_follow_their_weights_and_masks() -> None:
    weights = np.tile([0.2, 0.8, 0.0, 1.0, 1.0], (20_000, 1))
    chosen = choose(weights, (3, 2), uniforms(0, 20_000, 0, 5))
    assert (chosen[:, 0] == 1).mean() == pytest.approx(0.8, abs=0.01)
    assert (chosen[:, 0] != 2).all()
    assert chosen[:, 1].mean() == pytest.approx(0.5, abs=0.01)


def test_the_interquartile_mean_by_hand() -> None:
    scores = np.array([[100.0], [1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [-50.0]])  # the middle four: 2, 3, 4, 5
    assert interquartile_mean(scores) == pytest.approx(3.5)
    comparison = Comparison({"agent": scores[None]}, resamples=200, statistic="iqm")
    assert comparison.late("agent").value == pytest.approx(3.5)


def test_two_comparisons_on_the_same_numbers_of_tasks_are_paired() -> None:
    base = noise(1, 400, 5, seed=9) * 5.0
    seen, new = (Comparison({"agent": base + shift, "random": -base}, resamples=300) for shift in (3.0, 1.0))
    drop = seen.late_above(new, "agent")
    assert (drop.value, drop.low, drop.high) == pytest.approx((2.0, 2.0, 2.0))
    fewer = Comparison({"agent": base[:, :50]}, resamples=300)
    with pytest.raises(Refused, match="cannot be paired"):
        seen.late_above(fewer, "agent")
