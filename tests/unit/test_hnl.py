"""Models and widths of heavy neutral leptons."""

from __future__ import annotations

import math

import numpy as np
import pytest

from feebly import decays, registry
from feebly.constants import ELECTRON_MASS, MUON_MASS
from feebly.decays.hnl import conjugate, lepton_pair, pseudoscalar_width
from feebly.decays.three_body import LeptonPair
from feebly.decays.weak import fermi_constant, weak_inputs
from feebly.errors import InvalidValueError, OutOfDomainError, UnknownNameError, UnsupportedModelError
from feebly.math.quadrature import panels
from feebly.models import SterileMixing, hnl, hnl_e, hnl_mu, hnl_tau, lmu_ltau, offers, scalar_lnc

PURE = (hnl_e(), hnl_mu(), hnl_tau())
FREE = fermi_constant() ** 2 / (192 * math.pi**3)  # times m^5


def test_models_offer_their_mixing() -> None:
    for k, model in enumerate(PURE):
        assert offers(model) == ("SterileMixing",)
        assert isinstance(model, SterileMixing)
        assert np.array_equal(model.flavour_fractions(), np.eye(3)[k])
        assert (model.scale.name, model.scale.power, model.spin) == ("|U|^2", 1, 0.5)
        assert registry.find("model", model.name)() == model
    prints = {m.fingerprint() for m in (*PURE, hnl_e(nature="dirac"))}
    assert len(prints) == 4
    assert hnl(fraction={"mu": 1.0}).fingerprint() == hnl_mu().fingerprint()


def test_models_refuse_what_is_no_mixing() -> None:
    with pytest.raises(InvalidValueError, match="majorana, dirac"):
        hnl_e(nature="weyl")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="sum must be 1"):
        hnl(fraction={"e": 0.5, "mu": 0.2})
    with pytest.raises(InvalidValueError, match="negative"):
        hnl(fraction={"e": 1.5, "mu": -0.5})
    with pytest.raises(UnknownNameError, match="flavour"):
        hnl(fraction={"el": 1.0})


def test_three_neutrinos_sum_to_the_free_width() -> None:
    mass = np.array([1e-3, 1.0, 50.0, 1500.0])
    for model in PURE:
        assert np.allclose(decays.widths(model, mass).neutrinos, 2 * FREE * mass**5, rtol=1e-12)
    dirac = decays.widths(hnl_mu(nature="dirac"), mass)
    assert np.allclose(dirac.neutrinos, FREE * mass**5, rtol=1e-12)


def test_equal_neutrinos_count_twice() -> None:
    fip = decays.of(hnl_mu(), 30.0)
    assert fip.partial("nu_mu nu_mu nu_mu~") == pytest.approx(
        2 * fip.partial("nu_mu nu_tau nu_tau~"), rel=1e-13
    )


def test_majorana_is_dirac_and_its_conjugate() -> None:
    mass = [20.0, 260.0, 500.0, 1200.0]
    for majorana, dirac in zip(PURE, (f(nature="dirac") for f in (hnl_e, hnl_mu, hnl_tau)), strict=True):
        both, one = decays.widths(majorana, mass), decays.widths(dirac, mass)
        assert np.allclose(both.total, 2 * one.total, rtol=1e-13)
        assert both.channels == (*one.channels, *map(conjugate, one.channels))
        for channel in one.channels:
            assert np.array_equal(both.partial(channel), one.partial(channel))
            assert np.array_equal(both.partial(conjugate(channel)), one.partial(channel))


def test_widths_are_linear_in_the_shares() -> None:
    mass = [30.0, 300.0, 900.0]
    share = {"e": 0.5, "mu": 0.3, "tau": 0.2}
    mixed = decays.widths(hnl(fraction=share), mass)
    pure = [decays.widths(model, mass) for model in PURE]
    assert np.allclose(mixed.total, sum(x * w.total for x, w in zip(share.values(), pure, strict=True)))
    for channel in mixed.channels:
        parts = [x * w.partial(channel) for x, w in zip(share.values(), pure, strict=True)]
        assert np.allclose(mixed.partial(channel), sum(parts), rtol=1e-12)


def test_thresholds() -> None:
    fip = decays.of(hnl_mu(), MUON_MASS + ELECTRON_MASS - 1e-6)
    assert "mu- e+ nu_e" not in fip.channels
    assert "mu- e+ nu_e" in decays.of(hnl_mu(), MUON_MASS + ELECTRON_MASS + 1e-3).channels
    assert "pi0 nu_mu" not in decays.of(hnl_mu(), 134.9).channels
    assert "mu- pi+" not in decays.of(hnl_mu(), 245.2).channels
    assert "mu- pi+" in decays.of(hnl_mu(), 245.3).channels
    assert set(decays.of(hnl_tau(), 1.0).channels) == {
        *(f"nu_tau {a} {a}~" for a in ("nu_e", "nu_mu", "nu_tau")),
        *(f"nu_tau~ {a}~ {a}" for a in ("nu_e", "nu_mu", "nu_tau")),
    }


def test_groups_of_channels_add_up() -> None:
    found = decays.widths(hnl_e(), [50.0, 400.0, 900.0])
    assert np.allclose(found.leptonic + found.neutrinos + found.hadronic, found.total, rtol=1e-13)
    assert found.leptonic[0] == pytest.approx(2 * found.partial("e- e+ nu_e")[0], rel=1e-13)
    assert found.per_scale == "|U|^2"
    assert "per unit |U|^2, " in found.explain()
    bare = decays.of(hnl_e(), 900.0, hadrons=False)
    assert bare.width(1.0) == pytest.approx(found.leptonic[2] + found.neutrinos[2], rel=1e-13)


def test_errors_and_omissions_grow_above_one_gev() -> None:
    low, high = (decays.widths(hnl_e(), [m]) for m in (990.0, 1900.0))
    assert low.total_error[0] < 0.02 * low.total[0]
    assert 0.1 * high.total[0] < high.total_error[0] < 0.6 * high.total[0]
    assert not any("above 1 GeV" in text for text in low.provenance.omitted)
    assert any("above 1 GeV" in text for text in high.provenance.omitted)
    with pytest.raises(OutOfDomainError, match="up to 2000 MeV"):
        decays.widths(hnl_e(), [100.0, 2001.0])


def test_tables_are_for_vectors() -> None:
    with pytest.raises(UnsupportedModelError, match=r"decays\.widths"):
        decays.tabulate([100.0]).of(hnl_e())
    with pytest.raises(UnsupportedModelError, match="SterileMixing"):
        decays.of(scalar_lnc(), 10.0)
    assert decays.of(lmu_ltau(), 10.0).spin == 1.0


@pytest.mark.parametrize(
    ("pair", "mass"),
    [
        (LeptonPair(ELECTRON_MASS, ELECTRON_MASS, 0.74, 0.24), 1.1),
        (LeptonPair(ELECTRON_MASS, ELECTRON_MASS, -0.26, 0.24), 2000.0),
        (LeptonPair(MUON_MASS, MUON_MASS, 0.74, 0.24), 212.0),
        (LeptonPair(ELECTRON_MASS, MUON_MASS, 1.0, 0.0), 300.0),
        (LeptonPair(1776.9, ELECTRON_MASS, 1.0, 0.0), 1990.0),
        (LeptonPair(ELECTRON_MASS, 0.0, 1.0, 0.0), MUON_MASS),
        (LeptonPair(0.0, 0.0, 0.5, 0.0), 10.0),
    ],
)
def test_three_spectra_of_one_decay_agree(pair: LeptonPair, mass: float) -> None:
    """Each is an integral over another invariant mass, by another contraction: same width, energies that add up."""
    width = pair.width(np.array([mass]))[0]
    energy = 0.0
    for role in ("neutrino", "lepton", "antilepton"):
        t, weight = panels(np.linspace(0, 1, 9), 24)
        s, slope = pair.invariant(mass, t, role)
        rate = weight * slope * pair.per_invariant(mass, s, role)
        low, high = pair.energies(mass, role)
        own = pair.energies(mass, role)[0]
        at = (mass**2 + own**2 - s) / (2 * mass)
        assert np.all((at > low * (1 - 1e-12)) & (at < high * (1 + 1e-12)))
        assert rate.sum() == pytest.approx(width, rel=1e-12)
        energy += float(rate @ at) / width
    assert energy == pytest.approx(mass, rel=1e-12)


def test_width_without_and_with_one_mass() -> None:
    """The muon: 1 - 8x + 8x^3 - x^4 - 12 x^2 ln x for one massive lepton."""
    x = (ELECTRON_MASS / MUON_MASS) ** 2
    expected = 1 - 8 * x + 8 * x**3 - x**4 - 12 * x**2 * math.log(x)
    for pair in (LeptonPair(ELECTRON_MASS, 0.0, 1.0, 0.0), LeptonPair(0.0, ELECTRON_MASS, 0.0, 1.0)):
        found = pair.width(np.array([MUON_MASS]))[0] * 192 * math.pi**3 / MUON_MASS**5
        assert found == pytest.approx(expected, rel=1e-12)


def test_each_kind_refuses_the_other() -> None:
    from feebly.decays import hnl as hnl_decays
    from feebly.decays import majoron as majoron_decays

    with pytest.raises(UnsupportedModelError, match="SterileMixing"):
        hnl_decays.widths(lmu_ltau(), np.ones(1))
    with pytest.raises(UnsupportedModelError, match="NeutrinoMatrix"):
        majoron_decays.widths(hnl_e(), np.ones(1))


def test_couplings_of_channels() -> None:
    sin2 = weak_inputs().sin2
    assert lepton_pair("e- e+ nu_e").left == pytest.approx(0.5 + sin2)
    assert lepton_pair("e- e+ nu_mu~").left == pytest.approx(sin2 - 0.5)
    assert lepton_pair("e- mu+ nu_mu") == LeptonPair(ELECTRON_MASS, MUON_MASS, 1.0, 0.0)
    assert lepton_pair(conjugate("e- mu+ nu_mu")) == lepton_pair("e- mu+ nu_mu")
    for channel in ("e- mu+ nu_mu", "mu- mu+ nu_e", "pi+ pi- nu_e", "e- pi+", "e- pi+ pi0", "eta nu_tau"):
        assert conjugate(conjugate(channel)) == channel


def test_charged_meson_without_masses() -> None:
    assert pseudoscalar_width(np.array([3.0]), 0.0, 0.0)[0] == pytest.approx(27 / (16 * math.pi))
    assert pseudoscalar_width(np.array([3.0]), 1.0, 2.5)[0] == 0.0


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from feebly.cli import main

    assert (
        main(["widths", "--model", "hnl-tau", "--set", "nature=dirac", "--mass-mev", "50,300", "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["power"] == 1
    assert found["total_mev_per_scale"] == pytest.approx(
        decays.widths(hnl_tau(nature="dirac"), [50.0, 300.0]).total.tolist(), rel=1e-12
    )
    assert found["channels"]["pi0 nu_tau"][0] == 0.0
    assert main(["widths", "--model", "majoron-emu", "--mass-mev", "1"]) == 0
    shown = capsys.readouterr().out
    assert "total width per g^2" in shown
    assert "epsilon" not in shown
    assert main(["widths", "--model", "hnl-e", "--mass-mev", "1"]) == 0
    assert "total width per |U|^2 and" in capsys.readouterr().out
    assert main(["widths", "--model", "majoron-ee", "--mass-mev", "1", "--coupling", "epsilon"]) == 2
    assert "Possible: g." in capsys.readouterr().err
    assert main(["widths", "--model", "hnl-e", "--mass-mev", "3000"]) == 3
    assert "up to 2000 MeV" in capsys.readouterr().err
