"""Diffusive flux and low-energy supernovae of L_mu - L_tau against numbers computed or printed elsewhere.

Each number has its source, its tolerance and the reason for the tolerance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from conftest import plain_rates
from feebly import decays
from feebly.environments import StarProfile
from feebly.limits import solve
from feebly.models import VectorModel
from feebly.probes import DiffusiveFlux, LowEnergySupernovae
from feebly.signals.deposited_energy import neutrino_loss
from feebly.transport.in_flight import decay_length
from feebly.units import KM

# Source of the numbers: an independent calculation of Eqs. (8), (9), (16) of blinov-lmu-ltau on the toy star with
# static muons and without lapse; absorption of one polarisation.
BOUNDS = {"physical": 1.62e-7, "printed": 9.37e-8}
DEPOSITS = {220.0: (1.01e-10, 2.74e-9), 250.0: (9.7e-11, 2.11e-9), 300.0: (1.40e-10, 1.43e-9)}


@pytest.mark.parametrize("spin", ["physical", "printed"])
def test_diffusive_bound_without_the_window(toy: StarProfile, model: VectorModel, spin: str) -> None:
    """0.4 %: three printed digits. m = 10 MeV, R = 20 km, 4.4e52 erg/s."""
    probe = DiffusiveFlux(star=toy, limit_erg_per_s=4.4e52, window="off", spin=spin, compton="nr")  # type: ignore[arg-type]
    limit = solve(probe, model, [10.0])
    assert limit.excluded[0][0][1] == pytest.approx(BOUNDS[spin], rel=4e-3)
    assert limit.edges[0] == (("grid", "physical"),)


@pytest.mark.parametrize("spin", ["physical", "printed"])
def test_no_valid_diffusive_bound(toy: StarProfile, model: VectorModel, spin: str) -> None:
    probe = DiffusiveFlux(star=toy, limit_erg_per_s=4.4e52, spin=spin, compton="nr")  # type: ignore[arg-type]
    limit = solve(probe, model, [1.0, 10.0, 50.0, 100.0])
    assert all(intervals.size == 0 for intervals in limit.excluded)
    assert set(limit.status) == {"out-of-domain"}


def test_mean_free_path_at_the_printed_bound(toy: StarProfile, model: VectorModel) -> None:
    """0.39 km at three temperatures (two digits), far from the window of 5 to 20 km."""
    place = toy.sample(np.array([20 * KM]))
    t = float(place.temperature[0])
    assert t == pytest.approx(9.449, abs=5e-4)
    velocity = np.sqrt(1 - (10 / (3 * t)) ** 2)
    absorption = plain_rates(model, 10.0)(place, np.array([[3 * t]])).absorption[0, 0]
    assert velocity / absorption / BOUNDS["printed"] ** 2 / KM == pytest.approx(0.39, abs=5e-3)
    response = DiffusiveFlux(star=toy, compton="nr").prepare(model, 10.0)
    assert response.flow.mean_free_path(BOUNDS["printed"])[0] / KM == pytest.approx(
        0.54, abs=5e-3
    )  # its mean


def test_decay_length_of_the_paper(model: VectorModel) -> None:
    """blinov-lmu-ltau, Eq. (6): 1.5 km at w = 50 MeV, m = 5 MeV, g = 1e-7; independent: 1.488 km for v = 1."""
    length = decay_length(decays.of(model, 5.0, hadrons=False), 50.0) / 1e-7**2 / KM
    assert length == pytest.approx(1.5, abs=0.05)
    assert length / np.sqrt(1 - 0.1**2) == pytest.approx(1.488, abs=5e-4)


def test_muon_loss_of_the_paper() -> None:
    """blinov-lmu-ltau, Eq. (16): 70 MeV per muon, a rounding of 68.7."""
    assert neutrino_loss("mu- mu+") == pytest.approx(2 * 68.7, abs=0.1)


def test_deposit_of_low_energy_supernovae(toy: StarProfile, model: VectorModel) -> None:
    """3 % in the floors, 5 % in the ceilings: two or three digits, and 70 or 68.7 MeV per muon (0.7 to 1.0 % in g)."""
    probe = LowEnergySupernovae(star=toy, compton="nr", lapse="off")
    limit = solve(probe, model, [*DEPOSITS, 400.0])
    for (low, high), intervals in zip(DEPOSITS.values(), limit.excluded, strict=False):
        assert len(intervals) == 1
        assert intervals[0][0] == pytest.approx(low, rel=3e-2)
        assert intervals[0][1] == pytest.approx(high, rel=5e-2)
    assert limit.excluded[-1].size == 0
    assert limit.status[-1] == "ok"


def test_the_printed_loss_shifts_the_floor_by_a_percent(toy: StarProfile, model: VectorModel) -> None:
    exact = LowEnergySupernovae(star=toy, compton="nr", lapse="off")
    floors = [solve(p, model, [250.0]).excluded[0][0][0] for p in (exact, replace(exact, muon_loss_mev=70.0))]
    assert floors[1] / floors[0] == pytest.approx(1.0085, abs=1e-3)  # half of 2.6 in about 155 MeV


def test_below_the_muon_threshold_nothing_is_excluded(toy: StarProfile, model: VectorModel) -> None:
    """blinov-lmu-ltau, Sec. IV D: e+ e- with a branching ratio of 1e-5 is not competitive."""
    limit = solve(LowEnergySupernovae(star=toy, compton="nr", lapse="off"), model, [10.0, 100.0, 205.0])
    assert all(intervals.size == 0 for intervals in limit.excluded)
