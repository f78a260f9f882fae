"""Write down every public name on one page: ``python tests/names.py`` makes docs/names.md anew."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import loyalcore
from layers import LAYERS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "names.md"
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "loyalcore").rglob("*.py"))]

#: Modules in the order in which they build on one another, but for those whose names are not of `loyalcore` itself.
MODULES = list(dict.fromkeys(name.partition(".")[0] for row in LAYERS for name in row if name != "__init__"))

HEAD = """# Every name

What can be imported from `loyalcore`, with what it takes, by module, from the ground up.
Of what a class has, this is what the other pages use; `python tests/names.py` writes the page.
The [reference](reference/index.md) says more of each, as `help(lc.Earn)` does.
What the words mean stands in [concepts](concepts.md), and the [how-to pages](how-to/index.md) show them at work.
"""


def written() -> str:
    """Return the page as it should be."""
    return "\n".join([HEAD, *(part for name in MODULES for part in _section(name))])


def _section(name: str) -> Iterator[str]:
    module = importlib.import_module(f"loyalcore.{name}")
    own = {each: getattr(module, each) for each in getattr(module, "__all__", ())}
    public = [name for name, value in own.items() if getattr(loyalcore, name, None) is value and _is_ours(value)]
    if not public:
        return
    yield f"## {name}\n\n{sentence(module)}\n"
    for each in public:
        value = getattr(module, each)
        yield f"`{each}{signature(value)}`\n: {said(each, value)}\n"
        if inspect.isclass(value) and (methods := list(_methods(each, value))):
            yield "\n".join(f"  - {line}" for line in methods) + "\n"


def _is_ours(value: Any) -> bool:
    return not inspect.isclass(value) or value.__module__.startswith("loyalcore.")


def _methods(name: str, of: type) -> Iterator[str]:
    """Yield what can be called or read of a class and the other pages use, but for fields, which it is built with."""
    for key, value in _own(of).items():
        if key.startswith("_") or key not in _USED or not sentence(value):
            continue
        if inspect.isfunction(value):
            yield f"`{name}.{key}{signature(value)}`: {sentence(value)}"
        elif isinstance(value, classmethod | staticmethod):
            yield f"`{name}.{key}{signature(value.__func__)}`: {sentence(value.__func__)}"
        elif isinstance(value, property | cached_property):
            yield f"`{name}.{key}`: {sentence(value)}"


def _own(of: type) -> dict[str, Any]:
    """Return what a class has by itself and by bases that are not public; nothing of what is not the library's."""
    public = [each for each in of.__mro__[1:] if getattr(loyalcore, each.__name__, None) is each]
    bases = [each for each in of.__mro__ if each not in public and each.__module__.startswith("loyalcore.")]
    found = {key: value for each in reversed(bases) for key, value in vars(each).items()}
    return {key: value for key, value in found.items() if not any(hasattr(each, key) for each in public)}


def _used() -> frozenset[str]:
    """Return what stands behind a dot in the pages of the documentation and the examples."""
    pages = [
        ROOT / "README.md",
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/how-to/*.md"),
        *ROOT.glob("examples/**/*.py"),
    ]
    texts = [page.read_text(encoding="utf-8") for page in pages if page != PAGE]
    return frozenset(word for text in texts for word in re.findall(r"\w\)?\.([a-z_]+)", text))


_USED = _used()


def signature(value: Any) -> str:
    """Return what something is called with, without types; nothing for what is not called."""
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return ""
    try:
        found = inspect.signature(value)
    except ValueError:
        return ""
    given = [each.replace(annotation=each.empty) for each in found.parameters.values() if each.name not in _OWN]
    return re.sub(r"<[^>]*>|NOTHING", "…", str(inspect.Signature(given)))


_OWN = {"self", "cls"}


def sentence(value: Any) -> str:
    """Return the first sentence of a docstring."""
    text = inspect.getdoc(value) or ""
    return " ".join(text.partition("\n\n")[0].split())


def said(name: str, value: Any) -> str:
    """Return what a name is: its docstring, or the comment before it where it is a value."""
    if inspect.isclass(value) or inspect.isfunction(value):
        return sentence(value)
    assigned = re.compile(rf"((?:^#: .*\n)+)(?:\w+, )*{name}\b(?:: .*|, .*)? = ", re.MULTILINE)
    found = (match for source in SOURCES if (match := assigned.search(source)))
    comment = next(found, None)
    return "" if comment is None else " ".join(re.findall(r"^#: (.*)$", comment[1], re.MULTILINE))


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
    sys.exit()
