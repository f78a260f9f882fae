"""Published programs: written as plain values, each of their worked examples comes out as stated."""

import ast
from pathlib import Path
from typing import Any

import pytest

import loyalcore as lc
from published.adapter import QUESTIONS, Story, examples, same
from published.tables import TABLES

PUBLISHED = Path(__file__).parent / "published"
CASES = [pytest.param(name, example, id=f"{name}: {example['case']}") for name in TABLES for example in examples(name)]


@pytest.mark.parametrize(("name", "example"), CASES)
def test_a_worked_example_comes_out_as_stated(name: str, example: dict[str, Any]) -> None:
    story = Story(TABLES[name], example)

    for asked in example["expect"]:
        found = {**QUESTIONS, **TABLES[name].questions}[asked["what"]](story, asked)
        assert same(found, asked["value"]), f"{asked}: {found}"


@pytest.mark.parametrize("name", TABLES)
def test_a_program_evaluates_from_its_text_with_the_names_of_the_library_alone(name: str) -> None:
    program = TABLES[name].program

    assert eval(repr(program), dict(vars(lc))) == program  # noqa: S307 - the text is the library's own


def test_the_adapter_has_no_arithmetic() -> None:
    """It renames and converts; only the ends of days are reckoned, what entries say is added up, and a bill is made."""
    allowed = {"midnight", "at_end_of", "rebate", "tier_through", "decimal", "paid"}
    for path in (PUBLISHED / "adapter.py", *sorted((PUBLISHED / "tables").glob("*.py"))):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and function.name not in allowed:
                reckoned = [node for node in ast.walk(function) if isinstance(node, ast.BinOp) and not _joins(node)]
                assert not reckoned, f"{function.name} reckons: {ast.unparse(reckoned[0])}"


def _joins(node: ast.BinOp) -> bool:
    """Tell whether a join of tables, types or paths is meant."""
    return isinstance(node.op, ast.BitOr | ast.Div)
