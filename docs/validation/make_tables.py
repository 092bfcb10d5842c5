"""Compute every table and figure of ``docs/validation/sn-cooling.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_tables.py

Writes ``_tables/*.md`` and ``_figures/*.png`` beside this file. Takes about a minute.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from node_quadrature import UNIT, NodeQuadrature, gauss, rates
from numpy.typing import NDArray
from pages import percent, power, table
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import k1

import feebly as fb
from feebly.constants import ALPHA, MUON_MASS, NEWTON, SOLAR_MASS, TAU_MASS
from feebly.environments import Medium, StarProfile
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.environments.star import enclosed_mass
from feebly.errors import FeeblyWarning
from feebly.math.fermi import bose
from feebly.models import VectorCurrent
from feebly.models.kinetic_mixing import mixing
from feebly.probes import SupernovaCooling
from feebly.provenance import Provenance
from feebly.rates.base import StellarProcess
from feebly.rates.stellar.coalescence import (
    MuonCoalescence,
    NeutrinoCoalescence,
    pair_factor,
    printed_pair_factor,
)
from feebly.rates.stellar.semi_compton import reduced_static
from feebly.rates.stellar.semi_compton_kernel import rate_full, rate_nr
from feebly.transport.rays import Resolution
from feebly.units import KM

Array = NDArray[np.float64]
HERE = Path(__file__).parent
MODEL = fb.models.lmu_ltau()
MASSES = (1.0, 10.0, 50.0, 100.0, 200.0)
STARS = {"raffelt": raffelt(), "fischer18-1s": fischer18_1s()}

# The earlier calculation: L/g^2 [erg/s], edges at 3e52 erg/s, and for raffelt at 4.4e52 erg/s.
EARLIER = {
    "raffelt": (
        (1.418e70, 1.455e-9, 6.404e-6, 1.763e-9, 5.908e-6),
        (5.022e70, 7.737e-10, 5.885e-7, 9.374e-10, 5.321e-7),
        (5.299e71, 2.385e-10, 1.478e-8, 2.892e-10, 1.409e-8),
        (7.769e71, 1.978e-10, 6.703e-9, 2.403e-10, 6.366e-9),
        (2.678e71, 3.595e-10, 2.378e-9, 4.531e-10, 2.132e-9),
    ),
    "fischer18-1s": (
        (2.468e70, 1.103e-9, 5.420e-6),
        (9.167e70, 5.723e-10, 4.997e-7),
        (1.207e72, 1.577e-10, 2.780e-8),
        (2.170e72, 1.177e-10, 1.295e-8),
        (1.037e72, 1.720e-10, 5.269e-9),
    ),
}


# --- small helpers -----------------------------------------------------------------------------


def probe(star: StarProfile, **options: object) -> SupernovaCooling:
    return SupernovaCooling(star=star, **{"compton": "nr", "lapse": "off", **options})  # type: ignore[arg-type]


def per_g2(line: SupernovaCooling, mass: float) -> float:
    """L/g^2 of a transparent star [erg/s]."""
    return float(line.prepare(MODEL, mass).evaluate([1e-16]).value[0]) / 1e-32 / UNIT


def opaque(line: SupernovaCooling, mass: float) -> float:
    """Luminosity at the strongest coupling, that of a black body [erg/s]."""
    return float(line.prepare(MODEL, mass).evaluate([1.0]).value[0]) / UNIT


def interval(line: SupernovaCooling, mass: float) -> tuple[float, float, str]:
    limit = fb.solve(line, MODEL, [mass])
    low, high = limit.excluded[0][0]
    return float(low), float(high), limit.edges[0][0][1]


def upper(edge: tuple[float, float, str]) -> str:
    return power(edge[1]) if edge[2] == "physical" else f"none (`{edge[2]}`)"


# --- the comparison ----------------------------------------------------------------------------


def branching() -> None:
    loop = mixing(0.0, MUON_MASS, TAU_MASS).real
    rows = [("$\\varepsilon(0)/g$", "size $1/70$", "$-1/69.286$", f"$-1/{-1 / loop:.3f}$")]
    masses = [1.1, 10.0, 100.0, 200.0, 211.0]
    earlier = ((1.01e-5, 2), (1.911e-5, 3), (2.05e-5, 2), (3.03e-5, 2), (3.9e-5, 1))
    widths = fb.widths(MODEL, masses)
    shares = widths.branching[widths.channels.index("e- e+")]
    for m, reference, value in zip(masses, earlier, shares, strict=True):
        printed = r"$2\times10^{-5}$" if m in (10.0, 100.0) else ""
        rows.append((f"BR$(e^+e^-)$ at {m:g} MeV", printed, power(*reference), power(value)))
    table("branching", ("quantity", "printed", "earlier", "feebly"), rows)


def luminosity() -> None:
    rows = []
    for name, star in STARS.items():
        for m, (reference, *_) in zip(MASSES, EARLIER[name], strict=True):
            value = per_g2(probe(star), m)
            with_lapse = per_g2(probe(star, lapse="on"), m)
            shown = power(with_lapse) if name != "raffelt" else "no lapse"
            rows.append(
                (f"`{name}`", f"{m:g}", power(reference), power(value), percent(value, reference), shown)
            )
    table(
        "luminosity",
        ("star", "$m$ [MeV]", "earlier $L/g^2$", "feebly", "difference", "feebly, `lapse=on`"),
        rows,
    )


def limits() -> None:
    rows = []
    for name, star in STARS.items():
        for m, (_, low, high, *more) in zip(MASSES, EARLIER[name], strict=True):
            cases = [(3e52, low, high)] + ([(4.4e52, more[0], more[1])] if more else [])
            for allowed, early_low, early_high in cases:
                edge = interval(probe(star, limit_erg_per_s=allowed), m)
                difference = percent(edge[1], early_high) if edge[2] == "physical" else "see below"
                rows.append(
                    (
                        f"`{name}`",
                        f"{m:g}",
                        power(allowed, 1),
                        power(early_low),
                        power(edge[0]),
                        percent(edge[0], early_low),
                        power(early_high),
                        upper(edge),
                        difference,
                    )
                )
    head = ("star", "$m$ [MeV]", "allowed [erg/s]", "earlier lower $g$", "feebly", "difference")
    table("limits", (*head, "earlier upper $g$", "feebly", "difference"), rows)


def limits_with_lapse() -> None:
    rows = []
    star = STARS["fischer18-1s"]
    for m in MASSES:
        flat, curved = interval(probe(star), m), interval(probe(star, lapse="on"), m)
        default = interval(SupernovaCooling(star=star), m)
        rows.append(
            (
                f"{m:g}",
                power(flat[0]),
                power(curved[0]),
                f"{curved[0] / flat[0]:.2f}",
                power(default[0]),
                upper(default),
            )
        )
    head = ("$m$ [MeV]", "lower $g$, `nr`, `lapse=off`", "`nr`, `lapse=on`", "ratio")
    table("lapse", (*head, "default: `full`, `lapse=on`", "default: upper $g$"), rows)


@dataclass(frozen=True, slots=True)
class OtherMuons:
    """Static semi-Compton scattering with a mixed muon charge, or a muon integral cut at 4 sqrt(2 m_mu T)."""

    charge: Literal["tree", "mixed"] = "tree"
    integral: Literal["whole", "cut"] = "whole"
    name: str = "semi-Compton"
    provenance: Provenance = field(default_factory=Provenance)

    def obstacle(self, model: VectorCurrent, provided: frozenset[str]) -> str | None:
        return None

    def reduced_absorption(
        self, model: VectorCurrent, fip: fb.decays.Fip, medium: Medium, energy: Array
    ) -> Array:
        charge = (
            model.charges(["mu-"], fip.mass**2) if self.charge == "mixed" else model.tree_charges(["mu-"])
        )
        end = 4 if self.integral == "cut" else 40
        density = muon_integral(medium.temperature, medium.potential["mu-"], end)
        return abs(charge[0]) ** 2 * reduced_static(fip.mass, density, energy)


def muon_integral(temperature: Array, potential: Array, end: float) -> Array:
    """(1/pi^2) int p^2 f (1 - f) dp up to p = end sqrt(2 m_mu T) [MeV^3]."""
    x, weight = gauss(0.0, 1.0, 400)
    last = end * np.sqrt(2 * MUON_MASS * temperature)[:, None]
    p = last * x
    half = (np.sqrt(p**2 + MUON_MASS**2) - potential[:, None]) / (2 * temperature[:, None])
    occupation = 1 / (4 * np.cosh(np.minimum(half, 300.0)) ** 2)
    return np.asarray(np.sum(weight * last * p**2 * occupation, axis=1) / np.pi**2)


@dataclass(frozen=True)
class OtherProbe(SupernovaCooling):
    """The probe with other muons."""

    muons: OtherMuons = field(default_factory=OtherMuons)

    def processes(self) -> tuple[StellarProcess, ...]:
        return (NeutrinoCoalescence(), MuonCoalescence(), self.muons)


def muons() -> None:
    """What two other treatments of the muons would give."""
    rows = []
    cases = (OtherMuons(), OtherMuons(charge="mixed"), OtherMuons(integral="cut"))
    for name, star in STARS.items():
        for m, (reference, *_) in zip(MASSES[:2], EARLIER[name], strict=False):
            lines = [OtherProbe(star=star, compton="nr", lapse="off", muons=one) for one in cases]
            found = [line.prepare(MODEL, m).evaluate([1e-16]) for line in lines]
            compton = [float(signal.parts["semi-Compton"][0]) for signal in found]
            total = [power(float(signal.value[0]) / 1e-32 / UNIT) for signal in found[1:]]
            changes = [percent(value, compton[0]) for value in compton[1:]]
            same = power(per_g2(probe(star), m))
            rows.append((f"`{name}`", f"{m:g}", power(reference), same, *total, *changes))
    head = ("star", "$m$ [MeV]", "earlier $L/g^2$", "feebly", "with mixed $x_\\mu$", "with a cut")
    table("muons", (*head, "Compton part, mixed $x_\\mu$", "Compton part, cut"), rows)


SHELLS = ((0.0, 5.0), (5.0, 7.5), (7.5, 10.0), (10.0, 15.0), (15.0, 17.5), (17.5, 20.0))


def nodes(name: str, m: float, count: int) -> NodeQuadrature:
    """Node quadrature: `count` nodes in the outer part of raffelt, or in each shell."""
    if name == "raffelt":
        return NodeQuadrature(STARS[name], MODEL, m, [(0.0, 10.0, 20), (10.0, 25.0, count)])
    panels = [(low, high, count) for low, high in SHELLS]
    return NodeQuadrature(STARS[name], MODEL, m, panels, cells=0)


def node_ceilings() -> None:
    rows = []
    for name, counts in (("raffelt", (30, 60, 120, 240)), ("fischer18-1s", (10, 20, 40, 80))):
        for m in MASSES[:2]:
            for number, count in enumerate(counts):
                quadrature = nodes(name, m, count)
                earlier = power(EARLIER[name][MASSES.index(m)][2]) if number == 0 else ""
                strong = 20 * (1e-6 if m == 1 else 1e-7)
                rows.append(
                    (
                        f"`{name}`",
                        f"{m:g}",
                        str(count),
                        power(quadrature.edges()[1]),
                        earlier,
                        power(quadrature.luminosity(strong), 2),
                        power(
                            float(probe(STARS[name]).prepare(MODEL, m).evaluate([strong]).value[0]) / UNIT, 2
                        ),
                    )
                )
    head = ("star", "$m$ [MeV]", "nodes", "upper $g$ of the nodes", "earlier upper $g$")
    table("nodes", (*head, "$L$ of the nodes at $g_1$ [erg/s]", "feebly at $g_1$"), rows)


def heavy_ceilings() -> None:
    rows = []
    for name, count in (("raffelt", 30), ("fischer18-1s", 10)):
        for m in MASSES[2:]:
            early, edge = EARLIER[name][MASSES.index(m)][2], interval(probe(STARS[name]), m)
            value = nodes(name, m, count).edges()[1]
            rows.append(
                (f"`{name}`", f"{m:g}", power(early), power(value), upper(edge), percent(edge[1], value))
            )
    head = ("star", "$m$ [MeV]", "earlier upper $g$", "nodes", "feebly", "feebly against nodes")
    table("heavy_ceilings", head, rows)


# --- black bodies ------------------------------------------------------------------------------


def black_body(mass: float, temperature: float, radius: float) -> float:
    """Three polarisations of mass m from a sphere [erg/s]."""

    def flux(e: float) -> float:
        return float(e * (e * e - mass * mass) / np.expm1(e / temperature))

    total = quad(flux, mass + 1e-12, mass + 60 * temperature, epsrel=1e-9)[0]
    return 3 / (8 * np.pi**2) * total * 4 * np.pi * radius**2 / UNIT


def black_bodies() -> None:
    rows = []
    cases = [("raffelt", "off"), ("fischer18-1s", "off"), ("fischer18-1s", "on")]
    for name, lapse in cases:
        star = STARS[name]
        t, n = float(star.temperature[-1]), float(star.lapse[-1]) if lapse == "on" else 1.0
        massless = 3 * np.pi**2 / 120 * t**4 * 4 * np.pi * star.radius[-1] ** 2 * n**2 / UNIT
        line = probe(star, lapse=lapse)
        crossing = brentq(lambda m, at=line: np.log(opaque(at, m) / 3e52), 5.0, 80.0, xtol=1e-3)
        exact = (
            f"{percent(opaque(line, 10.0), black_body(10.0, t, star.radius[-1]))}" if lapse == "off" else ""
        )
        rows.append(
            (
                f"`{name}`, `lapse={lapse}`",
                f"{star.radius[-1] / KM:g}",
                f"{t:.3f}",
                power(massless, 2),
                power(opaque(line, 1.0), 2),
                power(opaque(line, 10.0), 2),
                exact,
                f"{crossing:.1f}",
                power(massless * 7 / 4, 2),
            )
        )
    radius = STARS["fischer18-1s"].radius[-1]
    for t in (5.0, 4.0):
        rows.append(
            (
                f"a sphere at {t:g} MeV",
                f"{radius / KM:g}",
                f"{t:.3f}",
                power(black_body(0.0, t, radius), 2),
                "",
                "",
                "",
                "",
                power(black_body(0.0, t, radius) * 7 / 4, 2),
            )
        )
    head = (
        "surface",
        "$R$ [km]",
        "$T$ [MeV]",
        "formula, $m=0$",
        "feebly, $m=1$, $g=1$",
        "feebly, $m=10$, $g=1$",
    )
    table(
        "black_body",
        (
            *head,
            "difference at $m=10$",
            "$m$ where $L_{\\rm bb}=3\\times10^{52}$ [MeV]",
            "six neutrino states",
        ),
        rows,
    )


def figure() -> None:
    """L(g) at m = 10 MeV on raffelt: feebly, node quadratures, black body, criterion."""
    from matplotlib.figure import Figure

    m, g = 10.0, np.geomspace(3e-10, 3e-5, 240)
    drawing = Figure(figsize=(6.4, 4.6), layout="constrained")
    axes = drawing.add_subplot()
    axes.loglog(g, probe(STARS["raffelt"]).prepare(MODEL, m).evaluate(g).value / UNIT, color="black", lw=2.2)
    axes.annotate("feebly, along chords", (2.6e-5, 1.65e53), color="black", ha="right", va="bottom")
    for count, colour, text in ((30, "#D55E00", "30"), (60, "#B8860B", "60"), (120, "#0072B2", "120 nodes")):
        quadrature = nodes("raffelt", m, count)
        value = np.array([quadrature.luminosity(x) for x in g])
        apart = (value > 1e46) & (g > 8e-8)
        axes.loglog(g, np.where(apart, value, np.nan), color=colour, lw=1.4, ls=(0, (5, 1.5)))
        at = float(g[np.flatnonzero(value > 1.5e50)[-1]])
        axes.annotate(text, (at * 1.07, 1.5e50), color=colour, ha="left", va="center")
    body = black_body(m, float(STARS["raffelt"].temperature[-1]), float(STARS["raffelt"].radius[-1]))
    axes.axhline(body, color="#777777", lw=1, ls=":", zorder=0)
    axes.annotate("black body", (3.4e-10, body * 1.1), color="#666666", va="bottom")
    axes.axhline(3e52, color="#009E73", lw=1.2, ls="--", zorder=0)
    axes.annotate("allowed", (2.6e-5, 3e52 * 0.85), color="#009E73", ha="right", va="top")
    axes.set_xlim(g[0], g[-1])
    axes.set_ylim(1e49, 3e55)
    axes.set_xlabel("coupling $g$")
    axes.set_ylabel("luminosity [erg/s]")
    axes.set_title(r"$L_\mu - L_\tau$, $m = 10$ MeV, star raffelt", fontsize=11)
    axes.tick_params(which="both", direction="in", top=True, right=True)
    (HERE / "_figures").mkdir(exist_ok=True)
    drawing.savefig(HERE / "_figures" / "trapping.png", dpi=150, metadata={"Software": None})


# --- rates -------------------------------------------------------------------------------------


def compton_ratio() -> None:
    rows = []
    cases = (
        (30, 30, 118, 0.47),
        (90, 30, 118, 0.38),
        (200, 30, 118, 0.30),
        (45, 15, 60, 0.56),
        (30, 10, 40, 0.66),
    )
    for energy, t, mu, reference in cases:
        arguments = (float(energy), 1e-3, float(t), float(mu))
        value = rate_full(*arguments, muon_mass=MUON_MASS, alpha=ALPHA) / rate_nr(
            *arguments, muon_mass=MUON_MASS, alpha=ALPHA
        )
        rows.append((f"{energy}", f"{t}", f"{mu}", f"{reference:.2f}", f"{float(value):.3f}"))
    table(
        "compton_ratio", ("$\\omega$ [MeV]", "$T$ [MeV]", "$\\mu_\\mu$ [MeV]", "Monte Carlo", "feebly"), rows
    )


def compton_limit() -> None:
    rows = []
    for name, star in STARS.items():
        for m in MASSES:
            static, full = probe(star), probe(star, compton="full")
            parts = static.prepare(MODEL, m).evaluate([1e-16])
            share = float(parts.parts["semi-Compton"][0] / parts.value[0])
            low = [interval(line, m)[0] for line in (static, full)]
            rows.append(
                (
                    f"`{name}`",
                    f"{m:g}",
                    f"{100 * share:.1f} %",
                    power(low[0]),
                    power(low[1]),
                    f"{low[1] / low[0]:.3f}",
                )
            )
    head = (
        "star",
        "$m$ [MeV]",
        "Compton share of $L$ (`nr`)",
        "lower $g$, `nr`",
        "lower $g$, `full`",
        "ratio",
    )
    table("compton_limit", head, rows)


def spin() -> None:
    rows = []
    for name, star in STARS.items():
        for m in MASSES[2:]:
            high = [interval(probe(star, spin=kind), m)[1] for kind in ("physical", "printed")]
            rows.append((f"`{name}`", f"{m:g}", *(power(g) for g in high), f"{high[0] / high[1]:.2f}"))
    head = ("star", "$m$ [MeV]", "upper $g$, `physical`", "upper $g$, `printed`", "ratio")
    table("spin", head, rows)


def energy_loss() -> None:
    printed = {
        "printed": (5.5e-9, 1.0e-9, 3.2e-10, 4.0e-10),
        "detailed-balance": (6.7e-10, 2.4e-10, 1.2e-10, 1.7e-10),
    }
    rows = []
    for kernel, references in printed.items():
        line = SupernovaCooling(kernel=kernel, compton="off", lapse="off", escape="free")  # type: ignore[arg-type]
        for m, reference in zip((10.0, 30.0, 100.0, 200.0), references, strict=True):
            low, high, kind = interval(line, m)
            rows.append(
                (f"`{kernel}`", f"{m:g}", power(reference, 1), power(low), f"{power(high)} (`{kind}`)")
            )
    table("energy_loss", ("kernel", "$m$ [MeV]", "earlier lower $g$", "feebly", "end of validity"), rows)


def kernel_ratio() -> None:
    rows = []
    for m, t, reference in ((10.0, 15.0, 0.06), (50.0, 33.0, 0.11), (200.0, 15.0, 0.22)):
        energy = m + 30 * t * (np.arange(40000) + 0.5) ** 2 / 40000**2
        step = 2 * 30 * t * (np.arange(40000) + 0.5) / 40000**2
        k = np.sqrt((energy - m) * (energy + m))
        # printed / exact kernel is m^2 eta / (8 k E) without blocking, eta the rapidity of X
        boltzmann = 2 * np.sum(
            step * k * np.exp(-energy / t) * m**2 * np.arctanh(k / energy) / (8 * k * energy)
        )
        equilibrium = m * t * k1(m / t)
        full = [
            np.sum(
                step * k * shape(energy, m, np.full_like(energy, t), np.zeros_like(energy)) * bose(energy / t)
            )
            for shape in (printed_pair_factor, pair_factor)
        ]
        rows.append(
            (
                f"{m:g}",
                f"{t:g}",
                f"{reference:.2f}",
                f"{boltzmann / equilibrium:.3f}",
                f"{full[0] / full[1]:.3f}",
            )
        )
    head = ("$m$ [MeV]", "$T$ [MeV]", "earlier", "Boltzmann", "Fermi--Dirac, `feebly` kernels")
    table("kernel_ratio", head, rows)


# --- stars and gravity -------------------------------------------------------------------------


def stars() -> None:
    shells, toy = STARS["fischer18-1s"], STARS["raffelt"]
    rows = []
    middles = np.array([(low + high) / 2 for low, high in SHELLS]) * KM
    for number, (reference, value) in enumerate(
        zip(
            (207.48, 159.73, 111.83, 85.47, 61.63, 28.91),
            shells.sample(middles).potential["mu-"],
            strict=True,
        ),
        1,
    ):
        rows.append(
            (f"`fischer18-1s`, $\\mu_\\mu$ of shell {number} [MeV]", f"{reference:.2f}", f"{value:.2f}")
        )
    for r, reference, value in zip(
        (0, 10, 20), (0.693, 0.778, 0.873), shells.sample(np.array([0.0, 10.0, 20.0]) * KM).lapse, strict=True
    ):
        rows.append((f"`fischer18-1s`, lapse at {r} km", f"{reference:.3f}", f"{value:.4f}"))
    density = shells.baryonic_mass_density
    assert density is not None
    mass = enclosed_mass(shells.radius, density)[-1] / SOLAR_MASS
    rows.append(("`fischer18-1s`, solar masses inside 20 km", "1.614", f"{mass:.4f}"))
    radii = np.array([0.0, 10.0, 15.0, 20.0, 25.0])
    for r, reference, value in zip(
        radii, (125.63, 118.22, 60.15, 37.24, 25.67), toy.sample(radii * KM).potential["mu-"], strict=True
    ):
        rows.append((f"`raffelt`, $\\mu_\\mu$ at {r:g} km [MeV]", f"{reference:.2f}", f"{value:.2f}"))
    table("stars", ("quantity", "reference", "feebly"), rows)


def gravity() -> None:
    """What the proper volume element would change in a transparent star."""
    star = STARS["fischer18-1s"]
    density = star.baryonic_mass_density
    assert density is not None
    mass_inside = enclosed_mass(star.radius, density)
    radius, weight = (
        np.concatenate(x) for x in zip(*(gauss(a * KM, b * KM, 12) for a, b in SHELLS), strict=True)
    )
    ratio = 2 * NEWTON * np.interp(radius, star.radius, mass_inside) / radius
    stretch = 1 / np.sqrt(1 - ratio)
    lapse = star.sample(radius).lapse
    rows = []
    for m in MASSES:
        energy, energy_weight = gauss(m, m + 30 * 33, 400)
        local = energy[None, :] / lapse[:, None]
        emitted = np.array(
            [rates(star, MODEL, m, radius[n : n + 1], local[n]).production[0] for n in range(radius.size)]
        )
        k = np.sqrt((local - m) * (local + m))
        shares = weight * radius**2 * np.sum(energy_weight * k * local * energy * emitted, axis=1)
        change = float(np.sum(shares * stretch) / np.sum(shares))
        rows.append((f"{m:g}", f"{100 * (change - 1):+.1f} %", f"{100 * (change**-0.5 - 1):+.1f} %"))
    table("proper_volume", ("$m$ [MeV]", "$L/g^2$ with the proper volume", "lower $g$"), rows)
    at = np.array([5.0, 7.5, 10.0, 15.0, 17.5, 20.0]) * KM
    values = 1 / np.sqrt(1 - 2 * NEWTON * np.interp(at, star.radius, mass_inside) / at)
    table(
        "stretch",
        ("$r$ [km]", *(f"{x / KM:g}" for x in at)),
        [
            ("$1/\\sqrt{1-2Gm/r}$", *(f"{v:.3f}" for v in values)),
            ("lapse $N$", *(f"{v:.3f}" for v in star.sample(at).lapse)),
        ],
    )


def convergence() -> None:
    """The default grid against one four times as fine in everything."""
    rows = []
    couplings = np.geomspace(1e-11, 1e-3, 33)
    for name, star in STARS.items():
        for m in MASSES:
            coarse, fine = (
                probe(star, resolution=resolution).prepare(MODEL, m).evaluate(couplings).value
                for resolution in (Resolution(), Resolution().refined(4))
            )
            visible = fine / UNIT > 1e48
            error = np.abs(coarse / fine - 1)
            rows.append(
                (f"`{name}`", f"{m:g}", f"{error[0]:.0e}", f"{error[visible].max():.0e}", f"{error[-1]:.0e}")
            )
    head = (
        "star",
        "$m$ [MeV]",
        "thin, $g=10^{-11}$",
        "largest, where $L>10^{48}$ erg/s",
        "opaque, $g=10^{-3}$",
    )
    table("convergence", head, rows)


def main() -> None:
    warnings.simplefilter("ignore", FeeblyWarning)
    for make in (
        branching,
        luminosity,
        limits,
        limits_with_lapse,
        muons,
        node_ceilings,
        heavy_ceilings,
        black_bodies,
        figure,
        compton_ratio,
        compton_limit,
        spin,
        energy_loss,
        kernel_ratio,
        stars,
        gravity,
        convergence,
    ):
        make()


if __name__ == "__main__":
    main()
