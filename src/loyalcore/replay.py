"""
Replay: a program over many members' histories, read in place.

The same engine as `Program.decide`, without a handle for every step: what a year of orders would have cost, in one
pass. Rows come in recorded order; each is decided at its own moment. Facts keep the host's row until an account is
looked at, so nothing is copied on the way.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, cast, final

from loyalcore.account import Account
from loyalcore.answers import Refusal
from loyalcore.asking import Asks, ends, holds, is_about, redemptions, returns, transfers
from loyalcore.bindings import Binding, check_bindings, column_of
from loyalcore.conditions import TextOf
from loyalcore.engine import Engine
from loyalcore.engine.columns import Place, read_rows
from loyalcore.engine.jobs import advance
from loyalcore.engine.loops import Ids, Kinds, check_new, judging
from loyalcore.engine.parties import ASKED, Party, parties, together
from loyalcore.engine.recorder import Recorder, given_reading
from loyalcore.engine.refusing import refuses_in
from loyalcore.engine.requests import REQUESTS, Request
from loyalcore.engine.returning import give_back
from loyalcore.engine.versions import Versions
from loyalcore.entries import Row
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import to_instant
from loyalcore.ledger import Core
from loyalcore.log import Form
from loyalcore.lots import Book
from loyalcore.readings import SECOND, columns_of, reading_of
from loyalcore.texts import check_id
from loyalcore.turns import Turns
from loyalcore.units import Unit

__all__ = ["Replay"]

_EARNING = frozenset({"purchase", "activity", "enrolment"})

#: Where the postings that move units have their amount; the unit stands before it.
_AMOUNTS = {"earn": 5, "spend": 5, "take": 5, "restore": 5, "reserve": 5, "free": 5, "expire": 4, "mature": 4}

Step = Callable[[Any], Core]


class _LookedUp(dict[Any, int]):
    """Be ids of which any may have come before, so that each is looked up in its account."""

    def __contains__(self, id_: object) -> bool:
        return True

    def __setitem__(self, id_: Any, position: int) -> None:
        """Keep nothing."""


@final
class Replay:
    """
    Decide rows one after the other, each on its member's account.

    Iterating decides the rows and yields, after each, its member's balance of the unit that is watched, in smallest
    parts; `run` decides what is left. An id that comes twice for one member is refused when it does.
    """

    def __init__(
        self,
        engine: Engine,
        rows: Iterable[Any],
        bindings: Mapping[Any, Binding] | Binding,
        kind: object,
        watch: Unit | None,
        accounts: Iterable[Account] = (),
        versions: Versions | None = None,
    ) -> None:
        if not is_a(bindings, Binding, Mapping) or not is_a(rows, Iterable):
            raise InvalidValue(
                f"rows are replayed by bindings made with bind(…), not {shown(rows)} by {shown(bindings)}"
            )
        table: dict[Any, Binding] = {None: bindings} if isinstance(bindings, Binding) else dict(bindings)
        check_bindings(table)
        if watch is not None and not is_a(watch, Unit):
            raise InvalidValue(f"the balance of a unit is watched, such as POINT, not {shown(watch)}")
        given = list(accounts)
        if not all(is_a(account, Account) for account in given):
            raise InvalidValue(f"accounts are those that members start with, not {shown(given)}")
        if kind is None and len(table) != 1:
            raise InvalidValue("rows of several kinds need kind=, the column that tells them apart")
        self._engine = engine
        self._rows = iter(rows)
        self._watch = "" if watch is None else watch.name
        self._cores: dict[Any, Core] = {account.member: account.state() for account in given}
        #: How many rows were refused, by code.
        self.refused: Counter[str] = Counter()
        #: The ids so far; those of accounts that were given are looked up there.
        self._ids: Ids | None = _LookedUp() if given else {}
        #: Up to where each member's facts are copied.
        self._copied = {member: core.length for member, core in self._cores.items()}
        self._recorder, self._kinds = self._compile(engine, table, kind)
        #: What tells which version of a book decides a row, and what is compiled for those.
        self._turns = None if versions is None else Turns(versions, table, kind, self._cores)
        self._of_turn = cache(
            lambda turn: self._compile(engine if versions is None else versions.engine(*turn), table, kind)
        )
        #: The rows, where all are there and of the recorder's kind, until somebody begins to read them.
        self._unread: Sequence[Any] | None = (
            cast("Sequence[Any]", rows)
            if is_a(rows, list, tuple) and self._kinds is None and not given and versions is None
            else None
        )

    def _in_turns(self, turns: Turns) -> Iterator[int]:
        """Decide rows of a book, a stretch of them at a time by the version that they belong to."""
        for turn, rows in turns.stretches(self._rows):
            recorder, kinds = self._of_turn(turn)
            yield from recorder.each(rows, self._cores, self._ids, self._watch, kinds)

    def _compile(self, engine: Engine, table: dict[Any, Binding], kind: object) -> tuple[Recorder, Kinds | None]:
        """
        Return what records the bulk of the rows, and what decides the others.

        Purchases are the bulk, or what else earns; where nothing does, all rows are others.
        """
        earning = [
            value
            for value, each in table.items()
            if each.kind in _EARNING.difference(engine.budgets, engine.refuses) and not is_about(each)
        ]
        bulk = next((value for value in earning if table[value].kind == "purchase"), earning[0] if earning else self)
        steps = {value: self._step(engine, binding) for value, binding in table.items() if value is not bulk}
        if bulk is self:
            recorder = engine.recorder(engine.plans["purchase"], "purchase", given_reading(0))
        else:
            recorder = _recorder_of(engine, table[bulk])
        if kind is not None:
            column = column_of(kind, "kind")
            return recorder, Kinds(read_rows([column]), column.at if is_a(column, Place) else None, bulk, steps)
        return recorder, Kinds(lambda _: next(iter(steps)), None, bulk, steps) if steps else None

    def __iter__(self) -> Iterator[int]:
        if self._turns is not None:
            return self._in_turns(self._turns)
        if self._unread is not None:
            # Seen in one go beforehand, ids cost less than looked up row by row among all others.
            if self._recorder.are_distinct(self._unread):
                self._ids = None
            self._unread = None
        return self._recorder.each(self._rows, self._cores, self._ids, self._watch, self._kinds)

    def run(self) -> Replay:
        """Decide all rows that are left."""
        for _ in self:
            pass
        return self

    def advance(self, to: Any, members: Iterable[Any] | None = None) -> None:
        """Do what is due until a moment, on the accounts of some members, or of all."""
        instant, followers = to_instant(to, "to"), self._engine.followers
        for core in self._cores.values() if members is None else [self._known(member) for member in members]:
            if self._turns is not None:
                self._engine.advance(core, instant)
            elif core.due <= instant:
                advance(core, followers, instant)

    def _known(self, member: Any) -> Core:
        """Return the core of a member of whom there were rows."""
        core = self._cores.get(member)
        if core is None:
            raise InvalidValue(f"no row of member {member!r} was replayed; see members")
        return core

    # Accounts and figures.

    @property
    def members(self) -> tuple[Any, ...]:
        """Return whose rows were decided, in the order in which they came."""
        return tuple(self._cores)

    def account(self, member: Any) -> Account:
        """Return a member's account as a value; the host's rows in it are copied now."""
        core = self._known(member)
        core.copy(max(core.base, self._copied.get(member, 0)))
        self._copied[member] = core.length
        return Account(core)

    def rows(self, member: Any) -> Iterator[Row]:
        """Yield a member's rows, facts copied out of the host's rows as they come."""
        return self._known(member).rows()

    def balances(self, unit: Unit) -> dict[Any, int]:
        """Return every member's balance in smallest parts."""
        return {member: 0 if book is None else book.balance - book.debt for member, book in self._books(unit).items()}

    def debts(self, unit: Unit) -> dict[Any, int]:
        """Return every member's debt in smallest parts."""
        return {member: 0 if book is None else book.debt for member, book in self._books(unit).items()}

    def _books(self, unit: Unit) -> dict[Any, Book | None]:
        """Return every member's book of a unit, None where it was never opened."""
        name = unit.name
        return {
            member: core.own if core.unit == name else core.more_books.get(name) for member, core in self._cores.items()
        }

    def tiers(self, ladder: str) -> Counter[str]:
        """Return how many members are in each tier."""
        lowest = next((climb.tiers[0] for climb in self._engine.climbs if climb.name == ladder), None)
        if lowest is None:
            raise InvalidValue(f"the program has no ladder {ladder!r}")
        return Counter(core.tiers[ladder][0] if ladder in core.tiers else lowest for core in self._cores.values())

    def frozen(self, name: str) -> Counter[Any]:
        """Return for how many purchases each value of a moment was frozen: ``frozen("tier status")``."""
        if self._turns is not None:
            raise InvalidValue("each version of a book freezes its own; replay one of them, or ask its accounts")
        names = self._engine.plans["purchase"].judge.moments.names
        if name not in names:
            raise InvalidValue(f"purchases freeze no {name!r}; they freeze {', '.join(names) or 'nothing'}")
        place = names.index(name)
        found: list[Any] = []
        for core in self._cores.values():
            found += core.frozen("purchase")
        return Counter(map(itemgetter(place), found))

    def open_lots(self, unit: Unit) -> int:
        """Return how many lots are open."""
        books = [book for book in self._books(unit).values() if book is not None]
        return sum([(len(book.lots) - book.head) // 3 + len(book.pending) // 4 for book in books])

    def totals(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return, by kind of posting and unit, how many entries there are and the sum of their amounts."""
        amounts: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        earned: defaultdict[Form | None, list[int]] = defaultdict(list)
        others: defaultdict[Any, list[Row]] = defaultdict(list)
        for core in self._cores.values():
            earned[core.form] += core.earned()
        for form, found in earned.items():
            if form is not None:
                amounts["earn", form.unit] += found
        for row in chain.from_iterable([core.others for core in self._cores.values()]):
            others[row[0]].append(row)
        for kind, at in _AMOUNTS.items():
            rows = others[kind]
            for unit in set(map(itemgetter(at - 1), rows)):
                amounts[kind, unit] += [row[at] for row in rows if row[at - 1] == unit]
        return {key: (len(found), sum(found)) for key, found in amounts.items()}

    # Deciding.

    def _step(self, engine: Engine, binding: Binding) -> Step:
        if is_about(binding):
            content = reading_of(engine.terms, binding).content
            return self._request_step(
                engine, binding, lambda row, cells: (cells[0], content(row)), REQUESTS["activity"]
            )
        if binding.kind in engine.budgets:
            return self._budgeted_step(engine, binding)
        if binding.kind in engine.refuses and binding.kind in _EARNING:
            return self._refusing_step(engine, binding)
        if binding.kind in _EARNING:
            return self._earning_step(engine, binding)
        if binding.kind in ("redemption", "hold"):
            asks = redemptions if binding.kind == "redemption" else holds
            return self._request_step(engine, binding, asks(engine, binding), REQUESTS[binding.kind])
        if binding.kind in ("capture", "release"):
            return self._request_step(engine, binding, ends(binding.kind), REQUESTS[binding.kind])
        if binding.kind == "transfer":
            return self._request_step(engine, binding, transfers(engine, binding), ASKED["transfer"])
        return self._request_step(engine, binding, returns(binding), self._give_back)

    def _core(self, member: Any) -> Core:
        """Return a member's core, new where it is the first row."""
        core = self._cores.get(member)
        if core is None:
            core = self._cores[member] = Core(check_id(member, "a member"))
        return core

    def _earning_step(self, engine: Engine, binding: Binding) -> Step:
        recorder, member_of = _recorder_of(engine, binding), read_rows([binding.column("member")])

        def step(row: Any) -> Core:
            for _ in recorder.each((row,), self._cores, self._ids):
                pass
            return self._cores[member_of(row)]

        return step

    def _refusing_step(self, engine: Engine, binding: Binding) -> Step:
        """Return what decides rows of a kind that earns, and that the terms may refuse."""
        step, refuses = self._earning_step(engine, binding), self._refuses(engine, binding)
        head, times = binding.head(), SECOND if binding.in_seconds else 0

        def decide(row: Any) -> Core:
            _, at, member = head(row)[:3]
            at = at * times if times else to_instant(at)
            core = self._core(member)
            engine.advance(core, max(at, core.now))
            refusal = refuses(core, at, row)
            return step(row) if refusal is None else self._count(core, refusal)

        return decide

    def _refuses(self, engine: Engine, binding: Binding) -> Callable[[Core, int, Any], Refusal | None]:
        """Return what answers why the terms refuse a row of a kind that earns, or None."""
        refuses = refuses_in(engine.terms, binding.kind, *columns_of(engine.terms, binding))
        head = reading_of(engine.terms, binding).head

        def refused(core: Core, at: int, row: Any) -> Refusal | None:
            id_, _, _, items = head(row)
            assert self._ids is not None  # noqa: S101 - only where all rows are of one kind, and then this is not it
            if id_ in self._ids:
                check_new(id_, core)
            with judging():
                return refuses(core, at, row, items)

        return refused

    def _count(self, core: Core, refusal: Refusal | None) -> Core:
        """Count a row in if it was refused."""
        if refusal is not None:
            self.refused[refusal.code] += 1
        return core

    def _budgeted_step(self, engine: Engine, binding: Binding) -> Step:
        """Return what decides rows of a kind that gives from accounts, each with those."""
        recorder, head, kind = _recorder_of(engine, binding), binding.head(), binding.kind
        times = SECOND if binding.in_seconds else 0
        budgets, refuses = engine.budgets[kind], self._refuses(engine, binding)
        if named := [cell for cell, account in budgets if isinstance(account, TextOf)]:
            raise InvalidValue(f"{named[0]} gives from an account that each event names; decide such events one by one")

        def step(row: Any) -> Core:
            id_, at, member = head(row)[:3]
            at = at * times if times else to_instant(at)
            core = self._core(member)

            def recording() -> Refusal | None:
                if (refusal := refuses(core, at, row)) is None:
                    deque(recorder.each((row,), self._cores, self._ids), maxlen=0)
                return refusal

            roles = {cell: None if each == member else each for cell, each in budgets}
            return self._count(core, self._together(engine, core, roles, (kind, at, id_), (), recording))

        return step

    def _together(
        self,
        engine: Engine,
        core: Core,
        roles: Mapping[str, Any],
        head: tuple[str, int, Any],
        content: tuple[Any, ...],
        recording: Callable[[], Refusal | None] | None = None,
    ) -> Refusal | None:
        """Decide an event on several accounts, at a moment that none of them is past."""
        kind, at, id_ = head
        table = {each: Party(each, self._core(each)) for each in roles.values() if each is not None}
        cores = [core, *(party.core for party in table.values() if party.core is not None)]
        now = max(at, *(each.now for each in cores))
        for each in cores:
            engine.advance(each, now)
            each.now = now
        named = {role: table[each] for role, each in roles.items() if each is not None}
        return together(engine, core, named, (kind, at, now, id_), content, recording)

    def _give_back(
        self, engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]
    ) -> Refusal | None:
        """Return items of a purchase, or undo a redemption; the whole of a plain purchase of this replay at once."""
        of, parts = content[1]
        place = None if parts is not None or self._ids is None else self._ids.get(of)
        if place is not None and self._recorder.give_back(core, place, at, now, id_, content):
            return None
        return give_back(engine, core, at, now, id_, content)

    def _request_step(self, engine: Engine, binding: Binding, asks: Asks, request: Request) -> Step:
        head, kind = binding.head(), binding.kind
        times, shares = SECOND if binding.in_seconds else 0, engine.shares
        refuses = engine.refuses.get(kind)

        def step(row: Any) -> Core:
            cells = head(row)
            at = cells[1] * times if times else to_instant(cells[1])
            core = self._core(cells[2])
            id_, content = asks(row, cells)
            assert self._ids is not None  # noqa: S101 - only where all rows are of one kind, and then this is not it
            if id_ in self._ids:
                check_new(id_, core)
            self._ids[id_] = len(core.plain)
            if shares and (roles := parties(engine, core, kind, content)):
                refusal = self._together(engine, core, roles, (kind, at, id_), content)
            else:
                now = max(at, core.now)
                engine.advance(core, now)
                refusal = None if refuses is None else refuses(core, at, content)
                refusal = request(engine, core, at, now, id_, content) if refusal is None else refusal
            return self._count(core, refusal)

        return step


def _recorder_of(engine: Engine, binding: Binding) -> Recorder:
    """Return what judges and records rows of a kind that earns, compiled once for each binding."""
    found = engine.bound.get(binding)
    if found is None:
        plan = engine.plan_for(binding.kind, *columns_of(engine.terms, binding))
        found = engine.bound[binding] = engine.recorder(plan, binding.kind, reading_of(engine.terms, binding))
    return found
