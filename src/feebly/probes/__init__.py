"""Assembled lines from a model to a score, one file per probe."""

from feebly.probes.base import Prescription, Probe, Response, Support, configure, prescription, probe_options
from feebly.probes.electroweak import Electroweak
from feebly.probes.g_minus_2 import ElectronMoment, MuonMoment
from feebly.probes.n_eff import EffectiveNeutrinos
from feebly.probes.sn_coalescence_walk import CoalescenceWalk
from feebly.probes.sn_cooling import SupernovaCooling
from feebly.probes.sn_diffusion import NeutrinoDiffusion
from feebly.probes.sn_diffusive_flux import DiffusiveFlux
from feebly.probes.sn_eos import EquationOfState
from feebly.probes.sn_low_energy import LowEnergySupernovae
from feebly.probes.sn_neutrinos import GalacticNeutrinos, SupernovaNeutrinos
from feebly.probes.sn_right_handed import RightHandedNeutrinos
from feebly.probes.sn_self_scattering import SelfScattering
from feebly.probes.y_p import Helium

__all__ = [
    "CoalescenceWalk",
    "DiffusiveFlux",
    "EffectiveNeutrinos",
    "ElectronMoment",
    "Electroweak",
    "EquationOfState",
    "GalacticNeutrinos",
    "Helium",
    "LowEnergySupernovae",
    "MuonMoment",
    "NeutrinoDiffusion",
    "Prescription",
    "Probe",
    "Response",
    "RightHandedNeutrinos",
    "SelfScattering",
    "SupernovaCooling",
    "SupernovaNeutrinos",
    "Support",
    "configure",
    "prescription",
    "probe_options",
]
