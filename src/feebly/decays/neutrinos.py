"""The neutrinos that a particle decays to, channel by channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import numpy as np

from feebly import particle_data
from feebly import species as sp
from feebly.arrays import Array
from feebly.constants import PION_MASS
from feebly.decays.base import Fip
from feebly.decays.hnl import current_density, lepton_pair, pion_pair_density
from feebly.decays.spectra import FLAVOURS, Continuum, DecaySpectrum, Line, Part, Shape
from feebly.decays.three_body import LeptonPair, Role
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.math.quadrature import panels
from feebly.provenance import Provenance

_PANELS: Final = 200
_NODES: Final = 8
_KEPT: Final = 64  # shapes that channels share


def neutrino_spectrum(fip: Fip, *, secondaries: bool = False) -> DecaySpectrum:
    """Neutrinos per decay of a particle, by flavour and energy.

    Parameters
    ----------
    fip : particle with its widths, as from `feebly.decays.of`. Of a Dirac heavy neutral lepton this is the particle; the
        antiparticle has the `conjugate` spectrum.
    secondaries : whether muons and charged pions of decays to two particles or to leptons decay, too, as in vacuum.

    Notes
    -----
    Two-body decays give lines at rest, N -> nu nu nubar and N -> nu l l' the spectra of `three_body` with the masses of the
    leptons, N -> nu pi pi that of the pion form factor. The particle and the secondaries count as unpolarised.
    Source: akita-high-energy-neutrinos, Eqs. (39)-(42), (50), (56). Differs from it: masses of the charged leptons, which it
    sets to zero in (41), (42); decays to two pions, eta and omega. It leaves out secondaries, as is the default.
    Valid for: decays in vacuum.

    Raises
    ------
    UnsupportedModelError
        for a channel with neutrinos whose spectrum is not known.

    Examples
    --------
    >>> from feebly import decays, models
    >>> spectrum = neutrino_spectrum(decays.of(models.lmu_ltau(), 10.0))
    >>> dict(zip(FLAVOURS, spectrum.number.round(4).tolist()))["nu_mu"]
    0.5
    """
    parts: dict[Shape, Array] = {}
    share = fip.branching()
    for channel, branching in zip(fip.channels, share.tolist(), strict=True):
        if branching > 0:
            for shape, flavour in _shapes(fip.mass, channel):
                numbers = parts.setdefault(shape, np.zeros(len(FLAVOURS)))
                numbers[FLAVOURS.index(flavour)] += branching
    omitted: frozenset[str] = frozenset()
    if secondaries:
        from feebly.decays.secondaries import secondary_neutrinos

        more, omitted = secondary_neutrinos(fip)
        for shape, flavour, number in more:
            parts.setdefault(shape, np.zeros(len(FLAVOURS)))[FLAVOURS.index(flavour)] += number
    choices = frozenset(
        {("secondary neutrinos", "on" if secondaries else "off"), ("polarisation", "averaged")}
    )
    return DecaySpectrum(
        fip.mass,
        tuple(Part(shape, tuple(numbers.tolist())) for shape, numbers in parts.items()),
        fip.provenance | Provenance(choices=choices, omitted=omitted),
    )


def _shapes(mass: float, channel: str) -> Iterator[tuple[Shape, str]]:
    """Each neutrino of a channel: its distribution and its name."""
    words = channel.split()
    light = [word for word in words if word.startswith("nu")]
    rest = [word for word in words if not word.startswith("nu")]
    match len(light), len(rest):
        case 0, _:
            return
        case 2, 0:
            yield from ((Line(mass / 2), nu) for nu in light)
        case 3, 0:
            yield from ((three_body(lepton_pair(channel), mass, "neutrino"), nu) for nu in light[:2])
            yield three_body(lepton_pair(channel), mass, "antilepton"), light[2]
        case 1, 1 if rest[0][-1] not in "+-":
            yield Line((mass**2 - particle_data.mass(rest[0]) ** 2) / (2 * mass)), light[0]
        case 1, 2 if all(word in (*sp.LEPTONS, *map(sp.anti, sp.LEPTONS)) for word in rest):
            yield three_body(lepton_pair(channel), mass, "neutrino"), light[0]
        case 1, 2 if rest == ["pi+", "pi-"]:
            yield pion_pair_neutrino(mass), light[0]
        case _:
            raise UnsupportedModelError(
                f"The energies of the neutrinos in the channel '{channel}' are not known."
            )


@lru_cache(maxsize=_KEPT)
def three_body(pair: LeptonPair, mass: float, role: Role) -> Continuum:
    """Energies of a massless one of the three leptons of N -> nu l l', in the rest frame.

    Raises
    ------
    InvalidValueError
        for a lepton with a mass.

    Examples
    --------

    >>> shape = three_body(LeptonPair(0.0, 0.0, 0.5, 0.0), 2.0, "neutrino")
    >>> round(shape.mean, 12), round(float(shape.value[-1]), 12)  # 16 E^2/m^3 (3 - 4 E/m) at E = m/2
    (0.7, 2.0)
    """
    own = pair.energies(mass, role)[0]
    if own > 0:
        raise InvalidValueError(
            f"The {role} has a mass, {own:g} MeV; only massless ones have a boxed spectrum."
        )
    edges = np.linspace(0, 1, _PANELS + 1)
    nodes, weights = panels(edges, _NODES)

    def rate(t: Array) -> tuple[Array, Array, Array]:
        s, slope = pair.invariant(mass, t, role)
        return s, slope, pair.per_invariant(mass, s, role)

    return _continuum(mass, edges, nodes, weights, rate)


@lru_cache(maxsize=_KEPT)
def pion_pair_neutrino(mass: float) -> Continuum:
    """Energies of the neutrino of N -> nu pi+ pi-, in the rest frame."""
    edges = np.linspace(0, 1, _PANELS + 1)
    nodes, weights = panels(edges, _NODES)

    def rate(t: Array) -> tuple[Array, Array, Array]:
        root = 2 * PION_MASS + (mass - 2 * PION_MASS) * t
        density = current_density(mass, 0.0, root**2) * pion_pair_density(root**2, PION_MASS, PION_MASS)
        return root**2, 2 * root * (mass - 2 * PION_MASS), density

    return _continuum(mass, edges, nodes, weights, rate)


def _continuum(
    mass: float,
    edges: Array,
    nodes: Array,
    weights: Array,
    rate: Callable[[Array], tuple[Array, Array, Array]],
) -> Continuum:
    """Distribution of a massless particle from s, ds/dt and dGamma/ds at t; E = (m^2 - s) / 2 m falls with t."""
    s, slope, density = rate(nodes)
    energy, weight = (mass**2 - s) / (2 * mass), weights * slope * density
    weight = weight / weight.sum()
    sums = [
        np.concatenate([[0.0], np.cumsum((weight * factor).reshape(-1, _NODES).sum(axis=1)[::-1])])
        for factor in (np.ones_like(energy), 1 / energy, energy)
    ]
    s_edge, _, at_edge = rate(edges)
    total = float(np.sum(weights * slope * density))
    grid = (mass**2 - s_edge[::-1]) / (2 * mass)
    grid[0] = 0.0
    return Continuum(grid, sums[0], sums[1], sums[2], 2 * mass * at_edge[::-1] / total)
