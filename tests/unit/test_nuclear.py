"""Fermi gases, Newton's method, parameter sets and dense matter: exact statements and messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate

from feebly import embedded
from feebly.cli.matter import matter, matter_document
from feebly.environments.mean_field import mean_field
from feebly.environments.nuclear import DenseMatter, dense_matter
from feebly.environments.nuclear_equilibrium import Composition, EquilibriumSystem, starting_point
from feebly.environments.saturation import saturation
from feebly.errors import ConvergenceError, FeeblyError, InvalidValueError, OutOfDomainError, UnknownNameError
from feebly.math.fermi import fermi
from feebly.math.fermi_gas import fermi_gas, fermi_response, massless_gas, massless_potential, real_root
from feebly.math.newton import newton
from feebly.units import FM

GASES = [
    (15.0, 496.6, 249.6),  # degenerate nucleons
    (7.0, 893.9, 915.9),  # thin nucleons
    (0.5, 700.0, 600.0),  # cold nucleons
    (80.0, 150.0, 930.0),  # antinucleons matter
    (30.0, 250.0, 0.511),
    (0.5, 60.0, 0.511),
    (80.0, 1.0, 0.511),
    (33.0, 85.0, 105.7),
    (20.0, 0.0, 105.7),
]
TM1 = "mean_field/tm1.toml"


@pytest.mark.parametrize(("t", "mu", "m"), GASES)
def test_fermi_gas_against_adaptive_quadrature(t: float, mu: float, m: float) -> None:
    gas = fermi_gas(t, mu, mass=m)

    def integral(weight: Callable[[float, float, float], float]) -> float:
        def integrand(k: float) -> float:
            e = m + k
            return np.sqrt(k * (k + 2 * m)) * e * weight(e, (e - mu) / t, (e + mu) / t) / np.pi**2

        edges = sorted(
            {
                0.0,
                *(
                    max(mu - m + s * t, s * t)
                    for s in (-60, -30, -10, -3, 0, 3, 10, 20, 40, 60)
                    if mu - m + s * t > 0
                ),
            }
        )
        pieces = pairwise(edges)
        return sum(integrate.quad(integrand, *p, limit=400, epsrel=1e-12, epsabs=0)[0] for p in pieces)

    def disorder(y: float) -> float:
        return float(np.log1p(np.exp(-abs(y))) + abs(y) * fermi(abs(y)))

    def both(y: float, z: float) -> float:
        return float(fermi(y) + fermi(z))

    assert gas.number == pytest.approx(
        integral(lambda e, y, z: float(fermi(y) - fermi(z))), rel=1e-10, abs=1e-12
    )
    assert gas.scalar == pytest.approx(integral(lambda e, y, z: m / e * both(y, z)), rel=1e-10)
    assert gas.energy == pytest.approx(integral(lambda e, y, z: e * both(y, z)), rel=1e-10)
    pressure = integral(lambda e, y, z: (e**2 - m**2) / (3 * e) * both(y, z))
    assert gas.pressure == pytest.approx(pressure, rel=1e-10)
    assert gas.entropy == pytest.approx(integral(lambda e, y, z: disorder(y) + disorder(z)), rel=1e-10)


def test_fermi_gas_is_odd_or_even_in_the_potential() -> None:
    plus, minus = (fermi_gas(20.0, s * np.array([3.0, 90.0]), mass=0.511) for s in (1, -1))
    assert minus.number == pytest.approx(-plus.number, rel=1e-14)
    for name in ("scalar", "pressure", "energy", "entropy"):
        assert getattr(minus, name) == pytest.approx(getattr(plus, name), rel=1e-14)
    response = fermi_response(20.0, [3.0, -3.0], mass=0.511)
    assert response.number_by_potential[1] == pytest.approx(response.number_by_potential[0], rel=1e-14)
    assert response.scalar_by_potential[1] == pytest.approx(-response.scalar_by_potential[0], rel=1e-14)


@pytest.mark.parametrize("mu", [0.0, 1e-6, 12.0, -140.0])
def test_massless_gas_is_the_limit(mu: float) -> None:
    closed, integral = massless_gas(20.0, mu, spins=2), fermi_gas(20.0, mu, mass=0.0)
    for name in ("number", "pressure", "energy", "entropy"):
        assert getattr(integral, name) == pytest.approx(getattr(closed, name), rel=1e-11, abs=1e-12)
    assert integral.scalar == 0
    assert massless_potential(20.0, closed.number, spins=2) == pytest.approx(mu, rel=1e-12)


@pytest.mark.parametrize(("t", "mu", "m"), [g for g in GASES if g[1] > 0])
def test_responses_are_derivatives(t: float, mu: float, m: float) -> None:
    response = fermi_response(t, mu, mass=m)
    step = np.array([-2.0, -1.0, 1.0, 2.0]) * 1e-2 * t * min(1.0, m / t)
    weight = np.array([1.0, -8.0, 8.0, -1.0]) / (12 * 1e-2 * t * min(1.0, m / t))
    by_mu, by_mass = fermi_response(t, mu + step, mass=m), fermi_response(t, mu, mass=m + step)
    assert weight @ by_mu.number == pytest.approx(response.number_by_potential, rel=1e-6)
    assert weight @ by_mu.scalar == pytest.approx(response.scalar_by_potential, rel=1e-6)
    assert weight @ by_mass.number == pytest.approx(
        -response.scalar_by_potential, rel=1e-6, abs=1e-7 * abs(response.scalar_by_mass)
    )
    assert weight @ by_mass.scalar == pytest.approx(response.scalar_by_mass, rel=1e-5)


def test_blocks_do_not_show() -> None:
    t, mu = np.linspace(1.0, 80.0, 4320).reshape(3, 1, -1), np.array([[100.0], [300.0]])
    whole = fermi_gas(t, mu, mass=105.7)
    assert whole.number.shape == (3, 2, 1440)
    assert whole.pressure[2, 1, 7] == fermi_gas(t[2, 0, 7], 300.0, mass=105.7).pressure


def test_real_root_of_a_cubic() -> None:
    p, q = np.array([1e-3, 2.0, 1e6]), np.array([5.0, -3.0, 1e-9])
    x = real_root(p, q)
    assert x**3 + p * x == pytest.approx(q, rel=1e-12)


def test_newton_shortens_steps_and_refuses() -> None:
    def arctan(x: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # diverges without damping
        return np.arctan(x), 1 / (1 + x[..., None] ** 2)

    root, residual = newton(arctan, np.array([[5.0], [-0.1]]), what="zero")
    assert root == pytest.approx(0.0, abs=1e-11)
    assert residual.max() <= 1e-11

    def positive(x: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert (x > 0).all()
        return np.log(x / 3), 1 / x[..., None]

    assert newton(positive, np.array([[300.0]]), what="three", positive=1)[0] == pytest.approx(3.0)
    with pytest.raises(ConvergenceError, match=r"The even root was not found in 1 of 2 cases"):
        newton(
            lambda x, k: (x**2 + np.array([[1.0], [-1.0]])[k], 2 * x[..., None]),
            np.full((2, 1), 0.5),
            what="even root",
        )


def test_jacobian_is_the_derivative() -> None:
    n, t = np.array([0.3, 1e-3, 0.1]) / FM**3, np.array([20.0, 50.0, 1.0])
    y = np.array([0.2, 0.1, 0.3])
    rules = [
        Composition(None, y, free=False, helicities=1, muons=True),
        Composition(None, None, free=True, helicities=1, muons=True),
        Composition(y, None, free=False, helicities=1, muons=True),
        Composition(y, None, free=True, helicities=1, muons=True),
        Composition(None, y, free=False, helicities=2, muons=False),
    ]
    place = np.arange(3)
    for rule in rules:
        system = EquilibriumSystem(mean_field(), n, t, rule)
        root = newton(system, starting_point(system), what="state", positive=3)[0]
        slope = system(root, place)[1]
        for k in range(5):
            h = np.zeros(5)
            h[k] = 1e-4 * (t.min() if k < 4 else 1.0)
            numeric = (system(root + h, place)[0] - system(root - h, place)[0]) / (2 * h[k])
            assert numeric == pytest.approx(slope[:, :, k], rel=1e-5, abs=1e-6 * np.abs(slope).max())


def test_own_parameter_set(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(embedded.load(TM1).text.replace("938.0", "939.0"))
    mine, built_in = mean_field(path), mean_field("tm1", nucleon_mass=939.0)
    assert mine.name == "mine"
    assert (mine.nucleon_mass, mine.sigma_cubic) == (built_in.nucleon_mass, built_in.sigma_cubic)
    assert mine.provenance.data == {f"mine.toml@sha256:{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"}
    assert ("nucleon_mass_mev", "939") in built_in.provenance.choices
    state = dense_matter(str(path), baryon_density=0.1 / FM**3, temperature=10.0, neutrinos="none")
    assert state.field.name == "mine"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rho_coupling = 4.6322", "", "lacks rho_coupling"),
        ("rho_coupling", "rho_copling", "lacks rho_coupling"),
        ("omega_quartic = 71.3075", "omega_quartic = 71.3075\nlambda = 1.0", "unknown key lambda"),
        ("511.198", '"511.198"', "finite number"),
        ("511.198", "nan", "finite number"),
        ("10.0289", "-10.0289", "must be positive"),
        ("71.3075", "-71.3075", "no bound"),
        ("938.0", "0.938", "between 900 and 970"),
        ("938.0", "938.0 =", "not a TOML file"),
    ],
)
def test_malformed_sets_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(embedded.load(TM1).text.replace(old, new))
    with pytest.raises(InvalidValueError, match=message):
        mean_field(path)


def test_missing_sets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="cannot be read"):
        mean_field(tmp_path / "absent.toml")
    with pytest.raises(UnknownNameError, match="Known: nl3, tm1"):
        mean_field("tm2")
    with pytest.raises(InvalidValueError, match=r"nucleon mass is 0\.938 MeV"):
        mean_field(nucleon_mass=0.938)


def _state(**changes: object) -> DenseMatter:
    asked: dict[str, object] = {"baryon_density": 0.3 / FM**3, "temperature": 20.0, "lepton_fraction": 0.28}
    return dense_matter(**(asked | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"baryon_density": 1.3 / FM**3}, OutOfDomainError, r"baryon density is 1.3 fm\^-3; available from 1e-09 to 1.2 fm\^-3"),
        ({"baryon_density": np.array([0.1, 9e-10]) / FM**3}, OutOfDomainError, "9e-10"),
        ({"temperature": 0.4}, OutOfDomainError, "temperature is 0.4 MeV; available from 0.5 to 80 MeV"),
        ({"temperature": np.nan}, InvalidValueError, "temperature is nan"),
        ({"lepton_fraction": 0.6}, OutOfDomainError, "lepton fraction is 0.6; available from 0.01 to 0.5"),
        ({"lepton_fraction": None, "proton_fraction": 0.0}, InvalidValueError, "proton fraction is 0;"),
        ({"lepton_fraction": None}, InvalidValueError, "need a lepton fraction"),
        ({"proton_fraction": 0.1}, InvalidValueError, "not both"),
        ({"muon_fraction": 0.0}, InvalidValueError, "needs muons=True and trapped neutrinos"),
        ({"muon_fraction": 0.2, "muons": True}, OutOfDomainError, "available from -0.1 to 0.1"),
        ({"neutrino_flavours": 2}, InvalidValueError, "must be 1 or 3"),
        ({"neutrinos": "none"}, InvalidValueError, "counts trapped neutrinos"),
        ({"neutrinos": "dirac"}, InvalidValueError, "Possible: trapped, majorana, none"),
        ({"neutrino_helicities": 3}, InvalidValueError, "must be 1 or 2"),
        ({"neutrino_helicities": 2.0}, InvalidValueError, "must be 1 or 2"),
        ({"neutrino_helicities": True}, InvalidValueError, "must be 1 or 2"),
        ({"temperature": "a"}, InvalidValueError, "the temperature is 'a'; it must be a number"),
        ({"temperature": [1.0, [2.0, 3.0]]}, InvalidValueError, "must be a number, or an array"),
        ({"temperature": np.full(2, 20.0), "lepton_fraction": np.full(3, 0.2)}, InvalidValueError,
         r"temperature \(2,\), lepton fraction \(3,\)"),
    ],
)  # fmt: skip
def test_refusals(changes: dict[str, object], error: type[FeeblyError], message: str) -> None:
    with pytest.raises(error, match=message):
        _state(**changes)


def test_edges_of_the_domain_are_inside() -> None:
    n, t, y = np.array([1e-9, 1.2]) / FM**3, np.array([0.5, 80.0]), np.array([0.01, 0.5])
    assert _state(baryon_density=n, temperature=t, lepton_fraction=y).residual.max() < 1e-10


def test_thin_matter_is_solved_everywhere() -> None:
    n, t = np.geomspace(1e-9, 1e-4, 12)[:, None] / FM**3, np.geomspace(0.5, 80.0, 9)
    for fraction in (0.02, 0.3):
        assert _state(baryon_density=n, temperature=t, lepton_fraction=fraction).residual.max() < 1e-10


def test_muon_lepton_number() -> None:
    """(n_mu + n_nu_mu)/n_B as asked; equilibrium with one lepton number each; free muon neutrinos in between."""
    asked = {"temperature": 30.0, "baryon_density": 0.15 / FM**3, "muons": True}
    for fraction in (-0.01, 0.0, 0.02):
        state = _state(muon_fraction=fraction, **asked)
        assert state.fraction("mu-") + state.fraction("nu_mu") == pytest.approx(fraction, abs=1e-10)
        mu = state.potential
        assert mu["mu-"] - mu["nu_mu"] == pytest.approx(mu["e-"] - mu["nu_e"], abs=1e-8)
        assert state.density["p"] == pytest.approx(state.density["e-"] + state.density["mu-"], rel=1e-9)
    free = _state(**asked)
    number = float(free.fraction("mu-"))
    again = _state(muon_fraction=number, **asked)  # mu_nu_mu = 0 means no net muon neutrinos
    assert again.potential["nu_mu"] == pytest.approx(0.0, abs=1e-8)
    assert again.effective_mass == pytest.approx(free.effective_mass, rel=1e-10)


def test_three_flavours_add_two() -> None:
    one, three = (_state(neutrino_flavours=k, temperature=20.0) for k in (1, 3))
    added = three.parts["neutrinos"].pressure - one.parts["neutrinos"].pressure
    assert added == pytest.approx(2 * 7 * np.pi**2 * 20.0**4 / 360, rel=1e-12)


def test_many_states_are_single_states() -> None:
    n, t = np.array([[0.05], [0.4]]) / FM**3, np.array([3.0, 18.0, 60.0])
    many = _state(baryon_density=n, temperature=t, muons=True)
    assert many.effective_mass.shape == (2, 3)
    one = _state(baryon_density=n[1, 0], temperature=t[2], muons=True)
    assert one.effective_mass.shape == ()
    assert many.effective_mass[1, 2] == pytest.approx(float(one.effective_mass), rel=1e-12)
    assert many.total.pressure[1, 2] == pytest.approx(float(one.total.pressure), rel=1e-10)
    assert repr(many) == "DenseMatter('tm1', 6 states, n, p, e-, mu-, nu_e)"


def test_equations_hold() -> None:
    """The field equations and conditions, written out again."""
    state = _state(neutrino_helicities=2, muons=True)
    table = embedded.load(TM1).table()
    n_n, n_p = state.density["n"], state.density["p"]
    mass = state.effective_mass
    scalar = sum(fermi_gas(20.0, state.potential_eff[s], mass=mass).scalar for s in ("n", "p"))
    g2 = table["sigma_cubic_per_fm"] / FM
    sigma = -state.sigma  # the published sign
    left = table["sigma_mass_mev"] ** 2 * sigma + g2 * sigma**2 + table["sigma_quartic"] * sigma**3
    assert left == pytest.approx(-table["sigma_coupling"] * scalar, rel=1e-10)
    assert mass == pytest.approx(table["nucleon_mass_mev"] + table["sigma_coupling"] * sigma, rel=1e-14)
    omega, rho = state.omega, state.rho
    left = table["omega_mass_mev"] ** 2 * omega + table["omega_quartic"] * omega**3
    assert left == pytest.approx(table["omega_coupling"] * (n_n + n_p), rel=1e-10)
    assert table["rho_mass_mev"] ** 2 * rho == pytest.approx(table["rho_coupling"] * (n_p - n_n), rel=1e-10)
    for species, sign in (("n", -1), ("p", 1)):
        shift = table["omega_coupling"] * omega + sign * table["rho_coupling"] * rho
        assert state.potential[species] == pytest.approx(state.potential_eff[species] + shift, rel=1e-14)

    mu = state.potential
    assert n_n + n_p == pytest.approx(state.baryon_density, rel=1e-10)
    assert state.density["e-"] + state.density["mu-"] == pytest.approx(n_p, rel=1e-10)
    assert mu["n"] + mu["nu_e"] == pytest.approx(mu["p"] + mu["e-"], rel=1e-12)
    assert mu["mu-"] == pytest.approx(mu["e-"] - mu["nu_e"], rel=1e-12)
    assert state.fraction("e-") + state.fraction("nu_e") == pytest.approx(0.28, rel=1e-10)
    neutrinos = 2 * (mu["nu_e"] ** 3 + np.pi**2 * 20.0**2 * mu["nu_e"]) / (6 * np.pi**2)
    assert state.density["nu_e"] == pytest.approx(neutrinos, rel=1e-12)


def test_choices_of_neutrinos() -> None:
    y = float(_state().fraction("p"))
    same = _state(lepton_fraction=None, proton_fraction=y)  # the same state by its proton fraction
    assert same.potential["nu_e"] == pytest.approx(float(_state().potential["nu_e"]), rel=1e-9)
    majorana = _state(lepton_fraction=None, neutrinos="majorana")
    assert majorana.potential["nu_e"] == 0
    assert majorana.potential["n"] == pytest.approx(
        majorana.potential["p"] + majorana.potential["e-"], rel=1e-12
    )
    thermal = majorana.parts["neutrinos"].pressure
    assert thermal == pytest.approx(7 * np.pi**2 * 20.0**4 / 360, rel=1e-12)
    gone = _state(lepton_fraction=None, neutrinos="none")
    assert "nu_e" not in gone.potential
    assert gone.parts["neutrinos"].pressure == 0
    assert gone.effective_mass == majorana.effective_mass
    frozen = _state(lepton_fraction=None, proton_fraction=0.3, neutrinos="none", muons=True)
    assert frozen.potential["mu-"] == frozen.potential["e-"]  # no neutrinos, no weak equilibrium
    assert frozen.potential["n"] != pytest.approx(
        float(frozen.potential["p"] + frozen.potential["e-"]), rel=1e-3
    )


def test_photons_and_sums() -> None:
    with_, without = _state(), _state(photons=False)
    black = with_.total.pressure - without.total.pressure
    assert black == pytest.approx(np.pi**2 * 20.0**4 / 45, rel=1e-7)  # a difference of large numbers
    assert without.parts["photons"].entropy == 0
    assert with_.total.energy == pytest.approx(sum(p.energy for p in with_.parts.values()), rel=1e-14)
    assert with_.entropy_per_baryon == pytest.approx(float(with_.total.entropy / with_.baryon_density))


def test_provenance_names_set_and_choices() -> None:
    found = _state(neutrino_helicities=2).provenance
    assert {"sugahara-toki-tm1", "cerdeno-medium-effects"} <= set(found.keys)
    assert ("neutrino_helicities", "2") in found.choices
    assert any(name.startswith(TM1) for name in found.data)


def test_saturation_needs_a_minimum(tmp_path: Path) -> None:
    path = tmp_path / "loose.toml"
    path.write_text(embedded.load(TM1).text.replace("10.0289", "2.0"))  # too little attraction
    with pytest.raises(ConvergenceError, match="saturation density"):
        saturation(mean_field(path))


KEYS = {"mu_n_star_mev", "mu_p_star_mev", "m_star_mev", "mu_nu_mev", "mu_e_mev", "y_p", "mu_n_mev", "mu_p_mev",
        "pressure_mev_per_fm3", "energy_mev_per_fm3", "entropy_per_baryon", "parts", "provenance"}  # fmt: skip


def test_verb_writes_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    matter(0.5, 15.0, lepton_fraction=0.31, neutrino_helicities=2, nucleon_mass_mev=939.0, as_json=True)
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (document["document"], document["document_version"]) == ("matter", 1)
    assert err == ""
    assert set(document) >= KEYS
    assert (document["nb_fm3"], document["lepton_fraction"], document["nucleon_mass_mev"]) == (
        0.5,
        0.31,
        939.0,
    )
    assert document["mu_n_star_mev"] == pytest.approx(496.63, abs=0.01)
    total = sum(part["pressure_mev_per_fm3"] for part in document["parts"].values())
    assert document["pressure_mev_per_fm3"] == pytest.approx(total, rel=1e-12)


def test_verb_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    matter(0.15, 28.0, lepton_fraction=0.3, majorana=True, muons=True)
    out, err = capsys.readouterr()
    assert "--lepton-fraction is not used" in err
    assert out.startswith("tm1, n_B = 0.15 fm^-3, T = 28 MeV")
    assert "mu_mu, Y_mu" in out
    with pytest.raises(InvalidValueError, match="--proton-fraction Y or --majorana"):
        matter(0.15, 28.0)


def test_documents_of_different_requests_differ() -> None:
    hashes = {
        matter_document(_state(lepton_fraction=y), {"lepton_fraction": y})["provenance"]["config_sha256"]
        for y in (0.2, 0.3)
    }
    assert len(hashes) == 2
