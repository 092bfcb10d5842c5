"""Line shapes and the pion form factor: normalisation, analyticity, the fast tower."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from feebly import particle_data
from feebly.constants import ALPHA, PION_MASS
from feebly.decays.hadrons import line_shapes, pion_pair
from feebly.decays.hadrons.base import CURRENTS, from_amplitude, light_charges, ratio, width
from feebly.decays.hadrons.resonances import bare_peak
from feebly.errors import UnknownNameError

KAON_MASS = particle_data.mass("K+")
PHOTON = np.ones(3, dtype=complex)


def test_momentum_at_and_below_threshold() -> None:
    s = np.array([0.0, 100.0, (2 * PION_MASS) ** 2, 1e6])
    value = line_shapes.momentum(s, PION_MASS, PION_MASS)
    assert value[:3].tolist() == [0.0, 0.0, 0.0]
    assert value[3] == pytest.approx(np.sqrt(1e6 / 4 - PION_MASS**2), rel=1e-13)
    # unequal masses, against the energies of the pair
    p = float(line_shapes.momentum(np.array([1e6]), PION_MASS, KAON_MASS)[0])
    assert np.hypot(p, PION_MASS) + np.hypot(p, KAON_MASS) == pytest.approx(1000.0, rel=1e-13)


def test_momentum_of_many_pairs() -> None:
    s, first = np.array([[1e6], [4e6]]), np.array([100.0, 300.0, 2500.0])
    value = line_shapes.momentum(s, first, PION_MASS)
    single = [[float(line_shapes.momentum(x, m, PION_MASS)) for m in first] for x in s[:, 0]]
    assert value.tolist() == single
    assert line_shapes.momentum(s, PION_MASS, first) == pytest.approx(value, rel=1e-14)


def test_running_width_is_the_width_at_the_peak() -> None:
    peak = line_shapes.running_width(np.array([775.0**2]), 775.0, 149.0, PION_MASS, PION_MASS)
    assert float(peak[0]) == pytest.approx(775.0 * 149.0, rel=1e-12)


def test_gounaris_sakurai_is_dispersive() -> None:
    """Re of the inverse propagator follows from its Im by a twice subtracted dispersion integral."""
    m, gamma = 775.0, 149.0
    threshold = (2 * PION_MASS) ** 2

    def imaginary(s: float) -> float:  # sqrt(s) Gamma(s)
        return float(line_shapes.running_width(np.array([s]), m, gamma, PION_MASS, PION_MASS)[0])

    def inverse(s: float) -> complex:
        shape = line_shapes.gounaris_sakurai(np.array([s]), np.array([m]), np.array([gamma]), PION_MASS)[0, 0]
        return complex(1 / shape)

    def dispersive(s: float) -> float:
        """s^2/pi int dx sqrt(x) Gamma(x) / [x^2 (x - s)] below threshold, with x = threshold / u."""
        return (
            s**2
            / np.pi
            * quad(
                lambda u: imaginary(threshold / u) / (threshold * (threshold / u - s)), 0, 1, epsrel=1e-11
            )[0]
        )

    # N / BW(s) = N + b s - dispersive(s) below threshold: N from the width at the peak, b from one point
    points = (270.0**2, 120.0**2, 200.0**2)
    assert inverse(0.0) == pytest.approx(1.0)
    norm = -m * gamma / inverse(m**2).imag
    slope = (norm * (inverse(points[0]).real - 1) + dispersive(points[0])) / points[0]
    for s in points[1:]:
        curved = norm * (inverse(s).real - 1) - slope * s
        assert curved == pytest.approx(-dispersive(s), rel=1e-5)
    for s in (400.0**2, 1100.0**2):
        assert norm * inverse(s).imag == pytest.approx(-imaginary(s), rel=1e-5)
    below, above = inverse(threshold * (1 - 1e-9)), inverse(threshold * (1 + 1e-9))
    assert below == pytest.approx(above, rel=1e-8)


def test_charge_of_the_pion_is_its_isovector_charge() -> None:
    amplitude = pion_pair.form_factor(np.array([0.0]))[0]
    assert amplitude[0] == pytest.approx(1.0, abs=2e-5)  # the tower is cut at 2000 members
    assert abs(amplitude[1]) < 1e-4
    assert amplitude[2] == 0


def test_few_members_stand_for_the_whole_tower() -> None:
    s = np.linspace(280.0, 2000.0, 60) ** 2
    full, short = pion_pair.full_tower(), pion_pair._tower()
    assert (full.mass.size, short.mass.size) == (2000, 20)
    exact = full.total(line_shapes.gounaris_sakurai(s, full.mass, full.width, PION_MASS))
    quick = short.total(line_shapes.gounaris_sakurai(s, short.mass, short.width, PION_MASS))
    assert np.abs(quick / exact - 1).max() < 1e-8


def test_rho_peak_against_measured_partial_widths() -> None:
    """R of the isovector current, without the omega, at the rho mass: Gamma(rho -> e e) of the tables.

    Bare, 9 B(ee) / alpha^2 less vacuum polarisation, B(pi pi) = 1; tolerance: the 1.1 % of B(ee).
    """
    b_ee = particle_data.branching("rho0", "e+ e-")
    isovector = pion_pair.kernel(np.array([particle_data.mass("rho0")]))[0, 0, 0].real
    assert b_ee.uncertainty / b_ee.value == pytest.approx(0.011, abs=1e-3)
    assert isovector == pytest.approx(bare_peak("rho0", b_ee.value), rel=0.011)


def test_omega_to_two_pions_for_a_purely_isoscalar_vector() -> None:
    """For c = (0, 1, 0) the peak is B(ee) B(omega -> pi pi): 1.53 +- 0.12 % in the tables, fit 25 % around it."""
    m = np.linspace(775.0, 790.0, 601)
    peak = ratio(pion_pair.kernel(m), np.array([0, 1, 0], dtype=complex)).max()
    b_ee = particle_data.branching("omega", "e+ e-").value
    b_pipi = particle_data.branching("omega", "pi+ pi-").value
    assert peak * ALPHA**2 / (9 * b_ee) == pytest.approx(b_pipi, rel=0.25)


def test_kernels_are_hermitian_and_positive() -> None:
    kernel = pion_pair.kernel(np.linspace(280.0, 2000.0, 100))
    assert np.allclose(kernel, kernel.conj().swapaxes(-1, -2))
    assert np.linalg.eigvalsh(kernel).min() > -1e-12 * np.abs(kernel).max()
    assert CURRENTS == ("isovector", "isoscalar", "strange")


def test_ratio_and_width() -> None:
    kernel = from_amplitude(np.array([2.0]), np.array([[1.0, 1j, 0.0]]))
    assert ratio(kernel, PHOTON)[0] == pytest.approx(4.0)
    assert ratio(kernel, np.array([1, -1j, 0]))[0] == pytest.approx(8.0)
    assert width(np.array([12 * np.pi]), np.array([1.0]))[0] == pytest.approx(1.0)
    baryonic = light_charges(*(np.array(1 / 3 + 0j),) * 3)
    assert baryonic.real.tolist() == pytest.approx([0.0, 2.0, -1.0])


def test_measured_numbers_are_named() -> None:
    assert particle_data.mass("pi+") == pytest.approx(PION_MASS, rel=1e-6)
    with pytest.raises(UnknownNameError, match="omega"):
        particle_data.mass("omega")
    with pytest.raises(UnknownNameError, match="width"):
        particle_data.width("pi+")
    with pytest.raises(UnknownNameError, match="e\\+ e-"):
        particle_data.branching("omega", "3 gamma")
