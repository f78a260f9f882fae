"""A book of lots and a sliding tally do what a plain list of lots would do, only faster."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from loyalcore.errors import CorruptLedger
from loyalcore.instants import FOREVER
from loyalcore.lots import Book, Slide

moments = st.integers(0, 30) | st.just(FOREVER)
sizes = st.integers(1, 50)


class Lot:
    """A lot of the naive list: nothing is indexed and nothing is kept that can be added up."""

    def __init__(self, name, left, expires, usable=None):
        self.name, self.left, self.expires, self.usable = name, left, expires, usable


class BookMachine(RuleBasedStateMachine):
    """Whatever is done to a book is done to a plain list of lots as well."""

    def __init__(self):
        super().__init__()
        self.book, self.lots, self.next = Book(), [], 0
        self.spared = set()

    def open(self):
        usable = [lot for lot in self.lots if lot.usable is None and lot.left]
        return sorted(usable, key=lambda lot: (self.end(lot), lot.expires, lot.name))

    def end(self, lot):
        return lot.expires if lot.name in self.spared else min(lot.expires, self.book.deadline)

    def waiting(self):
        pending = [lot for lot in self.lots if lot.usable is not None and lot.left]
        return sorted(pending, key=lambda lot: (lot.usable, lot.name))

    def any_lot(self, data):
        return data.draw(st.sampled_from([*self.open(), *self.waiting()]))

    @rule(amount=sizes, expires=moments)
    def credit(self, amount, expires):
        self.book.credit(self.next, amount, expires)
        self.lots.append(Lot(self.next, amount, expires))
        self.next += 1

    @rule(amount=sizes, expires=moments, number=st.integers(40, 120))
    def credit_many(self, amount, expires, number):
        for _ in range(number):
            self.credit(amount=amount, expires=expires)

    @rule(amount=sizes, usable=st.integers(0, 30), expires=moments)
    def wait(self, amount, usable, expires):
        self.book.wait(self.next, amount, usable, expires)
        self.lots.append(Lot(self.next, amount, expires, min(usable, expires)))
        self.next += 1

    @precondition(lambda self: self.open())
    @rule(data=st.data(), most=st.booleans())
    def draw(self, data, most):
        held = sum(lot.left for lot in self.open())
        amount = held if most else data.draw(st.integers(1, held))

        pieces = self.book.draw(amount)

        assert pieces == self.drawn(amount)

    def drawn(self, amount):
        pieces = []
        for lot in self.open():
            taken = min(lot.left, amount)
            if taken:
                pieces += (lot.name, taken)
                lot.left -= taken
                amount -= taken
        return tuple(pieces)

    @precondition(lambda self: self.open())
    @rule()
    def expire_first(self):
        first = min(self.open(), key=lambda lot: (lot.expires, lot.name))

        assert self.book.expire_first() == (first.name, first.left)

        first.left = 0

    @precondition(lambda self: self.waiting())
    @rule(data=st.data())
    def mature(self, data):
        lot = data.draw(st.sampled_from(self.waiting()))

        assert self.book.mature(lot.name) == (lot.left, lot.expires)

        self.book.credit(lot.name, lot.left, lot.expires)
        lot.usable = None

    @precondition(lambda self: self.open() or self.waiting())
    @rule(data=st.data())
    def take(self, data):
        lot = self.any_lot(data)
        amount = data.draw(st.integers(1, lot.left) | st.just(lot.left))

        self.book.take(lot.name, amount)

        lot.left -= amount

    @precondition(lambda self: self.open() or self.waiting())
    @rule(data=st.data(), more=sizes)
    def take_too_much(self, data, more):
        lot = self.any_lot(data)

        with pytest.raises(CorruptLedger, match=f"lot {lot.name} holds {lot.left}"):
            self.book.take(lot.name, lot.left + more)

    @precondition(lambda self: any(lot.usable is None for lot in self.lots))
    @rule(data=st.data(), amount=sizes)
    def restore(self, data, amount):
        """Units go back into a lot, whether it is still open or was used up."""
        lot = data.draw(st.sampled_from([lot for lot in self.lots if lot.usable is None]))

        self.book.credit(lot.name, amount, lot.expires)

        lot.left += amount

    @rule(deadline=moments)
    def keep_alive(self, deadline):
        self.book.deadline = deadline

    @precondition(lambda self: self.lots)
    @rule(data=st.data())
    def spare(self, data):
        lot = data.draw(st.sampled_from(self.lots))

        self.book.spare(lot.name)

        self.spared.add(lot.name)
        assert not self.book.is_blank

    @invariant()
    def the_open_lots_are_those_of_the_list_in_the_order_they_would_be_drawn(self):
        expected = [(lot.name, lot.left, lot.expires, lot.usable) for lot in [*self.open(), *self.waiting()]]

        assert self.book.open_lots() == expected

    @invariant()
    def the_balance_and_what_waits_are_their_sums(self):
        assert self.book.balance == sum(lot.left for lot in self.open())
        assert self.book.waiting == sum(lot.left for lot in self.waiting())

    @invariant()
    def what_is_left_in_a_lot_is_known_for_each(self):
        for lot in self.lots[-5:]:
            assert self.book.left(lot.name) == lot.left
        assert self.book.left(self.next) == 0

    @invariant()
    def the_next_moment_is_the_earliest_end(self):
        ends = [lot.expires for lot in self.open()] + [lot.usable for lot in self.waiting()]
        idle = [lot.name for lot in [*self.open(), *self.waiting()] if lot.name not in self.spared]

        assert self.book.due() == min([FOREVER, *ends, *([self.book.deadline] if idle else [])])

    @invariant()
    def what_has_waited_by_a_moment_are_the_lots_usable_then(self):
        expected = [(lot.name, lot.left, lot.expires) for lot in self.waiting() if lot.usable <= 15]

        assert self.book.waited(15) == expected

    @invariant()
    def the_dead_part_never_outgrows_the_living(self):
        assert self.book.head <= max(102, len(self.book.lots) // 2 + 3)


TestBook = BookMachine.TestCase
TestBook.settings = settings(stateful_step_count=40)


def test_an_empty_book_has_nothing_due():
    book = Book()
    book.deadline = 5

    assert (book.due(), book.balance, book.debt, book.waiting) == (FOREVER, 0, 0, 0)
    assert book.open_lots() == []
    assert book.mature(1) == (0, 0)
    assert book.left(1) == 0


@pytest.mark.parametrize("pending", [False, True])
def test_a_lot_that_is_not_there_cannot_be_taken_from(pending):
    book = Book()
    book.credit(1, 10, 5)
    if pending:
        book.wait(2, 10, 3, 5)
    before = book.open_lots()

    with pytest.raises(CorruptLedger, match="lot 9 holds 0, but a row takes 4"):
        book.take(9, 4)

    assert (book.open_lots(), book.balance) == (before, 10)


@pytest.mark.parametrize(("lot", "left"), [(1, [2, 3]), (2, [1, 3]), (3, [1, 2])])
def test_taking_all_of_a_lot_ends_it_wherever_it_stands(lot, left):
    book = Book()
    for name in (1, 2, 3):
        book.credit(name, 10, name)

    book.take(lot, 10)

    assert [name for name, *_ in book.open_lots()] == left
    assert book.balance == 20


def test_units_that_end_together_are_drawn_oldest_first():
    book = Book()
    for lot in (3, 1, 2):
        book.credit(lot, 10, 5)

    assert book.draw(25) == (1, 10, 2, 10, 3, 5)


@pytest.mark.parametrize("amount", [64, 65, 66, 79, 80])
def test_many_lots_are_drawn_in_order(amount):
    book = Book()
    for lot in range(40):
        book.credit(lot, 2, 100 + lot)

    pieces = book.draw(amount)

    assert sum(pieces[1::2]) == amount
    assert pieces[::2] == tuple(range(-(-amount // 2)))
    assert book.balance == 80 - amount == sum(left for _, left, _, _ in book.open_lots())


def test_a_late_lot_that_ends_sooner_is_drawn_first():
    book = Book()
    book.credit(1, 10, FOREVER)
    book.credit(2, 10, 5)

    assert book.draw(15) == (2, 10, 1, 5)


BALANCES = [
    # (lots as (amount, expires), pending as (amount, usable, expires), debt, deadline, at, balance)
    ([(10, 5)], [], 0, FOREVER, 4, 10),
    ([(10, 5)], [], 0, FOREVER, 5, 0),
    ([(10, 5)], [], 0, 3, 3, 0),
    ([(10, FOREVER)], [], 15, FOREVER, 3, -5),
    ([], [(10, 3, 9)], 0, FOREVER, 2, 0),
    ([], [(10, 3, 9)], 0, FOREVER, 3, 10),
    ([], [(10, 3, 9)], 0, FOREVER, 9, 0),
    ([], [(10, 3, 9)], 4, FOREVER, 3, 6),
    ([], [(10, 3, 9)], 4, FOREVER, 9, 0),
    ([], [(10, 3, 9)], 14, FOREVER, 9, -4),
    ([], [(10, 9, 3)], 4, FOREVER, 9, -4),
    ([], [(10, 3, 9)], 4, 3, 5, -4),
]


@pytest.mark.parametrize(("lots", "pending", "debt", "deadline", "at", "balance"), BALANCES)
def test_a_balance_at_a_moment_sees_what_is_due_as_done(lots, pending, debt, deadline, at, balance):
    book = Book()
    book.debt, book.deadline = debt, deadline
    for name, (amount, expires) in enumerate(lots):
        book.credit(name, amount, expires)
    for name, (amount, usable, expires) in enumerate(pending, start=len(lots)):
        book.wait(name, amount, usable, expires)
    before = book.open_lots()

    assert book.balance_at(at) == balance
    assert (book.open_lots(), book.debt) == (before, debt)


parts = st.lists(st.tuples(st.integers(0, 40), st.integers(-20, 50)), max_size=150)


@given(parts, st.lists(st.integers(0, 40), max_size=5))
def test_a_slide_sums_what_has_not_ended(added, moments_to_drop):
    slide, naive = Slide(), list(added)
    for end, amount in added:
        slide.add(end, amount)

    for until in sorted(moments_to_drop):
        slide.drop(until)
        naive = [(end, amount) for end, amount in naive if end > until]

        assert slide.total == sum(amount for _, amount in naive)
        assert slide.due() == min((end for end, _ in naive), default=FOREVER)


@given(parts)
def test_a_slide_that_is_added_to_and_dropped_in_turn_forgets_what_ended(added):
    slide, naive = Slide(), []
    for until, (ahead, amount) in enumerate(added):
        slide.add(until + 1 + ahead, amount)
        naive.append((until + 1 + ahead, amount))
        slide.drop(until)

        assert slide.total == sum(amount for end, amount in naive if end > until)
        assert slide.head <= max(98, len(slide.parts) // 2 + 2)


@given(parts, st.integers(0, 20), st.integers(-200, 200), st.integers(0, 300), st.integers(0, 45))
def test_a_slide_tells_when_its_sum_leaves_a_range(added, dropped, floor, width, stop):
    slide = Slide()
    for end, amount in added:
        slide.add(end, amount)
    slide.drop(dropped)
    before = (slide.total, slide.head, list(slide.parts))

    found = slide.leaves(floor, floor + width, stop)

    assert found == first_outside([part for part in added if part[0] > dropped], floor, floor + width, stop)
    assert (slide.total, slide.head, slide.parts) == before


def first_outside(added, floor, ceiling, stop):
    total = sum(amount for _, amount in added)
    for moment in sorted({end for end, _ in added if end < stop}):
        after = sum(amount for end, amount in added if end > moment)
        if after != total and not floor <= after < ceiling:
            return moment
        total = after
    return FOREVER


def test_a_slide_cuts_off_its_dead_part_once_it_is_the_larger():
    slide = Slide()
    for end in range(100):
        slide.add(end, 1)

    slide.drop(49)
    assert (slide.head, len(slide.parts), slide.total) == (100, 200, 50)

    slide.drop(50)
    assert (slide.head, len(slide.parts), slide.total) == (0, 98, 49)
