"""
Replay: a program over many members' histories, read in place.

The same engine as `Program.decide`, without a handle for every step: what a year of orders would have cost, in one
pass. Rows come in recorded order; each is decided at its own moment. Facts keep the host's row until an account is
looked at, so nothing is copied on the way.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, cast, final

from loyalcore.account import Account
from loyalcore.answers import Refusal
from loyalcore.bindings import Binding, Seconds, check_bindings, column_of
from loyalcore.conditions import TextOf
from loyalcore.engine import Engine
from loyalcore.engine.columns import Place, read_rows
from loyalcore.engine.jobs import advance
from loyalcore.engine.loops import Ids, Kinds, check_new
from loyalcore.engine.parties import ASKED, Party, parties, together
from loyalcore.engine.recorder import Recorder, given_reading
from loyalcore.engine.requests import REQUESTS, Request, give_back
from loyalcore.entries import Row
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import to_instant
from loyalcore.ledger import Core
from loyalcore.log import Form
from loyalcore.lots import Book
from loyalcore.readings import SECOND, columns_of, reading_of
from loyalcore.rewards import Reward
from loyalcore.texts import id_order
from loyalcore.units import Unit

__all__ = ["Replay"]

_EARNING = frozenset({"purchase", "activity", "enrolment"})

#: Where the postings that move units have their amount; the unit stands before it.
_AMOUNTS = {"earn": 5, "spend": 5, "take": 5, "restore": 5, "reserve": 5, "free": 5, "expire": 4, "mature": 4}

Step = Callable[[Any], Core]
#: What reads id and content of a request, from its row and the cells of its head.
Asks = Callable[[Any, Any], tuple[Any, tuple[Any, ...]]]


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
        self._recorder, self._kinds = self._compile(table, kind)
        #: The rows, where all are there and of the recorder's kind, until somebody begins to read them.
        self._unread: Sequence[Any] | None = (
            cast("Sequence[Any]", rows) if is_a(rows, list, tuple) and self._kinds is None and not given else None
        )

    def _compile(self, table: dict[Any, Binding], kind: object) -> tuple[Recorder, Kinds | None]:
        """
        Return what records the bulk of the rows, and what decides the others.

        Purchases are the bulk, or what else earns; where nothing does, all rows are others.
        """
        budgets = self._engine.budgets
        earning = [
            value
            for value, each in table.items()
            if each.kind in _EARNING and each.kind not in budgets and not _is_about(each)
        ]
        bulk = next((value for value in earning if table[value].kind == "purchase"), earning[0] if earning else self)
        steps = {value: self._step(binding) for value, binding in table.items() if value is not bulk}
        if bulk is self:
            recorder = self._engine.recorder(self._engine.plans["purchase"], "purchase", given_reading(0))
        else:
            recorder = self._recorder_of(table[bulk])
        if kind is not None:
            column = column_of(kind, "kind")
            return recorder, Kinds(read_rows([column]), column.at if is_a(column, Place) else None, bulk, steps)
        return recorder, Kinds(lambda _: next(iter(steps)), None, bulk, steps) if steps else None

    def __iter__(self) -> Iterator[int]:
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
            if core.due <= instant:
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

    def _step(self, binding: Binding) -> Step:
        if _is_about(binding):
            content = reading_of(self._engine.terms, binding).content
            return self._request_step(binding, lambda row, cells: (cells[0], content(row)), REQUESTS["activity"])
        if binding.kind in self._engine.budgets:
            return self._budgeted_step(binding)
        if binding.kind in _EARNING:
            return self._earning_step(binding)
        if binding.kind in ("redemption", "hold"):
            asks = self._redeems(binding) if binding.kind == "redemption" else self._holds(binding)
            return self._request_step(binding, asks, REQUESTS[binding.kind])
        if binding.kind in ("capture", "release"):
            return self._request_step(binding, _ends(binding.kind), REQUESTS[binding.kind])
        if binding.kind == "transfer":
            return self._request_step(binding, self._transfers(binding), ASKED["transfer"])
        return self._request_step(binding, _returns(binding), self._give_back)

    def _core(self, member: Any) -> Core:
        """Return a member's core, new where it is the first row."""
        core = self._cores.get(member)
        if core is None:
            core = self._cores[member] = Core(member)
        return core

    def _recorder_of(self, binding: Binding) -> Recorder:
        """Return what judges and records rows of a kind that earns, compiled once for each binding."""
        engine = self._engine
        found = engine.bound.get(binding)
        if found is None:
            plan = engine.plan_for(binding.kind, *columns_of(engine.terms, binding))
            found = engine.bound[binding] = engine.recorder(plan, binding.kind, reading_of(engine.terms, binding))
        return found

    def _earning_step(self, binding: Binding) -> Step:
        recorder, member_of = self._recorder_of(binding), read_rows([binding.column("member")])

        def step(row: Any) -> Core:
            for _ in recorder.each((row,), self._cores, self._ids):
                pass
            return self._cores[member_of(row)]

        return step

    def _budgeted_step(self, binding: Binding) -> Step:
        """Return what decides rows of a kind that gives from accounts, each with those."""
        recorder, engine, head, kind = self._recorder_of(binding), self._engine, binding.head(), binding.kind
        times = SECOND if binding.in_seconds else 0
        budgets = engine.budgets[kind]
        if named := [cell for cell, account in budgets if isinstance(account, TextOf)]:
            raise InvalidValue(f"{named[0]} gives from an account that each event names; decide such events one by one")

        def step(row: Any) -> Core:
            id_, at, member = head(row)[:3]
            at = at * times if times else to_instant(at)
            core = self._core(member)

            def recording() -> None:
                deque(recorder.each((row,), self._cores, self._ids), maxlen=0)

            roles = {cell: None if each == member else each for cell, each in budgets}
            self._together(core, roles, (kind, at, id_), (), recording)
            return core

        return step

    def _together(
        self,
        core: Core,
        roles: Mapping[str, Any],
        head: tuple[str, int, Any],
        content: tuple[Any, ...],
        recording: Callable[[], Refusal | None] | None = None,
    ) -> Refusal | None:
        """Decide an event on several accounts, at a moment that none of them is past."""
        engine, (kind, at, id_) = self._engine, head
        table = {each: Party(each, self._core(each)) for each in roles.values() if each is not None}
        cores = [core, *(party.core for party in table.values() if party.core is not None)]
        now = max(at, *(each.now for each in cores))
        for each in cores:
            engine.advance(each, now)
            each.now = now
        named = {role: table[each] for role, each in roles.items() if each is not None}
        return together(engine, core, named, (kind, at, now, id_), content, recording)

    def _transfers(self, binding: Binding) -> Asks:
        """Return what reads id and content of a transfer."""
        units, names = self._engine.transfers, ("to", "unit", "places", "amount")
        columns = binding.event_columns()
        read = [columns.reader(name) for name in ("to", "amount")]
        unit_of = columns.reader("unit") if "unit" in columns.by_name else None
        if unit_of is None and len(units) != 1:
            raise InvalidValue("transfers of several units, or of none, need unit=, the column that names it")

        def transfers(row: Any, cells: Any) -> tuple[Any, tuple[Any, ...]]:
            to, amount = (each(row) for each in read)
            unit = next(iter(units)) if unit_of is None else unit_of(row)
            if unit not in units or type(amount) is not int or amount <= 0:
                raise InvalidValue(f"transfer {cells[0]!r} is of {amount!r} {unit!r}; see what is transferable")
            return cells[0], (names, (to, unit, units[unit].unit.places, amount))

        return transfers

    def _give_back(
        self, engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]
    ) -> Refusal | None:
        """Return items of a purchase, or undo a redemption; the whole of a plain purchase of this replay at once."""
        of, parts = content[1]
        seq = None if parts is not None or self._ids is None else self._ids.get(of)
        if seq is not None and self._recorder.give_back(core, seq, at, now, id_, content):
            return None
        return give_back(engine, core, at, now, id_, content)

    def _request_step(self, binding: Binding, asks: Asks, request: Request) -> Step:
        engine, head, kind = self._engine, binding.head(), binding.kind
        times, shares = SECOND if binding.in_seconds else 0, self._engine.shares

        def step(row: Any) -> Core:
            cells = head(row)
            at = cells[1] * times if times else to_instant(cells[1])
            core = self._core(cells[2])
            id_, content = asks(row, cells)
            assert self._ids is not None  # noqa: S101 - only where all rows are of one kind, and then this is not it
            if id_ in self._ids:
                check_new(id_, core)
            self._ids[id_] = core.length
            if shares and (roles := parties(engine, core, kind, content)):
                refusal = self._together(core, roles, (kind, at, id_), content)
            else:
                now = max(at, core.now)
                engine.advance(core, now)
                refusal = request(engine, core, at, now, id_, content)
            if refusal is not None:
                self.refused[refusal.code] += 1
            return core

        return step

    def _reward_of(self, binding: Binding) -> Callable[[Any, Any], Reward]:
        """Return what reads the reward that is asked for, from a row and the cells of its head."""
        rewards = self._engine.rewards
        read = read_rows([binding.event_columns().column("reward")])  # type: ignore[list-item]

        def reward_of(row: Any, cells: Any) -> Reward:
            reward = rewards.get(name := read(row))
            if not isinstance(reward, Reward):
                raise InvalidValue(f"{binding.kind} {cells[0]!r} is of {name!r}, which is no reward at a fixed price")
            return reward

        return reward_of

    def _redeems(self, binding: Binding) -> Asks:
        """Return what reads id and content of a redemption."""
        names, reward_of = ("reward", "times", "amount"), self._reward_of(binding)
        return lambda row, cells: (cells[0], (names, (reward_of(row, cells).name, 1, None)))

    def _holds(self, binding: Binding) -> Asks:
        """Return what reads id and content of a hold."""
        names, reward_of = ("reward", "times", "amount", "until"), self._reward_of(binding)
        column = binding.column("until")
        in_seconds = isinstance(column, Seconds)
        read = None if column is None else read_rows([column.column if in_seconds else column])

        def holds(row: Any, cells: Any) -> tuple[Any, tuple[Any, ...]]:
            reward = reward_of(row, cells)
            given = None if read is None else read(row)
            until = given if given is None else given * SECOND if in_seconds else to_instant(given, "until")
            if until is None and reward.hold is None:
                raise InvalidValue(f"hold {cells[0]!r} needs until=, or {reward.name} a hold= for how long")
            return cells[0], (names, (reward.name, 1, None, until))

        return holds


def _is_about(binding: Binding) -> bool:
    """Tell whether rows are activities that may be about a purchase, and so may be refused."""
    return binding.kind == "activity" and binding.column("of") is not None


def _ends(kind: str) -> Asks:
    """Return what reads id and content of a capture or release, of all that is held."""
    names, rest = (("of", "times", "amount"), (None, None)) if kind == "capture" else (("of",), ())
    return lambda _, cells: (cells[0], (names, (cells[3], *rest)))


def _returns(binding: Binding) -> Asks:
    """Return what reads id and content of a return."""
    own_id, names = binding.column("id") is not None, ("of", "items")
    parts_of = None if binding.column("items") is None else read_rows([binding.column("items")])

    def returns(row: Any, cells: Any) -> tuple[Any, tuple[Any, ...]]:
        of, parts = cells[3], None
        if parts_of is not None and (given := parts_of(row)) is not None:
            parts = tuple(part for item in sorted(given, key=id_order) for part in (item, None))
        return cells[0] if own_id else f"return of {of}", (names, (of, parts))

    return returns
