"""
Strategies for the values of the library: plural names, keyword-only bounds, everything valid by default.

`Line`, `Order` and `Visit` are the small shop that most tests are about.
"""

import datetime as dt
import string
from fractions import Fraction

from attrs import evolve
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.events import SHORTFALLS

POINT = lc.Unit("point")
STAR = lc.Unit("star", places=2)
USD = lc.Money("USD")

FIRST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LAST = dt.datetime(2200, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)


class Line(lc.Item):
    category = lc.Text()
    brand = lc.Text(missing="")
    gift = lc.Flag(missing=False)
    points = lc.Number(places=0, missing=0)
    cost = lc.Price(missing="0")


class Order(lc.Purchase):
    channel = lc.Text(missing="")
    express = lc.Flag(missing=False)
    nights = lc.Number(places=1, missing=0)


class Visit(lc.Activity):
    place = lc.Text(missing="")
    minutes = lc.Number(missing=0)


def names(*, size_max=64):
    """Names of a program's parts."""
    first, rest = string.ascii_letters + string.digits, string.ascii_letters + string.digits + " ._+:/%-"
    some = st.text(rest, max_size=size_max - 1)
    return st.builds(str.__add__, st.sampled_from(first), some).map(str.rstrip)


def texts(*, size_min=0, size_max=20):
    """Values of attributes: printable characters of any script."""
    letters = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
    return st.text(letters, min_size=size_min, max_size=size_max)


def ids(*, size_max=20):
    """Ids of events and items: texts and whole numbers."""
    written = texts(size_min=1, size_max=size_max).map(str.strip).filter(bool)
    return st.integers(0, 2**63 - 1) | written


def moments(*, min_value=FIRST, max_value=LAST):
    """Aware datetimes in UTC."""
    naive = st.datetimes(min_value.replace(tzinfo=None), max_value.replace(tzinfo=None))
    return naive.map(lambda moment: moment.replace(tzinfo=dt.UTC))


def units(*, places_max=6):
    """Units and currencies."""
    places = st.integers(0, places_max)
    return st.builds(lc.Unit, names(size_max=8), places) | st.builds(lc.Money, names(size_max=8), places)


def amounts(*, unit=USD, minor_min=-(10**15), minor_max=10**15):
    """Amounts in one unit."""
    return st.integers(minor_min, minor_max).map(lambda minor: lc.Amount(unit, minor))


def factors(*, part_max=10**6):
    """Exact numbers from zero up."""
    return st.builds(Fraction, st.integers(0, part_max), st.integers(1, part_max))


def durations(*, months_max=24, days_max=400):
    """Lengths of time."""
    return st.builds(lc.Duration, st.integers(0, months_max), st.integers(1, days_max))


def periods():
    """Calendar periods, some of which begin elsewhere than the calendar's."""
    times = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
    shifted = st.one_of(
        st.builds(lambda at: lc.day.beginning(at=at), times),
        st.builds(lambda day, at: lc.week.beginning(day=day, at=at), st.sampled_from(["mon", "wed", "sun"]), times),
        st.builds(lambda day, at: lc.month.beginning(day=day, at=at), st.integers(1, 31), times),
        st.builds(lambda month, day: lc.quarter.beginning(month=month, day=day), st.integers(1, 3), st.integers(1, 31)),
        st.builds(lambda month, day: lc.year.beginning(month=month, day=day), st.integers(1, 12), st.integers(1, 31)),
    )
    jalali = [lc.jalali_month, lc.jalali_quarter, lc.jalali_year]
    return st.sampled_from([lc.day, lc.week, lc.month, lc.quarter, lc.year, lc.iso_year, *jalali]) | shifted


def cycles():
    """Windows that come again and again, since a date or since something in the account."""
    lengths = st.integers(1, 400).map(lc.days) | st.integers(1, 40).map(lc.months)
    anchors = st.sampled_from(
        [
            lc.joined,
            lc.opened,
            lc.first("review"),
            lc.joined.start_of(lc.month),
            lc.opened.end_of(lc.week),
            lc.first("trial").later(lc.days(14)),
            lc.joined.end_of(lc.month).later(lc.months(2)),
        ]
    )
    dates = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
    return st.builds(lambda length, since: lc.cycle(length, since=since), lengths, anchors | dates)


def windows():
    """Windows of the history."""
    others = st.just(lc.lifetime) | st.builds(lc.Rolling, durations()) | moments().map(lc.since)
    before = st.builds(lc.previous, periods() | cycles(), st.sampled_from([1, 1, 2, 5]))
    return periods() | cycles() | others | before


def schedules(*, named=(None, "UTC", "Asia/Tokyo")):
    """Conditions about when something happened, in the program's zone and in those *named*."""
    dates = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
    days = st.sets(st.sampled_from(["mon", "tue", "sat", "sun"]), min_size=1)
    zones = st.sampled_from(named)
    return st.one_of(
        st.builds(lambda names, zone: lc.weekday(*names, zone=zone), days, zones),
        st.builds(
            lambda numbers, zone: lc.day_of_month(*numbers, zone=zone),
            st.sets(st.sampled_from([1, 15, -1]), min_size=1),
            zones,
        ),
        st.builds(lambda zone: lc.month_of_year("dec", "jan", zone=zone), zones),
        st.builds(
            lambda end, zone: lc.time_of_day("17:00", end, zone=zone), st.sampled_from(["02:00", "24:00"]), zones
        ),
        st.builds(lambda start, zone: lc.between(start, None, zone=zone), dates, zones),
        st.builds(
            lambda start, zone: lc.recurring("FREQ=MONTHLY;BYDAY=2TU;COUNT=3", start=start, at="17:00", zone=zone),
            dates,
            zones,
        ),
    )


def item_questions():
    """Conditions about items that are not made of others, few enough to meet again."""
    words = st.sampled_from(["", "coffee", "tea", "x"])
    texts_of = st.sampled_from([Line.category, Line.brand])
    number = st.sampled_from([Line.net, Line.points, Line.quantity])
    compare = st.sampled_from(["at_least", "at_most", "more_than", "below", "is_"])
    return (
        st.builds(lambda text, word: text.is_(word), texts_of, words)
        | st.builds(lambda text, some: text.is_in(some), texts_of, st.sets(words, min_size=1))
        | st.just(Line.gift.is_true())
        | st.builds(lambda number, how, bound: getattr(number, how)(bound), number, compare, st.integers(0, 2))
    )


def event_questions():
    """Conditions about events that are not made of others."""
    days = st.sets(st.sampled_from(["mon", "tue", "sat", "sun"]), min_size=1)
    compare = st.sampled_from(["at_least", "at_most", "more_than", "below", "is_"])
    return (
        st.sampled_from(["app", "web"]).map(Order.channel.is_)
        | st.sampled_from(["yes", "no"]).map(lc.setting("newsletter").is_)
        | days.map(lambda some: lc.weekday(*some))
        | schedules()
        | st.builds(
            lc.on_anniversary,
            st.sampled_from([lc.joined, lc.first("review")]),
            st.sampled_from([lc.day, lc.month]),
            before=st.sampled_from([None, lc.days(3)]),
            after=st.sampled_from([None, lc.days(7)]),
        )
        | st.sampled_from([1, 2]).map(lc.ordinal.is_)
        | st.sampled_from(["gold", "silver"]).map(lambda tier: lc.in_tier("status", tier))
        | st.builds(lambda measure, how, bound: getattr(measure, how)(bound), leaves(), compare, st.integers(0, 2))
        | st.builds(lc.between, moments(max_value=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)), st.just(dt.date(2026, 6, 1)))
    )


def conditions(questions, *, leaves_max=8):
    """Questions joined by ``&``, ``|`` and ``~``, and the two constants."""
    constants = st.sampled_from([lc.always, lc.never_true])
    return st.recursive(
        questions | constants,
        lambda inner: (
            st.builds(lambda a, b: a & b, inner, inner)
            | st.builds(lambda a, b: a | b, inner, inner)
            | inner.map(lambda a: ~a)
        ),
        max_leaves=leaves_max,
    )


def leaves():
    """Measures that are read from one event."""
    return st.sampled_from(
        [Order.net, Order.count, Order.nights, Line.points.sum(), Line.net.sum(Line.category.is_("coffee"))]
    )


def qualifying():
    """Measures of events of which a condition holds that is about the event itself."""
    app, large = Order.channel.is_("app"), Order.net.at_least(lc.Amount(USD, 2000))
    whens = st.sampled_from([app, large, app & ~large, lc.weekday("sat")])
    spread = st.builds(lambda leaf, when: leaf.when(when), leaves(), whens)
    return spread | st.just(Visit.minutes.when(Visit.name.is_("run")))


def measures(*, leaves_max=6):
    """Measures made of others by arithmetic."""
    counts = st.sampled_from([Visit.count, Visit.count.when(Visit.name.is_("review"))]) | qualifying()
    read = leaves() | st.builds(lambda leaf, window: leaf.over(window), leaves() | counts, windows())
    read |= st.sampled_from([POINT.balance, POINT.held_through(lc.previous(lc.month))])
    table = lc.lookup(Order.channel, rows={"app": 2, "web": "0.5"})
    read |= st.sampled_from([table, lc.product(Order.net, table), lc.product(Line.points, Order.nights)])
    return st.recursive(
        read,
        lambda inner: (
            st.builds(lambda a, b: a + b, inner, inner)
            | st.builds(lambda a, b: a.at_most_of(b), inner, inner)
            | st.builds(lambda a, b: a.at_least_of(b), inner, inner)
            | st.builds(lambda a, b: a * b, inner, factors(part_max=50))
        ),
        max_leaves=leaves_max,
    )


def lines(*, name):
    """Items of a purchase."""
    return st.builds(
        Line,
        st.just(name),
        st.integers(0, 10**7).map(lambda cents: lc.Amount(USD, cents).decimal),
        st.integers(1, 10_000).map(lambda parts: lc.Amount(lc.Unit("piece", 3), parts).decimal),
        category=texts(),
        gift=st.booleans(),
        points=st.integers(0, 100),
    )


def orders(*, items_max=4):
    """Purchases."""
    basket = st.integers(0, items_max).flatmap(lambda size: st.tuples(*(lines(name=f"i{at}") for at in range(size))))
    return st.builds(Order, ids(), at=moments(), items=basket, channel=texts(), express=st.booleans())


def events():
    """Events of every kind."""
    of = {"id": ids(), "at": moments(max_value=dt.datetime(2190, 1, 1, tzinfo=dt.UTC))}
    quantities = st.none() | st.integers(1, 9000).map(lambda parts: lc.Amount(lc.Unit("piece", 3), parts).decimal)
    parts = st.none() | st.dictionaries(ids(), quantities, min_size=1, max_size=4)
    points = amounts(unit=POINT, minor_min=1)
    late = moments(min_value=dt.datetime(2191, 1, 1, tzinfo=dt.UTC))
    ends = st.none() | st.just(lc.never) | late
    starts = st.none() | moments(
        min_value=dt.datetime(2190, 1, 2, tzinfo=dt.UTC), max_value=dt.datetime(2190, 12, 31, tzinfo=dt.UTC)
    )
    lots = st.lists(
        st.builds(lc.OpeningLot, points, ends, worth=st.none() | amounts(minor_min=0), usable=starts), max_size=3
    )
    paid = st.dictionaries(names(), st.integers(1, 9000).map(lambda cents: lc.Amount(USD, cents).decimal), max_size=2)
    return st.one_of(
        orders(),
        st.builds(Order, **of, items=st.tuples(lines(name="a")), paid_with=paid),
        st.builds(Visit, **of, name=texts(), of=st.none() | ids(), place=texts(), minutes=st.integers(0, 600)),
        st.builds(lc.Enrolment, **of),
        st.builds(lc.Return, **of, of=ids(), items=parts),
        st.builds(lc.Redemption, **of, reward=names(), times=st.integers(1, 5)),
        st.builds(lc.Redemption, **of, reward=names(), amount=points),
        st.builds(lc.Hold, **of, reward=names(), times=st.integers(1, 5), until=st.none() | late),
        st.builds(lc.Capture, **of, of=ids(), times=st.none() | st.integers(1, 5)),
        st.builds(lc.Release, **of, of=ids()),
        st.builds(lc.Adjustment, **of, amount=points, reason=st.just("a gift"), expires=ends, usable=starts),
        st.builds(
            lc.Adjustment,
            **of,
            amount=points.map(lambda amount: -amount),
            reason=st.just("a mistake"),
            of=st.none() | st.text("abc", min_size=1, max_size=3),
            otherwise=st.sampled_from(SHORTFALLS),
        ),
        st.builds(lc.Transfer, **of, to=ids(), amount=points),
        st.builds(
            lc.TierAdjustment,
            **of,
            ladder=names(),
            tier=names(),
            reason=st.just("invited"),
            until=ends,
        ),
        st.builds(lc.Settings, of["id"], at=of["at"], newsletter=texts()),
        st.builds(lc.Opening, **of, lots=lots, tiers=st.dictionaries(names(), names(), max_size=2)),
    )


def accruals():
    """What rules give in stars for items and purchases: every shape, falling ones too."""
    rates = st.sampled_from(["0.01", "0.05", "0.33", "1", "1.37", "2"])
    number = st.sampled_from([Line.net.sum(), Line.net.sum(Line.category.is_("coffee"))])
    edges = st.lists(st.sampled_from([5, 12, 20, 33, 50]), min_size=1, max_size=3, unique=True).map(sorted)
    tables = st.builds(
        lambda low, bounds, more: {0: low} | {USD(at): rate for at, rate in zip(bounds, more, strict=False)},
        rates,
        edges,
        st.lists(rates, min_size=3, max_size=3),
    )
    gifts = st.sampled_from([STAR("0.50"), STAR(3), STAR(10)])
    linear = st.builds(lambda rate, what: STAR(rate).per(USD(1), what), rates, number)
    return st.one_of(
        linear,
        st.builds(lambda rate, what: STAR(rate).per_full(USD(10), what), rates, number),
        st.builds(lambda rate, what: STAR(rate).per_started(USD(10), what), rates, number),
        st.builds(
            STAR.bands,
            number,
            tables,
            st.sampled_from(["marginal", "whole"]),
        ),
        st.builds(lambda what, at, gift: STAR.milestones(what, {USD(at): gift}), number, st.integers(1, 60), gifts),
        st.builds(lambda gift: STAR.milestones(Order.count, {1: gift, 3: STAR(4)}), gifts),
        st.builds(
            lambda size, gift, order: STAR.packages(
                {Order.net: USD(10), Line.points: 2}, {(1, 0): STAR(1), (size, 1): gift}, order=order
            ),
            st.integers(1, 4),
            gifts,
            st.sampled_from([None, lc.as_listed]),
        ),
        st.builds(lc.Accrual.capped, linear, st.sampled_from([STAR(5), STAR(20)])),
        # A difference, which may be below zero.
        st.builds(
            lambda rate: STAR(rate).per(USD(1), Line.net.sum(~Line.category.is_("tea")) - Line.net * "0.5"), rates
        ),
    )


def purchase_rules():
    """Rules that judge each purchase on its own."""
    options = st.fixed_dictionaries(
        {},
        optional={
            "where": st.just(~Line.category.is_("tea")),
            "when": st.sampled_from([Order.net.at_least(USD(20)), lc.weekday("thu", "fri", "sat"), lc.ordinal.is_(1)]),
            "rounding": st.sampled_from(
                [lc.floor, lc.ceiling, lc.half_up, lc.half_down, lc.half_even, lc.at_least_one]
            ),
            "stage": st.just(lc.item),
            "limit": st.sampled_from([lc.at_most(STAR(20), per=lc.purchase), lc.at_most(STAR(6), per=lc.item)]),
        },
    )
    return st.builds(_rule, accruals(), options)


def _rule(gives, options):
    counts = any(isinstance(part, lc.Count) for part in _tree(gives.measure))
    if counts:
        options = {name: value for name, value in options.items() if name not in {"where", "stage", "limit"}}
    return lc.Earn("base", gives, **options)


def _tree(measure):
    return [measure, *(inner for part in measure.parts for inner in _tree(part))]


def carts(*, purchases_max=4, items_max=4):
    """What is bought in a few purchases: the attributes of their lines."""
    some = st.fixed_dictionaries(
        {
            "net": st.integers(0, 6000).map(lambda cents: lc.Amount(USD, cents).decimal),
            "quantity": st.sampled_from([1, 2, "0.75"]),
            "category": st.sampled_from(["coffee", "tea", "other"]),
        }
    )
    return st.lists(st.lists(some, min_size=1, max_size=items_max), min_size=1, max_size=purchases_max)


def chosen():
    """Units that discounts choose."""
    number = st.none() | st.integers(1, 4)
    order = st.sampled_from([lc.as_listed, lc.from_cheapest, lc.from_dearest])
    grouped = st.sampled_from([lc.across, lc.as_listed, lc.from_cheapest, lc.from_dearest])
    counted = st.sampled_from(
        [lc.piece(1).per(1, Line.points), lc.piece(1).per_full(2, Line.quantity.sum(Line.category.is_("tea")))]
    )

    each = st.sampled_from([None, None, lc.item, Line.category])

    def in_groups(number, order, of, grouped, lines, each):
        if number is None and grouped == lc.across:
            grouped = lc.as_listed
        return lc.Chosen(number if number is None else min(number, of), order, of, grouped, lines, each)

    def in_sets(parts, number, order, grouped, lines, each):
        size = sum(number for _, number in parts)
        return lc.Chosen(number and min(number, size), order, parts, grouped, lines, each)

    part = st.tuples(item_questions_of_texts() | st.just(Line.net.at_least(USD(5))), st.integers(1, 2))
    parts = st.lists(part, min_size=1, max_size=3, unique_by=lambda part: part[0])
    filling = st.sampled_from([lc.as_listed, lc.from_cheapest, lc.from_dearest])
    return (
        st.builds(lc.Chosen, number, order, lines=st.booleans(), each=each)
        | st.builds(lc.Chosen, counted, order, lines=st.booleans())
        | st.builds(in_sets, parts, st.none() | st.integers(1, 3), order, filling, st.booleans(), each)
        | st.builds(in_groups, number, order, st.integers(1, 4), grouped, st.booleans(), each)
    )


def prices(*, minor_max=3000):
    """Money that is off, or that something costs."""
    return amounts(minor_min=1, minor_max=minor_max)


def caps(*, scopes=(lc.purchase, lc.item), of_lanes=False):
    """Limits of a discount, or of a lane of such, at most one of each kind."""
    most = prices() | st.just(USD.per(USD(5), Line.net))

    def limit(scope, most, otherwise):
        return lc.at_most(
            USD(5) if scope == lc.item and isinstance(most, lc.Accrual) else most, per=scope, otherwise=otherwise
        )

    otherwise = st.sampled_from([lc.truncate, lc.truncate, lc.reject])
    over = st.sampled_from([lc.month, lc.lifetime, lc.rolling(days=30)])
    pieces = st.integers(1, 5).map(lc.piece)
    made = st.one_of(
        st.builds(limit, st.sampled_from(scopes), most, otherwise),
        st.builds(limit, over, prices(), otherwise),
        st.builds(lc.times, st.integers(1, 3), per=over),
        st.builds(lc.times, st.integers(1, 2), per=st.just(lc.purchase))
        if of_lanes
        else st.builds(lc.at_most, pieces, per=over | st.just(lc.purchase), otherwise=otherwise),
    )
    return st.lists(made, max_size=2, unique_by=lambda limit: (getattr(limit.most, "unit", None), limit.per))


def roomy(limit, of):
    """A limit as it is, but in pieces of one group at least."""
    if of is None or of.of is None or getattr(limit.most, "unit", None) != lc.piece:
        return limit
    size = of.of if isinstance(of.of, int) else sum(number for _, number in of.of)
    return evolve(limit, most=max(limit.most, lc.piece(size)))


def discounts(*, name="discount"):
    """Discounts, of which the small shop knows all words."""
    shares = st.sampled_from(["10%", "15%", "33.3%", "50%", "99.9%", "100%"])
    off = st.one_of(
        shares,
        shares,
        prices(),
        st.sampled_from(
            [
                USD(5).per_full(USD(20), Line.net),
                USD("0.33").per(1, Line.quantity),
                USD.bands(Line.net, {0: "10%", 2: "25%"}, lc.whole, by=Line.quantity.sum(lc.always)),
            ]
        ),
        prices(minor_max=800).map(lc.apiece),
        prices().map(lc.at_price),
    )
    claim = st.sampled_from([lc.once, lc.asked])
    when = st.none() | st.sampled_from(
        [
            Line.net.sum().at_least(USD(20)),
            Order.channel.is_("app"),
            lc.ordinal.at_most(2),
            Order.count.over(lc.month).at_least(1),
        ]
    )

    def made(claim, cost, off, of, limit, **said):
        limit = [roomy(each, of) for each in limit]
        return lc.Discount(name, off, of, claim=claim, cost=cost if claim == lc.asked else None, limit=limit, **said)

    return st.builds(
        made,
        claim,
        st.none() | st.integers(1, 30).map(POINT),
        off,
        st.none() | chosen(),
        where=st.none() | item_questions_of_texts(),
        when=when,
        limit=caps(),
        rounding=st.sampled_from([lc.floor, lc.ceiling, lc.half_up, lc.half_down, lc.half_even]),
        stage=st.sampled_from([lc.purchase, lc.item]),
        rest=st.sampled_from([lc.to_first, lc.to_last, lc.to_each, lc.to_largest]),
    )


def item_questions_of_texts():
    """Conditions about items that ask for texts alone."""
    return st.sampled_from(["coffee", "tea"]).map(Line.category.is_) | st.just(~Line.category.is_("tea"))


def baskets(*, items_max=5):
    """Lines of a basket: nets, quantities and categories."""
    quantity = st.integers(1, 6).map(lambda whole: whole * 1000) | st.sampled_from([500, 1500, 333])
    line = st.tuples(st.integers(0, 4000), quantity, st.sampled_from(["coffee", "tea", "other"]), st.integers(0, 3))
    return st.lists(line, min_size=1, max_size=items_max)
