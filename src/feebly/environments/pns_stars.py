"""The hydrostatic stars of the package: parameters in time, their variants, and tables computed from them.

Seven moments from 0.5 to 10 s are read from tables, in milliseconds. `pns` gives a star at any time between them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

import numpy as np

from feebly import embedded
from feebly.arrays import Array
from feebly.environments.mean_field import mean_field as nucleons
from feebly.environments.pns_parameters import (
    PARAMETERS,
    Course,
    Muons,
    Variant,
    check_time,
    parsed,
    standard_parameters,
)
from feebly.environments.proto_neutron_star import StarParameters, proto_neutron_star
from feebly.environments.proto_neutron_star_energy import loss_of_mass
from feebly.environments.proto_neutron_star_profile import PROVENANCE, profile
from feebly.environments.star import StarProfile
from feebly.errors import DataIntegrityError
from feebly.provenance import Provenance
from feebly.units import ERG, FM, KM, SECOND

MOMENTS: Final = (0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0)  # s, of the tables
STORED: Final = tuple(f"pns-{t:g}s{v}" for t in MOMENTS for v in ("", "-cold", "-hot"))
_SUMMARY: Final = "star/pns_summary.toml"
_SPECIES: Final = ("n", "p", "e-", "mu-", "nu_e", "nu_mu", "nu_tau")
# column -> quantity of the profile and its unit
COLUMNS: Final = {
    "radius_km": KM,
    "temperature_mev": 1.0,
    "lapse": 1.0,
    "m_star_mev": 1.0,
    "baryon_density_fm3": FM**-3,
    **{f"{s}_per_baryon": 1.0 for s in ("n", "p", "e-", "mu-")},
    **{f"mu_{s}_mev": 1.0 for s in _SPECIES},
}


def pns(
    *,
    time_s: float = 1.0,
    variant: Variant = "reference",
    mean_field: str = "tm1",
    muons: Muons = "variant",
    mass_msun: float | None = None,
    entropy_factor: float = 1.0,
    lepton_factor: float = 1.0,
    muon_fraction: float | None = None,
) -> StarProfile:
    """A hydrostatic star between 0.5 and 10 s; from its table at 0.5, 1, 2, 3, 5, 7, 10 s, else computed (some 5 s).

    The fitted moments are 1 and 5 s; other times and parameter sets are extrapolations.

    Parameters
    ----------
    time_s : 0.5 to 10.
    variant, mean_field, muons, mass_msun, entropy_factor, lepton_factor, muon_fraction : see `Course`.
    """

    check_time(time_s)
    course = Course(variant, mean_field, muons, mass_msun, entropy_factor, lepton_factor, muon_fraction)
    parameters = course(time_s)
    return stored(parameters.name) if parameters.name in STORED else computed(parameters, course=course)


def computed(
    parameters: StarParameters, *, course: Callable[[float], StarParameters] | None = None
) -> StarProfile:
    """The profile of a standard star, computed in any case (some 5 s).

    With a `course` of the parameters in time [s] its luminosity is the loss of mass, else that of a black body.
    """
    star = proto_neutron_star(parameters)
    light = None if course is None else loss_of_mass(star, course)
    return _with(profile(star, neutrino_luminosity=light), embedded.load(PARAMETERS).provenance)


def pns_1s() -> StarProfile:
    """Hydrostatic star at 1 s, TM1, 1.6 solar masses of baryons, fitted to shells of an 18 solar-mass model."""
    return stored("pns-1s")


def pns_1s_cold() -> StarProfile:
    """`pns-1s` with less entropy and mass: lower edge of the band."""
    return stored("pns-1s-cold")


def pns_1s_hot() -> StarProfile:
    """`pns-1s` with more entropy and mass: upper edge of the band."""
    return stored("pns-1s-hot")


def pns_5s() -> StarProfile:
    """Hydrostatic star at 5 s, TM1, 1.6 solar masses of baryons, fitted to shells of an 18 solar-mass model."""
    return stored("pns-5s")


def pns_5s_cold() -> StarProfile:
    """`pns-5s` with less entropy and mass."""
    return stored("pns-5s-cold")


def pns_5s_hot() -> StarProfile:
    """`pns-5s` with more entropy and mass."""
    return stored("pns-5s-hot")


def stored(name: str) -> StarProfile:
    """A star from its table, computed earlier by `pns` with the parameters that the summary names by their hash.

    Raises
    ------
    DataIntegrityError
        if the parameters were changed after the table was computed.

    Examples
    --------
    >>> star = stored("pns-1s")
    >>> bool(20 < star.neutrinosphere / KM < 30), bool(0.65 < star.lapse[0] < 0.8)
    (True, True)
    """
    file, summary = embedded.load(f"star/{name.replace('-', '_')}.csv"), embedded.load(_SUMMARY)
    entry = parsed(_SUMMARY)[name]
    parameters = standard_parameters(float(entry["time_s"]), variant=entry["variant"])
    if entry["parameters_sha256"] != fingerprint(parameters):
        raise DataIntegrityError(
            f"The parameters of '{name}' moved; its table belongs to others. Compute it again."
        )
    header, *lines = file.text.splitlines()
    values = np.array([line.split(",") for line in lines], dtype=float).T
    column = {key: row * COLUMNS[key] for key, row in zip(header.split(","), values, strict=True)}
    baryons, m_star = column["baryon_density_fm3"], column["m_star_mev"]
    star = StarProfile(
        name=name,
        time=float(entry["time_s"]) * SECOND,
        radius=column["radius_km"],
        temperature=column["temperature_mev"],
        density={"B": baryons, **{s: column[f"{s}_per_baryon"] * baryons for s in ("n", "p", "e-", "mu-")}},
        potential={s: column[f"mu_{s}_mev"] for s in _SPECIES},
        mass_eff={"n": m_star, "p": m_star},
        lapse=column["lapse"],
        neutrinosphere=float(entry["neutrinosphere_km"]) * KM,
        neutrino_luminosity=float(entry["neutrino_luminosity_erg_per_s"]) * ERG / SECOND,
        provenance=file.provenance | parameters.provenance | PROVENANCE,
    )
    return _with(star, summary.provenance)


def _with(star: StarProfile, provenance: Provenance) -> StarProfile:
    return replace(star, provenance=star.provenance | provenance)


def fingerprint(parameters: StarParameters) -> str:
    """Hash of everything a star is made from, to twelve digits of each number, and of the file of its mean field."""
    plain = {key: _rounded(value) for key, value in asdict(parameters).items()}
    plain["mean_field"] = sorted(nucleons(parameters.mean_field).provenance.data)
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.12g}"
    return [_rounded(x) for x in value] if isinstance(value, tuple) else value


def table_text(star: StarProfile) -> str:
    """The table of a star as text, eight digits of each number; `stored` reads it."""
    baryons = star.density["B"]
    given: Mapping[str, Array] = {
        "radius_km": star.radius,
        "temperature_mev": star.temperature,
        "lapse": star.lapse,
        "m_star_mev": star.mass_eff["n"],
        "baryon_density_fm3": baryons,
        **{f"{s}_per_baryon": star.density[s] / baryons for s in ("n", "p", "e-", "mu-")},
        **{f"mu_{s}_mev": star.potential[s] for s in _SPECIES},
    }
    rows = np.stack(
        [np.where(np.abs(given[key]) < 1e-99, 0.0, given[key]) / unit for key, unit in COLUMNS.items()]
    )
    return "\n".join([",".join(COLUMNS), *(",".join(f"{x:.8g}" for x in row) for row in rows.T)]) + "\n"
