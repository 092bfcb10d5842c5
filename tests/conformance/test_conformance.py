"""The conformance suites over the whole registry, so that a new part is held to them by existing."""

from __future__ import annotations

import pytest

from feebly import models, registry
from feebly.environments import StarProfile
from feebly.errors import UnsupportedModelError
from feebly.probes import SupernovaCooling
from feebly.rates.stellar.coalescence import MuonCoalescence, NeutrinoCoalescence
from feebly.rates.stellar.semi_compton import SemiCompton
from feebly.testing import check_install, check_model, check_probe, check_process, example_models

ARGUMENTS = {
    "em-bl": {"phi_pi": 0.3},
    "nucleophobic": {"Z": 55, "A": 133},
    "vector": {"charge": {"mu": 1.0, "nu_mu": 0.5}},
}


@pytest.mark.parametrize("name", registry.names("model"))
def test_models(name: str) -> None:
    assert list(check_model(registry.find("model", name)(**ARGUMENTS.get(name, {}))))


# histories of the universe at the couplings of the checks, not those of a table over all couplings
QUICK = {"n-eff": {"couplings": "exact"}, "y-p": {"couplings": "exact"}}


@pytest.mark.parametrize("name", registry.names("probe"))
def test_probes(name: str) -> None:
    probe = registry.find("probe", name)(**QUICK.get(name, {}))
    assert len(list(check_probe(probe, example_models()))) > 20


@pytest.mark.parametrize(
    "process",
    [NeutrinoCoalescence(), MuonCoalescence(), SemiCompton("nr"), SemiCompton("full")],
    ids=lambda p: p.name,
)
def test_processes(process, shells: StarProfile) -> None:  # type: ignore[no-untyped-def]
    assert list(check_process(process, models.lmu_ltau(), shells, mass=250.0))


@pytest.mark.parametrize("name", registry.names("star"))
def test_stars(name: str) -> None:
    star = registry.find("star", name)()
    assert {"T", "mu:mu-", "mu:nu_mu", "n:B"} <= star.provides()
    assert star.provenance.data


def test_a_broken_probe_fails_the_suite() -> None:
    class Wrong(SupernovaCooling):
        def supports(self, model):  # type: ignore[no-untyped-def]
            from feebly.probes import Support

            return Support(True, "always")

    with pytest.raises(UnsupportedModelError):
        list(check_probe(Wrong(), [models.scalar_lnc()]))


def test_installation() -> None:
    assert any("as it should" in line for line in check_install())
