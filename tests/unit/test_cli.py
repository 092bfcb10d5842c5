"""The command line: verbs, JSON, messages, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from feebly.cli import main
from feebly.cli.parse import numbers
from feebly.errors import InvalidValueError

FAST = ["--option", "compton=nr", "--option", "lapse=off"]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_specs() -> None:
    assert numbers("1,10,50").tolist() == [1.0, 10.0, 50.0]
    assert numbers("1:100:3") == pytest.approx([1, 10, 100])
    assert numbers("0:10:3:lin").tolist() == [0.0, 5.0, 10.0]
    for bad in ("1:2", "a", "1:300:0", "0:300:5", "5:1:3", "1:2:2.5", "nan", ""):
        with pytest.raises(InvalidValueError):
            numbers(bad)


def test_signal_json_is_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "signal", "sn-cooling", "--model", "lmu-ltau", "--star", "raffelt", *FAST,
                         "--mass-mev", "1,50", "--scale", "0,1e-12", "--spectrum", "--json")  # fmt: skip
    assert code == 0
    assert err == ""
    document = json.loads(out)
    assert {
        "probe",
        "model",
        "scale_name",
        "mass_mev",
        "scale",
        "quantity",
        "unit",
        "value",
        "score",
        "valid",
        "parts",
        "provenance",
    } <= set(document)
    assert document["unit"] == "erg/s"
    assert document["value"][0][1] == pytest.approx(1.418e46, rel=3e-3)
    assert document["score"][0][0] is None
    assert document["provenance"]["choices"]["compton"] == "nr"
    assert len(document["spectrum"]["d2n_de_dt_per_mev_s"][0][1]) == len(
        document["spectrum"]["energy_mev"][0]
    )


def test_limit_files_and_what_can_be_done_with_them(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "limit.json"
    code, out, _ = run(capsys, "limit", "sn-cooling", "--model", "lmu-ltau", *FAST, "--mass-mev", "50:200:4",
                       "-o", str(target), "-o", str(tmp_path / "limit.csv"))  # fmt: skip
    assert code == 0
    assert "1.577e-10" in out
    document = json.loads(target.read_text())
    assert {"excluded", "edges", "status", "kind", "verdict", "level", "provenance"} <= set(document)
    assert document["edges"][0] == [["physical", "physical"]]
    assert {"version", "config_sha256", "sources", "data", "choices", "omitted"} <= set(
        document["provenance"]
    )
    code, out, _ = run(capsys, "explain", str(target))
    assert code == 0
    assert "lapse = off" in out
    code, out, _ = run(capsys, "cite", str(target))
    assert code == 0
    assert out.count("@") >= 5
    for kind in ("csv", "hepdata", "netcdf", "lmt", "axionlimits"):
        code, out, _ = run(capsys, "export", str(target), "--to", kind)
        assert code == 0, kind
        assert Path(out.split("wrote ")[1].strip()).exists()
    mine = tmp_path / "curve.txt"
    mine.write_text("# mine\n50 1e-9\n200 1e-9\n")
    code, out, _ = run(capsys, "plot", str(target), str(mine), "-o", str(tmp_path / "both.png"))
    assert code == 0
    assert (tmp_path / "both.png").stat().st_size > 10_000
    base = ("plot", str(target), str(mine), "-o", str(tmp_path / "both.svg"))
    assert run(capsys, *base, "--curves-in", "epsilon")[0] == 0
    assert run(capsys, *base, "--curves-in", "alpha")[0] == 2


def test_epsilon_is_g_over_e(capsys: pytest.CaptureFixture[str]) -> None:
    base = ("limit", "sn-cooling", "--model", "lmu-ltau", *FAST, "--mass-mev", "100", "--json")
    g = json.loads(run(capsys, *base)[1])
    eps = json.loads(run(capsys, *base, "--coupling", "epsilon")[1])
    assert eps["scale_name"] == "epsilon"
    ratio = np.array(g["excluded"][0]) / np.array(eps["excluded"][0])
    assert ratio == pytest.approx(0.30282, rel=1e-4)
    table = json.loads(run(capsys, "signal", "sn-cooling", "--model", "lmu-ltau", *FAST, "--mass-mev", "100",
                           "--scale", "1e-10", "--coupling", "epsilon", "--json")[1])  # fmt: skip
    assert table["scale"] == pytest.approx([1e-10])
    assert run(capsys, *base, "--coupling", "alpha")[0] == 2


def test_matter_and_opacity_are_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "matter", "--nb-fm3", "0.15", "--temperature-mev", "28", "--lepton-fraction",
                         "0.2", "--majorana", "--nucleon-mass-mev", "939", "--json")  # fmt: skip
    assert code == 0
    assert "Majorana" in err
    state = json.loads(out)
    found = [state[key] for key in ("mu_n_star_mev", "mu_p_star_mev", "m_star_mev")]
    assert found == pytest.approx([663.9, 583.2, 600.7], abs=0.25)
    assert {"mu_nu_mev", "mu_e_mev", "y_p"} <= set(state)
    code, out, _ = run(capsys, "opacity", "--star", "fischer18-5s", "--flavour", "nu_e~", "--json")
    assert code == 0
    document = json.loads(out)
    assert {"radius_km", "mean_free_path_m", "inverse_m", "diffusion_time_s"} <= set(document)
    assert sum(document["diffusion_time_s"]) == pytest.approx(1.129, rel=0.01)
    plain = run(capsys, "opacity", "--star", "fischer18-1s", "--flavour", "nu_e")
    assert "2.23 s" in plain[1]


@pytest.mark.parametrize(
    ("words", "code", "parts"),
    [
        ("matter --nb-fm3 3 --temperature-mev 15 --lepton-fraction 0.3", 3, ["1e-09 to 1.2"]),
        ("matter --nb-fm3 0.1 --temperature-mev nan --lepton-fraction 0.3", 2, ["temperature"]),
        ("opacity --star fischer18-1s --flavour nu_q", 2, ["nu_q", "nu_x"]),
        ("opacity --star fischer18-1s --flavour nu_e --option flux=both", 2, ["ee, pk"]),
        ("opacity --star fischer18-1s --flavour nu_e --model b-l", 2, ["--scale"]),
        ("limit sn-diffusion --model lmu-ltau --mass-mev 10", 3, ["electron neutrinos"]),
    ],
)
def test_matter_and_opacity_refuse_clearly(
    capsys: pytest.CaptureFixture[str], words: str, code: int, parts: list[str]
) -> None:
    found, out, err = run(capsys, *words.split())
    assert found == code
    assert out == ""
    assert len(err.strip().splitlines()) <= 3
    assert all(part in err for part in parts)


def test_widths_have_hadrons(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("widths", "--model", "dark-photon", "--mass-mev", "500")
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert "pi+ pi-" in out
    document = json.loads(run(capsys, *words, "--json")[1])
    assert document["total_mev_per_scale"] == pytest.approx([33.0], rel=0.06)  # P2 prints 0.0330 GeV
    assert 0 < document["total_error_mev_per_scale"][0] < 3


def test_widths(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "widths", "--model", "lmu-ltau", "--mass-mev", "10,200", "--json")
    document = json.loads(out)
    assert code == 0
    assert set(document) >= {"model", "mass_mev", "total_mev_per_scale", "channels", "branching", "power"}
    assert set(document["error_mev_per_scale"]) == set(document["channels"])
    assert document["masked"] == [False, False]
    assert document["branching"]["e- e+"] == pytest.approx([1.911e-5, 3.03e-5], rel=3e-3)
    assert (
        "nu_mu nu_mu~"
        in run(capsys, "widths", "--model", "vector", "--set", "charge.nu_mu=1", "--mass-mev", "5")[1]
    )


@pytest.mark.parametrize(
    ("words", "code", "texts"),
    [
        ("limit sn-cooling --model lmu-ltu --mass-mev 10", 2, ["lmu-ltau"]),
        ("limit sn-coolin --model lmu-ltau --mass-mev 10", 2, ["sn-cooling"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev -5", 2, ["positive"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev x", 2, ["finite"]),
        ("limit sn-cooling --model lmu-ltau", 2, ["--mass-mev", "--help"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --star nostar", 2, ["raffelt", "path"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --option foo=1", 2, ["compton"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --option compton", 2, ["NAME=VALUE"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --option compton=half", 2, ["full, nr, off"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --option limit_erg_per_s=nan", 2, ["finite"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --prescription p9", 2, ["p0-blinov"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --scale-range 1:0.1", 2, ["1e-14:1"]),
        ("limit sn-cooling --model em-bl --mass-mev 5", 2, ["phi_pi=0.75"]),
        ("limit sn-cooling --model nucleophobic --mass-mev 5", 2, ["Z", "A"]),
        ("limit sn-cooling --model vector --set charge.nu_x=1 --mass-mev 5", 2, ["nu_tau"]),
        ("limit sn-cooling --model lmu-ltau --set mixin=none --mass-mev 5", 2, ["mixing"]),
        ("limit sn-cooling --model dark-photon --mass-mev 5 --option plasma=off", 3, ["plasma"]),
        ("limit sn-cooling --model scalar-lnc --mass-mev 5", 3, ["VectorCurrent"]),
        ("signal sn-cooling --model lmu-ltau --mass-mev 5 --scale -1", 2, ["positive"]),
        ("widths --model dark-photon --mass-mev -500", 2, ["positive"]),
        ("widths --model lmu-ltau --set mixing=running --mass-mev 5", 2, ["mixing=loop (default) or none"]),
        ("widths --model vector --set charge.e=1e200 --mass-mev 5", 2, ["at most 1e+06"]),
        ("widths --model dark-photon --set thresholds=quarks --mass-mev 5", 2, ["running=on"]),
        ("list things", 2, ["models"]),
        ("explain nothing.json", 2, ["nothing.json"]),
        ("cite nobody", 2, ["sn-cooling"]),
        ("check profile nothing.dat", 2, ["nothing.dat"]),
        ("nonsense", 2, ["nonsense", "--help"]),
        ("limit sn-cooling --model lmu-ltau --mass-mev 5 --columns r_cm=0", 2, ["--star"]),
    ],
)
def test_errors_are_short_and_helpful(
    capsys: pytest.CaptureFixture[str], words: str, code: int, texts: list[str]
) -> None:
    got, out, err = run(capsys, *words.split())
    assert got == code, err
    assert (
        any(text in err + out for text in texts)
        if len(texts) > 1 and code == 3
        else all(text in err for text in texts)
    ), err
    errors = [line for line in err.splitlines() if not line.startswith("Warning")]
    assert len(errors) <= 3
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (("ok", "out-of-domain"), 0),
        (("out-of-domain", "not-converged"), 3),
        (("refused",), 3),
        (("not-converged", "not-converged"), 4),
    ],
)
def test_the_exit_code_follows_the_status_of_all_masses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], status: tuple[str, ...], code: int
) -> None:
    import feebly.scan

    compute = feebly.scan.signal_map

    def with_status(*words: object, **options: object) -> object:
        return replace(compute(*words, **options), status=status)  # type: ignore[arg-type]

    monkeypatch.setattr(feebly.scan, "signal_map", with_status)
    masses = ",".join(["100"] * len(status))
    got, out, _ = run(capsys, "signal", "sn-cooling", "--model", "lmu-ltau", *FAST, "--mass-mev", masses,
                      "--scale", "1e-10")  # fmt: skip
    assert got == code
    assert all(text in out for text in status if text != "ok")


def test_unwritable_output_leaves_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "no" / "folder" / "limit.json"
    code, _, err = run(
        capsys, "limit", "sn-cooling", "--model", "lmu-ltau", *FAST, "--mass-mev", "100", "-o", str(target)
    )
    assert code == 2
    assert "folder" in err
    assert not (tmp_path / "no").exists()


def test_listing_checking_and_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert "lmu-ltau" in run(capsys, "list", "models")[1]
    assert "p1-cerdeno" in run(capsys, "list", "prescriptions")[1]
    assert "sn-cooling" in run(capsys, "list", "probes", "--for", "lmu-ltau")[1]
    assert "sn-cooling" in run(capsys, "list", "probes", "--for", "dark-photon")[1]
    assert "sn-cooling" not in run(capsys, "list", "probes", "--for", "scalar-lnc")[1]
    assert json.loads(run(capsys, "list", "stars", "--json")[1])["stars"]
    assert "fischer18" in run(capsys, "data", "list")[1]
    assert "lapse" in run(capsys, "check", "profile", "fischer18-1s")[1]
    assert run(capsys, "data", "verify")[0] == 0
    assert Path(run(capsys, "data", "where")[1].strip()).is_dir()
    assert "as it should" in run(capsys, "check", "install")[1]
    assert run(capsys, "--version")[1].startswith("feebly")
    assert "@book" in run(capsys, "cite", "sn-cooling")[1].lower()


def test_atlas_and_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    probes = "sn-cooling,sn-low-energy,sn-diffusion,g-minus-2-mu,electroweak"
    for ending in ("html", "png", "json"):
        target = tmp_path / f"atlas.{ending}"
        code, _, err = run(
            capsys,
            "atlas",
            "--model",
            "lmu-ltau",
            "--probes",
            probes,
            "--mass-mev",
            "20,100",
            "-o",
            str(target),
        )
        assert code == 0, err
        assert target.stat().st_size > 1000
    assert run(capsys, "plot", str(tmp_path / "atlas.json"), "-o", str(tmp_path / "again.svg"))[0] == 0


def test_prescription_and_star_options(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(run(capsys, "limit", "sn-cooling", "--model", "lmu-ltau", "--prescription", "p1-cerdeno",
                              "--mass-mev", "10,100", "--json")[1])  # fmt: skip
    assert document["provenance"]["choices"]["prescription"] == "p1-cerdeno"
    assert document["excluded"][0][0][0] == pytest.approx(5.5e-9, rel=0.01)
    assert document["edges"][0][0] == ["physical", "validity"]
    document = json.loads(run(capsys, "signal", "sn-cooling", "--model", "lmu-ltau", "--star", "raffelt", *FAST, "--mass-mev", "100",
                              "--scale", "1e-12", "--option", "core_temperature_mev=20", "--json")[1])  # fmt: skip
    assert document["value"][0][0] < 7.7e47
    assert document["provenance"]["choices"]["raffelt.core_temperature_mev"] == "20"


def test_a_profile_of_ones_own(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    radius = np.linspace(0.0, 30.0, 61)
    rows = [f"{r},{30 * np.exp(-r / 15)},{4e14 * np.exp(-r / 3)},0.2,{90 * np.exp(-r / 8)}" for r in radius]
    path.write_text("radius_km,temperature_mev,density_g_per_cm3,Ye,mu_nu_e_mev\n" + "\n".join(rows))
    code, out, err = run(capsys, "check", "profile", str(path))
    assert code == 0, err
    assert "mu:mu-" in out or "muon" in out
    words = ("limit", "sn-cooling", "--model", "lmu-ltau", "--star", str(path), "--option", "neutrino_luminosity_erg_per_s=4e52",
             "--option", "criterion=luminosity", "--mass-mev", "50", "--json")  # fmt: skip
    code, out, err = run(capsys, *words)
    assert code == 0, err
    assert "mine.csv@sha256" in str(json.loads(out)["provenance"]["data"])


def test_debug_raises_and_bugs_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import feebly.decays

    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(feebly.decays, "widths", broken)
    code, _, err = run(capsys, "widths", "--model", "lmu-ltau", "--mass-mev", "5")
    assert code == 1
    assert "boom" in err
    with pytest.raises(RuntimeError):
        main(["--debug", "widths", "--model", "lmu-ltau", "--mass-mev", "5"])


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from feebly.cli import main; main(['--help']); print([m for m in ('numpy', 'scipy', 'numba', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_all_outputs_are_checked_before_anything_is_computed_or_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    good, bad = tmp_path / "limit.json", tmp_path / "limit.xyz"
    words = ("limit", "sn-cooling", "--model", "lmu-ltau", *FAST, "--mass-mev", "100")
    code, _, err = run(capsys, *words, "-o", str(good), "-o", str(bad))
    assert code == 2
    assert ".json" in err
    assert not good.exists()
    assert run(capsys, "atlas", "--model", "lmu-ltau", "-o", str(bad))[0] == 2
    assert run(capsys, *words[:-1], "1:10:100000000000")[0] == 2
