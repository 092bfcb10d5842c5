"""N_eff and helium by the probes, against printed and independent numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from feebly.models import Model, b_minus_l, chargephobic, dark_photon, lmu_ltau, thermal_e, thermal_nu
from feebly.probes import EffectiveNeutrinos, Helium, configure, prescription
from feebly.rates.nucleosynthesis.weak import WeakRates
from feebly.signals.helium import helium_fraction

DEFAULT = EffectiveNeutrinos(couplings="exact")
PAPER = configure(EffectiveNeutrinos, {**prescription("p2-esseili-n-eff").options, "couplings": "exact"})
SIX = [
    (chargephobic(), 1.5, 1e-10, 0.274, 0.27),
    (dark_photon(), 1.5, 1e-10, -0.275, -0.27),
    (b_minus_l(), 1.5, 1e-10, 0.988, 0.86),
    (chargephobic(), 15.0, 4e-10, 0.046, 0.03),
    (dark_photon(), 15.0, 4e-10, -0.115, -0.1),
    (b_minus_l(), 15.0, 4e-10, -0.024, -0.02),
]
UNEXPLAINED = pytest.mark.xfail(
    reason="0.86 belongs to g = 0.90e-10; no variant of weak rates, statistics or processes gives it"
)
POINTS = [pytest.param(*row[:4], id=f"{row[0].name}-{row[1]:g}") for row in SIX]
PRINTED = [
    pytest.param(
        *row[:3], row[4], id=f"{row[0].name}-{row[1]:g}", marks=[UNEXPLAINED] if row[4] == 0.86 else []
    )
    for row in SIX
]


@pytest.mark.parametrize(("model", "mass", "scale", "expected"), POINTS)
def test_prescription(model: Model, mass: float, scale: float, expected: float) -> None:
    """source: an independent calculation with the choices of esseili-kribs-chargephobic; tolerance 0.01, its grids."""
    found = PAPER.prepare(model, mass).evaluate([scale])
    assert found.valid.all()
    assert found.value[0] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("model", "mass", "scale", "printed"), PRINTED)
def test_printed(model: Model, mass: float, scale: float, printed: float) -> None:
    """source: esseili-kribs-chargephobic, Sec. 5.1; tolerance 0.02, which is what one neutrino per decay explains."""
    assert PAPER.prepare(model, mass).evaluate([scale]).value[0] == pytest.approx(printed, abs=0.02)


def test_printed_value_of_b_minus_l_in_coupling() -> None:
    """source: esseili-kribs-chargephobic, Sec. 5.1, 0.86 at 1e-10; found at a coupling 10 % lower, tolerance 2 %."""
    assert PAPER.prepare(b_minus_l(), 1.5).evaluate([0.9e-10]).value[0] == pytest.approx(0.86, abs=0.02)


def test_standard_model_of_the_prescription() -> None:
    """source: esseili-kribs-chargephobic, Eq. (33), 3.042; tolerance: printed digits."""
    assert PAPER.evolution.standard.n_eff == pytest.approx(3.042, abs=5e-4)


@pytest.mark.parametrize(
    ("model", "mass", "zero", "tolerance", "evolved"),
    [
        (thermal_nu(dof=3, spin=1), 5.0, 4.14, 0.02, 5.21),
        (thermal_nu(dof=3, spin=1), 10.0, 3.37, 0.02, 3.71),
        (thermal_nu(dof=3, spin=1), 15.0, 3.133, 0.002, 3.22),
        (thermal_e(dof=3, spin=1), 5.0, 2.26, 0.02, 2.25),
        (thermal_e(dof=3, spin=1), 10.0, 2.77, 0.02, 2.74),
        (thermal_e(dof=3, spin=1), 15.0, 2.962, 0.002, 2.94),
    ],
)
def test_particles_in_equilibrium(
    model: Model, mass: float, zero: float, tolerance: float, evolved: float
) -> None:
    """source: the public code of escudero-thermodynamics (zero), an independent calculation (evolved), N_eff.

    Tolerance: numbers of the public code at 5 and 10 MeV were read off a coarse grid; 0.02 on the evolved ones.
    """
    for probe, expected, allowed in (
        (replace(DEFAULT, mu_nu="zero"), zero, tolerance),
        (DEFAULT, evolved, 0.02),
    ):
        change = probe.prepare(model, mass).evaluate([1.0]).value[0]
        assert probe.evolution.standard.n_eff + change == pytest.approx(expected, abs=allowed)


def test_regimes_of_lmu_ltau() -> None:
    """Weakly coupled it is thermal with a potential, strongly coupled without: 0.667 and 0.317 at 10 MeV.

    source: the thermal particles above; tolerance 0.003, what is left of the transition.
    """
    found = DEFAULT.prepare(lmu_ltau(mixing="none"), 10.0).evaluate([1e-7, 1e-3]).value
    ends = [
        probe.prepare(thermal_nu(), 10.0).evaluate([1.0]).value[0]
        for probe in (DEFAULT, replace(DEFAULT, mu_nu="zero"))
    ]
    assert found == pytest.approx(ends, abs=3e-3)


def test_helium_of_the_standard_model() -> None:
    """source: pitrou-helium, 0.24709 with spectral distortions and d + d as there; tolerance 1e-4, the network here."""
    weak = WeakRates(lifetime_s=879.5, axial=1.2723)
    found = helium_fraction(DEFAULT.evolution.standard, weak, density=0.02225)
    assert found == pytest.approx(0.24699, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("model", [dark_photon(), b_minus_l(), chargephobic()], ids=lambda m: m.name)
@pytest.mark.parametrize("mass", [0.7, 3.0, 20.0])
def test_no_noise_between_neighbours(model: Model, mass: float) -> None:
    """Neighbouring couplings, 2 % apart, lie on a smooth curve: N_eff to 1e-3, helium to 1e-4."""
    scale = 1e-10 * 1.02 ** np.arange(40)
    probe = EffectiveNeutrinos(couplings="exact")
    for line, allowed in ((probe, 1e-3), (Helium(couplings="exact", lines=probe.lines), 1e-4)):
        value = line.prepare(model, mass).evaluate(scale).value
        smooth = np.polynomial.Polynomial.fit(np.arange(40), value, 7)(np.arange(40))
        assert np.max(np.abs(value - smooth)) < allowed
