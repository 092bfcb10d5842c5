"""Compute the tables and figures of ``docs/validation/neutrinos.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_neutrinos.py

Writes ``_tables/neutrinos_*.md`` and ``_figures/neutrinos-*.png`` beside this file. Takes some ten minutes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from pages import figure, panels, percent, power, save, table

from feebly import solve
from feebly.environments.embedded_stars import fischer18_1s, raffelt
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
from feebly.units import CM, ERG

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


def tabulate_best() -> None:
    """Where the likelihood is largest."""
    rows = []
    for model in (MODEL, majoron_ee(), majoron_emu(), majoron_mumu(), hnl_e(), hnl_mu()):
        for mass in (1.0, 10.0, 50.0, 100.0):
            cells = []
            for probe in (replace(PAST, reference="best"), SupernovaNeutrinos()):
                found = probe.prepare(model, mass).reference
                assert found is not None
                gain = 2 * (found.largest[-1] - found.largest[0])
                cells += [power(found.best, 1), f"{gain:.1f}"] if found.best else ["0", "0"]
            rows.append((NAMES[model.name], f"{mass:g}", *cells))
    head = (
        "",
        "$m$ [MeV]",
        "coupling, `p3-akita`",
        r"$2\Delta\ln L$",
        "coupling, default",
        r"$2\Delta\ln L$",
    )
    table("neutrinos_best", head, rows)


# --- figures ---------------------------------------------------------------------------------


def region(axes: Axes, limit: Limit, colour: str, style: str, label: str) -> None:
    """Outline of a region; ends of the scan stay open."""
    count = max(len(rows) for rows in limit.excluded)
    for k in range(count):
        found = np.array([len(rows) > k for rows in limit.excluded])
        inside = np.array([rows[k] if len(rows) > k else (np.nan, np.nan) for rows in limit.excluded])
        is_open = np.array([len(row) > k and row[k][1] == "grid" for row in limit.edges])
        inside[is_open, 1] = np.nan
        for run in np.split(np.arange(found.size), np.flatnonzero(np.diff(found)) + 1):
            if found[run[0]]:
                around = np.concatenate([run, run[::-1]])
                edge = np.concatenate([inside[run, 0], inside[run[::-1], 1]])
                axes.loglog(limit.mass[around], edge, style, color=colour, label=label, lw=1.4)
                label = ""


def draw(axes: Axes, model: Model, mass: Array, probes: tuple[Probe, Probe, Probe]) -> None:
    past, future, cooling = probes
    region(axes, solve(cooling, model, mass), BLACK, "-", r"energy loss, $3\times10^{52}$ erg/s")
    region(axes, solve(past, model, mass), BLUE, "-", "SN 1987A neutrinos")
    region(axes, solve(future, model, mass), BLUE, "--", "Hyper-Kamiokande, 10 kpc")
    axes.set_title(NAMES.get(model.name, model.name), fontsize=10)


def draw_vectors() -> None:
    mass = np.geomspace(0.1, 500, 44)
    drawing, axes = panels(1, 2, 9.6, 4.6)
    for panel, star in zip(axes, (SHELLS, TOY), strict=True):
        chosen = (replace(PAST, star=star), replace(FUTURE, star=star), replace(COOLING, star=star))
        draw(panel, MODEL, mass, chosen)
        count = SupernovaNeutrinos.prescribed("p0-blinov-neutrinos", star=star, emission_s="5")
        region(panel, solve(count, MODEL, mass), ORANGE, "-", "SN 1987A, 3 events in IMB")
        panel.set_title(rf"$L_\mu-L_\tau$, {star.name}", fontsize=10)
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(1e-13, 3e-5)
    axes[0].set_ylabel("$g$")
    axes[0].legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-lmu-ltau")


def draw_majorons() -> None:
    mass = np.geomspace(0.1, 500, 40)
    drawing, axes = panels(1, 3, 11.0, 4.2)
    for panel, model in zip(axes, (majoron_ee(), majoron_emu(), majoron_mumu()), strict=True):
        draw(panel, model, mass, (PAST, FUTURE, COOLING))
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(1e-13, 3e-5)
    axes[0].set_ylabel("$g$")
    axes[0].legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-majorons")


def draw_heavy_leptons() -> None:
    mass = np.geomspace(10, 700, 28)
    drawing, axes = panels(1, 3, 11.0, 4.2)
    for panel, model in zip(axes, (hnl_e(), hnl_mu(), hnl_tau()), strict=True):
        draw(panel, model, mass, (PAST, FUTURE, COOLING))
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylim(1e-13, 3e1)
    axes[0].set_ylabel("$|U|^2$")
    axes[0].legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-heavy-leptons")


def draw_b_minus_l() -> None:
    mass = np.geomspace(0.1, 200, 16)
    past = replace(PAST, plasma="on", based_on=None)
    future = replace(FUTURE, plasma="on", based_on=None)
    drawing, axes = figure(6.0, 4.4)
    draw(axes, b_minus_l(), mass, (past, future, replace(COOLING, plasma="on")))
    axes.axvline(1.022, color="#AAAAAA", lw=0.8)
    axes.set_title("$B-L$, all processes in the plasma", fontsize=10)
    axes.set_ylim(1e-13, 3e-5)
    axes.set_xlabel("$m$ [MeV]")
    axes.set_ylabel("$g$")
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    save(drawing, "neutrinos-b-l")


def draw_fluence() -> None:
    """Antineutrinos of the electron at the Earth at the limit, beside the burst."""
    drawing, axes = figure(6.4, 4.4)
    for mass, colour in zip((10.0, 50.0, 100.0, 200.0), (GREEN, BLUE, ORANGE, BLACK), strict=True):
        g = floor(PAST, MODEL, mass)
        found = PAST.prepare(MODEL, mass).fluence([g])
        centre = (found.edges[1:] + found.edges[:-1]) / 2
        density = found.per_energy[0, found.flavours.index("nu_e~")] * CM**2
        axes.loglog(centre, density, color=colour, label=rf"{mass:g} MeV, $g={g:.1e}$")
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
    tabulate_ratios()
    draw_fluence()
    draw_vectors()
    draw_majorons()
    draw_heavy_leptons()
    draw_b_minus_l()
