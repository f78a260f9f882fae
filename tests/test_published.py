"""Published programs: written as plain values, each of their worked examples comes out as stated."""

from typing import Any

import pytest

from published.adapter import QUESTIONS, Story, examples, same
from published.tables import TABLES

CASES = [pytest.param(name, example, id=f"{name}: {example['case']}") for name in TABLES for example in examples(name)]


@pytest.mark.parametrize(("name", "example"), CASES)
def test_a_worked_example_comes_out_as_stated(name: str, example: dict[str, Any]) -> None:
    story = Story(TABLES[name], example)

    for asked in example["expect"]:
        found = QUESTIONS[asked["what"]](story, asked)
        assert same(found, asked["value"]), f"{asked}: {found}"
