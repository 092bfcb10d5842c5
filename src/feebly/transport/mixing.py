"""Masses and mixing of the neutrinos: published fits, or your own numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.provenance import Provenance
from feebly.units import EV

Ordering = Literal["normal", "inverted"]
Release = Literal["5.2", "6.0", "6.1"]
_FITS = "mixing/nufit.csv"


@dataclass(frozen=True, slots=True)
class Mixing:
    """Three neutrinos: sines squared of the angles, CP phase [rad], mass splittings [MeV^2].

    Parameters
    ----------
    name : how provenance calls it.
    sin2_12, sin2_13, sin2_23 : sin^2 of the mixing angles, between 0 and 1.
    delta : CP phase, rad.
    dm2_21, dm2_31 : m2^2 - m1^2 > 0, and m3^2 - m1^2, negative for the inverted ordering.

    Raises
    ------
    InvalidValueError
        for angles or splittings that are not such.

    Notes
    -----
    U = R_23 diag(1, 1, e^{i delta}) R_13 R_12.
    Source: akita-high-energy-neutrinos, Eq. (17). Differs from it: nothing.
    """

    name: str
    sin2_12: float
    sin2_13: float
    sin2_23: float
    delta: float
    dm2_21: float
    dm2_31: float
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for what, value in (("12", self.sin2_12), ("13", self.sin2_13), ("23", self.sin2_23)):
            if not 0 <= value <= 1:
                raise InvalidValueError(f"sin2_{what} is {value:g}; a sine squared lies between 0 and 1.")
        heavier = self.dm2_31 > self.dm2_21 or self.dm2_31 < 0
        if not (self.dm2_21 > 0 and heavier and np.isfinite([self.delta, self.dm2_31]).all()):
            raise InvalidValueError(
                f"The mass splittings are dm2_21 = {self.dm2_21:g} and dm2_31 = {self.dm2_31:g} MeV^2; dm2_21 must be "
                "positive and the third mass above or below the other two."
            )

    @property
    def ordering(self) -> Ordering:
        """Whether the third mass is above or below the other two."""
        return "normal" if self.dm2_31 > 0 else "inverted"

    @property
    def masses(self) -> Array:
        """Squared masses less that of the first (3,) [MeV^2]."""
        return np.array([0.0, self.dm2_21, self.dm2_31])

    def matrix(self) -> ComplexArray:
        """Mixing matrix U (3, 3), flavours e, mu, tau by masses 1, 2, 3."""
        angles = [np.arcsin(np.sqrt(s)) for s in (self.sin2_12, self.sin2_13, self.sin2_23)]
        return mixing_matrix(*(np.asarray(angle) for angle in angles), delta=self.delta)


def mixing_matrix(theta12: Array, theta13: Array, theta23: Array, *, delta: float) -> ComplexArray:
    """Mixing matrix U (..., 3, 3) of angles (...) [rad].

    >>> u = mixing_matrix(np.array(0.6), np.array(0.1), np.array(0.8), delta=1.0)
    >>> bool(np.allclose(u @ u.conj().T, np.eye(3)))
    True
    """
    s12, c12, s13, c13 = np.sin(theta12), np.cos(theta12), np.sin(theta13), np.cos(theta13)
    s23, c23, phase = np.sin(theta23), np.cos(theta23), np.exp(1j * delta)
    second = (-s12 + 0j * s13, c12 + 0j * s13, 0j * s12 * s13)  # rows of R_13 R_12
    third = (-s13 * c12, -s13 * s12, c13 + 0j * s12)
    rows = (
        (c13 * c12 + 0j, c13 * s12 + 0j, s13 + 0j * s12),
        tuple(c23 * a + s23 * phase * b for a, b in zip(second, third, strict=True)),
        tuple(-s23 * a + c23 * phase * b for a, b in zip(second, third, strict=True)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def nufit(
    release: Release = "5.2", *, ordering: Ordering = "normal", super_kamiokande: bool = True
) -> Mixing:
    """Best fit of a NuFIT release, with or without the atmospheric data of Super-Kamiokande.

    Raises
    ------
    UnknownNameError
        for a release or an ordering that is not there.

    Notes
    -----
    Source: Esteban:2024eli, parameter tables. Differs from it: theta_12 from the angle where it was read.
    Valid for: best fits, without their errors.

    Examples
    --------
    >>> fit = nufit("6.0", ordering="inverted")
    >>> fit.name, fit.ordering, fit.sin2_13
    ('NuFIT 6.0 with SK, inverted', 'inverted', 0.02231)
    """
    file = embedded.load(_FITS)
    rows = {(row["release"], row["super_kamiokande"], row["ordering"]): row for row in file.rows()}
    for what, asked, column in (("NuFIT release", release, 0), ("mass ordering", ordering, 2)):
        known = {key[column] for key in rows}
        if asked not in known:
            raise UnknownNameError(what, str(asked), known)
    atmospheric = "with" if super_kamiokande else "without"
    row = rows[release, atmospheric, ordering]
    name = f"NuFIT {release} {atmospheric} SK, {ordering}"
    dm2_21, dm2_3l = float(row["dm2_21_ev2"]) * EV**2, float(row["dm2_3l_ev2"]) * EV**2
    angle = row["theta12_deg"]
    return Mixing(
        name=name,
        sin2_12=float(np.sin(np.radians(float(angle))) ** 2) if angle else float(row["sin2_12"]),
        sin2_13=float(row["sin2_13"]),
        sin2_23=float(row["sin2_23"]),
        delta=float(np.radians(float(row["delta_cp_deg"]))),
        dm2_21=dm2_21,
        dm2_31=dm2_3l if ordering == "normal" else dm2_3l + dm2_21,
        provenance=file.provenance | Provenance(choices=frozenset({("neutrino mixing", name)})),
    )
