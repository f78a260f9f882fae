"""All errors have one base; each says what happened, the value and the way out."""

import pytest

import loyalcore as lc
import values
from loyalcore import errors
from loyalcore.errors import is_a, shown

ALL = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, Exception)]
CONFLICT = lc.EventConflict("order-1", "net", 1000, 1200)


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_catching_the_base_catches_whatever_the_library_raises(error):
    assert issubclass(error, lc.LoyalcoreError)


@pytest.mark.parametrize("error", [lc.InvalidValue, lc.InvalidProgram])
def test_a_bad_argument_is_a_value_error_as_everywhere_in_python(error):
    assert issubclass(error, ValueError)


def test_a_conflict_has_the_field_and_both_values():
    assert (CONFLICT.event_id, CONFLICT.field, CONFLICT.recorded, CONFLICT.given) == ("order-1", "net", 1000, 1200)


def test_a_conflict_says_what_differs_and_the_way_out():
    assert str(CONFLICT) == (
        "event 'order-1' is recorded with net 1000, but was given 1200; "
        "send the recorded content again, or use a new event id"
    )


def test_a_conflict_crosses_processes():
    for again in values.copies(CONFLICT):
        assert str(again) == str(CONFLICT)
        assert again.args == CONFLICT.args


def deep():
    inner = []
    for _ in range(10**5):
        inner = [inner]
    return inner


class Mute:
    def __repr__(self):
        raise RuntimeError("no text today")


@pytest.mark.parametrize("value", [10**5000, deep(), Mute()], ids=["huge int", "deep list", "failing repr"])
def test_a_message_never_fails_on_the_value_it_names(value):
    assert shown(value) == f"a {type(value).__name__} without a text"


def test_a_message_cuts_a_long_value_and_shows_that_it_did():
    assert shown("x" * 1000) == "'" + 78 * "x" + "…"
    assert shown("x" * 1000, 5) == "'xxx…"
    assert shown("xxx", 5) == "'xxx'"


def test_a_kind_may_be_one_of_several():
    assert is_a(5, int, str)
    assert is_a(5, int | str)
    assert not is_a(5.0, int, str)
