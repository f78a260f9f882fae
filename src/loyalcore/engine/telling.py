"""
Telling: the reasons of an event, one for each rule about it, lanes and limits last of theirs.

What can be known of a rule before any event is compiled when it is first asked: its conditions one by one, what it
gives where all hold, which boosts may be about an event, and how that is said. What is said of many events in the same
words is one value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from attrs import evolve

from loyalcore.answers import Reason
from loyalcore.conditions import AllOf, Condition
from loyalcore.engine.awards import constant_of, rule_value
from loyalcore.engine.boosts import Boosts
from loyalcore.engine.deducting import of_deductions
from loyalcore.engine.earning import AwardsCell, PurchaseCell, WindowCell
from loyalcore.engine.engine import Engine
from loyalcore.engine.items import some_item
from loyalcore.engine.judge import Judgement
from loyalcore.engine.lanes import award_of
from loyalcore.engine.reasons import Inquiry, Told
from loyalcore.engine.rooms import Cut
from loyalcore.engine.spans import EarlierWindow
from loyalcore.engine.summing import summed
from loyalcore.engine.tenders import discounts_of
from loyalcore.engine.verdicts import again, cut_by, cut_said, cuts, of_members
from loyalcore.entries import Row, is_caused
from loyalcore.instants import FOREVER
from loyalcore.ledger import Core
from loyalcore.limits import reject
from loyalcore.measures import Comparison
from loyalcore.rules import Boost, ByTier, Earn, Lane
from loyalcore.trace import caused, followed
from loyalcore.units import Amount, Unit
from loyalcore.windows import Scope, Since, in_words, item

__all__ = ["explain", "of_raised", "told"]

#: What the postings of events that are not judged say.
_MOVES = {"earn": "given", "restore": "given back into the lots they came from", "spend": "spent", "take": "taken back"}
_MOVES |= {"reserve": "set aside", "free": "no longer set aside", "value": "worth"}
#: How many reasons of a rule, or amounts of a unit, are kept to be said again.
_SAID_MAX: Final = 4096
_UNCUT: Final[list[Cut]] = []
_NO_CUTS: Final[dict[str, list[Cut]]] = {}


def explain(engine: Engine, core: Core, seq: int) -> tuple[Reason, ...]:
    """Return the reasons of the fact at a position: of the rules that judged it, or of what followed from it."""
    row = core.row(seq)
    if row[0] in engine.plans:
        engine.check_judged(row)
    return told(engine, lambda: core, seq, row, [posting for _, posting in caused(core, seq)], None)


def told(
    engine: Engine, state: Callable[[], Core], seq: int, row: Row, postings: list[Row], sums: Any
) -> tuple[Reason, ...]:
    """
    Return the reasons of a fact by what is recorded behind it, up to before the next fact at most.

    *sums* are those over its items, where somebody has them; *state* is asked for the account where more is needed.
    """
    kind = row[0]
    if kind not in engine.plans:
        units, currency = engine.terms.units, engine.terms.currency
        moved = [posting for posting in postings if posting[0] in _MOVES and is_caused(posting, seq)]
        anew = engine.terms.renewed if kind == "return" else frozenset()
        reasons = [_of_posting(each, units.get(each[4], currency), anew) for each in moved]
        return _with_raised(engine, state, seq, reasons)
    inquiry = Inquiry(engine, row, sums)
    tellers: _Tellers | None = inquiry.known.tellers
    if tellers is None:
        tellers = inquiry.known.tellers = _Tellers(inquiry)
    granted: dict[str, int] = {}
    for posting in postings:
        if posting[2] == seq:
            name = posting[3]
            if posting[0] == "earn":
                granted[name] = granted.get(name, 0) + posting[5]
            elif posting[0] == "take":
                # Less what it took back where it lowered what a window comes to.
                granted[name] = granted.get(name, 0) - posting[5] - posting[7] - posting[9]
    off, currency = discounts_of(row), engine.terms.currency
    reasons = [
        Reason(name, Amount(currency, sum(parts)), "was taken off before anything was earned") for name, parts in off
    ]
    reasons += tellers.tell(inquiry, granted, lambda: cuts(inquiry.plan, state(), seq, row))
    reasons += of_deductions(engine.plans[kind].deducts, engine.terms.units, seq, postings)
    return _with_raised(engine, state, seq, reasons)


def _with_raised(engine: Engine, state: Callable[[], Core], seq: int, reasons: list[Reason]) -> tuple[Reason, ...]:
    """Return reasons with those of rules that what became of the member has raised."""
    return (*reasons, *of_raised(engine, followed(state(), seq))) if engine.raises else tuple(reasons)


def of_raised(engine: Engine, rows: Iterable[tuple[int, Row]]) -> Iterator[Reason]:
    """Yield what was given, or taken back, by rules that what became of the member has raised, among rows."""
    causes: dict[int, str] = {}
    for seq, row in rows:
        if row[0] == "arise":
            causes[seq] = row[3]
        elif row[0] in ("earn", "take") and row[2] in causes:
            given = Amount(engine.terms.units[row[4]], row[5] if row[0] == "earn" else -row[5])
            yield Reason(row[3], given, f"raised by {causes[row[2]]}")


def _of_posting(row: Row, unit: Unit, anew: frozenset[str]) -> Reason:
    """Say what one posting of a return, redemption or adjustment moved, and where from."""
    if row[0] == "value":
        return Reason(row[3], Amount(unit, row[6]), "what the units that it takes are worth")
    kind, rule, amount = row[0], row[3], Amount(unit, row[5])
    if kind != "take":
        verdict = "given to another member" if (kind, rule) == ("spend", "transfer") else _MOVES[kind]
        verdict = "given back as units that begin anew" if kind == "earn" and rule in anew else verdict
        return Reason(rule, amount if kind in ("earn", "restore", "free") else -amount, verdict)
    _, _, _, _, _, _, pieces, lapsed, debt, written, _ = row
    parts = (
        (sum(pieces[1::2]), "from lots"),
        (debt, "as debt, since they were spent"),
        (lapsed, "had expired and cost nothing"),
        (written, "were spent and are written off"),
    )
    if rule == "adjustment":
        return Reason(rule, -amount, "owed, beyond what there was")
    said = "; ".join(f"{Amount(unit, number)} {what}" for number, what in parts if number)
    return Reason(rule, -amount, f"taken back, as if only what is kept had been bought: {said}")


class _Said:
    """Be the reasons of one name that were given before: what is said again is the same value."""

    __slots__ = ("_rule", "_unit", "known")

    def __init__(self, rule: str, unit: Unit) -> None:
        self._rule, self._unit = rule, unit
        self.known: dict[tuple[int, str], Reason] = {}

    def gave(self, amount: int, verdict: str) -> Reason:
        """Return the reason that says what was given and why, for the first time."""
        found = Reason(self._rule, Amount(self._unit, amount), verdict)
        if len(self.known) >= _SAID_MAX:
            self.known.clear()
        self.known[amount, verdict] = found
        return found


class _Boosted:
    """Name the boosts of a rule or lane that were about an event, and what lanes made of theirs."""

    def __init__(self, inquiry: Inquiry, name: str) -> None:
        lanes, judge = inquiry.terms.lanes, inquiry.judge
        self._name = name
        self._is_laned = bool(lanes.of_boosts.get(name))
        self._boosts: list[tuple[int, Judgement | None, int, frozenset[str], Callable[[Any], bool] | None]] = []
        self._names: list[str] = []
        #: What is said of boosts, by the sum of their bits.
        self._said = {0: ""}
        for boost in inquiry.terms.boosts.get(name, ()):
            if boost.name in lanes.inside:
                continue
            place, tiers = 0, frozenset[str]()
            if isinstance(boost.by, ByTier):
                place, tiers = judge.tier(boost.by.ladder), frozenset(tier for tier, _ in boost.by.factors)
            where = None if boost.where is None else some_item(inquiry.terms, boost.where, judge.item_columns)
            self._boosts.append((1 << len(self._boosts), _test(inquiry, boost), place, tiers, where))
            self._names.append(boost.name)
        self.is_any = bool(self._boosts or self._is_laned)

    def __call__(self, inquiry: Inquiry) -> str:
        if self._is_laned:
            return inquiry.boosted(self._name)
        event, sums, at, frozen = inquiry.cell
        bits = 0
        for bit, when, place, tiers, where in self._boosts:
            if (
                (when is None or when(event, sums, at, frozen))
                and (not tiers or frozen[place] in tiers)
                and (where is None or where(sums[-1]))
            ):
                bits += bit
        said = self._said.get(bits)
        if said is None:
            names = [name for place, name in enumerate(self._names) if bits >> place & 1]
            said = self._said[bits] = f"boosted by {', '.join(names)}"
        return said


def _test(inquiry: Inquiry, boost: Boost) -> Judgement | None:
    return None if boost.when is None else inquiry.test(boost.when)


def _unconditional(inquiry: Inquiry, rule: Earn) -> Judgement:
    """Compile what a rule gives where all its conditions hold."""
    own, free = inquiry.judge.apart(), evolve(rule, when=None)
    constant = constant_of(free, Boosts(own, free))
    if constant is not None:
        return lambda event, sums, at, frozen: constant
    return own.walking(summed(own, [free], [rule_value(own, free)], FOREVER))


class _Asked:
    """
    Be one condition of a rule: what tests it, what is said of its number, and what was said of it before.

    That is by its number and what the rule would have given, for a condition that is a comparison.
    """

    __slots__ = ("condition", "said", "test", "told")

    def __init__(self, inquiry: Inquiry, condition: Condition[Any]) -> None:
        self.condition = condition
        self.test = inquiry.test(condition)
        self.told: Told | None = None
        self.said: dict[tuple[int, int | None], Reason] = {}


class _OfRule:
    """Say of a rule what it gave, or what was missing."""

    def __init__(self, inquiry: Inquiry, rule: Earn, value: Judgement) -> None:
        self.rule, self.name, self._unit = rule, rule.name, rule.gives.unit
        parts: Sequence[Condition[Any]] = ()
        if rule.when is not None:
            parts = rule.when.parts if isinstance(rule.when, AllOf) else (rule.when,)
        self._asked = [_Asked(inquiry, part) for part in parts]
        is_many = rule.name in inquiry.judge.many
        #: Whether the only condition being all it misses, it would give what it gives where that holds.
        self._has_one = len(parts) == 1 and not is_many
        #: What it gives where all conditions hold.
        self._value = value if is_many else _unconditional(inquiry, rule)
        self._boosted = _Boosted(inquiry, rule.name)
        self._nothing = "nothing that counts was bought" if rule.where is not None else "too little for a whole unit"
        without = tuple(limit for limit in rule.limit if not isinstance(limit.per, Scope))
        #: The rule without its limits of one purchase, if it has such.
        self._uncut = None if without == rule.limit else evolve(rule, limit=without)
        self._said = _Said(rule.name, self._unit)

    def tell(self, inquiry: Inquiry) -> tuple[int, Reason]:
        """Return what the rule gives by itself, and its reason."""
        event, sums, at, frozen = inquiry.cell
        for asked in self._asked:
            if not asked.test(event, sums, at, frozen):
                return 0, self._missed(inquiry, asked)
        award = self._value(event, sums, at, frozen)
        verdict = self._nothing
        if award:
            verdict = f"holds; {said}" if self._boosted.is_any and (said := self._boosted(inquiry)) else "holds"
        if self._uncut is not None:
            cut = cut_by(self.rule.limit, self._unit, inquiry.would_give(self._uncut, self.rule.when), award)
            verdict = f"{verdict}; {cut}" if cut else verdict
        return award, self._said.known.get((award, verdict)) or self._said.gave(award, verdict)

    def _missed(self, inquiry: Inquiry, asked: _Asked) -> Reason:
        """Say what was missing, and what the rule would have given with it."""
        told = asked.told
        if told is None:
            if not isinstance(asked.condition, Comparison):
                return Reason(self.name, None, f"needs {inquiry.say(asked.condition)}")
            told = asked.told = inquiry.told(asked.condition)
        event, sums, at, frozen = inquiry.cell
        number, would = told.number.value(event, sums, at, frozen), None
        if told.asks_for_more:
            if self._has_one:
                would = self._value(event, sums, at, frozen)
            else:
                would = inquiry.without(self.rule, asked.condition)
        return asked.said.get((number, would)) or self._short(asked, told, number, would)

    def _short(self, asked: _Asked, told: Told, number: int, would: int | None) -> Reason:
        """Say it of a number for the first time."""
        missing = f"{told.text(told.least - number)} more" if told.asks_for_more else ""
        award = None if would is None else Amount(self._unit, would)
        found = Reason(self.name, None, f"needs {told.asks}{told.text(number)}", missing, award)
        if len(asked.said) >= _SAID_MAX:
            asked.said.clear()
        asked.said[number, would] = found
        return found


class _OfLane:
    """Say what a lane made of its members, with its boosts and its limits per purchase."""

    def __init__(self, inquiry: Inquiry, lane: Lane, rules: list[str], value: Judgement | None = None) -> None:
        terms, judge = inquiry.terms, inquiry.judge
        self.lane, self.unit = lane, terms.lanes.rules_of(lane)[0].gives.unit
        self._value = award_of(judge, lane.name) if value is None else value
        self._boosted = _Boosted(inquiry, lane.name)
        #: Its members: which rule of the outermost lane each is, or what it gives.
        self._members = [(rules.index(name) if name in rules else None, award_of(judge, name)) for name in lane.of]
        self._is_of_rules = list(lane.of) == rules
        self._caps = [limit for limit in lane.limit if isinstance(limit.per, Scope)]
        boosts = Boosts(judge, lane)
        #: Whether it gives the sum of its members, up to *most*.
        self._adds = lane.combine == "sum" and not (boosts.of_event or boosts.laned)
        cutting = [limit.most for limit in self._caps if limit.otherwise != reject]
        most = [each.minor for each in cutting if isinstance(each, Amount)]
        self._most = min(most, default=FOREVER)
        self._is_plain = self._adds and len(most) == len(self._caps)
        self._words = of_members("sum", lane.of, [], self.unit)
        if lane.per == item:
            self._words = f"{lane.combine} of {', '.join(lane.of)} for each item"

    def tell(self, inquiry: Inquiry, awards: list[int]) -> tuple[int, str]:
        """Return what the lane gives by itself, by what the rules of the outermost do, and how that is said."""
        lane = self.lane
        members = awards
        if not self._is_of_rules:
            members = [inquiry.asked(value) if at is None else awards[at] for at, value in self._members]
        award = min(self._most, sum(members)) if self._is_plain else inquiry.asked(self._value)
        is_said = lane.combine == "sum" or lane.per == item
        verdict = self._words if is_said else of_members(lane.combine, lane.of, members, self.unit)
        if self._boosted.is_any and (boosts := self._boosted(inquiry)):
            verdict = f"{verdict}; {boosts}"
        if self._caps and not (self._is_plain and sum(members) <= self._most):
            cut = cut_by(lane.limit, self.unit, sum(members) if self._adds else inquiry.uncut(lane), award)
            verdict = f"{verdict}; {cut}" if cut else verdict
        return award, verdict


class _OfCell:
    """Say of a rule, or of an outermost lane and all in it, what was given."""

    def __init__(self, inquiry: Inquiry, cell: PurchaseCell | AwardsCell) -> None:
        self._cell = cell
        self._single = single = cell.awards if isinstance(cell, AwardsCell) else cell
        self._rules = [_OfRule(inquiry, rule, value) for rule, value in zip(single.rules, single.values, strict=True)]
        names = [rule.name for rule in single.rules]
        self._inner = (
            [] if single.lane is None else [_OfLane(inquiry, lane, names) for lane in _inside(inquiry, single.lane)]
        )
        self._lane = None if single.lane is None else _OfLane(inquiry, single.lane, names, single.value)
        self._unit = single.rules[0].gives.unit
        self._said = _Said(cell.name, self._unit)

    def tell(self, inquiry: Inquiry, granted: int, cut: list[Cut], found: list[Reason]) -> None:
        """Add the reasons of its rules, of lanes inside, and of what it comes to."""
        awards: list[int] = []
        award = 0
        for rule in self._rules:
            award, reason = rule.tell(inquiry)
            awards.append(award)
            found.append(reason)
        for inner in self._inner:
            award, verdict = inner.tell(inquiry, awards)
            found.append(Reason(inner.lane.name, Amount(inner.unit, award), verdict))
        if self._lane is not None:
            award, verdict = self._lane.tell(inquiry, awards)
            limits = self._limits(award, granted, cut) if cut or granted != award else ""
            verdict = f"{verdict}; {limits}" if limits else verdict
            found.append(self._said.known.get((granted, verdict)) or self._said.gave(granted, verdict))
        elif limits := self._limits(award, granted, cut) if cut or granted != award else "":
            found.append(self._said.gave(granted, limits))

    def _limits(self, award: int, granted: int, cut: list[Cut]) -> str:
        """Say what limits over windows cut."""
        cell, unit = self._cell, self._unit
        if isinstance(cell, AwardsCell) and granted != award:
            return f"of {Amount(unit, award)}; {again(cell.limit)}"
        if cut:
            return "; ".join(cut_said(each, unit) for each in cut)
        what = "a limit" if self._single.budget is None else "a limit or the budget"
        return f"{what} cut {Amount(unit, award - granted)}"


def _inside(inquiry: Inquiry, lane: Lane) -> list[Lane]:
    """Return the lanes inside a lane, each behind those inside it."""
    found: list[Lane] = []
    for name in lane.of:
        inner = inquiry.terms.lanes.lanes.get(name)
        if inner is not None:
            found += [*_inside(inquiry, inner), inner]
    return found


class _OfWindow:
    """Say by how much an event changed what a window comes to."""

    def __init__(self, cell: WindowCell) -> None:
        self.cell = cell
        self._earlier = f", by version {cell.version} as it began" if isinstance(cell, EarlierWindow) else ""
        window = "lifetime" if isinstance(cell.window, Since) else in_words(cell.window)
        self._words = f"changed what the {window} comes to{self._earlier}"

    def tell(self, inquiry: Inquiry, granted: int, cut: list[Cut], found: list[Reason]) -> None:
        """Add the reason."""
        del cut
        found.append(self._said(inquiry, granted))

    def _said(self, inquiry: Inquiry, granted: int) -> Reason:
        cell = self.cell
        failing = None if self._earlier else inquiry.failing(cell.rule.when)
        if failing is not None:
            return Reason(cell.name, None, f"needs {inquiry.say(failing)}", inquiry.shortfall(failing))
        verdict = self._words if granted else f"{self._words} by nothing"
        return Reason(cell.name, Amount(cell.rule.gives.unit, granted), verdict)


class _Tellers:
    """Say of all rules about one kind of event what they gave, in the program's order."""

    def __init__(self, inquiry: Inquiry) -> None:
        cells = inquiry.plan.cells
        self._cells = [(cell.name, _teller(inquiry, cell)) for cell in cells if not isinstance(cell, EarlierWindow)]
        self._older = [_OfWindow(cell) for cell in cells if isinstance(cell, EarlierWindow)]
        self._is_limited = any(isinstance(cell, PurchaseCell) and cell.rooms for cell in cells)

    def tell(
        self, inquiry: Inquiry, granted: dict[str, int], cut_of: Callable[[], dict[str, list[Cut]]]
    ) -> list[Reason]:
        """Return a reason for each rule, those of windows of earlier versions last."""
        cut = cut_of() if self._is_limited else _NO_CUTS
        if not self._older:
            return _all(inquiry, granted, cut, self._cells)
        # Where the event lies in a window of an earlier version, that is told of instead of this version's rule.
        event, _, at, frozen = inquiry.cell
        older = [(each.cell.name, each) for each in self._older if each.cell.start(event, at, frozen) is not None]
        names = {name for name, _ in older}
        current = [(name, teller) for name, teller in self._cells if name not in names]
        return _all(inquiry, granted, cut, [*current, *older])


def _all(
    inquiry: Inquiry,
    granted: dict[str, int],
    cut: dict[str, list[Cut]],
    tellers: Sequence[tuple[str, _OfCell | _OfWindow]],
) -> list[Reason]:
    found: list[Reason] = []
    for name, teller in tellers:
        teller.tell(inquiry, granted.get(name, 0), cut.get(name, _UNCUT), found)
    return found


def _teller(inquiry: Inquiry, cell: PurchaseCell | WindowCell) -> _OfCell | _OfWindow:
    if isinstance(cell, PurchaseCell | AwardsCell):
        return _OfCell(inquiry, cell)
    return _OfWindow(cell)
