"""Theory errors of the widths: what they are made of, and that they do not vanish where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest

from feebly import decays, models
from feebly.decays import hadronic
from feebly.decays.hadronic import JOIN, exclusive, hadron_table
from feebly.decays.hadrons import quarkonia
from feebly.decays.hadrons.base import light_charges, ratio, width
from feebly.errors import InvalidValueError

STRANGE = models.vector(charge={"s": 1.0})


def _relative(model: models.VectorModel, mass: list[float]) -> np.ndarray:
    found = decays.widths(model, mass)
    return found.total_error / found.total


@pytest.mark.parametrize("model", [STRANGE, models.dark_photon(), models.b_minus_l()], ids=lambda m: m.name)
def test_the_error_is_continuous_at_the_end_of_the_join(model: models.VectorModel) -> None:
    below, at, above = _relative(model, [JOIN[1] - 1e-3, JOIN[1], JOIN[1] + 1e-3])
    assert below == pytest.approx(at, rel=1e-4)
    assert above == pytest.approx(at, rel=1e-4)


def test_a_strange_vector_is_badly_known_above_the_join() -> None:
    """Perturbation theory is three times the strange channels at 2 GeV; the error says so, and falls as 1/m^4."""
    inside, end, far = _relative(STRANGE, [1950.0, 2000.0, 3000.0])
    assert end > 0.5 * inside
    assert end > 0.3
    assert far < 0.3 * end


def test_the_join_contributes_the_distance_of_its_two_descriptions() -> None:
    mass = np.array([1850.0])
    found = decays.widths(models.dark_photon(), mass)
    weight = float(hadronic._handover(mass)[0])
    table = hadron_table(mass)
    charges = np.array([2, -1, -1, 2, -1, 2])[:, None] / 3 + 0j
    resolved = sum(
        ratio(c.kernel(mass), light_charges(*charges[:3])) for c in exclusive() if c.opens < mass[0]
    )
    known = resolved + hadronic._uncounted(mass, charges)
    distance = weight * width(mass, np.abs(known - table.perturbative.ratio(charges)))
    assert found.total_error[0] >= distance[0]


def test_uncounted_final_states_are_part_of_the_error() -> None:
    mass = np.array([1600.0])
    charges = np.array([2, -1, -1, 2, -1, 2])[:, None] / 3 + 0j
    missing = width(mass, hadronic._uncounted(mass, charges))[0]
    found = decays.widths(models.dark_photon(), mass)
    hadrons = found.error[[c.startswith("nu") or c == "e- e+" for c in found.channels].index(False) :]
    assert missing > 0
    assert found.total_error[0] ** 2 == pytest.approx((hadrons**2).sum() + missing**2, rel=1e-10)


def test_an_error_below_the_join_is_that_of_the_data_and_of_other_descriptions() -> None:
    mass = np.array([775.0])
    channel = next(c for c in exclusive() if c.name == "pi+ pi-")
    assert channel.alternative is not None
    assert channel.assigned is not None
    charges = models.chargephobic().charges(["u", "d", "s"], 775.0**2)[:, None]
    c = light_charges(*charges)
    central, *others = (
        width(mass, ratio(kernel(mass), c))[0]
        for kernel in (channel.kernel, channel.alternative, channel.assigned)
    )
    expected = np.hypot(channel.uncertainty * central, max(abs(x - central) for x in others))
    found = decays.widths(models.chargephobic(), mass)
    assert found.error[found.channels.index("pi+ pi-"), 0] == pytest.approx(expected, rel=1e-10)


def test_broad_charmonia_are_inside_the_error() -> None:
    """psi(4160) adds 1.2 to R at its peak, and the average is all that perturbation theory gives."""
    mass = np.array([4191.3])
    found = decays.widths(models.dark_photon(), mass)
    r = 12 * np.pi * found.total_error[0] / mass[0]
    height = {q.name: q.peak for _, q in quarkonia.broad()}["psi(4160)"]
    assert 1.0 < height < 1.3
    assert r > height
    # a vector without charm does not feel them
    light = decays.widths(models.vector(charge={"u": 1.0}), mass)
    assert light.total_error[0] < 0.1 * light.total[0]


def test_running_leptons_carry_the_spread_of_the_thresholds() -> None:
    model = models.chargephobic()
    found = decays.widths(model, [500.0, 1e4])
    at = found.channels.index("e- e+")
    other = decays.widths(models.chargephobic(thresholds="quarks"), [500.0, 1e4])
    spread = np.abs(found.gamma[at] - other.partial("e- e+"))
    assert found.error[at] == pytest.approx(spread, rel=1e-12)
    assert found.error[at, 0] > 0.5 * found.gamma[at, 0]
    fixed = decays.widths(models.chargephobic(running="off"), [500.0])
    assert "e- e+" not in fixed.channels


def test_what_is_no_model_is_named() -> None:
    with pytest.raises(InvalidValueError, match="no model"):
        decays.widths("dark-photon", [1.0])  # type: ignore[arg-type]


def test_a_closed_dark_photon_says_what_is_left() -> None:
    found = decays.widths(models.dark_photon(), [0.9])
    assert not found.total.any()
    assert any("3 gamma" in text for text in found.provenance.omitted)
