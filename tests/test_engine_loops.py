"""The loops: the short ways through a replay come to what deciding one by one comes to."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore.engine import loops
from shop import POINT, STAR, USD, Line, Visit

START = 1_767_225_600
SPEND = Line.net.sum()


class Granted(lc.Purchase):
    points = lc.Number()


def granting(gives, life, *rules):
    return lc.Program("given", version="1", purchases=Granted, rules=[lc.Earn("given", gives), *rules, life])


GIVEN, DOUBLED = POINT.per(1, Granted.points), POINT(2).per(1, Granted.points)
VOUCHER = lc.Reward("voucher", POINT(40), claim=lc.once)
BARE = [
    granting(GIVEN, lc.Expiry(POINT, lc.days(20)), VOUCHER),
    granting(GIVEN, lc.Expiry(POINT, lc.end_of(lc.month))),
    granting(DOUBLED, lc.Expiry(POINT, lc.days(9)), VOUCHER),
]
BINDING = lc.bind(Granted, id=0, at=lc.seconds(1), member=2, points=3)


def climbing(*ladders):
    return lc.Program(
        "climbing",
        version="1",
        items=Line,
        rules=[
            lc.Earn("base", POINT.per(USD(1), Line.net), where=Line.category.is_("coffee")),
            *ladders,
            lc.Expiry(POINT, lc.days(30)),
            VOUCHER,
        ],
    )


def ladder(name, by, over):
    return lc.Ladder(name, by=by.over(over), tiers={"low": 0, "high": USD(30) if by is SPEND else 3})


STEPS = lc.Ladder(
    "steps",
    by=SPEND.over(lc.rolling(days=5)),
    tiers={"low": 0, "middle": USD(15), "high": USD(30)},
    downgrade=lc.one_step,
)
JUDGED = [
    climbing(STEPS),
    climbing(ladder("status", SPEND, lc.rolling(days=20))),
    climbing(ladder("status", SPEND, lc.rolling(days=20)), ladder("year", SPEND, lc.year)),
    climbing(ladder("year", SPEND, lc.year)),
]
SALES = {
    "buy": lc.bind(
        lc.Purchase, lc.bind_items(Line, net=1, category=2, id=0), id=0, at=lc.seconds(1), member=2, lines=4
    ),
    "back": lc.bind(lc.Return, id=0, at=lc.seconds(1), member=2, of=3),
}


#: Programs whose units and amounts end by the calendar of a town where an hour comes twice.
IN_TOWN = [
    lc.Program(
        "in town",
        version="1",
        timezone="Europe/Berlin",
        items=Line,
        rules=[
            lc.Earn("base", POINT.per(USD(1), Line.net)),
            *rules,
            lc.Expiry(POINT, lc.days(1)),
            VOUCHER,
        ],
    )
    for rules in (
        [],
        [ladder("status", SPEND, lc.rolling(days=1))],
        [
            ladder("status", SPEND, lc.rolling(days=1)),
            lc.Boost("faster", lc.by_tier("status", {"high": "x2"}), of="base"),
        ],
        [
            ladder("status", SPEND, lc.rolling(days=1)),
            lc.Boost("often", "x2", of="base", when=SPEND.over(lc.rolling(days=1)).at_least(USD(20))),
        ],
    )
]
GIVEN_IN_TOWN = lc.Program(
    "given in town",
    version="1",
    timezone="Europe/Berlin",
    purchases=Granted,
    rules=[lc.Earn("given", GIVEN), lc.Expiry(POINT, lc.days(1)), VOUCHER],
)
#: Half an hour before the hour that comes twice.
TWICE = int(dt.datetime(2026, 10, 24, 23, 30, tzinfo=dt.UTC).timestamp())


def moments(draw, count):
    at = START
    for _ in range(count):
        at += draw.choice([0, 3600, 40_000, 400_000])
        yield at - draw.choice([0, 0, 0, 0, 500_000])


def told(program, rows, event_of):
    """The accounts and the balances on the way, decided one by one."""
    accounts, balances = {}, []
    for row in rows:
        account = accounts.setdefault(row[2], program.open(row[2]))
        answer = program.decide(account, event_of(row))
        accounts[row[2]] = account = answer.account
        if answer.refusal is not None:
            accounts[row[2]] = account = program.advance(account, event_of(row).at).account
        balances.append(account.balance(POINT).minor)
    return accounts, balances


def agree(program, rows, event_of, replay):
    accounts, balances = told(program, rows, event_of)
    assert list(replay) == balances
    for member, account in accounts.items():
        assert replay.account(member) == account


def moment(row):
    return dt.datetime.fromtimestamp(row[1], dt.UTC)


@settings(max_examples=max(10, settings.default.max_examples // 5))
@given(st.sampled_from(BARE), st.integers(0, 10**6))
def test_rows_that_say_what_they_earn_come_to_what_deciding_comes_to(program, seed):
    draw = random.Random(seed)
    rows = [
        (id_, at, draw.choice(["ada", "bob"]), draw.choice([0, 1, 7, 30])) for id_, at in enumerate(moments(draw, 40))
    ]

    agree(
        program,
        rows,
        lambda row: Granted(row[0], at=moment(row), points=row[3]),
        program.replay(rows, BINDING, watch=POINT),
    )


def sale(row):
    if row[-1] == "back":
        return lc.Return(row[0], at=moment(row), of=row[3])
    items = [Line(id_, lc.Amount(USD, net).decimal, category=category) for id_, net, category in row[4]]
    return lc.Purchase(row[0], at=moment(row), items=items)


@settings(max_examples=max(10, settings.default.max_examples // 5))
@given(st.sampled_from(JUDGED), st.integers(0, 10**6), st.booleans())
def test_rows_with_items_and_ladders_come_to_what_deciding_comes_to(program, seed, returned):
    draw, rows, bought = random.Random(seed), [], []
    for id_, at in enumerate(moments(draw, 40)):
        if returned and bought and draw.random() < 0.2:
            of, member = draw.choice(bought)
            rows.append((id_, max(at, rows[-1][1]), member, of, (), "back"))
            continue
        member = draw.choice(["ada", "bob"])
        lines = tuple(
            (at, draw.choice([0, 40, 1500]), draw.choice(["coffee", "tea"])) for at in range(draw.choice([0, 1, 3]))
        )
        bought.append((id_, member))
        rows.append((id_, at, member, None, lines, "buy"))
    bindings = SALES if returned else SALES["buy"]

    agree(program, rows, sale, program.replay(rows, bindings, kind=5 if returned else None, watch=POINT))


def in_the_night(draw, count):
    """Moments around an hour that comes twice, and a day and a month later."""
    at = TWICE
    for _ in range(count):
        at += draw.choice([60, 600, 1200, 2400])
        yield at
    for _ in range(count):
        at += draw.choice([60, 3600, 40_000])
        yield at


@settings(max_examples=max(30, settings.default.max_examples))
@given(st.sampled_from(IN_TOWN), st.integers(0, 10**6))
def test_what_comes_later_may_end_sooner_where_an_hour_comes_twice(program, seed):
    draw = random.Random(seed)
    rows = [
        (id_, at, draw.choice(["ada", "bob"]), None, ((0, draw.choice([0, 40, 1500]), "coffee"),), "buy")
        for id_, at in enumerate(in_the_night(draw, 12))
    ]

    agree(program, rows, sale, program.replay(rows, SALES["buy"], watch=POINT))


@settings(max_examples=max(30, settings.default.max_examples))
@given(st.integers(0, 10**6))
def test_units_that_are_given_later_may_end_sooner_where_an_hour_comes_twice(seed):
    draw = random.Random(seed)
    rows = [(id_, at, "ada", draw.choice([0, 1, 30])) for id_, at in enumerate(in_the_night(draw, 12))]

    agree(
        GIVEN_IN_TOWN,
        rows,
        lambda row: Granted(row[0], at=moment(row), points=row[3]),
        GIVEN_IN_TOWN.replay(rows, BINDING, watch=POINT),
    )


def test_units_that_last_longer_are_spent_after_those_that_come_later():
    long = granting(GIVEN, lc.Expiry(POINT, lc.days(90)))
    first = long.decide(long.open("ada"), Granted("a", at=moment((0, START)), points=30)).account
    rows = [(1, START + 60, "ada", 7), (2, START + 120, "ada", 7), (3, START + 180, "ada", 0)]

    replay = BARE[0].replay(rows, BINDING, watch=POINT, accounts=[first])

    assert list(replay) == [37, 4, 4]
    assert [(lot.name, lot.left) for lot in replay.account("ada").lots(POINT)] == [(1, POINT(4))]


def test_more_purchases_than_usual_freeze_which_they_are():
    program = climbing(lc.Earn("tenth", POINT(1), when=lc.ordinal.at_least(40)))
    rows = [(id_, START + id_, "ada", None, ((0, 1500, "coffee"),), "buy") for id_ in range(60)]

    agree(program, rows, sale, program.replay(rows, SALES["buy"], watch=POINT))


@pytest.mark.parametrize("points", [-3, 1.5, True, "7", None])
@pytest.mark.parametrize("program", BARE)
def test_what_is_no_number_of_units_earns_nothing_or_is_refused(program, points):
    replay = program.replay([(1, START, "ada", points)], BINDING, watch=POINT)

    if points == -3:
        assert list(replay) == [0]
    elif points is True and program is BARE[2]:
        assert list(replay) == [2]
    else:
        with pytest.raises(lc.InvalidValue, match="cannot be judged"):
            list(replay)


def test_a_sum_that_is_no_whole_number_is_refused_even_where_it_earns_nothing():
    program = climbing(lc.Ladder("status", by=Line.quantity.over(lc.rolling(days=9)), tiers={"low": 0, "high": 3}))
    binding = lc.bind(
        lc.Purchase,
        lc.bind_items(Line, net=1, category=2, id=0, quantity=3),
        id=0,
        at=lc.seconds(1),
        member=2,
        lines=3,
    )

    with pytest.raises(lc.InvalidValue, match="whole number"):
        program.replay([(1, START, "ada", ((0, 250, "coffee", 1.5),))], binding, watch=POINT).run()


def test_rows_are_recorded_in_short_form_in_every_loop():
    row = (1, START, "ada", 5)

    replay = BARE[0].replay([row], BINDING, watch=POINT).run()

    assert replay._cores["ada"].plain == [row, (), 5, 0]


def test_each_loop_is_taken_by_the_programs_it_is_for(monkeypatch):
    taken = []
    for name in ("bare", "judged"):
        loop = getattr(loops, name)
        monkeypatch.setattr(
            f"loyalcore.engine.recorder.{name}", lambda *given, name=name, loop=loop: taken.append(name) or loop(*given)
        )

    BARE[0].replay([(1, START, "ada", 5)], BINDING, watch=POINT).run()
    JUDGED[1].replay([(1, START, "ada", None, (), "buy")], SALES, kind=5, watch=POINT).run()
    JUDGED[1].replay([(1, START, "ada", None, (), "buy")], SALES, kind=5, watch=STAR).run()

    assert taken == ["bare", "judged"]


def test_a_lot_after_everything_was_spent_leaves_what_is_due_as_it_is():
    rows = [(1, START, "ada", 40), (2, START + 9, "ada", 5)]

    agree(
        BARE[0],
        rows,
        lambda row: Granted(row[0], at=moment(row), points=row[3]),
        BARE[0].replay(rows, BINDING, watch=POINT),
    )


@pytest.mark.parametrize("rules", [
    [lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Earn("first", POINT(5), when=lc.ordinal.is_(1))],
    [
        lc.Earn("visit", POINT(3)),
        lc.Earn("first", POINT(5), when=lc.ordinal.is_(1)),
        lc.Lane("all", of=["visit", "first"]),
    ],
    [
        lc.Earn("visit", POINT(3)),
        lc.Ladder("status", by=Visit.minutes.over(lc.rolling(days=9)), tiers={"low": 0, "high": 3}),
    ],
    [
        lc.Earn("base", POINT.per(USD(1), Line.net)),
        lc.Ladder("status", by=Visit.minutes.over(lc.rolling(days=9)), tiers={"low": 0, "high": 3}),
    ],
])  # fmt: skip
def test_programs_that_look_up_only_some_things_come_to_what_deciding_comes_to(rules):
    program = lc.Program("some", version="1", items=Line, activities=Visit, rules=rules)
    rows = [(id_, START + id_, "ada", None, ((0, 1500, "tea"),), "buy") for id_ in range(4)]

    agree(program, rows, sale, program.replay(rows, SALES["buy"], watch=POINT))


def test_an_id_that_comes_twice_is_refused_at_the_second_row():
    rows = [(1, START, "ada", None, (), "buy"), (1, START, "ada", None, (), "buy")]
    replay = iter(JUDGED[1].replay(rows, SALES, kind=5, watch=POINT))

    assert next(replay) == 0
    with pytest.raises(lc.InvalidValue, match="comes twice"):
        next(replay)
