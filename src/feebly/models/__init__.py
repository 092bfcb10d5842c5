"""What nature is: directions in coupling space."""

from feebly.models.base import CAPABILITIES, CouplingScale, Model, ScalarYukawa, VectorCurrent, offers
from feebly.models.em_bl import b_minus_l, chargephobic, dark_photon, em_bl, nucleophobic
from feebly.models.scalar import ScalarModel, scalar_lnc, scalar_lnv
from feebly.models.vector import VectorModel, lmu_ltau, vector

__all__ = [
    "CAPABILITIES",
    "CouplingScale",
    "Model",
    "ScalarModel",
    "ScalarYukawa",
    "VectorCurrent",
    "VectorModel",
    "b_minus_l",
    "chargephobic",
    "dark_photon",
    "em_bl",
    "lmu_ltau",
    "nucleophobic",
    "offers",
    "scalar_lnc",
    "scalar_lnv",
    "vector",
]
