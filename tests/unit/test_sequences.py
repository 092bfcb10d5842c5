"""Stars in time by name: on the command line, in the probes that count or add energy, refused by the others."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from feebly import registry
from feebly.cli import main
from feebly.cli.parse import build_probe
from feebly.environments.embedded_stars import fischer18_1s, fischer18_5s
from feebly.environments.pns_sequence import pns_sequence
from feebly.environments.sequence import StarSequence
from feebly.errors import InvalidValueError
from feebly.models import lmu_ltau
from feebly.probes import LowEnergySupernovae
from feebly.units import SECOND


@pytest.mark.parametrize("name", registry.names("sequence"))
def test_registered(name: str) -> None:
    sequence = registry.find("sequence", name)()
    assert isinstance(sequence, StarSequence)
    assert sequence.provenance.data


def test_deposits_add_up() -> None:
    """A sequence is its snapshots, each for its time; one snapshot is the plain probe."""
    probe = LowEnergySupernovae(compton="off")
    stars = fischer18_1s(), fischer18_5s()

    def energy(p: LowEnergySupernovae) -> float:
        return float(p.prepare(lmu_ltau(), 250.0).evaluate([1e-10]).value[0])

    apart = [energy(replace(probe, star=star, emission_s=2.0)) for star in stars]
    both = replace(probe, sequence=StarSequence.snapshots(stars))
    assert energy(both) == pytest.approx(sum(apart), rel=1e-12)
    assert energy(replace(probe, sequence=StarSequence.constant(stars[1], 2 * SECOND))) == pytest.approx(
        apart[1], rel=1e-12
    )
    assert ("course of the emission", both.sequence.course) in both.provenance.choices  # type: ignore[union-attr]
    assert "emission_s" not in dict(both.provenance.choices)
    assert "change of the emission with time" in probe.provenance.omitted
    assert "change of the emission with time" not in both.provenance.omitted


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["limit", "sn-low-energy", "--model", "lmu-ltau", "--mass-mev", "250", "--option", "compton=off"]
    assert main([*words, "--star", "pns-sequence", "--band", "--json"]) == 0
    plain, cold, hot = (x["excluded"] for x in json.loads(capsys.readouterr().out)["limits"])
    assert hot[0][0][0] < plain[0][0][0] < cold[0][0][0]


def test_window_by_options() -> None:
    probe = build_probe("sn-neutrinos", star="pns-sequence", options=["start_s=1", "end_s=5", "variant=hot"])
    asked = pns_sequence(variant="hot", start_s=1.0, end_s=5.0)
    assert [s.name for s in probe.sequence.stars] == [s.name for s in asked.stars]  # type: ignore[attr-defined]
    assert np.all(probe.sequence.weight == asked.weight)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["limit", "sn-cooling", "--model", "lmu-ltau", "--mass-mev", "50", "--star", "pns-sequence"], "one moment is asked for"),
        (["plot", "--star", "pns-sequence", "-o", "x.png"], "one moment is asked for"),
        (["limit", "sn-neutrinos", "--model", "lmu-ltau", "--mass-mev", "50", "--star", "pns-sequence", "--option", "emission_s=3"], "leave out emission_s"),
        (["limit", "sn-neutrinos", "--model", "lmu-ltau", "--mass-mev", "50", "--star", "pns-sequence", "--option", "end_s=30"], "within 0.5 to 10 s"),
        (["limit", "sn-neutrinos", "--model", "lmu-ltau", "--mass-mev", "50", "--star", "pns-sequence", "--columns", "r_cm=0"], "is built in"),
    ],
)  # fmt: skip
def test_refusals(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert message in capsys.readouterr().err


def test_the_begin_of_the_emission_starts_the_clock() -> None:
    """Snapshots may stand before it: the one at 7 s for what is emitted just after 9 s."""
    late = pns_sequence(start_s=9.0, end_s=10.0)
    assert [star.time / SECOND for star in late.stars] == pytest.approx([7.0, 10.0])
    assert [late.age(star) / SECOND for star in late.stars] == pytest.approx([0.0, 1.0])
    with pytest.raises(InvalidValueError, match="order of their times"):
        StarSequence(late.stars[::-1], late.weight, "")
