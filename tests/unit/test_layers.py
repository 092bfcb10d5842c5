"""The straight line: a package imports only from those before it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "feebly"
FOUNDATION = (
    "arrays",
    "constants",
    "embedded",
    "errors",
    "math",
    "particle_data",
    "provenance",
    "registry",
    "species",
    "units",
)
LINE = (
    "models",
    "decays",
    "environments",
    "rates",
    "transport",
    "signals",
    "statistics",
    "probes",
    "limits",
    "scan",
    "export",
    "plot",
    "testing",
    "cli",
)
# Results have faces (`.plot()`, `.save()`, `.to_pandas()`), which load these packages inside a method.
FACES = {
    ("decays", "plot"),
    ("decays", "export"),
    ("limits", "plot"),
    ("limits", "export"),
    ("scan", "plot"),
    ("scan", "export"),
    ("export", "plot"),
}


def _imports(path: Path) -> list[tuple[str, bool]]:
    """Packages of feebly that a file imports, and whether at its top level (type checking excluded)."""
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("feebly"):
            names = (
                [f"feebly.{alias.name}" for alias in node.names] if node.module == "feebly" else [node.module]
            )
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("feebly.")]
        else:
            continue
        found += [(name.split(".")[1], id(node) in top) for name in names]
    return found


def _place(package: str) -> int:
    return -1 if package in FOUNDATION else LINE.index(package) if package in LINE else -2


FILES = sorted(p for p in SRC.rglob("*.py") if p.parent != SRC or p.stem in FOUNDATION)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_only_from_before(path: Path) -> None:
    own = path.relative_to(SRC).parts[0].removesuffix(".py")
    for package, at_top in _imports(path):
        if package == own or _place(package) == -2:
            continue
        allowed = _place(package) < _place(own) or (package in FOUNDATION and own in FOUNDATION)
        face = not at_top and (own, package) in FACES
        assert allowed or face, (
            f"{own} must not import {package} ({'top level' if at_top else 'inside a function'})"
        )


def test_every_package_has_a_place() -> None:
    packages = {p.name for p in SRC.iterdir() if p.is_dir() and p.name not in ("__pycache__", "data")}
    assert packages <= {*LINE, *FOUNDATION}
    modules = {p.stem for p in SRC.glob("*.py")} - {"__init__", "__main__"}
    assert modules <= {*FOUNDATION}
