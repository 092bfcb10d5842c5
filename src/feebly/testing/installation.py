"""Does the installation work?"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import feebly
from feebly import embedded, registry


def check_install() -> Iterator[str]:
    """Versions, data files, registered names, and one short calculation with a known answer."""
    yield f"feebly {feebly.__version__} on Python {platform.python_version()}"
    for package in ("numpy", "scipy", "numba", "matplotlib", "typer"):
        yield f"{package} {version(package)}"
    for package in ("pandas", "xarray", "netCDF4"):
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} is not installed: data frames and netCDF need 'feebly[io]'"
    for name in embedded.names():
        embedded.load(name)
    yield f"{len(embedded.names())} data files agree with their sidecars"
    for kind in ("model", "probe", "star", "prescription"):
        names = registry.names(kind)
        if not names:
            raise AssertionError(f"No {kind} is registered: install the package with pip.")
        yield f"{len(names)} {kind}s registered"
    from feebly.models import lmu_ltau
    from feebly.probes import SupernovaCooling

    probe = SupernovaCooling(compton="off", lapse="off")
    value = float(probe.prepare(lmu_ltau(), 100.0).evaluate([1e-12]).value[0]) / probe.practical_unit[1]
    if not 2.1e48 < value < 2.25e48:
        raise AssertionError(f"A known luminosity of 2.17e48 erg/s came out as {value:.3e}.")
    yield f"sn-cooling gives {value:.4g} erg/s at 100 MeV and g = 1e-12, as it should"
