"""Replay: many members' rows, read in place, come to what deciding their events one by one comes to."""

import datetime as dt
import random
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from refusals import check, table
from shop import POINT, STAR, USD, Line, Order, Visit, day, program

START = 1_767_268_800
PLAIN = program(
    lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("tea")),
    lc.Boost("coffee", "x1.5", of="base", where=Line.category.is_("coffee")),
    lc.Boost("tiered", lc.by_tier("status", {"gold": "x2"}), of="base"),
    lc.Ladder("status", by=Line.net.sum().over(lc.rolling(days=60)), tiers={"base": 0, "gold": USD(90)}),
    lc.Expiry(POINT, lc.days(45)),
    lc.Reward("mug", POINT(60)),
    lc.Reward("voucher", POINT(200), claim=lc.repeatedly),
)
RICH = program(
    lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("tea"), pending=lc.days(2)),
    lc.Earn("app", POINT(25), when=Order.channel.is_("app") & Order.net.at_least(USD(20))),
    lc.Lane("lane", of=["base"], limit=lc.at_most(POINT(150), per=lc.month)),
    lc.Earn("stars", STAR.bands(Line.net, {0: "5%", USD(100): "1%"}), over=lc.quarter, taking_back=lc.other_lots),
    lc.Earn("first", STAR.milestones(Order.count, {1: STAR(3), 4: STAR(9)}), over=lc.lifetime),
    lc.Earn("welcome", POINT(20), on=lc.Enrolment),
    lc.Earn("review", POINT(5), on=lc.Activity, when=Visit.minutes.at_least(10), limit=lc.times(1, per=lc.day)),
    lc.Boost("tiered", lc.by_tier("status", {"gold": "x2"}), of="base"),
    lc.Boost("first three", "+50%", of="base", when=lc.ordinal.at_most(3)),
    lc.Ladder("status", by=Line.net.sum().over(lc.year), tiers={"base": 0, "gold": USD(90)}),
    lc.Ladder("club", by=POINT.earned(lc.rolling(days=30)), tiers={"out": 0, "in": POINT(100)}),
    lc.Ladder("regular", by=Order.nights.over(lc.month), tiers={"no": 0, "yes": 3}),
    lc.Expiry(POINT, lc.inactivity(lc.days(40))),
    lc.Expiry(STAR, lc.end_of(lc.month, after=lc.months(2))),
    lc.Reward("mug", POINT(60)),
    lc.Reward("badge", STAR(5), claim=lc.once),
)
PENDING = program(lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.days(2)), lc.Reward("mug", POINT(60)))
CARDS = program(
    lc.Earn("stamp", POINT(5).per_item(), worth=Line.net),
    lc.Reward("card", POINT(25), gives=STAR(1), worth=lc.average, claim=lc.repeatedly),
    lc.Reward("mug", STAR(1), worth=lc.total),
)
LATE = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Expiry(POINT, lc.days(3)), lc.Reward("mug", POINT(60)))

#: Rows as a host may keep them: kind, id, seconds, member, lines, of, reward, name, minutes, channel, nights.
KIND, ID, AT, MEMBER, LINES, OF, REWARD, NAME, MINUTES, CHANNEL, NIGHTS = range(11)
ITEMS = lc.bind_items(Line, id=0, net=lc.minus(1, 2), category=3)
HEAD = {"id": ID, "at": lc.seconds(AT), "member": MEMBER}
BINDINGS = {
    "buy": lc.bind(Order, ITEMS, **HEAD, lines=LINES, channel=CHANNEL, nights=NIGHTS),
    "back": lc.bind(lc.Return, **HEAD, of=OF),
    "redeem": lc.bind(lc.Redemption, **HEAD, reward=REWARD),
    "visit": lc.bind(Visit, **HEAD, name=NAME, minutes=MINUTES),
    "join": lc.bind(lc.Enrolment, **HEAD),
}

IN_APP = Order.channel.is_("app")
#: What is of some events only, over windows of every kind.
SOME = program(
    lc.Earn("base", POINT.per(USD(1), Line.net.when(IN_APP))),
    lc.Earn("monthly", POINT.per_full(USD(20), Order.net.when(Order.net.at_least(USD(30)))), over=lc.month),
    lc.Earn("second", POINT(5), when=Order.count.when(IN_APP).over(lc.week).is_(1)),
    lc.Earn("walks", POINT(2), on=Visit, when=Visit.minutes.when(lc.weekday("sat", "sun")).over(lc.month).at_least(15)),
    lc.Ladder("status", by=Order.net.when(IN_APP).over(lc.rolling(days=9)), tiers={"base": 0, "gold": USD(60)}),
    lc.Reward("mug", POINT(30)),
)


def rows_of(seed, count, kinds=("buy", "buy", "buy", "back", "redeem", "visit", "join"), *, late=True):
    """Draw rows of three members in recorded order."""
    draw, at, bought, rows = random.Random(seed), START, [], []
    for number in range(count):
        at += draw.choice([0, 3600, 40_000, 400_000])
        kind, member = draw.choice(kinds), draw.choice(["ada", "bob", "cyd"])
        when = at - (draw.choice([0, 0, 0, 500_000]) if late else 0)
        of = draw.choice(bought) if bought and kind == "back" else (0, "ada")
        row = [kind, number, when, of[1] if kind == "back" else member, (), of[0], "mug", "review", 15, "", 0]
        if kind == "buy":
            bought.append((number, member))
            row[LINES] = tuple(
                (place, draw.randrange(5, 6000), draw.randrange(5), draw.choice(["coffee", "tea", "other"]))
                for place in range(draw.randrange(1, 4))
            )
            row[CHANNEL], row[NIGHTS] = draw.choice(["", "app"]), draw.choice([0, 10, 25])
        rows.append(tuple(row))
    return rows


def event_of(row):
    """The event that a row stands for."""
    head = {"at": dt.datetime.fromtimestamp(row[AT], dt.UTC)}
    if row[KIND] == "back":
        return lc.Return(row[ID], **head, of=row[OF])
    if row[KIND] == "redeem":
        return lc.Redemption(row[ID], **head, reward=row[REWARD])
    if row[KIND] == "visit":
        return Visit(row[ID], **head, name=row[NAME], minutes=row[MINUTES])
    if row[KIND] == "join":
        return lc.Enrolment(row[ID], **head)
    items = [
        Line(place, lc.Amount(USD, gross - less).decimal, category=category)
        for place, gross, less, category in row[LINES]
    ]
    return Order(
        row[ID], **head, items=items, channel=row[CHANNEL], nights=lc.Amount(lc.Unit("n", 1), row[NIGHTS]).decimal
    )


def one_by_one(rules, rows, accounts=None):
    """
    The accounts, the balances after each row, and how many refusals of each code there were.

    Rows come in recorded order, so time has passed until a row that is refused as well.
    """
    accounts, watched, refused = dict(accounts or {}), [], {}
    for row in rows:
        account = accounts.setdefault(row[MEMBER], rules.open(row[MEMBER]))
        answer = rules.decide(account, event_of(row))
        account = answer.account
        if answer.refusal is not None:
            refused[answer.refusal.code] = refused.get(answer.refusal.code, 0) + 1
            account = rules.advance(account, event_of(row).at).account
        accounts[row[MEMBER]] = account
        watched.append(account.balance(POINT).minor)
    return accounts, watched, refused


@settings(max_examples=max(10, settings.default.max_examples // 5))
@given(st.sampled_from([PLAIN, RICH, PENDING, CARDS, LATE, SOME]), st.integers(0, 10**6), st.booleans())
def test_replay_comes_to_what_deciding_comes_to_row_by_row(rules, seed, late):
    """Accounts with the same entries, the same balances on the way, the same refusals."""
    kinds = ("buy", "buy", "buy", "visit", "join") if late else ("buy", "buy", "buy", "back", "redeem", "visit", "join")
    rows = rows_of(seed, 60, kinds, late=late)
    accounts, watched, refused = one_by_one(rules, rows)

    replay = rules.replay(rows, BINDINGS, kind=KIND, watch=POINT)
    balances = list(replay)

    assert balances == watched
    for member, account in accounts.items():
        assert replay.account(member).rows == account.rows
    assert dict(replay.refused) == refused
    assert set(replay.members) == set(accounts)


def test_purchases_alone_need_no_kind():
    rows = rows_of(5, 30, ("buy",))
    accounts, watched, _ = one_by_one(PLAIN, rows)

    replay = PLAIN.replay(rows, BINDINGS["buy"], watch=POINT)

    assert list(replay) == watched
    assert {member: replay.account(member) for member in replay.members} == accounts


def test_activities_or_returns_alone_are_rows_as_well():
    visits = rows_of(6, 20, ("visit",))
    accounts, _, _ = one_by_one(RICH, visits)
    replay = RICH.replay(visits, BINDINGS["visit"], watch=POINT).run()
    assert {member: replay.account(member) for member in replay.members} == accounts

    returned = PLAIN.replay([("back", 1, START, "ada", (), 7)], BINDINGS["back"]).run()

    assert returned.refused == {"unknown-purchase": 1}
    assert returned.account("ada").version == 0


@pytest.mark.parametrize("moments", ["seconds", "datetimes"])
@pytest.mark.parametrize("shape", ["tuples", "mappings", "objects", "mixed"])
def test_rows_are_read_in_place_whatever_their_shape(shape, moments):
    """The same purchases as tuples, mappings or objects, with moments in seconds or as datetimes."""
    rows = [(*row[:CHANNEL], "", 0) for row in rows_of(7, 25, ("buy",), late=False)]
    accounts, _, _ = one_by_one(PLAIN, rows)
    names = ("id", "at", "member", "lines")
    heads = [
        (row[ID], row[AT] if moments == "seconds" else dt.datetime.fromtimestamp(row[AT], dt.UTC), row[MEMBER])
        for row in rows
    ]
    lines = [tuple((place, gross - less, category) for place, gross, less, category in row[LINES]) for row in rows]
    if shape == "tuples":
        columns, given_rows = (
            dict(zip(names, range(4), strict=True)),
            [(*h, n) for h, n in zip(heads, lines, strict=True)],
        )
        items = lc.bind_items(Line, id=0, net=1, category=2)
    else:
        fields = [dict(zip(names, (*h, n), strict=True)) for h, n in zip(heads, lines, strict=True)]
        for each in fields:
            if shape in {"mappings", "objects"}:
                make = dict if shape == "mappings" else SimpleNamespace
                each["lines"] = [make(id=place, net=net, category=category) for place, net, category in each["lines"]]
        given_rows = fields if shape == "mappings" else [SimpleNamespace(**each) for each in fields]
        columns = {name: lc.key(name) if shape == "mappings" else name for name in names}
        of_items = {"id": 0, "net": 1, "category": 2} if shape == "mixed" else None
        keys = {name: lc.key(name) if shape == "mappings" else name for name in ("id", "net", "category")}
        items = lc.bind_items(Line, **(of_items or keys))
    if moments == "seconds":
        columns["at"] = lc.seconds(columns["at"])

    replay = PLAIN.replay(given_rows, lc.bind(Order, items, **columns), watch=POINT).run()

    assert {member: replay.account(member) for member in replay.members} == accounts


def test_numbers_of_the_event_are_read_from_attributes_too():
    rules = program(lc.Earn("nights", POINT(2).per(1, Order.nights), when=Order.nights.at_least(2)))
    rows = [SimpleNamespace(id=number, at=START, member="ada", nights=10 * number) for number in range(4)]
    binding = lc.bind(Order, id="id", at=lc.seconds("at"), member="member", nights="nights")

    assert list(rules.replay(rows, binding, watch=POINT)) == [0, 0, 4, 10]


def test_what_a_binding_leaves_out_is_what_stands_in_for_it_to_rules_and_entries_alike():
    rules = program(
        lc.Earn("base", POINT.per(USD(1), Line.net), where=~Line.category.is_("tea")),
        lc.Earn("pieces", POINT.per(1, Line.quantity), where=Line.brand.is_("")),
        lc.Earn("app", POINT(3), when=Order.channel.is_("")),
        lc.Earn("whole", POINT(1).per(USD("0.50"), Line.net_before_points)),
    )
    binding = lc.bind(Order, lc.bind_items(Line, net=0, category=1), id=0, at=lc.seconds(1), member=2, lines=3)

    account = rules.replay([("p", START, "ada", [(500, "other"), (250, "tea")])], binding).run().account("ada")

    lines = [Line(0, "5.00", category="other"), Line(1, "2.50", category="tea")]
    event = Order("p", at=dt.datetime.fromtimestamp(START, dt.UTC), items=lines)
    assert account.entries == rules.decide(rules.open("ada"), event).account.entries
    assert account.balance(POINT) == POINT(5 + 2 + 3 + 15)


def test_a_purchase_may_be_bound_without_items_and_items_without_ids():
    no_items = program(lc.Earn("visit", POINT(5)))
    without = no_items.replay([("p", START, "ada")], lc.bind(Order, id=0, at=lc.seconds(1), member=2)).run()
    assert without.account("ada").balance(POINT) == POINT(5)

    rows = [("p", START, "ada", [(500, "coffee"), (700, "other")])]
    binding = lc.bind(Order, lc.bind_items(Line, net=0, category=1), id=0, at=lc.seconds(1), member=2, lines=3)
    replay = PLAIN.replay(rows, binding).run()

    assert [row[0] for row in replay.account("ada").entries[0].content[1]] == [0, 1]
    assert replay.account("ada").balance(POINT) == POINT(14)


def test_items_may_be_returned_by_row_and_later_by_event():
    binding = lc.bind(Order, ITEMS, id=1, at=lc.seconds(2), member=3, lines=4)
    back = lc.bind(lc.Return, at=lc.seconds(2), member=3, of=5, lines=6)
    lines = (("a", 3000, 0, "other"), ("b", 2000, 0, "other"), ("c", 1000, 0, "other"))
    rows = [("buy", "p", START, "ada", lines), ("back", "r", START + 5, "ada", (), "p", ["c", "a"])]

    replay = PLAIN.replay(rows, {"buy": binding, "back": back}, kind=0, watch=POINT)

    assert list(replay) == [60, 20]
    account = replay.account("ada")
    assert account.find("return of p").content == (("of", "items"), ("p", ("a", None, "c", None)))
    again = PLAIN.decide(account, lc.Return("s", at=day(5), of="p"))
    assert again.account.balance(POINT) == POINT(0)


def test_a_second_return_without_items_takes_the_rest():
    binding = lc.bind(Order, ITEMS, id=1, at=lc.seconds(2), member=3, lines=4)
    back = lc.bind(lc.Return, id=1, at=lc.seconds(2), member=3, of=5, lines=6)
    lines = (("a", 3000, 0, "other"), ("b", 2000, 0, "other"))
    rows = [
        ("buy", "p", START, "ada", lines),
        ("back", "r", START + 5, "ada", (), "p", ["a"]),
        ("back", "s", START + 6, "ada", (), "p", None),
        ("back", "t", START + 7, "ada", (), "p", None),
    ]

    replay = PLAIN.replay(rows, {"buy": binding, "back": back}, kind=0, watch=POINT)

    assert list(replay) == [50, 20, 0, 0]
    assert replay.refused == {"nothing-left": 1}


def test_accounts_that_are_given_go_on():
    rows = rows_of(8, 40, ("buy", "buy", "back"))
    accounts, _, _ = one_by_one(PLAIN, rows[:20])
    expected, _, _ = one_by_one(PLAIN, rows[20:], accounts)

    replay = PLAIN.replay(rows[20:], BINDINGS, kind=KIND, accounts=accounts.values()).run()

    assert {member: replay.account(member) for member in expected} == expected


def test_replay_does_what_is_due_when_asked():
    replay = PLAIN.replay(
        [("p", START, "ada", (("a", 6100, 0, "other"),))],
        lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3),
    ).run()
    replay.advance(day(40), ["ada"])
    assert replay.balances(POINT) == {"ada": 61}

    replay.advance(day(60))

    assert replay.balances(POINT) == {"ada": 0}
    assert [entry.kind for entry in replay.account("ada").entries] == ["purchase", "earn", "expire"]


def test_figures_over_all_members_are_those_of_their_accounts():
    rows = rows_of(9, 80)
    replay = RICH.replay(rows, BINDINGS, kind=KIND).run()
    in_place = replay.totals(), replay.frozen("tier status"), [list(replay.rows(member)) for member in replay.members]
    accounts = {member: replay.account(member) for member in replay.members}

    assert in_place == (replay.totals(), replay.frozen("tier status"), [[*found.rows] for found in accounts.values()])
    assert replay.balances(POINT) == {member: account.balance(POINT).minor for member, account in accounts.items()}
    assert replay.debts(STAR) == {member: account.debt(STAR).minor for member, account in accounts.items()}
    assert replay.balances(lc.Unit("none")) == replay.debts(lc.Unit("none")) == dict.fromkeys(accounts, 0)
    assert sum(replay.tiers("status").values()) == len(accounts)
    assert replay.tiers("status")["gold"] == sum(account.tier("status") == "gold" for account in accounts.values())
    assert replay.open_lots(POINT) == sum(len(account.lots(POINT)) for account in accounts.values())
    assert replay.open_lots(lc.Unit("none")) == 0
    entries = [entry for account in accounts.values() for entry in account.entries]
    purchases = [entry for entry in entries if entry.kind == "purchase"]
    assert sum(replay.frozen("tier status").values()) == len(purchases)
    for (kind, unit), (count, amount) in replay.totals().items():
        chosen = [entry for entry in entries if entry.kind == kind and entry.unit == unit]
        assert (count, amount) == (len(chosen), sum(entry.amount for entry in chosen))
    assert [row[0] for member in accounts for row in replay.rows(member)] == [entry.kind for entry in entries]


PURCHASE = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)
TWICE = "event 'p' of member 'ada' comes twice"


def test_an_id_that_comes_twice_is_refused_when_it_does_and_what_came_before_stays():
    rows = [("p", START, "ada", ()), ("q", START, "ada", ()), ("p", START + 1, "ada", ())]
    replay = PLAIN.replay(rows, PURCHASE)

    with pytest.raises(lc.InvalidValue, match=TWICE):
        replay.run()

    assert [entry.id for entry in replay.account("ada").entries] == ["p", "q"]


def test_an_id_that_cannot_be_one_is_refused_at_its_row():
    replay = PLAIN.replay([("p", START, "ada", ()), (["q"], START, "ada", ())], PURCHASE)

    with pytest.raises(lc.InvalidValue, match="a row cannot be judged"):
        replay.run()

    assert [entry.id for entry in replay.account("ada").entries] == ["p"]


def test_a_return_that_comes_twice_is_refused_too():
    rows = [("p", START, "ada", ()), ("r", START, "ada", "p"), ("r", START, "ada", "p")]
    bindings = {"p": PURCHASE, "r": lc.bind(lc.Return, id=0, at=lc.seconds(1), member=2, of=3)}

    with pytest.raises(lc.InvalidValue, match="event 'r' of member 'ada' comes twice"):
        PLAIN.replay(rows, bindings, kind=0).run()


def test_an_id_that_a_given_account_has_is_refused():
    account = PLAIN.replay([("p", START, "ada", ())], PURCHASE).run().account("ada")

    with pytest.raises(lc.InvalidValue, match=TWICE):
        PLAIN.replay([("p", START + 1, "ada", ())], PURCHASE, accounts=[account]).run()


def test_a_row_of_the_host_may_change_once_its_account_was_looked_at():
    line = ["a", 6100, 0, "other"]
    late = ["b", 6100, 0, "other"]
    rows = [["p", START, "ada", [line]], ["q", START - 60, "ada", [late]]]
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)
    replay = PLAIN.replay(rows, binding).run()
    before = replay.account("ada")
    entries = before.entries

    line[1] = late[1] = 1
    rows[0][0] = rows[1][0] = "z"

    assert before.entries == replay.account("ada").entries == entries
    assert before.find("p") == entries[0]


def test_an_account_goes_on_by_rows_read_in_another_way_and_by_events():
    one = PLAIN.replay([("p", START, "ada", (("a", 900, 0, "other"),))], PURCHASE).run().account("ada")
    other = lc.bind(Order, ITEMS, id=1, at=lc.seconds(0), member=2, lines=3)
    rows = [(START + 1, "q", "ada", (("a", 900, 0, "other"),))]
    two = PLAIN.replay(rows, other, accounts=[one]).run().account("ada")

    three = PLAIN.decide(two, Order("s", at=day(3), items=[Line("a", "9.00", category="other")])).account

    assert [entry.amount for entry in three.entries if entry.kind == "earn"] == [9, 9, 9]
    assert lc.fold("ada", three.rows) == three
    assert (one.version, two.version, three.version) == (2, 4, 6)
    assert lc.verify(PLAIN, three) is None


def test_members_may_share_ids_of_events():
    rows = [("p", START, "ada", ()), ("p", START, "bob", ())]
    binding = lc.bind(Order, ITEMS, id=0, at=lc.seconds(1), member=2, lines=3)

    assert PLAIN.replay(rows, binding).run().members == ("ada", "bob")


def redeem(reward):
    rows = [("redeem", 1, START, "ada", (), None, reward)]
    return PLAIN.replay(rows, BINDINGS["redeem"]).run()


def unbound():
    binding = lc.bind(Order, lc.bind_items(Line, net=0), id=0, at=lc.seconds(1), member=2, lines=3)
    return program(lc.Earn("base", POINT.per(USD(1), Line.net))).replay([("p", START, "ada", ((5,),))], binding).run()


def replay(rows=(), bindings=None, **how):
    return PLAIN.replay(rows, BINDINGS["buy"] if bindings is None else bindings, **how)


@table(
    [
        (replay, {"bindings": {"buy": Order}}, lc.InvalidValue),
        (replay, {"bindings": BINDINGS}, lc.InvalidValue),
        (replay, {"bindings": 5}, lc.InvalidValue),
        (lc.bind, {"event": Order, "items": 5, "id": 0, "at": 1, "member": 2}, lc.InvalidValue),
        (replay, {"rows": 5}, lc.InvalidValue),
        (replay, {"kind": []}, lc.InvalidValue),
        (replay, {"watch": "point"}, lc.InvalidValue),
        (replay, {"accounts": ["ada"]}, lc.InvalidValue),
        (redeem, {"reward": "car"}, lc.InvalidValue),
        (unbound, {}, lc.InvalidValue),
        (replay().account, {"member": "zoe"}, lc.InvalidValue),
        (replay().tiers, {"ladder": "none"}, lc.InvalidValue),
        (replay().frozen, {"name": "none"}, lc.InvalidValue),
        (replay().advance, {"to": "soon"}, lc.InvalidValue),
        (replay().advance, {"to": day(1), "members": ["zoe"]}, lc.InvalidValue),
    ]
)
def test_refused(function, bad, error):
    check(function, bad, error)


HOLDING = program(
    lc.Earn("base", POINT.per(USD(1), Line.net), pending=lc.until(lc.Activity.name.is_("sent"), within=lc.days(30))),
    lc.Earn("visit", POINT(25), on=lc.Activity),
    lc.Reward("mug", POINT(20), hold=lc.hours(2)),
    lc.Reward("cup", POINT(20)),
    lc.Pay("pay", POINT(1), USD("0.03")),
)


def test_what_is_held_captured_released_and_delivered_is_replayed_as_it_is_decided():
    times = {"id": 1, "at": lc.seconds(2), "member": 3}
    bindings = {
        "buy": lc.bind(Order, ITEMS, **times, lines=4),
        "act": lc.bind(Visit, **times, name=4, of=5),
        "hold": lc.bind(lc.Hold, **times, reward=4, until=lc.seconds(5)),
        "take": lc.bind(lc.Capture, **times, of=4),
        "free": lc.bind(lc.Release, **times, of=4),
    }
    rows = [
        ("act", "v", START, "ada", "visit", None),
        ("buy", "p", START + 1, "ada", (("a", 3000, 0, "other"),)),
        ("hold", "h", START + 2, "ada", "mug", None),
        ("act", "w", START + 3, "ada", "sent", "nowhere"),
        ("act", "x", START + 4, "ada", "sent", "p"),
        ("hold", "g", START + 5, "ada", "cup", START + 100),
        ("take", "c", START + 6, "ada", "h"),
        ("free", "l", START + 7, "ada", "g"),
        ("free", "m", START + 8, "ada", "g"),
    ]
    moments = {row[1]: dt.datetime.fromtimestamp(row[2], dt.UTC) for row in rows}
    account = HOLDING.open("ada")
    for event in (
        Visit("v", at=moments["v"], name="visit"),
        Order("p", at=moments["p"], items=[Line("a", "30.00", category="other")]),
        lc.Hold("h", at=moments["h"], reward="mug"),
        Visit("x", at=moments["x"], name="sent", of="p"),
        lc.Hold("g", at=moments["g"], reward="cup", until=dt.datetime.fromtimestamp(START + 100, dt.UTC)),
        lc.Capture("c", at=moments["c"], of="h"),
        lc.Release("l", at=moments["l"], of="g"),
    ):
        account = HOLDING.decide(account, event).account

    replay = HOLDING.replay(rows, bindings, kind=0, watch=POINT)

    assert list(replay) == [25, 25, 5, 5, 60, 40, 40, 60, 60]
    assert replay.account("ada") == account
    assert replay.refused == {"unknown-purchase": 1, "hold-ended": 1}
    assert replay.totals()["reserve", "point"] == replay.totals()["free", "point"] == (2, 40)


@pytest.mark.parametrize("until", [None, dt.datetime.fromtimestamp(START + 60, dt.UTC)], ids=["its own", "given"])
def test_until_when_rows_hold_is_bound_or_the_rewards_own(until):
    binding = lc.bind(lc.Hold, id=0, at=1, member=2, reward=3, until=4)
    given = HOLDING.decide(HOLDING.open("ada"), Visit("v", at=dt.datetime.fromtimestamp(START, dt.UTC), name="visit"))
    rows = [("h", dt.datetime.fromtimestamp(START, dt.UTC), "ada", "mug", until)]

    replay = HOLDING.replay(rows, binding, accounts=[given.account]).run()

    (held,) = replay.account("ada").holds(POINT)
    assert held.until == (until or dt.datetime.fromtimestamp(START + 7200, dt.UTC))


def test_a_hold_of_a_row_needs_to_know_until_when_and_a_fixed_price():
    binding = lc.bind(lc.Hold, id=0, at=lc.seconds(1), member=2, reward=3)
    for reward in ("cup", "pay"):
        with pytest.raises(lc.InvalidValue, match="hold 'h'"):
            HOLDING.replay([("h", START, "ada", reward)], binding).run()


def test_activities_about_purchases_alone_are_rows_as_well():
    binding = lc.bind(Visit, id=0, at=lc.seconds(1), member=2, name=3, of=4)
    given = HOLDING.decide(
        HOLDING.open("ada"),
        Order("p", at=dt.datetime.fromtimestamp(START, dt.UTC), items=[Line("a", "30.00", category="other")]),
    )

    replay = HOLDING.replay([("x", START + 9, "ada", "sent", "p")], binding, accounts=[given.account]).run()

    assert replay.balances(POINT) == {"ada": 55}


# Books.


def changing(starts):
    """The rules of `RICH` but for what gives over an activity's deadline, in two versions, and a third that adds."""
    first = program(*[rule for rule in RICH.rules if rule.name != "regular"], version="1")
    dearer = lc.Earn("base", POINT(2).per(USD(1), Line.net), pending=lc.days(2))
    second = program(*[dearer if rule.name == "base" else rule for rule in first.rules], version="2")
    ladder = lc.Ladder("regular", by=Order.nights.over(lc.month), tiers={"no": 0, "yes": 3})
    third = program(*second.rules, ladder, version="3")
    return lc.Book(
        [
            first,
            lc.Version(second, starts=starts),
            lc.Version(third, starts=starts + dt.timedelta(days=20), tallies=lc.from_facts),
        ]
    )


@settings(max_examples=max(10, settings.default.max_examples // 5))
@given(st.integers(0, 10**6), st.booleans(), st.integers(0, 60))
def test_a_book_replays_to_what_deciding_comes_to_row_by_row(seed, late, days):
    """Returns by the version of their purchase, late events by that of their moment, jobs by the one in force."""
    book = changing(day(1) + dt.timedelta(days=days))
    kinds = ("buy", "buy", "buy", "visit", "join") if late else ("buy", "buy", "buy", "back", "redeem", "visit", "join")
    rows = rows_of(seed, 60, kinds, late=late)
    accounts, watched, refused = one_by_one(book, rows)

    replay = book.replay(rows, BINDINGS, kind=KIND, watch=POINT)

    assert list(replay) == watched
    for member, account in accounts.items():
        assert replay.account(member).rows == account.rows
    assert dict(replay.refused) == refused


def test_a_book_replays_rows_of_one_kind_and_goes_on_with_accounts_that_are_given():
    book = changing(day(20))
    rows = rows_of(11, 60, ("buy",))
    whole, _, _ = one_by_one(book, rows)
    half, _, _ = one_by_one(book, rows[:30])

    replay = book.replay(rows[30:], BINDINGS["buy"], accounts=half.values()).run()

    assert {member: replay.account(member) for member in replay.members} == whole
    replay.advance(day(300))
    later = {member: book.advance(account, day(300)).account for member, account in whole.items()}
    assert {member: replay.account(member) for member in replay.members} == later
    assert sum(replay.tiers("regular").values()) == len(whole)


def test_what_versions_freeze_is_not_counted_for_all_of_them_at_once():
    replay = changing(day(20)).replay(rows_of(11, 9, ("buy",)), BINDINGS["buy"]).run()

    with pytest.raises(lc.InvalidValue, match="each version of a book freezes its own"):
        replay.frozen("tier status")


def test_a_book_in_which_other_accounts_take_part_is_not_replayed():
    shared = program(*PLAIN.rules, lc.Transferable(POINT), version="2")
    book = lc.Book([PLAIN, lc.Version(shared, starts=day(20))])

    with pytest.raises(lc.InvalidValue, match="version 2 of shop has budgets, stock or transfers; decide its events"):
        book.replay([], BINDINGS["buy"])


@pytest.mark.parametrize("member", ["", " ada", 1.5, None, -1])
@pytest.mark.parametrize("kind", ["buy", "redeem"])
def test_a_member_without_a_proper_id_is_refused_when_the_first_row_comes(member, kind):
    rows = [(kind, 1, START, member, ((0, 500, 0, "tea"),), 0, "mug", "", 0, "", 0)]

    with pytest.raises(lc.InvalidValue, match="a member"):
        PLAIN.replay(rows, BINDINGS, kind=KIND).run()


def test_items_may_be_read_without_what_they_cost():
    rules = program(lc.Earn("coffees", POINT(2).per_item(), where=Line.category.is_("coffee")))
    binding = lc.bind(Order, lc.bind_items(Line, category=0), id=0, at=lc.seconds(1), member=2, lines=3)

    account = rules.replay([("p", START, "ada", [("coffee",), ("tea",)])], binding).run().account("ada")

    assert account.balance(POINT) == POINT(2)
