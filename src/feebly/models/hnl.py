"""Heavy neutral leptons that mix with the neutrinos of the Standard Model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

import numpy as np

from feebly.arrays import Array
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.models.base import CouplingScale, Nature
from feebly.provenance import Provenance, sources

MIXING_SCALE: Final = CouplingScale(name="|U|^2", latex=r"\lvert U\rvert^2", power=1)
FLAVOURS: Final = ("e", "mu", "tau")
_ROUNDING: Final = 1e-9  # of the sum of the shares


@dataclass(frozen=True, slots=True)
class HeavyNeutralLepton:
    """A heavy neutral lepton N in the neutrinos of flavour a: nu_a contains U_a N, |U|^2 = sum_a |U_a|^2.

    Parameters
    ----------
    name : how files and figures call it.
    share : |U_a|^2 / |U|^2 for e, mu and tau; their sum is 1.
    nature : "majorana" for a particle that is its own antiparticle and decays to leptons and antileptons alike,
        "dirac" for one that conserves lepton number. The widths and spectra of "dirac" are those of N; its antiparticle
        has the conjugate ones.

    Notes
    -----
    L = -(4 G_F / sqrt 2) (J^+_mu J^-mu + J^Z_mu J^Z mu) with nu_a -> nu_a + U_a N in the currents.
    Rates are linear in |U|^2: those of different flavours do not interfere, with light neutrinos as massless.
    Source: akita-high-energy-neutrinos, Sec. 4.2. Differs from it: any shares of the flavours, and Dirac particles.

    Examples
    --------
    >>> hnl_mu().flavour_fractions().tolist()
    [0.0, 1.0, 0.0]
    """

    name: str
    share: tuple[float, float, float]
    nature: Nature = "majorana"

    def __post_init__(self) -> None:
        if self.nature not in get_args(Nature):
            raise InvalidValueError(
                f"nature = '{self.nature}' is not known. Possible: {', '.join(get_args(Nature))}."
            )
        if not (all(x >= 0 for x in self.share) and abs(sum(self.share) - 1) < _ROUNDING):
            raise InvalidValueError(
                f"The shares of |U|^2 are {', '.join(f'{x:g}' for x in self.share)}; they must not be negative, "
                "and their sum must be 1: the size of the mixing is the scale |U|^2."
            )

    @property
    def scale(self) -> CouplingScale:
        return MIXING_SCALE

    @property
    def spin(self) -> float:
        return 0.5

    @property
    def provenance(self) -> Provenance:
        mixing = ", ".join(f"{name} {x:g}" for name, x in zip(FLAVOURS, self.share, strict=True) if x)
        return Provenance(
            sources=sources(("akita-high-energy-neutrinos", "Sec. 4.2")),
            choices=frozenset({("nature", self.nature), ("shares of |U|^2", mixing)}),
        )

    def fingerprint(self) -> str:
        """Hash of the shares and the nature; the name does not enter."""
        return hashlib.sha256(repr(("hnl", self.share, self.nature)).encode()).hexdigest()[:16]

    def flavour_fractions(self) -> Array:
        """Shares (3,) of e, mu and tau in |U|^2."""
        return np.array(self.share)


def hnl(*, fraction: Mapping[str, float], nature: Nature = "majorana") -> HeavyNeutralLepton:
    """A heavy neutral lepton that mixes with several flavours, given by their shares in |U|^2.

    Parameters
    ----------
    fraction : shares of ``e``, ``mu`` and ``tau``; missing means 0, and the sum is 1.

    >>> hnl(fraction={"e": 0.25, "mu": 0.75}).flavour_fractions().tolist()
    [0.25, 0.75, 0.0]
    """
    for name in fraction:
        if name not in FLAVOURS:
            raise UnknownNameError("flavour", name, FLAVOURS)
    e, mu, tau = (float(fraction.get(name, 0.0)) for name in FLAVOURS)
    return HeavyNeutralLepton("hnl", (e, mu, tau), nature)


def hnl_e(*, nature: Nature = "majorana") -> HeavyNeutralLepton:
    """A heavy neutral lepton that mixes with nu_e only; |U|^2 = |U_e|^2."""
    return HeavyNeutralLepton("hnl-e", (1.0, 0.0, 0.0), nature)


def hnl_mu(*, nature: Nature = "majorana") -> HeavyNeutralLepton:
    """A heavy neutral lepton that mixes with nu_mu only; |U|^2 = |U_mu|^2."""
    return HeavyNeutralLepton("hnl-mu", (0.0, 1.0, 0.0), nature)


def hnl_tau(*, nature: Nature = "majorana") -> HeavyNeutralLepton:
    """A heavy neutral lepton that mixes with nu_tau only; |U|^2 = |U_tau|^2."""
    return HeavyNeutralLepton("hnl-tau", (0.0, 0.0, 1.0), nature)
