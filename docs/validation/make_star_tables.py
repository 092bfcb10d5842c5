"""Compute the tables of the hydrostatic stars, ``src/feebly/data/star/pns_*.csv``, from their parameters.

Run by hand after a change of ``pns.toml`` or of the physics, from the root of the repository:

    python docs/validation/make_star_tables.py

Writes the tables, their summary and all sidecars. Takes about two minutes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from feebly.environments.pns_parameters import Course
from feebly.environments.pns_stars import COLUMNS, STORED, fingerprint, table_text
from feebly.environments.proto_neutron_star import proto_neutron_star
from feebly.environments.proto_neutron_star_energy import loss_of_mass
from feebly.environments.proto_neutron_star_profile import black_body, profile
from feebly.units import ERG, KM, SECOND

DATA = Path(__file__).parents[2] / "src" / "feebly" / "data" / "star"
UNITS = {"km": "km", "mev": "MeV", "fm3": "fm^-3"}
SPECIES = {
    "n": "neutrons",
    "p": "protons",
    "e-": "electrons minus positrons",
    "mu-": "muons minus antimuons",
    "nu_e": "electron neutrinos",
    "nu_mu": "muon neutrinos",
    "nu_tau": "tau neutrinos",
}
MEANING = {
    "radius_km": "areal radius",
    "temperature_mev": "temperature",
    "lapse": "lapse, 1 at infinity",
    "m_star_mev": "effective mass of neutrons and protons",
    "baryon_density_fm3": "baryon density",
    **{f"{s}_per_baryon": f"net number of {SPECIES[s]} per baryon" for s in ("n", "p", "e-", "mu-")},
    **{f"mu_{s}_mev": f"effective chemical potential of {SPECIES[s]}, effective mass included" for s in "np"},
    **{f"mu_{s}_mev": f"chemical potential of {SPECIES[s]}, rest mass included" for s in ("e-", "mu-")},
    **{f"mu_nu_{s}_mev": f"chemical potential of {SPECIES[f'nu_{s}']}" for s in ("e", "mu", "tau")},
    "time_s": "after bounce",
    "variant": "of the band",
    "parameters_sha256": "beginning of the hash of the parameters and of the file of the mean field",
    "neutrinosphere_km": "areal radius of optical depth 2/3",
    "neutrino_luminosity_erg_per_s": "loss of gravitational mass, at infinity",
    "black_body_erg_per_s": "luminosity of a black sphere at the neutrinosphere, at infinity",
    "gravitational_mass_msun": "gravitational mass",
    "residual": "largest of ln P, ln T and Y_p in the search",
}
SUMMARY = {
    "time_s": "s",
    "variant": "1",
    "parameters_sha256": "1",
    "neutrinosphere_km": "km",
    "neutrino_luminosity_erg_per_s": "erg/s",
    "black_body_erg_per_s": "erg/s",
    "gravitational_mass_msun": "solar masses",
    "residual": "1",
}


def unit(column: str) -> str:
    return UNITS.get(column.rpartition("_")[2], "1")


def write(name: str, text: str, columns: dict[str, str], note: str) -> None:
    """A data file and its sidecar."""
    path = DATA / name
    path.write_text(text, encoding="utf-8")
    lines = [
        "[file]",
        f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"',
        'licence = "BSD-3-Clause"',
        "",
        "[columns]",
        *(f'"{key}" = {{ unit = "{value}", meaning = "{MEANING[key]}" }}' for key, value in columns.items()),
        "",
        "[source]",
        'key = "cerdeno-medium-effects"',
        'where = "fitted to Tables I and II, Dirac rows"',
        'how = "computed-here"',
        f'note = "{note}"',
    ]
    (DATA / f"{path.stem}.sidecar.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    summary = ["# What the tables of the hydrostatic stars were computed from, and numbers about each star."]
    for name in STORED:
        time, _, variant = name.removeprefix("pns-").partition("-")
        kind = variant or "reference"
        course = Course(kind)  # type: ignore[arg-type]
        parameters = course(float(time.removesuffix("s")))
        star = proto_neutron_star(parameters)
        light = loss_of_mass(star, course)
        made = profile(star, neutrino_luminosity=light)
        text = table_text(made)
        digest = fingerprint(parameters)
        note = f"Hydrostatic star of the parameters {digest} (pns.toml); docs/physics/proto-neutron-star.md."
        write(f"{name.replace('-', '_')}.csv", text, {key: unit(key) for key in COLUMNS}, note)
        summary += [
            "",
            f'["{name}"]',
            f"time_s = {parameters.time_s}",
            f'variant = "{kind}"',
            f'parameters_sha256 = "{digest}"',
            f"neutrinosphere_km = {made.neutrinosphere / KM:.8g}",
            f"neutrino_luminosity_erg_per_s = {light / (ERG / SECOND):.8g}",
            f"black_body_erg_per_s = {black_body(made) / (ERG / SECOND):.8g}",
            f"gravitational_mass_msun = {star.gravitational_mass_msun:.8g}",
            f"residual = {star.equilibrium.residual:.1e}",
        ]
    write("pns_summary.toml", "\n".join(summary) + "\n", SUMMARY, "Written together with the tables.")


if __name__ == "__main__":
    main()
