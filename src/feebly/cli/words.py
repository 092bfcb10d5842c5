"""Words that several verbs share: their arguments, and JSON on stdout."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

ModelName = Annotated[str, typer.Option("--model", help="Name of the model; see: feebly list models")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="K=V", help="Parameter of the model; repeatable.")
]
Masses = Annotated[
    str, typer.Option("--mass-mev", metavar="SPEC", help="1,10,50 or 1:300:60 (log; append :lin), in MeV.")
]
Star = Annotated[
    str | None,
    typer.Option("--star", help="Name of a star, or of a sequence in time, or a path to your own profile."),
]
Columns = Annotated[
    str | None, typer.Option("--columns", help="Zero-based columns of your profile: r_cm=0,T_MeV=4,...")
]
PrescriptionName = Annotated[
    str | None,
    typer.Option("--prescription", help="The choices of one paper; see: feebly list prescriptions"),
]
Options = Annotated[
    list[str] | None, typer.Option("--option", metavar="K=V", help="Option of the probe or star; repeatable.")
]
Coupling = Annotated[
    str | None, typer.Option("--coupling", help="'epsilon' takes and prints g/e instead of g.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
ProbeName = Annotated[str, typer.Argument(metavar="PROBE", help="Name of the probe; see: feebly list probes")]


def dump(document: Any) -> None:
    """One strict JSON document on stdout."""
    print(json.dumps(document, allow_nan=False, indent=1))
