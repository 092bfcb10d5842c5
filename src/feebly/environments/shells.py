"""A star as homogeneous shells, with the state of its nucleons: what neutrinos scatter in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import Final, Literal, get_args

import numpy as np

from feebly import embedded
from feebly.arrays import Array, Mask
from feebly.constants import NEUTRON_MASS, PROTON_MASS
from feebly.environments.nucleons import nucleon_potential
from feebly.environments.star import Medium, StarProfile
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.provenance import Provenance
from feebly.units import KM, SECOND

NeutrinoKind = Literal["antinu", "nu", "majorana-pit", "majorana-mupit"]
VACUUM_MASS: Final = (PROTON_MASS + NEUTRON_MASS) / 2
_TABLES: Final = ("fischer18-1s", "fischer18-5s")  # stars whose printed potentials are effective ones
_TABLE_DATA: Final = "star/fischer18.csv@"  # what tells them from a user's star of the same name
_EFFECTIVE: Final = "effective, as in the file"
_FLAT: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Shells:
    """Homogeneous zones of a star, from inside out (units MeV^n).

    Parameters
    ----------
    name : of the star.
    radius : (K + 1,) edges, MeV^-1, from 0.
    temperature, mass_eff : (K,) MeV; the effective mass is common to neutrons and protons.
    potential_n, potential_p : (K,) effective chemical potentials, MeV, with the effective mass.
    potential_nu_e : (K,) of electron neutrinos, MeV, or None if the star does not state it.
    """

    name: str
    radius: Array
    temperature: Array
    mass_eff: Array
    potential_n: Array
    potential_p: Array
    potential_nu_e: Array | None
    provenance: Provenance = field(default_factory=Provenance)

    def fingerprint(self) -> str:
        """Hash of the numbers; the name and the provenance do not enter."""
        found = hashlib.sha256()
        for one in fields(self):
            values = getattr(self, one.name)
            if isinstance(values, np.ndarray):
                found.update(one.name.encode() + np.ascontiguousarray(values).tobytes())
        return found.hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shells) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, str, Provenance]:
        return self.name, self.fingerprint(), self.provenance


def shells_of(star: StarProfile, *, neutrino: NeutrinoKind = "nu", zones: int | Array = 24) -> Shells:
    """The homogeneous shells of a star out to its neutrinosphere.

    Parameters
    ----------
    neutrino : Majorana kinds take the nucleons of the shell tables from the rows without neutrino
        potential; `potential_nu_e` stays that of the Dirac rows, since it sets the energy of "majorana-mupit".
        Other stars keep their nucleons.
    zones : into how many equal parts a star is cut that does not consist of homogeneous shells, where kinks of the
        profile are edges as well; or the inner edges themselves [MeV^-1]. Each part has the state at its middle.

    Returns
    -------
    Shells
        shell tables exactly as they are.

    Raises
    ------
    InvalidValueError
        for an unknown kind of neutrino, or fewer than one zone.
    OutOfDomainError
        if the star does not say what its nucleons are, or is a shell table that was changed.

    Notes
    -----
    Nucleon potentials are those of the profile where it says that they are effective; else they follow from
    n_N = (1/pi^2) int p^2 dp f_N with the densities of the profile and its effective masses (mean of n and p), or
    the vacuum mass where it has none.
    Valid for: matter of free nucleons. Cutting has an error of second order in the width.

    >>> from feebly.environments.embedded_stars import fischer18_1s
    >>> shells_of(fischer18_1s()).mass_eff.tolist()
    [249.6, 384.9, 599.4, 786.0, 857.0, 915.9]
    """
    if neutrino not in get_args(NeutrinoKind):
        raise InvalidValueError(
            f"neutrino = '{neutrino}' is not known. Possible: {', '.join(get_args(NeutrinoKind))}."
        )
    edges = zone_edges(star, zones=zones)
    middle = star.sample((edges[1:] + edges[:-1]) / 2)
    mass, choice = _mass(star, middle.radius)
    choices = {"shells.mass_eff": choice, "zones": f"{mass.size}"}
    if neutrino.startswith("majorana"):
        if _is_table(star):
            return _majorana(star, edges, middle)
        choices["shells.nucleons"] = "those of Dirac neutrinos"
    potential_n, potential_p = (_potential(star, middle, mass, species) for species in ("n", "p"))
    return Shells(
        name=star.name,
        radius=edges,
        temperature=middle.temperature,
        mass_eff=mass,
        potential_n=potential_n,
        potential_p=potential_p,
        potential_nu_e=middle.potential.get("nu_e"),
        provenance=star.provenance | Provenance(choices=frozenset(choices.items())),
    )


def _is_table(star: StarProfile) -> bool:
    """Whether this is one of the embedded shell tables, and not a user's star of that name."""
    return star.name in _TABLES and any(name.startswith(_TABLE_DATA) for name in star.provenance.data)


def is_smooth(star: StarProfile) -> bool:
    """Whether a star does not consist of homogeneous shells.

    >>> from feebly.environments.embedded_stars import fischer18_5s
    >>> is_smooth(fischer18_5s())
    False
    """
    return not np.all((np.diff(star.radius) == 0) | ~_steps(star))


def _steps(star: StarProfile) -> Mask:
    """Whether the state changes between two rows (N - 1,)."""
    columns = [star.temperature, *star.density.values(), *star.potential.values(), *star.mass_eff.values()]
    state = np.stack(columns)
    return np.asarray(np.any(np.abs(np.diff(state)) > _FLAT * np.abs(state[:, 1:]), axis=0))


def zone_edges(star: StarProfile, *, zones: int | Array = 24) -> Array:
    """Edges (K + 1,) of the zones [MeV^-1]: of homogeneous shells if the star consists of them, else see `shells_of`.

    Raises
    ------
    InvalidValueError
        for fewer than one zone.

    Examples
    --------
    >>> from feebly.environments.embedded_stars import fischer18_5s
    >>> (zone_edges(fischer18_5s()) / KM).round(9).tolist()
    [0.0, 5.0, 7.5, 10.0, 12.5, 15.0]
    """
    count = int(zones) if np.ndim(zones) == 0 else None
    if count is not None and count < 1:
        raise InvalidValueError(f"A star is cut into at least one zone, not {zones}.")
    if not is_smooth(star):
        inner = star.radius[1:][(np.diff(star.radius) == 0) & _steps(star)]
    elif count is not None:
        inner = np.union1d(np.linspace(0.0, star.neutrinosphere, count + 1)[1:-1], star.kinks)
    else:
        inner = np.asarray(zones)
    inner = inner[(inner > 0) & (inner < star.neutrinosphere * (1 - _FLAT))]
    return np.concatenate([[0.0], inner, [star.neutrinosphere]])


def _read(star: StarProfile, values: Array, radius: Array) -> Array:
    return np.asarray(np.interp(radius, star.radius, values))


def _mass(star: StarProfile, radius: Array) -> tuple[Array, str]:
    """Effective nucleon mass (K,) [MeV] and where it comes from."""
    found = [
        _read(star, star.mass_eff[species], radius) for species in ("n", "p") if species in star.mass_eff
    ]
    if not found:
        return np.full(radius.size, VACUUM_MASS), "vacuum"
    return np.mean(found, axis=0), "of the star"


def _potential(star: StarProfile, middle: Medium, mass: Array, species: str) -> Array:
    """Effective chemical potential (K,) [MeV] of a nucleon."""
    stated = _is_table(star) or (f"profile.mu_{species}", _EFFECTIVE) in star.provenance.choices
    if stated and species in middle.potential and species in star.mass_eff:
        return middle.potential[species]
    if species not in star.density:
        raise OutOfDomainError(
            f"Neutrinos scatter on nucleons, and '{star.name}' does not say how many there are.\n"
            "  Add the density and Y_e to the profile, or mu_n_star, mu_p_star and m_nucleon_star."
        )
    return nucleon_potential(middle.temperature, _read(star, star.density[species], middle.radius), mass)


def _majorana(star: StarProfile, edges: Array, middle: Medium) -> Shells:
    """The shells of a table with the nucleons of its rows without neutrino potential."""
    file = embedded.load("star/majorana.csv")
    rows = [row for row in file.rows() if round(star.time / SECOND) == int(row["time_s"])]

    def column(key: str) -> Array:
        return np.array([float(row[key]) for row in rows])

    same = len(rows) == edges.size - 1
    same = same and np.allclose(edges[1:] / KM, column("outer_radius_km"))
    if not (same and np.allclose(middle.temperature, column("temperature_mev"))):
        raise OutOfDomainError(
            f"The shells of '{star.name}' were changed, and there are no Majorana rows for them.\n"
            "  Give the star another name: its own nucleons are then used."
        )
    return Shells(
        name=star.name,
        radius=edges,
        temperature=column("temperature_mev"),
        mass_eff=column("m_nucleon_star_mev"),
        potential_n=column("mu_n_star_mev"),
        potential_p=column("mu_p_star_mev"),
        potential_nu_e=middle.potential["nu_e"],
        provenance=star.provenance | file.provenance,
    )
