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
from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell
from loyalcore.engine.following import Following, following
from loyalcore.engine.forms import Reading
from loyalcore.engine.granted import awards_of, change_of, rising
from loyalcore.engine.issuing import Issuer
from loyalcore.engine.jobs import Follower, advance, next_due
from loyalcore.engine.judge import tally_of
from loyalcore.engine.kept import Kept, kept_of, net_of, scaled
from loyalcore.engine.locating import tallied
from loyalcore.engine.maturing import Awaited
from loyalcore.engine.migrating import Migrating
from loyalcore.engine.plan import KindPlan, canonical_columns, histories, zone_texts
from loyalcore.engine.posting import Poster, lots_of
from loyalcore.engine.raising import raiser, reconsider
from loyalcore.engine.recorder import Recorder, given_reading
from loyalcore.engine.refusing import refusing
from loyalcore.engine.resuming import Resuming
from loyalcore.engine.rooms import sharing
from loyalcore.engine.runs import Run
from loyalcore.engine.tenders import is_tendered, less_points, points_back
from loyalcore.engine.tiers import Rungs
from loyalcore.engine.worth import Worth, table_of, undoing, used_by
from loyalcore.entries import Row
from loyalcore.errors import UnknownProgram
from loyalcore.exchanges import Exchange, Offer
from loyalcore.ledger import Core
from loyalcore.measures import Earned, Over
from loyalcore.migrations import Migration
from loyalcore.rewards import Pay, Reward, asked
from loyalcore.streaks import Streak
from loyalcore.terms import Terms
from loyalcore.trace import caused, position, trace
from loyalcore.transfers import Transferable

__all__ = ["Engine", "Grant"]

_NOTHING: tuple[Any, ...] = ()

#: A cell, what it gives or takes back, the start of its window where it is a window's, and as of when it gives.
Grant = tuple[PurchaseCell | WindowCell, int, int | None, int]


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
        #: How members may give units away, by unit.
        self.transfers: dict[str, Transferable] = {rule.unit.name: rule for rule in terms.of_kind(Transferable)}
        #: What limits the requests of members, by what they ask for.
        self.allowances = {
            name: allowances(self.zone, name, [(limit, sharing(terms, name, limit)) for limit in rule.limit])
            for name, rule in (*self.rewards.items(), *((rule.name, rule) for rule in self.transfers.values()))
            if isinstance(rule, Reward | Exchange | Transferable) and rule.limit
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
        resuming = [Resuming(lambda core: advance(core, self.followers, core.now))] if self.poster.suspended else []
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
        stocked = stocked or any(rule.stock is not None for rule in self.terms.of_kind(Discount))
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

    # Events that take back.

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

    def return_purchase(self, core: Core, seq: int, at: int, now: int, id_: Any, content: Any) -> None:
        """Record the return of items of the purchase at a position, and take back what V has lost by it."""
        core.now = max(core.now, now)
        parts = content[1][1]
        at_once = parts is None and not trace(core).returns.get(content[1][0])
        kind = core.row(seq, content=False)[0]
        purchase = self.original(core, seq, content=not at_once or kind == "activity" or self.pays)
        plan, kept = self.plans[kind], None
        grants: list[Grant] = []
        changes, granted = Changes(), dict[str, int]()
        if at_once:
            # The whole of it at once, the usual case: what the purchase recorded is taken back, nothing is judged.
            old, new = self.recorded(core, seq, purchase, awards_of(core, seq)), Worth({}, {}, {})
        else:
            items = purchase[3][1]
            before = kept_of(core, seq, items)
            old = self._worth(core, seq, purchase, before)
            left = before.without(*content[1][1:])
            new = self._worth(core, seq, purchase, left)
            kept = self.seen(purchase, left) if left.anything else None
        # Windows are those it was judged in; of a purchase's row no window asks for more than there is.
        heard = (purchase[3][1] if purchase[0] == "activity" else _NOTHING, purchase[1], purchase[4])
        for cell in plan.cells:
            window, amount = None, change_of(core, cell, content[1][0], old, new)
            if isinstance(cell, WindowCell):
                window = cell.start(*heard)
                if window is None:
                    continue
                amount = cell.change(core, window, cell.difference(new.sums, old.sums, window))
            if amount > 0 and isinstance(cell, PurchaseCell) and cell.rooms.defers:
                parts = rising(cell, purchase, at, old.awards.get(cell.name, 0), new.awards[cell.name])
                grants += [(cell, part, None, since) for since, part in parts]
            elif amount:
                grants.append((cell, amount, window, at))
            if amount:
                granted[cell.unit] = granted.get(cell.unit, 0) + amount
        new.differ(old, changes)
        plan.feed_earned(*heard, granted, changes)
        fact = core.length
        core.append(("return", at, id_, content, (), tuple(changes.sums), tuple(changes.slides), core.now, self.hash))
        for cell, amount, window, since in grants:
            if amount > 0:
                came = self.awaited.came(core, cell, purchase[2])
                self.poster.earn(core, at, fact, cell, amount, window, since, came)
            elif window is not None:
                self.poster.take_back_of_window(core, at, fact, cell, -amount, window)
            else:
                self.poster.take_back(core, at, fact, cell, -amount, purchase[2], lots_of(core, seq, cell.name))
        self.issuer.deem_again(core, at, fact, seq, new.deemed)
        self._restore_points(core, at, fact, seq)
        self.settle(core, fact)
        if plan.raises:
            reconsider(plan, core, at, fact, seq, kept)

    def _restore_points(self, core: Core, at: int, fact: int, seq: int) -> None:
        """Give the points back that were spent on what has come back, after what was taken back, so they pay debt."""
        for spent in points_back(core, seq) if self.pays else ():
            self.poster.restore(core, at, fact, ("spend", at, fact, *spent))

    def _worth(self, core: Core, seq: int, purchase: Row, kept: Kept) -> Worth:
        """Return what a purchase is worth in every cell and tally with the items kept."""
        items, awards = purchase[3][1], awards_of(core, seq)
        if not kept.anything:
            return Worth({}, {}, {})
        if kept.rows == items and not kept.refunds:
            return self.recorded(core, seq, purchase, awards)
        share = (net_of(scaled(kept, items)), net_of(items))
        return self._judged(core, purchase, self.seen(purchase, kept), awards, share)

    @staticmethod
    def seen(purchase: Row, kept: Kept) -> tuple[Any, ...]:
        """Return what is kept of a purchase as rules see it."""
        return less_points(purchase[3], purchase[4], scaled(kept, purchase[3][1]))

    def recorded(self, core: Core, seq: int, purchase: Row, awards: dict[str, int]) -> Worth:
        """Return what the purchase at a position was worth when it was judged, from its own rows."""
        del core, seq
        earned = {tally.name for tally in self.plans[purchase[0]].earned}
        sums = {key: amount for key, amount in table_of(purchase[5]).items() if key[0] not in earned}
        slides = {key: amount for key, amount in table_of(purchase[6]).items() if key[0] not in earned}
        return Worth(awards, sums, slides)

    def _judged(
        self, core: Core, purchase: Row, rows: tuple[Any, ...], awards: dict[str, int], share: tuple[int, int]
    ) -> Worth:
        """Judge a purchase as if the rows alone had been bought, a share of its net, by what was frozen with it."""
        plan = self.plans["purchase"]
        at, frozen, event, sums = purchase[1], purchase[4], purchase[3][3], plan.sums(rows)
        changes, used = Changes(), used_by(purchase)
        worth: dict[str, int] = {}
        deemed: dict[str, tuple[int, int]] = {}
        for cell in plan.about(event, sums, at):
            if isinstance(cell, PurchaseCell):
                value = cell.value(event, sums, at, frozen)
                if cell.worth is not None:
                    deemed[cell.name] = cell.worth(event, sums, at, frozen), value
                amount = cell.left(awards.get(cell.name, 0), value, share)
                if amount and cell.rooms:
                    amount = cell.rooms.again(core, (event, sums, at, frozen), amount, used, changes)
                worth[cell.name] = amount
            elif (window := cell.start(event, at, frozen)) is not None:
                cell.note(window, cell.contributions(event, sums, at, frozen), changes)
        plan.feed(event, sums, at, frozen, changes)
        if is_tendered(purchase[3]):
            self.discounting.again(purchase, rows, changes)
        return Worth(worth, table_of(changes.sums), table_of(changes.slides), deemed)

    def return_redemption(self, core: Core, seq: int, at: int, now: int, id_: Any, content: Any) -> None:
        """Record that a redemption is undone, and give the units back."""
        core.now = max(core.now, now)
        fact, asked = core.length, [core.row(seq)]
        if asked[0][0] == "capture" and (held := position(core, asked[0][3][1][0])) is not None:
            # What it took of limits is what the hold took, less what was freed with the capture.
            asked.insert(0, core.row(held))
        sums, slides = (undoing([part for row in asked for part in row[place]]) for place in (5, 6))
        core.append(("return", at, id_, content, (), sums, slides, core.now, self.hash))
        for place, row in [*caused(core, seq)]:
            if row[0] == "spend":
                self.poster.restore(core, at, fact, row)
            elif row[0] == "earn":
                self.issuer.take_back(core, at, fact, content[1][0], place)
        self.settle(core, fact)

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
        if core.due <= core.now:
            advance(core, self.followers, core.now)
        for follower in self.followers:
            follower.after_event(core, cause)
