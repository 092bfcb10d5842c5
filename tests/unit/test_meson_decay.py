"""Meson decays to X: traces, propagators, kinematics, errors."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from feebly import particle_data
from feebly.constants import E_CHARGE
from feebly.errors import InvalidValueError, UnknownNameError, UnsupportedModelError
from feebly.models import b_minus_l, dark_photon, lmu_ltau, vector
from feebly.rates.beam import meson_decay as md
from feebly.rates.beam.meson_decay import DECAYS, MESONS

QUARK = np.diag([2 / 3, -1 / 3, -1 / 3])


def full_generator(name: str) -> np.ndarray:
    """U(3) generators written out, Eq. (A.1) of arXiv:1801.04847."""
    diagonal = {
        "pi0": np.array([1, -1, 0]) / 2,
        "rho": np.array([1, -1, 0]) / 2,
        "omega": np.array([1, 1, 0]) / 2,
        "phi": np.array([0, 0, 1]) / math.sqrt(2),
        "eta": np.array([1, 1, -1]) / math.sqrt(6),
        "eta'": np.array([1, 1, 2]) / (2 * math.sqrt(3)),
    }
    return np.diag(diagonal[name])


@pytest.mark.parametrize("name", MESONS)
def test_generators(name: str) -> None:
    assert np.diag(MESONS[name].generator) == pytest.approx(full_generator(name), abs=1e-15)


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        ("pi0 -> gamma X", (1 / 2, 1 / 2, 0)),
        ("eta -> gamma X", (9 / 8, 1 / 8, -2 / 8)),
        ("eta' -> gamma X", (9 / 14, 1 / 14, 4 / 14)),
        ("eta' -> omega X", (0, 1, 0)),
        ("omega -> pi0 X", (1, 0, 0)),
        ("omega -> eta X", (0, 1, 0)),
        ("rho -> pi0 X", (0, 1, 0)),
        ("rho -> eta X", (1, 0, 0)),
        ("phi -> eta X", (0, 0, 1)),
    ],
)
def test_coefficients_are_the_printed_ones(decay: str, expected: tuple[float, ...]) -> None:
    assert md.coefficients(md.find(decay)) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("name", DECAYS)
def test_massless_amplitude_is_the_trace_with_the_charges(name: str) -> None:
    """Without propagators the sum over vectors is complete: F = tr(T_A T_B X) / tr(T_A T_B Q)."""
    decay, charge = DECAYS[name], {"u": 0.3, "d": -1.1, "s": 0.7}
    matrix = np.diag([charge[q] for q in ("u", "d", "s")])
    pair = full_generator(decay.parent) @ (
        QUARK if decay.daughter == "gamma" else full_generator(decay.daughter)
    )
    expected = np.trace(pair @ matrix) / np.trace(pair @ QUARK)
    assert md.amplitude(decay, vector(charge=charge), [0.0])[0] == pytest.approx(expected, rel=1e-12)


def test_propagators_at_zero_and_on_resonance() -> None:
    names = ("rho0", "omega(782)", "phi(1020)")
    assert md.propagators(np.zeros(1)).tolist() == [[1, 1, 1]]
    peaks = np.array([particle_data.mass(name) for name in names])
    on_peak = np.diag(md.propagators(peaks))
    widths = np.array([particle_data.width(name).value for name in names])
    assert on_peak == pytest.approx(1j * peaks / widths, rel=1e-12)


def test_propagators_rise_below_and_change_sign_above_the_resonance() -> None:
    below, above = md.propagators(np.array([300.0, 1300.0]))
    assert np.all(below.real > 1)
    assert np.all(above.real < 0)
    assert np.all(above.imag > 0)


def test_shares_of_the_running_widths_add_up() -> None:
    for modes in md._widths().values():
        assert sum(share for share, _, _ in modes) == pytest.approx(1.0, abs=1e-12)
        assert all(share > 0 for share, _, _ in modes)


def levi_civita() -> np.ndarray:
    tensor = np.zeros((4, 4, 4, 4))
    for order in itertools.permutations(range(4)):
        tensor[order] = np.linalg.det(np.eye(4)[list(order)])
    return tensor


def polarisations(momentum: np.ndarray, mass: float) -> np.ndarray:
    """Sum of e_mu e_nu with lower indices: -g + k k / m^2, or -g for the photon, whose current is conserved."""
    metric = np.diag([1.0, -1.0, -1.0, -1.0])
    lowered = metric @ momentum
    return -metric + (np.outer(lowered, lowered) / mass**2 if mass > 0 else 0.0)


@pytest.mark.parametrize("name", DECAYS)
@pytest.mark.parametrize("share", [0.1, 0.6, 0.97])
def test_width_from_an_explicit_sum_over_polarisations(name: str, share: float) -> None:
    """Gamma ~ p sum |epsilon(k1, k2, e1, e2)|^2 with the two vectors of the vertex, numerically."""
    decay = DECAYS[name]
    parent, daughter = MESONS[decay.parent].mass, decay.daughter_mass

    def unnormalised(m: float) -> float:
        energy = (parent**2 + m**2 - daughter**2) / (2 * parent)
        p = math.sqrt((energy - m) * (energy + m)) if m < energy else 0.0
        ours = np.array([energy, 0.0, 0.0, p])
        other = np.array([parent - energy, 0.0, 0.0, -p])
        is_vector = decay.daughter in ("gamma", "omega")
        second, mass = (other, daughter) if is_vector else (np.array([parent, 0.0, 0.0, 0.0]), parent)
        vertex = np.einsum("abcd,a,b->cd", levi_civita(), ours, second)
        square = np.einsum(
            "cd,ef,ce,df->", vertex, vertex, polarisations(ours, m), polarisations(second, mass)
        )
        return float(p * square)

    m = share * decay.closes
    expected = unnormalised(m) / unnormalised(0.0)
    form_factor = np.abs(md.amplitude(decay, dark_photon(), [m])[0]) ** 2
    count = 2 if decay.daughter == "gamma" else 1
    value = md.relative_width(decay, dark_photon(), [m])[0] * E_CHARGE**2 / count / form_factor
    assert value == pytest.approx(expected, rel=1e-10)


def test_light_dark_photon_from_the_pion() -> None:
    """2 epsilon^2 (1 - m^2 / M^2)^3 times the form factor, with g = epsilon e."""
    decay, m = md.find("pi0 -> gamma X"), 100.0
    shape = (1 - (m / particle_data.mass("pi0")) ** 2) ** 3
    form_factor = abs(md.amplitude(decay, dark_photon(), [m])[0]) ** 2
    expected = 2 * particle_data.branching("pi0", "2gamma").value * shape * form_factor
    assert md.branching(decay, dark_photon(), [m])[0] * E_CHARGE**2 == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", DECAYS)
def test_closed_decays_have_no_width(name: str) -> None:
    decay = DECAYS[name]
    masses = decay.closes * np.array([0.999, 1.0, 1.001, 3.0, 10.0])
    value = md.branching(decay, dark_photon(), masses)
    assert value[0] > 0
    assert value[2:].tolist() == [0.0, 0.0, 0.0]
    assert abs(value[1]) < 1e-12 * value[0] + 1e-15


@pytest.mark.parametrize("name", DECAYS)
def test_arrays_and_numbers_agree(name: str) -> None:
    decay, masses = DECAYS[name], np.linspace(1.0, 150.0, 7)
    one_by_one = [md.branching(decay, b_minus_l(), [m])[0] for m in masses]
    assert md.branching(decay, b_minus_l(), masses) == pytest.approx(one_by_one, rel=1e-14)


def test_loop_mixing_enters_at_the_mass_of_x() -> None:
    """A vector without quark charges couples through its kinetic mixing at q^2 = m^2."""
    model, masses = lmu_ltau(), np.array([50.0, 400.0])
    mixing = np.array([E_CHARGE * model.kinetic_mixing(float(m) ** 2) for m in masses])
    decay = md.find("eta -> gamma X")
    expected = np.abs(mixing) ** 2 * md.branching(decay, dark_photon(), masses)
    assert md.branching(decay, model, masses) == pytest.approx(expected, rel=1e-12)


def test_errors_help() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean eta -> gamma X"):
        md.find("eta -> gama X")
    with pytest.raises(InvalidValueError, match=r"-1\.0 MeV; it must be finite and not negative"):
        md.branching(md.find("eta -> gamma X"), dark_photon(), [-1.0])
    with pytest.raises(InvalidValueError, match="at least one mass"):
        md.branching(md.find("eta -> gamma X"), dark_photon(), [])

    class Scalar:
        name = "scalar"

    with pytest.raises(UnsupportedModelError, match="need: VectorCurrent"):
        md.branching(md.find("eta -> gamma X"), Scalar(), [1.0])  # type: ignore[arg-type]


def test_provenance_is_complete() -> None:
    found = md.provenance()
    assert {"esseili-kribs-chargephobic", "Ilten:2018crw", "pdg-2026"} <= set(found.keys)
    assert found.omitted
    assert "arXiv" in found.cite() or "eprint" in found.cite()
