"""Cross sections and the fit of SN 1987A against numbers computed or printed elsewhere.

Each number has its source, its tolerance and the reason for the tolerance.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from feebly import embedded
from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.environments.detector import detector
from feebly.math.quadrature import panels
from feebly.rates.scattering import fermi_gas, ibd, oxygen, quasielastic
from feebly.signals.neutrino_events import Response, response
from feebly.signals.supernova_burst import BurstTemplates, burst_templates, mean_energies, standard_fluence
from feebly.statistics.unbinned import ProfiledFit, ProfiledLikelihood
from feebly.units import CM, ERG, KM

KILOPARSEC = 3.0856776e16 * KM
ENERGY = np.linspace(1.8, 110.0, 400)

# --- inverse beta decay --------------------------------------------------------------------

# Source: strumia-vissani-ibd evaluated in another code with the constants of 2003; MeV, 1e-41 cm^2.
INVERSE_BETA = {3: 0.02633, 5: 0.1267, 10: 0.6761, 20: 2.889, 30: 6.300, 50: 15.60, 80: 32.79, 99: 44.35}

# Source: the program of Strumia and Vissani, as printed in the tests of sntools; MeV, 1e-41 cm^2, mean positron energy in MeV.
AUTHORS_PROGRAM = """
2.01 0.003439 0.7144
2.51 0.01279  1.213
3.12 0.03032  1.820
3.89 0.06213  2.585
4.84 0.1160   3.527
6.02 0.2050   4.695
7.49 0.3489   6.146
9.85 0.6538   8.466
12.3 1.062    10.86
15.3 1.680    13.78
19.0 2.608    17.36
23.6 3.996    21.77
29.4 6.068    27.29
36.6 9.066    34.06
43.2 12.16    40.21
48.2 14.67    44.83
53.7 17.59    49.88
59.9 21.03    55.53
66.9 25.06    61.86
74.6 29.63    68.78
83.2 34.85    76.46
92.9 40.81    85.06
104  47.68    94.84
160  81.30    143.7
"""

# Source: the table of a public package (SNOwGLoBES, after strumia-vissani-ibd), at its nodes, where it has three digits.
THREE_DIGITS = {
    43.2: 12.1,
    48.2: 14.7,
    53.7: 17.6,
    59.9: 21.0,
    66.9: 25.0,
    74.6: 29.6,
    83.2: 34.8,
    92.9: 40.7,
}


def inverse_beta(energy: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(ibd.cross_section(np.atleast_1d(energy)) / CM**2 / 1e-41)


def test_inverse_beta_decay() -> None:
    """0.04 %: four printed digits."""
    assert inverse_beta(list(INVERSE_BETA)) == pytest.approx(list(INVERSE_BETA.values()), rel=4e-4)


def test_inverse_beta_decay_of_the_authors_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.05 %, the rounding of the table, from 2 to 160 MeV, with its masses of the dipoles, 0.71 and 1.03 GeV. The paper has the squares
    0.71 and 1 GeV^2: with these the cross section is smaller by an amount that grows as the momentum transfer, 0.3 % at 78 MeV.
    """
    energy, sigma, positron = np.loadtxt(AUTHORS_PROGRAM.splitlines()).T
    paper = inverse_beta(energy) / sigma - 1
    assert np.all(np.abs(paper[energy < 75]) < 3e-3)
    assert paper[energy > 75] == pytest.approx([-3.5e-3, -4.4e-3, -6.0e-3, -14.1e-3], abs=5e-4)
    masses = replace(quasielastic.parameters(), vector_mass2=710.0**2, axial_mass2=1030.0**2)
    monkeypatch.setattr(quasielastic, "parameters", lambda: masses)
    assert inverse_beta(energy) == pytest.approx(sigma, rel=5e-4)
    for e, expected in zip(energy, positron, strict=True):
        low, high = ibd.lepton_energies(e)
        node, weight = panels(np.array([float(low), float(high)]), 16)
        per_energy = weight * ibd.differential(e, node)
        assert per_energy @ node / per_energy.sum() == pytest.approx(expected, rel=5e-4)


def test_inverse_beta_decay_of_a_table_in_three_digits() -> None:
    """One unit of the last digit, 0.2 to 0.8 %. Between such nodes the table scatters: 0.3 % above ours at 50 MeV, where that of the
    authors' program is 0.05 %.
    """
    found = inverse_beta(list(THREE_DIGITS))
    assert found == pytest.approx(list(THREE_DIGITS.values()), abs=0.1)


def test_inverse_beta_decay_against_the_short_formula() -> None:
    """0.7 %: a fit of Strumia and Vissani (Eq. 25, read in a public code), meant to a few per mille below 100 MeV."""
    e = np.linspace(3.0, 100.0, 60)
    electron = e - (NEUTRON_MASS - PROTON_MASS)
    exponent = -0.07056 + 0.02018 * np.log(e) - 0.001953 * np.log(e) ** 3
    short = 1e-43 * np.sqrt(electron**2 - 0.511**2) * electron * e**exponent
    assert ibd.cross_section(e) / CM**2 == pytest.approx(short, rel=7e-3)


def test_radiative_factor_matters_by_its_known_size() -> None:
    """Source: an independent evaluation: -2.8 % without it at 10 MeV, -1.9 % at 99 MeV; 0.1 % of rounding."""
    energy = np.array([10.0, 99.0])
    ratio = ibd.cross_section(energy, radiative=False) / ibd.cross_section(energy)
    assert ratio - 1 == pytest.approx([-0.028, -0.019], abs=1e-3)


# --- oxygen --------------------------------------------------------------------------------


def test_four_groups_at_50_mev() -> None:
    """Source: nakazato-oxygen evaluated elsewhere, 59.5 and 36.2e-42 cm^2; three digits."""
    found = [
        oxygen.group_cross_sections(nu, [50.0]).sum() / CM**2 / 1e-42 for nu in oxygen.ELECTRON_NEUTRINOS
    ]
    assert found == pytest.approx([59.5, 36.2], rel=2e-3)


def test_fermi_gas_against_another_quasielastic_calculation() -> None:
    """Neutrinos within 6 % at 250-500 MeV; antineutrinos are 11 to 29 % below: other models of the nucleus."""
    table = embedded.load("detectors/oxygen_above.toml").table()["quasielastic"]
    energy = np.array(table["energy_mev"])[1:]
    for neutrino, low, high in (
        ("nu_e", 0.94, 1.06),
        ("nu_mu", 0.94, 1.07),
        ("nu_e~", 0.70, 0.88),
        ("nu_mu~", 0.72, 0.89),
    ):
        found = fermi_gas.cross_section(fermi_gas.oxygen(), neutrino, energy) / CM**2 / 1e-42
        ratio = found / np.array(table[neutrino][1:])
        assert np.all((low < ratio) & (ratio < high)), neutrino


def test_excess_of_the_nodes_over_the_fermi_gas_falls_as_assumed() -> None:
    """The exponent that `matching` uses, -1, from 50 to 100 MeV for nu_e; 15 %: it is a description, not a law."""
    energy = np.array([50.0, 100.0])
    gas = fermi_gas.cross_section(fermi_gas.oxygen(), "nu_e", energy)
    excess = oxygen.cross_section("nu_e", energy) / gas - 1
    assert np.log(excess[1] / excess[0]) / np.log(2) == pytest.approx(-1.0, abs=0.15)


@pytest.mark.parametrize(("neutrino", "tolerance"), [("nu_e", 0.03), ("nu_e~", 0.02)])
def test_power_laws_go_through_the_nodes(neutrino: str, tolerance: float) -> None:
    """50-100 MeV: 3 % and 2 %, what a power law in E^0.25 can do."""
    energy, sigma = oxygen.nodes(neutrino)
    law = embedded.load("detectors/oxygen_above.toml").table()["power_law"][neutrino]
    some = energy >= 50
    step = energy[some] ** 0.25 - law["threshold_mev"] ** 0.25
    assert law["scale_cm2"] * step ** law["power"] == pytest.approx(sigma[some] / CM**2, rel=tolerance)


# --- SN 1987A ------------------------------------------------------------------------------

CHOICES = {
    # variants of Kamiokande-II and IMB: E_0 [MeV], E_tot [1e53 erg]
    ("default", "default"): (11.87, 3.20),
    ("akita", "default"): (10.27, 9.4),
}


@cache
def _fit(kamiokande: str, imb: str, positron: str = "static") -> tuple[ProfiledFit, tuple[float, ...]]:
    detectors = [detector("kamiokande-2", kamiokande), replace(detector("imb", imb), window=(19.0, 110.0))]
    responses: list[Response] = [
        response(d, ENERGY, channels="ibd", positron=positron, at=d.events.energy)  # type: ignore[arg-type]
        for d in detectors
    ]
    distance = 50 * KILOPARSEC
    templates: BurstTemplates = burst_templates(responses, mean_energies(), distance=distance)
    found = ProfiledLikelihood(templates).fit(np.zeros((1, 19)), np.zeros(1))
    fluence = standard_fluence(
        ENERGY, found.mean_energy[0], total_energy=float(found.total_energy[0]), distance=distance
    )
    every = np.broadcast_to(fluence, (6, ENERGY.size))
    return found, tuple(float(one.number(every)) for one in responses)


@pytest.mark.parametrize("choice", CHOICES)
def test_best_burst(choice: tuple[str, str]) -> None:
    """Source: an independent fit: alpha = 2.39, 50 kpc, positrons at E - 1.293 MeV; 0.05 MeV, 1 % by its rounding."""
    found, _ = _fit(*choice)
    mean, total = CHOICES[choice]
    assert found.mean_energy[0] == pytest.approx(mean, abs=0.05)
    assert found.total_energy[0] / ERG / 1e53 == pytest.approx(total, rel=0.01)
    assert not found.at_edge[0]


def test_events_of_the_best_burst() -> None:
    """Source: the same fit: 13.8 and 5.2 events; three digits. Together they are the 19 that were seen."""
    _, (kamiokande, imb) = _fit("default", "default")
    assert (kamiokande, imb) == (pytest.approx(13.8, abs=0.05), pytest.approx(5.2, abs=0.05))
    assert kamiokande + imb == pytest.approx(19.0, rel=1e-6)


@pytest.mark.parametrize("variant", ["vissani-2015", "vissani-2021", "unshifted"])
def test_other_efficiencies_move_the_mean_energy(variant: str) -> None:
    """Published forms of the efficiency: E_0 between 11.6 and 12.4 MeV; the spread is a systematic error."""
    found, _ = _fit("default" if variant == "unshifted" else variant, variant)
    assert 11.6 < found.mean_energy[0] < 12.4
    assert found.total_energy[0] / ERG / 1e53 == pytest.approx(3.15, abs=0.08)


def test_recoil_of_the_neutron_moves_it_too() -> None:
    """Positrons lose about E^2/m_p: 0.37 MeV in E_0 at 20-30 MeV."""
    static, moving = (
        _fit("default", "default", kind)[0].mean_energy[0] for kind in ("static", "differential")
    )
    assert moving - static == pytest.approx(0.37, abs=0.02)
