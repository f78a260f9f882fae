"""The library's events, and the rows of a host that say the same, built from described events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import loyalcore as lc
from machine import described as plain
from machine.building import USD, Deed, Line, Order, build_history
from machine.described import Program, Window


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def thousandths(quantity: int) -> str:
    return f"{quantity // 1000}.{quantity % 1000:03}"


def ending(end: dt.datetime | str | None) -> Any:
    """Return an end that is stated, "never" for the one that does not come."""
    return lc.never if end == "never" else end


def build_event(event: plain.Event, description: Program) -> lc.Event:
    """Build the library's event from a described one."""
    places = dict(description.units)

    def amount(unit: str, minor: int) -> lc.Amount:
        return lc.Amount(lc.Unit(unit, places=places[unit]), minor)

    def opening_tally(by: str, window: Window, number: int, at: dt.datetime) -> lc.OpeningTally:
        units = {name: lc.Unit(name, places=digits) for name, digits in description.units}
        of = build_history(by, window, units)
        return lc.OpeningTally(of, number if by == "count" else lc.Amount(units.get(by, USD), number), at)

    def asked(e: plain.Redemption) -> Any:
        """Return an amount that is paid, or exchanged."""
        exchange = next((each for each in description.exchanges if each.name == e.reward), None)
        return money(e.amount or 0) if exchange is None else amount(exchange.unit, e.amount or 0)

    builders: dict[type, Callable[[Any], lc.Event]] = {
        plain.Purchase: lambda e: Order(
            e.id,
            at=e.at,
            channel=e.channel,
            nights=e.nights,
            items=[build_item(item) for item in e.items],
            paid_with={name: money(cents) for name, cents in e.paid},
            claims=e.claims,
        ),
        plain.Return: lambda e: lc.Return(
            e.id,
            at=e.at,
            of=e.of,
            items=build_parts(e.items),
            refunds={item: money(cents) for item, cents in e.refunds} or None,
        ),
        plain.Enrolment: lambda e: lc.Enrolment(e.id, at=e.at),
        plain.Activity: lambda e: Deed(e.id, at=e.at, name=e.name, spent=money(e.spent), of=e.of),
        plain.Transfer: lambda e: lc.Transfer(e.id, at=e.at, to=e.to, amount=amount(e.unit, e.amount)),
        plain.Redemption: lambda e: lc.Redemption(
            e.id, at=e.at, reward=e.reward, times=e.times, amount=None if e.amount is None else asked(e)
        ),
        plain.Hold: lambda e: lc.Hold(
            e.id,
            at=e.at,
            reward=e.reward,
            times=e.times,
            amount=None if e.amount is None else money(e.amount),
            until=e.until,
        ),
        plain.Capture: lambda e: lc.Capture(
            e.id, at=e.at, of=e.of, times=e.times, amount=None if e.amount is None else money(e.amount)
        ),
        plain.Release: lambda e: lc.Release(e.id, at=e.at, of=e.of),
        plain.Adjustment: lambda e: lc.Adjustment(
            e.id,
            at=e.at,
            amount=amount(e.unit, e.amount),
            reason=e.reason,
            expires=ending(e.expires),
            usable=e.usable,
            of=e.of,
            otherwise=e.otherwise,
        ),
        plain.Settings: lambda e: lc.Settings(e.id, at=e.at, **dict(e.values)),
        plain.TierAdjustment: lambda e: lc.TierAdjustment(
            e.id,
            at=e.at,
            ladder=e.ladder,
            tier=e.tier,
            reason=e.reason,
            until=ending(e.until),
        ),
        plain.Opening: lambda e: lc.Opening(
            e.id,
            at=e.at,
            lots=[
                lc.OpeningLot(amount(unit, minor), expires=ending(expires), usable=usable)
                for unit, minor, expires, usable in e.lots
            ],
            tiers=dict(e.tiers),
            tallies=[opening_tally(*tally) for tally in e.tallies],
            purchases=e.purchases,
            joined=e.joined,
            firsts={"review": e.reviewed} if e.reviewed else None,
        ),
    }
    return builders[type(event)](event)


def build_item(item: plain.Item) -> Line:
    return Line(
        item.id,
        money(item.net),
        thousandths(item.quantity),
        category=item.category,
        points=item.points,
        gift=item.gift,
    )


def build_parts(items: tuple[tuple[str, int | None], ...] | None) -> Any:
    if items is None:
        return None
    if all(quantity is None for _, quantity in items):
        return [item for item, _ in items]
    return {item: None if quantity is None else thousandths(quantity) for item, quantity in items}


# -- rows to be read in place ---------------------------------------------------------------------------------------

_LINES = lc.bind_items(Line, id=0, net=1, quantity=2, category=3, points=4, gift=5)
_HEAD: dict[str, Any] = {"id": 1, "at": 2, "member": 3}

#: How the library reads the rows of `build_row`, by the kind they begin with.
BINDINGS = {
    "purchase": lc.bind(Order, _LINES, **_HEAD, lines=4, channel=5, nights=6),
    "return": lc.bind(lc.Return, **_HEAD, of=4, lines=5),
    "activity": lc.bind(lc.Activity, **_HEAD, name=4, of=5),
    "enrolment": lc.bind(lc.Enrolment, **_HEAD),
    "redemption": lc.bind(lc.Redemption, **_HEAD, reward=4),
    "hold": lc.bind(lc.Hold, **_HEAD, reward=4, until=5),
    "capture": lc.bind(lc.Capture, **_HEAD, of=4),
    "release": lc.bind(lc.Release, **_HEAD, of=4),
}


def can_be_replayed(event: plain.Event) -> bool:
    """Say whether rows can say everything about an event."""
    if isinstance(event, plain.Return):
        return all(quantity is None for _, quantity in event.items or ()) and not event.refunds
    if isinstance(event, plain.Redemption | plain.Hold):
        return event.times == 1 and event.amount is None
    if isinstance(event, plain.Capture):
        return event.times is None and event.amount is None
    if isinstance(event, plain.Purchase):
        return not event.paid and event.claims is None
    return isinstance(event, plain.Activity | plain.Enrolment | plain.Release)


def build_row(event: plain.Event) -> tuple[Any, ...]:
    """Build a host's row, in smallest parts as rows are."""
    own: tuple[Any, ...] = ()
    if isinstance(event, plain.Purchase):
        lines = [(i.id, i.net, i.quantity, i.category, i.points, i.gift) for i in event.items]
        own = (lines, event.channel, event.nights)
    elif isinstance(event, plain.Return):
        own = (event.of, event.items and [item for item, _ in event.items])
    elif isinstance(event, plain.Activity):
        own = (event.name, event.of)
    elif isinstance(event, plain.Redemption):
        own = (event.reward,)
    elif isinstance(event, plain.Hold):
        own = (event.reward, event.until)
    elif isinstance(event, plain.Capture | plain.Release):
        own = (event.of,)
    return (type(event).__name__.lower(), event.id, event.at, "ada", *own)
