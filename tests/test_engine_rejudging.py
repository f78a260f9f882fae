"""Windows without an end that a version judges anew: a rate is raised for the past, or lowered, once and exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loyalcore as lc
from loyalcore import interpreted
from shop import POINT, STAR, USD, Line, Member, Order, Visit, coffee, date, day, held, order, program
from test_interpreted import Told

NET = Line.net


def friends(amount, most=None, **more):
    gives = POINT(amount).per(1, Visit.count)
    gives = gives if most is None else gives.capped(POINT(most))
    return lc.Earn("friends", gives, on=Visit, over=lc.lifetime, **more)


def spend(rate, **more):
    return lc.Earn("spend", POINT(rate).per(USD(10), NET), over=lc.lifetime, **more)


def book(was, now, **more):
    second = lc.Version(program(*now, version="2"), starts="2026-02-01", rejudge=[now[0].name], **more)
    return lc.Book([program(*was, version="1"), second])


def visits(member, *days):
    for number in days:
        member.does(Visit(f"v{number}", at=day(number), name="friend"))


def test_a_rate_is_raised_for_the_past_as_the_version_begins_and_once():
    ada = Member(book([friends(250)], [friends(500)]))
    visits(ada, *range(1, 9))
    assert ada.has() == "2000"

    ada.waits(date("2026-02-01"))
    assert ada.has() == "4000"
    assert ada.kinds()[-3:] == ["version", "arise", "earn"]
    ada.waits(date("2026-03-01"))
    visits(ada, 70)

    assert ada.has() == "4500"
    assert lc.verify(ada.program, ada.account) is None
    assert lc.fold("ada", ada.account.entries) == ada.account


def test_a_window_that_begins_after_the_version_has_had_nothing():
    since = lc.since(date("2026-02-20"))
    rules = [lc.Earn("friends", POINT(amount).per(1, Visit.count), on=Visit, over=since) for amount in (250, 500)]
    ada = Member(book([rules[0]], [rules[1]]))
    visits(ada, 1)
    ada.waits(date("2026-02-10"))
    assert ada.has() == "0"
    visits(ada, 60)

    assert ada.has() == "500"
    assert interpreted.decide(ada.program, ada.account, lc.Settings("s", at=day(61), pet="no")).refusal is None


def test_a_cap_is_raised_with_it():
    ada = Member(book([friends(250, 500)], [friends(500, 2000)]))
    visits(ada, 1, 2, 3)
    assert ada.has() == "500"

    ada.waits(date("2026-02-01"))
    assert ada.has() == "1500"
    visits(ada, 40, 41)

    assert ada.has() == "2000"


def test_a_return_of_what_the_older_version_judged_takes_back_what_it_is_worth_now():
    ada = Member(book([spend(1)], [spend(3)]))
    ada.buys("p", day(1), "25.00", "30.00")
    ada.buys("q", day(2), "25.00")
    assert ada.has() == "8"
    ada.waits(date("2026-02-01"))
    assert ada.has() == "24"

    ada.returns("r", date("2026-02-02"), "p", items=["b"])
    ada.returns("s", date("2026-02-03"), "q")

    assert ada.has() == "7"
    assert set(held(ada.account).values()) == {7}
    assert lc.verify(ada.program, ada.account) is None


def test_what_is_told_late_of_the_older_version_is_worth_what_it_is_now():
    ada = Member(book([spend(1)], [spend(3)]))
    ada.buys("p", day(1), "25.00")
    ada.buys("q", day(3), "25.00", now=date("2026-02-03"))

    assert ada.has() == "15"
    assert lc.verify(ada.program, ada.account) is None


def test_a_rate_that_is_lowered_for_the_past_takes_back():
    ada = Member(book([spend(3)], [spend(1)]))
    ada.buys("p", day(1), "50.00")
    ada.gets("g", day(2), POINT(-12))
    ada.waits(date("2026-02-01"))

    assert (ada.has(), ada.account.debt(POINT)) == ("-7", POINT(7))
    assert lc.verify(ada.program, ada.account) is None


def test_a_window_since_a_moment_and_one_that_a_version_began_can_be_judged_anew():
    since = lc.since(date("2026-01-02"))
    one, two = (lc.Earn("spend", POINT(n).per(USD(10), NET), over=since) for n in (1, 2))
    ada = Member(book([one], [two]))
    ada.buys("p", day(1), "50.00")
    ada.buys("q", day(3), "50.00")
    ada.waits(date("2026-02-01"))
    assert ada.has() == "10"

    versions = [
        program(version="1"),
        lc.Version(program(spend(1), version="2"), starts="2026-02-01"),
        lc.Version(program(spend(4), version="3"), starts="2026-03-01", rejudge=["spend"]),
    ]
    bob = Member(lc.Book(versions))
    bob.buys("p", day(1), "50.00")
    bob.buys("q", day(35), "50.00")
    bob.waits(date("2026-03-05"))

    assert bob.has() == "20"
    assert lc.verify(bob.program, bob.account) is None


@pytest.mark.parametrize("split", [[], ["spend"]])
def test_a_window_that_a_version_in_between_has_cut_is_not_judged_anew(split):
    """50.00 of January gave 5 and stay at that rate; 50.00 of February gave 10, and give 40 from March on."""
    ada = Told(
        lc.Book(
            [
                program(spend(1), version="1"),
                lc.Version(program(spend(2), version="2"), starts="2026-02-01", split=["spend"]),
                lc.Version(program(spend(8), version="3"), starts="2026-03-01", split=split, rejudge=["spend"]),
            ]
        )
    )
    ada.buys("p", day(1), "50.00")
    ada.buys("q", day(35), "50.00")
    ada.waits(date("2026-03-05"))
    assert ada.has() == ("15" if split else "45")

    ada.returns("r", date("2026-03-06"), "p")
    assert ada.has() == ("10" if split else "40")
    ada.buys("late", day(2), "10.00", now=date("2026-03-07"))
    assert ada.has() == ("11" if split else "41")
    ada.returns("s", date("2026-03-08"), "q")
    assert ada.has() == "1"
    assert lc.verify(ada.program, ada.account) is None


def test_what_another_rule_of_that_name_gave_for_other_events_is_not_judged_anew():
    joining = lc.Earn("spend", POINT(12), on=lc.Enrolment, over=lc.day)
    versions = [
        program(joining, version="1"),
        lc.Version(program(spend(1), version="2"), starts="2026-02-01"),
        lc.Version(program(spend(4), version="3"), starts="2026-03-01", rejudge=["spend"]),
    ]
    ada = Told(lc.Book(versions))
    ada.does(lc.Enrolment("e", at=day(1)))
    ada.buys("p", day(2), "50.00")
    ada.buys("q", day(35), "50.00")
    ada.waits(date("2026-03-05"))
    assert ada.has() == "32"

    ada.returns("r", date("2026-03-06"), "p")

    assert ada.has() == "32"


def test_each_version_may_judge_anew_and_one_in_between_goes_on():
    rules = [[spend(1)], [spend(2)], [spend(2), friends(5)], [spend(5), friends(5)]]
    first, *later = [program(*some, version=str(number)) for number, some in enumerate(rules, 1)]
    starts = ["2026-02-01", "2026-03-01", "2026-04-01"]
    judged = [["spend"], [], ["spend"]]
    versions = [
        lc.Version(each, starts=start, rejudge=names) for each, start, names in zip(later, starts, judged, strict=True)
    ]
    ada = Member(lc.Book([first, *versions]))
    ada.buys("p", day(1), "50.00")
    seen = []
    for start in starts:
        ada.waits(date(start))
        seen.append(ada.has())
    ada.returns("r", date("2026-04-03"), "p")

    assert seen == ["10", "10", "25"]
    assert ada.has() == "0"
    assert lc.verify(ada.program, ada.account) is None


def test_what_is_raised_for_the_past_was_not_earned_now():
    club = lc.Ladder("club", by=POINT.earned(lc.month), tiers={"a": 0, "b": POINT(9)})
    ada = Member(book([spend(1)], [spend(3), club], tallies=lc.from_facts))
    ada.buys("p", day(1), "50.00")
    ada.waits(date("2026-02-01"))
    assert ada.has() == "15"

    assert ada.program.tier(ada.account, "club").tier == "a"
    assert lc.verify(ada.program, ada.account) is None


def test_an_account_that_had_nothing_gets_nothing_and_reasons_say_what_came():
    ada = Member(book([spend(1)], [spend(3)]))
    ada.does(lc.Enrolment("e", at=day(1)))
    assert [entry.kind for entry in ada.waits(date("2026-02-01")).entries] == ["version"]

    bob = Member(book([spend(1)], [spend(3)]))
    bob.buys("p", day(1), "50.00")

    assert bob.waits(date("2026-02-01")).explain() == "spend: gave 10 point: raised by spend judged anew"


@pytest.mark.parametrize(
    ("was", "now", "more"),
    [
        ([], [spend(2)], {}),
        ([spend(1)], [], {}),
        ([lc.Earn("spend", POINT.per(USD(1), NET))], [lc.Earn("spend", POINT(2).per(USD(1), NET))], {}),
        (
            [lc.Earn("spend", POINT.per(USD(1), NET), over=lc.month)],
            [lc.Earn("spend", POINT(2).per(USD(1), NET), over=lc.month)],
            {"tallies": ()},
        ),
        ([spend(1)], [lc.Earn("spend", POINT.per(1, Order.count), over=lc.lifetime)], {}),
        ([spend(1)], [spend(2, when=Order.channel.is_("app"))], {"split": ()}),
        ([spend(1)], [lc.Earn("spend", STAR(1).per(USD(10), NET), over=lc.lifetime)], {"tallies": lc.from_now}),
        ([spend(1)], [spend(2), lc.Boost("more", "x2", of="spend")], {"tallies": lc.from_facts}),
    ],
    ids=["new", "gone", "each purchase", "a window that closes", "another measure", "asked of fewer", "unit", "boost"],
)
def test_what_cannot_be_judged_anew_is_refused(was, now, more):
    version = lc.Version(program(*now, version="2"), starts="2026-02-01", rejudge=["spend"], **more)

    with pytest.raises(lc.InvalidProgram, match="judges 'spend' anew, which has to be a rule over lifetime"):
        lc.Book([program(*was, version="1"), version])


def test_rejudge_names_rules_in_a_list():
    with pytest.raises(lc.InvalidValue, match="split and rejudge name rules in a list"):
        lc.Version(program(version="2"), starts="2026-02-01", rejudge="spend")


SHAPES = [
    POINT(1).per(USD(10), NET),
    POINT(3).per(USD(10), NET),
    POINT(2).per(USD(10), NET).capped(POINT(9)),
    POINT.bands(NET, {0: "0.1", USD(60): "0.4"}),
    POINT.bands(NET, {0: "0.1", USD(60): "0.4"}, lc.whole),
]


@settings(deadline=None)
@given(st.data())
def test_the_interpreted_form_judges_anew_the_same(data):
    taking_back = data.draw(st.sampled_from([lc.debt, lc.other_lots, lc.clamp, lc.write_off]))
    one, two, three = (
        lc.Earn("spend", data.draw(st.sampled_from(SHAPES)), over=lc.lifetime, taking_back=taking_back)
        for _ in range(3)
    )
    double = lc.Boost("coffee", "x2", of="spend", where=Line.category.is_("coffee"))
    rules = lc.Book(
        [
            program(one, double, version="1"),
            lc.Version(program(two, double, version="2"), starts=day(20).date(), rejudge=["spend"]),
            lc.Version(program(three, double, version="3"), starts=day(40).date(), rejudge=["spend"]),
        ]
    )
    account, bought, now = rules.open("ada"), [], 1
    for number in range(data.draw(st.integers(3, 12))):
        now += data.draw(st.integers(0, 12))
        id_, what = f"e{number}", data.draw(st.sampled_from(["buy", "buy", "return", "part", "spend"]))
        if what == "buy" or not bought:
            bought.append(id_)
            late = day(max(1, now - data.draw(st.sampled_from([0, 0, 9]))))
            event = order(id_, late, str(data.draw(st.integers(1, 60))), coffee(str(data.draw(st.integers(1, 30)))))
        elif what == "spend":
            event = lc.Adjustment(id_, at=day(now), amount=POINT(-3), reason="x")
        else:
            items = None if what == "return" else [data.draw(st.sampled_from(["a", "b"]))]
            event = lc.Return(id_, at=day(now), of=data.draw(st.sampled_from(bought)), items=items)
        answer, plain = rules.decide(account, event, day(now)), interpreted.decide(rules, account, event, day(now))
        assert answer.entries == plain.entries
        account = answer.account
    assert rules.advance(account, day(200)).entries == interpreted.advance(rules, account, day(200)).entries
    assert lc.verify(rules, account) is None
