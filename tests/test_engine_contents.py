"""Contents: an event in the words of a program, and what it has no words for."""

import pytest

import loyalcore as lc
import refusals
from loyalcore.engine.contents import content_of
from shop import POINT, STAR, USD, Line, Visit, day, order, program

SHOP = program(
    lc.Earn("base", POINT.per(USD(1), Line.net)),
    lc.Ladder("status", by=Line.net.over(lc.year), tiers={"base": 0, "gold": USD(100)}),
    lc.Reward("mug", POINT(25)),
    lc.Pay("pay", POINT(1), USD("0.03")),
)


def told(event):
    return content_of(SHOP.engine, event)


def test_an_event_is_told_as_entries_hold_it():
    bought = order("p", day(1), "1.50")

    assert told(bought) == bought.content(2)
    assert told(lc.Enrolment("e", at=day(1))) == ((), ())


def test_what_an_opening_brings_is_called_as_the_program_calls_it():
    spent = lc.OpeningTally(Line.net.over(lc.year), USD(5))

    names, values = told(lc.Opening("o", at=day(2), tallies=[spent]))

    assert dict(zip(names, values, strict=True))["tallies"] == ("net, year", 500, lc.Opening("o", at=day(2)).instant)


@refusals.table(
    [
        (told, {"event": event}, lc.InvalidValue)
        for event in (
            lc.Purchase("p", at=day(1), net=1),
            lc.Activity("v", at=day(1), name="x"),
            lc.Redemption("x", at=day(1), reward="cap"),
            lc.Redemption("x", at=day(1), reward="mug", amount=1),
            lc.Redemption("x", at=day(1), reward="pay"),
            lc.Redemption("x", at=day(1), reward="pay", amount=0),
            lc.Hold("h", at=day(1), reward="mug"),
            lc.Adjustment("j", at=day(1), amount=STAR(1), reason="x"),
            lc.TierAdjustment("t", at=day(1), ladder="status", tier="black", reason="x"),
            lc.TierAdjustment("t", at=day(1), ladder="other", tier=None, reason="x"),
            lc.Opening("o", at=day(1), lots=[lc.OpeningLot(STAR(1))]),
            lc.Opening("o", at=day(1), tiers={"status": "black"}),
            lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Line.net.over(lc.month), USD(5))]),
            lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Line.net.over(lc.year), 5)]),
            lc.Opening("o", at=day(1), tallies=[lc.OpeningTally(Line.net.over(lc.year), STAR(5))]),
        )
    ]
)
def test_what_the_program_has_no_word_for_is_refused(function, bad, error):
    refusals.check(function, bad, error)


def test_a_visit_of_the_class_that_the_program_knows_is_told():
    assert told(Visit("v", at=day(1), name="review"))[1][0] == "review"
    with pytest.raises(lc.InvalidValue, match="activities"):
        told(lc.Activity("v", at=day(1), name="review"))
