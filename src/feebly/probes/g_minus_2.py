"""Anomalous magnetic moments of the electron and the muon: a vector in the loop must not shift them too far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from feebly import embedded
from feebly.constants import ALPHA, ELECTRON_MASS, MUON_MASS
from feebly.errors import InvalidValueError, UnsupportedModelError
from feebly.models import Model, VectorCurrent, offers
from feebly.probes.base import Support, check_choices, checked_scale
from feebly.provenance import Provenance, sources
from feebly.signals import Signal
from feebly.signals.moments import anomalous_moment
from feebly.statistics import Threshold, one_sided_limit

_MOMENT: Final = sources(("pospelov-secluded", "one-loop moment"), ("esseili-kribs-chargephobic", "Sec. 5.6"))
_OMITTED: Final = frozenset({"loops of X beyond the first order in g^2"})
_LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class MomentResponse:
    """Moment of one lepton from one vector, for any coupling: a = per_square g^2."""

    per_square: float
    provenance: Provenance

    def evaluate(self, scale: ArrayLike) -> Signal:
        """Anomalous magnetic moment at the couplings (G,), dimensionless."""
        g = checked_scale(scale)
        return Signal(
            scale=g,
            value=self.per_square * g**2,
            quantity="anomalous magnetic moment",
            unit="1",
            valid=np.ones(g.shape, dtype=bool),
            provenance=self.provenance,
        )


def _support(model: Model, lepton: str) -> Support:
    if isinstance(model, VectorCurrent):
        return Support(True, f"uses one loop of {lepton} and the vector", (f"loop of {lepton}",))
    return Support(
        False, f"It needs: VectorCurrent. The model offers: {', '.join(offers(model)) or 'nothing'}."
    )


def _response(
    model: Model, mass: float, lepton: str, lepton_mass: float, provenance: Provenance
) -> MomentResponse:
    """Response of a lepton of the given mass [MeV], with its charge at the space-like q^2 = -mass^2 of the loop."""
    if not isinstance(model, VectorCurrent):
        raise UnsupportedModelError(
            f"The moment of {lepton} cannot be computed for model '{model.name}'.\n  {_support(model, lepton).why}"
        )
    moment = float(anomalous_moment(mass, lepton_mass)[0])
    charge = abs(complex(model.charges([lepton], -(mass**2))[0]))
    return MomentResponse(charge**2 * moment, provenance)


def _positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InvalidValueError(f"{name} is {value:g}; it must be positive and finite.")


@dataclass(frozen=True, slots=True)
class ElectronMoment:
    """Limit from g-2 of the electron and the fine-structure constant.

    Parameters
    ----------
    criterion : "spread" allows a shift of the fine-structure constant by `limit_ppb`, the spread of its best
        determinations; "rubidium" and "caesium" compare the measured moment with the prediction from the recoil
        of these atoms, at 95 % confidence level.
    limit_ppb : largest relative shift of the fine-structure constant, 1e-9; only for "spread".

    Notes
    -----
    "spread": a < limit alpha / (2 pi), as a = alpha / (2 pi) + ... gives a relative shift 2 pi a / alpha of alpha.
    Source: esseili-kribs-chargephobic, Sec. 5.6.
    Differs from it: nothing; its "Delta alpha = 2 pi a" is read as a relative shift, as its ppb are.
    "rubidium", "caesium": measured - predicted = (alpha_moment - alpha_atom) / (2 pi), and the one-sided limit of
    `statistics.one_sided_limit`, for which a >= 0: a vector cannot explain the negative difference of caesium.
    Source: fan-electron-moment, morel-rubidium, parker-caesium. Differs from it: higher orders of d a / d alpha
    left out, 0.15 %.
    Valid for: the determinations of alpha by atoms are not touched by the vector.

    Examples
    --------
    >>> from feebly.models import dark_photon
    >>> probe = ElectronMoment()
    >>> moment = probe.prepare(dark_photon(), 10.0).evaluate([2.33e-4]).value[0]
    >>> bool(abs(moment / probe.rule.allowed - 1) < 0.01)
    True
    """

    name: ClassVar[str] = "g-minus-2-e"
    title: ClassVar[str] = "electron g-2"
    quantity: ClassVar[str] = "anomalous magnetic moment"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    criterion: Literal["spread", "rubidium", "caesium"] = "spread"
    limit_ppb: float = 1.0

    def __post_init__(self) -> None:
        check_choices(self)
        _positive("limit_ppb", self.limit_ppb)

    @property
    def rule(self) -> Threshold:
        """ln(a / allowed) > 0 is excluded; without a confidence level for "spread"."""
        if self.criterion == "spread":
            allowed = self.limit_ppb * 1e-9 * ALPHA / (2 * math.pi)
            return Threshold(allowed, "1", provenance=Provenance(sources=_MOMENT))
        data = embedded.load("precision/g_minus_2_electron.toml")
        difference, error = self.difference(self.criterion)
        return Threshold(
            one_sided_limit(difference, error, level=_LEVEL),
            "1",
            level=_LEVEL,
            provenance=data.provenance
            | Provenance(
                sources=sources(
                    ("morel-rubidium", "abstract"),
                    ("parker-caesium", "abstract"),
                    ("cowan-asymptotic", "test statistic for upper limits"),
                )
            ),
        )

    @staticmethod
    def difference(atom: Literal["rubidium", "caesium"]) -> tuple[float, float]:
        """Measured minus predicted moment of the electron, and its error, for the recoil of an atom.

        >>> [f"{x * 1e14:.0f}" for x in ElectronMoment.difference("caesium")]
        ['-102', '26']
        """
        inverse = embedded.load("precision/g_minus_2_electron.toml").table()["inverse_fine_structure"]
        moment, recoil = inverse["electron_moment"], inverse[atom]
        slope = ALPHA**2 / (2 * math.pi)  # d a = d alpha / (2 pi) = -alpha^2 d(1 / alpha) / (2 pi)
        return slope * (recoil[0] - moment[0]), slope * math.hypot(recoil[1], moment[1])

    @property
    def provenance(self) -> Provenance:
        chosen: dict[str, str] = {"criterion": self.criterion}
        if self.criterion == "spread":
            chosen["limit_ppb"] = f"{self.limit_ppb:g}"
        return self.rule.provenance | Provenance(_MOMENT, frozenset(), frozenset(chosen.items()), _OMITTED)

    def supports(self, model: Model) -> Support:
        """Every model with a vector current; without a charge of the electron its limit is empty."""
        return _support(model, "e-")

    def prepare(self, model: Model, mass: float) -> MomentResponse:
        """The moment per coupling squared for one model and mass [MeV]."""
        return _response(model, mass, "e-", ELECTRON_MASS, self.provenance)


@dataclass(frozen=True, slots=True)
class MuonMoment:
    """Limit from g-2 of the muon: a < measured - predicted + `sigmas` standard errors of the difference.

    Parameters
    ----------
    prediction : "wp2025", the update of the white paper, or "wp2020", its predecessor with the hadronic
        vacuum polarisation from e+ e- data, against which the measurement is 5.8 standard errors high.
    sigmas : number of standard errors.

    Notes
    -----
    Source: esseili-kribs-chargephobic, Sec. 5.6; aliberti-white-paper, Eqs. (9.5), (9.6).
    Differs from it: nothing.
    Valid for: an upper limit; with "wp2020" smaller couplings would be preferred, which is not claimed.

    Examples
    --------
    >>> f"{MuonMoment().rule.allowed:.3g}", f"{MuonMoment(prediction='wp2020').rule.allowed:.3g}"
    ('1.64e-09', '3.52e-09')
    """

    name: ClassVar[str] = "g-minus-2-mu"
    title: ClassVar[str] = "muon g-2"
    quantity: ClassVar[str] = "anomalous magnetic moment"
    practical_unit: ClassVar[tuple[str, float]] = ("1", 1.0)
    verdict: ClassVar[Literal["excluded"]] = "excluded"

    prediction: Literal["wp2025", "wp2020"] = "wp2025"
    sigmas: float = 2.0

    def __post_init__(self) -> None:
        check_choices(self)
        _positive("sigmas", self.sigmas)
        if self._allowed() <= 0:
            raise InvalidValueError(
                f"sigmas = {self.sigmas:g} leaves no allowed moment; use a larger number."
            )

    @property
    def difference(self) -> tuple[float, float]:
        """Measured minus predicted moment of the muon, and its error: as quoted, else in quadrature."""
        table = embedded.load("precision/g_minus_2_muon.toml").table()
        if self.prediction in table["difference"]:
            value, error = table["difference"][self.prediction]
            return value, error
        measured, predicted = table["measured"]["world_average"], table["predicted"][self.prediction]
        return measured[0] - predicted[0], math.hypot(measured[1], predicted[1])

    def _allowed(self) -> float:
        value, error = self.difference
        return value + self.sigmas * error

    @property
    def rule(self) -> Threshold:
        """ln(a / allowed) > 0 is excluded; the level is that of a one-sided Gaussian."""
        data = embedded.load("precision/g_minus_2_muon.toml")
        quoted = sources(
            ("muon-g-2-final", "world average"),
            ("aliberti-white-paper", "Eqs. (9.5), (9.6)")
            if self.prediction == "wp2025"
            else ("aoyama-white-paper", "prediction"),
        )
        level = NormalDist().cdf(self.sigmas)
        return Threshold(
            self._allowed(), "1", level=level, provenance=data.provenance | Provenance(sources=quoted)
        )

    @property
    def provenance(self) -> Provenance:
        chosen = frozenset({("prediction", self.prediction), ("sigmas", f"{self.sigmas:g}")})
        return self.rule.provenance | Provenance(_MOMENT, frozenset(), chosen, _OMITTED)

    def supports(self, model: Model) -> Support:
        """Every model with a vector current; without a charge of the muon its limit is empty."""
        return _support(model, "mu-")

    def prepare(self, model: Model, mass: float) -> MomentResponse:
        """The moment per coupling squared for one model and mass [MeV]."""
        return _response(model, mass, "mu-", MUON_MASS, self.provenance)
