"""Upper limits on counts, and the likelihood with the burst profiled."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import poisson

from feebly.errors import InvalidValueError
from feebly.signals import Signal
from feebly.signals.neutrino_events import EventSignal
from feebly.signals.supernova_burst import BurstTemplates
from feebly.statistics import Threshold
from feebly.statistics.poisson import count_threshold, upper_limit
from feebly.statistics.shortfall import Shortfall
from feebly.statistics.unbinned import LikelihoodRise, ProfiledLikelihood

RNG = np.random.default_rng(7)
MEANS = np.geomspace(5.0, 30.0, 40)
POINTS = RNG.gamma(3.0, 4.0, 14)


def _templates() -> BurstTemplates:
    """A gamma distribution of events around the mean energy, and a total that grows with it."""
    shape = (3 / MEANS[:, None]) ** 3 * POINTS**2 / 2 * np.exp(-3 * POINTS / MEANS[:, None])
    total = 0.2 * MEANS
    return BurstTemplates(MEANS, shape * total[:, None], total)


@pytest.mark.parametrize(
    ("observed", "background"), [(0, 0.0), (0, 2.0), (3, 1.2), (8, 20.0), (40, 35.0), (0, 60.0)]
)
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_upper_limits_have_their_tails(observed: int, background: float, level: float) -> None:
    classical = upper_limit(observed, background, level=level, method="classical")
    if classical > 0:
        assert poisson.cdf(observed, classical + background) == pytest.approx(1 - level, rel=1e-9)
    else:
        assert poisson.cdf(observed, background) <= 1 - level
    cls = upper_limit(observed, background, level=level)
    ratio = poisson.cdf(observed, cls + background) / poisson.cdf(observed, background)
    assert ratio == pytest.approx(1 - level, rel=1e-9)
    assert cls >= classical


def test_no_events_give_minus_log_whatever_the_background() -> None:
    assert upper_limit(0, 12.0) == pytest.approx(-np.log(0.05), rel=1e-9)


def test_count_threshold_is_a_criterion() -> None:
    signal = Signal(np.ones(3), np.array([0.0, 3.0, 6.0]), "events", "1", np.ones(3, bool))
    assert count_threshold(0, allowed=3.0).score(signal).round(3).tolist() == [-np.inf, 0.0, 0.693]
    assert count_threshold(2, 0.5).level == 0.95


@pytest.mark.parametrize("bad", [(-1, 0.0), (1.5, 0.0), (0, -1.0), (0, np.inf)])
def test_bad_counts(bad: tuple[float, float]) -> None:
    with pytest.raises(InvalidValueError):
        upper_limit(*bad)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError):
        upper_limit(0, level=1.0)
    with pytest.raises(InvalidValueError):
        upper_limit(0, method="bayes")  # type: ignore[arg-type]


def _direct(signal: np.ndarray, events: float, background: float = 0.0) -> tuple[float, float, float]:
    """ln L, E_0 and E_tot by a general minimiser on the exact shapes."""

    def minus(x: np.ndarray) -> float:
        mean, amount = np.exp(x)
        density = 0.2 * mean * amount * (3 / mean) ** 3 * POINTS**2 / 2 * np.exp(-3 * POINTS / mean)
        return float(0.2 * mean * amount + events - np.log(density + signal + background).sum())

    starts = [minimize(minus, np.log([m, a]), method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-11})
              for m in (7.0, 12.0, 25.0) for a in (0.3, 8.0)]  # fmt: skip
    best = min(starts, key=lambda found: found.fun)
    return -best.fun, *np.exp(best.x)


@pytest.mark.parametrize("strength", [0.0, 0.3, 3.0])
@pytest.mark.parametrize("background", [0.0, 0.05])
def test_maximum_against_a_general_minimiser(strength: float, background: float) -> None:
    likelihood = ProfiledLikelihood(_templates(), background=background)
    signal = strength * np.exp(-(((POINTS - 18) / 4) ** 2) / 2) / 10
    found = likelihood.fit(signal[None], np.array([strength]))
    value, mean, amount = _direct(signal, strength, background)
    assert found.log_likelihood[0] == pytest.approx(value, abs=2e-6)
    assert found.mean_energy[0] == pytest.approx(mean, rel=1e-3)
    assert found.total_energy[0] == pytest.approx(amount, rel=1e-3)
    assert not found.at_edge[0]


def test_maximum_is_stationary() -> None:
    """Neighbours in E_0 and E_tot are less likely: the profile is a maximum, not only a point on the grid."""
    likelihood = ProfiledLikelihood(_templates())
    found = likelihood.fit(np.zeros((1, POINTS.size)), np.zeros(1))
    mean, amount = float(found.mean_energy[0]), float(found.total_energy[0])
    assert 0.2 * mean * amount == pytest.approx(
        POINTS.size, rel=1e-6
    )  # a free scale meets the number of events
    assert mean == pytest.approx(POINTS.mean(), rel=1e-4)  # of a gamma distribution the mean is the best


def test_vectorised_is_single() -> None:
    likelihood = ProfiledLikelihood(_templates())
    g = np.array([0.0, 0.5, 5.0])
    shape = np.exp(-POINTS / 10) / 10
    every = likelihood.fit(g[:, None] * shape, g)
    for k in range(3):
        one = likelihood.fit(g[k, None, None] * shape, g[k : k + 1])
        assert one.log_likelihood[0] == pytest.approx(every.log_likelihood[k], rel=1e-12)


def test_counts_repeat_events() -> None:
    """An event with count two is the event twice."""
    templates = _templates()
    twice = BurstTemplates(MEANS, np.repeat(templates.value, 2, axis=1), templates.total)
    counted = ProfiledLikelihood(templates, counts=np.full(POINTS.size, 2.0))
    signal = np.full((1, POINTS.size), 0.02)
    a = counted.fit(signal, np.ones(1)).log_likelihood
    b = ProfiledLikelihood(twice).fit(np.repeat(signal, 2, axis=1), np.ones(1)).log_likelihood
    assert a == pytest.approx(b, rel=1e-10)


def test_expected_data_give_back_the_burst() -> None:
    """Counts equal to the expectation: E_0, E_tot and no new signal are the best, to the precision of the search."""
    edges = np.linspace(0.0, 80.0, 41)
    middle = (edges[1:] + edges[:-1]) / 2
    value = middle**2 * np.exp(-3 * middle / MEANS[:, None]) / MEANS[:, None] ** 3
    templates = BurstTemplates(MEANS, value, value.sum(axis=1))
    counts = 1e5 * (middle**2 * np.exp(-3 * middle / 12.0) / 12.0**3)
    likelihood = ProfiledLikelihood(templates, counts=counts)
    found = likelihood.fit(np.zeros((1, 40)), np.zeros(1))
    assert found.mean_energy[0] == pytest.approx(12.0, rel=1e-5)
    assert found.total_energy[0] == pytest.approx(1e5, rel=1e-5)
    g = np.geomspace(0.01, 1e3, 30)
    signal = g[:, None] * np.exp(-(((middle - 60) / 5) ** 2))
    rise = likelihood.rise_of(signal, signal.sum(axis=1))
    assert np.all(rise >= -1e-6)
    assert np.all(np.diff(rise) > 0)


def test_a_signal_that_is_all_leaves_no_burst() -> None:
    """A new signal that explains the events leaves no burst, and dlnL/dE_tot is not positive at zero."""
    likelihood = ProfiledLikelihood(_templates())
    signal = np.full((1, POINTS.size), 1e6)
    found = likelihood.fit(signal, np.array([1e6]))
    assert found.total_energy[0] < 1e-6
    assert not found.at_edge[0]


def test_rise_is_measured_from_what_is_given() -> None:
    """Events on a line that the burst cannot make: some new signal is preferred to none."""
    templates = BurstTemplates(MEANS, np.full((MEANS.size, 6), 0.1), np.full(MEANS.size, 3.0))
    likelihood = ProfiledLikelihood(templates, counts=np.array([1, 1, 1, 1, 1, 9.0]))
    g = np.linspace(0.0, 40.0, 401)
    signal = g[:, None] * np.array([0, 0, 0, 0, 0, 1.0])
    values = likelihood.fit(signal, g).log_likelihood
    best = int(np.argmax(values))
    assert 5 < g[best] < 12
    against_none = likelihood.rise_of(signal, g)
    assert against_none[0] == pytest.approx(0.0, abs=1e-9)
    assert against_none.min() == pytest.approx(2 * (likelihood.standard - values[best]), abs=1e-9)
    against_best = likelihood.rise_of(signal, g, np.full(g.size, values[best]))
    assert against_best[best] == pytest.approx(0.0, abs=1e-9)
    assert against_best - against_none == pytest.approx(2 * (values[best] - likelihood.standard), abs=1e-9)


def test_only_signals_with_a_likelihood_are_judged_by_it() -> None:
    plain = Signal(np.ones(1), np.ones(1), "events", "1", np.ones(1, bool))
    with pytest.raises(InvalidValueError, match="likelihood"):
        LikelihoodRise().score(plain)
    with pytest.raises(InvalidValueError, match="positive"):
        LikelihoodRise(0.0)


def test_edge_of_the_mean_energy_is_told() -> None:
    """Totals that do not grow with the mean: events far beyond the range pull the mean to its end."""
    far = np.full(5, 200.0)
    shape = far**2 * np.exp(-3 * far / MEANS[:, None]) / MEANS[:, None] ** 3
    likelihood = ProfiledLikelihood(BurstTemplates(MEANS, shape, np.ones(MEANS.size)))
    found = likelihood.fit(np.zeros((1, 5)), np.zeros(1))
    assert found.at_edge[0]
    assert found.mean_energy[0] == pytest.approx(MEANS[-1])


def test_refusals() -> None:
    templates = _templates()
    likelihood = ProfiledLikelihood(templates)
    with pytest.raises(InvalidValueError, match="signal is needed"):
        likelihood.fit(np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(InvalidValueError, match="not negative"):
        likelihood.fit(np.full((1, POINTS.size), -1.0), np.zeros(1))
    with pytest.raises(InvalidValueError, match="counts"):
        ProfiledLikelihood(templates, counts=np.ones(3))
    with pytest.raises(InvalidValueError, match="three mean energies"):
        ProfiledLikelihood(BurstTemplates(MEANS[:2], templates.value[:2], templates.total[:2]))


def test_a_rise_that_is_no_number_is_not_hidden() -> None:
    """Nor is a signal of the other criteria: what goes wrong must reach the solver, which looks for NaN."""
    nan = np.array([np.nan])
    signal = EventSignal(np.ones(1), nan, "events", "1", np.ones(1, bool), rise=nan)
    assert np.isnan(LikelihoodRise().score(signal))
    assert np.isnan(Shortfall(1.0, "1").score(signal))
    assert np.isnan(Threshold(1.0, "1").score(signal))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_counts_must_be_finite(bad: float) -> None:
    templates = _templates()
    counts = np.ones(templates.value.shape[1])
    counts[0] = bad
    with pytest.raises(InvalidValueError, match="finite numbers that are not negative"):
        ProfiledLikelihood(templates, counts=counts)


def test_bins_that_saw_nothing_count_in_the_total_alone() -> None:
    """A bin with 1e-20 events changes ln L by its expected events, as one that was cut from the list."""
    templates = _templates()
    size = templates.value.shape[1]
    counts = np.ones(size)
    counts[-1] = 1e-20
    signal = np.full((3, size), 0.1) * np.array([[0.0], [1.0], [5.0]])
    cut = BurstTemplates(templates.mean_energy, templates.value[:, :-1], templates.total)
    with_it = ProfiledLikelihood(templates, counts=counts).fit(signal, signal.sum(axis=1))
    without = ProfiledLikelihood(cut, counts=counts[:-1]).fit(signal[:, :-1], signal.sum(axis=1))
    np.testing.assert_allclose(with_it.log_likelihood, without.log_likelihood, rtol=1e-12)
    np.testing.assert_allclose(with_it.total_energy, without.total_energy, rtol=1e-9)
