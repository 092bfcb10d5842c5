"""What a model is: a direction in coupling space, and the capabilities it offers.

Everything that is not the overall scale (charges, mixing angle, flavour texture, loop mixing)
lives in the model. Models share no base class: they satisfy `Model` and offer capabilities such
as `VectorCurrent`, which processes require.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from feebly.arrays import Array, ComplexArray
from feebly.models.bath import ThermalBath
from feebly.provenance import Provenance

Nature = Literal["majorana", "dirac"]


@dataclass(frozen=True, slots=True)
class CouplingScale:
    """The one number per model that is scanned; tree-level rates go as scale**power.

    These are rates with one vertex of the particle in the amplitude: its decay, production and absorption. Scattering
    through the particle has two, and goes as scale**(2 power).
    """

    name: str
    latex: str
    power: int


class Model(Protocol):
    """What every model has."""

    @property
    def name(self) -> str: ...
    @property
    def scale(self) -> CouplingScale: ...
    @property
    def spin(self) -> float: ...
    @property
    def provenance(self) -> Provenance: ...
    def fingerprint(self) -> str:
        """A text that is equal for equal physics in all sessions: the cache key."""
        ...


@runtime_checkable
class VectorCurrent(Protocol):
    """Capability: a vector current L = g X_mu sum_f x_f fbar gamma^mu f.

    A model may also have ``alternatives() -> tuple[VectorCurrent, ...]``: other models that describe the same vector as
    well as it does, such as other thresholds of running charges. How far their widths lie apart is a theory error.
    It is optional, and so no part of this protocol: without it the charges count as exact. So is ``epsilon``, the bare kinetic
    mixing among the charges, which a plasma screens.
    """

    def charges(self, species: Sequence[str], q2: float | Array) -> ComplexArray:
        """Charges x_f (S, ...) at momentum transfers squared q2 [MeV^2] of shape (...), in units of the scale.

        One q2 gives (S,). Mixing from loops included; complex above the threshold of a loop, so rates
        use abs(x)**2.
        """
        ...

    def tree_charges(self, species: Sequence[str]) -> ComplexArray:
        """Charges x_f (S,) without loop mixing, in units of the scale."""
        ...


@runtime_checkable
class ScalarYukawa(Protocol):
    """Capability: a real scalar with L = -phi sum_f C_f fbar f, neutrinos as `lepton_number` says.

    "conserving": -C_nu nubar_R phi nu_L + h.c.; "violating": -(C_nu/2) nubar^c_L phi nu_L + h.c.
    """

    @property
    def lepton_number(self) -> Literal["conserving", "violating"]: ...

    def yukawas(self, species: Sequence[str]) -> Array:
        """Couplings C_f (S,) of fermions, n and p, in units of the scale."""
        ...


@runtime_checkable
class SterileMixing(Protocol):
    """Capability: a heavy neutral lepton N in the neutrinos, nu_a -> nu_a + U_a N, with |U|^2 as the scale.

    "majorana" decays to particles and antiparticles alike; of "dirac" all rates are those of N, not of its antiparticle.
    """

    @property
    def nature(self) -> Nature: ...

    def flavour_fractions(self) -> Array:
        """Shares |U_a|^2 / |U|^2 (3,) of e, mu and tau; their sum is 1."""
        ...


@runtime_checkable
class NeutrinoMatrix(Protocol):
    """Capability: a real scalar with L = (1/2) phi sum_ab g_ab nubar_b nu_a for Majorana neutrinos."""

    def flavour_matrix(self) -> Array:
        """Couplings g_ab (3, 3) of e, mu and tau in units of the scale, real and symmetric."""
        ...


class Vector(Model, VectorCurrent, Protocol):
    """A model with a vector current."""


CAPABILITIES = {
    "VectorCurrent": VectorCurrent,
    "ScalarYukawa": ScalarYukawa,
    "SterileMixing": SterileMixing,
    "NeutrinoMatrix": NeutrinoMatrix,
    "ThermalBath": ThermalBath,
}


def offers(model: Model) -> tuple[str, ...]:
    """Names of the capabilities a model really has."""
    return tuple(name for name, capability in CAPABILITIES.items() if isinstance(model, capability))
