"""Make the tables of Dalitz overlaps of three pions and of two kaons and a pion.

Run from the root of the repository: python docs/validation/make_three_body_tables.py
Each table holds L / (m - opens)^2, where L L^dagger are the overlaps of `feebly.decays.hadrons.dalitz`.
"""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import numpy as np

from feebly.arrays import Array, ComplexArray
from feebly.decays.hadrons import kaon_pair_pion, three_pions
from feebly.decays.hadrons.dalitz import overlaps, triangular

DATA = Path(__file__).parents[2] / "src" / "feebly" / "data" / "hadrons"
# fine around the threshold of omega pi0 (503 MeV above that of three pions), and of K* K (about 260 MeV)
THREE_PIONS = np.r_[
    1:20:4, 20:400:15, 400:470:5, 470:490:2, 490:520:1, 520:560:2, 560:640:5, 640:1100:15, 1100:2601:50
]
KAON_PAIR_PION = np.r_[1:20:4, 20:150:15, 150:400:6, 400:600:15, 600:1901:50]


def columns(name: str, factors: ComplexArray) -> dict[str, Array]:
    """Columns of the lower triangle of factors (M, K, K)."""
    size = factors.shape[-1]
    return {
        f"{name}{row}{column}_{part}": getattr(factors[:, row, column], {"re": "real", "im": "imag"}[part])
        for row in range(size)
        for column in range(row + 1)
        for part in ("re", "im")
    }


def write(path: Path, table: dict[str, Array]) -> None:
    """Write the table and the new hash into its sidecar."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows([f"{value:.9g}" for value in row] for row in zip(*table.values(), strict=True))
    sidecar = path.with_suffix(".sidecar.toml")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar.write_text(re.sub(r'sha256 = "\w*"', f'sha256 = "{digest}"', sidecar.read_text()))


def main() -> None:
    opens = sum(three_pions.masses())
    factors = []
    for excess in THREE_PIONS.tolist():
        nodes = three_pions.rule(opens + excess)
        factors.append(triangular(overlaps(nodes, three_pions.structures(nodes))) / excess**2)
    write(
        DATA / "three_pions_overlaps.csv",
        {"excess_mev": THREE_PIONS.astype(float)} | columns("", np.stack(factors)),
    )
    table = {"excess_mev": KAON_PAIR_PION.astype(float)}
    for mode in kaon_pair_pion.MODES:
        factors = []
        for excess in KAON_PAIR_PION.tolist():
            nodes = kaon_pair_pion.rule(mode, sum(mode.masses()) + excess)
            factors.append(triangular(overlaps(nodes, kaon_pair_pion.structures(mode, nodes))) / excess**2)
        table |= columns(f"{mode.key}_", np.stack(factors))
    write(DATA / "kaon_pair_pion_overlaps.csv", table)


if __name__ == "__main__":
    main()
