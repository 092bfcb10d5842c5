"""Ratios to the dark photon: registry, zeros, errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from feebly import decays
from feebly.errors import InvalidValueError, OutOfDomainError, UnknownNameError, UnsupportedModelError
from feebly.models import b_minus_l, chargephobic, dark_photon, em_bl, lmu_ltau, vector
from feebly.rates import ratios
from feebly.rates.ratios import decay_ratio, lifetime_ratio, processes, production_ratio

MASS = 60.0  # open for every process
TREE_LEVEL = 135 * math.pi / 180


@pytest.mark.parametrize("name", processes())
def test_dark_photon_is_the_unit(name: str) -> None:
    assert production_ratio(name, dark_photon(), [MASS]) == pytest.approx([1.0], rel=1e-12)


@pytest.mark.parametrize("name", processes())
def test_ratio_depends_on_the_square_of_the_charges(name: str) -> None:
    charge = {"u": 0.2, "d": 0.5, "s": -0.3, "c": 0.1, "b": 0.4, "e": 0.9}
    single = production_ratio(name, vector(charge=charge), [MASS])
    double = production_ratio(name, vector(charge={k: -2 * v for k, v in charge.items()}), [MASS])
    assert single[0] > 0
    assert double == pytest.approx(4 * single, rel=1e-12)


@pytest.mark.parametrize("name", processes())
def test_vectorised(name: str) -> None:
    masses = np.array([1.0, 30.0, MASS])
    each = [production_ratio(name, b_minus_l(), [m])[0] for m in masses]
    assert production_ratio(name, b_minus_l(), masses) == pytest.approx(each, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "angle"),
    [
        ("rho -> X", math.pi / 2),
        ("omega -> pi0 X", math.pi / 2),
        ("phi -> X", math.pi / 4),
        ("phi -> eta X", math.pi / 4),
        ("d d~ -> X", math.pi / 4),
        ("omega -> X", math.pi - math.atan(1 / 2)),
        ("rho -> pi0 X", math.pi - math.atan(1 / 2)),
        ("u u~ -> X", math.pi - math.atan(2)),
        ("eZ -> eZ X", TREE_LEVEL),
        ("pZ -> pZ X", TREE_LEVEL),
        ("e- e+ -> gamma X", TREE_LEVEL),
    ],
)
def test_zeros_at_the_special_angles(name: str, angle: float) -> None:
    assert production_ratio(name, em_bl(phi=angle), [MASS])[0] < 1e-28
    assert production_ratio(name, em_bl(phi=angle + 0.1), [MASS])[0] > 1e-3


def test_couplings_without_electrons_and_quarks_give_zero() -> None:
    neutrinos = vector(charge={"nu_mu": 1.0})
    for name in processes():
        assert production_ratio(name, neutrinos, [MASS])[0] == 0.0


def test_mixing_at_the_mass_of_x() -> None:
    """For L_mu - L_tau every ratio is (e eps(m^2) / g)^2, real or complex."""
    model = lmu_ltau()
    for m in (10.0, 400.0):
        electron = abs(model.charges(["e-"], m**2)[0]) ** 2
        for name in ("eZ -> eZ X", "u u~ -> X", "rho -> X", "eta -> gamma X"):
            assert production_ratio(name, model, [m])[0] == pytest.approx(electron, rel=1e-12, abs=0)


def test_families() -> None:
    assert [ratios.family(x) for x in ("tau- tau+", "nu_tau nu_tau~", "K+ K-", "hadrons")] == [
        "charged leptons",
        "neutrinos",
        "hadrons",
        "hadrons",
    ]


def test_branching_ratios_below_the_hadrons() -> None:
    """Charges only: B-L has three half neutrinos beside each light charged lepton."""
    assert decay_ratio("charged leptons", b_minus_l(), [50.0]) == pytest.approx([1 / 2.5], rel=1e-6)
    assert decay_ratio("e- e+", b_minus_l(), [50.0]) == pytest.approx([1 / 2.5], rel=1e-6)
    assert lifetime_ratio(b_minus_l(), [50.0]) == pytest.approx([1 / 2.5], rel=1e-6)
    tilted = em_bl(phi_pi=0.25)
    assert decay_ratio("e- e+", tilted, [50.0]) == pytest.approx([2 / (2 + 1.5 / 2)], rel=1e-6)
    assert lifetime_ratio(tilted, [50.0]) == pytest.approx([1 / (2 + 1.5 / 2)], rel=1e-6)


def test_branching_ratio_times_widths_is_consistent() -> None:
    model, masses = em_bl(phi_pi=0.3), [5.0, 40.0, 120.0]
    ours, reference = decays.widths(model, masses), decays.widths(dark_photon(), masses)
    row = ours.gamma[ours.channels.index("e- e+")] / reference.gamma[reference.channels.index("e- e+")]
    product = decay_ratio("e- e+", model, masses) / lifetime_ratio(model, masses)
    assert product == pytest.approx(row, rel=1e-12)


def test_the_dark_photon_is_the_unit_of_decays() -> None:
    masses = [2.0, 100.0]
    assert decay_ratio("charged leptons", dark_photon(), masses).tolist() == [1.0, 1.0]
    assert lifetime_ratio(dark_photon(), masses).tolist() == [1.0, 1.0]


def test_stable_vectors_have_infinite_lifetime() -> None:
    heavy_only = vector(charge={"tau": 1.0})
    assert lifetime_ratio(heavy_only, [10.0]).tolist() == [math.inf]
    assert decay_ratio("e- e+", heavy_only, [10.0]).tolist() == [0.0]


def test_electrons_vanish_at_tree_level_for_the_chargephobic_vector() -> None:
    assert decay_ratio("e- e+", em_bl(phi_pi=0.75), [50.0]).tolist() == [0.0]
    assert decay_ratio("e- e+", chargephobic(), [50.0])[0] < 1e-3


def test_all_channels_are_final_states() -> None:
    masses = np.geomspace(1.0, 8e4, 60)
    for model in (dark_photon(), b_minus_l()):
        assert set(decays.widths(model, masses).channels) <= set(ratios.final_states())
    assert len(set(ratios.final_states())) == len(ratios.final_states())


def test_errors_help() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean .*eta -> gamma X"):
        production_ratio("eta -> gammaX", dark_photon(), [1.0])
    with pytest.raises(OutOfDomainError, match=r"pi0 -> gamma X is closed .* 200 MeV\.\n.* up to 135\.0 MeV"):
        production_ratio("pi0 -> gamma X", dark_photon(), [100.0, 200.0])
    with pytest.raises(InvalidValueError, match="not negative"):
        production_ratio("rho -> X", dark_photon(), [-5.0])
    with pytest.raises(UnknownNameError, match=r"Known: .*charged leptons, e- e\+, eta"):
        decay_ratio("leptons", b_minus_l(), [10.0])
    with pytest.raises(OutOfDomainError, match=r"of 10 MeV does not decay to neutrinos.*\n.*e- e\+"):
        decay_ratio("neutrinos", b_minus_l(), [10.0])
    with pytest.raises(OutOfDomainError, match=r"of 100 MeV does not decay to pi\+ pi-.*\n.*e- e\+"):
        decay_ratio("pi+ pi-", b_minus_l(), [100.0])
    with pytest.raises(OutOfDomainError, match="does not decay to charged leptons"):
        decay_ratio("charged leptons", b_minus_l(), [0.5])
    with pytest.raises(OutOfDomainError, match=r"0\.5 MeV has no decay"):
        lifetime_ratio(b_minus_l(), [0.5])

    class Scalar:
        name = "scalar"

    for name in ("eZ -> eZ X", "rho -> X", "eta -> gamma X"):
        with pytest.raises(UnsupportedModelError, match="VectorCurrent"):
            production_ratio(name, Scalar(), [1.0])  # type: ignore[arg-type]


def test_every_process_names_its_sources() -> None:
    for process in processes().values():
        assert "esseili-kribs-chargephobic" in process.provenance.keys
        assert process.latex.count("$") == 2
