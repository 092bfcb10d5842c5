"""Scalar models: couplings, normalisation, capability."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import testing
from feebly.errors import InvalidValueError, UnknownNameError, UnsupportedModelError
from feebly.models import ScalarModel, ScalarYukawa, VectorCurrent, lmu_ltau, offers, scalar_lnc, scalar_lnv


@pytest.mark.parametrize("model", [scalar_lnc(), scalar_lnv(), scalar_lnc(nucleon="sigma-terms")])
def test_demands_on_every_model(model: ScalarModel) -> None:
    assert list(testing.check_model(model))
    assert offers(model) == ("ScalarYukawa",)
    assert isinstance(model, ScalarYukawa)
    assert not isinstance(model, VectorCurrent)
    assert (model.spin, model.scale.name, model.scale.power) == (0.0, "Y", 2)


def test_vectors_are_no_scalars() -> None:
    assert not isinstance(lmu_ltau(), ScalarYukawa)


@pytest.mark.parametrize("nucleon", ["printed", "sigma-terms"])
@pytest.mark.parametrize("flavour", ["nu_e", "nu_mu", "nu_tau", "nu_e~"])
def test_scale_is_the_root_of_the_product(nucleon: str, flavour: str) -> None:
    neutrino, neutron = scalar_lnv(nucleon=nucleon).yukawas([flavour, "n"])  # type: ignore[arg-type]
    assert neutrino * neutron == pytest.approx(1.0, rel=1e-14)


def test_all_elementary_fermions_couple_equally() -> None:
    found = scalar_lnc().yukawas(["u", "s", "t", "e-", "mu+", "tau-", "nu_tau"])
    np.testing.assert_allclose(found, 13.8**-0.5, rtol=1e-14)


def test_nucleons() -> None:
    # source: cerdeno-medium-effects, below Eq. (4); sum of sigma_q / m_q: 15/2.2 + 36/4.7 + 41.3/96 and 17, 32
    printed = scalar_lnc().yukawas(["n", "p", "u"])
    assert (printed / printed[2]).round(12).tolist() == [13.8, 13.8, 1.0]
    current = scalar_lnc(nucleon="sigma-terms").yukawas(["n", "p", "n~", "u"])
    neutron, proton = 15 / 2.2 + 36 / 4.7 + 41.3 / 96, 17 / 2.2 + 32 / 4.7 + 41.3 / 96
    np.testing.assert_allclose(current[:3] / current[3], [neutron, proton, neutron], rtol=1e-14)


def test_bosons_do_not_couple() -> None:
    assert scalar_lnc().yukawas(["gamma", "pi+", "pi0"]).tolist() == [0.0, 0.0, 0.0]


def test_lepton_number_and_nucleon_are_part_of_the_fingerprint() -> None:
    models = [
        scalar_lnc(),
        scalar_lnv(),
        scalar_lnc(nucleon="sigma-terms"),
        scalar_lnv(nucleon="sigma-terms"),
    ]
    assert len({model.fingerprint() for model in models}) == 4
    assert {model.lepton_number for model in models} == {"conserving", "violating"}
    assert scalar_lnc() == scalar_lnc()


def test_provenance_names_the_nucleon_couplings() -> None:
    assert "farzan-light-scalar" in scalar_lnc().provenance.keys
    assert "bishara-directdm" in scalar_lnc(nucleon="sigma-terms").provenance.keys
    assert ("C_N/C_q", "printed") in scalar_lnv().provenance.choices


def test_bad_input() -> None:
    with pytest.raises(InvalidValueError, match="printed, sigma-terms"):
        scalar_lnc(nucleon="lattice")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="particle"):
        scalar_lnc().yukawas(["selectron"])


def test_vector_quantities_refuse_scalars() -> None:
    import feebly

    with pytest.raises(UnsupportedModelError, match="scalar-lnc"):
        feebly.widths(scalar_lnc(), [10.0])
