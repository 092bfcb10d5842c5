"""Widths of majorons to pairs of neutrinos and pairs of antineutrinos."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from feebly import species as sp
from feebly.arrays import Array, mass_array
from feebly.decays.partial_widths import Widths
from feebly.errors import UnsupportedModelError
from feebly.models import Model, NeutrinoMatrix
from feebly.models.majoron import PAIRS
from feebly.provenance import Provenance, sources

SOURCES: Final = sources(("akita-high-energy-neutrinos", "Eq. (53)"))


def pair_width(mass: Array, coupling: float, *, is_same: bool) -> Array:
    """Width (M,) [MeV] of phi -> nu_a nu_b at the coupling g_ab; that to the antineutrinos is the same.

    Notes
    -----
    Gamma = S g_ab^2 m / (16 pi), S = 1/2 for a = b and 1 otherwise.
    For a = b the amplitude is g ubar v, since (1/2) nubar nu has two ways to make the pair; its square, summed over the
    helicities, is 2 g^2 m^2, shared by nu nu and nubar nubar, with 1/2 for identical particles. For a != b the coupling is
    g_ab nubar_a nu_b and the amplitude the same, without the 1/2.
    Source: akita-high-energy-neutrinos, Eq. (53). Differs from it: nothing.
    Valid for: massless neutrinos, in vacuum.

    >>> (16 * math.pi * pair_width(np.array([1.0]), 1.0, is_same=True)).round(12).tolist()
    [0.5]
    """
    return np.asarray((0.5 if is_same else 1.0) * coupling**2 * mass / (16 * math.pi))


def widths(model: Model, mass: Array) -> Widths:
    """Partial widths of a majoron at masses (M,) [MeV], per unit g^2.

    Raises
    ------
    UnsupportedModelError
        for a model that is no majoron.
    """
    if not isinstance(model, NeutrinoMatrix):
        raise UnsupportedModelError(f"'{model.name}' is no majoron. It needs: NeutrinoMatrix.")
    masses, matrix = mass_array(mass), model.flavour_matrix()
    names, gamma = [], []
    for a, b in PAIRS:
        if matrix[a, b] == 0:
            continue
        pair = (sp.NEUTRINOS[a], sp.NEUTRINOS[b])
        names += [" ".join(pair), " ".join(sp.anti(nu) for nu in pair)]
        gamma += [pair_width(masses, float(matrix[a, b]), is_same=a == b)] * 2
    return Widths(
        model=model.name,
        mass=masses,
        channels=tuple(names),
        gamma=np.array(gamma),
        error=np.zeros((len(names), masses.size)),
        total_error=np.zeros(masses.size),
        masked=np.zeros(masses.size, dtype=bool),
        power=model.scale.power,
        provenance=model.provenance | Provenance(sources=SOURCES),
        scale_name=model.scale.name,
    )
