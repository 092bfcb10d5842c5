"""Units, constants, species, provenance, data, registry, errors."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import scipy.constants
from particle import Particle

import feebly
from feebly import constants, embedded, registry, species, units
from feebly.errors import (
    DataIntegrityError,
    FeeblyWarning,
    MissingExtraError,
    PluginError,
    UnknownNameError,
)
from feebly.provenance import Provenance, bibliography, bibtex, sources


def test_units_agree_with_codata() -> None:
    hbar_c = scipy.constants.physical_constants["reduced Planck constant times c in MeV fm"][0]
    assert pytest.approx(1 / hbar_c, rel=1e-12) == units.FM
    assert pytest.approx(1 / 2.434e15, rel=2e-4) == units.ERG / units.SECOND  # erg/s from MeV^2, as quoted
    assert pytest.approx(5.609588603e26, rel=1e-9) == units.GRAM  # MeV
    assert pytest.approx(1e5) == units.KM / units.CM


def test_constants_agree_with_codata_and_particle() -> None:
    codata = scipy.constants.physical_constants
    assert codata["fine-structure constant"][0] == constants.ALPHA
    assert pytest.approx(4 * np.pi * constants.ALPHA) == constants.E_CHARGE**2
    for name, value in (
        ("mu-", constants.MUON_MASS),
        ("e-", constants.ELECTRON_MASS),
        ("n", constants.NEUTRON_MASS),
    ):
        assert value == pytest.approx(Particle.from_pdgid(species.find(name).pdg_id).mass, rel=1e-6)
    assert pytest.approx(1.988e30, rel=1e-3) == constants.SOLAR_MASS / units.KILOGRAM
    # Schwarzschild radius of the sun
    assert pytest.approx(2.953, rel=1e-3) == 2 * constants.NEWTON * constants.SOLAR_MASS / units.KM


def test_every_constant_has_unit_source_and_uncertainty() -> None:
    for entry in constants.table().values():
        assert entry.unit
        assert entry.uncertainty >= 0
        assert entry.source.key in bibliography()
    with pytest.raises(UnknownNameError, match="muon_mass"):
        constants.describe("muon_mas")


@pytest.mark.parametrize("name", [n for n in species.TABLE if n not in ("p~", "n~")])
def test_species_agree_with_particle(name: str) -> None:
    mine = species.find(name)
    known = Particle.from_pdgid(mine.pdg_id)
    assert mine.electric_charge == pytest.approx(known.three_charge / 3)
    assert species.find(species.anti(name)).electric_charge == pytest.approx(-mine.electric_charge)


def test_species_charges() -> None:
    assert species.find("e-").b_minus_l == -1
    assert species.find("nu_mu~").b_minus_l == 1
    assert species.find("p").b_minus_l == pytest.approx(
        2 * species.find("u").b_minus_l + species.find("d").b_minus_l
    )
    assert species.find("133Cs").electric_charge == 55
    assert species.find("133Cs").pdg_id == 1000551330
    with pytest.raises(UnknownNameError, match="mu-"):
        species.find("muon-")
    with pytest.raises(UnknownNameError):
        species.find("1Cs")


def test_provenance_merges_without_order() -> None:
    a = Provenance(sources(("Raffelt:1996wa", "Sec. 1")), frozenset({"x"}))
    b = Provenance(choices=frozenset({("lapse", "on")}), omitted=frozenset({"muons"}))
    assert a | b == b | a
    assert a | a == a
    text = (a | b).explain()
    assert "Sec. 1" in text
    assert "lapse = on" in text
    assert "muons" in text
    assert (a | b).cite().startswith("@")


def test_bibliography_is_sound() -> None:
    entries = bibliography()
    assert len(entries) >= 25
    for key, text in entries.items():
        assert text.count("{") == text.count("}"), key
        assert re.search(r"title\s*=|Title\s*=", text) or "booktitle" in text or key == "alekseev-baksan", key
    with pytest.raises(UnknownNameError):
        bibtex(["nobody:2000"])


def test_bibliography_parses_with_pybtex() -> None:
    from pybtex.database import parse_string

    text = (files("feebly") / "data" / "references.bib").read_text()
    assert set(parse_string(text, "bibtex").entries) == set(bibliography())


def test_every_source_in_the_code_is_in_the_bibliography() -> None:
    keys = set(bibliography())
    for path in Path(feebly.__file__).parent.rglob("*.py"):
        for key in re.findall(r"Source: ([\w:-]+)", path.read_text()):
            assert key.rstrip(":") in keys or not ("-" in key or ":" in key), f"{path.name}: {key}"


@pytest.mark.parametrize("name", embedded.names())
def test_every_data_file_has_a_sound_sidecar(name: str) -> None:
    file = embedded.load(name)
    assert file.licence
    assert file.how in embedded.HOW
    if name.endswith(".csv"):
        header = file.text.splitlines()[0].split(",")
        assert set(header) == set(file.columns), "each column is explained"
        assert all("unit" in column and "meaning" in column for column in file.columns.values())


@pytest.fixture
def copied_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    shutil.copytree(str(files("feebly") / "data"), tmp_path / "data")
    monkeypatch.setattr(embedded, "_root", lambda: tmp_path / "data")
    embedded.load.cache_clear()
    yield tmp_path / "data"
    embedded.load.cache_clear()


def test_data_without_sidecar_is_refused(copied_data: Path) -> None:
    (copied_data / "star" / "new.csv").write_text("a\n1\n")
    with pytest.raises(DataIntegrityError, match="no sidecar"):
        embedded.load("star/new.csv")


def test_data_whose_hash_moved_is_refused(copied_data: Path) -> None:
    path = copied_data / "star" / "fischer18.csv"
    path.write_text(path.read_text().replace("114.6", "114.7"))
    with pytest.raises(DataIntegrityError, match="hash"):
        embedded.load("star/fischer18.csv")


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('key = "cerdeno-medium-effects"', 'key = "nobody"', "references.bib"),
        ('how = "transcribed"', 'how = "guessed"', "how"),
        ("licence", "license", "licence"),
    ],
)
def test_incomplete_sidecar_is_refused(copied_data: Path, old: str, new: str, match: str) -> None:
    path = copied_data / "star" / "fischer18.sidecar.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(DataIntegrityError, match=match):
        embedded.load("star/fischer18.csv")


def test_hash_is_of_the_file_itself() -> None:
    file = embedded.load("star/fischer18.csv")
    assert hashlib.sha256(file.text.encode()).hexdigest() == file.sha256
    assert len(file.rows()) == 11


def test_registry_finds_and_suggests() -> None:
    assert "lmu-ltau" in registry.names("model")
    assert {"p0-blinov", "p1-cerdeno"} <= set(registry.names("prescription"))
    with pytest.raises(UnknownNameError, match="lmu-ltau"):
        registry.find("model", "lmu-tau")
    with pytest.raises(UnknownNameError, match="p0-blinov"):
        registry.find("prescription", "p0-blino")


def test_broken_plugin_is_reported_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    point = EntryPoint("mine", "no_such_module:thing", "feebly.models")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    assert registry.names("model") == ("mine",)
    with pytest.raises(PluginError, match="mine"):
        registry.find("model", "mine")
    with pytest.warns(FeeblyWarning, match="mine"):
        assert registry.names("prescription") == ()


def test_missing_extra_says_what_to_type() -> None:
    assert "pip install 'feebly[io]'" in str(MissingExtraError("pandas", "io", "A data frame"))


def test_import_of_the_package_is_light() -> None:
    import subprocess
    import sys

    code = "import sys, feebly; print([m for m in ('numpy', 'numba', 'scipy', 'matplotlib', 'xarray') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    with pytest.raises(AttributeError, match="nothing"):
        _ = feebly.nothing
    assert "solve" in dir(feebly)
