"""Random programs say everything that a program can: no word of the library is left out silently."""

import warnings
from collections.abc import Mapping
from functools import cache
from random import Random

import attrs
import pytest

import loyalcore as lc
from loyalcore.interpreted.words import READS
from machine import building, neighbours, programs
from machine.books import book
from machine.comparing import START, drawn_programs
from machine.wild import crowded, small, wild

#: How many programs of each kind are drawn.
DRAWN = 60

#: Values that no program is made of, and what they are.
NO_PART_OF_A_PROGRAM = {
    "an event, or a part of one": (
        "Activity Adjustment Capture Enrolment Event Hold Item Opening OpeningLot OpeningTally Purchase Redemption "
        "Release Return Settings TierAdjustment Transfer"
    ),
    "what is answered": (
        "Account Answer Applied Difference Discounted DiscountedLine Entry FollowUp Held Lot Need Prospect Quote "
        "QuotedLot Reason Refusal Standing Statement StatementLine"
    ),
    "how a host's rows are read": "Binding",
    "asked of many members, outside programs": "Combination Drawing InstantWins Odds Ranking Win",
}


def _parts(value, found, given):
    """Note the classes a value is made of, and which of their fields say more than nothing."""
    if isinstance(value, Mapping):
        value = (*value.keys(), *value.values())
    if isinstance(value, tuple | list | frozenset):
        for each in value:
            _parts(each, found, given)
    elif attrs.has(type(value)):
        found.add(type(value))
        for each in attrs.fields(type(value)):
            inner = getattr(value, each.name)
            if inner != each.default and not (isinstance(each.default, attrs.Factory) and inner in ((), {})):
                given.add((type(value), each.name))
            _parts(inner, found, given)
    elif isinstance(value, lc.Program):
        found.add(lc.Program)
        _parts(tuple(value.fields().values()), found, given)


@cache
def drawn():
    """All classes that random programs of the comparison are made of, and the fields that are said."""
    found, given, draw = set(), set(), Random(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lc.DoubtfulProgram)
        for _ in range(DRAWN):
            for make in (small, crowded, wild):
                _parts(make(draw), found, given)
            for made in (*drawn_programs(draw), neighbours.drawn_rules(draw), book(draw, wild(draw), wild, START)):
                if isinstance(made, lc.Book):
                    found.add(lc.Book)
                for each in made.versions if isinstance(made, lc.Book) else (made,):
                    _parts(each, found, given)
            _parts(building.build(draw.choice(programs.FAMILIES)(draw)), found, given)
    return found, given


def values():
    """The exported classes of values."""
    exported = (getattr(lc, name) for name in lc.__all__)
    return sorted(
        {each for each in exported if isinstance(each, type) and attrs.has(each)}, key=lambda each: each.__name__
    )


@pytest.mark.parametrize("value", values(), ids=lambda each: each.__name__)
def test_each_value_of_a_program_is_drawn(value):
    aside = {name for names in NO_PART_OF_A_PROGRAM.values() for name in names.split()}
    found, _ = drawn()

    assert (value.__name__ in aside) != (value in found), "let a random program draw it, or say what it is"


@pytest.mark.parametrize("kind", READS, ids=lambda each: each.__name__)
def test_each_field_of_a_rule_is_drawn(kind):
    _, given = drawn()

    assert {name for name in READS[kind] if (kind, name) not in given} == set()


def test_what_is_set_aside_is_there():
    aside = [name for names in NO_PART_OF_A_PROGRAM.values() for name in names.split()]

    assert [name for name in aside if not hasattr(lc, name)] == []
