"""Integrate the four-pion current once: writes data/hadrons/four_pions_table.csv and its sidecar's hash.

Run: python docs/validation/make_four_pion_table.py [processes]
"""

from __future__ import annotations

import hashlib
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from feebly.decays.hadrons.four_pion_current import Mode, integrated_ratio, masses
from feebly.decays.hadrons.four_pions import threshold_factor

DATA = Path(__file__).parents[2] / "src" / "feebly" / "data" / "hadrons"
LOG_POINTS = 17
# Steps [MeV] up to the next edge; pi+ pi- 2pi0 opens again near 920 MeV, where omega pi0 does.
GRIDS: dict[Mode, tuple[tuple[float, float, float], ...]] = {
    "charged": ((565, 895, 15), (910, 2110, 25), (2135, 2500, 50)),
    "neutral": ((556, 886, 15), (895, 955, 5), (960, 1000, 10), (1015, 2115, 25), (2140, 2500, 50)),
}


def grid(mode: Mode) -> list[float]:
    """Masses of the table [MeV]."""
    parts = [np.arange(first, last + step / 2, step) for first, last, step in GRIDS[mode]]
    return [float(mass) for mass in np.concatenate(parts)]


def reduced(task: tuple[Mode, float]) -> float:
    """R over its threshold behaviour."""
    mode, mass = task
    factor = float(threshold_factor(np.array(mass), masses(mode).sum()))
    return integrated_ratio(mode, mass, log_points=LOG_POINTS) / factor


def main(processes: int) -> None:
    """Write the table."""
    tasks: list[tuple[Mode, float]] = [(mode, mass) for mode in GRIDS for mass in grid(mode)]
    with ProcessPoolExecutor(processes) as pool:
        values = list(pool.map(reduced, tasks))
    rows = [f"{mode},{mass:g},{value:.6g}" for (mode, mass), value in zip(tasks, values, strict=True)]
    path = DATA / "four_pions_table.csv"
    path.write_text("\n".join(["mode,mass_mev,reduced_ratio", *rows]) + "\n")
    sidecar = path.with_name("four_pions_table.sidecar.toml")
    line = f'sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"'
    sidecar.write_text(re.sub(r'sha256 = "\w*"', line, sidecar.read_text()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
