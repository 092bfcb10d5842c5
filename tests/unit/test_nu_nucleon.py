"""Kernels of neutrino-nucleon scattering: exact limits, conventions, refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from feebly.cli.opacity import opacity
from feebly.constants import NEUTRON_MASS
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s, raffelt
from feebly.environments.shells import VACUUM_MASS, Shells, shells_of
from feebly.errors import (
    FeeblyError,
    InvalidValueError,
    OmittedProcessWarning,
    OutOfDomainError,
    UnknownNameError,
    UnsupportedModelError,
)
from feebly.math.blocked import blocked_moments, blocked_nodes, complete_fermi
from feebly.math.fermi import net_density
from feebly.models import VectorModel, b_minus_l, lmu_ltau, scalar_lnc, vector
from feebly.provenance import Provenance
from feebly.rates.stellar import nu_nucleon_kernels
from feebly.rates.stellar.nu_nucleon import PLAIN, KernelChoice, OpacityKernels, cached_kernels, kernels
from feebly.rates.stellar.nu_nucleon_elements import FormFactors, form_factors
from feebly.rates.stellar.nu_nucleon_opacity import fermi_constant
from feebly.units import KM

PURE_VECTOR = FormFactors((1.0, 1.0), (0.0, 0.0), Provenance())


@pytest.fixture(scope="module")
def early() -> Shells:
    return shells_of(fischer18_1s())


@pytest.fixture(scope="module")
def found(early: Shells) -> OpacityKernels:
    return kernels(early)


def _uniform(temperature: float, potential: float, neutrino: float, mass: float = VACUUM_MASS) -> Shells:
    """One zone with neutrons and hardly any protons."""
    one = np.ones(1)
    return Shells(
        name="uniform",
        radius=np.array([0.0, 1.0]),
        temperature=temperature * one,
        mass_eff=mass * one,
        potential_n=potential * one,
        potential_p=(mass - 600 * temperature) * one,
        potential_nu_e=neutrino * one,
    )


# --- moments of f (1 - f') ---


def test_complete_integrals_against_their_reflection_and_series() -> None:
    eta = np.array([-30.0, -3.0, -0.1, 0.0, 0.1, 3.0, 30.0])
    up, down = complete_fermi(eta), complete_fermi(-eta)
    np.testing.assert_allclose(up[0] - down[0], eta, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(up[1] + down[1], eta**2 / 2 + np.pi**2 / 6, rtol=1e-14)
    np.testing.assert_allclose(up[2] - down[2], eta**3 / 6 + np.pi**2 * eta / 6, rtol=1e-12, atol=1e-15)
    k = np.arange(1, 400)[:, None]
    z = np.exp(eta[:3])
    for order in (1, 2):
        series = -np.sum((-z) ** k / k ** (order + 1.0), axis=0)
        np.testing.assert_allclose(up[order, :3], series, rtol=1e-13)


@pytest.mark.parametrize(
    ("start", "step"), [(0.0, 0.5), (-20.0, 3.0), (5.0, -2.0), (-40.0, -8.0), (-3.0, 1e-6)]
)
def test_blocked_moments_against_sums(start: float, step: float) -> None:
    edges = np.sort(
        np.maximum([0.0, *(c + w for c in (-start, -start - step) for w in (-25, -5, 5, 25, 60))], 0)
    )
    from feebly.math.quadrature import panels

    v, weight = panels(edges, 40)
    product = weight / (np.exp(start + v) + 1) / (1 + np.exp(-start - v - step))
    expected = [product @ v**n for n in range(3)]
    np.testing.assert_allclose(blocked_moments(start, step), expected, rtol=1e-8)
    nodes, weights = blocked_nodes(start, step, 16)
    np.testing.assert_allclose([weights @ nodes**n for n in range(3)], expected, rtol=1e-5)


def test_no_step_gives_the_number_of_holes_at_the_surface() -> None:
    # f (1 - f) = -df/dx
    np.testing.assert_allclose(blocked_moments(-2.0, 0.0)[0], 1 / (1 + np.exp(-2.0)), rtol=1e-6)


def test_nodes_far_above_the_surface_are_finite() -> None:
    nodes, weights = blocked_nodes(np.array([5e3]), np.array([-30.0]), 8)
    assert np.all(np.isfinite(nodes))
    assert np.all(np.isfinite(weights))


# --- identities of the matrix elements ---


def test_standard_model_is_the_vector_where_only_v_counts(early: Shells) -> None:
    # V = 1, A = 0 and sqrt2 G_F = g^2 / m^2
    pure = replace(kernels(early), form_factors=PURE_VECTOR)
    mass = 1e9
    new = pure.vector(b_minus_l(), mass).new
    np.testing.assert_allclose(2 * fermi_constant() ** 2 * mass**4 * new, pure.standard(), rtol=1e-11)


@pytest.mark.parametrize("kind", ["nu", "antinu", "majorana-mupit"])
def test_interference_completes_the_square(early: Shells, kind: str) -> None:
    # sqrt2 G_F V -> sqrt2 G_F V + x_nu x_N g^2/m^2: a heavy boson is a change of V
    found, mass = kernels(early, KernelChoice(kind=kind)), 1e9  # type: ignore[arg-type]
    model = vector(charge={"nu_e": 1.0, "u": 0.1, "d": 0.3})
    shift = 0.2
    g = mass * np.sqrt(shift * np.sqrt(2) * fermi_constant())
    v = found.form_factors.vector
    changed = replace(
        found, form_factors=replace(found.form_factors, vector=(v[0] + 0.7 * shift, v[1] + 0.5 * shift))
    )
    np.testing.assert_allclose(
        found.vector(model, mass).inverse_length([g])[:, 0], changed.standard(), rtol=1e-9
    )


def test_interference_of_b_minus_l_on_neutrons_adds(found: OpacityKernels) -> None:
    # x_nu x_n = -1 and V_n = -1/2; the printed sign is the opposite
    assert np.all(found.vector(b_minus_l(), 10.0).interference > 0)
    printed = found.vector(b_minus_l(), 10.0, interference="printed").interference
    assert np.all(printed < 0)


def test_antineutrinos_are_neutrinos_with_opposite_axial_coupling(early: Shells) -> None:
    nu, anti = (kernels(early, KernelChoice(kind=kind, flavour="nu_mu")) for kind in ("nu", "antinu"))
    f = form_factors()
    flipped = replace(anti, form_factors=replace(f, axial=(-f.axial[0], -f.axial[1])))
    np.testing.assert_allclose(flipped.standard(), nu.standard(), rtol=1e-13)
    model = lmu_ltau()
    np.testing.assert_allclose(
        flipped.vector(model, 5.0).interference, nu.vector(model, 5.0).interference, rtol=1e-13
    )


def test_majorana_neutrinos_are_the_average_without_potential(early: Shells) -> None:
    nu, anti, both = (
        kernels(early, KernelChoice(kind=kind, flavour="nu_mu")) for kind in ("nu", "antinu", "majorana-pit")
    )
    np.testing.assert_allclose(both.standard(), (nu.standard() + anti.standard()) / 2, rtol=1e-13)


def test_complex_charges_enter_by_real_part_and_modulus(found: OpacityKernels) -> None:
    class Complex(VectorModel):
        def charges(self, species, q2):  # type: ignore[no-untyped-def]
            return np.array([np.exp(0.5j) if name in ("n", "p") else 1.0 for name in species])

    real = found.vector(vector(charge={"nu_e": 1.0, "u": 1 / 3, "d": 1 / 3}), 10.0)
    turned = found.vector(Complex("turned", {}), 10.0)
    np.testing.assert_allclose(turned.new, real.new, rtol=1e-12)
    np.testing.assert_allclose(turned.interference, np.cos(0.5) * real.interference, rtol=1e-12)


def test_scalars_do_not_interfere(found: OpacityKernels) -> None:
    assert np.all(found.scalar(scalar_lnc(), 1.0).interference == 0)


# --- limits ---


@pytest.mark.parametrize("medium", [True, False])
def test_static_nucleons(medium: bool) -> None:
    # sigma = G_F^2 E^2 (V^2 + 3 A^2)/pi; recoil and thermal motion are of relative order E/m, T/m
    cold, mass = 0.01, VACUUM_MASS
    shells = _uniform(cold, mass - 12 * cold, 0.0)
    kernel = kernels(shells, KernelChoice(medium=medium))
    energy = np.pi * cold
    density = float(net_density(cold, mass - 12 * cold, mass))
    sigma = fermi_constant() ** 2 * energy**2 * (0.5**2 + 3 * 0.735**2) / np.pi
    free = 1 / (1 + np.exp(-energy / cold)) if medium else 1.0
    np.testing.assert_allclose(kernel.standard(), density * sigma * free, rtol=2e-4)


def test_light_scalars_and_heavy_ones() -> None:
    # far above the momentum transfers the rate goes as m^-4
    heavy = kernels(_uniform(20.0, 900.0, 30.0)).couple(scalar_lnc())
    assert heavy.at(1e6).new[0] / heavy.at(1e7).new[0] == pytest.approx(1e4, rel=1e-6)


def test_energies(early: Shells) -> None:
    t, mu = early.temperature, early.potential_nu_e
    assert mu is not None
    for kind, expected in {
        "nu": mu + np.pi * t,
        "antinu": mu + np.pi * t,
        "majorana-pit": np.pi * t,
        "majorana-mupit": mu + np.pi * t,
    }.items():
        np.testing.assert_allclose(kernels(early, KernelChoice(kind=kind)).energy, expected)  # type: ignore[arg-type]
    # <E> = 7 pi^4 / (180 zeta(3)) T = 3.151374 T without potential
    np.testing.assert_allclose(
        kernels(early, KernelChoice(flavour="nu_tau", energy="thermal")).energy, 3.151374 * t, rtol=1e-6
    )


def test_finer_nodes_change_little(early: Shells, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [{"energy": "fixed"}, {"energy": "thermal"}, {"flux": "pk"}, {"flux": "pk", "energy": "thermal"}]

    def numbers() -> list[np.ndarray]:
        made = [kernels(early, KernelChoice(**case)) for case in cases]  # type: ignore[arg-type]
        rates = [k.standard() for k in made]
        rates += [k.couple(b_minus_l()).at(m).new for k in made for m in (0.01, 1.0, 100.0)]
        return rates + [k.couple(scalar_lnc()).at(m).new for k in made for m in (0.01, 1.0, 100.0)]

    coarse = numbers()
    monkeypatch.setattr(nu_nucleon_kernels, "_SLOPES", 120)
    monkeypatch.setattr(nu_nucleon_kernels, "_MOMENTA", 80)
    monkeypatch.setattr(nu_nucleon_kernels, "_THERMAL_MOMENTA", 100)
    monkeypatch.setattr(nu_nucleon_kernels, "_LEAST", 1e-6)
    for a, b in zip(coarse, numbers(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4)


# --- shells ---


def test_shell_tables_are_used_as_printed() -> None:
    late = shells_of(fischer18_5s())
    assert (late.radius / KM).round(9).tolist() == [0.0, 5.0, 7.5, 10.0, 12.5, 15.0]
    assert (np.diff(late.radius) / KM).round(9).tolist() == [5.0, 2.5, 2.5, 2.5, 2.5]
    assert late.potential_n.tolist() == [504.3, 509.4, 537.7, 664.8, 831.9]
    assert late.potential_p.tolist() == [389.4, 402.4, 440.2, 590.6, 787.2]
    assert late.mass_eff.tolist() == [254.6, 309.1, 394.4, 599.1, 805.3]


def test_majorana_rows_with_the_misprinted_one_replaced() -> None:
    shells = shells_of(fischer18_1s(), neutrino="majorana-pit")
    assert (shells.potential_n[2], shells.potential_p[2], shells.mass_eff[2]) == (663.9, 583.2, 600.7)
    assert shells.potential_n[0] == 512.3
    assert shells.potential_nu_e is not None
    assert shells.potential_nu_e[0] == 114.6


def test_other_stars_keep_their_nucleons_for_majorana_neutrinos() -> None:
    majorana, dirac = (shells_of(raffelt(), neutrino=kind) for kind in ("majorana-pit", "nu"))
    assert majorana.fingerprint() == dirac.fingerprint()
    assert ("shells.nucleons", "those of Dirac neutrinos") in majorana.provenance.choices


def test_smooth_stars_are_cut_with_converging_diffusion_times() -> None:
    star = raffelt()

    def time(zones: int) -> float:
        shells = shells_of(star, zones=zones)
        return float(np.diff(shells.radius**2) @ kernels(shells).standard())

    reference = time(96)
    errors = [abs(time(zones) / reference - 1) for zones in (6, 12, 24)]
    assert errors[1] < errors[0] / 2
    assert errors[2] < errors[1] / 2
    assert errors[2] < 0.005


def test_densities_give_back_the_potentials() -> None:
    shells = shells_of(raffelt(), zones=3)
    star = raffelt()
    middle = (shells.radius[1:] + shells.radius[:-1]) / 2
    for species, potential in (("n", shells.potential_n), ("p", shells.potential_p)):
        wanted = np.interp(middle, star.radius, star.density[species])
        found = [net_density(t, mu, VACUUM_MASS) for t, mu in zip(shells.temperature, potential, strict=True)]
        np.testing.assert_allclose(found, wanted, rtol=1e-6)


def _bare(**changes: object) -> StarProfile:
    r = np.linspace(0.0, 10.0, 5) * KM
    given = {
        "name": "bare", "time": 1.0, "radius": r, "temperature": np.linspace(20.0, 10.0, 5),
        "density": {}, "potential": {}, "mass_eff": {}, "lapse": np.ones(5), "neutrinosphere": r[-1],
    } | changes  # fmt: skip
    return StarProfile(**given)  # type: ignore[arg-type]


def test_a_star_without_composition_is_refused() -> None:
    with pytest.raises(OutOfDomainError, match="does not say how many"):
        shells_of(_bare())


def test_electron_neutrinos_need_their_potential() -> None:
    density = {"n": np.full(5, 1e6), "p": np.zeros(5)}
    shells = shells_of(_bare(density=density))
    with pytest.raises(OutOfDomainError, match="mu_nu_e_mev to the profile"):
        kernels(shells)
    assert np.all(kernels(shells, KernelChoice(flavour="nu_mu")).standard() > 0)


def test_potentials_of_a_file_are_used_only_where_they_are_effective() -> None:
    full, stated = np.full(5, 960.0), ("profile.mu_n", "effective, as in the file")
    density, mass = (
        {"n": np.full(5, 1e6), "p": np.full(5, 1e5)},
        {"n": np.full(5, 700.0), "p": np.full(5, 700.0)},
    )
    unclear = _bare(density=density, potential={"n": full}, mass_eff=mass)
    assert np.all(shells_of(unclear, zones=2).potential_n < 800)
    clear = replace(unclear, provenance=Provenance(choices=frozenset({stated})))
    assert np.all(shells_of(clear, zones=2).potential_n == 960)


def test_changed_shell_tables_have_no_majorana_rows() -> None:
    star = fischer18_1s()
    changed = replace(star, radius=star.radius * 1.1, neutrinosphere=star.neutrinosphere * 1.1)
    hotter = replace(star, temperature=2 * star.temperature)
    inner = star.radius <= 15 * KM
    fewer = replace(
        star,
        radius=star.radius[inner],
        temperature=star.temperature[inner],
        lapse=star.lapse[inner],
        neutrinosphere=15 * KM,
        **{
            name: {key: values[inner] for key, values in getattr(star, name).items()}
            for name in ("density", "potential", "mass_eff")
        },
    )
    for one in (changed, hotter, fewer):
        with pytest.raises(OutOfDomainError, match="no Majorana rows"):
            shells_of(one, neutrino="majorana-pit")
        assert shells_of(one).temperature.size in (4, 5, 6)


@pytest.mark.parametrize("shells", [6, 4])
def test_a_file_with_the_name_of_a_table_is_the_users_star(shells: int, tmp_path: Path) -> None:
    """Its own nucleons are used, whatever the file is called and however many shells it has."""
    early = shells_of(fischer18_1s())
    edges = (early.radius[: shells + 1] / KM).tolist()
    lines = ["radius_km,temperature_mev,n_b_fm3,y_e,mu_nu_e_mev"]
    for k, (low, high) in enumerate(pairwise(edges)):
        state = f"{2 * early.temperature[k]:g},{0.5 / (k + 1):g},0.2,{10.0 * k:g}"
        lines += [f"{r:g},{state}" for r in (low, high)]
    path = tmp_path / "fischer18-1s.csv"
    path.write_text("\n".join(lines) + "\n")
    star = StarProfile.from_file(path, neutrinosphere_km=edges[-1])
    assert star.name == "fischer18-1s"
    found = shells_of(star, neutrino="majorana-mupit")
    assert found.temperature == pytest.approx(2 * early.temperature[:shells])
    assert found.fingerprint() == shells_of(star).fingerprint()
    assert ("shells.nucleons", "those of Dirac neutrinos") in found.provenance.choices


# --- cache and refusals ---


def test_kernels_are_remembered_by_content(early: Shells) -> None:
    again = shells_of(fischer18_1s())
    assert cached_kernels(early, PLAIN) is cached_kernels(again, PLAIN)
    hotter = replace(early, temperature=early.temperature * 1.01)
    assert hotter != early
    assert cached_kernels(hotter, PLAIN) is not cached_kernels(early, PLAIN)


def test_results_cannot_spoil_what_is_remembered(found: OpacityKernels) -> None:
    first = found.standard()
    first[:] = 0.0
    assert np.all(found.standard() > 0)
    coupled = found.couple(b_minus_l())
    locked = [found.t, found.weight, found.mass, found.energy]
    locked += [coupled.t, coupled.standard, coupled.interference, coupled.new]
    for array in locked:
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0.0
    opacity_of = coupled.at(10.0)
    opacity_of.standard[:] = 0.0
    assert np.all(coupled.at(10.0).standard > 0)


def test_the_star_may_still_be_written_into(early: Shells) -> None:
    assert kernels(early).mass is not early.mass_eff
    assert early.mass_eff.flags.writeable


def test_equal_numbers_from_elsewhere_keep_their_own_provenance(early: Shells) -> None:
    other = replace(early, provenance=Provenance(data=frozenset({"mine.csv@sha256:0"})))
    assert "mine.csv@sha256:0" in cached_kernels(other, PLAIN).provenance.data
    assert "mine.csv@sha256:0" not in cached_kernels(early, PLAIN).provenance.data
    same = replace(b_minus_l(), provenance=Provenance(data=frozenset({"mine.toml@sha256:0"})))
    assert same.fingerprint() == b_minus_l().fingerprint()
    both = [kernels(early).couple(model).provenance for model in (b_minus_l(), same)]
    assert both[0] != both[1]
    assert both[0] | b_minus_l().provenance == both[0]


@pytest.mark.parametrize(
    ("option", "value"), [("kind", "sterile"), ("flavour", "nu_x"), ("flux", "xx"), ("energy", "mean")]
)
def test_unknown_options(early: Shells, option: str, value: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{option} = '{value}' is not known. Possible"):
        kernels(early, KernelChoice(**{option: value}))  # type: ignore[arg-type]


def test_unknown_kind_of_shells() -> None:
    with pytest.raises(InvalidValueError, match="majorana-pit"):
        shells_of(fischer18_1s(), neutrino="dirac")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="at least one zone"):
        shells_of(raffelt(), zones=0)


def test_thermal_energies_without_medium_are_refused(early: Shells) -> None:
    with pytest.raises(InvalidValueError, match="energy=fixed"):
        kernels(early, KernelChoice(medium=False, energy="thermal"))


def test_models_without_the_couplings_are_refused(found: OpacityKernels) -> None:
    for model, missing in ((lmu_ltau(), "nu_e"), (vector(charge={"nu_e": 1.0}), "nucleons")):
        with pytest.raises(UnsupportedModelError, match=f"does not couple to {missing}"):
            found.couple(model)
    with pytest.raises(UnsupportedModelError, match="no vector"):
        found.vector(scalar_lnc(), 10.0)
    with pytest.raises(UnsupportedModelError, match="no scalar"):
        found.scalar(b_minus_l(), 10.0)


@pytest.mark.parametrize("mass", [0.0, -1.0, float("nan"), float("inf")])
def test_masses_that_make_no_sense(found: OpacityKernels, mass: float) -> None:
    with pytest.raises(InvalidValueError, match="positive and finite"):
        found.couple(b_minus_l()).at(mass)


def test_a_mass_below_the_kept_momentum_transfers_is_out_of_domain(found: OpacityKernels) -> None:
    with pytest.raises(OutOfDomainError, match=r"0\.001 MeV"):
        found.couple(b_minus_l()).at(1e-4)


def test_unknown_interference_and_form_factors(found: OpacityKernels) -> None:
    with pytest.raises(InvalidValueError, match="physical, printed"):
        found.vector(b_minus_l(), 1.0, interference="none")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="isovector"):
        form_factors("other")  # type: ignore[arg-type]


def test_printed_axial_sign_is_a_choice(early: Shells) -> None:
    printed = kernels(early, KernelChoice(axial="printed"))
    by_hand = replace(kernels(early), form_factors=form_factors("printed"))
    assert np.array_equal(printed.standard(), by_hand.standard())
    ratio = printed.standard() / kernels(early).standard()
    assert np.all((ratio != 1) & (abs(ratio - 1) < 0.02))  # errata E4: below 2 %
    assert ("axial form factor of the proton", "printed") in printed.provenance.choices


def test_vacuum_mass_is_that_of_nucleons() -> None:
    assert abs(VACUUM_MASS - NEUTRON_MASS) < 1.0


# --- the verb ---


def _opacity(capsys: pytest.CaptureFixture[str], **given: object) -> str:
    words = {
        "star": "fischer18-1s", "flavour": "nu_e", "model": None, "parameters": None, "mass_mev": None, "scale": None,
        "columns": None, "option": None, "as_json": False,
    } | given  # fmt: skip
    opacity(**words)  # type: ignore[arg-type]
    return capsys.readouterr().out


def test_opacity_as_json(capsys: pytest.CaptureFixture[str], found: OpacityKernels) -> None:
    document = json.loads(_opacity(capsys, as_json=True))
    assert document["radius_km"] == pytest.approx([5.0, 7.5, 10.0, 15.0, 17.5, 20.0])
    inverse = np.array(document["inverse_m"])
    np.testing.assert_allclose(inverse * document["mean_free_path_m"], 1.0, rtol=1e-12)
    assert sum(document["diffusion_time_s"]) == pytest.approx(document["total_diffusion_time_s"])
    assert document["total_diffusion_time_s"] == pytest.approx(2.23, abs=0.005)
    assert document["provenance"]["choices"]["flux"] == "ee"
    assert (document["document"], document["document_version"]) == ("opacity", 1)
    assert document["settings"] == {}
    assert document["options"] == {
        "flux": "ee", "medium": "on", "energy": "fixed", "interference": "physical", "axial": "isovector", "majorana": "mupit",
    }  # fmt: skip


def test_opacity_records_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.warns(OmittedProcessWarning, match="for comparison"):
        text = _opacity(
            capsys, flavour="nu_e~", model="scalar-lnv", parameters=["nucleon=sigma-terms"], mass_mev=5.0, scale=1e-4,
            option=["axial=printed"], as_json=True,
        )  # fmt: skip
    document = json.loads(text)
    assert document["settings"] == {"nucleon": "sigma-terms"}
    assert document["options"]["axial"] == "printed"
    assert any("for comparison" in one for one in document["provenance"]["omitted"])


def test_nu_x_stands_for_two_equal_neutrinos(capsys: pytest.CaptureFixture[str]) -> None:
    given = {"model": "b-l", "mass_mev": 5.0, "scale": 1e-4, "as_json": True}
    both, one = (json.loads(_opacity(capsys, flavour=f, **given)) for f in ("nu_x", "nu_tau"))
    assert both["inverse_m"] == one["inverse_m"]


def test_opacity_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    text = _opacity(capsys, flavour="nu_x~", option=["energy=thermal"])
    assert "mean free path [m]" in text
    assert "0.991 s" in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"flavour": "nu_q"}, "Unknown flavour"),
        ({"option": ["medium=maybe"]}, "Possible: on, off"),
        ({"option": ["mediun=on"]}, "Did you mean medium"),
        ({"option": ["majorana=pit"]}, "majorana=pit is for --flavour majorana, not for nu_e"),
        ({"option": ["interference=printed"]}, "for a vector, and there is no model"),
        (
            {"model": "scalar-lnc", "mass_mev": 1.0, "scale": 1e-4, "option": ["interference=printed"]},
            "'scalar-lnc' is a scalar",
        ),
        (
            {"flavour": "nu_x~", "model": "lmu-ltau", "mass_mev": 1.0, "scale": 1e-4},
            "nu_mu and nu_tau differ for 'lmu-ltau': ask for --flavour nu_mu~ or nu_tau~",
        ),
        (
            {"flavour": "majorana", "model": "scalar-lnc", "mass_mev": 1.0, "scale": 1e-4},
            "conserves lepton number, so take antinu or nu",
        ),
        ({"model": "b-l"}, "belong together"),
        ({"parameters": ["x=1"]}, "--set is for a model"),
        ({"model": "b-l", "mass_mev": 1.0, "scale": -1.0}, "Couplings"),
        ({"model": "lmu-ltau", "mass_mev": 1.0, "scale": 1.0}, "does not couple to nu_e"),
    ],
)
def test_opacity_refuses(capsys: pytest.CaptureFixture[str], given: dict[str, object], message: str) -> None:
    with pytest.raises(FeeblyError, match=message):
        _opacity(capsys, **given)


def test_opacity_has_a_model_and_options(capsys: pytest.CaptureFixture[str]) -> None:
    with_boson = {"flavour": "nu_e~", "model": "b-l", "mass_mev": 10.0, "scale": 1e-4, "as_json": True}
    ee, pk = (
        json.loads(_opacity(capsys, **with_boson, option=[f"flux={flux}"]))["inverse_m"]
        for flux in ("ee", "pk")
    )
    plain = json.loads(_opacity(capsys, flavour="nu_e~", as_json=True))["inverse_m"]
    assert np.all(np.array(ee) > plain)
    assert ee != pk
