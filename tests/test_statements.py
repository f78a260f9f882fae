"""A statement says line by line what changed what a member has, and its sums are the account's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
from histories import MILE, POINT, STAR, history
from loyalcore.statements import statement_of
from refusals import check, table
from shop import POINT as P
from shop import USD, Line, Member, day, program

SHOP = program(
    lc.Earn("base", P.per(USD(1), Line.net)),
    lc.Earn("later", P(5), pending=lc.days(10)),
    lc.Earn("hello", P(7), on=lc.Activity),
    lc.Expiry(P, lc.days(30)),
    lc.Reward("mug", P(20)),
)


def visited():
    """A member who did something of each kind."""
    ada = Member(SHOP)
    ada.buys("p", day(1), "20.00")
    ada.buys("q", day(6), "40.00")
    ada.redeems("x", day(7), "mug")
    ada.redeems("y", day(8), "mug")
    ada.returns("u", day(9), "y")
    ada.returns("b", day(10), "q")
    return ada


def told(statement):
    return [(line.at, line.kind, line.rule, line.amount.minor, line.event) for line in statement.lines]


def test_each_line_says_when_what_by_whom_how_much_and_because_of_which_event():
    ada = visited()
    ada.waits(day(40))

    assert told(ada.account.statement(P)) == [
        (day(1), "earn", "base", 20, "p"),
        (day(1), "earn", "later", 5, "p"),
        (day(6), "earn", "base", 40, "q"),
        (day(6), "earn", "later", 5, "q"),
        (day(7), "spend", "mug", -20, "x"),
        (day(8), "spend", "mug", -20, "y"),
        (day(9), "restore", "mug", 20, "u"),
        (day(10), "take", "base", -40, "b"),
        (day(10), "take", "later", -5, "b"),
        (day(31), "expire", "later", -5, None),
    ]


def test_what_was_earned_says_until_when_it_lasts_and_from_when_it_can_be_used():
    first, second, *_ = visited().account.statement(P).lines

    assert (first.expires, first.usable) == (day(31), None)
    assert (second.expires, second.usable) == (day(31), day(11))


def test_the_sums_are_above_zero_and_what_an_undone_redemption_gave_back_is_not_spent():
    ada = visited()
    ada.waits(day(40))
    found = ada.account.statement(P)

    assert (found.earned, found.spent, found.taken, found.expired) == (P(70), P(20), P(45), P(5))
    assert found.total == P(0)


def test_the_lines_of_some_rules_have_sums_of_their_own():
    found = visited().account.statement(P)

    assert found.rules == {"base": P(20), "later": P(5), "mug": P(-20)}
    assert found.of("base").earned == P(60)
    assert found.of("base", "later").total == P(25)
    assert found.of("none").lines == ()


def test_a_statement_of_a_time_begins_with_its_moment_and_ends_before_the_other():
    account = visited().account

    assert account.statement(P, since=day(6), before=day(8)).total == P(45 - 20)
    assert [line.event for line in account.statement(P, before=day(6)).lines] == ["p", "p"]
    assert account.statement(P, since=day(11)).lines == ()


def test_a_late_event_counts_when_it_happened():
    ada = Member(SHOP)
    ada.buys("p", day(5), "20.00")
    ada.buys("late", day(2), "1.00", now=day(9))

    assert [line.event for line in ada.account.statement(P, before=day(3)).lines] == ["late", "late"]


def test_what_an_answer_changed_is_a_statement_of_its_own():
    ada = visited()

    assert ada.buys("r", day(12), "3.00").statement(P).rules == {"base": P(3), "later": P(5)}
    assert ada.redeems("z", day(13), "mug").statement(P).lines == ()
    assert ada.buys("r", day(12), "3.00").statement(P).earned == P(8), "an event that is known says what it did"
    assert ada.buys("s", day(13), "30.00").statement(P).earned == P(35)
    assert ada.redeems("w", day(14), "mug").statement(P).spent == P(20)


def test_an_answer_about_several_accounts_states_what_the_member_itself_has():
    shop = program(lc.Transferable(P))
    ada, bob = Member(shop), Member(shop, "bob")
    ada.gets("g", day(1), P(10))
    bob.gets("g", day(1), P(1))

    answer = shop.decide(ada.account, lc.Transfer("t", at=day(2), to="bob", amount=P(4)), others=[bob.account])

    assert answer.statement(P).total == P(-4)
    assert answer.accounts["bob"].statement(P).total == P(5)


def test_what_time_brings_has_no_event():
    shop = program(lc.Earn("monthly", P(3), on=lc.ended(lc.month)))
    ada = Member(shop)
    ada.does(lc.Enrolment("e", at=day(1)))

    found = ada.waits(day(40)).statement(P)

    assert [(line.rule, line.event) for line in found.lines] == [("monthly", None)]


def test_an_account_from_a_snapshot_states_what_came_after():
    ada = visited()
    short = SHOP.advance(lc.restore(ada.account.snapshot()), day(40)).account

    assert told(short.statement(P)) == [(day(31), "expire", "later", -5, None)]


def test_what_a_snapshot_has_forgotten_is_left_empty():
    statement = statement_of(P, [("spend", 0, 3, "mug", "point", 5, ()), ("expire", 0, 4, "point", 2)], no)

    assert [(line.rule, line.event) for line in statement.lines] == [("mug", None), ("", None)]


def no(_):
    raise lc.CorruptLedger("forgotten")


def test_the_text_of_a_statement_is_a_line_for_each():
    account = visited().account

    assert str(account.statement(P, before=day(6))) == (
        "2026-01-01 12:00:00+00:00 earn base: 20 point\n2026-01-01 12:00:00+00:00 earn later: 5 point"
    )
    assert str(account.statement(USD)) == "nothing in USD"


@given(seed=st.integers(0, 10**6))
def test_the_lines_of_a_whole_account_come_to_what_it_has_in_all(seed):
    account = history(seed, 30)

    for unit in (POINT, STAR, MILE):
        statement = account.statement(unit)
        assert statement.total == account.balance(unit) + account.pending(unit) + account.held(unit)
        assert statement.total == statement.earned - statement.spent - statement.taken - statement.expired
        assert sum(each.minor for each in statement.rules.values()) == statement.total.minor


ACCOUNT = Member(SHOP).account


@table(
    [
        *((ACCOUNT.statement, {"unit": bad}, lc.InvalidValue) for bad in ("point", None, 5)),
        *((ACCOUNT.statement, {"unit": P, "since": bad}, lc.InvalidValue) for bad in ("2026", 5)),
        *((ACCOUNT.statement, {"unit": P, "before": bad}, lc.InvalidValue) for bad in ("2026", 5)),
    ]
)
def test_a_statement_of_no_unit_or_moment_is_refused(function, bad, error):
    check(function, bad, error)


@pytest.mark.parametrize("bad", [5, None, P])
def test_rules_are_named_by_their_names(bad):
    with pytest.raises(lc.InvalidValue, match="by their names"):
        ACCOUNT.statement(P).of(bad)
