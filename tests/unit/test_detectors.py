"""Detectors as data: targets, efficiencies, variants, events and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from feebly.environments.detector import Efficiency, Resolution, detector, detectors, high_energy_search
from feebly.errors import InvalidValueError, UnknownNameError
from feebly.units import SECOND

EVERY = [(name, variant) for name, variants in detectors().items() for variant in variants]


@pytest.mark.parametrize(("name", "variant"), EVERY)
def test_every_detector_is_sound(name: str, variant: str) -> None:
    found = detector(name, variant)
    assert found.protons > 0
    assert found.electrons > found.protons
    energy = np.linspace(0.0, 400.0, 801)
    efficiency = found.efficiency(energy)
    assert np.all((efficiency >= 0) & (efficiency <= 1))
    assert np.all(found.resolution(energy) > 0)
    assert found.provenance.keys


def test_targets_in_water() -> None:
    """Source: mass over the molar mass of water; 0.05 % holds the four printed digits."""
    imb = detector("imb")
    assert imb.oxygen == pytest.approx(2.273e32, rel=5e-4)
    assert imb.protons == pytest.approx(4.546e32, rel=5e-4)
    assert imb.protons == pytest.approx(2 * imb.oxygen, rel=1e-12)
    assert imb.electrons == pytest.approx(10 * imb.oxygen, rel=1e-12)
    assert detector("hyper-kamiokande", "akita").protons == pytest.approx(220 * 6.69e31, rel=1e-12)
    assert detector("kamiokande-2", "akita").protons == pytest.approx(0.78 * 6.69e31, rel=1e-12)


def test_scintillator_has_hydrogen_and_carbon() -> None:
    """6 electrons per 12 units of carbon mass, one per hydrogen atom."""
    found = detector("juno-like")
    carbon = (found.electrons - found.protons) / 6
    kiloton_in_units = 1e9 / 1.66053907e-24
    assert (12 * carbon + 1.00783 * found.protons) / kiloton_in_units == pytest.approx(20.0, rel=1e-4)
    assert found.oxygen == 0
    assert not any("16O" in name for name in found.channels)


def test_search_block() -> None:
    found, search = detector("imb", "high-energy-search"), high_energy_search()
    assert (found.protons, found.oxygen) == (4.5e32, 2.3e32)
    assert found.neutrino_window == (90.0, 215.0)
    assert float(found.efficiency(100.0)) == 0.8
    assert found.live_fraction == 1.0
    assert (search.observed, search.limit) == (0, 3.0)


def test_efficiencies_by_hand() -> None:
    assert float(detector("kamiokande-2").efficiency(9.3)) == pytest.approx(
        0.95 * (1 - np.exp(-1)), rel=1e-12
    )
    assert float(detector("imb").efficiency(33.29)) == pytest.approx(1 - 3 * np.exp(-2), rel=1e-12)
    x = 30 / 15 - 1
    assert float(detector("imb", "vissani-2015").efficiency(30.0)) == pytest.approx(
        0.369 * x - 6e-4 * x**4 + 1e-4 * x**5, rel=1e-12
    )
    inverse = Efficiency("inverse", (0.93, 0.2, 2.5, 2.6))
    assert inverse([2.6, 10.0]).tolist() == pytest.approx([0.0, 0.93 * (1 - 0.02 - 0.0625)], rel=1e-12)
    assert float(detector("imb").efficiency(5.0)) == 0.0


def test_resolutions_by_hand() -> None:
    assert float(detector("imb").resolution(20.0)) == pytest.approx(np.sqrt(1.35 * 20), rel=1e-7)
    assert float(detector("kamiokande-2").resolution(20.0)) == pytest.approx(np.sqrt(0.75 * 20), rel=1e-7)
    vissani = detector("kamiokande-2", "vissani-2015").resolution(20.0)
    assert float(vissani) == pytest.approx(1.27 * np.sqrt(2) + 2, rel=1e-7)
    assert float(Resolution(1.0, 2.0, 3.0)(4.0)) == 17.0


def test_events_of_1987() -> None:
    kamiokande, imb = detector("kamiokande-2").events, detector("imb").events
    assert (kamiokande.energy.size, imb.energy.size) == (11, 8)
    assert kamiokande.energy.max() == 35.4
    assert imb.energy.tolist() == [38, 37, 28, 39, 36, 36, 19, 22]
    assert kamiokande.time[-1] / SECOND == pytest.approx(12.439, rel=1e-12)
    assert detector("hyper-kamiokande").events.energy.size == 0


def test_refusals() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean imb"):
        detector("imbb")
    with pytest.raises(UnknownNameError, match="variant of imb"):
        detector("imb", "loud")
    with pytest.raises(UnknownNameError, match="form of the efficiency"):
        Efficiency("step", (1.0,))
    with pytest.raises(InvalidValueError, match="window"):
        replace(detector("imb"), window=(50.0, 20.0))
    with pytest.raises(InvalidValueError, match="live fraction"):
        replace(detector("imb"), live_fraction=1.5)
    with pytest.raises(UnknownNameError, match="target"):
        detector("imb").number("12C")
