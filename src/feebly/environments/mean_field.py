"""Parameter sets of the relativistic mean field: nucleons in sigma, omega and rho fields."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.math.fermi_gas import real_root
from feebly.provenance import Provenance
from feebly.units import FM

_FOLDER: Final = "mean_field/"
_POSITIVE: Final = (
    "nucleon_mass_mev",
    "sigma_mass_mev",
    "omega_mass_mev",
    "rho_mass_mev",
    "sigma_coupling",
    "omega_coupling",
)
_KEYS: Final = (*_POSITIVE, "rho_coupling", "sigma_cubic_per_fm", "sigma_quartic", "omega_quartic")
_NUCLEON_MASS: Final = (900.0, 970.0)  # MeV, of parameter sets in use


@dataclass(frozen=True, slots=True)
class MeanField:
    """Masses [MeV] and couplings of the mesons, and what follows from them at given sources.

    `sigma_cubic` [MeV] and `sigma_quartic` are the coefficients of sigma^2 and sigma^3 in the field
    equation for sigma = (M - m*)/g_sigma > 0, `omega_quartic` that of omega^3.
    """

    name: str
    nucleon_mass: float
    sigma_mass: float
    omega_mass: float
    rho_mass: float
    sigma_coupling: float
    omega_coupling: float
    rho_coupling: float
    sigma_cubic: float
    sigma_quartic: float
    omega_quartic: float
    provenance: Provenance = field(default_factory=Provenance, repr=False)

    @property
    def isovector(self) -> float:
        """(g_rho/m_rho)^2 [MeV^-2]: the potentials of p and n are +- this times n_p - n_n."""
        return (self.rho_coupling / self.rho_mass) ** 2

    def sigma(self, effective_mass: Array) -> Array:
        """Scalar field (M - m*)/g_sigma [MeV]."""
        return np.asarray((self.nucleon_mass - effective_mass) / self.sigma_coupling)

    def sigma_force(self, sigma: Array) -> Array:
        """Left side of the field equation of sigma, which equals g_sigma n_s [MeV^3]."""
        return sigma * (self.sigma_mass**2 + sigma * (self.sigma_cubic + sigma * self.sigma_quartic))

    def sigma_stiffness(self, sigma: Array) -> Array:
        """Derivative of `sigma_force` [MeV^2]."""
        return self.sigma_mass**2 + sigma * (2 * self.sigma_cubic + 3 * sigma * self.sigma_quartic)

    def sigma_energy(self, sigma: Array) -> Array:
        """Potential energy of the scalar field [MeV^4]."""
        return sigma**2 * (
            self.sigma_mass**2 / 2 + sigma * (self.sigma_cubic / 3 + sigma * self.sigma_quartic / 4)
        )

    def omega(self, baryon_density: Array) -> Array:
        """Vector field: the root of m_omega^2 omega + c3 omega^3 = g_omega n_B [MeV]."""
        source = self.omega_coupling * baryon_density
        if self.omega_quartic == 0:
            return np.asarray(source / self.omega_mass**2)
        return real_root(self.omega_mass**2 / self.omega_quartic, source / self.omega_quartic)

    def omega_pressure(self, omega: Array) -> Array:
        """m_omega^2 omega^2/2 + c3 omega^4/4 [MeV^4]."""
        return omega**2 * (self.omega_mass**2 / 2 + omega**2 * self.omega_quartic / 4)

    def omega_energy(self, omega: Array) -> Array:
        """m_omega^2 omega^2/2 + 3 c3 omega^4/4 [MeV^4]."""
        return omega**2 * (self.omega_mass**2 / 2 + 3 * omega**2 * self.omega_quartic / 4)

    def rho(self, isospin_density: Array) -> Array:
        """Isovector field g_rho (n_p - n_n)/m_rho^2 [MeV]."""
        return np.asarray(self.rho_coupling * isospin_density / self.rho_mass**2)


def mean_field(name: str | Path = "tm1", *, nucleon_mass: float | None = None) -> MeanField:
    """A parameter set by name, or from a TOML file of your own.

    Parameters
    ----------
    name : ``"tm1"``, or a path that ends in .toml, with the keys of ``data/mean_field/tm1.toml``.
    nucleon_mass : MeV; that of the file, if not given.

    Raises
    ------
    UnknownNameError
        if no set has this name.
    InvalidValueError
        if a file cannot be read, lacks a key, has one too many, or holds an impossible number.

    Notes
    -----
    L = nucleons with m* = M + g_sigma sigma' and potentials g_omega omega +- g_rho rho,
    -(1/2) m_sigma^2 sigma'^2 - (g2/3) sigma'^3 - (g3/4) sigma'^4 + (1/2) m_omega^2 omega^2 + (c3/4) omega^4
    + (1/2) m_rho^2 rho^2, with sigma' < 0.
    Source: sugahara-toki-tm1, parameter set TM1. Differs from it: our sigma is -sigma', as in
    cerdeno-medium-effects, so that the cubic coefficient changes sign. Valid for: uniform matter of n and p.

    Examples
    --------
    >>> mean_field("tm1").nucleon_mass, mean_field(nucleon_mass=939.0).nucleon_mass
    (938.0, 939.0)
    """
    own = Path(name).suffix == ".toml"
    found = _from_file(Path(name)) if own else _built_in(str(name))
    if nucleon_mass is None:
        return found
    _check_nucleon_mass(nucleon_mass, "nucleon mass")
    choice = Provenance(choices=frozenset({("nucleon_mass_mev", f"{nucleon_mass:g}")}))
    return replace(found, nucleon_mass=float(nucleon_mass), provenance=found.provenance | choice)


@cache
def _built_in(name: str) -> MeanField:
    known = [Path(file).stem for file in embedded.names() if file.startswith(_FOLDER)]
    if name not in known:
        raise UnknownNameError("mean field", name, known, "Or give a path to your own .toml file.")
    file = embedded.load(f"{_FOLDER}{name}.toml")
    return _parse(name, file.table(), file.provenance)


def _from_file(path: Path) -> MeanField:
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise InvalidValueError(
            f"Parameter set '{path}' cannot be read: {error.strerror}.\n  Give a path to a TOML file with: {', '.join(_KEYS)}."
        ) from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise InvalidValueError(f"Parameter set '{path}' is not a TOML file: {error}.") from error
    digest = hashlib.sha256(raw).hexdigest()[:12]
    return _parse(path.stem, table, Provenance(data=frozenset({f"{path.name}@sha256:{digest}"})))


def _parse(name: str, table: Mapping[str, Any], provenance: Provenance) -> MeanField:
    missing = [key for key in _KEYS if key not in table]
    unknown = [key for key in table if key not in _KEYS]
    if missing or unknown:
        what = f"lacks {', '.join(missing)}" if missing else f"has an unknown key {', '.join(unknown)}"
        raise InvalidValueError(f"Parameter set '{name}' {what}.\n  It needs exactly: {', '.join(_KEYS)}.")
    for key in _KEYS:
        value = table[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InvalidValueError(
                f"Parameter set '{name}': {key} is {value!r}; it must be a finite number."
            )
        if key in _POSITIVE and value <= 0:
            raise InvalidValueError(f"Parameter set '{name}': {key} is {value:g}; it must be positive.")
    if table["omega_quartic"] < 0:
        raise InvalidValueError(
            f"Parameter set '{name}': omega_quartic is {table['omega_quartic']:g}; it must not be negative, or the field has no bound."
        )
    _check_nucleon_mass(float(table["nucleon_mass_mev"]), f"parameter set '{name}': nucleon_mass_mev")
    return MeanField(
        name=name,
        nucleon_mass=float(table["nucleon_mass_mev"]),
        sigma_mass=float(table["sigma_mass_mev"]),
        omega_mass=float(table["omega_mass_mev"]),
        rho_mass=float(table["rho_mass_mev"]),
        sigma_coupling=float(table["sigma_coupling"]),
        omega_coupling=float(table["omega_coupling"]),
        rho_coupling=float(table["rho_coupling"]),
        sigma_cubic=-float(table["sigma_cubic_per_fm"]) / FM,
        sigma_quartic=float(table["sigma_quartic"]),
        omega_quartic=float(table["omega_quartic"]),
        provenance=provenance,
    )


def _check_nucleon_mass(value: float, what: str) -> None:
    low, high = _NUCLEON_MASS
    if not low <= value <= high:
        raise InvalidValueError(
            f"The {what} is {value:g} MeV; it must lie between {low:g} and {high:g} MeV (938 or 939 in most sets)."
        )
