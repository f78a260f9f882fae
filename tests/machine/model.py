"""
The naive model: lists of events, lots one by one, and everything else recomputed from the whole list when asked.

It imports nothing from the library, not even its events: programs and events are described by the dataclasses of
`machine.described`, and `machine.building` builds the library's values from them. It is written to be obviously
right. There are no tallies, no running balances and no indexes; the value of a cell is always computed from all
facts of that cell.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from machine import baskets, claims, streaks
from machine.described import (
    Activity,
    Adjustment,
    Boost,
    Burn,
    ByTier,
    Capture,
    Duration,
    Earn,
    EndOf,
    Enrolment,
    Event,
    Expiry,
    Hold,
    Ladder,
    Lane,
    Life,
    Limit,
    Opening,
    Packages,
    Program,
    Purchase,
    Raise,
    Redemption,
    Release,
    Return,
    Settings,
    TierAdjustment,
    Transfer,
    Transferable,
    Until,
    Window,
)
from machine.reckoning import (
    EVER,
    UTC,
    Bounds,
    Fact,
    best_mix,
    boosted,
    bounds_of,
    dealt,
    end_of_life,
    event_holds,
    full_net,
    gross_net,
    item_holds,
    kept_net,
    kept_part,
    listed_mix,
    net_left,
    parts_of,
    plus,
    round_to_whole,
    shaped,
)

NEVER = dt.datetime.max.replace(tzinfo=UTC)


@dataclass
class Lot:
    number: int
    unit: str
    rule: str
    cell: Any
    at: dt.datetime
    left: int
    pending: bool
    usable: dt.datetime
    expires: dt.datetime | None  # the moment it ends as things stand
    own: dt.datetime | None  # the end that no activity puts off, if it has one
    awaits: Earn | None = None  # the rule, while what it waits for has not come
    ended: bool = False
    lapsed: int = 0  # expired units that no taking back has counted yet
    cause: str | None = None  # the event that brought it
    spared: bool = False  # whether it does not end for want of activity


TierRow = tuple[dt.datetime, str, dt.datetime | None, str]
Pieces = tuple[tuple[int, int], ...]
MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Posting:
    kind: str
    at: dt.datetime
    cause: str | None
    rule: str | None
    unit: str
    amount: int
    pieces: Pieces = ()
    repaid: int = 0
    lapsed: int = 0
    debt: int = 0
    cell: Any = None


@dataclass
class Held:
    """Units set aside by a hold, until it ends."""

    id: str
    rule: str
    unit: str
    pieces: Pieces
    until: dt.datetime
    open: bool = True


@dataclass(frozen=True)
class Outcome:
    """What the model answers: recorded, known, conflict or refused; a refusal with its code and what was missing."""

    what: str
    code: str | None = None
    missing: int | None = None


class Refused(Exception):
    """Say that a request is refused, with the code and what was missing."""

    def __init__(self, code: str, missing: int | None = None) -> None:
        super().__init__(code)
        self.code, self.missing = code, missing


class Model:
    """One account of one program, naively."""

    def __init__(self, program: Program, opened: dt.datetime) -> None:
        self.program = program
        self.opened = self.now = opened
        self.history: list[tuple[Event | None, dt.datetime]] = []
        self.facts: list[Fact] = []
        self.postings: list[Posting] = []
        self.lots: list[Lot] = []
        self.holds: list[Held] = []
        self.deadlines: dict[str, dt.datetime] = {}
        #: Units whose ends do not count while a tier is held, and since when they count again, if they do.
        self.suspended: dict[str, dt.datetime | None] = {}
        #: Since when, which tier, until when (None for no end, or for one that the ladder's windows say), and by whom.
        self.tiers: dict[str, list[TierRow]] = {ladder.name: [] for ladder in program.ladders}
        #: What was given by hand and not ended, with its end.
        self.given: dict[str, tuple[str, Any]] = {}
        #: What was asked for of rewards, and claimed.
        self.uses: list[claims.Use] = []
        #: Until when each streak waits, and when its last period ended, by its unit.
        self.runs: dict[str, dt.datetime | None] = {}
        self.ran: dict[str, dt.datetime] = {}
        #: Since when windows are waited for that rules are raised by.
        self.begun: dt.datetime | None = None
        self.name = "ada"
        #: The other accounts, by name, where there are any.
        self.peers: dict[str, Model] = {}
        #: What was raised for others, in order: for whom, and the event.
        self.raised: list[tuple[str, Event]] = []
        #: By member, event and rule: pieces drawn from here and not given back, in order.
        self.drawings: dict[tuple[str, str, str], list[tuple[int, int]]] = {}

    @classmethod
    def replay(
        cls, program: Program, opened: dt.datetime, history: Iterable[tuple[Event | None, dt.datetime]]
    ) -> Model:
        """Build an account from nothing but its recorded events (None is time passing) and when they were recorded."""
        model = cls(program, opened)
        for event, now in history:
            model.advance(now) if event is None else model.record(event, now)
        return model

    def again(self) -> Model:
        """Build the account once more from its events."""
        return Model.replay(self.program, self.opened, self.history)

    # -- questions --------------------------------------------------------------------------------------------

    def debt(self, unit: str) -> int:
        return sum(posting.debt - posting.repaid for posting in self.postings if posting.unit == unit)

    def pending(self, unit: str) -> int:
        return sum(lot.left for lot in self.lots if lot.unit == unit and lot.pending)

    def set_aside(self, unit: str) -> int:
        return sum(total(held.pieces) for held in self.holds if held.unit == unit and held.open)

    def balance(self, unit: str) -> int:
        return sum(lot.left for lot in self.lots if lot.unit == unit and not lot.pending) - self.debt(unit)

    def sum_of_postings(self, unit: str) -> int:
        """Add up everything that was posted; equal to usable, pending and held units less debt."""
        total = 0
        for posting in self.postings:
            if posting.unit == unit:
                if posting.kind in ("earn", "restore"):
                    total += posting.amount
                elif posting.kind == "take":
                    total -= sum(units for _, units in posting.pieces) + posting.debt
                elif posting.kind in ("spend", "expire"):
                    total -= posting.amount
        return total

    def open_lots(self, unit: str) -> list[Lot]:
        return [lot for lot in self.lots if lot.unit == unit and lot.left]

    def held(self, rule: str, cell: Any) -> int:
        """Return what a rule granted in a cell less what was taken back."""
        return sum(
            posting.amount if posting.kind == "earn" else -posting.amount
            for posting in self.postings
            if posting.kind in ("earn", "take") and posting.rule == rule and posting.cell == cell
        )

    def granted(self) -> dict[tuple[str, Any], int]:
        """Return what each rule holds in each of its cells."""
        cells = {(p.rule, p.cell) for p in self.postings if p.kind == "earn" and p.rule and is_of_rule(p.cell)}
        return {(rule, cell): self.held(rule, cell) for rule, cell in cells if rule}

    def tier(self, ladder: str, at: dt.datetime | None = None) -> str:
        """Return the tier the history says the member had at a moment."""
        rows = [tier for since, tier, _, _ in self.tiers[ladder] if at is None or since <= at]
        return rows[-1] if rows else self.ladder(ladder).tiers[0][0]

    def ladder(self, name: str) -> Ladder:
        return next(ladder for ladder in self.program.ladders if ladder.name == name)

    def fact(self, event_id: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.event.id == event_id), None)

    def next_due(self) -> dt.datetime | None:
        """Return the next moment at which something happens by itself."""
        return min(self.due_after(self.now), default=None)

    # -- recording --------------------------------------------------------------------------------------------

    def record(self, event: Event, now: dt.datetime) -> Outcome:
        now = max(self.now, now)
        known = self.fact(event.id)
        if known is not None:
            return Outcome("known" if known.event == event else "conflict")
        before = self._copy()
        self.advance(now, remember=False)
        try:
            self._judge(event, now)
        except Refused as refusal:
            self.__dict__.update(before.__dict__)
            return Outcome("refused", refusal.code, refusal.missing)
        self.history.append((event, now))
        return Outcome("recorded")

    def _copy(self) -> Model:
        other = copy.copy(self)
        other.history, other.postings = list(self.history), list(self.postings)
        other.lots = [copy.copy(lot) for lot in self.lots]
        other.holds = [copy.copy(held) for held in self.holds]
        other.facts = [copy.copy(fact) for fact in self.facts]
        for fact in other.facts:
            fact.kept, fact.refunds, fact.raised = dict(fact.kept), dict(fact.refunds), dict(fact.raised)
        other.raised = list(self.raised)
        other.drawings = {key: list(pieces) for key, pieces in self.drawings.items()}
        other.runs, other.ran = dict(self.runs), dict(self.ran)
        other.uses = [copy.copy(use) for use in self.uses]
        other.deadlines, other.suspended = dict(self.deadlines), dict(self.suspended)
        other.tiers = {name: list(rows) for name, rows in self.tiers.items()}
        return other

    def at(self, moment: dt.datetime) -> Model:
        """Return the account as it will be at a moment if nothing else happens."""
        other = self._copy()
        other.advance(max(moment, self.now))
        return other

    def _judge(self, event: Event, now: dt.datetime) -> None:
        fact = Fact(event, now)
        self._decide(fact)
        self.begun = self.begun or self.now
        self._follow(fact)
        if isinstance(event, Purchase | Activity | Enrolment):
            before = len(self.postings)
            claims.claim_after(self, type(event).__name__.lower(), event.at, event.id)
            claims.claim_on(self, "at once", self.now, self.now)
            self._ask_moved(before)
        if isinstance(event, Activity) and event.of is not None:
            self._confirm_what_waits(event)
            self._follow(fact)

    def _stock(self, event: Redemption) -> str | None:
        """Return the account that a reward is taken from, if there is one; refuse what it has not."""
        stock = next((each.stock for each in self.program.rewards if each.name == event.reward), None)
        if stock is not None and (there := self.peers[stock].balance("piece")) < event.times:
            raise Refused("out-of-stock", event.times - there)
        return stock

    def _refuse_by_terms(self, fact: Fact) -> None:
        """Refuse what the program does not allow, of the event as it comes in and the member just before it."""
        kind = "redemption" if isinstance(fact.event, Hold) else type(fact.event).__name__.lower()
        for rule in self.program.refusals:
            if rule.on == kind:
                probe = Fact(fact.event, fact.now)
                if isinstance(fact.event, Purchase):
                    probe.kept = {item.id: item.quantity for item in fact.event.items}
                probe.moments = self.moments(probe, anchors=self.anchors())
                if event_holds(rule.when, probe, self.program):
                    raise Refused(rule.name)

    def _decide(self, fact: Fact) -> None:
        if isinstance(fact.event, Redemption):
            self._stock(fact.event)
        self._refuse_by_terms(fact)
        judge = {
            Purchase: self._purchase,
            Return: self._return,
            Enrolment: self._enrolment,
            Activity: self._activity,
            Redemption: self._redemption,
            Hold: self._hold,
            Capture: self._capture,
            Release: self._release,
            Adjustment: self._adjustment,
            Settings: self._settings,
            TierAdjustment: self._tier_adjustment,
            Opening: self._opening,
            Transfer: self._transfer,
        }[type(fact.event)]
        judge(fact)

    def _follow(self, fact: Fact) -> None:
        """Enter the tiers that fit after an event, and claim what is claimed whatever has brought the units."""
        self._end_what_is_over()
        streaks.begin(self)
        for ladder in self.program.ladders:
            self._review_after_event(ladder, fact)
        self._end_what_is_over()
        before = len(self.postings)
        claims.claim_on(self, "at once", self.now, self.now)
        self._ask_moved(before)

    def _ask_moved(self, before: int) -> None:
        """Ask ladders by balances again, where what was claimed since there were so many postings has moved these."""
        claimed = [reward for reward in self.program.rewards if reward.claim != "asked"]
        moved = {reward.unit for reward in claimed} | {issue.unit for reward in claimed for issue in reward.gives}
        for ladder in self.program.ladders if len(self.postings) > before else ():
            if moved & ladder.balances():
                self._check(ladder, self.now)

    def _purchase(self, fact: Fact) -> None:
        assert isinstance(fact.event, Purchase)
        fact.kept = {item.id: item.quantity for item in fact.event.items} or {"": 1}  # a visit is kept as a whole
        fact.moments = self.moments(fact)
        costs, lacking = baskets.discount(self, fact)
        if lacking is not None:
            raise Refused(*lacking)
        costs += self._tender(fact, costs)
        self.facts.append(fact)
        self._active(fact.event.at, "purchase")
        if costs:  # who pays with points redeems them
            self._active(fact.event.at, "redemption")
        for name, unit, cost in costs:
            self.spend(fact, name, unit, cost)
        self._grant(fact, "purchase")
        self._raise(fact)

    def _tender(self, fact: Fact, beside: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
        """Pay a purchase with points: note what of each item, and say what that costs, by rule and unit."""
        costs: list[tuple[str, str, int]] = []
        nets = {item.id: item.net - sum(off[item.id] for off in fact.off.values()) for item in fact.event.items}
        for name, cents in fact.event.paid:
            pay = next(pay for pay in self.program.pays if pay.name == name)
            self._refuse_closed(fact, name, cents)
            fits = [item for item in fact.event.items if item_holds(pay.where, item, item.quantity)]
            left = {item.id: 0 for item in fact.event.items}
            left |= {item.id: nets[item.id] - sum(table[item.id] for table in fact.paid.values()) for item in fits}
            whole = sum(nets[item.id] for item in fits)
            most = min(sum(left.values()), math.floor(whole * (pay.share or 1)))
            if cents > most:
                raise Refused("above-share")
            if cents < whole * (pay.least_share or 0):
                raise Refused("below-share")
            unit, cost = self._price(name, 1, cents, fact.event.at)
            costs.append((name, unit, cost))
            self._refuse_overdraft(unit, sum(cost for _, of, cost in [*beside, *costs] if of == unit))
            fact.paid = {**fact.paid, name: dealt(cents, left)}
        return costs

    def _untender(self, fact: Fact, of: Fact, before: dict[str, int]) -> None:
        """Give back the points that were spent on what has come back, last drawn first."""
        lines = {item.id: item for item in of.event.items}
        costly = [each.name for each in self.program.discounts if each.cost]
        for name, cents in [*of.off.items(), *of.paid.items()]:
            if name in of.off and name not in costly:
                continue
            spent = next(p for p in self.postings if (p.kind, p.cause, p.rule) == ("spend", of.event.id, name))
            units = dealt(spent.amount, cents)
            had, has = (
                self._stay_spent(name, spent.amount, kept=any(kept.values()))
                or sum(kept_part(units[id_], kept[id_], lines[id_]) for id_ in units)
                for kept in (before, of.kept)
            )
            if had > has and self._begins_anew(name):
                self._give_anew(fact, spent, had - has)
            elif had > has:
                drawn = [number for number, units in spent.pieces for _ in range(units)][::-1]
                gone = sum(p.amount for p in self.postings if p.kind == "restore" and p.cell == (of.event.id, name))
                self._give_units_back(fact, spent, drawn[gone : gone + had - has], (of.event.id, name))

    def _stay_spent(self, rule: str, amount: int, *, kept: bool) -> int:
        """Return how many units stay spent whatever comes back, by the policy of what they were spent on."""
        (policy,) = [each.on_return for each in (*self.program.pays, *self.program.discounts) if each.name == rule]
        return amount if policy == "stays" or (policy == "in_full" and kept) else 0

    def _begins_anew(self, rule: str | None) -> bool:
        """Say whether units that come back from a rule end as if they had just been given."""
        program = self.program
        spending = (*program.rewards, *program.pays, *program.exchanges, *program.discounts)
        (policy,) = [each.giving_back for each in spending if each.name == rule]
        return (policy or program.giving_back) == "renew"

    def _give_anew(self, fact: Fact, spent: Posting, amount: int) -> None:
        """Give spent units back as a new lot."""
        at = fact.event.at
        assert spent.rule is not None
        self.earn(fact, spent.rule, None, spent.unit, amount, at, self.end(spent.unit, at))

    def _give_units_back(self, fact: Fact, spent: Posting, units: list[int], cell: Any) -> None:
        """Give units back, each into its lot; the first of them pay debt."""
        repaid = min(len(units), self.debt(spent.unit))
        pieces = tuple(Counter(units).items())
        self._post("restore", fact, spent.rule, spent.unit, len(units), pieces, repaid=repaid, cell=cell)
        for number in units[repaid:]:
            self.lots[number].left += 1
        for number, _ in pieces:
            self._expire_at_once(self.lots[number])

    def _enrolment(self, fact: Fact) -> None:
        fact.moments = self.moments(fact)
        self.facts.append(fact)
        self._grant(fact, "enrolment")

    def _activity(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Activity)
        about = None if event.of is None else self.fact(event.of)
        if event.of is not None and (about is None or not isinstance(about.event, Purchase)):
            raise Refused("unknown-purchase")
        fact.moments = self.moments(fact)
        self.facts.append(fact)
        self._active(fact.event.at, "activity")
        self._grant(fact, "activity")

    def _confirm_what_waits(self, event: Activity) -> None:
        """Let what waits for an activity about a purchase know that it has come, if it is that."""
        waiting = [lot for lot in self.lots if lot.awaits and lot.cell == event.of and lot.left and not lot.ended]
        for lot in waiting:
            assert lot.awaits is not None
            self._confirm(lot, lot.awaits, event)
        for lot in sorted(waiting, key=lambda lot: lot.usable):
            # What comes late may have been usable, or over, before now.
            if lot.usable <= self.now and (lot.expires is None or lot.usable < lot.expires):
                self._mature(lot)
            self._expire_at_once(lot)

    def _mature(self, lot: Lot) -> None:
        repaid = min(lot.left, self.debt(lot.unit))
        self._post("mature", None, None, lot.unit, lot.left, ((lot.number, lot.left),), repaid=repaid)
        lot.pending, lot.awaits = False, None
        lot.left -= repaid

    def _confirm(self, lot: Lot, earn: Earn, came: Activity) -> None:
        """Let a lot know when it can be used, now that what it waits for has come, if that is it."""
        assert isinstance(earn.pending, Until)
        if came.name == earn.pending.activity:
            zone = self.program.zone
            lot.awaits = None
            usable = plus(zone, came.at, earn.pending.then) if earn.pending.then else came.at
            lot.usable = min(usable, lot.usable)
            lot.own = self._end_of(earn, lot.usable if earn.expires_from == "maturing" else lot.at)
            self._end_in_time(lot)

    def _end_of(self, earn: Earn, at: dt.datetime) -> dt.datetime | None:
        if earn.expires:
            return self.life_end(at, earn.expires)
        return self.end(earn.unit, at)

    def _came(self, earn: Earn, purchase: Any) -> Activity | None:
        """Return the first activity that a rule waits for at a purchase, of those recorded."""
        assert isinstance(earn.pending, Until)
        every = [fact.event for fact in self.facts if isinstance(fact.event, Activity) and fact.event.of == purchase]
        return next((event for event in every if event.name == earn.pending.activity), None)

    def _settings(self, fact: Fact) -> None:
        self.facts.append(fact)

    def _opening(self, fact: Fact) -> None:
        assert isinstance(fact.event, Opening)
        if self.facts or self.postings:
            raise Refused("not-first")
        fact.moments["anchors"] = self.anchors(fact.event)
        self.facts.append(fact)
        for unit, amount, given, usable in fact.event.lots:
            own = self.stated_end(given, unit, fact.event.at)
            self.earn(fact, "opening", None, unit, amount, usable or fact.event.at, own)
        for name, tier in fact.event.tiers:
            ladder, at = self.ladder(name), fact.event.at
            self.tiers[name].append((at, tier, self._term(ladder, self._rank_of(ladder, tier), at), "tier"))
            self._stand(name, at)

    def _tier_adjustment(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, TierAdjustment)
        ladder = self.ladder(event.ladder)
        if event.tier is None:
            _, until = self.given.get(ladder.name, (None, self.now))
            if until is not None and until <= self.now:
                raise Refused("nothing-given")
            self.facts.append(fact)
            self.given.pop(ladder.name)
            if self._is_by_hand(ladder):
                self._write(ladder, 0 if ladder.spends else self._fitting(ladder, self.now), self.now)
            return
        if isinstance(event.until, dt.datetime) and event.until <= self.now:
            raise Refused("too-late")
        self.facts.append(fact)
        before, rank = self._rank(ladder), self._rank_of(ladder, event.tier)
        until = self._term(ladder, rank, self.now) if event.until is None else event.until
        ends = until if isinstance(until, dt.datetime) else None
        self.tiers[ladder.name].append((self.now, event.tier, ends, "hand"))
        self.given[ladder.name] = (event.tier, ends)
        self._tell(ladder, before, rank, self.now)

    def _adjustment(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Adjustment)
        if event.amount < 0:
            self._taken_by_hand(fact)
        else:
            self.facts.append(fact)
            own = self.stated_end(event.expires, event.unit, event.at)
            self.earn(fact, "adjustment", None, event.unit, event.amount, event.usable or event.at, own)

    def _taken_by_hand(self, fact: Fact) -> None:
        """Take units in the order in which they are used, of all or of what one event brought; owe the rest, or not."""
        event, most = fact.event, -fact.event.amount
        if event.of is not None and event.of not in {known.event.id for known in self.facts}:
            raise Refused("unknown-event")
        lots = [lot for lot in self.burn_order(event.unit) if event.of is None or lot.cause == event.of]
        locked = [lot for lot in self.lots if lot.unit == event.unit and lot.pending and lot.left and not lot.ended]
        locked = sorted((lot for lot in locked if event.of and lot.cause == event.of), key=self._comes)
        there, more = sum(lot.left for lot in lots), sum(lot.left for lot in locked)
        if event.otherwise == "reject":
            self._refuse_overdraft(event.unit, 0)
            if there + more < most:
                raise Refused("insufficient", most - there - more)
        if event.otherwise == "truncate":
            there = max(0, min(there, self.balance(event.unit)))
            most = min(most, there + more)
        self.facts.append(fact)
        pieces = take_from(lots, min(most, there))
        pieces += take_from(locked, most - total(pieces))
        if pieces:
            self._post("spend", fact, "adjustment", event.unit, total(pieces), pieces)
        if most > total(pieces):
            owed = most - total(pieces)
            self._post("take", fact, "adjustment", event.unit, owed, [], lapsed=0, debt=owed, cell=None)

    @staticmethod
    def _comes(lot: Lot) -> tuple[dt.datetime, int]:
        """Return when a lot that is pending is so no more, to order by: it may end before it is usable."""
        return min(lot.usable, lot.own or NEVER), lot.number

    def _refuse_overdraft(self, unit: str, cost: int) -> None:
        if self.debt(unit):
            raise Refused("in-debt", self.debt(unit))
        if cost > self.balance(unit):
            raise Refused("insufficient", cost - self.balance(unit))

    def _redemption(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Redemption)
        stock = self._stock(event)
        self._refuse_closed(fact, event.reward, event.amount)
        unit, cost = self._price(event.reward, event.times, event.amount, event.at)
        self._refuse_overdraft(unit, cost)
        given = claims.given_for(self, event)
        exchange = claims.exchange_of(self, event.reward)
        if exchange is not None and not given[0][1]:
            raise Refused("below-minimum", claims.least_of(exchange))
        self._refuse_beyond(fact, event.reward, event.times, cost)
        self.facts.append(fact)
        self._active(event.at, "redemption")
        self.spend(fact, event.reward, unit, cost)
        for issue, amount in given:
            claims.give(self, fact, event.reward, issue, amount)
        if stock is not None:
            self.peers[stock].drawn((self.name, event.id, event.reward), fact, "piece", event.times)

    def _refuse_beyond(self, fact: Fact, name: str, times: int, cost: int) -> None:
        """Refuse more than limits leave, and note what is had of them."""
        for missing in claims.beyond(self, name, fact.event.at, cost, times):
            raise Refused("limit-reached", missing)
        claims.note_use(self, name, fact.event.at, cost, times, fact.event.id)

    def _refuse_closed(self, fact: Fact, name: str, amount: int | None) -> None:
        offers = (*self.program.rewards, *self.program.exchanges)
        reward = next((reward for reward in offers if reward.name == name), None)
        if reward is not None and not claims.is_open(self, reward, fact.event.at):
            raise Refused("not-open")
        pay = next((pay for pay in (*self.program.pays, *self.program.exchanges) if pay.name == name), None)
        if pay is None or amount is None:
            return
        if pay.minimum and amount < pay.minimum:
            raise Refused("below-minimum", pay.minimum - amount)
        if pay.maximum and amount > pay.maximum:
            raise Refused("above-maximum")
        if pay.step and amount % pay.step:
            raise Refused("not-in-steps", pay.step - amount % pay.step)

    def _price(self, name: str, times: int, amount: int | None, at: dt.datetime) -> tuple[str, int]:
        exchange = claims.exchange_of(self, name)
        if exchange is not None:
            assert amount is not None
            return exchange.unit, amount
        pay = next((pay for pay in self.program.pays if pay.name == name), None)
        if pay is not None:
            assert amount is not None
            return pay.unit, math.ceil(Fraction(amount * pay.each, pay.worth))
        reward = next(reward for reward in self.program.rewards if reward.name == name)
        return reward.unit, claims.price_at(self, reward, at) * times

    def _hold(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Hold)
        self._refuse_closed(fact, event.reward, event.amount)
        until = event.until
        if until is None:
            rewards = (*self.program.rewards, *self.program.pays)
            length = next(reward.hold for reward in rewards if reward.name == event.reward)
            assert length is not None
            until = plus(self.program.zone, event.at, length)
        if until <= self.now:
            raise Refused("hold-ended")
        unit, cost = self._price(event.reward, event.times, event.amount, event.at)
        if not cost:
            raise Refused("nothing-to-hold")
        self._refuse_overdraft(unit, cost)
        self._refuse_beyond(fact, event.reward, event.times, cost)
        self.facts.append(fact)
        self.holds.append(Held(event.id, event.reward, unit, take_from(self.burn_order(unit), cost), until))
        self._post("hold", fact, event.reward, unit, cost, self.holds[-1].pieces)

    def _held(self, of: str) -> Held:
        held = next((held for held in self.holds if held.id == of), None)
        if held is None:
            raise Refused("unknown-hold")
        if not held.open:
            raise Refused("hold-ended")
        return held

    def _capture(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Capture)
        held = self._held(event.of)
        captured = whole = total(held.pieces)
        asked = self.fact(held.id)
        assert asked is not None
        assert isinstance(asked.event, Hold)
        if event.times is not None:
            captured = whole // asked.event.times * event.times
        elif event.amount is not None:
            _, captured = self._price(held.rule, 1, event.amount, asked.event.at)
        if captured > whole:
            raise Refused("beyond-hold", captured - whole)
        self.facts.append(fact)
        self._active(event.at, "redemption")
        self._end_hold(fact, held, captured)
        reward = next((each for each in self.program.rewards if each.name == held.rule), None)
        many = asked.event.times if event.times is None else event.times
        for issue in () if reward is None else reward.gives:
            claims.give(self, fact, held.rule, issue, issue.amount * many)

    def _release(self, fact: Fact) -> None:
        assert isinstance(fact.event, Release)
        held = self._held(fact.event.of)
        self.facts.append(fact)
        self._end_hold(fact, held, 0)

    def _end_hold(self, fact: Fact | None, held: Held, captured: int) -> None:
        """End a hold: what is captured is spent, what is left pays debt and then goes where it came from."""
        held.open = False
        rest = total(held.pieces) - captured
        claims.free_use(self, held.id, rest, rest + captured)
        if captured:
            self._post("spend", fact, held.rule, held.unit, captured, first_of(held.pieces, captured))
        repaid = min(rest, self.debt(held.unit))
        self._post("free", fact, held.rule, held.unit, rest, held.pieces, repaid=repaid)
        skipped = captured + repaid
        for number, units in held.pieces:
            gone = min(units, skipped)
            skipped -= gone
            self.lots[number].left += units - gone
            if fact is not None:  # as a hold times out, what has come back ends with what ends then
                self._expire_at_once(self.lots[number])

    def _captured(self, of: Fact) -> Fact:
        """Return the capture of a hold that was captured, and anything else as it is."""
        if not isinstance(of.event, Hold):
            return of
        captures = [fact for fact in self.facts if isinstance(fact.event, Capture) and fact.event.of == of.event.id]
        if not captures:
            raise Refused("not-returnable")
        return captures[0]

    def _return(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Return)
        of = self.fact(event.of)
        if of is None:
            raise Refused("unknown-purchase")
        of = self._captured(of)
        if isinstance(of.event, Redemption | Capture | Activity):
            self._undo(fact, of)
            return
        if not isinstance(of.event, Purchase):
            raise Refused("not-returnable")
        if not of.is_kept():
            raise Refused("nothing-left")
        wanted, before = event.items, dict(of.kept)
        if wanted is None and event.refunds:
            wanted = ()
        elif wanted is None:
            wanted = tuple((item, None) for item, quantity in of.kept.items() if quantity)
        for item, quantity in wanted:
            kept = of.kept.get(item, 0)
            if not kept or (quantity is not None and quantity > kept):
                raise Refused("not-kept")
            of.kept[item] = 0 if quantity is None else kept - quantity
        self._refund(event, of)
        self.facts.append(fact)
        self._take_back(fact, of, "purchase")
        self._untender(fact, of, before)
        self._reconsider(fact, of)

    def _refund(self, event: Return, of: Fact) -> None:
        left = {item.id: net_left(item, quantity) for item, quantity in of.items()}
        for item, cents in event.refunds:
            if cents > left.get(item, 0):
                raise Refused("not-kept")
            of.refunds[item] = of.refunds.get(item, 0) + cents

    def _undo(self, fact: Fact, of: Fact) -> None:
        """Undo a redemption, or revoke an activity."""
        assert isinstance(fact.event, Return)
        if of.given_back:
            raise Refused("nothing-left")
        if fact.event.items is not None or fact.event.refunds:
            raise Refused("not-kept")
        if (refused := claims.final(self, fact, of)) is not None:
            raise Refused(*refused)
        of.given_back = True
        self.facts.append(fact)
        if isinstance(of.event, Activity):
            self._take_back(fact, of, "activity")
            return
        self._restore(fact, of.event.id)
        claims.take_back_given(self, fact, of.event.id)
        undone = {of.event.id, of.event.of} if isinstance(of.event, Capture) else {of.event.id}
        self.uses = [use for use in self.uses if use.of not in undone]
        for reward in self.program.rewards:
            if isinstance(of.event, Redemption) and reward.name == of.event.reward and reward.stock is not None:
                self.peers[reward.stock].given_back((self.name, of.event.id, reward.name), fact, of.event.times)

    # -- windows ----------------------------------------------------------------------------------------------

    def anchors(self, event: Event | None = None) -> dict[str, dt.datetime]:
        """Return the moments windows are counted from, as the account has them, or with an event that comes now."""
        anchors: dict[str, dt.datetime] = {}
        events = [fact.event for fact in self.facts]
        for each in events if event is None else [*events, event]:
            if isinstance(each, Enrolment):
                anchors.setdefault("enrolment", each.at)
            elif isinstance(each, Activity):
                anchors.setdefault("activity " + each.name, each.at)
            elif isinstance(each, Opening):
                anchors |= {"enrolment": each.joined} if each.joined else {}
                anchors |= {"activity review": each.reviewed} if each.reviewed else {}
        return anchors

    def bounds(self, window: Window, at: dt.datetime, anchors: dict[str, dt.datetime]) -> Bounds:
        return bounds_of(self.program.zone, window, at, anchors.get(window.anchor))

    def _window_of(self, fact: Fact, window: Window) -> Bounds:
        """Return the window an event lies in, by the anchors there were when it was recorded."""
        return self.bounds(window, fact.event.at, fact.moments.get("anchors", {}))

    def _is_rolling_in(self, moment: dt.datetime, window: Window, now: dt.datetime) -> bool:
        return plus(self.program.zone, moment, window.duration) > now

    # -- moments and conditions -------------------------------------------------------------------------------

    def moments(self, fact: Fact, anchors: dict[str, dt.datetime] | None = None) -> dict[Any, Any]:
        """Read, once, everything about the history that the program's conditions may ask for."""
        at, now = fact.event.at, fact.now
        moments: dict[Any, Any] = {
            "ordinal": 1 + sum(self._purchases_in(other.event) for other in self.facts),
            "settings": {},
            "anchors": self.anchors(fact.event) if anchors is None else anchors,
        }
        for other in self.facts:
            if isinstance(other.event, Settings):
                moments["settings"].update(other.event.values)
        for ladder in self.program.ladders:
            moments["tier", ladder.name] = self.tier(ladder.name, at)
        for part in self._parts():
            if part[0] == "spent":
                moments[part[0], part[1]] = self.tally("net", part[1], at, now)
            if part[0] == "earned":
                moments[part[0], part[1], part[2]] = self.tally(part[1], part[2], at, now)
            if part[0] == "balance":
                moments[part[0], part[1]] = self.balance(part[1])
        return moments

    def _parts(self) -> list[tuple[Any, ...]]:
        """Return every condition, taken apart, whose moments are read."""
        return parts_of(self.program)

    def _purchases_in(self, event: Event) -> int:
        return event.purchases if isinstance(event, Opening) else int(isinstance(event, Purchase))

    def tally(self, by: str, window: Window, at: dt.datetime, now: dt.datetime) -> int:
        """Add up spend, or units earned, over the window that contains a moment; a rolling one ends now."""
        if window.kind == "rolling":
            brought = self._brought(by, window)
            facts = [fact for fact in self.facts if self._is_rolling_in(fact.event.at, window, now)]
            found = brought + [(posting.at, posting.amount) for posting in self._raised(by)]
            return sum(self._tally_of(fact, by) for fact in facts) + sum(
                amount for moment, amount in found if self._is_rolling_in(moment, window, now)
            )
        asked, back = window, 0
        while asked.inner:
            asked, back = asked.inner, back + 1
        bounds = self.bounds(asked, at, self.anchors())
        while back and bounds is not None:
            start, back = bounds[0], back - 1
            bounds = None if start == EVER else self.bounds(asked, start - MICROSECOND, self.anchors())
        if bounds is None:
            return 0
        facts = [fact for fact in self.facts if starts_with(self._window_of(fact, asked), bounds)]
        first, brought = self._anchors_of_opening(), self._brought(by, asked)
        return (
            sum(self._tally_of(fact, by) for fact in facts)
            + sum(amount for moment, amount in brought if starts_with(self.bounds(asked, moment, first), bounds))
            + sum(
                posting.amount
                for posting in self._raised(by)
                if starts_with(self.bounds(asked, posting.at, self.anchors()), bounds)
            )
        )

    def _anchors_of_opening(self) -> dict[str, dt.datetime]:
        opening = next((fact for fact in self.facts if isinstance(fact.event, Opening)), None)
        return opening.moments["anchors"] if opening else {}

    def _brought(self, by: str, window: Window) -> list[tuple[dt.datetime, int]]:
        """Return what openings say was counted before, and when."""
        openings = [fact.event for fact in self.facts if isinstance(fact.event, Opening)]
        tallies = [tally for event in openings for tally in event.tallies]
        return [(at, amount) for what, over, amount, at in tallies if (what, over) == (by, window)]

    def _tally_of(self, fact: Fact, by: str) -> int:
        if by == "net":
            return kept_net(fact, None)
        if by == "count":
            return int(isinstance(fact.event, Purchase) and fact.is_kept())
        return self._earned_by(fact, by)

    def _earned_by(self, fact: Fact, unit: str) -> int:
        """Return what rules granted for one event, less what its returns changed."""
        if isinstance(fact.event, Return):
            return 0  # it counts with its purchase
        returns = {f.event.id for f in self.facts if isinstance(f.event, Return) and f.event.of == fact.event.id}
        total = 0
        for posting in self.postings:
            if posting.unit == unit and is_of_rule(posting.cell):
                if posting.kind == "earn" and posting.cause in (fact.event.id, *returns):
                    total += posting.amount
                elif posting.kind == "take" and posting.cause in returns:
                    total -= posting.amount
        return total

    # -- value of a cell --------------------------------------------------------------------------------------

    def _boosts(self, name: str, fact: Fact) -> list[Boost]:
        return [b for b in self.program.boosts if b.of == name and event_holds(b.when, fact, self.program)]

    def _contribution(self, earn: Earn, fact: Fact, category: str | None = None) -> list[Fraction | int]:
        """Return what one event adds to the leaf of a rule, item by item, boosted, for the items it still keeps."""
        if not event_holds(earn.when, fact, self.program) or not fact.is_kept():
            return []
        boosts = self._boosts(earn.name, fact)
        if earn.leaf == "count":
            return [boosted(1, boosts, fact, self.program)]
        if earn.leaf == "nights":
            return [boosted(fact.event.nights, boosts, fact, self.program)]
        if earn.leaf.startswith("given:"):
            return [boosted(self._award_of(earn.leaf.removeprefix("given:"), fact), boosts, fact, self.program)]
        if earn.leaf == "spent":
            return [boosted(fact.event.spent, boosts, fact, self.program)]
        parts = []
        for item, quantity in fact.items():
            if (category is None or item.category == category) and item_holds(earn.where, item, quantity):
                amounts = {"quantity": quantity, "net": net_left(item, quantity), "full": full_net(item, quantity)}
                amounts["gross"] = gross_net(item, quantity)
                amount = amounts.get(earn.leaf)
                if amount is None:
                    amount = kept_part(item.points, quantity, item)
                matching = [boost for boost in boosts if item_holds(boost.where, item, quantity)]
                parts.append(boosted(amount, matching, fact, self.program))
        return parts

    def _value(self, earn: Earn, facts: list[Fact], category: str | None = None) -> int:
        """Return V of a cell: the leaves of all its facts added up, the shape, one rounding."""
        if isinstance(earn.shape, Packages):
            own = [(replace(earn, leaf=leaf), step) for leaf, step in earn.shape.leaves]
            sums = [(sum(sum(self._contribution(one, fact, category)) for fact in facts), step) for one, step in own]
            mix = listed_mix if earn.shape.listed else best_mix
            return mix(earn.shape.rows, tuple(math.floor(Fraction(leaf) / step) for leaf, step in sums))
        leaves = [part for fact in facts for part in self._contribution(earn, fact, category)]
        caps = [limit for limit in earn.limits if limit.kind == "item"]
        if earn.by_item or caps:
            return sum(min([self._rounded(earn, leaf), *(cap.most for cap in caps)]) for leaf in leaves)
        return self._rounded(earn, sum(leaves))

    def _shares(self, earn: Earn, fact: Fact) -> dict[str, int]:
        """Return V of one event by the category of its items, each with the limits per purchase of its own."""
        caps = tuple(limit for limit in earn.limits if limit.each and limit.each[0] == "item" and limit.per is None)
        order = [item.category for item, _ in fact.items()]
        return {each: self._capped(self._value(earn, [fact], each), caps, fact) for each in dict.fromkeys(order)}

    def _capped(self, value: int, limits: tuple[Limit, ...], fact: Fact) -> int:
        """Cut a value by limits per purchase."""
        for limit in limits:
            if limit.per is None and limit.kind == "amount":
                most = limit.most if limit.by is None else math.floor(shaped(limit.by, kept_net(fact, None)))
                if value > most:
                    value = 0 if limit.reject else most
        return value

    def _rounded(self, earn: Earn, leaf: Fraction | int) -> int:
        value = shaped(earn.shape, leaf)
        if earn.cap is not None:
            value = min(value, earn.cap)
        return round_to_whole(value, earn.rounding)

    def _lanes(self, on: str) -> list[Lane]:
        """Return the outermost lanes of rules in program order; a rule without a lane is a lane of one."""
        lanes = []
        for earn in self.program.earns:
            if earn.on == on:
                lane, name = None, earn.name
                while (outer := next((each for each in self.program.lanes if name in each.of), None)) is not None:
                    lane, name = outer, outer.name
                lanes.append(lane or Lane(earn.name, (earn.name,), "sum", earn.limits))
        return [lane for i, lane in enumerate(lanes) if lane not in lanes[:i]]

    def _rules(self, lane: Lane) -> list[Earn]:
        rules: list[Earn] = []
        for name in lane.of:
            inner = next((each for each in self.program.lanes if each.name == name), None)
            rules += [earn for earn in self.program.earns if earn.name == name] if inner is None else self._rules(inner)
        return rules

    def _award_of(self, name: str, fact: Fact) -> int:
        """Return V of one event's own cell for a rule or lane by itself; limits over windows are no part of it."""
        earn = next((earn for earn in self.program.earns if earn.name == name), None)
        if earn is not None:
            by_item = any(limit.each and limit.each[0] == "item" for limit in earn.limits)
            value = sum(self._shares(earn, fact).values()) if by_item else self._value(earn, [fact])
            own = tuple(limit for limit in earn.limits if not limit.each or limit.each[0] != "item")
            return self._capped(value, own, fact)
        lane = next(lane for lane in self.program.lanes if lane.name == name)
        values = [self._award_of(each, fact) for each in lane.of]
        given = [value for value in values if value]
        combine = {"sum": sum(values), "best": max(values), "worst": min(given, default=0), "first": [*given, 0][0]}
        changed = math.floor(boosted(combine[lane.combine], self._boosts(name, fact), fact, self.program))
        return self._capped(changed, lane.limits, fact)

    def _again(self, lane: Lane) -> Limit | None:
        """Return the limit of a lane that is a cap of its window, if there is one."""
        return next((limit for limit in lane.limits if limit.rejudge), None)

    def _over(self, lane: Lane) -> Window | None:
        again = self._again(lane)
        return self._rules(lane)[0].over if again is None else again.per

    def _worth(self, lane: Lane, fact: Fact) -> int:
        """Return V of the window that holds an event, for a rule or for awards with a cap."""
        earn, again = self._rules(lane)[0], self._again(lane)
        if again is None:
            return self._value(earn, self._facts_in(lane, fact))
        sums: dict[Any, int] = {}
        bought: dict[Any, int] = {}
        for other in self._facts_in(lane, fact):
            award = self._award_of(lane.name, other)
            if again.each and again.each[0] == "item":
                for key, share in self._shares(earn, other).items():
                    sums[key] = sums.get(key, 0) + min(share, award)
                    award -= min(share, award)
            else:
                key = self._key(again, other)
                sums[key] = sums.get(key, 0) + award
                bought[key] = bought.get(key, 0) + kept_net(other, None)
        if again.by is not None:
            return sum(min(value, math.floor(shaped(again.by, bought[key]))) for key, value in sums.items())
        return sum(min(value, again.most) for value in sums.values())

    def _cell(self, lane: Lane, fact: Fact) -> Any:
        window = self._over(lane)
        if window is None:
            return fact.event.id
        bounds = self._window_of(fact, window)
        return None if bounds is None else (window.kind, bounds[0])

    def _facts_in(self, lane: Lane, of: Fact) -> list[Fact]:
        """Return everything that is in the window which holds an event."""
        kind = {"purchase": Purchase, "activity": Activity, "enrolment": Enrolment}[self._rules(lane)[0].on]
        cell = self._cell(lane, of)
        return [fact for fact in self.facts if isinstance(fact.event, kind) and self._cell(lane, fact) == cell]

    # -- earning ----------------------------------------------------------------------------------------------

    def _grant(self, fact: Fact, on: str) -> None:
        for lane in self._lanes(on):
            cell = self._cell(lane, fact)
            if cell is None:
                continue
            if self._over(lane) is not None:
                amount = self._worth(lane, fact) - self.held(lane.name, cell)
                if amount > 0:
                    self._award(fact, lane, cell, amount)
                elif amount < 0:
                    self._take_of(fact, lane, cell, -amount)
                continue
            parts = self._limited(lane, fact, self._award_of(lane.name, fact))
            if self._rules(lane)[0].budget is not None:
                amount = self._drawable(self._rules(lane)[0], sum(amount for _, _, amount in parts))
                self._draw(fact, self._rules(lane)[0], lane.name, amount, fact)
                parts = [
                    (key, fact.event.at, share) for key, share in filled({k: n for k, _, n in parts}, amount).items()
                ]
            fact.original = {**fact.original, lane.name: parts}
            fact.parts = {**fact.parts, lane.name: parts}
            for moment in dict.fromkeys(moment for _, moment, _ in parts):
                amount = sum(amount for _, at, amount in parts if at == moment)
                if amount:
                    self._award(fact, lane, cell, amount, moment)

    def _limited(self, lane: Lane, fact: Fact, amount: int) -> list[tuple[Any, Any, int]]:
        """Return what limits over windows let through: parts by the key of items, and by when they are given."""
        limits = [limit for limit in lane.limits if limit.per is not None]
        by_item = [limit for limit in limits if limit.each and limit.each[0] == "item"]
        shares: dict[Any, int] = {None: amount}
        if by_item:
            shares = filled(self._shares(self._rules(lane)[0], fact), amount)
            for limit in by_item:
                shares = {key: self._cut(lane, limit, fact, key, share) for key, share in shares.items()}
            amount = sum(shares.values())
        for limit in limits:
            if limit not in by_item and not limit.defer:
                amount = self._cut(lane, limit, fact, self._key(limit, fact), amount)
        defers = next((limit for limit in limits if limit.defer), None)
        if defers is None:
            return [(key, fact.event.at, share) for key, share in filled(shares, amount).items()]
        parts, rest, moment = [], amount, fact.event.at
        for _ in range(defers.defer + 1):
            room = self._room(lane, defers, fact, self._key(defers, fact), rest, moment)
            part = min(rest, room)
            if part:
                parts.append((None, moment, part))
            rest -= part
            bounds = self._window_at(fact, defers.per, moment)
            if bounds is None or bounds[1] is None:
                break
            moment = bounds[1]
        return [] if rest and defers.reject else parts

    def _cut(self, lane: Lane, limit: Limit, fact: Fact, key: Any, amount: int) -> int:
        assert limit.per is not None
        if self._window_of(fact, limit.per) is None:
            return amount  # a limit that has not begun
        room = self._room(lane, limit, fact, key, amount, fact.event.at)
        return 0 if limit.reject and amount > room else min(amount, room)

    def _room(self, lane: Lane, limit: Limit, fact: Fact, key: Any, amount: int, moment: dt.datetime) -> int:
        used = self._used(lane, limit, key, self._window_at(fact, limit.per, moment), fact.now)
        if limit.kind == "times":
            return amount if used < limit.most else 0
        return max(0, limit.most - used)

    def _key(self, limit: Limit, fact: Fact) -> Any:
        """Return the key of a limit that an event has as a whole."""
        if limit.each is None or limit.each[0] == "item":
            return None
        if limit.each[0] == "setting":
            return fact.moments["settings"].get(limit.each[1], "")
        return getattr(fact.event, limit.each[1])

    def _window_at(self, fact: Fact, window: Window, moment: dt.datetime) -> Bounds:
        """Return the window that holds a moment, by the anchors there were when an event was recorded."""
        return self.bounds(window, moment, fact.moments.get("anchors", {}))

    def _counts_in(self, window: Window, fact: Fact, moment: dt.datetime, bounds: Bounds, now: dt.datetime) -> bool:
        if window.kind == "rolling":
            return self._is_rolling_in(moment, window, now)
        return starts_with(self._window_at(fact, window, moment), bounds)

    def _used(self, lane: Lane, limit: Limit, key: Any, bounds: Bounds, now: dt.datetime) -> int:
        """Return how much of a limit events use, in a window, for all rules and lanes that share it."""
        assert limit.per is not None
        used = 0
        sharing = [each for on in ("purchase", "activity", "enrolment") for each in self._lanes(on)]
        for each in [each for each in sharing if each.name == lane.name or (limit.name and limit in each.limits)]:
            waits = any(other.defer and other.per == limit.per for other in each.limits)
            for other in self.facts:
                if each.name not in other.parts or (
                    limit.each and limit.each[0] != "item" and self._key(limit, other) != key
                ):
                    continue
                if not self._is_counted(limit, each.name, other):
                    continue
                found = [
                    amount
                    for category, at, amount in other.parts[each.name]
                    if self._counts_in(limit.per, other, at if waits else other.event.at, bounds, now)
                    and (not limit.each or limit.each[0] != "item" or category == key)
                ]
                if limit.kind == "amount":
                    used += sum(found)
                elif limit.each and limit.each[0] == "item":
                    used += sum(amount > 0 for amount in found)
                else:
                    used += sum(found) > 0
        return used

    def _is_counted(self, limit: Limit, name: str, other: Fact) -> bool:
        """Say whether what a rule or lane gave an event is counted by a limit; with one version it always is."""
        del limit, name, other
        return True

    def _award(self, fact: Fact, lane: Lane, cell: Any, amount: int, since: dt.datetime | None = None) -> None:
        earn, at, zone = self._rules(lane)[0], since or fact.event.at, self.program.zone
        self._active(fact.event.at, rule=lane.name)
        usable, waits = at, False
        if isinstance(earn.pending, Until):
            came = self._came(earn, cell)
            waits = came is None
            latest = usable = plus(zone, at, earn.pending.within) if earn.pending.matures else NEVER
            if came is not None:
                usable = min(latest, plus(zone, came.at, earn.pending.then) if earn.pending.then else came.at)
        elif earn.pending:
            usable = end_of_life(zone, at, earn.pending) or NEVER
        if waits and usable == NEVER:
            assert isinstance(earn.pending, Until)
            lapses = plus(zone, at, earn.pending.within)
            own = None if earn.expires_from == "maturing" else self._end_of(earn, at)
            given = min(lapses, own or lapses)
            self.earn(fact, lane.name, cell, earn.unit, amount, NEVER, given, awaits=earn)
            return
        own = self._end_of(earn, usable if earn.expires_from == "maturing" else at)
        self.earn(fact, lane.name, cell, earn.unit, amount, usable, own, awaits=earn if waits else None)

    def earn(
        self,
        fact: Fact,
        rule: str,
        cell: Any,
        unit: str,
        amount: int,
        usable: dt.datetime,
        own: dt.datetime | None,
        awaits: Earn | None = None,
        *,
        spared: bool = False,
    ) -> None:
        """Add a lot; what is usable pays debt first, what is pending does so when it matures."""
        self._suspend(unit)
        spared = spared or self._spares(unit, rule)
        deadline = None if spared else self._deadline(unit, fact.event.at)
        expires = min((moment for moment in (own, deadline) if moment), default=None)
        pending = usable > self.now
        awaits = awaits if pending else None
        repaid = 0 if pending else min(amount, self.debt(unit))
        left, at = amount - repaid, fact.event.at
        lot = Lot(
            len(self.lots), unit, rule, cell, at, left, pending, usable, expires, own, awaits, cause=fact.event.id
        )
        lot.spared = spared
        self.lots.append(lot)
        self._post("earn", fact, rule, unit, amount, ((lot.number, amount),), repaid=repaid, cell=cell)
        self._expire_at_once(lot)

    def _post(
        self, kind: str, fact: Fact | None, rule: str | None, unit: str, amount: int, pieces: Pieces, **more: Any
    ) -> None:
        cause = fact.event.id if fact else None
        self.postings.append(Posting(kind, self.now, cause, rule, unit, amount, pieces, **more))

    def stated_end(self, given: dt.datetime | str | None, unit: str, at: dt.datetime) -> dt.datetime | None:
        """Return when units by hand end: as it is said, never where that is said, else by the policy of their unit."""
        if isinstance(given, str):
            return None
        return given or self.end(unit, at)

    def end(self, unit: str, at: dt.datetime) -> dt.datetime | None:
        """Return when units given at a moment end by the policy of their unit, activity apart."""
        expiry = next((expiry for expiry in self.program.expiries if expiry.unit == unit), None)
        if expiry is None or expiry.kind in ("never", "inactivity"):
            return None
        return self.life_end(at, expiry.after)

    def life_end(self, at: dt.datetime, life: Life) -> dt.datetime | None:
        if isinstance(life, ByTier):
            own = dict(life.lives).get(self.tier(life.ladder, at), life.otherwise)
            return None if own is None else self.life_end(at, own)
        anchor = self.anchors().get(life.window.anchor) if isinstance(life, EndOf) else None
        return end_of_life(self.program.zone, at, life, anchor)

    def _spares(self, unit: str, rule: str) -> bool:
        """Say whether what a rule gives does not end for want of activity."""
        return any(rule in expiry.spares for expiry in self.program.expiries if expiry.unit == unit)

    def _end_in_time(self, lot: Lot) -> None:
        """Let a lot end by its own end, or for want of activity if that comes first."""
        deadline = None if lot.spared else self.deadlines.get(lot.unit)
        lot.expires = min((moment for moment in (lot.own, deadline) if moment), default=None)

    def _deadline(self, unit: str, at: dt.datetime) -> dt.datetime | None:
        """Return when units end for want of activity; if no deadline is running, one starts."""
        for expiry in self.program.expiries:
            if expiry.unit == unit and expiry.kind == "inactivity" and not self._stands_still(expiry):
                running = self.deadlines.get(unit)
                if running is None or running <= self.now:
                    own = self._deadline_after(at, expiry)
                    self._put_off(unit, max(own, running or own))
        return self.deadlines.get(unit)

    def _deadline_after(self, at: dt.datetime, expiry: Expiry) -> dt.datetime:
        assert isinstance(expiry.after, Duration)
        return plus(self.program.zone, at, expiry.after)

    def _active(self, at: dt.datetime, kind: str = "", *, rule: str = "") -> None:
        """Put off the end of what ends by inactivity, and is kept by a kind of event or a rule that earns."""
        for expiry in self.program.expiries:
            if expiry.kind == "inactivity" and (kind in expiry.kinds or rule in expiry.rules):
                until = self._deadline_after(at, expiry)
                if until > self.now and not self._stands_still(expiry):
                    self._put_off(expiry.unit, max(until, self.deadlines.get(expiry.unit, until)))

    def _put_off(self, unit: str, until: dt.datetime | None) -> None:
        """Let all units of a kind end at a moment, or never, but for ends of their own."""
        self.deadlines.pop(unit, None)
        if until is not None:
            self.deadlines[unit] = until
        for lot in self.lots:
            if lot.unit == unit and not lot.ended:
                self._end_in_time(lot)

    def _stands_still(self, expiry: Expiry) -> bool:
        """Say whether the member has a tier in which units do not end for want of activity."""
        return bool(expiry.unless) and self.tier(expiry.unless[0]) in expiry.unless[1:]

    def _stand(self, ladder: str, at: dt.datetime) -> None:
        """Let time stand still, or begin anew, as a tier changes."""
        for expiry in self.program.expiries:
            if expiry.unless[:1] == (ladder,) and expiry.kind != "inactivity":
                self._suspend(expiry.unit)
            elif expiry.unless[:1] == (ladder,):
                if self._stands_still(expiry):
                    self._put_off(expiry.unit, None)
                elif expiry.unit not in self.deadlines and not all(lot.spared for lot in self.open_lots(expiry.unit)):
                    self._put_off(expiry.unit, self._deadline_after(at, expiry))

    def _suspend(self, unit: str) -> None:
        """Let units keep their ends and not end in some tiers, and end again in the others."""
        for expiry in self.program.expiries:
            if expiry.unit == unit and expiry.unless and expiry.kind != "inactivity":
                if self._stands_still(expiry):
                    self.suspended[unit] = None
                elif self.suspended.get(unit, self.now) is None:
                    self.suspended[unit] = self.now

    def is_over_at(self, lot: Lot) -> dt.datetime | None:
        """Return when a lot is over as things stand: what is usable not while a tier is held that suspends that."""
        if lot.pending or lot.expires is None or lot.unit not in self.suspended:
            return lot.expires
        since = self.suspended[lot.unit]
        return None if since is None else max(lot.expires, since)

    def _end_what_is_over(self) -> None:
        """End what is over, as a tier has been left."""
        for lot in self.lots:
            if lot.unit in self.suspended and not lot.ended:
                self._expire_at_once(lot)

    # -- spending and giving back -----------------------------------------------------------------------------

    def burn_order(self, unit: str) -> list[Lot]:
        """
        Return the usable lots, soonest to expire first, then oldest; a deadline that some share orders them not.

        A program may have another order, and rules whose units come first.
        """
        never = dt.datetime.max.replace(tzinfo=UTC)
        lots = [lot for lot in self.lots if lot.unit == unit and lot.left and not lot.pending]
        burn = next((burn for burn in self.program.burns if burn.unit == unit), Burn(unit, "soonest"))
        orders: dict[str, Any] = {
            "soonest": lambda lot: (lot.expires or never, lot.own or never, lot.number),
            "oldest": lambda lot: lot.number,
            "newest": lambda lot: -lot.number,
        }
        found: list[Lot] = []
        for names in burn.first:
            found += sorted([lot for lot in lots if lot.rule in names], key=orders[burn.order])
        return found + sorted([lot for lot in lots if lot not in found], key=orders[burn.order])

    def spend(self, fact: Fact, rule: str | None, unit: str, amount: int, lots: list[Lot] | None = None) -> None:
        pieces = take_from(self.burn_order(unit) if lots is None else lots, amount)
        assert total(pieces) == amount
        self._post("spend", fact, rule, unit, amount, pieces)

    def lose(self, unit: str) -> None:
        """Let all usable units of a kind end before their time."""
        for lot in self.burn_order(unit):
            self._post("expire", None, None, unit, lot.left, ((lot.number, lot.left),))
            lot.lapsed += lot.left
            lot.left = 0

    def _restore(self, fact: Fact, redemption: str) -> None:
        """Give spent units back: they pay debt first, the rest goes where it came from."""
        spent = next(p for p in self.postings if p.kind == "spend" and p.cause == redemption)
        if self._begins_anew(spent.rule):
            self._give_anew(fact, spent, spent.amount)
            return
        repaid = rest = min(spent.amount, self.debt(spent.unit))
        self._post("restore", fact, spent.rule, spent.unit, spent.amount, spent.pieces, repaid=repaid)
        for number, units in spent.pieces:
            lot = self.lots[number]
            paying = min(units, rest)
            rest -= paying
            lot.left += units - paying
            self._expire_at_once(lot)

    # -- several accounts ---------------------------------------------------------------------------------------

    def _transfer(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, Transfer)
        terms = next((each for each in self.program.transfers if each.unit == event.unit), None)
        if terms is None:
            raise Refused("not-transferable")
        if event.to == self.name:
            raise Refused("to-oneself")
        if terms.minimum is not None and event.amount < terms.minimum:
            raise Refused("below-minimum", terms.minimum - event.amount)
        if terms.step is not None and event.amount % terms.step:
            raise Refused("not-in-steps")
        other = self.peers[event.to]
        if not other.postings and not other.facts:
            raise Refused("unknown-member")
        self._refuse_overdraft(event.unit, event.amount + terms.fee)
        if terms.limit is not None and (over := self._beyond(terms.limit, fact)) > 0:
            raise Refused("limit-reached", None if terms.limit.kind == "times" else over)
        self.facts.append(fact)
        pieces = take_from(self.burn_order(event.unit), event.amount)
        self._post("spend", fact, "transfer", event.unit, event.amount, pieces)
        if terms.fee:
            self.spend(fact, "transfer fee", event.unit, terms.fee)
        moved = [(self.lots[number].own, self.lots[number].spared, units) for number, units in pieces]
        other.arrive(fact, event.unit, moved, terms)

    def _beyond(self, limit: Limit, fact: Fact) -> int:
        """Return by how much a transfer is more than a limit leaves room for, of units or of times."""
        event, window = fact.event, limit.per
        assert isinstance(event, Transfer)
        assert window is not None
        found = [each.event for each in self.facts if isinstance(each.event, Transfer)]
        found = [each for each in found if each.unit == event.unit]
        if window.kind == "rolling":
            given = [each for each in found if self._is_rolling_in(each.at, window, fact.now)]
        else:
            bounds = self.bounds(window, event.at, self.anchors())
            if bounds is None:
                return 0
            given = [each for each in found if bounds[0] <= each.at and (bounds[1] is None or each.at < bounds[1])]
        if limit.kind == "times":
            return len(given) + 1 - limit.most
        return sum(each.amount for each in given) + event.amount - limit.most

    def arrive(
        self, fact: Fact, unit: str, pieces: list[tuple[dt.datetime | None, bool, int]], terms: Transferable
    ) -> None:
        """Take in what another member gives: of all units up to each one the share is floored."""
        arriving: dict[tuple[dt.datetime | None, bool], int] = {}
        given = 0
        for *kept, units in pieces:
            end: Any = (None, False) if terms.renew else tuple(kept)
            before = math.floor(given * terms.arrives)
            given += units
            arriving[end] = arriving.get(end, 0) + math.floor(given * terms.arrives) - before
        for (end, spared), units in arriving.items():
            if units:
                own = self.end(unit, fact.event.at) if terms.renew else end
                self.earn(fact, "transfer", None, unit, units, fact.event.at, own, spared=spared)

    def _drawable(self, earn: Earn, amount: int) -> int:
        """Return what of an amount the budget of a rule has."""
        assert earn.budget is not None
        there = max(0, self.peers[earn.budget].balance(earn.unit))
        if amount <= there:
            return amount
        return 0 if earn.whole else there

    def _draw(self, fact: Fact, earn: Earn, rule: str, amount: int, of: Fact) -> None:
        """Draw on the budget of a rule, or give back to it."""
        assert earn.budget is not None
        drawing = (self.name, of.event.id, rule)
        if amount > 0:
            self.peers[earn.budget].drawn(drawing, fact, earn.unit, amount)
        elif amount < 0:
            self.peers[earn.budget].given_back(drawing, fact, -amount)

    def drawn(self, drawing: tuple[str, str, str], fact: Fact, unit: str, amount: int) -> None:
        """Give units from here for an event of another account."""
        pieces = take_from(self.burn_order(unit), amount)
        assert total(pieces) == amount
        self._post("spend", fact, drawing[2], unit, amount, pieces)
        self.drawings.setdefault(drawing, []).extend(pieces)

    def given_back(self, drawing: tuple[str, str, str], fact: Fact, amount: int) -> None:
        """Take units back that were given for an event of another account, the last ones first."""
        pieces = self.drawings[drawing]
        self._post("restore", fact, drawing[2], self.lots[pieces[0][0]].unit, amount, ())
        while amount:
            number, units = pieces.pop()
            back = min(units, amount)
            if units > back:
                pieces.append((number, units - back))
            amount -= back
            self.lots[number].left += back
            self._expire_at_once(self.lots[number])

    def _raise(self, fact: Fact) -> None:
        """Raise activities for other members."""
        for rule in self.program.raises:
            account = fact.moments["settings"].get(rule.setting, "")
            if account not in ("", self.name) and event_holds(rule.when, fact, self.program):
                self._put(fact, fact, rule, account)

    def _put(self, fact: Fact, of: Fact, rule: Raise, account: str) -> None:
        id_, spent = f'["{self.name}","{fact.event.id}","{rule.name}"]', kept_net(of, None) if rule.carries else 0
        of.raised[rule.name] = (account, id_, spent)
        self.raised.append((account, Activity(id_, fact.event.at, rule.activity, spent=spent)))

    def _reconsider(self, fact: Fact, of: Fact) -> None:
        """Withdraw what no longer holds of what is kept, and raise what does again, or carries something else."""
        for rule in self.program.raises:
            if rule.name not in of.raised:
                continue
            account, id_, spent = of.raised[rule.name]
            holds = of.is_kept() and event_holds(rule.when, of, self.program)
            if holds and id_ is not None and spent == (kept_net(of, None) if rule.carries else 0):
                continue
            if id_ is not None:
                back = f'["{self.name}","{fact.event.id}","{rule.name}","withdrawn"]'
                self.raised.append((account, Return(back, fact.event.at, id_)))
                of.raised[rule.name] = (account, None, 0)
            if holds:
                self._put(fact, of, rule, account)

    # -- taking back ------------------------------------------------------------------------------------------

    def _take_back(self, fact: Fact, of: Fact, kind: str) -> None:
        """Bring every cell the purchase is in to V of what is kept; mostly that is less, rarely more."""
        for lane in self._lanes(kind):
            earn = self._rules(lane)[0]
            cell = self._cell(lane, of)
            if cell is None:
                continue
            held = self.held(lane.name, cell)
            if self._over(lane) is not None:
                value = self._worth(lane, of)
                if value > held:
                    self._award(fact, lane, cell, value - held)
            else:
                before = of.parts[lane.name]
                of.parts = {**of.parts, lane.name: self._refitted(lane, of)}
                value = sum(amount for _, _, amount in of.parts[lane.name])
                if earn.budget is not None:
                    more = value - held if value <= held else self._drawable(earn, value - held)
                    self._draw(fact, earn, lane.name, more, of)
                    if more > 0:
                        self._award(fact, lane, cell, more)
                elif value > held:
                    self._give_more(fact, lane, cell, before, of.parts[lane.name])
            if value < held:
                self._take_of(fact, lane, cell, held - value)

    def _give_more(self, fact: Fact, lane: Lane, cell: Any, before: list[Any], after: list[Any]) -> None:
        """Give what a return gives, mostly at once; what waited for another window still does."""
        if not any(limit.defer for limit in lane.limits):
            more = sum(amount for _, _, amount in after) - sum(amount for _, _, amount in before)
            self._award(fact, lane, cell, more)
            return
        had = {moment: amount for _, moment, amount in before}
        for _, moment, amount in after:
            if amount > had.get(moment, 0):
                self._award(fact, lane, cell, amount - had.get(moment, 0), max(moment, fact.event.at))

    def _refitted(self, lane: Lane, of: Fact) -> list[tuple[Any, Any, int]]:
        """Return what is left of the parts of an award with what is kept, in the room that they had."""
        original = of.original[lane.name]
        value = min(sum(amount for _, _, amount in original), self._award_of(lane.name, of))
        if not of.is_kept():
            value = 0
        by_item = [limit for limit in lane.limits if limit.per and limit.each and limit.each[0] == "item"]
        if by_item:
            shares = self._shares(self._rules(lane)[0], of)
            for limit in by_item:
                if self._window_of(of, limit.per) is not None:
                    had = {key: amount for key, _, amount in original}
                    if limit.kind == "times":
                        shares = {key: share if had.get(key) else 0 for key, share in shares.items()}
                    else:
                        shares = {key: min(share, had.get(key, 0)) for key, share in shares.items()}
            return [(key, of.event.at, share) for key, share in filled(shares, value).items()]
        moments = filled({at: amount for _, at, amount in original}, value)
        if any(limit.defer and limit.kind == "times" for limit in lane.limits):
            moments = dict.fromkeys(moments, value)
        return [(None, at, amount) for at, amount in moments.items()]

    def _take_of(self, fact: Fact, lane: Lane, cell: Any, amount: int) -> None:
        earn = self._rules(lane)[0]
        self.take(fact, lane.name, cell, earn.unit, earn.taking_back, amount)

    def take(self, fact: Fact, rule: str | None, cell: Any, unit: str, policy: str | None, amount: int) -> None:
        """Take from the cell's own lots, newest first; then count what expired of them; then by policy."""
        policy = policy or self.program.taking_back
        own = [lot for lot in reversed(self.lots) if lot.rule == rule and lot.cell == cell]
        pieces = take_from(own, amount)
        lapsed = self._count_lapsed(own, amount - total(pieces))
        if policy == "other_lots":
            pieces += take_from(self.burn_order(unit), amount - lapsed - total(pieces))
        elif policy == "clamp":
            free = max(0, self.balance(unit))
            pieces += take_from(self.burn_order(unit), min(free, amount - lapsed - total(pieces)))
        rest = amount - lapsed - total(pieces)
        debt = 0 if policy in ("clamp", "write_off") else rest
        self._post("take", fact, rule, unit, amount, pieces, lapsed=lapsed, debt=debt, cell=cell)

    def _count_lapsed(self, lots: list[Lot], most: int) -> int:
        """Count expired units of lots, each unit once, up to an amount."""
        counted = 0
        for lot in lots:
            units = min(most - counted, lot.lapsed)
            lot.lapsed -= units
            counted += units
        return counted

    # -- the passing of time ----------------------------------------------------------------------------------

    def advance(self, to: dt.datetime, *, remember: bool = True) -> None:
        """Do everything due until a moment, moment by moment: maturity, expiry, slides and window ends, reviews."""
        while True:
            due = min((moment for moment in self.due_after(self.now) if moment <= to), default=None)
            if due is None:
                break
            ended = [ladder for ladder in self.program.ladders if self._window_ends(ladder, self.now, due)]
            turning = [on for on in claims.turns(self) if claims.turn_after(self, on, self.now) == due]
            self._pass(due, ended, turning)
        self.now = max(self.now, to)
        if remember:
            self.history.append((None, to))

    def _pass(self, due: dt.datetime, ended: list[Ladder], turning: list[Any]) -> None:
        """Do all that is due at a moment, one kind after the other; *ended* are ladders whose window has."""
        self.now = due
        for held in self.holds:
            if held.open and held.until <= due:
                self._end_hold(None, held, 0)
        for lot in self.lots:
            if lot.pending and not lot.ended and lot.usable <= due and (lot.expires is None or lot.expires > due):
                self._mature(lot)
        claims.save(self)
        for lot in self.lots:
            self._expire_at_once(lot)
        self._check_sliding(due)
        for on in turning:
            if on[0] == "ended":
                self._arise(on, due, due - MICROSECOND)
        streaks.follow(self)
        for ladder in self.program.ladders:
            self._review_due(ladder, due, ended=ladder in ended)
        self._end_what_is_over()
        for on in turning:
            if on[0] != "ended":
                self._arise(on, due, due)
        before = len(self.postings)
        claims.claim_on(self, "at once", due, due)
        self._ask_moved(before)

    def _check_sliding(self, due: dt.datetime) -> None:
        for ladder in self.program.ladders:
            if ladder.general and any(due in self._leavings(*history) for history in ladder.histories()):
                self._check(ladder, due, rises=self._rises(ladder, due))

    def _rises(self, ladder: Ladder, due: dt.datetime) -> bool:
        """Say whether more fits at a moment than a little before, so that whoever fell to the lowest may rise."""
        return self._fits(ladder, due) > self._fits(ladder, due - MICROSECOND)

    def _has_come(self, ladder: Ladder, due: dt.datetime) -> bool:
        """Say whether units by whose balance a ladder climbs have become usable at a moment."""
        return any(
            posting.at == due and posting.unit in ladder.balances() and posting.kind in ("mature", "free", "earn")
            for posting in self.postings
        )

    def _review_due(self, ladder: Ladder, due: dt.datetime, *, ended: bool) -> None:
        if ladder.general:
            self._review_general(ladder, due)
        elif self._hand_until(ladder) == due:
            self._end_of_hand(ladder, due)
        elif ended and not ladder.is_at_once():
            self._review_window_end(ladder, due)
        elif ended or self._slides(ladder, due):
            self._review_at_once(ladder, due)

    def due_after(self, now: dt.datetime) -> Iterator[dt.datetime]:
        for held in self.holds:
            if held.open and held.until > now:
                yield held.until
        for lot in self.lots:
            if lot.pending and now < lot.usable < NEVER:
                yield lot.usable
            over = self.is_over_at(lot)
            if not lot.ended and over is not None and over > now:
                yield over
        yield from (end for end in self.runs.values() if end is not None and end > now)
        for on in claims.turns(self):
            if (end := claims.turn_after(self, on, now)) is not None:
                yield end
        for ladder in self.program.ladders:
            yield from (row[2] for row in self.tiers[ladder.name][-1:] if row[2] is not None and row[2] > now)
            for by, window in ladder.histories():
                yield from (end for end in self._leavings(by, window) if end > now)
            end = self._window_end(ladder, now) if ladder.window.stands() and not ladder.general else None
            yield from [] if end is None else [end]

    def _leavings(self, by: str, window: Window) -> list[dt.datetime]:
        """Return when the sum over a rolling window changes as what was counted leaves it."""
        if window.kind != "rolling":
            return []
        counted = [(fact.event.at, self._tally_of(fact, by)) for fact in self.facts]
        counted += self._brought(by, window) + [(posting.at, posting.amount) for posting in self._raised(by)]
        leaving: Counter[dt.datetime] = Counter()
        for moment, amount in counted:
            leaving[plus(self.program.zone, moment, window.duration)] += amount
        return [moment for moment, amount in leaving.items() if amount]

    def _raised(self, unit: str) -> list[Posting]:
        """Return what rules gave that no event but what became of the member has raised."""
        earned = [posting for posting in self.postings if posting.kind == "earn" and posting.unit == unit]
        return [posting for posting in earned if str(posting.cause).startswith("raised ")]

    def _window_ends(self, ladder: Ladder, now: dt.datetime, due: dt.datetime) -> bool:
        return not ladder.general and self._window_end(ladder, now) == due

    def _window_end(self, ladder: Ladder, now: dt.datetime) -> dt.datetime | None:
        return self.end_of_window(ladder.window, now)

    def end_of_window(self, window: Window, now: dt.datetime) -> dt.datetime | None:
        bounds = self.bounds(window, now, self.anchors())
        return bounds[1] if bounds else None

    def _slides(self, ladder: Ladder, due: dt.datetime) -> bool:
        """Say whether the sum of a ladder over a rolling window changes at a moment."""
        counted = [(fact.event.at, self._tally_of(fact, ladder.by)) for fact in self.facts]
        ending = [
            amount
            for moment, amount in counted + self._brought(ladder.by, ladder.window)
            if plus(self.program.zone, moment, ladder.window.duration) == due
        ]
        return ladder.window.kind == "rolling" and sum(ending) != 0

    def _expire_at_once(self, lot: Lot) -> None:
        """End a lot whose time has come; what comes back into an ended lot ends again."""
        over = self.is_over_at(lot)
        if lot.ended and (over is None or over > self.now):
            lot.ended = False  # it has come back while a tier is held that keeps it
        if over is not None and over <= self.now:
            lot.ended, lot.pending = True, False
            if lot.left:
                self._post("expire", None, None, lot.unit, lot.left, ((lot.number, lot.left),))
                lot.lapsed += lot.left
                lot.left = 0

    # -- tiers ------------------------------------------------------------------------------------------------

    def _fitting(self, ladder: Ladder, at: dt.datetime) -> int:
        """Return the rank that the tally of the window containing a moment deserves."""
        if ladder.general:
            return self._fits(ladder, at)
        tally = self.tally(ladder.by, ladder.window, at, at)
        return max(rank for rank, (_, bound) in enumerate(ladder.tiers) if tally >= bound or rank == 0)

    def _rank(self, ladder: Ladder) -> int:
        return self._rank_of(ladder, self.tier(ladder.name))

    def _rank_of(self, ladder: Ladder, tier: str) -> int:
        return [name for name, _ in ladder.tiers].index(tier)

    def _enter(self, ladder: Ladder, rank: int, at: dt.datetime) -> None:
        if rank != self._rank(ladder):
            self._write(ladder, rank, at)

    def _write(self, ladder: Ladder, rank: int, at: dt.datetime, until: Any = "by the term") -> None:
        """Note that a tier is entered, renewed or left, and what follows from that."""
        before = self._rank(ladder)
        ends = self._term(ladder, rank, at) if until == "by the term" else until
        kind = "tier"
        if floor := self._floor(ladder, at):
            tier, given_until = floor
            if self._rank_of(ladder, tier) > rank:
                rank, ends, kind = self._rank_of(ladder, tier), given_until, "hand"
        self.tiers[ladder.name].append((at, ladder.tiers[rank][0], ends, kind))
        self._tell(ladder, before, rank, at)

    def _floor(self, ladder: Ladder, at: dt.datetime) -> tuple[str, Any] | None:
        """Return the tier that was given by hand and still holds, with its end: nobody falls below that."""
        tier, until = self.given.get(ladder.name, (None, None))
        holds = tier is not None and (until is None or until > at) and tier in [name for name, _ in ladder.tiers]
        return (tier, until) if holds else None

    def _tell(self, ladder: Ladder, before: int, rank: int, at: dt.datetime) -> None:
        change = "renewed" if rank == before else "entered" if rank > before else "left"
        tier = ladder.tiers[before if change == "left" else rank][0]
        self._stand(ladder.name, at)
        raised = [each.on for each in (*self.program.earns, *self.program.rewards) if isinstance(each.on, tuple)]
        for on in dict.fromkeys(raised):
            if on[:2] == (change, ladder.name) and (len(on) == 2 or tier in on[2:]):
                self._arise(on, at, at)
        for other in self.program.ladders:
            if other.general and repr(("tier", ladder.name))[:-1] in repr(other.asks):
                self._check(other, at)

    def _arise(self, on: Any, at: dt.datetime, seen: dt.datetime) -> None:
        """Give what the rules of a cause give, as of the windows of a moment, and claim rewards."""
        text = " ".join((on[1], on[0], *sorted(on[2:]))) if on[0] in ("entered", "renewed", "left") else on[0]
        cause = Fact(Enrolment(f"raised {text}", at), self.now)
        values = []
        for earn in self.program.earns:
            if earn.on == on:
                leaf = 1 if earn.leaf == "count" else self.tally(*earn.leaf, seen, self.now)
                values.append((earn, self._rounded(earn, leaf)))
        for earn, value in values:
            if value:
                given = self._end_of(earn, at)
                usable = (end_of_life(self.program.zone, at, earn.pending) or NEVER) if earn.pending else at
                self._active(at, rule=earn.name)
                self.earn(cause, earn.name, ("raised", at), earn.unit, value, usable, given)
        units = {earn.unit for earn, value in values if value}
        for ladder in self.program.ladders:
            if units & {ladder.by, *(by for by, _ in ladder.histories()), *ladder.balances()}:
                self._review_after_event(ladder, cause)
        before = len(self.postings)
        claims.claim_on(self, on, at, seen)
        self._ask_moved(before)

    def _hand_until(self, ladder: Ladder) -> dt.datetime | None:
        """Return when a tier ends that was given by hand and is still held."""
        rows = self.tiers[ladder.name]
        return rows[-1][2] if rows and rows[-1][3] == "hand" else None

    def _is_by_hand(self, ladder: Ladder) -> bool:
        rows = self.tiers[ladder.name]
        return bool(rows) and rows[-1][3] == "hand"

    def _end_of_hand(self, ladder: Ladder, at: dt.datetime) -> None:
        fitting = self._fitting(ladder, at if ladder.is_at_once() else at - MICROSECOND)
        rank = self._rank(ladder)
        self._write(ladder, max(0, rank - 1) if fitting < rank and ladder.downgrade == "one_step" else fitting, at)

    # -- general ladders --------------------------------------------------------------------------------------

    def _has(self, asked: Any, at: dt.datetime) -> bool:
        """Say whether the member has what a tier asks for."""
        if asked == 0:
            return True
        kind, *rest = asked
        if kind in ("all", "any"):
            return (all if kind == "all" else any)(self._has(part, at) for part in rest)
        if kind == "tier":
            return self.tier(rest[0]) in rest[1:]
        by, window, bound = rest
        number = self.balance(by) if window is None else self.tally(by, window, at, at)
        return number >= bound

    def _fits(self, ladder: Ladder, at: dt.datetime) -> int:
        """Return the highest rank whose tier asks for what the member has."""
        if ladder.spends:
            rank, left = self._rank(ladder), self.balance(ladder.by)
            while rank + 1 < len(ladder.tiers) and left >= ladder.tiers[rank + 1][1]:
                rank += 1
                left -= ladder.tiers[rank][1]
            return rank
        return max(rank for rank, asked in enumerate(ladder.asks) if self._has(asked, at))

    def _keeps(self, ladder: Ladder, rank: int, at: dt.datetime) -> int:
        """Return the highest rank, up to one, that the member may keep."""
        keep = dict(ladder.keep)
        every = [keep.get(name, asked) for (name, _), asked in zip(ladder.tiers, ladder.asks, strict=True)]
        return max(each for each in range(rank + 1) if self._has(every[each], at))

    def _term(self, ladder: Ladder, rank: int, at: dt.datetime, behind: dt.datetime | None = None) -> Any:
        """Return when a term ends that begins now, behind another one or not; None where it has no end."""
        if not rank or ladder.downgrade == "never":
            return None
        standing = [window for _, window in ladder.histories() if window.stands()]
        if ladder.valid is None:
            found = [self.end_of_window(window, at) for window in standing]
            return min((end for end in found if end is not None), default=None)
        ends = self.life_end(at, ladder.valid)
        if behind is not None:
            since = behind - MICROSECOND if isinstance(ladder.valid, EndOf) else behind
            earlier = self.life_end(since, ladder.valid)
            ends = earlier if earlier > at else ends
        return ends

    def _check(self, ladder: Ladder, at: dt.datetime, *, rises: bool = True) -> None:
        """Ask whether another tier fits now; by what was there before nobody *rises* who fell to the lowest."""
        rank, rows = self._rank(ladder), self.tiers[ladder.name]
        fits = self._fits(ladder, at)
        if fits > rank and ladder.downgrade == "lowest" and not rises:
            return
        if ladder.spends:
            for each in range(rank + 1, fits + 1):
                self._buy(ladder, each, at, ladder.tiers[each][1])
            return
        if fits > rank:
            self._write(ladder, fits, at)
        elif rank and ladder.is_at_once() and ladder.grace is not None and rows[-1][3] == "grace":
            if rank in (fits, self._keeps(ladder, rank, at)):
                self._write(ladder, rank, at)
        elif rank and self._keeps(ladder, rank, at) == rank:
            standing = [window for _, window in ladder.histories() if window.stands()]
            if ladder.valid is not None and standing:
                since, _, until, kind = rows[-1]
                began = max(bounds[0] for window in standing if (bounds := self.bounds(window, at, self.anchors())))
                ends = self._term(ladder, rank, at)
                far = dt.datetime.max.replace(tzinfo=UTC)
                if (ends or far) > (until or far) and (since < began or kind != "tier"):
                    self._write(ladder, rank, at)
        elif fits == rank or not ladder.is_at_once() or ladder.downgrade == "never" or self._is_by_hand(ladder):
            return
        elif ladder.grace is not None:
            rows.append((at, rows[-1][1], plus(self.program.zone, at, ladder.grace), "grace"))
        else:
            # Where a ladder is asked all the time, what enters a tier also keeps it: else both would take turns.
            kept = self._keeps(ladder, rank, at)
            self._write(ladder, fallen(ladder, rank, kept), at)

    def _review_general(self, ladder: Ladder, at: dt.datetime) -> None:
        rows = self.tiers[ladder.name]
        if not rows or rows[-1][2] is None or rows[-1][2] > at:
            if ladder.reads_balances():
                self._check(ladder, at, rises=self._rises(ladder, at) or self._has_come(ladder, at))
            return
        since, _, _, kind = rows[-1]
        rank, behind = self._rank(ladder), since if kind == "grace" else at
        if ladder.spends:
            self._renew(ladder, rank, at)
            return
        standing = any(window.stands() for _, window in ladder.histories())
        seen = behind - MICROSECOND if standing and not ladder.is_at_once() else at
        best = self._earned(ladder, rank, at, seen)
        if best >= rank:
            self._write(ladder, best, at, self._term(ladder, best, at, behind))
        elif ladder.grace is not None and kind == "tier":
            rows.append((at, rows[-1][1], plus(self.program.zone, at, ladder.grace), "grace"))
        else:
            lands = fallen(ladder, rank, best)
            self._write(ladder, lands, at, self._term(ladder, lands, at, behind))
            if ladder.is_at_once() and ladder.grace is not None and ladder.downgrade == "one_step":
                self._check(ladder, at)

    def _earned(self, ladder: Ladder, rank: int, at: dt.datetime, seen: dt.datetime) -> int:
        """Return the rank that a term has earned: one above, the one that is kept, or the highest below it."""
        keep = dict(ladder.keep)
        above = max(self._fits(ladder, at), self._fits(ladder, seen))
        if above > rank and (ladder.reads_balances() or self._fits(ladder, at - MICROSECOND) < above):
            return above
        entered = self._has(ladder.asks[rank], at) or self._has(ladder.asks[rank], seen)
        asked = keep.get(ladder.tiers[rank][0])
        kept = entered if asked is None else self._has(asked, seen) or (entered and self._has(asked, at))
        below = [r for r in range(rank) if self._has(ladder.asks[r], at) or self._has(ladder.asks[r], seen)]
        return rank if kept else max(self._keeps(ladder, rank - 1, seen), *below)

    def _buy(self, ladder: Ladder, rank: int, at: dt.datetime, cost: int, until: Any = "by the term") -> None:
        before = self._rank(ladder)
        ends = self._term(ladder, rank, at) if until == "by the term" else until
        self.tiers[ladder.name].append((at, ladder.tiers[rank][0], ends, "tier"))
        self._post("spend", None, ladder.name, ladder.by, cost, take_from(self.burn_order(ladder.by), cost))
        self._tell(ladder, before, rank, at)

    def _renew(self, ladder: Ladder, rank: int, at: dt.datetime) -> None:
        """Pay for another term, or land lower; what is left of the counter beyond what goes on is lost."""
        keep = dict(ladder.keep)
        costs = [keep.get(name, cost) for name, cost in ladder.tiers]
        lands = max(each for each in range(rank + 1) if not each or self.balance(ladder.by) >= costs[each])
        floor = self._floor(ladder, at)
        paid = lands and (lands == rank or ladder.downgrade not in ("one_step", "lowest"))
        if paid and (floor is None or lands >= self._rank_of(ladder, floor[0])):
            self._buy(ladder, lands, at, costs[lands], self._term(ladder, lands, at, at))
            self._lose(ladder, ladder.carry)
        else:
            lands = fallen(ladder, rank, lands)
            self._lose(ladder, None if ladder.carry is None else 0)
            self._write(ladder, lands, at, self._term(ladder, lands, at, at))

    def _lose(self, ladder: Ladder, most: int | None) -> None:
        lots = self.burn_order(ladder.by)
        excess = 0 if most is None else max(0, sum(lot.left for lot in lots) - most)
        for number, units in take_from(lots, excess):
            self.lots[number].lapsed += units
            self._post("expire", None, None, ladder.by, units, ((number, units),))

    def _review(self, ladder: Ladder, fitting: int, at: dt.datetime) -> None:
        rank = self._rank(ladder)
        if fitting < rank and self._is_by_hand(ladder):
            return
        if fitting < rank:
            fitting = {"never": rank, "one_step": rank - 1, "fitting": fitting}[ladder.downgrade]
        self._enter(ladder, fitting, at)

    def _review_at_once(self, ladder: Ladder, at: dt.datetime) -> None:
        self._review(ladder, self._fitting(ladder, at), at)

    def _review_window_end(self, ladder: Ladder, end: dt.datetime) -> None:
        """Judge the window that closes; what it deserved is kept until the end of the next one."""
        self._review(ladder, self._fitting(ladder, end - MICROSECOND), end)

    def _review_after_event(self, ladder: Ladder, fact: Fact) -> None:
        if ladder.general:
            if isinstance(fact.event, Opening):
                if self._fits(ladder, self.now) > self._rank(ladder):
                    self._check(ladder, self.now)
            else:
                self._check(ladder, self.now)
        elif ladder.is_at_once() and not isinstance(fact.event, Opening):
            self._review_at_once(ladder, self.now)
        else:
            self._enter(ladder, max(self._rank(ladder), self._fitting(ladder, self.now)), self.now)


def fallen(ladder: Ladder, rank: int, fits: int) -> int:
    """Say where somebody falls to who cannot keep a tier."""
    return {"one_step": max(0, rank - 1), "lowest": 0}.get(ladder.downgrade, fits)


def starts_with(one: Bounds, two: Bounds) -> bool:
    """Say whether two windows are one: that before an anchor has an end only once there is an anchor."""
    return one is not None and two is not None and one[0] == two[0]


def total(pieces: Pieces) -> int:
    return sum(units for _, units in pieces)


def take_from(lots: list[Lot], amount: int) -> tuple[tuple[int, int], ...]:
    """Take up to an amount from lots in the order given, and say how much from which."""
    pieces = []
    for lot in lots:
        units = min(lot.left, amount)
        if units:
            lot.left -= units
            amount -= units
            pieces.append((lot.number, units))
    return tuple(pieces)


def filled(shares: dict[Any, int], most: int) -> dict[Any, int]:
    """Return shares cut to a sum, the last ones first."""
    found = {}
    for key, share in shares.items():
        found[key] = min(share, most)
        most -= found[key]
    return found


def first_of(pieces: Pieces, amount: int) -> Pieces:
    """Return the first pieces up to an amount."""
    found = []
    for number, units in pieces:
        if amount:
            found.append((number, min(units, amount)))
            amount -= found[-1][1]
    return tuple(found)


def capped(value: int, limits: tuple[Limit, ...]) -> int:
    """Cut a value by the limits per purchase."""
    for limit in limits:
        if limit.per is None and limit.kind == "amount" and value > limit.most:
            value = 0 if limit.reject else limit.most
    return value


def is_of_rule(cell: Any) -> bool:
    """Say whether units are of a rule that earns, and not of a reward."""
    return cell is not None and cell[0] != "given by"
