"""What the early universe went through: temperatures, potentials and densities over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from feebly.arrays import Array
from feebly.errors import ConvergenceError
from feebly.provenance import Provenance
from feebly.units import SECOND

if TYPE_CHECKING:
    import xarray

Status = Literal["ok", "not converged", "too many steps", "energy not conserved", "entropy falls"]
_COLUMNS: Final = {
    "ln_a": ("1", "logarithm of the scale factor"),
    "time_s": ("s", "age"),
    "t_gamma": ("MeV", "temperature of photons and electrons"),
    "t_nu_e": ("MeV", "temperature of electron neutrinos"),
    "t_nu_mu": ("MeV", "temperature of muon and tau neutrinos"),
    "mu_nu_e": ("1", "chemical potential over temperature of electron neutrinos"),
    "mu_nu_mu": ("1", "chemical potential over temperature of muon and tau neutrinos"),
    "t_x": ("MeV", "temperature of X"),
    "mu_x": ("MeV", "chemical potential of X"),
    "rho_plasma": ("MeV^4", "energy density of photons, electrons and muons"),
    "rho_nu_e": ("MeV^4", "energy density of electron neutrinos"),
    "rho_nu_mu": ("MeV^4", "energy density of muon and tau neutrinos"),
    "rho_x": ("MeV^4", "energy density of X"),
    "hubble": ("MeV", "expansion rate"),
}
_PHOTONS: Final = np.pi**2 / 15


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class History:
    """The early universe from start to end in steps (S,); units MeV^n.

    Parameters
    ----------
    ln_a : logarithm of the scale factor since the start.
    time : age, MeV^-1.
    t_gamma, t_nu_e, t_nu_mu : temperatures of photons and electrons, of nu_e, and of nu_mu and nu_tau.
    mu_nu_e, mu_nu_mu : chemical potentials over temperature.
    t_x, mu_x : temperature and chemical potential of X; 0 where there is none.
    rho_plasma, rho_nu_e, rho_nu_mu, rho_x : energy densities; nu_mu stands for nu_mu and nu_tau together.
    hubble : expansion rate.
    status : "ok", or why the end was not reached.
    energy_error : relative error of the energy in a comoving volume, by an independent quadrature.
    entropy_fall : largest relative fall of the entropy in a comoving volume, which must not fall.
    n_eff_standard : of the same universe without X.
    """

    ln_a: Array
    time: Array
    t_gamma: Array
    t_nu_e: Array
    t_nu_mu: Array
    mu_nu_e: Array
    mu_nu_mu: Array
    t_x: Array
    mu_x: Array
    rho_plasma: Array
    rho_nu_e: Array
    rho_nu_mu: Array
    rho_x: Array
    hubble: Array
    status: Status
    energy_error: float
    entropy_fall: float
    n_eff_standard: float
    provenance: Provenance

    def __repr__(self) -> str:
        if self.status != "ok":
            return f"History({self.ln_a.size} steps, {self.status})"
        return f"History({self.ln_a.size} steps, n_eff={self.n_eff:.4f}, delta_n_eff={self.delta_n_eff:+.4f})"

    @property
    def n_eff(self) -> float:
        """Effective number of neutrinos at the end; X that is left counts as matter.

        Notes
        -----
        (8/7) (11/4)^(4/3) (rho_rad - rho_gamma) / rho_gamma.
        Source: esseili-kribs-chargephobic, Eq. (32). Differs from it: nothing.
        Valid for: T far below the electron mass.

        Raises
        ------
        ConvergenceError
            if the end was not reached.
        """
        if self.status != "ok":
            raise ConvergenceError(
                f"The history stopped at T = {self.t_gamma[-1]:.3g} MeV: {self.status}. Try another tolerance."
            )
        photons = _PHOTONS * self.t_gamma[-1] ** 4
        return float(8 / 7 * (11 / 4) ** (4 / 3) * (self.rho_nu_e[-1] + self.rho_nu_mu[-1]) / photons)

    @property
    def delta_n_eff(self) -> float:
        """What X adds to the effective number of neutrinos."""
        return self.n_eff - self.n_eff_standard

    @property
    def matter(self) -> float:
        """Energy in X over that in radiation at the end."""
        return float(self.rho_x[-1] / (self.rho_plasma + self.rho_nu_e + self.rho_nu_mu)[-1])

    def to_xarray(self) -> xarray.Dataset:
        """Dataset over ln_a, with time in seconds and all else in MeV^n; each column says its unit."""
        import xarray

        names = [name for name in History.__slots__ if isinstance(getattr(self, name), np.ndarray)]
        columns = {name: ("ln_a", getattr(self, name)) for name in names if name not in ("ln_a", "time")}
        columns["time_s"] = ("ln_a", self.time / SECOND)
        attributes: dict[str, Any] = {
            name: getattr(self, name) for name in ("status", "energy_error", "entropy_fall", "n_eff_standard")
        }
        if self.status == "ok":
            attributes |= {name: getattr(self, name) for name in ("n_eff", "delta_n_eff", "matter")}
        made = xarray.Dataset(columns, coords={"ln_a": self.ln_a}, attrs=attributes)
        for name, (unit, meaning) in _COLUMNS.items():
            made[name].attrs.update(units=unit, long_name=meaning)
        return made
