"""Colours and axes of the figures: readable in print and by colour-blind readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from feebly.constants import E_CHARGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe-Ito colours by family of probes.
FAMILIES: Final = {
    "supernova": "#0072B2",
    "cosmology": "#E69F00",
    "beam dump": "#009E73",
    "scattering": "#CC79A7",
    "precision": "#D55E00",
    "collider": "#777777",
}
SEQUENCE: Final = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#777777", "#332288", "#999933", "#882255",
)  # fmt: skip
SIZE: Final = (6.4, 4.8)
FONT: Final = 11
DPI: Final = 160


def family(probe: str) -> str:
    """Family of a probe by its name."""
    if probe.startswith("sn-"):
        return "supernova"
    if probe.startswith("g-minus-2-") or probe == "electroweak":
        return "precision"
    return "cosmology" if probe in ("n-eff", "y-p") else "scattering"


def frame(axes: Axes) -> None:
    """Ticks on all sides, pointing inward."""
    axes.tick_params(which="both", direction="in", top=True, right=True, labelsize=FONT - 1)
    axes.tick_params(which="major", length=6)
    axes.tick_params(which="minor", length=3)
    axes.xaxis.label.set_fontsize(FONT)
    axes.yaxis.label.set_fontsize(FONT)


def epsilon_axis(axes: Axes) -> None:
    """Second vertical axis epsilon = g / e."""

    def to_epsilon(g: Any) -> Any:
        return g / E_CHARGE

    def to_g(epsilon: Any) -> Any:
        return epsilon * E_CHARGE

    axes.tick_params(which="both", right=False)
    second = axes.secondary_yaxis("right", functions=(to_epsilon, to_g))
    second.set_ylabel(r"$\epsilon = g/e$", fontsize=FONT)
    second.tick_params(which="both", direction="in", labelsize=FONT - 1)
