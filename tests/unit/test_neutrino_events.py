"""From fluences to events: linearity, sums, sharp windows, smearing, and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from feebly.constants import ELECTRON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.decays.spectra import FLAVOURS
from feebly.environments.detector import Detector, detector
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.rates.scattering import ibd, oxygen
from feebly.rates.scattering.channels import ALL
from feebly.signals.neutrino_events import Response, response
from feebly.signals.supernova_burst import burst_templates, mean_energies, pinched, standard_fluence
from feebly.units import ERG, KM

ENERGY = np.unique(np.concatenate([np.linspace(1.5, 60.0, 80), np.linspace(60.0, 300.0, 60)]))
KILOPARSEC = 3.0856776e16 * KM  # 648000/pi astronomical units of 149597870.7 km, times 1000


@pytest.fixture(scope="module")
def imb() -> Response:
    found = detector("imb")
    return response(found, ENERGY, at=found.events.energy, edges=np.arange(10.0, 200.0, 10.0))


def _fluence(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((6, ENERGY.size))


def test_linear_and_batched(imb: Response) -> None:
    a, b = _fluence(1), _fluence(2)
    both = np.stack([a, b, 2 * a + 3 * b])
    for kernel in (imb.number, imb.densities, imb.spectrum):
        one, two, mixed = kernel(both)
        assert mixed == pytest.approx(2 * one + 3 * two, rel=1e-12)
        assert kernel(a) == pytest.approx(one, rel=1e-12)
    assert set(imb.events(a)) == set(ALL)
    assert sum(imb.events(a).values()) == pytest.approx(imb.number(a), rel=1e-12)


def test_each_channel_reads_its_flavour(imb: Response) -> None:
    for row, flavour in enumerate(FLAVOURS):
        fluence = np.zeros((6, ENERGY.size))
        fluence[row] = 1.0
        seen = {name for name, value in imb.events(fluence).items() if value > 0}
        assert seen == {name for name in ALL if name.split()[0] == flavour}


def test_bins_and_densities_agree() -> None:
    """A fine bin divided by its width is the density; 2e-4 for the curvature over 0.02 MeV."""
    found = detector("kamiokande-2")
    mapped = response(found, ENERGY, channels="ibd", at=[20.0], edges=[19.99, 20.01])
    fluence = _fluence()
    assert mapped.spectrum(fluence)[0] / 0.02 == pytest.approx(mapped.densities(fluence)[0], rel=2e-4)


def test_bins_over_the_window_are_the_total() -> None:
    found = detector("hyper-kamiokande")
    mapped = response(found, ENERGY, channels="electron", edges=np.linspace(10.0, 1000.0, 100))
    fluence = _fluence()
    assert mapped.spectrum(fluence).sum() == pytest.approx(float(mapped.number(fluence)), rel=1e-12)


def test_one_channel_by_hand() -> None:
    """Positrons at E - Delta, flat fluence: a plain integral over the neutrino energy."""
    found = detector("kamiokande-2")
    mapped = response(found, ENERGY, channels="ibd", positron="static", at=[13.0])
    gap = NEUTRON_MASS - PROTON_MASS

    def seen(e: float, *, dense: bool) -> float:
        positron = e - gap
        error = float(found.resolution(positron))
        shape = norm(positron, error)
        share = shape.pdf(13.0) if dense else shape.cdf(50.0) - shape.cdf(7.5)
        return found.protons * float(ibd.cross_section([e])[0]) * float(found.efficiency(positron)) * share

    flat = np.ones((6, ENERGY.size))
    for dense, value in ((False, mapped.number(flat)), (True, mapped.densities(flat)[0])):
        direct = quad(
            lambda e, dense=dense: seen(e, dense=dense), 1.81, 300.0, limit=300, points=[10, 14, 60]
        )[0]
        assert float(value) == pytest.approx(direct, rel=1e-5)


def test_sharp_window_counts_neutrino_energies() -> None:
    """The edges at 90 and 215 MeV lie within cells of the grid."""
    grid = np.linspace(3.0, 297.0, 43)
    mapped = response(detector("imb", "high-energy-search"), grid)
    assert set(mapped.events(np.zeros((6, grid.size)))) == {"nu_e~ p", "nu_e 16O", "nu_e~ 16O"}
    flat = np.ones((6, grid.size))
    events = mapped.events(flat)
    direct = 0.8 * 4.5e32 * quad(lambda e: float(ibd.cross_section([e])[0]), 90.0, 215.0, epsrel=1e-10)[0]
    assert events["nu_e~ p"] == pytest.approx(direct, rel=1e-9)
    direct = (
        0.8
        * 2.3e32
        * quad(
            lambda e: float(oxygen.cross_section("nu_e", [e])[0]),
            90.0,
            215.0,
            epsrel=1e-9,
            points=[100.0],
            limit=200,
        )[0]
    )
    assert events["nu_e 16O"] == pytest.approx(
        direct, rel=1e-4
    )  # the table of the Fermi gas is cubic in pieces


def test_annihilation_raises_the_visible_energy() -> None:
    plain = detector("juno-like")
    assert plain.annihilation
    dry: Detector = replace(plain, annihilation=False)
    fluence = np.zeros((6, ENERGY.size))
    fluence[FLAVOURS.index("nu_e~")] = pinched(ENERGY, 12.0)
    at = np.linspace(0.5, 90.0, 2000)
    light, dark = (response(d, ENERGY, channels="ibd", at=at).densities(fluence) for d in (plain, dry))
    assert light @ at / light.sum() - dark @ at / dark.sum() == pytest.approx(ELECTRON_MASS, rel=2e-3)


def test_pinched_moments_and_fluence() -> None:
    e = np.linspace(0.0, 200.0, 20001)
    for alpha in (2.0, 2.39, 4.0):
        shape = pinched(e, 11.0, alpha=alpha)
        mean = np.trapezoid(e * shape, e)
        assert mean == pytest.approx(11.0, rel=1e-6)
        assert np.trapezoid(e**2 * shape, e) / mean**2 == pytest.approx((2 + alpha) / (1 + alpha), rel=1e-6)
    distance = 50 * KILOPARSEC
    fluence = standard_fluence(e, 12.7, total_energy=1.98e53 * ERG, distance=distance)
    energy = np.trapezoid(e * fluence, e) * 4 * np.pi * distance**2
    assert energy == pytest.approx(1.98e53 * ERG / 6, rel=1e-6)
    with pytest.raises(InvalidValueError):
        pinched(e, -1.0)


def test_templates_are_the_response_to_the_burst(imb: Response) -> None:
    means, distance = mean_energies(8.0, 20.0, 5), 50 * KILOPARSEC
    templates = burst_templates([imb, imb], means, distance=distance)
    fluence = standard_fluence(ENERGY, means[2], total_energy=3.0, distance=distance)
    every = np.broadcast_to(fluence, (6, ENERGY.size))
    assert templates.total[2] * 3 == pytest.approx(2 * float(imb.number(every)), rel=1e-12)
    assert templates.value[2, 8:] * 3 == pytest.approx(imb.densities(every), rel=1e-12)
    binned = burst_templates([imb], means, distance=distance, binned=True)
    assert binned.total == pytest.approx(binned.value.sum(axis=-1), rel=1e-12)


def test_grid_of_the_fluence_converges() -> None:
    """Linear in between: four times fewer than 1 % of the step of a grid twice as coarse."""
    found, numbers = detector("kamiokande-2"), []
    for count in (40, 80, 160, 1280):
        grid = np.linspace(1.5, 80.0, count + 1)
        fluence = np.zeros((6, grid.size))
        fluence[FLAVOURS.index("nu_e~")] = pinched(grid, 12.0)
        numbers.append(float(response(found, grid, channels="ibd").number(fluence)))
    errors = np.abs(np.array(numbers[:3]) / numbers[3] - 1)
    assert errors[0] < 0.01
    assert np.all(errors[1:] < errors[:-1] / 3)


def test_refusals(imb: Response) -> None:
    found = detector("imb")
    with pytest.raises(InvalidValueError, match="rising"):
        response(found, [20.0, 10.0])
    with pytest.raises(InvalidValueError, match="not known"):
        response(found, ENERGY, channels="muons")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="does not see"):
        response(detector("juno-like"), ENERGY, channels=("nu_e 16O",))
    with pytest.raises(InvalidValueError, match="No reaction"):
        response(found, ENERGY, channels=())
    with pytest.raises(InvalidValueError, match="no spectrum"):
        response(detector("imb", "high-energy-search"), ENERGY, at=[20.0])
    with pytest.raises(InvalidValueError, match="miss the window"):
        response(detector("imb", "high-energy-search"), [10.0, 20.0])
    with pytest.raises(InvalidValueError, match="fluence"):
        imb.number(np.ones((3, ENERGY.size)))
    with pytest.raises(UnknownNameError):
        detector("minos")
