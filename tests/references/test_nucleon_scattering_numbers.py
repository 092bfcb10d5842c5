"""Nucleon-nucleon scattering against published tables and independent sums."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.rates.stellar.nucleon_phases import Pair, phase_shifts, scattering_length
from feebly.rates.stellar.nucleon_scattering import MILLIBARN, differential, moments
from feebly.units import FM


def test_np_angular_distribution_at_50_mev() -> None:
    """Source: sum over J <= 5 of the same table by an independent code. Tolerance 0.3 %: its kinematics."""
    cosine = np.cos(np.radians([10, 60, 90, 120, 180]))
    found = differential("np", 50.0, cosine)[0] / MILLIBARN
    np.testing.assert_allclose(found, [16.43, 12.39, 11.67, 13.12, 19.51], rtol=3e-3)


def test_np_angular_distribution_against_all_waves() -> None:
    """Source: NN-OnLine, all waves of stoks-partial-wave. Tolerance 1.2 %: J > 5 is left out here."""
    cosine = np.cos(np.radians([10, 60, 90, 120, 180]))
    found = differential("np", 50.0, cosine)[0] / MILLIBARN
    np.testing.assert_allclose(found, [16.505, 12.397, 11.673, 13.115, 19.743], rtol=1.2e-2)


# laboratory energy [MeV], then sigma, sigma^(2), sigma^(4) of np and of nn [mb], identical nucleons half
TABLE = """
1 4260.3 4266.9 2840.3 1519.8 1519.8 1013.1
5 1635.2 1645.5 1090.1 698.17 698.17 464.97
10 944.64 955.57 629.08 356.21 356.21 236.68
25 379.72 386.83 249.88 129.38 129.38 85.219
50 167.7 171.11 105.52 58.784 58.784 38.181
100 74.867 78.068 42.194 31.111 31.111 19.904
140 54.591 58.523 29.318 25.833 25.833 16.619
200 42.249 46.218 22.385 23.478 23.478 15.375
250 37.481 40.725 20.004 23.2 23.2 15.358
300 34.79 37.013 18.715 23.47 23.47 15.621
350 33.254 34.388 17.969 23.943 23.943 15.968
"""


@pytest.mark.parametrize(("pair", "column"), [("np", 1), ("nn", 4), ("pp", 4)])
def test_moments_against_an_independent_sum(pair: Pair, column: int) -> None:
    """Source: independent code, same phases, same J. Tolerance 0.1 %: it uses one nucleon mass."""
    rows = np.array([line.split() for line in TABLE.split("\n") if line], dtype=float)
    found = moments(pair, rows[:, 0])
    for offset, values in enumerate((found.total, found.dipole, found.quadrupole)):
        np.testing.assert_allclose(values / MILLIBARN, rows[:, column + offset], rtol=1e-3)


# energies of the published table that are not among the nodes, degrees
BETWEEN = {
    2: {"1S0": 64.4648, "3S1": 136.4634, "3P0": 0.4804, "3P1": -0.2855, "E1": 0.253, "3D1": -0.0257},
    15: {"1S0": 56.5632, "3S1": 93.0691, "3P0": 5.4513, "1P1": -4.3252, "E1": 1.4613, "3D2": 1.6987},
    20: {"1S0": 53.5718, "3S1": 86.1248, "3P0": 6.9482, "1P1": -5.3963, "E1": 1.658, "3D2": 2.6724},
    70: {"1S0": 34.3134, "3S1": 53.5341, "3P0": 10.4412, "1P1": -11.7461, "3D1": -8.9847, "3P2": 8.2128},
    120: {"1S0": 22.5391, "3S1": 37.7182, "3P0": 6.6563, "3P1": -14.9802, "3D2": 19.5856, "3P2": 12.311},
    160: {"1S0": 15.2279, "3S1": 28.6385, "3P0": 2.6641, "3D2": 22.7634, "3P2": 14.2437},
    225: {"1S0": 5.3573, "3S1": 17.1398, "3P0": -3.9913, "3D1": -21.042, "1F3": -3.5346, "3G5": -0.226},
    325: {"1S0": -7.5447, "3S1": 3.4839, "3P0": -13.9333, "3D2": 25.3019, "1F3": -5.2306},
}


@pytest.mark.parametrize("energy", BETWEEN)
def test_interpolation_at_published_energies_between_nodes(energy: int) -> None:
    """Source: stoks-partial-wave. Tolerance 0.011 degrees: interpolation between our eleven energies."""
    found = phase_shifts("np").at(energy)
    for wave, value in BETWEEN[energy].items():
        assert np.degrees(found[wave][0]) == pytest.approx(value, abs=0.011), wave


@pytest.mark.parametrize(
    ("wave", "length_fm", "range_fm", "tolerance"),
    [("3S1", 5.419, 1.753, (1e-3, 1e-2)), ("1S0", -23.74, 2.77, (6e-3, 6e-2))],
)
def test_effective_range(
    wave: str, length_fm: float, range_fm: float, tolerance: tuple[float, float]
) -> None:
    """Source: measured np values. Tolerance: a chord through 1 and 5 MeV instead of the slope at 0."""
    length, reach = scattering_length("np", wave)
    assert length / FM == pytest.approx(length_fm, rel=tolerance[0])
    assert reach / FM == pytest.approx(range_fm, rel=tolerance[1])
