"""Compute the tables and figures of ``docs/validation/diffusion.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_diffusion.py

Writes ``_tables/diffusion_*.md`` and ``_figures/*.png`` beside this file. Takes half a minute.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pages import figure, panels, percent, power, save, table, ticks

from feebly import decays, solve
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.mean_field import mean_field
from feebly.environments.nuclear import dense_matter
from feebly.environments.shells import NeutrinoKind, Shells, shells_of
from feebly.limits import Limit
from feebly.math.fermi import fermi
from feebly.models import Model, b_minus_l, lmu_ltau, scalar_lnc, scalar_lnv
from feebly.probes import (
    CoalescenceWalk,
    EquationOfState,
    NeutrinoDiffusion,
    RightHandedNeutrinos,
    SelfScattering,
    SupernovaCooling,
)
from feebly.rates.stellar.coalescence import Kernel
from feebly.rates.stellar.nu_nucleon import (
    Flavour,
    Flux,
    KernelChoice,
    MediatorOpacity,
    OpacityKernels,
    cached_kernels,
)
from feebly.transport.random_walk import (
    PairWalk,
    diffusion_time,
    emission_time,
    low_energy_fraction,
    pair_walk,
    thermal_energy,
)
from feebly.units import ERG, FM, KM, METRE, SECOND

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "references"))
from cerdeno_tables import (
    BOUNDS,
    DENSITIES,
    DIRAC,
    FRACTIONS,
    LENGTHS,
    MAJORANA,
    MASSES,
    MISPRINTS,
    TIMES,
    WALKS,
)

Array = NDArray[np.float64]
COLOURS = ("#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7")
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#777777"
KINDS: tuple[NeutrinoKind, ...] = ("nu", "antinu", "majorana-pit", "majorana-mupit")
NAMES = {
    "nu": r"$\nu$",
    "antinu": r"$\bar\nu$",
    "majorana-pit": r"Majorana, $\pi T$",
    "majorana-mupit": r"Majorana, $\mu_\nu^D+\pi T$",
}
_SAME = 0.25  # MeV: larger differences are misprints, in bold
KERNELS: dict[Kernel, str] = {"printed": "printed kernel", "detailed-balance": "corrected kernel"}


def zones_at(time: int, kind: NeutrinoKind = "nu") -> Shells:
    return shells_of(fischer18_1s() if time == 1 else fischer18_5s(), neutrino=kind)


def kernels_at(
    time: int,
    kind: NeutrinoKind,
    *,
    medium: bool = True,
    flux: Flux = "ee",
) -> OpacityKernels:
    return cached_kernels(zones_at(time, kind), KernelChoice(kind=kind, medium=medium, flux=flux))


# --- tables of cerdeno-medium-effects -----------------------------------------------------------


def tabulate_states() -> None:
    """The TM1 columns of Tables I and II, with the conventions that reproduce them."""
    field = mean_field("tm1", nucleon_mass=939.0)
    for name, printed, head in (
        ("dirac", DIRAC, (r"$\mu_n^*$", r"$\mu_p^*$", r"$\mu_\nu$", r"$m_N^*$")),
        ("majorana", MAJORANA, (r"$\mu_n^*$", r"$\mu_p^*$", r"$m_N^*$")),
    ):
        rows = []
        for time, states in printed.items():
            zones = zones_at(time)
            trapped = name == "dirac"
            matter, plain = (
                dense_matter(
                    field,
                    baryon_density=np.array(DENSITIES[time]) / FM**3,
                    temperature=zones.temperature,
                    lepton_fraction=np.array(FRACTIONS[time]) if trapped else None,
                    neutrinos="trapped" if trapped else "majorana",
                    neutrino_helicities=helicities,
                )
                for helicities in (2, 1)
            )
            last = plain.potential["nu_e"] if trapped else matter.fraction("p")
            columns = [matter.potential_eff["n"], matter.potential_eff["p"]]
            columns += [matter.potential["nu_e"]] if trapped else []
            columns += [matter.effective_mass]
            for k, state in enumerate(states):
                given = [f"{DENSITIES[time][k]:g}", f"{zones.temperature[k]:g}"]
                given += [f"{FRACTIONS[time][k]:g}"] if trapped else []
                pairs = [
                    f"{x:.1f} / {y[k]:.1f}" if abs(x - y[k]) < _SAME else f"{x:.1f} / **{y[k]:.1f}**"
                    for x, y in zip(state, columns, strict=True)
                ]
                extra = f"{last[k]:.1f}" if trapped else f"{last[k]:.3f}"
                rows.append((f"{time} s, $k={k + 1}$", *given, *pairs, extra))
        asked = ["$n_B$ [fm⁻³]", "$T$", *(["$Y$"] if name == "dirac" else [])]
        extra = r"$\mu_\nu$, $g_\nu=1$" if name == "dirac" else "$Y_p$"
        table(f"diffusion_states_{name}", ["row", *asked, *head, extra], rows)


def tabulate_lengths() -> None:
    """Mean free paths of the Standard Model over the printed ones, and the times they give."""
    rows, times = [], []
    for (time, kind), printed in LENGTHS.items():
        zones = zones_at(time, kind)  # type: ignore[arg-type]
        inverse = kernels_at(time, kind).standard()  # type: ignore[arg-type]
        cells = []
        for k, (value, length) in enumerate(zip(printed, 1 / inverse / METRE, strict=True), start=1):
            shown = f"{value:.2f}" if value < 1 else f"{value:g}"  # two digits, as printed
            text = f"{length:.2f} / {shown} = {length / value:.2f}"
            cells.append(f"({text})" if (time, kind, k) in MISPRINTS else text)
        rows.append((f"{time} s, {NAMES[kind]}", *cells, *([""] * (6 - len(cells)))))
        of_paper = diffusion_time(zones.radius, 1 / (np.array(printed) * METRE)) / SECOND
        computed = diffusion_time(zones.radius, inverse) / SECOND
        label = f"{time} s, {NAMES[kind]}"
        times.append((label, f"{computed:.3f}", f"{of_paper:.2f}", f"{TIMES[time, kind]:g}"))
    table("diffusion_lengths", ["row", *(f"$k={k}$" for k in range(1, 7))], rows)
    table(
        "diffusion_times",
        ["row", "computed [s]", "from the printed mean free paths [s]", "printed [s]"],
        times,
    )


def tabulate_bounds() -> None:
    """Lower edges against an independent evaluation, and what each printed convention changes."""
    rows = []
    masses = list(MASSES)
    for (model, criterion), reference in BOUNDS.items():
        target = b_minus_l() if model == "b-l" else scalar_lnc()
        found = lower_edges(NeutrinoDiffusion(criterion=criterion), target, masses)  # type: ignore[arg-type]
        signs = lower_edges(
            NeutrinoDiffusion(criterion=criterion, interference="printed"), target, masses  # type: ignore[arg-type]
        )  # fmt: skip
        flux = lower_edges(NeutrinoDiffusion(criterion=criterion, flux="pk"), target, masses)  # type: ignore[arg-type]
        limit = r"$\Delta t=10$ s" if criterion == "10s" else r"$2\,\Delta t^{\rm SM}$"
        for m, x, y, s, f in zip(masses, found, reference, signs, flux, strict=True):
            changes = [percent(s, x) if model == "b-l" else "", percent(f, x)]
            rows.append((f"`{model}`, {limit}", f"{m:g}", power(x), power(y, 2), percent(x, y), *changes))
    table(
        "diffusion_bounds",
        ["limit", "$m$ [MeV]", "here", "independent", "difference", "printed sign", "printed flux"],
        rows,
    )


def lower_edges(probe: NeutrinoDiffusion, model: Model, masses: list[float]) -> Array:
    return np.array([rows[0, 0] for rows in solve(probe, model, masses).excluded])


def tabulate_vacuum() -> None:
    """Mean free path over that without blocking and with the vacuum mass, first shell at 5 s."""
    rows = []
    for flux in ("ee", "pk"):
        dense, free = (kernels_at(5, "antinu", medium=medium, flux=flux) for medium in (True, False))  # type: ignore[arg-type]
        rows.append((f"`{flux}`", "Standard Model", "", f"{free.standard()[0] / dense.standard()[0]:.1f}"))
        for label, model in (("$B-L$ alone", b_minus_l()), ("scalar alone", scalar_lnc())):
            for mass in (0.1, 10.0, 100.0, 1000.0):
                ratio = free.couple(model).at(mass).new[0] / dense.couple(model).at(mass).new[0]
                rows.append((f"`{flux}`", label, f"{mass:g}", f"{ratio:.1f}"))
    table("diffusion_vacuum", ["flux", "interaction", "$m$ [MeV]", r"$\lambda_1/\lambda_1^0$"], rows)


# --- tables of cerdeno-burst-duration -----------------------------------------------------------


def tabulate_burst() -> None:
    """Thermal numbers and diffusion times."""
    zones = zones_at(1)
    rows = []
    for bound, printed in ((1.0, "8 %"), (1 / 3, "0.48 %")):
        shares = [low_energy_fraction(bound, statistics=s) for s in ("fermi-dirac", "maxwell-boltzmann")]
        label = "$E<T$" if bound == 1 else "$E<T/3$"
        text = f"{100 * shares[0]:.2f} %; with Maxwell-Boltzmann {100 * shares[1]:.2f} %"
        rows.append((f"neutrinos with {label}", printed, text))
    energy = thermal_energy(zones.radius, zones.temperature) / ERG
    rows.append((r"energy in $\nu_\mu,\nu_\tau$ [erg]", r"about $3\times10^{51}$", power(energy, 2)))
    asked: tuple[tuple[str, Flavour, NeutrinoKind, str], ...] = (
        (r"$\nu_\mu,\nu_\tau$", "nu_mu", "nu", "1.3"),
        (r"$\bar\nu_\mu,\bar\nu_\tau$", "nu_mu", "antinu", "1.3"),
        (r"$\nu_e$", "nu_e", "nu", "about 3"),
    )
    for label, flavour, kind, printed in asked:
        kernels = cached_kernels(zones, KernelChoice(kind=kind, flavour=flavour, energy="thermal"))
        time = diffusion_time(zones.radius, kernels.standard()) / SECOND
        rows.append((f"$t_{{\\rm diff}}$ of {label} [s]", printed, f"{time:.2f}"))
        if printed == "1.3" and kind == "nu":
            both = emission_time(time, thermal=baryon_heat(), neutrinos=energy)
            emission = f"{both:.1f}; {2 * both:.1f} with $E_\\nu$ of one flavour"
    rows.append((r"$t_E$, Eq. (5) [s]", "about 10", emission))
    table("diffusion_burst", ["quantity", "printed", "here"], rows)


def baryon_heat() -> float:
    """Thermal energy of the baryons at 1 s: above the same composition at 0.5 MeV [erg]."""
    zones, field = zones_at(1), mean_field("tm1", nucleon_mass=939.0)
    density = np.array(DENSITIES[1]) / FM**3
    trapped = dense_matter(
        field,
        baryon_density=density,
        temperature=zones.temperature,
        lepton_fraction=np.array(FRACTIONS[1]),
        neutrino_helicities=2,
    )
    hot, cold = (
        dense_matter(
            field,
            baryon_density=density,
            temperature=t,
            proton_fraction=trapped.fraction("p"),
            neutrinos="none",
        )
        for t in (zones.temperature, 0.5)
    )
    volume = 4 * np.pi / 3 * np.diff(zones.radius**3)
    return float(volume @ (hot.parts["baryons"].energy - cold.parts["baryons"].energy)) / ERG


def tabulate_walks() -> None:
    """Couplings at which the walk takes 0.1 s."""
    rows = []
    for kernel, known in WALKS.items():
        probe = CoalescenceWalk(kernel=kernel)  # type: ignore[arg-type]
        for mass, reference in known.items():
            walk = probe.prepare(lmu_ltau(), mass).walk
            g = float(np.sqrt(0.1 * SECOND / walk.time_per_square))
            longest = float(walk.length.max()) / g**2
            where = f"{longest / METRE:.0f} m" if longest < KM else f"{longest / KM:.0f} km"
            agreement = percent(g, reference)
            rows.append((kernel, f"{mass:g}", power(g), power(reference, 2), agreement, where))
    head = ["kernel", "$m$ [MeV]", "here", "independent", "difference", r"longest $\ell$ at that $g$"]
    table("diffusion_walks", head, rows)


# --- figures of cerdeno-medium-effects ----------------------------------------------------------


def draw_medium() -> None:
    """Figs. 2 and 3: what the medium does to the mean free path at 5 s."""
    mass = np.geomspace(0.1, 1e3, 121)
    drawing, axes = panels(2, 2, 8.4, 6.4)
    cases = (
        (b_minus_l(), 1e-5, r"$B-L$, $g=10^{-5}$"),
        (b_minus_l(), 3e-3, r"$B-L$, $g=3\times10^{-3}$"),
        (scalar_lnc(), 1e-4, r"scalar, $Y=10^{-4}$"),
        (scalar_lnc(), 3e-3, r"scalar, $Y=3\times10^{-3}$"),
    )
    for panel, (model, coupling, label) in zip(axes, cases, strict=True):
        dense, free = (opacities(model, mass, medium=medium) for medium in (True, False))
        for k in range(5):
            ratio = [
                float(f.inverse_length([coupling])[k, 0] / d.inverse_length([coupling])[k, 0])
                for d, f in zip(dense, free, strict=True)
            ]
            panel.loglog(mass, ratio, color=COLOURS[k], label=f"$k={k + 1}$")
        panel.set_title(label, fontsize=10)
        panel.grid(alpha=0.2)
        panel.set_yticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
        panel.minorticks_off()
    axes[0].legend(ncols=2, fontsize=9, frameon=False)
    for panel in axes[2:]:
        panel.set_xlabel("mediator mass [MeV]")
    for panel in axes[::2]:
        panel.set_ylabel(r"$\lambda_k/\lambda_k^0$")
    save(drawing, "diffusion-medium")

    drawing, axes = panels(1, 2, 8.4, 3.6)
    for panel, model, label in zip(axes, (b_minus_l(), scalar_lnc()), ("$B-L$", "scalar"), strict=True):
        dense, free = (opacities(model, mass, medium=medium) for medium in (True, False))
        panel.loglog(mass, ratios(dense, free, "standard"), color=GREY, ls="--", label="Standard Model")
        panel.loglog(mass, ratios(dense, free, "new"), color=BLUE, label="new interaction")
        if model.name == "b-l":
            panel.loglog(mass, ratios(dense, free, "interference"), color=ORANGE, label="interference")
        panel.set_title(label, fontsize=10)
        panel.set_xlabel("mediator mass [MeV]")
        panel.set_yticks([2, 5, 10, 20], ["2", "5", "10", "20"])
        panel.minorticks_off()
        panel.legend(fontsize=9, frameon=False)
        panel.grid(alpha=0.2)
    axes[0].set_ylabel(r"$\tilde\lambda_1/\tilde\lambda_1^0$")
    save(drawing, "diffusion-parts")


def opacities(model: Model, mass: Array, *, medium: bool) -> list[MediatorOpacity]:
    coupled = kernels_at(5, "antinu", medium=medium).couple(model)
    return [coupled.at(float(m)) for m in mass]


def ratios(dense: list[MediatorOpacity], free: list[MediatorOpacity], part: str) -> list[float]:
    """Mean free paths of one part over those without the medium, first shell."""
    return [float(getattr(f, part)[0] / getattr(d, part)[0]) for d, f in zip(dense, free, strict=True)]


def draw_limits() -> None:
    """Figs. 4 to 6: limits from the duration of the burst."""
    mass = np.geomspace(0.1, 1e3, 81)
    drawing, axes = panels(1, 3, 11.5, 4.4)
    for energy, colour in (("majorana-pit", BLUE), ("majorana-mupit", ORANGE)):
        for criterion, style in (("10s", "-"), ("2sm", "-.")):
            probe = NeutrinoDiffusion(criterion=criterion, neutrino=energy)  # type: ignore[arg-type]
            line(axes[0], solve(probe, scalar_lnv(), mass), colour, style)
        line(axes[0], solve(EquationOfState(neutrino=energy), scalar_lnv(), mass), colour, "--")  # type: ignore[arg-type]
    note(axes[0], "scalar, lepton number violated", r"$Y=\sqrt{C_\nu C_N}$")
    for text, colour, y in ((r"$E=\pi T$", BLUE, 0.42), (r"$E=\mu_\nu^D+\pi T$", ORANGE, 0.36)):
        axes[0].text(0.06, y, text, color=colour, transform=axes[0].transAxes, fontsize=9)
    axes[0].text(0.3, 4.2e-6, "matter changes", fontsize=9, color="black")

    window = solve(RightHandedNeutrinos(), scalar_lnc(), mass)
    edges = np.array([rows[0] for rows in window.excluded])
    axes[1].fill_between(mass, edges[:, 0], edges[:, 1], color=BLUE, alpha=0.18, lw=0)
    axes[1].text(0.3, 2e-5, r"$\nu_R$ leave the star", fontsize=9, color=BLUE)
    for criterion, style in (("10s", "-"), ("2sm", "-.")):
        line(axes[1], solve(NeutrinoDiffusion(criterion=criterion), scalar_lnc(), mass), BLUE, style)  # type: ignore[arg-type]
        for sign, colour in (("physical", BLUE), ("printed", GREY)):
            probe = NeutrinoDiffusion(criterion=criterion, interference=sign)  # type: ignore[arg-type]
            line(axes[2], solve(probe, b_minus_l(), mass), colour, style)
    note(axes[1], "scalar, lepton number conserved", r"$Y=\sqrt{C_\nu C_N}$")
    note(axes[2], "$B-L$", "$g$")
    axes[2].text(
        0.95, 0.12, "grey: printed sign", color=GREY, ha="right", transform=axes[2].transAxes, fontsize=9
    )
    axes[2].plot([], [], color="black", label=r"$\Delta t=10$ s")
    axes[2].plot([], [], color="black", ls="-.", label=r"$\Delta t=2\,\Delta t^{\rm SM}$")
    axes[2].legend(loc="upper left", frameon=False, fontsize=9)
    axes[0].set_ylim(1e-6, 3e-2)
    axes[0].set_xlim(0.1, 1e3)
    save(drawing, "diffusion-limits")


def line(axes: Axes, limit: Limit, colour: str, style: str) -> None:
    """Lower edge of a limit against the mass."""
    edge = [rows[0, 0] if len(rows) else np.nan for rows in limit.excluded]
    axes.loglog(limit.mass, edge, color=colour, ls=style)


def note(axes: Axes, title: str, scale: str) -> None:
    axes.set_title(title, fontsize=10)
    axes.set_xlabel("mediator mass [MeV]")
    axes.set_ylabel(scale)


# --- figures of cerdeno-burst-duration ----------------------------------------------------------


def draw_spectra() -> None:
    """Fig. 1: energies of the neutrinos in the first and the sixth shell."""
    zones = zones_at(1)
    assert zones.potential_nu_e is not None
    drawing = Figure(figsize=(8.4, 3.4), layout="constrained")
    for panel, k in zip(drawing.subplots(1, 2), (0, 5), strict=True):
        ticks(panel)
        t, mu = zones.temperature[k], zones.potential_nu_e[k]
        energy = np.linspace(0.1, (250.0, 100.0)[k // 5], 400)
        for potential, label, colour, style in (
            (mu, r"$\nu_e$", GREEN, "-"),
            (-mu, r"$\bar\nu_e$", GREEN, "--"),
            (0.0, r"$\nu_\mu,\nu_\tau$", "black", "-"),
        ):
            density = energy**2 * fermi((energy - potential) / t)
            panel.semilogy(energy, density, style, color=colour, label=label)
        panel.set_title(f"$k={k + 1}$", fontsize=10)
        panel.set_xlabel(r"$E_\nu$ [MeV]")
        panel.set_ylabel(r"$E_\nu^2 f$ [MeV$^2$]")
        panel.set_xlim(0, energy[-1])
        panel.set_ylim((1e-3, 1e-2)[k // 5], (1e5, 1e3)[k // 5])
    panel.legend(frameon=False, fontsize=9)
    save(drawing, "diffusion-spectra")


def draw_meetings() -> None:
    """Fig. 3: couplings at which neutrinos meet each other as often as nucleons."""
    mass = np.geomspace(1.0, 1e3, 181)
    drawing, axes = panels(1, 2, 8.4, 4.2)
    for panel, (kernel, label) in zip(axes, KERNELS.items(), strict=True):
        probe = SelfScattering(kernel=kernel)
        ratio = np.array([probe.prepare(lmu_ltau(), float(m)).per_square for m in mass])
        for k in range(6):
            with np.errstate(divide="ignore"):
                panel.loglog(mass, ratio[:, k] ** -0.5, color=COLOURS[k], label=f"$k={k + 1}$")
        panel.set_title(label, fontsize=10)
        panel.set_xlabel("$m$ [MeV]")
    axes[0].set_ylabel("$g$")
    axes[0].set_ylim(1e-7, 1e-2)
    axes[0].set_xlim(1, 1e3)
    axes[0].legend(frameon=False, fontsize=9, ncols=2)
    save(drawing, "diffusion-meetings")


def walks(mass: float, kernel: Kernel) -> PairWalk:
    zones = zones_at(1)
    fip = decays.of(lmu_ltau(), mass)
    return pair_walk(zones.radius, zones.temperature, fip, channel="nu_mu nu_mu~", kernel=kernel)


def draw_steps() -> None:
    """Fig. 4: time between steps and decay length against the coupling; printed kernel dotted."""
    g = np.geomspace(1e-10, 1e-5, 51)
    drawing = Figure(figsize=(10.5, 6.0), layout="constrained")
    grid = drawing.subplots(2, 3, sharex=True, sharey="row")
    for column, mass in enumerate((10.0, 50.0, 100.0)):
        above, below = grid[:, column]
        for kernel, style in (("detailed-balance", "-"), ("printed", ":")):
            walk = walks(mass, kernel)  # type: ignore[arg-type]
            for k in range(6):
                label = f"$k={k + 1}$" if style == "-" else None
                above.loglog(g, 1 / (walk.rate[k] * g**2) / SECOND, style, color=COLOURS[k], label=label)
                below.loglog(g, walk.length[k] / g**2 / KM, style, color=COLOURS[k])
        above.axhline(1.0, color=GREY, lw=0.8, ls="--")
        below.axhline(20.0, color=GREY, lw=0.8, ls="--")
        above.set_title(f"$m={mass:g}$ MeV", fontsize=10)
        below.set_xlabel("$g$")
        for panel in (above, below):
            ticks(panel)
    grid[0, 0].set_ylabel("time between steps [s]")
    grid[1, 0].set_ylabel("decay length [km]")
    grid[0, 0].legend(frameon=False, fontsize=9, ncols=2)
    grid[0, 0].set_ylim(1e-12, 1e6)
    grid[1, 0].set_ylim(1e-7, 1e6)
    save(drawing, "diffusion-steps")


def draw_walks() -> None:
    """Fig. 5: where the burst becomes too short, and where the particle leaves the star."""
    mass = np.geomspace(1.0, 300.0, 81)
    drawing, axes = figure(6.4, 4.8)
    for kernel, colour in (("detailed-balance", BLUE), ("printed", ORANGE)):
        limit = solve(CoalescenceWalk(kernel=kernel), lmu_ltau(), mass)  # type: ignore[arg-type]
        inside = np.array([rows[0] if len(rows) else (np.nan, np.nan) for rows in limit.excluded])
        axes.fill_between(mass, inside[:, 0], inside[:, 1], color=colour, alpha=0.25, lw=0)
        times = [
            CoalescenceWalk(kernel=kernel).prepare(lmu_ltau(), float(m)).walk.time_per_square for m in mass
        ]  # type: ignore[arg-type]
        axes.loglog(mass, np.sqrt(0.1 * SECOND / np.array(times)), color=colour, ls="--", lw=1)
        axes.loglog(mass, inside[:, 1], color=colour, label=f"$t=0.1$ s, {KERNELS[kernel]}")  # type: ignore[index]
        first = [walks(float(m), kernel).length[0] for m in mass]  # type: ignore[arg-type]
        axes.loglog(mass, np.sqrt(np.array(first) / (20 * KM)), color=colour, ls="-.")
        free = SupernovaCooling(kernel=kernel, compton="off", lapse="off", escape="free")  # type: ignore[arg-type]
        loss = solve(dataclasses.replace(free, limit_erg_per_s=3e52), lmu_ltau(), mass)
        bottom = [rows[0, 0] if len(rows) else np.nan for rows in loss.excluded]
        axes.loglog(mass, bottom, color=colour, ls=":")
    axes.plot([], [], color="black", ls="--", lw=1, label="$t=0.1$ s, but $X$ leaves the star")
    axes.plot([], [], color="black", ls="-.", label=r"$\ell_1=20$ km")
    axes.plot([], [], color="black", ls=":", label=r"$L=3\times10^{52}$ erg/s, free escape")
    axes.set_xlabel("$m$ [MeV]")
    axes.set_ylabel("$g$")
    axes.set_xlim(1, 300)
    axes.set_ylim(1e-11, 1e-5)
    axes.legend(frameon=False, fontsize=9)
    save(drawing, "diffusion-walks")


if __name__ == "__main__":
    tabulate_states()
    tabulate_lengths()
    tabulate_bounds()
    tabulate_vacuum()
    tabulate_burst()
    tabulate_walks()
    draw_medium()
    draw_limits()
    draw_spectra()
    draw_meetings()
    draw_steps()
    draw_walks()
