"""The verbs `feebly check` and `feebly data`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from feebly.cli.words import AsJson, Columns, ProbeName, dump

check_app = typer.Typer(
    help="Check a star profile, a probe, or the installation.", no_args_is_help=True, rich_markup_mode=None
)
data_app = typer.Typer(
    help="The data files that travel with the package.", no_args_is_help=True, rich_markup_mode=None
)


@check_app.command("profile")
def check_profile(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A profile file, or the name of a built-in star.")
    ],
    columns: Columns = None,
    as_json: AsJson = False,
) -> None:
    """What a star profile provides, what is missing, and which processes are lost."""
    from feebly import registry
    from feebly.environments.profile_report import report
    from feebly.environments.star_files import parse_columns

    if file in registry.names("star"):
        found = report(registry.find("star", file)())
    else:
        found = report(Path(file), columns=parse_columns(columns) if columns else None)
    if as_json:
        dump(found.as_dict())
    else:
        print(found.text())


@check_app.command("probe")
def check_probe(name: ProbeName) -> None:
    """Run the conformance suite on a probe, also one of your own package."""
    from feebly import registry, testing

    probe = registry.find("probe", name)()
    for line in testing.check_probe(probe, testing.example_models()):
        print(f"ok  {line}")


@check_app.command("install")
def check_install() -> None:
    """Versions, data files, registered names and a short calculation."""
    from feebly import testing

    for line in testing.check_install():
        print(f"ok  {line}")


@data_app.command("list")
def data_list(as_json: AsJson = False) -> None:
    """Embedded data files with source and how they were obtained."""
    from feebly import embedded

    files = [embedded.load(name) for name in embedded.names()]
    if as_json:
        dump(
            {
                "data": [
                    {
                        "name": f.name,
                        "sha256": f.sha256,
                        "source": str(f.source),
                        "how": f.how,
                        "licence": f.licence,
                    }
                    for f in files
                ]
            }
        )
        return
    for f in files:
        print(f"{f.name}  {f.how} from {f.source}; {f.licence}")


@data_app.command("verify")
def data_verify() -> None:
    """Check every data file against its sidecar, hash and bibliography."""
    from feebly import embedded

    for name in embedded.names():
        print(f"ok  {name}  {embedded.load(name).sha256[:12]}")


@data_app.command("where")
def data_where() -> None:
    """Folder of the embedded data."""
    from importlib.resources import files

    print(files("feebly") / "data")
