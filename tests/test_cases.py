"""Cases of other systems: each of them, encoded as typed events, gives the figures that its source states."""

import importlib
import pkgutil

import pytest

import cases
from cases.harness import CASES, ENCODED, plain
from cases.impossible import IMPOSSIBLE

for found in pkgutil.iter_modules(cases.__path__):
    importlib.import_module(f"cases.{found.name}")


@pytest.mark.parametrize("encoded", ENCODED.values(), ids=ENCODED)
def test_a_case_gives_the_figures_of_its_source(encoded):
    figures = CASES[encoded.id]["expect"]
    found = list(encoded.play())

    assert len(found) == len(figures), "each figure that is expected is yielded, in order"
    for figure, answer in zip(figures, found, strict=True):
        assert plain(answer, figure["value"]) == figure["value"], figure


def test_every_case_is_encoded_or_named_as_one_that_contradicts_itself():
    assert not set(ENCODED) & set(IMPOSSIBLE)
    assert set(ENCODED) | set(IMPOSSIBLE) == set(CASES)
    assert len(IMPOSSIBLE) <= 8
