"""The inclusive hadronic width: coupling, thresholds, recombination of charges, quarkonia and errors."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from feebly.constants import ALPHA
from feebly.decays.hadrons import inclusive, quarkonia
from feebly.decays.hadrons.inclusive import Threshold
from feebly.errors import OutOfDomainError, UnknownNameError

PHOTON = np.array([2, -1, -1, 2, -1, 2]) / 3
BARYON = np.full(6, 1 / 3)
MASSES = np.array([1800.0, 3000.0, 3730.0, 5000.0, 10000.0, 11000.0, 60000.0])


def test_without_corrections_far_above_thresholds() -> None:
    r = inclusive.inclusive(np.array([3000.0]), order=0).ratio(PHOTON)
    assert r == pytest.approx(2.0, rel=1e-15)
    open_everywhere = inclusive.inclusive(np.array([60000.0]), order=0)
    v = np.sqrt(1 - (2 * 5279.406 / 60000) ** 2)
    assert open_everywhere.weights[0, 4] == pytest.approx(1.5 * v * (3 - v**2), rel=1e-12)
    assert open_everywhere.weights[0, 5] == 0


def test_flavours_open_one_by_one() -> None:
    found = inclusive.inclusive(MASSES)
    assert found.open_quarks.sum(-1).tolist() == [3, 3, 4, 4, 4, 5, 5]
    # charm opens with zero velocity at twice the D0 mass, 3729.68 MeV
    assert 0 < found.weights[2, 3] < 0.1
    assert np.all(found.weights[:, 5] == 0)


def test_recombination_equals_the_sum() -> None:
    charges = np.array([0.3 + 0.1j, -0.2, 0.5j, 1.0, 0.7, 2.0])
    found = inclusive.inclusive(MASSES)
    for row, value in enumerate(found.ratio(charges)):
        weights, flavours = found.weights[row], found.open_quarks[row].astype(bool)
        expected = sum(w * abs(x) ** 2 for w, x in zip(weights, charges, strict=True))
        expected += found.singlet[row] * abs(charges[flavours].sum()) ** 2
        assert value == pytest.approx(expected, rel=1e-13)
    varying = np.repeat(charges[None, :], MASSES.size, axis=0)
    np.testing.assert_allclose(found.ratio(varying), found.ratio(charges), rtol=1e-14)


def test_vectorised_equals_scalar() -> None:
    together = inclusive.inclusive(MASSES).ratio(PHOTON)
    alone = [inclusive.inclusive(np.array([m])).ratio(PHOTON)[0] for m in MASSES]
    np.testing.assert_allclose(together, alone, rtol=1e-13)


def test_singlet_lowers_a_baryonic_vector_and_spares_the_light_photon() -> None:
    found = inclusive.inclusive(np.array([2500.0]))
    assert found.singlet[0] < 0
    # u + d + s charges of the photon add to zero
    assert found.ratio(PHOTON)[0] == pytest.approx(found.weights[0, 0] * 2 / 3, rel=1e-14)
    assert found.ratio(BARYON)[0] < found.weights[0, 0] / 3


def test_coupling_runs_and_matches() -> None:
    at_z = inclusive.strong_coupling(np.array([91187.873]), 5)
    assert at_z[0] == pytest.approx(0.118, rel=1e-12)
    # one-loop slope of the four-loop solution within its higher orders
    scales = np.array([40000.0, 40400.0])
    a = inclusive.strong_coupling(scales, 5)
    slope = (a[1] - a[0]) / (2 * np.log(scales[1] / scales[0]))
    one_loop = -(a.mean() ** 2) * (11 - 10 / 3) / (4 * np.pi)
    assert slope == pytest.approx(one_loop, rel=0.08)
    assert slope < one_loop
    for mass, below in ((4186.0, 4), (1272.9, 3)):
        low, high = (inclusive.strong_coupling(np.array([mass]), n)[0] for n in (below, below + 1))
        x = high / np.pi
        third = 0.972057 - 0.0846515 * below
        assert low / high - 1 == pytest.approx(0.152778 * x**2 + third * x**3, rel=1e-9)


def test_beta_function_is_the_published_one() -> None:
    """Fractions as printed in van-ritbergen-beta, against the decimals of the data file."""
    zeta = 1.2020569031595942
    for nf in (3, 4, 5):
        exact = (
            11 - Fraction(2, 3) * nf,
            102 - Fraction(38, 3) * nf,
            Fraction(2857, 2) - Fraction(5033, 18) * nf + Fraction(325, 54) * nf**2,
        )
        rational = (
            Fraction(149753, 6)
            - Fraction(1078361, 162) * nf
            + Fraction(50065, 162) * nf**2
            + Fraction(1093, 729) * nf**3
        )
        transcendental = 3564 - Fraction(6508, 27) * nf + Fraction(6472, 81) * nf**2
        *lower, fourth = inclusive._beta(nf)
        assert lower == pytest.approx([float(x) for x in exact], rel=1e-14)
        assert fourth == pytest.approx(float(rational) + zeta * float(transcendental), rel=1e-14)


def test_error_covers_the_threshold_choice_and_shrinks() -> None:
    mass = np.array([2000.0, 5000.0, 8000.0, 20000.0])
    error = inclusive.perturbative(mass, mass > 0).uncertainty(np.tile(PHOTON[:, None], mass.size))
    central = inclusive.inclusive(np.array([5000.0])).ratio(PHOTON)
    other = inclusive.inclusive(np.array([5000.0]), threshold=Threshold.QUARK).ratio(PHOTON)
    assert error[1] >= abs(other - central)[0] / 2
    relative = error / inclusive.inclusive(mass).ratio(PHOTON)
    assert relative[1] > relative[2] > relative[3] > 0.02


@pytest.mark.parametrize("mass", [1000.0, 2e5])
def test_outside_its_domain(mass: float) -> None:
    with pytest.raises(OutOfDomainError, match="Possible: 1200 to 90000 MeV"):
        inclusive.inclusive(np.array([mass]))


def test_quarkonia_and_bands() -> None:
    found = quarkonia.quarkonia()
    assert [q.mass for q in found] == sorted(q.mass for q in found)
    jpsi = quarkonia.quarkonium("J/psi(1S)")
    assert jpsi.peak == pytest.approx(9 * jpsi.electron_width / (ALPHA**2 * jpsi.width), rel=1e-15)
    assert jpsi.ratio(np.array([jpsi.mass]))[0] == pytest.approx(jpsi.peak, rel=1e-12)
    half = jpsi.ratio(np.array([jpsi.mass + jpsi.width / 2]))[0]
    assert half == pytest.approx(jpsi.peak / 2, rel=1e-4)
    assert all(bool(quarkonia.masked(np.array([q.mass]))[0]) for q in found)
    edges = np.array([2699.9, 2700.0, 3300.0, 3300.1, 3599.0, 3700.0, 3801.0, 9100.0, 10600.0, 10601.0])
    expected = [False, True, True, False, False, True, False, True, True, False]
    assert quarkonia.masked(edges).tolist() == expected
    assert [band.name for band in quarkonia.bands()][:2] == ["rho and omega", "phi"]
    assert not quarkonia.masked(np.array([780.0, 1019.0])).any()
    with pytest.raises(UnknownNameError, match="J/psi"):
        quarkonia.quarkonium("J/psi")


def test_provenance_tells_what_is_left_out() -> None:
    provenance = inclusive.provenance()
    assert "pdg-2024" in provenance.keys
    assert any("quarkonia" in line for line in provenance.omitted)
