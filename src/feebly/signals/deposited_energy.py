"""Energy that decays leave in the matter around a proto-neutron star."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from feebly.arrays import Array
from feebly.constants import MUON_MASS, PION_MASS
from feebly.decays import Fip
from feebly.decays.partial_widths import is_neutrino
from feebly.environments.envelope import Envelope
from feebly.transport.ballistic import Emission
from feebly.transport.in_flight import decay_length, decayed

MUON_LOSS: Final = 13 / 20 * MUON_MASS  # MeV, what the neutrinos of a muon at rest carry away
_PION_NEUTRINO: Final = (PION_MASS**2 - MUON_MASS**2) / (2 * PION_MASS)


def neutrino_loss(channel: str, *, muon_loss: float = MUON_LOSS) -> float | None:
    """Energy that the neutrinos from stopped products of a decay carry away [MeV]; None if not known.

    Parameters
    ----------
    channel : name such as ``mu- mu+`` or ``2pi+ 2pi-``; of electrons, photons, muons and pions.
    muon_loss : what a muon that decays at rest loses, MeV.

    Notes
    -----
    Electrons, photons and neutral pions lose nothing. The electron of a muon at rest takes 7/20 m_mu on average (Michel
    spectrum x^2 (3 - 2x), x = 2 E / m_mu), the neutrinos 13/20 m_mu. A charged pion at rest gives a neutrino of
    (m_pi^2 - m_mu^2) / (2 m_pi), and a muon.
    Source: blinov-lmu-ltau, Eq. (16), for muons. Differs from it: 68.7 MeV, where it rounds to 70; pions.
    Valid for: products that stop before they decay. Captured by nuclei, pi- lose less, and mu- up to their mass.

    Examples
    --------
    >>> [round(neutrino_loss(x), 1) for x in ("e- e+", "mu- mu+", "pi+ pi-", "pi+ pi- 2pi0")]
    [0.0, 137.4, 196.9, 196.9]
    >>> neutrino_loss("K+ K-") is None
    True
    """
    pion_loss = _PION_NEUTRINO + muon_loss
    loss = {"e": 0.0, "gamma": 0.0, "pi0": 0.0, "mu": muon_loss, "pi": pion_loss}
    total = 0.0
    for word in channel.split():
        found = re.fullmatch(r"(\d*)(gamma|pi0|(?:e|mu|pi)(?=[+-]))[+-]?", word)
        if found is None:
            return None
        total += int(found[1] or 1) * loss[found[2]]
    return total


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DepositedEnergy:
    """Energy that one particle leaves in the envelope of one star, for any coupling (units MeV^n).

    Parameters
    ----------
    emission : of the star, with the W energies kept apart.
    duration : of the emission, MeV^-1.
    envelope : where decays count.
    length : (W,) decay lengths per unit scale**-power, MeV^-1.
    visible : channel -> (W,) energy that it leaves per decay, times its branching ratio, MeV.
    lost : channels with charged particles that are not counted.

    Notes
    -----
    E = t int dE d2N/dEdt [1 - exp(-path / l(E))] sum_c B_c (E - E_nu,c).
    Source: blinov-lmu-ltau, Eq. (16). Differs from it: all channels with charged particles or photons; energies
    at infinity; one snapshot for the time t.
    Valid for: decays in the deep field of the star only roughly: there the neutrinos lose energy on their way out.
    """

    emission: Emission
    duration: float
    envelope: Envelope
    length: Array
    visible: Mapping[str, Array]
    lost: tuple[str, ...]

    def parts(self, scale: Array) -> dict[str, Array]:
        """Energy (G,) from each channel at the couplings (G,) [MeV]."""
        share = decayed(self.envelope.path, self.length, scale, self.emission.power)
        number = self.duration * self.emission.weight * self.emission.spectrum(scale) * share
        return {channel: number @ energy for channel, energy in self.visible.items()}


def deposited_energy(
    emission: Emission,
    fip: Fip,
    envelope: Envelope,
    *,
    duration: float,
    muon_loss: float = MUON_LOSS,
) -> DepositedEnergy:
    """The deposit of a particle with these widths and this emission; parameters as in `DepositedEnergy`."""
    visible: dict[str, Array] = {}
    lost: list[str] = []
    for channel, share in zip(fip.channels, fip.branching(), strict=True):
        loss = neutrino_loss(channel, muon_loss=muon_loss)
        if loss is not None:
            visible[channel] = share * (emission.energy - loss)
        elif not is_neutrino(channel):
            lost.append(channel)
    return DepositedEnergy(
        emission=emission,
        duration=duration,
        envelope=envelope,
        length=decay_length(fip, emission.energy),
        visible=visible,
        lost=tuple(lost),
    )


def total(parts: Mapping[str, Array], scale: Array) -> Array:
    """Sum (G,) of the parts, zero if there are none."""
    return np.asarray(sum(parts.values(), start=np.zeros_like(scale)))
