"""The verb ``matter``: one state of dense matter."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from feebly.cli.words import AsJson, dump

if TYPE_CHECKING:
    from feebly.environments.nuclear import DenseMatter

Density = Annotated[float, typer.Option("--nb-fm3", metavar="N", help="Baryon density, 1e-9 to 1.2 fm^-3.")]
Temperature = Annotated[float, typer.Option("--temperature-mev", metavar="T", help="0.5 to 80 MeV.")]
LeptonFraction = Annotated[
    float | None,
    typer.Option(
        "--lepton-fraction", metavar="Y", help="(n_e + n_nu)/n_B with trapped neutrinos, 0.01 to 0.5."
    ),
]
ProtonFraction = Annotated[
    float | None,
    typer.Option("--proton-fraction", metavar="Y", help="n_p/n_B instead; mu_nu from weak equilibrium."),
]
Majorana = Annotated[
    bool, typer.Option("--majorana", help="mu_nu = 0; without a proton fraction in weak equilibrium.")
]
Helicities = Annotated[
    int, typer.Option("--neutrino-helicities", metavar="1|2", help="2 as in cerdeno-medium-effects.")
]
NucleonMass = Annotated[
    float | None,
    typer.Option("--nucleon-mass-mev", metavar="M", help="That of the parameter set, if not given."),
]
FieldName = Annotated[str, typer.Option("--field", help="Parameter set, or a path to your own .toml file.")]
Muons = Annotated[bool, typer.Option("--muons", help="Add muons with mu_mu = mu_e - mu_nu.")]


def matter(
    nb_fm3: Density,
    temperature_mev: Temperature,
    lepton_fraction: LeptonFraction = None,
    proton_fraction: ProtonFraction = None,
    majorana: Majorana = False,
    neutrino_helicities: Helicities = 1,
    nucleon_mass_mev: NucleonMass = None,
    field: FieldName = "tm1",
    muons: Muons = False,
    as_json: AsJson = False,
) -> None:
    """Effective mass, chemical potentials, pressure and entropy of dense matter."""
    from feebly.environments.mean_field import mean_field
    from feebly.environments.nuclear import dense_matter
    from feebly.errors import InvalidValueError
    from feebly.units import FM

    if lepton_fraction is None and proton_fraction is None and not majorana:
        raise InvalidValueError(
            "What fixes the composition? Give --lepton-fraction Y (trapped neutrinos), --proton-fraction Y or --majorana."
        )
    if majorana and lepton_fraction is not None:
        print(
            "Note: Majorana neutrinos do not conserve lepton number; --lepton-fraction is not used.",
            file=sys.stderr,
        )
        lepton_fraction = None
    state = dense_matter(
        mean_field(field, nucleon_mass=nucleon_mass_mev),
        baryon_density=nb_fm3 / FM**3,
        temperature=temperature_mev,
        lepton_fraction=lepton_fraction,
        proton_fraction=proton_fraction,
        neutrinos="majorana" if majorana else "trapped",
        neutrino_helicities=neutrino_helicities,
        muons=muons,
    )
    given = {"lepton_fraction": lepton_fraction, "proton_fraction": proton_fraction}
    document = matter_document(state, given)
    if as_json:
        dump(document)
    else:
        _print(state, document)


def matter_document(state: DenseMatter, given: Mapping[str, float | None]) -> dict[str, Any]:
    """A single state as a JSON document, units in the names; `given` are the fractions asked for.

    Examples
    --------
    >>> from feebly.environments.nuclear import dense_matter
    >>> from feebly.units import FM
    >>> state = dense_matter(baryon_density=0.15 / FM**3, temperature=28.0, neutrinos="majorana")
    >>> document = matter_document(state, {})
    >>> document["mu_nu_mev"], document["nb_fm3"], round(document["y_p"], 2)
    (0.0, 0.15, 0.12)
    """
    import feebly
    from feebly.export.documents import DOCUMENT_VERSION, provenance_document
    from feebly.units import FM

    cube = FM**3
    zero = 0.0 * state.baryon_density
    potential, effective, total = state.potential, state.potential_eff, state.total
    asked = {
        "mean_field": state.field.name,
        "nucleon_mass_mev": state.field.nucleon_mass,
        "nb_fm3": float(f"{state.baryon_density * cube:.12g}"),  # as it was typed
        "temperature_mev": float(state.temperature),
        **given,
    }
    found = {
        "mu_n_star_mev": effective["n"],
        "mu_p_star_mev": effective["p"],
        "m_star_mev": state.effective_mass,
        "mu_nu_mev": potential.get("nu_e", zero),
        "mu_e_mev": potential["e-"],
        "mu_n_mev": potential["n"],
        "mu_p_mev": potential["p"],
    }
    found |= {"mu_mu_mev": potential["mu-"]} if "mu-" in potential else {}
    names = {"p": "y_p", "e-": "y_e", "mu-": "y_mu", "nu_e": "y_nu"}
    found |= {name: state.fraction(species) for species, name in names.items() if species in state.density}
    found |= {
        "sigma_mev": state.sigma,
        "omega_mev": state.omega,
        "rho_mev": state.rho,
        "pressure_mev_per_fm3": total.pressure * cube,
        "energy_mev_per_fm3": total.energy * cube,
        "free_energy_mev_per_fm3": state.free_energy * cube,
        "entropy_per_fm3": total.entropy * cube,
        "entropy_per_baryon": state.entropy_per_baryon,
        "residual": state.residual,
    }
    parts = {
        name: {
            "pressure_mev_per_fm3": float(part.pressure * cube),
            "energy_mev_per_fm3": float(part.energy * cube),
            "entropy_per_fm3": float(part.entropy * cube),
        }
        for name, part in state.parts.items()
    }
    digest = state.provenance.config_sha256(asked, feebly.__version__)
    return {
        "document": "matter",
        "document_version": DOCUMENT_VERSION,
        **asked,
        **{name: float(value) for name, value in found.items()},
        "parts": parts,
        "provenance": provenance_document(state.provenance, feebly.__version__, digest),
    }


def _print(state: DenseMatter, document: dict[str, Any]) -> None:
    """A short table for people."""
    print(
        f"{document['mean_field']}, n_B = {document['nb_fm3']:g} fm^-3, T = {document['temperature_mev']:g} MeV"
    )
    rows = {
        "m*": ("m_star_mev", "MeV"),
        "mu_n*, mu_p*": ("mu_n_star_mev mu_p_star_mev", "MeV"),
        "mu_n, mu_p": ("mu_n_mev mu_p_mev", "MeV"),
        "mu_e, mu_nu": ("mu_e_mev mu_nu_mev", "MeV"),
        "Y_p, Y_e": ("y_p y_e", ""),
        "pressure": ("pressure_mev_per_fm3", "MeV fm^-3"),
        "energy": ("energy_mev_per_fm3", "MeV fm^-3"),
        "entropy": ("entropy_per_baryon", "per baryon"),
    }
    if "mu-" in state.density:
        rows["mu_mu, Y_mu"] = ("mu_mu_mev y_mu", "MeV, 1")
    width = max(map(len, rows))
    for label, (keys, unit) in rows.items():
        values = "  ".join(f"{document[key]:10.5g}" for key in keys.split())
        print(f"  {label.rjust(width)}  {values}  {unit}".rstrip())
