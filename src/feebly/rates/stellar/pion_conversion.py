"""Vectors from thermal pions, pi- p <-> n X, at leading order of chiral perturbation theory.

The squared amplitude is a quadratic form in the charges of proton and neutron; the pion has x_n - x_p, so that the
current is conserved. The nucleons respond as nonrelativistic Fermi gases; ``docs/physics/plasma.md`` has the derivation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from feebly.arrays import Array, Mask
from feebly.constants import NEUTRON_MASS, PION_MASS, PROTON_MASS
from feebly.environments import Medium
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.quadrature import gauss
from feebly.provenance import Provenance, sources
from feebly.rates.stellar.bremsstrahlung import ChargeForm, Polarised
from feebly.rates.stellar.nucleon_blocking import degeneracy
from feebly.rates.stellar.nucleon_scattering import NUCLEON_MASS

AXIAL_COUPLING: Final = 1.27  # g_A; Source: strumia-vissani-ibd, g_1(0) = -1.270
DECAY_CONSTANT: Final = 130.2 / np.sqrt(2.0)  # f_pi, MeV; Source: pdg-2024, f_pi+- = 130.2 MeV
PROVENANCE: Final = Provenance(
    sources=sources(
        ("bernard-kroll-ruderman", "threshold pion photoproduction"),
        ("shin-yun-pions", "pi- p -> n X in supernovae"),
        ("strumia-vissani-ibd", "g_A"),
        ("pdg-2024", "f_pi"),
    ),
    omitted=frozenset({"pi- p -> n X: magnetic moments, Delta resonance and pion self-energy"}),
)
_NODES: Final = (12, 12)  # angle, momentum of the pion
_BLOCK: Final = 400  # states held in memory at once
_REACH: Final = 9.0  # energies of neutrons that take part, in T above the Fermi surface
_ROUNDS: Final = 4
_LOG_MAX: Final = 690.0
_LEAST: Final = 1e-6  # momentum transfer, MeV
_TINY: Final = 1e-150


@dataclass(frozen=True, slots=True)
class PionMatter:
    """Nucleons and pions in equilibrium at radii (R,), MeV.

    temperature : of the medium.
    proton, neutron : kinetic chemical potentials, those less the energy of a nucleon at rest.
    gap : energy of a neutron at rest less that of a proton at rest.
    mass : effective mass of both nucleons in their kinetic energies.
    left_out : radii where the process is left out (its rate is 0) because free pions condense, or None.

    Raises
    ------
    OutOfDomainError
        if mu_n - mu_p reaches the pion mass at a radius that is not left out.
    """

    temperature: Array
    proton: Array
    neutron: Array
    gap: Array
    mass: Array
    left_out: Mask | None = None

    def __post_init__(self) -> None:
        condensed = (self.pion_potential >= PION_MASS) & self.present
        if np.any(condensed):
            worst = float(self.pion_potential.max())
            raise OutOfDomainError(
                f"mu_n - mu_p reaches {worst:g} MeV at {int(condensed.sum())} of {condensed.size} radii: "
                f"free pions condense at {PION_MASS:g} MeV.\n"
                "  Possible: PionMatter.of(..., condensed='omit') leaves these radii out, "
                "or give a star with mu_n - mu_p below the pion mass."
            )

    @property
    def present(self) -> Mask:
        """Where the process goes on (R,): `left_out.sum()` radii are without it."""
        return np.ones(self.temperature.shape, dtype=bool) if self.left_out is None else ~self.left_out

    def at(self, index: NDArray[np.intp] | Mask) -> PionMatter:
        """The matter at some of the radii."""
        return PionMatter(
            self.temperature[index],
            self.proton[index],
            self.neutron[index],
            self.gap[index],
            self.mass[index],
            None if self.left_out is None else self.left_out[index],
        )

    @property
    def pion_potential(self) -> Array:
        """Chemical potential of pi-, mu_n - mu_p (R,) [MeV]."""
        return self.neutron - self.proton + self.gap

    @staticmethod
    def of(
        medium: Medium, *, full_potentials: bool = False, condensed: Literal["refuse", "omit"] = "refuse"
    ) -> PionMatter:
        """The matter of a sampled star.

        Densities give the kinetic potentials. The gap is that of free nucleons, or follows from mu_n - mu_p if
        the profile states full chemical potentials; whether it does stands in its provenance. Where free pions
        condense, "omit" leaves the process out (`left_out` tells where).

        Raises
        ------
        OutOfDomainError
            if the star does not state what is needed, or pions condense.
        """
        missing = [f"n:{s}" for s in ("p", "n") if s not in medium.density]
        missing += [f"mu:{s}" for s in ("p", "n") if full_potentials and s not in medium.potential]
        if missing:
            raise OutOfDomainError(
                f"Pions need {', '.join(missing)}; the star does not state it.\n"
                "  Possible: full_potentials=False needs densities of p and n only."
            )
        t = medium.temperature
        mass = np.full_like(t, NUCLEON_MASS)
        if "p" in medium.mass_eff and "n" in medium.mass_eff:
            mass = (medium.mass_eff["p"] + medium.mass_eff["n"]) / 2
        proton, neutron = (t * degeneracy(t, medium.density[s], mass=mass) for s in ("p", "n"))
        gap = np.full_like(t, NEUTRON_MASS - PROTON_MASS)
        if full_potentials:
            gap = medium.potential["n"] - medium.potential["p"] - (neutron - proton)
        if condensed not in ("refuse", "omit"):
            raise InvalidValueError(f"condensed = '{condensed}' is not known. Possible: refuse, omit.")
        left_out = neutron - proton + gap >= PION_MASS
        omitted = left_out if condensed == "omit" and np.any(left_out) else None
        return PionMatter(t, proton, neutron, gap, mass, omitted)


def pion_density(temperature: Array, potential: Array) -> Array:
    """Number density of free pi- (R,) [MeV^3], below condensation.

    Parameters
    ----------
    temperature, potential : of the medium and of the pions, MeV.

    Notes
    -----
    (1/2 pi^2) int dq q^2 / (exp((E - mu)/T) - 1) with E = m_pi + T x^2.
    Source: derived in ``docs/physics/plasma.md``. Valid for: ideal pions, mu < m_pi.

    >>> from scipy.special import kn
    >>> t, dilute = np.array([20.0]), np.array([-100.0])
    >>> boltzmann = PION_MASS**2 * 20.0 / (2 * np.pi**2) * kn(2, PION_MASS / 20.0) * np.exp(-5.0)
    >>> bool(abs(pion_density(t, dilute)[0] / boltzmann - 1) < 1e-4)
    True
    """
    u, weight = gauss(0.0, 1.0, 60)
    # E = m + T x^2 with x = 6.5 u^2 resolves the pole of the Bose factor at mu -> m
    x = 6.5 * u * u
    t, mu = temperature[:, None], potential[:, None]
    energy = PION_MASS + t * x**2
    momentum = np.sqrt(t) * x * np.sqrt(energy + PION_MASS)
    occupation = np.exp(-(energy - mu) / t) / -np.expm1(-(energy - mu) / t)
    return np.asarray((2 * t * x * 13 * u * momentum * energy * occupation) @ weight / (2 * np.pi**2))


def squared_amplitude(mass: float, energy: Array, pion_energy: Array, cosine: Array) -> Polarised:
    """Sum over nucleon spins of |M|^2 / (8 M^2 g^2) for pi- p -> n X, one state of X [MeV^-2].

    Parameters
    ----------
    mass : of X, MeV, < 2 m_pi.
    energy, pion_energy : in the medium, MeV; arrays broadcast.
    cosine : of the angle between pion and X.

    Notes
    -----
    The four diagrams (emission by p, n, pi- and the contact term) add up to 2 M (g_A/sqrt(2) f) u_2 gamma_5
    [J.e - h kslash eslash] u_1 for k.e = 0, with D_p = m^2 - 2 p_1.k, D_n = m^2 + 2 p_2.k, D_pi = m^2 - 2 q.k,

        J = 2 x_p p_1/D_p + 2 x_n p_2/D_n + 2 (x_n - x_p) q/D_pi,   h = x_p/D_p + x_n/D_n,

    and, with tau = -(p_2 - p_1)^2/2 and B = (p_2.e)(p_1.k) - (p_2.k)(p_1.e), the sum over spins / (8 M^2 g^2) is

        (g_A/f)^2 { |J.e|^2 tau + 2 B Re(J.e h*) + |h|^2 [2 (p_1.k)(p_2.k) - 2 m^2 (p_1.e)(p_2.e) - m^2 tau] }.

    The proton has the smallest momentum that energy conservation allows, along the momentum transfer.
    Source: derived in ``docs/physics/plasma.md`` from the leading-order Lagrangian of bernard-kroll-ruderman.
    Differs from it: a massive vector with any charges. Valid for: energies below the Delta resonance; no anomalous
    magnetic moments.

    Examples
    --------
    Equal charges leave the pion neutral, and only the small recoil of the nucleons radiates:

    >>> form = squared_amplitude(10.0, np.array(200.0), np.array(200.0), np.array(0.0)).transverse
    >>> bool(form.rate(1.0, 1.0) < 0.05 * form.rate(1.0, 0.0))
    True
    """
    if not mass < 2 * PION_MASS:
        raise OutOfDomainError(
            f"pi- p -> n X at m = {mass:g} MeV is not available: the exchanged pion can be real.\n"
            f"  Possible: masses below {2 * PION_MASS:g} MeV."
        )
    omega, e_pi, c = np.broadcast_arrays(energy, pion_energy, cosine)
    k = np.sqrt(np.maximum((omega - mass) * (omega + mass), 0.0))
    q = np.sqrt(np.maximum((e_pi - PION_MASS) * (e_pi + PION_MASS), 0.0))
    pion = _Momentum(e_pi, q * np.sqrt(np.maximum((1 - c) * (1 + c), 0.0)), q * c)
    gain = e_pi - omega
    transfer2 = np.maximum(pion.across**2 + (pion.along - k) ** 2, _LEAST**2)
    # nucleons that could take a (nearly) timelike transfer are far too fast to exist: any finite value will do
    invariant = np.maximum(transfer2 - gain**2, 1e-6 * transfer2)
    # p_1 = a (q - k): then sqrt(M^2 + p_1^2) + gain = sqrt(M^2 + p_2^2)
    a = (gain / np.sqrt(transfer2) * np.sqrt(1 + 4 * NUCLEON_MASS**2 / invariant) - 1) / 2
    rest = np.sqrt(NUCLEON_MASS**2 + a**2 * transfer2)
    proton = _Momentum(rest, a * pion.across, a * (pion.along - k))
    neutron = _Momentum(rest + gain, (a + 1) * pion.across, (a + 1) * (pion.along - k))
    momenta = (proton, neutron, pion)

    products = [p.energy * omega - p.along * k for p in momenta]
    tau, none = invariant / 2, np.zeros_like(k)
    # two states, across k in the plane with the pion and out of it: only |h|^2 has the latter
    spin = 4 * products[0] * products[1] - 2 * mass**2 * (tau + proton.across * neutron.across)
    transverse = _bracket(mass, tau, products, [*(-p.across for p in momenta), none], spin)
    # e = (k, omega)/m; of fast X (-m/k, 0), which differs by a multiple of k_mu: it changes nothing, nothing cancels
    fast = k > omega / 2
    scalar = np.where(fast, -mass / np.where(fast, k, 1.0), k / max(mass, _TINY))
    vector = np.where(fast, 0.0, omega / max(mass, _TINY))
    lengthwise = [p.energy * scalar - p.along * vector for p in (*momenta, _Momentum(omega, none, k))]
    spin = mass**2 * (2 * (proton.energy * neutron.energy - proton.along * neutron.along) - tau)
    longitudinal = _bracket(mass, tau, products, lengthwise, spin)
    unit = (AXIAL_COUPLING / DECAY_CONSTANT) ** 2
    return Polarised(transverse.times(unit / 2), longitudinal.times(unit))


@dataclass(frozen=True, slots=True)
class _Momentum:
    """Four-momentum: energy, and components across and along the momentum of X, in the plane with the pion."""

    energy: Array
    across: Array
    along: Array


def _bracket(
    mass: float, tau: Array, products: list[Array], on_state: list[Array], spin: Array
) -> ChargeForm:
    """The curly bracket as a form in x_p, x_n.

    `products` are p.k of p_1, p_2, q, `on_state` p.e of p_1, p_2, q, k, and `spin` multiplies |h|^2.
    """
    d_proton, d_neutron = mass**2 - 2 * products[0], mass**2 + 2 * products[1]
    d_pion = mass**2 - 2 * products[2]
    pole = (2 * on_state[2] - on_state[3]) / d_pion
    j_proton = (2 * on_state[0] - on_state[3]) / d_proton - pole
    j_neutron = (2 * on_state[1] + on_state[3]) / d_neutron + pole
    h_proton, h_neutron = 1 / d_proton, 1 / d_neutron
    turned = on_state[1] * products[0] - products[1] * on_state[0]

    proton, neutron = j_proton * tau + turned * h_proton, j_neutron * tau + turned * h_neutron
    return ChargeForm(
        j_proton * proton + h_proton * (turned * j_proton + spin * h_proton),
        j_neutron * neutron + h_neutron * (turned * j_neutron + spin * h_neutron),
        2 * (j_neutron * proton + h_neutron * (turned * j_proton + spin * h_proton)),
    )


def nucleon_response(
    gain: Array, transfer: Array, *, temperature: Array, proton: Array, neutron: Array, mass: Array
) -> Array:
    """Response of neutrons that turn into protons and lose `gain` and momentum `transfer` [MeV^2].

    Parameters
    ----------
    gain : kinetic energy that p -> n would take, MeV; n -> p gives it. All arrays broadcast.
    transfer : momentum, MeV.
    temperature, proton, neutron, mass : as in `PionMatter`, MeV.

    Notes
    -----
    S = int 2 d^3p/(2 pi)^3 f_n (1 - f_p) delta(E_p + gain - E_n) =
    (M^2 T/2 pi^2 Q) [ln(1 + e^-a) - ln(1 + e^(-a - d))]/(e^d - 1),
    a = (p_min^2/2M - mu_p)/T, p_min = |M gain/Q - Q/2|, d = (gain + mu_p - mu_n)/T, in a form without overflow.
    p -> n has exp(d) S. Source: derived in ``docs/physics/plasma.md``. Valid for: nonrelativistic nucleons of one mass.

    >>> one = np.array(1.0)
    >>> kwargs = dict(temperature=20 * one, proton=-30 * one, neutron=-10 * one, mass=900 * one)
    >>> bool(nucleon_response(-5 * one, 100 * one, **kwargs) > nucleon_response(95 * one, 100 * one, **kwargs))
    True
    """
    least = (mass * gain / transfer - transfer / 2) ** 2 / (2 * mass)
    a = (least - proton) / temperature
    d = (gain + proton - neutron) / temperature
    size = np.abs(d)
    hole = -np.expm1(-size)
    lower = np.clip(a + np.minimum(d, 0.0), -_LOG_MAX, _LOG_MAX)
    ratio = 1 / (np.exp(lower) + np.exp(-np.minimum(size, _LOG_MAX)))
    narrow = hole < 1e-12
    weight = np.where(narrow, ratio, np.log1p(hole * ratio) / np.where(narrow, 1.0, hole))
    scale = mass**2 * temperature / (2 * np.pi**2 * transfer)
    return np.asarray(scale * np.exp(-np.maximum(d, 0.0)) * weight)


def pion_conversion(mass: float, energy: Array, matter: PionMatter) -> Polarised:
    """Reduced absorption (1 - exp(-E/T)) Gamma_abs by n X -> p pi- of one state (R, W), per charges squared [MeV].

    Parameters
    ----------
    mass : of X, MeV, < 2 m_pi.
    energy : (R, W) local energies, MeV, >= mass.
    matter : nucleons and pions at the radii.

    Notes
    -----
    0 where the matter leaves the process out, else
    Gamma_abs = (1/2E) int d^3q/((2 pi)^3 2 E_pi) (1 + f_pi) W 2 pi S(E_pi - E - gap, |q - k|), W of `squared_amplitude`
    and S of `nucleon_response`; Gamma_prod = exp(-E/T) Gamma_abs since mu_pi = mu_n - mu_p, exactly.
    Source: derived in ``docs/physics/plasma.md``; shin-yun-pions has the process. Differs from it: nothing of it is used.
    Valid for: mu_pi < m_pi, free pions; error of the nodes below 0.5 % for E < 500 MeV, and rates that are nothing
    further below the pion threshold than neutrons with an energy of 9 T above their Fermi surface reach.

    Raises
    ------
    InvalidValueError
        for an energy below the mass.
    OutOfDomainError
        for m >= 2 m_pi.

    Examples
    --------
    >>> star = [np.array([value]) for value in (30.0, -40.0, 20.0, 1.3, 939.0)]
    >>> rate = pion_conversion(10.0, np.array([[100.0, 200.0]]), PionMatter(*star)).summed.rate(1.0, 0.0)
    >>> bool(0 < rate[0, 0] < rate[0, 1])
    True
    """
    if np.any(energy < mass):
        raise InvalidValueError(f"A vector of mass {mass:g} MeV cannot have less energy than that.")
    columns = np.broadcast_arrays(
        energy,
        *(x[:, None] for x in (matter.temperature, matter.proton, matter.neutron, matter.gap, matter.mass)),
    )
    where = np.flatnonzero(np.broadcast_to(matter.present[:, None], energy.shape))
    flat = [x.reshape(-1)[where] for x in columns]
    forms = np.zeros((6, energy.size))
    for start in range(0, where.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        forms[:, where[block]] = _absorption(mass, *(x[block] for x in flat))
    parts = forms.reshape(6, *energy.shape)
    return Polarised(ChargeForm(*parts[:3]), ChargeForm(*parts[3:]))


def _absorption(
    mass: float, energy: Array, t: Array, proton: Array, neutron: Array, gap: Array, nucleon: Array
) -> Array:
    """The six coefficients (6, N) of the reduced absorption."""
    cosine, cosine_weight = gauss(-1.0, 1.0, _NODES[0])
    omega, t, proton, neutron, gap, nucleon = (
        x[:, None, None] for x in (energy, t, proton, neutron, gap, nucleon)
    )
    k = np.sqrt(np.maximum((omega - mass) * (omega + mass), 0.0))
    speed = np.sqrt(2 * (np.maximum(neutron, 0.0) + _REACH * t) / nucleon)
    q, weight = _pion_momenta(omega + gap, k, cosine[:, None], speed, nucleon)  # (N, C, Q)
    pion_energy = np.hypot(q, PION_MASS)
    response = nucleon_response(
        pion_energy - omega - gap,
        np.maximum(_transfer(q, k, cosine[:, None]), _LEAST),
        temperature=t,
        proton=proton,
        neutron=neutron,
        mass=nucleon,
    )
    enhanced = 1 / -np.expm1(-(pion_energy - (neutron - proton + gap)) / t)
    form = squared_amplitude(mass, omega, pion_energy, cosine[:, None])
    phase = weight * q**2 / pion_energy * enhanced * cosine_weight[:, None] * response
    unit = -np.expm1(-omega / t)[:, 0, 0] / (8 * np.pi * energy)
    return np.stack(
        [
            unit * np.sum(phase * part, axis=(1, 2))
            for mode in (form.transverse, form.longitudinal)
            for part in (mode.proton, mode.neutron, mode.mixed)
        ]
    )


def _transfer(q: Array, k: Array, cosine: Array) -> Array:
    """|q - k|."""
    return np.asarray(np.sqrt((q - k * cosine) ** 2 + k**2 * (1 - cosine) * (1 + cosine)))


def _pion_momenta(level: Array, k: Array, cosine: Array, speed: Array, nucleon: Array) -> tuple[Array, Array]:
    """Nodes and weights (N, C, Q) of the pion momentum, as far as neutrons up to a given speed can provide."""

    low = high = np.sqrt(np.maximum(level, PION_MASS) ** 2 - PION_MASS**2) + 0 * cosine
    for _ in range(_ROUNDS):
        low = np.minimum(low, _momentum(low, -speed, level, k, cosine, nucleon))
        high = np.maximum(high, _momentum(high, speed, level, k, cosine, nucleon))
    # below threshold only the fastest neutrons help: a few of their temperatures
    high = np.maximum(high, low + np.sqrt(PION_MASS * nucleon) * speed / 2)
    x, weight = gauss(0.0, 1.0, _NODES[1])
    return low + (high - low) * x, (high - low) * weight


def _momentum(q: Array, speed: Array, level: Array, k: Array, cosine: Array, nucleon: Array) -> Array:
    """Momentum of a pion with the energy that a neutron of this speed along |q - k| leaves to it."""
    recoil = _transfer(q, k, cosine)
    energy = level - recoil**2 / (2 * nucleon) + recoil * speed
    return np.asarray(np.sqrt(np.maximum(energy, PION_MASS) ** 2 - PION_MASS**2))
