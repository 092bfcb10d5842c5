"""Fit the parameters of the hydrostatic stars, ``src/feebly/data/star/pns.toml``, to published numbers.

Run by hand after a change of the physics, from the root of the repository; then copy what it prints into ``pns.toml``
(and its hash into the sidecar), and run ``make_star_tables.py``:

    python docs/validation/fit_stars.py

Writes ``_tables/stars_fit.md`` beside this file. Takes about five minutes.

1 s and 5 s: least squares of temperature, density and lepton fraction of each shell, with the 15 %, 20 % and 0.03 that are
asked of them as errors, and of the black-body luminosity to 15 %: the published one at 1 s, that of the loss of mass at 5 s.
Eleven numbers: ln s and Y_L at five places, and ln s at the base of the atmosphere, to which that of the atmosphere is tied.
0.5 s: core and leptons continue their course from 5 to 1 s, mantle and edge half as fast; base by the loss of mass.
10 s: leptons continue their course from 1 to 5 s; the core has come to one redshifted temperature; mantle, edge and base have
cooled by a common factor, by the loss of mass.

The file holds three digits; begun there, the fit lowers chi2 by less than 0.01.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from make_stars import averages, shells
from numpy.typing import NDArray
from pages import table
from scipy.interpolate import PchipInterpolator
from scipy.optimize import OptimizeResult, least_squares

from feebly.environments.pns_parameters import PARAMETERS, parsed, standard_parameters
from feebly.environments.proto_neutron_star import ProtoNeutronStar, StarParameters, proto_neutron_star
from feebly.environments.proto_neutron_star_energy import loss_of_mass
from feebly.environments.proto_neutron_star_profile import black_body, profile
from feebly.units import ERG, FM, SECOND

Array = NDArray[np.float64]
Moments = dict[float, tuple[Array, Array]]  # time in s: entropy and lepton fraction at the places
ERRORS = {"density": 0.20, "temperature": 0.15, "leptons": 0.03, "luminosity": 0.15}
PUBLISHED = 4.4e52 * ERG / SECOND  # at 1 s, blinov-lmu-ltau
LEAST = 0.02  # lepton fraction
KNOTS = 100
FITTED = 5  # places of core, mantle and edge
BASE = 6  # place of the base of the atmosphere
TIED = np.array([1.0, 1.55, 2.4])  # entropy of base and atmosphere over that of the base, likewise
# of the way from edge to base, in ln s and Y_L, at the place between them: temperature falls outward
BELOW = {0.5: 0.4, 1.0: 0.35, 5.0: 0.22, 10.0: 0.18}
STEPS = np.array([0.02] * FITTED + [0.004] * FITTED + [0.02])


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def course(moments: Moments) -> Callable[[float], StarParameters]:
    """Parameters of the reference star in time through given moments."""
    times = sorted(moments)
    values = np.array([[np.log(moments[t][0]), moments[t][1]] for t in times])
    line = PchipInterpolator(np.log(times), values)

    def at(time_s: float) -> StarParameters:
        log_entropy, leptons = line(np.log(time_s))
        return replace(
            standard_parameters(1.0),
            time_s=time_s,
            entropy=tuple(np.exp(log_entropy)),
            lepton_fraction=tuple(leptons),
            knots=KNOTS,
            reach_km=100.0,
        )

    return at


class Star:
    """The star of one moment as function of its numbers; each search begins at the star found before."""

    def __init__(self, moments: Moments, time_s: float) -> None:
        self.moments, self.time_s = dict(moments), time_s
        self.last: ProtoNeutronStar | None = None

    def __call__(self, entropy: Array, leptons: Array) -> tuple[ProtoNeutronStar, float, float]:
        """The star, its black-body luminosity and its loss of mass."""
        self.moments[self.time_s] = entropy, leptons
        now = course(self.moments)
        star = proto_neutron_star(now(self.time_s), near=self.last)
        self.last = star
        return star, black_body(profile(star)), loss_of_mass(star, now)


def atmosphere(time_s: float, entropy: Array, base: float) -> Array:
    """Entropies at all places, from those of core, mantle and edge, and of the base of the atmosphere."""
    between = entropy[FITTED - 1] ** (1 - BELOW[time_s]) * base ** BELOW[time_s]
    return np.concatenate([entropy[:FITTED], [between], base * TIED])


def leptons_of(time_s: float, inner: Array, base: Array) -> Array:
    """Lepton fractions at all places, from those of core, mantle and edge, and those of the atmosphere."""
    between = inner[FITTED - 1] * (1 - BELOW[time_s]) + base[0] * BELOW[time_s]
    return np.concatenate([inner[:FITTED], [between], base])


def fit(moments: Moments, time_s: float) -> OptimizeResult:
    """Eleven numbers of 1 or 5 s by least squares; updates the moment."""
    given, star = shells(int(time_s)), Star(moments, time_s)
    edges = np.concatenate([[0.0], given["outer_radius_km"]])
    entropy, leptons = moments[time_s]

    def split(x: Array) -> tuple[Array, Array]:
        s = atmosphere(time_s, np.exp(x[:FITTED]), float(np.exp(x[-1])))
        return s, leptons_of(time_s, x[FITTED : 2 * FITTED], leptons[BASE:])

    def residuals(x: Array) -> Array:
        found, bright, loss = star(*split(x))
        n, t, y = averages(profile(found), edges)
        return np.concatenate(
            [
                (n * FM**3 / given["baryon_density_fm3"] - 1) / ERRORS["density"],
                (t / given["temperature_mev"] - 1) / ERRORS["temperature"],
                (y - given["lepton_fraction"]) / ERRORS["leptons"],
                [np.log(bright / (PUBLISHED if time_s == 1 else loss)) / ERRORS["luminosity"]],
            ]
        )

    start = np.concatenate([np.log(entropy[:FITTED]), leptons[:FITTED], np.log(entropy[BASE : BASE + 1])])
    low = np.array([-np.inf] * FITTED + [LEAST] * FITTED + [-np.inf])
    found = least_squares(
        residuals, np.maximum(start, low + 1e-6), bounds=(low, np.inf), jac=lambda x: slopes(residuals, x),
        x_scale=STEPS * 10, ftol=1e-3, xtol=1e-3, max_nfev=8,
    )  # fmt: skip
    moments[time_s] = split(found.x)
    say(f"{time_s:g} s: chi2 {2 * found.cost:.3f}, {found.message}")
    say(f"  residuals {np.array2string(found.fun, precision=2)}")
    say(f"  entropy {moments[time_s][0].round(3)}, leptons {moments[time_s][1].round(4)}")
    return found


def slopes(function: Callable[[Array], Array], x: Array) -> Array:
    """Central differences."""
    columns = []
    for k, step in enumerate(STEPS):
        shift = step * np.eye(x.size)[k]
        columns.append((function(x + shift) - function(x - shift)) / (2 * step))
    return np.stack(columns, axis=1)


def early(moments: Moments) -> None:
    """Half a second."""
    pace = np.log(2) / np.log(5) * np.array([1.0, 1.0, 1.0, 0.5, 0.5])
    entropy = moments[1.0][0][:FITTED] * (moments[1.0][0] / moments[5.0][0])[:FITTED] ** pace
    leptons = moments[1.0][1] + (moments[1.0][1] - moments[5.0][1]) * np.log(2) / np.log(5)
    leptons = leptons_of(0.5, leptons, moments[0.5][1][BASE:])
    star, base = Star(moments, 0.5), float(moments[0.5][0][BASE])

    def residual(x: Array) -> Array:
        _, bright, loss = star(atmosphere(0.5, entropy, float(np.exp(x[0]))), leptons)
        return np.log([bright / loss])

    found = least_squares(residual, [np.log(base)], diff_step=0.01, ftol=1e-3, xtol=1e-3, max_nfev=6)
    moments[0.5] = atmosphere(0.5, entropy, float(np.exp(found.x[0]))), leptons
    say(f"0.5 s: ln of black body over loss {found.fun}")


def late(moments: Moments) -> None:
    """Ten seconds: ln s at the two innermost places, and the common factor of the others."""
    before = moments[5.0][0]
    leptons = moments[5.0][1] + (moments[5.0][1] - moments[1.0][1]) * np.log(2) / np.log(5)
    leptons = leptons_of(10.0, np.maximum(leptons, LEAST), moments[10.0][1][BASE:])
    star = Star(moments, 10.0)
    places = np.array(standard_parameters(1.0).enclosed[:3])

    def entropy(x: Array) -> Array:
        cooled = np.exp(x[2]) * before
        return atmosphere(10.0, np.concatenate([np.exp(x[:2]), cooled[2:]]), float(cooled[BASE]))

    def residuals(x: Array) -> Array:
        found, bright, loss = star(entropy(x), leptons)
        at = found.equilibrium
        warm = np.log(at.temperature) + at.structure.potential
        level = np.interp(places, at.baryons / at.baryons[-1], warm)
        return np.append(10 * np.diff(level), np.log(bright / loss))

    start = np.append(np.log(moments[10.0][0][:2]), np.log(moments[10.0][0][2] / before[2]))
    found = least_squares(residuals, start, diff_step=0.01, x_scale=0.1, ftol=1e-3, xtol=1e-3, max_nfev=8)
    moments[10.0] = entropy(found.x), leptons
    say(f"10 s: residuals {found.fun}")


def main() -> None:
    stored = parsed(PARAMETERS)
    moments: Moments = {
        m["time_s"]: (np.array(m["entropy"]), np.array(m["lepton_fraction"])) for m in stored["moments"]
    }
    for time_s, (entropy, leptons) in moments.items():
        moments[time_s] = atmosphere(time_s, entropy, float(entropy[BASE])), leptons
    fits = {1.0: fit(moments, 1.0), 5.0: fit(moments, 5.0)}
    early(moments)
    late(moments)
    fits[5.0] = fit(moments, 5.0)  # its loss of mass depends on the others
    early(moments)
    late(moments)
    rows = []
    for time_s, found in fits.items():
        free = np.linalg.inv(found.jac.T @ found.jac)
        error = np.sqrt(np.diag(free))
        together = free[:FITTED].sum(axis=0)[: 2 * FITTED] / np.sqrt(free[:FITTED, :FITTED].sum())
        np.set_printoptions(precision=4, suppress=True)
        say(f"{time_s:g} s: one sigma of the sum of ln s moves (ln s, Y_L) by {together}")
        for label, part, move in (
            ("$\\ln s$", slice(0, FITTED), together[:FITTED]),
            ("$Y_L$", slice(FITTED, 2 * FITTED), together[FITTED:]),
        ):
            values = np.exp(found.x[part]) if part.start == 0 else found.x[part]
            rows.append([
                f"{time_s:g} s", label, f"{2 * found.cost:.2f}",
                *(f"{v:.3f} ± {e:.3f} ({m:+.3f})" for v, e, m in zip(values, error[part], move, strict=True)),
                f"{np.exp(found.x[-1]):.2f} ± {error[-1]:.2f}" if part.start == 0 else "",
            ])  # fmt: skip
    head = [
        "",
        "",
        "$\\chi^2$",
        *(f"{x:g}" for x in (*stored["enclosed"][:FITTED], stored["enclosed"][BASE])),
    ]
    table("stars_fit", head, rows)
    for time_s in sorted(moments):
        entropy, leptons = moments[time_s]
        say(f"\n[[moments]]\ntime_s = {time_s}")
        say(f"entropy = {[float(f'{x:.3g}') for x in entropy]}")
        say(f"lepton_fraction = {[float(f'{x:.3g}') for x in leptons]}")


if __name__ == "__main__":
    main()
