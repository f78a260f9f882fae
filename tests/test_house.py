"""
The house rules that a machine can check: which module stands on which, and what the core may not touch.

The map of the package is the table in `layers.py`.
"""

import ast
import importlib
import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from inspect import isroutine
from pathlib import Path

import pytest

import loyalcore
from layers import LAYERS, LAZY, OUTSIDE

SOURCE = Path(__file__).resolve().parent.parent / "src" / "loyalcore"

LINES_MAX = 450

FORBIDDEN_MODULES = frozenset(
    {
        *("asyncio", "http", "socket", "ssl", "urllib"),
        *("io", "os", "pathlib", "shutil", "sqlite3", "sys", "tempfile"),
        *("locale", "logging", "multiprocessing", "signal", "subprocess", "threading"),
        *("random", "secrets", "time", "uuid"),
    }
)
# (module, what it imports): why that is no random source.
SEEDED = {("draws", "random"): "a published seed orders the entrants; nothing is drawn from the machine"}
FORBIDDEN_CALLS = frozenset({"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"})
CLOCKS = frozenset({"now", "utcnow", "today"})
CLOCK_OWNERS = frozenset({"datetime", "date", "dt"})


@dataclass(frozen=True)
class Import:
    """One import as it is written: who imports what, and whether inside a function."""

    module: str
    target: str
    lazy: bool
    line: int

    @property
    def own(self) -> str | None:
        """The module of this package that is imported, or None for another package's."""
        top, _, rest = self.target.partition(".")
        return (rest or "__init__") if top == "loyalcore" else None


@dataclass(frozen=True)
class Module:
    """A module of the package, parsed."""

    name: str
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    @property
    def layer(self) -> int | None:
        """The row of the module in the table: its own, or that of the package it is in."""
        rows = {name: number for number, row in enumerate(LAYERS) for name in row}
        parts = self.name.split(".")
        names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        return next((rows[name] for name in names if name in rows), None)

    @property
    def core(self) -> bool:
        return self.name.split(".")[0] not in OUTSIDE

    def imports(self) -> list[Import]:
        lazy = {id(inner) for node in ast.walk(self.tree) if is_function(node) for inner in ast.walk(node)}
        return [
            Import(self.name, target, id(node) in lazy, node.lineno)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for target in self.targets(node)
        ]

    def targets(self, node: ast.Import | ast.ImportFrom) -> list[str]:
        """The modules that an import statement names, with `from package import module` resolved."""
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        base = node.module or ""
        if node.level:
            here = ["loyalcore", *self.name.split(".")]
            above = here[: len(here) - node.level + (self.path.name == "__init__.py" and self.name != "__init__")]
            base = ".".join([*above, base]) if base else ".".join(above)
        names = [f"{base}.{alias.name}" for alias in node.names]
        return sorted({name if name.removeprefix("loyalcore.") in known_modules() else base for name in names})


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def known_modules() -> dict[str, Path]:
    """Every module by its name within the package; a package is named for its folder."""
    names = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return names


MODULES = [Module(name, path) for name, path in known_modules().items()]
every_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
every_core_module = pytest.mark.parametrize("module", [m for m in MODULES if m.core], ids=lambda module: module.name)


def test_the_table_names_every_module_and_no_other():
    unnamed = [module.name for module in MODULES if module.layer is None]
    gone = [name for row in LAYERS for name in row if name not in known_modules()]

    assert not unnamed, f"give these a row in LAYERS: {unnamed}"
    assert not gone, f"LAYERS names modules that do not exist: {gone}"


@every_module
def test_imports_go_to_the_same_row_or_a_row_above(module):
    layers = {other.name: other.layer for other in MODULES}

    against = [
        f"line {found.line}: {module.name} (row {module.layer}) imports {found.own} (row {layers.get(found.own)})"
        for found in module.imports()
        if found.own is not None and (layers.get(found.own) is None or layers[found.own] > module.layer)
    ]

    assert not against


def test_no_modules_import_each_other_in_a_circle():
    graph = {
        module.name: {found.own for found in module.imports() if found.own not in {None, module.name}}
        for module in MODULES
    }

    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"these import each other: {' -> '.join(error.args[1])}")

    assert set(order) >= {module.name for module in MODULES}


def test_imports_stand_at_the_top_but_for_the_listed_ones():
    lazy = {(found.module, found.target) for module in MODULES for found in module.imports() if found.lazy}

    assert lazy - LAZY.keys() == set(), "an import inside a function hides a cycle or a cost: give a reason in LAZY"
    assert LAZY.keys() - lazy == set(), "LAZY names imports that are gone"


@every_module
def test_a_module_is_no_longer_than_its_noun(module):
    lines = module.text.count("\n")

    # The list of all public names is as long as there are names.
    assert lines <= LINES_MAX or module.name == "__init__", "a second noun? make it a package with the same import path"


@every_core_module
def test_the_core_imports_no_clock_environment_random_source_or_log(module):
    outside = [
        f"line {found.line}: {found.target}"
        for found in module.imports()
        if found.target.partition(".")[0] in FORBIDDEN_MODULES and (module.name, found.target) not in SEEDED
    ]

    assert not outside


@every_core_module
def test_the_core_calls_no_clock_file_or_evaluation(module):
    calls = [(node.func, node.lineno) for node in ast.walk(module.tree) if isinstance(node, ast.Call)]

    outside = [
        f"line {line}: {ast.unparse(function)}()"
        for function, line in calls
        if (isinstance(function, ast.Name) and function.id in FORBIDDEN_CALLS)
        or (
            isinstance(function, ast.Attribute)
            and function.attr in CLOCKS
            and ast.unparse(function.value).rpartition(".")[2] in CLOCK_OWNERS
        )
    ]

    assert not outside


@every_core_module
def test_an_assert_only_narrows_a_type_and_what_protects_points_is_a_raise(module):
    asserts = [node for node in ast.walk(module.tree) if isinstance(node, ast.Assert)]

    others = [f"line {node.lineno}: {ast.unparse(node)}" for node in asserts if not narrows(node.test)]

    assert not others, "an assert is gone under python -O"


def narrows(test: ast.expr) -> bool:
    """Whether a test is for the type checker: `isinstance(x, T)`, `not isinstance(x, T)` or `x is not None`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    return re.fullmatch(r"isinstance\(.*\)|[^ ]* is not None", ast.unparse(test)) is not None


@every_module
def test_all_is_a_literal_list_of_names_that_exist(module):
    (value,) = [
        node.value
        for node in module.tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
    ]
    names = ast.literal_eval(value)
    loaded = importlib.import_module("loyalcore" if module.name == "__init__" else f"loyalcore.{module.name}")

    assert isinstance(value, ast.List | ast.Tuple)
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(loaded, name)] == []


def documented_values(module: Module) -> set[str]:
    """The names of module-level values with a `#:` comment above them or a string below, which the reference shows."""
    lines = module.text.splitlines()
    documented = set()
    for node, after in zip(module.tree.body, [*module.tree.body[1:], None], strict=True):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            below = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if below or lines[node.lineno - 2].startswith("#:"):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                documented |= {target.id for target in targets if isinstance(target, ast.Name)}
    return documented


@pytest.mark.parametrize("name", loyalcore.__all__)
def test_every_public_name_has_a_home_and_is_described(name):
    """Functions and classes have a docstring of their own; a value has a `#:` comment."""
    if name == "__version__":
        pytest.skip("the version says what it is")

    value = getattr(loyalcore, name)
    homes = [module for module in MODULES if module.name != "__init__" and name in public_names(module)]

    assert homes, f"{name} is in no module's __all__, so the reference does not show it"
    if isroutine(value):
        assert value.__doc__, f"{name} has no docstring"
    elif isinstance(value, type):
        assert vars(value).get("__doc__"), f"{name} has no docstring of its own"
    else:
        assert any(name in documented_values(module) for module in homes), f"no #: comment describes {name}"


def public_names(module: Module) -> list[str]:
    return getattr(importlib.import_module(f"loyalcore.{module.name}"), "__all__", [])
