"""Light mesons decaying to a vector boson X: P -> gamma X, V -> P X and P -> V X.

In vector meson dominance X is emitted through rho, omega and phi, each of which sees one current of the
light quarks. A decay A -> B X is therefore a sum over three currents,

    F_X(m) = sum_V a_V c_V BW_V(m),     a_V = tr(T_A T_B T_V) tr(T_V Q) / [tr(T_A T_B Q) / 2],

with the strengths c of `hadrons.base.light_charges`, which are 1 for the photon, so that F is 1 for a
massless vector with the electric charges. Everything else is two-body kinematics and a measured branching
fraction to the photon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np

from feebly import particle_data
from feebly import species as sp
from feebly.arrays import Array, ComplexArray, mass_array
from feebly.constants import E_CHARGE
from feebly.decays.hadrons.base import light_charges
from feebly.decays.hadrons.line_shapes import running_width
from feebly.errors import UnsupportedModelError, look_up
from feebly.models import Model, VectorCurrent, offers
from feebly.provenance import Provenance, sources

SOURCES: Final = sources(
    ("esseili-kribs-chargephobic", "Eqs. (19)-(24)"),
    ("Ilten:2018crw", "Eqs. (2.7)-(2.10), (A.1)-(A.3)"),
)
OMITTED: Final = "excited vector mesons and contact terms in meson decays to X"
LIGHT: Final = ("u", "d", "s")


@dataclass(frozen=True, slots=True)
class Meson:
    """A neutral meson: its name in the table of masses and its content in u u~, d d~, s s~.

    The content is not normalised. That of eta and eta' stands for a mixing angle of asin(-1/3).
    """

    name: str
    content: tuple[int, int, int]

    @property
    def mass(self) -> float:
        """MeV."""
        return particle_data.mass(self.name)

    @property
    def generator(self) -> Array:
        """Diagonal (3,) of the U(3) generator T, with tr(T T) = 1/2."""
        content = np.array(self.content, dtype=float)
        return np.asarray(content / np.sqrt(2 * content @ content))


MESONS: Final[Mapping[str, Meson]] = MappingProxyType(
    {
        "pi0": Meson("pi0", (1, -1, 0)),
        "eta": Meson("eta", (1, 1, -1)),
        "eta'": Meson("eta'(958)", (1, 1, 2)),
        "rho": Meson("rho0", (1, -1, 0)),
        "omega": Meson("omega(782)", (1, 1, 0)),
        "phi": Meson("phi(1020)", (0, 0, 1)),
    }
)
VECTORS: Final = ("rho", "omega", "phi")


@dataclass(frozen=True, slots=True)
class MesonDecay:
    """The decay of `parent` to `daughter` and X, measured with a photon in place of X.

    Parameters
    ----------
    parent : one of `MESONS`.
    daughter : one of `MESONS`, or ``gamma``.
    listed : parent and mode of the decay to the photon in the table of branching fractions.
    """

    parent: str
    daughter: str
    listed: tuple[str, str]

    @property
    def name(self) -> str:
        return f"{self.parent} -> {self.daughter} X"

    @property
    def closes(self) -> float:
        """Largest mass of X [MeV]."""
        return MESONS[self.parent].mass - self.daughter_mass

    @property
    def daughter_mass(self) -> float:
        """MeV; 0 for the photon."""
        return 0.0 if self.daughter == "gamma" else MESONS[self.daughter].mass

    @property
    def photon_branching(self) -> particle_data.Measured:
        """Branching fraction of the decay with a photon for X."""
        return particle_data.branching(*self.listed)


DECAYS: Final[Mapping[str, MesonDecay]] = MappingProxyType(
    {
        decay.name: decay
        for decay in (
            MesonDecay("pi0", "gamma", ("pi0", "2gamma")),
            MesonDecay("eta", "gamma", ("eta", "2gamma")),
            MesonDecay("eta'", "gamma", ("etaprime", "gamma gamma")),
            MesonDecay("eta'", "omega", ("etaprime", "omega gamma")),
            MesonDecay("rho", "pi0", ("rho0", "pi0 gamma")),
            MesonDecay("rho", "eta", ("rho0", "eta gamma")),
            MesonDecay("omega", "pi0", ("omega", "pi0 gamma")),
            MesonDecay("omega", "eta", ("omega", "eta gamma")),
            MesonDecay("phi", "eta", ("phi", "eta gamma")),
        )
    }
)


def find(name: str) -> MesonDecay:
    """The decay of that name, such as ``eta -> gamma X``.

    Raises
    ------
    UnknownNameError
        with near matches.

    Examples
    --------
    >>> round(find("omega -> pi0 X").closes)
    648
    """
    return look_up(DECAYS, "meson decay", name)


def coefficients(decay: MesonDecay) -> Array:
    """Shares a (3,) of rho, omega and phi in the amplitude of the decay to a real photon; their sum is 1.

    Notes
    -----
    a_V = tr(T_A T_B T_V) tr(T_V Q) / sum_V tr(T_A T_B T_V) tr(T_V Q), with T_B = Q for the photon.
    Source: Ilten:2018crw, Eqs. (2.7)-(2.10), (A.1); the traces give the coefficients of
    esseili-kribs-chargephobic, Eqs. (21)-(23).
    Differs from it: normalised to the photon. Valid for: nonet symmetry, ideal mixing of omega and phi.

    Examples
    --------
    >>> (8 * coefficients(find("eta -> gamma X"))).round(12).tolist()
    [9.0, 1.0, -2.0]
    """
    quark = np.array([sp.find(q).electric_charge for q in LIGHT])
    first = MESONS[decay.parent].generator
    second = quark if decay.daughter == "gamma" else MESONS[decay.daughter].generator
    vectors = np.array([MESONS[name].generator for name in VECTORS])
    share = (vectors @ (first * second)) * (vectors @ quark)
    return np.asarray(share / share.sum())


@lru_cache(maxsize=1)
def _widths() -> Mapping[str, tuple[tuple[float, float, float], ...]]:
    """Decays (share, first mass, second mass) of rho, omega and phi that make their widths run."""
    charged, neutral = particle_data.mass("pi+"), particle_data.mass("pi0")
    eta, kaon, neutral_kaon = (particle_data.mass(name) for name in ("eta", "K+", "K0"))
    modes = {
        "omega": {
            "pi+ pi- pi0": (2 * charged, neutral),
            "pi0 gamma": (neutral, 0.0),
            "pi+ pi-": (charged, charged),
        },
        "phi": {
            "K+ K-": (kaon, kaon),
            "K0L K0S": (neutral_kaon, neutral_kaon),
            "rho pi + pi+ pi- pi0": (2 * charged, neutral),
            "eta gamma": (eta, 0.0),
        },
    }
    found: dict[str, tuple[tuple[float, float, float], ...]] = {"rho": ((1.0, charged, charged),)}
    for name, pairs in modes.items():
        fraction = {mode: particle_data.branching(name, mode).value for mode in pairs}
        total = sum(fraction.values())
        found[name] = tuple((fraction[mode] / total, *pair) for mode, pair in pairs.items())
    return MappingProxyType(found)


def propagators(mass: Array) -> ComplexArray:
    """Breit-Wigner factors (M, 3) of rho, omega and phi at the masses (M,) of X [MeV]; 1 at mass 0.

    Notes
    -----
    BW_V = m_V^2 / (m_V^2 - m^2 - i m Gamma_V(m)), with the total width running as a sum of P waves,
    m Gamma_V(m) = Gamma_V (m_V^2 / m) sum_i b_i [p_i(m) / p_i(m_V)]^3. The rho decays to pi+ pi-, the omega
    to 3 pi, pi0 gamma, pi+ pi-, the phi to K+ K-, K_L K_S, 3 pi, eta gamma, with b_i scaled to a sum of 1;
    3 pi is the P wave of a pair of mass 2 m_pi and the third pion.
    Source: esseili-kribs-chargephobic, Eq. (24).
    Differs from it: the sign of m^2, printed as plus, for which there is no resonance. The form of the width
    is that of Ilten:2018crw, Eq. (A.3), with three pions as further decay of the phi.
    Valid for: below about 1.2 GeV; excited vector mesons are left out.

    Examples
    --------
    >>> propagators(np.array([0.0])).real.tolist()
    [[1.0, 1.0, 1.0]]
    """
    s = np.asarray(mass, dtype=float) ** 2
    columns = []
    for name in VECTORS:
        m, width = MESONS[name].mass, particle_data.width(MESONS[name].name).value
        absorptive = np.zeros_like(s)
        for share, a, b in _widths()[name]:
            absorptive += share * running_width(s, m, width, a, b)
        columns.append(1 / (1 - (s + 1j * absorptive) / m**2))
    return np.stack(columns, axis=-1)


def strengths(model: Model, mass: Array) -> ComplexArray:
    """Strengths c (M, 3) of the isovector, isoscalar and strange currents at q^2 = mass^2.

    Raises
    ------
    UnsupportedModelError
        for a model that is no vector current.
    """
    if not isinstance(model, VectorCurrent):
        raise UnsupportedModelError(
            f"Meson decays to '{model.name}' are not available: it offers "
            f"{', '.join(offers(model)) or 'no capability'}.\n  They need: VectorCurrent."
        )
    return light_charges(*model.charges(LIGHT, np.asarray(mass, dtype=float) ** 2))


def amplitude(decay: MesonDecay, model: Model, mass: Sequence[float] | Array) -> ComplexArray:
    """Form factor F (M,) of A -> B X at the masses (M,) [MeV], 1 for the photon.

    It continues beyond the mass where the decay closes.

    Notes
    -----
    F = sum_V a_V c_V BW_V(m). Source: esseili-kribs-chargephobic, Eqs. (19)-(23).
    Differs from it: any quark charges; the photon instead of the dark photon of the same mass as unit; the
    sign in the Breit-Wigner factors. Valid for: vector meson dominance with rho, omega and phi.

    Examples
    --------
    >>> from feebly.models import chargephobic, dark_photon
    >>> amplitude(find("pi0 -> gamma X"), dark_photon(), [0.0]).real.round(12).tolist()
    [1.0]
    """
    masses = mass_array(mass, zero=True)
    return np.asarray((strengths(model, masses) * propagators(masses)) @ coefficients(decay))


def relative_width(decay: MesonDecay, model: Model, mass: Sequence[float] | Array) -> Array:
    """Width of A -> B X over that of A -> B gamma (M,), per unit scale**power; 0 where the decay is closed.

    Notes
    -----
    n / e^2 |F(m)|^2 [p(m) / p(0)]^3 with n = 2 for B = gamma, where either photon may become X, else 1; p is
    the momentum in the rest frame of A. For B = gamma and charges Q g with g = epsilon e it is
    2 epsilon^2 |F|^2 (1 - m^2 / M^2)^3.
    Source: Ilten:2018crw, Eqs. (2.7)-(2.10), for F; esseili-kribs-chargephobic, Eqs. (19)-(23).
    Differs from it: the width instead of a ratio of widths. The vertex epsilon(k1, k2, e1, e2), squared and
    summed over polarisations, is 2 M^2 p^2 for all masses, hence the cube of the momentum for all decays.
    Valid for: narrow A and B.

    Examples
    --------
    >>> from feebly.models import dark_photon
    >>> value = relative_width(find("eta -> gamma X"), dark_photon(), [0.0, 600.0])
    >>> (value * E_CHARGE**2).round(12).tolist()
    [2.0, 0.0]
    """
    masses = mass_array(mass, zero=True)
    count = 2 if decay.daughter == "gamma" else 1
    strength = np.abs(amplitude(decay, model, masses)) ** 2
    return np.asarray(count / E_CHARGE**2 * strength * _momentum_ratio(decay, masses) ** 3)


def _momentum_ratio(decay: MesonDecay, mass: Array) -> Array:
    """p(m) / p(0) (M,) in the rest frame of the parent; 0 where the decay is closed."""
    a, b = MESONS[decay.parent].mass, decay.daughter_mass
    open_mass = np.minimum(mass, a - b)
    squared = (a**2 - (b + open_mass) ** 2) * (a**2 - (b - open_mass) ** 2)
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)) / (a**2 - b**2))


def branching(decay: MesonDecay, model: Model, mass: Sequence[float] | Array) -> Array:
    """Branching fraction of A -> B X (M,), per unit scale**power; 0 where the decay is closed.

    Examples
    --------
    >>> from feebly.models import b_minus_l
    >>> float(branching(find("eta -> gamma X"), b_minus_l(), [10.0])[0]).__round__(2)
    2.14
    """
    return np.asarray(decay.photon_branching.value * relative_width(decay, model, mass))


def provenance() -> Provenance:
    """What widths and branching fractions of meson decays rest on."""
    return Provenance(sources=SOURCES, omitted=frozenset({OMITTED})) | particle_data.provenance()
