"""The trace: what the index over an account's rows answers, and that it grows with them."""

import loyalcore as lc
from loyalcore.trace import caused, found_at, position, trace
from shop import POINT, STAR, USD, Line, Member, day, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Earn("month", STAR.per(USD(1), Line.net), over=lc.month),
    lc.Expiry(POINT, lc.days(10)),
    lc.Expiry(STAR, lc.days(10)),
    lc.Reward("mug", POINT(5)),
    lc.Ladder("status", by=Line.net.sum().over(lc.lifetime), tiers={"base": 0, "gold": USD(50)}),
)


def index(member):
    return trace(member.account.state())


def test_facts_and_returns_are_found_by_event_and_position():
    ada = Member(SHOP)
    ada.buys("p", day(1), "10.00", "20.00")
    ada.returns("r", day(2), "p", ["a"])
    ada.returns("s", day(3), "p", ["b"])

    found = index(ada)

    assert found.facts == {"p": 0, "r": 3, "s": 6}
    assert found.returns == {"p": [3, 6]}


def test_the_index_grows_with_the_rows():
    ada = Member(SHOP)
    ada.buys("p", day(1), "10.00")
    before = index(ada)
    ada.buys("q", day(2), "10.00")

    assert index(ada) is before
    assert set(before.facts) == {"p", "q"}
    assert before.others == ada.account.version


def test_plain_events_are_read_when_one_of_them_is_asked_for():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Reward("mug", POINT(5))))
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(2), "10.00")
    ada.redeems("x", day(3), "mug")
    ada.buys("r", day(4), "10.00")
    core = ada.account.state()
    core.trace = None

    assert set(index(ada).facts) == {"p", "x"}
    assert [position(core, name) for name in ("x", "q", "p", "r", "nowhere")] == [4, 2, 0, 6, None]
    assert ada.buys("s", day(5), "10.00").entries[0].seq == position(core, "s") == 8


def test_who_decides_notes_where_the_event_stands():
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(2), "10.00")
    core = ada.account.state()

    assert core.trace.facts == {"p": 0, "q": 2}
    assert core.trace.plain == core.length


def test_an_index_that_is_behind_is_not_told_of_what_comes_after():
    """It reads all of it when it is asked."""
    ada = Member(program(lc.Earn("base", POINT.per(USD(1), Line.net))))
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(2), "10.00")
    core = ada.account.state()
    core.trace.plain = 1

    found_at(core, 2, 2, "elsewhere")

    assert core.trace.plain == 1
    assert position(core, "elsewhere") is None


def test_lots_of_windows_what_expired_and_what_takings_back_found_expired_are_kept_by_cell():
    ada = Member(SHOP)
    ada.buys("p", day(1), "10.00")
    ada.buys("q", day(20), "60.00")
    ada.returns("r", day(21), "p")
    ada.returns("s", day(40), "q")

    found = index(ada)
    (window,) = {key for key in found.cells if key[0] == "month"}

    assert found.cells[window] == [2, 7]
    assert found.lapsed == {1: 10, 2: 1000, 6: 60, 7: 5000}
    of_base = {("base", "point", ("purchase", id_)): amount for id_, amount in (("p", 10), ("q", 60))}
    assert found.absorbed == of_base | {("month", "star", window[1]): 6000}
    assert found.tiers == {"status": [8, 15]} or list(found.tiers) == ["status"]


def test_what_a_fact_caused_stands_before_the_next_fact_and_jobs_are_left_out():
    ada = Member(SHOP)
    ada.buys("p", day(1), "60.00")
    ada.waits(day(30))
    core = ada.account.state()

    assert [row[0] for _, row in caused(core, 0)] == ["earn", "earn", "tier"]
    assert ada.kinds() == ["purchase", "earn", "earn", "tier", "expire", "expire"]


def test_the_index_of_a_restored_account_has_what_the_snapshot_kept():
    ada = Member(SHOP)
    ada.buys("p", day(1), "10.00")
    ada.returns("r", day(2), "p")
    core = lc.restore(ada.account.snapshot()).state()

    assert trace(core).facts == index(ada).facts
    assert trace(core).returns == index(ada).returns
    assert [seq for seq, _ in caused(core, 0)] == [1, 2]


def test_what_followed_is_found_where_a_snapshot_left_rows_out():
    rules = program(lc.Earn("base", POINT.per(USD(1), Line.net)), lc.Reward("mug", POINT(4), hold=lc.days(90)))
    ada = Member(rules)
    ada.buys("old", day(1), "10.00")
    ada.does(lc.Hold("h", at=day(2), reward="mug"))
    ada.buys("left out", day(3), "12.00")

    restored = lc.restore(ada.account.snapshot(keep_since=day(20)))

    assert [entry.kind for entry in ada.account.entries] == ["purchase", "earn", "hold", "reserve", "purchase", "earn"]
    assert list(restored.state().kept) == [1, 2, 3, 5]
    assert rules.reasons(restored, "h") == rules.reasons(ada.account, "h")
