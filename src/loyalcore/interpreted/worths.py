"""
Worths: what the units of lots are worth, in money, and what a reward makes of that.

What is known of a lot is a ratio, money for so many units: so what is cut off it, or spent, changes nothing for the
rest.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from loyalcore.deductions import Deduct
from loyalcore.discounts import Discount
from loyalcore.errors import InvalidValue
from loyalcore.exchanges import Exchange, Offer
from loyalcore.interpreted.awards import Grant
from loyalcore.interpreted.editions import Edition
from loyalcore.interpreted.giving import gives
from loyalcore.interpreted.holdings import Holdings, pairs
from loyalcore.interpreted.lives import end_by_policy, end_of_life, waited
from loyalcore.interpreted.postings import give, lots_of, restore, take_from
from loyalcore.interpreted.questions import Case, holds, read, shaped, weight
from loyalcore.interpreted.stretches import cells
from loyalcore.issues import Issue
from loyalcore.limits import reject
from loyalcore.lookups import Product
from loyalcore.maturity import maturing
from loyalcore.measures import Measure, Qualifying, Total
from loyalcore.openings import Opening
from loyalcore.rewards import Reward
from loyalcore.rules import Earn
from loyalcore.terms import Terms
from loyalcore.transfers import keep
from loyalcore.units import Amount
from loyalcore.worths import average, lowest

__all__ = [
    "check_worths",
    "deem_again",
    "deem_given",
    "deem_opened",
    "follow_spending",
    "give_issue",
    "give_spent",
    "take_back_given",
]


# What a rule says that its units are worth.


def _worth_of(rule: Earn, case: Case) -> int:
    """Return what the units are worth that a rule gives for an event, in smallest parts of money, rounded down."""
    assert rule.worth is not None  # noqa: S101 - asked of rules that say so

    def leaf(measure: Measure) -> Fraction:
        if isinstance(measure, Product | Qualifying):
            return leaf(measure.measure) * weight(measure, case)
        if not isinstance(measure, Total):
            return read(measure, case)
        wanted = [each for each in case.by_item() if holds(measure.where, each) and holds(rule.where, each)]
        return sum((each.number("item", measure.name) for each in wanted), Fraction(0))

    parts: int = math.floor(shaped(rule.worth, leaf) * 10**case.terms.currency.places)
    return max(0, parts)


def _deem(held: Holdings, terms: Terms, at: int, cause: int, lot: int, amount: int, units: int) -> None:
    """Record what a lot is worth, where that is not what is known of it."""
    if held.worths.get(lot) != Fraction(amount, units):
        held.record(("worth", at, cause, lot, terms.currency.name, terms.currency.places, amount, units))


def deem_given(held: Holdings, at: int, cause: int, grant: Grant, case: Case) -> None:
    """Record what the lot is worth that was just given for an event, if its rule says so."""
    cell = grant.cell
    if grant.amount > 0 and cell.rule.worth is not None and cell.window is None:
        _deem(held, cell.terms, at, cause, held.newest, _worth_of(cell.rule, case), gives(cell.name, case))


def deem_again(held: Holdings, judging: Edition, at: int, cause: int, purchase: int, case: Case) -> None:
    """Record what the lots of a purchase are worth by what is kept of it, the *case*, rule by rule."""
    for cell in cells(judging, case.kind):
        if cell.rule.worth is None or cell.window is not None or not (units := gives(cell.name, case)):
            continue
        for lot in lots_of(held, cell.name, purchase):
            _deem(held, cell.terms, at, cause, lot, _worth_of(cell.rule, case), units)


# What a host says.


def check_worths(terms: Terms, event: Opening) -> None:
    """Refuse worths that are no money of the program."""
    for lot in event.lots:
        if lot.worth is not None and lot.worth.unit != terms.currency:
            raise InvalidValue(f"a lot of opening {event.id!r} is worth {lot.worth}, not {terms.currency!r}")


def deem_opened(held: Holdings, terms: Terms, at: int, cause: int, content: dict[str, Any], opened: list[int]) -> None:
    """Record what the lots of an opening are worth, where it says so."""
    for (place, _), (_, worth) in pairs(pairs(content.get("worths", ()))):
        _deem(held, terms, at, cause, opened[place], worth, held.rows[opened[place]][5])


# What a reward makes of the units that it takes.


def _value(held: Holdings, terms: Terms, reward: Reward, spending: int) -> int | None:
    """Return what a reward is worth that takes the units of a spending, rounded down; None where it does not say."""
    if reward.worth is None:
        return None
    if isinstance(reward.worth, Amount):
        return reward.worth.minor
    _, _, _, _, unit, amount, pieces = held.rows[spending]
    one: int = 10 ** terms.units[unit].places
    each = [(size, held.worths.get(lot, Fraction(0))) for lot, size in pairs(pieces)]
    if reward.worth == lowest:
        return math.floor(min(worth for _, worth in each) * one)
    total = sum((size * worth for size, worth in each), Fraction(0))
    return math.floor(total * one / amount if reward.worth == average else total)


def follow_spending(
    held: Holdings, terms: Terms, reward: Reward, at: int, cause: int, times: int = 1, used_on: int | None = None
) -> None:
    """Give what a reward gives so many times for the spending just recorded, or say what that was worth."""
    spending, name = len(held.rows) - 1, reward.name
    value = _value(held, terms, reward, spending)
    for issue in reward.issues:
        give_issue(held, terms, issue, name, at, cause, issue.amount.minor * times)
        if value is not None:
            _deem(held, terms, at, cause, held.newest, value, issue.amount.minor)
    if not reward.issues and value is not None:
        value = value if used_on is None else min(value, used_on)
        held.record(("value", at, cause, name, terms.currency.name, terms.currency.places, value, spending))


def give_issue(held: Holdings, terms: Terms, issue: Issue, name: str, at: int, cause: int, amount: int) -> None:
    """Give so many units by the terms of an issue."""
    unit, life = issue.amount.unit.name, issue.expires
    usable = at if issue.pending is None else waited(issue.pending, held, terms, at)
    since, waits = usable if issue.expires_from == maturing else at, usable if usable > held.now else None
    ends = end_by_policy(held, terms, unit, since) if life is None else end_of_life(life, held, terms, since)
    give(held, at, cause, name, unit, amount, ends, waits)


def give_spent(held: Holdings, terms: Terms, at: int, cause: int, spent: tuple[Any, ...]) -> None:
    """Give back what was spent on a rule: into its lots, or anew, as one lot that is worth what its pieces were."""
    _, _, _, name, unit, amount, pieces = spent
    rule = next((each for each in terms.rules if each.name == name), None)
    # What a version does not know, which did not judge it, keeps its ends.
    renews = isinstance(rule, Offer | Discount | Deduct) and (rule.giving_back or terms.giving_back) != keep
    if not renews or not amount:
        restore(held, at, cause, spent)
        return
    worth = sum((size * held.worths.get(lot, Fraction(0)) for lot, size in pairs(pieces)), Fraction(0))
    give(held, at, cause, name, unit, amount, end_by_policy(held, terms, unit, at))
    if worth >= 1:
        _deem(held, terms, at, cause, held.newest, math.floor(worth), amount)


def take_back_given(held: Holdings, terms: Terms, at: int, cause: int, lot: int, of: Any) -> None:
    """Take back what a reward gave in a lot that is undone, by its policy or else that of the program."""
    _, _, _, name, unit, amount, *_ = held.rows[lot]
    returns = held.returns(of)
    taken = [
        row
        for row in held.rows
        if row[0] == "take" and row[2] in returns and (row[3:5], row[10]) == ((name, unit), None)
    ]
    own = next(
        (each.taking_back for each in terms.rules if isinstance(each, Reward | Exchange) and each.name == name), None
    )
    policy = terms.taking_back if own in (None, reject) else own
    take_from(held, at, cause, (name, unit, policy), amount, [lot], taken, None)
