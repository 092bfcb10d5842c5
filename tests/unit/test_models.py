"""Charges, presets, loop mixing, widths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from feebly import decays, models
from feebly.constants import E_CHARGE, MUON_MASS, TAU_MASS
from feebly.decays import leptonic
from feebly.errors import InvalidValueError, UnknownNameError, UnsupportedModelError
from feebly.models import kinetic_mixing


def _loop_by_quadrature(q2: float, mass: float) -> complex:
    def log_argument(x: float) -> complex:
        return np.log(complex(1 - x * (1 - x) * q2 / mass**2, -1e-300 if q2 > 0 else 0.0))

    points = None
    if q2 > 4 * mass**2:
        root = np.sqrt(1 - 4 * mass**2 / q2)
        points = [(1 - root) / 2, (1 + root) / 2]
    parts = [
        integrate.quad(
            lambda x, part=part: x * (1 - x) * getattr(log_argument(x), part),
            0,
            1,
            points=points,
            limit=500,
            epsabs=1e-13,
        )[0]
        for part in ("real", "imag")
    ]
    return complex(*parts)


@pytest.mark.parametrize(
    "ratio", [-1e4, -3.0, -1e-3, -9e-4, 1e-8, 9.9e-4, 1.01e-3, 0.5, 3.99, 4.01, 10.0, 1e4]
)
def test_loop_function_is_the_integral(ratio: float) -> None:
    q2 = ratio * MUON_MASS**2
    exact = _loop_by_quadrature(q2, MUON_MASS)
    assert kinetic_mixing.loop_function(q2, MUON_MASS) == pytest.approx(exact, rel=1e-7, abs=1e-12)


def test_series_and_closed_form_join_smoothly() -> None:
    below, above = (kinetic_mixing.loop_function(x * 0.1, 1.0).real / x for x in (0.99999, 1.00001))
    assert below == pytest.approx(above, rel=1e-5)


def test_loop_function_of_an_array_is_that_of_each_number() -> None:
    q2 = MUON_MASS**2 * np.array([[-1e4, -3.0, -0.05, 0.0], [0.05, 3.99, 4.0, 1e6]])
    many = kinetic_mixing.loop_function(q2, MUON_MASS)
    assert many.shape == q2.shape
    one_by_one = [kinetic_mixing.loop_function(float(x), MUON_MASS) for x in q2.flat]
    assert all(type(x) is complex for x in one_by_one)
    assert many.ravel() == pytest.approx(one_by_one, rel=1e-13)
    assert np.all((many.imag < 0) == (q2 > 4 * MUON_MASS**2))
    pair = kinetic_mixing.mixing(q2, MUON_MASS, TAU_MASS)
    assert pair[0, 1] == pytest.approx(kinetic_mixing.mixing(float(q2[0, 1]), MUON_MASS, TAU_MASS), rel=1e-13)
    with pytest.raises(InvalidValueError, match="finite"):
        kinetic_mixing.mixing(np.array([1.0, np.nan]), MUON_MASS, TAU_MASS)


def test_loop_function_far_above_threshold() -> None:
    """(ln|t| - i pi)/6 - 5/18 + O(1/t), without cancellation in the logarithm."""
    for t in (1e10, -1e10):
        expected = (np.log(abs(t)) - (1j * np.pi if t > 0 else 0.0)) / 6 - 5 / 18
        assert kinetic_mixing.loop_function(t, 1.0) == pytest.approx(expected, rel=2e-10)


def test_mixing_reference_numbers(model: models.VectorModel) -> None:
    assert 1 / model.kinetic_mixing(0.0).real == pytest.approx(-69.29, abs=0.01)
    cusp = abs(model.kinetic_mixing((2 * MUON_MASS) ** 2) / model.kinetic_mixing(0.0))
    assert cusp == pytest.approx(1.47, abs=0.005)
    assert model.kinetic_mixing((3 * MUON_MASS) ** 2).imag != 0
    assert abs(model.charges(["e-"], 0.0)[0]) == pytest.approx(E_CHARGE / 69.285, rel=1e-4)
    assert models.lmu_ltau(mixing="none").charges(["e-"], 0.0)[0] == 0
    shifted = models.lmu_ltau(epsilon=0.5).kinetic_mixing(0.0) - model.kinetic_mixing(0.0)
    assert shifted == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("mass", "expected"),
    [(1.1, 1.01e-5), (10.0, 1.911e-5), (100.0, 2.05e-5), (200.0, 3.03e-5), (211.0, 3.9e-5)],
)
def test_branching_to_electrons(model: models.VectorModel, mass: float, expected: float) -> None:
    fip = decays.of(model, mass)
    share = fip.partial("e- e+") / fip.gamma.sum()
    assert share == pytest.approx(expected, rel=3e-3, abs=0)  # printed digits


@given(st.floats(0, 2), st.integers(1, 90), st.integers(0, 150))
def test_nucleophobic_and_plane(phi_pi: float, z: int, neutrons: int) -> None:
    x = models.nucleophobic(Z=z, A=z + neutrons).charges(["p", "n"], 0.0).real
    assert abs(z * x[0] + neutrons * x[1]) < 1e-9 * (z + neutrons)
    plane = models.em_bl(phi_pi=phi_pi)
    c, s = np.cos(np.pi * phi_pi), np.sin(np.pi * phi_pi)
    assert plane.charges(["e-", "p", "n", "nu_tau", "mu+"], 0.0).real == pytest.approx(
        [-c - s, c + s, s, -s, c + s], abs=1e-12
    )


def test_special_points() -> None:
    assert models.chargephobic().charges(["e-", "mu-", "tau-", "p"], 0.0).tolist() == [0, 0, 0, 0]
    assert abs(models.chargephobic().charges(["nu_e"], 0.0)[0]) == pytest.approx(np.sqrt(0.5))
    same = models.em_bl(phi=np.pi / 2)
    assert same.charges(["e-", "u"], 0.0) == pytest.approx(
        models.b_minus_l().charges(["e-", "u"], 0.0), abs=1e-15
    )
    assert models.dark_photon().charges(["pi+", "pi-"], 0.0).real == pytest.approx([1, -1])
    assert models.lmu_ltau().fingerprint() != models.lmu_ltau(mixing="none").fingerprint()


def test_composites_follow_from_up_and_down() -> None:
    model = models.vector(charge={"u": 0.3, "d": -0.1, "s": 7.0})
    names = ["p", "n", "pi+", "pi-", "p~", "16O", "133Cs", "1H", "4He", "pi0", "gamma", "s~"]
    x = model.tree_charges(names).real
    p, n = 2 * 0.3 - 0.1, 0.3 - 2 * 0.1
    assert x == pytest.approx(
        [p, n, 0.4, -0.4, -p, 8 * (p + n), 55 * p + 78 * n, p, 2 * (p + n), 0, 0, -7.0], abs=1e-13
    )
    with pytest.raises(UnknownNameError):
        model.tree_charges(["K*"])


@pytest.mark.parametrize(
    "build",
    [
        lambda: models.em_bl(),
        lambda: models.em_bl(phi=1.0, phi_pi=1.0),
        lambda: models.em_bl(phi=float("nan")),
        lambda: models.nucleophobic(Z=60, A=50),
        lambda: models.vector(),
        lambda: models.vector(charge={"mu": float("inf")}),
        lambda: models.vector(charge={"mu": 1.0}, mixing="loop"),
        lambda: models.vector(charge={"mu": 1.0}, mixing="all"),  # type: ignore[arg-type]
        lambda: models.lmu_ltau(epsilon=float("nan")),
        lambda: models.lmu_ltau(mixing="running"),  # type: ignore[arg-type]
        lambda: models.vector(charge={"e": 1.0}, mixing="loop"),
        lambda: models.vector(charge={"e": 1.0}, thresholds="quarks"),
        lambda: models.chargephobic(running="off", thresholds="quarks"),
        lambda: models.vector(charge={"mu": 1.0, "tau": -1.0}, mixing="loop", thresholds="quarks"),
        lambda: kinetic_mixing.mixing(0.0, -1.0, 2.0),
    ],
)
def test_impossible_models_are_refused(build) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValueError):
        build()


@pytest.mark.parametrize("size", [1.1e6, -1e200, float("nan")])
def test_charges_that_overflow_are_refused(size: float) -> None:
    assert models.vector(charge={"e": 1e6}).tree_charges(["e-"])[0] == 1e6
    with pytest.raises(
        InvalidValueError, match=r"charge of e- is .*; it must be a finite number of at most 1e\+06"
    ):
        models.vector(charge={"e": size})
    with pytest.raises(InvalidValueError, match="bare kinetic mixing is"):
        models.lmu_ltau(epsilon=size)
    with pytest.raises(InvalidValueError, match="electromagnetic share is"):
        models.vector(charge={"e": 1.0}, electromagnetic=size)


def test_refusals_say_what_to_type() -> None:
    with pytest.raises(InvalidValueError, match=r"calculable: use mixing=loop \(default\) or none\."):
        models.lmu_ltau(mixing="running")  # type: ignore[arg-type]
    with pytest.raises(
        InvalidValueError, match=r"thresholds is used only with running=on \(mixing=running\)"
    ):
        models.dark_photon(thresholds="quarks")
    with pytest.raises(InvalidValueError, match=r"both are zero\.\n  Use mixing=none"):
        models.vector(charge={"nu_e": 1.0}, mixing="loop")


def test_mixing_is_attributed_where_it_is_used() -> None:
    loop, none = models.lmu_ltau().provenance, models.lmu_ltau(mixing="none").provenance
    assert loop.sources - none.sources == kinetic_mixing.SOURCES
    by_hand = models.vector(charge={"mu": 2.0, "tau": -2.0}, mixing="loop").provenance
    assert by_hand.sources >= kinetic_mixing.SOURCES
    assert not models.vector(charge={"mu": 1.0}).provenance.sources


def test_unknown_charge_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="nu_mu"):
        models.vector(charge={"nu_muon": 1.0})


def test_widths_limits() -> None:
    assert leptonic.charged_width(1e4, 1e-3) == pytest.approx(2 * leptonic.neutrino_width(1e4), rel=1e-9)
    # threshold: the width opens as the velocity
    near = leptonic.charged_width(2 * MUON_MASS * (1 + 1e-10), MUON_MASS)
    assert near / leptonic.charged_width(2 * MUON_MASS * (1 + 4e-10), MUON_MASS) == pytest.approx(
        0.5, rel=1e-4
    )
    fip = decays.of(models.lmu_ltau(), 1000.0)
    assert fip.branching().sum() == pytest.approx(1.0)
    shares = dict(zip(fip.channels, fip.branching(), strict=True))
    assert shares["mu- mu+"] == pytest.approx(0.5, abs=0.01)  # Cerdeno et al. quote 0.5 at 1 GeV
    assert fip.width([0.0, 2.0]).tolist() == [0.0, 4 * fip.gamma.sum()]
    assert fip.partial("tau- tau+") == 0


def test_widths_table_is_the_scalar_one() -> None:
    table = decays.widths(models.b_minus_l(), [0.5, 10.0, 250.0])
    leptons = ("e- e+", "mu- mu+", "nu_e nu_e~", "nu_mu nu_mu~", "nu_tau nu_tau~")
    assert table.channels == (*leptons, "pi0 gamma")
    assert table.gamma[0, 0] == 0
    for k, m in enumerate(table.mass):
        assert table.total[k] == pytest.approx(decays.of(models.b_minus_l(), m).gamma.sum())
    assert table.branching.sum(axis=0) == pytest.approx(1.0)


@pytest.mark.parametrize("mass", [0.0, -1.0, float("nan"), float("inf")])
def test_bad_masses_are_refused(mass: float) -> None:
    with pytest.raises(InvalidValueError, match="mass"):
        decays.of(models.lmu_ltau(), mass)


def test_models_without_a_current_are_refused() -> None:
    class Nothing:
        name = "nothing"
        scale = models.CouplingScale("y", "y", 2)
        spin = 0.0

        def fingerprint(self) -> str:
            return ""

    with pytest.raises(UnsupportedModelError, match="VectorCurrent"):
        decays.of(Nothing(), 1.0)  # type: ignore[arg-type]
