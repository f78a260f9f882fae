"""An entry shows one row: its fields by name, moments as datetimes, and a derived id."""

import datetime as dt

import pytest
from hypothesis import given

import strategies
import values
from loyalcore.entries import FACTS, LAYOUTS, POSTINGS, Entry, is_caused, moment
from loyalcore.instants import FOREVER, to_instant

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
AT = to_instant(NOON)

ROWS = {
    "purchase": ("purchase", AT, "o1", ((), (), (), ()), (), (), (), AT, "hash"),
    "earn": ("earn", AT, 0, "base", "point", 25, None, FOREVER, 5, None),
    "pending": ("earn", AT, 0, "base", "point", 25, AT, AT, 0, AT),
    "mature": ("mature", AT, 1, "point", 25, 5),
    "expire": ("expire", AT, 1, "point", 20),
    "spend": ("spend", AT, 0, "cup", "point", 20, (1, 15, 2, 5)),
    "take": ("take", AT, 0, "base", "point", 25, (1, 15), 3, 10, 0, None),
    "restore": ("restore", AT, 0, "cup", "point", 20, (1, 20), 0),
    "extend": ("extend", AT, 0, "point", AT),
    "suspend": ("suspend", AT, 0, "point", None),
    "tier": ("tier", AT, None, "status", "gold", None),
    "appoint": ("appoint", AT, 0, "status", "gold", AT),
    "grace": ("grace", AT, None, "status", "gold", AT),
    "open": ("open", AT, 0, "end of year", AT),
    "arise": ("arise", AT, 4, "status entered gold", None, (), (), (), "hash"),
}


def entry(name, seq=7):
    return Entry("ada", seq, ROWS[name])


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_the_fields_of_its_layout(name):
    row = ROWS[name]

    assert len(LAYOUTS[row[0]]) == len(row) - 1


def test_every_kind_is_a_fact_or_a_posting():
    assert set(FACTS).isdisjoint(POSTINGS)
    assert list(LAYOUTS) == [*FACTS, *POSTINGS]


def test_the_fields_are_attributes():
    earned = entry("earn")

    assert (earned.kind, earned.rule, earned.unit, earned.amount, earned.repaid) == ("earn", "base", "point", 25, 5)
    assert (earned.account, earned.seq, earned.row) == ("ada", 7, ROWS["earn"])


def test_moments_are_datetimes_and_never_is_none():
    assert entry("earn").at == NOON
    assert entry("earn").expires is None
    assert entry("earn").usable is None
    assert entry("pending").usable == entry("pending").expires == NOON
    assert entry("purchase").now == NOON
    assert entry("extend").deadline == NOON
    assert entry("suspend").until is None
    assert entry("tier").until is None


def test_a_fact_has_the_id_of_its_event_and_a_posting_a_derived_one():
    assert (entry("purchase").id, entry("purchase").is_fact) == ("o1", True)
    assert (entry("earn").id, entry("earn").is_fact) == ("ada/7", False)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("purchase", 0),
        ("earn", 25),
        ("pending", 25),
        ("mature", 0),
        ("expire", -20),
        ("spend", -20),
        ("take", -25),
        ("restore", 20),
        ("extend", 0),
        ("suspend", 0),
        ("tier", 0),
    ],
)
def test_the_change_is_what_the_member_has_more_or_less(name, change):
    assert entry(name).change == change


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("field", ["colour", "pieces_", "row_"])
def test_a_field_of_another_kind_is_no_attribute(name, field):
    shown = entry(name)

    with pytest.raises(AttributeError, match=f"has no {field}; it has at, "):
        getattr(shown, field)
    assert not hasattr(shown, field)


def test_an_unknown_kind_has_no_fields_and_still_shows():
    strange = Entry("ada", 7, ("gift", 5))

    with pytest.raises(AttributeError, match="an entry of kind 'gift' has no at"):
        strange.at  # noqa: B018 - reading it is what is under test
    assert repr(strange) == "<ada/7 gift: >"


def test_an_entry_shows_its_fields_and_moments():
    assert repr(entry("expire")) == "<ada/7 expire: at=2026-03-02T12:00:00+00:00, lot=1, unit='point', amount=20>"
    assert "expires=None" in repr(entry("earn"))


@pytest.mark.parametrize("name", ROWS)
def test_an_entry_is_a_value(name):
    for again in values.copies(entry(name)):
        assert again == entry(name)
        assert hash(again) == hash(entry(name))
    assert entry(name) != entry(name, seq=8)
    with pytest.raises(AttributeError):
        entry(name).seq = 9


@pytest.mark.parametrize("name", ROWS)
def test_a_posting_names_the_fact_that_caused_it_and_a_job_has_none(name):
    caused = {"earn", "pending", "spend", "take", "restore", "extend", "suspend", "appoint", "open"}

    assert is_caused(ROWS[name], 0) == (name in caused)
    assert not is_caused(ROWS[name], 5)


def test_a_row_given_as_a_list_is_kept_as_a_tuple():
    assert Entry("ada", 7, list(ROWS["earn"])) == entry("earn")


@given(strategies.moments())
def test_a_moment_is_shown_as_it_was(at):
    assert moment(to_instant(at)) == at


@pytest.mark.parametrize("never", [None, FOREVER, FOREVER + 1])
def test_what_never_comes_has_no_moment(never):
    assert moment(never) is None
