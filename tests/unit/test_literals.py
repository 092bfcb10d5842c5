"""Numbers with more than three digits live in data files, not in the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "feebly"


def _digits(value: float) -> int:
    return len(f"{value:.15g}".split("e")[0].replace(".", "").replace("-", "").strip("0"))


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_no_long_literals(path: Path) -> None:
    text = path.read_text().splitlines()
    for node in ast.walk(ast.parse("\n".join(text))):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, float | int)
            and not isinstance(node.value, bool)
        ):
            is_code = path.name == "species.py" and isinstance(node.value, int)  # PDG codes
            ok = _digits(node.value) <= 3 or is_code or "Source" in text[node.lineno - 1]
            assert ok, f"line {node.lineno}: {node.value} belongs into a data file with its source"
