"""Returning: items of purchases that come back, activities that are revoked, and redemptions that are undone."""

from __future__ import annotations

from typing import Any

from loyalcore.answers import Refusal
from loyalcore.engine.engine import Engine
from loyalcore.engine.kept import kept_of, overdrawn, scaled
from loyalcore.engine.tenders import less_points
from loyalcore.ledger import Core
from loyalcore.trace import position, trace
from loyalcore.units import Amount

__all__ = ["give_back"]


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
    engine.return_purchase(core, seq, at, now, id_, content)
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
    if (lacking := kept.lacks(parts)) is not None:
        item, held = lacking
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {held / 1000:g} are still kept")
    rows = less_points(bought, frozen, scaled(kept.without(parts), items))
    if refunds and (lacking := overdrawn(refunds[0], rows)) is not None:
        item, held = lacking
        left = Amount(engine.terms.currency, held)
        return Refusal("not-kept", f"item {item!r} of purchase {of!r}: only {left} of it can still be refunded")
    engine.return_purchase(core, seq, at, now, id_, content)
    return None


def _revoke(
    engine: Engine, core: Core, seq: int, at: int, now: int, id_: Any, content: tuple[Any, ...]
) -> Refusal | None:
    of, parts, *_ = content[1]
    if trace(core).returns.get(of):
        return Refusal("nothing-left", f"activity {of!r} was revoked before")
    if parts is not None:
        return Refusal("not-kept", f"activity {of!r} has no items; return it as a whole")
    engine.return_purchase(core, seq, at, now, id_, content)
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
    engine.return_redemption(core, seq, at, now, id_, content)
    return None
