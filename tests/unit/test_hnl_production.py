"""Heavy neutral leptons from scattering on nucleons: balance, flavours, limits, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from feebly.environments.embedded_stars import fischer18_1s, raffelt
from feebly.environments.star import Medium
from feebly.errors import InvalidValueError, OutOfDomainError
from feebly.math.blocked import alternating_weights, blocked_moments
from feebly.math.quadrature import gauss
from feebly.models.hnl import hnl, hnl_e, hnl_mu, hnl_tau
from feebly.rates.stellar import hnl_kernel, hnl_production
from feebly.rates.stellar.hnl_production import Bath, HnlProduction, Nucleons, collision_rates
from feebly.rates.stellar.state_rates import StateRates, combined
from feebly.units import KM

ONE = np.ones(1)
GAS = Nucleons(600.0 * ONE, 590.0 * ONE)


def _core(*radii_km: float) -> Medium:
    return fischer18_1s().sample(np.array(radii_km) * KM)


def _plain(
    energy: float, mass: float, potential: float, axial: float, temperature: float = 30.0
) -> StateRates:
    return collision_rates(
        np.array([[energy]]),
        mass,
        temperature=temperature * ONE,
        lepton=Bath(0.0, potential * ONE),
        first=GAS,
        second=GAS,
        vector=-0.5,
        axial=axial,
    )


def test_reactions_of_each_flavour() -> None:
    medium, energy = _core(8.0), np.array([[200.0]])

    def reactions(model: object, process: HnlProduction = HnlProduction()) -> list[str]:  # noqa: B008
        return sorted(process.rates(model, 100.0, medium, energy))  # type: ignore[arg-type]

    assert reactions(hnl_e()) == ["e+ n", "e- p", "nu_e n", "nu_e p", "nu_e~ n", "nu_e~ p"]
    assert reactions(hnl_tau()) == ["nu_tau n", "nu_tau p", "nu_tau~ n", "nu_tau~ p"]
    assert reactions(hnl_mu(), HnlProduction(leptons="leptons")) == ["mu- p", "nu_mu n", "nu_mu p"]
    assert reactions(hnl_mu(), HnlProduction(leptons="antileptons")) == ["mu+ n", "nu_mu~ n", "nu_mu~ p"]


def test_shares_of_the_flavours_add_without_interference() -> None:
    medium, energy = _core(8.0), np.array([[200.0, 300.0]])
    process = HnlProduction()
    both = process.rates(hnl(fraction={"e": 0.25, "tau": 0.75}), 100.0, medium, energy)
    parts = [
        (0.25, process.rates(hnl_e(), 100.0, medium, energy)),
        (0.75, process.rates(hnl_tau(), 100.0, medium, energy)),
    ]
    expected = sum(share * combined(found.values()).net for share, found in parts)
    assert combined(both.values()).net == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("mass", [10.0, 150.0, 350.0])
def test_all_reactions_balance_with_the_neutrino_potential_in_beta_equilibrium(mass: float) -> None:
    medium = _core(2.0, 8.0, 13.0)
    energy = mass + np.array([5.0, 60.0, 250.0]) * np.ones((3, 1))
    for name, rate in HnlProduction().rates(hnl_e(), mass, medium, energy).items():
        sign = -1 if name.startswith(("nu_e~", "e+")) else 1
        expected = (energy - sign * medium.potential["nu_e"][:, None]) / medium.temperature[:, None]
        happens = rate.production > 0
        # only positrons can be too slow to give a nucleon what the mean field asks for
        assert np.all(happens) or (name == "e+ n" and np.all(rate.absorption[~happens] == 0))
        balance = np.log(rate.absorption[happens] / rate.production[happens])
        assert balance == pytest.approx(expected[happens], rel=1e-6)
        assert rate.net == pytest.approx(rate.absorption + rate.production, rel=1e-14, abs=0)


def test_without_mean_field_the_effective_potentials_balance() -> None:
    medium, energy = _core(8.0), np.array([[260.0]])
    rate = HnlProduction(mean_field="none").rates(hnl_e(), 150.0, medium, energy)["e- p"]
    mu = {
        x: hnl_production.nucleon_potential(medium.temperature, medium.density[x], medium.mass_eff[x])
        for x in ("n", "p")
    }
    exponent = (260.0 - medium.potential["e-"] - mu["p"] + mu["n"]) / medium.temperature
    assert np.log(rate.absorption / rate.production)[0] == pytest.approx(exponent, rel=1e-9)


def test_rates_are_positive_and_finite_from_the_threshold_on() -> None:
    medium = _core(1.0, 6.0, 9.0, 14.0, 17.0, 19.5)
    for mass in (1.0, 100.0, 500.0):
        energy = mass * (1 + 1e-9) + 24 * np.linspace(0, 1, 6) ** 2 * medium.temperature[:, None]
        total = combined(HnlProduction().rates(hnl_mu(), mass, medium, energy).values())
        for rates in (total.production, total.absorption):
            assert np.all(np.isfinite(rates))
            assert np.all(rates > 0)


def test_nothing_is_made_above_the_fermi_surface_of_cold_leptons() -> None:
    low, high = (_plain(energy, 50.0, 150.0, -0.635, temperature=0.5) for energy in (130.0, 170.0))
    assert high.production[0, 0] < np.exp(-30) * low.production[0, 0]
    assert low.absorption[0, 0] < np.exp(-30) * high.absorption[0, 0]


def test_antileptons_turn_the_axial_current_round() -> None:
    left, right = _plain(200.0, 100.0, 0.0, -0.635), _plain(200.0, 100.0, 0.0, 0.635)
    no_interference = _plain(200.0, 100.0, 0.0, 0.0), collision_rates(
        np.array([[200.0]]), 100.0, temperature=30.0 * ONE, lepton=Bath(0.0, 0.0 * ONE),
        first=GAS, second=GAS, vector=0.0, axial=0.635,
    )  # fmt: skip
    assert left.production[0, 0] > 1.1 * right.production[0, 0]
    # V^2 and A^2 do not know the sign
    mean = (left.production + right.production) / 2
    assert mean == pytest.approx(sum(x.production for x in no_interference), rel=1e-12, abs=0)


def test_energy_brought_by_the_mean_field_counts_like_energy_of_a_heavier_nucleon() -> None:
    """Far from relativistic, a shift is a difference of masses."""
    heavy, light, gap = 1e5, 1e5 - 40.0, 40.0
    kwargs = {"temperature": 30.0 * ONE, "lepton": Bath(0.0, 0.0 * ONE), "vector": 1.0, "axial": 1.27}
    energy, below = np.array([[200.0]]), -300.0
    last = Nucleons(light * ONE, (light + below) * ONE)
    first = Nucleons(heavy * ONE, (heavy + below) * ONE)
    masses = collision_rates(energy, 80.0, first=first, second=last, **kwargs)  # type: ignore[arg-type]
    shifted = collision_rates(energy, 80.0, first=last, second=last, shift=gap * ONE, **kwargs)  # type: ignore[arg-type]
    assert shifted.production == pytest.approx(masses.production, rel=5e-3, abs=0)


def test_nodes_suffice() -> None:
    medium = _core(2.0, 8.0, 13.0, 18.0)
    gas = {x: hnl_production._nucleons(medium, x) for x in ("n", "p")}
    media = np.stack(
        [
            medium.temperature,
            medium.potential["e-"],
            gas["p"].mass,
            gas["p"].potential,
            gas["n"].mass,
            gas["n"].potential,
            -30.0 * np.ones(4),
        ],
        axis=1,
    )
    series = np.stack([alternating_weights(1), alternating_weights(2)])
    for mass in (5.0, 200.0):
        energy = mass + np.array([3.0, 30.0, 150.0]) * np.ones((4, 1))
        coarse, fine = (
            hnl_kernel.collisions(
                energy, mass, 0.511, media, (5.0, 0.1, -0.6),
                np.stack(gauss(0.0, 1.0, outer)), np.stack(gauss(0.0, 1.0, inner)), series,
            )[0]
            for outer, inner in ((hnl_production._OUTER, hnl_production._INNER), (64, 32))
        )  # fmt: skip
        assert coarse == pytest.approx(fine, rel=2e-3, abs=0)


def test_moments_are_those_of_the_blocked_integrals() -> None:
    series = np.stack([alternating_weights(1), alternating_weights(2)])
    for start, step in ((-12.0, 3.0), (2.0, -1.5), (30.0, 0.2)):
        ours = np.array(hnl_kernel._moments(start, step, series)) / -np.expm1(-step)
        assert ours == pytest.approx(blocked_moments(start, step), rel=1e-10, abs=0)


def test_bad_input() -> None:
    with pytest.raises(InvalidValueError, match="Possible: both, leptons, antileptons"):
        HnlProduction(leptons="none")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="Possible: beta-equilibrium, none"):
        HnlProduction(mean_field="tm1")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="must lie above its mass"):
        _plain(100.0, 100.0, 0.0, 0.6)
    provided = frozenset({"n:n", "n:p", "mu:nu_mu"})
    assert HnlProduction().obstacle(hnl_tau(), provided) == "the star gives no chemical potential of nu_tau"
    assert "mu-" in str(HnlProduction().obstacle(hnl_mu(), provided))
    assert "densities" in str(HnlProduction().obstacle(hnl_mu(), frozenset()))
    bare = raffelt().sample(np.array([5.0]) * KM)
    empty = Medium(bare.radius, bare.temperature, {}, bare.lapse)
    with pytest.raises(OutOfDomainError, match="no densities"):
        HnlProduction().rates(hnl_e(), 100.0, empty, np.array([[200.0]]))
