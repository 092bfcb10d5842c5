"""Compute the tables and figures of ``docs/validation/early-universe.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_universe.py

Writes ``_tables/universe_*.md`` and ``_figures/universe-*.png`` beside this file. Takes ten to twenty minutes, nearly all of it
for the maps; ``python docs/validation/make_universe.py tables evolution`` does these parts only.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pages import figure, panels, save, table

from feebly import solve
from feebly.constants import ELECTRON_MASS
from feebly.environments.universe import Universe
from feebly.models import Model, b_minus_l, chargephobic, dark_photon, lmu_ltau, thermal_e, thermal_nu
from feebly.plot.universe_figure import change_key, draw_change, draw_evolution
from feebly.probes import EffectiveNeutrinos, Helium, configure, prescription
from feebly.scan import SignalMap, signal_map

Array = NDArray[np.float64]
BLUE, ORANGE, GREEN, BLACK, GREY = "#0072B2", "#D55E00", "#009E73", "#000000", "#777777"
RECIPE = configure(EffectiveNeutrinos, prescription("p2-esseili-n-eff").options)
EXACT = EffectiveNeutrinos(couplings="exact")
PRINTED = {
    ("chargephobic", 1.5): 0.27,
    ("dark-photon", 1.5): -0.27,
    ("b-l", 1.5): 0.86,
    ("chargephobic", 15.0): 0.03,
    ("dark-photon", 15.0): -0.1,
    ("b-l", 15.0): -0.02,
}
MODELS: tuple[Model, ...] = (chargephobic(), dark_photon(), b_minus_l())
COUPLINGS = {1.5: 1e-10, 15.0: 4e-10}
NAMES = {"chargephobic": "chargephobic", "dark-photon": "dark photon", "b-l": r"$B-L$"}


def change(probe: EffectiveNeutrinos, model: Model, mass: float, scale: float) -> float:
    return probe.history(model, mass, scale).delta_n_eff


# --- tables ----------------------------------------------------------------------------------


def tabulate_points() -> None:
    """Printed against computed, and what each further process or correction does."""
    steps = {
        "prescription": RECIPE,
        "two neutrinos": (two := replace(RECIPE, neutrinos_per_decay=2.0)),
        "+ plasma": (plasma := replace(two, weak="fd", electron_mass="on", qed="on")),
        "+ photons": (photons := replace(plasma, compton="on")),
        "+ exchange, pairs": (exchange := replace(photons, mediated="on", pairs="on")),
        "+ mixing": replace(exchange, medium_mixing="on"),
    }
    rows = []
    for mass, scale in COUPLINGS.items():
        for model in MODELS:
            found = [f"{change(probe, model, mass, scale):+.3f}" for probe in steps.values()]
            rows.append((f"{NAMES[model.name]}, {mass:g} MeV", f"{PRINTED[model.name, mass]:+g}", *found))
    table("universe_points", ("point", "printed", *steps), rows)


def tabulate_thermal() -> None:
    """Particles in equilibrium, with the potential of the neutrinos held at zero or evolved."""
    held = replace(EXACT, mu_nu="zero")
    rows = []
    for model, known in ((thermal_nu(), (4.14, 3.37, 3.133)), (thermal_e(), (2.26, 2.77, 2.962))):
        for mass, other in zip((5.0, 10.0, 15.0), known, strict=True):
            zero, evolved = (probe.history(model, mass, 1.0).n_eff for probe in (held, EXACT))
            rows.append((f"`{model.name}`", f"{mass:g}", f"{other:g}", f"{zero:.3f}", f"{evolved:.3f}"))
    table("universe_thermal", ("model", "$m$ [MeV]", "public code", "`mu_nu=zero`", "`mu_nu=evolved`"), rows)


def tabulate_limits() -> None:
    """Lowest and highest excluded coupling from N_eff now and in the future, and from helium."""
    probes = {
        "$N_{\\rm eff}$, 0.4": EffectiveNeutrinos(),
        "0.05": EffectiveNeutrinos(limit=0.05),
        "`criterion=planck`": EffectiveNeutrinos(criterion="planck"),
        "`criterion=combined`": EffectiveNeutrinos(criterion="combined"),
        "helium, `lbt`": Helium(),
        "helium, 0.008": Helium(measurement="esseili"),
    }
    shared = probes["$N_{\\rm eff}$, 0.4"].lines
    probes = {name: replace(probe, lines=shared) for name, probe in probes.items()}
    rows = []
    for model in MODELS:
        for mass in (0.3, 1.5, 5.0, 15.0):
            cells = []
            for probe in probes.values():
                found = solve(probe, model, [mass]).excluded[0]
                cells.append(f"{found[0][0]:.2e}" if len(found) else "none")
            rows.append((NAMES[model.name], f"{mass:g}", *cells))
    table("universe_limits", ("model", "$m$ [MeV]", *probes), rows)


def tabulate_strong_and_weak() -> None:
    """L_mu-L_tau between the two thermal values."""
    model = lmu_ltau(mixing="none")
    held = replace(EXACT, mu_nu="zero")
    couplings = (1e-9, 1e-7, 1e-5, 3e-5, 1e-4, 1e-3)
    rows = []
    for mass in (5.0, 10.0, 15.0):
        ends = [probe.history(thermal_nu(), mass, 1.0).delta_n_eff for probe in (EXACT, held)]
        between = [change(EXACT, model, mass, g) for g in couplings]
        rows.append((f"{mass:g}", f"{ends[0]:+.3f}", *(f"{x:+.3f}" for x in between), f"{ends[1]:+.3f}"))
    head = ("$m$ [MeV]", "thermal, evolved", *(f"$g=${g:.0e}" for g in couplings), "thermal, zero")
    table("universe_strong_weak", head, rows)


# --- figures ---------------------------------------------------------------------------------


def draw_densities() -> None:
    """Fig. 10 of esseili-kribs-chargephobic."""
    universe = Universe(weak="mb", electron_mass="off", qed="off")
    drawing, axes = panels(2, 1, 6.4, 8.0)
    for panel, (mass, scale) in zip(axes, COUPLINGS.items(), strict=True):
        histories = {"without $X$": RECIPE.evolution.standard}
        for model in (dark_photon(), b_minus_l(), chargephobic()):
            histories[NAMES[model.name]] = RECIPE.history(model, mass, scale)
        draw_evolution(panel, histories, universe)
        panel.set_xlim(20.0, 0.02)
        panel.set_ylim(1e-2, 6.0)
        panel.set_ylabel(r"$\rho/T_\xi^4$")
        panel.set_title(rf"$m = {mass:g}$ MeV, $g = {scale * 1e10:g}\times10^{{-10}}$", fontsize=10)
    for line, name in zip(("-", ":", "-.", "--"), histories, strict=True):
        axes[1].plot([], [], line, color=GREY, label=name)
    colours = {"neutrinos": ORANGE, "electrons": BLUE, "photons": GREEN, "$X$": BLACK}
    for name, colour in colours.items():
        axes[1].plot([], [], "-", color=colour, label=name)
    axes[1].legend(frameon=False, fontsize=8, ncols=2, loc=(0.45, 0.05))
    axes[-1].set_xlabel(r"reference temperature $T_\xi$ [MeV]")
    save(drawing, "universe-densities")


def mapped(
    probe: EffectiveNeutrinos,
    model: Model,
    mass: Array,
    scale: Array,
    times: list[tuple[str, ...]],
    what: str,
) -> SignalMap:
    """A map, and a row of what it took."""
    begin = time.perf_counter()
    made = signal_map(probe, model, mass, scale)
    seconds = time.perf_counter() - begin
    label = NAMES.get(model.name, r"$L_\mu-L_\tau$")
    times.append((f"{label}, {what}", f"{mass.size}", f"{scale.size}", f"{seconds:.0f}"))
    return made


TIMES = ("map", "masses", "couplings", "time [s]")


def _with_key(drawing: Figure) -> None:
    """The legend of maps, right of all panels."""
    drawing.legend(
        handles=change_key(unknown="not valid:\n$X$ outweighs radiation\nat 1 eV"),
        loc="outside right center",
        frameon=False,
        fontsize=8,
        title=r"$\Delta N_{\rm eff}$",
    )


def draw_contours() -> None:
    """Fig. 11 of esseili-kribs-chargephobic, in its prescription and with all processes."""
    threshold = 2 * ELECTRON_MASS * np.array([1 - 1e-5, 1 + 1e-5])
    mass = np.sort(np.concatenate([np.geomspace(0.1, 60.0, 22), threshold]))
    scale = np.geomspace(1e-13, 1e-5, 161)
    drawing, axes = panels(2, 4, 14.5, 7.0)
    times: list[tuple[str, ...]] = []
    for row, (probe, what) in enumerate(
        ((replace(RECIPE, couplings="table"), "prescription"), (EffectiveNeutrinos(), "all processes"))
    ):
        together = axes[4 * row + 3]
        for panel, model, colour in zip(
            axes[4 * row : 4 * row + 3], MODELS, (GREEN, BLUE, ORANGE), strict=True
        ):
            made = mapped(probe, model, mass, scale, times, what)
            draw_change(panel, made)
            panel.set_title(f"{NAMES[model.name]}, {what}", fontsize=10)
            size = np.where(made.valid, np.abs(made.value), np.nan).T
            for level, line in ((0.4, "-"), (0.05, "--")):
                together.contour(
                    mass, scale, size, levels=[level], colors=colour, linestyles=line, linewidths=1.2
                )
            together.plot([], [], "-", color=colour, label=NAMES[model.name])
        together.loglog()
        together.plot([], [], "-", color=GREY, label=r"$|\Delta N_{\rm eff}| = 0.4$")
        together.plot([], [], "--", color=GREY, label="0.05 (projection)")
        together.set_title(f"together, {what}", fontsize=10)
        together.set_ylim(1e-13, 1e-5)
        for panel in axes[4 * row : 4 * row + 4]:
            panel.set_xlim(0.1, 60.0)
        axes[4 * row].set_ylabel("$g$")
    for panel in axes[4:]:
        panel.set_xlabel("$m$ [MeV]")
    _with_key(drawing)
    lines = axes[3].get_legend_handles_labels()
    drawing.legend(*lines, loc="outside lower right", ncols=5, frameon=False, fontsize=9)
    save(drawing, "universe-contours")
    table("universe_times_plane", TIMES, times)


def draw_lmu_ltau() -> None:
    """The plane of L_mu-L_tau with loop mixing and processes of muons."""
    mass, scale = np.geomspace(1e-2, 100.0, 30), np.geomspace(1e-12, 1e-2, 201)
    drawing, axes = panels(1, 2, 11.5, 4.6)
    times: list[tuple[str, ...]] = []
    for panel, mixing in zip(axes, ("loop", "none"), strict=True):
        model = lmu_ltau() if mixing == "loop" else lmu_ltau(mixing="none")
        title = "with mixing by loops" if mixing == "loop" else "without mixing"
        draw_change(panel, mapped(EffectiveNeutrinos(), model, mass, scale, times, title))
        panel.set_xlabel("$m$ [MeV]")
        panel.set_title(rf"$L_\mu-L_\tau$, {title}", fontsize=10)
        panel.set_xlim(1e-2, 100.0)
    axes[0].set_ylabel("$g$")
    _with_key(drawing)
    save(drawing, "universe-lmu-ltau")
    table("universe_times_lmu_ltau", TIMES, times)


def draw_regimes() -> None:
    """Change of N_eff over the coupling for L_mu-L_tau without mixing, and the two thermal values."""
    scale = np.geomspace(1e-12, 1e-2, 201)
    drawing, panel = figure(6.4, 4.4)
    held = replace(EXACT, mu_nu="zero")
    for mass, colour in ((5.0, BLUE), (10.0, GREEN), (15.0, ORANGE)):
        for mixing, line in (("none", "-"), ("loop", ":")):
            model = lmu_ltau(mixing="none") if mixing == "none" else lmu_ltau()
            signal = EffectiveNeutrinos().prepare(model, mass).evaluate(scale)
            label = f"{mass:g} MeV" + ("" if mixing == "none" else ", mixing by loops")
            panel.semilogx(
                scale, np.where(signal.valid, signal.value, np.nan), line, color=colour, label=label
            )
        for probe, ends in ((EXACT, (1e-9, 1e-5)), (held, (1e-4, 1e-2))):
            level = probe.history(thermal_nu(), mass, 1.0).delta_n_eff
            panel.plot(ends, (level, level), "--", color=colour, lw=0.8)
    panel.plot([], [], "--", color=GREY, lw=0.8, label="in equilibrium, potential evolved (left) and zero")
    panel.set_ylim(-0.2, 4.2)
    panel.set_xlim(1e-12, 1e-2)
    panel.set_xlabel("$g$")
    panel.set_ylabel(r"$\Delta N_{\rm eff}$")
    panel.legend(frameon=False, fontsize=8, loc="upper left")
    save(drawing, "universe-regimes")


PARTS = {
    "tables": (tabulate_points, tabulate_thermal, tabulate_strong_and_weak),
    "limits": (tabulate_limits,),
    "evolution": (draw_densities, draw_regimes),
    "contours": (draw_contours,),
    "lmu-ltau": (draw_lmu_ltau,),
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for make in PARTS[part]:
            make()
