"""Compute the tables and figures of ``docs/validation/stars.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_stars.py

Writes ``_tables/stars_*.md`` and ``_figures/stars-*.png`` beside this file. Takes about ten minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from pages import power, save, table, ticks

from feebly import embedded, solve
from feebly.constants import ATOMIC_MASS_UNIT, NEWTON, SOLAR_MASS
from feebly.environments import StarProfile
from feebly.environments.cold_star import cold_stars
from feebly.environments.embedded_stars import fischer18_1s
from feebly.environments.mean_field import mean_field
from feebly.environments.nuclear import dense_matter
from feebly.environments.pns_parameters import standard_parameters
from feebly.environments.pns_sequence import pns_sequence
from feebly.environments.pns_stars import MOMENTS, computed, pns, stored
from feebly.environments.proto_neutron_star import StarParameters, proto_neutron_star
from feebly.environments.proto_neutron_star_profile import profile
from feebly.environments.sequence import StarSequence
from feebly.limits import Limit
from feebly.models import Model
from feebly.models.em_bl import b_minus_l, dark_photon
from feebly.models.vector import lmu_ltau
from feebly.plot import band_figure, star_figure
from feebly.probes import SupernovaCooling
from feebly.units import ERG, FM, KM, SECOND

Array = NDArray[np.float64]
MASSES = (1.0, 10.0, 50.0, 100.0, 150.0)
CENTRES = np.linspace(0.15, 1.1, 39)  # fm^-3, of cold stars


def shells(time_s: int) -> dict[str, Array]:
    rows = [row for row in embedded.load("star/fischer18.csv").rows() if int(row["time_s"]) == time_s]
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0]}


def averages(star: StarProfile, edges: Array) -> Array:
    """Mean n_B of the volume, and T and lepton fraction of the baryons, in each shell (3, K)."""
    found = []
    for low, high in pairwise(edges):
        r = np.linspace(low, high, 401) * KM
        n, t = (np.interp(r, star.radius, values) for values in (star.density["B"], star.temperature))
        leptons = np.interp(r, star.radius, star.density["e-"]) + neutrinos(star, r)
        volume, number = r**2, r**2 * n
        found.append((n @ volume / volume.sum(), t @ number / number.sum(), leptons @ volume / number.sum()))
    return np.array(found).T


def neutrinos(star: StarProfile, r: Array) -> Array:
    """Net electron neutrinos, MeV^3."""
    mu, t = (np.interp(r, star.radius, values) for values in (star.potential["nu_e"], star.temperature))
    return np.asarray((mu**3 + np.pi**2 * t**2 * mu) / (6 * np.pi**2))


def tabulate_shells() -> None:
    for time_s in (1, 5):
        given = shells(time_s)
        edges = np.concatenate([[0.0], given["outer_radius_km"]])
        means = [averages(stored(f"pns-{time_s}s{v}"), edges) for v in ("", "-cold", "-hot")]
        rows = []
        for k in range(edges.size - 1):
            cells = [f"{edges[k]:g}–{edges[k + 1]:g}"]
            for row, key, digits in (
                (1, "temperature_mev", 1),
                (0, "baryon_density_fm3", 4),
                (2, "lepton_fraction", 3),
            ):
                scale = FM**3 if row == 0 else 1.0
                values = [m[row, k] * scale for m in means]
                off = (
                    f"{values[0] - given[key][k]:+.3f}"
                    if row == 2
                    else f"{values[0] / given[key][k] - 1:+.0%}"
                )
                cells += [
                    f"{given[key][k]:g}",
                    f"{values[0]:.{digits}f} ({values[1]:.{digits}f}, {values[2]:.{digits}f})",
                    off,
                ]
            rows.append(cells)
        head = [
            "shell [km]",
            "$T$ [MeV]",
            "computed (cold, hot)",
            "",
            "$n_B$ [fm⁻³]",
            "computed",
            "",
            "$Y$",
            "computed",
            "",
        ]
        table(f"stars_shells_{time_s}s", head, rows)


def tabulate_balance() -> None:
    """Whether the printed shells are in equilibrium: pressure of their matter against the weight above."""
    rows = []
    for time_s in (1, 5):
        given = shells(time_s)
        edges = np.concatenate([[0.0], given["outer_radius_km"]])
        matter = dense_matter(
            "tm1",
            baryon_density=given["baryon_density_fm3"] / FM**3,
            temperature=given["temperature_mev"],
            lepton_fraction=given["lepton_fraction"],
            muons=True,
            neutrino_flavours=3,
        )
        r = np.linspace(0.02, edges[-1], 4001) * KM
        shell = np.clip(np.searchsorted(edges * KM, r) - 1, 0, edges.size - 2)
        energy, pressure, n = (
            a[shell] for a in (matter.total.energy, matter.total.pressure, matter.baryon_density)
        )
        mass = np.cumsum(4 * np.pi * r**2 * energy) * (r[1] - r[0])
        open_ = 1 - 2 * NEWTON * mass / r
        pull = NEWTON * (energy + pressure) * (mass + 4 * np.pi * r**3 * pressure) / (r**2 * open_)
        weight = np.cumsum(pull[::-1])[::-1] * (r[1] - r[0])
        flat = float(np.sum(4 * np.pi * r**2 * n) * (r[1] - r[0])) * ATOMIC_MASS_UNIT / SOLAR_MASS
        proper = (
            float(np.sum(4 * np.pi * r**2 * n / np.sqrt(open_)) * (r[1] - r[0]))
            * ATOMIC_MASS_UNIT
            / SOLAR_MASS
        )
        for k in range(edges.size - 1):
            middle = (edges[k] + edges[k + 1]) / 2 * KM
            need = float(np.interp(middle, r, weight))
            rows.append(
                [
                    f"{time_s} s",
                    f"{edges[k]:g}–{edges[k + 1]:g}",
                    f"{matter.total.pressure[k] * FM**3:.3g}",
                    f"{need * FM**3:.3g}",
                    f"{matter.total.pressure[k] / need:.2f}",
                ]
            )
        rows.append(
            [f"{time_s} s", "baryonic mass", f"{flat:.2f} (flat)", f"{proper:.2f} (proper volume)", ""]
        )
    table("stars_balance", ["", "shell [km]", "$P$ of the matter [MeV fm⁻³]", "weight above", "ratio"], rows)


def tabulate_facts() -> None:
    rows = []
    grid = np.linspace(0.18, 0.6, 15)
    cold = cold_stars(mean_field("tm1"), grid)
    for name in ("pns-1s", "pns-1s-cold", "pns-1s-hot", "pns-5s", "pns-5s-cold", "pns-5s-hot"):
        star, entry = stored(name), embedded.load("star/pns_summary.toml").table()[name]
        words = name.split("-")
        p = standard_parameters(star.time / SECOND, variant=words[2] if len(words) > 2 else "reference")  # type: ignore[arg-type]
        hot = float(entry["gravitational_mass_msun"])
        final = float(np.interp(p.baryonic_mass_msun, cold.baryonic_mass_msun, cold.mass_msun))
        peak = int(np.argmax(star.temperature))
        muons = star.density["mu-"] / star.density["B"]
        rows.append([
            f"`{name}`", f"{p.baryonic_mass_msun:g}", f"{hot:.3f}", f"{final:.3f}",
            f"{(hot - final) * SOLAR_MASS / ERG / 1e53:.2f}",
            f"{(p.baryonic_mass_msun - final) * SOLAR_MASS / ERG / 1e53:.2f}", f"{star.density['B'][0] * FM**3:.3f}",
            f"{star.temperature[0]:.1f}", f"{star.temperature[peak]:.1f} at {star.radius[peak] / KM:.1f} km",
            f"{star.lapse[0]:.3f}", f"{muons.max():.4f}", f"{star.potential['nu_e'][0]:.0f}",
            f"{star.neutrinosphere / KM:.1f}", power((star.neutrino_luminosity or 0) / (ERG / SECOND), 1),
            power(float(entry["black_body_erg_per_s"]), 1),
        ])  # fmt: skip
    head = ["star", "$M_b$", "$M_g$", "$M_g$ cold", "still to be radiated [10⁵³ erg]", "$M_b-M_g$ cold [10⁵³ erg]", "$n_c$ [fm⁻³]", "$T_c$", "$T$ peak [MeV]", "lapse", "max $Y_\\mu$", "$\\mu_{\\nu_e}$ [MeV]", "$R_\\nu$ [km]", "$L_\\nu=-dM_g/dt$ [erg/s]", "black body [erg/s]"]  # fmt: skip
    table("stars_facts", head, rows)


def tabulate_cold() -> None:
    rows = []
    for name in ("tm1", "nl3"):
        for surface, crust in (
            (1e-2, False),
            (1e-3, False),
            (1e-4, False),
            (0.03, True),
            (0.06, True),
            (0.07, True),
        ):
            found = cold_stars(mean_field(name), CENTRES, surface_fm3=surface, crust=crust)
            radius, density, baryonic = found.at_mass(1.4)
            rows.append(
                [
                    name,
                    f"{surface:g}",
                    "yes" if crust else "no",
                    f"{found.heaviest:.3f}",
                    f"{found.radius_km[int(np.argmax(found.mass_msun))]:.2f}",
                    f"{radius:.2f}",
                    f"{density:.3f}",
                    f"{baryonic:.3f}",
                ]
            )
    head = ["set", "uniform down to [fm⁻³]", "crust", "$M_{max}$", "its $R$ [km]", "$R_{1.4}$ [km]", "$n_c$ [fm⁻³]", "$M_b$"]  # fmt: skip
    table("stars_cold", head, rows)


def tabulate_published_cold() -> None:
    rows = []
    published = embedded.load("star/cold_stars.csv").rows()
    for name in ("tm1", "nl3"):
        found = cold_stars(mean_field(name), CENTRES, surface_fm3=0.06, crust=True)
        for row in (row for row in published if row["mean_field"] == name):
            mass, radius = float(row["mass_msun"]), float(row["radius_km"])
            if row["heaviest"] == "1":
                ours = found.heaviest, float(found.radius_km[int(np.argmax(found.mass_msun))])
            else:
                ours = mass, found.at_mass(mass)[0]
            rows.append([
                name, f"{mass:.3f}", f"{ours[0]:.3f}", f"{radius:.2f}", f"{ours[1]:.2f}", f"{100 * (ours[1] / radius - 1):+.2f} %",
            ])  # fmt: skip
    table(
        "stars_cold_published",
        ["set", "$M$, LALSuite", "$M$, ours", "$R$ [km], LALSuite", "$R$ [km], ours", ""],
        rows,
    )


def tabulate_cold_matter() -> None:
    rows = []
    published = embedded.load("star/cold_matter.csv").rows()
    for name in ("tm1", "nl3"):
        lines = [row for row in published if row["mean_field"] == name]
        density = np.array([float(row["baryon_density_fm3"]) for row in lines])
        found = dense_matter(
            mean_field(name),
            baryon_density=density / FM**3,
            temperature=0.5,
            neutrinos="none",
            muons=True,
            photons=False,
        )
        ours = {
            "energy_mev_fm3": found.total.energy * FM**3,
            "pressure_mev_fm3": found.total.pressure * FM**3,
            "lepton_fraction": found.fraction("p"),
        }
        for k, row in enumerate(lines):
            pairs = [(float(row[column]), value[k]) for column, value in ours.items()]
            rows.append(
                [
                    name,
                    f"{density[k]:.2f}",
                    *(f"{a:.4g} / {b:.4g} ({1e4 * (b / a - 1):+.1f})" for a, b in pairs),
                ]
            )
    head = ["set", "$n_B$ [fm⁻³]", "energy [MeV fm⁻³]", "pressure [MeV fm⁻³]", "leptons per baryon"]
    table("stars_cold_matter", head, rows)


def tabulate_freedom() -> None:
    """What other entropies, lepton fractions and masses do to the residuals of the shells."""
    rows = []
    for time_s in (1, 5):
        given = shells(time_s)
        edges = np.concatenate([[0.0], given["outer_radius_km"]])
        plain = standard_parameters(float(time_s))
        cool = tuple(np.array(plain.entropy) * [0.83, 0.83, 0.85, 0.87, 1, 1, 1, 1, 1])
        poor = tuple(np.array(plain.lepton_fraction) - [0.03, 0.03, 0.03, 0.03, 0, 0, 0, 0, 0])
        kinds: dict[str, StarParameters] = {
            "reference": plain,
            "entropy of core and mantle lower by 13 to 17 %": replace(plain, entropy=cool),
            "and leptons fewer by 0.03": replace(plain, entropy=cool, lepton_fraction=poor),
            "1.8 solar masses": replace(plain, baryonic_mass_msun=1.8),
            "2 solar masses": replace(plain, baryonic_mass_msun=2.0),
        }
        for label, parameters in kinds.items():
            means = averages(computed(parameters), edges)
            off = means[0] * FM**3 / given["baryon_density_fm3"] - 1, means[1] / given["temperature_mev"] - 1
            rows.append([f"{time_s} s", label, *(", ".join(f"{x:+.0%}" for x in row) for row in off)])
    table("stars_freedom", ["", "star", "$n_B$ off, shell by shell", "$T$ off"], rows)


def tabulate_grid() -> None:
    rows, previous = [], None
    for knots in (60, 120, 240, 480):
        star = proto_neutron_star(replace(standard_parameters(1.0), knots=knots))
        made = profile(star)
        now = (
            star.gravitational_mass_msun,
            made.neutrinosphere / KM,
            made.temperature.max(),
            made.density["B"][0] * FM**3,
            made.lapse[0],
        )
        step = [
            "" if previous is None else f"{b / a - 1:+.1e}" for a, b in zip(previous or now, now, strict=True)
        ]
        rows.append([f"{knots}", *(f"{value:.5f} {change}" for value, change in zip(now, step, strict=True))])
        previous = now
    table("stars_grid", ["knots", "$M_g$", "$R_\\nu$ [km]", "peak $T$ [MeV]", "$n_c$ [fm⁻³]", "lapse"], rows)


def edges(
    star: StarProfile, model: Model, masses: ArrayLike = MASSES, **options: str
) -> list[tuple[float, float] | None]:
    """Lowest and highest excluded coupling at each mass; infinite where the region does not close."""
    found: Limit = solve(SupernovaCooling(star=star, **options), model, masses)  # type: ignore[arg-type]
    return [
        (float(row[0][0]), np.inf if edge[-1][1] == "grid" else float(row[-1][1])) if len(row) else None
        for row, edge in zip(found.excluded, found.edges, strict=True)
    ]


def written(row: tuple[float, float] | None, side: int) -> str:
    if row is None:
        return "none"
    return power(row[side], 2) if np.isfinite(row[side]) else "open"


def cut_into_shells(star: StarProfile) -> StarProfile:
    """The star averaged in the shells of the table, out to its neutrinosphere, with its own smooth lapse.

    Densities are means over the volume, so that each shell keeps its baryons; temperatures, potentials and effective masses
    are means over the baryons. The last shell ends at the neutrinosphere, not at the 20 km of the table.
    """
    inner = np.concatenate([[0.0], shells(1)["outer_radius_km"]]) * KM
    inner[-1] = star.neutrinosphere
    pieces = [np.linspace(a, b, int(np.ceil((b - a) / KM * 10)) + 1) for a, b in pairwise(inner)]
    radius = np.concatenate(pieces)
    number = np.concatenate([np.full(p.size, k) for k, p in enumerate(pieces)])

    def mean(values: Array, *, density: bool = False) -> Array:
        found = []
        for a, b in pairwise(inner):
            r = np.linspace(a, b, 2001)
            n = 1.0 if density else np.interp(r, star.radius, star.density["B"])
            weight = r**2 * n * np.where((r == a) | (r == b), 0.5, 1.0)
            found.append(np.interp(r, star.radius, values) @ weight / weight.sum())
        return np.array(found)[number]

    return replace(
        star,
        name=star.name + "-shells",
        radius=radius,
        temperature=mean(star.temperature),
        density={s: mean(v, density=True) for s, v in star.density.items()},
        potential={s: mean(v) for s, v in star.potential.items()},
        mass_eff={s: mean(v) for s, v in star.mass_eff.items()},
        lapse=np.interp(radius, star.radius, star.lapse),
    )


def tabulate_limits(models: Sequence[Model] = (lmu_ltau(), b_minus_l(), dark_photon())) -> None:
    smooth, table_star = stored("pns-1s"), fischer18_1s()
    coarse = cut_into_shells(smooth)
    columns = {
        "`fischer18-1s`": (table_star, {}),
        "`pns-1s`": (smooth, {}),
        "cold": (stored("pns-1s-cold"), {}),
        "hot": (stored("pns-1s-hot"), {}),
        "`pns-1s` in shells": (coarse, {}),
        "`pns-1s`, no lapse": (smooth, {"lapse": "off"}),
        "`fischer18-1s`, no lapse": (table_star, {"lapse": "off"}),
        "`pns-1s`, radial": (smooth, {"escape": "radial-factor"}),
        "`fischer18-1s`, radial": (table_star, {"escape": "radial-factor"}),
    }
    for model in models:
        found = {name: edges(star, model, **options) for name, (star, options) in columns.items()}
        rows = []
        for k, mass in enumerate(MASSES):
            for side, label in ((0, "lower"), (1, "upper")):
                rows.append([f"{mass:g}", label, *(written(row[k], side) for row in found.values())])
        table(f"stars_limits_{model.name.replace('-', '_')}", ["$m$ [MeV]", "edge", *found], rows)


def tabulate_sets() -> None:
    """Parameter sets of the nucleons, and rules for the muons."""
    kinds: dict[str, StarProfile] = {
        "TM1 (`pns-1s`)": stored("pns-1s"),
        "NL3": pns(mean_field="nl3"),
        "TM1, $\\mu_{\\nu_\\mu}=0$": pns(muons="free"),
    }
    rows = []
    for label, star in kinds.items():
        found = edges(star, lmu_ltau())
        rows.append(
            [
                label,
                f"{star.density['B'][0] * FM**3:.3f}",
                f"{star.temperature.max():.1f}",
                f"{star.neutrinosphere / KM:.2f}",
                f"{star.lapse[0]:.3f}",
                f"{(star.density['mu-'] / star.density['B']).max():.4f}",
                *(f"{written(row, 0)} to {written(row, 1)}" for row in found),
            ]
        )
    head = ["star", "$n_c$ [fm⁻³]", "peak $T$ [MeV]", "$R_\\nu$ [km]", "lapse", "max $Y_\\mu$", *(f"$g$, {m:g} MeV" for m in MASSES)]  # fmt: skip
    table("stars_sets", head, rows)


def tabulate_course() -> None:
    rows, last = [], None
    summary = embedded.load("star/pns_summary.toml").table()
    for time_s in MOMENTS:
        star = stored(f"pns-{time_s:g}s")
        mass = float(summary[star.name]["gravitational_mass_msun"])
        light = np.array(
            [summary[star.name][key] for key in ("neutrino_luminosity_erg_per_s", "black_body_erg_per_s")]
        )
        energy = ["", "", ""]
        if last is not None:
            before, heavy, bright = last
            slope = np.log(light / bright) / np.log(time_s / before) + 1
            radiated = (light * time_s - bright * before) / slope
            lost = (heavy - mass) * SOLAR_MASS / ERG
            energy = [f"{lost / 1e52:.2f}", *(f"{value / 1e52:.2f}" for value in radiated)]
        last = time_s, mass, light
        rows.append(
            [
                f"{time_s:g}",
                f"{star.density['B'][0] * FM**3:.3f}",
                f"{star.temperature[0]:.1f}",
                f"{star.temperature.max():.1f}",
                f"{star.neutrinosphere / KM:.2f}",
                f"{star.lapse[0]:.3f}",
                f"{star.potential['nu_e'][0]:.0f}",
                f"{mass:.4f}",
                *(power(float(value), 1) for value in light),
                *energy,
            ]
        )
    head = ["$t$ [s]", "$n_c$ [fm⁻³]", "$T_c$ [MeV]", "peak $T$", "$R_\\nu$ [km]", "lapse", "$\\mu_{\\nu_e}$ [MeV]", "$M_g$", "$L_\\nu=-dM_g/dt$ [erg/s]", "black body [erg/s]", "mass lost since [10⁵² erg]", "$\\int L_\\nu dt$", "black body"]  # fmt: skip
    table("stars_course", head, rows)


def tabulate_moments() -> None:
    """Energy that would leave in a vector, from seven moments and from thirteen."""
    times = np.array(MOMENTS)
    fine = np.sort(np.concatenate([times, np.sqrt(times[1:] * times[:-1])]))
    stars = [pns(time_s=float(t)) for t in fine]
    rows = []
    for mass in (10.0, 100.0, 250.0):
        light = np.array([float(emitted(star, mass)) for star in stars])
        halves = [in_log_time(fine, light), in_log_time(fine[::2], light[::2])]
        plain = StarSequence.snapshots(stars[::2]).weight / SECOND @ light[::2]
        steady = light[np.flatnonzero(fine == 1.0)[0]]
        rows.append(
            [
                f"{mass:g}",
                f"{light[0] / steady:.2f}, {light[-1] / steady:.2f}",
                f"{halves[0] / steady:.2f}",
                f"{halves[1] / halves[0] - 1:+.1%}",
                f"{plain / halves[0] - 1:+.1%}",
            ]
        )
    used = pns_sequence().weight / SECOND
    assert np.allclose(used @ times, in_log_time(times, times))
    head = ["$m$ [MeV]", "emission at 0.5 and 10 s over that at 1 s", "emits as at 1 s for [s]", "seven moments instead of thirteen", "lines in $t$"]  # fmt: skip
    table("stars_moments", head, rows)


def emitted(star: StarProfile, mass: float) -> float:
    """Luminosity of the L_mu - L_tau vector at a small coupling."""
    return float(SupernovaCooling(star=star).prepare(lmu_ltau(), mass).evaluate([1e-11]).value[0])


def in_log_time(t: Array, values: Array) -> float:
    """Integral over t of straight lines in ln t."""
    slope = np.diff(values) / np.diff(np.log(t))
    return float(np.sum(np.diff(values * t) - slope * np.diff(t)))


def tabulate_atmosphere() -> None:
    """What the base of the atmosphere alone does to limits: the 15 % of the band."""
    plain, rows = standard_parameters(1.0), []
    for label, factor in (("−15 %", 0.85), ("reference", 1.0), ("+15 %", 1.15)):
        change = np.where(np.arange(len(plain.entropy)) < 5, 1.0, factor)
        star = computed(replace(plain, entropy=tuple(np.array(plain.entropy) * change)))
        found = edges(star, lmu_ltau())
        light = (star.neutrino_luminosity or 0) / (ERG / SECOND)
        rows.append(
            [
                label,
                power(light, 1),
                f"{star.neutrinosphere / KM:.1f}",
                *(f"{written(row, 0)} to {written(row, 1)}" for row in found),
            ]
        )
    head = [
        "entropy of the atmosphere",
        "black body [erg/s]",
        "$R_\\nu$ [km]",
        *(f"{m:g} MeV" for m in MASSES),
    ]
    table("stars_atmosphere", head, rows)


def draw_differences(models: Sequence[Model] = (lmu_ltau(), b_minus_l(), dark_photon())) -> None:
    """Each thing in which two stars differ, taken alone: ratios of edges against the mass; also as a table."""
    masses = np.array([1.0, 1.8, 3.2, 5.6, 10.0, 18.0, 30.0, 50.0, 70.0, 100.0, 150.0, 200.0])
    smooth, shell_table = stored("pns-1s"), fischer18_1s()
    coarse = cut_into_shells(smooth)
    sides = {
        "smooth": (smooth, {}),
        "table": (shell_table, {}),
        "coarse": (coarse, {}),
        "flat": (smooth, {"lapse": "off"}),
        "radial": (smooth, {"escape": "radial-factor"}),
    }
    pairs = {
        "pns-1s / fischer18-1s": ("smooth", "table"),
        "matter: pns-1s in shells / fischer18-1s": ("coarse", "table"),
        "smoothness: pns-1s / the same in shells": ("smooth", "coarse"),
        "with / without lapse": ("smooth", "flat"),
        "angular / radial": ("smooth", "radial"),
    }
    figure = Figure(figsize=(11, 6), layout="constrained")
    panels, rows = figure.subplots(2, 3, sharex=True), []
    for column, model in enumerate(models):
        found = {name: edges(star, model, masses, **options) for name, (star, options) in sides.items()}
        for (label, (up, down)), line in zip(pairs.items(), ("-", (0, (5, 1, 1, 1)), "--", ":", "-."), strict=True):  # fmt: skip
            for row, side in ((0, "lower"), (1, "upper")):
                ratio = np.array([a[row] / b[row] if a and b and np.isfinite(a[row] + b[row]) else np.nan for a, b in zip(found[up], found[down], strict=True)])  # fmt: skip
                ratio[ratio < 0.01] = np.nan  # a region that is open but for couplings near one
                panels[row, column].plot(masses, ratio, linestyle=line, marker=".", label=label)
                shown = ratio[np.searchsorted(masses, MASSES)]
                rows.append([model.name, side, label, *("" if np.isnan(x) else f"{x:.2f}" for x in shown)])
        panels[0, column].set_title({"lmu-ltau": r"$L_\mu-L_\tau$", "b-l": "$B-L$"}.get(model.name, model.name.replace("-", " ")))  # fmt: skip
        panels[1, column].set_xlabel("mass [MeV]")
        for row in (0, 1):
            panels[row, column].axhline(1.0, color="0.7", linewidth=0.8, zorder=0)
            panels[row, column].set_xscale("log")
            ticks(panels[row, column])
    panels[0, 0].set_ylabel("ratio of lower edges")
    panels[1, 0].set_ylabel("ratio of upper edges")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    save(figure, "stars-differences")
    rows.sort(key=lambda row: ([m.name for m in models].index(row[0]), row[1]))
    table("stars_differences", ["model", "edge", "ratio", *(f"{m:g} MeV" for m in MASSES)], rows)


def draw() -> None:
    save(star_figure(stored("pns-1s")), "stars-pns-1s")
    save(star_figure(stored("pns-5s")), "stars-pns-5s")
    masses = np.concatenate([np.geomspace(1.0, 150.0, 21), np.geomspace(150.0, 320.0, 13)[1:]])
    limits = [
        solve(SupernovaCooling(star=stored(f"pns-1s{v}")), lmu_ltau(), masses) for v in ("", "-cold", "-hot")
    ]
    save(band_figure(limits[0], limits[1:]), "stars-band")


if __name__ == "__main__":
    tabulate_shells()
    tabulate_balance()
    tabulate_facts()
    tabulate_cold()
    tabulate_published_cold()
    tabulate_cold_matter()
    tabulate_grid()
    tabulate_sets()
    tabulate_course()
    tabulate_freedom()
    tabulate_atmosphere()
    tabulate_moments()
    draw()
    draw_differences()
    tabulate_limits()
