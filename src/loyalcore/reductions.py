"""
Reductions: discounts as a program has them, in its words and its currency.

What a discount goes by is what is bought; what it may ask of the member, it asks with its condition.
"""

from __future__ import annotations

from fractions import Fraction

from loyalcore.awards import Given
from loyalcore.conditions import TextOf
from loyalcore.discounts import Apiece, AtPrice, Discount, is_of_pieces
from loyalcore.errors import InvalidProgram, shown
from loyalcore.lanes import given_if
from loyalcore.measures import Balance, Earned, Ordinal, Over
from loyalcore.rules import Lane
from loyalcore.units import Accrual, Amount
from loyalcore.vocabulary import Vocabulary, leaves
from loyalcore.windows import item

__all__ = ["check_discount"]


def check_discount(words: Vocabulary, rule: Discount | Lane) -> None:
    """Refuse a discount, or a lane of such, that is in other words or another currency than the program's."""
    what = f"discount {rule.name}"
    found = _numbers(rule)
    for each in found:
        if each.unit != words.currency:
            raise InvalidProgram(f"{what} is in {shown(each)}, but the program's currency is {words.currency!r}")
    if isinstance(rule, Discount):
        _check_asked(words, rule, what)
        if rule.of is not None and isinstance(rule.of.number, Accrual):
            found.append(rule.of.number)
    found += [limit.most for limit in rule.limit if is_of_pieces(limit) and not isinstance(limit.most, int)]
    for each in found:
        if isinstance(each, Accrual):
            _check_accrual(words, each, what)
    if rule.budget is not None:
        words.check_account(rule.budget.account, "purchase", f"the budget of {what}")
    for limit in rule.limit:
        if limit.per == item and isinstance(limit.most, Accrual):
            raise InvalidProgram(
                f"{what} is limited per item by what is bought; limit it by an amount, or per purchase"
            )


def _numbers(rule: Discount | Lane) -> list[Amount | Accrual]:
    """Return the money that a discount names."""
    found = [limit.most for limit in rule.limit if not isinstance(limit.most, int) and not is_of_pieces(limit)]
    if isinstance(rule, Discount) and not isinstance(rule.off, Fraction):
        found.append(rule.off.amount if isinstance(rule.off, Apiece | AtPrice) else rule.off)
    return found


def _check_asked(words: Vocabulary, rule: Discount, what: str) -> None:
    words.check_condition(rule.when, "purchase", what)
    words.check_condition(rule.where, "purchase", what)
    if [*given_if(rule.when)]:
        raise InvalidProgram(f"{what} asks what rules give for the purchase, which depends on what it takes off")
    parts = () if rule.of is None or isinstance(rule.of.of, int) else rule.of.of or ()
    for condition, _ in parts:
        words.check_condition(condition, "purchase", f"a set of {what}")
    if rule.of is not None and isinstance(rule.of.each, TextOf):
        words.check_text(rule.of.each, "purchase", f"what is chosen by {what}")
    words.check_price(rule.cost, what)
    words.check_account(rule.stock, "purchase", f"the stock of {what}")


def _check_accrual(words: Vocabulary, accrual: Accrual, what: str) -> None:
    if (measured := words.dimension(accrual.measure, "purchase", what)) is not None:
        raise InvalidProgram(f"{what} takes {measured} as {accrual.unit.name}; say at what rate, with .per(…)")
    for leaf in leaves(accrual.measure):
        if isinstance(leaf, Over | Earned | Balance | Ordinal | Given):
            raise InvalidProgram(f"{what} goes by {shown(leaf)}; go by what is bought, and ask for it with when=")
