"""Natural units with MeV = 1: multiply to enter, divide to read back.

Examples
--------
>>> radius = 25 * KM                        # MeV^-1
>>> limit = 3e52 * ERG / SECOND             # MeV^2
>>> round(radius / KM, 12), round(limit / (ERG / SECOND) / 1e52, 12)
(25.0, 3.0)
"""

from __future__ import annotations

from typing import Final

from feebly.constants import HBAR_SI, MEV_SI, SPEED_OF_LIGHT_SI

MEV: Final = 1.0
EV: Final = 1e-6 * MEV
KEV: Final = 1e-3 * MEV
GEV: Final = 1e3 * MEV
JOULE: Final = 1.0 / MEV_SI
ERG: Final = 1e-7 * JOULE
SECOND: Final = MEV_SI / HBAR_SI  # MeV^-1
METRE: Final = SECOND / SPEED_OF_LIGHT_SI  # MeV^-1
CM: Final = 1e-2 * METRE
KM: Final = 1e3 * METRE
FM: Final = 1e-15 * METRE
KILOGRAM: Final = JOULE * SPEED_OF_LIGHT_SI**2  # MeV
GRAM: Final = 1e-3 * KILOGRAM
