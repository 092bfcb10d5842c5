"""Write the tables of l gamma <-> l X in the early universe: python docs/validation/make_universe_tables.py (5 minutes)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

import feebly
from feebly.rates.plasma.photons import COLDEST, MASSES, TABLES, compton_energies, compton_logarithms
from feebly.rates.stellar.lepton_compton import Lepton

LIGHTEST, HEAVIEST, HOTTEST = 1e-4, 300.0, 350.0  # MeV
MASS_NODES = 36
TEMPERATURE_NODES: dict[Lepton, int] = {"e-": 22, "mu-": 12}
SIDECAR = """[file]
sha256 = "{sha256}"
licence = "BSD-3-Clause"

[columns]
mass_mev = {{ unit = "MeV", meaning = "mass of X" }}
temperature_mev = {{ unit = "MeV", meaning = "temperature" }}
{columns}

[source]
key = "esseili-kribs-b-minus-l"
where = "l gamma <-> l X; matrix element, statistics and integral of feebly.rates.stellar.lepton_compton"
how = "computed-here"
note = "ln of E Gamma exp(M/T) / T^2 of one state, Gamma reduced and per unit |g x|^2, at the given (E - m)/T; t: transverse, l: longitudinal, times (E/m)^2. Made by docs/validation/make_universe_tables.py."
"""


def write(lepton: Lepton) -> None:
    """One table and its sidecar."""
    mass = np.geomspace(LIGHTEST, HEAVIEST, MASS_NODES)
    temperature = np.geomspace(COLDEST * MASSES[lepton], HOTTEST, TEMPERATURE_NODES[lepton])
    # the numbers belong to the digits that are written
    mass, temperature = (np.array([float(f"{v:.6g}") for v in x]) for x in (mass, temperature))
    names = [f"{mode}{k}" for mode in "tl" for k in range(compton_energies().size)]
    lines = [",".join(["mass_mev", "temperature_mev", *names])]
    for m in mass:
        for t, row in zip(temperature, compton_logarithms(lepton, float(m), temperature), strict=True):
            lines.append(",".join([f"{m:.6g}", f"{t:.6g}", *(f"{v:.4f}" for v in row)]))
    text = "\n".join(lines) + "\n"
    columns = [
        f'{name} = {{ unit = "1", meaning = "at (E - m)/T = {u:.6g}" }}'
        for name, u in zip(names, np.tile(compton_energies(), 2), strict=True)
    ]
    path = Path(feebly.__file__).parent / "data" / TABLES[lepton]
    path.write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    path.with_suffix("").with_suffix(".sidecar.toml").write_text(
        SIDECAR.format(sha256=digest, columns="\n".join(columns))
    )


if __name__ == "__main__":
    for lepton in MASSES:
        write(lepton)
