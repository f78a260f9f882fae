"""Instant wins: by odds that anybody can check, or at moments after which the first one wins."""

import datetime as dt
import hashlib
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from loyalcore.draws import PRIZES_MAX
from shop import Member, Visit, program
from strategies import POINT

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ODDS = {"car": "1 in 1000", POINT(50): "5%", "coffee": Fraction(1, 4)}


def at(minute):
    return NOON + dt.timedelta(minutes=minute)


def odds(prizes=None, seed="a secret", **more):
    return lc.Odds(ODDS if prizes is None else prizes, seed=seed, **more)


def wins(moments=None, **more):
    return lc.InstantWins([(at(0), "car"), (at(10), POINT(50))] if moments is None else moments, **more)


def test_odds_and_winning_moments_are_values():
    for value in (odds(), odds(name="spring"), wins(), wins(again=True, name="spring")):
        values.check(value)


# Odds.


def test_anybody_can_reckon_what_a_ticket_wins():
    """One car in a thousand, fifty points for 50 of them, coffee for 250: the numbers in this order."""
    for ticket in range(500):
        number = int(hashlib.sha256(f"a secret|{ticket}".encode()).hexdigest(), 16) % 1000
        wanted = "car" if number < 1 else POINT(50) if number < 51 else "coffee" if number < 301 else None
        assert odds().prize(ticket) == wanted


def test_a_ticket_wins_as_often_as_the_odds_say():
    """Over a thousand tickets, within five standard deviations."""
    won = [odds().prize(ticket) for ticket in range(1000)]

    assert abs(Fraction(won.count("coffee"), 1000) - Fraction(1, 4)) < Fraction(7, 100)


def test_odds_that_add_up_to_one_let_every_ticket_win():
    always = odds({"mug": "50%", "cup": "50%"})

    assert {always.prize(ticket) for ticket in range(100)} == {"mug", "cup"}
    assert always.probability() == 1


def test_how_probable_a_win_is_goes_by_the_prize_and_the_number_of_tickets():
    coffee = odds({"coffee": "1 in 4", "cake": "1 in 10"})

    assert coffee.probability() == Fraction(35, 100)
    assert coffee.probability("coffee") == Fraction(1, 4)
    assert coffee.probability("coffee", tickets=2) == Fraction(7, 16)
    assert coffee.probability(tickets=0) == 0


def test_what_a_ticket_has_won_comes_once_however_often_it_is_told():
    rule = lc.Earn("mug", POINT(10), on=Visit, when=Visit.name.is_("mug"))
    ada = Member(program(rule), "ada")
    sure, empty, paid = odds({"mug": "1 in 1"}), odds({"mug": "1 in 1000000"}), odds({POINT(50): 1})

    for _ in range(2):
        ada.does(sure.event("t1", NOON, Visit))
        ada.does(paid.event("t2", NOON))

    assert ada.has() == "60"
    assert empty.event("t1", NOON) is None
    assert sure.event("t1", NOON, Visit).id == "instant win t1"


# Winning moments.


def test_who_comes_first_at_a_winning_moment_or_after_it_wins():
    entries = [("bo", at(-1)), ("ada", at(0)), ("cy", at(9)), ("di", at(30)), ("ed", at(31))]

    assert wins().wins(entries) == (lc.Win(1, "ada", "car"), lc.Win(2, "di", POINT(50)))
    assert wins().winners(reversed(entries)) == ("ada", "di")
    assert wins().winners([]) == ()


def test_of_two_prizes_that_wait_one_entry_wins_one():
    assert wins().winners([("ada", at(20)), ("bo", at(20))]) == ("ada", "bo")


def test_whoever_has_won_is_out_unless_everybody_may_win_again():
    entries = [("ada", at(1)), ("ada", at(11)), ("bo", at(12))]

    assert wins().winners(entries) == ("ada", "bo")
    assert wins(again=True).winners(entries) == ("ada", "ada")


moments = st.lists(st.integers(0, 50), min_size=1, max_size=8)
came = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 60)), max_size=20)


def by_hand(minutes, entries, *, again):
    """Each entry in turn takes the prize that has waited longest."""
    waiting, winners = sorted(minutes), []
    for who, minute in sorted(entries, key=lambda entry: entry[1]):
        if waiting and waiting[0] <= minute and (again or who not in winners):
            waiting.pop(0)
            winners.append(who)
    return tuple(winners)


@given(moments, came, st.booleans())
def test_anybody_can_tell_who_has_won_with_two_lists(minutes, entries, again):
    held = wins([(at(minute), "mug") for minute in minutes], again=again)

    assert held.winners((who, at(minute)) for who, minute in entries) == by_hand(minutes, entries, again=again)


@given(moments, came, st.integers(0, 60))
def test_later_entries_change_nothing_for_earlier_ones(minutes, entries, until):
    held = wins([(at(minute), "mug") for minute in minutes])
    dated = [(who, at(minute)) for who, minute in entries]
    early = held.wins(entry for entry in dated if entry[1] <= at(until))

    assert held.wins(dated)[: len(early)] == early


def test_anybody_can_reckon_the_moments_of_a_seed():
    seconds = [
        int(hashlib.sha256(text.encode()).hexdigest(), 16) % 86_400 for text in ("a seed", "a seed|1", "a seed|2")
    ]
    drawn = lc.seeded_moments({"car": 1, POINT(5): 2}, NOON, NOON + dt.timedelta(days=1), seed="a seed")

    wanted = sorted(zip(seconds, ["car", POINT(5), POINT(5)], strict=True), key=lambda each: each[0])
    assert drawn == tuple((NOON + dt.timedelta(seconds=number), prize) for number, prize in wanted)
    assert lc.InstantWins(drawn).schedule == drawn


def test_every_second_from_the_start_on_may_win_and_the_end_may_not():
    drawn = lc.seeded_moments({"mug": 50}, NOON, NOON + dt.timedelta(seconds=2.5), seed="s")

    assert {moment for moment, _ in drawn} == {NOON, NOON + dt.timedelta(seconds=1)}


def test_what_was_won_comes_to_its_winner_once_at_the_moment_of_the_entry():
    rule = lc.Earn("car", POINT(10), on=Visit, when=Visit.name.is_("car"))
    people = {name: Member(program(rule), name) for name in ("ada", "bo")}

    events = wins(name="spring").events([("ada", at(5)), ("bo", at(15))], Visit)
    for member, event in (*events, *events):
        people[member].does(event)

    assert [people[name].has() for name in ("ada", "bo")] == ["10", "50"]
    assert [(event.id, event.at) for _, event in events] == [("spring 1", at(5)), ("spring 2", at(15))]


SPAN = {"start": NOON, "end": at(1), "seed": "s"}


@refusals.table(
    [
        (odds, {"prizes": {}}, lc.InvalidValue),
        (odds, {"prizes": "mug"}, lc.InvalidValue),
        (odds, {"prizes": 5}, lc.InvalidValue),
        (odds, {"prizes": ["mug"]}, lc.InvalidValue),
        (odds, {"prizes": {"mug": 0}}, lc.InvalidValue),
        (odds, {"prizes": {"mug": "1 in 0"}}, lc.InvalidValue),
        (odds, {"prizes": {"mug": "60%", "cup": "60%"}}, lc.InvalidValue),
        (odds, {"prizes": {"mug": -1}}, lc.InvalidValue),
        (odds, {"prizes": {"mug": 0.5}}, lc.InvalidValue),
        (odds, {"prizes": [("mug", "1%"), ("mug", "1%")]}, lc.InvalidValue),
        (odds, {"prizes": {"": "1%"}}, lc.InvalidValue),
        (odds, {"prizes": {POINT(0): "1%"}}, lc.InvalidValue),
        (odds, {"prizes": {"a": "1 in 999999999999989", "b": "1 in 999999999999947"}}, lc.InvalidValue),
        (odds, {"seed": 5}, lc.InvalidValue),
        (odds, {"name": ""}, lc.InvalidValue),
        (odds().prize, {"ticket": 1.5}, lc.InvalidValue),
        (odds().probability, {"tickets": -1}, lc.InvalidValue),
        (odds().probability, {"tickets": True}, lc.InvalidValue),
        (odds().probability, {"prize": "boat"}, lc.InvalidValue),
        (odds().event, {"ticket": "t", "at": "today"}, lc.InvalidValue),
        (wins, {"moments": []}, lc.InvalidValue),
        (wins, {"moments": {NOON: "mug"}}, lc.InvalidValue),
        (wins, {"moments": 5}, lc.InvalidValue),
        (wins, {"moments": [NOON]}, lc.InvalidValue),
        (wins, {"moments": [("noon", "mug")]}, lc.InvalidValue),
        (wins, {"moments": [(NOON, POINT(0))]}, lc.InvalidValue),
        (wins, {"moments": [(NOON, "mug")] * (PRIZES_MAX + 1)}, lc.InvalidValue),
        (wins, {"name": ""}, lc.InvalidValue),
        (wins, {"again": 1}, lc.InvalidValue),
        (wins().wins, {"entries": {"ada": NOON}}, lc.InvalidValue),
        (wins().wins, {"entries": 5}, lc.InvalidValue),
        (wins().wins, {"entries": ["ada"]}, lc.InvalidValue),
        (wins().wins, {"entries": [("ada", "noon")]}, lc.InvalidValue),
        (wins().wins, {"entries": [(1.5, NOON)]}, lc.InvalidValue),
        (lc.seeded_moments, {**SPAN, "prizes": {}}, lc.InvalidValue),
        (lc.seeded_moments, {**SPAN, "prizes": {"mug": 1}, "end": NOON}, lc.InvalidValue),
        (lc.seeded_moments, {**SPAN, "prizes": {"mug": 1}, "seed": 5}, lc.InvalidValue),
        (lc.seeded_moments, {**SPAN, "prizes": {"mug": 1}, "start": "noon"}, lc.InvalidValue),
    ]
)
def test_what_is_no_instant_win_is_refused(function, bad, error):
    refusals.check(function, bad, error)
