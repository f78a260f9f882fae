"""Names, ids and texts come in as they are or not at all."""

import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

import refusals
import strategies
from loyalcore.errors import InvalidValue
from loyalcore.texts import ID_MAX, TEXT_MAX, check_id, check_name, check_text, plain


class Channel(str, enum.Enum):  # noqa: UP042 - the kind whose str() is its name
    APP = "app"


class Colour(enum.StrEnum):
    RED = "red"


CONTROL = ["\x00", "a\nb", "\x1b[0m", "\x7f", "\x85", "\u2028", "\u2029", "\ud800", "a\udfffb"]


@given(strategies.names())
def test_a_name_is_kept_as_it_is(name):
    assert check_name(name, "a rule") == name


@given(strategies.ids())
def test_an_id_is_kept_as_it_is(value):
    assert check_id(value, "an id") == value


@given(strategies.texts())
def test_a_text_is_kept_as_it_is(text):
    assert check_text(text, "a text") == text


def test_a_text_is_compared_by_code_points_and_never_normalised():
    composed, combined = "\u00e9", "e\u0301"

    assert check_id(composed, "an id") != check_id(combined, "an id")
    assert check_text(combined, "a text") == combined


def test_the_longest_of_each_is_taken():
    assert check_name("n" * 64, "a rule") == "n" * 64
    assert check_id("é" * ID_MAX, "an id") == "é" * ID_MAX
    assert check_id(2**63 - 1, "an id") == 2**63 - 1
    assert check_text("x" * TEXT_MAX, "a text") == "x" * TEXT_MAX


@pytest.mark.parametrize(("member", "content"), [(Channel.APP, "app"), (Colour.RED, "red")])
def test_a_member_of_an_enumeration_is_the_text_it_holds(member, content):
    for kept in (check_id(member, "an id"), check_text(member, "a text"), plain(member)):
        assert kept == content
        assert type(kept) is str


@refusals.table(
    [
        *(
            (check_name, {"name": bad, "what": "a rule"}, InvalidValue)
            for bad in ("", " a", "a ", "-a", "é", "a\n", "n" * 65)
        ),
        *((check_name, {"name": bad, "what": "a rule"}, InvalidValue) for bad in (None, 5, b"a", ["a"], 10**5000)),
        *((check_name, {"name": bad, "what": "a rule"}, InvalidValue) for bad in (Channel.APP, Colour.RED, "a\u0661")),
        *((check_id, {"value": bad, "what": "an id"}, InvalidValue) for bad in CONTROL),
        *((check_id, {"value": bad, "what": "an id"}, InvalidValue) for bad in ("", " a", "a ", "\u3000a", "a\u00a0")),
        *(
            (check_id, {"value": bad, "what": "an id"}, InvalidValue)
            for bad in (True, -1, 2**63, 1.0, None, b"a", 10**5000)
        ),
        (check_id, {"value": "x" * (ID_MAX + 1), "what": "an id"}, InvalidValue),
        *(
            (check_text, {"value": bad, "what": "a text"}, InvalidValue)
            for bad in (*CONTROL, None, 5, True, b"a", 10**5000)
        ),
        (check_text, {"value": "x" * (TEXT_MAX + 1), "what": "a text"}, InvalidValue),
    ]
)
def test_what_a_store_or_file_would_change_is_refused(function, bad, error):
    caught = refusals.check(function, bad, error)

    assert str(caught).startswith(bad["what"])


@given(st.text(max_size=40))
def test_any_text_at_all_is_taken_or_refused(text):
    for check in (check_name, check_id, check_text):
        try:
            kept = check(text, "a text")
        except InvalidValue as refusal:
            refusal.args[0].encode()  # the message can be written anywhere
        else:
            assert kept == text
            kept.encode()


@pytest.mark.parametrize("name", ["-", "+5", " a", "a "])
def test_a_name_that_begins_or_ends_amiss_is_told_how_names_begin_and_end(name):
    with pytest.raises(InvalidValue, match="beginning with a letter or digit and without a space at its end"):
        check_name(name, "a prize")
