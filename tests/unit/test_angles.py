"""Limits over mixing angles: one set of tables, the same numbers as one model at a time."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import angle_atlas, solve
from feebly.environments.embedded_stars import raffelt
from feebly.errors import InvalidValueError
from feebly.models import em_bl
from feebly.probes import SupernovaCooling
from feebly.scan import AngleAtlas
from feebly.transport.rays import Resolution

PHI = np.array([0.0, 0.25, 0.5, 0.75]) * np.pi
MASS = [5.0, 16.0, 60.0]


@pytest.fixture(scope="module")
def probe() -> SupernovaCooling:
    return SupernovaCooling(
        star=raffelt(), compton="off", pions="off", resolution=Resolution(knots=40, chords=8, energies=8)
    )


@pytest.fixture(scope="module")
def found(probe: SupernovaCooling) -> AngleAtlas:
    return angle_atlas(probe, phi=PHI, mass=MASS)


def test_an_atlas_is_the_limits_of_its_angles(probe: SupernovaCooling, found: AngleAtlas) -> None:
    alone = solve(probe, em_bl(phi=PHI[3]), MASS)
    shared = found.at(0.75 * np.pi)
    assert [x.shape for x in shared.excluded] == [x.shape for x in alone.excluded]
    for a, b in zip(shared.excluded, alone.excluded, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9)
    assert found.edge(0).shape == (4, 3)
    assert np.all(found.edge(0) <= found.edge(-1))
    # screened electric charges give way to the neutron: B-L and chargephobic keep their bound at small mass
    assert found.edge(0)[0, 0] > 1.5 * found.edge(0)[2, 0]


def test_shapes_and_faces(found: AngleAtlas) -> None:
    data = found.to_xarray()
    assert dict(data.sizes) == {"phi": 4, "mass_mev": 3}
    figure = found.plot()
    assert figure.axes[0].get_ylabel() == r"$\varphi / \pi$"
    with pytest.raises(InvalidValueError, match="nearest"):
        found.at(0.1)


def test_wrong_angles_are_refused(probe: SupernovaCooling) -> None:
    with pytest.raises(InvalidValueError, match="radians"):
        angle_atlas(probe, phi=[np.nan], mass=MASS)
