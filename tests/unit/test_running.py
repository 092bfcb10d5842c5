"""Running of charges: the closed form against the differential equations, inverses, errors, options."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from feebly import models
from feebly import species as sp
from feebly.arrays import Array
from feebly.cli import main
from feebly.constants import E_CHARGE, ELECTRON_MASS, PION_MASS
from feebly.errors import InvalidValueError, OutOfDomainError, UnknownNameError, UnsupportedModelError
from feebly.models import running, ultraviolet
from feebly.models.plane_running import (
    PlaneCouplings,
    approximate_angle_shift,
    approximate_electron_charge,
    charge_sums,
    run,
)

CHARGEPHOBIC = 3 * np.pi / 4
SCHEMES = st.sampled_from(["mesons", "quarks"])
SCALES = st.floats(0.6, 9e4)
ANGLES = st.floats(-3.1, 3.1)
CHARGES = st.dictionaries(st.sampled_from(["e-", "mu-", "tau-", "u", "d", "s", "c", "b"]), st.floats(-2, 2))


def _by_ode(start: PlaneCouplings, mu: float, thresholds: running.Thresholds = "mesons") -> PlaneCouplings:
    """Eqs. (62)-(64) with N_c in (64), integrated from threshold to threshold from m_e on."""
    loop = running.loops(thresholds)

    def slope(_: float, y: Array, active: Array) -> list[float]:
        e, eps, g = y
        n = loop.colours * active
        q = np.array([sp.find(name).b_minus_l for name in loop.names])
        qq, qx, xx = n @ loop.electric**2, n @ (loop.electric * q), n @ q**2 + 1.5
        return [
            e**3 * qq / (12 * np.pi**2),
            (g**2 * eps * xx + eps**3 * qq + 2 * e**2 * eps * qq + 2 * e**2 * g * qx + 2 * g * eps**2 * qx)
            / (12 * np.pi**2),
            g * (g**2 * xx + eps**2 * qq + 2 * g * eps * qx) / (12 * np.pi**2),
        ]

    y = np.array([start.e, start.epsilon_e, start.g_b_minus_l])
    edges = sorted({*loop.threshold[loop.threshold < mu].tolist(), mu})
    for low, high in pairwise(edges):
        active = (loop.threshold <= low).astype(float)
        y = solve_ivp(
            slope, (np.log(low), np.log(high)), y, args=(active,), rtol=1e-12, atol=1e-20, method="DOP853"
        ).y[:, -1]
    return PlaneCouplings(*map(float, y))


@pytest.mark.parametrize("phi", [CHARGEPHOBIC, 0.3, np.pi / 2, 0.0])
@pytest.mark.parametrize("g", [1e-8, 1e-2, 0.3])
def test_matrix_solution_is_that_of_the_differential_equations(phi: float, g: float) -> None:
    start = PlaneCouplings.at_angle(phi, g=g)
    closed = run(start, mu_from=ELECTRON_MASS, mu_to=6e4)
    numeric = _by_ode(start, 6e4)
    assert closed.e == pytest.approx(numeric.e, rel=1e-10)
    assert closed.epsilon_e == pytest.approx(numeric.epsilon_e, rel=1e-9)
    assert closed.g_b_minus_l == pytest.approx(numeric.g_b_minus_l, rel=1e-9, abs=1e-15 * g)


@pytest.mark.parametrize("thresholds", ["mesons", "quarks"])
@pytest.mark.parametrize("mu", [150.0, 800.0, 3e3, 6e4])
def test_induced_coupling_is_the_small_coupling_limit(thresholds: running.Thresholds, mu: float) -> None:
    g = 1e-8
    numeric = _by_ode(PlaneCouplings.at_angle(CHARGEPHOBIC, g=g), mu, thresholds)
    x = models.chargephobic(thresholds=thresholds).charges(["e-"], mu**2)[0].real
    assert x == pytest.approx(numeric.coupling("e-") / g, rel=1e-6, abs=1e-9)


def test_finite_coupling_changes_little() -> None:
    x = [
        run(PlaneCouplings.at_angle(CHARGEPHOBIC, g=g), mu_from=ELECTRON_MASS, mu_to=6e4).coupling("e-") / g
        for g in (1e-8, 1e-2, 2e-2)
    ]
    first, second = x[1] / x[0] - 1, x[2] / x[0] - 1
    assert 0 < first < 2e-5
    assert second == pytest.approx(4 * first, rel=1e-3)  # the leading correction is g^2


@given(CHARGES, SCALES, SCHEMES)
def test_between_thresholds_y_plus_r_goes_as_e_squared(
    charges: dict[str, float], mu: float, scheme: running.Thresholds
) -> None:
    loop = running.loops(scheme)
    if np.any((loop.threshold > mu) & (loop.threshold < 1.05 * mu)):
        return
    n = loop.colours * (loop.threshold <= mu)
    x = np.array([charges.get(name, 0.0) for name in loop.names])
    r = n @ (loop.electric * x) / (n @ loop.electric**2)
    y, later = running.induced([mu, 1.05 * mu], charges, thresholds=scheme)
    e, e_later = running.electromagnetic_coupling([mu, 1.05 * mu], thresholds=scheme)
    assert (later + r) == pytest.approx((y + r) * (e_later / e) ** 2, rel=1e-12, abs=1e-13)


@given(SCALES, SCALES, SCHEMES)
def test_dark_photon_runs_as_e_squared(mu: float, start: float, scheme: running.Thresholds) -> None:
    dark = {f: sp.find(f).electric_charge for f in sp.FERMIONS}
    e, e0 = running.electromagnetic_coupling([mu, start], thresholds=scheme)
    assert running.induced(mu, dark, start=start, thresholds=scheme) == pytest.approx(
        e**2 / e0**2 - 1, abs=1e-13
    )


@given(CHARGES, SCALES, SCALES, SCHEMES)
def test_induced_couplings_compose(
    charges: dict[str, float], middle: float, mu: float, scheme: running.Thresholds
) -> None:
    y = float(running.induced(middle, charges, thresholds=scheme))
    there = {
        f: charges.get(f, 0.0) + y * sp.find(f).electric_charge
        for f in (*sp.LEPTONS, "u", "d", "s", "c", "b")
    }
    onwards = running.induced(mu, there, start=middle, thresholds=scheme)
    assert y + onwards == pytest.approx(running.induced(mu, charges, thresholds=scheme), abs=1e-12)
    back = running.induced(ELECTRON_MASS, there, start=middle, thresholds=scheme)
    assert back == pytest.approx(-y, abs=1e-12)


@given(ANGLES, st.floats(1e-6, 0.5), SCALES, SCALES, SCHEMES)
def test_up_and_down_is_the_identity(
    phi: float, g: float, mu: float, start: float, scheme: running.Thresholds
) -> None:
    begin = PlaneCouplings.at_angle(phi, g=g)
    there = run(begin, mu_from=start, mu_to=mu, thresholds=scheme)
    back = run(there, mu_from=mu, mu_to=start, thresholds=scheme)
    assert (back.e, back.g_x) == pytest.approx((begin.e, begin.g_x), rel=1e-12)
    assert np.cos(back.phi - begin.phi) == pytest.approx(1, abs=1e-12)
    assert back.charge("nu_e") == pytest.approx(begin.charge("nu_e"), abs=1e-12)
    assert np.hypot(*(there.charge(f) + 0 for f in ("nu_e", "n"))) == pytest.approx(
        np.sqrt(2) * abs(np.sin(there.phi))
    )


@given(ANGLES, SCALES, SCHEMES)
def test_neutrinos_and_neutrons_do_not_run(phi: float, mu: float, scheme: running.Thresholds) -> None:
    neutral = ["nu_e", "nu_mu", "nu_tau", "n", "pi0"]
    on = models.em_bl(phi=phi, running="on", thresholds=scheme)
    assert np.array_equal(on.charges(neutral, mu**2), on.tree_charges(neutral))
    x = on.charges(["e-", "mu+", "p", "u", "d", "n"], mu**2)
    assert x[0] == -x[1] == pytest.approx(-x[2], abs=1e-12)
    assert 2 * x[3] + x[4] == pytest.approx(x[2], abs=1e-12)
    assert x[3] + 2 * x[4] == pytest.approx(x[5], abs=1e-12)


def test_nothing_runs_up_to_the_electron_mass() -> None:
    for build in (models.dark_photon, models.b_minus_l, models.chargephobic):
        on, off = build(running="on"), build(running="off")
        for q2 in (0.0, ELECTRON_MASS**2, -(ELECTRON_MASS**2)):
            assert np.array_equal(on.charges(sp.FERMIONS, q2), off.tree_charges(sp.FERMIONS))
    assert models.chargephobic().charges(["e-"], PION_MASS**2)[0] == 0  # leptons cancel exactly
    assert running.electromagnetic_coupling(0.0) == pytest.approx(E_CHARGE, rel=1e-15)


def test_space_and_time_like_and_many_at_once() -> None:
    model = models.b_minus_l(running="on")
    q2 = np.array([[1.0, 1e4], [-1e4, 1e9]])
    many = model.charges(["e-", "u"], q2)
    assert many.shape == (2, 2, 2)
    assert many[0, 0, 1] == many[0, 1, 0]
    for index in np.ndindex(2, 2):
        assert np.array_equal(many[(slice(None), *index)], model.charges(["e-", "u"], float(q2[index])))
    loop = models.lmu_ltau()
    assert np.array_equal(loop.charges(["e-"], q2)[0, 1], [loop.charges(["e-"], v)[0] for v in q2[1]])


def test_bare_mixing_runs_with_the_charges() -> None:
    dark = models.vector(epsilon=-1 / E_CHARGE, mixing="running")  # -epsilon e Q = Q at m_e
    assert dark.charges(["e-", "u"], 1e8) == pytest.approx(
        models.dark_photon(running="on").charges(["e-", "u"], 1e8), rel=1e-13
    )
    assert dark.electromagnetic_part(1e8) == pytest.approx(
        models.dark_photon(running="on").electromagnetic_part(1e8), rel=1e-13
    )


def test_electromagnetic_part() -> None:
    chargephobic = models.chargephobic()
    assert chargephobic.electromagnetic_part(0.0) == pytest.approx(-np.sqrt(0.5))
    shift = chargephobic.electromagnetic_part(1e8) - chargephobic.electromagnetic_part(0.0)
    assert -shift == pytest.approx(chargephobic.charges(["e-"], 1e8)[0], rel=1e-12)
    assert models.b_minus_l().electromagnetic_part(1e8) == 0
    lmu = models.lmu_ltau()
    assert lmu.electromagnetic_part(50.0) == -lmu.charges(["e-"], 50.0)[0]
    with pytest.raises(InvalidValueError, match="electromagnetic share"):
        models.VectorModel("x", {"e-": 1.0}, electromagnetic=float("nan"))


def test_fingerprints_tell_schemes_apart() -> None:
    kinds = [
        models.chargephobic(),
        models.chargephobic(running="off"),
        models.chargephobic(thresholds="quarks"),
        models.vector(charge=models.chargephobic().charge),
    ]
    assert len({model.fingerprint() for model in kinds}) == len(kinds)


def test_the_electromagnetic_share_of_a_list_of_charges_is_only_known_if_stated() -> None:
    dark = models.dark_photon()
    by_hand = models.vector(charge=dict(dark.charge))
    with pytest.raises(
        UnsupportedModelError, match=r"not known\. Use dark-photon, em-bl, or --set electromagnetic"
    ):
        by_hand.electromagnetic_part(0.0)
    stated = models.vector(charge=dict(dark.charge), electromagnetic=1.0, mixing="running")
    assert stated.electromagnetic_part(1e8) == models.dark_photon(running="on").electromagnetic_part(1e8)
    assert stated.fingerprint() == models.dark_photon(running="on").fingerprint()
    assert stated.fingerprint() != models.vector(charge=dict(dark.charge), mixing="running").fingerprint()
    assert dict(stated.provenance.choices)["electromagnetic share"] == "1.0"
    neutral = models.vector(charge={"nu_e": 1.0, "e": 0.0}, epsilon=0.5)
    assert neutral.electromagnetic_part(0.0) == -0.5 * E_CHARGE
    assert (
        neutral.fingerprint()
        == models.vector(charge={"nu_e": 1.0}, epsilon=0.5, electromagnetic=0.0).fingerprint()
    )


def test_alternatives_are_the_other_thresholds() -> None:
    model = models.chargephobic()
    (other,) = model.alternatives()
    assert other == models.chargephobic(thresholds="quarks")
    assert other.provenance.choices == models.chargephobic(thresholds="quarks").provenance.choices
    assert other.provenance.data == models.chargephobic(thresholds="quarks").provenance.data
    assert other.provenance.omitted == models.chargephobic(thresholds="quarks").provenance.omitted
    assert other.alternatives() == (model,)
    for fixed in (models.dark_photon(), models.lmu_ltau(), models.chargephobic(running="off")):
        assert fixed.alternatives() == ()


def test_leptonic_width_of_the_chargephobic_vector_depends_on_the_thresholds() -> None:
    """What the physics page prints, as the ratio of the widths to electrons."""
    model = models.chargephobic()
    mass = np.array([170.0, 300.0, 500.0, 1e3, 1e4, 6e4])
    ours, theirs = (m.charges(["e-"], mass**2)[0].real ** 2 for m in (model, *model.alternatives()))
    assert theirs[:2].tolist() == [0, 0]
    assert np.all(ours[:2] > 0)
    assert ours[2:] / theirs[2:] == pytest.approx([9.6, 2.6, 1.25, 1.14], rel=0.02)


def test_provenance_names_the_choice() -> None:
    on, off = models.chargephobic().provenance, models.chargephobic(running="off").provenance
    assert dict(on.choices)["running of the mixing angle"].startswith("on")
    assert dict(on.choices)["thresholds of the running"] == "mesons"
    assert any(name.startswith("running/mesons.csv@") for name in on.data)
    assert dict(off.choices)["running of the mixing angle"].startswith("off")
    assert "thresholds of the running" not in dict(off.choices)
    for scheme, start in (("mesons", "140 MeV"), ("quarks", "330 MeV")):
        missing = models.chargephobic(thresholds=scheme).provenance.omitted  # type: ignore[arg-type]
        assert any(text.startswith(f"quark loops below {start}") for text in missing)
        assert not any(text.startswith("quark loops") for text in off.omitted)
    direct = models.VectorModel("mine", {"u": 1.0}, mixing="running")
    assert direct.provenance == running.provenance()
    assert "pdg-2026" in on.keys
    assert "erler-qed-coupling" in ultraviolet.provenance().keys
    assert (
        "Ilten:2018crw"
        in models.vector(charge={"u": 1}, mixing="running", thresholds="quarks").provenance.keys
    )


def test_charge_sums_step_at_thresholds() -> None:
    sums = charge_sums([0.1, 1.0, 120.0, 200.0, 600.0, 1.8e3, 2e3, 6e3])
    assert sums.electric == pytest.approx([0, 1, 2, 11 / 3, 4, 5, 19 / 3, 20 / 3])
    assert sums.mixed == pytest.approx([0, 1, 2, 7 / 3, 2, 3, 11 / 3, 10 / 3])
    assert sums.b_minus_l == pytest.approx(np.array([0, 1, 2, 8 / 3, 3, 4, 13 / 3, 14 / 3]) + 1.5)
    assert sums.along(0.0) == pytest.approx(sums.electric)
    assert sums.along(np.pi / 2) == pytest.approx(sums.b_minus_l)


def test_approximations_meet_to_first_order() -> None:
    mu = PION_MASS * np.array([0.5, 1.0, 1 + 1e-6])
    linear = approximate_electron_charge(mu, form="linear")
    assert linear[:2].tolist() == [0, 0]
    assert approximate_electron_charge(mu)[2] == pytest.approx(linear[2], rel=1e-5)
    assert approximate_angle_shift(mu)[2] == pytest.approx(linear[2] / np.sqrt(2))


def test_landau_poles_are_refused() -> None:
    with pytest.raises(OutOfDomainError, match="Landau pole"):
        run(PlaneCouplings.at_angle(np.pi / 2, g=5.0), mu_from=1.0, mu_to=9e4)
    with pytest.raises(OutOfDomainError, match="Landau pole"):
        run(PlaneCouplings.at_angle(0.0, g=1e-3, e=5.0), mu_from=1.0, mu_to=9e4)
    down = run(PlaneCouplings.at_angle(np.pi / 2, g=5.0), mu_from=9e4, mu_to=1.0)
    assert down.g_x < 5.0


@pytest.mark.parametrize("mu", [-1.0, float("nan"), float("inf"), 2e5])
def test_scales_outside_are_refused(mu: float) -> None:
    with pytest.raises(OutOfDomainError, match="0 to 100 GeV"):
        running.induced([1.0, mu], {"e-": 1.0})
    with pytest.raises(OutOfDomainError, match="0 to 100 GeV") as blamed:
        running.induced(1.0, {"e-": 1.0}, start=mu)
    assert "start is" in str(blamed.value)
    assert "running=off" not in str(blamed.value)
    with pytest.raises((OutOfDomainError, InvalidValueError)):
        run(PlaneCouplings.at_angle(1.0, g=1e-3), mu_from=1.0, mu_to=mu)


def test_unknown_charges_are_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"Unknown charge 'q'.*\n  Known: b, c, d"):
        running.induced(10.0, {"q": 1.0})
    with pytest.raises(UnknownNameError, match="Nucleons follow from the quarks"):
        running.induced(10.0, {"p": 1.0})


def test_models_above_the_electroweak_scale_say_what_to_type() -> None:
    with pytest.raises(OutOfDomainError, match="running=off"):
        models.chargephobic().charges(["e-"], 1e12)
    assert models.chargephobic(running="off").charges(["e-"], 1e12)[0] == 0


@pytest.mark.parametrize(
    "build",
    [
        lambda: running.loops("hadrons"),  # type: ignore[arg-type]
        lambda: models.chargephobic(thresholds="hadrons"),  # type: ignore[arg-type]
        lambda: models.chargephobic(running="maybe"),  # type: ignore[arg-type]
        lambda: PlaneCouplings(0.3, 0.0, 0.0),
        lambda: PlaneCouplings(0.0, 0.1, 0.0),
        lambda: run(PlaneCouplings(0.3, 0.1, 0.0), mu_from=0.0, mu_to=1.0),
        lambda: ultraviolet.uv_mixing(1e5, 1e6),
        lambda: ultraviolet.uv_mixing(1e6, 1e3),
        lambda: ultraviolet.uv_mixing(1e6, 1e5, weak_angle="none"),  # type: ignore[arg-type]
        lambda: ultraviolet.HeavyFermion(1.0, 1.0, -1.0),
    ],
)
def test_impossible_requests_are_refused(build) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValueError):
        build()


def _sum_over_weyl_fermions(right_handed_neutrinos: bool) -> tuple[float, float]:
    """Sums of Y (B-L) and (B-L)^2, from Y = Q - T3 of both chiralities."""
    mixed = squared = 0.0
    for name in sp.FERMIONS:
        particle = sp.find(name)
        colours = 3 if name in sp.QUARKS else 1
        isospin = 0.5 if name in (*sp.NEUTRINOS, "u", "c", "t") else -0.5
        chiralities = [isospin] if name in sp.NEUTRINOS and not right_handed_neutrinos else [isospin, 0.0]
        for t3 in chiralities:
            mixed += colours * (particle.electric_charge - t3) * particle.b_minus_l
            squared += colours * particle.b_minus_l**2
    return mixed, squared


def test_coefficient_of_the_leading_logarithm() -> None:
    for right_handed in (True, False):
        mixed, squared = _sum_over_weyl_fermions(right_handed)
        assert ultraviolet.standard_model_trace() == pytest.approx(mixed, rel=1e-14)
        assert 4 / 3 * mixed == pytest.approx(32 / 3, rel=1e-14)
    assert 2 / 3 * squared == pytest.approx(26 / 3, rel=1e-14)  # what the paper prints instead


def test_light_vector_keeps_cos_squared_of_a_coupling_to_hypercharge() -> None:
    """The whole mass matrix of (W3, B, X) with the Higgs, without approximation in its structure."""
    g, g_y, eta, v, m_x = 0.65, 0.36, 1e-6, 246e3, 10.0
    higgs = np.array([-0.5 * g, 0.5 * g_y, 0.5 * eta])  # covariant derivative on the vacuum
    masses, states = np.linalg.eigh(v**2 * np.outer(higgs, higgs) + np.diag([0, 0, m_x**2]))
    light = states[:, np.argmax(np.abs(states[2]))]
    cos2 = g**2 / (g**2 + g_y**2)

    def coupling(t3: float, y: float) -> float:
        return float(light @ [g * t3, g_y * y, eta * y])

    # subtract the photon admixture, which is massless and orthogonal up to eta
    photon = np.array([g_y, g, 0.0]) / np.hypot(g, g_y)
    light = light - (light @ photon) * photon
    assert masses[1] == pytest.approx(m_x**2, rel=1e-3)
    for t3, y in ((-0.5, -0.5), (0.0, -1.0), (0.5, -0.5), (0.5, 1 / 6), (0.0, 2 / 3)):
        assert coupling(t3, y) / coupling(0.0, 1.0) == pytest.approx(t3 + y, abs=1e-6)
    assert abs(coupling(0.0, 1.0)) == pytest.approx(eta * cos2, rel=1e-4)


def test_heavy_pairs_leave_a_finite_matching_term() -> None:
    pair = (ultraviolet.HeavyFermion(1.0, 1.0, 1e9), ultraviolet.HeavyFermion(1.0, -1.0, 1e10))
    shifts = [
        ultraviolet.uv_mixing(high, 1e5, heavy=pair) - ultraviolet.uv_mixing(high, 1e5)
        for high in (1e12, 1e16)
    ]
    assert shifts[0] == pytest.approx(shifts[1], rel=1e-10)
    per_unit = ultraviolet.uv_mixing(np.e * 1e5, 1e5) / ultraviolet.standard_model_trace()
    assert shifts[0] == pytest.approx(2 * per_unit * np.log(10), rel=1e-10)
    above = ultraviolet.HeavyFermion(1.0, 1.0, 1e9)
    assert ultraviolet.uv_mixing(1e8, 1e5, heavy=[above]) == ultraviolet.uv_mixing(1e8, 1e5)


def test_command_line_switches_the_running(capsys: pytest.CaptureFixture[str]) -> None:
    def electron_share(*words: str) -> float:
        assert main(["widths", "--model", "chargephobic", "--mass-mev", "1000", *words, "--json"]) == 0
        share = json.loads(capsys.readouterr().out)["branching"].get("e- e+", [0.0])[0]
        return float(share)

    assert electron_share("--set", "running=on") == electron_share() > 0
    assert electron_share("--set", "running=off") == 0
    assert electron_share("--set", "thresholds=quarks") != electron_share()
    assert main(["widths", "--model", "b-l", "--mass-mev", "10", "--set", "running=maybe"]) == 2
    assert "Possible: off, on" in capsys.readouterr().err
