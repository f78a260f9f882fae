"""
The engine: a program and an account and an event in, entries out.

Every event goes one way: jobs that are due, judging, the fact, its postings, and the consequences (tiers, automatic
rewards). Judging never changes anything; recording never judges.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

from attrs import evolve

from loyalcore.calendar import zone
from loyalcore.discounts import Discount
from loyalcore.engine.access import access, prices
from loyalcore.engine.allowances import allowances
from loyalcore.engine.claiming import Automatic, Claimer, is_plain
from loyalcore.engine.columns import Columns
from loyalcore.engine.consequences import Closing
from loyalcore.engine.discounting import Discounting
from loyalcore.engine.earning import Changes, PurchaseCell
from loyalcore.engine.following import Following, following
from loyalcore.engine.forms import Reading
from loyalcore.engine.issuing import Issuer
from loyalcore.engine.jobs import Follower, advance, next_due, settle
from loyalcore.engine.judge import tally_of
from loyalcore.engine.locating import tallied
from loyalcore.engine.maturing import Awaited
from loyalcore.engine.migrating import Migrating
from loyalcore.engine.plan import KindPlan, canonical_columns, histories, zone_texts
from loyalcore.engine.posting import Poster
from loyalcore.engine.raising import raiser
from loyalcore.engine.recorder import Recorder, given_reading
from loyalcore.engine.refusing import refusing
from loyalcore.engine.resuming import Resuming
from loyalcore.engine.rooms import sharing
from loyalcore.engine.runs import Run
from loyalcore.engine.tiers import Rungs
from loyalcore.engine.worth import Worth, table_of
from loyalcore.entries import Row
from loyalcore.errors import UnknownProgram
from loyalcore.exchanges import Exchange, Offer
from loyalcore.ledger import Core
from loyalcore.measures import Earned, Over
from loyalcore.migrations import Migration
from loyalcore.rewards import Pay, Reward, asked
from loyalcore.streaks import Streak
from loyalcore.terms import Terms
from loyalcore.transfers import Transferable

__all__ = ["Engine"]


class Engine:
    """Be a program compiled: the verbs behind `loyalcore.Program`."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.zone = zone(terms.timezone)
        self.poster = Poster(terms, self.zone)
        self.issuer = Issuer(terms, self.poster, self.zone)
        self.rewards: dict[str, Offer] = {
            rule.name: rule
            for rule in terms.of_kind((Reward, Pay, Exchange))  # type: ignore[arg-type]
        }
        self.access = access(terms)
        self.prices = prices(terms)
        #: What the terms refuse, by kind of event.
        self.refuses = refusing(terms)
        #: Whether units are spent on purchases: what is paid with points, and what discounts cost.
        self.pays = any(isinstance(rule, Pay) for rule in self.rewards.values())
        self.pays = self.pays or any(rule.cost is not None for rule in terms.of_kind(Discount))
        #: What of these goes back with a part of a purchase, by rule.
        self.on_return = {rule.name: rule.on_return for kind in (Pay, Discount) for rule in terms.of_kind(kind)}
        #: How members may give units away, by unit.
        self.transfers: dict[str, Transferable] = {rule.unit.name: rule for rule in terms.of_kind(Transferable)}
        #: What limits the requests of members, by what they ask for.
        self.allowances = {
            name: allowances(self.zone, name, [(limit, sharing(terms, name, limit)) for limit in rule.limit])
            for name, rule in (*self.rewards.items(), *((rule.name, rule) for rule in self.transfers.values()))
            if rule.limit
        }
        #: What limits on what pays count, by name: of which rule, and whether it is times.
        self.paid = {
            allowance.tally: (name, allowance.times)
            for name, rule in self.rewards.items()
            if isinstance(rule, Pay)
            for allowance in self.allowances.get(name, ())
            if allowance.tally
        }
        #: The texts of events, and the settings of members, that have to name zones.
        self.zone_texts = frozenset((text.of, text.name) for text in zone_texts(terms))
        #: Recorders of rows of hosts, by how those are bound.
        self.bound: dict[Any, Recorder] = {}
        #: Who asks the rules for reasons, by kind of event.
        self.inquiries: dict[str, Any] = {}
        #: Plans and readings of rows that are priced, by how those are bound.
        self.priced: dict[Any, tuple[KindPlan, Reading]] = {}

    # What not every question needs is made when it is asked for: a program may have thousands of rules.

    @cached_property
    def hash(self) -> str:
        """Return what entries call the program."""
        return self.terms.hash

    @cached_property
    def automatic(self) -> tuple[Automatic, ...]:
        """Return the rewards that nobody has to ask for."""
        return tuple(map(self._automatic, (each for each in self.terms.of_kind(Reward) if each.claim != asked)))

    def _automatic(self, reward: Reward) -> Automatic:
        name, follow = reward.name, self.issuer.follows(reward)
        if is_plain(reward):
            return Automatic(reward, follow, None)
        terms = (self.access.get(name), self.prices.get(name), self.allowances.get(name, ()))
        return Automatic(reward, follow, Claimer(reward, follow, self.poster, self.hash, *terms))

    @cached_property
    def following(self) -> Following:
        """Return ladders, ends of windows that rules wait for, and what claims rewards."""
        return following(self.terms, self.zone, self.poster, self.hash, self.automatic)

    @property
    def climbs(self) -> tuple[Rungs, ...]:
        """Return the ladders."""
        return self.following.climbs

    @property
    def closings(self) -> tuple[Closing, ...]:
        """Return the windows whose end, or start, rules wait for."""
        return self.following.closings

    @cached_property
    def raises(self) -> bool:
        """Tell whether what becomes of a member raises rules."""
        climbs, closings, watches = self.following
        return bool(closings or watches or self.migrations) or any(climb.raised for climb in climbs)

    @cached_property
    def migrations(self) -> tuple[Migrating, ...]:
        """Return what turns units into others, or forfeits them."""
        rules = self.terms.of_kind(Migration)
        return tuple(Migrating(rule, self.poster, self.hash, self.terms.taking_back) for rule in rules)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Return the streaks."""
        return tuple(Run(self.terms, self.zone, self.poster, streak) for streak in self.terms.of_kind(Streak))

    @cached_property
    def followers(self) -> tuple[Follower, ...]:
        """Return what time and events bring about: migrations, ends of windows, streaks, tiers, starts, rewards."""
        climbs, closings, watches = self.following
        ends = [each for each in closings if each.ends]
        starts = [each for each in closings if not each.ends]
        resuming = [Resuming(lambda core: settle(core, self.followers))] if self.poster.suspended else []
        return (*self.migrations, *ends, *self.runs, *climbs, *resuming, *starts, *watches)

    @cached_property
    def plans(self) -> dict[str, KindPlan]:
        """Return the rules compiled for each kind of event that earns, as entries keep it."""
        return {
            kind: self.plan_for(kind, *canonical_columns(self.terms, kind))
            for kind in ("purchase", "activity", "enrolment")
        }

    @cached_property
    def budgets(self) -> dict[str, list[tuple[str, Any]]]:
        """Return the cells that give from an account, and that account, by kind of event."""
        found = {
            kind: [
                (cell.name, cell.budget.account)
                for cell in plan.cells
                if isinstance(cell, PurchaseCell) and cell.budget is not None
            ]
            for kind, plan in self.plans.items()
        }
        return {kind: cells for kind, cells in found.items() if cells}

    @cached_property
    def shares(self) -> bool:
        """Tell whether some decision takes other accounts."""
        stocked = any(isinstance(reward, Reward) and reward.stock is not None for reward in self.rewards.values())
        stocked = stocked or any(self.terms.lanes.account_of(name) is not None for name in self.terms.lanes.discounts)
        return stocked or bool(self.transfers or self.budgets)

    @cached_property
    def awaited(self) -> Awaited:
        """Return what units wait for."""
        return Awaited(self.terms, self.zone, self.plans["purchase"])

    @cached_property
    def discounting(self) -> Discounting:
        """Return the discounts."""
        return Discounting(self.terms)

    @cached_property
    def recorders(self) -> dict[str, Recorder]:
        """Return what judges and records events of each kind that earns."""
        return {
            kind: self.recorder(plan, kind, given_reading(len(plan.judge.event.by_name)))
            for kind, plan in self.plans.items()
        }

    @cached_property
    def record(self) -> dict[str, Callable[..., Any]]:
        """Return what judges and records an event of each kind that earns, and answers with the sums over items."""
        return {kind: recorder.record for kind, recorder in self.recorders.items()}

    @cached_property
    def tallies(self) -> dict[Over | Earned, tuple[str, int, str | None]]:
        """Return what is tallied: how entries call it, in what parts, and of what unit."""
        return {
            measure: (*tally_of(self.terms, measure), self.terms.vocabulary.dimension(measure, None, "a tally"))
            for asked_for in histories(self.terms)
            for measure in (asked_for, evolve(asked_for, window=tallied(asked_for.window)))
        }

    def adopt(self) -> None:
        """Take from others what is not this program's own, before anything is compiled; a version of a book does."""

    def counted_since(self, measure: Over | Earned) -> int | None:
        """Return since when a history is counted where that is not from the beginning: a version may begin it."""
        del measure
        return None

    def plan_for(self, kind: str, items: Columns, event: Columns) -> KindPlan:
        """Compile the rules for one kind of event in the host's own shape."""
        return KindPlan(self.terms, kind, items, event)

    def climb(self, ladder: str) -> Rungs:
        """Return a ladder of the program, compiled."""
        return next(climb for climb in self.climbs if climb.name == ladder)

    def advance(self, core: Core, to: int) -> None:
        """Do everything that is due until a moment."""
        if core.due <= to:
            advance(core, self.followers, to)

    def next_due(self, core: Core) -> int:
        """Return the next moment at which `advance` has something to record."""
        return next_due(core, self.followers)

    def recorder(self, plan: KindPlan, kind: str, reading: Reading) -> Recorder:
        """Compile what judges and records events of a kind, read in some way."""
        own = self.plans[kind]
        follows = partial(raiser, own) if own.raises else None
        automatic = [each for each in self.automatic if each.reward.on == kind]
        return Recorder(plan, kind, reading, self.poster, self.followers, automatic, self.issuer, self.hash, follows)

    # What was judged before.

    def original(
        self, core: Core, seq: int, *, content: bool = True, what: str = "purchase", later: str = "return"
    ) -> Row:
        """Return the fact of a purchase that this program judged, without its *content* where that is cheaper."""
        return self.check_judged(core.row(seq, content=content), what, later)

    def check_judged(self, row: Row, what: str = "purchase", later: str = "return") -> Row:
        """Refuse a fact that another program judged."""
        if row[8] != self.hash:
            raise UnknownProgram(
                f"{what} {row[2]!r} was judged by program {row[8]}, not by {self.terms.name} {self.terms.version} "
                f"({self.hash}); decide its {later} with the program that judged it"
            )
        return row

    def recorded(self, core: Core, seq: int, purchase: Row, awards: dict[str, int]) -> Worth:
        """Return what the purchase at a position was worth when it was judged, from its own rows."""
        del core, seq
        earned = {tally.name for tally in self.plans[purchase[0]].earned}
        sums = {key: amount for key, amount in table_of(purchase[5]).items() if key[0] not in earned}
        slides = {key: amount for key, amount in table_of(purchase[6]).items() if key[0] not in earned}
        return Worth(awards, sums, slides)

    # Other events.

    def fact(
        self,
        core: Core,
        kind: str,
        at: int,
        now: int,
        id_: Any,
        content: Any,
        changes: Changes | None = None,
        frozen: tuple[Any, ...] = (),
    ) -> int:
        """Record a fact that earns nothing, and what it changes in tallies; return its position."""
        core.now = max(core.now, now)
        sums, slides = ((), ()) if changes is None else (tuple(changes.sums), tuple(changes.slides))
        core.append((kind, at, id_, content, frozen, sums, slides, core.now, self.hash))
        return core.length - 1

    def settle(self, core: Core, cause: int) -> None:
        """Bring tiers and jobs up to date after an event."""
        settle(core, self.followers)
        for follower in self.followers:
            follower.after_event(core, cause)
