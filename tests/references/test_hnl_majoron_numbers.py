"""Widths of heavy neutral leptons and majorons against explicit traces, phase-space integrals and published formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import dblquad, quad

from feebly import decays, particle_data
from feebly.constants import ELECTRON_MASS, MUON_MASS, NEUTRAL_PION_MASS, PION_MASS, TAU_MASS
from feebly.decays.hnl import lepton_pair, pion_pair_density
from feebly.decays.neutrinos import three_body
from feebly.decays.three_body import LeptonPair
from feebly.decays.weak import electromagnetic_constant, weak_inputs
from feebly.models import hnl_e, hnl_mu, hnl_tau, majoron, majoron_ee, majoron_emu

# Dirac matrices, chiral representation
_ONE, _ZERO = np.eye(2), np.zeros((2, 2))
_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.array([np.block([[_ZERO, _ONE], [_ONE, _ZERO]]),
                  *(np.block([[_ZERO, s], [-s, _ZERO]]) for s in _PAULI)])  # fmt: skip
LEFT = np.diag([1.0, 1.0, 0.0, 0.0])
RIGHT = np.diag([0.0, 0.0, 1.0, 1.0])
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
UNIT = np.eye(4)


def slash(p: np.ndarray) -> np.ndarray:
    return np.einsum("m,mab->ab", METRIC @ p, GAMMA)


def bar(vertex: np.ndarray) -> np.ndarray:
    return GAMMA[0] @ vertex.conj().T @ GAMMA[0]


def dot(p: np.ndarray, q: np.ndarray) -> float:
    return float(p @ METRIC @ q)


def on_shell(mass: float, rng: np.random.Generator) -> np.ndarray:
    p = rng.normal(size=3) * 50
    return np.array([math.sqrt(mass**2 + p @ p), *p])


def line(out: np.ndarray, vertex: np.ndarray, into: np.ndarray, other: np.ndarray) -> complex:
    """Tr[out vertex into bar(other)]: one fermion line squared, with the spin sums of its ends."""
    return complex(np.trace(out @ vertex @ into @ bar(other)))


def four_fermion(p, k, k1, k2, pair: LeptonPair, mass: float) -> float:  # type: ignore[no-untyped-def]
    """|M|^2 / (8 G_F^2), averaged over the spin of N, by sixteen products of two traces."""
    chiral = pair.left * LEFT + pair.right * RIGHT
    total = 0.0
    for a in range(4):
        for b in range(4):
            sign = METRIC[a, a] * METRIC[b, b]
            first = line(slash(k), GAMMA[a] @ LEFT, slash(p) + mass * UNIT, GAMMA[b] @ LEFT)
            second = line(
                slash(k1) + pair.first * UNIT,
                GAMMA[a] @ chiral,
                slash(k2) - pair.second * UNIT,
                GAMMA[b] @ chiral,
            )
            total += sign * (first * second).real
    return total / 2


PAIRS = [
    LeptonPair(MUON_MASS, ELECTRON_MASS, 1.0, 0.0),
    LeptonPair(MUON_MASS, MUON_MASS, 0.74, 0.24),
    LeptonPair(MUON_MASS, MUON_MASS, -0.26, 0.24),
    LeptonPair(ELECTRON_MASS, ELECTRON_MASS, -0.26, 0.24),
]


def square(p, k, k1, k2, pair: LeptonPair) -> float:  # type: ignore[no-untyped-def]
    """T of `three_body`."""
    return (
        pair.left**2 * dot(p, k2) * dot(k, k1)
        + pair.right**2 * dot(p, k1) * dot(k, k2)
        + pair.left * pair.right * pair.first * pair.second * dot(p, k)
    )


@pytest.mark.parametrize("pair", PAIRS)
def test_squared_amplitude_by_traces(pair: LeptonPair) -> None:
    rng = np.random.default_rng(1)
    for _ in range(3):
        k, k1, k2 = on_shell(0.0, rng), on_shell(pair.first, rng), on_shell(pair.second, rng)
        p = k + k1 + k2
        mass = math.sqrt(dot(p, p))
        assert four_fermion(p, k, k1, k2, pair, mass) == pytest.approx(
            8 * square(p, k, k1, k2, pair), rel=1e-12
        )


@pytest.mark.parametrize("pair", PAIRS)
def test_width_by_the_dalitz_plot(pair: LeptonPair) -> None:
    """dGamma = <|M|^2> ds12 ds01 / (256 pi^3 m^3), momenta by their invariants: no tensor reduction.

    Tolerance: that of the double quadrature, whose borders are square roots.
    """
    mass, a, b = 300.0, pair.first, pair.second

    def border(s: float, sign: int) -> float:
        """s01 = (k + k1)^2 at s = (k1 + k2)^2, extremes."""
        energy, own = (s + a**2 - b**2) / (2 * math.sqrt(s)), (mass**2 - s) / (2 * math.sqrt(s))
        momentum = math.sqrt(max(energy**2 - a**2, 0.0))
        return a**2 + 2 * own * (energy + sign * momentum)

    def value(s01: float, s: float) -> float:
        s02 = mass**2 + a**2 + b**2 - s - s01
        k_k1, k_k2 = (s01 - a**2) / 2, (s02 - b**2) / 2
        k1_k2 = (s - a**2 - b**2) / 2
        p_k, p_k1, p_k2 = k_k1 + k_k2, a**2 + k_k1 + k1_k2, b**2 + k_k2 + k1_k2
        return 64 * (
            pair.left**2 * p_k2 * k_k1 + pair.right**2 * p_k1 * k_k2 + pair.left * pair.right * a * b * p_k
        )

    total, _ = dblquad(
        value, (a + b) ** 2, mass**2, lambda s: border(s, -1), lambda s: border(s, 1), epsrel=1e-9
    )
    expected = total / (256 * math.pi**3 * mass**3)
    assert pair.width(np.array([mass]))[0] == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(("lepton", "meson"), [(0.0, NEUTRAL_PION_MASS), (MUON_MASS, PION_MASS)])
def test_pseudoscalar_by_traces(lepton: float, meson: float) -> None:
    """Amplitude (4 G_F / sqrt 2) (f / 2) lbar Pslash P_L N: the axial half of the left-handed quark current."""
    from feebly.decays.hnl import pseudoscalar_width

    mass = 320.0
    momentum = math.sqrt((mass**2 - lepton**2 - meson**2) ** 2 - 4 * lepton**2 * meson**2) / (2 * mass)
    k = np.array([math.hypot(momentum, lepton), 0, 0, momentum])
    q = np.array([math.hypot(momentum, meson), 0, 0, -momentum])
    vertex = slash(q) @ LEFT
    trace = line(slash(k) + lepton * UNIT, vertex, slash(k + q) + mass * UNIT, vertex).real
    expected = 8 / 4 * trace / 2 * momentum / (8 * math.pi * mass**2)
    assert pseudoscalar_width(np.array([mass]), lepton, meson)[0] == pytest.approx(expected, rel=1e-12)


def test_two_pions_by_traces() -> None:
    """N -> l pi pi0 with F = 1: the lepton trace contracted with p_+ - p_0, integrated over the pion angle and s."""
    from feebly.decays.hnl import current_density

    mass, lepton, pion = 700.0, MUON_MASS, PION_MASS
    s = 350.0**2
    own = math.sqrt((mass**2 - lepton**2 - s) ** 2 - 4 * s * lepton**2) / (2 * math.sqrt(s))
    inner = math.sqrt(s / 4 - pion**2)
    k = np.array([math.hypot(own, lepton), 0, 0, own])
    p = k + np.array([math.sqrt(s), 0, 0, 0])

    def contracted(cosine: float) -> float:
        difference = 2 * inner * np.array([0.0, math.sqrt(1 - cosine**2), 0.0, cosine])
        vertex = slash(difference) @ LEFT
        return line(slash(k) + lepton * UNIT, vertex, slash(p) + mass * UNIT, vertex).real / 2

    nodes, weights = np.polynomial.legendre.leggauss(6)
    average = sum(w * contracted(c) for c, w in zip(nodes, weights, strict=True)) / 2
    momentum = own * math.sqrt(s) / mass
    outer, pair = momentum / (4 * math.pi * mass), inner / (4 * math.pi * math.sqrt(s))
    expected = 8 * average * outer * pair / (2 * math.pi) / (2 * mass)
    density = s * (2 * inner / math.sqrt(s)) ** 3 / (24 * math.pi)
    assert float(current_density(mass, lepton, s)) * density == pytest.approx(expected, rel=1e-12)


def published(mass: float, flavour: int) -> dict[str, float]:
    """Widths of a Majorana particle [MeV], conjugates added, as in bondarenko-hnl.

    Read in a public code updated by its first author: closed forms of neutral and mixed currents, one integral for
    charged currents. Its rho is a narrow resonance and is not compared here.
    """
    weak = weak_inputs()
    sin2, masses = weak.sin2, (ELECTRON_MASS, MUON_MASS, TAU_MASS)
    names, scale = ("e", "mu", "tau"), weak.fermi**2 * mass**5 / (192 * math.pi**3)
    found = {"three neutrinos": 2 * scale}
    for beta, lepton in enumerate(masses[:2]):
        x = lepton / mass
        root = math.sqrt(1 - 4 * x**2)
        # (1 - 3 x^2 - (1 - x^2) root) / (x^2 (1 + root)) of the paper, without its cancellation
        log = math.log(4 * x**4 / ((1 - 3 * x**2 + (1 - x**2) * root) * (1 + root)))
        sign = 1 if beta == flavour else -1
        c1 = 0.25 * (1 + sign * 4 * sin2 + 8 * sin2**2)
        c2 = 0.5 * sin2 * (2 * sin2 + sign)
        first = (1 - 14 * x**2 - 2 * x**4 - 12 * x**6) * root + 12 * x**4 * (x**4 - 1) * log
        second = x**2 * (2 + 10 * x**2 - 12 * x**4) * root + 6 * x**4 * (1 - 2 * x**2 + 2 * x**4) * log
        found[f"{names[beta]}- {names[beta]}+"] = 2 * scale * (c1 * first + 4 * c2 * second)
    for beta, lepton in enumerate(masses[:2]):
        if beta != flavour and masses[flavour] + lepton < mass:
            xu, xd = masses[flavour] / mass, lepton / mass

            def triangle(a: float, b: float, c: float) -> float:
                return a * a + b * b + c * c - 2 * (a * b + b * c + c * a)

            def integrand(x: float, xu: float = xu, xd: float = xd) -> float:
                roots = max(triangle(1, x, xu**2), 0.0)
                return 12 / x * (x - xd**2) * (1 + xu**2 - x) * (x - xd**2) * math.sqrt(roots)

            integral = quad(integrand, xd**2, (1 - xu) ** 2, epsrel=1e-12)[0]
            found[f"{names[flavour]}- {names[beta]}+"] = 2 * scale * integral
    cubic = weak.fermi**2 * mass**3 / math.pi
    x = particle_data.mass("pi0") / mass
    found["pi0"] = 2 * cubic / 32 * weak.neutral["pi0"] ** 2 * (1 - x**2) ** 2
    if flavour < 2 and masses[flavour] + PION_MASS < mass:
        xl, xh = masses[flavour] / mass, PION_MASS / mass
        root = math.sqrt((1 - (xh - xl) ** 2) * (1 - (xh + xl) ** 2))
        found["pi+"] = 2 * cubic / 16 * weak.pion**2 * ((1 - xl**2) ** 2 - xh**2 * (1 + xl**2)) * root
    return found


@pytest.mark.parametrize("mass", [250.0, 320.0, 480.0, 1000.0])
@pytest.mark.parametrize("flavour", [0, 1, 2])
def test_published_widths(mass: float, flavour: int) -> None:
    """Tolerance: that of the quadratures; the constants are ours on both sides."""
    model = (hnl_e(), hnl_mu(), hnl_tau())[flavour]
    nu = ("nu_e", "nu_mu", "nu_tau")[flavour]
    fip = decays.of(model, mass)
    expected = published(mass, flavour)
    both = {
        "three neutrinos": sum(fip.partial(c) for c in fip.channels if c.startswith("nu")),
        "e- e+": 2 * fip.partial(f"e- e+ {nu}"),
        "mu- mu+": 2 * fip.partial(f"mu- mu+ {nu}"),
        "e- mu+": 2 * fip.partial("e- mu+ nu_mu"),
        "mu- e+": 2 * fip.partial("mu- e+ nu_e"),
        "pi0": 2 * fip.partial(f"pi0 {nu}"),
        "pi+": 2 * fip.partial(f"{('e-', 'mu-', 'tau-')[flavour]} pi+"),
    }
    for name, width in expected.items():
        assert both[name] == pytest.approx(width, rel=1e-10), name


def test_narrow_rho_of_the_literature() -> None:
    """N -> l rho, nu rho with a narrow rho of f = 209 MeV (bondarenko-hnl) against the pion form factor, at 1.9 GeV.

    Tolerance 15 %: the tail of the rho and its width; f^2 alone is uncertain by 5 % in the literature.
    """
    mass, rho, f = 1900.0, 775.26, 209.0
    weak = weak_inputs()
    x = rho / mass
    cubic = weak.fermi**2 * mass**3 / math.pi
    fip = decays.of(hnl_e(), mass)
    neutral = cubic / 32 * f**2 * (1 - 2 * weak.sin2) ** 2 * (1 + 2 * x**2) * (1 - x**2) ** 2
    assert fip.partial("pi+ pi- nu_e") == pytest.approx(neutral, rel=0.15)
    charged = cubic / 16 * (f * weak.v_ud) ** 2 * (1 - x**2) * (1 + x**2 - 2 * x**4)
    assert fip.partial("e- pi+ pi0") == pytest.approx(charged, rel=0.15)


def test_narrow_omega_and_phi_of_the_literature() -> None:
    """Two public formulas differ: kappa^2 of the omega is 16 sin^4 / 9 in one and 4 sin^4 / 9 in the other; the quark
    charges give the second. Of the phi (1 - 4 sin^2 / 3)^2 and half of it; they give the half.
    """
    mass, weak = 1900.0, weak_inputs()
    fip = decays.of(hnl_tau(), mass)
    for meson, parent, charge, kappa2 in (
        ("omega(782)", "omega", 1 / (3 * math.sqrt(2)), 4 / 9 * weak.sin2**2),
        ("phi(1020)", "phi", 1 / 3, (1 - 4 / 3 * weak.sin2) ** 2 / 2),
    ):
        own = particle_data.mass(meson)
        f = electromagnetic_constant(meson, parent)[0] / (own * charge)
        x2 = (own / mass) ** 2
        expected = weak.fermi**2 * f**2 * kappa2 * mass**3 / (32 * math.pi) * (1 + 2 * x2) * (1 - x2) ** 2
        assert fip.partial(f"{meson} nu_tau") == pytest.approx(expected, rel=1e-10)


def test_pion_form_factor_at_low_energy() -> None:
    s = np.array([300.0**2])
    point = s * (1 - 4 * PION_MASS**2 / s) ** 1.5 / (24 * math.pi)
    assert 1.0 < (pion_pair_density(s, PION_MASS, PION_MASS) / point)[0] < 1.6


def test_spectra_of_the_paper() -> None:
    """Eqs. (41), (42), each half of a distribution for the half of the directions; and the box of (39)."""
    mass = 100.0
    energy = np.linspace(1, 49, 25)
    f1, f2 = (
        8 * energy**2 / mass**3 * (3 - 4 * energy / mass),
        48 * energy**2 / mass**3 * (1 - 2 * energy / mass),
    )
    pair = lepton_pair("nu_e nu_mu nu_mu~")
    # tolerance: linear interpolation of the density on 200 points, h^2 f'' / 8
    assert np.allclose(three_body(pair, mass, "neutrino").density(energy), 2 * f1, rtol=0, atol=5e-6)
    assert np.allclose(three_body(pair, mass, "antilepton").density(energy), 2 * f2, rtol=0, atol=5e-6)
    mass, parent = 300.0, 420.0
    fip = decays.of(hnl_tau(), mass)
    momentum = math.sqrt(parent**2 - mass**2)
    alone = decays.Fip(mass, 0.5, ("pi0 nu_tau",), np.array([fip.partial("pi0 nu_tau")]), 1)
    height = decays.neutrino_spectrum(alone).density(np.array([parent]), np.array([120.0]))[2, 0, 0]
    assert height == pytest.approx(mass**2 / (mass**2 - NEUTRAL_PION_MASS**2) / momentum, rel=1e-12)


def test_lepton_masses_in_the_spectra_matter_near_threshold() -> None:
    """The paper neglects them: N -> nu mu mu at 230 MeV would reach 115 MeV; it ends at 18 MeV."""
    shape = three_body(lepton_pair("mu- mu+ nu_mu"), 230.0, "neutrino")
    assert shape.energy[-1] == pytest.approx((230.0**2 - 4 * MUON_MASS**2) / 460.0)
    assert shape.energy[-1] < 18.0


@pytest.mark.parametrize(("model", "factor", "exchange"), [(majoron_ee(), 0.5, 2), (majoron_emu(), 1.0, 1)])
def test_majoron_width_by_traces(model, factor: float, exchange: int) -> None:  # type: ignore[no-untyped-def]
    """(1/2) g nubar nu: two contractions for one flavour, and for two flavours the sum over both orders: amplitude g.

    The helicities are split by P_L: one half of the trace is nu nu, the other nubar nubar.
    """
    mass = 13.0
    k1, k2 = mass / 2 * np.array([1, 0, 0, 1.0]), mass / 2 * np.array([1, 0, 0, -1.0])
    matrix = model.flavour_matrix()
    a, b = np.argwhere(matrix)[0]
    terms = matrix[a, b] if a == b else matrix[a, b] + matrix[b, a]  # of the double sum
    amplitude = 0.5 * terms * exchange
    whole = line(slash(k1), UNIT, slash(k2), UNIT).real
    halves = [line(slash(k1), chirality, slash(k2), chirality).real for chirality in (LEFT, RIGHT)]
    assert halves == pytest.approx([whole / 2] * 2)
    expected = [factor * amplitude**2 * half / (16 * math.pi * mass) for half in halves]
    assert decays.of(model, mass).gamma == pytest.approx(expected, rel=1e-13)
    # Eq. (53) of the paper
    assert expected[0] == pytest.approx(factor * mass / (16 * math.pi), rel=1e-13)


def test_majoron_of_all_flavours() -> None:
    """An equal coupling of all mass states, the case of one real scalar: g^2 m / (16 pi) for each Majorana neutrino."""
    assert decays.of(majoron(np.eye(3)), 1.0).width(1.0) == pytest.approx(3 / (16 * math.pi), rel=1e-13)
