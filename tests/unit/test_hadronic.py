"""The assembly of the hadronic width: kernels, join with the inclusive width, theory errors."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import decays, models
from feebly.decays import hadronic
from feebly.decays.hadronic import INCLUSIVE, JOIN, exclusive, hadron_table

GRID = np.concatenate([np.geomspace(100.0, 2000.0, 80), [2000.1, 3e3, 1e4, 6e4]])
MODELS = (
    models.dark_photon(),
    models.b_minus_l(),
    models.chargephobic(),
    models.em_bl(phi=1.0),
    models.lmu_ltau(),
    models.vector(charge={"u": 1.0, "nu_e": 1.0}),
)


def test_channels_have_their_own_names_and_thresholds() -> None:
    names = [channel.name for channel in exclusive()]
    assert len(set(names)) == len(names)
    assert names[:2] == ["pi0 gamma", "pi+ pi-"]
    assert all(0 < channel.opens < JOIN[1] for channel in exclusive())
    assert all(0 < channel.uncertainty < 1 for channel in exclusive())
    assert not [name for name in names if name.startswith("nu")]  # keys of neutrinos only


@pytest.mark.parametrize("channel", exclusive(), ids=lambda c: c.name)
def test_kernels_are_hermitian_positive_and_vanish_at_threshold(channel: hadronic.Channel) -> None:
    mass = np.linspace(channel.opens, JOIN[1], 60)[1:]
    for kernel in filter(None, (channel.kernel, channel.alternative, channel.assigned)):
        k = kernel(mass)
        assert k.shape == (mass.size, 3, 3)
        assert np.allclose(k, k.conj().swapaxes(-1, -2), rtol=1e-12, atol=0)
        scale = np.abs(k).max()
        assert np.linalg.eigvalsh(k).min() > -1e-11 * scale
        one_by_one = np.concatenate([kernel(mass[n : n + 1]) for n in (0, 20, 58)])
        assert np.allclose(one_by_one, k[[0, 20, 58]], rtol=1e-12, atol=1e-15 * scale)
        near = kernel(np.array([channel.opens * (1 + 1e-9)]))
        assert np.abs(near).max() < 1e-2 * scale


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_partial_widths_add_up(model: models.VectorModel) -> None:
    found = decays.widths(model, GRID)
    assert np.all(found.gamma >= 0)
    parts = sum(found.partial(name) for name in found.channels)
    assert found.total == pytest.approx(parts, rel=1e-12)
    assert found.leptonic + found.neutrinos + found.hadronic == pytest.approx(parts, rel=1e-12)
    assert found.branching.sum(axis=0) == pytest.approx(np.ones(GRID.size), rel=1e-12)


def test_vectors_without_quarks_have_no_hadrons() -> None:
    found = decays.widths(models.vector(charge={"mu": 1.0, "nu_mu": 1.0}), GRID)
    assert found.channels == ("mu- mu+", "nu_mu nu_mu~")
    assert not found.total_error.any()


def test_the_join_is_smooth_and_ends_in_the_inclusive_width() -> None:
    model = models.dark_photon()
    fine = np.linspace(JOIN[0] - 20, JOIN[1] + 20, 400)
    found = decays.widths(model, fine)
    hadrons = found.total - found.partial("e- e+") - found.partial("mu- mu+")
    assert np.abs(np.diff(hadrons / fine)).max() < 0.02 * (hadrons / fine).max()
    above = decays.widths(model, [JOIN[1] + 1])
    assert [name for name in above.channels if name not in ("e- e+", "mu- mu+")] == [INCLUSIVE]


def test_widths_scale_with_the_square_of_the_charges() -> None:
    once = decays.widths(models.vector(charge={"u": 1.0, "d": 0.5}), GRID)
    twice = decays.widths(models.vector(charge={"u": 2.0, "d": 1.0}), GRID)
    assert twice.gamma == pytest.approx(4 * once.gamma, rel=1e-12)
    assert twice.error == pytest.approx(4 * once.error, rel=1e-12)


def test_a_table_serves_every_model() -> None:
    table = decays.tabulate(GRID)
    for model in MODELS:
        assert table.of(model).gamma == pytest.approx(decays.widths(model, GRID).gamma, rel=1e-13)


def test_one_mass_equals_many() -> None:
    many = decays.widths(models.b_minus_l(), GRID)
    for k in (10, 40, 70, 82):
        one = decays.of(models.b_minus_l(), float(GRID[k]))
        assert one.gamma.sum() == pytest.approx(many.total[k], rel=1e-12)


def test_isospin_of_two_pions_and_strangeness_of_kaons() -> None:
    """The rho decouples from B-L; a purely strange vector has no two-pion mode."""
    strange = decays.widths(models.vector(charge={"s": 1.0}), [1019.5, 1300.0])
    assert "pi+ pi-" not in strange.channels
    assert strange.partial("K+ K-")[0] > 0.3 * strange.total[0]
    bl = decays.widths(models.b_minus_l(), [600.0])
    photon = decays.widths(models.dark_photon(), [600.0])
    assert bl.partial("pi+ pi-")[0] < 1e-3 * photon.partial("pi+ pi-")[0]


def test_a_table_far_below_the_hadrons_is_empty() -> None:
    table = hadron_table(np.array([1.0, 50.0]))
    assert table.channels == ()
    assert not table.widths(np.ones((6, 2), dtype=complex)).gamma.any()
