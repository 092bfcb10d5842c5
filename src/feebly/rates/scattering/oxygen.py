"""Charged current of neutrinos on 16O: embedded nodes below 100 MeV, a Fermi gas matched to them above."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array, Mask
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.provenance import Provenance
from feebly.rates.scattering import fermi_gas
from feebly.units import CM

Oxygen = Literal["fermi-gas", "extrapolated", "nakazato"]
FinalState = Literal["ground", "groups"]
MATCHED: Final = 100.0  # MeV, where the nodes end
ELECTRON_NEUTRINOS: Final = ("nu_e", "nu_e~")
_COLUMNS: Final = {"nu_e": "nu_e_1e42_cm2", "nu_e~": "anti_nu_e_1e42_cm2"}
_UNIT: Final = 1e-42 * CM**2


def provenance(oxygen: Oxygen) -> Provenance:
    """Where the cross sections come from."""
    below = "detectors/oxygen_groups.csv" if oxygen == "nakazato" else "detectors/oxygen.csv"
    found = embedded.load(below).provenance | Provenance(choices=frozenset({("oxygen", oxygen)}))
    above = (
        embedded.load("detectors/oxygen_above.toml").provenance
        if oxygen == "extrapolated"
        else fermi_gas.provenance()
    )
    return found | above


def _check(neutrino: str, known: tuple[str, ...]) -> None:
    if neutrino not in known:
        raise UnknownNameError("neutrino with a charged current on oxygen here", neutrino, known)


@cache
def nodes(neutrino: str) -> tuple[Array, Array]:
    """Energies [MeV] and cross sections [MeV^-2] of the embedded table, from threshold to 100 MeV.

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.

    Examples
    --------
    >>> energy, sigma = nodes("nu_e")
    >>> float(energy[-1]), round(float(sigma[-1] / CM**2 / 1e-42))
    (100.0, 1320)
    """
    _check(neutrino, ELECTRON_NEUTRINOS)
    rows = embedded.load("detectors/oxygen.csv").rows()
    energy = np.array([float(row["energy_mev"]) for row in rows])
    value = np.array([float(row[_COLUMNS[neutrino]]) for row in rows]) * _UNIT
    energy.setflags(write=False)
    value.setflags(write=False)
    return energy, value


@cache
def groups(neutrino: str) -> Array:
    """Rows (excitation [MeV], a, b, c) of the four groups of nuclear levels.

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.

    Examples
    --------
    >>> groups("nu_e~")[:, 0].tolist()
    [11.23, 18.5, 21.54, 25.38]
    """
    _check(neutrino, ELECTRON_NEUTRINOS)
    rows = embedded.load("detectors/oxygen_groups.csv").rows()
    return np.array(
        [
            [float(row[key]) for key in ("excitation_mev", "a", "b", "c")]
            for row in rows
            if row["neutrino"] == neutrino
        ]
    )


def group_cross_sections(neutrino: str, energy: ArrayLike) -> Array:
    """Cross sections (N, 4) [MeV^-2] of the groups of nuclear levels at neutrino energies (N,) [MeV].

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.

    Notes
    -----
    sigma_g = 10^(a + b d + c d^2) cm^2, d = log10(E^0.25 - E_g^0.25); the lepton takes E - E_g.
    Source: nakazato-oxygen, Table 4. Valid for: supernova energies; extrapolated above 100 MeV.

    Examples
    --------
    >>> round(float(group_cross_sections("nu_e", [50.0]).sum() / CM**2 / 1e-42), 1)
    59.5
    """
    e = np.atleast_1d(np.asarray(energy, dtype=float))[:, None]
    excitation, a, b, c = groups(neutrino).T
    step = np.maximum(e, 0.0) ** 0.25 - excitation**0.25
    d = np.log10(np.where(step > 0, step, 1.0))
    return np.asarray(np.where(step > 0, 10 ** (a + b * d + c * d**2) * CM**2, 0.0))


def _below(neutrino: str, energy: Array, oxygen: Oxygen) -> Array:
    """Cross section up to 100 MeV: monotonic in logarithms between the nodes, linear from threshold."""
    from scipy.interpolate import PchipInterpolator  # slow to import

    if oxygen == "nakazato":
        return np.asarray(group_cross_sections(neutrino, energy).sum(axis=-1))
    x, y = nodes(neutrino)
    some = y > 0
    start, first = x[~some][-1], x[some][0]
    logs = PchipInterpolator(np.log(x[some]), np.log(y[some]))(np.log(np.maximum(energy, first)))
    foot = y[some][0] * np.clip((energy - start) / (first - start), 0.0, 1.0)
    return np.asarray(np.where(energy < first, foot, np.exp(logs)))


def _power_law(neutrino: str, energy: Array) -> Array:
    law = embedded.load("detectors/oxygen_above.toml").table()["power_law"][neutrino]
    step = np.maximum(energy**0.25 - law["threshold_mev"] ** 0.25, 0.0)
    return np.asarray(law["scale_cm2"] * CM**2 * step ** law["power"])


def matching(neutrino: str, energy: Array, oxygen: Oxygen = "fermi-gas") -> Array:
    """What the Fermi gas is multiplied with above 100 MeV: 1 + (R - 1) 100 MeV/E, R the ratio to the nodes there.

    For nu_e the excess of the nodes over the Fermi gas itself falls like 1/E between 50 and 100 MeV.

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.

    Examples
    --------
    >>> matching("nu_e", np.array([100.0, 200.0])).round(2).tolist()
    [1.4, 1.2]
    """
    at = np.array([MATCHED])
    ratio = _below(neutrino, at, oxygen) / fermi_gas.cross_section(fermi_gas.oxygen(), neutrino, at)
    return np.asarray(1 + (ratio - 1) * MATCHED / energy)


def cross_section(neutrino: str, energy: ArrayLike, *, oxygen: Oxygen = "fermi-gas") -> Array:
    """Cross section (N,) of nu_e or nu_e~ on 16O by the charged current [MeV^-2] at energies (N,) [MeV].

    Parameters
    ----------
    oxygen : "fermi-gas" (nodes to 100 MeV, then the matched Fermi gas), "extrapolated" (nodes, then a power law)
        or "nakazato" (the fit of four groups to 100 MeV, then the Fermi gas matched to it).

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.
    InvalidValueError
        for an unknown `oxygen`.
    OutOfDomainError
        above 1500 MeV, but for the power law.

    Notes
    -----
    Source: kolbe-oxygen below 100 MeV, or nakazato-oxygen; own calculation above.
    Valid for: up to 1500 MeV; without the production of pions. See `spread` for what is not known.

    Examples
    --------
    >>> (cross_section("nu_e", [50.0, 100.0]) / CM**2 / 1e-42).round(1).tolist()
    [52.1, 1320.0]
    """
    _check(neutrino, ELECTRON_NEUTRINOS)
    if oxygen not in get_args(Oxygen):
        raise InvalidValueError(f"oxygen = '{oxygen}' is not known. Possible: {', '.join(get_args(Oxygen))}.")
    e = np.atleast_1d(np.asarray(energy, dtype=float))
    high: Mask = e > MATCHED
    found = _below(neutrino, np.minimum(e, MATCHED), oxygen)
    if np.any(high):
        beyond = e[high]
        found[high] = (
            _power_law(neutrino, beyond)
            if oxygen == "extrapolated"
            else matching(neutrino, beyond, oxygen)
            * fermi_gas.cross_section(fermi_gas.oxygen(), neutrino, beyond)
        )
    return found


def spread(neutrino: str, energy: ArrayLike) -> tuple[Array, Array]:
    """Smallest and largest cross section (N,) [MeV^-2] of what is on offer: a measure of what is not known.

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.
    OutOfDomainError
        above 1500 MeV.

    Notes
    -----
    Up to 100 MeV, the nodes and the fit of four groups. Above, the Fermi gas without matching, that with the ratio
    at 100 MeV kept, that matched to the fit, and the power law through the nodes.

    Examples
    --------
    >>> low, high = spread("nu_e", [150.0])
    >>> round(float(high[0] / low[0]), 1)
    1.4
    """
    e = np.atleast_1d(np.asarray(energy, dtype=float))
    kinds: tuple[Oxygen, ...] = get_args(Oxygen)
    every = [cross_section(neutrino, e, oxygen=kind) for kind in kinds]
    bare = fermi_gas.cross_section(fermi_gas.oxygen(), neutrino, e)
    high = e > MATCHED
    kept = bare * matching(neutrino, np.full(1, MATCHED))
    every += [np.where(high, bare, every[0]), np.where(high, kept, every[0])]
    return np.min(every, axis=0), np.max(every, axis=0)


def spectrum(
    neutrino: str, energy: ArrayLike, *, oxygen: Oxygen = "fermi-gas", final_state: FinalState = "ground"
) -> tuple[Array, Array]:
    """Electron energies (N, L) [MeV] and the cross section at each (N, L) [MeV^-2]; the sum over L is total.

    Parameters
    ----------
    final_state : "ground", E_e = E_nu - Q with Q = 15.2 MeV for nu_e and 11.2 MeV for nu_e~, the lowest levels of
        nakazato-oxygen, or "groups", shared among its four groups of levels.

    Raises
    ------
    UnknownNameError
        for another neutrino than nu_e and nu_e~.
    InvalidValueError
        for an unknown `oxygen` or `final_state`.
    OutOfDomainError
        above 1500 MeV, but for the power law.

    Notes
    -----
    Source: nakazato-oxygen, Table 4, for the energies of the levels. Differs from it: the sum of its groups is
    scaled to the cross section asked for. blinov-lmu-ltau takes E_e >= E_nu - 15 MeV for both.
    Valid for: knock-out at high energies takes more than Q, so "ground" gives the largest electron energies.
    """
    e = np.atleast_1d(np.asarray(energy, dtype=float))
    total = cross_section(neutrino, e, oxygen=oxygen)[:, None]
    excitation = groups(neutrino)[:, 0]
    if final_state == "ground":
        return np.maximum(e[:, None] - excitation[:1], 0.0), np.where(e[:, None] > excitation[0], total, 0.0)
    if final_state != "groups":
        raise InvalidValueError(f"final_state = '{final_state}' is not known. Possible: ground, groups.")
    parts = group_cross_sections(neutrino, e)
    summed = parts.sum(axis=-1, keepdims=True)
    share = np.divide(parts, summed, out=np.zeros_like(parts), where=summed > 0)
    return np.maximum(e[:, None] - excitation, 0.0), total * share
