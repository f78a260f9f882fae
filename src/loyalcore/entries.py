"""
Entries: the rows of an account, and the view of one that people read.

A row is a plain tuple of atoms, its kind first, in one of the layouts below. `docs/design.md` says what each field
means. A row never changes; what it does to an account is in `loyalcore.account`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, final

from attrs import field, frozen

from loyalcore.instants import FOREVER, from_instant

__all__ = ["FACTS", "LAYOUTS", "OPENING", "POSTINGS", "TIERS", "Entry", "Row", "entries_of"]

#: One recorded row: its kind, then the fields of its layout.
Row = tuple[Any, ...]

_FACT: Final = ("at", "id", "content", "frozen", "sums", "slides", "now", "program")

#: Kinds of facts, each an event as it was judged.
FACTS: Final = (
    "opening",
    "enrolment",
    "purchase",
    "return",
    "activity",
    "redemption",
    "adjustment",
    "settings",
    "hold",
    "capture",
    "release",
    "transfer",
    "counterpart",
    "tier_adjustment",
)

#: What every opening says, in this order; one that tells since when a member is one adds *joined* and *firsts*, and one
#: that tells what lots are worth adds *worths* behind those, one with lots that are pending *usables* behind all.
OPENING: Final = ("lots", "tiers", "purchases", "tallies")

#: The fields of each kind of posting, after the kind.
POSTINGS: Final[dict[str, tuple[str, ...]]] = {
    "earn": ("at", "cause", "rule", "unit", "amount", "usable", "expires", "repaid", "cell"),
    "worth": ("at", "cause", "lot", "unit", "places", "amount", "units"),
    "spare": ("at", "cause", "lot", "unit"),
    "value": ("at", "cause", "rule", "unit", "places", "amount", "spent"),
    "confirm": ("at", "cause", "lot", "unit", "usable", "expires"),
    "mature": ("at", "lot", "unit", "amount", "repaid"),
    "expire": ("at", "lot", "unit", "amount"),
    "spend": ("at", "cause", "rule", "unit", "amount", "pieces"),
    "take": ("at", "cause", "rule", "unit", "amount", "pieces", "lapsed", "debt", "written", "cell"),
    "restore": ("at", "cause", "rule", "unit", "amount", "pieces", "repaid"),
    "reserve": ("at", "cause", "rule", "unit", "amount", "pieces", "until"),
    "free": ("at", "cause", "rule", "unit", "amount", "pieces", "repaid", "hold"),
    "extend": ("at", "cause", "unit", "deadline"),
    "suspend": ("at", "cause", "unit", "until"),
    "tier": ("at", "cause", "ladder", "tier", "until"),
    "draw": ("at", "cause", "rule", "account", "unit", "amount"),
    "raise": ("at", "cause", "rule", "account", "event"),
    "appoint": ("at", "cause", "ladder", "tier", "until"),
    "grace": ("at", "cause", "ladder", "tier", "until"),
    "open": ("at", "cause", "what", "until"),
    "arise": ("at", "cause", "what", "until", "frozen", "sums", "slides", "program"),
    "version": ("at", "program", "sums", "slides"),
}

#: Kinds of postings that say in which tier a member is: by the ladder, by hand, for a while after the end of a term.
TIERS: Final = frozenset({"tier", "appoint", "grace"})

#: The fields of every kind of row, after the kind.
LAYOUTS: Final[dict[str, tuple[str, ...]]] = {**dict.fromkeys(FACTS, _FACT), **POSTINGS}

_CAUSED = frozenset(kind for kind, layout in POSTINGS.items() if "cause" in layout)
_SIGNS = {"earn": 1, "restore": 1, "expire": -1, "spend": -1, "take": -1}
_MOMENTS = frozenset({"at", "now", "usable", "expires", "deadline", "until"})


@final
@frozen(repr=False)
class Entry:
    """
    Show one row of an account.

    The fields of its kind are attributes: ``entry.amount`` is in smallest parts, moments are aware datetimes in UTC
    or None for never. ``entry.id`` is the event's id for a fact, and derived from account and position otherwise.
    """

    account: str | int
    seq: int
    row: Row = field(converter=tuple)

    @property
    def kind(self) -> str:
        """Return the kind of the entry."""
        return str(self.row[0])

    @property
    def is_fact(self) -> bool:
        """Tell a fact from a posting."""
        return self.row[0] in FACTS

    @property
    def id(self) -> str | int:
        """Return the event's id, or the id derived for a posting."""
        return self.row[2] if self.is_fact else f"{self.account}/{self.seq}"

    @property
    def change(self) -> int:
        """Return by how much the entry changes what the member has, debt included, in smallest parts."""
        sign = _SIGNS.get(self.kind, 0)
        return sign * int(self.amount) if sign else 0

    def __getattr__(self, name: str) -> Any:
        layout = LAYOUTS.get(self.row[0], ())
        if name not in layout:
            raise AttributeError(f"an entry of kind {self.row[0]!r} has no {name}; it has {', '.join(layout)}")
        value = self.row[1 + layout.index(name)]
        if name in _MOMENTS:
            return moment(value)
        return value

    def __repr__(self) -> str:
        fields = zip(LAYOUTS.get(self.kind, ()), self.row[1:], strict=False)
        shown = ", ".join(f"{name}={_text(value) if name in _MOMENTS else repr(value)}" for name, value in fields)
        return f"<{self.account}/{self.seq} {self.kind}: {shown}>"


_new: Any = Entry.__new__
_put_account, _put_seq, _put_row = (vars(Entry)[name].__set__ for name in ("account", "seq", "row"))


def entries_of(account: str | int, rows: list[Row], first: int) -> tuple[Entry, ...]:
    """Return rows of an account as entries, the first of them at a position; rows are tuples already."""
    found = []
    for seq, row in enumerate(rows, first):
        # What calling the class does, without a call for each field.
        entry = _new(Entry)
        _put_account(entry, account)
        _put_seq(entry, seq)
        _put_row(entry, row)
        found.append(entry)
    return tuple(found)


def is_caused(row: Row, seq: int) -> bool:
    """Tell whether a row is a posting caused by the fact at a position."""
    return row[0] in _CAUSED and row[2] == seq


def _text(instant: int | None) -> str:
    at = moment(instant)
    return "None" if at is None else at.isoformat()


def moment(instant: int | None) -> dt.datetime | None:
    """Return an instant as people read it; None where there is none or it never comes."""
    return None if instant is None or instant >= FOREVER else from_instant(instant)
