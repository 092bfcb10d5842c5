"""Readers of a user's own star profile: formats, maps, rules that fill gaps, and refusals."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feebly import constants
from feebly.arrays import Array
from feebly.constants import ATOMIC_MASS_UNIT, ELECTRON_MASS, NEUTRON_MASS, PROTON_MASS
from feebly.environments import star_columns
from feebly.environments.profile_report import report
from feebly.environments.star import StarProfile, gravitational_lapse
from feebly.environments.star_columns import find_unit, read_name
from feebly.environments.star_files import parse_columns, profile_from_file, read_table
from feebly.errors import InvalidValueError, ProfileFormatError
from feebly.math.fermi import net_density
from feebly.units import CM, ERG, FM, GRAM, KM, SECOND

ARCHIVE = "hydro-SFHo-s18.80-MUONS-T=1.0001996.txt"
TWO_LINES = ["model s18.80 at 1 s", "radius vel rho eps T"]
FIVE_LINES = ["SFHo", "zones 40 time 1.0001996", "40 25", "1.0001996", " ".join(map(str, range(1, 26)))]


def toy() -> dict[str, Array]:
    """A star in practical units, by the names of the layout; its first row is off the centre."""
    r = np.concatenate([np.linspace(0.2, 30.0, 30), np.geomspace(32.0, 1.5e4, 10)])
    ratio = np.where(r < 10, 1 + 0.2 * (1 - r / 10), np.maximum(r / 10, 1.0) ** -5.0)
    return {
        "radius": r * 1e5,
        "mass_density": 3e14 * ratio + 1.0,
        "temperature": 30 * np.cbrt(ratio),
        "lapse": 1 - 0.35 * np.exp(-r / 40),
        "mu_nu_e": 100 * np.cbrt(ratio),
        "mu_e": 200 * np.cbrt(ratio) + 0.5,
        "mu_n_minus_mass": 30 * ratio,
        "mu_p_minus_mass": -40 * ratio,
        "mu_mu": 100 * np.cbrt(ratio) + 1,
        "mu_nu_mu": -3 * np.cbrt(ratio),
        "U_n": -20 * ratio,
        "U_p": -30 * ratio,
        "m_star_n": 939 - 240 * np.minimum(ratio, 1),
        "m_star_p": 938 - 240 * np.minimum(ratio, 1),
    }


POSITIONS = dict(zip(toy(), (0, 2, 4, 7, 8, 9, 10, 11, 12, 13, 21, 22, 23, 24), strict=True))


def write_garching(path: Path, star: Mapping[str, Array], header: Sequence[str] = TWO_LINES) -> Path:
    table = np.zeros((star["radius"].size, 25))
    for name, values in star.items():
        table[:, POSITIONS[name]] = values
    body = [" ".join(f"{value:.17g}" for value in row) for row in table]
    path.write_text("\n".join([*header, *body]) + "\n", encoding="utf-8")
    return path


def write_csv(path: Path, columns: Mapping[str, Array], separator: str = ",", top: str = "") -> Path:
    rows = zip(*columns.values(), strict=True)
    body = [separator.join(f"{value:.17g}" for value in row) for row in rows]
    path.write_text(top + "\n".join([separator.join(columns), *body]) + "\n", encoding="utf-8")
    return path


def as_csv(star: Mapping[str, Array]) -> dict[str, Array]:
    """The toy with the package's own names of columns."""
    renamed = {"radius": "radius_km", "mass_density": "density_g_per_cm3", "lapse": "lapse"}
    named = {renamed.get(name, f"{name}_mev"): values for name, values in star.items()}
    return named | {"radius_km": star["radius"] / 1e5}


def put(folder: Path, text: str, name: str = "star.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def choices(star: StarProfile) -> dict[str, str]:
    return dict(star.provenance.choices)


# ---------------------------------------------------------------- formats


def test_garching_header_lines_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    two = read_table(write_garching(tmp_path / "a" / ARCHIVE, toy()))
    five = read_table(write_garching(tmp_path / "b" / ARCHIVE, toy(), FIVE_LINES))
    assert (two.header_lines, five.header_lines) == (2, 5)
    assert two.layout == five.layout == "garching"
    assert two.rows == five.rows == 40
    assert set(two.columns) == set(toy())
    for name, values in toy().items():
        np.testing.assert_array_equal(two.columns[name].values, values)
        np.testing.assert_array_equal(five.columns[name].values, values)


def test_garching_profile(tmp_path: Path) -> None:
    path = write_garching(tmp_path / ARCHIVE, toy(), FIVE_LINES)
    star, expected = profile_from_file(path), toy()
    assert star.name == path.stem
    assert star.time / SECOND == pytest.approx(1.0001996, rel=1e-12)
    assert star.radius[0] == 0
    np.testing.assert_allclose(star.radius[1:] / CM, expected["radius"], rtol=1e-12)
    np.testing.assert_array_equal(star.potential["n"][1:], expected["mu_n_minus_mass"] + NEUTRON_MASS)
    np.testing.assert_array_equal(star.potential["p"][1:], expected["mu_p_minus_mass"] + PROTON_MASS)
    np.testing.assert_array_equal(star.potential["mu-"][1:], expected["mu_mu"])
    np.testing.assert_array_equal(star.potential["nu_tau"], 0.0)
    np.testing.assert_array_equal(star.mass_eff["n"][1:], expected["m_star_n"])
    np.testing.assert_array_equal(star.lapse[1:], expected["lapse"])
    assert choices(star)["profile.mu_nu_tau"] == "0 (not in the file)"
    assert "profile.mu_nu_mu" not in choices(star)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    assert f"{ARCHIVE}@sha256:{digest}" in star.provenance.data
    assert star.provenance.sources
    assert any("U_n" in text for text in star.provenance.omitted)


def test_renamed_garching_file_is_recognised_by_its_width(tmp_path: Path) -> None:
    raw = read_table(write_garching(tmp_path / "mine.dat", toy(), ["a header", "of two lines"]))
    assert raw.layout == "garching"
    assert raw.stated == {}
    assert "25 columns" in raw.notes[0]


def test_csv_of_the_package_and_of_others(tmp_path: Path) -> None:
    star = as_csv(toy())
    plain = profile_from_file(write_csv(tmp_path / "a.csv", star))
    tolerant = {
        "R [cm]": toy()["radius"],
        "T (MeV)": toy()["temperature"],
        "rho[g cm^-3]": toy()["mass_density"],
        "alpha": toy()["lapse"],
        "entropy": toy()["lapse"],
    }
    other = profile_from_file(write_csv(tmp_path / "b.csv", tolerant, ";"))
    np.testing.assert_allclose(other.radius, plain.radius, rtol=1e-12)
    np.testing.assert_array_equal(other.temperature, plain.temperature)
    np.testing.assert_array_equal(other.density["B"], plain.density["B"])
    np.testing.assert_array_equal(other.lapse, plain.lapse)
    assert read_table(tmp_path / "b.csv").unused == ("entropy",)


def test_white_space_table_with_names_and_a_line_of_units(tmp_path: Path) -> None:
    text = "# r T rho Ye\n# km MeV g/cm3 1\n0 30 3e14 0.3\n\n# a comment\n10 2D1 2.5e14 0.2\n20 5 1e12 0.1\n"
    raw = read_table(put(tmp_path, text, "my.dat"))
    assert (raw.layout, raw.header_lines, raw.lines) == ("table", 2, (3, 6, 7))
    np.testing.assert_array_equal(raw.columns["temperature"].values, [30, 20, 5])
    assert raw.columns["mass_density"].unit.spelling == "g/cm3"


def test_words_above_a_table_are_no_names(tmp_path: Path) -> None:
    path = put(tmp_path, "my star now\n0 30 3e14\n20 5 1e12\n", "my.dat")
    raw = read_table(path, {"r": "km", "T": "MeV", "rho": "g/cm3"})
    assert set(raw.columns) == {"radius", "temperature", "mass_density"}


ECSV = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: r, unit: km, datatype: float64}
# - {name: phase, datatype: string}
# - {name: 'T', unit: MeV, datatype: float64, description: 'gas, not neutrinos'}
# - name: rho
#   unit: g / cm3
#   datatype: float64
# - {name: nb, unit: 1 / fm3, datatype: float64}
# meta: !!omap
# - {time_s: 2.5}
# schema: astropy-2.0
r,phase,T,rho,nb
0.0,core,30.0,3e14,0.18
10.0,core,20.0,2.5e14,0.15
20.0,"ma,ntle",5.0,1e12,0.0006
"""


def test_ecsv(tmp_path: Path) -> None:
    raw = read_table(put(tmp_path, ECSV, "star.ecsv"))
    assert raw.layout == "ecsv"
    assert raw.header_lines == 15
    units = {name: column.unit.spelling for name, column in raw.columns.items()}
    assert units == {"radius": "km", "temperature": "MeV", "mass_density": "g/cm3", "baryon_density": "fm^-3"}
    assert raw.unused == ("phase",)
    star = profile_from_file(tmp_path / "star.ecsv")
    assert star.time / SECOND == pytest.approx(2.5)
    np.testing.assert_allclose(star.density["B"] * FM**3, [0.18, 0.15, 0.0006], rtol=1e-12)


def test_ecsv_separated_by_blanks(tmp_path: Path) -> None:
    text = ECSV.replace("# delimiter: ','\n", "").replace('"ma,ntle"', '"the mantle"')
    head, body = text.split("r,phase", 1)
    raw = read_table(put(tmp_path, head + ("r,phase" + body).replace(",", " "), "star.ecsv"))
    np.testing.assert_array_equal(raw.columns["temperature"].values, [30, 20, 5])


# ---------------------------------------------------------------- maps


@pytest.mark.parametrize(
    "columns",
    [
        {"r": "cm", "T": "MeV", "rho": "g/cm3", "Ye": "1"},
        {"r_cm": 0, "T_MeV": 1, "rho_g_per_cm3": 2, "Ye": 3},
        parse_columns("r_cm=0, T_MeV=1, rho_g_cm3=2, Ye=3"),
        parse_columns("r=cm,T=MeV,rho=g/cm3,Y_e=1e0") | {"Y_e": "1"},
    ],
)
def test_maps_of_a_table_without_names(tmp_path: Path, columns: dict[str, str | int]) -> None:
    path = put(tmp_path, "0 30 3e14 0.3\n1e6 20 2e14 0.2\n2e6 5 1e12 0.1\n", "my_star_1s.dat")
    star = profile_from_file(path, columns=columns)
    np.testing.assert_allclose(star.radius / KM, [0, 10, 20], rtol=1e-12)
    np.testing.assert_allclose(star.density["e-"] / star.density["B"], [0.3, 0.2, 0.1], rtol=1e-12)


@pytest.mark.parametrize(
    "columns",
    [
        {"r": "km", "T": "MeV"},
        {"r_km": "dist", "kT_MeV": "kT"},
        {"r_km": 1, "T_MeV": 0},
        {"radius_km": 1, "T": "MeV"},
    ],
)
def test_maps_of_a_table_with_names(tmp_path: Path, columns: dict[str, str | int]) -> None:
    first = "dist" if "dist" in columns.values() else "radius"
    path = put(tmp_path, f"kT,{first},mu_nu_e_mev\n30,0,100\n5,20,1\n")
    star = profile_from_file(path, columns=columns)
    np.testing.assert_allclose(star.radius / KM, [0, 20], rtol=1e-12)
    np.testing.assert_array_equal(star.temperature, [30, 5])
    np.testing.assert_array_equal(star.potential["nu_e"], [100, 1])


def test_map_adds_to_the_garching_layout_or_replaces_it(tmp_path: Path) -> None:
    path = write_garching(tmp_path / ARCHIVE, toy() | {"mu_nu_mu": 0.2 + 0 * toy()["mu_nu_mu"]})
    added = read_table(path, {"Ye": 13})
    assert added.columns["electron_fraction"].index == 13
    assert "mu_mu" in added.columns
    alone = read_table(path, parse_columns("r_cm=0,T_MeV=4"))
    assert set(alone.columns) == {"radius", "temperature"}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"r_cm": 0, "T_MeV": 9}, ["no column 9", "0 to 2", "counted from 0"]),
        ({"r_cm": -1, "T_MeV": 1}, ["no column -1"]),
        ({"r_cm": 0, "T": 1}, ["'T'", "needs a unit", "T_MeV"]),
        ({"r_cm": 0, "T": "parsec"}, ["parsec", "T_MeV"]),
        ({"r_cm": 0, "T_km": 1}, ["'km' is no unit of temperature", "MeV"]),
        ({"r_cm": 0, "foo": 1}, ["'foo'", "no known quantity"]),
        ({"r_cm": 0, "T_MeV": 0}, ["radius and temperature from column 0"]),
        ({"r_cm": 0, "radius_km": 1}, ["radius twice"]),
        ({"r": "cm", "T": "MeV"}, ["3 columns", "2 entries", "counted from 0"]),
        ({"r": "cm", "T_MeV": 1, "Ye": "1"}, ["mixes"]),
        ({"r_cm": 0, "T_MeV": "hot"}, ["no column is called 'hot'"]),
        ({"r_cm": 0}, ["no column gives the temperature", "3 without names"]),
    ],
)
def test_bad_maps(tmp_path: Path, columns: dict[str, str | int], words: list[str]) -> None:
    path = put(tmp_path, "0 30 0.3\n1e6 20 0.2\n2e6 5 0.1\n", "my.dat")
    refuses(path, words, columns)


@pytest.mark.parametrize("text", ["r_cm", "r_cm=", "=1", "r_cm=0,,T_MeV=1", "r_cm=0,r_cm=1", ""])
def test_bad_map_text(text: str) -> None:
    with pytest.raises(ProfileFormatError, match="counted from 0"):
        parse_columns(text)


# ---------------------------------------------------------------- units


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ("km", KM), ("M", 1e-3 * KM), ("cm", CM), ("mev", 1.0), ("GeV", 1e3),
        ("g / cm3", GRAM / CM**3),
        ("g cm**-3", GRAM / CM**3), ("g_per_cm3", GRAM / CM**3), ("MeV fm^-3", 1 / FM**3),
        ("fm-3", 1 / FM**3),
        ("per_fm3", 1 / FM**3), ("1/cm3", 1 / CM**3), ("1", 1.0),
    ],
)  # fmt: skip
def test_units(spelling: str, value: float) -> None:
    unit = find_unit(spelling)
    assert unit is not None
    assert unit.factor == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("radius_km", "radius", "km"), ("R_km", "radius", "km"), ("r[cm]", "radius", "cm"),
        ("r_m", "radius", "m"),
        ("T_MeV", "temperature", "MeV"), ("T/MeV", "temperature", "MeV"),
        ("Temp (GeV)", "temperature", "GeV"),
        ("rho_g_cm3", "mass_density", "g/cm3"), ("density_fm3", "baryon_density", "fm^-3"),
        ("baryon_density_fm3", "baryon_density", "fm^-3"), ("n_b [1/fm3]", "baryon_density", "fm^-3"),
        ("Ye", "electron_fraction", "1"), ("y_mu", "muon_fraction", "1"), ("lapse", "lapse", "1"),
        ("mu_mu_mev", "mu_mu", "MeV"), ("mu_nue_MeV", "mu_nu_e", "MeV"), ("m*_n [MeV]", "m_star_n", "MeV"),
        ("t_MeV", "temperature", "MeV"),
    ],
)  # fmt: skip
def test_names(text: str, quantity: str, unit: str) -> None:
    naming = read_name(text)
    assert naming is not None
    assert naming.unit is not None
    assert (naming.quantity.name, naming.unit.spelling) == (quantity, unit)


@pytest.mark.parametrize("text", ["t", "t_s", "time_s", "entropy_k", "shell", "x_1"])
def test_names_of_nothing(text: str) -> None:
    assert read_name(text) is None


def test_kelvin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "r_km,T_K\n0,3.5e11\n20,6e10\n")
    monkeypatch.setattr(star_columns, "_kelvin", lambda: 0.0)
    refuses(path, ["kelvin", "MeV"])
    per_kelvin = 1.4e-23 / constants.MEV_SI
    monkeypatch.setattr(star_columns, "_kelvin", lambda: per_kelvin)
    np.testing.assert_allclose(profile_from_file(path).temperature, [3.5e11 * per_kelvin, 6e10 * per_kelvin])


def test_units_are_converted(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "a.csv", as_csv(toy()))
    star = toy()
    two = write_csv(
        tmp_path / "b.csv",
        {
            "r_m": star["radius"] / 100,
            "T_GeV": star["temperature"] / 1e3,
            "n_b_per_cm3": star["mass_density"] * GRAM / ATOMIC_MASS_UNIT,
        },
    )
    a, b = profile_from_file(one), profile_from_file(two)
    np.testing.assert_allclose(a.radius, b.radius, rtol=1e-12)
    np.testing.assert_allclose(a.temperature, b.temperature, rtol=1e-12)
    np.testing.assert_allclose(a.density["B"], b.density["B"], rtol=1e-12)


# ---------------------------------------------------------------- rules


def test_muon_potential_from_the_electrons(tmp_path: Path) -> None:
    columns = as_csv(toy())
    del columns["mu_mu_mev"]
    star = profile_from_file(write_csv(tmp_path / "a.csv", columns))
    expected = toy()["mu_e"] - toy()["mu_nu_e"] + toy()["mu_nu_mu"]
    np.testing.assert_array_equal(star.potential["mu-"][1:], expected)
    assert choices(star)["profile.mu_mu"] == "mu_e - mu_nu_e + mu_nu_mu"
    del columns["mu_nu_mu_mev"]
    star = profile_from_file(write_csv(tmp_path / "b.csv", columns))
    np.testing.assert_array_equal(star.potential["mu-"][1:], toy()["mu_e"] - toy()["mu_nu_e"])
    np.testing.assert_array_equal(star.potential["nu_mu"], 0.0)
    assert choices(star)["profile.mu_mu"] == "mu_e - mu_nu_e"
    assert choices(star)["profile.mu_nu_mu"] == "0 (not in the file)"


def test_muon_potential_from_density_and_fraction(tmp_path: Path) -> None:
    text = "r_km,T_MeV,rho_g_cm3,Ye{0}\n0,30,3e14,0.3{1}\n10,20,2e14,0.2{1}\n20,5,1e12,0.1{1}\n"
    star = profile_from_file(put(tmp_path, text.format(",mu_nu_e_mev", ",40")))
    back = net_density(star.temperature, star.potential["mu-"] + 40, ELECTRON_MASS)
    np.testing.assert_allclose(back, star.density["e-"], rtol=1e-9)
    np.testing.assert_allclose(star.density["n"] + star.density["p"], star.density["B"], rtol=1e-12)
    assert choices(star)["profile.mu_e"] == "ideal gas of n_e = Y_e n_B"
    lost = profile_from_file(put(tmp_path, text.format("", "")))
    assert not {"mu:mu-", "mu:nu_e"} & lost.provides()
    assert "mu:e-" in lost.provides()


def test_cold_outer_layers_give_no_warning(tmp_path: Path) -> None:
    rows = ["0,30,3e14,0.3,0.7", "30,3,1e11,0.2,0.9", "1e4,5e-4,1e3,0.5,1", "2e4,1e-4,1,0.5,1"]
    star = profile_from_file(put(tmp_path, "\n".join(["r_km,T_MeV,rho_g_cm3,Ye,lapse", *rows])))
    assert np.all(np.isfinite(star.potential["e-"]))


def test_column_of_zeros_is_no_potential(tmp_path: Path) -> None:
    nothing = np.zeros(40)
    path = write_garching(tmp_path / ARCHIVE, toy() | {"mu_mu": nothing, "lapse": nothing})
    star = profile_from_file(path)
    assert choices(star)["profile.mu_mu"] == "mu_e - mu_nu_e + mu_nu_mu"
    assert choices(star)["profile.lapse"] == "from the density, pressure neglected"


def test_lapse_rules(tmp_path: Path) -> None:
    columns = as_csv(toy())
    del columns["lapse"]
    star = profile_from_file(write_csv(tmp_path / "a.csv", columns))
    rho = star.baryonic_mass_density
    assert rho is not None
    np.testing.assert_array_equal(star.lapse, gravitational_lapse(star.radius, rho))
    del columns["density_g_per_cm3"]
    flat = profile_from_file(write_csv(tmp_path / "b.csv", columns))
    np.testing.assert_array_equal(flat.lapse, 1.0)
    assert choices(flat)["profile.lapse"].startswith("1 ")
    assert "lapse" not in flat.provides()


def test_neutrinosphere_rules(tmp_path: Path) -> None:
    rows = "r_km,T_MeV,rho_g_cm3\n0,30,3e14\n20,5,5e11\n30,3,1e11\n40,2,1e10\n"
    path = put(tmp_path, rows)
    assert profile_from_file(path).neutrinosphere / KM == pytest.approx(25.0, rel=1e-12)
    assert profile_from_file(path, neutrinosphere_km=18.0).neutrinosphere / KM == pytest.approx(18.0)
    stated = put(tmp_path, "# neutrinosphere_km = 22\n" + rows, "b.csv")
    assert profile_from_file(stated).neutrinosphere / KM == pytest.approx(22.0)
    short = put(tmp_path, "\n".join(rows.splitlines()[:3]), "c.csv")
    assert profile_from_file(short).neutrinosphere / KM == pytest.approx(20.0)
    assert choices(profile_from_file(short))["profile.neutrinosphere"] == "edge of the profile"
    with pytest.raises(ProfileFormatError, match="outside the profile"):
        profile_from_file(path, neutrinosphere_km=50.0)


def test_time_luminosity_and_name(tmp_path: Path) -> None:
    path = put(tmp_path, "# time_s: 3\n# neutrino_luminosity_erg_per_s = 5e52\nr_km,T_MeV\n0,30\n20,5\n")
    star = profile_from_file(path)
    assert star.neutrino_luminosity is not None
    assert star.time / SECOND == pytest.approx(3)
    assert star.neutrino_luminosity / (ERG / SECOND) == pytest.approx(5e52)
    star = profile_from_file(path, time_s=2, neutrino_luminosity_erg_per_s=1e52, name="mine")
    assert star.neutrino_luminosity is not None
    assert (star.name, round(star.time / SECOND, 9)) == ("mine", 2.0)
    assert star.neutrino_luminosity / (ERG / SECOND) == pytest.approx(1e52)
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InvalidValueError, match="time_s"):
            profile_from_file(path, time_s=wrong)


def test_all_rows_are_kept_and_jumps_stay(tmp_path: Path) -> None:
    star = profile_from_file(put(tmp_path, "r_km,T_MeV\n0,30\n10,30\n10,20\n1e5,1e-3\n"))
    assert star.radius.size == 4
    np.testing.assert_allclose(star.kinks / KM, [10])
    assert star.radius[-1] / KM == pytest.approx(1e5)


# ---------------------------------------------------------------- refusals


def refuses(path: Path, words: Sequence[str], columns: Mapping[str, str | int] | None = None) -> None:
    with pytest.raises(ProfileFormatError) as caught:
        profile_from_file(path, columns=columns)
    message = str(caught.value)
    for word in words:
        assert word in message
    assert len(message.splitlines()) <= 2
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


HEAD = "r_km,T_MeV,rho_g_cm3,Ye,lapse\n"
ROWS = ["0,30,3e14,0.3,0.7", "10,20,2e14,0.2,0.8", "20,5,1e12,0.1,0.9"]


@pytest.mark.parametrize(
    ("row", "replacement", "words"),
    [
        (1, "10,20,2e14,0.2", ["line 3 has 4 cells", "5 columns"]),
        (0, "0,30,3e14,0.3", ["line 2 has 4 cells", "5 columns"]),
        (1, "10,abc,2e14,0.2,0.8", ["line 3, column 'T_MeV'", "'abc' is not a finite number"]),
        (0, "0,3O,3e14,0.3,0.7", ["line 2, column 'T_MeV'", "'3O'"]),
        (1, "10,,2e14,0.2,0.8", ["line 3, column 'T_MeV'", "empty"]),
        (1, "10,nan,2e14,0.2,0.8", ["line 3, column 'T_MeV'", "nan"]),
        (2, "inf,5,1e12,0.1,0.9", ["line 4, column 'r_km'", "inf"]),
        (2, "5,5,1e12,0.1,0.9", ["line 4", "radius is 5 km after 10"]),
        (0, "-1,30,3e14,0.3,0.7", ["line 2", "radius is -1 km"]),
        (1, "10,-20,2e14,0.2,0.8", ["line 3", "temperature is -20 MeV", "positive"]),
        (2, "20,0,1e12,0.1,0.9", ["line 4", "temperature is 0 MeV"]),
        (1, "10,20,-2e14,0.2,0.8", ["line 3", "mass density is -2e+14 g/cm3"]),
        (1, "10,20,2e14,1.2,0.8", ["line 3", "electron fraction is 1.2"]),
        (1, "10,20,2e14,0.2,1.8", ["line 3", "lapse is 1.8"]),
        (1, "10,20,2e14,0.2,0", ["line 3", "lapse is 0"]),
    ],
)
def test_bad_rows(tmp_path: Path, row: int, replacement: str, words: list[str]) -> None:
    rows = [*ROWS[:row], replacement, *ROWS[row + 1 :]]
    refuses(put(tmp_path, HEAD + "\n".join(rows) + "\n"), ["star.csv", *words])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        ("  \n\n", ["empty"]),
        ("nothing here\nbut words\n", ["no row"]),
        ("r_km,T_MeV\n", ["no row"]),
        ("r_km,T_MeV\n0,30\n", ["only one row"]),
        ("0,0 30,0\n", ["decimal commas"]),
        ("r_km;T_MeV\n0,5;30,1\n10,5;20,5\n", ["decimal commas"]),
        ("0 30\n20 5\n", ["2 columns have no names", "--columns r_cm=0,T_MeV=4", "counted from 0"]),
        ("r,T_MeV\n0,30\n20,5\n", ["'r' states no unit", "r_cm=0", "counted from 0"]),
        ("r_km,heat\n0,30\n20,5\n", ["no column gives the temperature", "T, temp, kT", "r_km, heat"]),
        ("depth,T_MeV\n0,30\n20,5\n", ["no column gives the radius", "depth, T_MeV"]),
        ("r_km,T_MeV,T_MeV\n0,30,30\n20,5,5\n", ["'T_MeV' (1) and 'T_MeV' (2)", "both give the temperature"]),
        ("r_km,T_MeV,kT_GeV\n0,30,3\n20,5,1\n", ["'T_MeV' (1) and 'kT_GeV' (2)"]),
        ("r_km,T_MeV\n0,30,1\n20,5,1\n", ["names 2 columns, the rows have 3"]),
        ("r_km,T[erg]\n0,3e-5\n20,5e-6\n", ["'erg' is no unit of temperature"]),
        ("r_km,T_MeV\n20,5\n10,20\n0,30\n", ["from the edge to the centre"]),
        ("r_km,T_MeV\n0,5\n0,20\n0,30\n", ["0 km"]),
        ("r_km,T_MeV\n0,30\n2e6,5\n", ["looks like cm given as km", "20 km"]),
        ("r_cm,T_MeV\n0,30\n20,5\n", ["looks like km given as cm", "20 km"]),
        ("r_km,T_MeV\n0,3e-2\n20,5e-3\n", ["looks like GeV given as MeV", "30 MeV"]),
        ("r_km,T_GeV\n0,30\n20,5\n", ["looks like MeV given as GeV"]),
        (
            "r_km,T_MeV\n0,3e7\n20,5e6\n",
            ["temperature at the centre would be 3e+07 MeV", "looks like eV given as MeV"],
        ),
        ("r_km,T_MeV\n0,30\n10,500\n20,5\n", ["largest temperature would be 500 MeV", "kelvin"]),
        ("r_km,T_MeV,rho_g_cm3\n0,30,3e14\n20,5,1e18\n", ["largest density would be 1e+18 g/cm3"]),
        ("r_km,T_MeV,rho_g_cm3\n0,30,0.2\n20,5,1e-3\n", ["looks like fm^-3 given as g/cm3"]),
        ("r_km,T_MeV,n_b_fm3\n0,30,3e14\n20,5,1e12\n", ["looks like g/cm3 given as fm^-3"]),
        ("r_km,T_MeV,n_b_fm3\n0,30,2e38\n20,5,1e36\n", ["looks like cm^-3 given as fm^-3"]),
        ("r_km,T_MeV,mu_e_mev\n0,30,0.2\n20,5,0.01\n", ["largest mu_e", "looks like GeV given as MeV"]),
        ("r_km,T_MeV,mu_n_mev\n0,30,50\n20,5,1\n", ["mu_n_minus_mass"]),
        ("r_km,T_MeV,mu_n_minus_mass_mev\n0,30,990\n20,5,950\n", ["With the rest mass included"]),
        ("r_km,T_MeV\n3e4,30\n4e4,5\n", ["innermost radius is 3e+04 km"]),
        ("r_km,T_MeV,rho_g_cm3\n0,30,3e14\n20,30,3e14\n20000,5,1e12\n", ["solar masses"]),
        ("r_km,T_MeV,rho_g_cm3\n0,30,3e14\n30,5,1e11\n1e4,1,1e3\n", ["lines 3 and 4 are too far apart"]),
        ("# %ECSV 1.0\n# ---\nr,T\n0,30\n", ["ECSV header is not complete"]),
        ("# %ECSV 1.0\n# datatype:\n# - {name: r, unit: km}\nr T\n0 30\n", ["describes the columns r"]),
    ],
)
def test_bad_files(tmp_path: Path, text: str, words: list[str]) -> None:
    refuses(put(tmp_path, text), ["star.csv", *words])


def test_files_that_are_no_text(tmp_path: Path) -> None:
    refuses(tmp_path / "nowhere.csv", ["no file", "nowhere.csv"])
    refuses(tmp_path, ["is not a file"])
    for name, raw, word in (
        ("a.npy", b"\x93NUMPY\x01\x00v\x00", "not a text file"),
        ("a.txt", "Größe 1 2\n".encode("latin-1"), "not a text file"),
        ("a.gz", b"\x1f\x8b\x08abc", "gunzip"),
    ):
        (tmp_path / name).write_bytes(raw)
        refuses(tmp_path / name, [name, word])


def test_unread_columns_may_hold_anything(tmp_path: Path) -> None:
    star = profile_from_file(put(tmp_path, "zone,r_km,T_MeV,phase\n1,0,30,core\n*****,20,5,\n"))
    np.testing.assert_array_equal(star.temperature, [30, 5])


def test_truncated_fortran_exponent(tmp_path: Path) -> None:
    star = profile_from_file(put(tmp_path, "r_km T_MeV mu_nu_e_mev\n0 30 1.5d2\n20 5 1.5-120\n", "a.dat"))
    np.testing.assert_allclose(star.potential["nu_e"], [150, 1.5e-120])


def test_map_against_the_units_of_the_file(tmp_path: Path) -> None:
    path = put(tmp_path, "r_km,T_MeV\n0,30\n20,5\n")
    refuses(path, ["the column map says cm", "'r_km' says otherwise"], {"r": "cm", "T": "MeV"})


# ---------------------------------------------------------------- properties


@settings(max_examples=20, deadline=None)
@given(
    scale=st.floats(0.2, 2.0),
    heat=st.floats(3.0, 100.0),
    potential=st.floats(5.0, 500.0),
    rows=st.integers(3, 40),
    header=st.sampled_from([TWO_LINES, FIVE_LINES, []]),
)
def test_csv_and_garching_give_the_same_star(
    scale: float, heat: float, potential: float, rows: int, header: list[str]
) -> None:
    r = np.linspace(0.0, 30 * scale, rows)
    shape = np.exp(-r / (10 * scale))
    star = {
        "radius": r * 1e5,
        "mass_density": 5e14 * shape,
        "temperature": heat * shape,
        "lapse": 1 - 0.3 * shape,
        "mu_nu_e": potential * shape,
        "mu_e": 2 * potential * shape,
        "mu_n_minus_mass": 50 * shape,
        "mu_p_minus_mass": -20 * shape,
        "mu_mu": potential * shape,
        "mu_nu_mu": -shape,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        a = profile_from_file(write_garching(folder / ARCHIVE, star, header), time_s=1)
        b = profile_from_file(write_csv(folder / "a.csv", as_csv(star)), time_s=1)
    np.testing.assert_allclose(a.radius, b.radius, rtol=1e-12)
    np.testing.assert_array_equal(a.temperature, b.temperature)
    np.testing.assert_array_equal(a.lapse, b.lapse)
    for species in ("n", "p", "e-", "mu-", "nu_e", "nu_mu", "nu_tau"):
        np.testing.assert_array_equal(a.potential[species], b.potential[species])
    np.testing.assert_array_equal(a.density["B"], b.density["B"])
    assert a.neutrinosphere == pytest.approx(b.neutrinosphere, rel=1e-12)


# ---------------------------------------------------------------- report


def test_report(tmp_path: Path) -> None:
    path = write_garching(tmp_path / ARCHIVE, toy())
    found = report(path)
    assert (found.layout, found.rows, found.header_lines) == ("garching", 40, 2)
    assert [gap.needs for gap in found.gaps] == ["neutrino luminosity"]
    assert found.columns[0].low == pytest.approx(2e4)
    assert 0.5 < found.mass["neutrinosphere"] < found.mass["edge"] < 5
    assert json.loads(json.dumps(found.as_dict()))["provides"] == list(found.provides)
    assert max(map(len, found.text().splitlines())) <= 100
    assert "mu_nu_tau: 0 (not in the file)" in found.text()


def test_report_says_what_is_lost(tmp_path: Path) -> None:
    found = report(put(tmp_path, "a,b\n0,30\n20,5\n"), columns=parse_columns("r_km=0,T_MeV=1"))
    assert {gap.needs for gap in found.gaps} == {"mu:nu_e", "mu:mu-", "lapse", "neutrino luminosity"}
    assert found.mass == {}
    assert "semi-Compton on muons" in found.text()
    assert "a column mu_nu_e_mev" in found.text()


def test_report_of_a_profile(tmp_path: Path) -> None:
    star = profile_from_file(write_csv(tmp_path / "a.csv", as_csv(toy())))
    found = report(star)
    assert found.layout == ""
    assert "mu:mu-" in {column.quantity for column in found.columns}
    assert max(map(len, found.text().splitlines())) <= 100
