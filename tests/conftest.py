"""Shared pieces of the tests: the two stars, the standard model, and rates for the oracle."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings

from feebly import decays
from feebly.arrays import Array
from feebly.environments import Medium, StarProfile
from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.models import VectorModel, lmu_ltau
from feebly.probes import SupernovaCooling
from feebly.rates.balance import rate_table
from feebly.rates.base import RateTable
from feebly.rates.stellar.coalescence import MuonCoalescence, NeutrinoCoalescence
from feebly.rates.stellar.semi_compton import SemiCompton

settings.register_profile("default", deadline=None, max_examples=40)
settings.load_profile("default")


@pytest.fixture(scope="session")
def toy() -> StarProfile:
    return raffelt()


@pytest.fixture(scope="session")
def shells() -> StarProfile:
    return fischer18_1s()


@pytest.fixture(scope="session")
def model() -> VectorModel:
    return lmu_ltau()


@pytest.fixture(scope="session")
def toy_nr(toy: StarProfile) -> SupernovaCooling:
    return SupernovaCooling(star=toy, compton="nr", lapse="off")


@pytest.fixture(scope="session")
def shells_nr(shells: StarProfile) -> SupernovaCooling:
    return SupernovaCooling(star=shells, compton="nr", lapse="off")


def plain_rates(model: VectorModel, mass: float) -> Callable[[Medium, Array], RateTable]:
    """Rates of all processes with static muons, for the oracle."""
    fip = decays.of(model, mass)
    processes = (NeutrinoCoalescence(), MuonCoalescence(), SemiCompton("nr"))

    def rates(medium: Medium, energy: Array) -> RateTable:
        reduced = {p.name: p.reduced_absorption(model, fip, medium, energy) for p in processes}
        return rate_table(reduced, medium, energy)

    return rates
