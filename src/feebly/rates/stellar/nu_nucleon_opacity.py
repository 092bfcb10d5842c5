"""Inverse mean free paths of neutrinos from integrated kernels, for any mediator and coupling."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.arrays import Array, ComplexArray
from feebly.errors import InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.models import Model, ScalarYukawa, VectorCurrent
from feebly.provenance import Provenance
from feebly.rates.stellar import nu_nucleon_elements as elements
from feebly.rates.stellar.nu_nucleon_elements import NUCLEONS, Coefficients, FormFactors

Flavour = Literal["nu_e", "nu_mu", "nu_tau"]
Interference = Literal["physical", "printed"]
LIGHTEST: Final = 1e-3  # mediators, MeV; below, the smallest momentum transfers would matter
ELECTROWEAK: Final = "precision/electroweak_inputs.toml"


@cache
def fermi_constant() -> float:
    """The Fermi constant [MeV^-2]."""
    return float(embedded.load(ELECTROWEAK).table()["fermi_constant"]["value"])


@dataclass(frozen=True, slots=True)
class MediatorOpacity:
    """Inverse mean free paths (K,) of one mediator in each zone [MeV].

    1/lambda = standard + interference g^2 + new g^4, with g the scale of the model (g or Y).
    """

    standard: Array
    interference: Array
    new: Array
    provenance: Provenance

    def inverse_length(self, scale: ArrayLike) -> Array:
        """1/lambda (K, G) at the couplings (G,) [MeV]."""
        square = np.asarray(scale, dtype=float) ** 2
        return np.asarray(
            self.standard[:, None] + np.outer(self.interference, square) + np.outer(self.new, square**2)
        )


@dataclass(frozen=True, slots=True, eq=False)
class CoupledKernels:
    """The kernels of one model: any mass of its mediator is one weighted sum.

    `interference` and `new` (K, Q) are what stands before 1/(m^2 - t) and its square, per g^2 and g^4.
    """

    t: Array
    standard: Array
    interference: Array
    new: Array
    provenance: Provenance

    def __post_init__(self) -> None:
        _lock(self.t, self.standard, self.interference, self.new)

    def at(self, mass: float) -> MediatorOpacity:
        """Inverse mean free paths with a mediator of the mass [MeV]."""
        if not (np.isfinite(mass) and mass > 0):
            raise InvalidValueError(
                f"The mass of the mediator is {mass} MeV; it must be positive and finite."
            )
        if mass < LIGHTEST:
            raise OutOfDomainError(
                f"A mediator of {mass:g} MeV is lighter than the smallest momentum transfers that are kept.\n"
                f"  Possible: masses from {LIGHTEST:g} MeV."
            )
        heavy = 1 / (mass**2 - self.t)
        return MediatorOpacity(
            standard=self.standard.copy(),
            interference=np.einsum("kq,kq->k", self.interference, heavy),
            new=np.einsum("kq,kq,kq->k", self.new, heavy, heavy),
            provenance=self.provenance,
        )


@dataclass(frozen=True, slots=True, eq=False)
class OpacityKernels:
    """Everything of neutrino-nucleon scattering in a star that does not depend on the mediator.

    Parameters
    ----------
    t : (K, Q) squared momentum transfers, MeV^2, negative.
    weight : (K, 2, 3, Q): 1/lambda = sum_q (c_0 w_0 + c_1 w_1 + c_2 w_2) for n and p, with c_j of
        `nu_nucleon_elements`.
    mass : (K,) nucleon mass in the matrix element, MeV.
    energy : (K,) neutrino energy, MeV; the mean one if it is thermal.
    parity : +1 for neutrinos, -1 for antineutrinos, 0 for Majorana neutrinos.
    flavour : of the neutrino: which charge of a model counts.
    form_factors : of the neutral current, exchangeable with `dataclasses.replace`.
    """

    t: Array
    weight: Array
    mass: Array
    energy: Array
    parity: float
    flavour: Flavour
    form_factors: FormFactors
    provenance: Provenance

    def __post_init__(self) -> None:
        _lock(self.t, self.weight, self.mass, self.energy)

    def density(self, nucleon: int, c: Coefficients) -> Array:
        """Contribution (K, Q) of each node to 1/lambda on n (0) or p (1), for coefficients c_j (K, Q)."""
        w = self.weight[:, nucleon]
        return np.asarray(w[:, 0] * c[0] + w[:, 1] * c[1] + w[:, 2] * c[2])

    def standard(self) -> Array:
        """1/lambda (K,) of the Standard Model [MeV]."""
        mass, factors = self.mass[:, None], self.form_factors
        each = [
            self.density(i, elements.standard(self.t, mass, v, a, self.parity)).sum(axis=1)
            for i, (v, a) in enumerate(zip(factors.vector, factors.axial, strict=True))
        ]
        return np.asarray(fermi_constant() ** 2 * sum(each))

    def couple(self, model: Model, *, interference: Interference = "physical") -> CoupledKernels:
        """The kernels with the charges of a vector or scalar model.

        Parameters
        ----------
        interference : of vectors with the Z; "printed" takes its sign, and that of A in it, as printed.

        Raises
        ------
        UnsupportedModelError
            if the model does not couple to nucleons and this neutrino, or is neither a vector nor a scalar.

        Notes
        -----
        Charges are those at q^2 = 0. They may be complex: |x_nu x_N|^2 enters, and Re(x_nu^* x_N) in the
        interference. For Majorana neutrinos the average of both helicities.
        """
        if interference not in get_args(Interference):
            raise InvalidValueError(
                f"interference = '{interference}' is not known. Possible: {', '.join(get_args(Interference))}."
            )
        return _coupled(self, _Known(model.fingerprint(), model.provenance, model), interference)

    def vector(
        self, model: Model, mass: float, *, interference: Interference = "physical"
    ) -> MediatorOpacity:
        """Inverse mean free paths with a vector boson of the given mass [MeV]; see `couple`."""
        if not isinstance(model, VectorCurrent):
            raise UnsupportedModelError(f"'{model.name}' is no vector: it has no charges.")
        return self.couple(model, interference=interference).at(mass)

    def scalar(self, model: Model, mass: float) -> MediatorOpacity:
        """Inverse mean free paths with a scalar of the given mass [MeV]; see `couple`."""
        if not isinstance(model, ScalarYukawa):
            raise UnsupportedModelError(f"'{model.name}' is no scalar: it has no Yukawa couplings.")
        return self.couple(model).at(mass)


def _lock(*arrays: Array) -> None:
    """Kernels are remembered, so nobody may write into them."""
    for array in arrays:
        array.setflags(write=False)


@dataclass(frozen=True, slots=True)
class _Known:
    """A model as a key: equal for equal physics and origin."""

    fingerprint: str
    provenance: Provenance
    model: Model = field(compare=False)


@lru_cache(maxsize=16)
def _coupled(kernel: OpacityKernels, known: _Known, interference: Interference) -> CoupledKernels:
    """`OpacityKernels.couple`, done once for all masses."""
    model, species = known.model, [*NUCLEONS, kernel.flavour]
    if isinstance(model, ScalarYukawa):
        product = _products(model, kernel.flavour, model.yukawas(species))
        mixed, new = np.zeros_like(kernel.t), elements.scalar(kernel.t, kernel.mass[:, None])
        chosen = Provenance()
    elif isinstance(model, VectorCurrent):
        product = _products(model, kernel.flavour, model.charges(species, 0.0))
        mixed, new = _mixed(kernel, product, interference), elements.vector(kernel.t, kernel.mass[:, None])
        chosen = Provenance(choices=frozenset({("interference", interference)}))
    else:
        raise UnsupportedModelError(f"'{model.name}' is neither a vector nor a scalar.")
    return CoupledKernels(
        t=kernel.t,
        standard=kernel.standard(),
        interference=mixed,
        new=abs(product[0]) ** 2 * kernel.density(0, new) + abs(product[1]) ** 2 * kernel.density(1, new),
        provenance=kernel.provenance | model.provenance | chosen,
    )


def _products(model: Model, flavour: Flavour, charge: ComplexArray | Array) -> ComplexArray:
    """x_nu^* x_N (2,) of n and p."""
    for what, values in ((flavour, charge[2:]), ("nucleons", charge[:2])):
        if not np.any(values):
            raise UnsupportedModelError(
                f"'{model.name}' does not couple to {what}, so neutrinos do not exchange it with nucleons."
            )
    return np.asarray(np.conj(charge[2]) * charge[:2], dtype=complex)


def _mixed(kernel: OpacityKernels, product: ComplexArray, interference: Interference) -> Array:
    """Interference with the Z (K, Q) before 1/(m^2 - t), per g^2."""
    sign = 1.0 if interference == "physical" else -1.0
    pairs = zip(kernel.form_factors.vector, kernel.form_factors.axial, strict=True)
    each = [
        product[i].real
        * kernel.density(i, elements.interference(kernel.t, kernel.mass[:, None], v, a, sign * kernel.parity))
        for i, (v, a) in enumerate(pairs)
    ]
    return np.asarray(sign * fermi_constant() * sum(each))
