"""Parameters of the standard proto-neutron star: its course in time, its variants, and what users change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
from scipy.interpolate import PchipInterpolator

from feebly import embedded
from feebly.arrays import Array
from feebly.environments.proto_neutron_star import StarParameters
from feebly.errors import InvalidValueError

Variant = Literal["reference", "cold", "hot"]
Muons = Literal["variant", "free", "trapped"]
TIMES: Final = (0.5, 10.0)  # s
PARAMETERS: Final = "star/pns.toml"


@dataclass(frozen=True, slots=True)
class Course:
    """The standard star in time: its parameters at any moment, with what a user changes.

    Parameters
    ----------
    variant : "cold" has less entropy and mass, "hot" more, with mu_nu_mu = 0.
    mean_field : parameter set of the nucleons.
    muons : "trapped" for no net muon lepton number, "free" for mu_nu_mu = 0; that of the variant if not given.
    mass_msun : baryonic mass in solar masses; that of the variant if not given.
    entropy_factor, lepton_factor : of all entropies and lepton fractions.
    muon_fraction : muon lepton number per baryon, wherever it is trapped.

    Raises
    ------
    InvalidValueError
        for a word that is not known, or two rules for the muons.
    """

    variant: Variant = "reference"
    mean_field: str = "tm1"
    muons: Muons = "variant"
    mass_msun: float | None = None
    entropy_factor: float = 1.0
    lepton_factor: float = 1.0
    muon_fraction: float | None = None

    def __post_init__(self) -> None:
        for name, value, kind in (("variant", self.variant, Variant), ("muons", self.muons, Muons)):
            if value not in get_args(kind):
                raise InvalidValueError(
                    f"{name} = '{value}' is not known. Possible: {', '.join(get_args(kind))}."
                )
        if self.muon_fraction is not None and self.muons != "variant":
            raise InvalidValueError(f"Give muon_fraction or muons = '{self.muons}', not both.")
        for name, factor in (("entropy_factor", self.entropy_factor), ("lepton_factor", self.lepton_factor)):
            if not (np.isfinite(factor) and factor > 0):
                raise InvalidValueError(f"{name} is {factor:g}; it must be positive.")

    def __call__(self, time_s: float) -> StarParameters:
        """Parameters at a time in s; also a little before and after the range, for rates of change."""
        table = parsed(PARAMETERS)
        change = table["variants"][self.variant]
        places = tuple(float(x) for x in table["enclosed"])
        log_entropy, leptons = _in_time()(np.log(time_s))
        entropy = np.exp(log_entropy) * np.array(change["entropy_factor"])
        leptons = leptons + np.array(change["lepton_shift"])
        return StarParameters(
            name=self._name(time_s),
            time_s=time_s,
            baryonic_mass_msun=float(change["baryonic_mass_msun"])
            if self.mass_msun is None
            else self.mass_msun,
            enclosed=places,
            entropy=tuple((entropy * self.entropy_factor).tolist()),
            lepton_fraction=tuple((leptons * self.lepton_factor).tolist()),
            muon_fraction=self._muon_number(change["muons"], len(places)),
            mean_field=self.mean_field,
        )

    def _muon_number(self, rule: str, places: int) -> tuple[float, ...] | None:
        if self.muon_fraction is not None:
            return (self.muon_fraction,) * places
        free = (rule if self.muons == "variant" else self.muons) == "free"
        return None if free else (0.0,) * places

    def _name(self, time_s: float) -> str:
        changed = {
            "mass": self.mass_msun,
            "entropy": None if self.entropy_factor == 1 else self.entropy_factor,
            "leptons": None if self.lepton_factor == 1 else self.lepton_factor,
            "muons": self.muon_fraction,
        }
        words = [
            f"pns-{time_s:g}s",
            *([] if self.variant == "reference" else [self.variant]),
            *([] if self.mean_field == "tm1" else [Path(self.mean_field).stem]),
            *([] if self.muons == "variant" else [self.muons]),
            *(f"{key}-{value:g}" for key, value in changed.items() if value is not None),
        ]
        return "-".join(words)


def check_time(time_s: float) -> None:
    """Refuse a time at which the standard star is not known."""
    low, high = TIMES
    if not low <= time_s <= high:
        raise InvalidValueError(f"A standard star is known from {low:g} to {high:g} s, not at {time_s:g} s.")


def standard_parameters(
    time_s: float, *, variant: Variant = "reference", mean_field: str = "tm1", muons: Muons = "variant"
) -> StarParameters:
    """Parameters of the standard star at a time after bounce, 0.5 to 10 s; see `Course`.

    Entropies (their logarithms) and lepton fractions follow monotone cubics in the logarithm of the time through 0.5, 1, 5
    and 10 s. Those of 1 and 5 s were fitted.

    Examples
    --------
    >>> one = standard_parameters(1.0)
    >>> one.baryonic_mass_msun, one.entropy[3] > standard_parameters(3.0).entropy[3]
    (1.6, True)
    """
    check_time(time_s)
    return Course(variant, mean_field, muons)(time_s)


@cache
def parsed(file: str) -> dict[str, Any]:
    """A file read once; parsing it takes longer than reading a star."""
    return embedded.load(file).table()


@cache
def _in_time() -> PchipInterpolator:
    """ln s and Y_L (2, places) against ln t."""
    moments = parsed(PARAMETERS)["moments"]
    values: Array = np.array([[np.log(m["entropy"]), m["lepton_fraction"]] for m in moments])
    return PchipInterpolator(np.log([m["time_s"] for m in moments]), values)
