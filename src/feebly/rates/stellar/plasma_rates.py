"""All that absorbs a vector in hot nuclear matter, by polarisation, as forms in its charges.

What is made here depends on the star and the mass, never on the model: any direction of charges recombines it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.constants import ALPHA, MUON_MASS, PION_MASS
from feebly.environments import Medium
from feebly.errors import OutOfDomainError
from feebly.math.roots import bracketed_root
from feebly.provenance import Provenance, sources
from feebly.rates.stellar import medium_decay, polarisation
from feebly.rates.stellar.bremsstrahlung import NucleonMatter, Polarised, bremsstrahlung
from feebly.rates.stellar.charge_table import ELECTRIC, ChargeTable, nucleons, single, summed
from feebly.rates.stellar.lepton_compton import Lepton
from feebly.rates.stellar.lepton_compton_table import LeptonComptonTable, lepton_compton_table
from feebly.rates.stellar.nucleon_phases import phase_shifts
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS
from feebly.rates.stellar.pion_conversion import PROVENANCE as PION_PROVENANCE
from feebly.rates.stellar.pion_conversion import PionMatter
from feebly.rates.stellar.pion_table import PionTable, pion_table
from feebly.rates.stellar.polarisation import Mode, Modes
from feebly.species import NEUTRINOS

Bremsstrahlung = Literal["symmetric", "absorption", "paper", "one-pion", "off"]
Switch = Literal["on", "off"]
Response = Literal["all", "electrons", "cold-electrons"]

MODES: Final[tuple[Mode, ...]] = ("transverse", "longitudinal")
STATES: Final[Mapping[Mode, int]] = {"transverse": 2, "longitudinal": 1}
NEEDED: Final = ("mu:e-", "n:p", "n:n")
_NUCLEONS: Final = "nucleon bremsstrahlung"
_STEP: Final = 1e-4  # of an energy, for a slope
_RESONANT: Final = 1e-9  # on ln(E/m) of a resonance
_FASTEST: Final = 1e5  # energy over mass up to which resonances are sought


@dataclass(frozen=True, slots=True)
class PlasmaOptions:
    """Which processes count, and how.

    Parameters
    ----------
    bremsstrahlung : "symmetric" (cross sections at the mean energy of the collision), "absorption" (at the initial energy
        of an absorption), "paper" (as printed: it breaks detailed balance), "one-pion" exchange, or "off".
    compton : on electrons and muons.
    pions : pi- p <-> n X.
    response : what makes the real part of the polarisation: "all" (electrons, muons, protons), "electrons", or
        "cold-electrons", the plasma frequency of electrons without temperature.
    effective_mass : of nucleons in bremsstrahlung.
    blocking : Pauli blocking of nucleons in bremsstrahlung.
    """

    bremsstrahlung: Bremsstrahlung = "symmetric"
    compton: Switch = "on"
    pions: Switch = "on"
    response: Response = "all"
    effective_mass: bool = False
    blocking: bool = False

    @property
    def provenance(self) -> Provenance:
        """Sources and choices."""
        chosen = {
            "plasma": "on",
            "bremsstrahlung": self.bremsstrahlung,
            "compton": "full" if self.compton == "on" else "off",
            "pions": self.pions,
            "response": self.response,
            "nucleon_mass": "effective" if self.effective_mass else "vacuum",
            "nucleon_blocking": "on" if self.blocking else "off",
        }
        stated = Provenance(
            sources=polarisation.SOURCES
            | medium_decay.SOURCES
            | sources(
                ("esseili-kribs-chargephobic", "Eqs. (38)-(48), (69)-(78)"),
                ("rrapaj-nucleon-bremsstrahlung", "soft-radiation approximation"),
            ),
            choices=frozenset(chosen.items()),
        )
        return (
            stated | phase_shifts("np").provenance | (PION_PROVENANCE if self.pions == "on" else Provenance())
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlasmaMatter:
    """A star at its knots, ready for any mass (MeV^n).

    Parameters
    ----------
    medium : the K knots.
    nucleons : their nucleons.
    compton : tables of scattering on each lepton.
    pions : table of pion conversion, or None.
    plasma2 : species -> (K,) its plasma frequency squared.
    omitted : what this star does not allow.
    """

    medium: Medium
    options: PlasmaOptions
    nucleons: NucleonMatter
    compton: Mapping[str, LeptonComptonTable]
    pions: PionTable | None
    plasma2: Mapping[str, Array]
    omitted: frozenset[str] = field(default_factory=frozenset)


def plasma_matter(medium: Medium, options: PlasmaOptions) -> PlasmaMatter:
    """Tabulate a sampled star; takes seconds.

    Raises
    ------
    OutOfDomainError
        if the star does not state the electrons or nucleons.
    """
    missing = [name for name in ("e-",) if name not in medium.potential]
    if missing:
        raise OutOfDomainError("A plasma needs mu:e-; the star does not state it.")
    matter = NucleonMatter.of(medium, effective_mass=options.effective_mass)
    leptons: list[Lepton] = ["e-"]
    if "mu-" in medium.potential:
        leptons.append("mu-")
    omitted = set()
    if "mu-" not in leptons:
        omitted.add("processes on muons: the star gives no muon chemical potential")
    pions = None
    if options.pions == "on":
        thermal = PionMatter.of(medium, condensed="omit")
        pions = pion_table(thermal, medium)
        if thermal.left_out is not None:
            omitted.add(
                f"pion conversion at {int(thermal.left_out.sum())} of {medium.radius.size} radii, where free pions condense"
            )
    return PlasmaMatter(
        medium=medium,
        options=options,
        nucleons=matter,
        compton={name: lepton_compton_table(medium, name) for name in leptons}
        if options.compton == "on"
        else {},
        pions=pions,
        plasma2=_plasma2(medium, options),
        omitted=frozenset(omitted),
    )


def _plasma2(medium: Medium, options: PlasmaOptions) -> dict[str, Array]:
    """Plasma frequencies squared (K,) of the gases that make the real part [MeV^2]."""
    t = medium.temperature
    if options.response == "cold-electrons":
        density = np.abs(medium.density["e-"])
        return {"e-": polarisation.degenerate_plasma_frequency(density) ** 2}
    found = {"e-": polarisation.plasma_frequency(t, medium.potential["e-"]) ** 2}
    if options.response == "all":
        if "mu-" in medium.potential:
            found["mu-"] = polarisation.plasma_frequency(t, medium.potential["mu-"], mass=MUON_MASS) ** 2
        found["p"] = 4 * np.pi * ALPHA * medium.density["p"] / NUCLEON_MASS
    return found


def real_response(energy: Array, mass: float, mode: Mode, plasma2: Mapping[str, Array]) -> dict[str, Array]:
    """Real part of the polarisation by each gas, its charge taken as 1 [MeV^2].

    Parameters
    ----------
    energy : (K, W) local energies, MeV; mass : of X, MeV.
    plasma2 : species -> (K, 1) plasma frequencies squared.

    Notes
    -----
    Electrons are relativistic, see `polarisation.real_part`. Muons and protons count as slow: omega_p^2 for
    the transverse modes and omega_p^2 (m/E)^2 for the longitudinal one, the limits of that formula for slow charges.
    Source: esseili-kribs-chargephobic, Eq. (38), for the electrons. Differs from it: muons and protons added.
    Valid for: slow charges with v k far below E.

    >>> gases = {"e-": np.array([[100.0]]), "p": np.array([[10.0]])}
    >>> at_rest = real_response(np.array([[5.0]]), 5.0, "longitudinal", gases)
    >>> round(float(at_rest["e-"][0, 0])), round(float(at_rest["p"][0, 0]))
    (100, 10)
    """
    found = {"e-": polarisation.real_part(energy, np.sqrt(plasma2["e-"]), mass=mass, mode=mode)}
    slow = 1.0 if mode == "transverse" else (mass / energy) ** 2
    found |= {name: np.asarray(values * slow) for name, values in plasma2.items() if name != "e-"}
    return found


def resonance_energies(mass: float, mode: Mode, plasma2: Mapping[str, Array]) -> Array:
    """Local energies (K,) at which Re Pi = m^2 [MeV]; NaN where there is none.

    Examples
    --------
    >>> gas = {"e-": np.array([150.0, 99.0, 60.0])}
    >>> [bool(np.isfinite(e)) for e in resonance_energies(10.0, "transverse", gas)]
    [False, True, False]
    """
    total = np.sum(list(plasma2.values()), axis=0)
    fast = total + plasma2["e-"] / 2
    ends = (total, fast) if mode == "transverse" else (total, np.zeros_like(total))
    crossed = (ends[0] - mass**2) * (ends[1] - mass**2) < 0
    found = np.full(crossed.shape, np.nan)
    names, gases = list(plasma2), np.stack(list(plasma2.values()))[:, crossed]

    def excess(log: Array, *gas: Array) -> Array:
        parts = real_response(mass * np.exp(log), mass, mode, dict(zip(names, gas, strict=True)))
        return np.asarray(sum(parts.values()) - mass**2)

    if not crossed.any():
        return found
    reach = np.full(int(crossed.sum()), np.log(_FASTEST))
    high = excess(reach, *gases)
    crossing = np.sign(high) != np.sign(excess(np.zeros_like(reach), *gases))
    log = bracketed_root(
        excess,
        np.zeros(int(crossing.sum())),
        reach[crossing],
        tuple(gases[:, crossing]),
        what="resonance",
        relative=_RESONANT,
    )
    found[np.flatnonzero(crossed)[crossing]] = mass * np.exp(log)
    return found


def resonance_width(mass: float, mode: Mode, energy: float, matter: PlasmaMatter, knot: int) -> float:
    """Width in energy of the resonance at a local energy at one knot, |Im Pi| / |d Re Pi / dE|, without Compton [MeV]."""
    medium = matter.medium.at(slice(knot, knot + 1))
    bare = plasma_matter(medium, replace(matter.options, compton="off", pions="off"))
    plasma2 = {name: values[:, None] for name, values in bare.plasma2.items()}
    step = _STEP * energy
    at = np.array([[energy - step, energy + step]])
    rise = np.diff(np.asarray(sum(real_response(at, mass, mode, plasma2).values())))
    rates = next(r for r in mode_rates(mass, np.array([[energy]]), bare) if r.mode == mode)
    return float(np.abs(rates.photon(np.array([[energy]]))[0, 0] * 2 * step / rise[0, 0]))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModeRates:
    """Reduced absorption of one state of one mode at the knots and energies (K, W) [MeV], per process.

    `absorbed` is (1 - exp(-E/T)) Gamma_abs; `emitted` is (exp(E/T) - 1) Gamma_prod, the same where detailed balance holds.
    """

    mode: Mode
    absorbed: Mapping[str, ChargeTable]
    emitted: Mapping[str, ChargeTable]

    @property
    def states(self) -> int:
        """Number of states with this polarisation."""
        return STATES[self.mode]

    def photon(self, energy: Array) -> Array:
        """Imaginary part of the polarisation of the photon (K, W), <= 0 [MeV^2]."""
        total = summed(self.absorbed.values()).rate(ELECTRIC)
        return polarisation.imaginary_part(energy, 4 * np.pi * ALPHA * total)


def mode_rates(mass: float, energy: Array, matter: PlasmaMatter) -> tuple[ModeRates, ModeRates]:
    """Rates of the transverse and the longitudinal mode at the knots of a star.

    Parameters
    ----------
    mass : of X, MeV; energy : (K, W) local energies, MeV, > mass.
    """
    found: list[tuple[str, Mapping[Mode, ChargeTable]]] = []
    medium, options = matter.medium, matter.options
    t = medium.temperature[:, None]
    flavours = [nu for nu in NEUTRINOS if nu in medium.potential]
    by_potential: dict[bytes, Modes] = {}  # flavours often share one
    neutrinos = []
    for nu in flavours:
        key = medium.potential[nu].tobytes()
        if key not in by_potential:
            by_potential[key] = medium_decay.neutrino_absorption(
                energy, mass, temperature=t, potential=medium.potential[nu][:, None]
            )
        neutrinos.append(_single(nu, by_potential[key]))
    if neutrinos:
        found.append(("neutrino coalescence", _joined(neutrinos)))
    mu_e = medium.potential["e-"][:, None]
    electrons = medium_decay.electron_absorption(energy, mass, temperature=t, potential=mu_e)
    found.append(("electron coalescence", _single("e-", electrons)))
    if "mu-" in medium.potential and mass > 2 * MUON_MASS:
        mu = medium.potential["mu-"][:, None]
        pairs = medium_decay.pair_absorption(
            energy, mass, temperature=t, potential=mu, daughter_mass=MUON_MASS
        )
        found.append(("muon coalescence", _single("mu-", pairs)))
    names = {"e-": "Compton on electrons", "mu-": "semi-Compton"}
    found += [(names[s], _single(s, table.reduced(mass, energy))) for s, table in matter.compton.items()]
    if matter.pions is not None and mass < 2 * PION_MASS:
        found.append(("pion conversion", _polarised(matter.pions.reduced(mass, energy))))
    absorbed, emitted = dict(found), dict(found)
    if options.bremsstrahlung != "off":
        absorbed[_NUCLEONS], emitted[_NUCLEONS] = _bremsstrahlung(mass, energy, matter)
    return _of_mode("transverse", absorbed, emitted), _of_mode("longitudinal", absorbed, emitted)


def _of_mode(
    mode: Mode,
    absorbed: Mapping[str, Mapping[Mode, ChargeTable]],
    emitted: Mapping[str, Mapping[Mode, ChargeTable]],
) -> ModeRates:
    own = {name: table[mode] for name, table in absorbed.items()}
    balanced = all(emitted[name] is table for name, table in absorbed.items())
    return ModeRates(mode, own, own if balanced else {name: table[mode] for name, table in emitted.items()})


def _bremsstrahlung(
    mass: float, energy: Array, matter: PlasmaMatter
) -> tuple[Mapping[Mode, ChargeTable], Mapping[Mode, ChargeTable]]:
    """Absorption and emission in collisions of nucleons, both reduced."""
    options = matter.options
    ratio = energy / matter.medium.temperature[:, None]
    recipe = options.bremsstrahlung if options.bremsstrahlung in ("absorption", "paper") else "symmetric"

    def rate(direction: Literal["absorption", "production"]) -> Polarised:
        return bremsstrahlung(
            direction,
            mass,
            energy,
            matter.nucleons,
            recipe=recipe,
            scattering="one-pion" if options.bremsstrahlung == "one-pion" else "phase-shifts",
            blocking=options.blocking,
        )

    if recipe != "paper":
        balanced = _polarised(rate("absorption").times(-np.expm1(-ratio)))
        return balanced, balanced
    produced = rate("production")
    return _polarised(rate("absorption") + produced.times(-1.0)), _polarised(produced.times(np.expm1(ratio)))


def _single(species: str, modes: Modes) -> Mapping[Mode, ChargeTable]:
    return {
        "transverse": single(species, modes.transverse),
        "longitudinal": single(species, modes.longitudinal),
    }


def _polarised(form: Polarised) -> Mapping[Mode, ChargeTable]:
    return {"transverse": nucleons(form.transverse), "longitudinal": nucleons(form.longitudinal)}


def _joined(parts: list[Mapping[Mode, ChargeTable]]) -> Mapping[Mode, ChargeTable]:
    return {mode: summed(part[mode] for part in parts) for mode in MODES}
