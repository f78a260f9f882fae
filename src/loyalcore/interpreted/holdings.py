"""
Holdings: what the rows of one account come to, told one row after the other.

It is the fold of `loyalcore.ledger` once more, without anything that makes that one fast: units are one table of lots,
sums are added up when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, final

from attrs import define

from loyalcore.anchors import version_key
from loyalcore.entries import FACTS, TIERS, Row, is_caused
from loyalcore.errors import CorruptLedger, UnknownProgram, shown
from loyalcore.instants import BEGINNING, FOREVER
from loyalcore.interpreted.editions import Edition
from loyalcore.terms import Terms

__all__ = ["Holdings", "Lot", "anchors_set", "flat", "pairs", "triples"]


@final
@define
class Lot:
    """
    Be units that came together: how many are left and have expired, when they end, and from when they can be used.

    *usable* is None for units that can be used now.
    """

    name: int
    unit: str
    left: int
    end: int
    usable: int | None
    expired: int = 0

    @property
    def due(self) -> int:
        """Return when something happens to the lot by itself."""
        return self.end if self.usable is None else min(self.usable, self.end)


class Tiered(NamedTuple):
    """Be where a member stands on a ladder: the tier, until and since when, and whether by hand or for grace."""

    tier: str
    until: int
    kind: str
    since: int


def pairs(flat: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return what rows keep in turn, such as lots and amounts, as pairs."""
    each = iter(flat)
    return list(zip(each, each, strict=True))


def triples(flat: Iterable[Any]) -> list[tuple[Any, Any, Any]]:
    """Return what facts keep in turn, such as tallies, windows and amounts, as triples."""
    each = iter(flat)
    return list(zip(each, each, each, strict=True))


def flat(amounts: dict[tuple[str, int], int]) -> tuple[Any, ...]:
    """Return amounts as facts keep them: name, window and amount in turn, without what has not changed."""
    return tuple(part for (name, of), amount in amounts.items() if amount for part in (name, of, amount))


def anchors_set(kind: str, at: int, content: Any) -> dict[str, int]:
    """Return the anchors that a fact sets where there are none yet: joining, the opening, each activity by its name."""
    *_, names, values = content
    given = dict(zip(names, values, strict=True))
    if kind == "activity":
        return {f"activity {given['name']}": at}
    if kind == "enrolment":
        return {"enrolment": at}
    if kind != "opening":
        return {}
    found = {"opening": at} | {f"activity {name}": moment for name, moment in pairs(given.get("firsts", ()))}
    joined = given.get("joined")
    return found if joined is None else found | {"enrolment": joined}


@final
class Holdings:
    """Be the rows of an account, and what they say of lots, debt, deadlines, tallies, tiers and settings."""

    def __init__(self, rows: Iterable[Row], versions: Sequence[Edition], member: str | int = "") -> None:
        self.member = member
        self.rows: list[Row] = []
        #: The other accounts that take part in what is decided, by the rule that draws on them.
        self.parties: dict[str, Any] = {}
        #: The versions that the account is decided by, in order.
        self.versions = versions
        #: The version in force at the moment that is worked at.
        self.in_force = versions[0]
        #: The latest moment recorded.
        self.now = BEGINNING
        #: How many purchases were ever recorded.
        self.purchases = 0
        self.lots: dict[int, Lot] = {}
        self.debts: dict[str, int] = {}
        #: When all units of a kind end for want of activity, but for lots that are spared.
        self.deadlines: dict[str, int] = {}
        #: Lots that do not end for want of activity.
        self.spared: set[int] = set()
        #: Before which moment no usable units of a kind end by an end of their own.
        self.stays: dict[str, int] = {}
        #: Lots older than a position ended at a moment, for want of activity.
        self.ended: dict[str, tuple[int, int]] = {}
        #: Tallies over windows that stand still, by name and start of the window.
        self.sums: dict[tuple[str, int], int] = {}
        #: Tallies over rolling windows: name, when the amount leaves, and the amount.
        self.slides: list[tuple[str, int, int]] = []
        #: Where the member stands, by ladder.
        self.tiers: dict[str, Tiered] = {}
        self.settings: dict[str, str] = {}
        #: What a smallest part of a unit is worth, in smallest parts of money, by the lot that it is in.
        self.worths: dict[int, Fraction] = {}
        #: When lots end that waited for an event which has come.
        self.confirmed: dict[int, int] = {}
        #: Until when units are set aside, by the position of the row that did it.
        self.holds: dict[int, int] = {}
        #: The tiers that were given by hand and not ended, by ladder.
        self.given: dict[str, Tiered] = {}
        #: When the windows end that rules wait for, by the name of what ends.
        self.opened: dict[str, int] = {}
        #: The moments windows may be counted from: the first event of its kind, as it was first recorded.
        self.anchors: dict[str, int] = {}
        for row in rows:
            self.record(row)

    def record(self, row: Row) -> None:
        """Add a row, and do what it says."""
        seq = len(self.rows)
        self.rows.append(row)
        self.now = max(self.now, row[7] if row[0] in FACTS else row[1])
        if row[0] in FACTS:
            kind, at, _, content, _, sums, slides, _, _ = row
            self._tell(kind, content)
            self._count(sums, slides)
            for key, moment in anchors_set(kind, at, content).items():
                self.anchors.setdefault(key, moment)
        else:
            self._post(seq, row)

    def _post(self, seq: int, row: Row) -> None:
        """Do what a posting says to lots and debt."""
        match row:
            case ("earn", _, _, _, unit, amount, usable, end, repaid, _):
                self.lots[seq] = Lot(seq, unit, amount - repaid, end, usable)
                self._owe(unit, -repaid)
            case ("confirm", _, _, lot, _, usable, end):
                self.lots[lot].usable, self.lots[lot].end = usable, end
                self.confirmed[lot] = end
            case ("mature", _, lot, unit, _, repaid):
                self.lots[lot].usable = None
                self.lots[lot].left -= repaid
                self._owe(unit, -repaid)
            case ("expire", _, lot, _, amount):
                self.lots[lot].left -= amount
                self.lots[lot].expired += amount
            case ("spend", _, _, _, _, _, pieces):
                self._take(pieces)
            case ("take", _, _, _, unit, _, pieces, _, owed, _, _):
                self._take(pieces)
                self._owe(unit, owed)
            case ("restore", _, _, _, unit, _, pieces, repaid):
                self._give_back(unit, pieces)
                self._owe(unit, -repaid)
            case _:
                self._set(seq, row)

    def _set(self, seq: int, row: Row) -> None:
        """Do what a posting says of holds, deadlines and tiers."""
        match row:
            case ("reserve", _, _, _, _, _, pieces, until):
                self._take(pieces)
                self.holds[seq] = until
            case ("free", _, _, _, unit, _, pieces, repaid, hold):
                self.holds.pop(hold, None)
                self._give_back(unit, pieces)
                self._owe(unit, -repaid)
            case ("extend" | "suspend" as kind, _, _, unit, until):
                self._keep(seq, kind, unit, until)
            case ("tier" | "appoint" | "grace" as kind, at, _, ladder, tier, until):
                self._stand(ladder, Tiered(tier, FOREVER if until is None else until, kind, at))
            case ("spare", _, _, lot, _):
                self.spared.add(lot)
            case ("worth", _, _, lot, _, _, amount, units):
                self.worths[lot] = Fraction(amount, units)
            case ("value" | "draw" | "raise", *_):
                pass  # it tells of another account, or what was made of units, and changes nothing here
            case ("open", _, _, what, until):
                self.opened[what] = until
            case ("arise", _, _, what, until, _, sums, slides, _):
                self._count(sums, slides)
                if until is not None:
                    self.opened[what] = until
            case ("version", at, program, sums, slides):
                self._count(sums, slides)
                self.anchors.setdefault(version_key(program), at)
            case _:
                raise CorruptLedger(f"row {seq} is of no kind that the interpreted form knows: {shown(row)}")

    def _keep(self, seq: int, kind: str, unit: str, until: int | None) -> None:
        """Put the end of units off: all end at a deadline, or none by its own end before a moment."""
        if kind == "suspend":
            self.stays[unit] = FOREVER if until is None else until
            return
        assert until is not None  # noqa: S101 - deadlines are moments
        if (before := self.deadline(unit)) <= self.now:
            self.ended[unit] = (seq, before)
        self.deadlines[unit] = until

    def _stand(self, ladder: str, tiered: Tiered) -> None:
        self.tiers[ladder] = tiered
        if tiered.kind == "appoint":
            self.given[ladder] = tiered

    def _tell(self, kind: str, content: Any) -> None:
        """Do what a fact says."""
        if kind == "purchase":
            self.purchases += 1
        elif kind == "opening":
            self.purchases += content[1][2]
        elif kind == "settings":
            self.settings |= dict(zip(*content, strict=True))
        elif kind == "tier_adjustment" and content[1][1] is None:
            self.given.pop(content[1][0], None)

    def _count(self, sums: Any, slides: Any) -> None:
        """Change tallies."""
        for name, start, amount in triples(sums):
            self.sums[name, start] = self.sum(name, start) + amount
        self.slides += triples(slides)

    def _owe(self, unit: str, amount: int) -> None:
        self.debts[unit] = self.debt(unit) + amount

    def _take(self, pieces: Any) -> None:
        for lot, amount in pairs(pieces):
            self.lots[lot].left -= amount

    def _give_back(self, unit: str, pieces: Any) -> None:
        """Put units back; what had a deadline that has passed has it still, the last one if there were several."""
        older_than, deadline = self.ended.get(unit, (0, FOREVER))
        for lot, amount in pairs(pieces):
            self.lots[lot].left += amount
            if lot < older_than and lot not in self.spared:
                end = self.confirmed[lot] if lot in self.confirmed else self.rows[lot][7]
                self.lots[lot].end = min(end, deadline)

    # Versions.

    def version_at(self, moment: int) -> Edition:
        """Return the version in force at a moment."""
        return next(each for each in reversed(self.versions) if each.start <= moment or each.before is None)

    def version_of(self, seq: int) -> Edition:
        """Return the version that judged the fact at a position."""
        hash_ = self.rows[seq][8]
        found = next((each for each in self.versions if each.terms.hash == hash_), None)
        if found is None:
            raise UnknownProgram(f"{shown(self.rows[seq][2])} was judged by program {hash_}, which is not among these")
        return found

    # Units.

    def debt(self, unit: str) -> int:
        """Return the units owed."""
        return self.debts.get(unit, 0)

    def deadline(self, unit: str) -> int:
        """Return when all units of a kind end for want of activity."""
        return self.deadlines.get(unit, FOREVER)

    @property
    def newest(self) -> int:
        """Return the lot that was opened last."""
        return max(self.lots)

    def has_idle(self, unit: str) -> bool:
        """Tell whether there are units of a kind that end for want of activity."""
        return any(lot.left and lot.unit == unit and lot.name not in self.spared for lot in self.lots.values())

    def idle(self, lot: Lot) -> int:
        """Return when a lot ends for want of activity."""
        return FOREVER if lot.name in self.spared else self.deadline(lot.unit)

    def ends(self, lot: Lot) -> int:
        """Return when a lot ends by itself: a usable one not while a tier is held in which it does not."""
        return lot.end if lot.usable is not None else max(lot.end, self.stays.get(lot.unit, BEGINNING))

    def usable(self, unit: str) -> list[Lot]:
        """Return the lots that can be drawn from: soonest to end first, of those the oldest."""
        found = [lot for lot in self.lots.values() if lot.unit == unit and lot.left and lot.usable is None]
        return sorted(found, key=lambda lot: (min(lot.end, self.idle(lot)), lot.end, lot.name))

    def pending(self, unit: str) -> list[Lot]:
        """Return the lots that are not usable yet, by the moment at which they are, of those the oldest first."""
        found = [lot for lot in self.lots.values() if lot.unit == unit and lot.left and lot.usable is not None]
        return sorted(found, key=lambda lot: (lot.due, lot.name))

    def balance(self, unit: str) -> int:
        """Return what can be used, debt aside."""
        return sum(lot.left for lot in self.usable(unit))

    def draw(self, unit: str, amount: int) -> tuple[int, ...]:
        """Return the pieces of lots that so many units come from, lot and amount in turn."""
        pieces: list[int] = []
        for lot in self.usable(unit):
            if part := min(amount, lot.left):
                pieces += (lot.name, part)
                amount -= part
        return tuple(pieces)

    # Tallies, tiers.

    def sum(self, name: str, start: int) -> int:
        """Return the tally of a window that stands still."""
        return self.sums.get((name, start), 0)

    def sliding(self, name: str, at: int) -> int:
        """Return what counts at a moment of a tally over a rolling window: what has not left it by then."""
        return sum(amount for of, end, amount in self.slides if of == name and end > at)

    def tier_at(self, ladder: str, at: int) -> str | None:
        """Return the tier that was entered last, by a moment."""
        entered = [row[4] for row in self.rows if row[0] in TIERS and row[3] == ladder and row[1] <= at]
        return entered[-1] if entered else None

    def tier(self, terms: Terms, ladder: str) -> str:
        """Return the tier of a ladder that the member has now, by default the lowest of a version's."""
        return self.tiers[ladder].tier if ladder in self.tiers else terms.vocabulary.ladders[ladder][0]

    # What was recorded.

    def fact(self, id_: Any) -> int | None:
        """Return where the fact of an event stands."""
        return next((seq for seq, row in enumerate(self.rows) if row[0] in FACTS and row[2] == id_), None)

    def capture(self, id_: Any) -> int | None:
        """Return where the capture of the hold of an id stands."""
        return next((seq for seq, row in enumerate(self.rows) if row[0] == "capture" and row[3][1][0] == id_), None)

    def about(self, id_: Any) -> list[Row]:
        """Return the activities that are about a purchase."""
        return [row for row in self.rows if row[0] == "activity" and row[3][0][-1] == "of" and row[3][1][-1] == id_]

    def returns(self, id_: Any) -> list[int]:
        """Return where the returns of an event stand."""
        return [seq for seq, row in enumerate(self.rows) if row[0] == "return" and row[3][1][0] == id_]

    def caused(self, seq: int) -> Iterator[tuple[int, Row]]:
        """Yield the postings that the fact at a position caused, with their positions."""
        return ((place, row) for place, row in enumerate(self.rows) if is_caused(row, seq))

    def followed(self, seq: int) -> Iterator[tuple[int, Row]]:
        """Yield all that followed from the fact at a position: what it caused, and what that did."""
        causes = [seq]
        for place, row in enumerate(self.rows):
            if any(is_caused(row, cause) for cause in causes):
                causes.append(place)
                yield place, row
