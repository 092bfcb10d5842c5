"""Low-energy supernovae: decays in flight, visible energies, the deposit, options and refusals."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from conftest import plain_rates
from feebly import decays, models
from feebly.cli.app import main
from feebly.constants import MUON_MASS, PION_MASS
from feebly.decays import Fip
from feebly.environments import StarProfile
from feebly.environments.envelope import Envelope
from feebly.errors import InvalidValueError, UnknownNameError, UnsupportedModelError
from feebly.limits import solve
from feebly.math.quadrature import gauss
from feebly.models import VectorModel
from feebly.probes import LowEnergySupernovae, SupernovaCooling, configure, prescription, probe_options
from feebly.signals.deposited_energy import neutrino_loss
from feebly.transport.in_flight import decay_length, decayed
from feebly.units import ERG, KM, SECOND


@pytest.fixture(scope="module")
def probe(toy: StarProfile) -> LowEnergySupernovae:
    return LowEnergySupernovae(star=toy, compton="nr", lapse="off")


# --- on the way ----------------------------------------------------------------------------


def test_decay_length_is_velocity_times_dilated_lifetime() -> None:
    fip = Fip(100.0, 1.0, ("e- e+", "mu- mu+"), np.array([2e-3, 3e-3]), 2)
    energy = np.array([100.0, 125.0, 500.0])
    velocity, dilation = np.sqrt(1 - (100 / energy) ** 2), energy / 100
    assert decay_length(fip, energy) == pytest.approx(velocity * dilation / 5e-3, rel=1e-12)
    stable = Fip(100.0, 1.0, (), np.zeros(0), 2)
    assert np.all(np.isinf(decay_length(stable, energy)))


def test_share_of_decays_in_both_limits() -> None:
    share = decayed(3.0, np.array([1e-300, 1.0, 1e30, np.inf]), [0.0, 1.0, 2.0], 2)
    assert share[0].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert share[1] == pytest.approx([1.0, 1 - np.exp(-3.0), 3e-30, 0.0], rel=1e-14)
    assert share[2] == pytest.approx([1.0, 1 - np.exp(-12.0), 12e-30, 0.0], rel=1e-14)
    assert decayed(3.0, 1.0, [2.0], 1)[0, 0] == pytest.approx(1 - np.exp(-6.0))


def test_envelope_must_lie_outside_the_star() -> None:
    assert Envelope(1.0, 4.0).path == 3.0
    for outer in (1.0, 0.5, np.inf, np.nan):
        with pytest.raises(InvalidValueError, match="must reach beyond"):
            Envelope(1.0, outer)


# --- visible energies ----------------------------------------------------------------------


def test_muon_at_rest_by_the_michel_spectrum() -> None:
    """dN/dx = 2 x^2 (3 - 2x), x = 2 E_e / m_mu."""
    norm, mean = (quad(lambda x, k=k: x**k * 2 * x**2 * (3 - 2 * x), 0, 1)[0] for k in (0, 1))
    assert norm == pytest.approx(1)
    lost = MUON_MASS * (1 - mean / 2)
    assert neutrino_loss("mu- mu+") == pytest.approx(2 * lost, rel=1e-12)
    assert lost == pytest.approx(68.7, abs=0.05)


def test_pion_at_rest_by_kinematics() -> None:
    """Momentum of the muon equals the energy of the neutrino."""
    neutrino = neutrino_loss("pi+ pi-") / 2 - neutrino_loss("mu- mu+") / 2
    assert neutrino + np.hypot(neutrino, MUON_MASS) == pytest.approx(PION_MASS, rel=1e-12)
    assert neutrino == pytest.approx(29.8, abs=0.05)


@pytest.mark.parametrize(
    ("channel", "electrons_muons_pions"),
    [
        ("e- e+", (0, 0)),
        ("pi0 gamma", (0, 0)),
        ("mu- mu+", (2, 0)),
        ("pi+ pi- pi0", (0, 2)),
        ("2pi+ 2pi-", (0, 4)),
        ("pi+ pi- 2pi0", (0, 2)),
    ],
)
def test_losses_add_up_over_the_products(channel: str, electrons_muons_pions: tuple[int, int]) -> None:
    muons, pions = electrons_muons_pions
    neutrino = (PION_MASS**2 - MUON_MASS**2) / (2 * PION_MASS)
    assert neutrino_loss(channel, muon_loss=50.0) == pytest.approx(50 * muons + (50 + neutrino) * pions)


@pytest.mark.parametrize("channel", ["K+ K-", "nu_mu nu_mu~", "eta gamma", "tau- tau+", "p p~", "omega pi0"])
def test_products_that_are_not_counted(channel: str) -> None:
    assert neutrino_loss(channel) is None


# --- the deposit ---------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-7])
@pytest.mark.parametrize("lapse", ["on", "off"])
def test_all_energy_is_luminosity_times_duration(shells: StarProfile, scale: float, lapse: str) -> None:
    """Spectrum and weights against the luminosity of the cooling probe."""
    options = {"compton": "off", "lapse": lapse}
    low = configure(LowEnergySupernovae, options, star=shells)
    deposit = low.prepare(models.lmu_ltau(), 100.0).deposit
    energy = (
        deposit.duration
        * deposit.emission.spectrum([scale])
        @ (deposit.emission.weight * deposit.emission.energy)
    )
    cooling = configure(SupernovaCooling, options, star=shells).prepare(models.lmu_ltau(), 100.0)
    assert energy[0] == pytest.approx(3 * SECOND * cooling.evaluate([scale]).value[0], rel=1e-3)


@pytest.mark.parametrize("mass", [220.0, 300.0])
def test_transparent_star_against_plain_quadrature(
    probe: LowEnergySupernovae, toy: StarProfile, model: VectorModel, mass: float
) -> None:
    """g = 1e-13: volume emission, Gauss nodes in radius and energy, Eq. (16) as printed; 1e-3 from the nodes."""
    g, duration = 1e-13, 3 * SECOND
    x, x_weight = gauss(0.0, 1.0, 40)
    r = np.concatenate([10 * KM * x, 10 * KM + 15 * KM * x])
    r_weight = np.concatenate([10 * KM * x_weight, 15 * KM * x_weight])
    y, y_weight = gauss(0.0, 1.0, 48)
    energy = np.broadcast_to(mass + 900 * y**2, (r.size, y.size))
    k = np.sqrt(energy**2 - mass**2)
    emitted = k * energy / (2 * np.pi**2) * plain_rates(model, mass)(toy.sample(r), energy).production
    fip = decays.of(model, mass)
    share = fip.partial("mu- mu+") / fip.gamma.sum()
    path = (3e8 - 25) * KM
    in_star = -np.expm1(-path * mass * g**2 * fip.gamma.sum() / k)
    kept = energy - 2 * 0.65 * MUON_MASS
    per_radius = (emitted * in_star * share * kept) @ (1800 * y * y_weight)
    expected = duration * g**2 * np.sum(4 * np.pi * r**2 * r_weight * per_radius)
    parts = probe.prepare(model, mass).evaluate([g]).parts
    assert parts["mu- mu+"][0] == pytest.approx(expected, rel=1e-3)


def test_small_progenitors_lose_the_long_lived(probe: LowEnergySupernovae, model: VectorModel) -> None:
    """Where few decay inside, the deposit goes as g^4 and as the radius; where all do, neither matters."""
    few = [
        replace(probe, r_progenitor_km=r).prepare(model, 250.0).evaluate([1e-13, 2e-13]).value
        for r in (25 + 1e4, 25 + 2e4)
    ]
    assert few[0][1] / few[0][0] == pytest.approx(16, rel=1e-3)
    assert few[1][0] / few[0][0] == pytest.approx(2, rel=1e-3)
    all_of_them = [
        replace(probe, r_progenitor_km=r).prepare(model, 250.0).evaluate([1e-9]).value for r in (1e6, 1e9)
    ]
    assert all_of_them[0] == pytest.approx(all_of_them[1], rel=1e-9)


def test_parts_scaling_zero_and_pickling(probe: LowEnergySupernovae, model: VectorModel) -> None:
    response = probe.prepare(model, 310.0)
    signal = response.evaluate([0.0, 1e-10])
    assert signal.value[0] == 0
    assert set(signal.parts) >= {"e- e+", "mu- mu+", "pi+ pi-"}
    assert not any("nu" in channel for channel in signal.parts)
    assert sum(part[1] for part in signal.parts.values()) == pytest.approx(signal.value[1], rel=1e-12)
    longer = replace(probe, emission_s=6.0).prepare(model, 310.0).evaluate([1e-10])
    assert longer.value[0] / signal.value[1] == pytest.approx(2, rel=1e-12)
    again = pickle.loads(pickle.dumps(response)).evaluate([1e-10])
    assert again.value[0] == pytest.approx(signal.value[1], rel=1e-14)


def test_electrons_count_below_the_muon_threshold(shells: StarProfile) -> None:
    """B-L at 100 MeV: e+ e- with a branching ratio of 2/5 keep all their energy."""
    line = LowEnergySupernovae(star=shells, compton="off")
    parts = line.prepare(models.b_minus_l(), 100.0).evaluate([1e-9]).parts
    assert {name for name, part in parts.items() if part[0] > 0} == {"e- e+", "pi0 gamma"} & set(parts)
    deposit = line.prepare(models.b_minus_l(), 100.0).deposit
    share = deposit.visible["e- e+"] / deposit.emission.energy
    assert share == pytest.approx(np.full_like(share, 0.4), rel=1e-4)


def test_channels_that_are_not_counted_are_named(shells: StarProfile) -> None:
    line = LowEnergySupernovae(star=shells, compton="off")
    response = line.prepare(models.b_minus_l(), 600.0)
    assert response.deposit.lost == ("eta gamma",)
    assert any("eta gamma" in text for text in response.provenance.omitted)


def test_free_escape_ends_where_the_decay_length_does(toy: StarProfile, model: VectorModel) -> None:
    line = LowEnergySupernovae(star=toy, compton="nr", lapse="off", escape="free")
    signal = line.prepare(model, 250.0).evaluate([1e-11, 1e-7])
    assert signal.valid.tolist() == [True, False]


# --- the probe -----------------------------------------------------------------------------


def test_options_are_the_contract() -> None:
    known = {name: option.default for name, option in probe_options(LowEnergySupernovae).items()}
    assert known == {
        "limit_erg": "1e+51",
        "emission_s": "3",
        "r_progenitor_km": "3e+08",
        "muon_loss_mev": "",
        "compton": "full",
        "spin": "physical",
        "kernel": "detailed-balance",
        "escape": "angular",
        "lapse": "on",
        "r_max_km": "",
        "absorption_energy": "local",
        "r_far_km": "",
        "plasma": "auto",
        "polarisation": "sum",
        "bremsstrahlung": "symmetric",
        "pions": "on",
        "response": "all",
        "nucleon_mass": "vacuum",
        "nucleon_blocking": "off",
        "potential": "matter",
        "mean_field": "beta-equilibrium",
    }


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"compton": "half"}, InvalidValueError, "sn-low-energy: compton"),
        ({"limit_erg": "-1"}, InvalidValueError, "positive"),
        ({"emission_s": "0"}, InvalidValueError, "positive"),
        ({"r_max_km": "300"}, InvalidValueError, "20 km"),
        ({"r_progenitor_km": "15"}, InvalidValueError, "must reach beyond the 20 km"),
        ({"muon_loss_mev": "106"}, InvalidValueError, r"105\.7"),
        ({"limit_erg_per_s": "1e51"}, UnknownNameError, "limit_erg"),
    ],
)
def test_bad_options_are_refused(options: dict[str, str], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        configure(LowEnergySupernovae, options)


def test_support_is_that_of_cooling_with_visible_decays(shells: StarProfile) -> None:
    line, cooling = LowEnergySupernovae(star=shells), SupernovaCooling(star=shells)
    for model in (models.lmu_ltau(), models.b_minus_l(), models.chargephobic(), models.dark_photon()):
        assert line.supports(model) == cooling.supports(model)
    invisible = models.vector(charge={"nu_mu": 1.0})
    assert cooling.supports(invisible).ok
    assert not line.supports(invisible).ok
    with pytest.raises(UnsupportedModelError, match="neutrinos only"):
        line.prepare(invisible, 100.0)
    with pytest.raises(UnsupportedModelError, match="VectorCurrent"):
        solve(line, models.scalar_lnc(), [100.0])


def test_a_stronger_criterion_excludes_more(toy: StarProfile, model: VectorModel) -> None:
    weak, strong = (
        solve(LowEnergySupernovae(star=toy, compton="nr", limit_erg=x), model, [250.0]).excluded[0][0]
        for x in (1e51, 1e50)
    )
    assert strong[0] < weak[0] / 3
    assert strong[1] > weak[1]


def test_prescription_and_provenance(toy: StarProfile, model: VectorModel) -> None:
    recipe = prescription("p0-blinov-low-energy")
    line = configure(LowEnergySupernovae, recipe.options, star=toy, based_on=recipe)
    chosen = dict(line.provenance.choices)
    assert (chosen["prescription"], chosen["muon_loss_mev"]) == ("p0-blinov-low-energy", "70")
    changed = configure(LowEnergySupernovae, {**recipe.options, "spin": "physical"}, based_on=recipe)
    assert ("prescription", "p0-blinov-low-energy*") in changed.provenance.choices
    response = line.prepare(model, 250.0)
    assert {"blinov-lmu-ltau", "Caputo:2022mah"} <= set(response.provenance.keys)
    assert not any(source.key == "Raffelt:1996wa" for source in response.provenance.sources)
    choices = dict(response.provenance.choices)
    assert (choices["spin"], choices["compton"], choices["emission_s"]) == ("printed", "nr", "3")
    assert response.evaluate([1e-10]).value[0] / ERG > 1e50


def test_spectrum_is_that_of_the_star(probe: LowEnergySupernovae, model: VectorModel) -> None:
    flux = probe.spectrum(model, 250.0, [1e-10])
    deposit = probe.prepare(model, 250.0).deposit
    assert np.array_equal(flux.value, deposit.emission.spectrum([1e-10]))


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = "sn-low-energy --model lmu-ltau --mass-mev 250 --star raffelt --option compton=nr --json"
    assert main(["limit", *words.split()]) == 0
    document = json.loads(capsys.readouterr().out)
    low, high = document["excluded"][0][0]
    assert low == pytest.approx(9.61e-11, rel=1e-2)
    assert high == pytest.approx(2.115e-9, rel=1e-2)
    assert document["provenance"]["choices"]["r_progenitor_km"] == "3e+08"
    assert main(["limit", "sn-low-energy", "--model", "scalar-lnc", "--mass-mev", "250"]) == 3
