"""What cerdeno-medium-effects and cerdeno-burst-duration print, and what an independent calculation gives.

"Independent" is a brute-force calculation made before this code: a five-dimensional Monte Carlo for the mean free
paths, nested quadrature for the rest; it is rounded to the digits given. Rows are (seconds after bounce, neutrino).
"""

from __future__ import annotations

from feebly.environments.shells import NeutrinoKind
from feebly.rates.stellar.coalescence import Kernel

Row = tuple[int, NeutrinoKind]

# cerdeno-medium-effects, Tables I and II: mean free paths [m]
LENGTHS: dict[Row, tuple[float, ...]] = {
    (1, "nu"): (0.42, 0.24, 0.17, 0.42, 2.7, 35),
    (1, "antinu"): (0.30, 0.22, 0.20, 0.49, 2.9, 36),
    (1, "majorana-pit"): (3.1, 1.3, 0.51, 0.69, 4.1, 76),
    (1, "majorana-mupit"): (0.27, 0.21, 0.17, 0.46, 2.7, 35),
    (5, "nu"): (0.30, 0.40, 0.21, 0.51, 12),
    (5, "antinu"): (0.38, 0.50, 0.28, 0.63, 13),
    (5, "majorana-pit"): (0.71, 0.52, 0.36, 0.77, 4.1),
    (5, "majorana-mupit"): (0.34, 0.29, 0.25, 0.58, 4.1),
}
MISPRINTS: set[tuple[int, NeutrinoKind, int]] = {
    (1, "majorana-pit", 3),
    (1, "majorana-mupit", 3),
    (5, "nu", 2),
    (5, "antinu", 2),
}
MISPRINTS |= {(5, "majorana-pit", 5), (5, "majorana-mupit", 5)}
# ibid., Sec. III.B and footnote 2: diffusion times [s], with the swap of the two Majorana values at 5 s undone
TIMES: dict[Row, float] = {
    (1, "nu"): 2.6, (1, "antinu"): 2.4, (1, "majorana-pit"): 1.1, (1, "majorana-mupit"): 2.7,
    (5, "nu"): 1.5, (5, "antinu"): 1.3, (5, "majorana-pit"): 1.0, (5, "majorana-mupit"): 1.6,
}  # fmt: skip
# ibid., Table I: mu_n*, mu_p*, mu_nu, m* [MeV] and Y; the first fraction is 0.31 before rounding
DIRAC = {
    1: ((496.6, 405.4, 114.6, 249.6), (530.0, 458.3, 102.7, 384.9), (656.5, 601.9, 79.9, 599.4),
        (779.8, 723.0, 29.0, 786.0), (858.7, 813.1, 14.4, 857.0), (917.2, 893.9, 12.5, 915.9)),
    5: ((504.3, 389.4, 41.8, 254.6), (509.4, 402.4, 36.1, 309.1), (537.7, 440.2, 24.4, 394.4),
        (664.8, 590.6, 14.2, 599.1), (831.9, 787.2, 0.0, 805.3)),
}  # fmt: skip
FRACTIONS = {1: (0.31, 0.28, 0.25, 0.2, 0.1, 0.05), 5: (0.25, 0.23, 0.2, 0.13, 0.035)}
DENSITIES = {1: (0.5, 0.3, 0.15, 0.06, 0.03, 0.008), 5: (0.5, 0.4, 0.3, 0.15, 0.05)}
# ibid., Table II: mu_n*, mu_p*, m* [MeV]
MAJORANA = {
    1: ((512.3, 382.9, 253.9), (544.4, 440.6, 389.7), (538.0, 431.4, 383.0),
        (781.9, 713.3, 786.1), (859.2, 808.2, 857.0), (917.4, 889.9, 915.9)),
    5: ((509.9, 381.1, 256.2), (514.3, 395.4, 310.8), (541.0, 435.5, 395.4),
        (665.9, 587.1, 599.3), (831.9, 787.0, 805.3)),
}  # fmt: skip
# independent evaluation of the same conditions at `MASSES`, two or three digits
MASSES = (0.1, 1.0, 10.0, 100.0)
BOUNDS: dict[tuple[str, str], tuple[float, ...]] = {
    ("b-l", "10s"): (2.65e-5, 8.35e-5, 2.61e-4, 9.15e-4),
    ("b-l", "2sm"): (1.84e-5, 5.79e-5, 1.77e-4, 5.68e-4),
    ("scalar-lnc", "10s"): (5.92e-4, 6.64e-4, 8.20e-4, 1.55e-3),
    ("scalar-lnc", "2sm"): (5.02e-4, 5.57e-4, 6.68e-4, 1.10e-3),
}
WALKS: dict[Kernel, dict[float, float]] = {
    "printed": {10.0: 5.95e-8, 50.0: 2.6e-8, 100.0: 7.0e-9},
    "detailed-balance": {10.0: 6.17e-7, 30.0: 1.84e-7, 50.0: 8.85e-8, 100.0: 1.83e-8, 200.0: 7.4e-10},
}
# correct over printed, by an independent brute-force integration (four- and five-dimensional); errata E9
RATIO: dict[Row, tuple[float, ...]] = {
    (1, "nu"): (1.31, 1.31, 1.18, 1.07, 1.11, 1.35),
    (1, "antinu"): (1.45, 1.41, 1.17, 1.08, 1.12, 1.33),
    (1, "majorana-pit"): (1.38, 1.28, 1.30, 1.08, 1.17, 1.51),
    (1, "majorana-mupit"): (1.38, 1.32, 1.27, 1.05, 1.16, 1.34),
    (5, "nu"): (1.45, 0.87, 1.31, 1.22, 1.25),
    (5, "antinu"): (1.31, 0.82, 1.21, 1.14, 1.22),
    (5, "majorana-pit"): (1.30, 1.26, 1.20, 1.16, 3.76),
    (5, "majorana-mupit"): (1.32, 1.27, 1.21, 1.15, 3.76),
}
# diffusion times of the Standard Model in seconds by the same independent integration
INDEPENDENT_TIMES: dict[Row, float] = {
    (1, "nu"): 2.23, (1, "antinu"): 2.03, (1, "majorana-pit"): 0.92, (1, "majorana-mupit"): 2.23,
    (5, "nu"): 1.34, (5, "antinu"): 1.13, (5, "majorana-pit"): 0.81, (5, "majorana-mupit"): 1.24,
}  # fmt: skip
# diffusion times [s] that Eq. (21) gives with the printed mean free paths
TIMES_OF_LENGTHS: dict[Row, float] = {
    (1, "nu"): 2.59, (1, "antinu"): 2.43, (1, "majorana-pit"): 1.07, (1, "majorana-mupit"): 2.68,
    (5, "nu"): 1.62, (5, "antinu"): 1.26, (5, "majorana-pit"): 1.02, (5, "majorana-mupit"): 1.57,
}  # fmt: skip
