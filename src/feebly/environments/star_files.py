"""A star from a user's own file: checks of what was read, and the quantities that follow from it.

Nothing is copied into the package; the profile remembers the name and the hash of the file, and
every rule that filled a gap stands in its provenance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, ELECTRON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.environments.star import StarProfile, gravitational_lapse
from feebly.environments.star_checks import ZERO_IS_ABSENT, check_values
from feebly.environments.star_columns import ColumnMap, parse_columns
from feebly.environments.star_tables import LAYOUT_FILE, RawColumn, RawProfile, read_table
from feebly.errors import InvalidValueError
from feebly.math.fermi import chemical_potential
from feebly.provenance import Provenance
from feebly.units import CM, ERG, GRAM, KM, SECOND

__all__ = [
    "RawColumn",
    "RawProfile",
    "parse_columns",
    "profile_from_file",
    "profile_from_table",
    "read_table",
]

NEUTRINOSPHERE_DENSITY: Final = 3e11 * GRAM / CM**3
_TIME_IF_UNKNOWN: Final = 1.0  # s
_NOT_THERE: Final = "0 (not in the file)"


def profile_from_file(
    path: str | Path,
    *,
    columns: ColumnMap | None = None,
    name: str | None = None,
    neutrinosphere_km: float | None = None,
    time_s: float | None = None,
    neutrino_luminosity_erg_per_s: float | None = None,
) -> StarProfile:
    r"""A star profile from a user's file; see `read_table` for formats and the column map.

    Parameters
    ----------
    path : the file.
    columns : what the file does not say about its columns; numbers count from 0.
    name : of the profile; the file's name without its ending if not given.
    neutrinosphere_km, time_s, neutrino_luminosity_erg_per_s : km, s after bounce, erg/s of all
        flavours; each wins over what the file states.

    Raises
    ------
    ProfileFormatError
        if the file cannot be understood, or does not describe a star.
    InvalidValueError
        if an argument is not a positive number.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "my_star.csv")
    ...     _ = path.write_text("r_km,T_MeV\n0,30\n20,5\n")
    ...     star = profile_from_file(path)
    >>> star.name, star.radius.size, dict(star.provenance.choices)["profile.neutrinosphere"]
    ('my_star', 2, 'edge of the profile')
    """
    return profile_from_table(
        read_table(path, columns),
        name=name,
        neutrinosphere_km=neutrinosphere_km,
        time_s=time_s,
        neutrino_luminosity_erg_per_s=neutrino_luminosity_erg_per_s,
    )


def profile_from_table(
    raw: RawProfile,
    *,
    name: str | None = None,
    neutrinosphere_km: float | None = None,
    time_s: float | None = None,
    neutrino_luminosity_erg_per_s: float | None = None,
) -> StarProfile:
    """A star profile from a parsed file; the arguments are those of `profile_from_file`.

    Notes
    -----
    n_B = rho / u unless given; n_e- - n_e+ = Y_e n_B; n_p = (Y_e + Y_mu) n_B. mu_mu from the file,
    else mu_e - mu_nu_e + mu_nu_mu. mu_nu_mu and mu_nu_tau are 0 unless given. Lapse from the file,
    else from the density, else 1. Neutrinosphere: argument, header, the outermost radius with
    rho = 3e11 g/cm3, else the edge. Every one of these that was used is a choice in the provenance.
    """
    given = {
        "neutrinosphere_km": neutrinosphere_km,
        "time_s": time_s,
        "neutrino_luminosity_erg_per_s": neutrino_luminosity_erg_per_s,
    }
    stated = dict(raw.stated) | {key: value for key, value in given.items() if value is not None}
    for key, value in stated.items():
        if not (np.isfinite(value) and value > 0):
            raise InvalidValueError(f"{raw.name}: {key} is {value:g}; it must be positive and finite.")
    check_values(raw)
    choices: dict[str, str] = {}
    star = _knots(raw, choices)
    density = _densities(star, choices)
    potential = _potentials(star, density, choices)
    rho = density["B"] * ATOMIC_MASS_UNIT if "B" in density else None
    if "time_s" not in stated:
        choices["time"] = "1 s (not in the file)"
    luminosity = stated.get("neutrino_luminosity_erg_per_s")
    return StarProfile(
        name=name or Path(raw.name).stem,
        time=stated.get("time_s", _TIME_IF_UNKNOWN) * SECOND,
        radius=star.radius,
        temperature=star.values["temperature"],
        density=density,
        potential=potential,
        mass_eff=_masses(star),
        lapse=_lapse(star, rho, choices),
        neutrinosphere=_neutrinosphere(star.radius, rho, stated.get("neutrinosphere_km"), choices),
        neutrino_luminosity=None if luminosity is None else luminosity * ERG / SECOND,
        provenance=_provenance(raw, choices),
    )


@dataclass(frozen=True, slots=True)
class _Knots:
    """Columns of the file at the knots of the star (R,) [MeV^n], from the centre on."""

    radius: Array
    values: Mapping[str, Array]

    def get(self, name: str) -> Array | None:
        return self.values.get(name)


def _knots(raw: RawProfile, choices: dict[str, str]) -> _Knots:
    """The columns in MeV^n, continued to the centre; a column of zeros is no mass, lapse or potential."""
    values = {name: column.natural for name, column in raw.columns.items()}
    radius = values.pop("radius")
    for name in ZERO_IS_ABSENT & set(values):
        if not np.any(values[name]):
            choices[name] = "left out (0 in every row of the file)"
            del values[name]
    if radius[0] > 0:
        choices["centre"] = f"values of the first row, {radius[0] / KM:.3g} km, inside it"
        radius = np.concatenate([[0.0], radius])
        values = {name: np.concatenate([column[:1], column]) for name, column in values.items()}
    return _Knots(radius, values)


def _densities(star: _Knots, choices: dict[str, str]) -> dict[str, Array]:
    """Number densities (R,) [MeV^3] that the file gives or that follow from Y_e and Y_mu."""
    baryons, rho = star.get("baryon_density"), star.get("mass_density")
    if baryons is None and rho is not None:
        baryons = rho / ATOMIC_MASS_UNIT
        choices["baryon density"] = "rho / u"
    if baryons is None:
        return {}
    found = {"B": baryons}
    electrons, muons = star.get("electron_fraction"), star.get("muon_fraction")
    if muons is not None:
        found["mu-"] = muons * baryons
    if electrons is not None:
        charge = electrons + (muons if muons is not None else 0.0)
        found |= {"e-": electrons * baryons, "p": charge * baryons}
        found["n"] = np.maximum(1 - charge, 0.0) * baryons
        choices["protons"] = "from charge neutrality, those in nuclei included"
    return found


def _potentials(star: _Knots, density: Mapping[str, Array], choices: dict[str, str]) -> dict[str, Array]:
    """Chemical potentials (R,) [MeV], rest mass included."""
    found = _nucleons(star, choices)
    mu_e, mu_nu_e = star.get("mu_e"), star.get("mu_nu_e")
    if mu_e is None and "e-" in density:
        mu_e = chemical_potential(star.values["temperature"], density["e-"], ELECTRON_MASS)
        choices["mu_e"] = "ideal gas of n_e = Y_e n_B"
    for flavour in ("mu", "tau"):
        mu_nu = star.get(f"mu_nu_{flavour}")
        if mu_nu is None:
            choices[f"mu_nu_{flavour}"] = _NOT_THERE
            mu_nu = np.zeros_like(star.radius)
        found[f"nu_{flavour}"] = mu_nu
    mu_mu = star.get("mu_mu")
    if mu_mu is None and mu_e is not None and mu_nu_e is not None:
        mu_mu = mu_e - mu_nu_e + found["nu_mu"]
        choices["mu_mu"] = "mu_e - mu_nu_e" + (" + mu_nu_mu" if star.get("mu_nu_mu") is not None else "")
    named = {"e-": mu_e, "nu_e": mu_nu_e, "mu-": mu_mu}
    return found | {species: values for species, values in named.items() if values is not None}


def _nucleons(star: _Knots, choices: dict[str, str]) -> dict[str, Array]:
    """Nucleon potentials: full, else without the rest mass plus the mass, else effective."""
    found = {}
    for species, mass in (("n", NEUTRON_MASS), ("p", PROTON_MASS)):
        full, kinetic = star.get(f"mu_{species}"), star.get(f"mu_{species}_minus_mass")
        effective = star.get(f"mu_{species}_star")
        if full is not None:
            found[species] = full
        elif kinetic is not None:
            found[species] = kinetic + mass
            choices[f"mu_{species}"] = "the file's, with the rest mass added"
        elif effective is not None:
            found[species] = effective
            choices[f"mu_{species}"] = "effective, as in the file"
    return found


def _masses(star: _Knots) -> dict[str, Array]:
    """Effective nucleon masses (R,) [MeV]."""
    common = star.get("m_nucleon_star")
    found = {"n": star.get("m_star_n"), "p": star.get("m_star_p")}
    chosen = {species: values if values is not None else common for species, values in found.items()}
    return {species: values for species, values in chosen.items() if values is not None}


def _lapse(star: _Knots, rho: Array | None, choices: dict[str, str]) -> Array:
    """Lapse (R,) of the file, of the density, or 1."""
    lapse = star.get("lapse")
    if lapse is not None:
        return np.minimum(lapse, 1.0)
    if rho is not None:
        choices["lapse"] = "from the density, pressure neglected"
        return gravitational_lapse(star.radius, rho)
    choices["lapse"] = "1 (neither lapse nor density in the file)"
    return np.ones_like(star.radius)


def _neutrinosphere(
    radius: Array, rho: Array | None, given_km: float | None, choices: dict[str, str]
) -> float:
    """Radius of the neutrinosphere [MeV^-1]: given, else where rho = 3e11 g/cm3, else the edge."""
    if given_km is not None:
        choices["neutrinosphere"] = f"{given_km:g} km, as given"
        return given_km * KM
    dense = np.flatnonzero(rho >= NEUTRINOSPHERE_DENSITY) if rho is not None else np.array([], dtype=int)
    if rho is None or not dense.size or dense[-1] == radius.size - 1:
        choices["neutrinosphere"] = "edge of the profile"
        return float(radius[-1])
    inner = int(dense[-1])
    part = (rho[inner] - NEUTRINOSPHERE_DENSITY) / (rho[inner] - rho[inner + 1])
    choices["neutrinosphere"] = "where rho = 3e11 g/cm3"
    return float(radius[inner] + part * (radius[inner + 1] - radius[inner]))


def _provenance(raw: RawProfile, choices: Mapping[str, str]) -> Provenance:
    """File, hash, layout and choices; what the file holds and nothing uses is left out by name."""
    fields = ", ".join(sorted({"U_n", "U_p"} & set(raw.columns)))
    own = Provenance(
        data=frozenset({f"{raw.name}@sha256:{raw.sha256[:12]}"}),
        choices=frozenset((f"profile.{key}", value) for key, value in choices.items()),
        omitted=frozenset(
            {f"{fields} of {raw.name} (mu_n and mu_p are the full potentials)"} if fields else ()
        ),
    )
    return own | embedded.load(LAYOUT_FILE).provenance if raw.layout == "garching" else own
