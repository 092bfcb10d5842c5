"""Figures and pages, read back from their artists."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from feebly import models
from feebly.errors import InvalidValueError
from feebly.export import Curve
from feebly.limits import Limit, solve
from feebly.plot import html_page, islands, limit_figure, signal_figure
from feebly.probes import SupernovaCooling
from feebly.scan import signal_map


@pytest.fixture(scope="module")
def cooling(shells_nr: SupernovaCooling) -> Limit:
    return solve(shells_nr, models.lmu_ltau(), np.geomspace(1, 300, 12))


def test_regions_axes_and_labels(cooling: Limit) -> None:
    figure = limit_figure([cooling])
    axes = figure.axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert axes.get_xlabel() == "mass [MeV]"
    assert "coupling" in axes.get_ylabel()
    assert len(axes.collections) == len(islands(cooling))
    assert any("SN 1987A" in text.get_text() for text in axes.texts)
    low, high = axes.get_ylim()
    edges = [g for rows in cooling.excluded for row in rows for g in row if g < 0.9]
    assert low < min(edges) < max(edges) < high
    assert axes.child_axes, "a second axis in epsilon"


def test_axes_of_ones_own(cooling: Limit) -> None:
    """A panel of a larger figure, also of a part of it, is drawn as the figure of the limit alone."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subfigures(1, 2)
    panel = left.subplots()
    other = right.subplots()
    assert cooling.plot(panel) is figure
    alone = cooling.plot().axes[0]
    assert panel.get_ylim() == alone.get_ylim()
    assert [text.get_text() for text in panel.texts] == [text.get_text() for text in alone.texts]
    assert len(panel.lines) == len(alone.lines)
    assert not other.lines


def test_islands_split_where_their_number_changes(cooling: Limit) -> None:
    one, two = np.array([[1e-9, 1e-8]]), np.array([[1e-9, 2e-9], [5e-9, 1e-8]])
    pair = ("physical", "physical")
    made = replace(
        cooling, mass=np.array([2.0, 1.0, 3.0, 4.0]), excluded=(one, one, two, np.zeros((0, 2))),
        edges=((pair,), (pair,), (pair, pair), ()), status=("ok",) * 4, message=("",) * 4,
    )  # fmt: skip
    strips = islands(made)
    assert [strip[0].tolist() for strip in strips] == [[1.0, 2.0], [3.0], [3.0]]


def test_curves_are_drawn_and_coupling_must_agree(cooling: Limit) -> None:
    curve = Curve(
        mass=np.array([1.0, 10.0, 100.0]), coupling=np.array([1e-8, 1e-9, 1e-8]), upper=None, label="mine"
    )
    figure = limit_figure([cooling], [curve])
    assert any(text.get_text() == "mine" for text in figure.axes[0].texts)
    with pytest.raises(InvalidValueError, match="different couplings"):
        limit_figure([cooling, replace(cooling, scale_name="epsilon")])
    with pytest.raises(InvalidValueError, match="at least one"):
        limit_figure([])


def test_empty_limit_says_so(cooling: Limit) -> None:
    count = cooling.mass.size
    empty = replace(cooling, excluded=(np.zeros((0, 2)),) * count, edges=((),) * count)
    assert any("nothing" in text.get_text() for text in limit_figure([empty]).axes[0].texts)


def test_signal_figure_has_the_allowed_line(shells_nr: SupernovaCooling) -> None:
    table = signal_map(shells_nr, models.lmu_ltau(), [10.0, 50.0], np.geomspace(1e-12, 1e-6, 30))
    axes = signal_figure(table).axes[0]
    flat = [line for line in axes.lines if len(set(line.get_ydata())) == 1]
    assert flat[0].get_ydata()[0] == pytest.approx(3e52)
    zero = signal_map(shells_nr, models.lmu_ltau(), [10.0], [0.0])
    assert signal_figure(zero).axes


def test_page_is_self_contained(cooling: Limit) -> None:
    page = html_page([cooling])
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "base64" in page
    assert 'src="http' not in page
    assert "SN 1987A" in page or "sn-cooling" in page


def test_results_have_faces(cooling: Limit, tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert cooling.plot().axes
    frame = cooling.to_pandas()
    assert len(frame) >= 12
    assert "mass_mev" in frame.columns or "m_MeV" in frame.columns
    assert cooling.to_xarray().sizes
    assert cooling.save(tmp_path / "limit.png").stat().st_size > 10_000
    assert cooling.to_dict()["probe"] == "sn-cooling"
    assert "@" in cooling.cite()


def test_names_of_many_regions_do_not_overlap(cooling: Limit) -> None:
    """Six nested regions: names apart from each other and inside the axes, the rest in a legend."""
    shifted = [
        replace(cooling, probe=f"probe {k}", excluded=tuple(x * 3.0**k for x in cooling.excluded))
        for k in range(6)
    ]
    figure = limit_figure(shifted)
    figure.canvas.draw()
    axes = figure.axes[0]
    texts = [text for text in axes.texts if text.get_text().startswith("probe")]
    boxes = [text.get_window_extent() for text in texts]
    assert len(texts) >= 3
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])
    frame = axes.get_window_extent()
    assert all(frame.contains(*box.min) and frame.contains(*box.max) for box in boxes)
    legend = axes.get_legend()
    homeless = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    named = [text.get_text() for text in texts] + homeless
    assert sorted(named) == [f"probe {k}" for k in range(6)]
