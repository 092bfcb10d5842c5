"""Figures of the early universe, read back from their artists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from feebly.errors import InvalidValueError
from feebly.models import dark_photon, thermal_e, thermal_nu
from feebly.plot import change_figure, evolution_figure, signal_figure
from feebly.plot.universe_figure import reference_temperature
from feebly.probes import EffectiveNeutrinos
from feebly.scan import SignalMap, signal_map
from feebly.transport.boltzmann import evolve
from feebly.transport.evolution import default_evolution


@pytest.fixture(scope="module")
def table() -> SignalMap:
    made = signal_map(EffectiveNeutrinos(), thermal_nu(), [5.0, 10.0, 20.0], [1e-9, 1e-8])
    value = np.array([[2.0, 2.0], [0.6, -0.6], [0.01, -0.2]])
    return replace(made, value=value, valid=np.ones((3, 2), bool))


def test_reference_temperature() -> None:
    standard = default_evolution().standard
    found = reference_temperature(standard)
    assert found[0] > standard.t_gamma[0]  # muons are still to go
    assert np.interp(-5.0, -standard.t_gamma, found) == pytest.approx(5.0, rel=1e-3)
    # neutrinos decoupled on the way took a little of the heat
    assert standard.t_nu_e[-1] / found[-1] == pytest.approx(1.0, abs=5e-3)
    hot = evolve(dark_photon(), 30.0, 1e-14)
    assert hot.t_gamma[0] > 100
    assert reference_temperature(hot)[-1] / hot.t_nu_e[-1] == pytest.approx(
        found[-1] / standard.t_nu_e[-1], rel=2e-3
    )


def test_densities_over_time() -> None:
    history = evolve(dark_photon(), 3.0, 1e-10)
    figure = evolution_figure({"without X": default_evolution().standard, "dark photon": history})
    axes = figure.axes[0]
    drawn = [line for line in axes.lines if len(line.get_xdata()) > 2]
    assert len(drawn) == 8
    x = drawn[-1]
    reference = reference_temperature(history)
    np.testing.assert_allclose(np.nanmax(x.get_ydata()), np.max(history.rho_x / reference**4), rtol=1e-12)
    assert axes.get_xlim()[0] > axes.get_xlim()[1]
    assert [text.get_text() for text in axes.get_legend().get_texts()][-2:] == ["without X", "dark photon"]


def test_too_many_histories() -> None:
    one = default_evolution().standard
    with pytest.raises(InvalidValueError, match="one to 4 histories"):
        evolution_figure({str(k): one for k in range(5)})


def test_contours_of_both_signs(table: SignalMap) -> None:
    figure = change_figure(table)
    axes = figure.axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert "change of N_eff" in axes.get_title()
    drawn = [c for c in axes.collections if any(len(path.vertices) for path in c.get_paths())]
    assert len(drawn) >= 4


def test_contours_need_a_plane(table: SignalMap) -> None:
    with pytest.raises(InvalidValueError, match="at least two masses"):
        change_figure(replace(table, mass=table.mass[:1], value=table.value[:1], valid=table.valid[:1]))


def test_lines_of_a_negative_signal() -> None:
    made = signal_map(EffectiveNeutrinos(), thermal_e(), [5.0], [1e-9, 1e-8])
    line = signal_figure(made).axes[0].lines[0]
    np.testing.assert_allclose(line.get_ydata(), -made.value[0])
    assert line.get_linestyle() == "--"
