"""Compute the tables and figures of ``docs/validation/neutrinos.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_neutrinos.py

Writes ``_tables/neutrinos_*.md`` and ``_figures/neutrinos-*.png`` beside this file. Takes some twenty minutes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from pages import figure, panels, percent, power, save, table

from feebly import solve
from feebly.constants import ATOMIC_MASS_UNIT, ELECTRON_MASS
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.environments.pns_stars import pns_1s
from feebly.environments.sequence import fischer18_sequence
from feebly.limits import Limit
from feebly.models import (
    Model,
    b_minus_l,
    hnl_e,
    hnl_mu,
    hnl_tau,
    lmu_ltau,
    majoron_ee,
    majoron_emu,
    majoron_mumu,
)
from feebly.probes import GalacticNeutrinos, SupernovaCooling, SupernovaNeutrinos
from feebly.probes.base import Probe
from feebly.signals.supernova_burst import standard_fluence
from feebly.transport.mixing import Mixing, Ordering, nufit
from feebly.transport.oscillation import adiabatic, approximate, matter_term
from feebly.transport.rays import Resolution
from feebly.units import CM, ERG, GRAM

Array = NDArray[np.float64]
BLUE, ORANGE, GREEN, BLACK = "#0072B2", "#D55E00", "#009E73", "#000000"
TOY, SHELLS = raffelt(), fischer18_1s()
MODEL = lmu_ltau()
# an independent calculation of three events of inverse beta decay in IMB on the toy star
EARLIER = {1.0: 1.383e-9, 10.0: 8.87e-10, 50.0: 2.443e-10, 100.0: 1.563e-10, 200.0: 2.028e-10, 300.0: None}
COUNT = SupernovaNeutrinos(
    star=TOY, compton="nr", statistic="poisson", channels="ibd", energy="local", conversion="fixed:0.22"
)
PAST = SupernovaNeutrinos.prescribed("p3-akita", star=SHELLS)
FUTURE = GalacticNeutrinos.prescribed("p3-akita-galactic", star=SHELLS)
COOLING = SupernovaCooling(star=SHELLS, lapse="off", mean_field="none")
PRINTED = {"lmu-ltau": "3 to 10", "majoron-ee": "13", "majoron-emu": "10", "majoron-mumu": "7"}
ENERGY_LOSS = r"energy loss, $3\times10^{52}$ erg/s"
NAMES = {
    "lmu-ltau": r"$L_\mu-L_\tau$",
    "majoron-ee": "majoron $ee$",
    "majoron-emu": r"majoron $e\mu$",
    "majoron-mumu": r"majoron $\mu\mu$",
    "hnl-e": "$N$ with $e$",
    "hnl-mu": r"$N$ with $\mu$",
    "hnl-tau": r"$N$ with $\tau$",
}


def floor(probe: Probe, model: Model, mass: float) -> float:
    """Smallest excluded coupling."""
    found = solve(probe, model, [mass]).excluded[0]
    return float(found[0][0]) if len(found) else float("nan")


def written(value: float | None) -> str:
    return "none" if value is None or np.isnan(value) else power(value)


# --- tables ----------------------------------------------------------------------------------


def tabulate_counts() -> None:
    rows = []
    every = replace(COUNT, channels="all")
    power_law = replace(every, oxygen="extrapolated")
    for mass, earlier in EARLIER.items():
        found = [floor(probe, MODEL, mass) for probe in (COUNT, every, power_law)]
        difference = "" if earlier is None else percent(found[0], earlier)
        rows.append((f"{mass:g}", written(earlier), written(found[0]), difference, *map(written, found[1:])))
    head = ("$m$ [MeV]", "earlier, ibd", "feebly, ibd", "difference", "with oxygen", "`oxygen=extrapolated`")
    table("neutrinos_counts", head, rows)


def tabulate_course() -> None:
    """What the course of the emission in time and the star do to energy loss over SN 1987A."""
    toy = (replace(PAST, star=TOY), replace(COOLING, star=TOY))
    later = replace(PAST, sequence=fischer18_sequence(), emission_s=1.0, based_on=None)
    cases = ((PAST, COOLING), (later, COOLING), toy)
    rows = []
    for model in (MODEL, majoron_ee(), majoron_emu(), majoron_mumu()):
        for mass in (1.0, 10.0, 100.0):
            found = [floor(cooling, model, mass) / floor(past, model, mass) for past, cooling in cases]
            rows.append((NAMES[model.name], f"{mass:g}", *(f"{x:.1f}" for x in found), PRINTED[model.name]))
    head = ("", "$m$ [MeV]", "5 s as at 1 s", "`fischer18_sequence()`", "`raffelt`, 5 s", "paper")
    table("neutrinos_course", head, rows)


def tabulate_ratios() -> None:
    rows = []
    for model in (MODEL, majoron_ee(), majoron_emu(), majoron_mumu(), hnl_e(), hnl_mu(), hnl_tau()):
        for mass in (1.0, 10.0, 50.0, 100.0, 200.0):
            if model.scale.power == 1 and mass < 50:
                continue
            past = floor(PAST, model, mass)
            others = [floor(probe, model, mass) for probe in (COOLING, FUTURE)]
            inverted = floor(replace(PAST, conversion="adiabatic-io"), model, mass)
            spread = floor(replace(PAST, place="spread"), model, mass)
            cells = (power(past), f"{others[0] / past:.1f}", f"{past / others[1]:.0f}")
            rows.append(
                (NAMES[model.name], f"{mass:g}", *cells, f"{inverted / past:.3f}", f"{spread / past:.3f}")
            )
    head = (
        "",
        "$m$ [MeV]",
        "SN 1987A",
        "energy loss / SN 1987A",
        "SN 1987A / galactic",
        "inverted / normal",
        "spread / mean",
    )
    table("neutrinos_ratios", head, rows)


def tabulate_choices() -> None:
    plain = SupernovaNeutrinos()
    cases: dict[str, SupernovaNeutrinos] = {
        "default": plain,
        "`statistic=poisson`": replace(plain, statistic="poisson"),
        "`channels=ibd`": replace(plain, channels="ibd"),
        "`oxygen=extrapolated`": replace(plain, oxygen="extrapolated"),
        "`conversion=adiabatic-io`": replace(plain, conversion="adiabatic-io"),
        "`conversion=vacuum`": replace(plain, conversion="vacuum"),
        "`place=mean`": replace(plain, place="mean"),
        "`nufit=5.2`": replace(plain, nufit="5.2"),
        "`energy=local`": replace(plain, energy="local"),
        "`lapse=off`": replace(plain, lapse="off"),
        "`emission_s=5`": replace(plain, emission_s=5.0),
        "1 s and 5 s, `fischer18_sequence()`": replace(plain, sequence=fischer18_sequence()),
        "`detectors=imb`": replace(plain, detectors="imb"),
        "`detectors=imb:vissani-2015,k2`": replace(plain, detectors="imb:vissani-2015,k2"),
        "`detectors=imb:vissani-2021,k2`": replace(plain, detectors="imb:vissani-2021,k2"),
        "`detectors=imb,k2:akita`": replace(plain, detectors="imb,k2:akita"),
        "`compton=nr`": replace(plain, compton="nr"),
        "`reference=none`": replace(plain, reference="none"),
        "star `raffelt`": replace(plain, star=TOY),
    }
    reference = [floor(plain, MODEL, mass) for mass in (10.0, 100.0)]
    rows = []
    for name, probe in cases.items():
        found = [floor(probe, MODEL, mass) for mass in (10.0, 100.0)]
        cells = [cell for x, y in zip(found, reference, strict=True) for cell in (power(x), f"{x / y:.3f}")]
        rows.append((name, *cells))
    table("neutrinos_choices", ("choice", "10 MeV", "ratio", "100 MeV", "ratio"), rows)


def tabulate_secondaries() -> None:
    """What the muons and pions of the decays would add."""
    rows = []
    for model, masses in (
        (hnl_e(), (145.0, 180.0, 250.0)),
        (hnl_mu(), (180.0, 300.0)),
        (MODEL, (230.0, 280.0)),
    ):
        for mass in masses:
            ratios = []
            for probe in (SupernovaNeutrinos(), GalacticNeutrinos()):
                with_them = floor(replace(probe, secondaries="on"), model, mass)
                ratios.append(f"{with_them / floor(probe, model, mass):.3f}")
            rows.append((NAMES[model.name], f"{mass:g}", *ratios))
    table("neutrinos_secondaries", ("", "$m$ [MeV]", "SN 1987A", "galactic"), rows)


def gains(probe: SupernovaNeutrinos, model: Model, mass: float) -> tuple[str, str, str]:
    """2 ln L over no new signal: the most while events rise with the coupling, the most beyond, and where."""
    response = probe.prepare(model, mass)
    likelihood = response.search.likelihood
    assert likelihood is not None
    g = np.geomspace(1e-32, 1.0, 513) ** (1 / model.scale.power)
    counted = response.counted(g)
    events = counted[:, 0]
    gain = 2 * (response.search.log_likelihood(counted) - likelihood.standard)
    falls = np.flatnonzero(np.diff(np.maximum(events, 1e-2)) < 0)
    top = int(falls[0]) if falls.size else g.size - 1
    above = gain[top:]
    where = power(float(g[top + int(np.argmax(above))]), 1) if above.max() > 0 else ""
    return f"{gain[: top + 1].max():.1f}", f"{above.max():.1f}" if above.max() > 0 else "none", where


def tabulate_best() -> None:
    """Whether the likelihood is larger anywhere than without new signal."""
    rows = []
    for model in (MODEL, majoron_ee(), majoron_emu(), majoron_mumu(), hnl_e(), hnl_mu()):
        for mass in (1.0, 10.0, 50.0, 100.0):
            found = [x for probe in (PAST, SupernovaNeutrinos()) for x in gains(probe, model, mass)]
            rows.append((NAMES[model.name], f"{mass:g}", *found))
    kinds = [f"{kind}, {name}" for name in ("`p3-akita`", "default") for kind in ("rising", "trapped", "at")]
    table("neutrinos_best", ("", "$m$ [MeV]", *kinds), rows)


# --- figures ---------------------------------------------------------------------------------


def region(axes: Axes, limit: Limit, colour: str, style: str, label: str) -> None:
    """Outline of a region, open where the scan ends, in coupling or in mass."""
    count = max(len(rows) for rows in limit.excluded)
    for k in range(count):
        found = np.array([len(rows) > k for rows in limit.excluded])
        inside = np.array([rows[k] if len(rows) > k else (np.nan, np.nan) for rows in limit.excluded])
        is_open = np.array([len(row) > k and row[k][1] == "grid" for row in limit.edges])
        inside[is_open, 1] = np.nan
        for run in np.split(np.arange(found.size), np.flatnonzero(np.diff(found)) + 1):
            if not found[run[0]]:
                continue
            first, last = run[0] == 0, run[-1] == found.size - 1
            lower, upper = ((limit.mass[run], inside[run, side]) for side in (0, 1))
            paths = [lower, tuple(x[::-1] for x in upper)]
            if not last:
                paths = [tuple(np.concatenate(x) for x in zip(*paths, strict=True))]
            if not first:
                paths[-1] = tuple(np.append(x, y[0]) for x, y in zip(paths[-1], lower, strict=True))
            for mass, edge in paths:
                axes.loglog(mass, edge, style, color=colour, label=label, lw=1.4)
                label = ""


def outlined(probe: Probe, model: Model, mass: Array) -> Limit:
    """The limit at these masses, and at some more where it ends."""
    limit = solve(probe, model, mass)
    last = max(k for k, rows in enumerate(limit.excluded) if len(rows))
    if last + 1 == mass.size:
        return limit
    more = np.geomspace(mass[last], mass[last + 1], 8)[1:-1]
    return solve(probe, model, np.sort(np.append(mass, more)))


def draw(axes: Axes, model: Model, mass: Array, probes: tuple[Probe, Probe, Probe]) -> None:
    past, future, cooling = probes
    region(axes, outlined(cooling, model, mass), BLACK, "-", ENERGY_LOSS)
    region(axes, outlined(past, model, mass), BLUE, "-", "SN 1987A neutrinos")
    region(axes, outlined(future, model, mass), BLUE, "--", "Hyper-Kamiokande, 10 kpc")
    axes.set_title(NAMES.get(model.name, model.name), fontsize=10)


def draw_conversion() -> None:
    """Fig. 1 of akita-high-energy-neutrinos: conversion to nu_e against density, exact and by effective angles."""
    drawing, axes = panels(1, 2, 9.6, 4.2)
    density = np.geomspace(0.3, 3e5, 1501)
    matter = matter_term(10.0, density * GRAM / CM**3 / ATOMIC_MASS_UNIT)
    orderings: tuple[Ordering, ...] = ("normal", "inverted")
    for panel, ordering in zip(axes, orderings, strict=True):
        mixing = nufit("5.2", ordering=ordering)
        for antineutrinos, style in ((False, "-"), (True, "--")):
            exact = adiabatic(mixing, matter, antineutrinos=antineutrinos)[..., 0]
            printed = approximate(mixing, matter, antineutrinos=antineutrinos, printed=True)[..., 0]
            bar = r"\bar" if antineutrinos else ""
            for k, (flavour, colour) in enumerate((("e", BLUE), (r"\mu", ORANGE), (r"\tau", GREEN))):
                name = rf"$P({bar}\nu_{flavour}\to{bar}\nu_e)$"
                panel.semilogx(density, exact[:, k], style, color=colour, lw=1.6, label=name)
                panel.semilogx(density, printed[:, k], ":", color=BLACK, lw=0.9)
        for splitting, angle in resonance_terms(mixing):
            panel.axvline(density[0] * splitting * angle / matter[0], color="#AAAAAA", lw=0.8)
        panel.plot([], [], ":", color=BLACK, lw=0.9, label="effective angles, as printed")
        panel.set_title(f"{ordering} ordering", fontsize=10)
        panel.set_xlabel(r"$\rho\,Y_e\;E/10\,$MeV  [g/cm$^3$]")
    axes[0].set_xlim(density[0], density[-1])
    axes[0].set_ylim(0, 1)
    axes[0].set_ylabel("probability")
    axes[1].legend(frameon=False, fontsize=8, ncols=2, loc="upper right")
    save(drawing, "neutrinos-conversion")


def resonance_terms(mixing: Mixing) -> tuple[tuple[float, float], ...]:
    """Splittings [MeV^2] and cos 2 theta of the inner and the outer resonance."""
    inner, outer = 1 - 2 * mixing.sin2_13, 1 - 2 * mixing.sin2_12
    return (abs(mixing.dm2_31), float(inner)), (mixing.dm2_21, float(outer))


def draw_vectors() -> None:
    mass = np.geomspace(0.1, 800, 56)
    drawing, axes = panels(1, 3, 11.4, 4.4)
    for panel, star in zip(axes, (SHELLS, TOY), strict=False):
        chosen = (replace(PAST, star=star), replace(FUTURE, star=star), replace(COOLING, star=star))
        draw(panel, MODEL, mass, chosen)
        panel.set_title(rf"$L_\mu-L_\tau$, {star.name}", fontsize=10)
        panel.set_xlabel("$m$ [MeV]")
    for star, style in ((SHELLS, "-"), (TOY, "--")):
        count = SupernovaNeutrinos.prescribed("p0-blinov-neutrinos", star=star, emission_s="5")
        region(axes[2], outlined(count, MODEL, mass), ORANGE, style, f"3 events in IMB, {star.name}")
    region(axes[2], outlined(PAST, MODEL, mass), BLUE, "-", f"likelihood, {SHELLS.name}, as on the left")
    axes[2].set_title("p0-blinov-neutrinos, 5 s", fontsize=10)
    axes[2].set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(1e-13, 3e-5)
    axes[0].set_ylabel("$g$")
    for panel in (axes[0], axes[2]):
        panel.legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-lmu-ltau")


def draw_majorons() -> None:
    mass = np.geomspace(0.1, 800, 52)
    drawing, axes = panels(1, 3, 11.0, 4.2)
    for panel, model in zip(axes, (majoron_ee(), majoron_emu(), majoron_mumu()), strict=True):
        draw(panel, model, mass, (PAST, FUTURE, COOLING))
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(1e-13, 3e-5)
    axes[0].set_ylabel("$g$")
    axes[0].legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-majorons")


def draw_heavy_leptons() -> None:
    mass = np.geomspace(10, 800, 32)
    drawing, axes = panels(1, 3, 11.0, 4.2)
    for panel, model in zip(axes, (hnl_e(), hnl_mu(), hnl_tau()), strict=True):
        draw(panel, model, mass, (PAST, FUTURE, COOLING))
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(1e-13, 3e1)
    axes[0].set_ylabel("$|U|^2$")
    axes[0].legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-heavy-leptons")


def draw_b_minus_l() -> None:
    """In small steps where the mass is that of a photon in the core."""
    shells = (
        np.geomspace(0.1, 5, 10),
        np.arange(5.4, 24, 0.3),
        np.linspace(9.3, 10.1, 9),
        np.geomspace(26, 800, 20),
    )
    smooth = (np.geomspace(0.1, 5, 10), np.geomspace(6, 30, 18), np.geomspace(36, 800, 18))
    drawing, axes = panels(1, 2, 9.6, 4.4)
    for panel, star, parts in zip(axes, (SHELLS, pns_1s()), (shells, smooth), strict=True):
        past = replace(PAST, star=star, plasma="on", based_on=None)
        future = replace(FUTURE, star=star, plasma="on", based_on=None)
        cooling = replace(COOLING, star=star, plasma="on")
        draw(panel, b_minus_l(), np.unique(np.concatenate(parts)), (past, future, cooling))
        panel.axvline(2 * ELECTRON_MASS, color="#AAAAAA", lw=0.8)
        panel.set_title(f"$B-L$, {star.name}", fontsize=10)
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(3e-14, 3e-5)
    axes[0].set_ylabel("$g$")
    axes[0].legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-b-l")


def draw_fluence() -> None:
    """Antineutrinos of the electron at the Earth at the limit, beside the burst; every parent energy gives a box."""
    fine = replace(PAST, resolution=Resolution(60, 10, 400), based_on=None)
    drawing, axes = figure(6.4, 4.4)
    for mass, colour in zip((10.0, 50.0, 100.0, 200.0), (GREEN, BLUE, ORANGE, BLACK), strict=True):
        g = floor(PAST, MODEL, mass)
        found = fine.prepare(MODEL, mass).fluence([g])
        centre = (found.edges[1:] + found.edges[:-1]) / 2
        density = found.per_energy[0, found.flavours.index("nu_e~")] * CM**2
        axes.loglog(centre, density, color=colour, label=f"{mass:g} MeV, $g=${power(g, 1)}")
    burst = standard_fluence(centre, 12.3, total_energy=2.9e53 * ERG, distance=PAST.distance) * CM**2
    axes.loglog(centre, burst, color="#888888", lw=2, label="best burst")
    axes.set_xlim(5, 600)
    axes.set_ylim(1e2, 1e9)
    axes.set_xlabel(r"$E_{\bar\nu_e}$ [MeV]")
    axes.set_ylabel(r"fluence [cm$^{-2}$ MeV$^{-1}$]")
    axes.legend(frameon=False, fontsize=8)
    save(drawing, "neutrinos-fluence")


if __name__ == "__main__":
    tabulate_counts()
    tabulate_best()
    tabulate_choices()
    tabulate_secondaries()
    tabulate_course()
    tabulate_ratios()
    draw_conversion()
    draw_fluence()
    draw_vectors()
    draw_majorons()
    draw_heavy_leptons()
    draw_b_minus_l()
