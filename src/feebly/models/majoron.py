"""Majorons: scalars that couple to pairs of neutrinos, with any pattern of flavours."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.models.base import CouplingScale
from feebly.provenance import Provenance, sources

G_SCALE: Final = CouplingScale(name="g", latex="g", power=2)
_NAMES: Final = ("e", "mu", "tau")
PAIRS: Final = tuple(combinations_with_replacement(range(3), 2))  # ee, emu, etau, mumu, mutau, tautau
_LARGEST: Final = 1e6  # of an entry; the scale g carries the size

Row = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Majoron:
    """A real scalar phi with L = (1/2) phi sum_ab g_ab nubar_b nu_a for Majorana neutrinos, g_ab = g M_ab.

    Parameters
    ----------
    name : how files and figures call it.
    matrix : M_ab, three rows of three; real and symmetric.

    Notes
    -----
    The sum runs over all a and b: a coupling of two flavours is g_ab phi nubar_a nu_b, that of one flavour has the 1/2.
    For left-handed two-component neutrinos L = -(1/2) phi sum_ab g_ab nu_a nu_b + h.c.; a pseudoscalar, with i gamma_5, has
    the same rates. It carries two units of lepton number: phi -> nu_a nu_b and phi -> nubar_a nubar_b, never nu nubar.
    Source: akita-high-energy-neutrinos, Eq. (52). Differs from it: nothing.

    Examples
    --------
    >>> majoron_emu().flavour_matrix().tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """

    name: str
    matrix: tuple[Row, Row, Row]

    def __post_init__(self) -> None:
        entries = np.array(self.matrix, dtype=float)
        if entries.shape != (3, 3) or not np.all(np.abs(entries) <= _LARGEST) or not entries.any():
            raise InvalidValueError(
                "The couplings of a majoron are three rows of three finite numbers, in e, mu, tau; not all zero.\n"
                "  For example: majoron([[1, 0, 0], [0, 0, 0], [0, 0, 0]])"
            )
        if not np.array_equal(entries, entries.T):
            raise InvalidValueError(
                "The couplings of a majoron must be symmetric: nubar_a nu_b and nubar_b nu_a are the same for Majorana neutrinos."
            )

    @property
    def scale(self) -> CouplingScale:
        return G_SCALE

    @property
    def spin(self) -> float:
        return 0.0

    @property
    def provenance(self) -> Provenance:
        shown = ", ".join(
            f"{_NAMES[a]}{_NAMES[b]} {self.matrix[a][b]:g}" for a, b in PAIRS if self.matrix[a][b]
        )
        return Provenance(
            sources=sources(("akita-high-energy-neutrinos", "Eqs. (52), (53)")),
            choices=frozenset({("neutrino", "majorana"), ("g_ab / g", shown)}),
        )

    def fingerprint(self) -> str:
        """Hash of the couplings; the name does not enter."""
        entries = tuple(tuple(float(x) for x in row) for row in self.matrix)
        return hashlib.sha256(repr(("majoron", entries)).encode()).hexdigest()[:16]

    def flavour_matrix(self) -> Array:
        """Couplings M_ab (3, 3) in units of the scale, symmetric, in e, mu, tau."""
        return np.array(self.matrix, dtype=float)


def majoron(matrix: Sequence[Sequence[float]] | Array) -> Majoron:
    """A majoron with the couplings M_ab of all flavours, in units of the scale g.

    >>> majoron([[0, 0, 0], [0, 1, 0.5], [0, 0.5, 0]]).flavour_matrix()[1].tolist()
    [0.0, 1.0, 0.5]
    """
    rows = tuple(tuple(float(x) for x in row) for row in matrix)
    return Majoron("majoron", rows)  # type: ignore[arg-type]  # the constructor refuses other shapes


def _single(a: int, b: int) -> Majoron:
    entries = np.zeros((3, 3))
    entries[a, b] = entries[b, a] = 1.0
    first, second, third = (tuple(row) for row in entries.tolist())
    return Majoron(f"majoron-{_NAMES[a]}{_NAMES[b]}", (first, second, third))  # type: ignore[arg-type]


def majoron_ee() -> Majoron:
    """A majoron that couples to nu_e nu_e; g = g_ee."""
    return _single(0, 0)


def majoron_emu() -> Majoron:
    """A majoron that couples to nu_e nu_mu; g = g_emu."""
    return _single(0, 1)


def majoron_etau() -> Majoron:
    """A majoron that couples to nu_e nu_tau; g = g_etau."""
    return _single(0, 2)


def majoron_mumu() -> Majoron:
    """A majoron that couples to nu_mu nu_mu; g = g_mumu."""
    return _single(1, 1)


def majoron_mutau() -> Majoron:
    """A majoron that couples to nu_mu nu_tau; g = g_mutau."""
    return _single(1, 2)


def majoron_tautau() -> Majoron:
    """A majoron that couples to nu_tau nu_tau; g = g_tautau."""
    return _single(2, 2)
