"""HEPData YAML: valid by the official schemas, readable by YAML libraries, right in its numbers."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_export_documents import sample_limit

from feebly.errors import InvalidValueError
from feebly.export import limit_yaml, save, write_submission
from feebly.export.hepdata import _scalar

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import yaml
    from hepdata_lib import Variable
    from hepdata_validator.data_file_validator import DataFileValidator
    from hepdata_validator.full_submission_validator import FullSubmissionValidator

TWICE = [
    sample_limit(),
    sample_limit(level=0.9),
    sample_limit(probe="n-eff", model='a/b: "c"', verdict="indicative"),
]


def column(table: Any, name: str) -> list[object]:
    (found,) = [x for x in table["dependent_variables"] if x["header"]["name"] == name]
    return [entry["value"] for entry in found["values"]]


def test_a_table_is_valid(tmp_path: Path) -> None:
    path = save(sample_limit(), tmp_path / "x.hepdata.yaml")
    validator = DataFileValidator()
    assert validator.validate(file_path=str(path)), validator.get_messages()


def test_a_table_holds_the_intervals() -> None:
    table = yaml.safe_load(limit_yaml(sample_limit(level=0.9)))
    (mass,) = table["independent_variables"]
    assert mass["header"] == {"name": "Mass", "units": "MeV"}
    assert [x["value"] for x in mass["values"]] == [10.0, 10.0, 20.0, 20.0, 30.0, 40.0, 50.0, 60.0]
    assert column(table, "g lower limit")[:2] == [1e-10, 1e-6]
    assert column(table, "g upper limit")[4:] == [1.0, "-", "-", "-"]
    assert column(table, "Upper edge")[:2] == ["physical", "validity"]
    assert column(table, "Status")[-2:] == ["out-of-domain", "not-converged"]
    qualifiers = table["dependent_variables"][0]["qualifiers"]
    assert {"name": "CL", "value": 90.0, "units": "%"} in qualifiers
    assert {"name": "Model", "value": "lmu-ltau"} in qualifiers
    assert {"name": "Probe", "value": "sn-cooling"} in qualifiers


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the validator leaves files open
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_submission_is_valid(tmp_path: Path) -> None:
    path = write_submission(TWICE, tmp_path / "hepdata")
    assert path == tmp_path / "hepdata" / "submission.yaml"
    validator = FullSubmissionValidator(autoload_remote_schemas=False)
    assert validator.validate(directory=str(path.parent)), validator.get_messages()
    documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    assert [x["name"] for x in documents[1:]] == [
        "sn-cooling on lmu-ltau", "sn-cooling on lmu-ltau 2", 'n-eff on a/b: "c"'
    ]  # fmt: skip
    assert {x["data_file"] for x in documents[1:]} == {p.name for p in path.parent.iterdir()} - {
        "submission.yaml"
    }
    assert "feebly 0.1.0" in documents[0]["comment"]


@pytest.mark.parametrize("level", [None, 0.95])
def test_hepdata_lib_would_write_the_same_variable(level: float | None) -> None:
    ours = yaml.safe_load(limit_yaml(sample_limit(level=level)))["dependent_variables"][0]
    theirs = Variable("g lower limit", is_independent=False, is_binned=False)
    theirs.values = [x["value"] for x in ours["values"]]
    for qualifier in ours["qualifiers"]:
        theirs.add_qualifier(qualifier["name"], qualifier["value"], qualifier.get("units", ""))
    assert theirs.make_dict() == ours


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="at least one limit"):
        write_submission([], tmp_path)
    with pytest.raises(InvalidValueError, match="cannot be made"):
        write_submission(TWICE, tmp_path / "missing" / "hepdata")
    (tmp_path / "file").touch()
    with pytest.raises(InvalidValueError, match="cannot be made"):
        write_submission(TWICE, tmp_path / "file")


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=200, deadline=None)
def test_every_scalar_comes_back(value: str | float) -> None:
    assert yaml.safe_load(f"x: {_scalar(value)}")["x"] == value
