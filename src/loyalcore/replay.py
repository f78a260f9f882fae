"""
Replay: a program over many members' histories, read in place.

The same engine as `Program.decide`, without a handle for every step: what a year of orders would have cost, in one
pass. Rows come in recorded order; each is decided at its own moment. Facts keep the host's row until an account is
looked at, so nothing is copied on the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, final

from loyalcore.account import Account
from loyalcore.bindings import Binding, check_bindings, column_of
from loyalcore.engine import Engine
from loyalcore.engine.columns import Place, read_rows
from loyalcore.engine.recorder import Kinds, Reading, Recorder
from loyalcore.engine.requests import REQUESTS
from loyalcore.entries import FACTS, Row
from loyalcore.errors import InvalidValue, is_a, shown
from loyalcore.instants import to_instant
from loyalcore.ledger import Core
from loyalcore.rewards import Reward
from loyalcore.schema import Schema
from loyalcore.terms import Terms
from loyalcore.texts import id_order
from loyalcore.trace import trace
from loyalcore.units import Unit

__all__ = ["Replay"]

_SECOND = 1_000_000
_QUANTITY_ONE = 1000
#: Id, moment and member stand in every row.
_HEADS = 3
_EARNING = frozenset({"purchase", "activity", "enrolment"})

_FACTS = frozenset(FACTS)
#: Where the postings that move units have their amount; the unit stands before it.
_AMOUNTS = {"earn": 5, "spend": 5, "take": 5, "restore": 5, "expire": 4, "mature": 4}

Step = Callable[[Any], Core]


@final
class Replay:
    """
    Decide rows one after the other, each on its member's account.

    Iterating decides the rows and yields, after each, its member's balance of the unit that is watched, in smallest
    parts; `run` decides what is left. Rows are refused at the end where a member had one id twice.
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
        #: How the facts of a kind that still hold the host's row are copied out of it.
        self._readers: dict[str, Callable[[Any], tuple[Any, ...]]] = {}
        #: Up to where each member's facts are copied, and single ones beyond.
        self._copied_to = {member: core.length for member, core in self._cores.items()}
        self._copied: set[tuple[Any, int]] = set()
        #: Where the rows of this replay begin, how many purchases were recorded before it, and what it has noted.
        self._began = dict(self._copied_to)
        self._purchases = sum(core.purchases for core in self._cores.values())
        self._ids: set[Any] = set()
        self._others = 0
        self._recorder, self._reading, self._kinds = self._compile(table, kind)

    def _compile(self, table: dict[Any, Binding], kind: object) -> tuple[Recorder, Reading, Kinds | None]:
        """
        Return what records the bulk of the rows, how those are read, and what decides the others.

        Purchases are the bulk, or what else earns; where nothing does, all rows are others.
        """
        earning = [value for value, binding in table.items() if binding.kind in _EARNING]
        bulk = next((value for value in earning if table[value].kind == "purchase"), earning[0] if earning else self)
        steps = {value: self._step(binding) for value, binding in table.items() if value is not bulk}
        if bulk is self:
            recorder = self._engine.recorder(self._engine.plans["purchase"], "purchase")
            reading = Reading((0, 0, 0, None))
        else:
            recorder, reading = self._recording(table[bulk])
        if kind is not None:
            return recorder, reading, (read_rows([column_of(kind, "kind")]), bulk, steps)
        return recorder, reading, (lambda _: next(iter(steps)), bulk, steps) if steps else None

    def __iter__(self) -> Iterator[int]:
        rows = chain(self._rows, self._at_the_end())
        note = self._ids.add if self._recorder.kind == "purchase" else self._note
        return self._recorder.each(rows, self._reading, self._cores, self._watch, note, self._kinds)

    def _at_the_end(self) -> Iterator[Any]:
        self._check_once()
        yield from ()

    def _check_once(self) -> None:
        """Refuse histories in which an id comes twice for a member; ids that differ throughout are seen at once."""
        purchases = sum(core.purchases for core in self._cores.values()) - self._purchases
        if len(self._ids) == purchases + self._others:
            return
        for member, core in self._cores.items():
            rows = core.rows[self._began.get(member, core.base) - core.base :]
            ids = [row[2] for row in rows if row[0] in _FACTS]
            if len(set(ids)) < len(ids):
                twice = next(id_ for id_, times in Counter(ids).items() if times > 1)
                raise InvalidValue(f"event {twice!r} of member {member!r} comes twice; replay each event once")

    def run(self) -> Replay:
        """Decide all rows that are left."""
        for _ in self:
            pass
        return self

    def advance(self, to: Any, members: Iterable[Any] | None = None) -> None:
        """Do what is due until a moment, on the accounts of some members, or of all."""
        instant = to_instant(to, "to")
        for core in self._cores.values() if members is None else map(self._known, members):
            self._engine.advance(core, instant)

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
        for seq in range(self._copied_to.get(member, 0), core.length):
            self._copy(core, seq)
        self._copied_to[member] = core.length
        return Account(core)

    def rows(self, member: Any) -> Iterator[Row]:
        """Yield a member's rows as they stand, facts perhaps with the host's row for content."""
        return iter(self._known(member).rows)

    def balances(self, unit: Unit) -> dict[Any, int]:
        """Return every member's balance in smallest parts."""
        books = {member: core.books.get(unit.name) for member, core in self._cores.items()}
        return {member: 0 if book is None else book.balance - book.debt for member, book in books.items()}

    def debts(self, unit: Unit) -> dict[Any, int]:
        """Return every member's debt in smallest parts."""
        books = {member: core.books.get(unit.name) for member, core in self._cores.items()}
        return {member: 0 if book is None else book.debt for member, book in books.items()}

    def tiers(self, ladder: str) -> Counter[str]:
        """Return how many members are in each tier."""
        lowest = next((climb.tiers[0] for climb in self._engine.climbs if climb.name == ladder), None)
        if lowest is None:
            raise InvalidValue(f"the program has no ladder {ladder!r}")
        return Counter(core.tiers.get(ladder, (lowest, 0))[0] for core in self._cores.values())

    def frozen(self, name: str) -> Counter[Any]:
        """Return for how many purchases each value of a moment was frozen: ``frozen("tier status")``."""
        names = self._engine.plans["purchase"].judge.moments.names
        if name not in names:
            raise InvalidValue(f"purchases freeze no {name!r}; they freeze {', '.join(names) or 'nothing'}")
        place = names.index(name)
        found: Counter[Any] = Counter()
        for core in self._cores.values():
            found.update([row[4][place] for row in core.rows if row[0] == "purchase"])
        return found

    def open_lots(self, unit: Unit) -> int:
        """Return how many lots are open."""
        books = [core.books[unit.name] for core in self._cores.values() if unit.name in core.books]
        return sum((len(book.lots) - book.head) // 3 + len(book.pending) // 4 for book in books)

    def totals(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return, by kind of posting and unit, how many entries there are and the sum of their amounts."""
        found: dict[str, list[Row]] = {kind: [] for kind in _AMOUNTS}
        collect = {kind: rows.append for kind, rows in found.items()}
        for core in self._cores.values():
            for row in core.rows:
                kind = row[0]
                if kind != "purchase" and kind in collect:
                    collect[kind](row)
        table: dict[tuple[str, str], tuple[int, int]] = {}
        for kind, rows in found.items():
            at = _AMOUNTS[kind]
            for unit in {row[at - 1] for row in rows}:
                amounts = [row[at] for row in rows if row[at - 1] == unit]
                table[kind, unit] = (len(amounts), sum(amounts))
        return table

    # Deciding.

    def _step(self, binding: Binding) -> Step:
        if binding.kind in _EARNING:
            return self._earning_step(binding)
        return self._redemption_step(binding) if binding.kind == "redemption" else self._return_step(binding)

    def _core(self, member: Any) -> Core:
        """Return a member's core, new where it is the first row."""
        core = self._cores.get(member)
        if core is None:
            core = self._cores[member] = Core(member)
        return core

    def _recording(self, binding: Binding) -> tuple[Recorder, Reading]:
        """Return what judges and records rows of a kind that earns, and how they are read."""
        self._readers[binding.kind] = _copier(self._engine.terms, binding)
        plan = self._engine.plan_for(binding.kind, binding.item_columns(), binding.event_columns())
        columns = binding.head_columns()
        places: list[Any] = [column.at for column in columns if isinstance(column, Place)]
        head = None
        if len(places) < len(columns):
            places, head = list(range(len(columns))), binding.head()
        id_, at, member, items = places if len(places) > _HEADS else (*places, None)
        scale, instant = (_SECOND, None) if binding.in_seconds else (1, to_instant)
        return self._engine.recorder(plan, binding.kind), Reading((id_, at, member, items), head, scale, instant)

    def _earning_step(self, binding: Binding) -> Step:
        recorder, reading = self._recording(binding)
        member_of = read_rows([binding.column("member")])

        def step(row: Any) -> Core:
            note = self._ids.add if binding.kind == "purchase" else self._note
            for _ in recorder.each((row,), reading, self._cores, "", note):
                pass
            return self._cores[member_of(row)]

        return step

    def _note(self, id_: Any) -> None:
        """Note the id of a row that is no purchase."""
        self._ids.add(id_)
        self._others += 1

    def _return_step(self, binding: Binding) -> Step:
        engine, head, own_id = self._engine, binding.head(), binding.column("id") is not None
        parts_of = None if binding.column("items") is None else read_rows([binding.column("items")])
        times = _SECOND if binding.in_seconds else 0

        def step(row: Any) -> Core:
            id_, at, member, of = head(row)
            at = at * times if times else to_instant(at)
            core = self._core(member)
            parts = None
            if parts_of is not None and (given := parts_of(row)) is not None:
                parts = tuple(part for item in sorted(given, key=id_order) for part in (item, None))
            seq = trace(core).facts.get(of)
            if seq is not None and (parts is not None or trace(core).returns.get(seq)):
                self._copy(core, seq)
            now = max(at, core.now)
            engine.advance(core, now)
            id_ = id_ if own_id else f"return of {of}"
            refusal = REQUESTS["return"](engine, core, at, now, id_, (("of", "items"), (of, parts)))
            if refusal is None:
                self._note(id_)
            else:
                self.refused[refusal.code] += 1
            return core

        return step

    def _redemption_step(self, binding: Binding) -> Step:
        engine, head = self._engine, binding.head()
        reward_of = read_rows([binding.event_columns().column("reward")])  # type: ignore[list-item]
        times, names = _SECOND if binding.in_seconds else 0, ("reward", "times", "amount")

        def step(row: Any) -> Core:
            id_, at, member = head(row)
            at = at * times if times else to_instant(at)
            core = self._core(member)
            reward = reward_of(row)
            if not isinstance(engine.rewards.get(reward), Reward):
                raise InvalidValue(f"redemption {id_!r} is of {reward!r}, which is no reward at a fixed price")
            now = max(at, core.now)
            engine.advance(core, now)
            refusal = REQUESTS["redemption"](engine, core, at, now, id_, (names, (reward, 1, None)))
            if refusal is None:
                self._note(id_)
            else:
                self.refused[refusal.code] += 1
            return core

        return step

    def _copy(self, core: Core, seq: int) -> None:
        """Replace the host's row in a fact by a copy of what the program reads of it, once."""
        if seq < self._copied_to.get(core.member, 0) or (core.member, seq) in self._copied:
            return
        row = core.row(seq)
        read = self._readers.get(row[0])
        if read is not None:
            core.rows[seq - core.base] = (*row[:3], read(row[3]), *row[4:])
            self._copied.add((core.member, seq))


def _copier(terms: Terms, binding: Binding) -> Callable[[Any], tuple[Any, ...]]:
    """Return the function that copies what an event's content is out of a row."""
    event = binding.event_columns()
    if binding.kind == "enrolment":
        return lambda _: ((), ())
    if binding.kind == "activity":
        names = ("name", *terms.activities.names)
        reads = [event.reader("name"), *_readers(event, terms.activities, terms.currency.places)]
        return lambda row: (names, tuple(read(row) for read in reads))
    items = binding.item_columns()
    item_names = ("id", "net", "quantity", *terms.items.names)
    bound = items.by_name
    net = items.reader("net") if "net" in bound else (lambda _: 0)
    quantity = items.reader("quantity") if "quantity" in bound else (lambda _: _QUANTITY_ONE)
    own_id = items.reader("id") if "id" in bound else None
    reads = _readers(event, terms.purchases, terms.currency.places)
    lines: Callable[[Any], Any] = lambda _: ()  # noqa: E731 - what stands here otherwise is a reader
    item_reads: list[Callable[[Any], Any]] = []
    if "items" in event.by_name:
        lines, item_reads = event.reader("items"), [net, quantity, *_readers(items, terms.items, terms.currency.places)]

    def content(row: Any) -> tuple[Any, ...]:
        rows = tuple(
            (place if own_id is None else own_id(line), *(read(line) for read in item_reads))
            for place, line in enumerate(lines(row))
        )
        return (item_names if rows else item_names[:3], rows, terms.purchases.names, tuple(read(row) for read in reads))

    return content


def _readers(columns: Any, schema: Schema, price_places: int) -> list[Callable[[Any], Any]]:
    """Return readers of the declared attributes; one that is not bound must have a stand-in."""
    reads: list[Callable[[Any], Any]] = []
    for name, declared in schema.fields:
        if name in columns.by_name:
            reads.append(columns.reader(name))
        elif declared.missing is None:
            raise InvalidValue(f"{name} is declared without missing= and not bound; say where rows have it")
        else:
            reads.append(_always(declared.stand_in(price_places, name)))
    return reads


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value
