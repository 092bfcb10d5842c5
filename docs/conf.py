"""Sphinx configuration; the build needs no network."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "src"))

import feebly  # noqa: E402

project = "feebly"
author = "The feebly developers"
project_copyright = author
version = release = feebly.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_design",
]
exclude_patterns = ["_build", "validation/_tables", "changes/[0-9]*"]  # fragments of the change log
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
default_role = "code"
nitpicky = False
suppress_warnings = ["ref.python"]  # a class may be reached by more than one name

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"feebly {release}"
html_static_path = ["_static"]
html_copy_source = False
html_theme_options = {"sidebar_hide_name": False}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_type_aliases = {
    name: name for name in ("Array", "ArrayLike", "ComplexArray", "Mask", "Rates", "Progress", "ColumnMap")
}
autodoc_default_options = {"members": True}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_admonition_for_examples = False


# Docstrings are plain text with formulas: "exp(-E/T) |U|^2 scale**power". To reStructuredText a
# star, a bar or a trailing underscore starts markup, so they are escaped outside code and directives.
# Parameters are written "name : what it is", where napoleon expects "name : type" and the rest below.
_CODE = re.compile(r"(``[^`]*``|:\w+:`[^`]*`|`[^`]*`)")
_MARKUP = re.compile(r"(?<!\\)([*|])|(?<=\w)(?<!\\)(_)(?!\w)")
_PARAMETER = re.compile(r"(\w+(?:, \w+)*) : (.*)")


def _escape(line: str) -> str:
    pieces = _CODE.split(line)
    pieces[::2] = [_MARKUP.sub(lambda found: "\\" + found.group(0), piece) for piece in pieces[::2]]
    return "".join(pieces)


def _plain_text(_app: Any, what: str, name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Escape the text of a docstring in place; leave doctests and directives as they are."""
    directive: int | None = None  # indentation of the directive that is open
    doctest = False
    section = ""
    done: list[str] = []
    for number, line in enumerate(lines):
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        if set(text) == {"-"} and number:
            section = lines[number - 1].strip()
        if directive is not None and text and indent <= directive:
            directive = None
        if text.startswith(".. "):
            directive = indent
        doctest = bool(text) and (doctest or text.startswith(">>>"))
        plain = line if directive is not None or doctest else _escape(line)
        parameter = _PARAMETER.fullmatch(plain) if section == "Parameters" else None
        done += [parameter[1], "    " + parameter[2]] if parameter else [plain]
    lines[:] = done
    if what == "property":
        _properties[name] = done


_properties: dict[str, list[str]] = {}


def _whole_properties(_app: Any, what: str, name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Undo what napoleon makes of a property: a type, up to the first colon of its text."""
    if what == "property":
        lines[:] = _properties[name]


def _short_types(
    _app: Any, _what: str, _name: str, _obj: Any, _options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Names of our array types where Sphinx leaves its own wrapper around them."""

    def short(text: str | None) -> str | None:
        return None if text is None else re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", text)

    return short(signature), short(returns)


def setup(app: Any) -> None:
    """The docstring hooks run before and after napoleon, which has priority 500."""
    app.connect("autodoc-process-docstring", _plain_text, priority=400)
    app.connect("autodoc-process-docstring", _whole_properties, priority=600)
    app.connect("autodoc-process-signature", _short_types)
