"""
Chains: what may follow from what within one moment, that it comes to an end, and that it is about what is there.

A tier that is entered raises rules, what they give may lift the member on another ladder, and that ladder may ask for
the tier of a third. No chain may come back to where it began; a ladder that spends its counter does so by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from loyalcore.burning import ORIGINS, Burn
from loyalcore.causes import Expiring, TierCause
from loyalcore.conditions import Condition, InTier
from loyalcore.dates import EventDate
from loyalcore.deductions import Deduct
from loyalcore.ends import Inactivity
from loyalcore.errors import InvalidProgram, shown
from loyalcore.exchanges import Exchange
from loyalcore.expiry import Expiry, Life, LifeByTier
from loyalcore.follow_ups import Raise
from loyalcore.ladders import Ladder
from loyalcore.lanes import Lanes, given_if
from loyalcore.lookups import Lookup, Product
from loyalcore.lotteries import Draw
from loyalcore.maturity import Until
from loyalcore.measures import Balance, Count, Earned, EventNumber, Measure, Over, Qualifying, Total
from loyalcore.migrations import Migration
from loyalcore.refusing import Refuse
from loyalcore.rewards import Reward, once, repeatedly
from loyalcore.rules import Earn
from loyalcore.schema import Number, Price
from loyalcore.streaks import Streak
from loyalcore.transfers import Transferable
from loyalcore.units import Amount, Unit
from loyalcore.vocabulary import Vocabulary, leaves
from loyalcore.windows import item

__all__ = [
    "check_burn",
    "check_expiry",
    "check_ladder",
    "check_life",
    "check_migrations",
    "check_raise",
    "check_raised",
    "check_refuse",
    "check_reward",
    "check_spared",
    "check_worths",
    "in_order",
]


def in_order(
    ladders: Mapping[str, Ladder], rules: Mapping[str, Earn], rewards: Iterable[Reward] = ()
) -> tuple[str, ...]:
    """Return the ladders, each behind those on which it depends; refuse chains that come back to where they began."""
    claimed = [each for each in rewards if isinstance(each.on, TierCause)]
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(ladders, ()))
    steps: dict[tuple[str, str], str] = {}
    for name, ladder in ladders.items():
        for other in sorted(ladder.reads):
            sorter.add(name, other)
            steps[other, name] = f"ladder {name} asks for a tier of {other}"
        climbed = {leaf.unit for leaf in ladder.measures if isinstance(leaf, Balance | Earned)}
        for rule in rules.values():
            if isinstance(rule.on, TierCause) and rule.gives.unit.name in climbed:
                sorter.add(name, rule.on.ladder)
                steps[rule.on.ladder, name] = (
                    f"rule {rule.name}, raised by ladder {rule.on.ladder}, gives {rule.gives.unit.name}, by which "
                    f"ladder {name} climbs"
                )
        for reward, raised in _moving(claimed, ladder):
            sorter.add(name, raised)
            steps[raised, name] = (
                f"reward {reward.name}, raised by ladder {raised}, moves the balance by which ladder {name} climbs"
            )
    try:
        return tuple(name for name in sorter.static_order() if name in ladders)
    except CycleError as error:
        circle = error.args[1]
        said = "; ".join(steps[pair] for pair in pairwise(circle) if pair in steps)
        raise InvalidProgram(
            f"what follows from a tier comes back to it: {said}; let the ladder count a unit that these rules do not "
            "give"
        ) from None


def _moving(rewards: Iterable[Reward], ladder: Ladder) -> Iterator[tuple[Reward, str]]:
    """Return the rewards that move a balance by which a ladder climbs, each with the ladder that raises it."""
    held = {leaf.unit for leaf in ladder.measures if isinstance(leaf, Balance)}
    for reward in rewards:
        gives = held & {issue.amount.unit.name for issue in reward.issues}
        # What a tier's own entry costs comes to an end with the balance.
        costs = reward.cost.unit.name in held and reward.on.ladder != ladder.name  # type: ignore[union-attr]
        if gives or costs:
            yield reward, reward.on.ladder  # type: ignore[union-attr]


def check_ladder(words: Vocabulary, ladder: Ladder) -> None:
    """Refuse what a ladder asks for in words that are none of the program."""
    if ladder.by is not None:
        words.dimension(ladder.by, None, f"ladder {ladder.name}")
    for tier, asked in (*ladder.tiers, *ladder.keep):
        what = f"tier {tier} of ladder {ladder.name}"
        if isinstance(asked, Condition):
            words.check_condition(asked, None, what)
        elif ladder.by is not None:
            words.check_threshold(asked, ladder.by, what)


def check_worths(rules: Iterable[object], lanes: Lanes, words: Vocabulary) -> None:
    """Refuse worths that are no money, or in lanes, of units that change hands, and automatic rewards without end."""
    deemed: dict[str, str] = {}
    costs = set[str]()
    rules = tuple(rules)
    idle = {
        rule.unit: rule.life.spares for rule in rules if isinstance(rule, Expiry) and isinstance(rule.life, Inactivity)
    }
    turns = {rule.unit: rule.into for rule in rules if isinstance(rule, Migration) and rule.into is not None}
    for rule in rules:
        if isinstance(rule, Earn) and rule.worth is not None:
            what = f"rule {rule.name}"
            if words.dimension(rule.worth, rule.kind, what) != words.currency.name:
                raise InvalidProgram(
                    f"{what} has units worth {shown(rule.worth)}, which is no money; take what is, as Line.net"
                )
            if odd := [
                leaf
                for leaf in leaves(rule.worth)
                if not isinstance(leaf, Total | EventNumber | Lookup | Product | Qualifying)
            ]:
                raise InvalidProgram(
                    f"{what} has units worth {shown(odd[0])}, which is not read from the event; take what is"
                )
            if lanes.outermost(rule.name) is not None:
                raise InvalidProgram(f"{what} says what its units are worth, but stands in a lane, which gives them")
            deemed[rule.gives.unit.name] = what
        elif isinstance(rule, Reward):
            _check_claimed(rule, costs, idle, turns)
            if rule.worth is not None:
                deemed |= {each.amount.unit.name: f"reward {rule.name}" for each in rule.issues}
    for rule in rules:
        if isinstance(rule, Transferable) and rule.unit.name in deemed:
            raise InvalidProgram(
                f"{rule.unit.name} changes hands, and by {deemed[rule.unit.name]} is worth what was paid for it, which "
                "another account does not know; leave one of them out"
            )


def _check_claimed(
    rule: Reward, costs: set[str], idle: Mapping[Unit, tuple[str, ...]], turns: Mapping[Unit, Unit]
) -> None:
    """Refuse a reward that is claimed by itself and gives what an earlier one costs; note what it costs."""
    if rule.claim not in (once, repeatedly):
        return
    own = rule.cost.unit
    for issued, unit in ((each, unit) for each in rule.issues for unit in _becoming(each.amount.unit, turns)):
        turned = "" if unit == issued.amount.unit else f", which turns into {unit.name}"
        if unit == own and unit in idle and rule.name not in idle[unit]:
            raise InvalidProgram(
                f"reward {rule.name} renews {unit.name}, all of which end together after some time without activity; "
                f"what is renewed has an end of its own, spares=[{rule.name!r}]"
            )
        # What ends is all that a renewal takes, so what it gives waits for another end.
        if unit.name in costs or (unit == own and not isinstance(rule.on, Expiring)):
            raise InvalidProgram(
                f"reward {rule.name} is claimed by itself and gives {issued.amount}{turned}, which an earlier one "
                "costs; put that behind it"
            )
    costs.add(own.name)


def _becoming(unit: Unit, turns: Mapping[Unit, Unit]) -> list[Unit]:
    """Return a unit and all that migrations make of it, one after the other."""
    found = [unit]
    while (becomes := turns.get(found[-1])) is not None and becomes not in found:
        found.append(becomes)
    return found


def check_reward(words: Vocabulary, rule: Reward) -> None:
    """Refuse a reward that is claimed, lives or is worth in other words than the program's."""
    what = f"reward {rule.name}"
    if isinstance(rule.on, TierCause):
        words.check_tiers(rule.on.ladder, rule.on.tiers, what)
    for each in rule.issues:
        check_life(words, each.expires, what)
    if isinstance(rule.worth, Amount) and rule.worth.unit != words.currency:
        raise InvalidProgram(f"{what} is worth {rule.worth}, but the program's currency is {words.currency!r}")


def check_expiry(words: Vocabulary, rule: Draw | Expiry | Streak, lanes: Lanes) -> None:
    """Refuse an expiry, a streak or a draw that names what is not there."""
    if isinstance(rule, Streak):
        _check_streak(words, rule, lanes)
        return
    if isinstance(rule, Draw):
        _check_draw(words, rule)
        return
    if isinstance(rule.unless, InTier):
        words.check_tiers(rule.unless.ladder, rule.unless.tiers, rule.name)
    check_life(words, rule.life, rule.name)
    for name in rule.life.rules if isinstance(rule.life, Inactivity) else ():
        if name not in lanes.giving():
            raise InvalidProgram(
                f"{rule.name} is put off by what {name!r} gives, which is no rule, and no outermost lane, that gives "
                "units; name one that does"
            )


def _check_draw(words: Vocabulary, rule: Draw) -> None:
    """Refuse a draw whose chances are read from an event: it is held at a moment."""
    words.check_condition(rule.when, "redemption", f"draw {rule.name}")
    words.dimension(rule.chances, None, f"draw {rule.name}")
    if odd := [leaf for leaf in leaves(rule.chances) if not isinstance(leaf, Over | Earned | Balance)]:
        raise InvalidProgram(
            f"draw {rule.name} has chances by {shown(odd[0])}, which is no history; write Order.net.over(month), "
            "POINT.balance, or a number"
        )


def _check_streak(words: Vocabulary, rule: Streak, lanes: Lanes) -> None:
    """Refuse a streak of what no rule gives, and one that is let pass by what there is not."""
    words.check_condition(rule.unless, "redemption", f"the {rule.name}")
    words.dimension(rule.counted, None, f"the {rule.name}")
    for unit in rule.units:
        if not any(earn.gives.unit == unit for earn in lanes.earns.values()):
            raise InvalidProgram(f"the {rule.name} ends {unit.name}, which no rule gives; add one that does")


def check_life(words: Vocabulary, life: Life | EventDate | None, what: str) -> None:
    """Refuse a life by tiers that are not there."""
    if isinstance(life, LifeByTier):
        words.check_tiers(life.ladder, [tier for tier, _ in life.lives], what)


def check_migrations(rules: Iterable[Migration]) -> None:
    """Refuse units that turn into others which turn back into them."""
    turns: dict[str, str] = {}
    for rule in rules:
        if rule.into is not None:
            turns[rule.unit.name] = rule.into.name
    for first in turns:
        unit, seen = first, {first}
        while (unit := turns.get(unit, "")) and unit not in seen:
            seen.add(unit)
        if unit == first:
            raise InvalidProgram(
                f"migration of {first} comes back to it, by {', '.join(sorted(seen))}; let one of these stay as it is"
            )


def check_raised(words: Vocabulary, rule: Earn, parts: list[Measure]) -> None:
    """Refuse of a rule raised by what became of the member what only events have."""
    what = f"rule {rule.name}"
    if isinstance(rule.on, TierCause):
        words.check_tiers(rule.on.ladder, rule.on.tiers, what)
    if rule.where is not None or rule.stage == item or any(limit.per == item for limit in rule.limit):
        raise InvalidProgram(f"{what} picks items, but is raised by no purchase; leave out where=, stage= and item")
    if rule.budget is not None or isinstance(rule.pending, Until):
        raise InvalidProgram(f"{what} is raised by no event, so that it draws on no budget and waits for none")
    if odd := [leaf for leaf in parts if not isinstance(leaf, Over | Earned | Balance | Count)]:
        raise InvalidProgram(
            f"{what} gives by {shown(odd[0])}, but is raised by no event; give an amount, or by a history such as "
            "Order.net.over(year)"
        )


def check_burn(rule: Burn, giving: Mapping[str, Unit], ladders: Iterable[Ladder]) -> None:
    """Refuse an order of what nobody gives, or of a counter that a ladder spends."""
    for name in rule.ranks:
        if name not in ORIGINS and giving.get(name) != rule.unit:
            raise InvalidProgram(
                f"{rule.name} begins with what {name!r} gives, which is no rule, and no outermost lane, that gives "
                f"{rule.unit.name}; name one that does, or {', '.join(ORIGINS)}"
            )
    for ladder in ladders:
        if ladder.spends and isinstance(ladder.by, Balance) and ladder.by.unit == rule.unit.name:
            raise InvalidProgram(
                f"{rule.name} is of what ladder {ladder.name} spends, soonest to end first; leave it out"
            )


def check_spared(rule: Expiry, giving: Mapping[str, Unit], others: Iterable[object]) -> None:
    """Refuse an inactivity that spares what nobody gives."""
    named = {(name, unit) for name, unit in giving.items()}
    for each in others:
        if isinstance(each, Reward):
            named |= {(each.name, issue.amount.unit) for issue in each.issues}
        elif isinstance(each, Exchange):
            named.add((each.name, each.issue.amount.unit))
        elif isinstance(each, Migration) and each.into is not None:
            named.add((each.name, each.into))
    for name in rule.life.spares if isinstance(rule.life, Inactivity) else ():
        if name not in ORIGINS and (name, rule.unit) not in named:
            raise InvalidProgram(
                f"{rule.name} spares what {name!r} gives, which is no rule, no outermost lane, no reward, no exchange "
                f"and no migration that gives {rule.unit.name}; name one that does, or {', '.join(ORIGINS)}"
            )


def check_raise(words: Vocabulary, rule: Raise) -> None:
    """Refuse a follow-up that asks for, or carries, what the program's events do not have."""
    what = f"rule {rule.name}"
    words.check_condition(rule.when, rule.on, what)
    words.check_account(rule.to, rule.on, what)
    carried = dict(rule.values)
    for name, measure in rule.values:
        if isinstance(measure, Over | Earned | Balance):
            raise InvalidProgram(f"{what} carries {shown(measure)}, which no return can undo; carry what the event has")
        declared = words.activities.get(name)
        if not isinstance(declared, Number | Price):
            raise InvalidProgram(f"{what} carries {name!r}, a number that no activity declares; add it to the class")
        unit = words.currency.name if isinstance(declared, Price) else None
        if words.dimension(measure, rule.on, what) != unit:
            raise InvalidProgram(f"{what} carries {name!r} in another unit than activities have it; carry what fits")
    for name, declared in words.activities.fields:
        if declared.missing is None and name not in carried:
            raise InvalidProgram(f"{what} raises an activity without {name!r}; carry it, or declare it with missing=")


def check_refuse(words: Vocabulary, rule: Refuse) -> None:
    """Refuse a rule that asks for what events of its kind do not have, or for what they are given."""
    what = f"rule {rule.name}"
    words.check_condition(rule.when, rule.on, what)
    if [*given_if(rule.when)]:
        raise InvalidProgram(f"{what} asks what rules give for an event before it is one; ask for what the event has")


def check_deduct(words: Vocabulary, rule: Deduct) -> None:
    """Refuse a rule that takes by what no activity has, or money as if it were units."""
    what = f"rule {rule.name}"
    words.check_condition(rule.when, "activity", what)
    if (measured := words.dimension(rule.takes.measure, "activity", what)) is not None:
        raise InvalidProgram(f"{what} takes {measured} as if it were {rule.takes.unit.name}; say at what rate, .per(…)")
    if not [*leaves(rule.takes.measure)]:
        raise InvalidProgram(f"{what} takes by nothing that is read from an activity; take an amount such as POINT(25)")
