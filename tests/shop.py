"""
A member at the counter of the small shop of `strategies`: a notation in which a test reads like a till roll.

``ada = Member(program)``, ``ada.buys("p1", day(3), "12.50", coffee("4.00"))``, ``ada.returns("r1", day(5), "p1")``.
Days are counted from 1 January 2026, noon, in UTC.
"""

import datetime as dt

from hypothesis import strategies as st

import loyalcore as lc
from strategies import POINT, STAR, USD, Line, Order, Visit

CENT = lc.Unit("cent", places=2)


def day(number, hour=12, minute=0):
    """The day of the year 2026, at noon unless told otherwise."""
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=number - 1, hours=hour, minutes=minute)


def date(text):
    """A moment in UTC, as `2026-03-31` (midnight) or `2026-03-31 12:00`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def coffee(net, **attributes):
    """A line of the category coffee; its name is given when it is bought."""
    return {"net": net, "category": "coffee", **attributes}


def program(*rules, version="1", **terms):
    """A program of the small shop."""
    return lc.Program("shop", version=version, items=Line, purchases=Order, activities=Visit, rules=rules, **terms)


def order(id, at, *lines, **attributes):
    """A purchase; lines are net amounts or the attributes of an item, and are named a, b, c…"""
    items = []
    for name, line in zip("abcdefghijkl", lines, strict=False):
        given = dict(line) if isinstance(line, dict) else {"net": line}
        items.append(Line(name, given.pop("net"), given.pop("quantity", 1), **{"category": "other", **given}))
    return Order(id, at=at, items=items, **attributes)


class Member:
    """A member, who does one thing after the other; `answer` is the last one."""

    def __init__(self, program, name="ada"):
        self.program, self.account = program, program.open(name)
        self.answer = None

    def does(self, event, now=None):
        self.answer = self.program.decide(self.account, event, now)
        self.account = self.answer.account
        return self.answer

    def buys(self, id, at, *lines, now=None, **attributes):
        return self.does(order(id, at, *lines, **attributes), now)

    def returns(self, id, at, of, items=None, now=None):
        return self.does(lc.Return(id, at=at, of=of, items=items), now)

    def redeems(self, id, at, reward, times=1, amount=None, now=None):
        return self.does(lc.Redemption(id, at=at, reward=reward, times=times, amount=amount), now)

    def gets(self, id, at, amount, expires=None, now=None):
        return self.does(lc.Adjustment(id, at=at, amount=amount, reason="by hand", expires=expires), now)

    def waits(self, until):
        self.answer = self.program.advance(self.account, until)
        self.account = self.answer.account
        return self.answer

    def has(self, unit=POINT):
        """The balance, as text."""
        return str(self.account.balance(unit).decimal)

    def kinds(self):
        """The kinds of the entries, in order."""
        return [entry.kind for entry in self.account.entries]


def returns_in_parts(member, at, of, gone, data):
    """Let what is to go back of each item, in thousandths of a piece, go back in parts and an order that are drawn."""
    left, number = dict(gone), 0
    while any(left.values()):
        id = data.draw(st.sampled_from([id for id in left if left[id]]))
        part = data.draw(st.integers(1, left[id]))
        left[id] -= part
        number += 1
        member.returns(f"r{number}", at, of, {id: lc.Amount(lc.Unit("piece", 3), part).decimal})


def held(account):
    """What each rule has granted less taken back, by cell: the purchase's id, or the start of the window."""
    table = {}
    for entry in account.entries:
        if entry.kind == "earn":
            fact = account.entries[entry.cause]
            cell = fact.content[1][0] if fact.kind == "return" else fact.id
            cell = cell if entry.cell is None else entry.cell
            table[entry.rule, cell] = table.get((entry.rule, cell), 0) + entry.amount
        elif entry.kind == "take":
            cell = entry.cell if entry.cell is not None else account.entries[entry.cause].content[1][0]
            taken = entry.amount + entry.lapsed + entry.written
            table[entry.rule, cell] = table.get((entry.rule, cell), 0) - taken
    return {key: amount for key, amount in table.items() if amount}


__all__ = ["CENT", "POINT", "STAR", "USD", "Line", "Member", "Order", "Visit"]
__all__ += ["coffee", "date", "day", "held", "order", "program"]
