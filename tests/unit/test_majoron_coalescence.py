"""nu nu <-> phi: closed form against quadrature, both baths, matter potentials, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.environments.star import Medium
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.fermi import fermi
from feebly.models.majoron import majoron, majoron_ee, majoron_emu
from feebly.rates.stellar.majoron_coalescence import MajoronCoalescence, matter_potential, pair_rates
from feebly.rates.stellar.state_rates import combined
from feebly.units import KM

# energy, mass, T, mu_a, mu_b, V_a, V_b; V of a size that cannot be overlooked
POINTS = [
    (80.0, 50.0, 20.0, 0.0, 0.0, 0.0, 0.0),
    (80.0, 50.0, 20.0, 100.0, 30.0, 0.0, 0.0),
    (300.0, 5.0, 30.0, -100.0, 10.0, 0.0, 0.0),
    (300.0, 5.0, 30.0, 120.0, 120.0, -4.0, -9.0),
    (60.0, 1.0, 15.0, 20.0, -5.0, -4.0, -9.0),
    (200.0, 60.0, 10.0, -20.0, -5.0, 4.0, 1.0),
]


def _by_quadrature(
    energy: float, mass: float, t: float, mu: tuple[float, float], v: tuple[float, float]
) -> tuple[float, float]:
    """Production and absorption from the integral over p_1."""
    k = np.sqrt(energy**2 - mass**2)
    total = energy - v[0] - v[1]
    scale = (total**2 - k**2) / (16 * np.pi * energy * k)

    def occupied(p: float, sign: int) -> float:
        a, b = (p + v[0] - mu[0]) / t, (total - p + v[1] - mu[1]) / t
        return float(fermi(sign * a) * fermi(sign * b))

    low, high = (total - k) / 2, (total + k) / 2
    kinks = [x for x in (mu[0] - v[0], total + v[1] - mu[1]) if low < x < high]
    return tuple(
        scale * quad(occupied, low, high, args=(sign,), points=kinks or None, epsrel=1e-11, limit=200)[0]
        for sign in (1, -1)
    )  # type: ignore[return-value]


@pytest.mark.parametrize(("energy", "mass", "t", "mu_a", "mu_b", "v_a", "v_b"), POINTS)
def test_closed_form_is_the_integral(
    energy: float, mass: float, t: float, mu_a: float, mu_b: float, v_a: float, v_b: float
) -> None:
    found = pair_rates(
        energy, mass, temperature=t, potentials=(mu_a, mu_b), shifts=(v_a, v_b), identical=False
    )
    production, absorption = _by_quadrature(energy, mass, t, (mu_a, mu_b), (v_a, v_b))
    assert found.production == pytest.approx(production, rel=1e-9)
    assert found.absorption == pytest.approx(absorption, rel=1e-9)
    assert found.net == pytest.approx(absorption - production, rel=1e-9)
    assert found.net == pytest.approx(float(found.absorption - found.production), rel=1e-9)


def test_equal_flavours_count_once() -> None:
    kwargs = {"temperature": 20.0, "potentials": (30.0, 30.0)}
    one = pair_rates(100.0, 20.0, identical=True, **kwargs)  # type: ignore[arg-type]
    two = pair_rates(100.0, 20.0, identical=False, **kwargs)  # type: ignore[arg-type]
    assert two.production == pytest.approx(2 * one.production, rel=1e-14)


def test_stimulated_emission_turns_the_net_rate_round_at_the_sum_of_the_potentials() -> None:
    energy = np.array([110.0, 130.0 - 1e-9, 130.0, 130.0 + 1e-9, 150.0])
    found = pair_rates(energy, 50.0, temperature=20.0, potentials=(100.0, 30.0), identical=False)
    assert np.sign(found.net[[0, 4]]).tolist() == [-1, 1]
    # production and absorption cross without a jump
    assert found.production[1:4] == pytest.approx(found.absorption[1:4], rel=1e-9)
    assert np.ptp(found.production[1:4]) < 1e-9 * found.production[2]


def test_extreme_arguments_stay_finite() -> None:
    energy = np.array([1.0 + 1e-12, 2.0, 700.0, 5e4])
    for potentials in ((0.0, 0.0), (400.0, 400.0), (-400.0, -400.0)):
        found = pair_rates(energy, 1.0, temperature=1.0, potentials=potentials, identical=True)
        for rate in (found.production, found.absorption, found.net):
            assert np.all(np.isfinite(rate))
        assert np.all(found.production >= 0)


def test_massless_majorons_come_from_the_bath_whose_potential_is_negative() -> None:
    energy, v = 100.0, -1e-5
    kwargs = {"temperature": 30.0, "potentials": (0.0, 0.0), "identical": True}
    nu = pair_rates(energy, 1e-6, shifts=(v, v), **kwargs)  # type: ignore[arg-type]
    anti = pair_rates(energy, 1e-6, shifts=(-v, -v), **kwargs)  # type: ignore[arg-type]
    assert (anti.production, anti.absorption, anti.net) == (0, 0, 0)
    # M^2 = 4 E |V| at rest mass 0
    heavy = pair_rates(energy, float(np.sqrt(-4 * energy * v)), **kwargs)  # type: ignore[arg-type]
    assert nu.production == pytest.approx(float(heavy.production), rel=1e-5)


def test_potential_acts_with_the_energy_of_the_majoron() -> None:
    """-2 E (V_a + V_b), whatever the energies of the neutrinos are."""
    energy, mass, v = 90.0, 30.0, 1e-4
    kwargs = {"temperature": 1e-2, "potentials": (0.0, 0.0), "identical": False}
    bare = pair_rates(energy, mass, **kwargs)  # type: ignore[arg-type]
    moved = pair_rates(energy, mass, shifts=(v, v), **kwargs)  # type: ignore[arg-type]
    assert (bare.absorption - moved.absorption) / bare.absorption == pytest.approx(
        4 * energy * v / mass**2, rel=1e-4
    )


def test_matter_potential() -> None:
    v = matter_potential(np.array([2e5]), np.array([1e6]))
    unit = np.sqrt(2) * 1.1663787e-11
    assert v.ravel() == pytest.approx([unit * -3e5, unit * -5e5, unit * -5e5], rel=1e-12)


def _rates(process: MajoronCoalescence, mass: float) -> tuple[Medium, np.ndarray, dict]:
    medium = fischer18_1s().sample(np.array([2.0, 8.0, 14.0]) * KM)
    energy = mass + np.linspace(1.0, 400.0, 12) * np.ones((3, 1))
    return (
        medium,
        energy,
        dict(process.rates(majoron([[1, 0.5, 0], [0.5, 0, 0], [0, 0, 0]]), mass, medium, energy)),
    )


def test_process_has_both_baths_of_each_pair_with_the_coupling_squared() -> None:
    medium, energy, found = _rates(MajoronCoalescence(potential="none"), 80.0)
    assert sorted(found) == ["nu_e nu_e", "nu_e nu_mu", "nu_e~ nu_e~", "nu_e~ nu_mu~"]
    mu = medium.potential["nu_e"][:, None]
    one = pair_rates(
        energy, 80.0, temperature=medium.temperature[:, None], potentials=(-mu, 0.0), identical=False
    )
    assert found["nu_e~ nu_mu~"].production == pytest.approx(one.production / 4, rel=1e-12)


def test_both_baths_together_absorb_without_matter_potential() -> None:
    _, _, found = _rates(MajoronCoalescence(potential="none"), 80.0)
    assert np.any(found["nu_e nu_e"].net < 0)
    assert np.all(combined(found.values()).net > 0)


def test_one_bath_alone_can_amplify() -> None:
    _, _, found = _rates(MajoronCoalescence(), 1e-3)
    assert np.any(combined(found.values()).net < 0)


def test_matter_potential_is_invisible_at_ordinary_masses() -> None:
    _, _, plain = _rates(MajoronCoalescence(potential="none"), 10.0)
    _, _, full = _rates(MajoronCoalescence(), 10.0)
    assert combined(full.values()).production == pytest.approx(combined(plain.values()).production, rel=1e-3)


def test_bad_input() -> None:
    with pytest.raises(InvalidValueError, match="Possible: matter, none"):
        MajoronCoalescence(potential="vacuum")  # type: ignore[arg-type]
    provided = frozenset({"mu:nu_e", "n:e-", "n:n"})
    assert MajoronCoalescence().obstacle(majoron_ee(), provided) is None
    assert "nu_mu" in str(MajoronCoalescence().obstacle(majoron_emu(), provided))
    assert "densities" in str(MajoronCoalescence().obstacle(majoron_ee(), frozenset({"mu:nu_e"})))
    medium = raffelt().sample(np.array([5.0]) * KM)
    empty = Medium(medium.radius, medium.temperature, {}, medium.lapse)
    with pytest.raises(OutOfDomainError, match="no chemical potential of nu_e"):
        MajoronCoalescence().rates(majoron_ee(), 1.0, empty, np.array([[5.0]]))
