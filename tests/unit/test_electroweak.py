"""The mixed Z against explicit matrices; the fit; the probe; messages and command line."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feebly import models
from feebly.cli import main
from feebly.constants import E_CHARGE
from feebly.errors import InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.limits import solve
from feebly.models import running
from feebly.probes import Electroweak, probe_options
from feebly.signals.electroweak import electroweak_fit
from feebly.signals.mixed_z import ZMixing
from feebly.signals.standard_model import partial_widths, predicted
from feebly.testing import check_probe, example_models

Z_MASS, Z_WIDTH = 91187.87, 2495.5
Y = 0.7106
MASSES = [1.0, 1e4, 5e4, 8e4, 8.8e4, 9.4e4, 1.2e5, 5e5, 1e7]


def mixing_of(mass: float) -> ZMixing:
    return ZMixing(mass=mass, z_mass=Z_MASS, z_width=Z_WIDTH, y=Y)


def by_matrices(mass: float, shift: float) -> dict[str, float]:
    """Diagonalise (W3, B, X) with explicit matrices, from the Lagrangian parameters of one mass shift.

    L = -1/4 V^T K V + 1/2 V^T M V with K_BX = -epsilon / cos(theta); the generalised eigenproblem M v = m^2 K v.
    Units: m_Z = 1 and e = 1.
    """
    mixing = mixing_of(mass)
    epsilon = float(mixing.epsilon(shift))
    unmixed = 1 - shift
    sin2 = (1 - math.sqrt(1 - Y / unmixed)) / 2
    sin, cos = math.sqrt(sin2), math.sqrt(1 - sin2)
    g, g_prime = 1 / sin, 1 / cos
    vev2 = 4 * unmixed / (g**2 + g_prime**2)
    eta = epsilon / cos
    # mass of X in the Lagrangian such that the product of the eigenvalues is m_Z^2 m_X^2
    heavy2 = mixing.ratio / unmixed * (1 - eta**2)
    kinetic = np.array([[1, 0, 0], [0, 1, -eta], [0, -eta, 1]])
    direction = np.array([g, -g_prime, 0.0])
    masses = vev2 / 4 * np.outer(direction, direction) + np.diag([0.0, 0.0, heavy2])
    lower = np.linalg.cholesky(kinetic)
    inverse = np.linalg.inv(lower)
    values, vectors = np.linalg.eigh(inverse @ masses @ inverse.T)
    states = inverse.T @ vectors  # columns: W3, B, X content of the mass eigenstates
    k = int(np.argmin(np.abs(values - 1)))
    w3, b, _ = states[:, k]
    # coupling to T3 (left-handed) and to Y = Q - T3: w3 g T3 + b g' (Q - T3)
    on_t3, on_q = w3 * g - b * g_prime, b * g_prime
    photon = int(np.argmin(np.abs(values)))
    return {
        "eigenvalue": float(values[k]),
        "other": float(values[3 - k - photon]),
        "photon": float(values[photon]),
        "charge": float(abs(states[0, photon] * g)),
        "sine": float(-on_q / on_t3),
        "strength": float(on_t3**2 * vev2 / 4),
        "w_mass2": float(g**2 * vev2 / 4),
    }


@pytest.mark.parametrize("mass", MASSES)
@pytest.mark.parametrize("fraction", [1e-6, 1e-3, 0.1, 0.7])
def test_mixed_z_against_explicit_matrices(mass: float, fraction: float) -> None:
    mixing = mixing_of(mass)
    _, end = mixing.largest()
    shift = fraction * end
    oracle = by_matrices(mass, shift)
    assert oracle["eigenvalue"] == pytest.approx(1.0, abs=1e-9)
    assert oracle["other"] == pytest.approx(mixing.ratio, rel=1e-6, abs=1e-12)
    assert oracle["photon"] == pytest.approx(0.0, abs=1e-9)
    # photon and vector are nearly degenerate at 1 MeV, 1e-10 in units of m_Z^2
    assert oracle["charge"] == pytest.approx(1.0, rel=1e-6)
    found = mixing.shifted([shift])
    sin2 = (1 - math.sqrt(1 - Y)) / 2
    assert sin2 + found.sine[0] == pytest.approx(oracle["sine"], rel=1e-9)
    # the coupling squared of the unmixed Z is g^2 + g'^2 = 4 m_Z^2 / v^2, times v^2 / 4 = m_Z^2 = 1
    assert 1 + found.strength[0] == pytest.approx(oracle["strength"], rel=1e-7)
    unmixed_w2 = 1 - sin2
    assert (1 + found.w_mass[0]) ** 2 * unmixed_w2 == pytest.approx(oracle["w_mass2"], rel=1e-9)


@pytest.mark.parametrize("mass", MASSES)
def test_solve_inverts_epsilon(mass: float) -> None:
    mixing = mixing_of(mass)
    top, _ = mixing.largest()
    wanted = np.geomspace(1e-12, 0.99 * top, 30)
    shift = mixing.solve(wanted).mass_shift
    assert mixing.epsilon(shift) == pytest.approx(wanted, rel=1e-9, abs=0)
    assert np.all(np.sign(shift) == (1 if mass < Z_MASS else -1))


def test_no_mixing_changes_nothing() -> None:
    found = mixing_of(100.0).solve([0.0])
    assert [x[0] for x in (found.mass_shift, found.strength, found.sine, found.w_mass)] == [0, 0, 0, 0]


def test_light_vector_in_leading_order() -> None:
    """delta m_W / m_W = -s^2 eps^2 / 2 (c^2 - s^2), delta sin^2 = s^2 c^2 eps^2 / (c^2 - s^2), no change of strength."""
    s2 = (1 - math.sqrt(1 - Y)) / 2
    epsilon = 1e-4
    found = mixing_of(1.0).solve([epsilon])
    assert found.w_mass[0] == pytest.approx(-s2 * epsilon**2 / (2 * (1 - 2 * s2)), rel=1e-6, abs=0)
    assert found.sine[0] == pytest.approx(s2 * (1 - s2) * epsilon**2 / (1 - 2 * s2), rel=1e-6, abs=0)
    assert abs(found.strength[0]) < 1e-15


def test_heavy_vector_decouples() -> None:
    near, far = mixing_of(1e6).solve([0.01]), mixing_of(1e7).solve([0.01])
    assert far.w_mass[0] / near.w_mass[0] == pytest.approx(0.01, rel=0.05)
    assert near.w_mass[0] > 0


@given(st.floats(1e-9, 0.3))
def test_the_effective_angle_is_the_ratio_of_masses(shift: float) -> None:
    """sin^2(effective) = 1 - m_W^2 / m_Z^2 exactly: the vector couples to hypercharge only."""
    s2 = (1 - math.sqrt(1 - Y)) / 2
    found = mixing_of(1.0).shifted([min(shift, 0.28)])
    w_over_z = (1 + found.w_mass[0]) ** 2 * (1 - s2)
    assert s2 + found.sine[0] == pytest.approx(1 - w_over_z, rel=1e-12)


def test_mixings_that_do_not_exist_are_clipped() -> None:
    mixing = mixing_of(88000.0)
    top, end = mixing.largest()
    assert top < 0.1
    assert mixing.solve([2 * top, 100.0]).mass_shift.tolist() == [end, end]


@pytest.mark.parametrize("mass", [0.0, -1.0, math.nan, math.inf])
def test_bad_masses_are_refused(mass: float) -> None:
    with pytest.raises(InvalidValueError):
        mixing_of(mass)


@pytest.mark.parametrize("mass", [Z_MASS, 90000.0, 93000.0])
def test_overlapping_resonances_are_refused(mass: float) -> None:
    with pytest.raises(OutOfDomainError, match="Possible"):
        mixing_of(mass)


# --- fit -------------------------------------------------------------------------------------


def test_partial_widths_add_up() -> None:
    """The sum of the partial widths is the total width of its own formula, to its accuracy of 0.04 MeV."""
    fit = electroweak_fit()
    widths = partial_widths(fit.inputs)
    counts = {"e": 2, "tau": 1, "nu": 3, "u": 1, "c": 1, "d": 2, "b": 1}
    total = sum(counts[name] * width for name, width in widths.items())
    assert total == pytest.approx(predicted(fit.inputs)[1], abs=0.04)


def test_covariance_is_positive_and_larger_than_the_measurement() -> None:
    fit = electroweak_fit()
    assert np.all(np.linalg.eigvalsh(fit.covariance / np.outer(*[np.sqrt(np.diag(fit.covariance))] * 2)) > 0)
    measured = np.array([7.7, 2.3, 32.5, 0.025, 0.00012])
    assert np.all(np.sqrt(np.diag(fit.covariance)) > measured)
    assert electroweak_fit("mw").covariance[0, 0] == fit.covariance[0, 0]


def test_changes_by_finite_differences() -> None:
    """Every observable recomputed from changed widths, without the logarithms of the implementation."""
    fit = electroweak_fit()
    mixed = fit.mixing(6e4).solve([0.05])
    sine = fit.sin2 + mixed.sine[0]

    def width(charge: float, isospin: float, s2: float) -> float:
        return (isospin - charge * s2) ** 2 + (charge * s2) ** 2

    table = {
        "e": (-1.0, -0.5, 2), "tau": (-1.0, -0.5, 1), "nu": (0.0, 0.5, 3), "u": (2 / 3, 0.5, 1),
        "c": (2 / 3, 0.5, 1), "d": (-1 / 3, -0.5, 2), "b": (-1 / 3, -0.5, 1),
    }  # fmt: skip
    old = partial_widths(fit.inputs)
    new = {
        name: old[name] * (1 + mixed.strength[0]) * width(q, t, sine) / width(q, t, fit.sin2)
        for name, (q, t, _) in table.items()
    }

    def quantities(widths: dict[str, float]) -> tuple[float, float, float]:
        total = sum(n * widths[name] for name, (_, _, n) in table.items())
        hadrons = sum(table[name][2] * widths[name] for name in "ucdb")
        return total, widths["e"] * hadrons / total**2, hadrons / widths["e"]

    (a0, b0, c0), (a1, b1, c1) = quantities(old), quantities(new)
    change = fit.change(mixed)[0]
    assert change[1] == pytest.approx(a1 - a0, rel=1e-9)
    assert change[2] == pytest.approx(fit.standard[2] * (b1 / b0 - 1), rel=1e-9)
    assert change[3] == pytest.approx(fit.standard[3] * (c1 / c0 - 1), rel=1e-9)


def test_chi2_change_is_that_of_the_residuals() -> None:
    fit = electroweak_fit()
    mixed = fit.mixing(100.0).solve([0.01, 0.05])
    weight = np.linalg.inv(fit.covariance)
    before = fit.measured - fit.standard
    after = before - fit.change(mixed)
    expected = [r @ weight @ r - before @ weight @ before for r in after]
    assert fit.chi2_change(mixed) == pytest.approx(expected, rel=1e-9)


# --- probe -----------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", [Electroweak(), Electroweak(observables="mw", charge="z-pole")], ids=repr)
def test_conformance(probe: Electroweak) -> None:
    assert len(list(check_probe(probe, example_models()))) > 20


def test_options_are_the_contract() -> None:
    known = probe_options(Electroweak)
    assert known["observables"].choices == ("all", "mw")
    assert known["charge"].choices == ("auto", "zero", "z-pole")
    assert known["charge"].default == "auto"
    assert known["level"].default == "0.95"
    for bad in ({"level": 1.0}, {"level": math.nan}, {"observables": "some"}, {"charge": "pole"}):
        with pytest.raises(InvalidValueError):
            Electroweak(**bad)  # type: ignore[arg-type]


def test_edge_is_where_chi2_has_risen() -> None:
    probe = Electroweak(observables="mw")
    edge = solve(probe, models.dark_photon(), [100.0]).excluded[0][0, 0]
    response = probe.prepare(models.dark_photon(), 100.0)
    rise = response.fit.chi2_change(response.mixed([edge]))[0] - response.best[1]
    assert rise == pytest.approx(3.841459, rel=1e-6)


def test_recast_in_the_plane() -> None:
    """eps e = g cos(phi): the limit on g scales as 1 / |cos(phi)|."""
    dark, tilted = models.dark_photon(), models.em_bl(phi_pi=0.25)
    edges = [solve(Electroweak(), model, [1000.0]).excluded[0][0, 0] for model in (dark, tilted)]
    assert edges[1] / edges[0] == pytest.approx(math.sqrt(2), rel=1e-8)


def test_no_mixing_gives_an_empty_limit() -> None:
    for model in (models.b_minus_l(), models.vector(charge={"nu_e": 1.0})):
        limit = solve(Electroweak(), model, [100.0, 2e5])
        assert [interval.size for interval in limit.excluded] == [0, 0]
        assert limit.status == ("ok", "ok")


def test_best_mixing_above_the_z_is_not_excluded() -> None:
    """Above the Z the mixing raises m_W, which the measurement prefers: no score up to the best mixing."""
    response = Electroweak(observables="mw").prepare(models.dark_photon(), 2e5)
    best, lowest = response.best
    assert best > 0 > lowest
    below = response.evaluate(np.array([0.2, 0.9]) * best / response.per_coupling)
    assert below.value.tolist() == [0.0, 0.0]
    values = response.evaluate(np.array([1.1, 2.0, 4.0]) * best / response.per_coupling).value
    assert np.all(np.diff(values) > 0)
    assert values[0] > 0


def test_charge_at_the_z_pole() -> None:
    zero = Electroweak().prepare(models.dark_photon(), 100.0).per_coupling
    pole = Electroweak(charge="z-pole").prepare(models.dark_photon(), 100.0).per_coupling
    assert zero * E_CHARGE == pytest.approx(1.0, rel=1e-12)
    assert pole / zero == pytest.approx(math.sqrt(1 - 0.0590977), rel=1e-4)


def test_the_charge_follows_the_running_of_the_model() -> None:
    pairs = [
        (models.dark_photon(), "zero"),
        (models.lmu_ltau(), "zero"),
        (models.dark_photon(running="on"), "z-pole"),
    ]
    for model, expected in pairs:
        auto = Electroweak().prepare(model, 100.0)
        chosen = Electroweak(charge=expected).prepare(model, 100.0)  # type: ignore[arg-type]
        assert auto.per_coupling == chosen.per_coupling
        assert ("charge of the mixing", expected) in auto.provenance.choices
    fixed, grown = (Electroweak().prepare(model, 100.0) for model in (models.dark_photon(), pairs[2][0]))
    inputs = fixed.fit.inputs
    # a = e^2(m_Z) / e^2(0) by the steps of the model, over e(m_Z) / e(0) of the fit
    growth = (running.electromagnetic_coupling(inputs.z_mass) / E_CHARGE) ** 2
    expected_ratio = float(growth) * math.sqrt(1 - inputs.delta_alpha)
    assert grown.per_coupling / fixed.per_coupling == pytest.approx(expected_ratio, rel=1e-12)
    assert expected_ratio == pytest.approx(
        (1 - inputs.delta_alpha) ** -0.5, rel=0.01
    )  # what the steps are good for


def test_a_list_of_charges_needs_its_electromagnetic_share() -> None:
    charge = dict(models.dark_photon().charge)
    refused = models.vector(charge=charge)
    support = Electroweak().supports(refused)
    assert not support.ok
    assert support.why == (
        "The electromagnetic share of a list of charges is not known. Use dark-photon, em-bl, or --set electromagnetic=..."
    )
    with pytest.raises(UnsupportedModelError, match="electroweak cannot answer for model 'vector'"):
        Electroweak().prepare(refused, 100.0)
    stated = models.vector(charge=charge, electromagnetic=1.0)
    same = Electroweak().prepare(models.dark_photon(), 100.0).per_coupling
    assert Electroweak().prepare(stated, 100.0).per_coupling == same


def test_masses_without_an_answer_get_a_status() -> None:
    limit = solve(Electroweak(), models.dark_photon(), [0.1, 100.0, 91188.0])
    assert limit.status == ("out-of-domain", "ok", "out-of-domain")
    assert "fine-structure constant" in limit.message[0]
    assert "width of the Z" in limit.message[2]


def test_a_model_without_an_electromagnetic_part_is_refused() -> None:
    class Silent:
        name = "silent"

        def fingerprint(self) -> str:
            return "s"

    assert not Electroweak().supports(Silent()).ok  # type: ignore[arg-type]
    with pytest.raises(UnsupportedModelError, match="electromagnetic_part"):
        Electroweak().prepare(Silent(), 100.0)  # type: ignore[arg-type]


def test_command_line_with_a_list_of_charges(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["limit", "electroweak", "--model", "vector", "--set", "charge.e=-1", "--mass-mev", "100"]
    assert main(words) == 3
    assert "--set electromagnetic=..." in capsys.readouterr().err
    assert main([*words, "--set", "electromagnetic=1"]) == 0
    assert "nothing" not in capsys.readouterr().out


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["limit", "electroweak", "--model", "dark-photon", "--mass-mev", "100,91188", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert document["kind"] == "computed"
    assert document["level"] == 0.95
    assert document["status"] == ["ok", "out-of-domain"]
    text = json.dumps(document["provenance"])
    for word in (
        "pdg-2026",
        "dubovyk-z-pole",
        "awramik-w-mass",
        "precision/z_pole_formulas.toml@sha256",
        "B-L",
    ):
        assert word in text
