"""What people really feed a library: coarse profiles, cold surfaces, wrong types, huge numbers."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import feebly as fb
from feebly import models
from feebly.environments import StarProfile
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.errors import ConvergenceError, InvalidValueError, OmittedProcessWarning, UnsupportedModelError
from feebly.limits import solve
from feebly.probes import SupernovaCooling
from feebly.scan import atlas, signal_map
from feebly.transport.rays import Resolution
from feebly.units import ERG, KM, SECOND

SCALES = np.geomspace(1e-11, 1e-6, 21)


def _error(star: StarProfile, mass: float, **options: str) -> float:
    coarse, fine = (
        SupernovaCooling(star=star, compton="nr", resolution=r, **options)
        .prepare(models.lmu_ltau(), mass)
        .evaluate(SCALES)
        .value  # type: ignore[arg-type]
        for r in (Resolution(), Resolution().refined(8))
    )
    seen = fine / (ERG / SECOND) > 1e50  # far below the criterion nobody cares
    assert seen.sum() > 5
    return float(np.abs(coarse / fine - 1)[seen].max())


@pytest.mark.parametrize("mass", [3.0, 30.0, 150.0])
def test_a_kink_that_the_file_does_not_mark(mass: float, tmp_path: Path) -> None:
    toy = raffelt(radius_km=30.0)
    radius = np.linspace(0, 30, 61)
    sample = toy.sample(radius * KM)
    path = tmp_path / "toy.csv"
    rows = [
        f"{r},{t},{mu},0"
        for r, t, mu in zip(radius, sample.temperature, sample.potential["mu-"], strict=True)
    ]
    path.write_text("radius_km,temperature_mev,mu_mu_mev,mu_nu_mu_mev\n" + "\n".join(rows))
    star = StarProfile.from_file(path)
    assert star.kinks / KM == pytest.approx([10.0])
    assert _error(star, mass) < 3e-3  # half a kilometre between the rows of the file


@pytest.mark.parametrize("end_km", [30.0, 40.0, 60.0])
def test_a_surface_much_colder_than_the_core(end_km: float) -> None:
    assert _error(raffelt(radius_km=end_km), 10.0) < 6e-3  # T falls by up to 15 within the star


@pytest.mark.parametrize("mass", [1.0, 20.0, 250.0])
def test_the_default_grid_on_a_star_with_lapse(mass: float, shells: StarProfile) -> None:
    assert _error(shells, mass) < 1.5e-3


def test_smooth_profiles_have_no_false_kinks(toy: StarProfile) -> None:
    radius = np.linspace(0, 25, 200)
    smooth = StarProfile(
        "smooth",
        1.0,
        radius * KM,
        30 * np.exp(-((radius / 14) ** 2)) + 4,
        {},
        {"nu_mu": 0 * radius},
        {},
        np.ones(200),
        25 * KM,
    )
    assert smooth.kinks.size == 0
    assert toy.kinks / KM == pytest.approx([10.0])


def test_never_negative(toy: StarProfile, shells: StarProfile) -> None:
    for star in (toy, shells, raffelt(radius_km=60.0)):
        probe = SupernovaCooling(star=star, compton="nr")
        assert np.all(
            probe.prepare(models.lmu_ltau(), 100.0).evaluate(np.geomspace(1e-13, 1e-2, 60)).value >= 0
        )
        assert np.all(probe.spectrum(models.lmu_ltau(), 100.0, [1e-9, 1e-7]).value >= 0)


def test_huge_couplings_are_opaque_or_refused(toy_nr: SupernovaCooling) -> None:
    response = toy_nr.prepare(models.lmu_ltau(), 10.0)
    assert response.evaluate([1e9]).value[0] == pytest.approx(response.evaluate([1.0]).value[0], rel=1e-6)
    for bad in ([1e80], [-1e-10], [float("nan")], [[1e-9, 1e-8]], []):
        with pytest.raises(InvalidValueError, match="Couplings"):
            response.evaluate(bad)


def test_not_a_number_is_never_a_result(toy: StarProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    from feebly.transport import _sweep

    real = _sweep.sweep
    monkeypatch.setattr(_sweep, "sweep", lambda *args: real(*args) * np.nan)
    limit = solve(SupernovaCooling(star=toy, compton="nr"), models.lmu_ltau(), [10.0])
    assert limit.status == ("not-converged",)
    with pytest.raises(ConvergenceError):
        SupernovaCooling(star=toy, compton="nr").prepare(models.lmu_ltau(), 10.0)


@pytest.mark.parametrize(
    "options",
    [
        {"compton": "foo"},
        {"lapse": "On"},
        {"lapse": False},
        {"criterion": "luminosty"},
        {"escape": "x"},
        {"star": "fischer18-1s"},
        {"at_s": -1.0},
    ],
)
def test_misspelt_python_options_are_refused(options: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidValueError):
        SupernovaCooling(**options)


@pytest.mark.parametrize(
    "call",
    [
        lambda p: solve(p, "lmu-ltau", [1.0]),
        lambda p: solve(p, models.lmu_ltau, [1.0]),
        lambda p: solve("sn-cooling", models.lmu_ltau(), [1.0]),
        lambda p: solve(SupernovaCooling, models.lmu_ltau(), [1.0]),
        lambda p: solve(p, models.lmu_ltau(), [1.0], per_decade=0),
        lambda p: solve(p, models.lmu_ltau(), [1e200]),
        lambda p: solve(p, models.lmu_ltau(), [1.0], scale_range=(1e-14, 1e300)),
        lambda p: solve(p, models.lmu_ltau(), [1.0], progress="line"),
        lambda p: atlas(models=models.lmu_ltau(), mass=[1.0]),
        lambda p: atlas(models=[models.lmu_ltau()], mass=[1.0], probes="sn-cooling"),
        lambda p: models.vector(charge={"mu": 1.0, "mu-": 2.0}),
        lambda p: raffelt(core_slope=-3.0),
        lambda p: raffelt(radius_km=1e9),
    ],
)
def test_wrong_things_get_a_sentence(
    call: Callable[[SupernovaCooling], object], toy_nr: SupernovaCooling
) -> None:
    with pytest.raises(InvalidValueError):
        call(toy_nr)


def test_bare_mixing_needs_plasma(shells: StarProfile) -> None:
    probe = SupernovaCooling(star=shells, compton="nr", plasma="off")
    with pytest.warns(OmittedProcessWarning, match="plasma"):
        solve(probe, models.lmu_ltau(epsilon=100.0), [50.0])
    with pytest.raises(UnsupportedModelError, match="plasma"):
        probe.prepare(models.vector(epsilon=1.0), 10.0)
    with pytest.raises(UnsupportedModelError, match="nothing"):
        probe.prepare(models.vector(charge={"tau": 1.0}), 10.0)


def test_any_bare_mixing_takes_the_plasma(shells: StarProfile) -> None:
    """Mixing of its own is not ignored, however small; that from loops alone leaves the averaged line."""
    probe = SupernovaCooling(star=shells)
    assert not probe.in_plasma(models.lmu_ltau())
    assert probe.in_plasma(models.lmu_ltau(epsilon=1e-6))
    plain = dict(probe.prepare(models.lmu_ltau(), 50.0).provenance.choices)
    mixed = dict(
        SupernovaCooling(star=fischer18_1s()).prepare(models.lmu_ltau(epsilon=1e-6), 50.0).provenance.choices
    )
    assert (plain["plasma"], mixed["plasma"]) == ("off", "on")


def test_a_tiny_mixing_changes_nothing_without_plasma(shells: StarProfile) -> None:
    """Muons stay among the processes, and the luminosity is that of no mixing."""
    probe = SupernovaCooling(star=shells, compton="nr", plasma="off")
    plain, mixed = (
        probe.prepare(models.lmu_ltau(epsilon=epsilon), 50.0).evaluate([1e-9]) for epsilon in (0.0, 1e-12)
    )
    assert set(plain.parts) == set(mixed.parts)
    assert mixed.value[0] == pytest.approx(plain.value[0], rel=1e-9)


def test_known_flavours_are_used_where_one_is_missing(shells: StarProfile) -> None:
    two = replace(shells, potential={k: v for k, v in shells.potential.items() if k != "nu_e"})
    probe = SupernovaCooling(star=two, compton="off", plasma="off")
    support = probe.supports(models.b_minus_l())
    assert support.ok
    assert any("coalescence of nu_e" in text for text in support.omitted)
    value = probe.prepare(models.b_minus_l(), 30.0).evaluate([1e-13]).value[0]
    mu_tau = models.vector(charge={"nu_mu": 1.0, "nu_tau": 1.0})
    assert value == pytest.approx(probe.prepare(mu_tau, 30.0).evaluate([1e-13]).value[0])


def test_an_allowed_window_inside_a_region_is_found() -> None:
    from test_solver import FakeProbe, _solve

    def dip(x: np.ndarray) -> np.ndarray:
        return 3 * np.exp(-(((x + 8) / 3) ** 4)) * (1 - 0.9 * np.exp(-(((x + 8.031) / 0.03) ** 2)))

    assert len(_solve(FakeProbe(dip)).excluded[0]) == 2


def test_free_escape_spectra_end_with_their_validity(toy: StarProfile) -> None:
    probe = SupernovaCooling(star=toy, compton="nr", escape="free")
    assert probe.spectrum(models.lmu_ltau(), 20.0, [1e-12, 1e-3]).valid.tolist() == [True, False]


def test_objects_are_pleasant(toy_nr: SupernovaCooling, shells: StarProfile) -> None:
    response = toy_nr.prepare(models.lmu_ltau(), 10.0)
    limit = solve(toy_nr, models.lmu_ltau(), [10.0, 50.0], progress="bar")
    table = signal_map(toy_nr, models.lmu_ltau(), [10.0], [1e-9])
    for thing in (toy_nr, shells, response, limit, table, models.lmu_ltau()):
        assert len(repr(thing)) < 300
        assert thing == thing
        hash(thing)
    assert models.lmu_ltau() == models.lmu_ltau()
    assert models.lmu_ltau() != models.lmu_ltau(mixing="none")
    assert limit.plot()._repr_png_().startswith(b"\x89PNG")
    assert fb.solve is solve


def test_bar_appears_on_a_terminal_only(toy_nr: SupernovaCooling, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    solve(toy_nr, models.lmu_ltau(), [10.0, 50.0], progress="bar")
    assert "sn-cooling" in terminal.getvalue()
