"""What nature is: directions in coupling space."""

from feebly.models.base import (
    CAPABILITIES,
    CouplingScale,
    Model,
    NeutrinoMatrix,
    ScalarYukawa,
    SterileMixing,
    Vector,
    VectorCurrent,
    offers,
)
from feebly.models.bath import ThermalBath
from feebly.models.em_bl import b_minus_l, chargephobic, dark_photon, em_bl, nucleophobic
from feebly.models.hnl import HeavyNeutralLepton, hnl, hnl_e, hnl_mu, hnl_tau
from feebly.models.majoron import (
    Majoron,
    majoron,
    majoron_ee,
    majoron_emu,
    majoron_etau,
    majoron_mumu,
    majoron_mutau,
    majoron_tautau,
)
from feebly.models.scalar import ScalarModel, scalar_lnc, scalar_lnv
from feebly.models.thermal import ThermalSpecies, thermal_e, thermal_nu
from feebly.models.vector import VectorModel, lmu_ltau, vector

__all__ = [
    "CAPABILITIES",
    "CouplingScale",
    "HeavyNeutralLepton",
    "Majoron",
    "Model",
    "NeutrinoMatrix",
    "ScalarModel",
    "ScalarYukawa",
    "SterileMixing",
    "ThermalBath",
    "ThermalSpecies",
    "Vector",
    "VectorCurrent",
    "VectorModel",
    "b_minus_l",
    "chargephobic",
    "dark_photon",
    "em_bl",
    "hnl",
    "hnl_e",
    "hnl_mu",
    "hnl_tau",
    "lmu_ltau",
    "majoron",
    "majoron_ee",
    "majoron_emu",
    "majoron_etau",
    "majoron_mumu",
    "majoron_mutau",
    "majoron_tautau",
    "nucleophobic",
    "offers",
    "scalar_lnc",
    "scalar_lnv",
    "thermal_e",
    "thermal_nu",
    "vector",
]
