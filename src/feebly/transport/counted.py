"""Numbers that are linear in the fluence of secondary neutrinos, such as events, without the fluence itself.

A detector is a matrix on the fluence. Applied to the spectra of the decays before any coupling is known, it leaves
a table by parent energy and decay length, and each coupling costs a look into it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.transport.secondary import SecondaryNeutrinos, merged_shapes, mixed_flavours


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CountedNeutrinos:
    """What J linear maps make of secondary neutrinos.

    Parameters
    ----------
    far : (S, N, J) per neutrino of each shape and bin that is born far outside the star.
    modes : (W, K, J) what each mode of the conversion adds, per parent.
    """

    neutrinos: SecondaryNeutrinos
    far: Array
    modes: Array

    def at(self, scale: ArrayLike) -> Array:
        """Numbers (G, J) at the couplings (G,)."""
        born = self.neutrinos.born(scale)
        found = born.seen.reshape(len(born.seen), -1) @ self.far.reshape(-1, self.far.shape[-1])
        if self.modes.size:
            strength = born.outside[..., None] * self.neutrinos.conversion.strength(born.length)
            found += strength.reshape(len(strength), -1) @ self.modes.reshape(-1, self.modes.shape[-1])
        return np.maximum(found, 0.0)  # rounding where nothing arrives


def counted(neutrinos: SecondaryNeutrinos, kernel: Array) -> CountedNeutrinos:
    """The maps of a kernel (6, N, J) on the fluence in the bins (6, N) [MeV^2] applied to secondary neutrinos.

    Examples
    --------
    The result is that of `SecondaryNeutrinos.fluence`, with the kernel on it:

    ``counted(neutrinos, kernel).at(g) == einsum("gfn,fnj->gj", neutrinos.fluence(g).value, kernel)``
    """
    conversion = neutrinos.conversion
    scaled = kernel / (4 * np.pi * neutrinos.distance**2)
    far = np.einsum("sfn,fnj->snj", mixed_flavours(neutrinos.share, conversion.far), scaled)
    if not conversion.length.size or not neutrinos.shape.any():
        return CountedNeutrinos(neutrinos, far, np.zeros((0, 0, 0)))
    shape, share = merged_shapes(neutrinos.shape, neutrinos.share)  # lines differ only in their delay
    mixed = mixed_flavours(share, conversion.modes)  # (K, S, 6, N)
    table = np.einsum("ksfn,fnj->snkj", mixed, scaled, optimize=True)
    return CountedNeutrinos(neutrinos, far, np.tensordot(shape, table, axes=2))
