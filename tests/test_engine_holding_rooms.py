"""A hold of a reward with stock or limits takes both; capturing keeps them, all else gives them back, each once."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

import loyalcore as lc
from shop import POINT, USD, Line, Member, day, program
from test_interpreted import Told

MUG = lc.Reward(
    "mug",
    POINT(10),
    hold=lc.days(3),
    limit=[lc.times(3, per=lc.month), lc.at_most(POINT(30), per=lc.rolling(days=20))],
)
STOCKED = lc.Reward("mug", POINT(10), hold=lc.days(3), stock="mugs", limit=lc.times(6, per=lc.month))


def member(rule=MUG, kind=Told):
    ada = kind(program(lc.Earn("base", POINT.per(USD(1), Line.net)), rule))
    ada.gets("gift", day(1), POINT(1000))
    return ada


def holds(ada, id, at, times=1, until=None):
    answer = ada.does(lc.Hold(id, at=at, reward="mug", times=times, until=until))
    return answer.refusal and answer.refusal.code


# Limits.


def test_a_hold_takes_room_under_limits():
    ada = member()

    assert holds(ada, "h1", day(2), 2) is None
    assert holds(ada, "h2", day(2), 2) == "limit-reached"
    assert ada.redeems("r1", day(2), "mug", times=2).refusal.code == "limit-reached"
    assert holds(ada, "h3", day(2)) is None


def test_a_release_gives_the_room_back():
    ada = member()
    holds(ada, "h1", day(2), 3)

    ada.does(lc.Release("x1", at=day(3), of="h1"))

    assert holds(ada, "h2", day(3), 3) is None


def test_a_capture_keeps_the_room_of_what_is_captured():
    ada = member()
    holds(ada, "h1", day(2), 3)

    ada.does(lc.Capture("c1", at=day(3), of="h1", times=2))

    assert holds(ada, "h2", day(3), 2) == "limit-reached"
    assert holds(ada, "h3", day(3), 1) is None


def test_a_hold_that_times_out_gives_the_room_back_in_an_entry_of_its_own():
    ada = member()
    holds(ada, "h1", day(2), 3)

    ada.waits(day(5))

    assert ada.kinds()[-2:] == ["free", "arise"]
    assert (ada.account.entries[-1].what, ada.account.entries[-1].cause) == ("hold timed out", 4)
    assert holds(ada, "h2", day(5), 3) is None


def test_what_took_no_room_times_out_in_one_entry():
    ada = member(lc.Reward("mug", POINT(10), hold=lc.days(3)))
    holds(ada, "h1", day(2))

    ada.waits(day(5))

    assert ada.kinds()[-1] == "free"


def test_the_room_is_that_of_the_hold_whenever_it_is_captured():
    ada = member()
    holds(ada, "h1", day(31), 2, until=day(60))

    ada.does(lc.Capture("c1", at=day(52), of="h1"))

    assert holds(ada, "h2", day(52), 3) is None
    assert ada.account.entries[-2].sums[:1] == ("mug times, month",)


@pytest.mark.parametrize("of", ["h1", "c1"])
def test_undoing_a_capture_gives_back_the_room_that_it_kept(of):
    ada = member()
    holds(ada, "h1", day(2), 3)
    ada.does(lc.Capture("c1", at=day(3), of="h1", times=2))

    ada.returns("b1", day(4), of)

    assert holds(ada, "h2", day(4), 3) is None
    assert ada.has() == "970"


def test_an_account_from_a_snapshot_gives_the_room_back():
    ada = member(kind=Member)
    holds(ada, "h1", day(2), 3)
    holds_before = ada.account
    ada.account = lc.restore(ada.account.snapshot(keep_since=day(300)))

    ada.does(lc.Capture("c1", at=day(3), of="h1", times=1))
    assert holds(ada, "h2", day(3), 2) is None
    ada.account = lc.restore(holds_before.snapshot(keep_since=day(300)))
    ada.waits(day(9))
    assert holds(ada, "h3", day(9), 3) is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "hold", "capture", "release", "redeem", "undo", "wait"]),
        st.integers(1, 3),
        st.integers(0, 60),
    ),
    max_size=14,
)


@given(STEPS)
def test_what_is_tallied_of_a_limit_is_what_was_redeemed_and_is_held(steps):
    ada, now, open_, taken, captures = member(), day(2), {}, {}, {}
    for number, (what, times, hours) in enumerate(steps):
        id, now = f"e{number}", now + after(hours)
        of = next(iter(open_), "nothing")
        if what == "hold" and holds(ada, id, now, times) is None:
            open_[id] = (now, times)
        elif what == "capture":
            if ada.does(lc.Capture(id, at=now, of=of, times=1)).refusal is None:
                open_.pop(of)
                taken[id] = (captures.setdefault(id, ada.account.find(of).at), 1)
        elif what == "release" and ada.does(lc.Release(id, at=now, of=of)).refusal is None:
            open_.pop(of)
        elif what == "redeem" and ada.redeems(id, now, "mug", times=times).refusal is None:
            taken[id] = (now, times)
        elif what == "undo" and taken and ada.returns(id, now, next(iter(taken))).refusal is None:
            taken.pop(next(iter(taken)))
        elif what == "wait":
            ada.waits(now)
        held = {each.id for each in ada.program.advance(ada.account, now).account.holds(POINT)}
        open_ = {each: found for each, found in open_.items() if each in held}
        months = {}
        for at, many in [*open_.values(), *taken.values()]:
            months[at.month] = months.get(at.month, 0) + many
        state = ada.program.advance(ada.account, now).account.state()
        tallied = {name: amount for (name, _), amount in state.sums.items() if amount}
        assert sum(tallied.values()) == sum(months.values())
        assert all(many <= 3 for many in months.values())
    assert lc.verify(ada.program, ada.account) is None
    assert lc.fold("ada", ada.account.entries) == ada.account


def after(hours):
    """A stretch of time."""
    return day(1, hours % 24) - day(1, 0) + (day(1 + hours // 24) - day(1))


# Stock.


class Shop:
    """A member and the stock, decided together; the books say what is there after each step."""

    def __init__(self, pieces=5, kind=STOCKED):
        self.program = program(lc.Earn("base", POINT.per(USD(1), Line.net)), kind)
        self.ada, self.mugs = self.program.open("ada"), self.program.open("mugs")
        fill = lc.Adjustment("fill", at=day(1), amount=lc.piece(pieces), reason="delivery")
        gift = lc.Adjustment("gift", at=day(1), amount=POINT(1000), reason="gift")
        self.mugs = self.program.decide(self.mugs, fill).account
        self.ada = self.program.decide(self.ada, gift).account

    def does(self, event, now=None):
        others = [self.mugs] if "mugs" in self.program.parties(self.ada, event) else []
        answer = self.program.decide(self.ada, event, now, others=others)
        self.ada, (*rest,) = answer.account, answer.others
        self.mugs = rest[0] if rest else self.mugs
        for account in (self.ada, self.mugs):
            assert lc.verify(self.program, account) is None
            assert lc.fold(account.member, account.entries) == account
        return answer.refusal and answer.refusal.code

    def hold(self, id, at, times=1, until=None):
        return self.does(lc.Hold(id, at=at, reward="mug", times=times, until=until))

    @property
    def stock(self):
        """What is there, and what is set aside."""
        return self.mugs.balance(lc.piece).minor, self.mugs.held(lc.piece).minor


def test_a_hold_sets_stock_aside():
    shop = Shop(pieces=3)

    assert shop.hold("h1", day(2), 2) is None
    assert shop.stock == (1, 2)
    assert shop.hold("h2", day(2), 2) == "out-of-stock"
    assert shop.does(lc.Redemption("r1", at=day(2), reward="mug", times=2)) == "out-of-stock"
    assert shop.stock == (1, 2)


@pytest.mark.parametrize(("times", "stock"), [(None, (2, 0)), (3, (2, 0)), (1, (4, 0))])
def test_a_capture_takes_what_is_captured_out_of_stock(times, stock):
    shop = Shop()
    shop.hold("h1", day(2), 3)

    assert shop.does(lc.Capture("c1", at=day(3), of="h1", times=times)) is None
    assert shop.stock == stock


def test_a_release_puts_all_of_it_back():
    shop = Shop()
    shop.hold("h1", day(2), 3)

    assert shop.does(lc.Release("x1", at=day(3), of="h1")) is None
    assert shop.stock == (5, 0)


def test_each_account_lets_a_hold_time_out_by_itself_and_at_the_same_moment():
    shop = Shop()
    shop.hold("h1", day(2), 3)

    assert shop.program.next_due(shop.mugs) == shop.program.next_due(shop.ada) == day(5)
    shop.mugs = shop.program.advance(shop.mugs, day(5)).account
    assert shop.stock == (5, 0)
    assert shop.does(lc.Capture("c1", at=day(5), of="h1")) == "hold-ended"
    assert shop.stock == (5, 0)


def test_a_hold_that_is_over_by_the_clock_of_the_stock_is_over_for_the_member():
    shop = Shop()
    shop.hold("h1", day(2), 3)
    shop.mugs = shop.program.advance(shop.mugs, day(8)).account

    assert shop.does(lc.Capture("c1", at=day(3), of="h1")) == "hold-ended"
    assert shop.stock == (5, 0)


@pytest.mark.parametrize("of", ["h1", "c1"])
def test_undoing_a_capture_puts_back_what_was_captured(of):
    shop = Shop()
    shop.hold("h1", day(2), 3)
    shop.does(lc.Capture("c1", at=day(3), of="h1", times=2))

    assert shop.does(lc.Return("b1", at=day(4), of=of)) is None
    assert shop.stock == (5, 0)
    for other in ("h1", "c1"):
        assert shop.does(lc.Return(f"again {other}", at=day(5), of=other)) == "nothing-left"
    assert shop.stock == (5, 0)


def test_a_hold_ends_once_in_both_accounts():
    shop = Shop()
    shop.hold("h1", day(2), 3)
    shop.does(lc.Release("x1", at=day(3), of="h1"))
    before = shop.mugs.version

    assert shop.does(lc.Release("x1", at=day(3), of="h1")) is None
    assert shop.does(lc.Capture("c1", at=day(3), of="h1")) == "hold-ended"
    assert (shop.mugs.version, shop.stock) == (before, (5, 0))


def test_the_stock_has_to_be_there_to_end_a_hold():
    shop = Shop()
    shop.hold("h1", day(2), 3)

    with pytest.raises(lc.InvalidValue, match="on 'mugs'; give these as others="):
        shop.program.decide(shop.ada, lc.Capture("c1", at=day(3), of="h1"))


def test_a_stock_that_was_restored_from_a_copy_without_the_hold_is_seen():
    shop = Shop()
    shop.hold("h1", day(2), 3)
    stale = shop.mugs
    shop.does(lc.Release("x1", at=day(3), of="h1"))
    shop.hold("h2", day(3), 1)
    ada = shop.ada
    other = Shop()
    other.ada, other.mugs = ada, stale

    with pytest.raises(lc.CorruptLedger, match="no longer holds what"):
        other.program.decide(ada, lc.Capture("c2", at=day(3), of="h2"), others=[stale])


def test_a_quote_of_a_hold_leaves_the_stock_as_it_is():
    shop = Shop()
    event = lc.Hold("h1", at=day(2), reward="mug", times=6)

    assert shop.program.quote(shop.ada, event, others=[shop.mugs]).refusal.code == "out-of-stock"
    assert shop.stock == (5, 0)


@given(STEPS)
def test_pieces_are_in_stock_held_or_redeemed(steps):
    shop, now, out = Shop(pieces=6), day(2), {}
    for number, (what, times, hours) in enumerate(steps):
        id, now = f"e{number}", now + after(hours)
        of = next((each.id for each in shop.ada.holds(POINT)), "nothing")
        if what == "hold":
            shop.hold(id, now, times)
        elif what == "capture":
            many = shop.ada.find(of).content[1][1] if of != "nothing" else 0
            if shop.does(lc.Capture(id, at=now, of=of, times=min(times, many) or None)) is None:
                out[id] = min(times, many)
        elif what == "release":
            shop.does(lc.Release(id, at=now, of=of))
        elif what == "redeem" and shop.does(lc.Redemption(id, at=now, reward="mug", times=times)) is None:
            out[id] = times
        elif what == "undo" and out and shop.does(lc.Return(id, at=now, of=next(iter(out)))) is None:
            out.pop(next(iter(out)))
        elif what == "wait":
            shop.mugs = shop.program.advance(shop.mugs, now).account
        assert sum(shop.stock) + sum(out.values()) == 6
    late = [shop.program.advance(each, now + after(24 * 9)).account for each in (shop.ada, shop.mugs)]
    assert (late[0].held(POINT).minor, late[1].held(lc.piece).minor) == (0, 0)
    assert late[1].balance(lc.piece).minor + sum(out.values()) == 6
    assert late[0].balance(POINT).minor + 10 * sum(out.values()) == 1000
