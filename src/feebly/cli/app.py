"""The verbs of the command line."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import feebly
from feebly.cli import matter, opacity, results
from feebly.cli.checks import check_app, data_app
from feebly.cli.words import (
    AsJson,
    Columns,
    Coupling,
    Masses,
    ModelName,
    Options,
    PrescriptionName,
    ProbeName,
    Settings,
    Star,
    dump,
)
from feebly.errors import FeeblyError, FeeblyWarning, InvalidValueError, UnknownNameError

if TYPE_CHECKING:
    from feebly.decays import Widths

Outputs = Annotated[
    list[Path] | None,
    typer.Option("-o", "--output", help="File to write, by its ending: .json .csv .pdf ...; repeatable."),
]

app = typer.Typer(
    name="feebly",
    help="Widths of feebly interacting particles and limits on them: supernovae, early universe, precision.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(check_app, name="check")
app.add_typer(data_app, name="data")
for verb in (
    results.plot,
    results.explain,
    results.cite,
    results.export,
    matter.matter,
    opacity.opacity,
):
    app.command()(verb)

_STOPPED = 130


def _discard_output() -> None:
    """What is still to be printed would fail again when Python ends."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code.

    0 done, 2 usage or bad input, 3 refused, 4 not converged, 1 a bug of ours.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    words = [word for word in words if word != "--debug"]
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            warnings.simplefilter("always", FeeblyWarning)
            code = typer.main.get_command(app)(words, prog_name="feebly", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        if code == _STOPPED:  # how typer answers Ctrl-C
            _complain("Stopped.")
        return code if isinstance(code, int) else 0
    except FeeblyError as error:
        if debug:
            raise
        _complain(str(error))
        return error.exit_code
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        _complain("Stopped.")
        return _STOPPED
    except SystemExit as stop:
        return 0 if stop.code == 1 else 2  # 1 is how typer answers a closed pipe
    except BrokenPipeError:
        _discard_output()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            _discard_output()
            _complain("The output cannot be written: no space is left on the device.")
            return 2
        if hasattr(error, "format_message"):  # how typer reports wrong usage
            context = getattr(error, "ctx", None)
            where = context.command_path if context is not None else "feebly"
            _complain(f"{error.format_message()}\n  Try: {where} --help")
            return 2
        if debug:
            raise
        _complain(
            f"This is a bug in feebly: {type(error).__name__}: {error}\n  Run again with --debug and report what it prints."
        )
        return 1


def _complain(text: str) -> None:
    print(f"Error: {text}", file=sys.stderr)


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print(f"Warning: {message}", file=sys.stderr)


@app.command("list")
def list_names(
    kind: Annotated[str, typer.Argument(metavar="models|probes|stars|sequences|prescriptions")],
    model: Annotated[
        str | None, typer.Option("--for", metavar="MODEL", help="Only probes that can answer for it.")
    ] = None,
    parameters: Settings = None,
    as_json: AsJson = False,
) -> None:
    """List what is registered."""
    from feebly import registry

    kinds = {
        "models": "model",
        "probes": "probe",
        "stars": "star",
        "sequences": "sequence",
        "prescriptions": "prescription",
    }
    if kind not in kinds:
        raise UnknownNameError("list", kind, kinds)
    names = list(registry.names(kinds[kind]))
    if model is not None:
        if kind != "probes":
            raise InvalidValueError("--for goes with: feebly list probes --for MODEL")
        from feebly.cli.parse import build_model

        target = build_model(model, parameters or [])
        names = [name for name in names if registry.find("probe", name)().supports(target).ok]
    described = {name: _describe(kinds[kind], name) for name in names}
    if as_json:
        dump({kind: [{"name": name, "summary": text} for name, text in described.items()]})
        return
    width = max((len(name) for name in names), default=0)
    for name, text in described.items():
        print(f"{name.ljust(width)}  {text}")
    if not names:
        print(f"No {kind}" + (f" for {model}." if model else "."))


def _describe(kind: str, name: str) -> str:
    from feebly import registry
    from feebly.errors import PluginError

    try:
        if kind == "prescription":
            from feebly.probes import prescription

            recipe = prescription(name)
            return f"{recipe.probe}: {recipe.source}"
        return (registry.find(kind, name).__doc__ or "").strip().splitlines()[0].replace("`", "")
    except PluginError as error:
        return f"broken: {error}"


@app.command()
def widths(
    model: ModelName,
    mass_mev: Masses,
    parameters: Settings = None,
    output: Outputs = None,
    coupling: Coupling = None,
    as_json: AsJson = False,
) -> None:
    """Partial widths and branching ratios of a model, hadrons included, with the theory error."""
    from feebly.cli.parse import build_model, numbers
    from feebly.cli.tables import print_widths
    from feebly.decays import widths as compute
    from feebly.export import check_output, save, widths_document
    from feebly.limits.solver import checked_masses

    chosen, masses = build_model(model, parameters or []), checked_masses(numbers(mass_mev))
    unit = _unit(coupling, chosen)
    for path in output or []:
        check_output(path, "widths")
    result = _widths_in_unit(compute(chosen, masses), unit)
    for path in output or []:
        save(result, path)
    if as_json:
        dump(widths_document(result))
    else:
        print_widths(result)
        for path in output or []:
            print(f"  wrote {path}")


@app.command()
def signal(
    probe: ProbeName,
    model: ModelName,
    mass_mev: Masses,
    scale: Annotated[str, typer.Option("--scale", metavar="G[,G...]", help="Couplings, a list or a range.")],
    parameters: Settings = None,
    star: Star = None,
    columns: Columns = None,
    prescription: PrescriptionName = None,
    option: Options = None,
    coupling: Coupling = None,
    spectrum: Annotated[
        bool, typer.Option("--spectrum", help="Add the differential emission d2N/dE dt (with --json).")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What a probe would see, at given masses and couplings."""
    from feebly.cli.parse import build_model, build_probe, numbers
    from feebly.cli.tables import print_signal
    from feebly.export import signal_document
    from feebly.scan import signal_map

    chosen = build_model(model, parameters or [])
    unit = _unit(coupling, chosen)
    line = build_probe(probe, star=star, columns=columns, prescription=prescription, options=option or [])
    table = signal_map(line, chosen, numbers(mass_mev), numbers(scale, "--scale") * unit, spectrum=spectrum)
    table = _in_unit(table, unit)
    if as_json:
        dump(signal_document(table))
    else:
        print_signal(table)
        if spectrum:
            print("  The spectrum is in the JSON document: add --json.")
    _exit_by_status(table.status)


@app.command()
def limit(
    probe: ProbeName,
    model: ModelName,
    mass_mev: Masses,
    parameters: Settings = None,
    scale_range: Annotated[
        str | None, typer.Option("--scale-range", metavar="LO:HI", help="Couplings to scan.")
    ] = None,
    star: Star = None,
    columns: Columns = None,
    prescription: PrescriptionName = None,
    option: Options = None,
    coupling: Coupling = None,
    output: Outputs = None,
    band: Annotated[
        bool, typer.Option("--band", help="Add the cold and hot variants of the star; files hold all three.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Excluded couplings at each mass."""
    from feebly.cli.parse import build_model, build_probe, numbers, takes_star
    from feebly.cli.parse import scale_range as parse_range
    from feebly.cli.tables import print_limit
    from feebly.export import check_output, limit_document, save
    from feebly.limits import solve

    chosen = build_model(model, parameters or [])
    unit = _unit(coupling, chosen)
    if band:
        from feebly.cli.band import variants_of

        if star is None and not takes_star(probe):
            raise InvalidValueError(f"--band is for supernovae; {probe} does not use a star.")
        variants = variants_of(star, option or [])
    line = build_probe(probe, star=star, columns=columns, prescription=prescription, options=option or [])
    asked = parse_range(scale_range) if scale_range is not None else None
    bounds = (asked[0] * unit, asked[1] * unit) if asked else None
    masses = numbers(mass_mev)
    for path in output or []:
        check_output(path, "atlas" if band else "limit")
    if band:
        from feebly.cli.band import limit_band

        probes = [
            line,
            *(
                build_probe(probe, star=name, prescription=prescription, options=words)
                for name, words in variants
            ),
        ]
        found = [_in_unit(solve(x, chosen, masses, scale_range=bounds, progress="bar"), unit) for x in probes]
        limit_band(found, output or [], as_json=as_json)
        _exit_by_status(found[0].status)
        return
    result = solve(line, chosen, masses, scale_range=bounds, progress="bar")
    result = _in_unit(result, unit)
    for path in output or []:
        save(result, path)
    if as_json:
        dump(limit_document(result))
    else:
        print_limit(result)
        for path in output or []:
            print(f"  wrote {path}")
    _exit_by_status(result.status)


def _unit(coupling: str | None, model: Any) -> float:
    """What a printed coupling of 1 is in g."""
    from feebly.constants import E_CHARGE
    from feebly.models import VectorCurrent

    if coupling is None or coupling == model.scale.name:
        return 1.0
    is_vector = isinstance(model, VectorCurrent)
    if coupling != "epsilon" or not is_vector:
        possible = "g, epsilon" if is_vector else model.scale.name
        raise InvalidValueError(
            f"--coupling '{coupling}' is not known for {model.name}. Possible: {possible}."
        )
    return E_CHARGE


def _in_unit(result: Any, unit: float) -> Any:
    """The same result with its coupling written as epsilon = g/e."""
    from dataclasses import replace

    from feebly.limits import Limit

    if unit == 1.0:
        return result
    if isinstance(result, Limit):
        low, high = result.scale_range
        scaled = tuple(interval / unit for interval in result.excluded)
        return replace(result, scale_name="epsilon", excluded=scaled, scale_range=(low / unit, high / unit))
    return replace(result, scale_name="epsilon", scale=result.scale / unit)


def _widths_in_unit(result: Widths, unit: float) -> Widths:
    """The same widths per epsilon^2, with epsilon = g/e."""
    from dataclasses import replace

    if unit == 1.0:
        return result
    size = unit**result.power
    gamma, error, total_error = size * result.gamma, size * result.error, size * result.total_error
    return replace(result, scale_name="epsilon", gamma=gamma, error=error, total_error=total_error)


def _exit_by_status(status: Sequence[str]) -> None:
    if "ok" in status:
        return
    raise typer.Exit(4 if all(text == "not-converged" for text in status) else 3)


@app.command()
def atlas(
    model: ModelName,
    output: Annotated[Path, typer.Option("-o", "--output", help=".pdf .png .svg .html or .json")],
    parameters: Settings = None,
    probes: Annotated[
        str | None, typer.Option("--probes", metavar="A,B,...", help="All that can answer, if not given.")
    ] = None,
    mass_mev: Masses = "1:300:60",
) -> None:
    """All limits on a model in one figure, page or file."""
    from feebly import scan
    from feebly.cli.parse import build_model, numbers
    from feebly.export import check_output, save

    names = [name.strip() for name in probes.split(",")] if probes else None
    check_output(output, "atlas")
    found = scan.atlas(
        models=[build_model(model, parameters or [])],
        mass=numbers(mass_mev),
        probes=names,
        progress="bar",
    )
    save(found, output)
    print(f"{len(found.limits)} limits on {model}: {', '.join(x.probe for x in found.limits)}")
    for name, _, why in found.refused:
        print(f"  {name} cannot answer: {why.splitlines()[-1].strip()}")
    print(f"  wrote {output}")


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(f"feebly {feebly.__version__}")
        raise typer.Exit(0)
