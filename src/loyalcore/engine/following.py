"""Following: what time and events bring about, compiled: ladders, ends of windows, and claims of rewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loyalcore.calendar import Zone
from loyalcore.causes import Cause, Expiring, TierCause
from loyalcore.chains import in_order
from loyalcore.engine.ascents import Ascent, PaidAscent
from loyalcore.engine.claiming import Asking, AtOnce, Automatic, Claimer, Saving, Watch
from loyalcore.engine.consequences import Closing, Consequence
from loyalcore.engine.posting import Poster
from loyalcore.engine.tiers import Climb, Rungs
from loyalcore.ladders import Ladder, at_once
from loyalcore.measures import Balance, Earned
from loyalcore.rewards import Reward
from loyalcore.rules import Earn
from loyalcore.terms import Terms

__all__ = ["Following", "following", "waited"]


class Following(NamedTuple):
    """Be what follows from events and from time: ladders, ends of windows that rules wait for, claims of rewards."""

    climbs: tuple[Rungs, ...]
    closings: tuple[Closing, ...]
    watches: tuple[Watch, ...]


def waited(terms: Terms) -> list[Cause]:
    """
    Return what raises rules and rewards besides events and expiry, each once, in the order of the rules.

    Behind them come the moments at which ladders are asked.
    """
    rules = [rule for rule in terms.rules if isinstance(rule, Earn | Reward)]
    causes = [rule.on for rule in rules if isinstance(rule.on, Cause) and not isinstance(rule.on, Expiring)]
    turns = [turn for ladder in terms.of_kind(Ladder) for turn in ladder.turns]
    return [*dict.fromkeys([*causes, *turns])]


def following(terms: Terms, zone: Zone, poster: Poster, program: str, automatic: Sequence[Automatic]) -> Following:
    """Compile what follows, with what it raises."""
    ladders: dict[str, Ladder] = {ladder.name: ladder for ladder in terms.of_kind(Ladder)}
    rules: dict[str, Earn] = {rule.name: rule for rule in terms.of_kind(Earn)}
    rewards = [each.reward for each in automatic]
    climbs = {name: _climb(terms, zone, ladders[name]) for name in in_order(ladders, rules, rewards)}
    claimers = [(each.reward.on, each.claimer) for each in automatic if each.claimer is not None]
    moved = {unit for each in automatic for unit in _moved(each.reward)}
    asked = [climb for name, climb in climbs.items() if moved & _climbed(ladders[name], (Balance,))]
    asking = Asking(asked)
    closings: list[Closing] = []
    for cause in waited(terms):
        consequence = Consequence(terms, poster, program, cause)
        consequence.feeds = [climb for name, climb in climbs.items() if consequence.units & _climbed(ladders[name])]
        consequence.asking = asking
        consequence.claimers = [claimer for on, claimer in claimers if on == cause]
        if isinstance(cause, TierCause):
            climbs[cause.ladder].raised.append((cause.change, frozenset(cause.tiers), consequence))
        else:
            assert not isinstance(cause, Expiring)  # noqa: S101 - nobody waits for that
            closings.append(Closing(zone, cause, consequence))
    for name, climb in climbs.items():
        climb.readers = [climbs[other] for other in climbs if name in ladders[other].reads]
        climb.poster = poster if poster.keeps(name) else None
        climb.general = climb.general or bool(climb.raised or climb.readers)
    watches = [*_watches(claimers, poster, asking), *([asking] if asked else [])]
    return Following(tuple(climbs.values()), tuple(closings), tuple(watches))


def _watches(claimers: Sequence[tuple[str | Cause, Claimer]], poster: Poster, asking: Asking) -> list[Watch]:
    """Return what claims with units that end, and whatever has brought them, where there is any such reward."""
    found: list[Watch] = []
    if saving := [claimer for on, claimer in claimers if isinstance(on, Expiring)]:
        found.append(Saving(saving, poster))
    if quick := [claimer for on, claimer in claimers if on == at_once]:
        found.append(AtOnce(quick, asking))
    return found


def _climb(terms: Terms, zone: Zone, ladder: Ladder) -> Rungs:
    if Climb.suits(ladder):
        return Climb(terms, zone, ladder)
    return (PaidAscent if ladder.spends else Ascent)(terms, zone, ladder)


def _climbed(ladder: Ladder, by: tuple[type[Balance | Earned], ...] = (Balance, Earned)) -> frozenset[str]:
    """Return the units by which a ladder climbs: their balance, or what was earned of them."""
    return frozenset(leaf.unit for leaf in ladder.measures if isinstance(leaf, by))


def _moved(reward: Reward) -> list[str]:
    """Return the units of which a reward changes the balance."""
    return [reward.cost.unit.name, *(issue.amount.unit.name for issue in reward.issues)]
