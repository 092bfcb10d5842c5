"""Neutrino pairs that merge into a majoron, nu nu -> phi and nubar nubar -> phi, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from feebly import species as sp
from feebly.arrays import Array
from feebly.decays.weak import fermi_constant
from feebly.environments import Medium
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.models.base import NeutrinoMatrix
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.state_rates import StateRates

Potential = Literal["matter", "none"]
PAIRS: Final = tuple(combinations_with_replacement(range(3), 2))
_TINY: Final = 1e-150
_LEAST: Final = 1e-12  # |E - mu_a - mu_b| / T, where production has its limit to rounding
_MEDIUM_DECAYS: Final = "nu -> nubar phi in matter (massless majorons)"
_NEUTRINOS: Final = "neutrinos and muons in the matter potential of neutrinos"
_LEPTON_NUMBER: Final = "loss of lepton number of the star, which lowers mu_nu"


def matter_potential(electrons: ArrayLike, neutrons: ArrayLike) -> Array:
    """Potentials V (3, ...) of nu_e, nu_mu and nu_tau [MeV]; antineutrinos have the opposite ones.

    Parameters
    ----------
    electrons, neutrons : net number densities, MeV^3.

    Notes
    -----
    V_e = sqrt2 G_F (n_e - n_n/2), V_mu = V_tau = -sqrt2 G_F n_n/2.
    Source: akita-high-energy-neutrinos, below Eq. (54). Differs from it: its "typical values" of -10 and -20 eV at
    3e14 g/cm^3 with Y_e = 0.2 are twice what the formula gives.
    Valid for: neutral matter; muons and neutrinos are left out.

    >>> from feebly.units import FM
    >>> v = matter_potential(0.2 * 0.18 / FM**3, 0.8 * 0.18 / FM**3)
    >>> (v * 1e6).round(1).tolist()  # eV
    [-4.6, -9.1, -9.1]
    """
    n_e, n_n = np.broadcast_arrays(np.asarray(electrons, float), np.asarray(neutrons, float))
    return np.asarray(np.sqrt(2) * fermi_constant() * np.stack([n_e - n_n / 2, -n_n / 2, -n_n / 2]))


def pair_rates(
    energy: ArrayLike,
    mass: float,
    *,
    temperature: ArrayLike,
    potentials: tuple[ArrayLike, ArrayLike],
    shifts: tuple[ArrayLike, ArrayLike] = (0.0, 0.0),
    identical: bool,
) -> StateRates:
    """Rates of nu_a nu_b <-> phi per unit g_ab^2 [MeV].

    Parameters
    ----------
    energy : local energies of phi, MeV, > mass; all arrays broadcast.
    mass : of phi, MeV, > 0.
    temperature : MeV.
    potentials : chemical potentials of the two (anti)neutrinos, MeV.
    shifts : their energies in matter beyond their momenta, MeV.
    identical : whether a = b, which halves the rate.

    Returns
    -------
    StateRates
        net is negative for E < mu_a + mu_b, where stimulated emission wins.

    Notes
    -----
    With V = V_a + V_b, M^2 = (E - V)^2 - k^2 = m^2 - 2 E V + V^2 and massless spinors of the momenta p_1, p_2,

        Gamma_prod = S M^2/(16 pi E k) int dp_1 f_a f_b,   (E - V - k)/2 < p_1 < (E - V + k)/2,   S = 1/2 if a = b.

    With s = (E - mu_a - mu_b)/T, w = k/2T and c = (V_a - V_b - mu_a + mu_b)/2T:  (1 - f_a)(1 - f_b) = exp(s) f_a f_b, and
    int dp_1 (1 - f_a - f_b) = T ln{[cosh(s/2 + w) + cosh c]/[cosh(s/2 - w) + cosh c]}, the net rate; (exp(s) - 1)
    times less is production. Nothing happens where M^2 < 0.
    Source: akita-high-energy-neutrinos, Eqs. (53)-(55). Differs from it: -2 E V in place of -2 E_nu V in Eq. (54), as in
    Eq. (55), and V^2; the inverse with Pauli blocking; closed form.
    Valid for: Majorana neutrinos in equilibrium with the medium.

    Examples
    --------
    In vacuum phi decays with the width g^2 m/(16 pi) over its Lorentz factor:

    >>> rate = pair_rates(300.0, 100.0, temperature=0.1, potentials=(0.0, 0.0), identical=False)
    >>> round(float(rate.absorption) * 16 * np.pi * 300.0 / 100.0**2, 12)
    1.0
    """
    e, t, mu_a, mu_b, v_a, v_b = np.broadcast_arrays(
        *(np.asarray(x, dtype=float) for x in (energy, temperature, *potentials, *shifts))
    )
    k, v = np.sqrt((e - mass) * (e + mass)), v_a + v_b
    square = mass**2 - 2 * e * v + v**2
    excess = (e - mu_a - mu_b) / t
    half, w = np.maximum(np.abs(excess), _LEAST) / 2, np.maximum(k / (2 * t), _TINY)
    c = np.abs(v_a - v_b - mu_a + mu_b) / (2 * t)
    # half - w without cancellation where E is near k
    gap = np.where(excess > 0, mass**2 / (e + k) - mu_a - mu_b, mu_a + mu_b - e - k) / t / 2
    ratio = half + w + np.log(-np.expm1(-2 * half)) + np.log(-np.expm1(-2 * w))
    ratio -= np.logaddexp(_log_cosh(gap), _log_cosh(c))
    # S M^2/(16 pi E) times ln[]/2w
    scale = np.where((square > 0) & (e > v), square, 0.0) / (16 * np.pi * e * (2 if identical else 1))
    size = scale * np.logaddexp(0.0, ratio) / (2 * w)
    more = size / -np.expm1(-2 * half)
    less = more * np.exp(-2 * half)
    return StateRates(
        production=np.where(excess > 0, less, more),
        absorption=np.where(excess > 0, more, less),
        net=np.where(excess > 0, size, -size),
    )


def _log_cosh(x: Array) -> Array:
    """ln(2 cosh x)."""
    size = np.abs(x)
    return np.asarray(size + np.log1p(np.exp(-2 * size)))


@dataclass(frozen=True, slots=True)
class MajoronCoalescence:
    """nu_a nu_b <-> phi and nubar_a nubar_b <-> phi of all flavours the majoron couples to.

    Parameters
    ----------
    potential : of neutrinos in matter: "matter", or "none".

    Notes
    -----
    The net rate of one bath may be negative; that of both is positive if V is left out: the larger |E -+ (mu_a + mu_b)|
    belongs to the antineutrinos, for mu > 0. With V it can turn negative for m^2 < 2 E |V|, m below 0.1 MeV, where one
    bath alone acts. Transport then takes 1e-6 of the absorption: an amplified flux would drain the neutrinos, which no
    star profile knows.
    Two neutrinos that become a majoron take two units of lepton number. Chemical potentials stay as they are, although at the
    bound from energy loss majorons of nu_e would take most of the lepton number of a core in one second.
    """

    potential: Potential = "matter"

    def __post_init__(self) -> None:
        if self.potential not in get_args(Potential):
            raise InvalidValueError(
                f"potential = '{self.potential}' is not known. Possible: {', '.join(get_args(Potential))}."
            )

    @property
    def name(self) -> str:
        return "neutrino-pair coalescence"

    @property
    def provenance(self) -> Provenance:
        omitted = {_MEDIUM_DECAYS, _LEPTON_NUMBER} | ({_NEUTRINOS} if self.potential == "matter" else set())
        return Provenance(
            sources=sources(("akita-high-energy-neutrinos", "Eqs. (53)-(55)")),
            choices=frozenset({("potential of neutrinos", self.potential)}),
            omitted=frozenset(omitted),
        )

    def obstacle(self, model: NeutrinoMatrix, provided: frozenset[str]) -> str | None:
        """Why the star cannot produce the majoron, or None."""
        wanted = sorted({sp.NEUTRINOS[i] for pair in _coupled(model) for i in pair})
        missing = [nu for nu in wanted if f"mu:{nu}" not in provided]
        if missing:
            return f"the star gives no chemical potential of {', '.join(missing)}"
        if self.potential == "matter" and not {"n:e-", "n:n"} <= provided:
            return "the star gives no densities of electrons and neutrons; potential = 'none' does without"
        return None

    def rates(
        self, model: NeutrinoMatrix, mass: float, medium: Medium, energy: Array
    ) -> Mapping[str, StateRates]:
        """Rates (R, W) of each bath, such as ``nu_e nu_mu`` or ``nu_e~ nu_mu~``, per unit g^2 [MeV].

        Parameters
        ----------
        mass : of the majoron, MeV.
        medium : star at the radii (R,).
        energy : (R, W) local energies, MeV, > mass.

        Raises
        ------
        OutOfDomainError
            if the medium lacks a potential or a density.
        """
        lacking = self.obstacle(model, _provided(medium))
        if lacking is not None:
            raise OutOfDomainError(f"Majorons cannot be produced: {lacking}.")
        t = medium.temperature[:, None]
        shift = np.zeros((3, t.size))
        if self.potential == "matter":
            shift = matter_potential(medium.density["e-"], medium.density["n"])
        matrix = model.flavour_matrix()
        found: dict[str, StateRates] = {}
        for a, b in _coupled(model):
            names = sp.NEUTRINOS[a], sp.NEUTRINOS[b]
            mu = [medium.potential[nu][:, None] for nu in names]
            v = [shift[i][:, None] for i in (a, b)]
            for sign, pair in ((1, names), (-1, tuple(sp.anti(nu) for nu in names))):
                one = pair_rates(
                    energy,
                    mass,
                    temperature=t,
                    potentials=(sign * mu[0], sign * mu[1]),
                    shifts=(sign * v[0], sign * v[1]),
                    identical=a == b,
                )
                found[" ".join(pair)] = one.scaled(float(matrix[a, b] ** 2))
        return found


def _coupled(model: NeutrinoMatrix) -> list[tuple[int, int]]:
    matrix = model.flavour_matrix()
    return [(a, b) for a, b in PAIRS if matrix[a, b] != 0]


def _provided(medium: Medium) -> frozenset[str]:
    return frozenset({f"mu:{s}" for s in medium.potential} | {f"n:{s}" for s in medium.density})
