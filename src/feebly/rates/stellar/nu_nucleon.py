"""Mean free paths of neutrinos in nuclear matter: Standard Model, vector and scalar mediators.

What does not depend on the mediator is integrated once per star (`kernels`); any mass and coupling is then a weighted sum
over the momentum transfer (`nu_nucleon_opacity`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.environments.shells import VACUUM_MASS, NeutrinoKind, Shells
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.fermi import fermi
from feebly.math.quadrature import panels
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.nu_nucleon_elements import Axial, form_factors
from feebly.rates.stellar.nu_nucleon_kernels import Flux, Matter, Neutrino, in_medium, without_blocking
from feebly.rates.stellar.nu_nucleon_opacity import (
    ELECTROWEAK,
    CoupledKernels,
    Flavour,
    Interference,
    MediatorOpacity,
    OpacityKernels,
)

__all__ = [
    "PLAIN",
    "Axial",
    "CoupledKernels",
    "Energy",
    "Flavour",
    "Flux",
    "Interference",
    "KernelChoice",
    "MediatorOpacity",
    "NeutrinoKind",
    "OpacityKernels",
    "cached_kernels",
    "kernels",
]

Energy = Literal["fixed", "thermal"]
_PARITY: Final = {"nu": 1.0, "antinu": -1.0, "majorana-pit": 0.0, "majorana-mupit": 0.0}
_SOURCES: Final = sources(
    ("cerdeno-medium-effects", "Eqs. (5)-(11), (15), (19)"), ("cerdeno-burst-duration", "Eqs. (7)-(9)")
)


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """Which neutrino scatters, and by which conventions.

    Parameters
    ----------
    kind : neutrino, antineutrino, or Majorana neutrino with energies pi T or mu_nu + pi T.
    flavour : electron neutrinos have the potential of the star, the others none.
    flux : "ee" for the cross-section times the Moeller velocity, "pk" for |M|^2/(4 p.k) as printed.
    energy : "fixed" E = mu_nu + pi T also for antineutrinos, pi T for "majorana-pit"; "thermal" averages with
        f(E) E^2, with -mu_nu for antineutrinos, 0 for "majorana-pit" and mu_nu for "majorana-mupit".
    medium : False leaves out the blocking of final states and takes the vacuum mass, but for counting nucleons.
    axial : sign of the axial form factor of the proton.

    Raises
    ------
    InvalidValueError
        for an unknown choice, or one that contradicts another.

    >>> KernelChoice(kind="antinu").flux
    'ee'
    """

    kind: NeutrinoKind = "nu"
    flavour: Flavour = "nu_e"
    flux: Flux = "ee"
    energy: Energy = "fixed"
    medium: bool = True
    axial: Axial = "isovector"

    def __post_init__(self) -> None:
        kinds = {"kind": NeutrinoKind, "flavour": Flavour, "flux": Flux, "energy": Energy, "axial": Axial}
        for name, literal in kinds.items():
            if getattr(self, name) not in get_args(literal):
                raise InvalidValueError(
                    f"{name} = '{getattr(self, name)}' is not known. Possible: {', '.join(get_args(literal))}."
                )
        if self.energy == "thermal" and not self.medium:
            raise InvalidValueError("medium=off is defined at one energy: add energy=fixed.")

    @property
    def provenance(self) -> Provenance:
        named = {"neutrino": self.kind, "flavour": self.flavour, "flux": self.flux, "energy": self.energy}
        medium = ("medium", "on" if self.medium else "off")
        return Provenance(sources=_SOURCES, choices=frozenset({*named.items(), medium}))


PLAIN: Final = KernelChoice()


def kernels(shells: Shells, choice: KernelChoice = PLAIN) -> OpacityKernels:
    """Kernels of neutrino-nucleon scattering in the zones of a star.

    Raises
    ------
    OutOfDomainError
        for electron neutrinos in a star without their chemical potential.

    Notes
    -----
    See `nu_nucleon_kernels.in_medium`. Outgoing neutrinos are blocked with +mu_nu, -mu_nu for antineutrinos, and 0
    for Majorana neutrinos, whose matrix element is the average of both helicities.
    Source: cerdeno-medium-effects, Sec. III A (fixed energies); cerdeno-burst-duration, Eq. (7) (thermal).

    >>> from feebly.environments.embedded_stars import fischer18_1s
    >>> from feebly.environments.shells import shells_of
    >>> from feebly.units import METRE
    >>> found = kernels(shells_of(fischer18_1s()))
    >>> (1 / found.standard() / METRE).round(2).tolist()  # mean free paths in metres
    [0.55, 0.31, 0.2, 0.45, 3.01, 47.36]
    """
    matters = [
        Matter(float(t), float(m), np.array([n, p]))
        for t, m, n, p in zip(
            shells.temperature, shells.mass_eff, shells.potential_n, shells.potential_p, strict=True
        )
    ]
    neutrinos = [
        _incoming(choice.kind, mu, matter.temperature, choice.energy)
        for matter, mu in zip(matters, _neutrino_potential(shells, choice.flavour), strict=True)
    ]
    found = [
        in_medium(matter, neutrino, choice.flux)
        if choice.medium
        else without_blocking(matter, neutrino.energy, VACUUM_MASS, choice.flux)
        for matter, neutrino in zip(matters, neutrinos, strict=True)
    ]
    factors = form_factors(choice.axial)
    return OpacityKernels(
        t=np.stack([t for t, _ in found]),
        weight=np.stack([weight for _, weight in found]),
        mass=shells.mass_eff.copy() if choice.medium else np.full_like(shells.mass_eff, VACUUM_MASS),
        energy=np.array([neutrino.energy for neutrino in neutrinos]),
        parity=_PARITY[choice.kind],
        flavour=choice.flavour,
        form_factors=factors,
        provenance=shells.provenance
        | factors.provenance
        | embedded.load(ELECTROWEAK).provenance
        | choice.provenance,
    )


@lru_cache(maxsize=16)
def cached_kernels(shells: Shells, choice: KernelChoice) -> OpacityKernels:
    """As `kernels`, remembered for stars with the same numbers: for probes that are asked mass by mass."""
    return kernels(shells, choice)


def _neutrino_potential(shells: Shells, flavour: Flavour) -> Array:
    """Chemical potential (K,) of a flavour [MeV]."""
    if flavour != "nu_e":
        return np.zeros_like(shells.temperature)
    if shells.potential_nu_e is None:
        raise OutOfDomainError(
            f"'{shells.name}' does not state the chemical potential of electron neutrinos.\n"
            "  Add a column mu_nu_e_mev to the profile."
        )
    return shells.potential_nu_e


def _incoming(kind: NeutrinoKind, potential: float, temperature: float, energy: Energy) -> Neutrino:
    """Energy and blocking of the incoming neutrino."""
    blocking = _PARITY[kind] * potential
    if energy == "fixed":
        shift = 0.0 if kind == "majorana-pit" else potential
        return Neutrino(shift + np.pi * temperature, blocking)
    return _thermal({"majorana-mupit": potential}.get(kind, blocking), blocking, temperature)


def _thermal(spread: float, blocking: float, temperature: float) -> Neutrino:
    """Thermal energies with their mean 3 T F_3/F_2, from a rule in E."""
    edges = temperature * np.array([0.0, 1.0, 4.0, 10.0, 40.0]) + max(spread, 0.0) * np.array(
        [0.0, 0.5, 1.0, 1.0, 1.0]
    )
    e, weight = panels(edges, 16)
    density = weight * e**2 * fermi((e - spread) / temperature)
    return Neutrino(float(density @ e / np.sum(density)), blocking, spread)
