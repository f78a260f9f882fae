"""Returning: items of purchases that come back, activities that are revoked, and redemptions that are undone."""

from __future__ import annotations

from typing import Any

from loyalcore.answers import Refusal
from loyalcore.engine.deducting import undo
from loyalcore.engine.earning import Changes, PurchaseCell, WindowCell
from loyalcore.engine.engine import Engine
from loyalcore.engine.granted import awards_of, change_of, rising
from loyalcore.engine.kept import Kept, kept_of, net_of, overdrawn, scaled
from loyalcore.engine.paying import uses_again
from loyalcore.engine.posting import lots_of
from loyalcore.engine.raising import reconsider
from loyalcore.engine.tenders import is_tendered, less_points, points_back
from loyalcore.engine.worth import Worth, table_of, undoing, used_by
from loyalcore.entries import Row
from loyalcore.ledger import Core
from loyalcore.limits import reject
from loyalcore.rewards import Pay
from loyalcore.trace import caused, position, trace
from loyalcore.units import Amount

__all__ = ["give_back"]

_NOTHING: tuple[Any, ...] = ()

#: A cell, what it gives or takes back, the start of its window where it is a window's, and as of when it gives.
_Grant = tuple[PurchaseCell | WindowCell, int, int | None, int]


def give_back(engine: Engine, core: Core, at: int, now: int, id_: Any, content: tuple[Any, ...]) -> Refusal | None:
    """Return items of a purchase, or undo a redemption."""
    of, parts, *_ = content[1]
    seq = position(core, of)
    if seq is None:
        return Refusal("unknown-purchase", f"{of!r} is not recorded in account {core.member!r}; try again once it is")
    kind = core.row(seq, content=False)[0]
    if kind == "hold":
        captured = trace(core).captures.get(of)
        if captured is None:
            return Refusal("not-returnable", f"hold {of!r} is not captured; a hold that is open can be released")
        seq, kind = captured, "capture"
    if kind in ("redemption", "capture"):
        return _undo(engine, core, seq, at, now, id_, content)
    if kind == "activity":
        return _revoke(engine, core, seq, at, now, id_, content)
    if kind != "purchase":
        return Refusal(
            "not-returnable", f"{of!r} is of kind {kind}; purchases, activities and redemptions are returned"
        )
    if trace(core).returns.get(of) or parts is not None:
        return _give_back_some(engine, core, seq, at, now, id_, content)
    _return_purchase(engine, core, seq, at, now, id_, content)
    return None


def _give_back_some(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *refunds = content[1]
    _, _, _, bought, frozen, *_ = core.row(seq)
    items = bought[1]
    kept = kept_of(core, seq, items)
    if not kept.anything:
        return Refusal("nothing-left", f"everything of purchase {of!r} was returned before")
    ids = {each[0] for each in items}
    named = (*(parts or ())[::2], *(refunds[0] if refunds else ())[::2])
    if (unknown := next((item for item in named if item not in ids), None)) is not None:
        return Refusal("not-kept", f"purchase {of!r} has no item {unknown!r}; it has {_some(items)}")
    if (lacking := kept.lacks(parts)) is not None:
        item, held = lacking
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {held / 1000:g} are still kept")
    rows = less_points(bought, frozen, scaled(kept.without(parts), items))
    if refunds and (lacking := overdrawn(refunds[0], rows)) is not None:
        item, held = lacking
        left = Amount(engine.terms.currency, held)
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {left} of it can still be refunded")
    _return_purchase(engine, core, seq, at, now, id_, content)
    return None


def _some(items: Any) -> str:
    """Return the names of items, of many the first ones."""
    return ", ".join(repr(each[0]) for each in items[:5]) + (", …" if len(items) > 5 else "")


def _revoke(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *_ = content[1]
    if trace(core).returns.get(of):
        return Refusal("nothing-left", f"activity {of!r} was revoked before")
    if parts is not None:
        return Refusal("not-kept", f"activity {of!r} has no items; return it as a whole")
    _return_purchase(engine, core, seq, at, now, id_, content)
    return None


def _undo(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *_ = content[1]
    fact, returns = core.row(seq), trace(core).returns
    # What was captured has two names: its own, and that of the hold.
    names = {of, fact[2], fact[3][1][0]} if fact[0] == "capture" else {of}
    if any(map(returns.get, names)):
        return Refusal("nothing-left", f"redemption {of!r} was undone before")
    if parts is not None:
        return Refusal("not-kept", f"redemption {of!r} has no items; return it as a whole")
    if (refusal := _final(engine, core, seq, at, of)) is not None:
        return refusal
    _return_redemption(engine, core, seq, at, now, id_, content)
    return None


def _final(engine: Engine, core: Core, seq: int, at: int, of: Any) -> Refusal | None:
    """Refuse to undo a redemption too late, or without what it gave where the terms of its reward say so."""
    rows = [*caused(core, seq)]
    rule = next((engine.rewards.get(row[3]) for _, row in rows if row[0] == "spend"), None)
    if rule is None:
        return None
    if rule.returnable is not None:
        end = engine.zone.plus(core.row(seq, content=False)[1], rule.returnable)
        if at >= end:
            until = engine.zone.local(end).isoformat(" ", "minutes")
            return Refusal("too-late", f"{rule.name} of redemption {of!r} was returnable until {until}")
    for lot, row in rows if not isinstance(rule, Pay) and rule.taking_back == reject else ():
        if row[0] == "earn" and (gone := row[5] - core.book(row[4]).left(lot)):
            given, missing = (Amount(engine.terms.units[row[4]], number) for number in (row[5], gone))
            said = f"{rule.name} of redemption {of!r} gave {given}, of which {missing} are not there any more"
            return Refusal("already-used", f"{said}; it is undone while all are", missing)
    return None


def _return_purchase(engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: Any) -> None:
    """Record the return of items of the purchase at a position, and take back what V has lost by it."""
    core.now = max(core.now, now)
    parts = content[1][1]
    at_once = parts is None and not trace(core).returns.get(content[1][0])
    kind = core.row(seq, content=False)[0]
    purchase = engine.original(core, seq, content=not at_once or kind == "activity" or engine.pays)
    plan, kept = engine.plans[kind], None
    grants: list[_Grant] = []
    changes, granted = Changes(), dict[str, int]()
    if at_once:
        # The whole of it at once, the usual case: what the purchase recorded is taken back, nothing is judged.
        old, new = engine.recorded(core, seq, purchase, awards_of(core, seq)), Worth({}, {}, {})
    else:
        items = purchase[3][1]
        before = kept_of(core, seq, items)
        old = _worth(engine, core, seq, purchase, before)
        left = before.without(*content[1][1:])
        new = _worth(engine, core, seq, purchase, left)
        kept = _seen(purchase, left) if left.anything else None
    # Windows are those it was judged in; of a purchase's row no window asks for more than there is.
    heard = (purchase[3][1] if purchase[0] == "activity" else _NOTHING, purchase[1], purchase[4])
    for cell in plan.cells:
        window, amount = None, change_of(core, cell, content[1][0], old, new)
        if isinstance(cell, WindowCell):
            window = cell.start(*heard)
            if window is None:
                continue
            amount = cell.change(core, window, cell.difference(new.sums, old.sums, window))
        if amount > 0 and isinstance(cell, PurchaseCell) and cell.rooms.defers:
            parts = rising(cell, purchase, at, old.awards.get(cell.name, 0), new.awards[cell.name])
            grants += [(cell, part, None, since) for since, part in parts]
        elif amount:
            grants.append((cell, amount, window, at))
        if amount:
            granted[cell.unit] = granted.get(cell.unit, 0) + amount
    new.differ(old, changes)
    plan.feed_earned(*heard, granted, changes)
    fact = core.length
    core.append(("return", at, id_, content, (), tuple(changes.sums), tuple(changes.slides), core.now, engine.hash))
    for cell, amount, window, since in grants:
        if amount > 0:
            came = engine.awaited.came(core, cell, purchase[2])
            engine.poster.earn(core, at, fact, cell, amount, window, since, came, purchase)
        elif window is not None:
            engine.poster.take_back_of_window(core, at, fact, cell, -amount, window)
        else:
            engine.poster.take_back(core, at, fact, cell, -amount, purchase[2], lots_of(core, seq, cell.name))
    engine.issuer.deem_again(core, at, fact, seq, new.deemed)
    _restore_points(engine, core, at, fact, seq)
    undo(plan.deducts, engine.poster, core, at, fact, seq)
    engine.settle(core, fact)
    if plan.raises:
        reconsider(plan, core, at, fact, seq, kept)


def _restore_points(engine: Engine, core: Core, at: int, fact: int, seq: int) -> None:
    """Give the points back that were spent on what has come back, after what was taken back, so they pay debt."""
    for spent in points_back(core, seq, engine.on_return) if engine.pays else ():
        engine.poster.give_back(core, at, fact, ("spend", at, fact, *spent))


def _worth(engine: Engine, core: Core, seq: int, purchase: Row, kept: Kept) -> Worth:
    """Return what a purchase is worth in every cell and tally with the items kept."""
    items, awards = purchase[3][1], awards_of(core, seq)
    if not kept.anything:
        return Worth({}, {}, {})
    if kept.rows == items and not kept.refunds:
        return engine.recorded(core, seq, purchase, awards)
    share = (net_of(scaled(kept, items)), net_of(items))
    return _judged(engine, core, purchase, _seen(purchase, kept), awards, share)


def _seen(purchase: Row, kept: Kept) -> tuple[Any, ...]:
    """Return what is kept of a purchase as rules see it."""
    return less_points(purchase[3], purchase[4], scaled(kept, purchase[3][1]))


def _judged(
    engine: Engine, core: Core, purchase: Row, rows: tuple[Any, ...], awards: dict[str, int], share: tuple[int, int]
) -> Worth:
    """Judge a purchase as if the rows alone had been bought, a share of its net, by what was frozen with it."""
    plan = engine.plans["purchase"]
    at, frozen, event, sums = purchase[1], purchase[4], purchase[3][3], plan.sums(rows)
    changes, used = Changes(), used_by(purchase)
    worth: dict[str, int] = {}
    deemed: dict[str, tuple[int, int]] = {}
    for cell in plan.about(event, sums, at):
        if isinstance(cell, PurchaseCell):
            value = cell.value(event, sums, at, frozen)
            if cell.worth is not None:
                deemed[cell.name] = cell.worth(event, sums, at, frozen), value
            amount = cell.left(awards.get(cell.name, 0), value, share)
            if amount and cell.rooms:
                amount = cell.rooms.again(core, (event, sums, at, frozen), amount, used, changes)
            worth[cell.name] = amount
        elif (window := cell.start(event, at, frozen)) is not None:
            cell.note(window, cell.contributions(event, sums, at, frozen), changes)
    plan.feed(event, sums, at, frozen, changes)
    if is_tendered(purchase[3]):
        engine.discounting.again(purchase, rows, changes)
        uses_again(engine, core, purchase, rows, changes)
    return Worth(worth, table_of(changes.sums), table_of(changes.slides), deemed)


def _return_redemption(engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: Any) -> None:
    """Record that a redemption is undone, and give the units back."""
    core.now = max(core.now, now)
    fact, asked = core.length, [core.row(seq)]
    if asked[0][0] == "capture" and (held := position(core, asked[0][3][1][0])) is not None:
        # What it took of limits is what the hold took, less what was freed with the capture.
        asked.insert(0, core.row(held))
    sums, slides = (undoing([part for row in asked for part in row[place]]) for place in (5, 6))
    core.append(("return", at, id_, content, (), sums, slides, core.now, engine.hash))
    for place, row in [*caused(core, seq)]:
        if row[0] == "spend":
            engine.poster.give_back(core, at, fact, row)
        elif row[0] == "earn":
            engine.issuer.take_back(core, at, fact, content[1][0], place)
    engine.settle(core, fact)
