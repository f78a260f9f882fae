"""
Issuing: what lots are noted to be worth, and what a reward makes of those that it takes.

What a lot is worth is kept as money for so many units, so that what is cut off a lot, by limits, debt or spending,
changes nothing for the rest; of one purchase each unit is worth the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from loyalcore.calendar import Zone
from loyalcore.engine.earning import Posting, PurchaseCell, end_for
from loyalcore.engine.locating import pause_in
from loyalcore.engine.posting import Poster, lots_of, worth_in
from loyalcore.exchanges import Exchange
from loyalcore.issues import Issue
from loyalcore.ledger import Core
from loyalcore.limits import reject
from loyalcore.maturity import maturing
from loyalcore.rewards import Reward
from loyalcore.terms import Terms
from loyalcore.units import Amount
from loyalcore.worths import value_of

__all__ = ["Issuer"]


_Compiled = tuple[Amount, Callable[[Core, int], int] | None, Callable[[Core, int], int], bool]


class Issued:
    """Be what taking back asks of whoever gave units: a reward."""

    def __init__(self, name: str, unit: str, taking_back: str) -> None:
        self.name, self.unit, self.taking_back = name, unit, taking_back


class Issuer:
    """Say what units are worth, and give those that rewards give."""

    def __init__(self, terms: Terms, poster: Poster, zone: Zone) -> None:
        self._terms, self._poster = terms, poster
        self._money = (terms.currency.name, terms.currency.places)
        self._zone = zone
        #: What rewards give: amount, how long it waits, when it ends, and whether its life begins when it has waited.
        self._issues = {rule.name: [self._compiled(rule.issue)] for rule in terms.of_kind(Exchange)}
        #: What becomes of units that they gave and that were spent, where they have a policy of their own.
        own = {rule.name: rule.taking_back for kind in (Reward, Exchange) for rule in terms.of_kind(kind)}
        self._taking_back = {name: policy for name, policy in own.items() if policy not in (None, reject)}
        for reward in terms.of_kind(Reward):
            self._issues[reward.name] = [self._compiled(each) for each in reward.issues]

    def _compiled(self, issue: Issue) -> _Compiled:
        unit, ends = issue.amount.unit.name, None
        if issue.expires is not None:
            ends = end_for(self._terms, self._zone, issue.expires)
        waits = None if issue.pending is None else pause_in(self._zone, issue.pending)
        return issue.amount, waits, ends or partial(self._by_unit, unit), issue.expires_from == maturing

    def _by_unit(self, unit: str, core: Core, at: int) -> int:
        return self._poster.end(core, unit, at)

    def deem(self, core: Core, at: int, cause: int, lot: int, amount: int, units: int) -> None:
        """Record what a lot is worth, where that is not what is known of it."""
        _, _, before, per = core.worths.get(lot, ("", 0, 0, 0))
        if not per or before * units != amount * per:
            core.append(("worth", at, cause, lot, *self._money, amount, units))

    def deem_lot(
        self, core: Core, at: int, cause: int, lot: int, cell: Posting, case: tuple[Any, Any, int, Any]
    ) -> None:
        """Record what a lot opened in a cell is worth, where its rule says so of an event."""
        if isinstance(cell, PurchaseCell) and cell.worth is not None:
            self.deem(core, at, cause, lot, cell.worth(*case), cell.value(*case))

    def deem_again(self, core: Core, at: int, cause: int, purchase: int, deemed: dict[str, tuple[int, int]]) -> None:
        """Record what the lots of a purchase are worth by what is kept of it, rule by rule."""
        for rule, (amount, units) in deemed.items():
            for lot in lots_of(core, purchase, rule) if units else ():
                self.deem(core, at, cause, lot, amount, units)

    def follows(self, reward: Reward) -> Callable[..., None] | None:
        """Return what follows from spending on a reward, once or so many times, or None where nothing does."""
        return None if not reward.issues and reward.worth is None else partial(self.spent, reward)

    def spent(
        self, reward: Reward, core: Core, at: int, cause: int, times: int = 1, used_on: int | None = None
    ) -> None:
        """Let follow from the spending just recorded what the reward gives so many times, and what it is worth."""
        spending, issues = core.length - 1, self._issues[reward.name]
        value = self._value(core, spending, reward)
        for issue in issues:
            given = issue[0]
            lot = self._issue(core, at, cause, reward.name, issue, given.minor * times)
            if value is not None:
                self.deem(core, at, cause, lot, value, given.minor)
        if not issues and value is not None:
            value = value if used_on is None else min(value, used_on)
            core.append(("value", at, cause, reward.name, *self._money, value, spending))

    def exchanged(self, name: str, core: Core, at: int, cause: int, amount: int) -> None:
        """Let follow from the spending just recorded what an exchange gives: so much."""
        self._issue(core, at, cause, name, self._issues[name][0], amount)

    def _issue(self, core: Core, at: int, cause: int, rule: str, issue: _Compiled, amount: int) -> int:
        given, pending, end, from_maturing = issue
        usable = at if pending is None else pending(core, at)
        ends, waits = end(core, usable if from_maturing else at), usable if usable > core.now else None
        return self._poster.give(core, at, cause, rule, given.unit.name, amount, ends, waits)

    def _value(self, core: Core, spending: int, reward: Reward) -> int | None:
        if reward.worth is None:
            return None
        if isinstance(reward.worth, Amount):
            return reward.worth.minor
        _, _, _, _, unit, _, flat = core.row(spending)
        pieces = [(flat[place + 1], worth_in(core, flat[place])) for place in range(0, len(flat), 2)]
        return value_of(reward.worth, pieces, 10 ** self._terms.units[unit].places)

    def take_back(self, core: Core, at: int, fact: int, of: Any, lot: int) -> None:
        """Take back what a reward gave that is undone."""
        _, _, _, name, unit, amount, *_ = core.row(lot)
        policy = self._taking_back.get(name, self._terms.taking_back)
        self._poster.take_back(core, at, fact, Issued(name, unit, policy), amount, of, [lot])
