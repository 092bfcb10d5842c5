"""A proto-neutron star from few parameters: baryonic mass, and entropy and lepton number along the enclosed mass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, SOLAR_MASS
from feebly.environments.hydrostatic import ENVELOPE, HotStar, hot_star
from feebly.environments.hydrostatic_matter import Layers
from feebly.environments.mean_field import mean_field
from feebly.environments.nuclear import SOURCES, DenseMatter
from feebly.environments.nuclear_request import FRACTION_RANGE, MUON_RANGE
from feebly.errors import InvalidValueError
from feebly.provenance import Provenance, sources
from feebly.units import FM

_CROWDING: Final = 0.15  # knots per decade of what is left outside, against those of the inner mass
_CENTRE: Final = 0.5  # knots even in the radius at the centre, against those even in the mass
_FINE: Final = 4000
_MASS_RANGE: Final = (0.5, 2.6)  # solar masses
_ENTROPY_RANGE: Final = (0.1, 300.0)
_TRAPPING_RANGE: Final = (0.0, 1e14)
_REACH_RANGE: Final = (10.0, 1e6)
_KNOTS_RANGE: Final = (40, 4000)


@dataclass(frozen=True, slots=True)
class StarParameters:
    """What makes a hydrostatic proto-neutron star.

    Parameters
    ----------
    name, time_s : labels; seconds after bounce.
    baryonic_mass_msun : baryon number times the atomic mass unit, in solar masses.
    enclosed : shares of the baryons inside, increasing from 0 to 1, at which entropy and lepton numbers are given.
    entropy : per baryon, in units of k_B, of everything that is trapped.
    lepton_fraction : (n_e + n_nu_e)/n_B, of what is trapped: Y_e where neutrinos have left.
    muon_fraction : (n_mu + n_nu_mu)/n_B where neutrinos are trapped, such as zeros; None means that muon neutrinos have
        no potential.
    mean_field : parameter set of the nucleons.
    trapping_density_g_per_cm3 : below it neutrinos leave and press no longer.
    knots : of the grid; `reach_km` is where the envelope ends.

    Raises
    ------
    InvalidValueError
        if the knots do not fit together or a number makes no sense.
    """

    name: str
    time_s: float
    baryonic_mass_msun: float
    enclosed: tuple[float, ...]
    entropy: tuple[float, ...]
    lepton_fraction: tuple[float, ...]
    muon_fraction: tuple[float, ...] | None = None
    mean_field: str = "tm1"
    trapping_density_g_per_cm3: float = 1e11
    knots: int = 240
    reach_km: float = 1000.0

    def __post_init__(self) -> None:
        x = np.array(self.enclosed)
        if x.size < 2 or x[0] != 0 or x[-1] != 1 or np.any(np.diff(x) <= 0):
            raise InvalidValueError(
                f"'{self.name}': enclosed must increase from 0 to 1, not {self.enclosed}."
            )
        for what in ("entropy", "lepton_fraction", "muon_fraction"):
            values = getattr(self, what)
            if values is not None and len(values) != x.size:
                raise InvalidValueError(
                    f"'{self.name}': {what} has {len(values)} values for {x.size} places in enclosed."
                )
        for what, values, (least, most) in (
            ("entropy", self.entropy, _ENTROPY_RANGE),
            ("lepton_fraction", self.lepton_fraction, FRACTION_RANGE),
            ("muon_fraction", self.muon_fraction or (0.0,), MUON_RANGE),
            ("baryonic_mass_msun", (self.baryonic_mass_msun,), _MASS_RANGE),
            ("trapping_density_g_per_cm3", (self.trapping_density_g_per_cm3,), _TRAPPING_RANGE),
            ("reach_km", (self.reach_km,), _REACH_RANGE),
            ("knots", (self.knots,), _KNOTS_RANGE),
        ):
            worst = [value for value in values if not least <= value <= most]
            if worst:
                raise InvalidValueError(
                    f"'{self.name}': {what} is {worst[0]:g}; it must lie between {least:g} and {most:g}."
                )
        if isinstance(self.knots, bool) or not isinstance(self.knots, int):
            raise InvalidValueError(f"'{self.name}': knots is {self.knots!r}; it must be a whole number.")

    @property
    def provenance(self) -> Provenance:
        """Sources of matter and structure, and the choices among the parameters."""
        muons = "given muon lepton number"
        if self.muon_fraction is None:
            muons = "mu_nu_mu = 0"
        elif not any(self.muon_fraction):
            muons = "no net muon lepton number"
        chosen = {
            "star.baryonic_mass_msun": f"{self.baryonic_mass_msun:g}",
            "star.muons": muons,
            "star.mean_field": self.mean_field,
            "star.trapping_density_g_per_cm3": f"{self.trapping_density_g_per_cm3:g}",
        }
        omitted = {"nuclei, alpha particles and pions in the matter of the star", "rotation and convection"}
        return mean_field(self.mean_field).provenance | Provenance(
            sources=SOURCES | sources(("oppenheimer-volkoff", "equation of hydrostatic equilibrium")),
            choices=frozenset(chosen.items()),
            omitted=frozenset(omitted),
        )

    def layers(self) -> tuple[Array, Layers]:
        """Shares of the baryons inside each knot (N,), and what the knots are made of."""
        share = _grid(self.knots)
        return share, Layers(
            field=mean_field(self.mean_field),
            entropy=np.exp(_course(self.enclosed, tuple(np.log(self.entropy)), share)),
            lepton_fraction=_course(self.enclosed, self.lepton_fraction, share),
            muon_fraction=None
            if self.muon_fraction is None
            else _course(self.enclosed, self.muon_fraction, share),
            trapping_density_g_per_cm3=self.trapping_density_g_per_cm3,
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProtoNeutronStar:
    """A star in hydrostatic equilibrium with the state of its matter at every knot (N,)."""

    parameters: StarParameters
    equilibrium: HotStar
    matter: DenseMatter

    def __repr__(self) -> str:
        return f"ProtoNeutronStar({self.parameters.name!r}, {self.gravitational_mass_msun:.3f} solar masses)"

    @property
    def gravitational_mass_msun(self) -> float:
        """Gravitational mass in solar masses."""
        return float(self.equilibrium.structure.mass[-1]) / SOLAR_MASS

    @property
    def provenance(self) -> Provenance:
        """Sources of matter and structure, and the parameters."""
        return self.matter.provenance | self.parameters.provenance


def proto_neutron_star(
    parameters: StarParameters, *, near: ProtoNeutronStar | None = None
) -> ProtoNeutronStar:
    """A hydrostatic star with given entropy and lepton number.

    Takes 3 to 8 s; less if `near`, a similar star with as many knots, is known. See `hot_star` for the equations and errors.

    Notes
    -----
    Entropy (its logarithm) and lepton numbers follow from the given places by monotone cubics in
    -log10(1 - x + 1e-5), with x the share of baryons inside: nothing overshoots, and the outermost layers are resolved.
    """
    share, layers = parameters.layers()
    baryons = parameters.baryonic_mass_msun * SOLAR_MASS / ATOMIC_MASS_UNIT * share
    if near is not None:
        at = near.equilibrium
        found = hot_star(
            layers,
            baryons,
            density=at.density,
            temperature=at.temperature,
            proton_fraction=at.proton_fraction,
        )
    else:  # a shape from which every star of the package is reached
        density = 0.32 / FM**3 * np.maximum(1 - share, 1e-7) ** 0.75
        temperature = np.clip(25 * (density * FM**3 / 0.1) ** 0.2, 1.0, 30.0)
        found = hot_star(layers, baryons, density=density, temperature=temperature)
    return ProtoNeutronStar(
        parameters, found, layers.matter(found.density, found.temperature, found.proton_fraction)
    )


def _outer(share: Array) -> Array:
    """Coordinate that resolves the surface: decades of what is left outside, with the envelope."""
    return np.asarray(-np.log10(1 - share + ENVELOPE))


def _course(enclosed: tuple[float, ...], values: tuple[float, ...], share: Array) -> Array:
    course = PchipInterpolator(_outer(np.array(enclosed)), np.array(values))
    return np.asarray(course(_outer(share)))


def _grid(knots: int) -> Array:
    """Shares (N,) from 0 to 1, even in a mixture of radius, share and decades outside."""
    fine = np.concatenate([np.linspace(0, 0.9, _FINE), 1 - np.geomspace(0.1, ENVELOPE / 5, _FINE)[1:], [1.0]])
    even = fine + _CENTRE * np.cbrt(fine) + _CROWDING * (_outer(fine) - _outer(fine[:1]))
    share = np.interp(np.linspace(even[0], even[-1], knots), even, fine)
    share[0], share[-1] = 0.0, 1.0
    return np.asarray(share)
