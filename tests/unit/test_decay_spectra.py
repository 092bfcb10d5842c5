"""Energies of decay neutrinos, at rest and in flight."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import decays
from feebly.constants import MUON_MASS, PION_MASS
from feebly.decays.neutrinos import pion_pair_neutrino, three_body
from feebly.decays.secondaries import _from_muon, _from_pion, _from_pion_by_muon
from feebly.decays.spectra import FLAVOURS, DecaySpectrum, Line, Part
from feebly.decays.three_body import LeptonPair
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import b_minus_l, hnl, hnl_e, hnl_mu, hnl_tau, lmu_ltau, majoron_emu, majoron_mumu

MASSLESS = LeptonPair(0.0, 0.0, 0.5, 0.0)
MODELS = [(hnl_e(), 30.0), (hnl_mu(), 300.0), (hnl_mu(nature="dirac"), 600.0), (hnl_tau(), 900.0),
          (hnl(fraction={"e": 0.5, "tau": 0.5}), 450.0), (majoron_emu(), 5.0), (lmu_ltau(), 250.0), (b_minus_l(), 600.0)]  # fmt: skip


def _mean(spectrum: DecaySpectrum, parent: float, top: float) -> float:
    """Total energy by parts, int E dF, with panels of Gauss nodes."""
    from feebly.math.quadrature import panels

    nodes, weights = panels(np.linspace(0, top, 2001), 6)
    below = spectrum.cumulative(np.array([parent]), nodes)[:, 0]
    return float(np.sum(spectrum.number) * top - weights @ below.sum(axis=0))


def test_massless_spectra() -> None:
    """f_I and f_II of the paper, without the half of the two directions."""
    mass = 8.0
    energy = np.linspace(0, mass / 2, 41)
    x = energy / mass
    first, second = three_body(MASSLESS, mass, "neutrino"), three_body(MASSLESS, mass, "antilepton")
    assert np.allclose(first.density(energy), 16 * x**2 * (3 - 4 * x) / mass, atol=1e-4)
    for shape, below, inverse in (
        (first, 16 * (x**3 - x**4), 16 * (1.5 * x**2 - 4 / 3 * x**3)),
        (second, 32 * x**3 - 48 * x**4, 48 * x**2 - 64 * x**3),
    ):
        number, other = shape.integrals(energy)
        assert np.allclose(number, below, atol=1e-9)
        assert np.allclose(other * mass, inverse, atol=1e-9)
    assert first.mean == pytest.approx(7 / 20 * mass, rel=1e-12)
    assert second.mean == pytest.approx(3 / 10 * mass, rel=1e-12)


def test_box_of_a_vector() -> None:
    spectrum = decays.neutrino_spectrum(decays.of(lmu_ltau(mixing="none"), 10.0))
    parent, momentum = 26.0, 24.0
    energy = np.array([0.5, 0.9, 13.0, 25.1, 30.0])
    found = spectrum.cumulative(np.array([parent]), energy)[:, 0]
    expected = np.clip((energy - (parent - momentum) / 2) / momentum, 0, 1)
    for k, flavour in enumerate(FLAVOURS):
        share = 0.0 if flavour.startswith("nu_e") else 0.5
        assert np.allclose(found[k], share * expected, atol=1e-14)
    density = spectrum.density(np.array([parent]), energy)[1, 0]
    assert np.allclose(density, [0, 0, 0.5 / momentum, 0, 0], atol=1e-14)


def test_majoron_gives_pairs_of_equal_lepton_number() -> None:
    assert decays.neutrino_spectrum(decays.of(majoron_mumu(), 1.0)).number.tolist() == [0, 1, 0, 0, 1, 0]
    assert decays.neutrino_spectrum(decays.of(majoron_emu(), 1.0)).number.tolist() == [0.5, 0.5, 0] * 2


@pytest.mark.parametrize(("model", "mass"), MODELS, ids=lambda x: getattr(x, "name", x))
@pytest.mark.parametrize("secondaries", [False, True])
def test_energy_is_conserved_in_flight(model, mass: float, secondaries: bool) -> None:  # type: ignore[no-untyped-def]
    spectrum = decays.neutrino_spectrum(decays.of(model, mass), secondaries=secondaries)
    for gamma in (1.1, 6.0):
        top = mass * (gamma + np.sqrt(gamma**2 - 1))
        found = _mean(spectrum, gamma * mass, top)
        assert found == pytest.approx(
            gamma * spectrum.mean.sum(), rel=3e-6
        )  # kinks of the boxes between the nodes
    assert np.all(
        np.diff(spectrum.cumulative(np.array([mass, 3 * mass]), np.linspace(0, 6 * mass, 400))) >= -1e-12
    )


@pytest.mark.parametrize("mass", [30.0, 120.0, 210.0])
def test_neutrinos_and_charged_daughters_share_the_mass(mass: float) -> None:
    """Leptonic decays only: what the neutrinos carry and what the charged leptons carry add up to the mass."""
    from feebly.decays.hnl import lepton_pair
    from feebly.math.quadrature import panels

    fip = decays.of(hnl_mu(), mass, hadrons=False)
    carried = 0.0
    for channel, share in zip(fip.channels, fip.branching(), strict=True):
        if channel.startswith("nu"):
            continue
        pair = lepton_pair(channel)
        for role in ("lepton", "antilepton"):
            t, weight = panels(np.linspace(0, 1, 9), 24)
            s, slope = pair.invariant(mass, t, role)
            rate = weight * slope * pair.per_invariant(mass, s, role)
            own = pair.energies(mass, role)[0]
            carried += share * float(rate @ (mass**2 + own**2 - s)) / rate.sum() / (2 * mass)
    spectrum = decays.neutrino_spectrum(fip)
    assert spectrum.mean.sum() + carried == pytest.approx(mass, rel=1e-11)


def test_slow_and_resting_particles_agree() -> None:
    spectrum = decays.neutrino_spectrum(decays.of(hnl_mu(), 30.0))
    energy = np.linspace(0.5, 14.5, 29)
    slow = spectrum.cumulative(30.0 * np.array([1.0, 1 + 1e-11, 1 + 1e-9, 1 + 1e-7]), energy)
    assert np.allclose(slow, slow[:, :1], atol=1e-6)
    moving = spectrum.density(30.0 * np.array([1 + 1e-9]), energy)
    assert np.allclose(moving, spectrum.density(np.array([30.0]), energy), atol=1e-4)


def test_density_is_the_slope_of_the_cumulative() -> None:
    spectrum = decays.neutrino_spectrum(decays.of(hnl_mu(), 120.0))
    energy, step = np.linspace(3.0, 200.0, 67), 1e-3
    parent = np.array([150.0, 400.0])
    difference = (spectrum.cumulative(parent, energy + step) - spectrum.cumulative(parent, energy - step)) / (
        2 * step
    )
    assert np.allclose(spectrum.density(parent, energy), difference, atol=1e-7)


def test_lines_stand_for_the_spectrum() -> None:
    spectrum = decays.neutrino_spectrum(decays.of(hnl_mu(), 500.0))
    energy, number = spectrum.lines(200)
    assert np.allclose(number.sum(axis=1), spectrum.number, rtol=1e-12)
    assert np.allclose(number @ energy, spectrum.mean, rtol=1e-12)
    as_lines = DecaySpectrum(
        500.0, tuple(Part(Line(float(e)), tuple(n)) for e, n in zip(energy, number.T.tolist(), strict=True))
    )
    at, parent = np.linspace(1, 900, 50), np.array([600.0, 900.0])
    assert np.allclose(as_lines.cumulative(parent, at), spectrum.cumulative(parent, at), atol=1e-4)


def test_few_lines_hold_number_and_mean() -> None:
    """Eight lines for all spectra that end together, with the number and mean energy of each."""
    spectrum = decays.neutrino_spectrum(decays.of(hnl_mu(), 100.0))
    energy, number = spectrum.lines(8)
    assert energy.size == 8 + sum(isinstance(part.shape, Line) for part in spectrum.parts)
    assert np.all(number >= 0)
    assert np.allclose(number.sum(axis=1), spectrum.number, rtol=1e-12)
    assert np.allclose(number @ energy, spectrum.mean, rtol=1e-12)


def test_dirac_and_majorana() -> None:
    dirac = decays.neutrino_spectrum(decays.of(hnl_mu(nature="dirac"), 220.0))
    majorana = decays.neutrino_spectrum(decays.of(hnl_mu(), 220.0))
    parent, energy = np.array([300.0]), np.linspace(1, 290, 30)
    one, other = dirac.cumulative(parent, energy), dirac.conjugate().cumulative(parent, energy)
    assert np.allclose((one + other) / 2, majorana.cumulative(parent, energy), atol=1e-12)
    assert np.array_equal(majorana.number[:3], majorana.number[3:])
    assert dirac.number[1] > 5 * dirac.number[4]


def test_two_pions_and_a_neutrino() -> None:
    mass = 1500.0
    shape = pion_pair_neutrino(mass)
    assert shape.number[-1] == pytest.approx(1.0, abs=1e-12)
    at_the_rho = (mass**2 - 775.0**2) / (2 * mass)
    assert shape.energy[np.argmax(shape.value)] == pytest.approx(at_the_rho, rel=0.02)
    assert shape.energy[-1] == pytest.approx((mass**2 - 4 * PION_MASS**2) / (2 * mass))


def test_chain_of_a_pion() -> None:
    """Means multiply, <1/E> of an isotropic boost has a closed form."""
    line = (PION_MASS**2 - MUON_MASS**2) / (2 * PION_MASS)
    muon = PION_MASS - line
    gamma = muon / MUON_MASS
    beta = np.sqrt(1 - gamma**-2)
    assert _from_pion((400.0,), (1.0,)).mean == pytest.approx(line * 400.0 / PION_MASS, rel=1e-12)
    for role in ("neutrino", "antilepton"):
        rest = three_body(LeptonPair(0.51099895, 0.0, 1.0, 0.0), MUON_MASS, role)
        moving = _from_muon((muon,), (1.0,), role)
        assert moving.mean == pytest.approx(gamma * rest.mean, rel=2e-8)
        factor = np.log((1 + beta) / (1 - beta)) / (2 * beta * gamma)
        assert moving.inverse[-1] == pytest.approx(factor * rest.inverse[-1], rel=1e-8)
        both = _from_pion_by_muon((400.0,), (1.0,), role)
        assert both.mean == pytest.approx(gamma * rest.mean * 400.0 / PION_MASS, rel=2e-8)
        assert both.number[-1] == pytest.approx(1.0, abs=1e-12)


def test_secondaries_conserve_lepton_flavour() -> None:
    fip = decays.of(hnl_mu(nature="dirac"), 300.0)
    plain, full = (decays.neutrino_spectrum(fip, secondaries=x) for x in (False, True))
    added = full.number - plain.number
    muons = sum(fip.branching()[fip.channels.index(c)] * n for c, n in
                (("mu- e+ nu_e", 1), ("mu- mu+ nu_mu", 2), ("mu- pi+", 2)))  # fmt: skip
    # each muon, direct or of a pion, gives one nu_e or nubar_e; each pion one nu_mu
    assert added[0] + added[3] == pytest.approx(muons, rel=1e-12)
    pions = fip.branching()[fip.channels.index("mu- pi+")]
    assert added[1] + added[4] == pytest.approx(muons + pions, rel=1e-12)
    assert added[2] == added[5] == 0.0


def test_what_is_left_out_is_said() -> None:
    spectrum = decays.neutrino_spectrum(decays.of(hnl_e(), 600.0), secondaries=True)
    (text,) = [x for x in spectrum.provenance.omitted if x.startswith("secondary neutrinos of")]
    assert "pi+ pi- nu_e" in text
    assert "e- K+" in text
    assert ("secondary neutrinos", "on") in spectrum.provenance.choices


def test_refusals() -> None:
    spectrum = decays.neutrino_spectrum(decays.of(majoron_mumu(), 10.0))
    with pytest.raises(InvalidValueError, match="below the mass"):
        spectrum.cumulative(np.array([9.0]), np.array([1.0]))
    with pytest.raises(InvalidValueError, match="has a mass"):
        three_body(LeptonPair(105.7, 0.5, 1.0, 0.0), 300.0, "lepton")
    odd = decays.Fip(10.0, 1.0, ("nu_e nu_e~ gamma",), np.ones(1), 2)
    with pytest.raises(UnsupportedModelError, match="nu_e nu_e~ gamma"):
        decays.neutrino_spectrum(odd)
