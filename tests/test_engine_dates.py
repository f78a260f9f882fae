"""Dates that events carry: units that end with one, or are usable from one on, in the engine and interpreted."""

import datetime as dt
import json

import pytest

import loyalcore as lc
import refusals
import values
from shop import POINT, STAR, USD, date, day
from test_interpreted import Told

MICROSECOND = dt.timedelta(microseconds=1)
DELIVERED = lc.Activity.name.is_("delivered")


class Line(lc.Item):
    net_of_tax = lc.Price(missing=0)


class Stay(lc.Purchase):
    check_in = lc.Date(missing="2026-03-01")
    check_out = lc.Date(missing="2026-03-08")


class Booking(lc.Activity):
    arrives = lc.Date(missing="2026-03-01")


BASE = POINT.per(USD(1), Line.net)


def program(*rules, version="1", timezone="UTC", **options):
    """A program whose points go by the dates of a stay, as the options of its rule say."""
    base = [lc.Earn("base", BASE, **options)] if options else []
    return lc.Program(
        "hotel",
        version=version,
        items=Line,
        purchases=Stay,
        activities=Booking,
        rules=[*base, *rules],
        timezone=timezone,
    )


def guest(*rules, timezone="UTC", **options):
    return Told(program(*rules, timezone=timezone, **options))


def stay(id_="s", at=None, *nets, **dates):
    items = [Line(letter, net) for letter, net in zip("abc", nets or ("100",), strict=False)]
    return Stay(id_, at=at or date("2026-01-10"), items=items, **dates)


def lot(ada):
    (found,) = ada.account.lots(POINT)
    return found.usable, found.expires


def utc(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


# Values, and what is refused.


@pytest.mark.parametrize(
    "value",
    [
        Stay.check_in.later(lc.months(1)),
        lc.DateLater("check_in", lc.days(3)),
        lc.Earn("base", BASE, expires=Stay.check_out),
        lc.Earn("base", BASE, pending=Stay.check_in, expires=Stay.check_out.later(lc.Duration(months=1, days=2))),
    ],
    ids=range(4),
)
def test_dates_that_units_go_by_are_values(value):
    values.check(value)


def earn(**options):
    return lc.Earn("base", BASE, **options)


def expiry(expires):
    return lc.Expiry(POINT, expires)


def issue(**options):
    return lc.Issue(POINT(5), **options)


THROUGH = {"expires": Stay.check_out}
FROM = {"pending": Stay.check_in}


@refusals.table(
    [
        *((Stay.check_in.later, {"by": bad}, lc.InvalidValue) for bad in (None, 5, lc.hours(3), lc.never)),
        (lc.DateLater, {"name": None, "by": lc.days(1)}, lc.InvalidValue),
        *(
            (earn, {**dates, **bad}, lc.InvalidProgram)
            for dates in (THROUGH, FROM)
            for bad in (
                {"over": lc.month},
                {"on": lc.ended(lc.month)},
                {"limit": lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(3))},
                {"limit": lc.at_most(POINT(5), per=lc.month, freed=lc.rejudge)},
            )
        ),
        *(
            (earn, bad, lc.InvalidProgram)
            for bad in (
                {"expires": lc.happened},
                {"pending": lc.happened},
                {"expires": lc.happened.later(lc.months(1))},
                {**THROUGH, **FROM, "expires_from": lc.maturing},
                {**THROUGH, "expires_from": lc.maturing},
            )
        ),
        (expiry, THROUGH, lc.InvalidValue),
        (issue, THROUGH, lc.InvalidValue),
        (issue, FROM, lc.InvalidValue),
        (lc.until, {"event": DELIVERED, "within": Stay.check_out}, lc.InvalidValue),
    ]
)
def test_units_go_by_a_date_only_where_one_event_gives_them_and_nothing_else_says_when(function, bad, error):
    refusals.check(function, bad, error)


@pytest.mark.parametrize(
    "rules",
    [
        [earn(expires=lc.DateOf("leaves"))],
        [earn(pending=lc.DateOf("leaves").later(lc.days(1)))],
        [lc.Earn("base", POINT(5), on=Booking, **THROUGH)],
        [lc.Earn("base", POINT(5), on=lc.Enrolment, **THROUGH)],
        [earn(**THROUGH), lc.Earn("more", POINT(5)), lc.Lane("all", of=["base", "more"])],
        [
            earn(**THROUGH),
            lc.Lane("all", of=["base"], limit=lc.at_most(POINT(5), per=lc.month, otherwise=lc.defer(3))),
        ],
    ],
    ids=[
        "unknown end",
        "unknown start",
        "of a purchase",
        "of an enrolment",
        "two ends in a lane",
        "a lane that defers",
    ],
)
def test_a_program_has_the_dates_that_its_units_go_by(rules):
    with pytest.raises(lc.InvalidProgram):
        program(*rules)


# The end.


@pytest.mark.parametrize(
    ("zone", "through", "ends"),
    [
        ("UTC", "2026-03-08", "2026-03-09T00:00"),
        ("Europe/Berlin", "2026-03-28", "2026-03-28T23:00"),
        ("Europe/Berlin", "2026-03-29", "2026-03-29T22:00"),
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T03:00"),
        ("Pacific/Apia", "2011-12-29", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
    ],
)
def test_units_are_usable_through_the_date_by_the_clock_of_the_program(zone, through, ends):
    """Also where the clock changes that day, skips the midnight after it, or the day itself."""
    ada = guest(timezone=zone, expires=Stay.check_out)

    ada.does(stay("s", date("2011-01-10"), check_out=through))

    assert lot(ada) == (None, utc(ends))
    balances = [ada.account.balance(POINT, at=utc(ends) - early) for early in (MICROSECOND, 0 * MICROSECOND)]
    assert balances == [POINT(100), POINT(0)]
    assert ada.program.next_due(ada.account) == utc(ends)
    assert [(entry.kind, entry.at) for entry in ada.waits(day(3650)).entries] == [("expire", utc(ends))]


@pytest.mark.parametrize(
    ("by", "through"),
    [
        (lc.months(1), dt.date(2026, 2, 28)),
        (lc.days(30), dt.date(2026, 3, 2)),
        (lc.Duration(months=1, days=1), dt.date(2026, 3, 1)),
        (lc.years(2), dt.date(2028, 1, 31)),
    ],
)
def test_a_date_so_much_later_is_reckoned_by_the_calendar(by, through):
    ada = guest(timezone="Europe/Berlin", expires=Stay.check_out.later(by))

    ada.does(stay(check_out="2026-01-31"))

    (found,) = ada.account.lots(POINT)
    assert (found.expires - MICROSECOND).date() == through


@pytest.mark.parametrize("now", [None, date("2026-02-10")], ids=["at once", "told late"])
def test_an_end_that_is_past_lets_units_be_over_as_they_come(now):
    ada = guest(lc.Reward("mug", POINT(5), claim=lc.repeatedly), expires=Stay.check_out)

    ada.does(stay(check_out="2026-01-09"), now=now)

    assert [(entry.kind, entry.at) for entry in ada.answer.entries[1:]] == [
        ("earn", date("2026-01-10")),
        ("expire", date("2026-01-10")),
    ]
    assert (ada.has(), ada.account.lots(POINT)) == ("0", ())
    ada.returns("r", date("2026-02-11"), "s")
    assert (ada.account.debt(POINT), ada.answer.entries[-1].lapsed) == (POINT(0), 100)


def test_an_end_overrules_the_unit_and_each_event_has_its_own():
    ada = guest(lc.Expiry(POINT, lc.days(3)), expires=Stay.check_out)

    for id_, through in (("s", "2026-05-01"), ("t", "2026-04-01")):
        ada.does(stay(id_, check_out=through))

    ends = [(utc("2026-04-02T00:00"), POINT(100)), (utc("2026-05-02T00:00"), POINT(100))]
    assert ada.account.expiring(POINT) == tuple(ends)


# The start.


def test_units_are_usable_from_the_beginning_of_the_date():
    ada = guest(lc.Reward("mug", POINT(5)), timezone="Europe/Berlin", pending=Stay.check_in)

    ada.does(stay(check_in="2026-03-01"))

    starts = utc("2026-02-28T23:00")
    assert lot(ada) == (starts, None)
    assert (ada.has(), ada.account.pending(POINT)) == ("0", POINT(100))
    assert [ada.account.balance(POINT, at=starts - early) for early in (MICROSECOND, 0 * MICROSECOND)] == [
        POINT(0),
        POINT(100),
    ]
    ada.redeems("x", starts, "mug")
    assert (ada.answer.refusal, ada.has()) == (None, "95")
    assert ada.account.statement(POINT).lines[0].usable == starts


@pytest.mark.parametrize(
    ("check_in", "now"), [("2026-01-09", None), ("2026-01-10", None), ("2026-01-15", date("2026-01-20"))]
)
def test_a_start_that_is_past_lets_units_be_usable_at_once(check_in, now):
    ada = guest(pending=Stay.check_in)

    ada.does(stay(check_in=check_in), now=now)

    assert (ada.has(), lot(ada)) == ("100", (None, None))


@pytest.mark.parametrize(("check_in", "ends"), [("2026-03-01", utc("2026-03-11T00:00")), ("2026-01-01", None)])
def test_a_life_counted_from_maturing_begins_on_the_date_or_with_the_event(check_in, ends):
    ada = guest(pending=Stay.check_in, expires=lc.days(10), expires_from=lc.maturing)

    ada.does(stay(check_in=check_in))

    assert lot(ada)[1] == (ends or date("2026-01-20"))


@pytest.mark.parametrize(
    ("check_in", "check_out", "happens"),
    [
        ("2026-03-01", "2026-03-08", [("mature", utc("2026-03-01T00:00")), ("expire", utc("2026-03-09T00:00"))]),
        ("2026-03-09", "2026-03-08", [("expire", utc("2026-03-09T00:00"))]),
        ("2026-03-20", "2026-03-08", [("expire", utc("2026-03-09T00:00"))]),
    ],
    ids=["a week", "none", "backwards"],
)
def test_units_may_be_usable_for_the_stay_alone(check_in, check_out, happens):
    ada = guest(pending=Stay.check_in, expires=Stay.check_out)
    ada.does(stay(check_in=check_in, check_out=check_out))

    ada.waits(day(365))

    assert [(entry.kind, entry.at) for entry in ada.answer.entries] == happens


# Activities, returns, what waits for an event.


def test_an_activity_has_dates_too():
    ada = guest(lc.Earn("soon", POINT(9), on=Booking, pending=Booking.arrives, expires=Booking.arrives))

    ada.does(Booking("b", at=day(1), name="booked", arrives="2026-02-01"))

    assert lot(ada) == (utc("2026-02-01T00:00"), utc("2026-02-02T00:00"))


@pytest.mark.parametrize("at", ["2026-02-01", "2026-03-03", "2026-04-01"], ids=["before", "during", "after"])
def test_a_return_takes_what_is_there_of_units_that_go_by_dates(at):
    ada = guest(pending=Stay.check_in, expires=Stay.check_out)
    ada.does(stay("s", None, "30", "20"))

    ada.returns("r", date(at), "s", ["b"])

    found = ada.account.pending(POINT).minor, ada.has(), ada.account.debt(POINT)
    assert found == {"2026-02-01": (30, "0", POINT(0)), "2026-03-03": (0, "30", POINT(0))}.get(at, (0, "0", POINT(0)))


@pytest.mark.parametrize(
    ("at", "terms"),
    [
        ("2026-02-01", (utc("2026-03-01T00:00"), utc("2026-03-09T00:00"))),
        ("2026-03-03", (None, utc("2026-03-09T00:00"))),
        ("2026-04-01", None),
    ],
    ids=["before", "during", "after"],
)
def test_what_a_return_gives_again_goes_by_the_dates_of_the_purchase(at, terms):
    """V is 20 for all of it, 0 without the 20.00, and 20 again without the 30.00 too."""
    few = lc.Earn(
        "few",
        POINT(20),
        when=~Line.net.sum().at_least(USD(25)) | Line.net.sum().at_least(USD(45)),
        pending=Stay.check_in,
        expires=Stay.check_out,
    )
    ada = guest(few)
    ada.does(Stay("s", at=day(1), items=[Line("a", "30"), Line("b", "20", quantity=2)]))
    ada.returns("r", day(2), "s", ["b"])

    ada.returns("r2", date(at), "s", {"a": "0.5"})

    assert [(each.usable, each.expires) for each in ada.account.lots(POINT)] == ([terms] if terms else [])
    assert ada.account.debt(POINT) == POINT(0)


@pytest.mark.parametrize("otherwise", [lc.lapse, lc.mature])
@pytest.mark.parametrize(
    ("came", "through", "ends"),
    [
        (day(20), "2026-03-08", utc("2026-03-09T00:00")),
        (None, "2026-01-20", utc("2026-01-21T00:00")),
        (day(25), "2026-01-20", utc("2026-01-21T00:00")),
    ],
)
def test_what_waits_for_an_event_ends_with_a_date_whatever_comes(otherwise, came, through, ends):
    until = lc.until(DELIVERED, within=lc.days(30), otherwise=otherwise)
    ada = guest(pending=until, expires=Stay.check_out)
    ada.does(stay(check_out=through))
    if came:
        ada.does(Booking("d", at=came, name="delivered", of="s"))

    ada.waits(day(365))

    assert [entry.at for entry in ada.account.entries if entry.kind == "expire"] == [ends]


# Lanes, books, rows in place, snapshots.

OUTS = ["2026-03-08", "2026-02-01", "2025-12-01"]


def test_a_lane_gives_one_lot_by_the_date_of_its_rules():
    both = [lc.Earn(name, gives, expires=Stay.check_out) for name, gives in (("one", POINT(1)), ("ten", POINT(10)))]
    ada = guest(*both, lc.Lane("all", of=["one", "ten"], limit=lc.at_most(POINT(8), per=lc.month)))

    ada.does(stay())

    assert (ada.has(), lot(ada)) == ("8", (None, utc("2026-03-09T00:00")))


def test_a_book_goes_by_the_dates_as_the_version_says_that_judged_the_purchase():
    first, second = program(pending=Stay.check_in), program(expires=Stay.check_out, version="2")
    ada = Told(lc.Book([first, lc.Version(second, starts=date("2026-01-20"))]))
    ada.does(stay("s"))
    ada.does(stay("t", date("2026-01-25")))

    found = [(each.usable, each.expires) for each in ada.account.lots(POINT)]

    assert found == [(None, utc("2026-03-09T00:00")), (utc("2026-03-01T00:00"), None)]
    ada.returns("r", date("2026-02-01"), "s")
    assert ada.account.pending(POINT) == POINT(0)


def test_rows_in_place_are_read_for_their_dates():
    """One after the other for which the engine has the shortest ways, but for the dates."""
    hotel = program(lc.Earn("stars", STAR(1), pending=Stay.check_in), expires=Stay.check_out.later(lc.days(1)))
    rows = [(f"s{number}", 1767225600 + number, "ada", "2026-03-01", out) for number, out in enumerate(OUTS)]
    ada = Told(hotel)
    for id_, at, _, check_in, out in rows:
        moment = dt.datetime.fromtimestamp(at, dt.UTC)
        ada.does(Stay(id_, at=moment, items=[Line("1", "5")], check_in=check_in, check_out=out))

    columns = {"id": 0, "at": lc.seconds(1), "member": 2, "check_in": 3, "check_out": 4}
    given = [(*row, [("1", 500)]) for row in rows]
    binding = lc.bind(Stay, lc.bind_items(Line, id=0, net=1), lines=5, **columns)

    found = hotel.replay(given, binding).run().account("ada")
    assert found.lots(POINT) == ada.account.lots(POINT)
    assert found.lots(STAR) == ada.account.lots(STAR)


def test_entries_alone_rebuild_it_snapshots_know_it_and_verify_finds_it_right():
    ada = guest(pending=Stay.check_in, expires=Stay.check_out)
    ada.does(stay("s", None, "30", "20"))
    ada.returns("r", date("2026-02-01"), "s", ["b"])

    restored = lc.restore(json.loads(json.dumps(ada.account.snapshot(date("2026-02-01")))))

    assert lc.fold("ada", ada.account.entries).lots(POINT) == restored.lots(POINT) == ada.account.lots(POINT)
    assert lc.verify(ada.program, ada.account) is None
