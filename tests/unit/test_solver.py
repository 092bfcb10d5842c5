"""Intervals from scores of known shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from feebly import models
from feebly.errors import ConvergenceError, InvalidValueError, OutOfDomainError, UnsupportedModelError
from feebly.limits import Limit, solve, solve_family
from feebly.probes import SupernovaCooling, Support
from feebly.provenance import Provenance, sources
from feebly.scan import atlas, signal_map
from feebly.signals import Signal
from feebly.statistics import Threshold


@dataclass(frozen=True)
class FakeResponse:
    function: Any
    valid: Any
    provenance: Provenance = field(default_factory=Provenance)

    def evaluate(self, scale: np.ndarray) -> Signal:
        g = np.atleast_1d(np.asarray(scale, float))
        return Signal(
            g,
            self.function(np.log10(np.maximum(g, 1e-300))),
            "events",
            "1",
            self.valid(np.log10(np.maximum(g, 1e-300))),
        )


@dataclass(frozen=True)
class FakeProbe:
    """A probe whose signal is any function of log10(g)."""

    function: Any
    valid: Any = field(default=lambda x: np.ones(x.shape, bool))
    fails: type[Exception] | None = None
    name: ClassVar[str] = "fake"
    title: ClassVar[str] = "Fake"
    quantity: ClassVar[str] = "events"
    practical_unit: ClassVar[tuple[str, float]] = ("events", 1.0)
    verdict: ClassVar[str] = "indicative"
    rule: Threshold = field(default_factory=lambda: Threshold(1.0, "1"))
    provenance: Provenance = field(
        default_factory=lambda: Provenance(sources=sources(("Raffelt:1996wa", "")))
    )

    def supports(self, model: models.Model) -> Support:
        return Support(model.name != "dark-photon", "because")

    def prepare(self, model: models.Model, mass: float) -> FakeResponse:
        if self.fails is not None and mass > 50:
            raise self.fails("not here\n  second line")
        return FakeResponse(self.function, self.valid)


class MovingProbe(FakeProbe):
    """Its signal moves with the logarithm of the mass; it is not a number between the edges of one mass."""

    def prepare(self, model: models.Model, mass: float) -> FakeResponse:
        if mass == 3.0:
            raise OutOfDomainError("not here")
        broken = self.function(np.zeros(1)) * np.nan if mass == 5.0 else None
        grid = np.linspace(-14, 0, 169)

        def signal(x: np.ndarray) -> np.ndarray:
            between = np.min(np.abs(x[:, None] - grid), axis=1) > 1e-6
            return np.where(between & (broken is not None), np.nan, self.function(x + np.log10(mass)))

        return FakeResponse(signal, self.valid)


def _bump(centre: float, width: float, height: float):  # type: ignore[no-untyped-def]
    return lambda x: height * np.exp(-(((x - centre) / width) ** 2))


def _solve(probe: FakeProbe, mass: list[float] | None = None, **more: Any) -> Limit:
    return solve(probe, models.lmu_ltau(), mass or [10.0], **more)  # type: ignore[arg-type]


def test_one_interval_to_full_precision() -> None:
    limit = _solve(FakeProbe(_bump(-8, 1, np.e)))
    assert np.log10(limit.excluded[0][0]) == pytest.approx([-9, -7], abs=1e-9)
    assert limit.edges[0] == (("physical", "physical"),)
    assert limit.contains(0, [1e-10, 1e-8, 1e-6]).tolist() == [False, True, False]


def test_two_islands() -> None:
    first, second = _bump(-11, 0.5, np.e), _bump(-6, 0.5, np.e)
    limit = _solve(FakeProbe(lambda x: first(x) + second(x)))
    assert np.log10(limit.excluded[0]) == pytest.approx(np.array([[-11.5, -10.5], [-6.5, -5.5]]), abs=1e-6)


def test_island_narrower_than_the_grid_is_found() -> None:
    """The peak clears the threshold by 1e-4 only: the bracketing grid never sees it positive."""
    limit = _solve(FakeProbe(_bump(-8.03, 1.0, 1.0001)))
    width = np.sqrt(np.log(1.0001))
    assert np.log10(limit.excluded[0][0]) == pytest.approx([-8.03 - width, -8.03 + width], abs=1e-5)


def test_nothing_is_a_result() -> None:
    limit = _solve(FakeProbe(_bump(-8, 1, 0.99)))
    assert limit.excluded[0].shape == (0, 2)
    assert limit.status == ("ok",)
    assert "nothing is excluded" in limit.explain()
    zero = _solve(FakeProbe(lambda x: np.zeros_like(x)))
    assert zero.excluded[0].shape == (0, 2)


def test_edges_at_the_end_of_the_scan_and_of_validity() -> None:
    rising = FakeProbe(lambda x: 10.0 ** (x + 5), lambda x: x < -2)
    limit = _solve(rising)
    assert np.log10(limit.excluded[0][0]) == pytest.approx([-5, -2], abs=1e-9)
    assert limit.edges[0] == (("physical", "validity"),)
    open_end = _solve(FakeProbe(lambda x: 10.0 ** (x + 5)), scale_range=(1e-4, 1e-1))
    assert open_end.edges[0] == (("grid", "grid"),)
    assert open_end.excluded[0][0] == pytest.approx([1e-4, 1e-1])
    assert "grid" in open_end.explain()


def test_statuses_per_mass() -> None:
    for error, status in ((OutOfDomainError, "out-of-domain"), (ConvergenceError, "not-converged")):
        probe = FakeProbe(_bump(-8, 1, np.e), fails=error)
        limit = _solve(probe, [10.0, 100.0])
        assert limit.status == ("ok", status)
        assert limit.message == ("", "not here")
        assert "not here" in limit.explain()
        table = signal_map(probe, models.lmu_ltau(), [10.0, 100.0], [1e-8])  # type: ignore[arg-type]
        assert table.status == ("ok", status)
        assert np.isnan(table.value[1, 0])


def test_masses_refined_together_are_as_each_alone() -> None:
    """More masses than are refined at once; one is out of its domain, and one does not converge."""
    probe, masses = MovingProbe(_bump(-8, 1, np.e)), [float(m) for m in range(1, 20)]
    together = _solve(probe, masses)
    assert together.status == tuple({3.0: "out-of-domain", 5.0: "not-converged"}.get(m, "ok") for m in masses)
    for k, mass in enumerate(masses):
        alone = _solve(probe, [mass])
        np.testing.assert_allclose(together.excluded[k], alone.excluded[0], rtol=1e-9)
        assert together.status[k] == alone.status[0]
        if together.status[k] == "ok":
            expected = np.array([[-9, -7]]) - np.log10(mass)
            assert np.log10(together.excluded[k]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("error", [OutOfDomainError, ConvergenceError])
def test_what_fails_while_edges_are_refined_costs_one_mass(error: type[Exception]) -> None:
    class Late(FakeProbe):
        def prepare(self, model: models.Model, mass: float) -> FakeResponse:
            def signal(x: np.ndarray) -> np.ndarray:
                if mass == 2.0 and x.size < 100:
                    raise error("not between the points of the grid")
                return np.asarray(self.function(x))

            return FakeResponse(signal, self.valid)

    limit = _solve(Late(_bump(-8, 1, np.e)), [1.0, 2.0, 3.0])
    status = "out-of-domain" if error is OutOfDomainError else "not-converged"
    assert limit.status == ("ok", status, "ok")
    assert limit.message[1] == "not between the points of the grid"
    assert [len(rows) for rows in limit.excluded] == [1, 0, 1]


def test_a_spectrum_that_fails_leaves_no_numbers() -> None:
    class Spectral(FakeProbe):
        def spectrum(self, model: models.Model, mass: float, scale: np.ndarray) -> None:
            raise OutOfDomainError("no spectrum here")

    table = signal_map(Spectral(_bump(-8, 1, np.e)), models.lmu_ltau(), [1.0], [1e-8], spectrum=True)  # type: ignore[arg-type]
    assert table.status == ("out-of-domain",)
    assert np.isnan(table.value).all()
    assert np.isnan(table.score).all()
    assert not table.valid.any()


def test_no_models_give_no_limits() -> None:
    assert solve_family(FakeProbe(_bump(-8, 1, 3)), [], [1.0]) == ()  # type: ignore[arg-type]


def test_progress_is_called_for_each_mass() -> None:
    seen: list[tuple[int, int]] = []
    _solve(
        FakeProbe(_bump(-8, 1, 3)), [1.0, 2.0, 3.0], progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_refusals_and_bad_input() -> None:
    probe = FakeProbe(_bump(-8, 1, 3))
    with pytest.raises(UnsupportedModelError, match="because"):
        solve(probe, models.dark_photon(), [1.0])  # type: ignore[arg-type]
    for masses in ([], [-1.0], [float("nan")], [1.0, 0.0]):
        with pytest.raises(InvalidValueError):
            solve(probe, models.lmu_ltau(), masses)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="1e-14:1"):
        _solve(probe, scale_range=(1.0, 0.1))
    with pytest.raises(InvalidValueError, match="Couplings"):
        signal_map(probe, models.lmu_ltau(), [1.0], [-1.0])  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="spectrum"):
        signal_map(probe, models.lmu_ltau(), [1.0], [1.0], spectrum=True)  # type: ignore[arg-type]


def test_config_hash_follows_the_question() -> None:
    probe = FakeProbe(_bump(-8, 1, 3))
    a, b, c = _solve(probe, [1.0]), _solve(probe, [1.0]), _solve(probe, [2.0])
    assert a.config_sha256 == b.config_sha256 != c.config_sha256


def test_atlas_unites_and_tells_refusals(shells_nr: SupernovaCooling) -> None:
    fake = FakeProbe(_bump(-12.5, 1, 3))
    found = atlas(models=[models.lmu_ltau(), models.dark_photon()], mass=[50.0], probes=[shells_nr, fake])  # type: ignore[list-item]
    assert [x.probe for x in found.limits] == ["sn-cooling", "fake"]
    assert {(r[0], r[1]) for r in found.refused} == {("sn-cooling", "dark-photon"), ("fake", "dark-photon")}
    assert found.excluded("lmu-ltau", 0, [10**-12.5, 1e-9, 1e-5]).tolist() == [True, True, False]
    assert len(found.where(probe="fake").limits) == 1
    with pytest.raises(UnsupportedModelError, match="No probe"):
        atlas(models=[models.dark_photon()], mass=[1.0], probes=[fake])  # type: ignore[list-item]
    with pytest.raises(InvalidValueError):
        atlas(models=[], mass=[1.0])


def test_spectra_survive_a_failed_mass(shells_nr: SupernovaCooling) -> None:
    table = signal_map(shells_nr, models.lmu_ltau(), [20.0, 50.0], [1e-10], spectrum=True)
    assert table.spectrum is not None
    assert table.spectrum.shape[:2] == (2, 1)
    assert table.to_dict()["spectrum"]["energy_mev"][1][0] > 50


def test_nothing_excluded_says_where_it_is_not_valid() -> None:
    """A score above zero only where nothing is claimed."""
    probe = FakeProbe(lambda x: np.where(x > -6, 10.0, 0.1), lambda x: x < -7)
    limit = solve(probe, models.lmu_ltau(), [10.0])
    assert not limit.excluded[0].size
    assert limit.message[0].startswith("not valid at couplings between 1.")
    assert limit.message[0].endswith("and 1.0e+00")
    assert solve(FakeProbe(lambda x: 0.1 + 0 * x), models.lmu_ltau(), [10.0]).message == ("",)
    two = solve(FakeProbe(lambda x: 0.1 + 0 * x, lambda x: (x > -10) & (x < -5)), models.lmu_ltau(), [10.0])  # type: ignore[arg-type]
    assert two.message[0].startswith("not valid at couplings between 1.0e-14 and 1.0e-10, and between 1.")
    assert two.status == ("ok",)


def test_a_mass_that_is_valid_nowhere_has_no_result() -> None:
    """An empty row of status "ok" would say that nature allows it."""
    limit = solve(FakeProbe(lambda x: 10.0 + 0 * x, lambda x: x > 5), models.lmu_ltau(), [10.0])  # type: ignore[arg-type]
    assert limit.status == ("out-of-domain",)
    assert limit.message == ("not valid at any coupling from 1.0e-14 to 1.0e+00",)
