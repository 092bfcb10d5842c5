"""Compute the tables and figures of ``docs/validation/plasma.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_plasma.py

Writes ``_tables/plasma_*.md`` and ``_figures/plasma-*.png`` beside this file. Takes some minutes.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from pages import panels, percent, power, save, table

from feebly import solve
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.models import VectorModel, b_minus_l, chargephobic, dark_photon, lmu_ltau
from feebly.probes import LowEnergySupernovae, SupernovaCooling
from feebly.rates.stellar.charge_table import charges_at
from feebly.rates.stellar.plasma_mixing import in_plasma
from feebly.rates.stellar.plasma_rates import MODES, PlasmaOptions, mode_rates, plasma_matter
from feebly.transport.rays import Resolution
from feebly.units import ERG, KM, SECOND

Array = NDArray[np.float64]
BLUE, ORANGE, GREEN, BLACK, GREY = "#0072B2", "#D55E00", "#009E73", "#000000", "#999999"
STARS: Mapping[str, StarProfile] = {"raffelt": raffelt(), "fischer18-1s": fischer18_1s()}
MODELS: Mapping[str, VectorModel] = {
    "dark photon": dark_photon(),
    "B-L": b_minus_l(),
    "chargephobic": chargephobic(),
}
ALLOWED = 3e52  # erg/s
MASSES = np.unique(np.concatenate([np.geomspace(1.0, 40.0, 34), np.geomspace(40.0, 400.0, 16)]))
COUPLINGS = np.geomspace(3e-12, 1e-5, 260)


def probe(star: str, **changes: object) -> SupernovaCooling:
    return SupernovaCooling(star=STARS[star], **changes)  # type: ignore[arg-type]


def luminosity(source: SupernovaCooling, model: VectorModel, mass: float, g: Array) -> Array:
    return source.prepare(model, mass).evaluate(g).value / (ERG / SECOND)


def interval(
    source: SupernovaCooling | LowEnergySupernovae, model: VectorModel, mass: float
) -> tuple[float, float]:
    rows = solve(source, model, [mass]).excluded[0]
    return (float(rows[0][0]), float(rows[-1][1])) if len(rows) else (np.nan, np.nan)


def written(edge: float) -> str:
    return "none" if np.isnan(edge) else "no end" if edge >= 1 else power(edge, 2)


# --- tables ----------------------------------------------------------------------------------


def tabulate_rates() -> None:
    medium = STARS["raffelt"].sample(np.array([10.0, 10.0]) * KM, panel=(0.0, 10 * KM))
    matter = plasma_matter(medium, PlasmaOptions())
    rows = []
    for mass, energy in ((1.0, 90.0), (10.0, 30.0), (30.0, 90.0), (100.0, 200.0)):
        at = np.full((2, 1), energy)
        both = mode_rates(mass, at, matter)
        for name, model in MODELS.items():
            cells = [f"{mass:g}, {energy:g}", name]
            for rates in both:
                found = in_plasma(rates, charges_at(model, mass), at, mass, matter)
                values = {key: float(x[0, 0]) for key, x in found.items()}
                pairs = sum(x for key, x in values.items() if "coalescence" in key)
                parts = (values["nucleon bremsstrahlung"], pairs, sum(values.values()))
                cells += [f"{x:.3e}" if x else "0" for x in parts]
            rows.append(cells)
    head = (
        "$m$, $\\omega$ / MeV",
        "vector",
        "T: collisions",
        "pairs",
        "all",
        "L: collisions",
        "pairs",
        "all",
    )
    table("plasma_rates", head, rows)


def tabulate_ceilings() -> None:
    plain = SupernovaCooling()
    stars = {
        "`raffelt`": raffelt(),
        "`raffelt`, 40 MeV": raffelt(core_temperature_mev=40.0),
        "`fischer18-1s`": fischer18_1s(),
    }
    printed = {"escape": "radial-factor", "bremsstrahlung": "paper", "response": "cold-electrons"}
    cases: Mapping[str, Mapping[str, str]] = {
        "default": {},
        "`lapse=off`": {"lapse": "off"},
        "and `pions=off`": {"lapse": "off", "pions": "off"},
        "`p2-esseili`": {"lapse": "off", "pions": "off", **printed},
        "`p2-esseili`, `pions=on`": {"lapse": "off", **printed},
    }
    rows = []
    for label, star in stars.items():
        for name, changes in cases.items():
            if name == "`lapse=off`" and "raffelt" in label:
                continue  # the star has none
            source = replace(plain, star=star, **changes)  # type: ignore[arg-type]
            found = [
                interval(replace(source, r_far_km=far), dark_photon(), 100.0)
                for far in (star.neutrinosphere / KM + 1, 100.0, 1000.0)
            ]
            ratios = [
                "" if np.isnan(edge[1]) else f"{edge[1] / estimate:.2f}"
                for edge, estimate in zip(found[1:], (2.5e-9, 8e-10), strict=True)
            ]
            cells = (label, name, written(found[0][0]), *(written(edge[1]) for edge in found), *ratios)
            rows.append(cells)
    head = ("star", "choices", "floor", r"$R_\nu+1$ km", "100 km", "1000 km", "over 2.5e-9", "over 8e-10")
    table("plasma_ceilings", head, rows)


def tabulate_choices() -> None:
    plain = probe("raffelt")
    cases: Mapping[str, Mapping[str, object]] = {
        "default": {},
        "`bremsstrahlung=absorption`": {"bremsstrahlung": "absorption"},
        "`bremsstrahlung=paper`": {"bremsstrahlung": "paper"},
        "`bremsstrahlung=one-pion`": {"bremsstrahlung": "one-pion"},
        "`nucleon_blocking=on`": {"nucleon_blocking": "on"},
        "`pions=off`": {"pions": "off"},
        "`compton=off`": {"compton": "off"},
        "`response=electrons`": {"response": "electrons"},
        "`response=cold-electrons`": {"response": "cold-electrons"},
        "`escape=radial-factor`": {"escape": "radial-factor"},
    }
    rows = []
    for name, changes in cases.items():
        source = replace(plain, **changes)  # type: ignore[arg-type]
        cells = [name]
        for model in MODELS.values():
            for mass in (10.0, 100.0):
                low, high = interval(source, model, mass)
                cells.append(f"{written(low)} – {written(high)}")
        rows.append(cells)
    head = ["choice", *(f"{name}, {mass} MeV" for name in MODELS for mass in (10, 100))]
    table("plasma_choices", head, rows)


def tabulate_convergence() -> None:
    rows = []
    g = np.geomspace(1e-13, 1e-6, 29)
    for name in STARS:
        for kind, options in (("grid", {"pions": "off", "compton": "off"}), ("grid and tables", {})):
            plain = probe(name, **options)
            doubled = replace(plain, resolution=Resolution().refined(2))
            for label, model in MODELS.items():
                cells = [f"`{name}`", kind, label]
                for mass in (3.0, 8.0, 12.0, 15.0, 30.0, 100.0):
                    ours, fine = (luminosity(source, model, mass, g) for source in (plain, doubled))
                    counts = fine > 1e50
                    cells.append(f"{100 * np.max(np.abs(ours / fine - 1)[counts]):.2f} %")
                rows.append(cells)
    head = ("star", "refined", "vector", *(f"{m} MeV" for m in (3, 8, 12, 15, 30, 100)))
    table("plasma_convergence", head, rows)


def tabulate_leptonic() -> None:
    rows = []
    model = lmu_ltau()
    for name in STARS:
        averaged, mixed = probe(name), probe(name, plasma="on")
        for mass in (1.0, 3.0, 10.0, 15.0, 30.0, 100.0, 200.0, 250.0, 300.0):
            before, after = interval(averaged, model, mass), interval(mixed, model, mass)
            cells = [f"`{name}`", f"{mass:g}"]
            for old, new in zip(before, after, strict=True):
                both_end = np.isfinite(old) and np.isfinite(new) and max(old, new) < 1
                cells += [written(old), written(new), percent(new, old) if both_end else ""]
            rows.append(cells)
    head = (
        "star",
        "$m$ [MeV]",
        "floor, averaged",
        "in the plasma",
        "",
        "ceiling, averaged",
        "in the plasma",
        "",
    )
    table("plasma_leptonic", head, rows)


def tabulate_low_energy() -> None:
    rows = []
    for name, star in STARS.items():
        cooling = probe(name)
        deposits = [LowEnergySupernovae(star=star, limit_erg=limit) for limit in (1e51, 1e50)]
        for label in ("dark photon", "B-L"):
            for mass in (10.0, 100.0, 250.0, 400.0):
                cells = [f"`{name}`", label, f"{mass:g}"]
                cells.append(written(interval(cooling, MODELS[label], mass)[0]))
                for deposit in deposits:
                    edges = interval(deposit, MODELS[label], mass)
                    cells.append("none" if np.isnan(edges[0]) else " – ".join(map(written, edges)))
                rows.append(cells)
    head = ("star", "vector", "$m$ [MeV]", "cooling, floor", "$10^{51}$ erg", "$10^{50}$ erg")
    table("low_energy_charged", head, rows)


# --- figures ---------------------------------------------------------------------------------

Maps = dict[tuple[str, str, float], Array]  # vector, polarisation, R_far -> luminosities


def luminosities(star: str) -> Maps:
    """Luminosity [erg/s] over masses and couplings for all vectors, distances and polarisations."""
    maps: Maps = {}
    surface = STARS[star].neutrinosphere / KM
    for far in (surface + 1, 100.0, 1000.0):
        for mode in ("sum", *MODES):
            source = probe(star, r_far_km=far, polarisation=mode)
            for key in MODELS:
                maps[key, mode, far] = np.zeros((COUPLINGS.size, MASSES.size))
            for column, mass in enumerate(MASSES):
                response = source.prepare(dark_photon(), float(mass))
                for key, model in MODELS.items():
                    value = response.along(model).evaluate(COUPLINGS).value
                    maps[key, mode, far][:, column] = value / (ERG / SECOND)
            if far != 1000.0:
                break
    return maps


def outline(axes: Axes, values: Array, colour: str, style: str, label: str, fill: float = 0.0) -> None:
    if fill:
        axes.contourf(MASSES, COUPLINGS, values, levels=[ALLOWED, np.inf], colors=[colour], alpha=fill)
    axes.contour(
        MASSES, COUPLINGS, values, levels=[ALLOWED], colors=[colour], linestyles=[style], linewidths=1.4
    )
    axes.plot([], [], color=colour, ls=style, label=label)


def draw_bounds(star: str) -> None:
    """Four panels as Fig. 13 of esseili-kribs-chargephobic."""
    maps = luminosities(star)
    surface = STARS[star].neutrinosphere / KM
    drawing, axes = panels(2, 2, 9.6, 8.0)
    for panel, (key, colour) in zip(axes, zip(MODELS, (BLUE, ORANGE, GREEN), strict=True), strict=False):
        outline(
            panel, maps[key, "sum", surface + 1], GREY, "-", rf"$R_\nu+1$ km $= {surface + 1:g}$ km", 0.15
        )
        outline(panel, maps[key, "sum", 100.0], BLACK, "--", "100 km")
        outline(panel, maps[key, "transverse", 1000.0], colour, "-", "1000 km, transverse", 0.2)
        outline(panel, maps[key, "longitudinal", 1000.0], colour, ":", "1000 km, longitudinal", 0.2)
        panel.set_title(key, fontsize=10)
    for key, colour in zip(MODELS, (BLUE, ORANGE, GREEN), strict=True):
        outline(axes[3], maps[key, "sum", 1000.0], colour, "-", key, 0.2)
    axes[3].set_title("1000 km, all polarisations", fontsize=10)
    for number, panel in enumerate(axes):
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_xlim(1, 400)
        panel.set_ylim(3e-12, 1e-5)
        panel.legend(frameon=False, fontsize=8, loc="upper right")
        if number > 1:
            panel.set_xlabel("$m$ [MeV]")
        if number % 2 == 0:
            panel.set_ylabel("$g$")
    drawing.suptitle(f"{star}, $3\\times10^{{52}}$ erg/s", fontsize=11)
    save(drawing, f"plasma-bounds-{star}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # the choices of the paper and the omissions stand on the page
    for step in (
        tabulate_rates,
        tabulate_ceilings,
        tabulate_convergence,
        tabulate_leptonic,
        tabulate_low_energy,
        tabulate_choices,
    ):
        step()
    for star_name in STARS:
        draw_bounds(star_name)
