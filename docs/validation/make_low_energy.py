"""Compute the tables and figures of ``docs/validation/low-energy.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_low_energy.py

Writes ``_tables/low_energy_*.md``, ``_tables/diffusive_*.md`` and ``_figures/low-energy-*.png`` beside this file.
Takes under a minute.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from pages import figure, panels, percent, power, save, table

from feebly import decays, solve
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.limits import Limit
from feebly.models import lmu_ltau
from feebly.probes import DiffusiveFlux, LowEnergySupernovae, SupernovaCooling
from feebly.transport.in_flight import decay_length
from feebly.units import ERG, KM

Array = NDArray[np.float64]
BLUE, ORANGE, GREEN, BLACK = "#0072B2", "#D55E00", "#009E73", "#000000"
MODEL = lmu_ltau()
ALLOWED = 4.4e52  # erg/s, blinov-lmu-ltau Eq. (4)
TOY = raffelt()
FLAT = LowEnergySupernovae(star=TOY, compton="nr", lapse="off")
DIFFUSIVE = DiffusiveFlux(star=TOY, compton="nr", limit_erg_per_s=ALLOWED)
# an earlier calculation of Eq. (16) on the toy star, without lapse, with static muons: edges at 1e51 erg
EARLIER = {220.0: (1.01e-10, 2.74e-9), 250.0: (9.7e-11, 2.11e-9), 300.0: (1.40e-10, 1.43e-9), 400.0: None}


def interval(probe: LowEnergySupernovae, mass: float) -> tuple[float, float] | None:
    rows = solve(probe, MODEL, [mass]).excluded[0]
    return (float(rows[0][0]), float(rows[0][1])) if len(rows) else None


def written(edge: float | None) -> str:
    return "none" if edge is None else power(edge)


# --- tables ----------------------------------------------------------------------------------


def tabulate_deposits() -> None:
    rows = []
    for mass, earlier in EARLIER.items():
        exact, rounded = interval(FLAT, mass), interval(replace(FLAT, muon_loss_mev=70.0), mass)
        for k, side in enumerate(("lower", "upper")):
            cells = [None if x is None else x[k] for x in (earlier, exact, rounded)]
            if any(cell is None for cell in cells):
                rows.append((f"{mass:g}", side, *(written(cell) for cell in cells), ""))
                continue
            rows.append(
                (f"{mass:g}", side, power(cells[0], 2), *map(power, cells[1:]), percent(cells[1], cells[0]))
            )
    head = ("$m$ [MeV]", "edge", "earlier", "feebly, 68.7 MeV", "feebly, 70 MeV", "difference")
    table("low_energy_edges", head, rows)


def mean_length(probe: LowEnergySupernovae, mass: float, g: float) -> float:
    """Mean decay length of what is deposited outside the star [km]."""
    deposit = probe.prepare(MODEL, mass).deposit
    carried = deposit.weight * deposit.emission.energy * deposit.emission.spectrum([g])[0]
    length = decay_length(decays.of(MODEL, mass), deposit.emission.energy) / g**2 / KM
    return float(carried @ length / carried.sum())


def tabulate_lengths() -> None:
    rows = []
    for label, probe in (("`raffelt`", FLAT), ("`fischer18-1s`", LowEnergySupernovae())):
        for mass in (220.0, 250.0, 300.0):
            low, high = interval(probe, mass) or (np.nan, np.nan)
            cells = (f"{label}", f"{mass:g}", power(low), f"{mean_length(probe, mass, low):.3g}")
            rows.append((*cells, power(high), f"{mean_length(probe, mass, high):.2g}"))
    head = ("star", "$m$ [MeV]", "lower edge", "decay length [km]", "upper edge", "decay length [km]")
    table("low_energy_lengths", head, rows)


def tabulate_choices() -> None:
    plain = LowEnergySupernovae()
    reference = interval(plain, 250.0)
    assert reference is not None
    cases = {
        "default": plain,
        "`limit_erg=1e50`": replace(plain, limit_erg=1e50),
        "`emission_s=1`": replace(plain, emission_s=1.0),
        "`emission_s=10`": replace(plain, emission_s=10.0),
        "`r_progenitor_km=1e6`": replace(plain, r_progenitor_km=1e6),
        "`r_progenitor_km=1e9`": replace(plain, r_progenitor_km=1e9),
        "`muon_loss_mev=70`": replace(plain, muon_loss_mev=70.0),
        "`compton=nr`": replace(plain, compton="nr"),
        "`spin=printed`": replace(plain, spin="printed"),
        "`lapse=off`": replace(plain, lapse="off"),
        "`r_max_km=17.5`": replace(plain, r_max_km=17.5),
    }
    rows = []
    for name, probe in cases.items():
        found = interval(probe, 250.0) or (np.nan, np.nan)
        ratios = [f"{x / y:.3f}" for x, y in zip(found, reference, strict=True)]
        rows.append((name, power(found[0]), ratios[0], power(found[1]), ratios[1]))
    table("low_energy_choices", ("choice", "lower edge", "ratio", "upper edge", "ratio"), rows)


def tabulate_diffusion() -> None:
    rows = []
    for mass in (1.0, 10.0, 50.0, 70.0, 75.0, 80.0, 85.0, 90.0, 100.0):
        flow = DIFFUSIVE.prepare(MODEL, mass).flow
        allowed = DIFFUSIVE.rule.allowed
        bound, printed = flow.coupling(allowed), flow.coupling(3 * allowed)
        path = float(flow.mean_free_path(bound)[0]) / KM
        status = "too short" if path <= 5 else "too long" if path >= 20 else "valid"
        found = solve(DIFFUSIVE, MODEL, [mass], scale_range=(1e-9, 1e-5), per_decade=600).excluded[0]
        shown = f"{power(found[0][0])} to {power(found[0][1])}" if len(found) else "nothing"
        rows.append((f"{mass:g}", power(bound), power(printed), f"{path:.3g}", status, shown))
    head = (
        "$m$ [MeV]",
        "bound",
        "printed prefactor",
        r"$\bar\lambda$ at the bound [km]",
        "window",
        "excluded",
    )
    table("diffusive_bounds", head, rows)


# --- figures ---------------------------------------------------------------------------------


def region(axes: Axes, limit: Limit, colour: str, style: str, label: str) -> None:
    """Outline of a region that is one interval per mass; ends of the scan stay open."""
    found = np.array([len(rows) > 0 for rows in limit.excluded])
    inside = np.array([rows[0] if len(rows) else (np.nan, np.nan) for rows in limit.excluded])
    is_open = np.array([bool(row) and row[0][1] == "grid" for row in limit.edges])
    inside[is_open, 1] = np.nan
    for run in np.split(np.arange(found.size), np.flatnonzero(np.diff(found)) + 1):
        if found[run[0]]:
            start = run[:1] if run[0] > 0 else run[:0]  # islands are closed
            around = np.concatenate([run, run[::-1], start])
            edge = np.concatenate([inside[run, 0], inside[run[::-1], 1], inside[start, 0]])
            axes.loglog(limit.mass[around], edge, style, color=colour, label=label)
            label = ""


def draw_bounds() -> None:
    """Cooling, low-energy supernovae and diffusion on the two public stars."""
    mass = np.unique(np.concatenate([np.geomspace(1.0, 200.0, 50), np.geomspace(200.0, 500.0, 90)]))
    drawing, axes = panels(1, 2, 9.6, 4.6)
    stars: dict[str, StarProfile] = {"raffelt": TOY, "fischer18-1s": fischer18_1s()}
    for panel, (name, star) in zip(axes, stars.items(), strict=True):
        cooling = SupernovaCooling(star=star, limit_erg_per_s=ALLOWED)
        deposit = LowEnergySupernovae(star=star)
        region(panel, solve(cooling, MODEL, mass), BLACK, "-", r"cooling, $4.4\times10^{52}$ erg/s")
        region(panel, solve(deposit, MODEL, mass), GREEN, "-", r"low-energy SNe, $10^{51}$ erg")
        dim = replace(deposit, limit_erg=1e50)
        region(panel, solve(dim, MODEL, mass), GREEN, ":", r"low-energy SNe, $10^{50}$ erg")
        panel.axvline(2 * 105.66, color="#AAAAAA", lw=0.8)
        panel.set_title(name, fontsize=10)
        panel.set_xlabel("$m$ [MeV]")
    few = np.geomspace(1.0, 200.0, 120)
    probe = replace(DIFFUSIVE, compton="full")
    flows = [probe.prepare(MODEL, float(m)).flow for m in few]
    bound = np.array([flow.coupling(probe.rule.allowed) for flow in flows])
    path = np.array([float(flow.mean_free_path(1.0)[0]) for flow in flows]) / KM
    longest, shortest = np.sqrt(path / 20), np.sqrt(path / 5)
    axes[0].fill_between(few, longest, shortest, color=BLUE, alpha=0.2, lw=0, label="diffusion, window")
    axes[0].loglog(few, bound, "--", color=BLUE, lw=1, label="diffusive bound without window")
    inside = (bound > longest) & (bound < shortest)
    axes[0].loglog(few, np.where(inside, bound, np.nan), color=BLUE, lw=3, label="valid diffusive bound")
    axes[0].set_xlim(1, 500)
    axes[0].set_ylim(1e-11, 3e-6)
    axes[0].set_ylabel("$g$")
    axes[0].legend(frameon=False, fontsize=8, loc="lower left")
    save(drawing, "low-energy-bounds")


def draw_deposits() -> None:
    """Deposited energy against the coupling on the toy star."""
    g = np.geomspace(1e-11, 1e-8, 200)
    drawing, axes = figure(6.4, 4.4)
    for mass, colour in zip((220.0, 250.0, 300.0, 400.0), (GREEN, BLUE, ORANGE, BLACK), strict=True):
        energy = FLAT.prepare(MODEL, mass).evaluate(g).value / ERG
        axes.loglog(g, energy, color=colour, label=f"{mass:g} MeV")
    axes.axhline(1e51, color=BLACK, lw=0.8, ls="--")
    axes.axhline(1e50, color=BLACK, lw=0.8, ls=":")
    axes.set_xlabel("$g$")
    axes.set_ylabel("deposited energy [erg]")
    axes.set_ylim(1e47, 1e53)
    axes.set_xlim(1e-11, 1e-8)
    axes.legend(frameon=False, fontsize=9)
    save(drawing, "low-energy-deposits")


if __name__ == "__main__":
    tabulate_deposits()
    tabulate_lengths()
    tabulate_choices()
    tabulate_diffusion()
    draw_bounds()
    draw_deposits()
