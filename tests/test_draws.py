"""Draws: the winners are what the entrants, the prizes and the seed come to."""

import datetime as dt
import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loyalcore as lc
import refusals
import values
from loyalcore.draws import ENTRANTS_MAX, PRIZES_MAX
from shop import Member, Visit, program
from strategies import POINT

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ENTRANTS = {"ada": 3, 7: 2, "bo": 1, 12: 4}
chances = st.dictionaries(st.integers(0, 50), st.integers(0, 9), max_size=15)


def drawing(entrants=ENTRANTS, prizes=None, seed="seed", **more):
    return lc.Drawing(entrants, prizes={"mug": 2} if prizes is None else prizes, seed=seed, **more)


def by_hand(entrants, seed, prizes, *, again):
    """The winners as somebody would check them with a list of tickets and a pocket calculator."""
    tickets = [name for name in sorted(entrants) for _ in range(entrants[name])]
    won = []
    for pick in range(min(prizes, len(tickets))):
        if not tickets:
            break
        digest = hashlib.sha256((f"{seed}|{pick}" if pick else seed).encode()).hexdigest()
        at = int(digest, 16) % len(tickets)
        won.append(tickets[at])
        tickets = tickets[:at] + tickets[at + 1 :] if again else [name for name in tickets if name != won[-1]]
    return tuple(won)


@pytest.mark.parametrize(
    "value",
    [
        drawing(),
        drawing(range(9), {POINT(500): 1, "mug": 3}, again=True, name="march"),
        drawing(["ada", "bo"], seed="a text", by=lc.by_md5),
        drawing(["ada", "bo"], seed=2**200, by=lc.by_shuffle),
        drawing().wins[0],
    ],
    ids=refusals.numbered(range(5)),
)
def test_a_draw_is_a_value(value):
    values.check(value)


@given(chances, st.text("abc", max_size=5), st.integers(1, 20), st.booleans())
def test_anybody_can_reckon_the_winners_with_a_list_of_tickets(entrants, seed, prizes, again):
    held = drawing(entrants, {"mug": prizes}, seed, again=again)

    assert held.winners == by_hand(entrants, seed, prizes, again=again)


@given(chances, st.integers(1, 20))
def test_a_shorter_draw_is_the_beginning_of_a_longer_one(entrants, prizes):
    assert drawing(entrants, {"mug": 30}).winners[:prizes] == drawing(entrants, {"mug": prizes}).winners


@given(chances)
def test_nobody_wins_twice_and_everybody_with_a_chance_wins_where_prizes_are_enough(entrants):
    won = drawing(entrants, {"mug": 50}).winners

    assert sorted(won) == sorted(name for name, number in entrants.items() if number)


@given(chances)
def test_with_again_everybody_wins_at_most_as_often_as_there_are_chances(entrants):
    won = drawing(entrants, {"mug": 500}, again=True).winners

    assert {name: won.count(name) for name in won} == {name: number for name, number in entrants.items() if number}


def test_more_chances_win_more_often_in_proportion():
    """Three in four, over a thousand seeds: within five standard deviations."""
    won = [drawing({"ada": 3, "bo": 1}, {"mug": 1}, str(number)).winners[0] for number in range(1000)]

    assert abs(Fraction(won.count("ada"), 1000) - Fraction(3, 4)) < Fraction(7, 100)


def test_entrants_are_in_one_order_whatever_they_are_told_in():
    assert drawing().entrants == ((7, 2), (12, 4), ("ada", 3), ("bo", 1))
    assert drawing([("bo", 1), (12, 4), "x", (7, 2)]).entrants == ((7, 2), (12, 4), ("bo", 1), ("x", 1))
    assert drawing({"ada": 0, "bo": 1}) == drawing(["bo"])


def test_the_best_prizes_are_won_first():
    held = drawing({"ada": 1, "bo": 1, "cy": 1}, {"car": 1, POINT(5): 1, "mug": 4})

    assert [win.prize for win in held.wins] == ["car", POINT(5), "mug"]
    assert [win.place for win in held.wins] == [1, 2, 3]


def test_a_whole_number_as_a_seed_is_its_digits_where_a_hash_is_taken():
    assert drawing(seed=77).winners == drawing(seed="77").winners


def test_rfc_3797_gives_the_order_of_its_own_example():
    held = drawing(range(1, 26), {"place": 10}, "9319./2.5.8.10.12./9.18.26.34.41.45./", by=lc.by_md5)

    assert held.winners == (17, 7, 2, 16, 25, 23, 8, 24, 19, 13)


def test_a_shuffle_gives_the_order_that_python_gives_everybody():
    held = drawing(range(1, 5), {"place": 4}, 2026, by=lc.by_shuffle)

    assert held.winners == (3, 4, 2, 1)


def test_most_chances_may_win_without_luck_but_among_equals():
    held = drawing({"ada": 3, "bo": 9, "cy": 3, "di": 1}, {"mug": 3}, by=lc.by_chances)
    among = drawing({"ada": 3, "bo": 9, "cy": 3, "di": 1}, {"mug": 4}).winners

    assert held.winners == ("bo", *(name for name in among if name in {"ada", "cy"}))


def test_a_prize_comes_to_its_winner_once_however_often_it_is_told():
    """An amount as an adjustment, whatever has a name as an activity that rules may reward."""
    rule = lc.Earn("mug", POINT(10), on=Visit, when=Visit.name.is_("mug"))
    people = {name: Member(program(rule), name) for name in ("ada", "bo")}
    held = drawing({"ada": 1, "bo": 1}, {POINT(500): 1, "mug": 1}, name="march")

    events = held.events(NOON, Visit)
    for member, event in (*events, *events):
        people[member].does(event)

    assert [member for member, _ in events] == list(held.winners)
    assert [people[name].has() for name in held.winners] == ["500", "10"]
    assert [event.id for _, event in events] == ["march 20260301T120000000000Z 1", "march 20260301T120000000000Z 2"]
    assert drawing(["ada"], {"mug": 1}).events(NOON) == (
        ("ada", lc.Activity("draw 20260301T120000000000Z 1", at=NOON, name="mug")),
    )


def test_a_seed_can_be_promised_by_its_hash():
    assert lc.hash_of("abc") == hashlib.sha256(b"abc").hexdigest()


@refusals.table(
    [
        (drawing, {"entrants": "ada"}, lc.InvalidValue),
        (drawing, {"entrants": 5}, lc.InvalidValue),
        (drawing, {"entrants": {"ada": 1.5}}, lc.InvalidValue),
        (drawing, {"entrants": {"ada": -1}}, lc.InvalidValue),
        (drawing, {"entrants": ["ada", "ada"]}, lc.InvalidValue),
        (drawing, {"entrants": [("a", 1, 1)]}, lc.InvalidValue),
        (drawing, {"entrants": range(ENTRANTS_MAX + 1)}, lc.InvalidValue),
        (drawing, {"prizes": {}}, lc.InvalidValue),
        (drawing, {"prizes": "mug"}, lc.InvalidValue),
        (drawing, {"prizes": 5}, lc.InvalidValue),
        (drawing, {"prizes": ["mug"]}, lc.InvalidValue),
        (drawing, {"prizes": {"mug": 0}}, lc.InvalidValue),
        (drawing, {"prizes": {"": 1}}, lc.InvalidValue),
        (drawing, {"prizes": {POINT(0): 1}}, lc.InvalidValue),
        (drawing, {"prizes": {"mug": PRIZES_MAX + 1}}, lc.InvalidValue),
        (drawing, {"prizes": [("mug", 1), ("mug", 2)]}, lc.InvalidValue),
        (drawing, {"seed": -1}, lc.InvalidValue),
        (drawing, {"seed": None}, lc.InvalidValue),
        (drawing, {"name": ""}, lc.InvalidValue),
        (drawing, {"again": 1}, lc.InvalidValue),
        (drawing, {"by": "dice"}, lc.InvalidValue),
        (drawing, {"by": lc.by_md5}, lc.InvalidValue),
        (drawing, {"by": lc.by_chances, "again": True}, lc.InvalidValue),
        (drawing, {"by": lc.by_shuffle, "entrants": ["ada"], "again": True}, lc.InvalidValue),
        (drawing, {"by": lc.by_md5, "entrants": range(2**16 + 1)}, lc.InvalidValue),
        (drawing(["ada"]).events, {"at": "today"}, lc.InvalidValue),
        (lc.hash_of, {"text": 5}, lc.InvalidValue),
    ]
)
def test_what_is_no_draw_is_refused(function, bad, error):
    refusals.check(function, bad, error)


# How probable it is to win.


def tried(entrants, prizes, *, again):
    """How probable each entrant's win is, by every order in which chances could be picked."""
    found = dict.fromkeys(entrants, Fraction(0))
    ways = [(tuple(name for name, number in entrants.items() for _ in range(number)), (), Fraction(1))]
    for _ in range(prizes):
        ways = [
            (
                (*left[:at], *left[at + 1 :]) if again else tuple(each for each in left if each != name),
                (*won, name),
                chance / len(left),
            )
            for left, won, chance in ways
            for at, name in enumerate(left)
        ] or ways
        if not ways[0][0]:
            break
    for _, won, chance in ways:
        for name in set(won):
            found[name] += chance
    return found


@given(st.dictionaries(st.integers(0, 9), st.integers(1, 3), min_size=1, max_size=3), st.integers(1, 4), st.booleans())
def test_a_win_is_as_probable_as_all_orders_of_picks_together_say(entrants, prizes, again):
    held = drawing(entrants, {"mug": prizes}, again=again)

    assert {name: held.probability(name) for name in entrants} == tried(entrants, prizes, again=again)


def test_a_win_is_as_probable_as_prizes_to_entrants_where_all_have_one_chance():
    for by in (lc.by_sha256, lc.by_md5, lc.by_shuffle):
        assert drawing(range(1, 251), {"car": 1, "mug": 9}, seed=5, by=by).probability(17) == Fraction(1, 25)


def test_whoever_has_no_chance_does_not_win_and_where_prizes_are_enough_all_others_do():
    assert drawing().probability("zoe") == 0
    assert drawing(again=True).probability("zoe") == 0
    assert drawing(["ada", "bo"]).probability("ada") == 1
    assert drawing({"ada": 2, "bo": 9}, again=True, prizes={"mug": 40}).probability("ada") == 1


def test_one_prize_among_very_many_different_chances_is_told_as_well():
    many = {number: number for number in range(1, 1001)}

    assert drawing(many, {"car": 1}).probability(1000) == Fraction(1000, 500_500)


MANY = {number: number for number in range(1, 300)}


@refusals.table(
    [
        (drawing(by=lc.by_chances).probability, {"entrant": "ada"}, lc.InvalidValue),
        (drawing().probability, {"entrant": 1.5}, lc.InvalidValue),
        (drawing(MANY, {"mug": 9}).probability, {"entrant": 5}, lc.InvalidValue),
        (
            drawing({"ada": 2, **dict.fromkeys(map(str, range(300)), 1)}, {"m": 101}).probability,
            {"entrant": "ada"},
            lc.InvalidValue,
        ),
    ]
)
def test_what_has_no_probability_that_can_be_told_is_refused(function, bad, error):
    refusals.check(function, bad, error)
