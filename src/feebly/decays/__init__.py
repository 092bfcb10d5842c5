"""What a particle decays to: mass and model give partial widths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from feebly import species as sp
from feebly.arrays import Array, mass_array
from feebly.decays import hnl, leptonic, majoron
from feebly.decays.base import Fip
from feebly.decays.hadronic import HIGHEST, HadronTable, hadron_table, no_hadrons
from feebly.decays.neutrinos import neutrino_spectrum
from feebly.decays.partial_widths import Widths
from feebly.decays.spectra import DecaySpectrum
from feebly.errors import InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.models import Model, NeutrinoMatrix, SterileMixing, VectorCurrent, offers
from feebly.provenance import Provenance

__all__ = ["DecaySpectrum", "Fip", "WidthTable", "Widths", "neutrino_spectrum", "of", "tabulate", "widths"]


@dataclass(frozen=True, slots=True, eq=False)
class WidthTable:
    """Everything about the widths at masses (M,) that does not depend on the model.

    >>> from feebly.models import b_minus_l, dark_photon
    >>> table = tabulate([500.0, 775.0])
    >>> [f"{table.of(model).total[0]:.1f}" for model in (dark_photon(), b_minus_l())]
    ['32.9', '46.3']
    """

    mass: Array
    lepton_shape: Array
    hadrons: HadronTable

    def of(self, model: Model) -> Widths:
        """Widths of a model: a recombination of the table with its charges.

        Raises
        ------
        UnsupportedModelError
            for a model whose decays nobody can compute.
        """
        _check_is_model(model)
        if isinstance(model, SterileMixing | NeutrinoMatrix):
            raise UnsupportedModelError(
                f"A table of widths is for vectors; '{model.name}' is none.\n  Use: feebly.decays.widths(model, mass)"
            )
        if not isinstance(model, VectorCurrent):
            raise UnsupportedModelError(
                f"Decays of '{model.name}' are not available: it offers {', '.join(offers(model)) or 'no capability'}.\n"
                "  Decays need: VectorCurrent, SterileMixing or NeutrinoMatrix."
            )
        x = model.charges([*sp.LEPTONS, *sp.NEUTRINOS, *sp.QUARKS], self.mass**2)
        leptons = np.abs(x[: len(leptonic.CHANNELS)]) ** 2 * self.lepton_shape
        others: tuple[Any, ...] = getattr(model, "alternatives", tuple)()
        lepton_error = self._lepton_error(others, leptons)
        found = self.hadrons.widths(x[len(leptonic.CHANNELS) :])
        gamma = np.concatenate([leptons, found.gamma])
        error = np.concatenate([lepton_error, found.error])
        names = (*leptonic.CHANNELS, *found.channels)
        is_open = np.any(gamma > 0, axis=1).tolist()
        provenance = model.provenance | Provenance(sources=leptonic.SOURCES)
        for other in others:
            provenance = provenance | Provenance(sources=other.provenance.sources, data=other.provenance.data)
        if not np.all(gamma.any(axis=0)):
            provenance = provenance | Provenance(
                omitted=frozenset({"X -> 3 gamma, the only decay where no pair is open"})
            )
        if found.gamma.any():
            provenance = provenance | self.hadrons.provenance
        return Widths(
            model=model.name,
            mass=self.mass,
            channels=tuple(name for name, keep in zip(names, is_open, strict=True) if keep),
            gamma=gamma[is_open],
            error=error[is_open],
            # the leptons follow one mixing: their errors add up
            total_error=np.hypot(found.total_error, lepton_error.sum(axis=0)),
            masked=self.hadrons.masked,
            power=model.scale.power,
            provenance=provenance,
            scale_name=model.scale.name,
        )

    def _lepton_error(self, others: tuple[Any, ...], leptons: Array) -> Array:
        """Errors (6, M) of the leptonic widths: largest distance to those of the other models."""
        error = np.zeros_like(leptons)
        names = [*sp.LEPTONS, *sp.NEUTRINOS]
        for other in others:
            gamma = np.abs(other.charges(names, self.mass**2)) ** 2 * self.lepton_shape
            error = np.maximum(error, np.abs(gamma - leptons))
        return error


def _check_is_model(model: object) -> None:
    if not hasattr(model, "fingerprint"):
        raise InvalidValueError(f"{model!r} is no model. Make one, for example feebly.models.dark_photon().")


def _others(model: Model, mass: Sequence[float] | Array, *, hadrons: bool = True) -> Widths | None:
    """Widths of what is no vector and has widths of its own."""
    _check_is_model(model)
    if isinstance(model, SterileMixing):
        return hnl.widths(model, mass_array(mass), hadrons=hadrons)
    if isinstance(model, NeutrinoMatrix):
        return majoron.widths(model, mass_array(mass))
    return None


def tabulate(mass: Sequence[float] | Array, *, hadrons: bool = True, with_errors: bool = True) -> WidthTable:
    """The table from which the widths of any vector at these masses [MeV] follow at no cost.

    Without hadrons it holds leptons and neutrinos only. Without errors it is made in half the time, and
    the theory errors contain those of the data only.

    Raises
    ------
    InvalidValueError
        for a mass that is not positive and finite, or none at all.
    OutOfDomainError
        above 90 GeV, where the Z and W take part.
    """
    masses = mass_array(mass)
    if masses.max() > HIGHEST:
        raise OutOfDomainError(
            f"Widths at {masses.max():g} MeV are not available: the Z and W take part.\n"
            f"  Possible: masses up to {HIGHEST:g} MeV; leave out those above."
        )
    table = hadron_table(masses, with_errors=with_errors) if hadrons else no_hadrons(masses)
    return WidthTable(masses, leptonic.shapes(masses), table)


def widths(model: Model, mass: Sequence[float] | Array) -> Widths:
    """Partial widths of a model at several masses [MeV], hadrons included, with their theory errors.

    Vectors, heavy neutral leptons (up to 2 GeV) and majorons.

    Raises
    ------
    InvalidValueError
        for a mass that is not positive and finite, or none at all.
    OutOfDomainError
        for a vector above 90 GeV, where the Z and W take part, and a heavy neutral lepton above 2 GeV.
    UnsupportedModelError
        for a model whose decays nobody can compute.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> table = widths(lmu_ltau(), [10.0, 200.0])
    >>> ee = table.branching[table.channels.index("e- e+")]
    >>> [f"{x:.3e}" for x in ee]
    ['1.911e-05', '3.026e-05']
    """
    return _others(model, mass) or tabulate(mass).of(model)


def of(model: Model, mass: float, *, hadrons: bool = True) -> Fip:
    """The particle of this model and mass [MeV] with its partial widths.

    Without hadrons only leptons and neutrinos are listed, for calculations that use no other channel.

    Raises
    ------
    InvalidValueError
        for a mass that is not positive and finite.
    OutOfDomainError
        for a vector above 90 GeV, where the Z and W take part, and a heavy neutral lepton above 2 GeV.
    UnsupportedModelError
        for a model whose decays nobody can compute.

    Examples
    --------
    >>> from feebly.models import lmu_ltau
    >>> fip = of(lmu_ltau(), 10.0)
    >>> dict(zip(fip.channels, fip.branching().round(3).tolist()))["nu_mu nu_mu~"]
    0.5
    """
    found = _others(model, [mass], hadrons=hadrons)
    if found is None:
        found = tabulate([mass], hadrons=hadrons, with_errors=False).of(model)
    return Fip(
        mass=float(mass),
        spin=model.spin,
        channels=found.channels,
        gamma=found.gamma[:, 0],
        power=found.power,
        provenance=found.provenance,
    )
