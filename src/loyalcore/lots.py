"""
Lots: the units of one kind in one account, and the tallies that are balances too.

Everything here is integers in flat lists with a head index: taking from the front moves the index instead of the
list, and there is no container per lot for the garbage collector to visit. Balances are kept, never summed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Final

from loyalcore.errors import CorruptLedger
from loyalcore.instants import BEGINNING, FOREVER

__all__ = ["Book", "Slide"]

_COMPACT = 96
_STRETCH = 256
#: Of 32 lots at once.
_DRAWN = 96
_NEVER_ENDED = (0, FOREVER)
#: The lots that are spared until there is one; nothing is ever written into it.
_NONE: Final[set[int]] = set()


class Book:
    """
    Be the lots, debt and deadline of one unit in one account.

    *lots* are usable: expiry, what is left, and the lot's name in turn, by expiry and then by age. *pending* are
    not usable yet: the moment they are, what is left, the name and the expiry in turn, by moment and then by age.
    """

    __slots__ = ("balance", "deadline", "debt", "ended", "head", "lots", "pending", "spared", "stays")

    def __init__(self) -> None:
        self.lots: list[int] = []
        self.head = 0
        #: The sum of what is left in usable lots.
        self.balance = 0
        self.debt = 0
        self.pending: list[int] | tuple[int, ...] = ()
        #: When everything expires for want of activity, but for lots that are spared.
        self.deadline = FOREVER
        #: Lots that do not end for want of activity, those that are gone as well: what comes back has the end it had.
        self.spared = _NONE
        #: Lots older than this position ended at this moment, for want of activity.
        self.ended: tuple[int, int] = _NEVER_ENDED
        #: No usable lot ends by an end of its own before this moment: never, while a tier is held that suspends that.
        self.stays = BEGINNING

    @property
    def is_blank(self) -> bool:
        """Tell whether there is nothing to say of it, as of a book never opened."""
        untouched = self.deadline == FOREVER and not self.ended[0] and self.stays == BEGINNING
        return untouched and not (self.balance or self.debt or self.pending or self.spared)

    def spare(self, lot: int) -> None:
        """Let a lot not end for want of activity."""
        if self.spared is _NONE:
            self.spared = set()
        self.spared.add(lot)

    @property
    def is_idle(self) -> bool:
        """Tell whether there are units that end for want of activity."""
        if not self.balance and not self.pending:
            return False
        spared = self.spared
        return not spared or not spared.issuperset((*self.lots[self.head + 2 :: 3], *self.pending[2::4]))

    def end(self, lot: int, expires: int) -> int:
        """Return when a lot with an end of its own ends, as far as is known."""
        return expires if lot in self.spared else min(expires, self.deadline)

    def place(self, lot: int, expires: int) -> tuple[int, int, int]:
        """Return what sorts lots by when they end; those that end together by their own ends, then by age."""
        return self.end(lot, expires), expires, lot

    def due(self) -> int:
        """Return the next moment at which something matures or expires."""
        due = self.deadline
        if due < FOREVER and not self.is_idle:
            due = FOREVER
        if self.head < len(self.lots) and self.lots[self.head] < due and self.stays < due:
            due = max(self.lots[self.head], self.stays)
        if self.pending and self.pending[0] < due:
            due = self.pending[0]
        return due

    def credit(self, lot: int, amount: int, expires: int) -> None:
        """Add usable units to a lot; one that is open already grows."""
        lots = self.lots
        self.balance += amount
        if len(lots) == self.head or lots[-3] < expires or (lots[-3] == expires and lots[-1] < lot):
            lots += (expires, amount, lot)
            return
        low, high = self.head // 3, len(lots) // 3
        while low < high:
            middle = (low + high) // 2
            place = 3 * middle
            if (lots[place], lots[place + 2]) < (expires, lot):
                low = middle + 1
            else:
                high = middle
        place = 3 * low
        if place < len(lots) and lots[place + 2] == lot:
            lots[place + 1] += amount
        else:
            lots[place:place] = (expires, amount, lot)

    def join(self, expires: list[int], amounts: list[int], names: list[int]) -> None:
        """Add usable lots of their own that are younger than all others, each younger than the one before."""
        lots = self.lots
        if not names:
            return
        if sorted(expires) != expires or (len(lots) > self.head and lots[-3] > expires[0]):
            for lot, amount, end in zip(names, amounts, expires, strict=True):
                self.credit(lot, amount, end)
            return
        flat = [0] * (3 * len(names))
        flat[::3], flat[1::3], flat[2::3] = expires, amounts, names
        if len(lots) > self.head:
            lots += flat
        else:
            self.lots, self.head = flat, 0
        self.balance += sum(amounts)

    def draw(self, amount: int) -> tuple[int, ...]:
        """Take units, at most the balance, from the soonest to expire; return the pieces."""
        if self.spared and self.deadline < FOREVER:
            return self._draw_in_order(amount)
        lots, head = self.lots, self.head
        self.balance -= amount
        left = lots[head + 1]
        if left > amount:
            lots[head + 1] = left - amount
            return (lots[head + 2], amount)
        if left == amount:
            pieces = (lots[head + 2], amount)
            self.move_head(head + 3)
            return pieces
        taken: list[int] = []
        while amount:
            # Lots are looked at many at once: the sums up to each say how many are drawn whole.
            parts = lots[head + 1 : head + _DRAWN : 3]
            sums = list(accumulate(parts))
            whole = bisect_right(sums, amount)
            drawn = [0] * (2 * whole)
            drawn[::2], drawn[1::2] = lots[head + 2 : head + 3 * whole : 3], parts[:whole]
            taken += drawn
            head += 3 * whole
            if whole:
                amount -= sums[whole - 1]
            if amount and whole < len(parts):
                lots[head + 1] -= amount
                taken += (lots[head + 2], amount)
                break
        self.move_head(head)
        return tuple(taken)

    def _draw_in_order(self, amount: int) -> tuple[int, ...]:
        """Take units where some lots have their own ends and others end together."""
        pieces: list[int] = []
        for lot, left, _, _ in self.open_lots():
            if not amount:
                break
            pieces += (lot, min(amount, left))
            amount -= pieces[-1]
        self.take_all(tuple(pieces))
        return tuple(pieces)

    def move_head(self, head: int) -> None:
        """Let the open lots begin further on; what is dead is cut off once it is the larger part."""
        size = len(self.lots)
        if head == size or (head > _COMPACT and 2 * head > size):
            del self.lots[:head]
            head = 0
        self.head = head

    def expire_first(self) -> tuple[int, int]:
        """End the lot that expires first; return its name and what was left."""
        lots, head = self.lots, self.head
        left, lot = lots[head + 1], lots[head + 2]
        self.balance -= left
        self.move_head(head + 3)
        return lot, left

    def mature(self, lot: int) -> tuple[int, int]:
        """End the waiting of a lot; return what is left and its expiry, nothing of one that does not wait."""
        pending = self.pending
        for place in range(0, len(pending), 4):
            if pending[place + 2] == lot:
                _, left, _, expires = pending[place : place + 4]
                self.pending = [*pending[:place], *pending[place + 4 :]]
                return left, expires
        return 0, 0

    def waited(self, until: int) -> list[tuple[int, int, int]]:
        """Return pending lots whose waiting ends by a moment: (name, left, expiry); what ends sooner never matures."""
        pending = self.pending
        places = [place for place in range(0, len(pending), 4) if pending[place] <= until]
        return [(pending[place + 2], pending[place + 1], pending[place + 3]) for place in places]

    def wait(self, lot: int, amount: int, usable: int, expires: int) -> None:
        """Add a lot that is usable later, or that ends before it ever is."""
        pending, usable = list(self.pending), min(usable, expires)
        place = len(pending)
        while place and (pending[place - 4], pending[place - 2]) > (usable, lot):
            place -= 4
        pending[place:place] = (usable, amount, lot, expires)
        self.pending = pending

    def _place(self, lot: int) -> int:
        """Return where a usable lot stands, or -1; debits mostly find theirs in front."""
        if self.head < len(self.lots) and self.lots[self.head + 2] == lot:
            return self.head
        try:
            return self.head + 3 * self.lots[self.head + 2 :: 3].index(lot)
        except ValueError:
            return -1

    def left(self, lot: int) -> int:
        """Return what is left in a lot, usable or pending."""
        place = self._place(lot)
        if place >= 0:
            return self.lots[place + 1]
        for waiting in range(0, len(self.pending), 4):
            if self.pending[waiting + 2] == lot:
                return self.pending[waiting + 1]
        return 0

    def take(self, lot: int, amount: int) -> None:
        """Take units from one lot, usable or pending, that holds at least so many."""
        place = self.head
        if place < len(self.lots) and self.lots[place + 2] == lot and self.lots[place + 1] == amount:
            self.balance -= amount
            self.move_head(place + 3)
            return
        place = self._place(lot)
        usable = place >= 0
        if usable:
            lots, width = self.lots, 3
        else:
            lots, width = list(self.pending), 4
            place = next((at for at in range(0, len(lots), 4) if lots[at + 2] == lot), -1)
        size = lots[place + 1] if place >= 0 else 0
        if size < amount:
            raise CorruptLedger(f"lot {lot} holds {size}, but a row takes {amount} from it; a row is missing or wrong")
        if usable:
            self.balance -= amount
        else:
            self.pending = lots
        if size > amount:
            lots[place + 1] = size - amount
        else:
            del lots[place : place + width]

    def take_all(self, pieces: tuple[int, ...]) -> None:
        """Take each piece from its lot."""
        for at in range(0, len(pieces), 2):
            self.take(pieces[at], pieces[at + 1])

    def open_lots(self) -> list[tuple[int, int, int, int | None]]:
        """Return all open lots as (name, left, expires, usable from or None), in the order they would be drawn."""
        lots, pending = self.lots, self.pending
        usable = [(lots[at + 2], lots[at + 1], lots[at], None) for at in range(self.head, len(lots), 3)]
        if self.spared and self.deadline < FOREVER:
            usable.sort(key=lambda each: self.place(each[0], each[2]))
        waiting = [(pending[at + 2], pending[at + 1], pending[at + 3], pending[at]) for at in range(0, len(pending), 4)]
        return [*usable, *waiting]

    def balance_at(self, at: int, freed: Iterable[tuple[int, int, int, int]] = ()) -> int:
        """
        Return the balance less debt at a moment, with what is due until then done.

        *freed* is what comes back until then out of holds: moment, lot, amount and expiry of each piece.
        """
        usable, debt = 0, self.debt
        coming = [(until, 0, left, self.gone(lot, expires)) for until, lot, left, expires in freed]
        for lot, left, expires, waits in self.open_lots():
            if waits is None:
                usable += left if self.gone(lot, expires) > at else 0
            elif waits <= at and waits < self.end(lot, expires):
                coming.append((waits, 1, left, self.gone(lot, expires)))
        # At one instant holds come before lots that mature; the order among those is that of the lists.
        for _, _, left, gone in sorted(coming, key=lambda each: each[:2]):
            repaid = min(debt, left)
            debt -= repaid
            usable += left - repaid if gone > at else 0
        return usable - debt

    def gone(self, lot: int, expires: int) -> int:
        """Return when usable units of a lot with an end of its own are gone, as far as is known."""
        return self.end(lot, max(expires, self.stays))

    @property
    def waiting(self) -> int:
        """Return the sum of what is pending."""
        return sum(self.pending[1::4])


class Slide:
    """
    Be a tally over a rolling window: amounts that leave the sum when their moment ends.

    *parts* are the end and the amount in turn, by end. While the sum is from *floor* up to below *ceiling*, no event
    moves a tier, as far as somebody has looked.
    """

    __slots__ = ("ceiling", "floor", "head", "parts", "total")

    def __init__(self) -> None:
        self.floor = self.ceiling = 0
        self.parts: list[int] = []
        self.head = 0
        self.total = 0

    def add(self, end: int, amount: int) -> None:
        """Add an amount that counts until before *end*."""
        parts = self.parts
        self.total += amount
        if len(parts) == self.head or parts[-2] <= end:
            parts += (end, amount)
            return
        place = len(parts)
        while place > self.head and parts[place - 2] > end:
            place -= 2
        parts[place:place] = (end, amount)

    def total_at(self, at: int) -> int:
        """Return what the sum comes to at a moment without anything added."""
        parts, place, total = self.parts, self.head, self.total
        while place < len(parts) and parts[place] <= at:
            total -= parts[place + 1]
            place += 2
        return total

    def changes(self, stop: int) -> list[int]:
        """Return the moments before *stop* at which the sum changes as amounts leave it."""
        leaving: dict[int, int] = {}
        for place in range(self.head, len(self.parts), 2):
            if self.parts[place] >= stop:
                break
            leaving[self.parts[place]] = leaving.get(self.parts[place], 0) + self.parts[place + 1]
        return [moment for moment, amount in leaving.items() if amount]

    def due(self) -> int:
        """Return the moment at which the next amount leaves the sum."""
        return self.parts[self.head] if self.head < len(self.parts) else FOREVER

    def leaves(self, floor: int, ceiling: int, stop: int) -> int:
        """Return the first moment before *stop* at which the sum changes and is then below a floor or at a ceiling."""
        parts, at, total, size = self.parts, self.head, self.total, len(self.parts)
        while at < size and parts[at] < stop:
            moment, before = parts[at], total
            while at < size and parts[at] == moment:
                total -= parts[at + 1]
                at += 2
            if total != before and not floor <= total < ceiling:
                return moment
        return FOREVER

    def drop(self, until: int, floor: int = -FOREVER, ceiling: int = FOREVER) -> bool:
        """
        Let go of everything that ends at or before a moment; tell whether the sum stayed within bounds.

        Where it would not, everything from the moment at which it leaves them stays.
        """
        parts, head, total, size = self.parts, self.head, self.total, len(self.parts)
        moment, end = FOREVER, head
        while end < size and parts[end] <= until:
            # A stretch at a time, so that a long tally that loses a little is not read to its end.
            end += 2 * bisect_right(parts[end : end + _STRETCH : 2], until)
        gone = parts[head + 1 : end : 2]
        if gone and total < ceiling and min(gone) >= 0 and floor <= (left := total - sum(gone)):
            # The sum only falls, and not below the bounds: there is no moment to look for.
            self.total, head = left, end
        while head < size and (moment := parts[head]) <= until:
            total -= parts[head + 1]
            after = head + 2
            while after < size and parts[after] == moment:
                total -= parts[after + 1]
                after += 2
            if not floor <= total < ceiling and total != self.total:
                break
            self.total, head = total, after
            moment = FOREVER
        if head == size or (head > _COMPACT and 2 * head > size):
            del parts[:head]
            head = 0
        self.head = head
        return moment > until
