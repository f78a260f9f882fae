"""
Events and programs, described plainly: what the naive model works on, and what the library's values are built from.

Amounts are whole numbers of a unit's smallest part, money is cents, quantities are thousandths, and moments are
datetimes in UTC. Conditions are nested tuples, see `machine.reckoning`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

# Events.


@dataclass(frozen=True)
class Item:
    """A line of a purchase: net in cents, quantity in thousandths; cents that were refunded since."""

    id: str
    net: int
    quantity: int = 1000
    category: str = "food"
    points: int = 0
    gift: bool = False
    refunded: int = 0
    paid: int = 0  # cents of the whole line that were paid with points
    off: int = 0  # cents of the whole line that discounts took off


@dataclass(frozen=True)
class Purchase:
    id: str
    at: dt.datetime
    items: tuple[Item, ...]
    channel: str = ""
    nights: int = 0
    paid: tuple[tuple[str, int], ...] = ()  # cents paid with points, by rule, in order of their names
    claims: tuple[str, ...] | None = None  # discounts; None where it has none, not even those that come by themselves


@dataclass(frozen=True)
class Return:
    """Items: None for everything still kept, or (item, quantity) pairs, quantity None for the whole line."""

    id: str
    at: dt.datetime
    of: str
    items: tuple[tuple[str, int | None], ...] | None = None
    refunds: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Enrolment:
    id: str
    at: dt.datetime


@dataclass(frozen=True)
class Activity:
    id: str
    at: dt.datetime
    name: str = "review"
    of: str | None = None
    spent: int = 0  # cents, carried from what raised it


@dataclass(frozen=True)
class Redemption:
    """A reward asked for: so many times, or, for paying with points, worth an amount of money."""

    id: str
    at: dt.datetime
    reward: str
    times: int = 1
    amount: int | None = None


@dataclass(frozen=True)
class Hold:
    """Units set aside for a reward: so many times, or for paying an amount of money; until, or for the reward's own."""

    id: str
    at: dt.datetime
    reward: str
    times: int = 1
    amount: int | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Capture:
    """What is held becomes spent: all of it, or times of the reward, or an amount of money."""

    id: str
    at: dt.datetime
    of: str
    times: int | None = None
    amount: int | None = None


@dataclass(frozen=True)
class Release:
    id: str
    at: dt.datetime
    of: str


@dataclass(frozen=True)
class Adjustment:
    id: str
    at: dt.datetime
    unit: str
    amount: int
    reason: str = "goodwill"
    expires: dt.datetime | str | None = None
    usable: dt.datetime | None = None
    of: str | None = None
    otherwise: str = "reject"


@dataclass(frozen=True)
class Settings:
    id: str
    at: dt.datetime
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TierAdjustment:
    """A tier given by hand until a moment, for ever, or for the ladder's term (None); tier None ends what was given."""

    id: str
    at: dt.datetime
    ladder: str
    tier: str | None
    until: dt.datetime | str | None = None
    reason: str = "invited"


@dataclass(frozen=True)
class Opening:
    """
    Lots are (unit, amount, expires, usable); tiers are (ladder, tier); tallies are (what, window, amount, at).

    A lot ends at a moment, "never", or, of None, as its unit does; it is usable from a moment, of None at once.
    """

    id: str
    at: dt.datetime
    lots: tuple[tuple[str, int, dt.datetime | str | None, dt.datetime | None], ...] = ()
    tiers: tuple[tuple[str, str], ...] = ()
    tallies: tuple[tuple[str, Window, int, dt.datetime], ...] = ()
    purchases: int = 0
    joined: dt.datetime | None = None
    reviewed: dt.datetime | None = None


@dataclass(frozen=True)
class Transfer:
    id: str
    at: dt.datetime
    to: str
    unit: str
    amount: int


Event = (
    Purchase
    | Return
    | Enrolment
    | Activity
    | Redemption
    | Hold
    | Capture
    | Release
    | Adjustment
    | Settings
    | TierAdjustment
    | Opening
    | Transfer
)

# Programs.


@dataclass(frozen=True)
class Duration:
    """After one civil step of months and days in the program's zone, then exact hours."""

    months: int = 0
    days: int = 0
    hours: int = 0


@dataclass(frozen=True)
class Until:
    """
    Until an activity of a name comes about the purchase, and then for some time.

    It comes within a time, or never; or else units are usable once that has passed, where it *matures*.
    """

    activity: str
    within: Duration
    then: Duration | None = None
    matures: bool = False


@dataclass(frozen=True)
class EndOf:
    """The end of the window that contains a moment, after a duration, or of one so many further, or so much later."""

    window: Window
    after: Duration = Duration()
    further: int = 0
    then: Duration = Duration()


@dataclass(frozen=True)
class Dates:
    """The first of these moments that lies after the earning; what is earned at the last or later does not end."""

    moments: tuple[dt.datetime, ...]


@dataclass(frozen=True)
class ByTier:
    """How long units live by the tier that the member has when they come; None for ever."""

    ladder: str
    lives: tuple[tuple[str, Duration | EndOf | Dates | None], ...]
    otherwise: Duration | EndOf | Dates | None


Life = Duration | EndOf | Dates | ByTier


@dataclass(frozen=True)
class Window:
    """
    A stretch of time: kind is day week month quarter year, lifetime, since, rolling, cycle, or previous.

    Periods begin in a month, on a day (of the week, for weeks) and at a minute, each the calendar's unless told. Cycles
    are counted from a date, or from the first event of a kind: enrolment, or a review. What is previous is the inner
    window, which may be a previous one itself.
    """

    kind: str
    duration: Duration = Duration()
    start: dt.datetime | None = None
    begins: tuple[int, int, int] = (1, 1, 0)
    date: dt.date | None = None
    anchor: str = ""
    inner: Window | None = None

    @property
    def base(self) -> Window:
        """The window by which it is tallied: what is previous, however far back, is tallied by the one it is of."""
        return self.inner.base if self.inner else self

    def stands(self) -> bool:
        """Say whether it is a window of the calendar, which ends."""
        return self.kind not in ("rolling", "lifetime", "since")


@dataclass(frozen=True)
class Limit:
    """
    At most so much ("amount") or so often ("times") per window; no window means per event, or per "item".

    Of discounts it may be so many "pieces", and of lanes of them so many "times" in each event.

    Each is the key: ("event", "channel"), ("event", "name"), ("setting", name) or ("item", "category"). Limits of one
    name share their room. What does not fit waits for so many windows. With rejudge it is a cap of the window.
    By is a rate of what is bought, in place of most.
    """

    most: int
    per: Window | None = None
    kind: str = "amount"
    reject: bool = False
    each: tuple[str, str] | None = None
    name: str = ""
    defer: int = 0
    rejudge: bool = False
    by: Rate | None = None


@dataclass(frozen=True)
class Rate:
    """So much of the unit per so much of the leaf, in proportion."""

    amount: int
    each: int = 1


@dataclass(frozen=True)
class Steps:
    """So much of the unit per complete step of the leaf."""

    amount: int
    each: int


@dataclass(frozen=True)
class Bands:
    """Rows of (lower bound, smallest parts of the unit per 1 of the leaf), rising from zero."""

    rows: tuple[tuple[int, Fraction], ...]
    whole: bool = False


@dataclass(frozen=True)
class Milestones:
    """Rows of (bound, amount): the sum of all whose bound is reached."""

    rows: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Packages:
    """
    Complete steps of several leaves, each (leaf, step), and what mixes of them are worth: (steps of each, amount).

    Each step is used once, so that it is worth most, or row by row where they are taken as they are listed.
    """

    leaves: tuple[tuple[str, int], ...]
    rows: tuple[tuple[tuple[int, ...], int], ...]
    listed: bool = False


Shape = Rate | Steps | Bands | Milestones | Packages


@dataclass(frozen=True)
class Earn:
    """
    A rule: the leaf is net, quantity, points, nights, count, or "given:" and a rule; over None is an event's own.

    Raised by what becomes of the member, *on* is ("entered", "renewed" or "left", ladder, *tiers), ("ended" or "began",
    window), or ("dated", dates); its leaf is then count, or (what is counted, window).
    """

    name: str
    unit: str
    leaf: Any
    shape: Shape
    cap: int | None = None
    where: tuple[Any, ...] | None = None
    when: tuple[Any, ...] | None = None
    over: Window | None = None
    on: Any = "purchase"
    limits: tuple[Limit, ...] = ()
    rounding: str = "floor"
    by_item: bool = False
    pending: Duration | EndOf | Until | None = None
    expires: Life | None = None
    expires_from: str = "earning"
    taking_back: str | None = None
    budget: str | None = None  # the account that it gives from
    whole: bool = False  # nothing, where that account has less


@dataclass(frozen=True)
class Boost:
    """A change of the contributions of a rule's leaf: an addition, a factor, or a factor by tier."""

    name: str
    of: str
    add: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)
    by_tier: tuple[str, tuple[tuple[str, Fraction], ...]] | None = None
    where: tuple[Any, ...] | None = None
    when: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Lane:
    """Of rules, of boosts of one rule, or of lanes of the same."""

    name: str
    of: tuple[str, ...]
    combine: str
    limits: tuple[Limit, ...] = ()
    by_item: bool = False  # of discounts, that one is chosen for each item


@dataclass(frozen=True)
class Ladder:
    """
    Tiers rise from the first; by is spend ("net"), purchases ("count") or units earned (the unit's name).

    In a general ladder each tier asks for a tree of ("all" or "any", …), ("at", by, window, bound), where no window
    means the balance, and ("tier", ladder, *tiers). One that spends has costs in a unit, named by *by*.
    """

    name: str
    by: str
    window: Window
    tiers: tuple[tuple[str, int], ...]
    downgrade: str = "fitting"
    review: str | None = None  # at_once or window_end; by default calendar windows at their end, others at once

    general: bool = False
    asks: tuple[Any, ...] = ()
    keep: tuple[tuple[str, Any], ...] = ()
    valid: Duration | EndOf | None = None
    grace: Duration | None = None
    spends: bool = False
    carry: int | None = None

    def is_at_once(self) -> bool:
        if self.general:
            return self.valid is None and not any(window.stands() for _, window in self.histories())
        return self.review != "window_end" and (self.review == "at_once" or self.window.kind in ("rolling", "lifetime"))

    def histories(self) -> list[tuple[str, Window]]:
        """Return what is counted over windows."""
        if not self.general:
            return [(self.by, self.window)]
        return [(by, window) for by, window in self._numbers() if window is not None]

    def reads_balances(self) -> bool:
        return self.general and any(window is None for _, window in self._numbers())

    def balances(self) -> set[str]:
        """Return the units by whose balance it climbs."""
        return {by for by, window in self._numbers() if window is None} | ({self.by} if self.spends else set())

    def _numbers(self) -> list[tuple[str, Window | None]]:
        found: list[tuple[str, Window | None]] = []
        stack = [*self.asks, *(asked for _, asked in self.keep)]
        while stack:
            part = stack.pop(0)
            if isinstance(part, tuple) and part[0] in ("all", "any"):
                stack += part[1:]
            elif isinstance(part, tuple) and part[0] == "at":
                found.append((part[1], part[2]))
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Expiry:
    """
    When lots of a unit end: kind is after, end_of, inactivity or never.

    What puts the end by inactivity off are kinds of events, and whatever earns by rules of some names. Unless says in
    which tiers the time stands still: the ladder and the tiers. It spares what some rules, or other origins, give.
    """

    unit: str
    kind: str
    after: Life = Duration()
    kinds: tuple[str, ...] = ("purchase", "activity", "redemption")
    rules: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()


@dataclass(frozen=True)
class Issue:
    """Units that a reward gives: usable after a time, and with a life of their own, or that of their unit."""

    unit: str
    amount: int
    pending: Duration | None = None
    expires: Life | None = None
    expires_from: str = "earning"


@dataclass(frozen=True)
class Dated:
    """So many dates on some days of the month (-1 is the last), from a date on, each at a minute of the day."""

    days: tuple[int, ...]
    minute: int
    since: dt.date
    count: int


@dataclass(frozen=True)
class Reward:
    """
    What units are spent on; in some tiers of a ladder it costs something else.

    What is claimed by itself is so *on* "purchase", "activity" or "enrolment", "at once", ("expiring", unit), ("ended"
    or "began", window), ("dated", dates) or ("entered", "renewed" or "left", ladder, *tiers). Limits without a window
    are for each time it is asked for or claimed.
    """

    name: str
    unit: str
    cost: int
    claim: str = "asked"
    hold: Duration | None = None
    when: tuple[Any, ...] | None = None
    stock: str | None = None
    on: Any = "purchase"
    gives: tuple[Issue, ...] = ()
    limits: tuple[Limit, ...] = ()
    by_tier: tuple[str, tuple[tuple[str, int], ...]] | None = None
    giving_back: str | None = None
    taking_back: str | None = None
    returnable: Duration | None = None

    def is_plain(self) -> bool:
        """Say whether it is claimed after an event at one price, open to all and without limits."""
        return isinstance(self.on, str) and self.on != "at once" and not (self.when or self.limits or self.by_tier)


@dataclass(frozen=True)
class Exchange:
    """Any amount of a unit for another: so much for each so many, rounded once."""

    name: str
    unit: str
    each: int
    gives: Issue
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    rounding: str = "floor"
    when: tuple[Any, ...] | None = None
    limits: tuple[Limit, ...] = ()
    giving_back: str | None = None
    taking_back: str | None = None
    returnable: Duration | None = None


@dataclass(frozen=True)
class Pay:
    """
    Paying with points: each so many smallest parts are worth so many cents; odd costs are rounded up.

    With a share or a condition it pays a part of purchases alone.
    """

    name: str
    unit: str
    each: int
    worth: int
    hold: Duration | None = None
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    share: Fraction | None = None
    least_share: Fraction | None = None
    where: tuple[Any, ...] | None = None
    giving_back: str | None = None
    on_return: str = "in_proportion"
    returnable: Duration | None = None


@dataclass(frozen=True)
class Burn:
    """In which order units are used: soonest, oldest or newest, what some rules gave before all others."""

    unit: str
    order: str
    first: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Refuse:
    """Events of a kind that the terms do not allow where a condition holds of them, or of the member."""

    name: str
    on: str
    when: tuple[Any, ...]


@dataclass(frozen=True)
class Chosen:
    """
    Units that a discount is about: so many in an order, or all, of every one or of groups of so many.

    Orders are as_listed, from_cheapest and from_dearest; groups fill in one of them, or all are counted across lines.
    With parts, conditions about items with how many of each, sets are groups.
    """

    number: int | None = None
    order: str = "as_listed"
    of: int | None = None
    grouped: str = "across"
    lines: bool = False
    parts: tuple[tuple[tuple[Any, ...], int], ...] = ()


@dataclass(frozen=True)
class Discount:
    """
    Something off: ("share", fraction), ("amount", "apiece" or "price", cents), or ("steps", steps of the net).

    By item, a share or an amount apiece is rounded line by line. A limit without a window is for each purchase, or for
    each "item".
    """

    name: str
    off: tuple[str, Any]
    of: Chosen | None = None
    where: tuple[Any, ...] | None = None
    when: tuple[Any, ...] | None = None
    claim: str = "once"
    cost: tuple[str, int] | None = None
    limits: tuple[Limit, ...] = ()
    rounding: str = "floor"
    by_item: bool = False
    rest: str = "to_first"
    giving_back: str | None = None
    on_return: str = "in_proportion"


@dataclass(frozen=True)
class Streak:
    """
    Units that end, with some others, once a period has passed in which none was earned.

    So many missed in a row are tolerated; one is let pass where a condition holds, or for units of a kind.
    """

    unit: str
    per: Window
    freeze: tuple[str, int] | None = None
    unless: tuple[Any, ...] | None = None
    tolerates: int = 0
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transferable:
    """What may change hands, and at what terms; arrives is the share that the other gets."""

    unit: str
    minimum: int | None = None
    step: int | None = None
    fee: int = 0
    arrives: Fraction = Fraction(1)
    renew: bool = False
    limit: Limit | None = None


@dataclass(frozen=True)
class Raise:
    """An activity for the member a setting names, while the condition holds of a purchase; it may carry the net."""

    name: str
    activity: str
    setting: str
    when: tuple[Any, ...] | None = None
    carries: bool = False


@dataclass(frozen=True)
class Program:
    name: str
    zone: str
    units: tuple[tuple[str, int], ...]
    earns: tuple[Earn, ...] = ()
    boosts: tuple[Boost, ...] = ()
    lanes: tuple[Lane, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    expiries: tuple[Expiry, ...] = ()
    rewards: tuple[Reward, ...] = ()
    pays: tuple[Pay, ...] = ()
    burns: tuple[Burn, ...] = ()
    transfers: tuple[Transferable, ...] = ()
    raises: tuple[Raise, ...] = ()
    taking_back: str = "debt"
    giving_back: str = "keep"
    exchanges: tuple[Exchange, ...] = ()
    streaks: tuple[Streak, ...] = ()
    refusals: tuple[Refuse, ...] = ()
    discounts: tuple[Discount, ...] = ()
    discount_lanes: tuple[Lane, ...] = ()
