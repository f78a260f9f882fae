"""
What the documentation promises: a page for every module, examples that are true, and a short README.

``python tests/test_docs.py`` writes the pages of the reference that are missing, and its index.
"""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import loyalcore
from layers import LAYERS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "loyalcore"

README_LINES_MAX = 110

PAGES = sorted(path.stem for path in (DOCS / "reference").glob("*.md") if path.stem != "index")
TOP_MODULES = sorted(
    path.stem
    for path in SOURCE.iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").is_file()) and not path.name.startswith("_")
)
IN_ORDER = list(dict.fromkeys(name.partition(".")[0] for row in LAYERS for name in row if name != "__init__"))
ALL_MODULES = sorted(
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
)


def test_the_reference_has_one_page_for_each_module():
    assert PAGES == TOP_MODULES


@pytest.mark.parametrize("page", PAGES)
def test_a_reference_page_shows_its_module_and_what_is_in_it(page):
    text = (DOCS / "reference" / f"{page}.md").read_text(encoding="utf-8")

    assert text.startswith(f"# {page}\n")
    assert shown(text) == parts(page)


def test_the_index_of_the_reference_follows_the_map_of_the_package():
    index = (DOCS / "reference" / "index.md").read_text(encoding="utf-8")

    assert listed(index) == IN_ORDER


def test_every_public_name_stands_in_the_glossary():
    glossary = (DOCS / "concepts.md").read_text(encoding="utf-8")

    assert [name for name in loyalcore.__all__ if f"`{name}`" not in glossary] == []


def test_every_page_can_be_reached():
    index = (DOCS / "index.md").read_text(encoding="utf-8")

    trees = re.findall(r"^```{toctree}\n(.*?)^```", index, flags=re.MULTILINE | re.DOTALL)
    listed_pages = {line for tree in trees for line in tree.splitlines() if line and not line.startswith(":")}
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert listed_pages == pages | {"reference/index", "how-to/index"}


def parts(page: str) -> list[str]:
    """The module of a page, and the modules in it if it is a package."""
    return [name for name in ALL_MODULES if name == f"loyalcore.{page}" or name.startswith(f"loyalcore.{page}.")]


def shown(text: str) -> list[str]:
    return sorted(re.findall(r"^\.\. automodule:: ([a-z_.]+)$", text, flags=re.MULTILINE))


def listed(index: str) -> list[str]:
    (tree,) = re.findall(r"^```{toctree}\n(.*?)^```", index, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^([a-z_]+)$", tree, flags=re.MULTILINE)


def write_reference() -> None:
    for page in TOP_MODULES:
        path = DOCS / "reference" / f"{page}.md"
        if not path.exists():
            blocks = "\n".join(f"```{{eval-rst}}\n.. automodule:: {name}\n```\n" for name in parts(page))
            path.write_text(f"# {page}\n\n{blocks}", encoding="utf-8")
    index = DOCS / "reference" / "index.md"
    head = index.read_text(encoding="utf-8").partition("```{toctree}")[0]
    index.write_text(f"{head}```{{toctree}}\n:maxdepth: 1\n\n" + "\n".join(IN_ORDER) + "\n```\n", encoding="utf-8")


@pytest.mark.parametrize("name", ALL_MODULES)
def test_examples_in_docstrings_are_true(name):
    module = importlib.import_module(name)

    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)

    assert result.failed == 0


def test_the_readme_is_short():
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") < README_LINES_MAX


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


if __name__ == "__main__":
    write_reference()
