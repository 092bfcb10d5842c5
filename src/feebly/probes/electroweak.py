"""Electroweak precision: kinetic mixing must not shift the W and the Z pole too far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike

from feebly.arrays import Array
from feebly.constants import ALPHA, E_CHARGE, ELECTRON_MASS
from feebly.errors import OutOfDomainError, UnsupportedModelError
from feebly.math.roots import refine_maximum
from feebly.models import Model, offers
from feebly.probes.base import Support, check_choices, checked_scale
from feebly.provenance import Provenance, sources
from feebly.signals import Signal
from feebly.signals.electroweak import ElectroweakFit, Observables, electroweak_fit
from feebly.signals.mixed_z import MixedZ, ZMixing
from feebly.statistics import Threshold, delta_chi2

_SOURCES: Final = sources(
    ("esseili-kribs-chargephobic", "Sec. 5.6, eps e = g cos(phi)"),
    ("cowan-asymptotic", "test statistic for upper limits"),
)
_OMITTED: Final = frozenset(
    {
        "direct couplings of X such as B-L, which the admixture of X gives to the Z at the same order in g^2, as in the recast of the paper",
        "exchange of X beside the Z at the pole, and loops with X",
        "a dark Higgs boson: the mass of X is a Stueckelberg mass",
    }
)
_SCAN: Final = np.linspace(-12.0, 0.0, 241)  # ln of the mass shift over its largest value


@runtime_checkable
class ElectromagneticPart(Protocol):
    """A model with its coupling to the electromagnetic current, in units of its scale.

    It raises `UnsupportedModelError` if it does not know what part of its charges that is.
    """

    def electromagnetic_part(self, q2: float) -> complex: ...


@dataclass(frozen=True, eq=False, slots=True)
class ElectroweakResponse:
    """Electroweak fit with one vector, for any coupling: epsilon = per_coupling g."""

    per_coupling: float
    fit: ElectroweakFit
    mixing: ZMixing
    best: tuple[float, float]  # mixing and chi^2 change of the best fit with epsilon^2 >= 0
    provenance: Provenance

    def mixed(self, scale: ArrayLike) -> MixedZ:
        """The Z and the W at the couplings (G,)."""
        return self.mixing.solve(self.per_coupling * checked_scale(scale))

    def evaluate(self, scale: ArrayLike) -> Signal:
        """chi^2 above its best value at the couplings (G,); zero for mixings smaller than the best."""
        g = checked_scale(scale)
        epsilon, (best, lowest) = self.per_coupling * g, self.best
        rise = self.fit.chi2_change(self.mixed(g)) - lowest
        return Signal(
            scale=g,
            value=np.where(epsilon > best, np.maximum(rise, 0.0), 0.0),
            quantity="chi squared above the best fit",
            unit="1",
            valid=np.ones(g.shape, dtype=bool),
            provenance=self.provenance,
        )


def _best(fit: ElectroweakFit, mixing: ZMixing) -> tuple[float, float]:
    """Mixing and chi^2 change of the best fit; zero if the Standard Model fits best."""
    _, end = mixing.largest()

    def gain(x: Array) -> Array:
        return -fit.chi2_change(mixing.shifted(end * np.exp(x)))

    values = gain(_SCAN)
    k = int(np.argmax(values))
    if values[k] <= 0:
        return 0.0, 0.0
    x, value = refine_maximum(gain, _SCAN[max(k - 1, 0)], _SCAN[min(k + 1, _SCAN.size - 1)], tolerance=1e-9)
    return float(mixing.epsilon(end * math.exp(x))), -value


@dataclass(frozen=True, slots=True)
class Electroweak:
    """Limit from the mass of the W and the Z pole on kinetic mixing with hypercharge.

    Parameters
    ----------
    observables : "all" uses m_W, the width, hadronic peak and hadron-to-lepton ratio of the Z and the effective
        leptonic angle; "mw" the mass of the W alone.
    charge : scale of the charge e in epsilon = g a / e, with a the electromagnetic part of the model: "zero" is
        the recast of the paper, "z-pole" is consistent with models whose mixing runs; they differ by 3 %. "auto" takes
        "z-pole" for those, else "zero".
    level : confidence level.

    Notes
    -----
    The signal is chi^2(g) - min over g >= 0 of chi^2, counted above the best coupling only, and is excluded above
    Delta chi^2(level), 3.84 for 0.95. The electromagnetic part of the model is taken at q^2 = -m_Z^2.
    Source: esseili-kribs-chargephobic, Sec. 5.6.
    Differs from it: own fit (see `signals.mixed_z`, `signals.electroweak`) instead of the exclusion curve of
    loizos-electroweak-dark-sector, whose numbers are not printed; other observables and a newer m_W.
    Valid for: m_X above the electron mass, below which the fine-structure constant is itself shifted, and more
    than a width away from the Z.

    Examples
    --------
    >>> from feebly.models import dark_photon
    >>> response = Electroweak(observables="mw").prepare(dark_photon(), 1000.0)
    >>> bool(0.025 < response.per_coupling * 0.0085 < 0.03)
    True
    """

    name: ClassVar[str] = "electroweak"
    title: ClassVar[str] = "electroweak precision"
    quantity: ClassVar[str] = "chi squared above the best fit"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    observables: Observables = "all"
    charge: Literal["auto", "zero", "z-pole"] = "auto"
    level: float = 0.95

    def __post_init__(self) -> None:
        check_choices(self)
        delta_chi2(self.level)

    @property
    def rule(self) -> Threshold:
        """ln(rise of chi^2 / Delta chi^2) > 0 is excluded."""
        return Threshold(
            delta_chi2(self.level), "1", level=self.level, provenance=Provenance(sources=_SOURCES)
        )

    @property
    def provenance(self) -> Provenance:
        chosen = {"observables": self.observables, "charge": self.charge, "level": f"{self.level:g}"}
        return electroweak_fit(self.observables).provenance | Provenance(
            _SOURCES, frozenset(), frozenset(chosen.items()), _OMITTED
        )

    def supports(self, model: Model) -> Support:
        """Every model that states its electromagnetic part; where that vanishes its limit is empty."""
        if not isinstance(model, ElectromagneticPart):
            offered = ", ".join(offers(model)) or "nothing"
            return Support(False, f"It needs: electromagnetic_part. The model offers: {offered}.")
        try:
            model.electromagnetic_part(0.0)
        except UnsupportedModelError as error:
            return Support(False, str(error))
        return Support(True, "uses kinetic mixing with hypercharge", ("mixing with the Z",))

    def prepare(self, model: Model, mass: float) -> ElectroweakResponse:
        """The fit for one model and mass [MeV].

        Raises
        ------
        UnsupportedModelError
            if the model does not state its electromagnetic part.
        OutOfDomainError
            below the electron mass, and within a width of the Z.
        """
        support = self.supports(model)
        if not (support.ok and isinstance(model, ElectromagneticPart)):
            raise UnsupportedModelError(
                f"{self.name} cannot answer for model '{model.name}'.\n  {support.why}"
            )
        fit = electroweak_fit(self.observables)
        mixing = fit.mixing(mass)
        if mass < ELECTRON_MASS:
            raise OutOfDomainError(
                f"At {mass:g} MeV the vector shifts the fine-structure constant itself.\n"
                f"  Possible: masses above {ELECTRON_MASS:.3f} MeV."
            )
        part = abs(model.electromagnetic_part(-(fit.inputs.z_mass**2)))
        charge = self._charge_for(model)
        alpha = ALPHA if charge == "zero" else ALPHA / (1 - fit.inputs.delta_alpha)
        return ElectroweakResponse(
            per_coupling=part / (E_CHARGE * math.sqrt(alpha / ALPHA)),
            fit=fit,
            mixing=mixing,
            best=_best(fit, mixing),
            provenance=self.provenance | Provenance(choices=frozenset({("charge of the mixing", charge)})),
        )

    def _charge_for(self, model: Model) -> Literal["zero", "z-pole"]:
        """The scale of e: that at which the electromagnetic part of the model is known."""
        if self.charge != "auto":
            return self.charge
        return "z-pole" if getattr(model, "mixing", "none") == "running" else "zero"
