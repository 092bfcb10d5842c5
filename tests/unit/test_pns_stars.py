"""The hydrostatic stars of the package: tables, parameters, faces on the command line and in figures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feebly import embedded, registry
from feebly.cli import main
from feebly.environments.mean_field import mean_field
from feebly.environments.pns_parameters import Course, standard_parameters
from feebly.environments.pns_sequence import pns_sequence
from feebly.environments.pns_stars import (
    MOMENTS,
    STORED,
    fingerprint,
    pns,
    stored,
    table_text,
)
from feebly.environments.shells import shells_of
from feebly.errors import DataIntegrityError, InvalidValueError
from feebly.limits import solve
from feebly.models import lmu_ltau
from feebly.plot import band_figure, star_figure
from feebly.plot.band_figure import _sides
from feebly.probes import SupernovaCooling
from feebly.units import FM, KM, SECOND

NEEDED = {
    "T", "lapse", "n:B", "n:n", "n:p", "n:e-", "n:mu-", "m*:n", "m*:p", "mu:n", "mu:p", "mu:e-", "mu:mu-",
    "mu:nu_e", "mu:nu_mu", "mu:nu_tau",
}  # fmt: skip


@pytest.mark.parametrize("name", STORED)
def test_stored_star_is_whole(name: str) -> None:
    star = stored(name)
    assert star.name == name
    assert star.provides() >= NEEDED
    assert star.radius[-1] == pytest.approx(1000 * KM)
    n = star.density
    assert n["n"] + n["p"] == pytest.approx(n["B"], rel=1e-7)
    assert n["e-"] + n["mu-"] == pytest.approx(n["p"], rel=1e-5)
    mu = star.potential
    inner = star.radius < star.neutrinosphere
    assert (mu["mu-"] - mu["nu_mu"])[inner] == pytest.approx((mu["e-"] - mu["nu_e"])[inner], abs=1e-4)
    assert np.all(np.diff(star.lapse) > 0)
    assert np.all(np.diff(n["B"]) < 0)
    # the entropy has places there, and the envelope begins outside
    assert np.all(star.kinks > 0.85 * star.neutrinosphere)
    assert shells_of(star).mass_eff[0] == pytest.approx(star.mass_eff["n"][0], rel=0.03)
    edge = int(np.flatnonzero(star.temperature > star.temperature.max() / 2)[-1])
    assert np.all(np.diff(star.temperature[edge:]) < 0)  # heat flows outward
    assert "cerdeno-medium-effects" in star.provenance.keys


@pytest.mark.parametrize("name", [n for n in registry.names("star") if n in STORED])
def test_registered_star_is_its_table(name: str) -> None:
    assert registry.find("star", name)().name == name


def test_star_at_a_moment_of_the_tables_is_read() -> None:
    assert table_text(pns(time_s=2.0, variant="hot")) == table_text(stored("pns-2s-hot"))


@pytest.mark.parametrize("name", STORED)
def test_table_is_read_as_it_was_written(name: str) -> None:
    assert table_text(stored(name)) == embedded.load(f"star/{name.replace('-', '_')}.csv").text


def test_table_belongs_to_its_parameters() -> None:
    summary = embedded.load("star/pns_summary.toml").table()
    plain = standard_parameters(1.0)
    assert fingerprint(plain) == summary["pns-1s"]["parameters_sha256"]
    for change in (
        {"baryonic_mass_msun": 1.61},
        {"knots": 241},
        {"mean_field": "nl3"},
        {"muon_fraction": None},
    ):
        assert fingerprint(replace(plain, **change)) != fingerprint(plain)  # type: ignore[arg-type]


def test_table_belongs_to_its_mean_field(tmp_path: Path) -> None:
    """Another file under the same name, another hash."""
    text = embedded.load("mean_field/tm1.toml").text
    own = tmp_path / "tm1.toml"
    own.write_text(text)
    one = fingerprint(replace(standard_parameters(1.0), mean_field=str(own)))
    own.write_text(text + "\n")
    assert fingerprint(replace(standard_parameters(1.0), mean_field=str(own))) != one
    assert mean_field("tm1").provenance.data


def test_table_of_other_parameters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(standard_parameters(1.0), baryonic_mass_msun=1.7)
    monkeypatch.setattr("feebly.environments.pns_stars.standard_parameters", lambda *_, **__: other)
    with pytest.raises(DataIntegrityError, match="parameters of 'pns-1s' moved"):
        stored("pns-1s")


@pytest.mark.parametrize("time_s", MOMENTS)
def test_variants_are_ordered(time_s: float) -> None:
    """In temperature, mass and luminosity. Not in the density of the centre: leptons hold the cold star apart, heat the hot."""
    cold, plain, hot = (stored(f"pns-{time_s:g}s{v}") for v in ("-cold", "", "-hot"))
    assert 1.1 * cold.temperature[0] < plain.temperature[0] < hot.temperature[0] / 1.1
    if time_s > 0.5:  # the peak of the hot star is cooled by its larger radius
        assert cold.temperature.max() < plain.temperature.max() < hot.temperature.max()
    assert cold.lapse[-1] > plain.lapse[-1] > hot.lapse[-1]
    low, middle, high = (star.neutrino_luminosity or 0.0 for star in (cold, plain, hot))
    assert 1.15 * low < middle < high / 1.15
    for star in (cold, plain, hot):  # no net muon lepton number
        assert star.potential["nu_mu"].min() < -10


def test_parameters_in_time() -> None:
    """The given moments are met; between them the course is monotone and smooth."""
    moments = embedded.load("star/pns.toml").table()["moments"]
    for moment in moments:
        there = standard_parameters(moment["time_s"])
        assert there.entropy == pytest.approx(moment["entropy"], rel=1e-12)
        assert there.lepton_fraction == pytest.approx(moment["lepton_fraction"], rel=1e-12)
    times = np.geomspace(0.5, 10.0, 60)
    leptons = np.array([standard_parameters(float(t)).lepton_fraction[:7] for t in times])
    assert np.all(np.diff(leptons, axis=0) <= 0)
    slope = np.diff(np.log([standard_parameters(float(t)).entropy for t in times]), axis=0)
    assert np.abs(np.diff(slope, axis=0)).max() < 0.02


def test_changes_of_the_user() -> None:
    plain, other = standard_parameters(1.0), Course(mass_msun=1.7, entropy_factor=1.1, lepton_factor=0.9)(1.0)
    assert other.baryonic_mass_msun == 1.7
    assert np.array(other.entropy) == pytest.approx(1.1 * np.array(plain.entropy), rel=1e-12)
    assert np.array(other.lepton_fraction) == pytest.approx(0.9 * np.array(plain.lepton_fraction), rel=1e-12)
    assert other.name == "pns-1s-mass-1.7-entropy-1.1-leptons-0.9"
    assert standard_parameters(1.0, muons="free").muon_fraction is None
    assert standard_parameters(1.0, muons="free").name == "pns-1s-free"
    assert Course(muon_fraction=0.01)(1.0).muon_fraction == (0.01,) * 9
    assert standard_parameters(2.0, mean_field="some/where/own.toml").name == "pns-2s-own"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"entropy_factor": 0.0}, "entropy_factor is 0; it must be positive"),
        ({"lepton_factor": float("nan")}, "lepton_factor is nan"),
        ({"muons": "free", "muon_fraction": 0.01}, "Give muon_fraction or muons = 'free', not both"),
    ],
)
def test_refused_changes(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        pns(**changes)  # type: ignore[arg-type]


def test_band_of_the_star_at_any_time() -> None:
    assert pns(time_s=2.0, variant="cold").name == "pns-2s-cold"
    assert pns(variant="hot").name == "pns-1s-hot"
    with pytest.raises(InvalidValueError, match=r"from 0\.5 to 10 s, not at 0\.1 s"):
        pns(time_s=0.1, variant="hot")


def test_computed_star_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "limit",
        "sn-cooling",
        "--model",
        "lmu-ltau",
        "--mass-mev",
        "50",
        "--option",
        "compton=off",
        "--json",
    ]
    words += ["--star", "pns", "--option", "mass_msun=1.5", "--option", "entropy_factor=1.1"]
    assert main([*words, "--option", "lepton_factor=0.95"]) == 0
    assert "pns-1s-mass-1.5-entropy-1.1-leptons-0.95" in capsys.readouterr().out
    assert main([*words, "--option", "mass=2"]) == 2
    assert "mass_msun" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"time_s": 0.4}, "from 0.5 to 10 s, not at 0.4 s"),
        ({"time_s": 1.0, "variant": "warm"}, "Possible: reference, cold, hot"),
        ({"time_s": 1.0, "muons": "none"}, "Possible: variant, free, trapped"),
    ],
)
def test_refusals(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        standard_parameters(**changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [n for n in registry.names("probe") if n.startswith("sn-")])
def test_supernova_probes_run_on_the_star(name: str) -> None:
    """Every probe of a star gives finite signals on it, for a model that it supports."""
    from feebly.models.em_bl import b_minus_l
    from feebly.models.vector import lmu_ltau

    probe = registry.find("probe", name)(star=stored("pns-1s"))
    model = next((m for m in (lmu_ltau(), b_minus_l()) if probe.supports(m).ok), None)
    if model is None:
        pytest.skip(f"{name} is for models with right-handed neutrinos or Majorons")
    found = probe.prepare(model, 50.0).evaluate([1e-8, 1e-5])
    assert np.all(np.isfinite(found.value))
    assert np.any(found.value > 0)


def test_weights_of_the_sequence() -> None:
    """A function linear in ln t between the moments is integrated exactly, also from and to times between them."""
    moments = np.array(MOMENTS)
    for start, end in ((0.5, 10.0), (1.0, 5.0), (1.3, 1.7), (0.6, 8.0)):
        sequence = pns_sequence(start_s=start, end_s=end)
        assert sequence.duration / SECOND == pytest.approx(end - start, rel=1e-12)
        line = float(sequence.integrate(lambda star: np.log(star.time / SECOND))) / SECOND
        exact = end * (np.log(end) - 1) - start * (np.log(start) - 1)
        assert line == pytest.approx(exact, rel=1e-9)
        fading = float(sequence.integrate(lambda star: SECOND / star.time)) / SECOND
        assert 0 <= fading / np.log(end / start) - 1 < 0.06
    used = [star.time / SECOND for star in pns_sequence(start_s=1.3, end_s=1.7).stars]
    assert used == pytest.approx([1.0, 2.0])
    assert len(pns_sequence(variant="hot").stars) == moments.size
    assert all(star.name.endswith("-hot") for star in pns_sequence(variant="hot").stars)


@pytest.mark.parametrize(
    ("start", "end"), [(0.4, 5.0), (1.0, 11.0), (3.0, 3.0), (5.0, 1.0), (float("nan"), 5.0)]
)
def test_window_of_the_sequence(start: float, end: float) -> None:
    with pytest.raises(InvalidValueError, match=r"must begin and end within 0\.5 to 10 s"):
        pns_sequence(start_s=start, end_s=end)


def test_figures() -> None:
    figure = star_figure(stored("pns-1s"))
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ["temperature [MeV]", "density [g/cm$^3$]", "number per baryon", "potential [MeV]", "effective mass [MeV]", "lapse"]  # fmt: skip
    limits = [
        solve(SupernovaCooling(star=stored(f"pns-1s{v}"), compton="off"), lmu_ltau(), [30.0, 60.0])
        for v in ("", "-hot")
    ]
    drawn = band_figure(limits[0], limits[1:])
    assert len(drawn.axes[0].collections) >= 3  # the region and two bands
    with pytest.raises(InvalidValueError, match="same masses"):
        band_figure(limits[0], [replace(limits[1], mass=limits[1].mass * 2)])


def test_band_closes_where_a_variant_ends() -> None:
    """The variant excludes nothing at the last mass: half way there its edges meet, and so does what both exclude."""
    both = solve(SupernovaCooling(star=stored("pns-1s"), compton="off"), lmu_ltau(), [10.0, 20.0, 40.0])
    rows = tuple(np.array(row) for row in ([[1e-9, 1e-7]], [[1e-9, 1e-7]], [[1e-9, 1e-8]]))
    first = replace(both, excluded=rows, edges=((("physical", "physical"),),) * 3)
    none = np.zeros((0, 2))
    smaller = (np.array([[4e-9, 4e-8]]), np.array([[4e-9, 1e-8]]), none)
    other = replace(first, excluded=smaller, edges=(*first.edges[:2], ()))
    mass, inner, outer = _sides([first, other])
    np.testing.assert_allclose(mass, [10, 10 * 2**0.5, 20, 20 * 2**0.5, 40])
    np.testing.assert_allclose(inner[:, 0], [4e-9, 4e-9, 4e-9, (4e-9 * 1e-8) ** 0.5, (1e-9 * 1e-8) ** 0.5])
    np.testing.assert_allclose(inner[:, 1], [4e-8, 2e-8, 1e-8, (4e-9 * 1e-8) ** 0.5, (1e-9 * 1e-8) ** 0.5])
    np.testing.assert_allclose(outer[:, 0], 1e-9)
    np.testing.assert_allclose(outer[:, 1], [1e-7, 1e-7, 1e-7, 1e-15**0.5, 1e-8])
    lines = [line.get_xdata() for line in band_figure(first, [other]).axes[0].lines]
    assert any(len(x) == 3 and x[-1] == pytest.approx(20 * 2**0.5) for x in lines)  # the variant, to its tip


def test_band_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "limit",
        "sn-cooling",
        "--model",
        "lmu-ltau",
        "--mass-mev",
        "50",
        "--option",
        "compton=off",
        "--star",
        "pns-1s",
        "--band",
    ]
    assert main([*words, "-o", str(tmp_path / "band.png"), "-o", str(tmp_path / "band.json"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["limits"]
    assert len(found) == 3
    assert (tmp_path / "band.png").stat().st_size > 10_000
    assert len(json.loads((tmp_path / "band.json").read_text())["limits"]) == 3
    assert main([*words[:6], "--band"]) == 2
    assert "--star pns-1s" in capsys.readouterr().err
    words[words.index("pns-1s")] = "pns"
    assert main([*words, "--option", "time_s=1", "--json"]) == 0  # the same stars, chosen by an option
    assert [x["excluded"] for x in json.loads(capsys.readouterr().out)["limits"]] == [
        x["excluded"] for x in found
    ]
    assert main([*words, "--option", "variant=hot"]) == 2
    assert "leave out --option variant" in capsys.readouterr().err


def test_star_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", "--star", "fischer18-1s", "-o", str(tmp_path / "star.png")]) == 0
    assert (tmp_path / "star.png").stat().st_size > 10_000
    assert main(["plot", "-o", str(tmp_path / "none.png")]) == 2
    assert "give files, or --star NAME" in capsys.readouterr().err
    assert main(["plot", "some.json", "--star", "pns-1s", "-o", str(tmp_path / "none.png")]) == 2
    assert "drawn alone" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pns-0.5s-hot", "pns-1s", "pns-5s-cold", "pns-10s"])
def test_table_is_computed_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All columns, to the digits that a converged search leaves, and the luminosity."""
    time, _, variant = name.removeprefix("pns-").partition("-")
    kept = stored(name)
    monkeypatch.setattr("feebly.environments.pns_stars.STORED", ())  # so that it is not read
    again = pns(time_s=float(time.removesuffix("s")), variant=variant or "reference")  # type: ignore[arg-type]
    assert again.radius == pytest.approx(kept.radius, rel=1e-6)
    assert again.temperature == pytest.approx(kept.temperature, rel=1e-6)
    assert again.density["B"] * FM**3 == pytest.approx(kept.density["B"] * FM**3, rel=1e-5)
    for species, values in kept.potential.items():
        assert again.potential[species] == pytest.approx(values, abs=1e-3)
    assert again.neutrinosphere == pytest.approx(kept.neutrinosphere, rel=1e-6)
    assert again.neutrino_luminosity == pytest.approx(kept.neutrino_luminosity, rel=1e-4)
    assert again.provenance.sources == kept.provenance.sources
    assert again.provenance.omitted == kept.provenance.omitted
    assert again.provenance.choices >= kept.provenance.choices


@pytest.mark.slow
def test_star_of_the_second_set_between_the_moments() -> None:
    star = pns(time_s=2.0, mean_field="nl3")
    assert star.name == "pns-2s-nl3"
    assert stored("pns-5s").neutrinosphere < star.neutrinosphere < stored("pns-1s").neutrinosphere
    assert star.density["B"][0] < stored("pns-1s").density["B"][0]  # a stiffer set
