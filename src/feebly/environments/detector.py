"""Detectors of supernova neutrinos as data: targets, efficiency, resolution, window and observed events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, ELECTRON_MASS, PROTON_MASS
from feebly.errors import InvalidValueError, look_up
from feebly.provenance import Provenance, sources
from feebly.units import GRAM, SECOND

_FILE: Final = "detectors/detectors.toml"
_EVENTS: Final = "detectors/sn1987a_events.csv"
_KILOTON: Final = 1e9 * GRAM
_WATER_CHANNELS: Final = (
    *("nu_e~ p", "nu_e 16O", "nu_e~ 16O", "nu_mu~ p", "nu_mu 16O", "nu_mu~ 16O"),
    *("nu_e e-", "nu_e~ e-", "nu_mu e-", "nu_mu~ e-", "nu_tau e-", "nu_tau~ e-"),
)
_SCINTILLATOR_CHANNELS: Final = ("nu_e~ p", *_WATER_CHANNELS[6:])


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Probability to see an electron of a true energy: a named form with its coefficients.

    Raises
    ------
    UnknownNameError
        for a form that is not there.

    Examples
    --------
    >>> round(float(Efficiency("saturating", (0.95, 9.3, 4.0))(10.0)), 3)
    0.7
    """

    form: str
    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        look_up(_FORMS, "form of the efficiency", self.form)

    def __call__(self, energy: ArrayLike) -> Array:
        e = np.maximum(np.asarray(energy, dtype=float), ELECTRON_MASS)
        return np.asarray(np.clip(_FORMS[self.form](e, *self.coefficients), 0.0, 1.0))


def _inverse(e: Array, top: float, first: float, second: float, edge: float) -> Array:
    return np.where(e > edge, top * (1 - first / e - (second / e) ** 2), 0.0)


def _quintic(e: Array, edge: float, first: float, fourth: float, fifth: float) -> Array:
    x = np.maximum(e / edge - 1, 0.0)
    return np.asarray(first * x - fourth * x**4 + fifth * x**5)


_FORMS: Final[Mapping[str, Callable[..., Array]]] = MappingProxyType(
    {
        "constant": lambda e, top: np.full_like(e, top),
        "saturating": lambda e, top, scale, power: top * -np.expm1(-((e / scale) ** power)),
        "exponential": lambda e, size, shift, scale: 1 - size * np.exp(-(e - shift) / scale),
        "inverse": _inverse,
        "quintic": _quintic,
    }
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Standard error of the reconstructed energy, constant + root sqrt(E) + linear E [MeV].

    >>> round(float(Resolution(-0.0839, 0.349, 0.0397)(100.0)), 2)
    7.38
    """

    constant: float
    root: float
    linear: float

    def __call__(self, energy: ArrayLike) -> Array:
        e = np.maximum(np.asarray(energy, dtype=float), ELECTRON_MASS)
        return np.asarray(self.constant + self.root * np.sqrt(e) + self.linear * e)


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Events that were seen (E,): times [MeV^-1], energies and errors [MeV], background [dimensionless].

    `background` is the density of background events per energy and time, NaN where it is not known. Likelihoods here take
    the energies alone; times, errors and background are for your own.
    """

    time: Array
    energy: Array
    error: Array
    background: Array


def _no_events() -> Events:
    return Events(np.empty(0), np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class Detector:
    """What turns a fluence of neutrinos into events; energies in MeV, times in MeV^-1.

    protons, oxygen, electrons : numbers of targets.
    window : reconstructed energies that are analysed.
    neutrino_window : if given, neutrino energies that are counted, with no resolution: a sharp window.
    live_fraction : share of the time in which it was ready, dead times after all triggers taken out.
    dead_time : after one trigger; for your own, since events are taken on average.
    channels : names of the reactions that it sees.
    annihilation : whether the light of the annihilated positron adds its mass.
    events : of SN 1987A, without those taken as background.

    Raises
    ------
    InvalidValueError
        for a window that does not rise, or a live fraction that is none.
    """

    name: str
    variant: str
    protons: float
    oxygen: float
    electrons: float
    window: tuple[float, float]
    efficiency: Efficiency
    resolution: Resolution
    live_fraction: float
    dead_time: float
    channels: tuple[str, ...]
    neutrino_window: tuple[float, float] | None = None
    annihilation: bool = False
    events: Events = field(default_factory=_no_events)
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for window in (self.window, self.neutrino_window or self.window):
            if not 0 <= window[0] < window[1]:
                raise InvalidValueError(f"A window of energies must rise from at least 0, not {window} MeV.")
        if not 0 < self.live_fraction <= 1:
            raise InvalidValueError(f"The live fraction is {self.live_fraction}; it must be in (0, 1].")

    def number(self, target: str) -> float:
        """How many of "p", "16O" or "e-" there are.

        Raises
        ------
        UnknownNameError
            for another target.
        """
        return look_up({"p": self.protons, "16O": self.oxygen, "e-": self.electrons}, "target", target)


@dataclass(frozen=True, slots=True)
class Search:
    """A search in one window: events observed and the number from which a signal counts as excluded."""

    observed: int
    limit: float


def detectors() -> dict[str, tuple[str, ...]]:
    """Names of all detectors with their variants.

    >>> detectors()["hyper-kamiokande"]
    ('default', 'akita')
    """
    table = embedded.load(_FILE).table()["detector"]
    return {name: ("default", *entry.get("variant", {})) for name, entry in table.items()}


def high_energy_search() -> Search:
    """What IMB saw in the window of its variant "high-energy-search".

    >>> high_energy_search()
    Search(observed=0, limit=3.0)
    """
    entry = embedded.load(_FILE).table()["search"]
    return Search(entry["observed"], entry["limit"])


def detector(name: str, variant: str = "default") -> Detector:
    """A detector by name: imb, kamiokande-2, super-kamiokande, hyper-kamiokande, juno-like.

    Parameters
    ----------
    variant : "default", or one of `detectors()[name]`: "akita" (targets as printed there, 0.78 kton for
        Kamiokande-II), "vissani-2015", "vissani-2021" and, of IMB, "unshifted" (other efficiencies),
        "high-energy-search" (neutrinos of 90-215 MeV with efficiency 0.8), "inner" (32 kton of Super-Kamiokande).

    Raises
    ------
    UnknownNameError
        for a name or variant that is not there.

    Notes
    -----
    Targets from the mass of water, unless the variant says otherwise; a scintillator is hydrogen and carbon.
    Source: akita-high-energy-neutrinos, Sec. 5.1; blinov-lmu-ltau, Sec. IV C. Differs from it: Kamiokande-II has
    2.14 kton, since 0.78 kton cannot give its events; delta(E), not delta(E)/E, is the resolution of Hyper-Kamiokande.

    Examples
    --------
    >>> imb = detector("imb")
    >>> f"{imb.protons:.4g} {imb.oxygen:.4g}"
    '4.546e+32 2.273e+32'
    """
    file = embedded.load(_FILE)
    table = file.table()
    base: dict[str, Any] = look_up(table["detector"], "detector", name)
    variants = {"default": {}} | base.get("variant", {})
    entry = base | look_up(variants, f"variant of {name}", variant)
    protons, oxygen, electrons = _targets(entry, table)
    low, high = entry["window_mev"]
    neutrino = entry.get("neutrino_window_mev")
    form, *coefficients = entry["efficiency"]
    water = entry["medium"] == "water"
    events, where = _observed(name)
    return Detector(
        name=name,
        variant=variant,
        protons=protons,
        oxygen=oxygen,
        electrons=electrons,
        window=(float(low), float(high)),
        efficiency=Efficiency(form, tuple(map(float, coefficients))),
        resolution=Resolution(*map(float, entry["resolution_mev"])),
        live_fraction=entry["live_fraction"],
        dead_time=entry["dead_time_s"] * SECOND,
        channels=tuple(entry.get("channels", _WATER_CHANNELS if water else _SCINTILLATOR_CHANNELS)),
        neutrino_window=None if neutrino is None else (float(neutrino[0]), float(neutrino[1])),
        annihilation=not water,
        events=events,
        provenance=_provenance(name, variant, water) | file.provenance | where,
    )


def _targets(entry: Mapping[str, Any], table: Mapping[str, Any]) -> tuple[float, float, float]:
    """Numbers of free protons, oxygen nuclei and electrons."""
    mass = entry["mass_kton"]
    if entry["medium"] == "scintillator":
        protons = entry["protons"]
        carbon = (mass * _KILOTON - protons * (PROTON_MASS + ELECTRON_MASS)) / (12 * ATOMIC_MASS_UNIT)
        return protons, 0.0, protons + 6 * carbon
    numbers = table["targets"]
    molecules = mass * _KILOTON / (numbers["water_molar_mass_g"] * ATOMIC_MASS_UNIT)
    electrons = numbers["electrons_per_water"] * molecules
    match entry.get("counting", "mass"):
        case "akita":
            return (
                numbers["akita_protons_per_kton"] * mass,
                numbers["akita_oxygen_per_kton"] * mass,
                electrons,
            )
        case "search":
            return table["search"]["protons"], table["search"]["oxygen"], electrons
        case _:
            return 2 * molecules, molecules, electrons


def _observed(name: str) -> tuple[Events, Provenance]:
    file = embedded.load(_EVENTS)
    rows = [row for row in file.rows() if row["detector"] == name and row["used"] == "1"]
    if not rows:
        return _no_events(), Provenance()

    def column(key: str) -> Array:
        return np.array([float(row[key] or "nan") for row in rows])

    found = Events(
        column("time_s") * SECOND,
        column("energy_mev"),
        column("error_mev"),
        column("background_per_mev_s") / SECOND,
    )
    return found, file.provenance


def _provenance(name: str, variant: str, water: bool) -> Provenance:
    keys = {
        "kamiokande-2": (("Hirata:1987hu", "events"),),
        "imb": (("bionta-imb", "events"),),
        "super-kamiokande": (("kashiwagi-monitor", "Sec. 1"), ("oxygen-gamma-rays", "abstract")),
        "juno-like": (("juno-physics", "abstract"),),
    }
    special = {
        "high-energy-search": (("blinov-lmu-ltau", "Sec. IV C"),),
        "vissani-2015": (("dedin-neto-sn1987a", "public code: Vissani 2015"),),
        "vissani-2021": (("dedin-neto-sn1987a", "public codes: Vissani 2021"),),
    }
    return Provenance(
        sources=sources(*keys.get(name, ()), *special.get(variant, ())),
        choices=frozenset({("detector", f"{name} ({variant})")}),
        omitted=frozenset() if water else frozenset({"neutrinos on carbon, and muons in the scintillator"}),
    )
