"""The documentation: links resolve, pages that others point to exist, examples run."""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest

from feebly.errors import OmittedProcessWarning

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    path for path in DOCS.rglob("*.md") if not {"_build", "_tables"} & set(path.relative_to(DOCS).parts)
)
RUN = [
    "start.md",
    "howto/read-a-limit.md",
    "howto/widths.md",
    "howto/batch.md",
    "howto/add-a-process.md",
    "howto/add-a-star.md",
    "howto/add-a-model.md",
    "howto/add-a-probe.md",
]

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation is not part of this copy")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(DOCS).as_posix() for path in paths]


def without_code(text: str) -> str:
    text = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(text: str) -> set[str]:
    """Explicit labels and the anchors of headings, as MyST and GitHub make them."""
    found = set(re.findall(r"^\(([\w-]+)\)=$", text, flags=re.M))
    for heading in re.findall(r"^#{1,6} (.+)$", without_code(text), flags=re.M):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(plain.strip().replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_internal_links_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"\$[^$\n]*\$", "", without_code(text))
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"\w+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (page.parent / file).resolve() if file else page
        assert linked.exists(), f"{page.name}: {target}"
        if anchor and linked.suffix == ".md":
            assert anchor in anchors(linked.read_text(encoding="utf-8")), f"{page.name}: no heading {target}"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_included_files_and_figures_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"^```\{(?:include|figure|image)\} (\S+)", text, flags=re.M):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_pages_listed_in_a_table_of_contents_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```\{toctree\}\n(.*?)^```", text, flags=re.M | re.S):
        for entry in (line.strip() for line in block.splitlines()):
            if entry and not entry.startswith(":"):
                candidates = [page.parent / f"{entry}{ending}" for ending in (".md", ".rst")]
                assert any(path.exists() for path in candidates), f"{page.name}: {entry}"


@pytest.mark.parametrize("name", ["errata.md", "validation/sn-cooling.md", "physics/sn-cooling.md"])
def test_pages_that_the_code_speaks_of_exist(name: str) -> None:
    assert (DOCS / name).stat().st_size > 1000


def test_every_page_has_one_title() -> None:
    for page in PAGES:
        if re.fullmatch(r"\d+\.[a-z]+\.md", page.name):
            continue  # fragments of the change log
        titles = re.findall(r"^# .+$", without_code(page.read_text(encoding="utf-8")), flags=re.M)
        assert len(titles) == 1, page.name


@pytest.mark.parametrize("name", RUN)
def test_python_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (DOCS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)
    assert blocks
    module = ModuleType("example")  # a real one, so that its classes pickle
    monkeypatch.setitem(sys.modules, "example", module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmittedProcessWarning)
        for block in blocks:
            exec(compile(block, name, "exec"), module.__dict__)
