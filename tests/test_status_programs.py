"""
Published programs whose heart is status, as values: their worked examples come out.

The figures are those of the terms of the years that are named; what is not about status is left out.
"""

import datetime as dt

import pytest

import loyalcore as lc
from published.tables.flying_blue import flying_blue
from shop import Member, date

# -- Flying Blue, 2018 to 2025: the counter is spent by the tier -------------------------------------------------------

MILE, XP, FLYING_BLUE, Flight = flying_blue.MILE, flying_blue.XP, flying_blue.PROGRAM, flying_blue.Flight


def paris(text):
    """A day in Paris, at noon."""
    return dt.datetime.fromisoformat(f"{text}T12:00:00+01:00")


def flies(member, day, xp, price="100.00", **more):
    number = member.account.version
    return member.does(Flight(f"flight {number}", at=paris(day), net=price, xp=xp, **more))


def flyer(tier, xp, since):
    """A member who is in a tier from a day on, with so many XP left."""
    member = Member(FLYING_BLUE)
    lots = [lc.OpeningLot(XP(xp))] if xp else []
    member.does(lc.Opening("o", at=paris(since), tiers={"status": tier}, lots=lots))
    return member


def where(member, ladder="status", at=None):
    return member.program.tier(member.account, ladder, at)


def through(member):
    """The last day on which the tier holds."""
    zone = member.program.engine.zone
    day = dt.date.fromordinal(zone.day(int(where(member).until.timestamp() * 1_000_000) - 1))
    return day.isoformat()


def test_reaching_silver_spends_its_hundred_and_the_surplus_starts_the_new_year():
    ada = flyer("Explorer", 95, "2023-01-10")

    flies(ada, "2023-03-14", 15)

    assert where(ada).tier == "Silver"
    assert ada.has(XP) == "10"
    assert through(ada) == "2024-03-31"


def test_gold_then_asks_for_a_full_hundred_and_eighty():
    ada = flyer("Explorer", 95, "2023-01-10")
    flies(ada, "2023-03-14", 15)

    flies(ada, "2023-05-01", 160)
    assert where(ada).tier == "Silver"
    flies(ada, "2023-06-01", 12)

    assert where(ada).tier == "Gold"
    assert ada.has(XP) == "2"
    assert through(ada) == "2024-06-30"


def test_one_flight_may_pass_several_levels_with_as_many_deductions():
    ada = flyer("Explorer", 0, "2023-01-10")

    answer = flies(ada, "2023-03-14", 600)

    assert [entry.tier for entry in answer.entries if entry.kind == "tier"] == ["Silver", "Gold", "Platinum"]
    assert [entry.amount for entry in answer.entries if entry.kind == "spend"] == [100, 180, 300]
    assert ada.has(XP) == "20"


@pytest.mark.parametrize(
    ("xp", "tier", "left"),
    [(380, "Platinum", "80"), (700, "Platinum", "300"), (250, "Gold", "0"), (300, "Platinum", "0")],
)
def test_the_year_end_renews_for_its_price_carries_at_most_300_and_else_lands_softly(xp, tier, left):
    ada = flyer("Platinum", xp, "2024-03-20")
    assert through(ada) == "2025-03-31"

    ada.waits(paris("2025-04-01"))

    assert where(ada).tier == tier
    assert ada.has(XP) == left
    assert through(ada) == "2026-03-31"


def test_a_flight_that_is_returned_owes_the_xp_that_its_level_was_paid_with():
    ada = flyer("Explorer", 95, "2023-01-10")
    answer = flies(ada, "2023-03-14", 15)

    ada.returns("r", paris("2023-03-20"), answer.entries[0].id)

    assert where(ada).tier == "Silver"
    assert ada.has(XP) == "-5"


def test_miles_go_by_the_level_before_the_flight():
    ada = flyer("Explorer", 95, "2023-01-10")

    flies(ada, "2023-03-14", 15, "100.00")
    flies(ada, "2023-03-15", 2, "100.00")

    assert ada.has(MILE) == "1000"


def test_ultimate_is_for_platinum_members_alone():
    ada = flyer("Gold", 0, "2023-01-10")
    flies(ada, "2023-03-14", 290, own_metal=True)
    assert where(ada, "ultimate").tier == "no"

    flies(ada, "2023-04-14", 700, own_metal=True)

    assert (where(ada).tier, where(ada, "ultimate").tier) == ("Platinum", "Ultimate")
    assert where(ada, "ultimate").until == dt.datetime(2024, 12, 31, 23, tzinfo=dt.UTC)


def test_an_explorers_miles_end_for_want_of_flights_and_stand_still_while_a_level_is_held():
    ada = Member(FLYING_BLUE)
    flies(ada, "2022-06-01", 5)
    assert ada.account.expiring(MILE)[0][0] == paris("2024-06-01")

    flies(ada, "2022-07-01", 100)
    assert where(ada).tier == "Silver"
    assert ada.account.expiring(MILE) == ()

    ada.waits(paris("2025-07-01"))
    assert where(ada).tier == "Explorer"
    assert ada.account.expiring(MILE)[0][0] == dt.datetime(2025, 7, 31, 22, tzinfo=dt.UTC)
    ada.waits(paris("2025-08-01"))
    assert ada.has(MILE) == "0"


# -- Sephora Beauty Insider, the rates of 2018: the rest of this year and all of the next ------------------------------

POINT, USD = lc.Unit("point"), lc.Money("USD")
SEPHORA = lc.Program(
    "beauty-insider",
    version="2018",
    timezone="America/New_York",
    rules=[
        lc.Earn("base", POINT.per(USD(1), lc.Item.net)),
        lc.Boost("level", lc.by_tier("status", {"VIB": "x1.25", "Rouge": "x1.5"}), of="base"),
        lc.Ladder(
            "status",
            by=lc.Purchase.net.over(lc.year),
            tiers={"Insider": 0, "VIB": USD(350), "Rouge": USD(1000)},
            valid=lc.end_of(lc.year, after=lc.years(1)),
        ),
        lc.Earn("birthday", POINT(250), on=lc.renewed("status", "VIB", "Rouge")),
        lc.Expiry(POINT, lc.inactivity(lc.months(12))),
    ],
)


def spends(member, id, day, net):
    return member.does(lc.Purchase(id, at=date(f"{day} 15:00"), net=net))


def test_vib_holds_for_the_rest_of_the_year_and_all_of_the_next():
    ada = Member(SEPHORA)
    spends(ada, "a", "2024-03-10", "340.00")
    spends(ada, "b", "2024-05-02", "20.00")
    assert where(ada).tier == "VIB"
    assert where(ada).until == date("2026-01-01 05:00")
    assert where(ada).since == date("2024-05-02 15:00")

    spends(ada, "c", "2024-05-03", "40.00")
    assert ada.has() == "410"

    card = where(ada)
    assert (card.next, card.to_keep[0].missing, card.to_rise[0].missing) == (
        "Rouge",
        lc.Bound(0, "USD"),
        lc.Bound(600, "USD"),
    )


def test_vib_reached_again_in_the_next_year_is_renewed_at_once_and_once_for_that_year():
    ada = Member(SEPHORA)
    spends(ada, "a", "2024-03-10", "400.00")
    spends(ada, "b", "2025-06-01", "340.00")
    assert where(ada).until == date("2026-01-01 05:00")

    answer = spends(ada, "c", "2025-07-01", "20.00")

    assert where(ada).until == date("2027-01-01 05:00")
    assert [entry.kind for entry in answer.entries] == ["purchase", "extend", "earn", "tier", "arise", "earn"]
    assert spends(ada, "d", "2025-07-02", "20.00").entries[-1].kind == "earn"
    assert [entry.tier for entry in ada.account.entries if entry.kind == "tier"] == ["VIB", "VIB"]
    ada.waits(date("2027-01-02"))
    assert where(ada).tier == "Insider"


# -- Marriott Bonvoy, 2024: nights and spend, years at a level ---------------------------------------------------------

YEARS = lc.Unit("year of gold")


class Stay(lc.Purchase):
    nights = lc.Number(missing=0)


class Gift(lc.Activity):
    nights = lc.Number(missing=0)


def nights(number):
    return Stay.nights.over(lc.year).at_least(number)


MARRIOTT = lc.Program(
    "bonvoy",
    version="2024",
    purchases=Stay,
    activities=Gift,
    rules=[
        lc.Earn("base", POINT.per(USD("0.10"), lc.Item.net)),
        lc.Ladder(
            "status",
            by=Stay.nights.over(lc.year),
            tiers={
                "Member": 0,
                "Silver": 10,
                "Gold": 25,
                "Platinum": 50,
                "Titanium": 75,
                "Ambassador": nights(100) & Stay.net.over(lc.year).at_least(USD(23_000)),
                "Cobalt": lc.invited,
            },
            valid=lc.end_of(lc.year, after=lc.years(1)),
            grace=lc.months(2),
        ),
        lc.Earn("a year of gold", YEARS(1), on=lc.ended(lc.year), when=lc.in_tier("status", "Gold", "Platinum")),
        lc.Ladder(
            "for life",
            tiers={
                "no": 0,
                "Lifetime Gold": Stay.nights.over(lc.lifetime).at_least(60)
                & YEARS.earned(lc.lifetime).at_least(YEARS(3)),
            },
            valid=lc.never,
        ),
    ],
)


def stays(member, id, day, number, net="100.00"):
    return member.does(Stay(id, at=date(f"{day} 12:00"), net=net, nights=number))


def test_ambassador_asks_for_nights_and_spend():
    ada = Member(MARRIOTT)
    stays(ada, "a", "2024-12-20", 104, "21900.00")
    assert where(ada).tier == "Titanium"
    assert [need.missing.value for need in where(ada).to_rise] == [0, 1100]

    stays(ada, "b", "2024-12-29", 2, "1200.00")

    assert where(ada).tier == "Ambassador"


def test_nights_that_a_card_gives_count_for_the_tier():
    ada = Member(MARRIOTT)
    ada.does(Gift("card", at=date("2024-01-10"), name="headstart", nights=15))

    stays(ada, "a", "2024-08-01", 10)

    assert where(ada).tier == "Gold"


def test_gold_for_life_counts_the_years_at_whose_end_gold_was_held():
    """Gold from 2024 to the end of February 2026 by the nights of 2024, and again from June 2026."""
    ada = Member(MARRIOTT)
    stays(ada, "a", "2024-06-01", 30)
    ada.waits(date("2026-03-01"))
    assert ada.kinds()[3:] == [
        "tier",
        "arise",
        "earn",
        "arise",
        "earn",
        "grace",
        "tier",
    ]
    assert where(ada).tier == "Member"

    stays(ada, "b", "2026-06-01", 30)
    ada.waits(date("2026-12-31"))
    assert where(ada, "for life").tier == "no"
    ada.waits(date("2027-01-01"))

    assert where(ada, "for life").tier == "Lifetime Gold"
    assert where(ada, "for life").until is None


def test_a_tier_that_only_an_invitation_gives_holds_as_long_as_it_says():
    ada = Member(MARRIOTT)
    stays(ada, "a", "2024-06-01", 130, "90000.00")
    invited = {"ladder": "status", "reason": "invited by the board"}
    ada.does(lc.TierAdjustment("t", at=date("2024-06-02"), tier="Cobalt", until=date("2028-01-01"), **invited))
    assert where(ada).tier == "Cobalt"
    ada.waits(date("2027-12-31"))
    assert where(ada).tier == "Cobalt"

    ada.waits(date("2028-01-01"))

    assert where(ada).tier == "Member"


# -- Discover it, 2024: what the first year earned is matched when it ends ---------------------------------------------

CASH = lc.Unit("cashback", places=2)
DISCOVER = lc.Program(
    "discover-it",
    version="2024",
    rules=[
        lc.Earn("one percent", CASH("0.01").per(USD(1), lc.Item.net)),
        lc.Earn(
            "match",
            CASH(1).per(CASH(1), CASH.earned(lc.year)),
            on=lc.ended(lc.year),
            limit=lc.times(1, per=lc.lifetime),
        ),
        lc.Pay("cash", each=CASH(1), worth=USD(1)),
    ],
)


def test_what_a_year_earned_is_matched_when_it_ends_whatever_was_redeemed_and_once():
    ada = Member(DISCOVER)
    ada.does(lc.Purchase("a", at=date("2023-03-15"), net="41237.00"))
    ada.redeems("r", date("2023-12-01"), "cash", amount="150.00")

    answer = ada.waits(date("2024-01-01"))
    assert [(entry.kind, entry.change) for entry in answer.entries] == [("arise", 0), ("earn", 41237)]
    assert ada.has(CASH) == "674.74"

    ada.waits(date("2030-01-01"))
    assert ada.has(CASH) == "674.74"


def test_a_return_after_the_year_has_ended_leaves_the_match_as_it_was():
    ada = Member(DISCOVER)
    ada.does(lc.Purchase("a", at=date("2023-03-15"), net="100.00"))
    ada.waits(date("2024-01-01"))
    assert ada.has(CASH) == "2.00"

    ada.returns("r", date("2024-01-02"), "a")

    assert ada.has(CASH) == "1.00"
