"""Compute the tables and figures of ``docs/validation/widths.md``.

Run by hand after a change of the physics, from the root of the repository:

    python docs/validation/make_widths.py

Writes ``_tables/*.md`` and ``_figures/*.png`` beside this file. Takes about a minute.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from pages import figure, panels, percent, power, save, table

import feebly as fb
from feebly import decays, models, particle_data
from feebly.constants import E_CHARGE, ELECTRON_MASS
from feebly.decays.hadronic import exclusive
from feebly.decays.hadrons import quarkonia
from feebly.decays.hadrons.base import ratio
from feebly.decays.hadrons.resonances import bare_peak
from feebly.models import VectorModel
from feebly.models.plane_running import PlaneCouplings, approximate_electron_charge, charge_sums, run
from feebly.probes import ElectronMoment, Electroweak, MuonMoment

Array = NDArray[np.float64]
GEV = 1e3
LABELS = {"e- e+": "$e^+e^-$", "mu- mu+": r"$\mu^+\mu^-$", "tau- tau+": r"$\tau^+\tau^-$"}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#777777", "#000000")
SPECIAL = (
    (r"$\pi/4$", math.pi / 4),
    (r"$B-L$", math.pi / 2),
    (r"$\pi-\tan^{-1}2$", math.pi - math.atan(2.0)),
    ("chargephobic", 3 * math.pi / 4),
    (r"$\pi-\tan^{-1}(1/2)$", math.pi - math.atan(0.5)),
)
FOUR = (
    ("dark photon", 0.0),
    (r"$\varphi=\pi/4$", math.pi / 4),
    (r"$B-L$", math.pi / 2),
    ("chargephobic", 3 * math.pi / 4),
)
# Gamma/g^2 [GeV] and branching ratios of the calculation behind the paper's curves (DarkCast tables)
REFERENCE = {
    "dark-photon": {0.5: 0.03305, 0.775: 0.2884, 1.0: 0.0845, 1.5: 0.1687, 1.9: 0.1951},
    "b-l": {0.5: 0.04626, 0.775: 0.3023, 1.0: 0.0975, 1.5: 0.1668, 1.9: 0.2268},
    "chargephobic": {0.5: 0.01330, 0.775: 0.1398, 1.0: 0.0357, 1.5: 0.0880, 1.9: 0.1101},
}
NEUTRINOS = {0.5: 0.748, 0.775: 0.110, 1.0: 0.557, 1.5: 0.339, 1.9: 0.343}
PIONS = {0.5: 0.252, 0.775: 0.681, 1.0: 0.255}


def plane(phi: float) -> VectorModel:
    """The vector at an angle, with running, as the paper draws it."""
    return models.em_bl(phi=phi, running="on")


def grouped(found: decays.Widths) -> dict[str, Array]:
    """Branching ratios (M,) of charged leptons, all neutrinos, all hadrons."""
    groups = {name: found.share(found.partial(name)) for name in ("e- e+", "mu- mu+", "tau- tau+")}
    groups["neutrinos"], groups["hadrons"] = found.share(found.neutrinos), found.share(found.hadronic)
    return groups


# --- tables ------------------------------------------------------------------------------------


def totals() -> None:
    rows = []
    for make in (models.dark_photon, models.b_minus_l, models.chargephobic):
        model = make()
        masses = np.array(list(REFERENCE[model.name])) * GEV
        found = decays.widths(model, masses)
        for n, (m, reference) in enumerate(REFERENCE[model.name].items()):
            value, error = found.total[n] / GEV, found.total_error[n] / GEV
            rows.append(
                (
                    f"`{model.name}`",
                    f"{m:g}",
                    f"{reference:.4f}",
                    f"{value:.4f} ± {error:.4f}",
                    percent(value, reference),
                )
            )
    table("width_totals", ("model", "$m$ [GeV]", "earlier $\\Gamma/g^2$ [GeV]", "feebly", "difference"), rows)


def chargephobic_branching() -> None:
    found = decays.widths(models.chargephobic(), np.array(list(NEUTRINOS)) * GEV)
    groups = grouped(found)
    pions = found.partial("pi+ pi-") / found.total
    rows = []
    for n, m in enumerate(NEUTRINOS):
        rows.append(
            (
                f"{m:g}",
                f"{NEUTRINOS[m]:.3f}",
                f"{groups['neutrinos'][n]:.3f}",
                f"{PIONS[m]:.3f}" if m in PIONS else "",
                f"{pions[n]:.3f}",
                power(groups["e- e+"][n], 1),
            )
        )
    head = (
        "$m$ [GeV]",
        "earlier BR($\\nu\\bar\\nu$)",
        "feebly",
        "earlier BR($\\pi^+\\pi^-$)",
        "feebly",
        "BR($e^+e^-$)",
    )
    table("width_chargephobic", head, rows)


def measured() -> None:
    """Peaks of R against products of measured branching fractions, vacuum polarisation removed from these."""
    photon, isovector = np.ones(3), np.array([1.0, 0.0, 0.0])
    cases = (
        ("pi+ pi-", "rho0", "", isovector, 0.0),
        ("pi0 gamma", "omega(782)", "pi0 gamma", photon, 7.5),
        ("pi+ pi- pi0", "omega(782)", "pi+ pi- pi0", photon, 7.5),
        ("pi+ pi- pi0", "phi(1020)", "rho pi + pi+ pi- pi0", photon, 10.0),
        ("eta gamma", "phi(1020)", "eta gamma", photon, 10.0),
        ("pi0 gamma", "phi(1020)", "pi0 gamma", photon, 10.0),
        ("K+ K-", "phi(1020)", "K+ K-", photon, 10.0),
        ("K0 K0~", "phi(1020)", "K0L K0S", photon, 10.0),
    )
    rows = []
    for name, meson, mode, current, around in cases:
        centre, parent = particle_data.mass(meson), meson.partition("(")[0]
        mass = np.linspace(centre - around, centre + around, 4001)
        kernel = next(c for c in exclusive() if c.name == name).kernel(mass)
        peak = float(ratio(kernel, current + 0j).max())
        factors = [particle_data.branching(parent, final) for final in ("e+ e-", *([mode] if mode else []))]
        expected = bare_peak(meson, math.prod(b.value for b in factors))
        error = expected * math.hypot(*(b.uncertainty / b.value for b in factors))
        label = f"`{name}`, isovector" if current is isovector else f"`{name}`"
        rows.append((label, parent, f"{expected:.3f} ± {error:.3f}", f"{peak:.3f}", percent(peak, expected)))
    table(
        "width_peaks",
        ("channel", "meson", "measured $R$, bare", "feebly, largest $R$", "difference"),
        rows,
    )


def charges() -> None:
    rows = []
    nuclei = ("133Cs", "127I", "72Ge", "40Ar")
    for label, model, printed in (
        (r"$B-L$", models.b_minus_l(), ("133", "127", "72", "40")),
        ("nucleophobic (Cs)", models.nucleophobic(Z=55, A=133), ("0", "-0.4", "-2", "-1.3")),
    ):
        values = model.charges(nuclei, 0.0).real
        norm = 1.0
        rows.append((label, *(f"{p} / {v / norm:.2f}" for p, v in zip(printed, values, strict=True))))
    table("width_charges", ("printed / feebly", "Cs", "I", "Ge", "Ar"), rows)


def running() -> None:
    """Electron charge of the chargephobic vector."""
    start = PlaneCouplings.at_angle(3 * math.pi / 4, g=1e-6)
    rows = []
    for gev, reference in ((0.2, 5.31e-4), (1.0, 3.462e-3), (10.0, 1.0563e-2), (60.0, 1.7727e-2)):
        mu = gev * GEV
        closed = float(models.chargephobic().charges(["e-"], mu**2).real[0])
        full = float(run(start, mu_from=ELECTRON_MASS, mu_to=mu).coupling("e-")) / 1e-6
        quarks = float(models.chargephobic(thresholds="quarks").charges(["e-"], mu**2).real[0])
        guide = float(approximate_electron_charge(np.array([mu]), form="exact")[0])
        rows.append((f"{gev:g}", *(power(v) for v in (reference, closed, full, quarks, guide))))
    head = (
        "$\\mu$ [GeV]",
        "earlier",
        "closed form",
        "Eqs. (62)-(64), $g=10^{-6}$",
        "quark thresholds",
        "Eq. (67)",
    )
    table("running", head, rows)


def precision() -> None:
    rows = []
    cases = (
        (ElectronMoment(), (3.14e-5, 2.33e-4, 2.30e-3)),
        (MuonMoment(), (3.65e-4, 4.07e-4, 7.65e-4)),
    )
    for probe, references in cases:
        limit = fb.solve(probe, models.dark_photon(), [1.0, 10.0, 100.0])
        for m, reference, interval in zip(limit.mass, references, limit.excluded, strict=True):
            rows.append((f"`{probe.name}`", f"{m:g}", power(reference, 2), power(float(interval[0, 0]))))
    limit = fb.solve(Electroweak(observables="mw"), models.dark_photon(), [1e3])
    rows.append(
        (
            "`electroweak`, $m_W$ only, $\\varepsilon$",
            "1000",
            "0.03",
            f"{limit.excluded[0][0, 0] / E_CHARGE:.4f}",
        )
    )
    table("precision", ("probe, dark photon", "$m$ [MeV]", "earlier lower $g$", "feebly"), rows)


def channels() -> None:
    """All channels with their thresholds, error of the data and share of the photon's R at 1.5 and 1.8 GeV."""
    rows = []
    at = np.array([1500.0, 1800.0])
    found = decays.widths(models.dark_photon(), at)
    for channel in exclusive():
        share = found.partial(channel.name) * 12 * math.pi / at
        rows.append(
            (
                f"`{channel.name}`",
                f"{channel.opens:.1f}",
                f"{100 * channel.uncertainty:.1f} %",
                "yes" if channel.alternative is not None or channel.assigned is not None else "",
                *(f"{r:.3f}" if r > 0 else "" for r in share),
            )
        )
    head = (
        "channel",
        "opens [MeV]",
        "error of the data",
        "second description",
        "$R$ at 1.5 GeV",
        "$R$ at 1.8 GeV",
    )
    table("width_channels", head, rows)


# --- figures -----------------------------------------------------------------------------------


def charge_figure() -> None:
    """Charges against the mixing angle."""
    phi = np.linspace(0, math.pi, 361)
    lines = (
        (r"$x_e=-x_p$", "e-", COLOURS[0], "-"),
        (r"$x_\nu=-x_n$", "nu_e", COLOURS[1], "-"),
        ("$x_u$", "u", COLOURS[2], "-"),
        ("$x_d$", "d", COLOURS[3], "-"),
        (r"$x_{\pi^+}$", "pi+", COLOURS[4], "-"),
        (r"$x_{\rm Cs}/133$", "133Cs", COLOURS[6], "--"),
    )
    names = [name for _, name, _, _ in lines]
    values = np.array([models.em_bl(phi=float(p)).charges(names, 0.0).real for p in phi]).T
    values[-1] /= 133
    drawing, axes = figure(6.8, 4.6)
    for (label, _, colour, style), y in zip(lines, values, strict=True):
        axes.plot(phi / math.pi, y, style, color=colour, lw=1.6, label=label)
    axes.axhline(0, color="black", lw=0.6)
    for angle in (0.25, 0.5, 1 - math.atan(2) / math.pi, 0.75, 1 - math.atan(0.5) / math.pi):
        axes.axvline(angle, color="#999999", lw=0.8, ls=":")
    axes.set_xlim(0, 1)
    axes.set_xlabel(r"$\varphi/\pi$")
    axes.set_ylabel("charge $x_f$")
    axes.legend(frameon=False, ncol=3, loc="upper right", fontsize=9)
    save(drawing, "charges")


def masses() -> Array:
    """1 MeV to 60 GeV, dense where resonances are narrow."""
    return np.unique(
        np.concatenate(
            [
                np.geomspace(1, 6e4, 900),
                np.linspace(740, 830, 180),
                np.linspace(1000, 1040, 160),
                np.linspace(1000, 2000, 200),
            ]
        )
    )


def branching_figure() -> None:
    """Branching fractions for four angles."""
    m = masses()
    prepared = decays.tabulate(m)
    drawing, axes = panels(2, 2, 9.6, 7.2)
    for panel, (title, phi) in zip(axes, FOUR, strict=True):
        for number, (name, share) in enumerate(grouped(prepared.of(plane(phi))).items()):
            panel.loglog(
                m / GEV,
                np.where(share > 0, share, np.nan),
                color=COLOURS[number],
                lw=1.4,
                label=LABELS.get(name, name),
            )
        for band in quarkonia.bands():
            panel.axvspan(band.low / GEV, band.high / GEV, color="#56B4E9", alpha=0.25, lw=0)
        panel.set_title(title, fontsize=11)
        panel.set_ylim(1e-5, 2)
        panel.set_xlim(1e-3, 60)
    for panel in axes[2:]:
        panel.set_xlabel("$m_X$ [GeV]")
    for panel in axes[::2]:
        panel.set_ylabel("branching ratio")
    axes[3].legend(frameon=False, fontsize=9, loc="center left")
    save(drawing, "branching")


def hadronic_figure() -> None:
    """Branching fractions of single hadronic channels below 2 GeV."""
    m = np.unique(np.concatenate([np.linspace(150, 2000, 900), masses()]))
    m = m[(m > 150) & (m < 2000)]
    prepared = decays.tabulate(m)
    drawing, axes = panels(2, 2, 10.4, 7.6)
    groups = (
        (r"$\pi\pi$", ("pi+ pi-",)),
        (r"$3\pi$", ("pi+ pi- pi0",)),
        (r"$4\pi$", ("2pi+ 2pi-", "pi+ pi- 2pi0")),
        (r"$\pi^0\gamma$", ("pi0 gamma",)),
        (r"$\eta\gamma$", ("eta gamma",)),
        (r"$K\bar K$", ("K+ K-", "K0 K0~")),
        (r"$K\bar K\pi$", ("K+ K- pi0", "K0 K0~ pi0", "K+- K0 pi-+")),
    )
    known = {name for _, names in groups for name in names}
    for panel, (title, phi) in zip(axes, FOUR, strict=True):
        found = prepared.of(plane(phi))
        for number, (label, names) in enumerate(groups):
            share = sum((found.partial(name) for name in names), np.zeros(m.size)) / found.total
            panel.semilogy(
                m / GEV, np.where(share > 0, share, np.nan), color=COLOURS[number], lw=1.3, label=label
            )
        share = (found.hadronic - sum(found.partial(name) for name in known)) / found.total
        panel.semilogy(
            m / GEV, np.where(share > 1e-9, share, np.nan), color=COLOURS[7], lw=1.1, ls="--", label="other"
        )
        panel.set_title(title, fontsize=11)
        panel.set_ylim(1e-4, 1.5)
        panel.set_xlim(0.15, 2)
    for panel in axes[2:]:
        panel.set_xlabel("$m_X$ [GeV]")
    for panel in axes[::2]:
        panel.set_ylabel("branching ratio")
    axes[2].legend(frameon=False, fontsize=9, loc="upper left")
    save(drawing, "hadronic_branching")


def ratio_figure() -> None:
    """Branching ratios over those of the dark photon."""
    m = masses()
    prepared = decays.tabulate(m)
    photon = grouped(prepared.of(models.dark_photon()))
    drawing, axes = panels(1, 2, 10.4, 4.4)
    for number, (label, phi) in enumerate(SPECIAL):
        found = grouped(prepared.of(plane(phi)))
        for panel, names in zip(axes, (("e- e+", "mu- mu+", "tau- tau+"), ("hadrons",)), strict=True):
            value, reference = (sum(group[name] for name in names) for group in (found, photon))
            share = np.divide(value, reference, out=np.full_like(m, np.nan), where=reference > 1e-12)
            panel.loglog(
                m / GEV, np.where(share > 0, share, np.nan), color=COLOURS[number], lw=1.3, label=label
            )
    for panel, title in zip(axes, ("charged leptons", "hadrons"), strict=True):
        panel.set_title(title, fontsize=11)
        panel.set_xlabel("$m_X$ [GeV]")
        panel.set_xlim(1e-3, 60)
        panel.set_ylim(1e-6, 30)
    axes[0].set_ylabel(r"${\rm BR}_X/{\rm BR}_{A'}$")
    axes[1].legend(frameon=False, fontsize=9, loc="lower left")
    save(drawing, "branching_ratios")


def running_figure() -> None:
    """Sums of charges at each threshold, and the running electron charge."""
    from matplotlib.figure import Figure

    mu = np.geomspace(1e-4, 60, 800) * GEV
    drawing = Figure(figsize=(6.8, 6.4), layout="constrained")
    top, bottom = drawing.subplots(2, 1, sharex=True)
    sums = charge_sums(mu)
    for label, phi, colour in (
        ("dark photon", 0.0, COLOURS[0]),
        (r"$B-L$", math.pi / 2, COLOURS[1]),
        ("chargephobic", 3 * math.pi / 4, COLOURS[7]),
    ):
        top.step(mu / GEV, sums.along(phi), where="post", color=colour, lw=1.5, label=label)
    top.set_ylabel(r"$\sum N_c\,x^2$")
    top.legend(frameon=False, fontsize=9, loc="upper left")
    above = mu[mu > 139.0]
    bottom.plot(
        mu / GEV, models.chargephobic().charges(["e-"], mu**2).real[0], color="black", lw=1.6, label="feebly"
    )
    quarks = models.chargephobic(thresholds="quarks").charges(["e-"], mu**2).real[0]
    bottom.plot(mu / GEV, quarks, color=COLOURS[0], lw=1.2, ls=":", label="quark thresholds")
    bottom.plot(
        above / GEV,
        approximate_electron_charge(above, form="exact"),
        color=COLOURS[1],
        lw=1.3,
        ls="--",
        label="Eq. (67)",
    )
    bottom.set_ylabel("$x_e$, chargephobic")
    bottom.set_xlabel(r"$\mu$ [GeV]")
    bottom.set_xscale("log")
    bottom.set_xlim(1e-4, 60)
    bottom.set_ylim(-5e-4, 0.019)
    bottom.legend(frameon=False, fontsize=9, loc="upper left")
    for axes in (top, bottom):
        axes.tick_params(which="both", direction="in", top=True, right=True)
    save(drawing, "running")


def main() -> None:
    for make in (
        totals,
        chargephobic_branching,
        measured,
        charges,
        channels,
        running,
        precision,
        charge_figure,
        branching_figure,
        hadronic_figure,
        ratio_figure,
        running_figure,
    ):
        make()


if __name__ == "__main__":
    main()
