"""Demands on models, stellar processes and probes."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from copy import copy

import numpy as np

from feebly import decays
from feebly import species as sp
from feebly.environments import StarProfile
from feebly.errors import FeeblyError, UnsupportedModelError
from feebly.models import (
    Model,
    VectorCurrent,
    b_minus_l,
    chargephobic,
    dark_photon,
    hnl_mu,
    lmu_ltau,
    majoron_ee,
    offers,
    scalar_lnc,
    scalar_lnv,
    vector,
)
from feebly.probes.base import Probe
from feebly.provenance import bibtex
from feebly.rates.base import StellarProcess
from feebly.transport.rays import Resolution, chord_grid

_MASS = 20.0
_SCALES = np.array([0.0, 1e-13, 1e-11, 1e-9, 1e-7])


def example_models() -> tuple[Model, ...]:
    """One model of each kind, as test material."""
    vectors = (lmu_ltau(), b_minus_l(), chargephobic(), dark_photon(), vector(charge={"nu_e": 1.0}))
    return (*vectors, scalar_lnc(), scalar_lnv(), hnl_mu(), majoron_ee())


def _demand(condition: bool, text: str) -> str:
    if not condition:
        raise AssertionError(text)
    return text


def check_model(model: Model) -> Iterator[str]:
    """Name, scale, fingerprint, capabilities and pickling of a model."""
    yield _demand(
        model.name == model.name.lower() and " " not in model.name, f"{model.name}: the name is kebab-case"
    )
    yield _demand(model.scale.power in (1, 2), f"{model.name}: rates go as scale or scale squared")
    yield _demand(bool(offers(model)), f"{model.name}: offers a capability ({', '.join(offers(model))})")
    thawed = pickle.loads(pickle.dumps(model))
    yield _demand(
        thawed.fingerprint() == model.fingerprint(), f"{model.name}: the fingerprint survives pickling"
    )
    bibtex(model.provenance.keys)
    yield f"{model.name}: its sources are in the bibliography"
    if isinstance(model, VectorCurrent):
        names = [*sp.FERMIONS, "p", "n"]
        charges = model.charges(names, 100.0)
        opposite = model.charges([sp.anti(name) for name in names], 100.0)
        yield _demand(np.allclose(charges, -opposite), f"{model.name}: antiparticles have opposite charges")
        one_by_one = [model.charges([name], 100.0)[0] for name in names]
        yield _demand(np.array_equal(charges, one_by_one), f"{model.name}: charges vectorised equal scalar")


def check_process(
    process: StellarProcess, model: VectorCurrent, star: StarProfile, mass: float = _MASS
) -> Iterator[str]:
    """Shape, positivity and locality of a stellar process that applies to the model in the star."""
    _demand(process.obstacle(model, star.provides()) is None, f"{process.name}: applies to the model given")
    medium = chord_grid(star, star.neutrinosphere, Resolution(12, 4, 4, 4)).medium
    energy = mass * 1.01 + np.outer(np.ones(medium.radius.size), np.geomspace(0.1, 400, 9))
    fip = decays.of(model, mass)  # type: ignore[arg-type]
    rate = process.reduced_absorption(model, fip, medium, energy)
    yield _demand(rate.shape == energy.shape, f"{process.name}: one rate per radius and energy")
    yield _demand(bool(np.all(np.isfinite(rate) & (rate >= 0))), f"{process.name}: finite and not negative")
    some = slice(2, 5)
    part = process.reduced_absorption(model, fip, medium.at(some), energy[some])
    yield _demand(
        np.allclose(part, rate[some], rtol=1e-10), f"{process.name}: each radius on its own gives the same"
    )
    bibtex(process.provenance.keys)
    yield _demand(bool(process.provenance.sources), f"{process.name}: states its sources")


def check_probe(probe: Probe, models: Sequence[Model]) -> Iterator[str]:
    """The whole suite for a probe: refusal, zero coupling, vectorisation, pickling, provenance, determinism."""
    answered = 0
    for model in models:
        support = probe.supports(model)
        yield _demand(bool(support.why), f"{probe.name} on {model.name}: says why ({support.why})")
        if not support.ok:
            yield _refuses(probe, model)
            continue
        answered += 1
        yield from _check_response(probe, model)
    yield _demand(answered > 0, f"{probe.name}: answers for {answered} of {len(models)} models")


def _refuses(probe: Probe, model: Model) -> str:
    try:
        probe.prepare(model, _MASS)
    except UnsupportedModelError:
        return f"{probe.name} on {model.name}: refuses what it does not support"
    raise AssertionError(f"{probe.name} on {model.name}: prepare must raise UnsupportedModelError")


def _check_response(probe: Probe, model: Model) -> Iterator[str]:
    label = f"{probe.name} on {model.name}"
    response = probe.prepare(model, _MASS)
    signal = response.evaluate(_SCALES)
    yield _demand(signal.value.shape == _SCALES.shape, f"{label}: one value per coupling")
    yield _demand(bool(np.all(np.isfinite(signal.value))), f"{label}: never NaN")
    standard = signal.parts.get("standard model", np.zeros_like(signal.value))
    yield _demand(
        signal.value[0] == standard[0], f"{label}: zero coupling gives what the Standard Model gives"
    )
    score = probe.rule.score(signal)[0]
    yield _demand(
        bool(score < 0 if standard[0] else np.isneginf(score)), f"{label}: zero coupling is not excluded"
    )
    alone = [response.evaluate(np.array([g])).value[0] for g in _SCALES]
    yield _demand(np.allclose(alone, signal.value, rtol=1e-12), f"{label}: vectorised equals scalar")
    again = copy(probe).prepare(model, _MASS).evaluate(_SCALES).value  # a star without what it keeps
    yield _demand(np.array_equal(again, signal.value), f"{label}: the same twice")
    thawed = pickle.loads(pickle.dumps(response)).evaluate(_SCALES).value
    yield _demand(np.array_equal(thawed, signal.value), f"{label}: survives pickling")
    total = sum(signal.parts.values()) if signal.parts else signal.value
    yield _demand(np.allclose(total, signal.value, rtol=1e-9), f"{label}: the parts add up")
    provenance = probe.provenance | signal.provenance
    bibtex(provenance.keys)
    yield _demand(bool(provenance.sources and provenance.choices), f"{label}: provenance is not empty")
    for bad in (-1.0, 0.0, float("nan"), float("inf")):
        try:
            probe.prepare(model, bad)
        except FeeblyError:
            continue
        raise AssertionError(f"{label}: a mass of {bad} MeV must be refused")
    yield f"{label}: refuses masses that make no sense"
