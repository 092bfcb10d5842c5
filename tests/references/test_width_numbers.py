"""Widths and branching ratios against numbers computed elsewhere and against measured partial widths."""

from __future__ import annotations

import math

import numpy as np
import pytest

from feebly import decays, models, particle_data
from feebly.constants import ELECTRON_MASS, MUON_MASS, TAU_MASS
from feebly.decays.hadronic import exclusive
from feebly.decays.hadrons.resonances import bare_peak

GEV = 1e3
# Gamma / g^2 [GeV] of an independent data-driven calculation (DarkCast tables, arXiv:1801.04847)
TOTALS = {
    "dark-photon": {0.5: 0.0330, 0.775: 0.288, 1.0: 0.0845},
    "b-l": {0.5: 0.0463, 0.775: 0.302, 1.0: 0.0975},
    "chargephobic": {0.5: 0.01330, 0.775: 0.1398, 1.0: 0.0357},
}
NEUTRINOS = {0.5: 0.748, 0.775: 0.110, 1.0: 0.557}
MAKE = {"dark-photon": models.dark_photon, "b-l": models.b_minus_l, "chargephobic": models.chargephobic}


@pytest.mark.parametrize(
    ("name", "mass", "expected"), [(n, m, v) for n, row in TOTALS.items() for m, v in row.items()]
)
def test_total_widths(name: str, mass: float, expected: float) -> None:
    """Tolerance: 6 %, as between data-driven calculations below 1.05 GeV, but for the chargephobic vector at 775 MeV.

    There the earlier number lets the omega in pi+ pi- follow the isovector charge. For opposite isovector and
    isoscalar charges rho and omega interfere with the opposite sign: 27 MeV less, 1.2 of our errors of 22 MeV, most
    of which is this very assignment.
    """
    found = decays.widths(MAKE[name](), [mass * GEV])
    difference, error = found.total[0] - expected * GEV, found.total_error[0]
    if (name, mass) == ("chargephobic", 0.775):
        assert abs(difference) < 1.25 * error
    else:
        assert abs(difference) < 0.06 * expected * GEV


@pytest.mark.parametrize(("mass", "expected"), NEUTRINOS.items())
def test_neutrino_branching_of_the_chargephobic_vector(mass: float, expected: float) -> None:
    """Within 2 %; at 775 MeV within 1.25 of our errors, for the reason of `test_total_widths`."""
    found = decays.widths(models.chargephobic(), [mass * GEV])
    share, error = found.share(found.neutrinos), found.share_error(found.neutrinos, np.zeros(1))
    tolerance = 1.25 * error[0] if mass == 0.775 else 0.02 * expected
    assert abs(share[0] - expected) < tolerance


@pytest.mark.parametrize("name", ["dark-photon", "b-l", "em-bl"])
def test_leptons_and_neutrinos_are_the_closed_form(name: str) -> None:
    phi = {"dark-photon": 0.0, "b-l": math.pi / 2, "em-bl": 1.1}[name]
    model = models.em_bl(phi=phi) if name == "em-bl" else MAKE[name]()
    mass = np.array([1.5, 30.0, 500.0, 5e3, 6e4])
    found = decays.widths(model, mass)
    x = -(math.cos(phi) + math.sin(phi))
    for lepton, m_l in (("e- e+", ELECTRON_MASS), ("mu- mu+", MUON_MASS), ("tau- tau+", TAU_MASS)):
        r = np.minimum((m_l / mass) ** 2, 0.25)
        expected = x**2 * mass / (12 * math.pi) * (1 + 2 * r) * np.sqrt(1 - 4 * r)
        assert found.partial(lepton) == pytest.approx(expected, rel=1e-12)
    for nu in ("nu_e nu_e~", "nu_mu nu_mu~", "nu_tau nu_tau~"):
        expected = math.sin(phi) ** 2 * mass / (24 * math.pi)
        assert found.partial(nu) == pytest.approx(expected, rel=1e-12, abs=1e-300)


def _peak(channel: str, low: float, high: float) -> float:
    """Largest R of a channel of the photon between two masses [MeV]."""
    mass = np.linspace(low, high, 4001)
    kernel = next(c for c in exclusive() if c.name == channel).kernel(mass)
    return float(kernel.sum(axis=(1, 2)).real.max())


@pytest.mark.parametrize(
    ("channel", "meson", "mode", "window", "tolerance"),
    [
        ("pi+ pi- pi0", "omega(782)", "pi+ pi- pi0", (775.0, 790.0), 0.027),  # uncertainty of the products
        ("pi0 gamma", "omega(782)", "pi0 gamma", (775.0, 790.0), 0.16),  # the rho adds 11 %, uncertainty 4 %
        # not independent: the phi of K K~ is made from measured products; 1.6 % and what the other resonances add
        ("K+ K-", "phi(1020)", "K+ K-", (1012.0, 1027.0), 0.02),
        ("K0 K0~", "phi(1020)", "K0L K0S", (1012.0, 1027.0), 0.02),
        ("eta gamma", "phi(1020)", "eta gamma", (1012.0, 1027.0), 0.03),  # uncertainty 2.1 %
        # the tail of the omega adds 9 %, uncertainty 2.9 %
        ("pi+ pi- pi0", "phi(1020)", "rho pi + pi+ pi- pi0", (1012.0, 1027.0), 0.12),
    ],
)
def test_peaks_against_measured_partial_widths(
    channel: str, meson: str, mode: str, window: tuple[float, float], tolerance: float
) -> None:
    """R at the peak is 9 B(ee) B(F) / alpha^2, less vacuum polarisation."""
    parent = meson.partition("(")[0]
    b_ee, b = (particle_data.branching(parent, final).value for final in ("e+ e-", mode))
    expected = bare_peak(meson, b_ee * b)
    assert _peak(channel, *window) == pytest.approx(expected, rel=tolerance)
