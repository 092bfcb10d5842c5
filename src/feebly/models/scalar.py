"""Scalars that couple neutrinos to quarks and charged leptons, conserving lepton number or not."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import numpy as np

from feebly import embedded
from feebly import species as sp
from feebly.arrays import Array
from feebly.errors import InvalidValueError
from feebly.models.base import CouplingScale
from feebly.provenance import Provenance, sources

# One vertex of the scalar is of order Y, so decays and production go as Y^2 and scattering through it as Y^4, as with g.
Y_SCALE: Final = CouplingScale(name="Y", latex="Y", power=2)
LeptonNumber = Literal["conserving", "violating"]
Nucleon = Literal["printed", "sigma-terms"]
_FILE: Final = "nuclear/scalar_nucleon.toml"


@dataclass(frozen=True, slots=True)
class ScalarModel:
    """A real scalar with equal couplings to all quarks and leptons, and Y = (C_nu C_n)^(1/2).

    Parameters
    ----------
    name : how files and figures call it.
    lepton_number : "conserving" for -C_nu nubar_R phi nu_L with light right-handed neutrinos, "violating" for
        -(C_nu/2) nubar^c_L phi nu_L; both with + h.c., and -C_f fbar phi f for all other fermions.
    nucleon : what the quarks give the nucleons: C_N = 13.8 C_q ("printed"), or from current sigma terms.

    Notes
    -----
    C_nu = C_q = C_l = Y/r^(1/2), C_n = Y r^(1/2) with r = C_n/C_q. Only C_nu C_N enters scattering on nucleons; the
    equality of C_nu and C_q is a choice for comparing with other limits.
    Source: cerdeno-medium-effects, Eqs. (1)-(4) and the universal couplings of Sec. IV. Differs from it: the factor
    1/2 with the Majorana vertex, without which Eq. (6) would be four times larger.

    Examples
    --------
    >>> neutrino, neutron = scalar_lnc().yukawas(["nu_e", "n"])
    >>> round(float(neutrino * neutron), 12), round(float(neutron / neutrino), 12)
    (1.0, 13.8)
    """

    name: str
    lepton_number: LeptonNumber
    nucleon: Nucleon = "printed"

    def __post_init__(self) -> None:
        if self.nucleon not in get_args(Nucleon):
            raise InvalidValueError(
                f"nucleon = '{self.nucleon}' is not known. Possible: {', '.join(get_args(Nucleon))}."
            )

    @property
    def scale(self) -> CouplingScale:
        return Y_SCALE

    @property
    def spin(self) -> float:
        return 0.0

    @property
    def provenance(self) -> Provenance:
        where = [("cerdeno-medium-effects", "Eqs. (1)-(4), (6)"), ("farzan-light-scalar", "C_N/C_q")]
        if self.nucleon == "sigma-terms":
            where[1] = ("bishara-directdm", "sigma terms and quark masses")
        choices = {("lepton number", self.lepton_number), ("C_N/C_q", self.nucleon)}
        own = Provenance(sources=sources(*where), choices=frozenset(choices))
        return own | _file_provenance()

    def fingerprint(self) -> str:
        """Hash of the lepton number and the nucleon couplings; the name does not enter."""
        text = repr(("scalar", self.lepton_number, self.nucleon))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def yukawas(self, species: Sequence[str]) -> Array:
        """Couplings C_f (S,) in units of the scale Y; 0 for what is no fermion and for nuclei."""
        share = {name: nucleon_share(name, self.nucleon) for name in sp.NUCLEONS}
        unit = share["n"] ** -0.5
        return np.array([unit * _share(name, share) for name in species])


@cache
def _file_provenance() -> Provenance:
    return embedded.load(_FILE).provenance


def _share(name: str, nucleons: dict[str, float]) -> float:
    """C_f / C_q of a particle or its antiparticle."""
    sp.find(name)
    plain = name if name in sp.FERMIONS or name in nucleons else sp.anti(name)
    return nucleons.get(plain, 1.0 if plain in sp.FERMIONS else 0.0)


@cache
def nucleon_share(name: str, nucleon: Nucleon) -> float:
    """C_N / C_q of a neutron or proton for equal couplings to all quarks.

    Notes
    -----
    C_N/C_q = sum_q m_N f_q^N/m_q = sum_q sigma_q^N/m_q, over u, d and s.
    Source: cerdeno-medium-effects, Eq. (4). Valid for: momentum transfers far below 1 GeV; heavy quarks are left out.

    >>> round(nucleon_share("p", "sigma-terms"), 2), round(nucleon_share("n", "sigma-terms"), 2)
    (14.97, 14.91)
    """
    table = embedded.load(_FILE).table()
    if nucleon == "printed":
        return float(table["universal"][name])
    masses = table["quark_mass_mev"]
    return float(sum(sigma / masses[q] for q, sigma in table["sigma_terms_mev"][name].items()))


def scalar_lnc(*, nucleon: Nucleon = "printed") -> ScalarModel:
    """A scalar that conserves lepton number, with light right-handed neutrinos; Y = (C_nu C_n)^(1/2)."""
    return ScalarModel("scalar-lnc", "conserving", nucleon)


def scalar_lnv(*, nucleon: Nucleon = "printed") -> ScalarModel:
    """A scalar that violates lepton number, with Majorana neutrinos; Y = (C_nu C_n)^(1/2)."""
    return ScalarModel("scalar-lnv", "violating", nucleon)
