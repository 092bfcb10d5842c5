"""The plasma of the early universe: what it is made of, how it expands, and which processes couple its parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

import numpy as np

from feebly.arrays import Array
from feebly.constants import NEWTON
from feebly.environments.universe_plasma import SOURCES as PLASMA_SOURCES
from feebly.environments.universe_plasma import LogTable, plasma_table
from feebly.environments.universe_weak import weak_couplings, weak_factors
from feebly.errors import InvalidValueError
from feebly.math.quadrature import gauss
from feebly.provenance import Provenance, sources

Statistics = Literal["fd", "mb"]
Switch = Literal["on", "off"]
Neutrinos = Literal["common", "split"]
Potential = Literal["evolved", "zero"]

SOURCES: Final = sources(
    ("escudero-thermodynamics", "temperatures and chemical potentials of all species"),
    ("esseili-kribs-chargephobic", "Sec. 5.1, Eqs. (31), (32)"),
)
_CHOICES: Final = {
    "weak": get_args(Statistics),
    "electron_mass": get_args(Switch),
    "qed": get_args(Switch),
    "neutrinos": get_args(Neutrinos),
    "potential": get_args(Potential),
}
_DEGREE: Final = 17  # of the polynomials of the Fermi integrals: error 6^-17
_NODES: Final = 96


@dataclass(frozen=True)
class Universe:
    """Physics of the standard plasma from hundreds of MeV to 1 eV; tables are made when first asked for.

    Parameters
    ----------
    weak : statistics of the weak rates, "fd" (Fermi-Dirac) or "mb" (Maxwell-Boltzmann).
    electron_mass : whether the weak rates know the mass of the electron.
    qed : whether photons and electrons interact in the equation of state.
    neutrinos : "common" gives all flavours one temperature, as oscillations do; "split" nu_e and the other two their own.
    potential : "evolved" lets the chemical potential of the neutrinos follow their number; "zero" keeps it at 0, as if
        neutrinos were created and absorbed freely.

    Notes
    -----
    All species have Fermi-Dirac or Bose-Einstein distributions with a temperature and, if their number is kept, a
    potential that is the same for particle and antiparticle.
    Source: escudero-thermodynamics; esseili-kribs-chargephobic, Sec. 5.1.
    Differs from it: `weak="mb", electron_mass="off", qed="off"` is the latter, the default adds what it leaves out.
    Valid for: no asymmetry; N_eff to 0.001 (spectral distortions).

    Raises
    ------
    InvalidValueError
        for an unknown choice.

    Examples
    --------
    >>> hot = Universe()
    >>> g = hot.energy_density(5.0) * 30 / np.pi**2 / 5.0**4  # 2 + 7/2 + 21/4 without interaction
    >>> round(float(g), 2)
    10.73
    """

    weak: Statistics = "fd"
    electron_mass: Switch = "on"
    qed: Switch = "on"
    neutrinos: Neutrinos = "common"
    potential: Potential = "evolved"

    def __post_init__(self) -> None:
        for name, possible in _CHOICES.items():
            value = getattr(self, name)
            if value not in possible:
                raise InvalidValueError(f"{name} = '{value}' is not known. Possible: {', '.join(possible)}.")

    @cached_property
    def provenance(self) -> Provenance:
        sources = SOURCES | (PLASMA_SOURCES if self.qed == "on" else frozenset())
        chosen = frozenset((name, str(getattr(self, name))) for name in _CHOICES)
        omitted = frozenset({"distortions of the neutrino spectra", "hadrons of the plasma"})
        if self.neutrinos == "split":
            omitted |= {"oscillations between nu_e and the others"}
        return weak_couplings().provenance | Provenance(sources, frozenset(), chosen, omitted)

    @cached_property
    def plasma(self) -> LogTable:
        """Energy density and pressure over T^4 of photons, electrons and muons."""
        return plasma_table(qed=self.qed == "on")

    @cached_property
    def weak_factors(self) -> LogTable:
        """What the mass of the electron does to the weak rates, see `universe_weak.weak_factors`."""
        return weak_factors(electron_mass=self.electron_mass == "on")

    @cached_property
    def weak_rates(self) -> Array:
        """Coefficients (6,) [MeV^-4] of the weak rates, see `transport._boltzmann.weak`.

        G_F^2/pi^5 times: 4 (g_L^2 + g_R^2) of nu_e and of one other flavour, 2 for neutrinos among each other; then
        the statistical factors of energy by annihilation, energy by scattering and number by annihilation.
        """
        weak = weak_couplings()
        unit = weak.fermi_constant**2 / np.pi**5
        squares = [left**2 + right**2 for left, right in (weak.electron, weak.other)]
        statistics = (
            (weak.annihilation_energy, weak.scattering_energy, weak.annihilation_number)
            if self.weak == "fd"
            else (1.0, 1.0, 1.0)
        )
        return np.array([4 * unit * squares[0], 4 * unit * squares[1], 2 * unit, *statistics])

    @cached_property
    def columns(self) -> LogTable:
        """Plasma and weak factors side by side: 8 columns."""
        plasma, weak = self.plasma, self.weak_factors
        return LogTable(
            plasma.start,
            plasma.step,
            np.ascontiguousarray(np.hstack([plasma.value, weak.value])),
            np.ascontiguousarray(np.hstack([plasma.slope, weak.slope])),
        )

    def energy_density(self, temperature: float) -> float:
        """Energy density in equilibrium with three neutrinos [MeV^4] at a temperature [MeV]."""
        plasma = self.plasma(np.asarray(temperature, dtype=float))[0]
        return float((plasma + 3 * 7 * np.pi**2 / 120) * temperature**4)

    def hubble(self, energy_density: Array) -> Array:
        """Expansion rate [MeV] at an energy density [MeV^4].

        >>> from feebly.units import SECOND
        >>> hot = Universe()
        >>> round(float(hot.hubble(np.array(hot.energy_density(1.0))) * SECOND), 2)  # per second, at 1 MeV
        0.67
        """
        return np.asarray(np.sqrt(8 * np.pi * NEWTON / 3 * energy_density))


def fermi_polynomials() -> Array:
    """Coefficients (3, D) in w = exp(z) of F_k(z) / w for z <= 0, k = 1, 2, 3.

    Notes
    -----
    F_k = 1/k! int_0^inf x^k dx / (exp(x - z) + 1); F_k / w = 1/k! int x^k dx / (exp(x) + w) has its nearest singularity at
    w = -1. Chebyshev interpolation on 0 <= w <= 1.

    >>> third = fermi_polynomials()[2]
    >>> bool(abs(third.sum() / (7 * np.pi**4 / 720) - 1) < 1e-12)
    True
    """
    x, weight = gauss(0.0, 60.0, _NODES)
    # functions of w at Chebyshev nodes, then powers of w
    nodes = (1 + np.cos(np.pi * (np.arange(_DEGREE + 1) + 0.5) / (_DEGREE + 1))) / 2
    found = []
    for k, factorial in ((1, 1.0), (2, 2.0), (3, 6.0)):
        values = [float(np.sum(weight * x**k / (np.exp(x) + w))) / factorial for w in nodes]
        series = np.polynomial.chebyshev.Chebyshev.fit(nodes, values, _DEGREE, domain=[0.0, 1.0])
        found.append(series.convert(kind=np.polynomial.Polynomial, domain=[-1.0, 1.0]).coef)
    return np.array(found)
